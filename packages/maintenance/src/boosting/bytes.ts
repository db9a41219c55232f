/**
 * An ensemble in few bytes. Layout, little-endian, whole numbers as LEB128: `SYBT`, version, link, flags (1: leaf values
 * are doubles, 2: covers are doubles), base; names; gain of each column; for each column its thresholds, ascending; per
 * tree its nodes in the order in which they are walked: 0, value and cover for a leaf, or 1 + 2 * column + (missing goes
 * left) and a place among the column's thresholds; CRC-32 of everything before it.
 */

import { BoostingError } from "./errors.ts";
import { TreeWriter } from "./nodes.ts";
import type { BoostedTreesParts, Link } from "./trees.ts";

const MAGIC = 0x54425953;
const VERSION = 1;
const LINKS: readonly Link[] = ["identity", "logistic", "exponential"];
const DOUBLE_VALUES = 1;
const DOUBLE_COVERS = 2;

/** Bytes of an ensemble. */
export function encodeTrees({
  names,
  link,
  base,
  nodes,
}: BoostedTreesParts): Uint8Array<ArrayBuffer> {
  const { roots, column, threshold, missingLeft, value, cover, gain } = nodes;
  const leaf = (k: number) => column[k] < 0;
  const doubleValues = value.some((v) => Math.fround(v) !== v);
  const doubleCovers = cover.some((c, k) => leaf(k) && !Number.isSafeInteger(c));
  const thresholds: Float32Array[] = names.map(() => new Float32Array(0));
  const places: Map<number, number>[] = names.map(() => new Map());
  for (let c = 0; c < names.length; c++) {
    const distinct = new Set<number>();
    for (let k = 0; k < column.length; k++) if (column[k] === c) distinct.add(threshold[k]);
    const sorted = Float32Array.from(distinct).sort();
    thresholds[c] = sorted;
    sorted.forEach((t, i) => {
      places[c].set(t, i);
    });
  }
  const out = new ByteWriter();
  out.view(4).setUint32(0, MAGIC, true);
  out.byte(VERSION);
  out.byte(LINKS.indexOf(link));
  out.byte((doubleValues ? DOUBLE_VALUES : 0) | (doubleCovers ? DOUBLE_COVERS : 0));
  out.view(8).setFloat64(0, base, true);
  out.whole(names.length);
  for (const name of names) {
    const text = new TextEncoder().encode(name);
    out.whole(text.length);
    out.bytes(text);
  }
  for (const g of gain) out.view(8).setFloat64(0, g, true);
  for (const list of thresholds) {
    out.whole(list.length);
    for (const t of list) out.view(4).setFloat32(0, t, true);
  }
  out.whole(roots.length - 1);
  for (let k = 0; k < column.length; k++) {
    const c = column[k];
    if (c >= 0) {
      out.whole(1 + 2 * c + missingLeft[k]);
      out.whole(places[c].get(threshold[k]) ?? 0);
      continue;
    }
    out.whole(0);
    if (doubleValues) out.view(8).setFloat64(0, value[k], true);
    else out.view(4).setFloat32(0, value[k], true);
    if (doubleCovers) out.view(8).setFloat64(0, cover[k], true);
    else out.whole(cover[k]);
  }
  const check = crc32(out.done());
  out.view(4).setUint32(0, check, true);
  return out.done();
}

