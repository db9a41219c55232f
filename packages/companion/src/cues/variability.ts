/**
 * Heart-rate variability by the Task Force of the European Society of Cardiology and the North American Society of Pacing
 * and Electrophysiology: Standards of measurement, Circulation 1996;93:1043-1065.
 */

import { expected } from "@symbion/core";
import { type CleanBeats, cleanBeats } from "./beats.ts";
import { deviation, mean } from "./math.ts";
import { type BandPowers, lombPowers, type SpectrumOptions, welchPowers } from "./spectrum.ts";
import type { SignalQuality } from "./types.ts";

/** Measures of the time domain. */
export type TimeDomain = {
  /** Intervals that were used. */
  readonly count: number;
  /** Mean interval in milliseconds. */
  readonly meanMs: number;
  /** Beats per minute: 60,000 over the mean interval. */
  readonly heartRate: number;
  /** Mean of the instantaneous rates in beats per minute, which some tools call heart rate; never below `heartRate`. */
  readonly meanRate: number;
  /** Standard deviation of the intervals, n - 1, in milliseconds. */
  readonly sdnn: number;
  /** Root mean square of successive differences in milliseconds. */
  readonly rmssd: number;
  /** Standard deviation of successive differences, with their sign, n - 1, in milliseconds. */
  readonly sdsd: number;
  /** Successive differences above 50 ms either way. */
  readonly nn50: number;
  /** `nn50` in percent of the differences. */
  readonly pnn50: number;
};

/** Powers of the bands, each with its own least duration, or why one is missing. */
export type FrequencyDomain = BandPowers & {
  /** Low over high frequency; null where one of them is. A description of the spectrum, not of a balance of nerves. */
  readonly ratio: number | null;
  /** One sentence for people where a band is missing; empty where none is. */
  readonly why: string;
};

/** Variability of a recording, or why there is none. */
export type Variability = {
  /** Whether the beats carry it. */
  readonly quality: SignalQuality;
  /** Share of beats that were replaced, 0 to 1. */
  readonly corrected: number;
  /** Null where the quality is not usable. */
  readonly time: TimeDomain | null;
  /** By resampling and Welch's periodogram; null where the quality is not usable. */
  readonly welch: FrequencyDomain | null;
  /** By Lomb and Scargle from the beats themselves; null where the quality is not usable. */
  readonly lomb: FrequencyDomain | null;
};

/**
 * Time-domain measures of normal intervals in milliseconds, taken as they are; null below two of them.
 *
 * @param good 1 for each interval to use; differences are taken between neighbours that are both used. All where left
 *   out.
 */
export function timeDomain(
  intervals: ArrayLike<number>,
  good?: ArrayLike<number>,
): TimeDomain | null {
  if (good !== undefined && good.length !== intervals.length) {
    throw expected(`${intervals.length} marks`, good.length, "timeDomain: good");
  }
  const used: number[] = [];
  const differences: number[] = [];
  for (let i = 0; i < intervals.length; i++) {
    if (good !== undefined && good[i] === 0) continue;
    used.push(intervals[i]);
    if (i > 0 && (good === undefined || good[i - 1] !== 0)) {
      differences.push(intervals[i] - intervals[i - 1]);
    }
  }
  if (used.length < 2 || differences.length < 2) return null;
  let squares = 0;
  let nn50 = 0;
  for (const difference of differences) {
    squares += difference * difference;
    if (Math.abs(difference) > 50) nn50++;
  }
  const meanMs = mean(used);
  return {
    count: used.length,
    meanMs,
    heartRate: 60_000 / meanMs,
    meanRate: mean(used.map((interval) => 60_000 / interval)),
    sdnn: deviation(used),
    rmssd: Math.sqrt(squares / differences.length),
    sdsd: deviation(differences),
    nn50,
    pnn50: (100 * nn50) / differences.length,
  };
}

/** Frequency-domain measures of normal intervals in milliseconds by Welch's periodogram of a 4 Hz cubic spline. */
export function welchSpectrum(
  intervals: ArrayLike<number>,
  options: SpectrumOptions = {},
): FrequencyDomain {
  return withRatio(welchPowers(timesOf(intervals), intervals, options));
}

/** Frequency-domain measures of normal intervals in milliseconds by Lomb and Scargle, without resampling. */
export function lombSpectrum(
  intervals: ArrayLike<number>,
  options: SpectrumOptions = {},
): FrequencyDomain {
  return withRatio(lombPowers(timesOf(intervals), intervals, options));
}

/** Cleans raw beat intervals in milliseconds and computes everything that they carry. */
export function heartRateVariability(raw: ArrayLike<number>): Variability {
  const clean = cleanBeats(raw);
  const { quality, corrected } = clean;
  if (!quality.usable) return { quality, corrected, time: null, welch: null, lomb: null };
  const { times, intervals, good } = clean;
  return {
    quality,
    corrected,
    time: timeDomain(intervals, good),
    welch: withRatio(welchPowers(times, intervals, {})),
    lomb: withRatio(lombPowers(...onlyGood(clean), {})),
  };
}

function onlyGood(clean: CleanBeats): [Float64Array, Float64Array] {
  const keep = (_: number, i: number): boolean => clean.good[i] === 1;
  return [clean.times.filter(keep), clean.intervals.filter(keep)];
}

function timesOf(intervals: ArrayLike<number>): Float64Array {
  const times = new Float64Array(intervals.length);
  let elapsed = 0;
  for (let i = 0; i < intervals.length; i++) {
    elapsed += intervals[i] / 1000;
    times[i] = elapsed;
  }
  return times;
}

function withRatio(powers: BandPowers): FrequencyDomain {
  const { vlf, lf, hf } = powers;
  const ratio = lf !== null && hf !== null && hf > 0 ? lf / hf : null;
  const missing: string[] = [];
  if (hf === null) missing.push("high frequencies need one minute of beats");
  if (lf === null) missing.push("low frequencies need two minutes");
  if (vlf === null) missing.push("very low frequencies need five minutes");
  return { ...powers, ratio, why: missing.join("; ") };
}
