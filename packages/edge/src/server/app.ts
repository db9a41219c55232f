/** The node's HTTP interface, as a hono application that any server can carry. Everything it does is in its table of routes. */

import type { IncomingMessage } from "node:http";
import { type ApiError, UsageError } from "@symbion/core";
import { type Context, Hono } from "hono";
import { parse } from "hono/utils/cookie";
import { StoreError } from "../store/errors.ts";
import { sendAsset } from "./assets.ts";
import type { Identity } from "./auth.ts";
import { sessionCookie } from "./cookies.ts";
import { ADDRESS_LIMIT, Buckets, LIMITS, LOOPBACK_FACTOR } from "./limits.ts";
import { Metrics } from "./metrics.ts";
import { openApi } from "./openapi.ts";
import type { AppParts } from "./parts.ts";
import { sameDigest } from "./passwords.ts";
import { HttpError, type Route, type ServerContext } from "./route.ts";
import { ROUTES } from "./routes/index.ts";
import { foreign, hostName, isForwarded, SECURITY_HEADERS } from "./security.ts";
import { Streams } from "./streams.ts";
import { check, readJson, readQuery } from "./validation.ts";

type Env = {
  readonly Bindings: { readonly incoming?: IncomingMessage };
  readonly Variables: { who: Identity; route: Route };
};

/** The application; `listen` serves it. */
export type App = Hono<Env>;

/** The routes, with everything that stands before them. */
export function createApp(parts: AppParts): App {
  const streams = new Streams(parts.auth);
  const metrics = new Metrics(parts, streams);
  parts.closing.addEventListener("abort", () => metrics.stop(), { once: true });
  const { version } = parts.status();
  let document: object | null = null;
  const server: ServerContext = {
    parts,
    streams,
    metrics,
    now: parts.now ?? Date.now,
    document: () => {
      document ??= openApi(ROUTES, version);
      return document;
    },
  };
  const app: App = new Hono<Env>();

  app.use(async (context, next) => {
    const began = performance.now();
    await next();
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
      context.res.headers.set(name, value);
    }
    // What was not read of a body is in the way of the connection's next request.
    const { incoming } = context.env ?? {};
    if (incoming !== undefined && !incoming.complete)
      context.res.headers.set("Connection", "close");
    const known = context.get("route") as Route | undefined;
    metrics.count({
      method: METHODS.has(context.req.method) ? context.req.method : "other",
      route: known?.path ?? "other",
      status: context.res.status,
      seconds: (performance.now() - began) / 1000,
    });
  });
  app.use(doorkeeper(parts));

  const running = new Map<Route, number>();
  const limits = new Buckets(parts.now ?? (() => performance.now()));
  for (const route of ROUTES) {
    app.on([route.method.toUpperCase()], honoPath(route.path), async (context) => {
      context.set("route", route);
      const who = context.get("who");
      allow(route, who, context.req.raw.headers);
      admit(limits, route, who);
      if (context.req.method === "HEAD" && route.load === "heavy") {
        throw new HttpError(405, "expected GET, got HEAD", { Allow: "GET" });
      }
      const release = enter(running, route);
      let response: Response;
      try {
        response = await answer(server, route, who, context);
      } catch (error) {
        release();
        throw error;
      }
      if (route.atOnce === null || response.body === null) {
        release();
        return response;
      }
      return new Response(tracked(response.body, release), response);
    });
  }
  for (const path of new Set(ROUTES.map((route) => route.path))) {
    const methods = ROUTES.filter((route) => route.path === path).map(({ method }) => method);
    const allowed = [...methods, ...(methods.includes("get") ? ["head"] : [])]
      .map((method) => method.toUpperCase())
      .join(", ");
    app.all(honoPath(path), (context) => {
      throw new HttpError(405, `expected ${allowed}, got ${context.req.method}`, {
        Allow: allowed,
      });
    });
  }
  app.get("*", (context) => {
    const asset = parts.assets.get(context.req.path);
    if (asset !== undefined) return sendAsset(context.req.raw, asset);
    throw new HttpError(404, `expected a path of this node, got "${context.req.path}"`);
  });
  app.notFound((context) =>
    failure(404, `expected a path of this node, got "${context.req.path}"`),
  );
  app.onError((error) => explain(error, parts.log));
  return app;
}

/** Verbs that are counted by name; there is no end of others. */
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** OpenAPI's `{id}` in the form of hono's router; a suffix belongs to the pattern, as a parameter ends at a slash. */
function honoPath(path: string): string {
  return path.replace(
    /\{(\w+)\}([^/]*)/g,
    (_, name: string, suffix: string) =>
      `:${name}${suffix === "" ? "" : `{[^/]+${suffix.replaceAll(".", "\\.")}}`}`,
  );
}

