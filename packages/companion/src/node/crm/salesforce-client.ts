/** jsforce, loaded when it is needed, on our own transport, with tokens fetched and renewed. */

import { UsageError } from "@symbion/core";
import type { Connection } from "jsforce";
import { CrmError } from "../../crm/errors.ts";
import { place, type Reach } from "../../crm/exchange.ts";
import { type Foreign, listOf, objectOf, textOf } from "../../crm/foreign.ts";
import type { CheckedSalesforce } from "./salesforce-options.ts";
import { SalesforceTransport } from "./salesforce-transport.ts";

type Jsforce = typeof import("jsforce");

/** Rows that one question brings at most, however many pages they take. */
export const MOST_ROWS = 2000;

/** A connection to an org. */
export class SalesforceClient {
  /** jsforce itself, for what needs more than requests. */
  readonly connection: Connection;
  /** Where its requests go through. */
  readonly transport: SalesforceTransport;
  readonly #options: CheckedSalesforce;
  #login: Promise<void> | null = null;

  private constructor(jsforce: Jsforce, options: CheckedSalesforce, reach: Reach) {
    const { url, loginUrl, version, accessToken, client } = options;
    this.#options = options;
    const hosts = [new URL(url).host, new URL(loginUrl).host];
    this.transport = new SalesforceTransport(reach, hosts, client !== null);
    this.connection = new jsforce.Connection({
      instanceUrl: url,
      loginUrl,
      version,
      logLevel: "NONE",
      ...(accessToken === null ? {} : { accessToken }),
      ...(client === null
        ? {}
        : {
            oauth2: { loginUrl, clientId: client.id, clientSecret: client.secret },
            refreshFn: (_, done) => {
              this.#fetchToken().then(
                (token) => done(null, token),
                (error: Error) => done(error),
              );
            },
          }),
    });
    // jsforce has no public way to give it a transport; its own would ask nobody and follow redirects.
    const own = this.transport as unknown as Connection["_transport"];
    this.connection._transport = own;
    this.connection.oauth2._transport = own;
  }

  /**
   * Loads jsforce and makes a connection. Nothing is sent yet.
   *
   * @throws UsageError where jsforce is not installed.
   */
  static async open(options: CheckedSalesforce, reach: Reach): Promise<SalesforceClient> {
    let jsforce: Jsforce;
    try {
      jsforce = (await import("jsforce")).default;
    } catch (error) {
      throw new UsageError(
        'expected the package "jsforce" for Salesforce, got none: install it with `npm install jsforce`',
        { cause: error },
      );
    }
    return new SalesforceClient(jsforce, options, reach);
  }

  /** Makes sure that there is a token. */
  async ready(): Promise<void> {
    if (this.connection.accessToken) return;
    this.#login ??= this.#fetchToken()
      .then((token) => {
        this.connection.accessToken = token;
      })
      .finally(() => {
        this.#login = null;
      });
    await this.#login;
  }

  /**
   * A request with a JSON answer.
   *
   * @param path Under the version's root, or from `/services/` on.
   */
  async request(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<unknown> {
    await this.ready();
    const type = body === undefined ? {} : { "content-type": "application/json" };
    return this.run(() =>
      this.connection.request({
        method: method as "GET",
        url: path,
        headers: { ...type, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
  }

  /** Runs something of jsforce's; its errors become `CrmError`s. */
  async run<T>(work: () => PromiseLike<T>): Promise<T> {
    await this.ready();
    try {
      return await work();
    } catch (error) {
      throw asCrmError(error);
    }
  }

  /** A query's rows, page after page, at most {@link MOST_ROWS}. */
  async query(
    soql: string,
    most: number = MOST_ROWS,
  ): Promise<{ readonly rows: readonly Foreign[]; readonly more: boolean }> {
    const rows: Foreign[] = [];
    let path = `/query?q=${encodeURIComponent(soql)}`;
    for (;;) {
      const page = objectOf(await this.request("GET", path), "a query's answer");
      for (const row of listOf(page.records, "a query's records")) {
        rows.push(objectOf(row, "a record"));
      }
      const next = textOf(page.nextRecordsUrl);
      if (rows.length >= most)
        return { rows: rows.slice(0, most), more: rows.length > most || next !== "" };
      if (page.done !== false || next === "") return { rows, more: false };
      if (!next.startsWith("/services/data/")) {
        throw new CrmError("broken", "a query's nextRecordsUrl: expected a path of this system");
      }
      path = next;
    }
  }

  async #fetchToken(): Promise<string> {
    const { client, url, loginUrl } = this.#options;
    if (client === null) throw new CrmError("login", `${place(url)}: the token was refused`);
    try {
      const grant = { grant_type: "client_credentials" };
      const answer: unknown = await this.connection.oauth2.requestToken(grant);
      const { access_token, instance_url } = objectOf(answer, "the token service's answer");
      const token = textOf(access_token);
      if (!/^[\x21-\x7e]{1,4096}$/.test(token)) {
        throw new CrmError("login", `${place(loginUrl)}: expected a token, got none`);
      }
      const host = new URL(textOf(instance_url) || url).host;
      if (host !== new URL(url).host) {
        throw new CrmError(
          "login",
          `${place(loginUrl)}: expected a token for ${new URL(url).host}, got one for ${host}`,
        );
      }
      this.transport.refreshed(token);
      return token;
    } catch (error) {
      const failure = asCrmError(error);
      // A token service that says "bad request" says that the credentials are wrong.
      if (failure.kind !== "rejected") throw failure;
      throw new CrmError("login", failure.message, { cause: error });
    }
  }
}

/** What jsforce threw, as ours. jsforce packs some of our errors into its own. */
export function asCrmError(error: unknown): CrmError {
  if (error instanceof CrmError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const text = message.replace(/\s+/g, " ").slice(0, 200);
  if (/^Unable to refresh session/.test(text)) return new CrmError("login", text, { cause: error });
  return new CrmError("broken", `jsforce: ${text}`, { mayHaveLanded: true, cause: error });
}
