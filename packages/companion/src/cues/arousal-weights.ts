/**
 * Weights of the arousal estimate. Written by `oracle/arousal-train.ts` from Stress-Predict, subjects S02 to S24 (Iqbal
 * et al., MIT licence: github.com/italha-d/Stress-Predict-Dataset); change that, not this.
 */

/** Logistic regression over features that are relative to the person's own past; the last weight is the intercept. */
export type ArousalWeights = {
  /** Windows after which one counts half in the baseline; infinity where all count alike. */
  readonly halfLife: number;
  /** Share of the newest window in the smoothed log-odds; 1 where nothing is smoothed. */
  readonly newest: number;
  /** For heart rate alone: level, spread, slope, intercept. */
  readonly heart: readonly number[];
  /** For skin alone: level, spread, slope, responses, their size, intercept. */
  readonly skin: readonly number[];
  /** For both: heart's, then skin's, intercept. */
  readonly both: readonly number[];
};

/** Fitted to all 23 subjects. */
export const AROUSAL_WEIGHTS: ArousalWeights = {
  halfLife: 20,
  newest: 1,
  heart: [0.5167, 0.046, 0.0338, 0.0019],
  skin: [1.3113, -0.2147, 0.2966, 0.2471, 0.0146, -0.3972],
  both: [0.422, 0.0357, 0.053, 1.2789, -0.2114, 0.2912, 0.2116, 0.0135, -0.3878],
};
