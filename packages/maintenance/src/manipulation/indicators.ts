/**
 * Condition indicators: a few weighted sums of sensors that say most about the life left and the life behind (partial least
 * squares over smoothed rows). Trees split along axes; along these, one split separates what would take many along the
 * sensors'. Being linear, indicators of window means are window means of indicators, so gaps within windows do not hurt, and
 * what a silent sensor would say follows from the living ones.
 */

import { UsageError } from "@symbion/core";
import { lifeLeft } from "../fleet.ts";
import { learnResponses } from "./responses.ts";
import { type RowResponse, SensorWindows } from "./sensor-windows.ts";
import type { NormalisedRun } from "./types.ts";

/** Weighted sums of sensors, as plain data. */
export type Indicators = {
  /** Names of the sensors. */
  readonly sensors: readonly string[];
  /** By regime: how far each sensor moves with wear, and how much its values count. Empty: all alike. */
  readonly responses: readonly {
    /** Movement of each sensor, standard deviations of the regime; 1 is usual. */
    readonly gain: readonly number[];
    /** How much a value counts, squared movement by variance of the noise; 1 is usual. */
    readonly weight: readonly number[];
  }[];
  /** For each indicator the weight of each sensor. */
  readonly weights: readonly (readonly number[])[];
  /** Mean of each sensor in smoothed rows, standard deviations. */
  readonly mean: readonly number[];
  /** Covariance of the sensors in smoothed rows, [sensors][sensors]. */
  readonly covariance: readonly (readonly number[])[];
};

/** What indicators are learned from. */
export type IndicatorOptions = {
  /** How many. Default 2. */
  readonly count?: number;
  /** Rows whose mean is a smoothed row. Default 30. */
  readonly smoothing?: number;
  /** Longest life that is told apart, in the life unit. */
  readonly cap: number;
};

/** Share of the cap within which the end of a life shows, twice: late and early wear. */
const HORIZONS = [0.16, 0.48] as const;

/** Share of its variance that a sensor keeps for itself when another's is predicted from it. */
const RIDGE = 1e-3;

/**
 * Learns indicators from lives whose end is known; null if there is none, or nothing moves.
 *
 * @throws UsageError if runs differ in their sensors.
 */
export function learnIndicators(
  runs: readonly NormalisedRun[],
  { count = 2, smoothing = 30, cap }: IndicatorOptions,
): Indicators | null {
  const sensors = runs[0]?.sensors ?? [];
  const responses = learnResponses(runs, sensors.length);
  const used = movingSensors(runs, sensors.length, responses);
  const moments = new Moments(sensors.length, HORIZONS.length + 2);
  const targets = new Float64Array(HORIZONS.length + 2);
  for (const normalised of runs) {
    if (normalised.sensors.join("\n") !== sensors.join("\n")) {
      throw new UsageError(`sensors of ${normalised.run.machine}: expected ${sensors.join(", ")}`);
    }
    const left = lifeLeft(normalised.run);
    if (left === null) continue;
    eachSmoothed(normalised, smoothing, responses, used, (smooth, i) => {
      targets[0] = Math.min(cap, left[i]);
      targets[1] = normalised.run.age[i];
      HORIZONS.forEach((share, h) => {
        targets[h + 2] = Math.exp(-left[i] / (share * cap));
      });
      moments.add(smooth, targets);
    });
  }
  if (moments.rows < 2) return null;
  const weights = rotations(moments, count);
  if (weights.length === 0) return null;
  return {
    sensors: [...sensors],
    responses: responses.map(({ gain, weight }) => ({ gain: [...gain], weight: [...weight] })),
    weights,
    mean: [...moments.meanX],
    covariance: Array.from({ length: sensors.length }, (_, a) =>
      Array.from({ length: sensors.length }, (_, b) => moments.covariance(a, b)),
    ),
  };
}

/** Applies indicators to vectors of sensors some of which may be missing. */
export class IndicatorProjector {
  readonly #indicators: Indicators;
  readonly #weights: Float64Array;
  readonly #used: readonly boolean[];
  readonly #filled: Float64Array;
  /** By pattern of missing sensors: how each missing one follows from the living. */
  readonly #fills = new Map<string, Fill>();

  /** @param indicators See {@link learnIndicators}. */
  constructor(indicators: Indicators) {
    this.#indicators = indicators;
    this.#weights = Float64Array.from(indicators.weights.flat());
    this.#used = indicators.sensors.map((_, s) => indicators.weights.some((w) => w[s] !== 0));
    this.#filled = new Float64Array(indicators.sensors.length);
  }

