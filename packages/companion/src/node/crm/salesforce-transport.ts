/**
 * jsforce's way out, through `exchange`: the node's door is asked first, answers are bounded, redirects are not
 * followed, the token goes to the instance and the login host only, and errors are `CrmError`s that tell whether a
 * write may have landed. jsforce's own repetitions do not take place.
 */

import { PassThrough } from "node:stream";
import { CrmError } from "../../crm/errors.ts";
import { type Answer, exchange, isPage, place, type Reach } from "../../crm/exchange.ts";

/** What jsforce hands to its transport. */
export type TransportRequest = {
  /** HTTP method. */
  readonly method: string;
  /** Whole address. */
  readonly url: string;
  /** Header fields. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Text, or nothing. */
  readonly body?: unknown;
};

/** What it expects back. */
export type TransportResponse = {
  /** HTTP status. */
  readonly statusCode: number;
  /** Header fields, names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  /** Body as text. */
  readonly body: string;
};

/** Errors of Salesforce that are somebody else's turn, a wait, or final; others with status 400 are `rejected`. */
const KINDS: ReadonlyMap<string, CrmError["kind"]> = new Map(
  Object.entries<CrmError["kind"]>({
    INVALID_SESSION_ID: "login",
    INVALID_AUTH_HEADER: "login",
    INVALID_LOGIN: "login",
    invalid_client: "login",
    invalid_client_id: "login",
    invalid_grant: "login",
    API_DISABLED_FOR_ORG: "forbidden",
    INSUFFICIENT_ACCESS: "forbidden",
    INSUFFICIENT_ACCESS_OR_READONLY: "forbidden",
    INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: "forbidden",
    REQUEST_LIMIT_EXCEEDED: "busy",
    SERVER_UNAVAILABLE: "busy",
    UNABLE_TO_LOCK_ROW: "busy",
    CONCURRENT_REQUESTS_LIMIT_EXCEEDED: "busy",
    NOT_FOUND: "missing",
    ENTITY_IS_DELETED: "missing",
    DUPLICATE_VALUE: "rejected",
  }),
);

/** The request limit counts over 24 hours; asking again at once is of no use. Milliseconds. */
const LIMIT_WAIT = 900_000;

/** A precondition that did not hold; the connector looks again. */
export const CHANGED_MEANWHILE = 412;

/** See the file's head. Hands over as jsforce's `Transport` does: a promise that has a stream beside it. */
export class SalesforceTransport {
  readonly #reach: Reach;
  readonly #hosts: ReadonlySet<string>;
  readonly #canRefresh: boolean;
  /** Token that a refresh brought and that no request has been let in with yet. */
  #untried: string | null = null;
  /** The system's clock, from the `Date` field of its last answer; milliseconds, whole seconds. */
  serverTime: number | null = null;

  /**
   * @param hosts Hosts, with ports, that requests may go to.
   * @param canRefresh Whether jsforce may be shown a 401 in order to fetch a new token.
   */
  constructor(reach: Reach, hosts: readonly string[], canRefresh: boolean) {
    this.#reach = reach;
    this.#hosts = new Set(hosts);
    this.#canRefresh = canRefresh;
  }

  /** Told of each new token, so that a system that refuses every token ends in an error, not in a loop. */
  refreshed(token: string): void {
    this.#untried = token;
  }

  /** What jsforce calls. */
  httpRequest(request: TransportRequest): Promise<TransportResponse> & { stream(): PassThrough } {
    const sent = this.#send(request);
    return Object.assign(sent, { stream: () => new PassThrough() });
  }

