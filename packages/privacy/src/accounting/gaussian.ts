/**
 * The Gaussian mechanism, exactly (Balle and Wang 2018, "Improving the Gaussian Mechanism", theorem 8). With sensitivity 1:
 *
 *     delta(epsilon) = Phi(1 / 2s - epsilon s) - e^epsilon Phi(-1 / 2s - epsilon s)
 *
 * k runs of it are one run with s / sqrt(k). The classical sqrt(2 ln(1.25 / delta)) / epsilon holds for epsilon up to 1 only and
 * is not used.
 */

import { PrivacyError } from "../errors.ts";
import { erfcx, upperTail } from "./normal.ts";
import { bisect } from "./solve.ts";

/** Share by which delta is taken for greater than computed where an epsilon or sigma is looked for: rounding errors, widely. */
const SLACK = 1e-9;

/**
 * Exact delta of the Gaussian mechanism.
 *
 * @param sigma Standard deviation per unit of sensitivity, above 0.
 * @param epsilon At least 0.
 */
export function gaussianDelta(sigma: number, epsilon: number): number {
  if (!(sigma > 0)) throw new PrivacyError(`sigma: expected a number above 0, got ${sigma}`);
  if (!(epsilon >= 0)) throw new PrivacyError(`epsilon: expected at least 0, got ${epsilon}`);
  const a = epsilon * sigma - 1 / (2 * sigma);
  const b = epsilon * sigma + 1 / (2 * sigma);
  // e^epsilon Phi(-b) = exp(-a^2 / 2) erfcx(b / sqrt 2) / 2: the same factor as in Phi(-a), so that nothing overflows.
  if (a >= 0) {
    const difference = erfcx(a / Math.SQRT2) - erfcx(b / Math.SQRT2);
    return 0.5 * Math.exp((-a * a) / 2) * difference;
  }
  return upperTail(a) - 0.5 * Math.exp((-a * a) / 2) * erfcx(b / Math.SQRT2);
}

/** Least epsilon, at least 0, of which the Gaussian mechanism has no greater delta; Infinity for a delta of 0. */
export function gaussianEpsilon(sigma: number, delta: number): number {
  checkDelta(delta);
  if (delta === 0) return Number.POSITIVE_INFINITY;
  if (gaussianDelta(sigma, 0) <= delta) return 0;
  return bisect(0, (epsilon) => gaussianDelta(sigma, epsilon) * (1 + SLACK) <= delta);
}

/** Least standard deviation, per unit of sensitivity, that gives (epsilon, delta). */
export function gaussianSigma(epsilon: number, delta: number): number {
  checkDelta(delta);
  if (delta === 0) return Number.POSITIVE_INFINITY;
  return bisect(0, (sigma) => sigma > 0 && gaussianDelta(sigma, epsilon) * (1 + SLACK) <= delta);
}

/** @throws {PrivacyError} Unless 0 <= delta < 1. */
export function checkDelta(delta: number): void {
  if (!(delta >= 0 && delta < 1)) {
    throw new PrivacyError(`delta: expected a number from 0 to below 1, got ${delta}`);
  }
}
