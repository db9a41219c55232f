/** Figures that forecasts of remaining life are judged by. */

/** Truth against forecasts, both in the life unit. */
export type RulErrors = {
  /** Root mean square error. */
  readonly rmse: number;
  /** Sum over machines of exp(-d/13) - 1 for early and exp(d/10) - 1 for late forecasts (Saxena et al., PHM 2008). */
  readonly score: number;
};

/**
 * Errors of forecasts. Truths above `cap` count as `cap`: the two conventions of the literature are a cap of 125 and none,
 * and they must not be mixed.
 */
export function rulErrors(
  forecasts: ArrayLike<number>,
  truths: ArrayLike<number>,
  cap: number = Number.POSITIVE_INFINITY,
): RulErrors {
  let squares = 0;
  let score = 0;
  for (let i = 0; i < truths.length; i++) {
    const d = (forecasts[i] as number) - Math.min(cap, truths[i] as number);
    squares += d * d;
    score += d < 0 ? Math.exp(-d / 13) - 1 : Math.exp(d / 10) - 1;
  }
  return { rmse: Math.sqrt(squares / truths.length), score };
}
