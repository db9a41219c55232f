/** Coins (Canonne, Kamath and Steinke 2020, arXiv 2004.00010, algorithm 1), exact for fractions of any size. */

import { PrivacyError } from "../errors.ts";
import type { RandomSource } from "../random/source.ts";
import { belowBig } from "../random/uniform.ts";
import { type Whole, whole } from "./whole.ts";

/**
 * True with probability `numerator` / `denominator`.
 *
 * @throws {PrivacyError} Unless 0 <= numerator <= denominator and denominator >= 1.
 */
export function bernoulli(numerator: Whole, denominator: Whole, random: RandomSource): boolean {
  const over = whole("numerator", numerator, 0n);
  const under = whole("denominator", denominator, 1n);
  if (over > under) {
    throw new PrivacyError(`bernoulli: expected a fraction from 0 to 1, got ${over}/${under}`);
  }
  return belowBig(random, under) < over;
}

/**
 * True with probability exp(-numerator / denominator).
 *
 * @throws {PrivacyError} Unless numerator >= 0 and denominator >= 1.
 */
export function bernoulliExp(numerator: Whole, denominator: Whole, random: RandomSource): boolean {
  return expCoin(whole("numerator", numerator, 0n), whole("denominator", denominator, 1n), random);
}

/** {@link bernoulliExp} for parameters that were checked. */
export function expCoin(numerator: bigint, denominator: bigint, random: RandomSource): boolean {
  let rest = numerator;
  while (rest > denominator) {
    if (!expUnit(1n, 1n, random)) return false;
    rest -= denominator;
  }
  return expUnit(rest, denominator, random);
}

/** True with probability exp(-numerator / denominator), for a fraction from 0 to 1. */
export function expUnit(numerator: bigint, denominator: bigint, random: RandomSource): boolean {
  let k = 1n;
  while (belowBig(random, denominator * k) < numerator) k++;
  return k % 2n === 1n;
}
