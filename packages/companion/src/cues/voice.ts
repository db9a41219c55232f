/** How a voice sounds: pitch, energy, pace, pauses. Numbers per frame are kept for half a minute, sound is not kept. */

import { expected } from "@symbion/core";
import { PitchDetector } from "pitchy";
import { type CycleSums, cycleSums } from "./cycles.ts";
import { mean, median, quantile } from "./math.ts";
import type { SignalQuality } from "./types.ts";

/** What half a minute of voice sounds like. Measures are null where the quality does not carry them. */
export type Prosody = {
  /** Whether there is enough clear voice. */
  readonly quality: SignalQuality;
  /** Median fundamental frequency in hertz. */
  readonly pitch: number | null;
  /** Tenth to ninetieth percentile of the fundamental, in semitones. */
  readonly pitchRange: number | null;
  /** Mean level of speech in decibels below full scale; depends on microphone and distance. */
  readonly level: number | null;
  /** Loud bursts of voice per second of speech, near the number of syllables. */
  readonly pace: number | null;
  /** Pauses of a quarter of a second and more, between speech. */
  readonly pauses: number | null;
  /** Share of the time from first to last speech that is pause, 0 to 1. */
  readonly pauseShare: number | null;
  /** Mean change from one period to the next, as a share of the mean period. */
  readonly jitter: number | null;
  /** Mean change of the peak from one period to the next, as a share of the mean peak. */
  readonly shimmer: number | null;
};

type Frame = CycleSums & {
  /** Decibels of full scale. */
  readonly level: number;
  /** Hertz, or 0 without voice. */
  readonly pitch: number;
  readonly clipped: boolean;
};

/** Seconds of a frame: two periods of the lowest voice, and some. */
const FRAME_SECONDS = 0.04;
const HOP_SECONDS = 0.01;
/** Seconds that are looked back on. */
const KEPT_SECONDS = 30;
/** Range of human voices in hertz. */
const LOWEST = 60;
const HIGHEST = 500;
/** McLeod's clarity from which a frame counts as voice. */
const CLEAR = 0.9;
/** Decibels below the loudest speech where speech ends. */
const SPEECH_DEPTH = 25;
/** Decibels of full scale below which nothing counts. */
const SILENCE = -60;
const SHORTEST_PAUSE_SECONDS = 0.25;
/** Decibels that the level has to fall between two bursts. */
const DIP = 2;
/** Least seconds of voice. */
const LEAST_VOICE_SECONDS = 1;

/**
 * Measures one speaker. PCM goes in, in pieces of any length; only the last unfinished 40 ms of it are held, and
 * overwritten. Levels, pace and pauses need no words, and none are recognised.
 */
export class VoiceMeter {
  readonly #sampleRate: number;
  readonly #detector: PitchDetector<Float32Array>;
  readonly #pending: Float32Array;
  readonly #hop: number;
  #filled = 0;
  #frames: Frame[] = [];

  /** @param sampleRate Samples per second, 8,000 to 192,000. */
  constructor(sampleRate: number) {
    if (!(sampleRate >= 8000 && sampleRate <= 192_000)) {
      throw expected("8000 to 192000 samples per second", sampleRate, "VoiceMeter");
    }
    this.#sampleRate = sampleRate;
    const size = Math.round(FRAME_SECONDS * sampleRate);
    this.#hop = Math.round(HOP_SECONDS * sampleRate);
    this.#pending = new Float32Array(size);
    this.#detector = PitchDetector.forFloat32Array(size);
  }

