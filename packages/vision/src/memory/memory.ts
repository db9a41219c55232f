/**
 * What the model remembers of a stream: tokens in numbered slots of a key-value cache, added picture by picture, freed
 * when their picture leaves the window, computed again where that is wanted. Positions only grow, and cached keys are
 * never rotated again: what attention sees are differences of positions.
 */

import type { KvCache, Rows, SlotModel, Step } from "@symbion/neural";
import type { Drift, RefreshMode } from "./refresh.ts";

/** The tokens of one picture. */
export type PictureTokens = {
  /** Counts pictures of the stream; has to grow. */
  readonly picture: number;
  /** Embeddings of its tokens, in the order of their positions. */
  readonly rows: Rows;
  /** Position of each token; greater than those of all pictures before. */
  readonly positions: Int32Array;
  /** Whether the picture was kept whole. */
  readonly whole: boolean;
};

/** Tokens that are computed with a window and freed after it: a question. */
export type BranchTokens = {
  /** Branch, from 1. */
  readonly branch: number;
  /** Embeddings of the tokens, in their order. */
  readonly rows: Rows;
  /** Where each token stands in the sequence. */
  readonly positions: Int32Array;
  /** Last tokens whose followers' scores are wanted, at least 1. Default 1: those of the last token. */
  readonly scored?: number | undefined;
};

/** What one computation came to. */
export type Computed = {
  /** For each branch, scores of the tokens that follow its scored ones: [sum of scored, vocabulary]. */
  readonly logits: Float32Array;
  /** Tokens of pictures that were computed, new ones and those computed again. */
  readonly refreshed: number;
  /** Tokens of pictures that were used as they were. */
  readonly reused: number;
  /** Operations executed. */
  readonly flops: number;
  /** How far the reused tokens may have drifted. */
  readonly drift: Drift;
};

type Picture = {
  readonly picture: number;
  readonly whole: boolean;
  readonly rows: Rows;
  positions: Int32Array;
  /** Slot of each token, once computed. */
  slots: Int32Array;
  /** Hidden state of each token when it was last computed: [count, width]. */
  hidden: Float32Array | null;
  /** Pictures and tokens that its tokens saw when they were computed. */
  sawFrom: number;
  sawTokens: number;
};

/** Slots are added in steps of this many. */
const SLOT_STEP = 64;

/** One stream's memory. Free it with {@link StreamMemory.dispose}. */
export class StreamMemory {
  readonly #model: SlotModel;
  #cache: KvCache;
  #free: number[] = [];
  #pictures: Picture[] = [];
  /** Slots of each branch's tokens, in the order of their positions. */
  readonly #branchSlots = new Map<number, number[]>();
  #windows = 0;
  #probeTurn = 0;

  /** @param slots slots to begin with; there are more when they are needed */
  constructor(model: SlotModel, slots: number = SLOT_STEP) {
    this.#model = model;
    this.#cache = model.createCache(Math.ceil(Math.max(1, slots) / SLOT_STEP) * SLOT_STEP);
    this.#free = allSlots(this.#cache.slots);
  }

  /** Bytes of keys and values. */
  get bytes(): number {
    return this.#cache.bytes;
  }

  /** Slots that there are. */
  get slots(): number {
    return this.#cache.slots;
  }

  /** Tokens of pictures in memory, computed or waiting. */
  get tokens(): number {
    return this.#pictures.reduce((sum, { rows }) => sum + rows.count, 0);
  }

  /** Pictures in memory, oldest first. */
  get pictures(): readonly number[] {
    return this.#pictures.map(({ picture }) => picture);
  }

  /** Adds a picture; it is computed with the next {@link StreamMemory.compute}. A picture may have no tokens. */
  add({ picture, rows, positions, whole }: PictureTokens): void {
    const last = this.#pictures.at(-1);
    if (last !== undefined && picture <= last.picture) {
      throw new RangeError(`expected a picture after ${last.picture}, got ${picture}`);
    }
    if (positions.length !== rows.count) {
      throw new RangeError(`expected ${rows.count} positions, got ${positions.length}`);
    }
    const slots = new Int32Array(0);
    const entry = { picture, whole, rows, positions, slots, hidden: null };
    this.#pictures.push({ ...entry, sawFrom: picture, sawTokens: 0 });
  }

