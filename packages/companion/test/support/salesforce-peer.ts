/**
 * A peer that speaks the part of Salesforce that a client of cases uses: REST with error bodies as documented, SOQL,
 * upsert by external id, composite, OAuth client credentials, request limits, conditional requests, and the Streaming
 * API (Bayeux long polling with replay ids). It counts, and it fails on demand.
 */

import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { attributes, type Change, Org, OrgError } from "./salesforce-org.ts";
import type { Row } from "./soql-rows.ts";

/** What a request meets: nothing, a dead connection before or after it took effect, an answer, or none at all. */
export type Fault =
  | "none"
  | "drop before"
  | "drop after"
  | "stall"
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: string;
    };

export type Seen = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
};

const VERSION = "62.0";
const ROOT = `/services/data/v${VERSION}`;
const BATCH = 200;

export class SalesforcePeer {
  readonly org: Org;
  readonly requests: Seen[] = [];
  /** Asked for each request of the REST part. */
  fault: (seen: Seen) => Fault = () => "none";
  clientId = "consumer-key";
  clientSecret = "consumer-secret";
  /** Tokens that are good. */
  readonly tokens = new Set<string>(["good-token"]);
  used = 0;
  limit = 15_000;
  /** Rows of one page of a query's answer. */
  batch: number = BATCH;
  url = "";
  readonly #server: Server;
  readonly #now: () => number;
  readonly #cursors = new Map<string, { readonly object: string; readonly rows: readonly Row[] }>();
  readonly #stream: Stream;

