/** Discrete Laplace and geometric noise, exact. */

import type { RandomSource } from "../random/source.ts";
import { belowBig, bit } from "../random/uniform.ts";
import { expCoin, expUnit } from "./bernoulli.ts";
import { type Draws, Sampler } from "./sampler.ts";
import type { Law } from "./table.ts";
import { type Whole, whole } from "./whole.ts";

/** Scales beyond which the cost exp(-24) is reached. */
const REACH = 24n;

function lawOf(numerator: bigint, denominator: bigint, signed: boolean): Law {
  return {
    rate: denominator,
    over: numerator,
    degree: 1,
    signed,
    reach: (REACH * numerator) / denominator + 1n,
  };
}

/**
 * One draw of discrete Laplace noise: n with probability proportional to exp(-|n| / scale), scale = numerator / denominator. Pure
 * differential privacy with epsilon = sensitivity / scale. For many draws of one scale make a {@link LaplaceSampler}.
 * (Canonne, Kamath and Steinke 2020, arXiv 2004.00010, algorithm 2.)
 *
 * @param numerator - At least 1.
 * @param denominator - At least 1.
 * @throws {PrivacyError} For another scale.
 */
export function discreteLaplace(
  numerator: Whole,
  denominator: Whole,
  random: RandomSource,
): bigint {
  return drawLaplace(
    whole("numerator", numerator, 1n),
    whole("denominator", denominator, 1n),
    random,
  );
}

/** {@link discreteLaplace} for parameters that were checked. */
export function drawLaplace(numerator: bigint, denominator: bigint, random: RandomSource): bigint {
  for (;;) {
    const magnitude = drawGeometric(numerator, denominator, random);
    const negative = bit(random);
    if (!(negative && magnitude === 0n)) return negative ? -magnitude : magnitude;
  }
}

/**
 * One draw of the geometric law: n = 0, 1, 2, ... with probability (1 - q) q^n, q = exp(-denominator / numerator).
 *
 * @param numerator - At least 1.
 * @param denominator - At least 1.
 * @throws {PrivacyError} For another scale.
 */
export function geometric(numerator: Whole, denominator: Whole, random: RandomSource): bigint {
  return drawGeometric(
    whole("numerator", numerator, 1n),
    whole("denominator", denominator, 1n),
    random,
  );
}

function drawGeometric(numerator: bigint, denominator: bigint, random: RandomSource): bigint {
  for (;;) {
    const part = belowBig(random, numerator);
    if (!expCoin(part, numerator, random)) continue;
    let times = 0n;
    while (expUnit(1n, 1n, random)) times++;
    return (part + numerator * times) / denominator;
  }
}

/** Draws discrete Laplace noise of one scale; see {@link discreteLaplace}. */
export class LaplaceSampler extends Sampler {
  /**
   * @param numerator - Numerator of the scale, at least 1.
   * @param denominator - Its denominator, at least 1.
   * @throws {PrivacyError} For another scale.
   */
  constructor(numerator: Whole, denominator: Whole = 1n) {
    const over = whole("numerator", numerator, 1n);
    const under = whole("denominator", denominator, 1n);
    const draws: Draws = (random) => drawLaplace(over, under, random);
    super(lawOf(over, under, true), draws);
  }
}

/** Draws from one geometric law; see {@link geometric}. */
export class GeometricSampler extends Sampler {
  /**
   * @param numerator - At least 1.
   * @param denominator - At least 1.
   * @throws {PrivacyError} For another scale.
   */
  constructor(numerator: Whole, denominator: Whole = 1n) {
    const over = whole("numerator", numerator, 1n);
    const under = whole("denominator", denominator, 1n);
    const draws: Draws = (random) => drawGeometric(over, under, random);
    super(lawOf(over, under, false), draws);
  }
}
