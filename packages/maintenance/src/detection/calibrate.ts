/**
 * From scores to alarms: thresholds with a stated false-alarm rate, learned from healthy rows of machines that the detector has
 * not learned from, and debouncing.
 */

import { checkKeys, wrong } from "./errors.ts";

/** A threshold, and what is promised of it. */
export type Calibration = {
  /** A score above it is an alarm. */
  readonly threshold: number;
  /** Most false alarms per row that are promised; the rate asked for, or the least that so few rows can promise. */
  readonly rate: number;
  /**
   * Whom it is promised for (each time over the draw of the calibration scores as well): `machines`, a row of a healthy machine
   * never seen; `rows`, a healthy row that comes about like those that it was learned from, where there are too few machines
   * for more.
   */
  readonly holds: "machines" | "rows";
  /** Number of healthy rows that it rests on. */
  readonly rows: number;
  /** Number of machines that these are of. */
  readonly machines: number;
};

/**
 * Conformal threshold. With at least 1 / rate - 1 machines all count the same and a further one might exceed everything
 * (hierarchical conformal prediction: Lee, Barber and Willett, 2023); else all rows count the same and a further row might.
 *
 * @param scores Of healthy rows held out, one list per machine; NaN (nothing known) is left out.
 * @param falseAlarmRate Per row, above 0 to below 1.
 * @throws DetectionError for a rate out of range, and where there is no score.
 */
export function calibrate(
  scores: readonly ArrayLike<number>[],
  falseAlarmRate: number,
): Calibration {
  if (!(falseAlarmRate > 0 && falseAlarmRate < 1)) {
    throw wrong("a rate between 0 and 1", falseAlarmRate, "falseAlarmRate");
  }
  const known = scores
    .map((list) => Array.from(list).filter((score) => !Number.isNaN(score)))
    .filter((list) => list.length > 0);
  const rows = known.reduce((sum, list) => sum + list.length, 0);
  if (rows === 0) throw wrong("scores of healthy rows", rows, "scores");
  const machines = known.length;
  const enough = (machines + 1) * falseAlarmRate >= 1;
  const weighted = known.flatMap((list) => {
    const weight = enough ? 1 / ((machines + 1) * list.length) : 1 / (rows + 1);
    return list.map((score) => [score, weight] as const);
  });
  weighted.sort((a, b) => a[0] - b[0]);
  const rate = enough ? falseAlarmRate : Math.max(falseAlarmRate, 1 / (rows + 1));
  // Rounding of many small weights must not cost a whole row.
  const wanted = 1 - rate - 1e-12;
  let sum = 0;
  let threshold = weighted[weighted.length - 1][0];
  for (const [score, weight] of weighted) {
    sum += weight;
    if (sum >= wanted) {
      threshold = score;
      break;
    }
  }
  return { threshold, rate, holds: enough ? "machines" : "rows", rows, machines };
}

/** When an alarm is raised. */
export type DebounceOptions = {
  /** Rows over the threshold that it takes, from 1. Default 3. */
  readonly rows?: number;
  /** Among how many of the newest rows, at least `rows`. Default 5. */
  readonly among?: number;
};

/**
 * The score that so many of the newest rows reach: above a threshold exactly where that many are. A single outlier moves
 * nothing. Rows of which nothing is known count among the newest, but reach nothing.
 */
export class Debounce {
  readonly #rows: number;
  readonly #ring: Float64Array;
  #seen = 0;

  /** @throws DetectionError for numbers that make no sense. */
  constructor(options: DebounceOptions = {}) {
    checkKeys(options, ["rows", "among"]);
    const { rows = 3, among = Math.max(5, rows) } = options;
    if (!(Number.isInteger(rows) && rows >= 1)) throw wrong("a whole number from 1", rows, "rows");
    if (!(Number.isInteger(among) && among >= rows)) {
      throw wrong(`a whole number from ${rows}`, among, "among");
    }
    this.#rows = rows;
    this.#ring = new Float64Array(among).fill(Number.NEGATIVE_INFINITY);
  }

  /** Takes a row's score, null or NaN where nothing is known; gives the debounced one, null before enough have come. */
  push(score: number | null): number | null {
    const known = score !== null && !Number.isNaN(score);
    this.#ring[this.#seen++ % this.#ring.length] = known ? score : Number.NEGATIVE_INFINITY;
    const reached = this.#ring.toSorted()[this.#ring.length - this.#rows];
    return reached === Number.NEGATIVE_INFINITY ? null : reached;
  }

  /** Begins a new run. */
  reset(): void {
    this.#seen = 0;
    this.#ring.fill(Number.NEGATIVE_INFINITY);
  }
}

/** Debounced scores of a run; NaN where there are none. */
export function debounced(scores: ArrayLike<number>, options: DebounceOptions = {}): Float64Array {
  const debounce = new Debounce(options);
  return Float64Array.from(scores, (score) => debounce.push(score) ?? Number.NaN);
}

/**
 * Threshold of debounced scores with a stated rate of runs in which any alarm is raised, for runs about as long as these.
 *
 * @param scores Of healthy runs held out, one list per run.
 * @param falseAlarmRate Per run, above 0 to below 1.
 */
export function calibrateRuns(
  scores: readonly ArrayLike<number>[],
  falseAlarmRate: number,
  options: DebounceOptions = {},
): Calibration {
  const most = scores.map((list) => {
    const known = debounced(list, options).filter((score) => !Number.isNaN(score));
    return known.length === 0 ? Number.NaN : known.reduce((a, b) => Math.max(a, b));
  });
  return calibrate(
    most.map((score) => [score]),
    falseAlarmRate,
  );
}
