/**
 * Whether a row is like those that a model has learned from. A forecast for a machine that looks like none before is an
 * extrapolation; the rule here says "don't know" instead, and is calibrated on machines that were left out: of their rows, one
 * in two hundred lies beyond the threshold.
 */

import type { FeatureTable } from "../manipulation/types.ts";

/** Share of rows of unknown machines of the same kind that may lie beyond the threshold. */
const FALSE_ALARMS = 0.005;
/** Room beyond what calibration has shown, since extremes of few machines are too tame. */
const MARGIN = 1.5;
/** Threshold before there are machines enough to calibrate one, in spans of a feature. */
const UNCALIBRATED = 0.5;
/** Groups of machines that are left out in turn. */
const FOLDS = 5;
/** Rows looked at. */
const ROWS = 6000;

/** What a {@link Familiarity} knows, as plain data. */
export type FamiliarityState = {
  /** Features that count, as places in a feature row. */
  readonly columns: readonly number[];
  /** Least value of each of them that was learned from. */
  readonly low: readonly number[];
  /** Greatest value of each. */
  readonly high: readonly number[];
  /** Mean distance outside of the ranges, in spans, that is too far. */
  readonly threshold: number;
};

/** The range of what was learned from, and how far outside is too far. */
export class Familiarity {
  readonly #state: FamiliarityState;

  /** @param state See {@link Familiarity.learn}. */
  constructor(state: FamiliarityState) {
    this.#state = state;
  }

  /** Learns from feature rows. Means over windows count; the time in service and deviations do not. */
  static learn(table: FeatureTable): Familiarity {
    const columns = table.names.flatMap((name, c) => (/\.mean\d+$/.test(name) ? [c] : []));
    const step = Math.max(1, Math.ceil(table.rows / ROWS));
    const runs = table.starts.length - 1;
    const rowsOf = (keep: (run: number) => boolean): number[] => {
      const rows: number[] = [];
      for (let r = 0; r < runs; r++) {
        if (!keep(r)) continue;
        for (let i = table.starts[r]; i < table.starts[r + 1]; i += step) rows.push(i);
      }
      return rows;
    };
    const scores: number[] = [];
    if (runs >= 2) {
      for (let fold = 0; fold < Math.min(FOLDS, runs); fold++) {
        const bounds = boundsOf(
          table,
          columns,
          rowsOf((r) => r % FOLDS !== fold),
        );
        for (const i of rowsOf((r) => r % FOLDS === fold)) {
          scores.push(outside(bounds, (k) => table.data[columns[k] * table.rows + i]));
        }
      }
    }
    scores.sort((a, b) => a - b);
    const calibrated = scores[Math.floor(scores.length * (1 - FALSE_ALARMS))] ?? 0;
    return new Familiarity({
      columns,
      ...boundsOf(
        table,
        columns,
        rowsOf(() => true),
      ),
      threshold: runs >= 2 ? Math.max(0.05, MARGIN * calibrated) : UNCALIBRATED,
    });
  }

  /** How strange a row of features is: above 1 is too strange for a forecast. */
  strangeness(row: Float32Array): number {
    const { columns, threshold } = this.#state;
    return outside(this.#state, (k) => row[columns[k]]) / threshold;
  }

  /** Plain data. */
  save(): FamiliarityState {
    return this.#state;
  }
}

type Bounds = { readonly low: readonly number[]; readonly high: readonly number[] };

function boundsOf(
  table: FeatureTable,
  columns: readonly number[],
  rows: readonly number[],
): Bounds {
  const low: number[] = [];
  const high: number[] = [];
  for (const column of columns) {
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    for (const i of rows) {
      const value = table.data[column * table.rows + i];
      if (value < least) least = value;
      if (value > most) most = value;
    }
    low.push(least <= most ? least : 0);
    high.push(least <= most ? most : 0);
  }
  return { low, high };
}

/** Mean over features of how far they lie outside, in spans of each; what is missing counts for nothing. */
function outside({ low, high }: Bounds, featureAt: (k: number) => number): number {
  let sum = 0;
  let count = 0;
  for (let k = 0; k < low.length; k++) {
    const value = featureAt(k);
    if (Number.isNaN(value)) continue;
    count++;
    const span = Math.max(1e-6, high[k] - low[k]);
    if (value < low[k]) sum += (low[k] - value) / span;
    else if (value > high[k]) sum += (value - high[k]) / span;
  }
  return count === 0 ? 0 : sum / count;
}
