/**
 * Lossless multiple release (Koufogiannis, Han and Pappas 2015, arXiv 1504.00429; Andersson et al. 2025, arXiv 2505.22449)
 * over integers. The values of all tiers are drawn at once, the most trusted first, each from the one before:
 *
 *     Y_1 = x + N_Z(v_1),  Y_k = Y_(k-1) + N_Z(v_k),  V_k = v_1 + ... + v_k,   so Cov(Y_i, Y_j) = V_min(i,j)
 *
 * with N_Z(v) the discrete Gaussian, P(n) proportional to exp(-n^2 / 2v). Whoever holds several values holds the best-trusted
 * one and noise that has nothing to do with x: together they learn what the best one tells.
 *
 * The price of a tier. Y_1 costs Delta^2 / 2 V_1 exactly (Canonne, Kamath and Steinke 2020, theorem 4). A sum of discrete
 * Gaussians is not one, but nearly (Kairouz, Liu and Steinke 2021, arXiv 2102.06387, section 3, treat equal variances). For
 * ours: let S = Y_k - x and W = N_Z(V_k).
 *
 * Theorem. |ln P(S = n) / P(W = n)| <= eta_k for all n, where eta_k = sum over j = 2..k of ln((1 + a_j) / (1 - a_j)),
 * a_j = 2 q_j / (1 - q_j), q_j = exp(-2 pi^2 s_j^2), 1 / s_j^2 = 1 / V_(j-1) + 1 / v_j. And Y_k is rho-zCDP with
 * sqrt(rho) = Delta / sqrt(2 V_k) + sqrt(2) eta_k.
 *
 * Proof. Say P(S_(j-1) = n) = exp(-n^2 / 2 V_(j-1)) h(n) with h between b and B. Completing the square,
 * P(S_j = n) = exp(-n^2 / 2 V_j) * const * sum over m of h(m) exp(-(m - mu)^2 / 2 s_j^2), mu = n V_(j-1) / V_j. Without h the sum
 * is sqrt(2 pi) s_j (1 + 2 sum over i >= 1 of q_j^(i^2) cos(2 pi i mu)) by Poisson summation, hence between
 * sqrt(2 pi) s_j (1 - a_j) and sqrt(2 pi) s_j (1 + a_j); so ln(B / b) grows by at most ln((1 + a_j) / (1 - a_j)) per step, from 0
 * at j = 1. P(S = n) / P(W = n) is h(n) times a constant; both sum to 1, so it lies on both sides of 1 and within eta_k of it on
 * the logarithmic scale. Two laws so near are within eta_k^2 / 2 in zCDP (Bun and Steinke 2016: pure DP implies zCDP), and square
 * roots of rho add along x + S, x + W, x' + W, x' + S (the same paper's argument for groups: for all k > 1,
 * D_a(P, R) <= a (k / (k - 1) rho_PQ + k rho_QR), least at the square of the sum of the roots).
 *
 * Variances are rounded up, and those of lower tiers one step further, so that this bound, slack included, is at most the tier's
 * budget. On the grid below the slack is under 1e-120: it takes no digit of any double, and is charged all the same.
 */

import { PrivacyError } from "../errors.ts";
import type { RandomSource } from "../random/source.ts";
import { GaussianSampler } from "../sampling/gaussian.ts";

/**
 * Least variance of the best tier in steps of the fine grid: sigma is then 32 steps, and rounding a variance up by one costs at most
 * a thousandth of the budget.
 */
const LEAST_VARIANCE = 1024n;
/** Least variance between two tiers, likewise; with the line above it keeps every s_j^2 above 15. */
const LEAST_INCREMENT = 16n;

/** What is known of one tier in a {@link Nesting}; all of it is public. */
export type NestedTier = {
  /** Budget that was asked for, zCDP's rho. The value costs no more than this, slack included. */
  readonly rho: number;
  /** V_k: variance parameter of the whole noise, in steps of the fine grid, squared. */
  readonly variance: bigint;
  /** v_k: what this tier adds to the one before; 0 where both have the same budget and so the same value. */
  readonly increment: bigint;
  /** eta_k: most by which the noise's law departs from a discrete Gaussian's, on the logarithmic scale. */
  readonly eta: number;
  /** What eta_k adds to the budget, rho. */
  readonly slack: number;
};

/** How a statistic is told to all tiers. */
export type Nesting = {
  /** Steps of the fine grid per step of the value: a power of two. */
  readonly refinement: bigint;
  /** Tiers in the order of the budgets, the most trusted first. */
  readonly tiers: readonly NestedTier[];
};