/** Before all else: the Host header, foreign pages, the rate of an address. Then finds out who asks. */
function doorkeeper(parts: AppParts) {
  const limits = new Buckets(parts.now ?? (() => performance.now()));
  return async (context: Context<Env>, next: () => Promise<void>): Promise<void> => {
    const { req } = context;
    const { headers } = req.raw;
    const incoming = context.env?.incoming;
    // Several Host headers come joined, which is no name.
    const name = hostName(headers.get("host"));
    if (name === null || !parts.names.has(name)) {
      throw new HttpError(421, "Host: expected a name of this node, got another");
    }
    const objection = foreign({ method: req.method, path: req.path, headers });
    if (objection !== null) throw new HttpError(403, objection);
    const who = parts.auth.identify({
      authorization: headers.get("authorization") ?? undefined,
      cookie: parse(headers.get("cookie") ?? "", parts.auth.cookie)[parts.auth.cookie],
      address: incoming?.socket?.remoteAddress ?? "",
      forwarded: isForwarded(headers, incoming?.httpVersion ?? "1.1"),
    });
    const wait = limits.take(bucket(who, who.address), ADDRESS_LIMIT, factor(who));
    if (wait > 0) throw tooMany(wait);
    context.set("who", who);
    await next();
    const secret = parse(headers.get("cookie") ?? "", parts.auth.cookie)[parts.auth.cookie];
    if (who.renew && secret !== undefined && !context.res.headers.has("set-cookie")) {
      context.res.headers.append("Set-Cookie", sessionCookie(parts.auth.cookie, secret, req.raw));
    }
  };
}

/** Throws `HttpError` (401, 403) where a route is not for whoever asks. */
function allow(route: Route, who: Identity, headers: Headers): void {
  if (route.role === "public") return;
  if (who.role === null) {
    throw new HttpError(401, who.problem ?? "expected somebody who is signed in", {
      "WWW-Authenticate": 'Bearer realm="symbion"',
    });
  }
  if (route.role === "admin" && who.role !== "admin") {
    throw new HttpError(403, "expected the role admin, got viewer");
  }
  if (route.method === "get" || who.csrf === null) return;
  if (!sameDigest(headers.get("x-symbion-csrf") ?? "", who.csrf)) {
    throw new HttpError(403, "X-Symbion-CSRF: expected the csrf of /api/session, got another");
  }
}

/** Throws `HttpError` (429) where a client asks too often for what costs as much as this route. */
function admit(limits: Buckets, { load }: Route, who: Identity): void {
  const wait = limits.take(bucket(who, `${load}:${who.client}`), LIMITS[load], factor(who));
  if (wait > 0) throw tooMany(wait);
}

function factor(who: Identity): number {
  return who.local ? LOOPBACK_FACTOR : 1;
}

/** What came through a proxy on this machine has the machine's address, and is counted apart from it. */
function bucket(who: Identity, name: string): string {
  return who.local ? `local:${name}` : name;
}

function tooMany(seconds: number): HttpError {
  return new HttpError(429, `expected the next request in ${seconds} s, got too many`, {
    "Retry-After": String(seconds),
  });
}

/** Takes one of a route's places. Throws `HttpError` (503) where there is none; returns how to give it back. */
function enter(running: Map<Route, number>, route: Route): () => void {
  if (route.atOnce === null) return () => {};
  const count = running.get(route) ?? 0;
  if (count >= route.atOnce) {
    throw new HttpError(503, `expected at most ${route.atOnce} of these at once, got one more`, {
      "Retry-After": "5",
    });
  }
  running.set(route, count + 1);
  let left = false;
  return () => {
    if (left) return;
    left = true;
    running.set(route, (running.get(route) ?? 1) - 1);
  };
}

/** Checks what the request carries, lets the route answer, and makes a response of that. */
async function answer(
  server: ServerContext,
  route: Route,
  who: Identity,
  context: Context<Env>,
): Promise<Response> {
  const request = context.req.raw;
  const headers = new Headers({ "Cache-Control": "no-store" });
  const result = await route.handle({
    params: check(route.params, params(route, context), "path"),
    query: check(route.query, readQuery(route.query, new URL(request.url).searchParams), "query"),
    body:
      route.body === null || route.body === "archive"
        ? undefined
        : check(route.body, await readJson(request), "body"),
    who,
    request,
    headers,
    server,
  } as Parameters<Route["handle"]>[0]);
  if (result instanceof Response) return result;
  headers.set("Content-Type", "application/json");
  return new Response(JSON.stringify(result), { headers });
}

/** The parameters of an address, without the suffixes that the route's path has behind them. */
function params(route: Route, context: Context<Env>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name = "", suffix = ""] of route.path.matchAll(/\{(\w+)\}([^/]*)/g)) {
    const value = context.req.param(name) ?? "";
    found[name] = value.slice(0, value.length - suffix.length);
  }
  return found;
}

/** The same bytes; calls back when they have ended, were cancelled or failed. */
function tracked(body: ReadableStream<Uint8Array>, onEnd: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) return controller.enqueue(value);
          onEnd();
          controller.close();
        } catch (error) {
          onEnd();
          controller.error(error);
        }
      },
      async cancel(reason) {
        onEnd();
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

/** The answer for what was thrown. What is a defect is logged, and not shown to the client. */
function explain(error: Error, log: (text: string) => void): Response {
  if (error instanceof HttpError) return failure(error.status, error.message, error.headers);
  if (error instanceof UsageError) return failure(400, error.message);
  if (error instanceof StoreError) {
    return failure(error.kind === "invalid" ? 400 : 503, `store: ${error.message}`);
  }
  log(`server: ${error.stack ?? error.message}`);
  return failure(500, "expected to answer, got a defect of the node; its log says more");
}

function failure(
  status: number,
  error: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const body: ApiError = { error: error.replace(/\s+/g, " ").trim() };
  return Response.json(body, { status, headers: { ...headers, "Cache-Control": "no-store" } });
}
