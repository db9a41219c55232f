/** Files of secrets: private to their owner, written so that a crash leaves the old one or the new one, never half. */

import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { KeyStoreError } from "../../errors.ts";
import { codeOf, type DurableFiles, lockFolder, replaceFile } from "../sealed/files.ts";

/** Largest file that is read: far above any vault. */
const LARGEST = 16 * 1024 * 1024;
const CHECKS_MODES = process.platform !== "win32";

function failed(what: string, path: string, error: unknown): KeyStoreError {
  return new KeyStoreError(`${path}: ${what} (${codeOf(error) || "no code"})`, { cause: error });
}

/**
 * Makes sure that a folder is there and its owner's alone (0700).
 * @throws KeyStoreError It is not a folder, somebody else's, or open to others: the message says how to close it.
 */
export function ensurePrivateFolder(folder: string): void {
  try {
    if (mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined) {
      // The umask may have taken more away than the owner can do without.
      chmodSync(folder, 0o700);
    }
  } catch (error) {
    throw failed("the folder of the keys cannot be made", folder, error);
  }
  checkPrivate(folder, "folder");
}

/** Demands that a path is ours, of the right kind, and closed to others. */
export function checkPrivate(path: string, kind: "folder" | "file"): void {
  const stat = lstatSync(path);
  if (kind === "folder" ? !stat.isDirectory() : !stat.isFile()) {
    throw new KeyStoreError(`${path}: a ${kind} expected, got something else (a link, perhaps)`);
  }
  if (!CHECKS_MODES) return;
  const wanted = kind === "folder" ? "700" : "600";
  if ((stat.mode & 0o077) !== 0) {
    throw new KeyStoreError(
      `${path}: others may use this ${kind} (mode ${(stat.mode & 0o777).toString(8)}); close it with: chmod ${wanted} '${path}'`,
    );
  }
  const owner = process.geteuid?.();
  if (owner !== undefined && stat.uid !== owner) {
    throw new KeyStoreError(`${path}: this ${kind} belongs to user ${stat.uid}, not to ${owner}`);
  }
}

/**
 * A private file's bytes, or null where there is none.
 * @throws KeyStoreError It is open to others, too large, a link, or cannot be read.
 */
export function readPrivate(path: string): Uint8Array | null {
  let file: number;
  try {
    checkPrivate(path, "file");
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error instanceof KeyStoreError ? error : failed("cannot be read", path, error);
  }
  try {
    const { size } = fstatSync(file);
    if (size > LARGEST) {
      throw new KeyStoreError(`${path}: at most ${LARGEST} bytes expected, got ${size}`);
    }
    return new Uint8Array(readFileSync(file));
  } catch (error) {
    throw error instanceof KeyStoreError ? error : failed("cannot be read", path, error);
  } finally {
    closeSync(file);
  }
}

/**
 * Replaces a private file (0600), durably and as a whole.
 * @throws KeyStoreError It could not be written (a full disk, for instance): the old content holds.
 */
export async function writePrivate(
  files: DurableFiles,
  path: string,
  bytes: Uint8Array,
): Promise<void> {
  try {
    await replaceFile(files, path, bytes);
  } catch (error) {
    await files.remove(`${path}.tmp`).catch(() => {});
    throw failed("cannot be written whole; what was there before still holds", path, error);
  }
}

/** Gives a file another name, durably. */
export async function moveFile(files: DurableFiles, from: string, to: string): Promise<void> {
  await files.rename(from, to);
  await files.syncFolder(dirname(to));
}

/** Removes what crashed writes left behind. */
export function removeTemporaries(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (/^vault\..+\.tmp$/.test(name)) remove(join(folder, name));
  }
}

/** Removes a file if it is there. */
export function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw failed("cannot be removed", path, error);
  }
}

/**
 * Overwrites a file with zeros, then removes it. File systems and flash memory may keep older copies all the same.
 */
export function shred(path: string): void {
  try {
    const file = openSync(path, constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0));
    try {
      const { size } = fstatSync(file);
      writeSync(file, new Uint8Array(Math.min(size, LARGEST)), 0);
      fsyncSync(file);
      ftruncateSync(file, 0);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
  }
  remove(path);
}

/**
 * Runs something while no other process has the folder. The lock is SQLite's own on a file of nothing but that: the
 * kernel gives it up with the process, however that ends.
 * @throws KeyStoreError Another process has had it for longer than fifteen seconds.
 */
export async function withFolderLock<T>(folder: string, run: () => Promise<T>): Promise<T> {
  const path = join(folder, "vault.lock");
  let release: (() => void) | undefined;
  for (const deadline = performance.now() + 15_000; ; ) {
    try {
      release = lockFolder(path);
      break;
    } catch (error) {
      if (!(error instanceof KeyStoreError)) {
        throw failed("the key vault cannot be locked", path, error);
      }
      if (performance.now() > deadline) {
        throw new KeyStoreError(`${folder}: another process has the key vault for over 15 s`);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  try {
    return await run();
  } finally {
    release();
  }
}
