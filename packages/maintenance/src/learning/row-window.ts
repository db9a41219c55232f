/**
 * The rows of a running life that forecasts are made from: its first ones and its newest ones, in the machine's own units.
 * Features of the newest row are computed from them afresh, with whatever normaliser is in use: a change of model or of what is
 * known about an operating regime counts for the whole window at once, and a restart changes no bit.
 */

import type { FeatureSpec } from "../manipulation/types.ts";

/** Puts one row into standard deviations: reads from `values` at `from`, writes a value per sensor to `z` at `to`. */
export type Standardise = (values: Float32Array, from: number, z: Float32Array, to: number) => void;

/** First and newest rows of a life. */
export class RowWindow {
  readonly #channels: number;
  readonly #first: number;
  readonly #newest: number;
  /** [first, channels], then [newest, channels] as a ring. */
  readonly #values: Float32Array;
  #rows = 0;

  /**
   * @param channels Values of a row.
   * @param spec How many first and newest rows are needed.
   */
  constructor(channels: number, spec: FeatureSpec) {
    this.#channels = channels;
    this.#first = spec.baseline;
    this.#newest = spec.windows[spec.windows.length - 1];
    this.#values = new Float32Array((this.#first + this.#newest) * channels).fill(Number.NaN);
  }

  /** Rows of the life so far. */
  get rows(): number {
    return this.#rows;
  }

  /** Where the rows lie. */
  get values(): Float32Array {
    return this.#values;
  }

  /** Index of the first value of the row that is `back` rows older than the newest, or -1. */
  at(back: number): number {
    if (back >= this.#rows || back >= this.#newest) return -1;
    return (this.#first + ((this.#rows - 1 - back) % this.#newest)) * this.#channels;
  }

  /** Takes the next row. */
  push(row: Float32Array): void {
    const slot = this.#first + (this.#rows % this.#newest);
    this.#values.set(row, slot * this.#channels);
    if (this.#rows < this.#first) this.#values.set(row, this.#rows * this.#channels);
    this.#rows++;
  }

  /** Begins a new life. */
  reset(): void {
    this.#values.fill(Number.NaN);
    this.#rows = 0;
  }

  /** What {@link RowWindow.restore} needs. */
  save(): { readonly rows: number; readonly values: Float32Array } {
    return { rows: this.#rows, values: this.#values.slice() };
  }

  /** Goes on where another window of the same size was saved. */
  restore(saved: { readonly rows: number; readonly values: Float32Array }): void {
    this.#values.set(saved.values);
    this.#rows = saved.rows;
  }
}

/** Computes the features of `FeatureStream` for the newest row of a window. Keeps its buffers. */
export class WindowFeatures {
  readonly #spec: FeatureSpec;
  readonly #sensors: number;
  readonly #longest: number;
  /** [baseline + longest, sensors]. */
  readonly #z: Float32Array;
  /** Features of the row last computed, in the order of `featureNames`. */
  readonly row: Float32Array;

  /** @param sensors Sensors that the normaliser knows. */
  constructor(sensors: number, spec: FeatureSpec) {
    this.#spec = spec;
    this.#sensors = sensors;
    this.#longest = spec.windows[spec.windows.length - 1];
    this.#z = new Float32Array((spec.baseline + this.#longest) * sensors);
    this.row = new Float32Array((spec.age ? 1 : 0) + sensors * (spec.windows.length + 3));
  }

  /** Fills {@link WindowFeatures.row} and returns it. */
  compute(window: RowWindow, age: number, standardise: Standardise): Float32Array {
    const n = this.#sensors;
    const { windows, baseline } = this.#spec;
    const z = this.#z;
    const early = Math.min(baseline, window.rows);
    const late = Math.min(this.#longest, window.rows);
    const channels = window.values.length / (baseline + this.#longest);
    for (let i = 0; i < early; i++) standardise(window.values, i * channels, z, i * n);
    // Newest first.
    for (let back = 0; back < late; back++) {
      standardise(window.values, window.at(back), z, (baseline + back) * n);
    }
    const out = this.row;
    let at = 0;
    if (this.#spec.age) out[at++] = age;
    for (let s = 0; s < n; s++) {
      let sum = 0;
      let count = 0;
      let w = 0;
      let shortest = Number.NaN;
      let low = Number.POSITIVE_INFINITY;
      let high = Number.NEGATIVE_INFINITY;
      for (let back = 0; back < this.#longest; back++) {
        const value = back < late ? z[(baseline + back) * n + s] : Number.NaN;
        if (!Number.isNaN(value)) {
          sum += value;
          count++;
          low = Math.min(low, value);
          high = Math.max(high, value);
        }
        if (back + 1 === windows[w]) {
          const mean = count === 0 ? Number.NaN : sum / count;
          if (w === 0) shortest = mean;
          out[at + w * n + s] = mean;
          w++;
        }
      }
      const longest = count === 0 ? Number.NaN : sum / count;
      let squares = 0;
      for (let back = 0; back < late; back++) {
        const value = z[(baseline + back) * n + s];
        if (!Number.isNaN(value)) squares += (value - longest) * (value - longest);
      }
      let first = 0;
      let firstCount = 0;
      for (let i = 0; i < early; i++) {
        const value = z[i * n + s];
        if (!Number.isNaN(value)) {
          first += value;
          firstCount++;
        }
      }
      const rest = at + windows.length * n + s;
      const same = low === high ? 0 : Math.sqrt(squares / (count - 1));
      out[rest] = count < 2 ? Number.NaN : same;
      out[rest + n] = shortest - (firstCount === 0 ? Number.NaN : first / firstCount);
      out[rest + 2 * n] = shortest - longest;
    }
    return out;
  }
}
