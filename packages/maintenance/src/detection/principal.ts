/**
 * Principal components of healthy rows. Hotelling's T² says how far a row lies along what sensors have in common, the residual
 * distance (the squared prediction error, weighted by its covariance) how much it breaks with it. Both are taken of the living
 * sensors only, under the marginal covariance of just these: under normal noise they are chi-square whatever is missing, and
 * brought to one scale by their degrees of freedom.
 */

import type { MachineCarrier } from "@symbion/core";
import { eigenvectors } from "../missing/eigen.ts";
import { packDetector, type Unpacked } from "./bytes.ts";
import { deviate, distanceOf } from "./chi-square.ts";
import { checkKeys, wrong } from "./errors.ts";
import { placesOf, prepare } from "./rows.ts";
import type { AnomalyDetector, SensorRows, Unusual } from "./types.ts";

/** How principal components are learned. */
export type PrincipalOptions = {
  /** Share of the variance that the components which count as common have to explain, above 0 to 1. Default 0.9. */
  readonly explained?: number;
};

/** Least variance of a component, in variances of a sensor: no relation is trusted beyond this. */
const LEAST_VARIANCE = 0.02;
/** Patterns of missing values whose inverses are kept. */
const PATTERNS = 256;

/** Learns from healthy rows. @throws DetectionError for options that make no sense, and rows in which nothing moves. */
export function fitPrincipal(x: SensorRows, options: PrincipalOptions = {}): PrincipalDetector {
  checkKeys(options, ["explained"]);
  const { explained = 0.9 } = options;
  if (!(explained > 0 && explained <= 1))
    throw wrong("a share above 0 to 1", explained, "explained");
  const { columns, order, mean, sd } = prepare(x);
  const n = columns.length;
  const { values, vectors } = eigenvectors(correlations(x, columns, order, mean, sd), n);
  const all = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  let factors = 0;
  for (let sum = 0; factors < n && sum < explained * all; factors++)
    sum += Math.max(0, values[factors]);
  return new PrincipalDetector({
    ...{ names: x.names, sensors: x.sensors ?? x.names, columns, mean, sd, factors },
    values: values.map((value) => Math.max(LEAST_VARIANCE, value)),
    vectors,
  });
}

/** Pairwise correlations over the rows in which both are there. */
function correlations(
  { rows, data }: SensorRows,
  columns: readonly number[],
  order: Uint32Array,
  mean: Float64Array,
  sd: Float64Array,
): Float64Array {
  const n = columns.length;
  const products = new Float64Array(n * n);
  const counts = new Float64Array(n * n);
  const z = new Float64Array(n);
  const living = new Uint32Array(n);
  for (const i of order) {
    let m = 0;
    for (let k = 0; k < n; k++) {
      z[k] = (data[columns[k] * rows + i] - mean[k]) / sd[k];
      if (!Number.isNaN(z[k])) living[m++] = k;
    }
    for (let a = 0; a < m; a++) {
      for (let b = 0; b <= a; b++) {
        const at = living[a] * n + living[b];
        products[at] += z[living[a]] * z[living[b]];
        counts[at]++;
      }
    }
  }
  const result = new Float64Array(n * n);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b <= a; b++) {
      const at = a * n + b;
      const value = counts[at] < 2 ? 0 : products[at] / counts[at];
      result[at] = value;
      result[b * n + a] = value;
    }
  }
  return result;
}

type PrincipalParts = {
  readonly names: readonly string[];
  readonly sensors: readonly string[];
  /** Columns that are used. */
  readonly columns: readonly number[];
  readonly mean: Float64Array;
  readonly sd: Float64Array;
  /** Components that count as common. */
  readonly factors: number;
  /** Variances of all components, greatest first, and their vectors, one a row. */
  readonly values: Float64Array;
  readonly vectors: Float64Array;
};

/** What follows from which values are there. */
type Pattern = {
  /** Places among the used columns. */
  readonly living: readonly number[];
  /** Inverse covariance of the living, [m, m]. */
  readonly inverse: Float64Array;
  /** [common, m]: makes independent standard normal numbers of what is common. */
  readonly common: Float64Array;
  readonly factors: number;
};

/** See {@link fitPrincipal}. */
export class PrincipalDetector implements AnomalyDetector {
  readonly kind = "principal";
  readonly window = 1;
  readonly names: readonly string[];
  readonly #parts: PrincipalParts;
  readonly #covariance: Float64Array;
  readonly #patterns: Map<string, Pattern> = new Map();
  readonly #z: Float64Array;

