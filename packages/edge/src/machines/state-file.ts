/**
 * What a kind's monitor has learned, on the disk: one file per kind, replaced as a whole, so that a power cut leaves
 * either the old one or the new one. A file that does not fit is put aside, never deleted.
 *
 * Layout: the text `SYMACH01`, the SHA-256 of the rest, the state.
 */

import { createHash, timingSafeEqual } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

const MAGIC = Buffer.from("SYMACH01", "latin1");
const HASH_BYTES = 32;

/** A state that was read, or why there is none; `problem` is null where there was no file. */
export type ReadState =
  | { readonly state: Uint8Array }
  | { readonly state: null; readonly problem: string | null };

/** Path of a kind's file. Kinds' ids hold letters, digits, - and _ only. */
export function statePath(folder: string, kind: string): string {
  return join(folder, `${kind}.monitor`);
}

/** Reads a kind's state. What is no state, or of another version, is told, not thrown. */
export function readState(path: string): ReadState {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { state: null, problem: code === "ENOENT" ? null : `cannot be read: ${code}` };
  }
  if (bytes.length < MAGIC.length + HASH_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
    return { state: null, problem: "is no state of this version" };
  }
  const state = bytes.subarray(MAGIC.length + HASH_BYTES);
  const hash = bytes.subarray(MAGIC.length, MAGIC.length + HASH_BYTES);
  if (!timingSafeEqual(hash, createHash("sha256").update(state).digest())) {
    return { state: null, problem: "is damaged" };
  }
  return { state: new Uint8Array(state) };
}

/** Writes a kind's state so that it is whole whatever happens meanwhile. Throws what the file system throws. */
export function writeState(path: string, state: Uint8Array): void {
  mkdirSync(join(path, ".."), { recursive: true });
  const beside = `${path}.new`;
  const file = openSync(beside, "w", 0o600);
  try {
    writeAll(file, MAGIC);
    writeAll(file, createHash("sha256").update(state).digest());
    writeAll(file, state);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(beside, path);
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let from = 0; from < bytes.length; ) from += writeSync(file, bytes, from);
}

/** Puts a file that does not fit aside, and says where it is. */
export function putAside(path: string, now: number): string {
  const aside = `${path}.broken-${now}`;
  renameSync(path, aside);
  return aside;
}
