/**
 * Merkle trees as certificate logs hash them (RFC 9162, section 2.1): a leaf is SHA-256(00 || data), a node
 * SHA-256(01 || left || right), an empty tree SHA-256 of nothing. `MerklePeaks` is all that a writer needs to go on;
 * `MerkleTree` keeps every hash and proves.
 */

import { concat, sameBytes } from "./bytes.ts";

/** SHA-256 of bytes. */
export type Hash = (data: Uint8Array) => Uint8Array;

const LEAF = new Uint8Array([0]);
const NODE = new Uint8Array([1]);

/** Hash of a leaf over its data. */
export function leafHash(hash: Hash, ...data: readonly Uint8Array[]): Uint8Array {
  return hash(concat(LEAF, ...data));
}

/** Hash of two neighbours. */
export function nodeHash(hash: Hash, left: Uint8Array, right: Uint8Array): Uint8Array {
  return hash(concat(NODE, left, right));
}

/** The right edge of a tree: hashes of its full subtrees, largest first, one for each bit of its size. */
export class MerklePeaks {
  readonly #hash: Hash;
  #peaks: Uint8Array[];
  #size: number;

  /** Throws `RangeError` where the number of peaks is not that of the size's bits. */
  constructor(hash: Hash, size = 0, peaks: readonly Uint8Array[] = []) {
    if (peaks.length !== peakCount(size)) {
      throw new RangeError(
        `peaks: a tree of ${size} leaves has ${peakCount(size)}, got ${peaks.length}`,
      );
    }
    this.#hash = hash;
    this.#size = size;
    this.#peaks = [...peaks];
  }

  /** Leaves so far. */
  get size(): number {
    return this.#size;
  }

  /** Hashes of the full subtrees, largest first. */
  get peaks(): readonly Uint8Array[] {
    return this.#peaks;
  }