  private constructor(now: () => number) {
    this.#now = now;
    this.org = new Org(now);
    this.#stream = new Stream(this);
    this.org.onChange = (change) => this.#stream.changed(change);
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch((error: unknown) => {
        this.#answer(response, 500, [{ errorCode: "UNKNOWN_EXCEPTION", message: String(error) }]);
      });
    });
  }

  static async start(now: () => number = Date.now): Promise<SalesforcePeer> {
    const peer = new SalesforcePeer(now);
    await new Promise<void>((resolve) => peer.#server.listen(0, "127.0.0.1", resolve));
    peer.url = `http://127.0.0.1:${(peer.#server.address() as AddressInfo).port}`;
    return peer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stream.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** An event of the org's own. */
  publish(channel: string, payload: Row): void {
    this.#stream.publish(channel, payload);
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString("utf8");
    const path = request.url ?? "/";
    const seen = { method: request.method ?? "GET", path, headers: request.headers, body };
    this.requests.push(seen);
    response.setHeader("date", new Date(this.#now()).toUTCString());
    if (path.startsWith("/cometd/")) {
      this.#stream.handle(seen, response);
      return;
    }
    const fault = this.fault(seen);
    if (fault === "drop before") {
      request.socket.destroy();
      return;
    }
    if (fault === "stall") return;
    if (typeof fault === "object") {
      response.writeHead(fault.status, { "content-type": "application/json", ...fault.headers });
      response.end(fault.body);
      return;
    }
    const [status, answer] = this.#route(seen);
    if (fault === "drop after") request.socket.destroy();
    else this.#answer(response, status, answer);
  }

  #answer(response: ServerResponse, status: number, body: unknown): void {
    response.setHeader("sforce-limit-info", `api-usage=${this.used}/${this.limit}`);
    response.writeHead(status, { "content-type": "application/json;charset=UTF-8" });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  }

  #route(seen: Seen): [number, unknown] {
    try {
      return this.#routeChecked(seen);
    } catch (error) {
      if (!(error instanceof OrgError)) throw error;
      return [error.status, [{ message: error.message, errorCode: error.code }]];
    }
  }

  #routeChecked(seen: Seen): [number, unknown] {
    const url = new URL(seen.path, "http://peer");
    if (url.pathname === "/services/oauth2/token") return this.#token(seen);
    if (url.pathname === "/services/data") {
      return [200, [{ label: "Peer", url: ROOT, version: VERSION }]];
    }
    this.authorize(seen, "Bearer");
    if (++this.used > this.limit) {
      throw new OrgError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");
    }
    if (!url.pathname.startsWith(`${ROOT}/`))
      throw new OrgError(404, "NOT_FOUND", "The requested resource does not exist");
    const parts = url.pathname
      .slice(ROOT.length + 1)
      .split("/")
      .map(decodeURIComponent);
    switch (parts[0]) {
      case "limits":
        return [200, { DailyApiRequests: { Max: this.limit, Remaining: this.limit - this.used } }];
      case "query":
        return [200, this.#query(parts[1], url.searchParams.get("q"))];
      case "composite":
        return [200, this.#composite(parse(seen.body))];
      case "sobjects":
        return this.#sobjects(seen, parts.slice(1), url);
      default:
        throw new OrgError(404, "NOT_FOUND", "The requested resource does not exist");
    }
  }

  authorize({ headers }: Seen, scheme: "Bearer" | "OAuth"): void {
    const [given, token] = (headers.authorization ?? "").split(" ");
    if (given !== scheme || !this.tokens.has(token ?? "")) {
      throw new OrgError(401, "INVALID_SESSION_ID", "Session expired or invalid");
    }
  }

  #token({ body }: Seen): [number, unknown] {
    const form = new URLSearchParams(body);
    if (form.get("grant_type") !== "client_credentials") {
      return [
        400,
        { error: "unsupported_grant_type", error_description: "grant type not supported" },
      ];
    }
    if (
      form.get("client_id") !== this.clientId ||
      form.get("client_secret") !== this.clientSecret
    ) {
      return [400, { error: "invalid_client", error_description: "invalid client credentials" }];
    }
    const token = `token-${randomUUID()}`;
    this.tokens.add(token);
    return [
      200,
      {
        access_token: token,
        instance_url: this.url,
        id: `${this.url}/id/00D000000000001AAA/005000000000001AAA`,
        token_type: "Bearer",
        issued_at: String(this.#now()),
        signature: "unsigned",
      },
    ];
  }

  #query(locator: string | undefined, soql: string | null): unknown {
    let object: string;
    let rows: readonly Row[];
    let from = 0;
    if (locator !== undefined) {
      const [key = "", start = "0"] = locator.split("-");
      const kept = this.#cursors.get(key);
      if (kept === undefined)
        throw new OrgError(400, "INVALID_QUERY_LOCATOR", "invalid query locator");
      ({ object, rows } = kept);
      from = Number(start);
    } else {
      if (soql === null) throw new OrgError(400, "MALFORMED_QUERY", "no query");
      ({ object, rows } = this.org.query(soql));
    }
    const page = rows.slice(from, from + this.batch);
    const done = from + this.batch >= rows.length;
    let key = locator?.split("-")[0];
    if (!done && key === undefined) {
      key = `01g${String(this.#cursors.size + 1).padStart(12, "0")}`;
      this.#cursors.set(key, { object, rows });
    }
    return {
      totalSize: rows.length,
      done,
      ...(done ? {} : { nextRecordsUrl: `${ROOT}/query/${key}-${from + this.batch}` }),
      records: page,
    };
  }

  #composite(body: Row): unknown {
    const parts = body.compositeRequest as readonly {
      method: string;
      url: string;
      body: Row;
      referenceId: string;
    }[];
    const answers: {
      body: unknown;
      httpHeaders: Row;
      httpStatusCode: number;
      referenceId: string;
    }[] = [];
    const one = (part: (typeof parts)[number]): void => {
      const inner = {
        method: part.method,
        path: part.url,
        headers: {},
        body: JSON.stringify(part.body),
      };
      const url = new URL(part.url, "http://peer");
      const names = url.pathname.slice(ROOT.length + 1).split("/");
      const [status, answer] = this.#sobjects(inner, names.slice(1), url);
      answers.push({
        body: answer,
        httpHeaders: {},
        httpStatusCode: status,
        referenceId: part.referenceId,
      });
    };
    try {
      this.org.atomic(() => {
        for (const part of parts) one(part);
      });
      return { compositeResponse: answers };
    } catch (error) {
      if (!(error instanceof OrgError) || body.allOrNone !== true) throw error;
      const broken = answers.length;
      return {
        compositeResponse: parts.map(({ referenceId }, i) => {
          const halted = i !== broken;
          const errorCode = halted ? "PROCESSING_HALTED" : error.code;
          const message = halted
            ? "The transaction was rolled back since another operation in the same transaction failed."
            : error.message;
          return {
            body: [{ errorCode, message }],
            httpHeaders: {},
            httpStatusCode: 400,
            referenceId,
          };
        }),
      };
    }
  }

  #sobjects(
    seen: Seen,
    [object, first, second]: readonly (string | undefined)[],
    url: URL,
  ): [number, unknown] {
    if (object === undefined)
      return [200, { sobjects: [{ name: "Case" }, { name: "Contact" }, { name: "Task" }] }];
    const { org } = this;
    org.kind(object);
    if (first === undefined) {
      if (seen.method !== "POST")
        throw new OrgError(405, "METHOD_NOT_ALLOWED", "HTTP Method not allowed");
      const { Id } = org.create(object, parse(seen.body));
      return [201, { id: Id, success: true, errors: [] }];
    }
    if (first === "describe") {
      return [
        200,
        {
          name: object,
          fields: org
            .fields(object)
            .map((name) => ({ name, externalId: org.kind(object).unique.includes(name) })),
        },
      ];
    }
    if (second !== undefined) return this.#upsert(seen, object, first, second);
    const row = org.get(object, first);
    if (seen.method === "GET") {
      const names = url.searchParams.get("fields")?.split(",") ?? org.fields(object);
      return [
        200,
        {
          attributes: attributes(object, first),
          ...Object.fromEntries(names.map((name) => [name, row[name] ?? null])),
        },
      ];
    }
    if (seen.method === "DELETE") {
      org.delete(object, first);
      return [204, undefined];
    }
    if (seen.method !== "PATCH")
      throw new OrgError(405, "METHOD_NOT_ALLOWED", "HTTP Method not allowed");
    this.#precondition(seen, row);
    org.update(object, first, parse(seen.body));
    return [204, undefined];
  }

  /** RFC 9110 13.1.4: a time of whole seconds, so a later change within that second passes. */
  #precondition({ headers }: Seen, row: Row): void {
    const since = Date.parse(headers["if-unmodified-since"] ?? "");
    if (Number.isNaN(since)) return;
    const changed =
      Math.floor(Date.parse(String(row.LastModifiedDate).replace("+0000", "Z")) / 1000) * 1000;
    if (changed > since)
      throw new OrgError(412, "PRECONDITION_FAILED", "Row has been modified since the given date");
  }

  #upsert(seen: Seen, object: string, field: string, value: string): [number, unknown] {
    const row = this.org.by(object, field, value);
    if (seen.method === "GET") {
      if (row === null)
        throw new OrgError(404, "NOT_FOUND", "The requested resource does not exist");
      return [200, { attributes: attributes(object, row.Id), ...row }];
    }
    if (seen.method !== "PATCH")
      throw new OrgError(405, "METHOD_NOT_ALLOWED", "HTTP Method not allowed");
    const values = parse(seen.body);
    if (row === null) {
      const { Id } = this.org.create(object, { ...values, [field]: value });
      return [201, { id: Id, success: true, errors: [], created: true }];
    }
    this.org.update(object, row.Id, values);
    return [200, { id: row.Id, success: true, errors: [], created: false }];
  }
}

