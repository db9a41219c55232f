/** Log-mel features of speech as Gemma 4's audio tower takes them: 16 kHz, 10 ms apart, 128 bins. */

import { halfSpectrum } from "./fft.ts";

/** Samples per second that the features are defined for. */
export const GEMMA4_AUDIO_RATE = 16000;
/** Samples beyond this (30 s) are left out. */
export const GEMMA4_AUDIO_MAX_SAMPLES = 480_000;
/** Numbers per frame. */
export const GEMMA4_MEL_BINS = 128;

const FRAME = 320;
const HOP = 160;
const FFT = 512;
const FLOOR = 1e-3;
const TOP_HZ = 8000;
/** Zeros in front, so that the first frame is centred on the first sample. */
const LEAD = FRAME / 2;

/** Features of a stretch of sound. */
export type MelFeatures = {
  /** Number of frames, 10 ms each. */
  readonly frames: number;
  /** Natural logarithms of magnitudes, frame after frame: [frames, 128]. */
  readonly values: Float32Array;
};

/** Frames of so many samples: those that lie within the sound entirely. */
export function melFrames(samples: number): number {
  // A frame is cut one sample longer than it is used.
  const count = Math.min(samples, GEMMA4_AUDIO_MAX_SAMPLES);
  return Math.max(0, Math.floor((count + LEAD - FRAME - 1) / HOP) + 1);
}

/** Audio tokens (40 ms each) that the tower makes of so many samples at 16 kHz. */
export function gemma4AudioTokens(samples: number): number {
  return Math.ceil(Math.ceil(melFrames(samples) / 2) / 2);
}

/**
 * Features of mono sound at 16 kHz, -1 to 1.
 * @throws {RangeError} when a sample is not a finite number.
 */
export function melFeatures(samples: Float32Array): MelFeatures {
  const wrong = samples.findIndex((sample) => !Number.isFinite(sample));
  if (wrong >= 0) throw new RangeError(`sample ${wrong}: expected a number, got ${samples[wrong]}`);
  const frames = melFrames(samples.length);
  const values = new Float32Array(frames * GEMMA4_MEL_BINS);
  const re = new Float64Array(FFT);
  const im = new Float64Array(FFT);
  for (let frame = 0; frame < frames; frame++) {
    const from = frame * HOP - LEAD;
    re.fill(0);
    im.fill(0);
    for (let i = 0; i < FRAME; i++) re[i] = (samples[from + i] ?? 0) * WINDOW[i];
    const magnitudes = halfSpectrum(re, im);
    const row = values.subarray(frame * GEMMA4_MEL_BINS, (frame + 1) * GEMMA4_MEL_BINS);
    for (let bin = 0; bin < GEMMA4_MEL_BINS; bin++) {
      const { first, weights } = FILTERS[bin];
      let sum = 0;
      for (let i = 0; i < weights.length; i++) sum += magnitudes[first + i] * weights[i];
      row[bin] = Math.log(sum + FLOOR);
    }
  }
  return { frames, values };
}

/** Periodic Hann window. */
const WINDOW: Float64Array = Float64Array.from({ length: FRAME }, (_, i) =>
  Math.fround(0.5 - 0.5 * Math.cos((2 * Math.PI * i) / FRAME)),
);

/** Triangles over the spectrum, evenly spaced on the mel scale (HTK), not normed; only where they are not 0. */
const FILTERS: readonly { readonly first: number; readonly weights: Float64Array }[] = filters();

function filters(): { first: number; weights: Float64Array }[] {
  const top = 2595 * Math.log10(1 + TOP_HZ / 700);
  const corners = Array.from({ length: GEMMA4_MEL_BINS + 2 }, (_, i) => {
    const mel = (top * i) / (GEMMA4_MEL_BINS + 1);
    return 700 * (10 ** (mel / 2595) - 1);
  });
  return Array.from({ length: GEMMA4_MEL_BINS }, (_, bin) => {
    const [low, middle, high] = corners.slice(bin, bin + 3);
    const weights: number[] = [];
    let first = 0;
    for (let i = 0; i <= FFT / 2; i++) {
      const hertz = (i * GEMMA4_AUDIO_RATE) / FFT;
      const weight = Math.min((hertz - low) / (middle - low), (high - hertz) / (high - middle));
      if (weight <= 0) continue;
      if (weights.length === 0) first = i;
      weights.push(weight);
    }
    return { first, weights: Float64Array.from(weights) };
  });
}
