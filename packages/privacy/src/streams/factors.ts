/**
 * How the prefix sums of a stream are protected: strategies and their exact sensitivities.
 *
 * A strategy turns the slots x_0, x_1, ... into measured numbers M x with a matrix M of whole numbers, adds discrete Gaussian noise
 * to each, and computes every prefix sum from those noisy numbers alone. What one unit changes in M x, in L2, is computed here as a
 * whole number, for the very matrix that is used; so nothing is left to rounding.
 *
 * - `square-root`: M = G, lower-triangular Toeplitz, g_k = 2^20 c_k rounded, with c_0 = 1, c_k = c_(k-1) (2k - 1) / 2k: a square
 *   root of the matrix of prefix sums (Fichtenberger, Henzinger and Upadhyay 2022; Henzinger, Upadhyay and Upadhyay 2023).
 * - `tree`: M has a row per node of a binary tree over the slots (Dwork et al. 2010; Chan, Shi and Song 2011).
 * - `independent`: M is the identity.
 */

import { PrivacyError } from "../errors.ts";

/** Names of strategies. */
export const STRATEGIES = ["square-root", "tree", "independent"] as const;

/** One of {@link STRATEGIES}. */
export type Strategy = (typeof STRATEGIES)[number];

/** Longest stream, in slots: two years of minutes. */
export const LONGEST_HORIZON: number = 2 ** 20;

/** 1 of the rounded coefficients. */
export const UNIT: number = 2 ** 20;

/** g_0 to g_(T-1): whole, from 2^20 on never rising. */
export function coefficients(horizon: number): Float64Array {
  const rounded = new Float64Array(horizon);
  let c = 1;
  for (let k = 0; k < horizon; k++) {
    if (k > 0) c *= (2 * k - 1) / (2 * k);
    // Rounding is monotone and c falls: so do the rounded ones.
    rounded[k] = Math.round(c * UNIT);
  }
  return rounded;
}

/** Levels of the tree over `horizon` slots. */
export function levels(horizon: number): number {
  return Math.floor(Math.log2(horizon)) + 1;
}

/**
 * Square of the most that one unit changes M x, in L2, if it lies in up to `slotsPerUnit` slots and changes each by at most 1.
 *
 * `square-root`: all g are at least 0 and never rise. The product of columns a < b of G, the sum over k of g_k g_(k + b - a) while
 * k + b < T, falls as b grows at fixed b - a, and as b - a grows at fixed b. The norm of a sum of m columns, signs and sizes up to
 * 1, is thus largest for the first m columns with all signs alike.
 *
 * `tree`: on the level of nodes of 2^h slots the unit changes node i by at most n_i, with n_i at most 2^h and m, and all n_i
 * together at most m; so the sum of their squares is at most m min(m, 2^h).
 */
export function sensitivitySquared(
  strategy: Strategy,
  horizon: number,
  slotsPerUnit: number,
): bigint {
  const m = Math.min(slotsPerUnit, horizon);
  if (strategy === "independent") return BigInt(m);
  if (strategy === "tree") {
    let square = 0n;
    for (let h = 0; h < levels(horizon); h++) square += BigInt(m) * BigInt(Math.min(m, 2 ** h));
    return square;
  }
  const g = coefficients(horizon);
  let row = 0n;
  let square = 0n;
  for (let t = 0; t < horizon; t++) {
    row += BigInt(g[t]);
    if (t >= m) row -= BigInt(g[t - m]);
    square += row * row;
  }
  return square;
}

/** Error of prefix sums. */
export type StreamError = {
  /** Largest standard deviation over all slots. */
  readonly max: number;
  /** Root of the mean variance. */
  readonly rms: number;
};

/**
 * Error of a strategy in units of sensitivity / sqrt(2 rho): the standard deviation that a single number would have. One slot per
 * unit.
 *
 * @param horizon - Slots, whole, 1 to 2^20.
 * @throws {PrivacyError} For another horizon or an unknown strategy.
 */
export function streamError(strategy: Strategy, horizon: number): StreamError {
  checkStrategy(strategy);
  checkHorizon(horizon);
  const root = Math.sqrt(Number(sensitivitySquared(strategy, horizon, 1)));
  let max = 0;
  let mean = 0;
  const weights = strategy === "square-root" ? decoder(horizon) : null;
  let variance = 0;
  for (let t = 0; t < horizon; t++) {
    if (weights !== null) variance += (weights[t] / UNIT) ** 2;
    else variance = strategy === "tree" ? nodesOf(t).length : t + 1;
    max = Math.max(max, variance);
    mean += variance / horizon;
  }
  return { max: root * Math.sqrt(max), rms: root * Math.sqrt(mean) };
}

/**
 * b_0 to b_(T-1): prefix sums are the noisy numbers times these, over 2^20. The power series of b is that of the prefix sums over
 * that of g / 2^20, so the estimate has no bias. Takes T^2 / 2 steps.
 */
export function decoder(horizon: number): Float64Array {
  const g = coefficients(horizon);
  const b = new Float64Array(horizon);
  for (let t = 0; t < horizon; t++) b[t] = decoded(g, b, t);
  return b;
}

/** b_t from those before it. */
export function decoded(g: Float64Array, b: Float64Array, t: number): number {
  let rest = UNIT;
  for (let k = 1; k <= t; k++) rest -= g[k] * b[t - k];
  return rest / UNIT;
}

/** A node of the tree: slots `index` 2^level to (`index` + 1) 2^level - 1. */
export type TreeNode = {
  readonly level: number;
  readonly index: number;
};

/** Nodes that together are the slots 0 to t. */
export function nodesOf(t: number): TreeNode[] {
  const nodes: TreeNode[] = [];
  let covered = t + 1;
  for (let level = 0; covered > 0; level++) {
    const index = covered - 1;
    if (covered % 2 === 1) nodes.push({ level, index });
    covered = Math.floor(covered / 2);
  }
  return nodes;
}

/** Nodes that slot t completes, from the leaf up; at most `levels(horizon)`. */
export function completedBy(t: number): TreeNode[] {
  const nodes: TreeNode[] = [];
  let size = t + 1;
  for (let level = 0; ; level++) {
    nodes.push({ level, index: size - 1 });
    if (size % 2 === 1) return nodes;
    size /= 2;
  }
}

/** @throws {PrivacyError} For an unknown one. */
export function checkStrategy(strategy: string): void {
  if (!(STRATEGIES as readonly string[]).includes(strategy)) {
    throw new PrivacyError(
      `strategy: expected one of ${STRATEGIES.join(", ")}, got ${JSON.stringify(strategy)}`,
    );
  }
}

/** @throws {PrivacyError} Unless it is whole, 1 to 2^20. */
export function checkHorizon(horizon: number): void {
  if (!(Number.isInteger(horizon) && horizon >= 1 && horizon <= LONGEST_HORIZON)) {
    throw new PrivacyError(`horizon: expected a whole number from 1 to 2^20, got ${horizon}`);
  }
}
