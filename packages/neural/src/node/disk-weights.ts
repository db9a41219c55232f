/** Converted weights in a folder, so that the next start finds them and ONNX Runtime maps them from there. */

import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  rename,
  rm,
  stat,
  statfs,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { CheckpointError, reason } from "../checkpoint/errors.ts";
import type { WeightFile, WeightStore } from "../checkpoint/weight-store.ts";
import { lockFile } from "./file-lock.ts";

/** File that says whose the converted weights in its folder are. */
export const PACKED_FROM = "from.json";

/** Ending of files that are being written. */
const PARTIAL = ".partial";

/** Bytes that stay free on the disk. */
const MARGIN = 16 << 20;

/**
 * Keeps converted weights as files. A file appears under its name only when all of it is on the disk; a file of
 * another length than asked for is made again. One process converts at a time, others wait for it.
 */
export class DiskWeights implements WeightStore {
  readonly #folder: string;
  readonly #from: string;

  /**
   * @param folder For one checkpoint's weights only: names of files say nothing about where they come from.
   * @param from Folder of that checkpoint, noted in {@link PACKED_FROM} so that both can be removed together.
   */
  constructor(folder: string, from: string) {
    this.#folder = folder;
    this.#from = from;
  }

  /** @throws {CheckpointError} when the disk is full or cannot be written to; nothing of this call stays then. */
  async provide(files: readonly WeightFile[]): Promise<Record<string, string>> {
    const paths = Object.fromEntries(
      files.map(({ location }) => [location, join(this.#folder, location)]),
    );
    if ((await this.#missing(files)).length === 0) return paths;
    const release = await this.#lock();
    try {
      // Another process may have made them while this one waited.
      await this.#make(await this.#missing(files));
    } finally {
      release();
    }
    return paths;
  }

  async #missing(files: readonly WeightFile[]): Promise<WeightFile[]> {
    const missing: WeightFile[] = [];
    for (const file of files) {
      const found = await stat(join(this.#folder, file.location)).catch(() => null);
      if (found?.size !== file.length) missing.push(file);
    }
    return missing;
  }

  async #lock(): Promise<() => void> {
    try {
      await mkdir(this.#folder, { recursive: true });
      const note = `${JSON.stringify({ folder: this.#from })}\n`;
      await writeFile(join(this.#folder, PACKED_FROM), note);
      return await lockFile(join(this.#folder, "lock"));
    } catch (error) {
      throw this.#failure("cannot be written to", error);
    }
  }

  async #make(files: readonly WeightFile[]): Promise<void> {
    // Left behind by a process that was killed; no other one is at work here, the lock is ours.
    for (const name of await readdir(this.#folder)) {
      if (name.endsWith(PARTIAL)) await rm(join(this.#folder, name), { force: true });
    }
    await this.#checkSpace(files.reduce((sum, { length }) => sum + length, 0));
    const made: string[] = [];
    try {
      for (const file of files) {
        const path = join(this.#folder, file.location);
        await this.#write(path + PARTIAL, file);
        made.push(path);
      }
      for (const path of made) await rename(path + PARTIAL, path);
      await syncFolder(this.#folder);
    } catch (error) {
      for (const { location } of files) {
        const path = join(this.#folder, location);
        await rm(path + PARTIAL, { force: true });
        await rm(path, { force: true });
      }
      if (error instanceof CheckpointError) throw error;
      throw this.#failure("converted weights cannot be written", error);
    }
  }

  async #write(path: string, { length, produce }: WeightFile): Promise<void> {
    const handle = await open(path, "w");
    try {
      await handle.truncate(length);
      await produce((offset, bytes) => writeAll(handle, offset, bytes));
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  async #checkSpace(needed: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.#folder);
    const free = bavail * bsize;
    if (free >= needed + MARGIN) return;
    const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
    throw new CheckpointError(
      `${this.#folder}: expected ${mb(needed + MARGIN)} free for converted weights, got ${mb(free)}`,
    );
  }

  #failure(what: string, error: unknown): CheckpointError {
    return new CheckpointError(`${this.#folder}: ${what}: ${reason(error)}`, { cause: error });
  }
}

async function writeAll(handle: FileHandle, offset: number, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    at += (await handle.write(bytes, at, bytes.length - at, offset + at)).bytesWritten;
  }
}

/** Makes renamed files stay renamed after a power cut; not every system can sync a folder. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