  /**
   * @param sensors Where the vector lies, from `from` on; NaN is missing.
   * @param centred Whether they are levels, around the usual mean, or differences, around 0.
   * @param out Receives the indicators from `to` on; NaN if all sensors are missing.
   */
  project(
    sensors: Float64Array,
    from: number,
    centred: boolean,
    out: Float64Array,
    to: number,
  ): void {
    const n = this.#filled.length;
    const count = this.#weights.length / n;
    let missing = 0;
    let living = 0;
    for (let s = 0; s < n; s++) {
      this.#filled[s] = this.#used[s] ? sensors[from + s] : 0;
      if (Number.isNaN(this.#filled[s])) missing++;
      else if (this.#used[s]) living++;
    }
    if (living === 0) {
      out.fill(Number.NaN, to, to + count);
      return;
    }
    if (missing > 0) this.#fill(centred);
    for (let k = 0; k < count; k++) {
      let sum = 0;
      for (let s = 0; s < n; s++) sum += this.#weights[k * n + s] * this.#filled[s];
      out[to + k] = sum;
    }
  }

  #fill(centred: boolean): void {
    const { mean } = this.#indicators;
    const x = this.#filled;
    let pattern = "";
    for (let s = 0; s < x.length; s++) pattern += Number.isNaN(x[s]) ? "1" : "0";
    let fill = this.#fills.get(pattern);
    if (fill === undefined) {
      fill = fillOf(this.#indicators, pattern);
      if (this.#fills.size > 4096) this.#fills.clear();
      this.#fills.set(pattern, fill);
    }
    const { living, dead, coefficients } = fill;
    dead.forEach((d, i) => {
      let sum = centred ? mean[d] : 0;
      for (let j = 0; j < living.length; j++) {
        const at = living[j];
        sum += coefficients[i * living.length + j] * (x[at] - (centred ? mean[at] : 0));
      }
      x[d] = sum;
    });
  }
}

type Fill = { living: number[]; dead: number[]; coefficients: Float64Array };

/** Regression of the missing sensors on the living ones. */
function fillOf({ covariance }: Indicators, pattern: string): Fill {
  const living: number[] = [];
  const dead: number[] = [];
  for (let s = 0; s < pattern.length; s++) (pattern[s] === "1" ? dead : living).push(s);
  const n = living.length;
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) matrix[i * n + j] = covariance[living[i]][living[j]];
    matrix[i * n + i] += RIDGE * matrix[i * n + i] + 1e-9;
  }
  factorise(matrix, n);
  const coefficients = new Float64Array(dead.length * n);
  dead.forEach((d, i) => {
    const row = coefficients.subarray(i * n, (i + 1) * n);
    for (let j = 0; j < n; j++) row[j] = covariance[d][living[j]];
    solve(matrix, n, row);
  });
  return { living, dead, coefficients };
}

/** Cholesky's factor in the lower triangle of a positive definite matrix. */
function factorise(m: Float64Array, n: number): void {
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = m[i * n + j];
      for (let k = 0; k < j; k++) sum -= m[i * n + k] * m[j * n + k];
      m[i * n + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / m[j * n + j];
    }
  }
}

function solve(m: Float64Array, n: number, x: Float64Array): void {
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] -= m[i * n + k] * x[k];
    x[i] /= m[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] -= m[k * n + i] * x[k];
    x[i] /= m[i * n + i];
  }
}

/** Which sensors move in at least half of the rows: the others are silent too often to be part of a sum. */
function movingSensors(
  runs: readonly NormalisedRun[],
  sensors: number,
  responses: readonly RowResponse[],
): boolean[] {
  const rows = new Float64Array(Math.max(1, responses.length));
  for (const { regimes } of runs) {
    for (const regime of regimes) if (regime < rows.length) rows[regime]++;
  }
  const all = rows.reduce((a, b) => a + b, 0);
  return Array.from({ length: sensors }, (_, s) => {
    const moving = rows.reduce((sum, n, r) => sum + (responses[r]?.weight[s] === 0 ? 0 : n), 0);
    return moving * 2 >= all;
  });
}

/** Calls back with the mean of the last rows of each row in which every used sensor has one. */
function eachSmoothed(
  { run, z, sensors, regimes }: NormalisedRun,
  smoothing: number,
  responses: readonly RowResponse[],
  used: readonly boolean[],
  take: (smooth: Float64Array, row: number) => void,
): void {
  const windows = new SensorWindows(sensors.length, {
    means: [smoothing],
    slopes: [],
    baseline: 1,
  });
  for (let i = 0; i < run.rows; i++) {
    windows.push(z, i * sensors.length, responses[regimes[i]] ?? null);
    let whole = true;
    for (let s = 0; s < used.length; s++) {
      if (!used[s]) windows.means[s] = 0;
      else if (Number.isNaN(windows.means[s])) whole = false;
    }
    if (whole) take(windows.means, i);
  }
}

/** Sums of products of sensors and targets. */
class Moments {
  rows = 0;
  readonly meanX: Float64Array;
  readonly #meanY: Float64Array;
  readonly #xx: Float64Array;
  readonly #xy: Float64Array;
  readonly #yy: Float64Array;

