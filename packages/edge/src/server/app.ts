/** The node's HTTP interface, as a hono application that any server can carry. */

import type { NodeStatus } from "@symbion/core";
import { type Context, Hono } from "hono";
import { streamSSE } from "hono/streaming";
import type { Cameras } from "../pipeline/cameras.ts";
import type { Asset } from "./assets.ts";
import { onlyOwnReaders, rateLimiter, secureHeaders } from "./security.ts";
import type { Snapshots } from "./snapshot.ts";

/** What the application shows. */
export type AppParts = {
  readonly cameras: Cameras;
  /** The node in one record. */
  readonly status: () => NodeStatus;
  /** Null where there is no ffmpeg. */
  readonly snapshots: Snapshots | null;
  readonly assets: ReadonlyMap<string, Asset>;
  /** Names the node answers to. */
  readonly names: ReadonlySet<string>;
  /** Aborted when the node ends. */
  readonly closing: AbortSignal;
};

/** Most live connections at once, of both kinds together. */
export const MAX_STREAMS = 64;

/** How often the status is sent, milliseconds. */
const STATUS_INTERVAL = 1000;

const NO_PAGE =
  "The page is not built. In the project's folder run: npm run build\nThe API works: /api/cameras\n";

/** The routes. */
export function createApp(parts: AppParts): Hono {
  const { cameras, assets } = parts;
  const app = new Hono();
  const admit = rateLimiter(() => performance.now());
  let streams = 0;

  app.use(secureHeaders());
  app.use(onlyOwnReaders(parts.names));
  app.use(async (context, next) => {
    if (!admit(clientAddress(context))) {
      return context.text("Too many requests\n", 429, { "Retry-After": "1" });
    }
    await next();
  });

  app.get("/healthz", (context) => context.json({ ok: true }, 200, noStore));
  app.get("/readyz", (context) => {
    const list = cameras.status();
    const live = list.filter(({ state }) => state === "live").length;
    const wanted = list.filter(({ state }) => state !== "disabled" && state !== "ended").length;
    const ready = live > 0 || wanted === 0;
    return context.json({ ready, live, cameras: list.length }, ready ? 200 : 503, noStore);
  });
  app.get("/api/status", (context) => context.json(parts.status(), 200, noStore));
  app.get("/api/cameras", (context) => context.json(cameras.status(), 200, noStore));
  app.get("/api/cameras/:id/stats", (context) => {
    const camera = cameras.statusOf(context.req.param("id"));
    return camera === null ? noCamera(context) : context.json(camera, 200, noStore);
  });

  app.get("/api/cameras/:id/snapshot.jpg", async (context) => {
    const id = context.req.param("id");
    if (!cameras.has(id)) return noCamera(context);
    if (parts.snapshots === null) {
      return context.text("Still pictures need ffmpeg, which was not found on this machine\n", 501);
    }
    const jpeg = await parts.snapshots.take(id);
    if (jpeg === null) return context.text("No picture yet\n", 503, { "Retry-After": "1" });
    return context.body(jpeg, 200, { ...noStore, "Content-Type": "image/jpeg" });
  });

  app.get("/api/cameras/:id/stream", (context) => {
    const id = context.req.param("id");
    if (!cameras.has(id)) return noCamera(context);
    if (streams >= MAX_STREAMS) return busy(context);
    const headers = { ...noStore, "Content-Type": "application/octet-stream" };
    if (context.req.method === "HEAD") return context.body(null, 200, headers);
    const subscription = cameras.subscribe(id);
    if (subscription === null) return noCamera(context);
    streams++;
    subscription.closed.then(() => {
      streams--;
    });
    // A client that is gone shows as an aborted request, also while nothing is being sent.
    context.req.raw.signal.addEventListener("abort", () => subscription.close(), { once: true });
    return context.body(subscription.stream, 200, headers);
  });

  app.get("/api/events", (context) => {
    if (streams >= MAX_STREAMS) return busy(context);
    if (context.req.method === "HEAD") return context.body(null, 200, noStore);
    streams++;
    return streamSSE(context, async (stream) => {
      const ended = Promise.withResolvers<void>();
      stream.onAbort(() => ended.resolve());
      parts.closing.addEventListener("abort", () => ended.resolve(), { once: true });
      let open = true;
      ended.promise.then(() => {
        open = false;
      });
      try {
        while (open && !parts.closing.aborted) {
          await stream.writeSSE({ event: "status", data: JSON.stringify(parts.status()) });
          await Promise.race([stream.sleep(STATUS_INTERVAL), ended.promise]);
        }
      } finally {
        streams--;
      }
    });
  });

  app.get("*", (context) => {
    const { path } = context.req;
    const asset = assets.get(path === "/" ? "/index.html" : path);
    if (asset !== undefined) return sendAsset(context, asset);
    if (path === "/" && assets.size === 0) return context.text(NO_PAGE, 503);
    return context.text("Not found\n", 404);
  });
  return app;
}

const noStore = { "Cache-Control": "no-store" } as const;

function noCamera(context: Context): Response {
  return context.json(
    { error: `expected the id of a camera, got "${context.req.param("id")}"` },
    404,
  );
}

function busy(context: Context): Response {
  return context.text(`Expected at most ${MAX_STREAMS} live connections\n`, 503, {
    "Retry-After": "5",
  });
}

function sendAsset(context: Context, asset: Asset): Response {
  const headers: Record<string, string> = {
    "Content-Type": asset.type,
    ETag: asset.etag,
    "Cache-Control": asset.immutable ? "public, max-age=31536000, immutable" : "no-cache",
    Vary: "Accept-Encoding",
  };
  if (context.req.header("if-none-match") === asset.etag) return context.body(null, 304, headers);
  const packed =
    asset.gzipped !== null && /\bgzip\b/.test(context.req.header("accept-encoding") ?? "");
  if (packed) headers["Content-Encoding"] = "gzip";
  return context.body(
    packed ? (asset.gzipped as Uint8Array<ArrayBuffer>) : asset.body,
    200,
    headers,
  );
}

/** Address of the other end; empty where the application runs without a network (tests). */
function clientAddress(context: Context): string {
  const incoming = (
    context.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined
  )?.incoming;
  return incoming?.socket?.remoteAddress ?? "";
}
