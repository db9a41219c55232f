/**
 * One node per data folder. The lock is SQLite's own exclusive lock on a file of nothing but that: the kernel gives it
 * up with the process, however that ends, so a killed node leaves nothing to clean up. It is an advisory lock: on
 * network file systems it is as good as their locking (NFS without a lock service has none).
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { UsageError } from "@symbion/core";

/** SQLITE_BUSY. */
const BUSY = 5;

/** A data folder that is ours until released. */
export type FolderLock = {
  /** Lets others have the folder. */
  release(): void;
};

/**
 * Takes a data folder, which has to exist. Throws `UsageError` where another node has it, and what SQLite throws where
 * the folder cannot be written to.
 */
export function lockFolder(folder: string): FolderLock {
  const holder = join(folder, "node.pid");
  const db = new DatabaseSync(join(folder, "node.lock"), { timeout: 0 });
  try {
    db.exec("PRAGMA journal_mode = MEMORY");
    db.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    db.close();
    if ((((error as { errcode?: number }).errcode ?? 0) & 0xff) !== BUSY) throw error;
    throw new UsageError(
      `${folder}: expected a data folder of its own, got one that another node uses${whose(holder)}`,
      { cause: error },
    );
  }
  try {
    writeFileSync(holder, `${process.pid}\n`);
  } catch {
    // Only makes the message of a second node more helpful.
  }
  return { release: () => db.close() };
}

function whose(file: string): string {
  try {
    return ` (process ${Number.parseInt(readFileSync(file, "utf8"), 10)})`;
  } catch {
    return "";
  }
}
