/** The operations on files that a ledger makes, one by one, so that tests can cut the power between any two of them. */

import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** An open file, as the {@link Disk} that opened it names it. */
export type FileNumber = number;

/** Files. Each operation throws what the operating system reports. */
export interface Disk {
  /**
   * Takes a lock that ends with the process at the latest, whatever ends it.
   * @returns What gives it back.
   */
  lock(path: string): () => void;
  /** Whole content; null: there is no such file. */
  read(path: string): Uint8Array | null;
  /** Opens for writing; `fresh` makes it, or empties it. */
  open(path: string, fresh: boolean): FileNumber;
  /** Writes some bytes at a place and tells how many. */
  write(file: FileNumber, bytes: Uint8Array, at: number): number;
  /** Cuts to a length. */
  cut(file: FileNumber, length: number): void;
  /** Returns when all that was written would survive a loss of power. */
  sync(file: FileNumber): void;
  close(file: FileNumber): void;
  /** Puts one file in another's place, all or nothing. */
  rename(from: string, to: string): void;
  /** Returns when the names in a file's folder would survive a loss of power. */
  syncFolder(path: string): void;
  /** Removes a file where there is one. */
  remove(path: string): void;
}

/** The disk of this machine. */
export const machineDisk: Disk = {
  // Locks of the operating system, by way of SQLite: a killed process leaves none behind, and process ids, which are used
  // again, play no part. The file stays empty.
  lock: (path) => {
    const database = new DatabaseSync(path, { timeout: 0 });
    try {
      database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    } catch (error) {
      database.close();
      throw error;
    }
    return () => database.close();
  },
  read: (path) => {
    try {
      return readFileSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw error;
    }
  },
  open: (path, fresh) => openSync(path, fresh ? "w" : "r+", 0o600),
  write: (file, bytes, at) => writeSync(file, bytes, 0, bytes.length, at),
  cut: ftruncateSync,
  sync: fsyncSync,
  close: closeSync,
  rename: renameSync,
  syncFolder: (path) => {
    // Windows has no way to open a folder; its renames are written through.
    if (process.platform === "win32") return;
    const folder = openSync(dirname(path), "r");
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  },
  remove: (path) => rmSync(path, { force: true }),
};
