/**
 * Attacks that run against any {@link Defence}, each by two attackers: a naive one, who takes what it sees at face value, and an
 * informed one, who knows everything that is public: formulas, variances, how the noise of recipients hangs together. A defence
 * is as good as it is against the informed one.
 */

import { clopperPearson } from "../audit/binomial.ts";
import { normalQuantile } from "../audit/normal.ts";
import { PrivacyError } from "../errors.ts";
import { dot, solve, squaredDistance } from "../linear.ts";
import type { RandomSource } from "../random/source.ts";
import type { Defence } from "./defences.ts";

/** Who attacks. */
export type Attacker = "naive" | "informed";

/** How often something happened, with an interval that holds with the confidence asked for. */
export type Measured = {
  /** The estimate: a share from 0 to 1, or a mean, as the attack says. */
  readonly value: number;
  /** Lower end of the interval. */
  readonly least: number;
  /** Upper end of the interval. */
  readonly most: number;
};

/** What the attacks by trial take. */
export type AttackOptions = {
  /** What the attacker knows and does: see {@link Attacker}. */
  readonly attacker: Attacker;
  /** Tier index of each recipient that helps the attacker; twice: it asks twice. */
  readonly asks: readonly number[];
  /** Worlds tried, whole, at least 1. */
  readonly trials: number;
  /** Of the intervals; default 0.95. */
  readonly confidence?: number;
};

/** Result of {@link membershipAttack}. */
export type Membership = {
  /** True-positive rate minus false-positive rate. */
  readonly advantage: Measured;
  /** Chance to be right when both are equally likely: (1 + advantage) / 2. */
  readonly success: Measured;
};

/**
 * Was the canary in? The attacker knows both possible truths and decides by likelihood ratio: against Gaussian noise, by which of
 * the two lies nearer to its best estimate. `trials` worlds of each kind.
 */
export function membershipAttack(
  defence: Defence,
  without: readonly bigint[],
  withCanary: readonly bigint[],
  options: AttackOptions,
): Membership {
  const { trials, confidence = 0.95 } = checked(options);
  const truths = [without, withCanary];
  const estimate = estimator(defence, options);
  const candidates = truths.map((truth) => estimate.candidate(truth.map(Number)));
  const [falsePositives, truePositives] = truths.map((truth) => {
    let said = 0;
    for (let i = 0; i < trials; i++) {
      const seen = estimate.of(defence.answer(truth, options.asks));
      if (squaredDistance(seen, candidates[1]) < squaredDistance(seen, candidates[0])) said++;
    }
    return said;
  });
  // Each of the four bounds may be wrong with a quarter of what is allowed.
  const alpha = (1 - confidence) / 4;
  const [falseLeast, falseMost] = clopperPearson(falsePositives, trials, alpha);
  const [trueLeast, trueMost] = clopperPearson(truePositives, trials, alpha);
  const advantage = {
    value: (truePositives - falsePositives) / trials,
    least: trueLeast - falseMost,
    most: trueMost - falseLeast,
  };
  return {
    advantage,
    success: {
      value: (1 + advantage.value) / 2,
      least: (1 + advantage.least) / 2,
      most: (1 + advantage.most) / 2,
    },
  };
}

/**
 * How well can the truth be estimated? Mean squared error per number, in steps squared, of averaging (naive) or of the best linear
 * estimate (informed) over what the colluding recipients were told. The interval is by the central limit theorem.
 */
export function estimationAttack(
  defence: Defence,
  truth: readonly bigint[],
  options: AttackOptions,
): Measured {
  const { trials, confidence = 0.95 } = checked(options);
  const estimate = estimator(defence, options);
  const target = estimate.candidate(truth.map(Number));
  const errors = Array.from(
    { length: trials },
    () => squaredDistance(estimate.of(defence.answer(truth, options.asks)), target) / target.length,
  );
  return meanOf(errors, confidence);
}

/**
 * Whose record is it? Every person's numbers are released once; the attacker knows everybody's true numbers and names the person
 * nearest to what it sees. Chance alone is right once in `people.length`.
 */
export function linkageAttack(
  defence: Defence,
  people: readonly (readonly bigint[])[],
  options: Omit<AttackOptions, "trials">,
): Measured {
  const { confidence = 0.95 } = options;
  const estimate = estimator(defence, options);
  const candidates = people.map((person) => estimate.candidate(person.map(Number)));
  let right = 0;
  people.forEach((person, who) => {
    const seen = estimate.of(defence.answer(person, options.asks));
    if (nearest(seen, candidates) === who) right++;
  });
  return share(right, people.length, confidence);
}

/** What {@link reconstructionAttack} takes. */
export type ReconstructionOptions = AttackOptions & {
  /** Secret bits: whole, above 0. */
  readonly bits: number;
  /** Counts over random halves of the bits that are released: whole, above 0; as many as the defence has coordinates. */
  readonly counts: number;
  /** For the secrets and the public choice of halves. */
  readonly random: RandomSource;
};

/**
 * Which secret bits stand behind many counts? Least squares and rounding, after Dinur and Nissim (2003). The value is the share of
 * bits found, 0.5 by guessing; the interval is by the central limit theorem over `trials` secrets.
 */
