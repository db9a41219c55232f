/**
 * What a silent sensor would say, from the rows of other lives that are most like this one in the sensors that live. Gaps
 * inside windows are left alone: features skip them.
 */

import { expected } from "@symbion/core";
import { Random } from "@symbion/neural";
import type { NormalisedRun } from "../manipulation/types.ts";

/** How donors are chosen. */
export type NeighbourOptions = {
  /** Rows that are kept of all lives. Default 4000. */
  readonly donors?: number;
  /** Nearest donors whose mean is taken. Default 15. */
  readonly nearest?: number;
  /** Seed of the choice. Default 0. */
  readonly seed?: number;
};

/** Rows over which donors are smoothed. */
const SMOOTH = 10;

/** Smoothed rows of complete lives. Filling one row costs one look at each donor: about 60 us for 4000 of 14 sensors. */
export class Neighbours {
  /** [donors, sensors], without missing values. */
  readonly donors: Float32Array;
  readonly #sensors: number;
  readonly #nearest: number;
  readonly #best: Float64Array;
  readonly #who: Int32Array;
  readonly #living: Int32Array;
  readonly #at: Float64Array;

  /** @param donors [donors, sensors]. */
  constructor(donors: Float32Array, sensors: number, nearest = 15) {
    this.donors = donors;
    this.#sensors = sensors;
    this.#nearest = Math.min(nearest, donors.length / sensors);
    this.#best = new Float64Array(this.#nearest);
    this.#who = new Int32Array(this.#nearest);
    this.#living = new Int32Array(sensors);
    this.#at = new Float64Array(sensors);
  }

  /** Donors of some lives. @throws UsageError if no row of them has values of all sensors. */
  static fit(runs: readonly NormalisedRun[], options: NeighbourOptions = {}): Neighbours {
    const { donors = 4000, nearest = 15, seed = 0 } = options;
    const n = runs[0]?.sensors.length ?? 0;
    const places: [run: number, row: number][] = [];
    runs.forEach(({ run }, r) => {
      for (let i = 0; i < run.rows; i++) places.push([r, i]);
    });
    const random = new Random(seed);
    const rows: number[] = [];
    const mean = new Float64Array(n);
    for (let k = 0; k < places.length && rows.length < donors * n; k++) {
      const other = k + Math.floor(random.next() * (places.length - k));
      [places[k], places[other]] = [places[other], places[k]];
      const [r, i] = places[k];
      if (smooth(runs[r].z, i, n, mean)) rows.push(...mean);
    }
    if (rows.length === 0) throw expected("rows with all sensors", places.length, "donors");
    return new Neighbours(Float32Array.from(rows), n, nearest);
  }

  /**
   * Fills what is NaN in a smoothed row.
   *
   * @param smoothed Mean of each sensor over its last rows; NaN where it was silent all the while.
   * @param out Receives the mean of the nearest donors for each of these sensors, NaN for the others and if none lives.
   */
  fill(smoothed: Float32Array, out: Float32Array): void {
    const n = this.#sensors;
    let living = 0;
    for (let s = 0; s < n; s++) {
      out[s] = Number.NaN;
      if (Number.isNaN(smoothed[s])) continue;
      this.#living[living] = s;
      this.#at[living++] = smoothed[s];
    }
    if (living === 0 || living === n) return;
    this.#find(living);
    for (let s = 0; s < n; s++) {
      if (!Number.isNaN(smoothed[s])) continue;
      let sum = 0;
      for (const who of this.#who) sum += this.donors[who * n + s];
      out[s] = sum / this.#nearest;
    }
  }

  /** The nearest donors by squared distance, kept sorted. */
  #find(living: number): void {
    const { donors } = this;
    const n = this.#sensors;
    const best = this.#best.fill(Number.POSITIVE_INFINITY);
    const who = this.#who.fill(0);
    const last = this.#nearest - 1;
    for (let d = 0, at = 0; at < donors.length; d++, at += n) {
      const far = best[last];
      let distance = 0;
      for (let k = 0; k < living && distance < far; k++) {
        const difference = donors[at + this.#living[k]] - this.#at[k];
        distance += difference * difference;
      }
      if (distance >= far) continue;
      let place = last;
      for (; place > 0 && best[place - 1] > distance; place--) {
        best[place] = best[place - 1];
        who[place] = who[place - 1];
      }
      best[place] = distance;
      who[place] = d;
    }
  }
}

/** Means of the rows up to `row`; false where a sensor has no value in them. */
function smooth(z: Float32Array, row: number, n: number, mean: Float64Array): boolean {
  for (let s = 0; s < n; s++) {
    let sum = 0;
    let count = 0;
    for (let i = Math.max(0, row - SMOOTH + 1); i <= row; i++) {
      const value = z[i * n + s];
      if (Number.isNaN(value)) continue;
      sum += value;
      count++;
    }
    if (count === 0) return false;
    mean[s] = sum / count;
  }
  return true;
}
