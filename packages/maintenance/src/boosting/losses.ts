/** What is made small: where predictions start, which way they should move, and how far leaves move them. */

import type { BoostingLoss } from "./types.ts";

/** Least second derivative: keeps steps finite where a probability is all but certain. */
const LEAST_CURVATURE = 1e-6;

/** A loss as growing trees sees it. Rows are given as indices into all arrays. */
export type Loss = {
  /** Whether all unweighted second derivatives are 1. */
  readonly flat: boolean;
  /** Share of the residuals below a leaf's value, where leaves are quantiles of the residuals; else null. */
  readonly level: number | null;
  /** The constant with the least loss. */
  base(rows: Int32Array): number;
  /** Writes first (and unless flat, second) derivatives at the margins, times the weights. */
  slopes(rows: Int32Array, margins: Float64Array, first: Float64Array, second: Float64Array): void;
  /** Mean loss. */
  mean(rows: Int32Array, margins: Float64Array): number;
};

/** The loss over targets; `weights` null: all 1. */
export function lossOver(
  loss: BoostingLoss,
  targets: ArrayLike<number>,
  weights: ArrayLike<number> | null,
): Loss {
  switch (loss.kind) {
    case "squared":
      return squared(targets, weights);
    case "logistic":
      return logistic(targets, weights);
    case "absolute":
      return quantile(targets, weights, 0.5, 2);
    case "quantile":
      return quantile(targets, weights, loss.level, 1);
  }
}

/** Mean of `of(row)` over rows, weighted. */
function weightedMean(
  rows: Int32Array,
  weights: ArrayLike<number> | null,
  of: (row: number) => number,
): number {
  let sum = 0;
  let total = 0;
  for (const i of rows) {
    const weight = weights === null ? 1 : weights[i];
    sum += weight * of(i);
    total += weight;
  }
  return total > 0 ? sum / total : 0;
}

function squared(targets: ArrayLike<number>, weights: ArrayLike<number> | null): Loss {
  return {
    flat: true,
    level: null,
    base: (rows) => weightedMean(rows, weights, (i) => targets[i]),
    slopes(rows, margins, first, second) {
      for (let k = 0; k < rows.length; k++) {
        const i = rows[k];
        first[i] = margins[i] - targets[i];
      }
      if (weights !== null) weigh(rows, weights, first, second);
    },
    mean: (rows, margins) => weightedMean(rows, weights, (i) => (margins[i] - targets[i]) ** 2),
  };
}

function logistic(targets: ArrayLike<number>, weights: ArrayLike<number> | null): Loss {
  return {
    flat: false,
    level: null,
    base(rows) {
      const share = weightedMean(rows, weights, (i) => targets[i]);
      const safe = Math.min(1 - LEAST_CURVATURE, Math.max(LEAST_CURVATURE, share));
      return Math.log(safe / (1 - safe));
    },
    slopes(rows, margins, first, second) {
      for (let k = 0; k < rows.length; k++) {
        const i = rows[k];
        const probability = 1 / (1 + Math.exp(-margins[i]));
        const weight = weights === null ? 1 : weights[i];
        first[i] = weight * (probability - targets[i]);
        second[i] = weight * Math.max(LEAST_CURVATURE, probability * (1 - probability));
      }
    },
    mean: (rows, margins) =>
      weightedMean(rows, weights, (i) => {
        // log(1 + exp(-z)) without overflow.
        const z = targets[i] > 0 ? margins[i] : -margins[i];
        return Math.max(0, -z) + Math.log1p(Math.exp(-Math.abs(z)));
      }),
  };
}

function quantile(
  targets: ArrayLike<number>,
  weights: ArrayLike<number> | null,
  level: number,
  scale: number,
): Loss {
  const above = -level * scale;
  const below = (1 - level) * scale;
  return {
    flat: true,
    level,
    base: (rows) =>
      weightedQuantile(
        Float64Array.from(rows, (i) => targets[i]),
        weights === null ? null : Float64Array.from(rows, (i) => weights[i]),
        level,
      ),
    slopes(rows, margins, first, second) {
      for (let k = 0; k < rows.length; k++) {
        const i = rows[k];
        const rest = targets[i] - margins[i];
        first[i] = rest > 0 ? above : rest < 0 ? below : 0;
      }
      if (weights !== null) weigh(rows, weights, first, second);
    },
    mean: (rows, margins) =>
      weightedMean(rows, weights, (i) => {
        const rest = targets[i] - margins[i];
        return rest > 0 ? -above * rest : -below * rest;
      }),
  };
}

/** Multiplies first derivatives by the weights, which then are the second derivatives. */
function weigh(
  rows: Int32Array,
  weights: ArrayLike<number>,
  first: Float64Array,
  second: Float64Array,
): void {
  for (let k = 0; k < rows.length; k++) {
    const i = rows[k];
    first[i] *= weights[i];
    second[i] = weights[i];
  }
}

/**
 * The value with the least weighted quantile loss: the least value at or below which at least `level` of the weight lies;
 * where it is exactly `level`, half-way to the next value. Reorders `values`. Weights are above 0; null: all 1.
 */
export function weightedQuantile(
  values: Float64Array,
  weights: Float64Array | null,
  level: number,
): number {
  const count = values.length;
  if (count === 0) return 0;
  if (weights === null) {
    const place = level * count;
    const nearest = Math.round(place);
    // Products such as 0.9 * 10 may miss the whole number by a rounding.
    const exact = Math.abs(place - nearest) < 1e-9 * count && nearest > 0 && nearest < count;
    if (!exact) return select(values, Math.min(count - 1, Math.max(0, Math.ceil(place) - 1)));
    const lower = select(values, nearest - 1);
    let next = Number.POSITIVE_INFINITY;
    for (let i = nearest; i < count; i++) if (values[i] < next) next = values[i];
    return lower + (next - lower) / 2;
  }
  const order = new Uint32Array(count);
  let total = 0;
  for (let i = 0; i < count; i++) {
    order[i] = i;
    total += weights[i];
  }
  order.sort((a, b) => values[a] - values[b]);
  const wanted = level * total;
  const slack = 1e-9 * total;
  let sum = 0;
  for (let k = 0; k < count; k++) {
    sum += weights[order[k]];
    if (sum < wanted - slack) continue;
    const here = values[order[k]];
    const exact = sum <= wanted + slack && k + 1 < count;
    return exact ? here + (values[order[k + 1]] - here) / 2 : here;
  }
  return values[order[count - 1]];
}

/** The value at `place` of the ascending order (Hoare's selection); no greater ones are left before it, no lesser ones after it. */
function select(values: Float64Array, place: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1];
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i > j) break;
      const swap = values[i];
      values[i++] = values[j];
      values[j--] = swap;
    }
    if (place <= j) high = j;
    else if (place >= i) low = i;
    else break;
  }
  return values[place];
}
