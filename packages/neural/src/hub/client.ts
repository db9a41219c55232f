/** Requests to a hub: redirects, retries, errors in words, the token only where it belongs. */

import { setTimeout as sleep } from "node:timers/promises";
import { HubError } from "./errors.ts";
import { isCommit, isSafePath } from "./names.ts";
import { type Licence, licenceOfCard } from "./select.ts";

/** The public hub. */
const ENDPOINT = "https://huggingface.co";

/** Where the hub is and how it is asked. */
export type HubSettings = {
  /** Address without a slash at its end. */
  readonly endpoint: string;
  /** Sent to the endpoint's host only. */
  readonly token: string | undefined;
  /** Ask nobody. */
  readonly offline: boolean;
};

/**
 * Settings of the environment: `HF_ENDPOINT`, `HF_TOKEN`, `HF_HUB_OFFLINE`.
 * @throws {HubError} naming the variable that is not what it has to be; the token is not shown.
 */
export function hubSettings(env: NodeJS.ProcessEnv = process.env): HubSettings {
  const text = env.HF_ENDPOINT || ENDPOINT;
  let url: URL | null = null;
  try {
    url = new URL(text);
  } catch {
    // Said below.
  }
  const plain = url !== null && url.username === "" && url.password === "" && url.search === "";
  if (url === null || !plain || !/^https?:$/.test(url.protocol)) {
    const got =
      url !== null && !plain ? "one with a name, password or query" : JSON.stringify(text);
    throw new HubError(`HF_ENDPOINT: expected an http or https address, got ${got}`);
  }
  const token = env.HF_TOKEN?.trim() || undefined;
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw new HubError("HF_TOKEN: expected printable ASCII without spaces, got other characters");
  }
  return {
    endpoint: url.href.replace(/\/+$/, ""),
    token,
    offline: /^(?:1|true|yes|on)$/i.test(env.HF_HUB_OFFLINE ?? ""),
  };
}

/** How patient requests are. */
export type HubPatience = {
  /** Milliseconds without a byte after which a transfer counts as failed. Default 30000. */
  readonly stallMs?: number | undefined;
  /** Attempts without progress before giving up. Default 5. */
  readonly attempts?: number | undefined;
  /** Waits; for tests. */
  readonly wait?: ((ms: number, signal: AbortSignal | undefined) => Promise<void>) | undefined;
  /** Ends whatever is under way. */
  readonly signal?: AbortSignal | undefined;
};

/** A file of a model, as the hub lists it. */
export type HubFile = {
  /** Path within the model. */
  readonly path: string;
  /** Bytes; undefined where the hub does not say. */
  readonly size: number | undefined;
  /** SHA-256 of the content in hex, known for large files. */
  readonly sha256: string | undefined;
  /** Git's name of the content (SHA-1 over a short head and the content) in hex, known for small files. */
  readonly gitSha1: string | undefined;
};

/** A model at one revision. */
export type HubModel = {
  readonly id: string;
  /** Commit. */
  readonly revision: string;
  readonly licence: Licence | undefined;
  readonly files: readonly HubFile[];
};

/** Something that may work a moment later. */
class Passing extends Error {
  readonly afterMs: number | undefined;

  constructor(message: string, afterMs?: number) {
    super(message);
    this.afterMs = afterMs;
  }
}

/** Longest answer in JSON that is read, in bytes. */
const MAX_JSON = 32 << 20;

const MAX_REDIRECTS = 10;
const FIRST_DELAY = 500;
const LONGEST_DELAY = 30_000;

/** Talks to one hub. */
export class HubClient {
  readonly #settings: HubSettings;
  readonly #patience: HubPatience;

  constructor(settings: HubSettings, patience: HubPatience = {}) {
    this.#settings = settings;
    this.#patience = patience;
  }

  /** Address of the hub. */
  get endpoint(): string {
    return this.#settings.endpoint;
  }

  /** What ends all requests. */
  get signal(): AbortSignal | undefined {
    return this.#patience.signal;
  }

  /** Files, commit and licence of a model. @throws {HubError} when the hub has none or says something else. */
  async model(id: string, revision: string): Promise<HubModel> {
    const url = `${this.endpoint}/api/models/${id}/revision/${encodeURIComponent(revision)}?blobs=true`;
    const what = `${id}@${revision}`;
    const body = await this.retry(what, async () => {
      const response = await this.request(url, {}, what);
      return await this.#text(response, what);
    });
    let parsed: unknown;
    try {
      parsed = JSON.parse(body);
    } catch (error) {
      throw this.error(`${what}: expected JSON from ${this.endpoint}, got something else`, error);
    }
    return this.#model(id, what, parsed);
  }

  /** Address of a file's content. */
  fileUrl(id: string, revision: string, path: string): string {
    const parts = path.split("/").map(encodeURIComponent).join("/");
    return `${this.endpoint}/${id}/resolve/${revision}/${parts}`;
  }

