/** The few file operations that durable stores are made of, so that a test can fail or cut off each of them. */

import { mkdir, open, readdir, readFile, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { KeyStoreError } from "../../errors.ts";

/** An open file. */
export interface DurableFile {
  /** Writes all bytes at an offset. */
  write(bytes: Uint8Array, at: number): Promise<void>;
  /** Resolves when all that was written is on the disk. */
  sync(): Promise<void>;
  /** Cuts the file. */
  truncate(length: number): Promise<void>;
  /** Gives the handle back. */
  close(): Promise<void>;
}

/** Operations on files; all fail with the system's errors. */
export interface DurableFiles {
  /** Makes a folder and those above it, for the owner only. */
  makeFolder(folder: string): Promise<void>;
  /** Names in a folder. */
  list(folder: string): Promise<string[]>;
  /** The whole file; null where there is none. */
  read(path: string): Promise<Uint8Array | null>;
  /** A new, empty file that only the owner may read; replaces one that is there. */
  create(path: string): Promise<DurableFile>;
  /** An existing file, for writing. */
  open(path: string): Promise<DurableFile>;
  /** Renames, replacing what is there. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file; nothing happens where there is none. */
  remove(path: string): Promise<void>;
  /** Makes names in a folder survive a power cut. */
  syncFolder(folder: string): Promise<void>;
}

/** Files of the operating system that only their owner may read. */
export const systemFiles: DurableFiles = filesWith(0o600, 0o700);

/** Files of the operating system that everybody may read, for what is published. */
export const publicFiles: DurableFiles = filesWith(0o644, 0o755);

function filesWith(fileMode: number, folderMode: number): DurableFiles {
  return {
    async makeFolder(folder) {
      await mkdir(folder, { recursive: true, mode: folderMode });
    },
    list: (folder) => readdir(folder),
    async read(path) {
      try {
        const bytes = await readFile(path);
        return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
      } catch (error) {
        if (codeOf(error) === "ENOENT") return null;
        throw error;
      }
    },
    create: (path) => openFile(path, "w", fileMode),
    open: (path) => openFile(path, "r+", fileMode),
    rename,
    async remove(path) {
      await unlink(path).catch((error) => {
        if (codeOf(error) !== "ENOENT") throw error;
      });
    },
    async syncFolder(folder) {
      // Windows cannot open folders; there, renames are journalled.
      if (process.platform === "win32") return;
      const handle = await open(folder, "r");
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    },
  };
}

async function openFile(path: string, flags: string, mode: number): Promise<DurableFile> {
  const handle = await open(path, flags, mode);
  return {
    async write(bytes, at) {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, at + done);
        done += bytesWritten;
      }
    },
    sync: () => handle.datasync(),
    truncate: (length) => handle.truncate(length),
    close: () => handle.close(),
  };
}

/** Bytes that are read at once. */
const READ_LENGTH = 2 ** 20;

/** A file in parts of up to 1 MiB, opened when the first is asked for; at most `limit` bytes of it. */
export async function* readParts(
  path: string,
  limit: number = Number.POSITIVE_INFINITY,
): AsyncGenerator<Uint8Array, void, void> {
  const handle = await open(path, "r");
  try {
    for (let at = 0; at < limit; ) {
      const part = new Uint8Array(Math.min(READ_LENGTH, limit - at));
      const { bytesRead } = await handle.read(part, 0, part.length, at);
      if (bytesRead === 0) return;
      yield part.subarray(0, bytesRead);
      at += bytesRead;
    }
  } finally {
    await handle.close();
  }
}

/** Code of a system error, `ENOSPC` for instance; empty for others. */
export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | null)?.code ?? "";
}

/**
 * Replaces a file as a whole: a temporary file beside it, flushed, renamed over it, the folder flushed. After a crash
 * the old one or the new one is there.
 */
export async function replaceFile(
  files: DurableFiles,
  path: string,
  bytes: Uint8Array,
): Promise<void> {
  const temporary = `${path}.tmp`;
  const file = await files.create(temporary);
  try {
    await file.write(bytes, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await files.rename(temporary, path);
  await files.syncFolder(dirname(path));
}

/** SQLITE_BUSY. */
const BUSY = 5;

/**
 * Holds a folder for one writer until the returned function is called. The lock is SQLite's own on an otherwise empty
 * file: the kernel gives it up with the process, however that ends. Throws `KeyStoreError` where another process, or
 * this one, has it already, and where the file cannot be written.
 */
export function lockFolder(path: string): () => void {
  let db: DatabaseSync | null = null;
  try {
    const opened = new DatabaseSync(path, { timeout: 0 });
    db = opened;
    opened.exec("PRAGMA journal_mode = MEMORY");
    opened.exec("BEGIN EXCLUSIVE");
    return () => opened.close();
  } catch (error) {
    db?.close();
    const isBusy = (((error as { errcode?: number }).errcode ?? 0) & 0xff) === BUSY;
    const words = isBusy ? "another one is at work" : "the lock cannot be written";
    throw new KeyStoreError(`${path}: expected to be the only writer, ${words}`, { cause: error });
  }
}
