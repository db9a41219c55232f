/**
 * Pulse rate from the colour of skin in video: POS (Wang, den Brinker, Stuijk, de Haan, IEEE TBME 2017;64:1479) and CHROM
 * (de Haan, Jeanne, IEEE TBME 2013;60:2878), from mean red, green and blue of a region over time. A rate and nothing
 * finer: the wave's small features do not survive a camera, so no variability is offered.
 */

import { expected } from "@symbion/core";
import { detrend, deviation, fft, interpolate, mean, median } from "./math.ts";
import type { SignalQuality } from "./types.ts";

/** Mean colour of a region of skin in a frame. */
export type ColourSample = {
  /** Seconds, on any line that runs forward. */
  readonly at: number;
  /** Mean red, 0 to 255. */
  readonly red: number;
  /** Mean green, 0 to 255. */
  readonly green: number;
  /** Mean blue, 0 to 255. */
  readonly blue: number;
};

/** How colour becomes a pulse wave. */
export type PulseMethod = "pos" | "chrom";

/** A pulse rate with what it rests on. */
export type VideoPulse = {
  /** Beats per minute; null where the quality does not carry one. */
  readonly heartRate: number | null;
  /** Ratio of the power at the rate and its first harmonic to the rest of the band, in decibels; -Infinity without any. */
  readonly snrDecibels: number;
  /** Whether the rate may be shown, and why not. */
  readonly quality: SignalQuality;
};

/** How a pulse is looked for. */
export type VideoPulseOptions = {
  /** `pos` where left out. */
  readonly method?: PulseMethod;
};

/** Band of human pulse rates in hertz: 42 to 210 beats per minute. */
const LOWEST = 0.7;
const HIGHEST = 3.5;
/** Rate at which the wave is made, in hertz. */
const RATE = 30;
/** Shortest trace in seconds: shorter ones cannot tell neighbouring rates apart. */
const SHORTEST_SECONDS = 10;
/** Longest trace in seconds: a pulse does not hold its rate for longer. */
const LONGEST_SECONDS = 60;
/** Fewest frames per second that a trace needs; twice the highest rate and some. */
const FEWEST_PER_SECOND = 8;
/** Longest gap between frames in seconds. */
const LONGEST_GAP = 1;
/** Window of the projection in seconds: a bit more than one beat, as in both papers. */
const WINDOW_SECONDS = 1.6;
/** Half-width around the rate and its harmonic that counts as signal, in hertz. */
const AROUND = 0.1;
/** Length of the transform: lines 0.22 beats per minute apart. */
const TRANSFORM = 8192;
/** Signal-to-noise ratio from which a rate is shown, in decibels. */
const LEAST_SNR = 3;
/** Largest difference of the two halves' rates, in beats per minute. */
const LARGEST_SPLIT = 6;

/**
 * The pulse rate in a trace of 10 to 60 seconds, of which the last 60 count. Frames may come unevenly. It is refused
 * where the trace is short, dark, clipped or full of gaps, where the spectrum has no clear peak, and where both halves do
 * not agree on one: in noise, and mostly under motion.
 */
export function videoPulse(
  samples: readonly ColourSample[],
  options: VideoPulseOptions = {},
): VideoPulse {
  const method = options.method ?? "pos";
  if (method !== "pos" && method !== "chrom") {
    throw expected("pos or chrom", method, "videoPulse: method");
  }
  const trace = recent(samples);
  const poor = judgeTrace(trace);
  if (poor !== null) return refuse(poor, Number.NEGATIVE_INFINITY);
  const wave = pulseWave(trace, method);
  if (wave === null) return refuse("the region does not change at all", Number.NEGATIVE_INFINITY);
  const whole = peakOf(wave);
  if (whole === null) return refuse("no pulse in the trace", Number.NEGATIVE_INFINITY);
  if (whole.snr < LEAST_SNR) {
    return refuse("the pulse does not stand out of noise or movement", whole.snr);
  }
  const half = wave.length >> 1;
  const first = peakOf(wave.subarray(0, half));
  const second = peakOf(wave.subarray(half));
  // Ten seconds are cut into halves of five, whose peaks are wide: a peak near the whole's is asked for, not the same.
  for (const part of [first, second]) {
    if (part === null || Math.abs(part.rate - whole.rate) * 60 > LARGEST_SPLIT) {
      return refuse("the two halves of the trace do not agree on a rate", whole.snr);
    }
  }
  return {
    heartRate: whole.rate * 60,
    snrDecibels: whole.snr,
    quality: { usable: true, score: Math.min(1, Math.max(0, whole.snr / 12)), why: "" },
  };
}

