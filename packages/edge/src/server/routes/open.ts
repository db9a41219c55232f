/** What everybody may ask: whether the node is well, who one is, how to sign in, and the page itself. */

import { z } from "zod";
import { sendAsset } from "../assets.ts";
import { clearedCookie, sessionCookie } from "../cookies.ts";
import { HttpError, json, type Route, raw, route, type ServerContext } from "../route.ts";
import { done, session } from "../schemas.ts";

const NO_PAGE =
  "The page is not built. In the project's folder run: npm run build\nThe API works: /api/openapi.json\n";

const readiness = z.strictObject({
  ready: z.boolean(),
  live: z.int().describe("cameras that are live"),
  cameras: z.int(),
  reason: z.string().nullable().describe("why it is not ready"),
});

/** Ready: something can be stored, and a camera is live unless none is to be. */
function readinessOf({ parts }: ServerContext): z.infer<typeof readiness> {
  const cameras = parts.cameras.status();
  const live = cameras.filter(({ state }) => state === "live").length;
  const wanted = cameras.filter(({ state }) => state !== "disabled" && state !== "ended").length;
  const { problem } = parts.store.status();
  const reason =
    problem ?? (live === 0 && wanted > 0 ? `expected a live camera, got none of ${wanted}` : null);
  return { ready: reason === null, live, cameras: cameras.length, reason };
}

function page(path: string, file: string, type: string, summary: string): Route {
  return route({
    method: "get",
    path,
    role: "public",
    tag: "page",
    summary,
    answer: raw(type, "the file", { ETag: "changes with the file" }),
    others: {
      304: raw("", "the file has not changed since the `If-None-Match` of the request"),
      ...(path === "/" ? { 503: raw("text/plain", "the page is not built") } : {}),
    },
    errors: path === "/" ? {} : { 404: "the page is not built" },
    handle: ({ request, server: { parts } }) => {
      const asset = parts.assets.get(file);
      if (asset !== undefined) return sendAsset(request, asset);
      if (path !== "/") throw new HttpError(404, `${path}: expected the page to be built`);
      return new Response(NO_PAGE, {
        status: 503,
        headers: { "Content-Type": "text/plain; charset=utf-8" },
      });
    },
  });
}

/** Routes that need nobody to be signed in. */
export const openRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/healthz",
    role: "public",
    tag: "health",
    summary: "Whether the process answers",
    answer: json(done, "it does"),
    handle: () => ({ ok: true as const }),
  }),
  route({
    method: "get",
    path: "/readyz",
    role: "public",
    tag: "health",
    summary: "Whether the node does its work",
    description:
      "Ready: the store takes records, and at least one camera is live or none is to be.",
    answer: json(readiness, "ready"),
    others: { 503: json(readiness, "not ready, and why") },
    handle: ({ server, headers }) => {
      const body = readinessOf(server);
      return body.ready ? body : Response.json(body, { status: 503, headers });
    },
  }),
  route({
    method: "get",
    path: "/api/session",
    role: "public",
    tag: "access",
    summary: "Who one is",
    answer: json(session, "role null: nobody is signed in, and that is needed here"),
    handle: ({ who: { role, via, csrf } }) => ({ role, via, csrf }),
  }),
  route({
    method: "post",
    path: "/api/login",
    role: "public",
    tag: "access",
    summary: "Sign in with the password or a token",
    description:
      "Each wrong attempt of a client from the fifth on doubles its wait; all clients over the network together are " +
      "bounded, too.",
    load: "login",
    body: z.strictObject({ password: z.string().min(1).max(512) }),
    answer: {
      ...json(session, "signed in; the session is in the cookie"),
      headers: { "Set-Cookie": "the session, HttpOnly, SameSite=Strict" },
    },
    errors: { 401: "wrong password or token" },
    handle: async ({ body, who, headers, request, server: { parts } }) => {
      const { auth } = parts;
      const result = await auth.login(body.password, who);
      if (result.ok) {
        headers.append("Set-Cookie", sessionCookie(auth.cookie, result.secret, request));
        return result.session;
      }
      if (result.waitSeconds > 0) {
        throw new HttpError(
          429,
          `expected the next attempt in ${result.waitSeconds} s, got too many`,
          { "Retry-After": String(result.waitSeconds) },
        );
      }
      throw new HttpError(
        401,
        auth.hasPassword
          ? "password: expected the node's password or a token, got another"
          : "password: expected a token, got another; no password is set on this node",
      );
    },
  }),
  route({
    method: "post",
    path: "/api/logout",
    role: "public",
    tag: "access",
    summary: "End the session",
    answer: {
      ...json(done, "there is no session any more"),
      headers: { "Set-Cookie": "removes the cookie" },
    },
    errors: { 503: "nothing can be stored: the session would come back after a restart" },
    handle: async ({ who, headers, server: { parts } }) => {
      await parts.auth.logout(who);
      headers.append("Set-Cookie", clearedCookie(parts.auth.cookie));
      return { ok: true as const };
    },
  }),
  route({
    method: "get",
    path: "/api/openapi.json",
    role: "public",
    tag: "health",
    summary: "This document",
    answer: json(z.looseObject({ openapi: z.string() }), "OpenAPI 3.1"),
    handle: ({ server }) => server.document() as { openapi: string },
  }),
  page("/", "/index.html", "text/html", "The page"),
  page("/sw.js", "/sw.js", "text/javascript", "The page's service worker"),
  page(
    "/manifest.webmanifest",
    "/manifest.webmanifest",
    "application/manifest+json",
    "What the page is when it is installed",
  ),
];
