/**
 * One HTTP exchange with a CRM system, on a `fetch` that the caller gives: asked of the node's door first, bounded in
 * time and bytes, never following a redirect (credentials would go along), every failure a `CrmError`.
 */

import { CrmError } from "./errors.ts";
import type { BeforeRequest } from "./types.ts";

/** The part of `fetch` that is used: what the platform has, or the node's own that goes through its door. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** How a connector reaches its system. */
export type Reach = {
  /** Default: the platform's. */
  readonly fetch?: Fetch;
  /** Asked before every request; may refuse. Default: lets all pass. */
  readonly beforeRequest?: BeforeRequest;
  /** Longest wait for a whole answer, milliseconds. Default 30,000. */
  readonly timeout?: number;
  /** Largest answer, bytes. Default 8 MiB. */
  readonly maxBytes?: number;
  /** How often a question (never a write) is repeated when the system is busy or away. Default 2. */
  readonly retries?: number;
  /** Waits, milliseconds. Default: a timer. */
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** A number from 0 to below 1, for the spread of waits. Default `Math.random`. */
  readonly random?: () => number;
};

/** A request. */
export type Ask = {
  /** HTTP method. */
  readonly method: string;
  /** Whole address. */
  readonly url: string;
  /** Header fields. */
  readonly headers: Readonly<Record<string, string>>;
  /** Body, UTF-8; absent for none. */
  readonly body?: string;
  /** In a few words, for the door. */
  readonly what: string;
  /** Whether it may change something there. */
  readonly write: boolean;
};

/** An answer, whatever its status. */
export type Answer = {
  /** HTTP status. */
  readonly status: number;
  /** Header fields, names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  /** Body. Bytes that are no UTF-8 are replaced by U+FFFD. */
  readonly text: string;
};

/** Failures of a connection in which nothing can have arrived. */
const NEVER_SENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ERR_INVALID_URL",
  "UND_ERR_CONNECT_TIMEOUT",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

/** Longest wait between repetitions of a question, milliseconds; who asks for more is told to come back. */
const LONGEST_PAUSE = 10_000;

const MEBIBYTE = 1024 * 1024;

/**
 * Asks, and repeats a question (never a write) where the system is away or busy. Answers with a status of 400 or more
 * are answers; it is the caller who knows what they mean, except 429, 502, 503 and 504.
 */
export async function exchange(ask: Ask, reach: Reach, signal?: AbortSignal): Promise<Answer> {
  const { retries = 2, sleep = pause, random = Math.random } = reach;
  for (let turn = 0; ; turn++) {
    try {
      const answer = await once(ask, reach, signal);
      const busy = busyError(ask, answer);
      if (busy === null) return answer;
      throw busy;
    } catch (error) {
      if (!(error instanceof CrmError) || ask.write || turn >= retries) throw error;
      if (error.kind !== "busy" && error.kind !== "unreachable") throw error;
      const wait = Math.max(500 * 2 ** turn * (0.5 + random() / 2), error.retryAfter ?? 0);
      if (wait > LONGEST_PAUSE) throw error;
      await sleep(wait, signal);
    }
  }
}

/**
 * A JSON answer.
 *
 * @param write Whether the request may have changed something: its answer was lost then.
 * @throws CrmError `login` for a page of HTML, `broken` for anything else that is no JSON.
 */
export function jsonOf(answer: Answer, url: string, write: boolean): unknown {
  const { status, text } = answer;
  const details = { status, mayHaveLanded: write };
  if (isPage(answer)) {
    throw new CrmError(
      "login",
      `${place(url)}: expected JSON, got an HTML page (a login page?)`,
      details,
    );
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const got = `${text.length} characters that are none`;
    throw new CrmError("broken", `${place(url)}: expected JSON, got ${got}`, details);
  }
}

/** Whether an answer is a page for people. */
export function isPage({ headers, text }: Answer): boolean {
  const type = headers["content-type"] ?? "";
  return (
    /^\s*text\/html\b/i.test(type) || /^\s{0,100}<(?:!doctype|html)\b/i.test(text.slice(0, 200))
  );
}

/** Host and path of an address, without anything that could be secret. */
export function place(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return `${host}${pathname.length > 80 ? `${pathname.slice(0, 79)}…` : pathname}`;
  } catch {
    return "the address";
  }
}