  async #send({ method, url, headers = {}, body }: TransportRequest): Promise<TransportResponse> {
    if (!this.#hosts.has(hostOf(url))) {
      throw new CrmError("broken", `expected an address of this system, got one of ${place(url)}`);
    }
    if (body !== undefined && body !== null && typeof body !== "string") {
      throw new CrmError("broken", `${place(url)}: expected a text to send, got ${typeof body}`);
    }
    const token = /\/oauth2\/token$/.test(place(url));
    const write = method !== "GET" && method !== "HEAD" && !token;
    const what = whatOf(method, url);
    const ask = { method, url, headers, what, write, ...(body ? { body } : {}) };
    const answer = await exchange(ask, this.#reach);
    this.serverTime = Date.parse(answer.headers.date ?? "") || null;
    this.#judge(answer, url, write, token, headers.Authorization ?? "");
    const { status, text } = answer;
    return { statusCode: status, headers: answer.headers, body: text };
  }

  #judge(answer: Answer, url: string, write: boolean, token: boolean, sent: string): void {
    const { status } = answer;
    if (isPage(answer)) {
      const why = `${place(url)}: expected JSON, got an HTML page (a login page, or no such org)`;
      throw new CrmError("login", why, { status, mayHaveLanded: write && status < 300 });
    }
    if (status === 401 && !token) {
      const fresh = this.#untried !== null && sent.endsWith(this.#untried);
      if (this.#canRefresh && !fresh) return;
      throw new CrmError("login", `${place(url)}: the token was refused`, { status });
    }
    if (this.#untried !== null && sent.endsWith(this.#untried)) this.#untried = null;
    if (status >= 400) throw errorOf(answer, url, write);
    const type = answer.headers["content-type"] ?? "";
    if (status !== 204 && !/^application\/json\b/i.test(type)) {
      const got = type === "" ? "no type" : type.slice(0, 60);
      const why = `${place(url)}: expected application/json, got ${got}`;
      throw new CrmError("broken", why, { status, mayHaveLanded: write });
    }
  }
}

/** The error of an answer with a status of 400 or more. Its text is Salesforce's, cut short. */
function errorOf(answer: Answer, url: string, write: boolean): CrmError {
  const { status, text } = answer;
  const { code, message } = bodyOf(text);
  const kind =
    KINDS.get(code) ??
    (status === 401 ? "login" : status === 403 ? "forbidden" : status === 404 ? "missing" : null) ??
    (status >= 500 ? "broken" : status === CHANGED_MEANWHILE ? "conflict" : "rejected");
  const why = `${place(url)}: ${code === "" ? `HTTP ${status}` : code}${message === "" ? "" : `: ${message}`}`;
  return new CrmError(kind, why, {
    status,
    mayHaveLanded: write && status >= 500,
    ...(code === "REQUEST_LIMIT_EXCEEDED" ? { retryAfter: LIMIT_WAIT } : {}),
  });
}

/** `[{"errorCode","message"}]` of the REST API, or `{"error","error_description"}` of the token service. */
function bodyOf(text: string): { readonly code: string; readonly message: string } {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { code: "", message: "" };
  }
  const first: unknown = Array.isArray(body) ? body[0] : body;
  if (typeof first !== "object" || first === null) return { code: "", message: "" };
  const { errorCode, error, message, error_description } = first as Record<string, unknown>;
  const word = (value: unknown): string =>
    typeof value === "string" ? value.replace(/\s+/g, " ").slice(0, 200) : "";
  const code = word(errorCode) || word(error);
  return {
    code: /^\w{1,80}$/.test(code) ? code : "",
    message: word(message) || word(error_description),
  };
}

function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return "";
  }
}

/** In a few words what a request does: from its address, never from its values. */
function whatOf(method: string, url: string): string {
  const { pathname, searchParams } = new URL(url);
  if (pathname.endsWith("/oauth2/token")) return "fetch a token";
  const from = /\bFROM\s+(\w{1,80})/i.exec(searchParams.get("q") ?? "")?.[1];
  if (from !== undefined) return `list ${from}`;
  const object = /\/sobjects\/(\w{1,80})/.exec(pathname)?.[1];
  if (object === undefined)
    return `${method === "GET" ? "read" : "write"} ${pathname.split("/")[4] ?? "data"}`;
  return `${method === "GET" ? "read" : method === "POST" ? "create" : "write"} ${object}`;
}
