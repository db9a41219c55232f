/** Discrete Gaussian noise, exact. */

import type { RandomSource } from "../random/source.ts";
import { expCoin } from "./bernoulli.ts";
import { drawLaplace } from "./laplace.ts";
import { type Draws, Sampler } from "./sampler.ts";
import type { Law } from "./table.ts";
import { root, type Whole, whole } from "./whole.ts";

/** Square of the standard deviations at which the cost 24 is reached: 7^2 / 2 = 24.5. */
const REACH = 49n;

function lawOf(numerator: bigint, denominator: bigint): Law {
  return {
    rate: denominator,
    over: 2n * numerator,
    degree: 2,
    signed: true,
    reach: root((REACH * numerator) / denominator) + 1n,
  };
}

/**
 * One draw of discrete Gaussian noise: n with probability proportional to exp(-n^2 / (2 sigma^2)); zCDP with rho =
 * sensitivity^2 / (2 sigma^2). For many draws of one variance make a {@link GaussianSampler}. (Canonne, Kamath and Steinke 2020,
 * arXiv 2004.00010, algorithm 3.)
 *
 * @param numerator - Numerator of the variance parameter sigma^2, at least 1.
 * @param denominator - Its denominator, at least 1.
 * @throws {PrivacyError} For another variance.
 */
export function discreteGaussian(
  numerator: Whole,
  denominator: Whole,
  random: RandomSource,
): bigint {
  return drawGaussian(
    whole("numerator", numerator, 1n),
    whole("denominator", denominator, 1n),
    random,
  );
}

function drawGaussian(numerator: bigint, denominator: bigint, random: RandomSource): bigint {
  const scale = root(numerator / denominator) + 1n;
  const over = 2n * numerator * denominator * scale * scale;
  for (;;) {
    const drawn = drawLaplace(scale, 1n, random);
    // Kept with probability exp(-(|n| - sigma^2 / t)^2 / (2 sigma^2)).
    const away = (drawn < 0n ? -drawn : drawn) * scale * denominator - numerator;
    if (expCoin(away * away, over, random)) return drawn;
  }
}

/** Draws discrete Gaussian noise of one variance; see {@link discreteGaussian}. */
export class GaussianSampler extends Sampler {
  /**
   * @param numerator - Numerator of the variance parameter sigma^2, at least 1.
   * @param denominator - Its denominator, at least 1.
   * @throws {PrivacyError} For another variance.
   */
  constructor(numerator: Whole, denominator: Whole = 1n) {
    const over = whole("numerator", numerator, 1n);
    const under = whole("denominator", denominator, 1n);
    const draws: Draws = (random) => drawGaussian(over, under, random);
    super(lawOf(over, under), draws);
  }
}
