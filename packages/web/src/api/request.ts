/** Requests to the node: typed answers, the token that proves a change comes from this page, one kind of failure. */

import type { ApiError, Session } from "@symbion/core";
import { session } from "../state.ts";

/** A request that did not work: what the node said, or that it did not answer (status 0). */
export class ApiFailure extends Error {
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;

  /** @param status HTTP status, 0 where there was no answer. */
  constructor(status: number, message: string) {
    super(message);
    this.name = "ApiFailure";
    this.status = status;
  }
}

/** The sentence for the person. */
export function failureText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What a request may carry. */
export type RequestOptions = {
  /** Sent as JSON, or as it is where it is a `Blob`. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
};

/** Asks the node. Throws an {@link ApiFailure}; a 401 also ends the session. */
export async function request<T>(
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  options: RequestOptions = {},
): Promise<T> {
  const response = await send(method, path, "application/json", options);
  try {
    return (await response.json()) as T;
  } catch {
    throw new ApiFailure(response.status, `${path}: expected JSON, got something else`);
  }
}

/** An event of a stream of server-sent events. */
export type StreamEvent = { readonly event: string; readonly data: string };

/** Asks the node for something that it tells piece by piece. Throws like {@link request}. */
export async function* requestEvents(
  method: "GET" | "POST",
  path: string,
  options: RequestOptions = {},
): AsyncIterable<StreamEvent> {
  const response = await send(method, path, "text/event-stream", options);
  if (response.body === null) throw new ApiFailure(response.status, `${path}: expected events`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      text += value;
      for (let end = text.search(BLANK); end >= 0; end = text.search(BLANK)) {
        const event = readEvent(text.slice(0, end));
        text = text.slice(end).replace(BLANK, "");
        if (event !== null) yield event;
      }
    }
  } catch (error) {
    if (options.signal?.aborted === true) throw error;
    throw new ApiFailure(0, "The node stopped in the middle of its answer.");
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}

/** The blank line that ends an event. */
const BLANK = /\r?\n\r?\n/;

function readEvent(block: string): StreamEvent | null {
  let event = "message";
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const [, name = "", value = ""] = /^([^:]*): ?(.*)$/.exec(line) ?? [];
    if (name === "event") event = value;
    else if (name === "data") data.push(value);
  }
  return data.length === 0 ? null : { event, data: data.join("\n") };
}

async function send(
  method: string,
  path: string,
  accept: string,
  options: RequestOptions,
): Promise<Response> {
  const headers: Record<string, string> = { Accept: accept };
  const csrf = session.value?.csrf;
  if (method !== "GET" && csrf !== null && csrf !== undefined) headers["X-Symbion-CSRF"] = csrf;
  const init: RequestInit = { method, headers, credentials: "same-origin", cache: "no-store" };
  if (options.signal !== undefined) init.signal = options.signal;
  if (options.body instanceof Blob) init.body = options.body;
  else if (options.body !== undefined) {
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(options.body);
  }
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    if (options.signal?.aborted === true) throw error;
    throw new ApiFailure(0, "The node does not answer.");
  }
  if (!response.ok) throw await failureOf(response, path);
  return response;
}

async function failureOf(response: Response, path: string): Promise<ApiFailure> {
  const { status } = response;
  if (status === 401 && path !== "/api/login") {
    session.value = { role: null, via: null, csrf: null } satisfies Session;
  }
  let message = "";
  try {
    const body = (await response.json()) as Partial<ApiError>;
    if (typeof body.error === "string") message = body.error;
  } catch {
    // No JSON: the status has to do.
  }
  if (message === "" && status === 429) message = "Too many requests. Wait a moment and try again.";
  if (message === "") message = `The node answered ${status} ${response.statusText}`.trim();
  return new ApiFailure(status, message);
}

/** A query string with its question mark; lists repeat their key, empty values are left out. */
export function query(
  values: Readonly<Record<string, string | number | readonly string[] | null | undefined>>,
): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) {
    if (value === null || value === undefined || value === "") continue;
    if (Array.isArray(value)) for (const one of value as readonly string[]) search.append(key, one);
    else search.append(key, String(value));
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}

/** Path of something that belongs to a camera. */
export function cameraPath(id: string, rest = ""): string {
  return `/api/cameras/${encodeURIComponent(id)}${rest}`;
}