  /** @param parts See {@link fitPrincipal}. */
  constructor(parts: PrincipalParts) {
    this.names = parts.names;
    this.#parts = parts;
    const n = parts.columns.length;
    this.#z = new Float64Array(n);
    this.#covariance = new Float64Array(n * n);
    for (let f = 0; f < n; f++) {
      for (let a = 0; a < n; a++) {
        for (let b = 0; b < n; b++) {
          this.#covariance[a * n + b] +=
            parts.values[f] * parts.vectors[f * n + a] * parts.vectors[f * n + b];
        }
      }
    }
  }

  /** Number of components that count as common. */
  get factors(): number {
    return this.#parts.factors;
  }

  score(rows: Float32Array): Unusual | null {
    if (rows.length !== this.names.length) {
      throw wrong(`${this.names.length} values`, rows.length, "row");
    }
    const { columns, mean, sd, sensors } = this.#parts;
    for (let k = 0; k < columns.length; k++) this.#z[k] = (rows[columns[k]] - mean[k]) / sd[k];
    const pattern = this.#pattern();
    if (pattern === null) return null;
    const score = this.#distance(pattern);
    // What the squared distance would lose if the sensor were silent.
    const { living, inverse } = pattern;
    const lost = living.map((_, a) => {
      const weight = this.#weighted(pattern, a);
      return weight ** 2 / inverse[a * living.length + a];
    });
    const names = living.map((k) => sensors[columns[k]]);
    return { score, carriers: shares(names, lost, score) };
  }

  /**
   * T² and the residual distance of a row, with their degrees of freedom; null where nothing is known.
   *
   * @param row Values in the order of {@link PrincipalDetector.names}.
   */
  statistics(
    row: Float32Array,
  ): { common: number; residual: number; freedom: [number, number] } | null {
    const { columns, mean, sd } = this.#parts;
    for (let k = 0; k < columns.length; k++) this.#z[k] = (row[columns[k]] - mean[k]) / sd[k];
    const pattern = this.#pattern();
    return pattern === null ? null : this.#statistics(pattern);
  }

  scores(table: SensorRows): Float64Array {
    const { columns, mean, sd } = this.#parts;
    const places = placesOf(
      table,
      columns.map((c) => this.names[c]),
    );
    const out = new Float64Array(table.rows);
    for (let i = 0; i < table.rows; i++) {
      for (let k = 0; k < places.length; k++) {
        this.#z[k] = (table.data[places[k] * table.rows + i] - mean[k]) / sd[k];
      }
      const pattern = this.#pattern();
      out[i] = pattern === null ? Number.NaN : this.#distance(pattern);
    }
    return out;
  }

  encode(): Uint8Array<ArrayBuffer> {
    const { names, sensors, columns, factors, mean, sd, values, vectors } = this.#parts;
    return packDetector(
      { kind: this.kind, names, sensors, columns, factors },
      { mean, sd, values, vectors },
    );
  }

  /** Of what {@link PrincipalDetector.encode} wrote. @throws DetectionError for anything else. */
  static unpack({ header, numbers, whole }: Unpacked): PrincipalDetector {
    const { names, sensors, columns } = header;
    const n = columns.length;
    const sd = numbers("sd", n);
    const values = numbers("values", n);
    if (!sd.every((value) => value > 0)) throw wrong("deviations above 0", "others", "bytes");
    if (!values.every((value) => value >= LEAST_VARIANCE)) {
      throw wrong(`variances of at least ${LEAST_VARIANCE}`, "others", "bytes");
    }
    return new PrincipalDetector({
      ...{ names, sensors, columns, sd, values, factors: whole("factors", 1, n) },
      ...{ mean: numbers("mean", n), vectors: numbers("vectors", n * n) },
    });
  }

  #distance(pattern: Pattern): number {
    const { common, residual, freedom } = this.#statistics(pattern);
    const most = Math.max(
      deviate(common, freedom[0]),
      freedom[1] === 0 ? Number.NEGATIVE_INFINITY : deviate(residual, freedom[1]),
    );
    return distanceOf(most, this.#z.length);
  }

