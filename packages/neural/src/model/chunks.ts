/** Steps in chunks: rows of a step only see earlier ones, so they can be computed one chunk after the other. */

import { takeRows } from "./rows.ts";
import type { KvCache, Step } from "./types.ts";

/** Slots looked at are a multiple of this many, so that sums over them are always taken in the same order. */
const SLOTS = 64;

/**
 * Rows in chunks of about `size`, earlier positions first. Rows of one position see each other and stay together. No
 * chunk has fewer rows than half of `size`, unless there is only one: a single row is computed by other kernels.
 */
export function chunkRows(positions: Int32Array, size: number): number[][] {
  const order = Array.from(positions.keys());
  const { length } = order;
  if (length < 1.5 * size) return [order];
  order.sort((a, b) => positions[a] - positions[b] || a - b);
  const target = length / Math.round(length / size);
  const chunks: number[][] = [];
  let from = 0;
  for (let at = 1; at < length; at++) {
    const parted = positions[order[at]] > positions[order[at - 1]];
    if (!parted || at - from < Math.floor(target) || length - at < size / 2) continue;
    chunks.push(order.slice(from, at));
    from = at;
  }
  chunks.push(order.slice(from));
  return chunks;
}

/** Some rows of a step as a step. */
export function stepRows(step: Step, rows: readonly number[], width: number): Step {
  if (rows.length === step.rows.count && rows.every((row, i) => row === i)) return step;
  const pick = (values: Int32Array): Int32Array => Int32Array.from(rows, (row) => values[row]);
  return {
    rows: {
      count: rows.length,
      embeddings: takeRows(step.rows.embeddings, rows, width),
      ids: pick(step.rows.ids),
    },
    positions: pick(step.positions),
    slots: pick(step.slots),
    branches: step.branches && pick(step.branches),
  };
}

/**
 * Number of slots to look at, from the first on, among which are all that rows of these positions see. It is that of the
 * whole cache where a part, which has to be copied out, would gain nothing.
 */
export function seenSlots(cache: KvCache, positions: Int32Array): number {
  const latest = positions.reduce((a, b) => Math.max(a, b));
  let last = cache.slots - 1;
  while (last > 0 && !(cache.positions[last] >= 0 && cache.positions[last] <= latest)) last--;
  const seen = Math.ceil((last + 1) / SLOTS) * SLOTS;
  // Measured: to let one row attend to a slot takes as long as to copy it, and each further row a quarter of that.
  const gained = (cache.slots - seen) * (2 + positions.length / 4);
  return gained > seen ? seen : cache.slots;
}