  /** Forgets pictures before `picture`: their slots are free again. */
  forgetBefore(picture: number): void {
    const kept: Picture[] = [];
    for (const entry of this.#pictures) {
      if (entry.picture >= picture) kept.push(entry);
      else this.#release(entry.slots);
    }
    this.#pictures = kept;
  }

  /**
   * Gives pictures new positions, oldest first; everything is computed again with the next
   * {@link StreamMemory.compute}.
   */
  rebase(positionsOf: (picture: number) => Int32Array): void {
    for (const entry of this.#pictures) {
      this.#release(entry.slots);
      entry.slots = new Int32Array(0);
      entry.hidden = null;
      entry.positions = positionsOf(entry.picture);
    }
    this.#windows = 0;
  }

  /** Forgets everything. */
  clear(): void {
    this.forgetBefore(Number.POSITIVE_INFINITY);
    this.endBranches();
    this.#windows = 0;
  }

  /**
   * Computes what waits, what `mode` wants computed again, a few probes, and the branches, in one step. Branches stay
   * in the cache until {@link StreamMemory.endBranches}.
   */
  async compute(
    mode: RefreshMode,
    probes: number,
    branches: readonly BranchTokens[],
  ): Promise<Computed> {
    const waiting = this.#pictures.filter(({ hidden }) => hidden === null);
    const earlier = this.#pictures.filter(({ hidden }) => hidden !== null);
    const needed = count(waiting) + branches.reduce((sum, { rows }) => sum + rows.count, 0);
    if (needed > this.#free.length) this.#grow(needed - this.#free.length);
    // A cache that has grown is empty: then everything waits.
    const again = this.#pictures.filter(
      (entry) =>
        entry.slots.length === entry.rows.count &&
        entry.hidden !== null &&
        (mode === "all" || (mode === "anchors" && entry.whole)),
    );
    const fresh = this.#pictures.filter(({ hidden }) => hidden === null);
    for (const entry of fresh) entry.slots = this.#take(entry.rows.count);
    const reused = earlier.filter((entry) => entry.hidden !== null && !again.includes(entry));
    const probed = this.#choose(reused, probes);
    const gone = this.#gone(reused);

    const parts: Part[] = [
      ...[...again, ...fresh].map((entry) => whole(entry)),
      ...probed.map(({ entry, token }) => part(entry, token)),
    ].sort((a, b) => a.position - b.position);
    const visual = parts.reduce((sum, { rows }) => sum + rows.count, 0);
    const lasts: number[] = [];
    let at = visual;
    for (const branch of branches) {
      parts.push(this.#branchPart(branch));
      at += branch.rows.count;
      for (let row = at - (branch.scored ?? 1); row < at; row++) lasts.push(row);
    }
    const step = joined(parts, this.#model.width);
    let flops = 0;
    let hidden = new Float32Array(0);
    if (step.rows.count > 0) {
      hidden = (await this.#model.refresh(this.#cache, step)) as Float32Array<ArrayBuffer>;
      flops += this.#model.cost.lower(step.rows.count, meanSeen(this.#cache, step));
    }
    let logits = new Float32Array(0);
    if (lasts.length > 0) {
      logits = (await this.#model.logits(
        this.#cache,
        step,
        hidden,
        lasts,
      )) as Float32Array<ArrayBuffer>;
      flops += this.#model.cost.upper(lasts.length, this.#filled());
    }
    const moved = this.#store(parts, hidden);
    for (const entry of [...again, ...fresh]) this.#remember(entry);
    this.#windows = reused.length === 0 ? 0 : this.#windows + 1;
    const drift: Drift = { probes: moved, gone, windows: this.#windows };
    return { logits, refreshed: visual, reused: this.tokens - visual, flops, drift };
  }

  /** Goes on in branches that were computed: one more token each. Returns scores [branches, vocabulary] and operations. */
  async extend(
    tokens: readonly BranchTokens[],
  ): Promise<{ readonly logits: Float32Array; readonly flops: number }> {
    const needed = tokens.reduce((sum, { rows }) => sum + rows.count, 0);
    if (needed > this.#free.length) {
      // A larger cache would be empty, and what the branches have said so far is in this one.
      throw new RangeError(`expected ${needed} free slots for answers, got ${this.#free.length}`);
    }
    const parts: Part[] = tokens.map((branch) => this.#branchPart(branch));
    const step = joined(parts, this.#model.width);
    const hidden = await this.#model.refresh(this.#cache, step);
    const rows = Array.from({ length: step.rows.count }, (_, row) => row);
    const logits = await this.#model.logits(this.#cache, step, hidden, rows);
    const { cost } = this.#model;
    const flops =
      cost.lower(rows.length, meanSeen(this.#cache, step)) +
      cost.upper(rows.length, this.#filled());
    return { logits, flops };
  }

  /** Makes room for `tokens` of answers, so that {@link StreamMemory.extend} finds it. Call it before computing. */
  reserve(tokens: number): void {
    const waiting = count(this.#pictures.filter(({ hidden }) => hidden === null));
    const missing = waiting + tokens - this.#free.length;
    if (missing > 0) this.#grow(missing);
  }

  /** Forgets the last `tokens` tokens of a branch: they were written on trial. */
  cutBranch(branch: number, tokens: number): void {
    const slots = this.#branchSlots.get(branch) ?? [];
    this.#release(Int32Array.from(slots.splice(slots.length - tokens, tokens)));
  }

  /** Forgets the branches: questions and answers. */
  endBranches(): void {
    for (const slots of this.#branchSlots.values()) this.#release(Int32Array.from(slots));
    this.#branchSlots.clear();
  }

  /** Frees the cache. */
  dispose(): void {
    this.#cache.dispose();
    this.#pictures = [];
  }

  #branchPart(branch: BranchTokens): Part {
    const slots = this.#take(branch.rows.count);
    const known = this.#branchSlots.get(branch.branch);
    if (known === undefined) this.#branchSlots.set(branch.branch, [...slots]);
    else known.push(...slots);
    return { ...branch, slots, position: 0, store: () => {} };
  }

  #take(number: number): Int32Array {
    return Int32Array.from(this.#free.splice(this.#free.length - number, number));
  }

  #release(slots: Int32Array): void {
    if (slots.length === 0) return;
    this.#cache.free(slots);
    this.#free.push(...slots);
  }

  /** Moves to a larger cache; everything in it is to be computed again. */
  #grow(missing: number): void {
    const wanted = this.#cache.slots + Math.max(missing, this.#cache.slots >> 2);
    const old = this.#cache;
    this.#cache = this.#model.createCache(Math.ceil(wanted / SLOT_STEP) * SLOT_STEP);
    old.dispose();
    this.#free = allSlots(this.#cache.slots);
    this.#branchSlots.clear();
    for (const entry of this.#pictures) {
      entry.slots = new Int32Array(0);
      entry.hidden = null;
    }
  }

  #filled(): number {
    return this.#cache.slots - this.#free.length;
  }

  /** Some tokens of reused pictures, others each time. */
  #choose(reused: readonly Picture[], probes: number): { entry: Picture; token: number }[] {
    const all = count(reused);
    const wanted = Math.min(probes, all);
    const chosen: { entry: Picture; token: number }[] = [];
    for (let probe = 0; probe < wanted; probe++) {
      let token = (Math.floor((probe * all) / wanted) + this.#probeTurn) % all;
      for (const entry of reused) {
        if (token < entry.rows.count) {
          chosen.push({ entry, token });
          break;
        }
        token -= entry.rows.count;
      }
    }
    this.#probeTurn++;
    return chosen;
  }

  /** Share of what reused tokens saw that has left since. */
  #gone(reused: readonly Picture[]): number {
    const first = this.#pictures[0]?.picture ?? 0;
    let saw = 0;
    let left = 0;
    let before = 0;
    for (const entry of this.#pictures) {
      if (reused.includes(entry)) {
        saw += entry.sawTokens;
        if (entry.sawFrom < first) left += Math.max(0, entry.sawTokens - before);
      }
      before += entry.rows.count;
    }
    return saw === 0 ? 0 : left / saw;
  }

  #remember(entry: Picture): void {
    entry.sawFrom = this.#pictures[0]?.picture ?? entry.picture;
    let before = 0;
    for (const other of this.#pictures) {
      if (other.picture >= entry.picture) break;
      before += other.rows.count;
    }
    entry.sawTokens = before;
  }

  /** Hands hidden states to the tokens they belong to; returns the mean relative change of the probes. */
  #store(parts: readonly Part[], hidden: Float32Array): number {
    const { width } = this.#model;
    let row = 0;
    let sum = 0;
    let probes = 0;
    for (const { rows, store } of parts) {
      const change = store(hidden.subarray(row * width, (row + rows.count) * width));
      row += rows.count;
      if (change === undefined) continue;
      sum += change;
      probes++;
    }
    return probes === 0 ? 0 : sum / probes;
  }
}

/** Tokens of one origin within a step. */
type Part = {
  readonly rows: Rows;
  readonly positions: Int32Array;
  readonly slots: Int32Array;
  readonly branch: number;
  /** First position, for sorting. */
  readonly position: number;
  /** Takes the hidden states; for a probe, returns by how much its own has changed. */
  readonly store: (hidden: Float32Array) => number | undefined;
};

function whole(entry: Picture): Part {
  const { rows, positions, slots } = entry;
  const store = (hidden: Float32Array): undefined => {
    entry.hidden = hidden.slice();
  };
  return { rows, positions, slots, branch: 0, position: positions[0] ?? 0, store };
}

function part(entry: Picture, token: number): Part {
  const { rows, positions, slots } = entry;
  const width = rows.count === 0 ? 0 : rows.embeddings.length / rows.count;
  return {
    rows: {
      count: 1,
      embeddings: rows.embeddings.subarray(token * width, (token + 1) * width),
      ids: rows.ids.subarray(token, token + 1),
    },
    positions: positions.subarray(token, token + 1),
    slots: slots.subarray(token, token + 1),
    branch: 0,
    position: positions[token],
    store: (hidden) => {
      const before = entry.hidden?.subarray(token * width, (token + 1) * width);
      if (before === undefined) return undefined;
      let difference = 0;
      let length = 0;
      for (let i = 0; i < hidden.length; i++) {
        difference += (hidden[i] - before[i]) ** 2;
        length += hidden[i] ** 2;
      }
      before.set(hidden);
      return length === 0 ? 0 : Math.sqrt(difference / length);
    },
  };
}

function joined(parts: readonly Part[], width: number): Step {
  const total = parts.reduce((sum, { rows }) => sum + rows.count, 0);
  const embeddings = new Float32Array(total * width);
  const ids = new Int32Array(total);
  const positions = new Int32Array(total);
  const slots = new Int32Array(total);
  const branches = new Int32Array(total);
  let at = 0;
  for (const one of parts) {
    embeddings.set(one.rows.embeddings, at * width);
    ids.set(one.rows.ids, at);
    positions.set(one.positions, at);
    slots.set(one.slots, at);
    branches.fill(one.branch, at, at + one.rows.count);
    at += one.rows.count;
  }
  return { rows: { count: total, embeddings, ids }, positions, slots, branches };
}

/** Mean number of slots that the rows of a step see, the step's own rows included. */
export function meanSeen(cache: KvCache, step: Step): number {
  const { positions, branches } = step;
  const shared = new Map<number, number[]>();
  for (let slot = 0; slot < cache.slots; slot++) {
    const position = cache.positions[slot];
    if (position < 0) continue;
    const branch = cache.branches[slot];
    const list = shared.get(branch);
    if (list === undefined) shared.set(branch, [position]);
    else list.push(position);
  }
  for (const list of shared.values()) list.sort((a, b) => a - b);
  let sum = 0;
  for (let row = 0; row < positions.length; row++) {
    const branch = branches?.[row] ?? 0;
    sum += upTo(shared.get(0), positions[row]);
    if (branch !== 0) sum += upTo(shared.get(branch), positions[row]);
  }
  return positions.length === 0 ? 0 : sum / positions.length;
}

/** How many of an ascending list are not above `most`. */
function upTo(list: readonly number[] | undefined, most: number): number {
  if (list === undefined) return 0;
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] <= most) low = middle + 1;
    else high = middle;
  }
  return low;
}

function allSlots(number: number): number[] {
  return Array.from({ length: number }, (_, slot) => number - 1 - slot);
}

function count(pictures: readonly Picture[]): number {
  return pictures.reduce((sum, { rows }) => sum + rows.count, 0);
}