export function reconstructionAttack(defence: Defence, options: ReconstructionOptions): Measured {
  const { bits, counts, random, trials, confidence = 0.95 } = options;
  checked({
    attacker: options.attacker,
    asks: options.asks,
    trials,
    ...(options.confidence === undefined ? {} : { confidence }),
  });
  const estimate = estimator(defence, options);
  const found = Array.from({ length: trials }, () => {
    const secret = Array.from({ length: bits }, () => random.uint32() & 1);
    const rows = Array.from({ length: counts }, () =>
      Array.from({ length: bits }, () => random.uint32() & 1),
    );
    const truth = rows.map((row) => BigInt(dot(row, secret)));
    const seen = estimate.of(defence.answer(truth, options.asks));
    // A naive attacker sees lifted numbers; it takes the first of them for the counts.
    const guess = leastSquares(rows, seen.slice(0, counts));
    return guess.filter((value, i) => value >= 0.5 === (secret[i] === 1)).length / bits;
  });
  return meanOf(found, confidence);
}

/** Least squares with a slight pull towards 1/2, which keeps it defined when there are fewer counts than bits. */
function leastSquares(rows: readonly (readonly number[])[], right: readonly number[]): number[] {
  const bits = rows[0].length;
  const centred = right.map((value, i) => value - rows[i].reduce((sum, x) => sum + x / 2, 0));
  const gram = Array.from({ length: bits }, (_, a) =>
    Array.from(
      { length: bits },
      (_, b) => rows.reduce((sum, row) => sum + row[a] * row[b], 0) + (a === b ? 1e-3 : 0),
    ),
  );
  const moments = Array.from({ length: bits }, (_, a) =>
    rows.reduce((sum, row, i) => sum + row[a] * centred[i], 0),
  );
  return solve(gram, moments).map((value) => value + 0.5);
}

/** How an attacker makes one list of numbers of several answers, and where a truth would lie among such lists. */
type Estimator = {
  readonly of: (answers: readonly (readonly number[])[]) => readonly number[];
  readonly candidate: (truth: readonly number[]) => readonly number[];
};

function estimator(
  defence: Defence,
  { attacker, asks }: Pick<AttackOptions, "attacker" | "asks">,
): Estimator {
  if (asks.length === 0) throw new PrivacyError("asks: expected at least one, got none");
  if (attacker === "naive") {
    const even = asks.map(() => 1 / asks.length);
    return { of: (answers) => combine(answers, even), candidate: defence.encode };
  }
  const weights = bestWeights(
    asks.map((_, i) => asks.map((_, j) => defence.covariance(asks, i, j))),
  );
  return {
    of: (answers) =>
      combine(
        answers.map((answer) => defence.decode(answer)),
        weights,
      ),
    candidate: (truth) => truth,
  };
}

function combine(
  answers: readonly (readonly number[])[],
  weights: readonly number[],
): readonly number[] {
  return answers[0].map((_, i) =>
    weights.reduce((sum, weight, k) => (weight === 0 ? sum : sum + weight * answers[k][i]), 0),
  );
}

/**
 * Weights, summing to 1, of the unbiased linear combination with the least variance for noise of this covariance. Answers that
 * repeat another one get no weight.
 */
export function bestWeights(covariance: readonly (readonly number[])[]): number[] {
  const kept: number[] = [];
  for (let i = 0; i < covariance.length; i++) {
    const repeats = kept.some(
      (k) => covariance[k][k] === covariance[i][i] && covariance[i][k] === covariance[i][i],
    );
    if (!repeats) kept.push(i);
  }
  const exact = kept.find((k) => covariance[k][k] === 0);
  const weights = covariance.map(() => 0);
  if (exact !== undefined) {
    weights[exact] = 1;
    return weights;
  }
  const solved = solve(
    kept.map((i) => kept.map((j) => covariance[i][j])),
    kept.map(() => 1),
  );
  const sum = solved.reduce((a, b) => a + b, 0);
  kept.forEach((i, k) => {
    weights[i] = solved[k] / sum;
  });
  return weights;
}

function nearest(seen: readonly number[], candidates: readonly (readonly number[])[]): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  candidates.forEach((candidate, i) => {
    const distance = squaredDistance(seen, candidate);
    if (distance < least) {
      least = distance;
      best = i;
    }
  });
  return best;
}

/** A share with its exact interval. */
export function share(hits: number, trials: number, confidence: number): Measured {
  const [least, most] = clopperPearson(hits, trials, (1 - confidence) / 2);
  return { value: hits / trials, least, most };
}

function meanOf(values: readonly number[], confidence: number): Measured {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const error = values.length > 1 ? Math.sqrt(square / (values.length - 1) / values.length) : 0;
  const half = -normalQuantile((1 - confidence) / 2) * error;
  return { value: mean, least: mean - half, most: mean + half };
}

function checked(options: AttackOptions): AttackOptions {
  const { trials, confidence = 0.95 } = options;
  if (!Number.isSafeInteger(trials) || trials < 1) {
    throw new PrivacyError(`trials: expected a whole number above 0, got ${trials}`);
  }
  if (!(confidence > 0.5 && confidence < 1)) {
    throw new PrivacyError(`confidence: expected a number between 0.5 and 1, got ${confidence}`);
  }
  return options;
}
