/** Answering with a file from the disk: byte ranges (RFC 9110, 14), conditions (13), nothing loaded as a whole. */

import { type FileHandle, open } from "node:fs/promises";
import { Readable } from "node:stream";
import { HttpError } from "./route.ts";

/** A part of a file, first and last byte inclusive. */
export type ByteRange = { readonly first: number; readonly last: number };

/**
 * Reads a `Range` header. Null: answer with everything (no range, several, or one that is not understood, which
 * RFC 9110 14.2 allows to ignore); `unsatisfiable`: nothing of it is within `size` bytes.
 */
export function parseRange(
  header: string | null,
  size: number,
): ByteRange | "unsatisfiable" | null {
  const match = /^bytes=(\d{0,16})-(\d{0,16})$/i.exec(header?.trim() ?? "");
  if (match === null) return null;
  const [, from = "", to = ""] = match;
  if (from === "" && to === "") return null;
  if (from === "") {
    const length = Math.min(Number(to), size);
    return length === 0 ? "unsatisfiable" : { first: size - length, last: size - 1 };
  }
  const first = Number(from);
  if (to !== "" && Number(to) < first) return null;
  if (first >= size) return "unsatisfiable";
  return { first, last: to === "" ? size - 1 : Math.min(Number(to), size - 1) };
}

/** What to send and how. */
export type FileOptions = {
  readonly path: string;
  readonly type: string;
  /** Name for saving, without quotes and backslashes; null: shown in place. */
  readonly saveAs: string | null;
};

/** The answer (200, 206, 304), or null where there is no such file. Throws `HttpError`: 412, 416. */
export async function sendFile(request: Request, options: FileOptions): Promise<Response | null> {
  const handle = await open(options.path, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
    throw error;
  });
  if (handle === null) return null;
  let keep = false;
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) return null;
    const { size } = stat;
    const etag = `"${size.toString(36)}-${Math.floor(stat.mtimeMs).toString(36)}"`;
    const modified = stat.mtime.toUTCString();
    const headers = new Headers({
      "Accept-Ranges": "bytes",
      // May be kept, but whoever may no longer look is to find that out.
      "Cache-Control": "private, no-cache",
      ETag: etag,
      "Last-Modified": modified,
      "Content-Type": options.type,
    });
    if (options.saveAs !== null) {
      headers.set("Content-Disposition", `attachment; filename="${options.saveAs}"`);
    }
    if (isKnown(request.headers, etag)) return new Response(null, { status: 304, headers });
    const range = rangeOf(request, size, etag, modified);
    if (range === "unsatisfiable") {
      const message = `Range: expected some of the ${size} bytes, got ${request.headers.get("range")}`;
      throw new HttpError(416, message, { "Content-Range": `bytes */${size}` });
    }
    const { first, last } = range ?? { first: 0, last: size - 1 };
    headers.set("Content-Length", String(last - first + 1));
    if (range !== null) headers.set("Content-Range", `bytes ${first}-${last}/${size}`);
    const status = range === null ? 200 : 206;
    if (request.method === "HEAD" || size === 0) return new Response(null, { status, headers });
    keep = true;
    return new Response(bytesOf(handle, first, last), { status, headers });
  } finally {
    if (!keep) await handle.close();
  }
}

/** Whether the client has the file already. Throws where it wants another one (RFC 9110, 13.2.2). */
function isKnown(headers: Headers, etag: string): boolean {
  const ifMatch = headers.get("if-match");
  if (ifMatch !== null && !matches(ifMatch, etag)) {
    throw new HttpError(412, `If-Match: expected ${etag}, got another`);
  }
  const ifNoneMatch = headers.get("if-none-match");
  return ifNoneMatch !== null && matches(ifNoneMatch, etag);
}

function matches(list: string, etag: string): boolean {
  if (list.trim() === "*") return true;
  return list.split(",").some((one) => one.trim().replace(/^W\//, "") === etag);
}

/** The range to send; a condition that no longer holds means the whole file (RFC 9110, 13.1.5). */
function rangeOf(
  request: Request,
  size: number,
  etag: string,
  modified: string,
): ByteRange | "unsatisfiable" | null {
  const ifRange = request.headers.get("if-range")?.trim();
  if (ifRange !== undefined && ifRange !== etag && ifRange !== modified) return null;
  return parseRange(request.headers.get("range"), size);
}

function bytesOf(handle: FileHandle, first: number, last: number): ReadableStream<Uint8Array> {
  const stream = handle.createReadStream({ start: first, end: last, highWaterMark: 1 << 17 });
  return Readable.toWeb(stream) as ReadableStream<Uint8Array>;
}
