/** Large bodies: streamed to a file, bounded in bytes and patience, gone when the request is over. */

import { randomBytes } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { HttpError } from "./route.ts";
import { brokenOff, checkLength, tooLarge } from "./validation.ts";

/** Longest time without a byte, milliseconds. */
const PATIENCE = 30_000;

/** Beginning of the names of temporary files, so that what a killed node has left can be recognised. */
export const UPLOAD_PREFIX = ".upload-";

/**
 * Writes a request's body to a new file in `folder`, passes its path to `use` and removes it afterwards. Throws
 * `HttpError`: 400 without a body, 408, 413, and 503 where the disk takes no more.
 */
export async function withUpload<T>(
  request: Request,
  folder: string,
  maxBytes: number,
  use: (file: string) => Promise<T>,
): Promise<T> {
  checkLength(request, maxBytes);
  if (request.body === null) {
    throw new HttpError(400, "body: expected an archive, got nothing");
  }
  const file = join(folder, `${UPLOAD_PREFIX}${randomBytes(8).toString("hex")}`);
  try {
    await write(request.body, file, maxBytes);
    return await use(file);
  } finally {
    await rm(file, { force: true });
  }
}

async function write(
  body: ReadableStream<Uint8Array>,
  file: string,
  maxBytes: number,
): Promise<void> {
  const reader = body.getReader();
  const handle = await open(file, "wx", 0o600).catch(cannotWrite);
  let length = 0;
  try {
    for (;;) {
      const part = await withPatience(reader.read().catch(brokenOff));
      if (part.done) break;
      length += part.value.length;
      if (length > maxBytes) throw tooLarge(maxBytes);
      await handle.write(part.value).catch(cannotWrite);
    }
    if (length === 0) throw new HttpError(400, "body: expected an archive, got nothing");
  } finally {
    await handle.close();
    reader.cancel().catch(() => {});
  }
}

function cannotWrite(error: NodeJS.ErrnoException): never {
  throw new HttpError(503, `body: expected room for it in the data folder, got ${error.code}`);
}

async function withPatience<T>(promise: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new HttpError(408, `body: expected bytes within ${PATIENCE / 1000} s`));
  }, PATIENCE);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
