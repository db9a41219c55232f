/**
 * A file of records that only grows. Each record is a line: a checksum over everything before it and itself, then JSON. So a
 * record that was changed, taken out or put elsewhere is noticed, and what a loss of power left half written is told from
 * it: only an unfinished last line is dropped, and such a record was never confirmed.
 *
 *     symbion-ledger 1
 *     6f1c...e2 {"kind":"charge",...}
 */

import { createHash } from "node:crypto";
import { LedgerError } from "../errors.ts";
import type { Disk, FileNumber } from "./disk.ts";

const NAME = "symbion-ledger";
const VERSION = 1;
const HEAD = `${NAME} ${VERSION}\n`;
/** Hexadecimal digits of a checksum: 128 bits of SHA-256. */
const DIGITS = 32;
const NEWLINE = 10;
/** Why an operation failed, by the operating system's code. */
const CODES: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk is full",
  EROFS: "it cannot be written",
  EACCES: "it cannot be opened",
  EPERM: "it cannot be opened",
  ENOENT: "it cannot be opened",
  EISDIR: "it cannot be opened",
  EIO: "the disk fails",
};
/** Codes of SQLite, which keeps the lock: busy, locked; cannot open. */
const LOCKED = [5, 6];

/** What a journal is made of. */
export type JournalRecord = Readonly<Record<string, unknown>>;

/** See the file's head. */
export class Journal {
  readonly #path: string;
  readonly #disk: Disk;
  readonly #room: number;
  #unlock: () => void;
  #file: FileNumber | null = null;
  #length = 0;
  /** Checksum of the last record. */
  #chain = "";
  /** Length after it was written anew last. */
  #compact = 0;
  /** Why nothing more can be written before the file is opened again; null: it can. */
  #broken: string | null = null;

