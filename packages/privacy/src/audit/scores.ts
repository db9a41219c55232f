/** Ways to look at a release: each makes one number of what was seen, large where one input is the likelier. */

import { dot, solve } from "../linear.ts";

/** A look at one run. */
export type Score = {
  /** In a few words, as it is written into results. */
  readonly name: string;
  /** A number, not NaN; it may be infinite. */
  readonly of: (observation: readonly number[]) => number;
};

/** Coordinates that are looked at one by one, and up to which a covariance is estimated. */
const MOST_ALONE = 32;
const MOST_TOGETHER = 256;
/** Share of the mean variance that is added to every variance: keeps the solution finite where noise was reused. */
const RIDGE = 1e-9;

/**
 * Looks that fit any release, learned from runs on both inputs: every number by itself, how far it is from the middle, and for
 * several numbers the best linear combination (Fisher's discriminant), which finds reused and cancelling noise.
 */
export function ownScores(
  of0: readonly (readonly number[])[],
  of1: readonly (readonly number[])[],
): readonly Score[] {
  const dimension = of0[0].length;
  const mean0 = meanOf(of0);
  const mean1 = meanOf(of1);
  const middle = mean0.map((value, i) => (value + mean1[i]) / 2);
  const scores: Score[] = [];
  for (let i = 0; i < Math.min(dimension, MOST_ALONE); i++) {
    const name = dimension === 1 ? "value" : `number ${i + 1}`;
    scores.push({ name, of: (seen) => seen[i] });
    scores.push({ name: `${name}, from the middle`, of: (seen) => Math.abs(seen[i] - middle[i]) });
  }
  if (dimension > 1) {
    const difference = mean1.map((value, i) => value - mean0[i]);
    const weights =
      dimension <= MOST_TOGETHER
        ? solve(pooledCovariance(of0, mean0, of1, mean1), difference)
        : difference;
    scores.push({ name: "best combination", of: (seen) => dot(weights, seen) });
    scores.push({ name: "sum", of: (seen) => seen.reduce((sum, value) => sum + value, 0) });
  }
  return scores;
}

function meanOf(rows: readonly (readonly number[])[]): number[] {
  const mean = rows[0].map(() => 0);
  for (const row of rows) for (let i = 0; i < mean.length; i++) mean[i] += row[i];
  return mean.map((sum) => sum / rows.length);
}

function pooledCovariance(
  of0: readonly (readonly number[])[],
  mean0: readonly number[],
  of1: readonly (readonly number[])[],
  mean1: readonly number[],
): number[][] {
  const covariance = mean0.map(() => mean0.map(() => 0));
  for (const [rows, mean] of [
    [of0, mean0],
    [of1, mean1],
  ] as const) {
    for (const row of rows) {
      for (let i = 0; i < mean.length; i++) {
        const away = row[i] - mean[i];
        for (let j = 0; j <= i; j++) covariance[i][j] += away * (row[j] - mean[j]);
      }
    }
  }
  const count = of0.length + of1.length - 2;
  const trace = covariance.reduce((sum, row, i) => sum + row[i], 0) / count / mean0.length;
  const ridge = trace > 0 ? RIDGE * trace : 1;
  return covariance.map((row, i) =>
    row.map((_, j) => covariance[Math.max(i, j)][Math.min(i, j)] / count + (i === j ? ridge : 0)),
  );
}
