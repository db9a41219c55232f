/**
 * A model small enough to follow by hand that keeps every promise of `SlotModel`: two layers of attention whose weight
 * falls with the distance of positions, so that what a token was computed in sight of stays in its values. Random
 * weights; it knows nothing.
 */

import type { Cost, KvCache, PixelBlocks, Rows, SlotModel, Step } from "@symbion/neural";
import { randomNumbers } from "./signals.ts";

/** What the tests look at beside the model's results. */
export type FakeModel = SlotModel & {
  /** Blocks encoded, tokens computed, and calls. */
  readonly counts: { blocks: number; rows: number; refreshes: number; overlapping: number };
  /** Caches that were made and not freed. */
  readonly caches: Set<KvCache>;
};

/** Options of {@link fakeModel}. */
export type FakeModelOptions = {
  readonly width?: number;
  readonly vocabulary?: number;
  readonly blockSize?: number;
  readonly endIds?: readonly number[];
  readonly seed?: number;
  /** Decides the token that follows a row, instead of the weights. */
  readonly next?: (visible: readonly { position: number; id: number }[], last: number) => number;
};

type Cache = KvCache & {
  readonly positions: Int32Array;
  readonly branches: Int32Array;
  readonly ids: Int32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
};

/** Makes one. */
export function fakeModel(options: FakeModelOptions = {}): FakeModel {
  const { width = 8, vocabulary = 16, blockSize = 4, endIds = [1], seed = 7 } = options;
  const random = randomNumbers(seed);
  const table = Float32Array.from({ length: vocabulary * width }, () => random() - 0.5);
  const counts = { blocks: 0, rows: 0, refreshes: 0, overlapping: 0 };
  const caches = new Set<KvCache>();
  let busy = false;

  async function alone<T>(work: () => T): Promise<T> {
    if (busy) counts.overlapping++;
    busy = true;
    await Promise.resolve();
    try {
      return work();
    } finally {
      busy = false;
    }
  }

  const cost: Cost = {
    vision: (blocks) => 1000 * blocks,
    lower: (rows, seen) => rows * (100 + seen),
    upper: (rows, seen) => rows * (10 + seen),
  };

  return {
    ...{ name: "fake", width, vocabulary, blockSize, endIds, cost, counts, caches },
    embedTokens: (ids) =>
      alone((): Rows => {
        const embeddings = new Float32Array(ids.length * width);
        ids.forEach((id, row) => {
          if (id < 0 || id >= vocabulary) throw new RangeError(`no token ${id}`);
          embeddings.set(table.subarray(id * width, (id + 1) * width), row * width);
        });
        return { count: ids.length, embeddings, ids };
      }),
    embedBlocks: (blocks: PixelBlocks) =>
      alone((): Rows => {
        counts.blocks += blocks.count;
        const size = 3 * blockSize * blockSize;
        const embeddings = new Float32Array(blocks.count * width);
        for (let block = 0; block < blocks.count; block++) {
          for (let i = 0; i < size; i++) {
            const at = block * width + (i % width);
            embeddings[at] =
              (embeddings[at] as number) + (blocks.pixels[block * size + i] as number) / size;
          }
          embeddings[block * width] =
            (embeddings[block * width] as number) + 0.1 * (blocks.columns[block] as number);
        }
        return { count: blocks.count, embeddings, ids: new Int32Array(blocks.count) };
      }),
    createCache(slots) {
      const cache: Cache = {
        slots,
        positions: new Int32Array(slots).fill(-1),
        branches: new Int32Array(slots),
        ids: new Int32Array(slots),
        first: new Float32Array(slots * width).fill(Number.NaN),
        second: new Float32Array(slots * width).fill(Number.NaN),
        bytes: 8 * slots * width,
        free(freed) {
          for (const slot of freed) {
            this.positions[slot] = -1;
            this.first.fill(Number.NaN, slot * width, (slot + 1) * width);
            this.second.fill(Number.NaN, slot * width, (slot + 1) * width);
          }
        },
        dispose: () => void caches.delete(cache),
      };
      caches.add(cache);
      return cache;
    },
    refresh: (given: KvCache, step: Step) =>
      alone((): Float32Array => {
        const cache = given as Cache;
        counts.refreshes++;
        counts.rows += step.rows.count;
        const { rows, positions, slots, branches } = step;
        if (new Set(slots).size !== slots.length) throw new RangeError("a slot twice");
        for (let row = 0; row < rows.count; row++) {
          const slot = slots[row] as number;
          cache.positions[slot] = positions[row] as number;
          cache.branches[slot] = branches?.[row] ?? 0;
          cache.ids[slot] = rows.ids[row] as number;
          cache.first.set(rows.embeddings.subarray(row * width, (row + 1) * width), slot * width);
        }
        const hidden = Float32Array.from(rows.embeddings);
        for (const [layer, store] of [
          [cache.first, cache.second],
          [cache.second, null],
        ] as const) {
          const seen = attend(cache, layer, step, width);
          for (let i = 0; i < hidden.length; i++) {
            hidden[i] = Math.tanh((hidden[i] as number) + (seen[i] as number));
          }
          if (store === null) continue;
          for (let row = 0; row < rows.count; row++) {
            store.set(
              hidden.subarray(row * width, (row + 1) * width),
              (slots[row] as number) * width,
            );
          }
        }
        return hidden;
      }),
    logits: (given, step, hidden, rows) =>
      alone((): Float32Array => {
        const scores = new Float32Array(rows.length * vocabulary);
        rows.forEach((row, at) => {
          for (let id = 0; id < vocabulary; id++) {
            let sum = 0;
            for (let i = 0; i < width; i++) {
              sum += (hidden[row * width + i] as number) * (table[id * width + i] as number);
            }
            scores[at * vocabulary + id] = 8 * sum;
          }
          if (options.next === undefined) return;
          const cache = given as Cache;
          const branch = step.branches?.[row] ?? 0;
          const position = step.positions[row] as number;
          const visible = [...cache.positions.keys()]
            .filter((slot) => sees(cache, slot, position, branch))
            .map((slot) => ({
              position: cache.positions[slot] as number,
              id: cache.ids[slot] as number,
            }))
            .sort((a, b) => a.position - b.position);
          scores[at * vocabulary + options.next(visible, step.rows.ids[row] as number)] = 40;
        });
        return scores;
      }),
    dispose: async () => {},
  };
}

function sees(cache: Cache, slot: number, position: number, branch: number): boolean {
  const at = cache.positions[slot] as number;
  const other = cache.branches[slot] as number;
  return at >= 0 && at <= position && (other === 0 || other === branch);
}

/** Mean of what each row sees, nearer tokens more. */
function attend(cache: Cache, layer: Float32Array, step: Step, width: number): Float32Array {
  const out = new Float32Array(step.rows.count * width);
  for (let row = 0; row < step.rows.count; row++) {
    const position = step.positions[row] as number;
    const branch = step.branches?.[row] ?? 0;
    // In the order of positions, so that sums do not depend on which slots are used.
    const seen = [...cache.positions.keys()]
      .filter((slot) => sees(cache, slot, position, branch))
      .sort((a, b) => (cache.positions[a] as number) - (cache.positions[b] as number));
    let total = 0;
    for (const slot of seen) {
      const weight = 1 / (1 + position - (cache.positions[slot] as number));
      total += weight;
      for (let i = 0; i < width; i++) {
        const at = row * width + i;
        out[at] = (out[at] as number) + weight * (layer[slot * width + i] as number);
      }
    }
    for (let i = 0; i < width; i++) out[row * width + i] = (out[row * width + i] as number) / total;
  }
  return out;
}
