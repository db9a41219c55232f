/** Shares and means with their uncertainty. */

import type { Rate } from "./types.ts";

const Z = 1.959963984540054;

/** A share with its Wilson 95 % interval. */
export function rateOf(count: number, n: number): Rate {
  if (n === 0) return { count, n, value: null, low: null, high: null };
  const p = count / n;
  const z2 = Z * Z;
  const centre = (p + z2 / (2 * n)) / (1 + z2 / n);
  const half = (Z * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n))) / (1 + z2 / n);
  return {
    ...{ count, n, value: p },
    low: count === 0 ? 0 : Math.max(0, centre - half),
    high: count === n ? 1 : Math.min(1, centre + half),
  };
}

/** Numbers from 0 (included) to 1 by a seed: a counter through a mixing function, the same everywhere. */
export function drawsOf(seed: string): () => number {
  let state = 0x811c9dc5;
  for (let at = 0; at < seed.length; at++) {
    state = Math.imul(state ^ seed.charCodeAt(at), 0x01000193);
  }
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

const RESAMPLES = 1000;

/** 95 % interval of a mean by the percentile bootstrap; null below two values. */
export function meanInterval(
  values: readonly number[],
  seed: string,
): readonly [low: number, high: number] | null {
  if (values.length < 2) return null;
  const draw = drawsOf(seed);
  const means = Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    for (let at = 0; at < values.length; at++) sum += values[Math.floor(draw() * values.length)];
    return sum / values.length;
  }).sort((a, b) => a - b);
  return [means[Math.floor(RESAMPLES * 0.025)], means[Math.floor(RESAMPLES * 0.975)]];
}
