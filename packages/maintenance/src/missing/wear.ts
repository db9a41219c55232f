/**
 * What sensors have in common: a factor model of normalised rows. A few hidden states of wear move all sensors; what a sensor
 * does beyond them is slow deviation of its own and noise. From whichever values are there the states' posterior follows in
 * closed form, so that scattered gaps and dead sensors only make it wider.
 */

import { expected } from "@symbion/core";
import type { NormalisedRun } from "../manipulation/types.ts";
import { eigenvectors } from "./eigen.ts";

/** Rows whose mean is taken to be free of noise when the states are looked for. */
const SMOOTH = 10;
/** Rows between two such means. */
const APART = 3;
/** Least variance of noise and deviation, in variances of the sensor: no sensor is trusted beyond this. */
const LEAST = 0.005;

/** Everything that a factor model consists of; matrices row by row. */
export type WearState = {
  /** Names of the sensors. */
  readonly sensors: readonly string[];
  /** Number of hidden states. */
  readonly factors: number;
  /** [sensors, factors]: what a sensor rises by when a state rises by its standard deviation. */
  readonly loadings: readonly number[];
  /** Variance of each sensor's noise from row to row. */
  readonly noise: readonly number[];
  /** Variance of each sensor's slow deviation from what the states say. */
  readonly deviation: readonly number[];
};

/** A factor model of sensors. */
export class WearModel {
  /** Plain data that it consists of. */
  readonly state: WearState;
  /** Number of sensors. */
  readonly sensors: number;
  /** Number of hidden states. */
  readonly factors: number;
  readonly #loadings: Float64Array;
  readonly #noise: Float64Array;
  readonly #deviation: Float64Array;
  readonly #precision: Float64Array;
  readonly #right: Float64Array;

  /** @param state See {@link WearModel.fit}. */
  constructor(state: WearState) {
    this.state = state;
    this.sensors = state.sensors.length;
    this.factors = state.factors;
    this.#loadings = Float64Array.from(state.loadings);
    this.#noise = Float64Array.from(state.noise);
    this.#deviation = Float64Array.from(state.deviation);
    // The covariance beside the precision, both inverted in place.
    this.#precision = new Float64Array(state.factors * state.factors * 2);
    this.#right = new Float64Array(state.factors);
  }

  /**
   * Principal states of runs smoothed over ten rows, noise taken off. Missing values are skipped.
   *
   * @param factors Number of states, at most as many as sensors.
   * @throws UsageError if there is no run, or no row in which anything was measured.
   */
  static fit(runs: readonly NormalisedRun[], factors = 3): WearModel {
    const sensors = runs[0]?.sensors ?? [];
    const n = sensors.length;
    if (n === 0) throw expected("runs with sensors", `${runs.length} runs`, "wear model");
    const products = new Float64Array(n * n);
    const counts = new Float64Array(n * n);
    const noise = new Float64Array(n);
    const noiseRows = new Float64Array(n);
    const mean = new Float64Array(n);
    for (const { z, run } of runs) {
      for (let i = SMOOTH - 1; i < run.rows; i += APART) {
        smoothAt(z, i, n, mean, noise, noiseRows);
        for (let a = 0; a < n; a++) {
          if (Number.isNaN(mean[a])) continue;
          for (let b = 0; b < n; b++) {
            if (Number.isNaN(mean[b])) continue;
            products[a * n + b] += mean[a] * mean[b];
            counts[a * n + b]++;
          }
        }
      }
    }
    for (let k = 0; k < n * n; k++) products[k] /= Math.max(1, counts[k]);
    for (let s = 0; s < n; s++) {
      noise[s] = noiseRows[s] === 0 ? 1 : Math.max(LEAST, noise[s] / noiseRows[s]);
      products[s * n + s] = Math.max(0, products[s * n + s] - noise[s] / SMOOTH);
    }
    const kept = Math.min(factors, n);
    const { values, vectors } = eigenvectors(products, n);
    const loadings = new Float64Array(n * kept);
    for (let k = 0; k < kept; k++) {
      const size = Math.sqrt(Math.max(0, values[k]));
      let sum = 0;
      for (let s = 0; s < n; s++) sum += vectors[k * n + s];
      // An eigenvector's sign is arbitrary: it points where most sensors rise.
      const sign = sum < 0 ? -1 : 1;
      for (let s = 0; s < n; s++) loadings[s * kept + k] = sign * size * vectors[k * n + s];
    }
    const deviation = new Float64Array(n);
    for (let s = 0; s < n; s++) {
      let left = products[s * n + s];
      for (let k = 0; k < kept; k++) left -= loadings[s * kept + k] ** 2;
      deviation[s] = Math.max(LEAST, left);
    }
    return new WearModel({
      sensors: [...sensors],
      factors: kept,
      loadings: [...loadings],
      noise: [...noise],
      deviation: [...deviation],
    });
  }

