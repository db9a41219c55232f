/** Figures with their count and their 95 % interval. Where there is too little, there is no figure. */

/** A figure about several things. All three values are null where {@link Figure.n} is too small to say anything. */
export type Figure = {
  /** Things that it rests on. */
  readonly n: number;
  /** The estimate. */
  readonly value: number | null;
  /** Lower end of the 95 % interval. */
  readonly low: number | null;
  /** Upper end of the 95 % interval. */
  readonly high: number | null;
};

/** Fewest things for a share or a mean. */
export const LEAST = 5;

/** Fewest things for a median: with five, no 95 % interval of order statistics exists. */
export const LEAST_MEDIAN = 6;

/** Fewest pairs for a rank correlation. */
export const LEAST_PAIRS = 10;

/** 97.5 % point of the standard normal distribution. */
const Z = 1.959963984540054;

/** 97.5 % points of Student's t with 1 to 30 degrees of freedom. */
const T = [
  12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281, 2.201, 2.1788,
  2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.093, 2.086, 2.0796, 2.0739, 2.0687, 2.0639,
  2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423,
];

/** A share, with Wilson's interval: it holds 95 % on the average over all shares, 91 to 98 % at single ones. */
export function share(hits: number, n: number): Figure {
  if (n < LEAST) return nothing(n);
  const p = hits / n;
  const square = (Z * Z) / n;
  const middle = (p + square / 2) / (1 + square);
  const half = (Z * Math.sqrt((p * (1 - p)) / n + square / (4 * n))) / (1 + square);
  return { n, value: p, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/**
 * A mean, with Student's interval, cut to the scale where there is one. Where all values are equal there is no spread to
 * judge by, and the interval is the scale.
 */
export function mean(
  values: readonly number[],
  scale: readonly [number, number] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
): Figure {
  const n = values.length;
  if (n < LEAST) return nothing(n);
  const value = values.reduce((sum, one) => sum + one, 0) / n;
  const squares = values.reduce((sum, one) => sum + (one - value) ** 2, 0);
  const [least, most] = scale;
  if (squares < 1e-18) {
    return Number.isFinite(least) && Number.isFinite(most)
      ? { n, value, low: least, high: most }
      : { n, value, low: value, high: value };
  }
  const half = tPoint(n - 1) * Math.sqrt(squares / (n - 1) / n);
  return { n, value, low: Math.max(least, value - half), high: Math.min(most, value + half) };
}

/** A median, with the interval of order statistics, which assumes nothing of the distribution. */
export function median(values: readonly number[]): Figure {
  const n = values.length;
  if (n < LEAST_MEDIAN) return nothing(n);
  const sorted = [...values].sort((a, b) => a - b);
  const value = (sorted[(n - 1) >> 1] + sorted[n >> 1]) / 2;
  const cut = signRank(n);
  return { n, value, low: sorted[cut - 1], high: sorted[n - cut] };
}

/** Spearman's rank correlation, with Fisher's interval and the standard error of Bonett and Wright (2000). */
export function spearman(pairs: readonly (readonly [number, number])[]): Figure {
  const n = pairs.length;
  if (n < LEAST_PAIRS) return nothing(n);
  const x = ranks(pairs.map(([one]) => one));
  const y = ranks(pairs.map(([, one]) => one));
  const middle = (n + 1) / 2;
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    xy += (x[i] - middle) * (y[i] - middle);
    xx += (x[i] - middle) ** 2;
    yy += (y[i] - middle) ** 2;
  }
  // Where one side never changes there is nothing to go along with.
  if (xx === 0 || yy === 0) return nothing(n);
  const value = Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
  const z = Math.atanh(Math.max(-0.999999, Math.min(0.999999, value)));
  const half = Z * Math.sqrt((1 + (value * value) / 2) / (n - 3));
  return { n, value, low: Math.tanh(z - half), high: Math.tanh(z + half) };
}

function nothing(n: number): Figure {
  return { n, value: null, low: null, high: null };
}

/** Beyond 30 degrees of freedom by the expansion of Cornish and Fisher: exact to 4 digits there. */
function tPoint(degrees: number): number {
  if (degrees <= T.length) return T[degrees - 1];
  const z3 = Z ** 3;
  const z5 = Z ** 5;
  return Z + (z3 + Z) / (4 * degrees) + (5 * z5 + 16 * z3 + 3 * Z) / (96 * degrees * degrees);
}

/** The largest rank j for which fewer than j of n fair coins show heads with a probability of at most 2.5 %. */
function signRank(n: number): number {
  // So many coins are normal enough, and 2^-n would soon be no double.
  if (n > 900) return Math.floor((n - Z * Math.sqrt(n)) / 2);
  let chance = 0.5 ** n;
  let sum = 0;
  let rank = 0;
  for (; ; rank++) {
    sum += chance;
    if (sum > 0.025) return rank;
    chance *= (n - rank) / (rank + 1);
  }
}

/** Ranks from 1; equals share the mean of their places. */
function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a] - values[b]);
  const out = new Array<number>(values.length);
  for (let i = 0; i < order.length; ) {
    let end = i + 1;
    while (end < order.length && values[order[end]] === values[order[i]]) end++;
    for (let k = i; k < end; k++) out[order[k]] = (i + end + 1) / 2;
    i = end;
  }
  return out;
}
