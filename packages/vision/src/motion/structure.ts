/**
 * What a picture looks like, as far as its intra macroblocks tell: the detail of each, and how two such maps compare.
 *
 * Detail is the size of the transform coefficients in sample values, not in levels: it says the same at every
 * quantiser, so a rate control that fills its budget at any price hides nothing. Intra macroblocks in P pictures count
 * as those in I pictures do; a camera with a keyframe every ten seconds is known from both.
 */

import { type FrameSignal, MbKind } from "@symbion/codec";

/** Detail per macroblock, and when it was last seen. */
export type StructureMap = {
  /** log2(1 + mean size of a coefficient, times 1024): 0 for a flat macroblock, 3 to 5 for texture. */
  readonly detail: Float32Array;
  /** Stream time in seconds at which the macroblock was last intra coded; -Infinity: never. */
  readonly seen: Float64Array;
};

/** How a map compares with the one that is held to be the scene. */
export type Comparison = {
  /** Share of the macroblocks that could be compared, 0 to 1. */
  readonly share: number;
  /** Correlation of the details, -1 to 1. */
  readonly correlation: number;
  /** Part of the scene's contrast between macroblocks that is still there: 1 all of it, 0 none. */
  readonly slope: number;
  /** Mean and spread of the details over those of the scene. */
  readonly mean: number;
  readonly spread: number;
  /** Share of the picture's parts (of those that have any structure) that look as they did, 0 to 1. */
  readonly kept: number;
};

/** Quantiser step per QP from -12 (index 0), in sample values, over 256 samples, times 4. */
const WEIGHTS: Float32Array = Float32Array.from(
  { length: 76 },
  (_, index) => 2 ** ((index - 12 - 4) / 6) / 64,
);

const COLUMNS = 4;
const ROWS = 3;
/** A part of the picture whose details spread less has no structure to lose. */
const FLAT = 0.25;

/** A map without content. */
export function emptyStructure(macroblocks: number): StructureMap {
  return {
    detail: new Float32Array(macroblocks),
    seen: new Float64Array(macroblocks).fill(Number.NEGATIVE_INFINITY),
  };
}

/** Writes the details of a picture's intra macroblocks into a map. */
export function readStructure(frame: FrameSignal, into: StructureMap): void {
  const { kind, residual, qp, timestamp } = frame;
  for (let mb = 0; mb < kind.length; mb++) {
    if (kind[mb] < MbKind.Intra4x4 || kind[mb] > MbKind.IntraPcm) continue;
    into.detail[mb] = Math.log2(1 + residual[mb] * WEIGHTS[qp[mb] + 12]);
    into.seen[mb] = timestamp;
  }
}

/** Sums of one part of the picture: count, and of a, b, aa, bb, ab. */
const SUMS = 6;
const sums = new Float64Array(COLUMNS * ROWS * SUMS);

/**
 * Compares the macroblocks of a map that were seen since `since` with the scene's. `ignored` macroblocks (1) are left
 * out.
 */
export function compareStructure(
  map: StructureMap,
  scene: Float32Array,
  since: number,
  mbWidth: number,
  ignored: Uint8Array | null,
): Comparison {
  sums.fill(0);
  const mbHeight = scene.length / mbWidth;
  for (let row = 0, mb = 0; row < mbHeight; row++) {
    const band = Math.floor((row * ROWS) / mbHeight) * COLUMNS;
    for (let column = 0; column < mbWidth; column++, mb++) {
      if (map.seen[mb] < since || (ignored !== null && ignored[mb] === 1)) continue;
      const at = (band + Math.floor((column * COLUMNS) / mbWidth)) * SUMS;
      const a = scene[mb];
      const b = map.detail[mb];
      sums[at]++;
      sums[at + 1] += a;
      sums[at + 2] += b;
      sums[at + 3] += a * a;
      sums[at + 4] += b * b;
      sums[at + 5] += a * b;
    }
  }
  let structured = 0;
  let kept = 0;
  const total = new Float64Array(SUMS);
  for (let part = 0; part < sums.length; part += SUMS) {
    for (let at = 0; at < SUMS; at++) total[at] += sums[part + at];
    const one = moments(sums, part);
    if (sums[part] < 6 || one.a < FLAT) continue;
    structured += sums[part];
    if (one.correlation > 0.7 && one.slope > 0.5) kept += sums[part];
  }
  const { a, b, correlation, slope } = moments(total, 0);
  return {
    share: total[0] / scene.length,
    correlation,
    slope,
    mean: total[1] === 0 ? 1 : total[2] / total[1],
    spread: a === 0 ? 1 : b / a,
    kept: structured === 0 ? 0 : kept / structured,
  };
}

function moments(
  from: Float64Array,
  at: number,
): { a: number; b: number; correlation: number; slope: number } {
  const n = Math.max(1, from[at]);
  const a = Math.sqrt(Math.max(0, from[at + 3] / n - (from[at + 1] / n) ** 2));
  const b = Math.sqrt(Math.max(0, from[at + 4] / n - (from[at + 2] / n) ** 2));
  const ab = from[at + 5] / n - (from[at + 1] * from[at + 2]) / (n * n);
  return {
    a,
    b,
    correlation: a * b < 1e-9 ? 0 : ab / (a * b),
    slope: a < 1e-9 ? 0 : ab / (a * a),
  };
}