/**
 * The pulse wave at 30 Hz, band-passed to 0.7 to 3.5 Hz, in units of its own standard deviation; null where the colour
 * does not change.
 *
 * @param samples At least two, ascending in time.
 */
export function pulseWave(
  samples: readonly ColourSample[],
  method: PulseMethod,
): Float64Array | null {
  const start = samples[0].at;
  const n = Math.floor((samples[samples.length - 1].at - start) * RATE) + 1;
  const at = Float64Array.from({ length: n }, (_, i) => start + i / RATE);
  const times = Float64Array.from(samples, (sample) => sample.at);
  const red = interpolate(
    times,
    Float64Array.from(samples, (one) => one.red),
    at,
  );
  const green = interpolate(
    times,
    Float64Array.from(samples, (one) => one.green),
    at,
  );
  const blue = interpolate(
    times,
    Float64Array.from(samples, (one) => one.blue),
    at,
  );
  const length = Math.min(n, Math.round(WINDOW_SECONDS * RATE));
  const wave = new Float64Array(n);
  for (let from = 0; from + length <= n; from++) {
    // POS overlaps by all but one sample; CHROM by half, weighted so that the windows add up to one.
    if (method === "chrom" && from % (length >> 1) !== 0) continue;
    addWindow(red, green, blue, from, length, method, wave);
  }
  const passed = bandPass(wave);
  const size = deviation(passed);
  if (!(size > 1e-9)) return null;
  return passed.map((value) => value / size);
}

function addWindow(
  red: Float64Array,
  green: Float64Array,
  blue: Float64Array,
  from: number,
  length: number,
  method: PulseMethod,
  wave: Float64Array,
): void {
  const r = scaled(red, from, length);
  const g = scaled(green, from, length);
  const b = scaled(blue, from, length);
  const one = new Float64Array(length);
  const two = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    one[i] = method === "pos" ? g[i] - b[i] : 3 * r[i] - 2 * g[i];
    two[i] = method === "pos" ? g[i] + b[i] - 2 * r[i] : 1.5 * r[i] + g[i] - 1.5 * b[i];
  }
  const spread = deviation(two);
  const alpha = spread > 1e-12 ? deviation(one) / spread : 0;
  const sign = method === "pos" ? 1 : -1;
  const sum = one.map((value, i) => value + sign * alpha * two[i]);
  const centre = mean(sum);
  for (let i = 0; i < length; i++) {
    const weight = method === "pos" ? 1 : 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / length);
    wave[from + i] += weight * (sum[i] - centre);
  }
}

/** A window of a channel over its own mean, less one: relative changes, whatever the light and the skin. */
function scaled(channel: Float64Array, from: number, length: number): Float64Array {
  const window = channel.subarray(from, from + length);
  const centre = mean(window);
  return window.map((value) => (centre > 0 ? value / centre - 1 : 0));
}

/** Keeps the band of human pulse rates, by a transform over the whole wave. */
function bandPass(wave: Float64Array): Float64Array {
  const clean = Float64Array.from(wave);
  detrend(clean);
  let size = 1;
  while (size < 2 * clean.length) size *= 2;
  const real = new Float64Array(size);
  const imaginary = new Float64Array(size);
  real.set(clean);
  fft(real, imaginary);
  const low = (LOWEST * size) / RATE;
  const high = (HIGHEST * size) / RATE;
  for (let k = 0; k < size; k++) {
    const line = Math.min(k, size - k);
    if (line < low || line > high) {
      real[k] = 0;
      imaginary[k] = 0;
    } else imaginary[k] = -imaginary[k];
  }
  // The inverse is the forward transform of the conjugate.
  fft(real, imaginary);
  return real.subarray(0, clean.length).map((value) => value / size);
}