  /** Takes PCM of -1 to 1; what is no number counts as silence. The array is read and not kept. */
  push(pcm: ArrayLike<number>): void {
    for (let i = 0; i < pcm.length; i++) {
      const value = pcm[i];
      this.#pending[this.#filled++] = Number.isFinite(value) ? Math.min(1, Math.max(-1, value)) : 0;
      if (this.#filled < this.#pending.length) continue;
      this.#frames.push(this.#measure(this.#pending));
      this.#pending.copyWithin(0, this.#hop);
      this.#filled -= this.#hop;
    }
    const most = Math.round(KEPT_SECONDS / HOP_SECONDS);
    if (this.#frames.length > most) this.#frames.splice(0, this.#frames.length - most);
  }

  /** What the last half minute sounds like. */
  prosody(): Prosody {
    return prosodyOf(this.#frames);
  }

  /** Forgets everything, sound and numbers. */
  reset(): void {
    this.#pending.fill(0);
    this.#filled = 0;
    this.#frames = [];
  }

  #measure(frame: Float32Array): Frame {
    let energy = 0;
    let full = 0;
    for (const value of frame) {
      energy += value * value;
      if (Math.abs(value) > 0.99) full++;
    }
    const level = 10 * Math.log10(energy / frame.length + 1e-12);
    const none = { periods: 0, periodSum: 0, periodChange: 0, peakSum: 0, peakChange: 0 };
    const clipped = full > 3;
    if (level < SILENCE) return { level, pitch: 0, clipped, ...none };
    const [pitch, clarity] = this.#detector.findPitch(frame, this.#sampleRate);
    if (clarity < CLEAR || pitch < LOWEST || pitch > HIGHEST) {
      return { level, pitch: 0, clipped, ...none };
    }
    return { level, pitch, clipped, ...cycleSums(frame, this.#sampleRate / pitch) };
  }
}

function prosodyOf(frames: readonly Frame[]): Prosody {
  const levels = frames.map((frame) => frame.level);
  const threshold = Math.max(SILENCE, quantile(levels, 0.95) - SPEECH_DEPTH);
  const voiced = frames.filter((frame) => frame.pitch > 0 && frame.level >= threshold);
  const speech = frames.filter((frame) => frame.level >= threshold);
  const quality = judge(frames, speech, voiced);
  if (!quality.usable) return { quality, ...NOTHING };
  const pitches = voiced.map((frame) => frame.pitch);
  const runs = pausesOf(frames, threshold);
  const total = (pick: (frame: Frame) => number): number =>
    voiced.reduce((sum, frame) => sum + pick(frame), 0);
  const periods = total((frame) => frame.periods);
  const meanPeriod = total((frame) => frame.periodSum) / periods;
  const meanPeak = total((frame) => frame.peakSum) / periods;
  // A run of periods has one change fewer than periods; frames differ, so changes are counted by frame.
  const changes = voiced.reduce((sum, frame) => sum + Math.max(0, frame.periods - 1), 0);
  return {
    quality,
    pitch: median(pitches),
    pitchRange: 12 * Math.log2(quantile(pitches, 0.9) / quantile(pitches, 0.1)),
    level: mean(speech.map((frame) => frame.level)),
    pace: burstsOf(frames, threshold) / (speech.length * HOP_SECONDS),
    pauses: runs.count,
    pauseShare: runs.share,
    jitter: changes === 0 ? null : total((frame) => frame.periodChange) / changes / meanPeriod,
    shimmer: changes === 0 ? null : total((frame) => frame.peakChange) / changes / meanPeak,
  };
}

const NOTHING = {
  pitch: null,
  pitchRange: null,
  level: null,
  pace: null,
  pauses: null,
  pauseShare: null,
  jitter: null,
  shimmer: null,
} as const;

function judge(
  frames: readonly Frame[],
  speech: readonly Frame[],
  voiced: readonly Frame[],
): SignalQuality {
  const clipped = frames.filter((frame) => frame.clipped).length / Math.max(1, speech.length);
  if (voiced.length * HOP_SECONDS < LEAST_VOICE_SECONDS) {
    return { usable: false, score: 0, why: "less than a second of clear voice" };
  }
  if (clipped > 0.1) return { usable: false, score: 0.2, why: "the microphone is overdriven" };
  const share = voiced.length / speech.length;
  if (share < 0.2) return { usable: false, score: share, why: "the voice is covered by noise" };
  return { usable: true, score: Math.min(1, share * 1.5), why: "" };
}

function pausesOf(
  frames: readonly Frame[],
  threshold: number,
): { readonly count: number; readonly share: number } {
  const least = Math.round(SHORTEST_PAUSE_SECONDS / HOP_SECONDS);
  const first = frames.findIndex((frame) => frame.level >= threshold);
  const last = frames.findLastIndex((frame) => frame.level >= threshold);
  let count = 0;
  let paused = 0;
  let run = 0;
  for (let i = first; i <= last; i++) {
    if (frames[i].level < threshold) run++;
    else {
      if (run >= least) {
        count++;
        paused += run;
      }
      run = 0;
    }
  }
  return { count, share: last > first ? paused / (last - first + 1) : 0 };
}

/** Peaks of the level in voice, each set off from the one before by a dip (after de Jong and Wempe, 2009). */
function burstsOf(frames: readonly Frame[], threshold: number): number {
  let bursts = 0;
  let peak = Number.NEGATIVE_INFINITY;
  let valley = Number.POSITIVE_INFINITY;
  let voiced = false;
  for (let i = 0; i < frames.length; i++) {
    const near = frames.slice(Math.max(0, i - 2), i + 3).map((frame) => frame.level);
    const level = Math.max(threshold - DIP, mean(near));
    if (level > peak && level > valley + DIP) {
      peak = level;
      voiced ||= frames[i].pitch > 0;
    } else if (peak > Number.NEGATIVE_INFINITY && level < peak - DIP) {
      if (voiced) bursts++;
      peak = Number.NEGATIVE_INFINITY;
      valley = level;
      voiced = false;
    }
    if (peak === Number.NEGATIVE_INFINITY) valley = Math.min(valley, level);
    else voiced ||= frames[i].pitch > 0;
  }
  return voiced && peak > Number.NEGATIVE_INFINITY ? bursts + 1 : bursts;
}