  /** Size and checksum of a file where the list of files does not have them. */
  async head(id: string, revision: string, path: string): Promise<HubFile> {
    const what = `${id}: ${path}`;
    const response = await this.retry(what, () =>
      this.request(this.fileUrl(id, revision, path), { method: "HEAD" }, what, false),
    );
    const header = (name: string): string | null =>
      response.headers.get(`x-linked-${name}`) ?? response.headers.get(name);
    const etag = (header("etag") ?? "").replace(/^(?:W\/)?"?|"$/g, "");
    const size = header("size") ?? response.headers.get("content-length");
    return {
      path,
      size: size !== null && /^\d{1,15}$/.test(size) ? Number(size) : undefined,
      sha256: /^[0-9a-f]{64}$/.test(etag) ? etag : undefined,
      gitSha1: /^[0-9a-f]{40}$/.test(etag) ? etag : undefined,
    };
  }

  /**
   * Does something until it works: network errors, overload and servers' errors are tried again after a while, which
   * doubles each time.
   *
   * @param progress Any number that grows when an attempt got somewhere: then the count begins again.
   */
  async retry<T>(
    what: string,
    action: () => Promise<T>,
    progress: () => number = () => 0,
    onRetry: (reason: string, afterMs: number) => void = () => {},
  ): Promise<T> {
    const { attempts = 5, wait = pause, signal } = this.#patience;
    let reached = progress();
    for (let attempt = 1; ; attempt++) {
      try {
        return await action();
      } catch (error) {
        signal?.throwIfAborted();
        const passing = passingReason(error);
        if (passing === null) throw error;
        if (progress() > reached) {
          reached = progress();
          attempt = 1;
        }
        if (attempt >= attempts) {
          throw this.error(`${what}: ${passing.message} (${attempts} attempts)`, error);
        }
        const delay = FIRST_DELAY * 2 ** (attempt - 1) * (0.75 + Math.random() / 2);
        const afterMs = Math.min(LONGEST_DELAY, passing.afterMs ?? delay);
        onRetry(this.#mask(passing.message), afterMs);
        await wait(afterMs, signal);
      }
    }
  }

  /**
   * One request, its redirects followed. The token goes to the endpoint's host and to no other.
   * @throws {HubError} for what will not work later either.
   */
  async request(
    url: string,
    init: { readonly method?: string; readonly headers?: Readonly<Record<string, string>> },
    what: string,
    follow = true,
    signal: AbortSignal | undefined = this.signal,
  ): Promise<Response> {
    const home = new URL(this.endpoint);
    let at = new URL(url);
    for (let redirects = 0; ; redirects++) {
      const headers = new Headers({
        // A compressed answer would have another length than the file.
        "accept-encoding": "identity",
        "user-agent": "symbion",
        ...init.headers,
      });
      const { token } = this.#settings;
      if (token !== undefined && at.origin === home.origin) {
        headers.set("authorization", `Bearer ${token}`);
      }
      const quiet = AbortSignal.timeout(this.stallMs);
      const both = signal === undefined ? quiet : AbortSignal.any([signal, quiet]);
      // Only the answer's head is waited for here: its body may take hours.
      const stop = new AbortController();
      const abort = (): void => stop.abort(both.reason);
      both.addEventListener("abort", abort);
      let response: Response;
      try {
        response = await fetch(at, {
          method: init.method ?? "GET",
          headers,
          redirect: "manual",
          signal: stop.signal,
        });
      } catch (error) {
        signal?.throwIfAborted();
        const text = quiet.aborted ? `no answer within ${this.stallMs} ms` : causeOf(error);
        throw new Passing(`${at.origin} cannot be reached: ${text}`);
      } finally {
        both.removeEventListener("abort", abort);
      }
      signal?.addEventListener("abort", () => stop.abort(signal.reason), { once: true });
      const { status } = response;
      const location = response.headers.get("location");
      if (status < 300 || status > 399 || location === null) {
        if (status < 300) return response;
        await response.body?.cancel();
        throw this.#statusError(response, what);
      }
      // What the hub itself says about a file stands beside its first redirect.
      const elsewhere = this.#redirect(at, location, what, redirects);
      if (!follow && elsewhere.origin !== at.origin) return response;
      await response.body?.cancel();
      at = elsewhere;
    }
  }

  /** Milliseconds of silence that are borne. */
  get stallMs(): number {
    return this.#patience.stallMs ?? 30_000;
  }

  /** An error whose message holds no token. */
  error(message: string, cause?: unknown): HubError {
    return new HubError(this.#mask(message), cause === undefined ? {} : { cause });
  }

  /** An error after which the same is tried again. */
  passing(message: string): Error {
    return new Passing(this.#mask(message));
  }

  #redirect(from: URL, location: string, what: string, count: number): URL {
    let to: URL;
    try {
      to = new URL(location, from);
    } catch (error) {
      throw this.error(`${what}: expected an address to be redirected to, got none`, error);
    }
    if (count >= MAX_REDIRECTS) {
      throw this.error(`${what}: expected at most ${MAX_REDIRECTS} redirects, got more`);
    }
    const downgrade = from.protocol === "https:" && to.protocol !== "https:";
    if (downgrade || !/^https?:$/.test(to.protocol)) {
      throw this.error(
        `${what}: expected a redirect to ${from.protocol}//, got one to ${to.protocol}//${to.host}`,
      );
    }
    return to;
  }

  #statusError(response: Response, what: string): Error {
    const { status, headers } = response;
    const code = headers.get("x-error-code") ?? "";
    const said = (headers.get("x-error-message") ?? "").replace(/[^\x20-\x7e]/g, " ").slice(0, 200);
    const { token } = this.#settings;
    if (status === 408 || status === 425 || status === 429 || status >= 500) {
      const seconds = Number(headers.get("retry-after") ?? Number.NaN);
      const text = `${new URL(this.endpoint).origin} answered ${status}`;
      return new Passing(
        text,
        Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined,
      );
    }
    if (code === "GatedRepo") {
      const how =
        token === undefined
          ? "accept its conditions there and put a token into HF_TOKEN"
          : "the account of HF_TOKEN has to accept its conditions there first";
      return this.error(`${what}: access is restricted: see ${this.endpoint}; ${how}`);
    }
    if (status === 401) {
      return token === undefined
        ? this.error(
            `${what}: expected a public model, it does not exist or wants a token (HF_TOKEN)`,
          )
        : this.error(`${what}: it does not exist, or HF_TOKEN is not valid (401)`);
    }
    if (status === 403) {
      return this.error(
        `${what}: forbidden (403)${token === undefined ? "; no token in HF_TOKEN" : " for HF_TOKEN"}${said && `: ${said}`}`,
      );
    }
    if (status === 404) {
      const missing =
        code === "RevisionNotFound"
          ? "no such revision"
          : code === "EntryNotFound"
            ? "no such file"
            : "no such model";
      return this.error(`${what}: ${missing} at ${this.endpoint} (404)`);
    }
    return this.error(`${what}: ${this.endpoint} answered ${status}${said && `: ${said}`}`);
  }

  async #text(response: Response, what: string): Promise<string> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of this.chunks(response)) {
      size += chunk.length;
      if (size > MAX_JSON) throw this.error(`${what}: expected at most ${MAX_JSON} bytes of JSON`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
  }

  /** A response's body. Throws what is tried again when the connection breaks or stalls. */
  async *chunks(response: Response): AsyncGenerator<Uint8Array> {
    const reader = response.body?.getReader();
    if (reader === undefined) return;
    try {
      for (;;) {
        const { promise: stalled, reject } = Promise.withResolvers<never>();
        const timer = setTimeout(
          () => reject(new Passing(`no byte within ${this.stallMs} ms`)),
          this.stallMs,
        );
        let result: ReadableStreamReadResult<Uint8Array>;
        try {
          result = await Promise.race([reader.read(), stalled]);
        } catch (error) {
          this.signal?.throwIfAborted();
          throw error instanceof Passing
            ? error
            : new Passing(`the connection broke: ${causeOf(error)}`);
        } finally {
          clearTimeout(timer);
        }
        if (result.done) return;
        yield result.value;
      }
    } finally {
      await reader.cancel().catch(() => {});
    }
  }

  #model(id: string, what: string, parsed: unknown): HubModel {
    const { sha, siblings, cardData } = (parsed ?? {}) as Record<string, unknown>;
    if (!isCommit(sha) || !Array.isArray(siblings)) {
      throw this.error(`${what}: expected a commit and a list of files from ${this.endpoint}`);
    }
    const files = siblings.map((sibling: unknown): HubFile => {
      const { rfilename, size, blobId, lfs } = (sibling ?? {}) as Record<string, unknown>;
      if (!isSafePath(rfilename)) {
        throw this.error(
          `${what}: expected paths within the model, got ${JSON.stringify(rfilename)?.slice(0, 200)}`,
        );
      }
      const large = (lfs ?? {}) as Record<string, unknown>;
      const sha256 = large.sha256 ?? large.oid;
      const bytes = large.size ?? size;
      return {
        path: rfilename,
        size: Number.isSafeInteger(bytes) && (bytes as number) >= 0 ? (bytes as number) : undefined,
        sha256: typeof sha256 === "string" && /^[0-9a-f]{64}$/.test(sha256) ? sha256 : undefined,
        // The blob of a large file is a pointer to it.
        gitSha1:
          lfs == null && typeof blobId === "string" && /^[0-9a-f]{40}$/.test(blobId)
            ? blobId
            : undefined,
      };
    });
    const paths = new Set(files.map(({ path }) => path.toLowerCase()));
    if (paths.size !== files.length) {
      throw this.error(`${what}: expected each path once, got one twice`);
    }
    return { id, revision: sha, licence: licenceOfCard(cardData), files };
  }

  #mask(text: string): string {
    const { token } = this.#settings;
    return token === undefined ? text : text.replaceAll(token, "***");
  }
}

function passingReason(error: unknown): Passing | null {
  return error instanceof Passing ? error : null;
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const code = (cause as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : cause instanceof Error ? cause.message : String(cause);
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(ms, undefined, signal === undefined ? {} : { signal });
}
