/** What the server lets in: only its own names in the Host header, no writes, a bounded rate. */

import { hostname, networkInterfaces } from "node:os";
import type { MiddlewareHandler } from "hono";

/** Everything the page needs comes from the node itself, so nothing else may be loaded or reached. */
export const CONTENT_SECURITY_POLICY: string = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Security headers for every answer. */
export function secureHeaders(): MiddlewareHandler {
  return async (context, next) => {
    await next();
    const { headers } = context.res;
    headers.set("Content-Security-Policy", CONTENT_SECURITY_POLICY);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set("Permissions-Policy", "camera=(self), microphone=(), geolocation=()");
  };
}

/** The name in a Host header, without its port; null where it is malformed. */
export function hostName(header: string | undefined): string | null {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i.exec(header ?? "");
  return match?.[1]?.toLowerCase().replace(/^\[|\]$/g, "") ?? null;
}

/**
 * The names a node answers to. A page of another site whose name resolves to this machine (DNS rebinding) carries
 * that other name and is refused.
 */
export function ownNames(host: string): ReadonlySet<string> {
  const names = new Set(["localhost", "127.0.0.1", "::1", host.toLowerCase()]);
  if (host !== "127.0.0.1" && host !== "localhost" && host !== "::1") {
    const machine = hostname().toLowerCase();
    names.add(machine);
    names.add(`${machine}.local`);
    for (const addresses of Object.values(networkInterfaces())) {
      for (const { address } of addresses ?? []) names.add(address.toLowerCase());
    }
  }
  return names;
}

/** Refuses requests for foreign names, from foreign pages, and everything but reading. */
export function onlyOwnReaders(names: ReadonlySet<string>): MiddlewareHandler {
  return async (context, next) => {
    const name = hostName(context.req.header("host"));
    if (name === null || !names.has(name)) {
      return context.text("Host: expected a name of this node, got another\n", 421);
    }
    const site = context.req.header("sec-fetch-site");
    const navigation = context.req.header("sec-fetch-mode") === "navigate";
    if (site === "cross-site" && !navigation) {
      return context.text("Expected a request from this node's own page\n", 403);
    }
    if (context.req.method !== "GET" && context.req.method !== "HEAD") {
      return context.text("Expected GET or HEAD\n", 405, { Allow: "GET, HEAD" });
    }
    await next();
  };
}

/** Requests per second and client, and how many at once. */
const RATE = 50;
const BURST = 200;
const MAX_CLIENTS = 1024;

/** A token bucket per client address; `now` in milliseconds. Answers whether a request may pass. */
export function rateLimiter(now: () => number): (client: string) => boolean {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return (client) => {
    const at = now();
    const bucket = buckets.get(client) ?? { tokens: BURST, at };
    bucket.tokens = Math.min(BURST, bucket.tokens + ((at - bucket.at) / 1000) * RATE);
    bucket.at = at;
    // Re-inserting keeps the map in order of use, so that the first key is the stalest.
    buckets.delete(client);
    buckets.set(client, bucket);
    if (buckets.size > MAX_CLIENTS) buckets.delete(buckets.keys().next().value as string);
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    return true;
  };
}
