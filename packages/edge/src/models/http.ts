/** What every server of OpenAI's interface here has in common: who is let in, bodies, errors, streams of events. */

import { timingSafeEqual } from "node:crypto";
import { type Context, Hono } from "hono";
import { hostName, ownNames, SECURITY_HEADERS } from "../server/security.ts";
import { asApiError, badRequest, errorBody, ModelApiError } from "./errors.ts";

/** Who may use a server, and who hears of its defects. */
export type ApiServerOptions = {
  /** Address that the server listens on: names in the Host header are checked against it. */
  readonly host: string;
  /** What clients must send as a bearer token; undefined: nothing. */
  readonly apiKey?: string | undefined;
  /** Origins of web pages that may use the server; default none. `*` allows all. */
  readonly origins?: readonly string[] | undefined;
  /** Told about every defect. */
  readonly onError?: ((error: unknown) => void) | undefined;
};

/** Status for the log alone: whom it would tell has left. */
const CLIENT_LEFT = 499;

/** An application that lets in whom it should, and words errors as OpenAI does; its routes are to be added. */
export function createApiApp(
  { host, apiKey, origins = [], onError = () => {} }: ApiServerOptions,
  errorOf: (error: unknown) => ModelApiError = asApiError,
): Hono {
  const names = ownNames(host);
  const app = new Hono();
  app.onError((error, context) => {
    const known = errorOf(error);
    if (isDefect(known)) onError(error);
    if (known.status === 429) context.header("Retry-After", "1");
    return context.json(errorBody(known), known.status as 500);
  });
  app.notFound(({ req, json }) =>
    json(
      errorBody(new ModelApiError(404, `expected a known path, got ${req.method} ${req.path}`)),
      404,
    ),
  );
  app.use(async (context, next) => {
    const origin = context.req.header("origin");
    const allowed = origin !== undefined && (origins.includes(origin) || origins.includes("*"));
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) context.header(name, value);
    if (allowed) {
      context.header("Access-Control-Allow-Origin", origin);
      context.header("Vary", "Origin");
      context.header("Cross-Origin-Resource-Policy", "cross-origin");
      if (context.req.method === "OPTIONS") {
        context.header("Access-Control-Allow-Methods", "GET, POST");
        context.header("Access-Control-Allow-Headers", "authorization, content-type");
        return context.body(null, 204);
      }
    }
    // A page whose name has been turned to this machine would be of one origin with the server.
    const name = hostName(context.req.header("host"));
    if (name === null || !names.has(name)) {
      throw new ModelApiError(403, `expected one of the server's own names in Host, got ${name}`);
    }
    if (origin !== undefined && !allowed) {
      throw new ModelApiError(
        403,
        "expected no web page of another site, got one; --origin allows it",
      );
    }
    await next();
    return undefined;
  });
  app.use("/v1/*", async (context, next) => {
    if (apiKey !== undefined && !sameKey(context.req.header("authorization"), apiKey)) {
      throw new ModelApiError(
        401,
        "expected the server's API key as a bearer token, got none or another",
        {
          type: "authentication_error",
          code: "invalid_api_key",
        },
      );
    }
    await next();
  });
  return app;
}

/** Whether an error is the server's own, and no other server's that it speaks of. */
function isDefect({ status }: ModelApiError): boolean {
  return status === 500;
}

/** Refuses a body of more bytes, for hono's `bodyLimit`. */
export function tooLarge(most: number): never {
  throw new ModelApiError(413, `expected a body of at most ${most} bytes, got more`, {
    code: "request_too_large",
  });
}

/** The JSON of a request. @throws {ModelApiError} 400 or 415 for anything else, bytes that are no UTF-8 among it. */
export async function readApiJson({ req }: Context): Promise<unknown> {
  const type = req.header("content-type") ?? "none";
  if (!/^application\/json\b/i.test(type)) {
    throw new ModelApiError(415, `expected content of type application/json, got ${type}`);
  }
  const bytes = await req.arrayBuffer();
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw badRequest(null, `body: expected JSON in UTF-8, got something else: ${String(error)}`);
  }
}

/** A signal that tells when the client has left, and what tells it so. */
export function clientGone({ req }: Context): { signal: AbortSignal; leave: () => void } {
  const gone = new AbortController();
  const leave = (): void => gone.abort(new ModelApiError(CLIENT_LEFT, "the client has left"));
  const { signal } = req.raw;
  if (signal.aborted) leave();
  signal.addEventListener("abort", leave, { once: true });
  return { signal: gone.signal, leave };
}

/** What {@link eventStream} needs besides its events. */
export type EventStreamOptions = {
  /** Called when the reader leaves. */
  readonly leave: () => void;
  /** Told about every defect. */
  readonly onError?: ((error: unknown) => void) | undefined;
  readonly errorOf?: ((error: unknown) => ModelApiError) | undefined;
  /** A comment is sent after so long without an event, milliseconds; default: none is. */
  readonly aliveMs?: number | undefined;
};

/** An answer of server-sent events: each object's JSON, `[DONE]` at the end, and an error in the place of what is missing. */
export function streamOfEvents(
  context: Context,
  chunks: AsyncGenerator<object, void, undefined>,
  { leave, onError = () => {}, errorOf = asApiError, aliveMs }: EventStreamOptions,
): Response {
  const encoder = new TextEncoder();
  let pending: Promise<IteratorResult<object, void>> | null = null;
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        pending ??= chunks.next();
        const next = aliveMs === undefined ? await pending : await orSilence(pending, aliveMs);
        if (next === null) {
          controller.enqueue(encoder.encode(": waiting\n\n"));
          return;
        }
        pending = null;
        if (next.done === true) {
          controller.enqueue(encoder.encode("data: [DONE]\n\n"));
          controller.close();
        } else {
          controller.enqueue(encoder.encode(`data: ${JSON.stringify(next.value)}\n\n`));
        }
      } catch (error) {
        // The status has been sent: the error takes the place of what would have followed.
        const known = errorOf(error);
        if (isDefect(known)) onError(error);
        try {
          controller.enqueue(encoder.encode(`data: ${JSON.stringify(errorBody(known))}\n\n`));
          controller.close();
        } catch {
          // The client has left, and with it whoever would have read the error.
        }
      }
    },
    async cancel() {
      leave();
      await chunks.return(undefined);
    },
  });
  context.header("Content-Type", "text/event-stream; charset=utf-8");
  context.header("Cache-Control", "no-store");
  // Proxies that gather answers would hold events back.
  context.header("X-Accel-Buffering", "no");
  return context.body(stream);
}

/** What a promise comes to, or null where that takes longer. */
async function orSilence<T>(promise: Promise<T>, ms: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  try {
    return await Promise.race([promise, silence]);
  } finally {
    clearTimeout(timer);
  }
}

function sameKey(header: string | undefined, key: string): boolean {
  const given = Buffer.from(/^Bearer (.*)$/i.exec(header ?? "")?.[1] ?? "");
  const wanted = Buffer.from(key);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
