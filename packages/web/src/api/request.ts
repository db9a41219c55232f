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
  const headers: Record<string, string> = { Accept: "application/json" };
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
  try {
    return (await response.json()) as T;
  } catch {
    throw new ApiFailure(response.status, `${path}: expected JSON, got something else`);
  }
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
