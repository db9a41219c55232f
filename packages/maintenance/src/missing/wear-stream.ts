/**
 * Features of a machine's past that gaps cannot hurt: posteriors of its hidden states of wear over several windows, their
 * slopes, what each sensor would show. Windows count rows in which anything was measured, so that in a blackout everything
 * stays as it was last known, beside how long ago that is.
 */

import type { WearModel } from "./wear.ts";

/** Lengths of the windows over which states are estimated, in rows with values. */
const WINDOWS = [5, 10, 20, 30, 60] as const;
/** Lengths of the windows over which the first state's slope is estimated. */
const SLOPES = [20, 40, 80] as const;
/** Window whose estimates of the sensors' own values are features. */
const VALUES = 20;
/** Window that says which sensors are living. */
const LIVING = 30;
/** First rows with values, which are the machine's own beginning. */
const BASELINE = 15;
/** Rows that are remembered. */
const LONGEST = 80;
/** Information about a slope below which it is drawn to 0, in squared rows per variance of noise. */
const SLOPE_PRIOR = 1000;

/** Sensors and values that are missing, as they count for which model is to be trusted. */
export type Situation = {
  /** Sensors without a value in the last 30 rows with values. */
  readonly dead: readonly number[];
  /** Share of the living sensors' values that are missing in these rows. */
  readonly scattered: number;
  /** Rows since anything was measured. */
  readonly silent: number;
};

/** Names of the features that {@link WearStream.write} gives, in order. */
export function wearFeatureNames(model: WearModel): string[] {
  const states = Array.from({ length: model.factors }, (_, k) => `wear${k + 1}`);
  const windows = [...WINDOWS.map((w) => `mean${w}`), "life"];
  const { sensors } = model.state;
  return [
    "age",
    "silent",
    "living",
    "present",
    ...windows.flatMap((w) => [...states.map((s) => `${s}.${w}`), `wear1.variance.${w}`]),
    ...states.map((s) => `${s}.first`),
    ...states.map((s) => `${s}.drift`),
    ...SLOPES.flatMap((w) => [`wear1.slope${w}`, `wear1.end${w}`]),
    ...sensors.map((s) => `${s}.value`),
    ...sensors.map((s) => `${s}.drift`),
  ];
}

/** One machine's past, a row at a time. Work and memory per row do not depend on the length of the life. */
export class WearStream {
  /** Number of features. */
  readonly width: number;
  readonly #model: WearModel;
  /** Newest rows with values, [LONGEST, sensors], and the number of the row each one was. */
  readonly #ring: Float32Array;
  readonly #numbers: Float64Array;
  /** Of each such row: information about the first state, and estimate times information. */
  readonly #information: Float64Array;
  readonly #weighted: Float64Array;
  readonly #lifeSums: Float64Array;
  readonly #lifeCounts: Float64Array;
  readonly #firstSums: Float64Array;
  readonly #firstCounts: Float64Array;
  readonly #sums: Float64Array;
  readonly #counts: Float64Array;
  readonly #states: Float64Array;
  readonly #first: Float64Array;
  readonly #drift: Float64Array;
  readonly #values: Float64Array;
  readonly #firstValues: Float64Array;
  readonly #lastSeen: Float64Array;
  #rows = 0;
  #held = 0;
  #age = 0;

  /** @param model The sensors' common model. */
  constructor(model: WearModel) {
    const n = model.sensors;
    this.#model = model;
    this.width = wearFeatureNames(model).length;
    this.#ring = new Float32Array(LONGEST * n);
    this.#numbers = new Float64Array(LONGEST);
    this.#information = new Float64Array(LONGEST);
    this.#weighted = new Float64Array(LONGEST);
    this.#lifeSums = new Float64Array(n);
    this.#lifeCounts = new Float64Array(n);
    this.#firstSums = new Float64Array(n);
    this.#firstCounts = new Float64Array(n);
    this.#sums = new Float64Array(n);
    this.#counts = new Float64Array(n);
    this.#states = new Float64Array(model.factors);
    this.#first = new Float64Array(model.factors);
    this.#drift = new Float64Array(model.factors);
    this.#values = new Float64Array(n);
    this.#firstValues = new Float64Array(n);
    this.#lastSeen = new Float64Array(n);
    this.reset();
  }

