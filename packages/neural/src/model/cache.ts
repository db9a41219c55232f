/** Slot-addressed cache of keys and values, updated in place by the programs that compute them. */

import type { Executor, HostTensor, Tensor } from "../runtime/types.ts";
import type { KvCache, Step } from "./types.ts";

/** A layer that owns keys and values, and their channels. */
export type CachedLayer = {
  /** Index of the layer in the model, from 0. */
  readonly layer: number;
  /** Channels of one row of keys, and of one of values. */
  readonly width: number;
  /** Heads that lie one behind the other: tensors are [heads * slots, width / heads]. Undefined: one. */
  readonly heads?: number | undefined;
};

/** The slots of a cache up to the last that is filled, and some empty ones. */
export type FilledCache = {
  /** How many. */
  readonly slots: number;
  /** Position of the token in each, -1 where there is none. */
  readonly positions: Int32Array;
  /** Branch of the token in each. */
  readonly branches: Int32Array;
  /** Keys and values by name, [heads * slots, width / heads] each. */
  readonly tensors: Readonly<Record<string, Tensor>>;
};

/** Slots come into sight in steps of so many. */
const STEP = 128;

/** Name of the tensor with a layer's keys. */
export function keysName(layer: number): string {
  return `k_${layer}`;
}

/** Name of the tensor with a layer's values. */
export function valuesName(layer: number): string {
  return `v_${layer}`;
}

/** The cache of models built here. Memory is taken when first written to. */
export class SlotCache implements KvCache {
  /** Number of slots, fixed when it is made. */
  readonly slots: number;
  /** Position of the token in each slot, -1 where there is none. */
  readonly positions: Int32Array;
  /** Branch of the token in each slot, 0 for those that all see. */
  readonly branches: Int32Array;
  /** Memory of all layers' keys and values once it is taken. */
  readonly bytes: number;
  readonly #executor: Executor;
  readonly #layers: readonly CachedLayer[];
  #tensors: Promise<Record<string, Tensor>> | undefined;
  #disposed = false;

  /** @throws {RangeError} when `slots` is not a positive integer. */
  constructor(executor: Executor, slots: number, layers: readonly CachedLayer[]) {
    if (!Number.isInteger(slots) || slots < 1) {
      throw new RangeError(`expected a positive number of slots, got ${slots}`);
    }
    this.slots = slots;
    this.positions = new Int32Array(slots).fill(-1);
    this.branches = new Int32Array(slots);
    this.bytes = layers.reduce((sum, { width }) => sum + 2 * 4 * slots * width, 0);
    this.#executor = executor;
    this.#layers = layers;
  }