  /** Weight of one value of a sensor in its row's estimate of the first state, and what it says of it. */
  firstLoading(sensor: number): number {
    return this.#loadings[sensor * this.factors];
  }

  /** Variance of a sensor's noise. */
  noiseOf(sensor: number): number {
    return this.#noise[sensor];
  }

  /**
   * Posterior of the states given sums and counts of values over a window.
   *
   * @param sums Sum of each sensor's values that are there.
   * @param counts How many there are.
   * @param states Receives the posterior means, one per state.
   * @param values Receives for each sensor the posterior mean of its value without noise; null: not wanted.
   * @returns Posterior variance of the first state: 1 where nothing is known.
   */
  posterior(
    sums: Float64Array,
    counts: Float64Array,
    states: Float64Array,
    values: Float64Array | null,
  ): number {
    const k = this.factors;
    const loadings = this.#loadings;
    const precision = this.#precision.fill(0);
    const right = this.#right.fill(0);
    for (let a = 0; a < k; a++) precision[a * k + a] = 1;
    for (let s = 0; s < this.sensors; s++) {
      const n = counts[s];
      if (n === 0) continue;
      const weight = 1 / (this.#noise[s] / n + this.#deviation[s]);
      const mean = sums[s] / n;
      for (let a = 0; a < k; a++) {
        const w = loadings[s * k + a] * weight;
        right[a] += w * mean;
        for (let b = 0; b < k; b++) precision[a * k + b] += w * loadings[s * k + b];
      }
    }
    invert(precision, k);
    const covariance = k * k;
    for (let a = 0; a < k; a++) {
      let sum = 0;
      for (let b = 0; b < k; b++) sum += precision[covariance + a * k + b] * right[b];
      states[a] = sum;
    }
    if (values !== null) this.#values(sums, counts, states, values);
    return precision[covariance];
  }

  /** What the states say of each sensor, drawn towards what it said itself as far as its noise allows. */
  #values(
    sums: Float64Array,
    counts: Float64Array,
    states: Float64Array,
    values: Float64Array,
  ): void {
    for (let s = 0; s < this.sensors; s++) {
      let value = 0;
      for (let a = 0; a < this.factors; a++) {
        value += this.#loadings[s * this.factors + a] * states[a];
      }
      const n = counts[s];
      if (n > 0) {
        const trust = this.#deviation[s] / (this.#deviation[s] + this.#noise[s] / n);
        value += trust * (sums[s] / n - value);
      }
      values[s] = value;
    }
  }
}

/** Means of the rows up to `row` and, where none of them is missing, what they add to the variance of the noise. */
function smoothAt(
  z: Float32Array,
  row: number,
  n: number,
  mean: Float64Array,
  noise: Float64Array,
  noiseRows: Float64Array,
): void {
  for (let s = 0; s < n; s++) {
    let sum = 0;
    let squares = 0;
    let count = 0;
    for (let i = row - SMOOTH + 1; i <= row; i++) {
      const value = z[i * n + s];
      if (Number.isNaN(value)) continue;
      sum += value;
      squares += value * value;
      count++;
    }
    mean[s] = count * 2 > SMOOTH ? sum / count : Number.NaN;
    if (count * 2 <= SMOOTH) continue;
    noise[s] += (squares - (sum * sum) / count) / (count - 1);
    noiseRows[s]++;
  }
}

/** Gauss and Jordan without pivots: a precision is positive definite. The inverse is written behind the matrix. */
function invert(m: Float64Array, k: number): void {
  const inverse = k * k;
  for (let a = 0; a < k; a++) m[inverse + a * k + a] = 1;
  for (let p = 0; p < k; p++) {
    const scale = 1 / m[p * k + p];
    for (let b = 0; b < k; b++) {
      m[p * k + b] *= scale;
      m[inverse + p * k + b] *= scale;
    }
    for (let a = 0; a < k; a++) {
      if (a === p) continue;
      const f = m[a * k + p];
      if (f === 0) continue;
      for (let b = 0; b < k; b++) {
        m[a * k + b] -= f * m[p * k + b];
        m[inverse + a * k + b] -= f * m[inverse + p * k + b];
      }
    }
  }
}
