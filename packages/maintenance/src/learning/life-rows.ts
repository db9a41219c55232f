/**
 * Rows of one life in bounded memory, for learning when it ends: the newest dense, older ones thinned out again and again, so
 * that a life of any length costs the same and its end, where most is learned, stays whole.
 */

import type { Run } from "../fleet.ts";

/** Most rows kept of a life. */
export const MOST_LIFE_ROWS = 1024;
/** First rows that are always kept: the machine's own baseline. */
const HEAD = 32;
/** Share of the rows, from the oldest on, of which every second is dropped when there is no room. */
const THINNED = 0.75;

/** A life as it grows. */
export class LifeRows {
  readonly #channels: number;
  #count = 0;
  #age: Float64Array = new Float64Array(64);
  #values: Float32Array;
  #states: Uint8Array;

  /** @param channels Values of a row. */
  constructor(channels: number) {
    this.#channels = channels;
    this.#values = new Float32Array(64 * channels);
    this.#states = new Uint8Array(64 * channels);
  }

  /** Rows kept. */
  get rows(): number {
    return this.#count;
  }

  /** Takes the next row. Returns whether older ones had to go for it. */
  push(age: number, values: Float32Array, states: Uint8Array): boolean {
    const full = this.#count === MOST_LIFE_ROWS;
    if (full) this.#thin();
    if (this.#count === this.#age.length) this.#grow();
    this.#age[this.#count] = age;
    this.#values.set(values, this.#count * this.#channels);
    this.#states.set(states, this.#count * this.#channels);
    this.#count++;
    return full;
  }

  /** Begins a new life. */
  reset(): void {
    this.#count = 0;
  }

  /** A copy as a run. @param remaining Life left after the last row, or null. */
  run(machine: string, remaining: number | null): Run {
    const n = this.#count;
    return {
      machine,
      rows: n,
      age: this.#age.slice(0, n),
      values: this.#values.slice(0, n * this.#channels),
      states: this.#states.slice(0, n * this.#channels),
      remaining,
    };
  }

  /** Takes over the rows of a run. */
  restore(run: Run): void {
    this.#count = 0;
    for (let i = 0; i < run.rows; i++) {
      const [from, to] = [i * this.#channels, (i + 1) * this.#channels];
      this.push(run.age[i], run.values.subarray(from, to), run.states.subarray(from, to));
    }
  }

  #grow(): void {
    const rows = Math.min(MOST_LIFE_ROWS, 2 * this.#count);
    const [age, values, states] = [this.#age, this.#values, this.#states];
    this.#age = new Float64Array(rows);
    this.#values = new Float32Array(rows * this.#channels);
    this.#states = new Uint8Array(rows * this.#channels);
    this.#age.set(age);
    this.#values.set(values);
    this.#states.set(states);
  }

  #thin(): void {
    const c = this.#channels;
    const until = Math.floor(this.#count * THINNED);
    let to = HEAD;
    for (let i = HEAD; i < this.#count; i++) {
      if (i < until && (i - HEAD) % 2 === 1) continue;
      this.#age[to] = this.#age[i];
      this.#values.copyWithin(to * c, i * c, (i + 1) * c);
      this.#states.copyWithin(to * c, i * c, (i + 1) * c);
      to++;
    }
    this.#count = to;
  }
}
