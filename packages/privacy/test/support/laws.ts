/** Laws in doubles, and tests of samples against them: what the samplers' tests and the planted faults are judged by. */

import type { RandomSource } from "../../src/index.ts";

/** A law over whole numbers. */
export type WholeLaw = {
  readonly name: string;
  /** Probability of a number; exact to some 1e-13. */
  readonly pmf: (n: number) => number;
  /** Numbers that hold all but some 1e-20 of it. */
  readonly from: number;
  readonly to: number;
};

/** Discrete Gaussian with variance parameter `variance`. */
export function gaussianLaw(variance: number): WholeLaw {
  return normalised(
    `discrete Gaussian of variance ${variance}`,
    (n) => Math.exp((-n * n) / (2 * variance)),
    Math.ceil(10 * Math.sqrt(variance)) + 1,
  );
}

/** Discrete Laplace with `scale`. */
export function laplaceLaw(scale: number): WholeLaw {
  return normalised(
    `discrete Laplace of scale ${scale}`,
    (n) => Math.exp(-Math.abs(n) / scale),
    Math.ceil(50 * scale) + 1,
  );
}

/** Geometric with `scale`. */
export function geometricLaw(scale: number): WholeLaw {
  const q = Math.exp(-1 / scale);
  const to = Math.ceil(50 * scale) + 1;
  return {
    name: `geometric of scale ${scale}`,
    pmf: (n) => (n < 0 ? 0 : (1 - q) * q ** n),
    from: 0,
    to,
  };
}

/** Uniform on 0 to `count` - 1. */
export function uniformLaw(count: number): WholeLaw {
  return { name: `uniform below ${count}`, pmf: () => 1 / count, from: 0, to: count - 1 };
}

function normalised(name: string, weight: (n: number) => number, reach: number): WholeLaw {
  let sum = 0;
  for (let n = -reach; n <= reach; n++) sum += weight(n);
  return { name, pmf: (n) => weight(n) / sum, from: -reach, to: reach };
}

/** Below this a p-value accuses: once in 10^9 sound samples. */
export const ACCUSING = 1e-9;

/** What a sample is found guilty of; none for a sound one, but once in some 10^8. */
export function faults(sample: ArrayLike<number>, law: WholeLaw): string[] {
  const tests: readonly (readonly [string, number])[] = [
    ["chi-square", chiSquare(sample, law)],
    ["Kolmogorov-Smirnov", kolmogorovSmirnov(sample, law)],
    ["mean", moments(sample, law).mean],
    ["variance", moments(sample, law).variance],
    ["neighbours", neighbours(sample)],
  ];
  return tests.filter(([, p]) => !(p >= ACCUSING)).map(([name, p]) => `${name}: p = ${p}`);
}

/** Whether a law that is symmetric about 0 gave this sample: p-value of its signs, near and far. */
export function symmetry(sample: ArrayLike<number>, beyond: number): number {
  let up = 0;
  let down = 0;
  for (let i = 0; i < sample.length; i++) {
    const value = at(sample, i);
    if (value > beyond) up++;
    if (value < -beyond) down++;
  }
  return up + down === 0 ? 1 : twoSided((up - down) / Math.sqrt(up + down));
}

