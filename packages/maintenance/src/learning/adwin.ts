/**
 * ADWIN (Bifet and Gavaldà, SDM 2007): a window over a stream of numbers that is as long as its mean has not changed. The
 * window lies in an exponential histogram, so that memory and work grow with the logarithm of its length. The cut is the
 * one of MOA and river, with the variance of the window (section 3.2 of the paper, formula 3.1).
 */

import { expected } from "@symbion/core";

/** How sensitive an {@link Adwin} is. */
export type AdwinOptions = {
  /** Probability of finding a change where there is none, above 0 to 1. Default 0.002. */
  readonly delta?: number;
  /** Numbers between two looks for a change. Default 32. */
  readonly clock?: number;
  /** Buckets of one size that are kept before two are joined. Default 5. */
  readonly buckets?: number;
  /** Least numbers on either side of a cut. Default 5. */
  readonly leastWindow?: number;
  /** Numbers before the first look. Default 10. */
  readonly grace?: number;
};

/** Buckets of one size, 2^row numbers each; the oldest first. */
type Row = { totals: number[]; variances: number[] };

/** What an {@link Adwin} remembers, as plain data. */
export type AdwinState = {
  /** Numbers in the window. */
  readonly width: number;
  /** Their sum. */
  readonly total: number;
  /** Sum of their squared differences from their mean. */
  readonly variance: number;
  /** Numbers taken since the beginning: looks for a change come at multiples of the clock. */
  readonly ticks: number;
  /** Changes found since the beginning. */
  readonly detections: number;
  /** Buckets by size, 1, 2, 4 and so on; of each the sum and the squared differences, oldest first. */
  readonly rows: readonly {
    readonly totals: readonly number[];
    readonly variances: readonly number[];
  }[];
};

const KEYS = new Set(["delta", "clock", "buckets", "leastWindow", "grace"]);

/** Detector of changes of the mean of a stream. */
export class Adwin {
  readonly #delta: number;
  readonly #clock: number;
  readonly #buckets: number;
  readonly #least: number;
  readonly #grace: number;
  /** By size, smallest first. */
  #rows: Row[] = [{ totals: [], variances: [] }];
  #width = 0;
  #total = 0;
  #variance = 0;
  #ticks = 0;
  #detections = 0;

  /** @throws UsageError for an unknown or senseless option. */
  constructor(options: AdwinOptions = {}) {
    for (const key of Object.keys(options)) {
      if (!KEYS.has(key)) throw expected([...KEYS].join(", "), key, "ADWIN options");
    }
    this.#delta = options.delta ?? 0.002;
    this.#clock = options.clock ?? 32;
    this.#buckets = options.buckets ?? 5;
    this.#least = options.leastWindow ?? 5;
    this.#grace = options.grace ?? 10;
    if (!(this.#delta > 0 && this.#delta <= 1)) {
      throw expected("a number above 0 to 1", options.delta, "ADWIN delta");
    }
    for (const [name, value] of [
      ["clock", this.#clock],
      ["buckets", this.#buckets],
      ["leastWindow", this.#least],
    ] as const) {
      if (!(Number.isInteger(value) && value >= 1)) {
        throw expected("a whole number from 1", value, `ADWIN ${name}`);
      }
    }
  }

  /** Numbers in the window. */
  get width(): number {
    return this.#width;
  }

  /** Mean of the window; 0 before the first number. */
  get mean(): number {
    return this.#width === 0 ? 0 : this.#total / this.#width;
  }

  /** Variance of the window. */
  get variance(): number {
    return this.#width === 0 ? 0 : this.#variance / this.#width;
  }

  /** Changes found so far. */
  get detections(): number {
    return this.#detections;
  }

  /** Buckets in memory. */
  get bucketCount(): number {
    return this.#rows.reduce((sum, row) => sum + row.totals.length, 0);
  }

  /** Takes a number. Returns whether a change was found; the numbers before it are forgotten then. */
  update(value: number): boolean {
    this.#insert(value);
    this.#ticks++;
    if (this.#ticks % this.#clock !== 0 || this.#width <= this.#grace) return false;
    let changed = false;
    while (this.#cut()) changed = true;
    if (changed) this.#detections++;
    return changed;
  }

  /** Everything, for {@link Adwin.restore}. */
  save(): AdwinState {
    return {
      width: this.#width,
      total: this.#total,
      variance: this.#variance,
      ticks: this.#ticks,
      detections: this.#detections,
      rows: this.#rows.map((row) => ({ totals: [...row.totals], variances: [...row.variances] })),
    };
  }

  /** A detector that goes on where another was saved, with the same options. */
  static restore(state: AdwinState, options: AdwinOptions = {}): Adwin {
    const adwin = new Adwin(options);
    adwin.#width = state.width;
    adwin.#total = state.total;
    adwin.#variance = state.variance;
    adwin.#ticks = state.ticks;
    adwin.#detections = state.detections;
    adwin.#rows = state.rows.map((row) => ({
      totals: [...row.totals],
      variances: [...row.variances],
    }));
    return adwin;
  }

  #insert(value: number): void {
    this.#rows[0].totals.push(value);
    this.#rows[0].variances.push(0);
    this.#width++;
    if (this.#width > 1) {
      const difference = value - this.#total / (this.#width - 1);
      this.#variance += ((this.#width - 1) * difference * difference) / this.#width;
    }
    this.#total += value;
    this.#compress();
  }

  #compress(): void {
    for (let i = 0; i < this.#rows.length; i++) {
      const row = this.#rows[i];
      if (row.totals.length <= this.#buckets) return;
      if (i + 1 === this.#rows.length) this.#rows.push({ totals: [], variances: [] });
      const next = this.#rows[i + 1];
      const size = 2 ** i;
      const [a, b] = row.totals.splice(0, 2);
      const [va, vb] = row.variances.splice(0, 2);
      const difference = a / size - b / size;
      next.totals.push(a + b);
      next.variances.push(va + vb + (size * size * difference * difference) / (size + size));
    }
  }

  /** Drops the oldest bucket if some older part of the window differs from the newer one. */
  #cut(): boolean {
    let before = 0;
    let sum = 0;
    for (let i = this.#rows.length - 1; i >= 0; i--) {
      const row = this.#rows[i];
      const size = 2 ** i;
      for (let k = 0; k < row.totals.length; k++) {
        before += size;
        sum += row.totals[k];
        const after = this.#width - before;
        const difference = sum / before - (this.#total - sum) / after;
        if (
          after >= this.#least &&
          before >= this.#least &&
          this.#differ(before, after, difference)
        ) {
          this.#dropOldest();
          return true;
        }
      }
    }
    return false;
  }

  #differ(before: number, after: number, difference: number): boolean {
    const delta = Math.log((2 * Math.log(this.#width)) / this.#delta);
    const inverse = 1 / (before - this.#least + 1) + 1 / (after - this.#least + 1);
    const bound = Math.sqrt(2 * inverse * this.variance * delta) + (2 / 3) * delta * inverse;
    return Math.abs(difference) > bound;
  }

  #dropOldest(): void {
    const last = this.#rows.length - 1;
    const row = this.#rows[last];
    const size = 2 ** last;
    const total = row.totals.shift() as number;
    const variance = row.variances.shift() as number;
    this.#width -= size;
    this.#total -= total;
    const difference = total / size - this.#total / this.#width;
    this.#variance -=
      variance + (size * this.#width * difference * difference) / (size + this.#width);
    if (row.totals.length === 0 && last > 0) this.#rows.pop();
  }
}
