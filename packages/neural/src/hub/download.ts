/** One file from a hub to the disk: resumed at its last byte, and there only when its checksum is right. */

import { createHash, type Hash } from "node:crypto";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { HubClient, HubFile } from "./client.ts";
import { checksumOf, hashFile, startHash } from "./hash.ts";

/** What is to be downloaded. */
export type Download = {
  readonly id: string;
  /** Commit. */
  readonly revision: string;
  readonly file: HubFile;
  /** Where the file goes. */
  readonly path: string;
  /** Folder for what has arrived of files so far. */
  readonly partials: string;
  /** Told how many bytes are there, from 0 again when the transfer has to begin anew. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  /** Told when an attempt failed and another one follows. */
  readonly onRetry?: ((reason: string, afterMs: number) => void) | undefined;
};

/** A file that has arrived. */
export type Arrived = {
  readonly size: number;
  /** SHA-256, computed where the hub gave no checksum at all. */
  readonly sha256: string | undefined;
  readonly gitSha1: string | undefined;
};

/**
 * Downloads a file. What has arrived when this ends early is kept, and used by the next attempt or process.
 * @throws {HubError} when the hub does not give the file, or gives another one: then nothing of it stays.
 */
export async function download(client: HubClient, given: Download): Promise<Arrived> {
  const { id, revision, file, path, partials, onBytes = () => {} } = given;
  const what = `${id}: ${file.path}`;
  const checksum = checksumOf(file);
  // Content with another checksum has another partial file: pieces of two versions never mix.
  const key =
    checksum?.hex ?? `${revision}-${createHash("sha256").update(file.path).digest("hex")}`;
  const partial = join(partials, `${key.slice(0, 120)}.partial`);
  await mkdir(partials, { recursive: true });
  await mkdir(dirname(path), { recursive: true });
  let at = 0;
  let hash: Hash | null = null;
  let size = file.size;
  const discard = async (): Promise<void> => {
    await rm(partial, { force: true });
    onBytes(0);
  };
  await client.retry(
    what,
    async () => {
      const handle = await open(partial, "a");
      try {
        at = (await handle.stat()).size;
        // A sound partial file is at most as long as the file.
        if (size !== undefined && at > size) {
          await handle.truncate(0);
          at = 0;
        }
        hash = size === undefined ? null : startHash(checksum?.kind ?? "sha256", size);
        if (hash !== null && at > 0) await hashFile(hash, partial);
        onBytes(at);
        if (at === size) return;
        const state = await fill(client, given, handle, at, size, hash, what, (bytes) => {
          at = bytes;
          onBytes(bytes);
        });
        ({ hash, size } = state);
      } finally {
        await handle.close();
      }
    },
    () => at,
    given.onRetry,
  );
  const found = (hash as Hash | null)?.digest("hex");
  if (found === undefined || size === undefined || (checksum !== null && found !== checksum.hex)) {
    await discard();
    throw client.error(
      `${what}: expected ${checksum?.kind ?? "sha256"} ${checksum?.hex}, got ${found}: it was deleted`,
    );
  }
  const handle = await open(partial, "r+");
  await handle.sync();
  await handle.close();
  await rename(partial, path);
  return {
    size,
    sha256: checksum === null ? found : file.sha256,
    gitSha1: checksum === null ? undefined : file.gitSha1,
  };
}

/** Asks for the bytes from `at` on and writes them. Throws what is tried again when fewer came. */
async function fill(
  client: HubClient,
  { id, revision, file }: Download,
  handle: FileHandle,
  at: number,
  known: number | undefined,
  begun: Hash | null,
  what: string,
  onBytes: (bytes: number) => void,
): Promise<{ hash: Hash; size: number }> {
  const headers: Record<string, string> = at > 0 ? { range: `bytes=${at}-` } : {};
  const response = await client.request(client.fileUrl(id, revision, file.path), { headers }, what);
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get("content-range") ?? "");
  const resumed = response.status === 206 && range !== null && Number(range[1]) === at;
  if (response.status === 206 && !resumed) {
    await response.body?.cancel();
    await handle.truncate(0);
    throw client.passing("the server gave another range than asked for");
  }
  const length = response.headers.get("content-length");
  let size = known;
  if (size === undefined && length !== null) size = (resumed ? at : 0) + Number(length);
  if (size === undefined) {
    await response.body?.cancel();
    throw client.error(`${what}: expected its size from ${client.endpoint}, got none`);
  }
  let hash = begun;
  if (!resumed && at > 0) {
    // A server without ranges begins from the start.
    await handle.truncate(0);
    at = 0;
    onBytes(0);
    hash = null;
  }
  hash ??= startHash(checksumOf(file)?.kind ?? "sha256", size);
  for await (const chunk of client.chunks(response)) {
    if (at + chunk.length > size) {
      await handle.truncate(0);
      throw client.error(`${what}: expected ${size} bytes, got more: it was deleted`);
    }
    for (let done = 0; done < chunk.length; ) {
      done += (await handle.write(chunk, done, chunk.length - done)).bytesWritten;
    }
    hash.update(chunk);
    at += chunk.length;
    onBytes(at);
  }
  if (at < size) throw client.passing(`expected ${size} bytes, got ${at}`);
  return { hash, size };
}