/** The strongest rate of a wave in hertz, and how far it stands out. */
function peakOf(wave: Float64Array): { rate: number; snr: number } | null {
  const power = spectrumOf(wave);
  const line = RATE / TRANSFORM;
  const low = Math.ceil(LOWEST / line);
  const high = Math.floor(HIGHEST / line);
  let best = low;
  for (let k = low; k <= high; k++) if (power[k] > power[best]) best = k;
  if (!(power[best] > 0)) return null;
  // A wave with a strong second harmonic can peak at twice its rate: then there is a clear line at half of it too.
  const half = Math.round(best / 2);
  if (half >= low) {
    let under = half;
    for (let k = half - 8; k <= half + 8; k++) if (power[k] > power[under]) under = k;
    if (power[under] > 0.5 * power[best]) best = under;
  }
  // Lines as wide as the window of the shortest trace blurs them.
  const width = Math.max(AROUND, (1.5 * RATE) / wave.length) / line;
  let signal = 0;
  let rest = 0;
  for (let k = low; k <= high; k++) {
    const near = Math.abs(k - best) <= width || Math.abs(k - 2 * best) <= width;
    if (near) signal += power[k];
    else rest += power[k];
  }
  const [before, at, after] = [power[best - 1], power[best], power[best + 1]];
  const curve = before - 2 * at + after;
  const shift = curve < 0 ? (0.5 * (before - after)) / curve : 0;
  return { rate: (best + shift) * line, snr: 10 * Math.log10(signal / rest) };
}

function spectrumOf(wave: Float64Array): Float64Array {
  const real = new Float64Array(TRANSFORM);
  const imaginary = new Float64Array(TRANSFORM);
  for (let i = 0; i < wave.length; i++) {
    real[i] = wave[i] * (0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / wave.length));
  }
  fft(real, imaginary);
  return real.map((value, k) => value * value + imaginary[k] * imaginary[k]);
}

/** Samples of the last minute in order of time, without those that are no colour. */
function recent(samples: readonly ColourSample[]): ColourSample[] {
  const kept: ColourSample[] = [];
  const end = samples.findLast((sample) => Number.isFinite(sample.at))?.at ?? 0;
  let last = Number.NEGATIVE_INFINITY;
  for (const sample of samples) {
    const { at, red, green, blue } = sample;
    if (!(at > last) || at < end - LONGEST_SECONDS) continue;
    if (!(red >= 0 && red <= 255 && green >= 0 && green <= 255 && blue >= 0 && blue <= 255))
      continue;
    kept.push(sample);
    last = at;
  }
  return kept;
}

function judgeTrace(trace: readonly ColourSample[]): string | null {
  if (trace.length < 2) return "no frames";
  const span = trace[trace.length - 1].at - trace[0].at;
  if (span < SHORTEST_SECONDS) return `less than ${SHORTEST_SECONDS} seconds of video`;
  if ((trace.length - 1) / span < FEWEST_PER_SECOND) {
    return `fewer than ${FEWEST_PER_SECOND} frames per second`;
  }
  for (let i = 1; i < trace.length; i++) {
    if (trace[i].at - trace[i - 1].at > LONGEST_GAP) return "a gap of more than a second";
  }
  const channels = [
    median(trace.map((sample) => sample.red)),
    median(trace.map((sample) => sample.green)),
    median(trace.map((sample) => sample.blue)),
  ];
  if (Math.max(...channels) > 250) return "the region is too bright";
  if (Math.min(...channels) < 10) return "the region is too dark";
  return null;
}

function refuse(why: string, snrDecibels: number): VideoPulse {
  return { heartRate: null, snrDecibels, quality: { usable: false, score: 0, why } };
}
