/**
 * A route of the HTTP interface, declared once: from the same record come the handler, the checks of what is sent to
 * it, who may use it, and its entry in the OpenAPI document.
 */

import type { Role } from "@symbion/core";
import { z } from "zod";
import type { Identity } from "./auth.ts";
import type { Load } from "./limits.ts";
import type { Metrics } from "./metrics.ts";
import type { AppParts } from "./parts.ts";
import type { Streams } from "./streams.ts";

/** Verbs in use. `HEAD` works wherever `get` does, except where that is heavy. */
export type Method = "get" | "post" | "put" | "patch" | "delete";

/** What a status code comes with. */
export type Answer<T> = {
  readonly description: string;
  /** Media type of the body. */
  readonly type: string;
  /** Schema of a JSON body; null for other bodies, which handlers answer with a `Response`. */
  readonly schema: z.ZodType<T> | null;
  /** Headers worth knowing, with what they say. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of server-sent events: the schema of each event's data, by the event's name. */
  readonly events?: Readonly<Record<string, z.ZodType>>;
};

/** What the request's parts have become, and what there is to answer with. */
export type Call<P, Q, B> = {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly who: Identity;
  readonly request: Request;
  /** Headers to send with a JSON answer. */
  readonly headers: Headers;
  readonly server: ServerContext;
};

/** What all handlers share. */
export type ServerContext = {
  readonly parts: AppParts;
  readonly streams: Streams;
  readonly metrics: Metrics;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The OpenAPI document. */
  readonly document: () => object;
};

/** What kind of body a route takes: JSON of a schema, or bytes that are streamed to a file. */
export type BodySpec = z.ZodType | "archive" | null;

/** A route as the table holds it, whatever its handler takes. */
export type Route = {
  readonly method: Method;
  /** OpenAPI's form, `/api/cameras/{id}`. */
  readonly path: string;
  /** Who may use it; `public`: everybody, signed in or not. */
  readonly role: Role | "public";
  readonly tag: string;
  /** One line. */
  readonly summary: string;
  readonly description: string | null;
  readonly load: Load;
  /** How many may run at once, of all clients; null: any number. */
  readonly atOnce: number | null;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly body: BodySpec;
  /** Answers that are no errors, by status. */
  readonly answers: Readonly<Record<number, Answer<unknown>>>;
  /** Statuses of errors that follow from no other member, with what they say. */
  readonly errors: Readonly<Record<number, string>>;
  readonly handle: (call: Call<never, never, never>) => Promise<unknown>;
};

/** What {@link route} is told; members that are left out mean: nothing of the kind. */
export type RouteSpec<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, T> = {
  readonly method: Method;
  readonly path: string;
  readonly role: Role | "public";
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** Default `light` for reading and `change` for the rest. */
  readonly load?: Load;
  /** How many may run at once, of all clients. Default: one of a heavy route, any number of others. */
  readonly atOnce?: number;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B | "archive";
  /** Answer of status 200. */
  readonly answer: Answer<T>;
  /** Further answers that are no errors. */
  readonly others?: Readonly<Record<number, Answer<unknown>>>;
  readonly errors?: Readonly<Record<number, string>>;
  /** The body of the answer, or a whole `Response`. Errors are thrown: {@link HttpError}, `UsageError`. */
  readonly handle: (
    call: Call<z.output<P>, z.output<Q>, z.output<B>>,
  ) => Promise<T | Response> | T | Response;
};

const nothing: z.ZodObject<Record<never, never>, z.core.$strict> = z.strictObject({});

/** Declares a route. */
export function route<
  T,
  P extends z.ZodObject = typeof nothing,
  Q extends z.ZodObject = typeof nothing,
  B extends z.ZodType = z.ZodType<undefined>,
>(spec: RouteSpec<P, Q, B, T>): Route {
  return {
    method: spec.method,
    path: spec.path,
    role: spec.role,
    tag: spec.tag,
    summary: spec.summary,
    description: spec.description ?? null,
    load: spec.load ?? (spec.method === "get" ? "light" : "change"),
    atOnce: spec.atOnce ?? (spec.load === "heavy" ? 1 : null),
    params: spec.params ?? nothing,
    query: spec.query ?? nothing,
    body: spec.body ?? null,
    answers: { 200: spec.answer, ...spec.others },
    errors: spec.errors ?? {},
    // The server calls it only with what these schemas have passed.
    handle: async (call) => spec.handle(call as unknown as Parameters<typeof spec.handle>[0]),
  };
}

/** A JSON answer. */
export function json<T>(schema: z.ZodType<T>, description: string): Answer<T> {
  return { description, type: "application/json", schema, headers: {} };
}

/** A JSON list. */
export function listOf<T>(schema: z.ZodType<T>, description: string): Answer<readonly T[]> {
  return json(z.array(schema).readonly(), description);
}

/** An answer that is no JSON. */
export function raw(
  type: string,
  description: string,
  headers: Readonly<Record<string, string>> = {},
): Answer<never> {
  return { description, type, schema: null, headers };
}

/** An answer that is an error, thrown by handlers. */
export class HttpError extends Error {
  override readonly name: string = "HttpError";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  /** @param message What was expected, what came, and where; one line for the client. */
  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}
