/** Beat intervals made fit for variability: artefacts and ectopic beats found, replaced and counted. */

import { median } from "./math.ts";
import type { SignalQuality } from "./types.ts";

/** A run of beat intervals after cleaning. */
export type CleanBeats = {
  /** Intervals in milliseconds; bad ones replaced by a line between their good neighbours. */
  readonly intervals: Float64Array;
  /** Seconds from the start of the run to the beat that ends each interval, by the raw intervals. */
  readonly times: Float64Array;
  /** 1 where the interval is as it came, 0 where it was replaced. */
  readonly good: Uint8Array;
  /** Share of intervals that were replaced, 0 to 1. */
  readonly corrected: number;
  /** Whether variability may be computed at all. */
  readonly quality: SignalQuality;
};

/** Shortest and longest interval of a heart, in milliseconds: 200 and 30 beats per minute. */
const SHORTEST = 300;
const LONGEST = 2000;
/** Largest distance from the median of the neighbourhood, as a share of it. */
const FURTHEST = 0.2;
/** Intervals on either side whose median a beat is compared with. */
const AROUND = 5;
/** Largest share of replaced beats with which variability still means something. */
const MOST_CORRECTED = 0.05;
/** Fewest intervals. */
const FEWEST = 30;

/**
 * Cleans raw beat intervals by one rule: an interval is bad when it is outside 300 to 2000 ms, no number, or more than
 * 20 % away from the median of itself and the five intervals on either side (premature beats, their pauses, missed and
 * doubled beats are). Bad ones are replaced by linear interpolation for the spectrum, and left out of all differences
 * between neighbours. Strong breathing in young people comes near the rule's limit, which the share tells.
 *
 * @param raw Milliseconds.
 */
export function cleanBeats(raw: ArrayLike<number>): CleanBeats {
  const n = raw.length;
  const good = new Uint8Array(n);
  const intervals = new Float64Array(n);
  const times = new Float64Array(n);
  let elapsed = 0;
  for (let i = 0; i < n; i++) {
    const value = raw[i];
    // A gap's length is real time as far as it is a number; it is capped so that one byte cannot make a year of it.
    if (value > 0) elapsed += Math.min(value, 60_000);
    times[i] = elapsed / 1000;
    if (!(value >= SHORTEST && value <= LONGEST)) continue;
    const near: number[] = [];
    for (let k = Math.max(0, i - AROUND); k <= Math.min(n - 1, i + AROUND); k++) {
      if (raw[k] >= SHORTEST && raw[k] <= LONGEST) near.push(raw[k]);
    }
    const usual = median(near);
    if (Math.abs(value - usual) <= FURTHEST * usual) good[i] = 1;
  }
  let count = 0;
  for (let i = 0; i < n; i++) count += good[i];
  let before = -1;
  for (let i = 0; i < n; i++) {
    if (good[i] === 1) {
      intervals[i] = raw[i];
      before = i;
      continue;
    }
    let after = i;
    while (after < n && good[after] === 0) after++;
    for (let k = i; k < after; k++) intervals[k] = between(raw, before, after, k, n);
    i = after - 1;
  }
  const corrected = n === 0 ? 0 : 1 - count / n;
  return { intervals, times, good, corrected, quality: judge(n, corrected) };
}

function between(
  raw: ArrayLike<number>,
  before: number,
  after: number,
  at: number,
  n: number,
): number {
  if (before < 0 && after >= n) return Number.NaN;
  if (before < 0) return raw[after];
  if (after >= n) return raw[before];
  return raw[before] + ((raw[after] - raw[before]) * (at - before)) / (after - before);
}

function judge(n: number, corrected: number): SignalQuality {
  if (n < FEWEST) return { usable: false, score: 0, why: `fewer than ${FEWEST} beats` };
  const score = Math.max(0, 1 - corrected / (2 * MOST_CORRECTED));
  if (corrected > MOST_CORRECTED) {
    const percent = Math.round(corrected * 100);
    return { usable: false, score, why: `${percent} % of the beats are artefacts or irregular` };
  }
  return { usable: true, score, why: "" };
}
