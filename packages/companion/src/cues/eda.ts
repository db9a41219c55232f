/** Electrodermal activity: level, quick responses, and how far the signal can be trusted. */

import { expected } from "@symbion/core";
import { median, smooth } from "./math.ts";
import type { SignalQuality } from "./types.ts";

/** A skin conductance response. */
export type SkinResponse = {
  /** Seconds from the first sample to the foot of the rise. */
  readonly onset: number;
  /** Seconds from the first sample to the peak. */
  readonly peak: number;
  /** Rise from foot to peak in microsiemens. */
  readonly amplitude: number;
};

/** What a stretch of skin conductance says. */
export type Electrodermal = {
  /** Whether it may be used at all. */
  readonly quality: SignalQuality;
  /** Slow part in microsiemens, one value per sample. */
  readonly tonic: Float64Array;
  /** What is left of the smoothed signal over the slow part, in microsiemens; negative where the signal dips. */
  readonly phasic: Float64Array;
  /** Median of the slow part in microsiemens; NaN without samples. */
  readonly level: number;
  /** Responses in order. */
  readonly responses: readonly SkinResponse[];
  /** Responses per minute. */
  readonly perMinute: number;
  /** Mean amplitude in microsiemens; 0 without responses. */
  readonly amplitude: number;
};

/** How responses are found. */
export type ElectrodermalOptions = {
  /** Smallest rise that counts, in microsiemens; 0.02 where left out (wrist electrodes respond weakly). */
  readonly smallest?: number;
};

/** Conductance of skin with electrodes on it, in microsiemens; outside there is no contact, or a short circuit. */
const LOWEST = 0.05;
const HIGHEST = 60;
/** Skin does not change faster, in microsiemens per second: movement does. */
const STEEPEST = 10;
/** Seconds around a bad sample that are not trusted either. */
const SHADOW = 5;
/** Share of good samples from which a stretch is usable. */
const ENOUGH = 0.75;
/** Seconds of the window whose median is the slow part: longer than two responses, shorter than a drift. */
const TONIC_SECONDS = 8;
/** Slope from which a rise is a response and not a drift of the level, in microsiemens per second. */
const STEEP_ENOUGH = 0.01;
/** Seconds that a response may rise. */
const LONGEST_RISE = 5;
const SHORTEST_RISE = 0.25;

/**
 * Splits skin conductance into a slow and a quick part and finds the responses, from foot to peak of the signal
 * smoothed over one second: where it rises by 0.01 microsiemens per second and more. A rise that follows another after a
 * halt is a response of its own, whether or not the signal has fallen in between.
 *
 * @param samples Microsiemens; values that are no numbers count as bad.
 * @param rate Samples per second, 1 to 1000.
 */
export function electrodermal(
  samples: ArrayLike<number>,
  rate: number,
  options: ElectrodermalOptions = {},
): Electrodermal {
  if (!(rate >= 1 && rate <= 1000)) {
    throw expected("1 to 1000 samples per second", rate, "electrodermal: rate");
  }
  const smallest = options.smallest ?? 0.02;
  const n = samples.length;
  const good = goodSamples(samples, rate);
  let goodCount = 0;
  for (let i = 0; i < n; i++) goodCount += good[i];
  // Bad stretches are bridged by the last good value, so that they make no response of their own.
  const bridged = new Float64Array(n);
  let last = Number.NaN;
  for (let i = 0; i < n && Number.isNaN(last); i++) if (good[i] === 1) last = samples[i];
  for (let i = 0; i < n; i++) {
    if (good[i] === 1) last = samples[i];
    bridged[i] = Number.isNaN(last) ? 0 : last;
  }
  const smoothed = smooth(bridged, Math.max(1, Math.round(rate)));
  const tonic = smooth(
    movingMedian(smoothed, Math.max(1, Math.round(TONIC_SECONDS * rate))),
    Math.max(1, Math.round(2 * rate)),
  );
  const phasic = smoothed.map((value, i) => value - tonic[i]);
  const responses = findResponses(smoothed, good, rate, smallest);
  let sum = 0;
  for (const response of responses) sum += response.amplitude;
  return {
    quality: judge(n, goodCount, rate),
    tonic,
    phasic,
    level: median(tonic),
    responses,
    perMinute: goodCount === 0 ? 0 : (responses.length * 60 * rate) / goodCount,
    amplitude: responses.length === 0 ? 0 : sum / responses.length,
  };
}

function goodSamples(samples: ArrayLike<number>, rate: number): Uint8Array {
  const n = samples.length;
  const good = new Uint8Array(n).fill(1);
  const shadow = Math.round(SHADOW * rate);
  let clear = 0;
  for (let i = 0; i < n; i++) {
    const value = samples[i];
    const step = i === 0 ? 0 : Math.abs(value - samples[i - 1]) * rate;
    if (!(value >= LOWEST && value <= HIGHEST) || step > STEEPEST) {
      for (let k = Math.max(clear, i - shadow); k < Math.min(n, i + shadow + 1); k++) good[k] = 0;
      clear = Math.min(n, i + shadow + 1);
    }
  }
  return good;
}

function judge(n: number, good: number, rate: number): SignalQuality {
  const score = n === 0 ? 0 : good / n;
  if (n < 10 * rate) {
    return { usable: false, score: 0, why: "less than ten seconds of skin conductance" };
  }
  if (score < ENOUGH) {
    return {
      usable: false,
      score,
      why: "the electrodes have no steady contact, or the arm moves too much",
    };
  }
  return { usable: true, score, why: "" };
}

/** Median of the `width` values around each, by a sorted window that slides. */
function movingMedian(values: Float64Array, width: number): Float64Array {
  const n = values.length;
  const out = new Float64Array(n);
  const before = Math.floor((width - 1) / 2);
  const after = width - 1 - before;
  const window: number[] = [];
  let from = 0;
  let to = 0;
  for (let i = 0; i < n; i++) {
    for (; to < Math.min(n, i + after + 1); to++)
      window.splice(place(window, values[to]), 0, values[to]);
    for (; from < i - before; from++) window.splice(place(window, values[from]), 1);
    const middle = window.length >> 1;
    out[i] = window.length % 2 === 1 ? window[middle] : (window[middle - 1] + window[middle]) / 2;
  }
  return out;
}

/** Where a value is, or belongs, in a sorted list. */
function place(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function findResponses(
  signal: Float64Array,
  good: Uint8Array,
  rate: number,
  smallest: number,
): SkinResponse[] {
  const responses: SkinResponse[] = [];
  const n = signal.length;
  for (let i = 1; i < n; i++) {
    if ((signal[i] - signal[i - 1]) * rate < STEEP_ENOUGH) continue;
    const foot = i - 1;
    while (i + 1 < n && (signal[i + 1] - signal[i]) * rate >= STEEP_ENOUGH) i++;
    // A rise that the stretch cuts off may go on: it is counted where its peak is seen.
    if (i + 1 >= n) break;
    const amplitude = signal[i] - signal[foot];
    const rise = (i - foot) / rate;
    if (amplitude < smallest || rise < SHORTEST_RISE || rise > LONGEST_RISE) continue;
    if (good[foot] === 0 || good[i] === 0) continue;
    responses.push({ onset: foot / rate, peak: i / rate, amplitude });
  }
  return responses;
}
