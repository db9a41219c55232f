/**
 * What no attack can beat. Advantage is true-positive rate minus false-positive rate of telling two neighbouring inputs apart;
 * with even odds, an attacker is right with a chance of (1 + advantage) / 2.
 */

import { normalCdf } from "../audit/normal.ts";
import { PrivacyError } from "../errors.ts";

/**
 * Greatest advantage against an (epsilon, delta)-DP release (Kairouz, Oh and Viswanath 2015):
 * (e^epsilon - 1 + 2 delta) / (e^epsilon + 1); tanh(epsilon / 2) for delta 0.
 */
export function advantageBound(epsilon: number, delta = 0): number {
  if (!(epsilon >= 0)) throw new PrivacyError(`epsilon: expected 0 or more, got ${epsilon}`);
  if (!(delta >= 0 && delta <= 1)) throw new PrivacyError(`delta: expected 0 to 1, got ${delta}`);
  return Math.min(1, Math.tanh(epsilon / 2) + (2 * delta) / (Math.exp(epsilon) + 1));
}

/** Greatest advantage against mu-Gaussian-DP, reached by the likelihood ratio: 2 Phi(mu / 2) - 1. */
export function gaussianAdvantage(mu: number): number {
  if (!(mu >= 0)) throw new PrivacyError(`mu: expected 0 or more, got ${mu}`);
  return 2 * normalCdf(mu / 2) - 1;
}

/** Greatest advantage against any rho-zCDP release: sqrt(rho / 2), by Pinsker's inequality, as the divergence is at most rho. */
export function concentratedAdvantage(rho: number): number {
  if (!(rho >= 0)) throw new PrivacyError(`rho: expected 0 or more, got ${rho}`);
  return Math.min(1, Math.sqrt(rho / 2));
}

/**
 * Greatest advantage against a discrete Gaussian whose mean moves by `shift` whole steps: the exact distance in total variation,
 * summed from its probabilities.
 * @param variance - The parameter sigma^2 in steps squared, up to 1e10.
 * @param eta - Most by which the law departs from that discrete Gaussian, on the logarithmic scale; default 0.
 */
export function discreteGaussianAdvantage(variance: number, shift: number, eta = 0): number {
  if (!(variance > 0 && variance <= 1e10)) {
    throw new PrivacyError(`variance: expected above 0 and at most 1e10, got ${variance}`);
  }
  if (!Number.isSafeInteger(shift) || shift < 0) {
    throw new PrivacyError(`shift: expected a whole number, got ${shift}`);
  }
  // The law falls away from 0 on both sides: it is above its shifted twin on all n up to shift / 2, and the difference of the two
  // tails that leaves is the chance of the `shift` numbers in the middle.
  const last = Math.floor(shift / 2);
  const reach = Math.ceil(Math.sqrt(variance) * 40);
  let inside = 0;
  let total = 0;
  for (let n = -reach; n <= reach; n++) {
    const weight = Math.exp((-n * n) / (2 * variance));
    total += weight;
    if (n > last - shift && n <= last) inside += weight;
  }
  return Math.min(1, inside / total + Math.expm1(eta));
}