/** p-value of Pearson's test; numbers are put together until 20 are expected in each class. */
export function chiSquare(sample: ArrayLike<number>, law: WholeLaw): number {
  const counts = new Map<number, number>();
  for (let i = 0; i < sample.length; i++) {
    const value = at(sample, i);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  let statistic = 0;
  let classes = 0;
  let expected = 0;
  let seen = 0;
  let covered = 0;
  let last = 0;
  let before = { expected: 0, seen: 0 };
  const width = Math.max(1, Math.floor((law.to - law.from) / 4000));
  const close = (): void => {
    last = (seen - expected) ** 2 / expected;
    statistic += last;
    classes++;
    before = { expected, seen };
    expected = 0;
    seen = 0;
  };
  for (let n = law.from; n <= law.to; n++) {
    expected += sample.length * law.pmf(n);
    const count = counts.get(n) ?? 0;
    seen += count;
    covered += count;
    if (expected >= 20 && (n - law.from) % width === 0) close();
  }
  // What is left over, and numbers out of the law's reach, belong to the last class.
  expected += before.expected;
  seen += before.seen + sample.length - covered;
  statistic -= last;
  classes--;
  close();
  return classes < 2 ? 1 : upperGamma((classes - 1) / 2, statistic / 2);
}

/** p-value by Kolmogorov's limit; on whole numbers it is too kind, never too harsh. */
export function kolmogorovSmirnov(sample: ArrayLike<number>, law: WholeLaw): number {
  const sorted = Float64Array.from(sample).sort();
  let distribution = 0;
  let i = 0;
  let distance = 0;
  for (let n = law.from; n <= law.to; n++) {
    distribution += law.pmf(n);
    while (i < sorted.length && at(sorted, i) <= n) i++;
    distance = Math.max(distance, Math.abs(i / sorted.length - distribution));
  }
  const x = distance * Math.sqrt(sorted.length);
  let p = 0;
  for (let k = 1; k < 200; k++) p += 2 * (-1) ** (k - 1) * Math.exp(-2 * k * k * x * x);
  return x < 0.2 ? 1 : Math.min(1, Math.max(0, p));
}

/** p-values of mean and variance, by the normal limit. */
export function moments(
  sample: ArrayLike<number>,
  law: WholeLaw,
): { readonly mean: number; readonly variance: number } {
  const central = (order: number, about: number): number => {
    let sum = 0;
    for (let n = law.from; n <= law.to; n++) sum += law.pmf(n) * (n - about) ** order;
    return sum;
  };
  const truth = central(1, 0);
  const variance = central(2, truth);
  const spread = central(4, truth) - variance ** 2;
  let mean = 0;
  let square = 0;
  for (let i = 0; i < sample.length; i++) {
    mean += (at(sample, i) - truth) / sample.length;
    square += (at(sample, i) - truth) ** 2 / sample.length;
  }
  const root = Math.sqrt(sample.length);
  return {
    mean: twoSided((mean * root) / Math.sqrt(variance)),
    variance: spread < 1e-12 ? 1 : twoSided(((square - variance) * root) / Math.sqrt(spread)),
  };
}

/** p-value of the correlation of each draw with the next: noise that is told twice is no noise. */
export function neighbours(sample: ArrayLike<number>): number {
  const { length } = sample;
  let mean = 0;
  for (let i = 0; i < length; i++) mean += at(sample, i) / length;
  let product = 0;
  let square = 0;
  for (let i = 0; i < length; i++) {
    square += (at(sample, i) - mean) ** 2;
    if (i > 0) product += (at(sample, i) - mean) * (at(sample, i - 1) - mean);
  }
  return square === 0 ? 0 : twoSided((product / square) * Math.sqrt(length));
}

/** Probability that a normal variable is farther out than z, either way. */
export function twoSided(z: number): number {
  return upperGamma(0.5, (z * z) / 2);
}

/** Regularised upper incomplete gamma function Q(a, x). */
export function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < 10_000 && term > sum * 1e-16; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return Math.max(0, 1 - front * sum);
  }
  // Lentz's continued fraction.
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let n = 1; n < 10_000; n++) {
    const step = -n * (n - a);
    b += 2;
    d = 1 / (step * d + b);
    c = b + step / c;
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return front * h;
}

/** Stirling's series after raising the argument above 20. */
function logGamma(x: number): number {
  let shift = 0;
  let y = x;
  while (y < 20) {
    shift -= Math.log(y);
    y++;
  }
  const r = 1 / (y * y);
  const series = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r / 1680))) / y;
  return shift + (y - 0.5) * Math.log(y) - y + Math.log(2 * Math.PI) / 2 + series;
}

/** Element of a list; throws beyond its end. */
export function at<T>(list: ArrayLike<T>, i: number): T {
  const value = list[i];
  if (value === undefined) throw new RangeError(`expected fewer than ${list.length}, got ${i}`);
  return value;
}

/** Draws into a list. */
export function drawn(count: number, next: () => number | bigint): Float64Array {
  return Float64Array.from({ length: count }, () => Number(next()));
}

/** A source that gives these words, then throws. */
export function scripted(words: readonly number[]): RandomSource {
  let next = 0;
  return {
    uint32: () => at(words, next++),
  };
}