/** An address of a system: http(s), no credentials in it, no query. Null where it is none. */
export function baseUrl(url: unknown): string | null {
  if (typeof url !== "string") return null;
  try {
    const { protocol, username, password, search, hash, origin, pathname } = new URL(url);
    if (protocol !== "https:" && protocol !== "http:") return null;
    if (username !== "" || password !== "" || search !== "" || hash !== "") return null;
    return origin + pathname.replace(/\/+$/, "");
  } catch {
    return null;
  }
}

/** Milliseconds of a `Retry-After` field: seconds or a date; null where it is neither. */
export function retryAfter(value: string | undefined, now: number = Date.now()): number | null {
  if (value === undefined) return null;
  if (/^\s*\d{1,7}\s*$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

async function once(ask: Ask, reach: Reach, signal: AbortSignal | undefined): Promise<Answer> {
  const { fetch = globalThis.fetch, timeout = 30_000, maxBytes = 8 * MEBIBYTE } = reach;
  const where = place(ask.url);
  await pass(ask, reach);
  signal?.throwIfAborted();
  const clock = AbortSignal.timeout(timeout);
  const both = signal === undefined ? clock : AbortSignal.any([clock, signal]);
  const mayHaveLanded = ask.write;
  let status: number | undefined;
  try {
    const response = await fetch(ask.url, {
      method: ask.method,
      headers: { ...ask.headers },
      ...(ask.body === undefined ? {} : { body: ask.body }),
      redirect: "manual",
      signal: both,
    });
    status = response.status;
    const text = await bounded(response, maxBytes, where, mayHaveLanded);
    const headers = Object.fromEntries(response.headers);
    if (response.type === "opaqueredirect" || (status >= 300 && status < 400 && status !== 304)) {
      const why = `${where}: expected an answer, got a redirect (to a login page, or http instead of https?)`;
      throw new CrmError("login", why, { status });
    }
    return { status, headers, text };
  } catch (error) {
    if (error instanceof CrmError) throw error;
    if (signal?.aborted === true) throw error;
    if (clock.aborted) {
      const why = `${where}: expected an answer within ${timeout} ms, got ${status === undefined ? "none" : "a part"}`;
      throw new CrmError("timeout", why, { mayHaveLanded, cause: error });
    }
    const code = codeOf(error);
    throw new CrmError("unreachable", `${where}: cannot be reached (${code})`, {
      mayHaveLanded: mayHaveLanded && !NEVER_SENT.has(code),
      cause: error,
    });
  }
}

async function pass(ask: Ask, { beforeRequest }: Reach): Promise<void> {
  if (beforeRequest === undefined) return;
  try {
    await beforeRequest({
      host: new URL(ask.url).host,
      what: ask.what,
      bytes: ask.body === undefined ? 0 : new TextEncoder().encode(ask.body).length,
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CrmError("forbidden", `${ask.what}: not let out: ${why}`, { cause: error });
  }
}

async function bounded(
  response: Response,
  maxBytes: number,
  where: string,
  mayHaveLanded: boolean,
): Promise<string> {
  if (response.body === null) return "";
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.length;
    if (bytes > maxBytes) {
      await reader.cancel().catch(() => undefined);
      const why = `${where}: expected at most ${maxBytes} bytes, got more`;
      throw new CrmError("broken", why, { status: response.status, mayHaveLanded });
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** 429 and 503 say that nothing was done; 502 and 504 come from something in between that does not know. */
function busyError(ask: Ask, { status, headers }: Answer): CrmError | null {
  if (status !== 429 && status !== 502 && status !== 503 && status !== 504) return null;
  const wait = retryAfter(headers["retry-after"]);
  return new CrmError("busy", `${place(ask.url)}: is busy (HTTP ${status})`, {
    status,
    mayHaveLanded: ask.write && (status === 502 || status === 504),
    ...(wait === null ? {} : { retryAfter: wait }),
  });
}

function codeOf(error: unknown): string {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 4; depth++) {
    const { code } = at as { readonly code?: unknown };
    if (typeof code === "string" && /^[A-Z0-9_]{1,60}$/.test(code)) return code;
    at = at.cause;
  }
  return "connection failed";
}

/** Waits; rejects with the signal's reason. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      signal?.removeEventListener("abort", stop);
      resolve();
    };
    const timer = setTimeout(done, ms);
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    if (signal?.aborted === true) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}
