/**
 * Exact confidence bounds of a probability (Clopper and Pearson, 1934), and the incomplete beta function under them.
 */

import { PrivacyError } from "../errors.ts";

/** Relative size at which a continued fraction has converged, and a floor that keeps its divisors from 0. */
const CONVERGED = 1e-16;
const FLOOR = 1e-300;
const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/**
 * What Stirling's formula leaves out: ln Gamma(z) - (z - 1/2) ln z + z - ln(2 pi) / 2, for whole z of at least 1.
 */
function stirlingRest(z: number): number {
  if (z < 16) {
    let product = 1;
    for (let i = 2; i < z; i++) product *= i;
    return Math.log(product) - (z - 0.5) * Math.log(z) + z - HALF_LOG_TWO_PI;
  }
  const w = 1 / (z * z);
  return (1 / 12 - w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - w * (1 / 1188))))) / z;
}

/** x ln(x / m) + m - x, without cancellation where the two are near. */
function deviance(x: number, m: number): number {
  const difference = x - m;
  const v = difference / (x + m);
  if (Math.abs(v) >= 0.1) return x * Math.log(x / m) + m - x;
  let sum = difference * v;
  let term = 2 * x * v;
  const square = v * v;
  for (let j = 1; j < 1000; j++) {
    term *= square;
    const next = sum + term / (2 * j + 1);
    if (next === sum) break;
    sum = next;
  }
  return sum;
}

/** x^a (1 - x)^b / B(a, b), in the saddle-point form of Loader (2000): good to a few ulps for any size. */
function betaWeight(a: number, b: number, x: number): number {
  const n = a + b;
  const rest = stirlingRest(n) - stirlingRest(a) - stirlingRest(b);
  const away = deviance(a, n * x) + deviance(b, n * (1 - x));
  return Math.sqrt((a * b) / (2 * Math.PI * n)) * Math.exp(rest - away);
}

/** Continued fraction of the incomplete beta function, by Lentz's method; converges fast below the mean. */
function betaFraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 / floored(1 - ((a + b) * x) / (a + 1));
  let h = d;
  for (let m = 1; m < 1e6; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / floored(1 + even * d);
    c = floored(1 + even / c);
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / floored(1 + odd * d);
    c = floored(1 + odd / c);
    h *= d * c;
    if (Math.abs(d * c - 1) < CONVERGED) break;
  }
  return h;
}

function floored(value: number): number {
  return Math.abs(value) < FLOOR ? FLOOR : value;
}

/**
 * The regularised incomplete beta function I_x(a, b): the chance that a beta(a, b) number is at most x.
 * @param a - Whole, at least 1; so is `b`.
 * @param x - 0 to 1.
 */
export function incompleteBeta(a: number, b: number, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  return x < (a + 1) / (a + b + 2)
    ? (betaWeight(a, b, x) * betaFraction(a, b, x)) / a
    : 1 - (betaWeight(b, a, 1 - x) * betaFraction(b, a, 1 - x)) / b;
}

/**
 * The x at which {@link incompleteBeta} is `p`, 0 < p < 1; to some ten digits for a and b up to millions.
 */
export function betaQuantile(a: number, b: number, p: number): number {
  if (a === 1) return -Math.expm1(Math.log1p(-p) / b);
  if (b === 1) return p ** (1 / a);
  let low = 0;
  let high = 1;
  let x = a / (a + b);
  for (let i = 0; i < 200; i++) {
    const error = incompleteBeta(a, b, x) - p;
    if (error > 0) high = x;
    else low = x;
    // Newton, and halving where that leaves the bracket.
    const slope = betaWeight(a, b, x) / (x * (1 - x));
    const newton = x - error / slope;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - x) <= 4e-16 * x || high - low <= 4e-16 * high) return next;
    x = next;
  }
  return x;
}

/**
 * Lower and upper confidence bound of a probability of which `hits` of `trials` came true; each is wrong with a chance of at
 * most `alpha`, for every true probability. Take `alpha / 2` for an interval.
 * @throws {PrivacyError} If `hits` is no whole number from 0 to `trials`, or `alpha` not between 0 and 1.
 */
export function clopperPearson(
  hits: number,
  trials: number,
  alpha: number,
): readonly [lower: number, upper: number] {
  if (!(Number.isSafeInteger(trials) && trials > 0)) {
    throw new PrivacyError(`trials: expected a whole number above 0, got ${trials}`);
  }
  if (!(Number.isSafeInteger(hits) && hits >= 0 && hits <= trials)) {
    throw new PrivacyError(`hits: expected a whole number from 0 to ${trials}, got ${hits}`);
  }
  if (!(alpha > 0 && alpha < 1)) {
    throw new PrivacyError(`alpha: expected a number between 0 and 1, got ${alpha}`);
  }
  return [
    hits === 0 ? 0 : betaQuantile(hits, trials - hits + 1, alpha),
    hits === trials ? 1 : betaQuantile(hits + 1, trials - hits, 1 - alpha),
  ];
}
