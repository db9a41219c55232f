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
  /** Sum of motion over the 3x3 macroblocks around (the middle twice), mean of recent frames. */
  recentMotion: 8,
  /** Residual and effort that are usual at the place in pictures of this type. */
  usualResidual: 9,
  usualEffort: 10,
  /** Means over the picture: light and gain change everywhere at once. */
  meanResidual: 11,
  meanEffort: 12,
  /** Length of the sum of the 3x3 vectors around over the sum of their lengths, 0 to 1: noise disagrees. */
  agreement: 13,
  /** Always 1. */
  constant: 14,
} as const;

/** Per picture type (P, B) and feature. */
export const WEIGHTS: readonly [Float32Array, Float32Array] = [
  Float32Array.of(
    0.17,
    2.25,
    2.018,
    0.498,
    0.126,
    0.035,
    0.078,
    -0.023,
    0.061,
    0.88,
    -0.586,
    1.189,
    -0.828,
    0.896,
    -5.716,
  ),
  Float32Array.of(
    0.297,
    1.313,
    1.194,
    0.192,
    0.343,
    0.005,
    -0.05,
    0.064,
    0.054,
    0.208,
    0.213,
    2.175,
    -1.721,
    0.988,
    -5.165,
  ),
];
