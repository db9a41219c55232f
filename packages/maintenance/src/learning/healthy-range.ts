/**
 * How unusual a machine's newest rows are, before anything has ever failed: distance of each sensor's short mean, drift and trend
 * from those of healthy machines. The threshold is calibrated on healthy machines that were left out, to a false-alarm rate
 * per row; beyond the rows that there are, the tail is taken as exponential.
 */

import type { MachineCarrier } from "@symbion/core";
import type { FeatureTable } from "../manipulation/types.ts";

/** Judges a row of features. What the monitor needs of a detector of anomalies. */
export type UnusualRows = {
  /** How unusual a row is, divided by the threshold; null where nothing in it is known. */
  ratio(row: Float32Array): number | null;
  /** Sensors that make it so, strongest first: their shares of the ratio. */
  carriers(row: Float32Array): MachineCarrier[];
};

/** What a {@link HealthyRange} knows, as plain data. */
export type HealthyRangeState = {
  readonly columns: readonly number[];
  readonly sensors: readonly string[];
  readonly mean: readonly number[];
  readonly sd: readonly number[];
  readonly threshold: number;
};

/** Groups of machines that are left out in turn, rows looked at, and the share where the tail begins. */
const FOLDS = 4;
const ROWS = 4000;
const TAIL = 0.05;

/** Ranges of healthy machines' features. */
export class HealthyRange implements UnusualRows {
  readonly #state: HealthyRangeState;

  /** @param state See {@link HealthyRange.learn}. */
  constructor(state: HealthyRangeState) {
    this.#state = state;
  }

  /**
   * Learns from rows of healthy machines.
   *
   * @param healthy Rows of `table` that count, by run.
   * @param rate False alarms per row.
   * @returns Null where there are too few rows.
   */
  static learn(
    table: FeatureTable,
    healthy: readonly (readonly number[])[],
    rate: number,
  ): HealthyRange | null {
    const shortest = table.names.find((name) => /\.mean\d+$/.test(name))?.split(".mean")[1];
    const columns = table.names.flatMap((name, c) =>
      name.endsWith(`.mean${shortest}`) || name.endsWith(".drift") ? [c] : [],
    );
    const total = healthy.reduce((sum, rows) => sum + rows.length, 0);
    if (total < 50 || columns.length === 0) return null;
    const step = Math.max(1, Math.ceil(total / ROWS));
    const thin = healthy.map((rows) => rows.filter((_, k) => k % step === 0));
    const scores: number[] = [];
    const folds = Math.min(FOLDS, thin.length);
    for (let fold = 0; fold < folds; fold++) {
      // A single machine is its own judge.
      const learned = folds === 1 ? thin : thin.filter((_, r) => r % folds !== fold);
      const { mean, sd } = moments(table, columns, learned.flat());
      for (const i of thin.filter((_, r) => r % folds === fold).flat()) {
        const score = distance(mean, sd, (k) => table.data[columns[k] * table.rows + i]);
        if (score !== null) scores.push(score);
      }
    }
    return new HealthyRange({
      columns,
      sensors: columns.map((c) => table.sensors[c]),
      ...moments(table, columns, thin.flat()),
      threshold: tail(scores, rate),
    });
  }

  ratio(row: Float32Array): number | null {
    const { columns, mean, sd, threshold } = this.#state;
    const score = distance(mean, sd, (k) => row[columns[k]]);
    return score === null ? null : score / threshold;
  }

  carriers(row: Float32Array): MachineCarrier[] {
    const { columns, sensors, mean, sd } = this.#state;
    const effects = new Map<string, number>();
    let total = 0;
    for (let k = 0; k < columns.length; k++) {
      const d = (row[columns[k]] - mean[k]) / sd[k];
      if (Number.isNaN(d)) continue;
      total += d * d;
      effects.set(sensors[k], (effects.get(sensors[k]) ?? 0) + d * d);
    }
    const ratio = this.ratio(row) ?? 0;
    return [...effects]
      .map(([sensor, effect]) => ({ sensor, effect: total === 0 ? 0 : (ratio * effect) / total }))
      .sort((a, b) => b.effect - a.effect);
  }

  /** Plain data. */
  save(): HealthyRangeState {
    return this.#state;
  }
}

function moments(
  table: FeatureTable,
  columns: readonly number[],
  rows: readonly number[],
): { mean: number[]; sd: number[] } {
  const mean: number[] = [];
  const sd: number[] = [];
  for (const column of columns) {
    let [n, sum, squares] = [0, 0, 0];
    for (const i of rows) {
      const value = table.data[column * table.rows + i];
      if (Number.isNaN(value)) continue;
      n++;
      sum += value;
      squares += value * value;
    }
    const middle = n === 0 ? 0 : sum / n;
    mean.push(middle);
    sd.push(Math.max(0.05, n < 2 ? 0 : Math.sqrt(Math.max(0, squares / n - middle * middle))));
  }
  return { mean, sd };
}

/** Root mean square over what is known. */
function distance(
  mean: readonly number[],
  sd: readonly number[],
  valueAt: (k: number) => number,
): number | null {
  let sum = 0;
  let count = 0;
  for (let k = 0; k < mean.length; k++) {
    const d = (valueAt(k) - mean[k]) / sd[k];
    if (Number.isNaN(d)) continue;
    sum += d * d;
    count++;
  }
  return count === 0 ? null : Math.sqrt(sum / count);
}

/** Score that healthy rows exceed at the given rate. */
function tail(scores: number[], rate: number): number {
  scores.sort((a, b) => a - b);
  const from = Math.floor(scores.length * (1 - TAIL));
  const start = scores[from] ?? 1;
  let excess = 0;
  for (let i = from; i < scores.length; i++) excess += scores[i] - start;
  const mean = excess / Math.max(1, scores.length - from);
  return start + Math.max(0, Math.log(TAIL / rate)) * mean;
}