  /** Adds a leaf's hash. */
  append(leaf: Uint8Array): void {
    let node = leaf;
    for (let rest = this.#size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
      node = nodeHash(this.#hash, this.#peaks.pop() as Uint8Array, node);
    }
    this.#peaks.push(node);
    this.#size++;
  }

  /** Hash of the whole tree. */
  root(): Uint8Array {
    return foldPeaks(this.#hash, this.#peaks);
  }

  /** An independent copy. */
  copy(): MerklePeaks {
    return new MerklePeaks(this.#hash, this.#size, this.#peaks);
  }
}

/** Root of a tree from its peaks, largest first. */
export function foldPeaks(hash: Hash, peaks: readonly Uint8Array[]): Uint8Array {
  let node = peaks.at(-1);
  if (node === undefined) return hash(new Uint8Array(0));
  for (let at = peaks.length - 2; at >= 0; at--) node = nodeHash(hash, peaks[at], node);
  return node;
}

/** How many full subtrees a tree of `size` leaves has: the bits of its size. */
export function peakCount(size: number): number {
  let count = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}

/** A tree that keeps all hashes of full subtrees, and proves. */
export class MerkleTree {
  readonly #hash: Hash;
  /** `#levels[k][i]` is the hash over leaves i * 2^k to (i + 1) * 2^k. */
  readonly #levels: Uint8Array[][] = [[]];

  constructor(hash: Hash) {
    this.#hash = hash;
  }

  /** Leaves so far. */
  get size(): number {
    return this.#levels[0].length;
  }

  /** Adds a leaf's hash. */
  append(leaf: Uint8Array): void {
    let node = leaf;
    for (let level = 0; ; level++) {
      if (level === this.#levels.length) this.#levels.push([]);
      const nodes = this.#levels[level];
      nodes.push(node);
      if (nodes.length % 2 === 1) return;
      node = nodeHash(this.#hash, nodes[nodes.length - 2], node);
    }
  }

  /** Hash over the first `size` leaves; all by default. Throws `RangeError` beyond the tree. */
  root(size: number = this.size): Uint8Array {
    this.#check(size);
    return size === 0 ? this.#hash(new Uint8Array(0)) : this.#range(0, size);
  }

  /** The leaf's hash at `index`. */
  leaf(index: number): Uint8Array {
    this.#check(index + 1);
    return this.#levels[0][index];
  }

  /** Path that proves that leaf `index` is in the tree of the first `size` leaves (section 2.1.3.1). */
  inclusion(index: number, size: number = this.size): Uint8Array[] {
    this.#check(size);
    if (!Number.isSafeInteger(index) || index < 0 || index >= size) {
      throw new RangeError(`index: expected 0 to ${size - 1}, got ${index}`);
    }
    const path: Uint8Array[] = [];
    let start = 0;
    let end = size;
    while (end - start > 1) {
      const middle = start + split(end - start);
      if (index < middle) {
        path.push(this.#range(middle, end));
        end = middle;
      } else {
        path.push(this.#range(start, middle));
        start = middle;
      }
    }
    return path.reverse();
  }

  /** Proof that the tree of the first `from` leaves is a beginning of that of the first `to` (section 2.1.4.1). */
  consistency(from: number, to: number = this.size): Uint8Array[] {
    this.#check(to);
    if (!Number.isSafeInteger(from) || from < 0 || from > to) {
      throw new RangeError(`from: expected 0 to ${to}, got ${from}`);
    }
    if (from === 0 || from === to) return [];
    const path: Uint8Array[] = [];
    let start = 0;
    let end = to;
    let whole = true;
    while (from !== end) {
      const middle = start + split(end - start);
      if (from <= middle) {
        path.push(this.#range(middle, end));
        end = middle;
      } else {
        path.push(this.#range(start, middle));
        start = middle;
        whole = false;
      }
    }
    if (!whole) path.push(this.#range(start, end));
    return path.reverse();
  }

  /** Hash over leaves `start` to `end`, whose start is a multiple of the largest power of two below the length. */
  #range(start: number, end: number): Uint8Array {
    const length = end - start;
    const level = Math.log2(length);
    if (Number.isInteger(level)) return this.#levels[level][start / length];
    const middle = start + split(length);
    return nodeHash(this.#hash, this.#range(start, middle), this.#range(middle, end));
  }

  #check(size: number): void {
    if (!Number.isSafeInteger(size) || size < 0 || size > this.size) {
      throw new RangeError(`size: expected 0 to ${this.size}, got ${size}`);
    }
  }
}

/** The largest power of two below `length`, which is at least 2. */
function split(length: number): number {
  return 2 ** Math.floor(Math.log2(length - 1));
}

/** Whether `path` proves that a leaf is at `index` of the tree with `size` leaves and that root (section 2.1.3.2). */
export function verifyInclusion(
  hash: Hash,
  leaf: Uint8Array,
  index: number,
  size: number,
  path: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (!whole(index) || !whole(size) || index >= size || !hashes(path)) return false;
  let fn = index;
  let sn = size - 1;
  let node = leaf;
  for (const sibling of path) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      node = nodeHash(hash, sibling, node);
      while (fn % 2 === 0 && fn !== 0) {
        fn = Math.floor(fn / 2);
        sn = Math.floor(sn / 2);
      }
    } else {
      node = nodeHash(hash, node, sibling);
    }
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 && sameBytes(node, root);
}

/** Whether `path` proves that a tree of `from` leaves and `fromRoot` is a beginning of another (section 2.1.4.2). */
export function verifyConsistency(
  hash: Hash,
  from: number,
  fromRoot: Uint8Array,
  to: number,
  toRoot: Uint8Array,
  path: readonly Uint8Array[],
): boolean {
  if (!whole(from) || !whole(to) || from > to || !hashes(path)) return false;
  if (from === to) return path.length === 0 && sameBytes(fromRoot, toRoot);
  if (from === 0) return path.length === 0 && sameBytes(fromRoot, hash(new Uint8Array(0)));
  const power = Number.isInteger(Math.log2(from));
  const rest = power ? [fromRoot, ...path] : [...path];
  const first = rest.shift();
  if (first === undefined) return false;
  let fn = from - 1;
  let sn = to - 1;
  while (fn % 2 === 1) {
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  let before = first;
  let after = first;
  for (const sibling of rest) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      before = nodeHash(hash, sibling, before);
      after = nodeHash(hash, sibling, after);
      while (fn % 2 === 0 && fn !== 0) {
        fn = Math.floor(fn / 2);
        sn = Math.floor(sn / 2);
      }
    } else {
      after = nodeHash(hash, after, sibling);
    }
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 && sameBytes(before, fromRoot) && sameBytes(after, toRoot);
}

function whole(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function hashes(path: readonly Uint8Array[]): boolean {
  return path.length <= 64 && path.every(({ length }) => length === 32);
}