  #statistics(pattern: Pattern): { common: number; residual: number; freedom: [number, number] } {
    const { living, common, factors } = pattern;
    const m = living.length;
    let whole = 0;
    for (let a = 0; a < m; a++) whole += this.#weighted(pattern, a) * this.#z[living[a]];
    if (factors === m) return { common: whole, residual: 0, freedom: [m, 0] };
    let along = 0;
    for (let f = 0; f < factors; f++) {
      let sum = 0;
      for (let a = 0; a < m; a++) sum += common[f * m + a] * this.#z[living[a]];
      along += sum * sum;
    }
    return { common: along, residual: Math.max(0, whole - along), freedom: [factors, m - factors] };
  }

  /** One element of the inverse covariance times the row. */
  #weighted({ living, inverse }: Pattern, a: number): number {
    let sum = 0;
    for (let b = 0; b < living.length; b++)
      sum += inverse[a * living.length + b] * this.#z[living[b]];
    return sum;
  }

  #pattern(): Pattern | null {
    let key = "";
    for (const value of this.#z) key += !Number.isNaN(value) ? "1" : "0";
    const known = this.#patterns.get(key);
    if (known !== undefined) return known;
    const living = [...this.#z.keys()].filter((k) => !Number.isNaN(this.#z[k]));
    if (living.length === 0) return null;
    if (this.#patterns.size >= PATTERNS) this.#patterns.clear();
    const made = this.#make(living);
    this.#patterns.set(key, made);
    return made;
  }

  #make(living: readonly number[]): Pattern {
    const { factors, values, vectors } = this.#parts;
    const n = this.#z.length;
    const m = living.length;
    const covariance = new Float64Array(m * m);
    living.forEach((a, i) => {
      living.forEach((b, j) => {
        covariance[i * m + j] = this.#covariance[a * n + b];
      });
    });
    const inverse = invert(covariance, m);
    if (m <= factors) return { living, inverse, common: new Float64Array(0), factors: m };
    // With loadings W: u = W' S⁻¹ x has the covariance G = W' S⁻¹ W; its root's inverse makes it independent.
    const loadings = new Float64Array(factors * m);
    for (let f = 0; f < factors; f++) {
      for (let i = 0; i < m; i++) {
        loadings[f * m + i] = Math.sqrt(values[f]) * vectors[f * n + living[i]];
      }
    }
    const weights = new Float64Array(factors * m);
    const covariances = new Float64Array(factors * factors);
    for (let f = 0; f < factors; f++) {
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < m; j++) weights[f * m + i] += loadings[f * m + j] * inverse[j * m + i];
      }
      for (let g = 0; g < factors; g++) {
        for (let i = 0; i < m; i++)
          covariances[f * factors + g] += weights[f * m + i] * loadings[g * m + i];
      }
    }
    return { living, inverse, common: solveRoot(covariances, factors, weights, m), factors };
  }
}

/** Shares of a score by sensor, strongest first; columns of one sensor count together. */
export function shares(
  sensors: readonly string[],
  amounts: readonly number[],
  score: number,
): MachineCarrier[] {
  const bySensor = new Map<string, number>();
  let total = 0;
  sensors.forEach((sensor, i) => {
    const amount = Math.max(0, amounts[i]);
    total += amount;
    bySensor.set(sensor, (bySensor.get(sensor) ?? 0) + amount);
  });
  return [...bySensor]
    .map(([sensor, amount]) => ({ sensor, effect: total === 0 ? 0 : (score * amount) / total }))
    .sort((a, b) => b.effect - a.effect || (a.sensor < b.sensor ? -1 : 1));
}

/** Lower triangular root of a positive definite matrix (Cholesky); pivots below a trace of the largest become that. */
function root(matrix: Float64Array, n: number): Float64Array {
  const l = new Float64Array(n * n);
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, matrix[i * n + i]);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j];
      for (let k = 0; k < j; k++) sum -= l[i * n + k] * l[j * n + k];
      l[i * n + j] = i === j ? Math.sqrt(Math.max(sum, 1e-9 * largest)) : sum / l[j * n + j];
    }
  }
  return l;
}

/** L⁻¹ B, where L L' = A [n, n] and B is [n, columns]. */
function solveRoot(a: Float64Array, n: number, b: Float64Array, columns: number): Float64Array {
  const l = root(a, n);
  const out = b.slice();
  for (let c = 0; c < columns; c++) {
    for (let i = 0; i < n; i++) {
      let sum = out[i * columns + c];
      for (let k = 0; k < i; k++) sum -= l[i * n + k] * out[k * columns + c];
      out[i * columns + c] = sum / l[i * n + i];
    }
  }
  return out;
}

function invert(matrix: Float64Array, n: number): Float64Array {
  const identity = new Float64Array(n * n);
  for (let i = 0; i < n; i++) identity[i * n + i] = 1;
  const half = solveRoot(matrix, n, identity, n);
  const out = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    for (let i = 0; i <= k; i++) {
      for (let j = 0; j <= k; j++) out[i * n + j] += half[k * n + i] * half[k * n + j];
    }
  }
  return out;
}
