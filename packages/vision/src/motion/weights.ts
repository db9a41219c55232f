/**
 * Weights of the logistic regression behind the evidence, for P and for B pictures.
 *
 * Fitted once by maximum likelihood (ridge 1e-4) to 2.9 million macroblocks of seven clips (the built-in sample among them) and
 * nine re-encodes of three of these: 240p to 720p, 12 to 30 frames per second, x264 from ultrafast to medium, Baseline to
 * High, in display and in decoding order. None of the labelled clips that the benchmark reports on is among them. The
 * label is what a viewer sees: four times the share of the macroblock's pixels whose luma differs by more than 15 from
 * the frame before, at most 1.
 */

/** Index of each feature in {@link WEIGHTS}. */
export const FEATURES = {
  /** log2(1 + 2 speed), speed in samples per frame. */
  motion: 0,
  /** 1 where the speed is at least half a sample per frame. */
  moves: 1,
  /** 1 where intra coded. */
  intra: 2,
  /** log2(1 + 16 r), r the mean size of the residual in sample values. */
  residual: 3,
  /** log2(1 + bits). */
  effort: 4,
  /** Sums of three of these over the eight neighbours. */
  motionAround: 5,
  residualAround: 6,
  effortAround: 7,
  /** Sums of motion and effort over the 3x3 macroblocks around (the middle twice), mean of recent frames. */
  recentMotion: 8,
  recentEffort: 9,
  /** Residual and effort that are usual at the place in pictures of this type. */
  usualResidual: 10,
  usualEffort: 11,
  /** Means over the picture: light and gain change everywhere at once. */
  meanResidual: 12,
  meanEffort: 13,
  /** Length of the sum of the 3x3 vectors around over the sum of their lengths, 0 to 1: noise disagrees. */
  agreement: 14,
  /** Always 1. */
  constant: 15,
} as const;

/** Per picture type (P, B) and feature. */
export const WEIGHTS: readonly [Float32Array, Float32Array] = [
  Float32Array.of(
    0.166,
    2.256,
    2.007,
    0.497,
    0.128,
    0.034,
    0.078,
    -0.022,
    0.064,
    -0.003,
    0.88,
    -0.577,
    1.191,
    -0.837,
    0.892,
    -5.707,
  ),
  Float32Array.of(
    0.323,
    1.314,
    1.359,
    0.195,
    0.324,
    0.015,
    -0.05,
    0.047,
    0.024,
    0.032,
    0.249,
    0.094,
    2.068,
    -1.69,
    0.955,
    -5.339,
  ),
];
