/** Counting: shares with their intervals, and which part of the data a case belongs to, for ever. */

import { createHash } from "node:crypto";

/** Hits among cases. */
export type Share = { hits: number; n: number };

/** A whole number made of a text: the same for the same text. */
export function hashOf(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE(0);
}

/** Whether a case is only ever counted: its failures are printed nowhere. */
export function isHeldOut(key: string): boolean {
  return hashOf(`held out ${key}`) % 2 === 0;
}

/** A share in percent; not a number of nothing. */
export function percent({ hits, n }: Share): number {
  return n === 0 ? Number.NaN : (100 * hits) / n;
}

/** A share with its Wilson 95 % interval, in words. */
export function interval({ hits, n }: Share): string {
  if (n === 0) return "none";
  const z = 1.96;
  const p = hits / n;
  const middle = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  const show = (value: number): string => (100 * value).toFixed(2);
  return `${hits} of ${n}, ${show(p)} % (95 %: ${show(Math.max(0, middle - half))} to ${show(middle + half)})`;
}
