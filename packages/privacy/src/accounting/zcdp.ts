/** Zero-concentrated differential privacy (Bun and Steinke 2016) as (epsilon, delta). */

import { PrivacyError } from "../errors.ts";
import { checkDelta } from "./gaussian.ts";
import { bisect } from "./solve.ts";

/** Share by which delta is taken for greater than computed: rounding errors, widely. */
const SLACK = 1e-12;

/**
 * Least delta known for rho-zCDP: the minimum over a > 1 of exp((a - 1)(a rho - epsilon)) / (a - 1) * (1 - 1/a)^a (Canonne,
 * Kamath and Steinke 2020, corollary 13).
 */
export function zcdpDelta(rho: number, epsilon: number): number {
  checkRho(rho);
  if (!(epsilon >= 0)) throw new PrivacyError(`epsilon: expected at least 0, got ${epsilon}`);
  if (rho === 0) return 0;
  // The derivative of the logarithm, (2a - 1) rho - epsilon + ln(1 - 1/a), rises with a.
  let low = 1;
  let high = (epsilon + 1) / (2 * rho) + 2;
  for (let i = 0; i < 200; i++) {
    const a = low + (high - low) / 2;
    if ((2 * a - 1) * rho - epsilon + Math.log1p(-1 / a) < 0) low = a;
    else high = a;
  }
  const a = high;
  const log = (a - 1) * (a * rho - epsilon) + a * Math.log1p(-1 / a) - Math.log(a - 1);
  return Math.min(1, Math.exp(log));
}

/** Least epsilon known for rho-zCDP at delta; Infinity for a delta of 0, unless rho is 0. */
export function zcdpEpsilon(rho: number, delta: number): number {
  checkRho(rho);
  checkDelta(delta);
  if (rho === 0) return 0;
  if (delta === 0) return Number.POSITIVE_INFINITY;
  if (zcdpDelta(rho, 0) <= delta) return 0;
  return bisect(0, (epsilon) => zcdpDelta(rho, epsilon) * (1 + SLACK) <= delta);
}

/** Greatest rho whose (epsilon, delta) is no worse than this: to make a budget of an epsilon. */
export function zcdpRho(epsilon: number, delta: number): number {
  checkDelta(delta);
  if (delta === 0) throw new PrivacyError("delta: expected a number above 0, got 0");
  let low = 0;
  let high = epsilon + 1;
  while (zcdpDelta(high, epsilon) <= delta) high *= 2;
  for (let i = 0; i < 200 && low < high; i++) {
    const rho = low + (high - low) / 2;
    if (zcdpDelta(rho, epsilon) <= delta) low = rho;
    else high = rho;
  }
  return low;
}

function checkRho(rho: number): void {
  if (!(rho >= 0 && rho < Number.POSITIVE_INFINITY)) {
    throw new PrivacyError(`rho: expected a finite number from 0 on, got ${rho}`);
  }
}
