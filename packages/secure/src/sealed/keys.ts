/**
 * The file of data keys that belongs to a segment. Each entry wraps one random key under the segment's key, which only
 * the recipient can derive from the header. Entries have a fixed length and are overwritten in place: a destroyed one
 * leaves its number, its label and the mark that it was destroyed, while the segment still verifies.
 */

import type { Primitives } from "../primitives/types.ts";
import { ByteReader, concat, crc32, sameBytes, u32, utf8 } from "./bytes.ts";
import { SUITES } from "./segment.ts";

/** First bytes of a file of keys. */
export const KEYS_MAGIC: Uint8Array = utf8("SYMKEYS1");

/** Bytes before the first entry: magic, SHA-256 of the segment's header. */
export const KEYS_HEADER_LENGTH = 40;

/** Bytes of an entry: state, label, wrapped key, checksum. */
export const KEY_ENTRY_LENGTH = 69;

/** Bytes of a label. */
export const LABEL_LENGTH = 16;

/** One data key as it lies in the file. */
export type KeyEntry = {
  /** `live`; `destroyed` on purpose; `damaged` where the checksum does not fit. */
  readonly state: "live" | "destroyed" | "damaged";
  /** 16 bytes that name whose key it is to whoever can compute the label. */
  readonly label: Uint8Array;
  /** Wrapped key, 48 bytes. */
  readonly wrapped: Uint8Array;
};

/** Beginning of a file of keys. */
export function encodeKeysHeader(header: Uint8Array): Uint8Array {
  return concat(KEYS_MAGIC, header);
}

/** Bytes of an entry. */
export function encodeKeyEntry(
  entry: Omit<KeyEntry, "state"> & { readonly live: boolean },
): Uint8Array {
  const bytes = concat(
    new Uint8Array([entry.live ? 1 : 0]),
    entry.label,
    entry.live ? entry.wrapped : new Uint8Array(48),
  );
  return concat(bytes, u32(crc32(bytes)));
}

/** Entries of a file of keys; null where it does not belong to the segment. A torn last entry is left out. */
export function parseKeys(bytes: Uint8Array, header: Uint8Array): KeyEntry[] | null {
  const reader = new ByteReader(bytes);
  if (!sameBytes(reader.take(8), KEYS_MAGIC) || !sameBytes(reader.take(32), header)) return null;
  const entries: KeyEntry[] = [];
  while (reader.left >= KEY_ENTRY_LENGTH) {
    const start = reader.offset;
    const state = reader.u8();
    const label = reader.take(LABEL_LENGTH).slice();
    const wrapped = reader.take(48).slice();
    const fits = crc32(bytes.subarray(start, reader.offset)) === reader.u32();
    const named = state === 1 ? "live" : "destroyed";
    entries.push({ state: fits && state <= 1 ? named : "damaged", label, wrapped });
  }
  return entries;
}

/** Wraps data key `number` of a segment. */
export function wrapKey(
  primitives: Primitives,
  suite: number,
  segmentKey: Uint8Array,
  number: number,
  label: Uint8Array,
  dataKey: Uint8Array,
): Uint8Array {
  return primitives.aead(SUITES[suite]).seal(segmentKey, keyNonce(number), label, dataKey);
}

/** Unwraps data key `number`; null where the segment's key is another, or the entry is not live. */
export function unwrapKey(
  primitives: Primitives,
  suite: number,
  segmentKey: Uint8Array,
  number: number,
  entry: KeyEntry,
): Uint8Array | null {
  if (entry.state !== "live") return null;
  return primitives
    .aead(SUITES[suite])
    .open(segmentKey, keyNonce(number), entry.label, entry.wrapped);
}

function keyNonce(number: number): Uint8Array {
  return concat(new Uint8Array(8), u32(number));
}