  constructor(sensors: number, targets: number) {
    this.meanX = new Float64Array(sensors);
    this.#meanY = new Float64Array(targets);
    this.#xx = new Float64Array(sensors * sensors);
    this.#xy = new Float64Array(sensors * targets);
    this.#yy = new Float64Array(targets);
  }

  add(x: Float64Array, y: Float64Array): void {
    const [n, m] = [x.length, y.length];
    this.rows++;
    const old = (this.rows - 1) / this.rows;
    // Differences from the means before this row, weighted as Welford does.
    for (let a = 0; a < n; a++) {
      const dx = (x[a] - this.meanX[a]) * old;
      for (let b = 0; b < n; b++) this.#xx[a * n + b] += dx * (x[b] - this.meanX[b]);
      for (let b = 0; b < m; b++) this.#xy[a * m + b] += dx * (y[b] - this.#meanY[b]);
    }
    for (let b = 0; b < m; b++) this.#yy[b] += (y[b] - this.#meanY[b]) ** 2 * old;
    for (let a = 0; a < n; a++) this.meanX[a] += (x[a] - this.meanX[a]) / this.rows;
    for (let b = 0; b < m; b++) this.#meanY[b] += (y[b] - this.#meanY[b]) / this.rows;
  }

  covariance(a: number, b: number): number {
    return this.#xx[a * this.meanX.length + b] / (this.rows - 1);
  }

  /** Correlation of a sensor and a target; 0 where one of them does not move. */
  correlation(a: number, b: number): number {
    const size = Math.sqrt(this.#xx[a * this.meanX.length + a] * this.#yy[b]);
    return size > 0 ? this.#xy[a * this.#meanY.length + b] / size : 0;
  }

  get targets(): number {
    return this.#meanY.length;
  }
}

/** Partial least squares from moments (kernel form after Dayal and MacGregor, 1997), sensors and targets standardised. */
function rotations(moments: Moments, count: number): number[][] {
  const n = moments.meanX.length;
  const m = moments.targets;
  const sd = Float64Array.from({ length: n }, (_, a) => Math.sqrt(moments.covariance(a, a)));
  const xx = new Float64Array(n * n);
  const xy = new Float64Array(n * m);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < n; b++) {
      const size = sd[a] * sd[b];
      xx[a * n + b] = size > 0 ? moments.covariance(a, b) / size : 0;
    }
    for (let b = 0; b < m; b++) xy[a * m + b] = moments.correlation(a, b);
  }
  const found: Float64Array[] = [];
  const loads: Float64Array[] = [];
  while (found.length < Math.min(count, n)) {
    const w = dominant(xy, n, m);
    if (w === null) break;
    const r = w.slice();
    loads.forEach((p, k) => {
      const share = dot(p, w);
      for (let a = 0; a < n; a++) r[a] -= share * found[k][a];
    });
    const p = new Float64Array(n);
    for (let a = 0; a < n; a++) p[a] = dot(xx.subarray(a * n, (a + 1) * n), r);
    const tt = dot(r, p);
    if (!(tt > 1e-9)) break;
    for (let a = 0; a < n; a++) p[a] /= tt;
    for (let b = 0; b < m; b++) {
      let q = 0;
      for (let a = 0; a < n; a++) q += r[a] * xy[a * m + b];
      for (let a = 0; a < n; a++) xy[a * m + b] -= p[a] * q;
    }
    found.push(r);
    loads.push(p);
  }
  return found.map((r) => Array.from(r, (weight, a) => (sd[a] > 0 ? weight / sd[a] : 0)));
}

/** Left singular vector of the greatest singular value, by iteration; its largest entry is positive. */
function dominant(xy: Float64Array, n: number, m: number): Float64Array | null {
  const at = (a: number, b: number): number =>
    dot(xy.subarray(a * m, (a + 1) * m), xy.subarray(b * m, (b + 1) * m));
  const gram = Float64Array.from({ length: n * n }, (_, k) => at(Math.floor(k / n), k % n));
  let w = Float64Array.from({ length: n }, (_, a) => Math.sqrt(gram[a * n + a]) + 1e-12);
  for (let step = 0; step < 1000; step++) {
    const next = Float64Array.from({ length: n }, (_, a) =>
      dot(gram.subarray(a * n, (a + 1) * n), w),
    );
    const size = Math.sqrt(dot(next, next));
    if (!(size > 1e-12)) return null;
    let change = 0;
    for (let a = 0; a < n; a++) {
      next[a] /= size;
      change = Math.max(change, Math.abs(next[a] - w[a]));
    }
    w = next;
    if (change < 1e-13) break;
  }
  const greatest = w.reduce(
    (best, weight) => (Math.abs(weight) > Math.abs(best) ? weight : best),
    0,
  );
  return greatest < 0 ? w.map((weight) => -weight) : w;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