  /**
   * Opens a file, or makes one, and gives all its records to `take`, in order.
   * @param room Bytes by which it grows at least before it is worth writing anew.
   * @throws {LedgerError} For a file in use by another process, damaged, of another version, or that cannot be written.
   */
  constructor(path: string, disk: Disk, room: number, take: (record: JournalRecord) => void) {
    this.#path = path;
    this.#disk = disk;
    this.#room = room;
    this.#unlock = this.#try(() => disk.lock(`${path}.lock`));
    try {
      // A file that was being written anew when the power went.
      this.#try(() => disk.remove(this.#draft));
      const bytes = this.#try(() => disk.read(path));
      if (bytes === null) this.rewrite([]);
      else this.#take(bytes, take);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Whether {@link Journal.rewrite} is worth its while: it has grown to more than twice its size after the last time. */
  get wasteful(): boolean {
    return this.#length > 2 * this.#compact + this.#room;
  }

  /**
   * Adds a record; when this returns it survives a loss of power.
   * @throws {LedgerError} If it cannot be written: then it is not there, or, where the disk fails, nothing more is written.
   */
  append(record: JournalRecord): void {
    const file = this.#opened();
    const [line, chain] = lineOf(this.#chain, record);
    const bytes = Buffer.from(line);
    try {
      this.#writeAll(file, bytes, this.#length);
    } catch (error) {
      try {
        this.#disk.cut(file, this.#length);
      } catch {
        this.#broken = "its end is unfinished: open it again";
      }
      throw this.#error(whyOf(error), error);
    }
    try {
      this.#disk.sync(file);
    } catch (error) {
      // After a failed sync nobody knows what is on the disk: it has to be read again.
      this.#broken = "the disk failed: open it again";
      throw this.#error(whyOf(error), error);
    }
    this.#length += bytes.length;
    this.#chain = chain;
  }

  /**
   * Puts a file with just these records in the place of this one, all or nothing.
   * @throws {LedgerError} If it cannot be written; the old one stays then.
   */
  rewrite(records: Iterable<JournalRecord>): void {
    this.#check();
    const disk = this.#disk;
    let chain = chainOf(HEAD);
    let text = HEAD;
    for (const record of records) {
      const [line, next] = lineOf(chain, record);
      text += line;
      chain = next;
    }
    const bytes = Buffer.from(text);
    let fresh: FileNumber | null = null;
    try {
      fresh = disk.open(this.#draft, true);
      this.#writeAll(fresh, bytes, 0);
      disk.sync(fresh);
      disk.rename(this.#draft, this.#path);
    } catch (error) {
      try {
        if (fresh !== null) disk.close(fresh);
        disk.remove(this.#draft);
      } catch {
        // It is removed when the ledger is opened next.
      }
      throw this.#error(whyOf(error), error);
    }
    if (this.#file !== null) disk.close(this.#file);
    this.#file = fresh;
    this.#length = bytes.length;
    this.#compact = bytes.length;
    this.#chain = chain;
    try {
      disk.syncFolder(this.#path);
    } catch (error) {
      // Which of both files a loss of power would leave is not known: no record may be added to either.
      this.#broken = "the disk failed: open it again";
      throw this.#error(whyOf(error), error);
    }
  }

  /** @throws {LedgerError} If it was closed, or a failure of the disk left it in doubt. */
  check(): void {
    this.#check();
  }

  close(): void {
    this.#broken ??= "it is closed";
    if (this.#file !== null) this.#disk.close(this.#file);
    this.#file = null;
    const unlock = this.#unlock;
    this.#unlock = () => {};
    unlock();
  }

  get #draft(): string {
    return `${this.#path}.new`;
  }

  #take(bytes: Uint8Array, take: (record: JournalRecord) => void): void {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const headEnd = buffer.indexOf(NEWLINE);
    const head = buffer.toString("latin1", 0, headEnd + 1);
    // Heads are renamed into place whole: a shorter file has been damaged, and may have held charges.
    if (!head.startsWith(`${NAME} `)) {
      throw this.#error(bytes.length === 0 ? "it is damaged: it is empty" : "it is no ledger");
    }
    if (head !== HEAD) {
      throw new LedgerError(`${this.#path}: expected version ${VERSION}, got ${head.trim()}`);
    }
    let chain = chainOf(HEAD);
    let at = head.length;
    for (let line = 2; at < buffer.length; line++) {
      const end = buffer.indexOf(NEWLINE, at);
      if (end < 0) break;
      const text = buffer.toString("utf8", at, end);
      const body = text.slice(DIGITS + 1);
      const next = chainOf(chain + body);
      if (text.slice(0, DIGITS + 1) !== `${next} `) {
        // The system may write a line's end before its beginning: zeros are what it has not written.
        if (end === buffer.length - 1 && text.includes("\0")) break;
        throw this.#error(`it is damaged: line ${line} is not what was written`);
      }
      take(this.#parsed(body, line));
      chain = next;
      at = end + 1;
    }
    const file = this.#try(() => this.#disk.open(this.#path, false));
    this.#file = file;
    if (at < buffer.length) {
      this.#try(() => {
        this.#disk.cut(file, at);
        this.#disk.sync(file);
      });
    }
    this.#length = at;
    this.#chain = chain;
  }

  #parsed(body: string, line: number): JournalRecord {
    try {
      return JSON.parse(body) as JournalRecord;
    } catch (error) {
      throw this.#error(`line ${line} is no record`, error);
    }
  }

  #writeAll(file: FileNumber, bytes: Uint8Array, at: number): void {
    for (let done = 0; done < bytes.length; ) {
      done += this.#disk.write(file, bytes.subarray(done), at + done);
    }
  }

  #opened(): FileNumber {
    this.#check();
    if (this.#file === null) throw this.#error("it is closed");
    return this.#file;
  }

  #check(): void {
    if (this.#broken !== null) throw this.#error(this.#broken);
  }

  #try<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw this.#error(whyOf(error), error);
    }
  }

  #error(why: string, cause?: unknown): LedgerError {
    const message = `${this.#path}: expected a ledger of our own, but ${why}`;
    return new LedgerError(message, cause === undefined ? {} : { cause });
  }
}

function lineOf(chain: string, record: JournalRecord): readonly [line: string, chain: string] {
  const body = JSON.stringify(record);
  const next = chainOf(chain + body);
  return [`${next} ${body}\n`, next];
}

function chainOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, DIGITS);
}

function whyOf(error: unknown): string {
  const { code = "", errcode = 0, message } = error as NodeJS.ErrnoException & { errcode?: number };
  if (LOCKED.includes(errcode & 0xff)) return "it is in use by another process";
  if (code === "ERR_SQLITE_ERROR") return "it cannot be opened";
  return CODES[code] ?? message;
}