type Bayeux = {
  channel: string;
  clientId?: string;
  subscription?: string;
  id?: string;
  ext?: { replay?: Record<string, number> };
  advice?: { timeout?: number };
};
type Listener = {
  readonly channels: Set<string>;
  readonly waiting: unknown[];
  poll: (() => void) | null;
};

/** Bayeux 1.0 with long polling, and Salesforce's replay extension: events are kept, -1 is new ones, -2 is all. */
class Stream {
  readonly #peer: SalesforcePeer;
  readonly #listeners = new Map<string, Listener>();
  readonly #kept: {
    readonly channel: string;
    readonly data: unknown;
    readonly replayId: number;
  }[] = [];
  #replay = 1000;
  #timers = new Set<NodeJS.Timeout>();

  constructor(peer: SalesforcePeer) {
    this.#peer = peer;
  }

  changed({ object, type, id, at }: Change): void {
    if (object !== "Case") return;
    this.publish("/data/CaseChangeEvent", {
      ChangeEventHeader: {
        entityName: object,
        recordIds: [id],
        changeType: type,
        commitTimestamp: at,
        changeOrigin: "",
      },
    });
  }

  publish(channel: string, payload: Row): void {
    const replayId = ++this.#replay;
    const data = { schema: "peer", payload, event: { replayId } };
    this.#kept.push({ channel, data, replayId });
    for (const listener of this.#listeners.values()) {
      if (!listener.channels.has(channel)) continue;
      listener.waiting.push({ channel, data });
      listener.poll?.();
    }
  }

  handle(seen: Seen, response: ServerResponse): void {
    if (seen.method !== "POST") {
      // A client that tries a WebSocket first learns that there is none.
      response.writeHead(400).end();
      return;
    }
    const messages = [JSON.parse(seen.body) as Bayeux | Bayeux[]].flat();
    // A connect that waits must not keep back the answers to what came with it.
    messages.sort(
      (a, b) => Number(a.channel === "/meta/connect") - Number(b.channel === "/meta/connect"),
    );
    const answers: unknown[] = [];
    for (const message of messages) {
      const held = this.#one(message, seen, answers, response);
      if (held) return;
    }
    send(response, answers);
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #one(message: Bayeux, seen: Seen, answers: unknown[], response: ServerResponse): boolean {
    const { channel, id, clientId = "" } = message;
    const base = { channel, ...(id === undefined ? {} : { id }) };
    try {
      this.#peer.authorize(seen, "OAuth");
    } catch {
      const ext = { sfdc: { failureReason: "401::Authentication invalid" }, replay: true };
      const error =
        channel === "/meta/handshake" ? "403::Handshake denied" : "401::Authentication invalid";
      answers.push({ ...base, ext, advice: { reconnect: "none" }, error, successful: false });
      return false;
    }
    if (channel === "/meta/handshake") {
      const fresh = randomUUID();
      this.#listeners.set(fresh, { channels: new Set(), waiting: [], poll: null });
      answers.push({
        ...base,
        version: "1.0",
        minimumVersion: "1.0",
        supportedConnectionTypes: ["long-polling"],
        clientId: fresh,
        ext: { replay: true, "payload.format": true },
        advice: { reconnect: "retry", interval: 0, timeout: 110_000 },
        successful: true,
      });
      return false;
    }
    const listener = this.#listeners.get(clientId);
    if (listener === undefined) {
      answers.push({
        ...base,
        clientId,
        advice: { reconnect: "handshake", interval: 0 },
        error: "403::Unknown client",
        successful: false,
      });
      return false;
    }
    if (channel === "/meta/subscribe") {
      const wanted = message.subscription ?? "";
      if (!/^\/(?:data\/CaseChangeEvent|event\/\w+__e)$/.test(wanted)) {
        answers.push({
          ...base,
          clientId,
          subscription: wanted,
          error: `400::The channel specified is not valid`,
          successful: false,
        });
        return false;
      }
      listener.channels.add(wanted);
      const from = message.ext?.replay?.[wanted] ?? -1;
      for (const kept of this.#kept) {
        if (kept.channel === wanted && from !== -1 && kept.replayId > from) {
          listener.waiting.push({ channel: kept.channel, data: kept.data });
        }
      }
      answers.push({ ...base, clientId, subscription: wanted, successful: true });
      listener.poll?.();
      return false;
    }
    if (channel === "/meta/connect") {
      let sent = false;
      const done = (): void => {
        if (sent) return;
        sent = true;
        clearTimeout(timer);
        this.#timers.delete(timer);
        listener.poll = null;
        send(response, [
          ...answers,
          { ...base, clientId, successful: true },
          ...listener.waiting.splice(0),
        ]);
      };
      const timer = setTimeout(done, 20_000);
      this.#timers.add(timer);
      listener.poll = done;
      response.on("close", () => {
        sent = true;
        clearTimeout(timer);
        this.#timers.delete(timer);
      });
      const atOnce = message.advice?.timeout === 0 || answers.length > 0;
      if (atOnce || listener.waiting.length > 0) done();
      return true;
    }
    if (channel === "/meta/disconnect") this.#listeners.delete(clientId);
    answers.push({ ...base, clientId, successful: true });
    return false;
  }
}

function send(response: ServerResponse, messages: readonly unknown[]): void {
  if (response.writableEnded || response.destroyed) return;
  response.writeHead(200, { "content-type": "application/json;charset=UTF-8" });
  response.end(JSON.stringify(messages));
}

function parse(body: string): Row {
  try {
    const { attributes: _, ...row } = JSON.parse(body) as Record<string, unknown>;
    return row;
  } catch {
    throw new OrgError(400, "JSON_PARSER_ERROR", "Unexpected character");
  }
}
