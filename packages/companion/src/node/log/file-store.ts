/**
 * A log in a folder: `log.ndjson`, which is only ever appended to; `head`, how far it has come; `keys/`, a file for each
 * key, readable by its owner only; `lock`, held by one process. What a loss of power left half written is cut off when
 * the folder is opened again, and told.
 */

import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { LogError } from "../../errors.ts";
import { MAX_LINE } from "../../log/format.ts";
import type { LogHead, LogStore } from "../../log/types.ts";

const NEWLINE = 10;
const BLOCK = 1 << 16;
/** Bytes of a slot of the head file, which has two: one is whole whenever the power goes. */
const SLOT = 128;
const HEAD = /^(\d{1,16}) ([0-9a-f]{64}) ([0-9a-f]{8}) *\n$/;
const KEY_NAME = /^[a-z0-9]{1,64}$/;
/** Errors of the operating system that mean that there is no such file. */
const ABSENT = "ENOENT";

/**
 * Opens a log's folder, or makes one.
 *
 * @throws {LogError} For a folder that is in use, by this process or another one, or cannot be written.
 */
export async function openFileLog(folder: string): Promise<LogStore> {
  const store = attempt(folder, () => {
    mkdirSync(join(folder, "keys"), { recursive: true, mode: 0o700 });
    return new FileStore(folder);
  });
  return store;
}

class FileStore implements LogStore {
  readonly repaired: number;
  readonly #folder: string;
  readonly #file: number;
  readonly #headFile: number;
  #lock: DatabaseSync | null;
  #length: number;
  #slot = 0;
  #broken = false;

