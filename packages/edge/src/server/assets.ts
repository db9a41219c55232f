/** The page's files, read once: what is not in the folder at the start is never served, whatever a path says. */

import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

/** A file ready to be sent. */
export type Asset = {
  readonly body: Uint8Array<ArrayBuffer>;
  /** Compressed body, where that is smaller. */
  readonly gzipped: Uint8Array<ArrayBuffer> | null;
  readonly type: string;
  readonly etag: string;
  /** Whether its name changes with its content, so that it may be kept for ever. */
  readonly immutable: boolean;
};

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".json": "application/json; charset=utf-8",
  ".webmanifest": "application/manifest+json; charset=utf-8",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
};

const COMPRESSIBLE = new Set([".html", ".js", ".css", ".svg", ".json", ".webmanifest", ".wasm"]);

/** All files below `folder` by their path in addresses (`/assets/…`); empty if there is no such folder. */
export async function readAssets(folder: string): Promise<Map<string, Asset>> {
  const assets = new Map<string, Asset>();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isFile() || entry.name.endsWith(".map")) continue;
    const file = join(entry.parentPath, entry.name);
    const path = `/${relative(folder, file).split(sep).join("/")}`;
    const extension = extname(file);
    const body = new Uint8Array(await readFile(file));
    const packed = COMPRESSIBLE.has(extension) ? new Uint8Array(await promisify(gzip)(body)) : null;
    assets.set(path, {
      body,
      gzipped: packed !== null && packed.length < body.length ? packed : null,
      type: TYPES[extension] ?? "application/octet-stream",
      etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`,
      immutable: path.startsWith("/assets/"),
    });
  }
  return assets;
}

/** The answer with a file: 304 where the client has it, compressed where it takes that. */
export function sendAsset(request: Request, asset: Asset): Response {
  const headers = new Headers({
    "Content-Type": asset.type,
    ETag: asset.etag,
    "Cache-Control": asset.immutable ? "public, max-age=31536000, immutable" : "no-cache",
    Vary: "Accept-Encoding",
  });
  if (request.headers.get("if-none-match") === asset.etag) {
    return new Response(null, { status: 304, headers });
  }
  const packed = /\bgzip\b/.test(request.headers.get("accept-encoding") ?? "")
    ? asset.gzipped
    : null;
  if (packed !== null) headers.set("Content-Encoding", "gzip");
  return new Response(packed ?? asset.body, { headers });
}