/**
 * Plans the noise of all tiers.
 * @param budgets - Rho of each tier, positive, the most trusted (greatest) first.
 * @param sensitivity - Most that one unit changes the value, in whole steps, at least 1; L2 over all coordinates.
 * @param coordinates - How many numbers one release has, at least 1.
 * @throws {PrivacyError} On anything else, and for budgets so small that the slack would not fit into them.
 */
export function nestTiers(
  budgets: readonly number[],
  sensitivity: number,
  coordinates = 1,
): Nesting {
  if (!Number.isSafeInteger(sensitivity) || sensitivity < 1) {
    throw new PrivacyError(`sensitivity: expected a whole number above 0, got ${sensitivity}`);
  }
  if (!Number.isSafeInteger(coordinates) || coordinates < 1) {
    throw new PrivacyError(`coordinates: expected a whole number above 0, got ${coordinates}`);
  }
  if (budgets.length === 0) throw new PrivacyError("budgets: expected at least one, got none");
  budgets.forEach((rho, k) => {
    if (!(rho > 0 && rho < Number.POSITIVE_INFINITY && (k === 0 || rho <= budgets[k - 1]))) {
      const before = k === 0 ? "" : ` and at most ${budgets[k - 1]}`;
      throw new PrivacyError(`budgets[${k}]: expected a rho above 0${before}, got ${rho}`);
    }
  });
  const square = BigInt(sensitivity) ** 2n;
  let refinement = 1n;
  while (leastVariance(square * refinement ** 2n, budgets[0]) < LEAST_VARIANCE) refinement *= 2n;
  const tiers: NestedTier[] = [];
  let before: NestedTier | null = null;
  for (const rho of budgets) {
    before = nextTier(before, rho, square * refinement ** 2n, coordinates);
    tiers.push(before);
  }
  return { refinement, tiers };
}

function nextTier(
  before: NestedTier | null,
  rho: number,
  square: bigint,
  coordinates: number,
): NestedTier {
  if (before !== null && before.rho === rho) return { ...before, increment: 0n };
  const least = leastVariance(square, rho);
  // One more than the least leaves rho / V for the slack; the best tier has none.
  const variance = before === null ? least : larger(least + 1n, before.variance + LEAST_INCREMENT);
  const increment = variance - (before?.variance ?? 0n);
  const step = before === null ? 0 : departure(Number(before.variance), Number(increment));
  const eta = (before?.eta ?? 0) + step * coordinates;
  const root = Math.sqrt(Number(square) / (2 * Number(variance)));
  const slack = 2 * Math.SQRT2 * eta * root + 2 * eta * eta;
  if (!(slack * 2 * Number(variance) <= rho)) {
    throw new PrivacyError(`budgets: expected a rho that holds a slack of ${slack}, got ${rho}`);
  }
  return { rho, variance, increment, eta, slack };
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

/** Least whole V with Delta^2 / 2V <= rho, without rounding. */
function leastVariance(square: bigint, rho: number): bigint {
  const [numerator, denominator] = fractionOf(rho);
  const below = 2n * numerator;
  return (square * denominator + below - 1n) / below;
}

/**
 * The theorem's ln((1 + a) / (1 - a)) for one more summand: how far, on the logarithmic scale, the sum of two discrete Gaussians can
 * be from one.
 * @param variance - V_(j-1), in steps squared, above 0; `increment` is v_j.
 */
export function departure(variance: number, increment: number): number {
  const s2 = 1 / (1 / variance + 1 / increment);
  const q = Math.exp(-2 * Math.PI ** 2 * s2);
  const a = (2 * q) / (1 - q);
  return Math.log1p(a) - Math.log1p(-a);
}

/** A positive double as the fraction that it is. */
function fractionOf(value: number): readonly [bigint, bigint] {
  let denominator = 1n;
  let scaled = value;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    denominator *= 2n;
  }
  return [BigInt(scaled), denominator];
}

const samplers = new WeakMap<Nesting, readonly (GaussianSampler | null)[]>();

/**
 * Draws the values of all tiers for one true value, in steps of the fine grid, in the order of the nesting's tiers. All of them
 * together cost the first tier's budget, however they are handed out later; so draw once, and remember.
 * @param steps - The true value in steps of the statistic's own grid.
 */
export function drawTiers(nesting: Nesting, steps: bigint, random: RandomSource): bigint[] {
  let known = samplers.get(nesting);
  if (known === undefined) {
    known = nesting.tiers.map(({ increment }) =>
      increment > 0n ? new GaussianSampler(increment, 1n) : null,
    );
    samplers.set(nesting, known);
  }
  let value = steps * nesting.refinement;
  return known.map((sampler) => {
    if (sampler !== null) value += sampler.next(random);
    return value;
  });
}
