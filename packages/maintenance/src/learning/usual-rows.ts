/**
 * How unusual a machine's newest rows are, before anything has ever failed: principal components of what each sensor has
 * drifted by since the machine was new, learned from healthy machines. The threshold is calibrated on machines that were left
 * out, to a false-alarm rate per row.
 *
 * Drift rather than level: at the same rate of false alarms it finds more, as machines of a kind differ from each other. See
 * `symbion bench machines --only anomaly`.
 */

import { expected, type MachineCarrier } from "@symbion/core";
import { calibrate } from "../detection/calibrate.ts";
import { DetectionError } from "../detection/errors.ts";
import { fitPrincipal } from "../detection/principal.ts";
import type { AnomalyDetector, SensorRows } from "../detection/types.ts";
import { CalibratedDetector } from "../detection/watch.ts";
import type { FeatureTable } from "../manipulation/types.ts";

/** Groups of machines that are left out in turn, rows looked at, and the share where the tail begins. */
const FOLDS = 4;
const ROWS = 4000;
const TAIL = 0.05;
/** Rows below which nobody can say what is usual. */
const LEAST_ROWS = 50;

/** What rows of healthy machines look like, with a threshold. */
export class UsualRows {
  readonly #judge: CalibratedDetector;
  /** Place in a feature row of each of the detector's columns. */
  readonly #columns: readonly number[];
  readonly #values: Float32Array;

  /**
   * @param judge Looks at some of the features, one row at a time.
   * @param features Names of the features, in the order of a row.
   * @throws UsageError if it wants a feature that there is not.
   */
  constructor(judge: CalibratedDetector, features: readonly string[]) {
    this.#judge = judge;
    this.#columns = judge.detector.names.map((name) => {
      const column = features.indexOf(name);
      if (column < 0) throw expected(`a feature "${name}"`, "none of that name", "usual rows");
      return column;
    });
    this.#values = new Float32Array(this.#columns.length);
  }

  /**
   * Learns from rows of healthy machines.
   *
   * @param table Features of every row.
   * @param healthy Rows of `table` that count, by run.
   * @param rate False alarms per row.
   * @returns Null where there are too few rows, or nothing moves in them.
   */
  static learn(
    table: FeatureTable,
    healthy: readonly (readonly number[])[],
    rate: number,
  ): UsualRows | null {
    const columns = columnsOf(table.names);
    const total = healthy.reduce((sum, rows) => sum + rows.length, 0);
    if (total < LEAST_ROWS || columns.length === 0) return null;
    const step = Math.ceil(total / ROWS);
    const thin = healthy.map((rows) => rows.filter((_, k) => k % step === 0));
    try {
      const scores = leftOut(table, columns, thin);
      const calibration = calibrate(scores, rate);
      const threshold = Math.max(calibration.threshold, tail(scores, rate));
      const detector = fitPrincipal(pick(table, columns, thin));
      return new UsualRows(
        new CalibratedDetector(detector, { ...calibration, threshold }),
        table.names,
      );
    } catch (error) {
      // Sensors that never move, or were always silent, say nothing of what is usual.
      if (error instanceof DetectionError) return null;
      throw error;
    }
  }

  /** How unusual a row of features is, divided by the threshold; null where nothing in it is known. */
  ratio(row: Float32Array): number | null {
    return this.#judge.ratio(this.#take(row));
  }

  /** Sensors that make it so, strongest first: their shares of the ratio. */
  carriers(row: Float32Array): MachineCarrier[] {
    return this.#judge.carriers(this.#take(row));
  }

  /** All of it in bytes. */
  encode(): Uint8Array<ArrayBuffer> {
    return this.#judge.encode();
  }

  /**
   * @param bytes What {@link UsualRows.encode} gave.
   * @param features Names of the features, in the order of a row.
   * @throws DetectionError for bytes that are none, UsageError where the features do not fit.
   */
  static decode(bytes: Uint8Array, features: readonly string[]): UsualRows {
    return new UsualRows(CalibratedDetector.decode(bytes), features);
  }

  #take(row: Float32Array): Float32Array {
    for (let k = 0; k < this.#values.length; k++) this.#values[k] = row[this.#columns[k]];
    return this.#values;
  }
}

/** Columns that are looked at: drifts, or the shortest means where a spec has no baseline. */
function columnsOf(names: readonly string[]): number[] {
  const ending = (end: string): number[] =>
    names.flatMap((name, c) => (name.endsWith(end) ? [c] : []));
  const drifts = ending(".drift");
  if (drifts.length > 0) return drifts;
  const shortest = names.find((name) => /\.mean\d+$/.test(name))?.split(".mean")[1];
  return shortest === undefined ? [] : ending(`.mean${shortest}`);
}

/** Rows of the picked runs, one after the other. */
function pick(
  table: FeatureTable,
  columns: readonly number[],
  runs: readonly (readonly number[])[],
): SensorRows {
  const rows = runs.flat();
  const data = new Float32Array(rows.length * columns.length);
  let at = 0;
  for (const c of columns) for (const i of rows) data[at++] = table.data[c * table.rows + i];
  const starts = [0];
  for (const run of runs) starts.push((starts.at(-1) as number) + run.length);
  return {
    rows: rows.length,
    names: columns.map((c) => table.names[c]),
    sensors: columns.map((c) => table.sensors[c]),
    data,
    starts,
  };
}

/** Scores of each run by a detector that has not learned from its machine. */
function leftOut(
  table: FeatureTable,
  columns: readonly number[],
  runs: readonly (readonly number[])[],
): Float64Array[] {
  const folds = Math.min(FOLDS, runs.length);
  const scores: Float64Array[] = [];
  for (let fold = 0; fold < folds; fold++) {
    // A single machine is its own judge.
    const learned = folds === 1 ? runs : runs.filter((_, r) => r % folds !== fold);
    const detector: AnomalyDetector = fitPrincipal(pick(table, columns, learned));
    for (let r = fold; r < runs.length; r += folds) {
      scores.push(detector.scores(pick(table, columns, [runs[r]])));
    }
  }
  return scores;
}

/** Score that healthy rows exceed at the given rate, where beyond the rows that there are the tail is exponential. */
function tail(scores: readonly Float64Array[], rate: number): number {
  const sorted = scores.flatMap((list) => [...list.filter((score) => !Number.isNaN(score))]);
  sorted.sort((a, b) => a - b);
  const from = Math.floor(sorted.length * (1 - TAIL));
  const start = sorted[from] ?? 0;
  let excess = 0;
  for (let i = from; i < sorted.length; i++) excess += sorted[i] - start;
  const mean = excess / Math.max(1, sorted.length - from);
  return start + Math.max(0, Math.log(TAIL / rate)) * mean;
}
