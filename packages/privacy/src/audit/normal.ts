/** The normal distribution, for bounds that are stated in Gaussian terms. */

import { upperTail } from "../accounting/normal.ts";

/** Chance that a standard normal number is at most `z`; relative error under 1e-12 in the lower tail. */
export function normalCdf(z: number): number {
  return upperTail(-z);
}

/** The z at which {@link normalCdf} is `p`; minus or plus infinity for 0 and 1. */
export function normalQuantile(p: number): number {
  if (p <= 0) return Number.NEGATIVE_INFINITY;
  if (p >= 1) return Number.POSITIVE_INFINITY;
  if (p > 0.5) return -normalQuantile(1 - p);
  // Start: Mills' ratio in the tail, a line in the middle. Newton on the logarithm converges from there without a bracket,
  // because ln Phi is concave.
  let z = p < 0.1 ? -Math.sqrt(-2 * Math.log(p)) : (p - 0.5) * 2.5;
  for (let i = 0; i < 100; i++) {
    const chance = upperTail(-z);
    const density = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
    const step = ((Math.log(p) - Math.log(chance)) * chance) / density;
    z = Math.min(0, z + step);
    if (Math.abs(step) < 1e-15 * Math.max(1, -z)) break;
  }
  return z;
}
