/**
 * One process at a time. The lock is SQLite's own exclusive lock on an otherwise empty file: the kernel gives it up
 * with the process, however that ends, so a killed process leaves nothing to clean up.
 */

import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

/** SQLITE_BUSY. */
const BUSY = 5;

/** Milliseconds between two attempts. */
const POLL = 100;

/** How a lock is waited for. */
export type FileLockOptions = {
  /** Called once, when another process or caller has the lock and waiting begins. */
  readonly onWait?: (() => void) | undefined;
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
};

/**
 * Waits for the lock that a file stands for, makes the file where there is none, and holds the lock until the
 * returned function is called. Throws what SQLite throws where the file cannot be written to.
 */
export async function lockFile(path: string, options: FileLockOptions = {}): Promise<() => void> {
  for (let first = true; ; first = false) {
    options.signal?.throwIfAborted();
    const db = new DatabaseSync(path, { timeout: 0 });
    try {
      db.exec("PRAGMA journal_mode = MEMORY");
      db.exec("BEGIN EXCLUSIVE");
      return () => db.close();
    } catch (error) {
      db.close();
      if ((((error as { errcode?: number }).errcode ?? 0) & 0xff) !== BUSY) throw error;
    }
    if (first) options.onWait?.();
    await sleep(POLL, undefined, { signal: options.signal });
  }
}