  /** Keys and values by name, [heads * slots, width / heads] each. */
  tensors(): Promise<Record<string, Tensor>> {
    if (this.#disposed) throw new RangeError("expected a cache in use, got one that was disposed");
    this.#tensors ??= this.#allocate();
    return this.#tensors;
  }

  /**
   * The cache up to its last slot with a token not later than a position, so that nothing is computed for slots behind:
   * views of the same memory, where the cache lies in the host's and layers have one head. Elsewhere all of it.
   */
  async filled(latest: number = Number.POSITIVE_INFINITY): Promise<FilledCache> {
    const whole = await this.tensors();
    // In such steps a row's scores are summed in the same order however many slots there are.
    const last = this.positions.findLastIndex((position) => position >= 0 && position <= latest);
    const slots = Math.min(this.slots, Math.ceil((last + 1) / STEP) * STEP);
    const all = { slots: this.slots, positions: this.positions, branches: this.branches };
    if (slots === 0 || slots === this.slots) return { ...all, tensors: whole };
    const tensors: Record<string, Tensor> = {};
    for (const [name, tensor] of Object.entries(whole)) {
      const [rows, width] = tensor.shape as [number, number];
      if (!("data" in tensor) || rows !== this.slots) return { ...all, tensors: whole };
      const data = (tensor.data as Float32Array).subarray(0, slots * width);
      tensors[name] = { type: "float32", shape: [slots, width], data };
    }
    const positions = this.positions.subarray(0, slots);
    return { slots, positions, branches: this.branches.subarray(0, slots), tensors };
  }

  /**
   * As {@link SlotCache.tensors}, with the first so many slots only: copies, where that is not all of them and the cache
   * is in the host's memory.
   */
  async first(slots: number): Promise<Readonly<Record<string, Tensor>>> {
    const tensors = await this.tensors();
    if (slots >= this.slots) return tensors;
    const part: Record<string, Tensor> = {};
    for (const [name, tensor] of Object.entries(tensors)) {
      if (!("data" in tensor)) throw new RangeError(`expected ${name} in the host's memory`);
      const [rows, width] = tensor.shape as [number, number];
      const heads = rows / this.slots;
      const data = new Float32Array(heads * slots * width);
      for (let head = 0; head < heads; head++) {
        const from = head * this.slots * width;
        const values = (tensor.data as Float32Array).subarray(from, from + slots * width);
        data.set(values, head * slots * width);
      }
      part[name] = { type: tensor.type, shape: [heads * slots, width], data };
    }
    return part;
  }

  /** Notes which tokens a step puts into which slots. */
  occupy(step: Step): void {
    for (const [row, slot] of step.slots.entries()) {
      this.positions[slot] = step.positions[row];
      this.branches[slot] = step.branches?.[row] ?? 0;
    }
  }

  /** Empties slots. @throws {RangeError} for one that there is not. */
  free(slots: Iterable<number>): void {
    for (const slot of slots) {
      if (!(slot >= 0 && slot < this.slots)) {
        throw new RangeError(`expected a slot below ${this.slots}, got ${slot}`);
      }
      this.positions[slot] = -1;
      this.branches[slot] = 0;
    }
  }

  /**
   * Puts computed rows into their slots, where the cache is in the host's memory: by name of the tensor
   * [slots.length * heads, width / heads], row by row and in it head by head.
   */
  async put(slots: Int32Array, rows: ReadonlyMap<string, HostTensor>): Promise<void> {
    const tensors = await this.tensors();
    for (const [name, { data, shape }] of rows) {
      const whole = tensors[name];
      if (!("data" in whole)) throw new RangeError(`expected ${name} in the host's memory`);
      const [count, width] = shape as [number, number];
      const heads = count / slots.length;
      const from = data as Float32Array;
      const to = whole.data as Float32Array;
      for (let i = 0; i < count; i++) {
        const place = (i % heads) * this.slots + slots[Math.floor(i / heads)];
        to.set(from.subarray(i * width, (i + 1) * width), place * width);
      }
    }
  }

  /** Gives the memory back; the cache must not be used afterwards. */
  dispose(): void {
    this.#disposed = true;
    this.positions.fill(-1);
    const tensors = this.#tensors;
    this.#tensors = undefined;
    void tensors?.then((all) => {
      for (const tensor of Object.values(all)) if ("dispose" in tensor) tensor.dispose();
    });
  }

  async #allocate(): Promise<Record<string, Tensor>> {
    const all: Record<string, Tensor> = {};
    // One piece for all: systems take memory for that page by page as slots are written to.
    const memory = new ArrayBuffer(this.bytes);
    let offset = 0;
    for (const { layer, width, heads = 1 } of this.#layers) {
      for (const name of [keysName(layer), valuesName(layer)]) {
        // Slots never written to are masked, but must hold numbers: a NaN would survive the mask.
        const data = new Float32Array(memory, offset, this.slots * width);
        offset += data.byteLength;
        all[name] = await this.#executor.keep({
          type: "float32",
          shape: [heads * this.slots, width / heads],
          data,
        });
      }
    }
    return all;
  }
}

/**
 * Checks a step against a cache and a model's width.
 * @throws {RangeError} when lengths differ, a slot is outside the cache or given twice, or a position or branch is
 * negative.
 */
export function checkStep(cache: KvCache, step: Step, width: number): void {
  const { rows, positions, slots, branches } = step;
  const lengths = [rows.ids.length, positions.length, slots.length, branches?.length ?? rows.count];
  if (lengths.some((length) => length !== rows.count)) {
    throw new RangeError(
      `expected ${rows.count} ids, positions, slots and branches, got ${lengths.join(", ")}`,
    );
  }
  if (rows.embeddings.length !== rows.count * width) {
    throw new RangeError(
      `expected embeddings of ${rows.count} x ${width}, got ${rows.embeddings.length} numbers`,
    );
  }
  const seen = new Set<number>();
  for (const [row, slot] of slots.entries()) {
    if (!(slot >= 0 && slot < cache.slots) || seen.has(slot)) {
      throw new RangeError(
        `expected a slot of its own below ${cache.slots} for row ${row}, got ${slot}`,
      );
    }
    seen.add(slot);
    const position = positions[row];
    if (position < 0 || (branches?.[row] ?? 0) < 0) {
      throw new RangeError(
        `expected a position and branch from 0 for row ${row}, got ${position} and ${branches?.[row] ?? 0}`,
      );
    }
  }
}

/** Row of tensors [heads * length, ..] for each slot and head: int64 [slots.length * heads, 1], slot by slot. */
export function slotRows(slots: Int32Array, heads: number, length: number): HostTensor {
  const data = new BigInt64Array(slots.length * heads);
  for (let i = 0; i < data.length; i++) {
    data[i] = BigInt((i % heads) * length + slots[Math.floor(i / heads)]);
  }
  return { type: "int64", shape: [data.length, 1], data };
}