/** The ensemble in bytes. Throws BoostingError for bytes that {@link encodeTrees} did not write. */
export function decodeTrees(bytes: Uint8Array): BoostedTreesParts {
  if (!(bytes instanceof Uint8Array) || bytes.length < 8) throw broken("a model", "too few bytes");
  const body = bytes.subarray(0, bytes.length - 4);
  const tail = new DataView(bytes.buffer, bytes.byteOffset + body.length, 4);
  const reader = new ByteReader(body);
  if (reader.view(4).getUint32(0, true) !== MAGIC) throw broken("a model", "other bytes");
  const version = reader.byte();
  if (version !== VERSION) throw broken(`version ${VERSION}`, `version ${version}`);
  if (tail.getUint32(0, true) !== crc32(body)) throw broken("whole bytes", "another checksum");
  const link = LINKS[reader.byte()];
  if (link === undefined) throw broken("a known link", "another");
  const flags = reader.byte();
  const base = reader.finite(8);
  const names: string[] = [];
  const text = new TextDecoder();
  for (let left = reader.count(1); left > 0; left--)
    names.push(text.decode(reader.bytes(reader.count(1))));
  if (new Set(names).size < names.length) throw broken("each name once", "one twice");
  const gains = names.map(() => reader.finite(8));
  const thresholds = names.map(() => readThresholds(reader));
  const writer = new TreeWriter(names.length);
  const trees = reader.count(1);
  for (let tree = 0; tree < trees; tree++) {
    writer.begin();
    // Splits whose right child is still to come.
    const open: number[] = [];
    for (;;) {
      const tag = reader.whole();
      if (tag > 0) {
        const column = Math.floor((tag - 1) / 2);
        const threshold = thresholds[column]?.[reader.whole()];
        if (threshold === undefined) throw broken("a threshold of a column", "none");
        open.push(writer.split(column, threshold, (tag & 1) === 0, 0));
        continue;
      }
      const value = reader.finite((flags & DOUBLE_VALUES) !== 0 ? 8 : 4);
      const cover = (flags & DOUBLE_COVERS) !== 0 ? reader.finite(8) : reader.whole();
      if (cover < 0) throw broken("covers of at least 0", String(cover));
      writer.leaf(value, cover);
      const split = open.pop();
      if (split === undefined) break;
      writer.turn(split);
    }
  }
  if (!reader.ended) throw broken("nothing after the last tree", "more bytes");
  const nodes = writer.finish(trees);
  nodes.gain.set(gains);
  return { names, link, base, nodes };
}

function readThresholds(reader: ByteReader): Float32Array {
  const list = new Float32Array(reader.count(4));
  for (let i = 0; i < list.length; i++) {
    list[i] = reader.view(4).getFloat32(0, true);
    if (Number.isNaN(list[i])) throw broken("thresholds", "NaN");
  }
  return list;
}

function broken(what: string, got: string): BoostingError {
  return new BoostingError(`boosted trees: bytes: expected ${what}, got ${got}`);
}

class ByteWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;

  /** What has been written. */
  done(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  /** Room for `count` more bytes. */
  view(count: number): DataView {
    const at = this.#grow(count);
    return new DataView(this.#bytes.buffer, at, count);
  }

  byte(value: number): void {
    const at = this.#grow(1);
    this.#bytes[at] = value;
  }

  bytes(values: Uint8Array): void {
    const at = this.#grow(values.length);
    this.#bytes.set(values, at);
  }

  /** A whole number up to 2^53 in as few groups of 7 bits as it has. */
  whole(value: number): void {
    let left = value;
    while (left >= 128) {
      this.byte((left % 128) + 128);
      left = Math.floor(left / 128);
    }
    this.byte(left);
  }

  #grow(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const more = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length));
      more.set(this.#bytes.subarray(0, at));
      this.#bytes = more;
    }
    return at;
  }
}

class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get ended(): boolean {
    return this.#at === this.#bytes.length;
  }

  bytes(count: number): Uint8Array {
    if (count > this.#bytes.length - this.#at) throw broken("more bytes", "the end");
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  view(count: number): DataView {
    const bytes = this.bytes(count);
    return new DataView(bytes.buffer, bytes.byteOffset, count);
  }

  byte(): number {
    return this.bytes(1)[0];
  }

  /** A finite float of 4 or 8 bytes. */
  finite(size: 4 | 8): number {
    const view = this.view(size);
    const value = size === 8 ? view.getFloat64(0, true) : view.getFloat32(0, true);
    if (!Number.isFinite(value)) throw broken("finite numbers", String(value));
    return value;
  }

  whole(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (!Number.isSafeInteger(value)) throw broken("whole numbers below 2^53", "a greater one");
      if (byte < 128) return value;
      scale *= 128;
    }
  }

  /** A number of things of at least `size` bytes each, which must be there. */
  count(size: number): number {
    const count = this.whole();
    if (count * size > this.#bytes.length - this.#at) throw broken("more bytes", "the end");
    return count;
  }
}

const CRC_TABLE: Uint32Array = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = (c & 1) !== 0 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) c = CRC_TABLE[(c ^ bytes[i]) & 255] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}
