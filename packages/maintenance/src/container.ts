/**
 * Named parts in one run of bytes: what models and monitors are saved as. Layout, little-endian: `SYMK`, version, length of the
 * header, header (JSON: a text or number of bytes per part), the parts one after another, CRC-32 of everything before it.
 */

import { UsageError } from "@symbion/core";

const MAGIC = 0x4b4d5953;
const VERSION = 1;
const HEADER = 12;
/** Most parts; more is no file of ours. */
const MOST_PARTS = 100_000;

/** Parts by name. */
export type Parts = Readonly<Record<string, Uint8Array>>;

/** Parts as one run of bytes. */
export function packParts(parts: Parts): Uint8Array<ArrayBuffer> {
  const names = Object.keys(parts);
  const header = new TextEncoder().encode(
    JSON.stringify(names.map((name) => [name, parts[name].length])),
  );
  const size = names.reduce((sum, name) => sum + parts[name].length, 0);
  const bytes = new Uint8Array(HEADER + header.length + size + 4);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, VERSION, true);
  view.setUint32(8, header.length, true);
  bytes.set(header, HEADER);
  let at = HEADER + header.length;
  for (const name of names) {
    bytes.set(parts[name], at);
    at += parts[name].length;
  }
  view.setUint32(at, crc32(bytes.subarray(0, at)), true);
  return bytes;
}

/**
 * The parts in some bytes.
 *
 * @param what What they should be, for messages.
 * @throws UsageError for bytes that {@link packParts} did not make, or that are damaged.
 */
export function unpackParts(bytes: Uint8Array, what: string): Parts {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const bad = (why: string): UsageError =>
    new UsageError(`expected ${what}, got ${bytes.length} bytes ${why}`);
  if (bytes.length < HEADER + 4 || view.getUint32(0, true) !== MAGIC)
    throw bad("of something else");
  if (view.getUint32(4, true) !== VERSION) throw bad(`of version ${view.getUint32(4, true)}`);
  const end = bytes.length - 4;
  if (view.getUint32(end, true) !== crc32(bytes.subarray(0, end))) throw bad("that are damaged");
  const length = view.getUint32(8, true);
  if (HEADER + length > end) throw bad("that are cut off");
  const list = JSON.parse(new TextDecoder().decode(bytes.subarray(HEADER, HEADER + length)));
  if (!Array.isArray(list) || list.length > MOST_PARTS) throw bad("without a list of parts");
  const parts: Record<string, Uint8Array> = {};
  let at = HEADER + length;
  for (const [name, size] of list as [string, number][]) {
    if (!(size >= 0) || at + size > end) throw bad(`whose part "${name}" is cut off`);
    parts[name] = bytes.slice(at, at + size);
    at += size;
  }
  return parts;
}

/** Plain data as bytes. */
export function jsonPart(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

/** Plain data from bytes of {@link jsonPart}; trusted, since the container's checksum has been checked. */
export function readJson<T>(parts: Parts, name: string): T {
  const part = parts[name];
  if (part === undefined) throw new UsageError(`expected a part "${name}", got none`);
  return JSON.parse(new TextDecoder().decode(part)) as T;
}

/** A typed array's bytes. */
export function arrayPart(array: Float32Array | Float64Array | Uint8Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength).slice();
}

/** Numbers from bytes of {@link arrayPart}. */
export function readFloats(part: Uint8Array): Float32Array {
  return new Float32Array(part.slice().buffer);
}

/** Numbers from bytes of {@link arrayPart}. */
export function readDoubles(part: Uint8Array): Float64Array {
  return new Float64Array(part.slice().buffer);
}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) c = TABLE[(c ^ bytes[i]) & 255] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}