  /** Begins a new life. */
  reset(): void {
    this.#rows = 0;
    this.#held = 0;
    for (const sums of [this.#lifeSums, this.#lifeCounts, this.#firstSums, this.#firstCounts]) {
      sums.fill(0);
    }
    this.#lastSeen.fill(Number.NEGATIVE_INFINITY);
  }

  /**
   * Takes the next row.
   *
   * @param z Where its normalised values lie, NaN where missing.
   * @param from Index of its first value.
   * @param age Time in service.
   */
  push(z: Float32Array, from: number, age: number): void {
    const n = this.#model.sensors;
    this.#age = age;
    const number = this.#rows++;
    const slot = this.#held % LONGEST;
    let any = false;
    let information = 0;
    let weighted = 0;
    for (let s = 0; s < n; s++) {
      const value = z[from + s];
      if (Number.isNaN(value)) continue;
      any = true;
      const loading = this.#model.firstLoading(s);
      const weight = loading / this.#model.noiseOf(s);
      information += weight * loading;
      weighted += weight * value;
      this.#lifeSums[s] += value;
      this.#lifeCounts[s]++;
      this.#lastSeen[s] = number;
      if (this.#held < BASELINE) {
        this.#firstSums[s] += value;
        this.#firstCounts[s]++;
      }
    }
    if (!any) return;
    this.#ring.set(z.subarray(from, from + n), slot * n);
    this.#numbers[slot] = number;
    this.#information[slot] = information;
    this.#weighted[slot] = weighted;
    this.#held++;
  }

  /** Rows taken so far. */
  get rows(): number {
    return this.#rows;
  }

  /** Rows since anything was measured; as many as there were if nothing ever was. */
  get silent(): number {
    if (this.#held === 0) return this.#rows;
    return this.#rows - 1 - this.#numbers[(this.#held - 1) % LONGEST];
  }

  /** Rows since a sensor was last heard; infinite if it never was. */
  silentFor(sensor: number): number {
    return this.#rows - 1 - this.#lastSeen[sensor];
  }

  /** What is missing now. */
  situation(): Situation {
    const n = this.#model.sensors;
    this.#window(0, Math.min(LIVING, this.#held), true);
    const rows = Math.min(LIVING, this.#held);
    const dead: number[] = [];
    let there = 0;
    for (let s = 0; s < n; s++) {
      if (this.#counts[s] === 0) dead.push(s);
      there += this.#counts[s];
    }
    const all = (n - dead.length) * rows;
    return { dead, scattered: all === 0 ? 0 : 1 - there / all, silent: this.silent };
  }

  /** Share of each sensor's values that are there in the last 30 rows with values. */
  writePresence(out: Float32Array, to = 0): void {
    const rows = Math.min(LIVING, this.#held);
    this.#window(0, rows, true);
    for (let s = 0; s < this.#model.sensors; s++) {
      out[to + s] = rows === 0 ? 0 : this.#counts[s] / rows;
    }
  }

  /** Writes the features of the newest row, `stride` apart, from `to` on. All are finite. */
  write(out: Float32Array, to = 0, stride = 1): void {
    const model = this.#model;
    const { factors, sensors } = model;
    const held = Math.min(LONGEST, this.#held);
    let at = to;
    const put = (value: number): void => {
      out[at] = value;
      at += stride;
    };
    put(this.#age);
    put(this.silent);
    let living = 0;
    let present = 0;
    this.#window(0, Math.min(LIVING, held), true);
    for (let s = 0; s < sensors; s++) {
      if (this.#counts[s] > 0) living++;
      present += this.#counts[s];
    }
    put(living);
    put(present / (sensors * Math.max(1, Math.min(LIVING, held))));
    model.posterior(this.#firstSums, this.#firstCounts, this.#first, this.#firstValues);
    let taken = 0;
    for (const window of WINDOWS) {
      const rows = Math.min(window, held);
      this.#window(taken, rows, taken === 0);
      taken = rows;
      const values = window === VALUES ? this.#values : null;
      const variance = model.posterior(this.#sums, this.#counts, this.#states, values);
      for (let k = 0; k < factors; k++) put(this.#states[k]);
      put(variance);
      if (window === 10) {
        for (let k = 0; k < factors; k++) this.#drift[k] = this.#states[k] - this.#first[k];
      }
    }
    const variance = model.posterior(this.#lifeSums, this.#lifeCounts, this.#states, null);
    for (let k = 0; k < factors; k++) put(this.#states[k]);
    put(variance);
    for (let k = 0; k < factors; k++) put(this.#first[k]);
    for (let k = 0; k < factors; k++) put(this.#drift[k]);
    for (const window of SLOPES) {
      const [slope, end] = this.#slope(Math.min(window, held));
      put(slope);
      put(end);
    }
    for (let s = 0; s < sensors; s++) put(this.#values[s]);
    for (let s = 0; s < sensors; s++) put(this.#values[s] - this.#firstValues[s]);
  }

  /** Mean of a sensor over its values in the last ten rows with any, NaN where there are none. */
  smoothed(out: Float32Array): void {
    this.#window(0, Math.min(10, this.#held), true);
    for (let s = 0; s < this.#model.sensors; s++) {
      out[s] = this.#counts[s] === 0 ? Number.NaN : this.#sums[s] / this.#counts[s];
    }
  }

  /**
   * Level of each sensor over its values in the last ten rows with any, and what it changed by since the rows before the last
   * thirty; 0 where there is nothing to compare.
   */
  trends(levels: Float64Array, changes: Float64Array): void {
    const held = Math.min(LONGEST, this.#held);
    const recent = Math.min(10, held);
    this.#window(0, recent, true);
    for (let s = 0; s < this.#model.sensors; s++) {
      levels[s] = this.#counts[s] === 0 ? 0 : this.#sums[s] / this.#counts[s];
      changes[s] = this.#counts[s];
    }
    this.#window(Math.min(30, held), held, true);
    for (let s = 0; s < this.#model.sensors; s++) {
      const both = changes[s] > 0 && this.#counts[s] > 0;
      changes[s] = both ? levels[s] - this.#sums[s] / this.#counts[s] : 0;
    }
  }

  /** Adds the rows `from` to `to`, counted back from the newest, to sums and counts. */
  #window(from: number, to: number, anew: boolean): void {
    const n = this.#model.sensors;
    const ring = this.#ring;
    if (anew) {
      this.#sums.fill(0);
      this.#counts.fill(0);
    }
    for (let back = from; back < to; back++) {
      const at = ((this.#held - 1 - back) % LONGEST) * n;
      for (let s = 0; s < n; s++) {
        const value = ring[at + s];
        if (Number.isNaN(value)) continue;
        this.#sums[s] += value;
        this.#counts[s]++;
      }
    }
  }

  /** Weighted straight line through the rows' estimates of the first state: slope a row, and value at the newest row. */
  #slope(rows: number): [slope: number, end: number] {
    let w = 0;
    let wt = 0;
    let wtt = 0;
    let wy = 0;
    let wty = 0;
    for (let back = 0; back < rows; back++) {
      const slot = (this.#held - 1 - back) % LONGEST;
      const t = this.#numbers[slot] - (this.#rows - 1);
      const information = this.#information[slot];
      const weighted = this.#weighted[slot];
      w += information;
      wt += information * t;
      wtt += information * t * t;
      wy += weighted;
      wty += weighted * t;
    }
    if (w === 0) return [0, 0];
    const meanT = wt / w;
    const meanY = wy / w;
    const slope = (wty - w * meanT * meanY) / (wtt - w * meanT * meanT + SLOPE_PRIOR);
    return [slope, meanY - slope * meanT];
  }
}
