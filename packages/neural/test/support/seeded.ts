/** Checkpoints and arrays that `oracle/seeded.py` makes too: the same generator per name. */

import type { HostWeights } from "../../src/parameters/host.ts";

/** A tensor of a seeded checkpoint: name, shape, scale, offset. */
export type SeededTensor = readonly [string, readonly number[], number, number];

/** Float32 bytes as the oracle wrote them. */
export type Packed = { readonly shape: readonly number[]; readonly data: string };

/** `count` numbers in [-scale, scale) + offset: mulberry32, seeded with the name's FNV-1a hash. */
export function seeded(name: string, count: number, scale = 1, offset = 0): Float32Array {
  let state = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) state = Math.imul(state ^ byte, 0x01000193);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    t ^= t >>> 14;
    values[i] = ((t >>> 0) / 2 ** 31 - 1) * scale + offset;
  }
  return values;
}

/** A whole checkpoint. */
export function seededCheckpoint(tensors: readonly SeededTensor[]): Map<string, HostWeights> {
  return new Map(
    tensors.map(([name, shape, scale, offset]) => {
      const count = shape.reduce((all, length) => all * length, 1);
      return [name, { shape, data: seeded(name, count, scale, offset) }];
    }),
  );
}

/** The numbers of a packed array. */
export function unpack({ data }: Packed): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(data, "base64")).buffer);
}

/** Largest absolute difference; NaN or another length counts as infinite. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const gap = Math.abs((a[i] as number) - (b[i] as number));
    if (!(gap <= largest)) largest = Number.isNaN(gap) ? Number.POSITIVE_INFINITY : gap;
  }
  return largest;
}
