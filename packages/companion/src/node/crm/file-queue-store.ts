/** The queue's journal in a file: appended and synced line by line, a torn end cut off, held by one process at a time. */

import { constants } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { CrmError } from "../../crm/errors.ts";
import type { QueueStore } from "../../crm/queue-store.ts";

/** Largest journal, bytes; the queue is bounded, so that a larger one is none of ours. */
const MOST_BYTES = 1024 * 1024 * 1024;

/**
 * Opens, or makes, the journal of a queue.
 *
 * @param path Its file; beside it lie `PATH.lock`, which one process holds, and `PATH.new` for the moment of a rewrite.
 * @throws CrmError of kind `store` where the file is in use, is none, or cannot be written.
 */
export async function openFileQueue(path: string): Promise<QueueStore> {
  const file = resolve(path);
  try {
    await mkdir(dirname(file), { recursive: true });
    const unlock = lock(`${file}.lock`);
    try {
      return await FileQueue.open(file, unlock);
    } catch (error) {
      unlock();
      throw error;
    }
  } catch (error) {
    throw asStoreError(error, file);
  }
}

class FileQueue implements QueueStore {
  readonly #path: string;
  readonly #unlock: () => void;
  #file: FileHandle;
  /** Bytes that are known to be whole lines. */
  #size: number;

  private constructor(path: string, file: FileHandle, size: number, unlock: () => void) {
    this.#path = path;
    this.#file = file;
    this.#size = size;
    this.#unlock = unlock;
  }

  static async open(path: string, unlock: () => void): Promise<FileQueue> {
    // A rewrite that was not finished never took the old file's place.
    await rm(`${path}.new`, { force: true });
    const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    try {
      const { size } = await file.stat();
      if (size > MOST_BYTES) throw new Error(`expected at most ${MOST_BYTES} bytes, got ${size}`);
      const whole = await endOfLines(file, size);
      if (whole < size) {
        await file.truncate(whole);
        await file.sync();
      }
      await syncFolder(path);
      return new FileQueue(path, file, whole, unlock);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async *lines(): AsyncGenerator<string, void, void> {
    if (this.#size === 0) return;
    const stream = this.#file.createReadStream({
      start: 0,
      end: this.#size - 1,
      autoClose: false,
      encoding: "utf8",
    });
    let rest = "";
    for await (const chunk of stream as AsyncIterable<string>) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
  }

  async append(lines: readonly string[]): Promise<void> {
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
    try {
      await writeAll(this.#file, bytes, this.#size);
      await this.#file.datasync();
      this.#size += bytes.length;
    } catch (error) {
      // What is half there would otherwise stand before the next line.
      await this.#file.truncate(this.#size).catch(() => undefined);
      throw asStoreError(error, this.#path);
    }
  }

  async replace(lines: readonly string[]): Promise<void> {
    const fresh = `${this.#path}.new`;
    let file: FileHandle | null = null;
    try {
      file = await open(fresh, constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC, 0o600);
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
      await writeAll(file, bytes, 0);
      await file.sync();
      await rename(fresh, this.#path);
      await syncFolder(this.#path);
      const old = this.#file;
      this.#file = file;
      this.#size = bytes.length;
      await old.close();
    } catch (error) {
      if (file !== null && file !== this.#file) await file.close();
      throw asStoreError(error, this.#path);
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
    this.#unlock();
  }
}

async function writeAll(file: FileHandle, bytes: Buffer, from: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, from + done);
    done += bytesWritten;
  }
}

/** Where the last whole line ends. A line without its end was being written when the power went. */
async function endOfLines(file: FileHandle, size: number): Promise<number> {
  const block = Buffer.alloc(64 * 1024);
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - block.length);
    const { bytesRead } = await file.read(block, 0, end - start, start);
    const found = block.subarray(0, bytesRead).lastIndexOf(10);
    if (found >= 0) return start + found + 1;
    end = start;
  }
  return 0;
}

/** Makes a file's name durable. Some systems cannot sync folders; their file systems do it otherwise. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), "r").catch(() => null);
  if (folder === null) return;
  try {
    await folder.sync().catch(() => undefined);
  } finally {
    await folder.close();
  }
}

/** A lock of the operating system by way of SQLite: a killed process leaves none behind, whatever becomes of its id. */
function lock(path: string): () => void {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    const { errcode } = error as { readonly errcode?: unknown };
    // SQLite: 5 is busy, 6 is locked.
    if (errcode === 5 || errcode === 6) throw new Error("it is in use elsewhere", { cause: error });
    throw error;
  }
  return () => database.close();
}

function asStoreError(error: unknown, path: string): CrmError {
  if (error instanceof CrmError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new CrmError("store", `the queue ${path}: ${why}`, { cause: error });
}
