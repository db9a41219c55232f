/** What every model here does with rows of a step: check them, pick some, number them. */

import type { HostTensor } from "../runtime/types.ts";
import { SlotCache } from "./cache.ts";
import type { KvCache, Step } from "./types.ts";

/** Positions and branches of some rows of a step. */
export type PickedRows = {
  /** Position of each picked row. */
  readonly positions: Int32Array;
  /** Branch of each picked row. */
  readonly branches: Int32Array;
};

/** The cache as one that was made here. @throws {TypeError} for another model's kind of cache. */
export function ownCache(cache: KvCache): SlotCache {
  if (cache instanceof SlotCache) return cache;
  throw new TypeError("expected a cache that createCache made");
}

/** @throws {RangeError} when an id lies outside the vocabulary. */
export function checkIds(ids: Int32Array, vocabulary: number): void {
  const wrong = ids.find((id) => !(id >= 0 && id < vocabulary));
  if (wrong !== undefined) {
    throw new RangeError(`expected token ids below ${vocabulary}, got ${wrong}`);
  }
}

/**
 * Rows of a step that are to be sampled.
 * @param hidden what `refresh` gave for the step, [count, width]
 * @throws {RangeError} when `hidden` has another length, or a row is none of the step's.
 */
export function pickRows(
  step: Step,
  hidden: Float32Array,
  rows: readonly number[],
  width: number,
): PickedRows {
  const { count } = step.rows;
  if (hidden.length !== count * width) {
    throw new RangeError(
      `expected hidden states of ${count} x ${width}, got ${hidden.length} numbers`,
    );
  }
  const wrong = rows.find((row) => !(row >= 0 && row < count));
  if (wrong !== undefined) {
    throw new RangeError(`expected rows of the step below ${count}, got ${wrong}`);
  }
  return {
    positions: Int32Array.from(rows, (row) => step.positions[row]),
    branches: Int32Array.from(rows, (row) => step.branches?.[row] ?? 0),
  };
}

/** Some rows of [n, width] values, one behind the other. */
export function takeRows(
  values: Float32Array,
  rows: readonly number[],
  width: number,
): Float32Array {
  const all = new Float32Array(rows.length * width);
  for (const [i, row] of rows.entries()) {
    all.set(values.subarray(row * width, (row + 1) * width), i * width);
  }
  return all;
}

/** The numbers from 0 on, [1, count]: which row of the given cosines and sines belongs to which row of a step. */
export function ordinals(count: number): HostTensor {
  const data = BigInt64Array.from({ length: count }, (_, i) => BigInt(i));
  return { type: "int64", shape: [1, count], data };
}
