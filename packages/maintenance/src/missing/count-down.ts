/**
 * Forecasts in a blackout: the last trusted forecast less the silent rows, corrected by what such forecasts were worth in
 * other lives. A healthy machine's forecast is at its cap and is not simply counted down; an unsure one is drawn to the mean.
 */

import { fitBoosting } from "../boosting/fit.ts";
import type { BoostedTrees } from "../boosting/trees.ts";

/** A forecast when the sensors fell silent, and since when. */
export type Trusted = {
  /** Estimate at the last row with values, in the life unit. */
  readonly estimate: number;
  /** How far apart the ways of forecasting were there. */
  readonly spread: number;
  /** Time in service there. */
  readonly age: number;
};

/** Forecasts of lives that the forecaster had not seen, made complete, and the truth some rows later. */
export type CountDownLessons = {
  /** Forecast at the last row with values. */
  readonly trusted: readonly Trusted[];
  /** Time since then. */
  readonly silent: readonly number[];
  /** Life left now, at most the cap. */
  readonly left: readonly number[];
};

const NAMES = ["counted", "estimate", "silent", "spread", "age"];

/** Counts forecasts down. */
export class CountDown {
  /** Correction to plain subtraction. */
  readonly trees: BoostedTrees;
  readonly #cap: number;
  readonly #row = new Float32Array(NAMES.length);

  /** @param cap Longest life that is told apart. */
  constructor(trees: BoostedTrees, cap: number) {
    this.trees = trees;
    this.#cap = cap;
  }

  /** Learns what plain subtraction gets wrong. */
  static fit(lessons: CountDownLessons, cap: number): CountDown {
    const rows = lessons.left.length;
    const data = new Float32Array(rows * NAMES.length);
    const wrong = new Float64Array(rows);
    const row = new Float32Array(NAMES.length);
    for (let i = 0; i < rows; i++) {
      describe(lessons.trusted[i], lessons.silent[i], row);
      for (let c = 0; c < row.length; c++) data[c * rows + i] = row[c];
      wrong[i] = lessons.left[i] - row[0];
    }
    const x = { rows, names: NAMES, data };
    const leastRows = Math.max(5, Math.min(100, Math.floor(rows / 20)));
    const trees = fitBoosting(x, wrong, { trees: 60, rate: 0.1, leaves: 6, leastRows });
    return new CountDown(trees, cap);
  }

  /** Estimate some time into a blackout, from 0 to the cap. */
  forecast(trusted: Trusted, silent: number): number {
    describe(trusted, silent, this.#row);
    const estimate = this.#row[0] + this.trees.predictRow(this.#row);
    return Math.min(this.#cap, Math.max(0, estimate));
  }
}

function describe({ estimate, spread, age }: Trusted, silent: number, out: Float32Array): void {
  out[0] = Math.max(0, estimate - silent);
  out[1] = estimate;
  out[2] = silent;
  out[3] = spread;
  out[4] = age;
}