  constructor(folder: string) {
    this.#folder = folder;
    this.#lock = lockOf(join(folder, "lock"));
    const opened: number[] = [];
    const open = (name: string): number => {
      // "a+" would write at the end whatever place is asked for; this makes the file without emptying it.
      closeSync(openSync(join(folder, name), "a", 0o600));
      const file = openSync(join(folder, name), "r+");
      opened.push(file);
      return file;
    };
    try {
      this.#file = open("log.ndjson");
      this.#headFile = open("head");
      const { size } = fstatSync(this.#file);
      this.#length = lastLineEnd(this.#file, size);
      this.repaired = size - this.#length;
      if (this.repaired > 0) {
        ftruncateSync(this.#file, this.#length);
        fsyncSync(this.#file);
      }
      for (const name of readdirSync(join(folder, "keys"))) {
        // A key that was being written when the power went: no entry uses it.
        if (name.endsWith(".new")) destroy(join(folder, "keys", name));
      }
      syncFolder(folder);
    } catch (error) {
      for (const file of opened) closeSync(file);
      this.#lock.close();
      throw error;
    }
  }

  async *lines(): AsyncGenerator<string, void, void> {
    this.#opened();
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    const block = new Uint8Array(BLOCK);
    let rest: Uint8Array = new Uint8Array(0);
    let at = 0;
    while (at < this.#length) {
      const length = Math.min(BLOCK, this.#length - at);
      const count = this.#try(() => readSync(this.#opened(), block, 0, length, at));
      if (count === 0) break;
      at += count;
      let start = 0;
      for (let i = 0; i < count; i++) {
        if (block[i] !== NEWLINE) continue;
        const line = joined(rest, block.subarray(start, i));
        rest = new Uint8Array(0);
        start = i + 1;
        // Bytes that are no UTF-8 come out as U+FFFD, which no line holds.
        yield decoder.decode(line);
      }
      rest = joined(rest, block.slice(start, count));
      // A line that nothing of ours wrote; it is refused by its length.
      if (rest.length > MAX_LINE + BLOCK) {
        yield decoder.decode(rest);
        return;
      }
    }
  }

  async append(line: string): Promise<void> {
    const file = this.#opened();
    if (this.#broken) {
      throw new LogError(`${this.#folder}: its end is in doubt; open it again`);
    }
    const bytes = Buffer.from(`${line}\n`);
    try {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(file, bytes, done, bytes.length - done, this.#length + done);
      }
      fdatasyncSync(file);
    } catch (error) {
      this.#broken = true;
      throw named(this.#folder, error);
    }
    this.#length += bytes.length;
  }

  async head(): Promise<LogHead | null> {
    this.#opened();
    const block = Buffer.alloc(2 * SLOT);
    const count = this.#try(() => readSync(this.#headFile, block, 0, 2 * SLOT, 0));
    let best: LogHead | null = null;
    for (let slot = 0; slot * SLOT < count; slot++) {
      const text = block.toString("latin1", slot * SLOT, Math.min(count, (slot + 1) * SLOT));
      const head = readSlot(text);
      if (head !== null && (best === null || head.entries > best.entries)) {
        best = head;
        this.#slot = 1 - slot;
      }
    }
    if (best === null && count > 0) {
      throw new LogError(
        `${join(this.#folder, "head")}: expected how far the log has come, got other bytes`,
      );
    }
    return best;
  }

  async putHead({ entries, hash }: LogHead): Promise<void> {
    this.#opened();
    const front = `${entries} ${hash}`;
    const text = `${front} ${sumOf(front)}`.padEnd(SLOT - 1);
    // Not synced: after a loss of power the head may lag behind, which says nothing false.
    this.#try(() =>
      writeSync(this.#headFile, Buffer.from(`${text}\n`), 0, SLOT, this.#slot * SLOT),
    );
    this.#slot = 1 - this.#slot;
  }

  async key(id: string): Promise<Uint8Array | null> {
    this.#opened();
    try {
      return new Uint8Array(readFileSync(this.#keyPath(id)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === ABSENT) return null;
      throw named(this.#folder, error);
    }
  }

  async putKey(id: string, key: Uint8Array): Promise<void> {
    this.#opened();
    const path = this.#keyPath(id);
    this.#try(() => {
      const file = openSync(`${path}.new`, "w", 0o600);
      try {
        writeSync(file, key);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(`${path}.new`, path);
      syncFolder(join(this.#folder, "keys"));
    });
  }

  async destroyKey(id: string): Promise<void> {
    this.#opened();
    this.#try(() => {
      destroy(this.#keyPath(id));
      syncFolder(join(this.#folder, "keys"));
    });
  }

  async close(): Promise<void> {
    if (this.#lock === null) return;
    try {
      this.#try(() => fsyncSync(this.#headFile));
    } finally {
      closeSync(this.#file);
      closeSync(this.#headFile);
      this.#lock.close();
      this.#lock = null;
    }
  }

  #opened(): number {
    if (this.#lock === null)
      throw new LogError(`${this.#folder}: expected an open log, it is closed`);
    return this.#file;
  }

  #keyPath(id: string): string {
    if (!KEY_NAME.test(id))
      throw new LogError(`a key's id: expected letters and digits, got others`);
    return join(this.#folder, "keys", id);
  }

  #try<T>(work: () => T): T {
    return attempt(this.#folder, work);
  }
}

function attempt<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw named(folder, error);
  }
}

function named(folder: string, error: unknown): LogError {
  if (error instanceof LogError) return error;
  const { code, errcode } = error as NodeJS.ErrnoException & { errcode?: number };
  // SQLite, which keeps the lock: 5 is busy, 6 is locked.
  const why =
    errcode === 5 || errcode === 6
      ? "it is in use"
      : `it cannot be used (${code ?? String(error)})`;
  return new LogError(`${folder}: ${why}`, { cause: error });
}

/** A lock of the operating system by way of SQLite: a killed process leaves none behind. */
function lockOf(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/** Where the last whole line ends. */
function lastLineEnd(file: number, size: number): number {
  const block = Buffer.alloc(BLOCK);
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - BLOCK);
    const count = readSync(file, block, 0, end - start, start);
    const found = block.subarray(0, count).lastIndexOf(NEWLINE);
    if (found >= 0) return start + found + 1;
    end = start;
  }
  return 0;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}

/** Overwrites a key with noise, then with nothing, then removes it. Copies that the disk itself made are beyond this. */
function destroy(path: string): void {
  let file: number;
  try {
    file = openSync(path, "r+");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === ABSENT) return;
    throw error;
  }
  try {
    const noise = crypto.getRandomValues(new Uint8Array(Math.min(4096, fstatSync(file).size)));
    writeSync(file, noise, 0, noise.length, 0);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  rmSync(path, { force: true });
}

function syncFolder(path: string): void {
  // Windows has no way to open a folder; its renames are written through.
  if (process.platform === "win32") return;
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** FNV-1a: tells a slot that was half written. */
function sumOf(text: string): string {
  let sum = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193);
  return (sum >>> 0).toString(16).padStart(8, "0");
}

function readSlot(text: string): LogHead | null {
  const found = HEAD.exec(text);
  if (found === null || sumOf(`${found[1]} ${found[2]}`) !== found[3]) return null;
  const entries = Number(found[1]);
  return Number.isSafeInteger(entries) && entries >= 1 ? { entries, hash: found[2] } : null;
}
