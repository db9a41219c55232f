/** Power of beat intervals per frequency band, in two ways that have to agree. */

import { expected } from "@symbion/core";
import { fft, mean } from "./math.ts";

/** Powers in square milliseconds; null where the recording is too short for the band. */
export type BandPowers = {
  /** Up to 0.04 Hz; needs five minutes. */
  readonly vlf: number | null;
  /** 0.04 to 0.15 Hz; needs two minutes. */
  readonly lf: number | null;
  /** 0.15 to 0.4 Hz; needs one minute. */
  readonly hf: number | null;
};

/** How a spectrum is taken. */
export type SpectrumOptions = {
  /** Length of the segments that are averaged, in seconds, 60 to 1200; 300 where left out. */
  readonly segmentSeconds?: number;
};

/** Edges of the bands in hertz and the least duration of each in seconds, one beat in a hundred seconds forgiven. */
const BANDS = [
  ["vlf", 0, 0.04, 297],
  ["lf", 0.04, 0.15, 119],
  ["hf", 0.15, 0.4, 59],
] as const;
/** Rate of the resampled intervals in hertz. */
const RATE = 4;
/** Least length of a transform: fine enough that the bands' edges fall between lines. */
const LEAST_TRANSFORM = 4096;
const LONGEST_GAP_SECONDS = 10;

/**
 * Resamples at 4 Hz by a cubic spline, takes the mean out of each half-overlapping segment, weights it by a Hamming
 * window and averages the periodograms.
 *
 * @param times Seconds at each beat, ascending.
 * @param intervals Milliseconds.
 */
export function welchPowers(
  times: ArrayLike<number>,
  intervals: ArrayLike<number>,
  options: SpectrumOptions,
): BandPowers {
  const segment = segmentOf(options);
  const span = spanOf(times);
  if (span < BANDS[2][3] || hasGap(times)) return NONE;
  const points = Math.floor(span * RATE);
  const even = spline(times, intervals, points, RATE);
  const length = Math.min(points, Math.round(segment * RATE));
  let size = LEAST_TRANSFORM;
  while (size < length) size *= 2;
  const window = new Float64Array(length);
  let energy = 0;
  for (let i = 0; i < length; i++) {
    window[i] = 0.54 - 0.46 * Math.cos((2 * Math.PI * i) / length);
    energy += window[i] ** 2;
  }
  const density = new Float64Array(size / 2);
  const hop = length - Math.floor(length / 2);
  let segments = 0;
  for (let from = 0; from + length <= points; from += hop) {
    const real = new Float64Array(size);
    const centre = mean(even.subarray(from, from + length));
    for (let i = 0; i < length; i++) real[i] = (even[from + i] - centre) * window[i];
    const imaginary = new Float64Array(size);
    fft(real, imaginary);
    // One-sided: what lies at negative frequencies is counted with the positive ones.
    for (let k = 0; k < density.length; k++) {
      density[k] += ((k === 0 ? 1 : 2) * (real[k] ** 2 + imaginary[k] ** 2)) / (RATE * energy);
    }
    segments++;
  }
  return bandsOf(span, RATE / size, density.length, (k) => density[k] / segments);
}

/**
 * The Lomb-Scargle periodogram of half-overlapping segments, averaged, at four lines per independent frequency, scaled so
 * that its integral is the variance.
 *
 * @param times Seconds at each beat, ascending; beats may be missing.
 * @param intervals Milliseconds.
 */
export function lombPowers(
  times: ArrayLike<number>,
  intervals: ArrayLike<number>,
  options: SpectrumOptions,
): BandPowers {
  const segment = segmentOf(options);
  const span = spanOf(times);
  if (span < BANDS[2][3] || hasGap(times)) return NONE;
  const length = Math.min(span, segment);
  const line = 1 / (4 * length);
  const lines = Math.ceil(0.4 / line) + 1;
  const density = new Float64Array(lines);
  let segments = 0;
  let first = 0;
  for (let from = times[0]; from + length <= times[times.length - 1] + 1e-6; from += length / 2) {
    while (times[first] < from - 1e-9) first++;
    let last = first;
    while (last < times.length && times[last] <= from + length + 1e-9) last++;
    const n = last - first;
    if (n < 30) continue;
    addLomb(times, intervals, first, last, line, length, density);
    segments++;
  }
  if (segments === 0) return NONE;
  return bandsOf(span, line, lines, (k) => density[k] / segments);
}

function addLomb(
  times: ArrayLike<number>,
  intervals: ArrayLike<number>,
  first: number,
  last: number,
  line: number,
  length: number,
  density: Float64Array,
): void {
  const n = last - first;
  let centre = 0;
  for (let i = first; i < last; i++) centre += intervals[i] / n;
  // Each beat's phase advances by the same angle from line to line: a rotation instead of two trigonometric calls.
  const cos = new Float64Array(n).fill(1);
  const sin = new Float64Array(n);
  const turnCos = new Float64Array(n);
  const turnSin = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const angle = 2 * Math.PI * line * (times[first + i] - times[first]);
    turnCos[i] = Math.cos(angle);
    turnSin[i] = Math.sin(angle);
  }
  for (let k = 1; k < density.length; k++) {
    let withCos = 0;
    let withSin = 0;
    let cosCos = 0;
    let cosSin = 0;
    for (let i = 0; i < n; i++) {
      const c = cos[i] * turnCos[i] - sin[i] * turnSin[i];
      const s = sin[i] * turnCos[i] + cos[i] * turnSin[i];
      cos[i] = c;
      sin[i] = s;
      const value = intervals[first + i] - centre;
      withCos += value * c;
      withSin += value * s;
      cosCos += c * c;
      cosSin += c * s;
    }
    const sinSin = n - cosCos;
    // Lomb's shift in time makes the two sums independent of each other; here as a turn of the phase.
    const shift = Math.atan2(2 * cosSin, cosCos - sinSin) / 2;
    const c = Math.cos(shift);
    const s = Math.sin(shift);
    const alongCos = withCos * c + withSin * s;
    const alongSin = withSin * c - withCos * s;
    const cosPower = cosCos * c * c + 2 * cosSin * c * s + sinSin * s * s;
    const sinPower = n - cosPower;
    const power =
      (alongCos ** 2 / cosPower + (sinPower > 1e-9 * n ? alongSin ** 2 / sinPower : 0)) / 2;
    density[k] += (2 * power * length) / n;
  }
}

const NONE: BandPowers = { vlf: null, lf: null, hf: null };

function bandsOf(
  span: number,
  line: number,
  lines: number,
  density: (k: number) => number,
): BandPowers {
  const powers: Record<"vlf" | "lf" | "hf", number | null> = { vlf: null, lf: null, hf: null };
  for (const [name, low, high, least] of BANDS) {
    if (span < least) continue;
    let sum = 0;
    for (let k = Math.ceil(low / line); k < lines && k * line < high; k++) sum += density(k);
    powers[name] = sum * line;
  }
  return powers;
}

function segmentOf(options: SpectrumOptions): number {
  const segment = options.segmentSeconds ?? 300;
  if (!(segment >= 60 && segment <= 1200)) {
    throw expected("60 to 1200 s", segment, "spectrum: segmentSeconds");
  }
  return segment;
}

/** Seconds from the first beat to the last; 0 where the times are none. */
function spanOf(times: ArrayLike<number>): number {
  const span = times.length < 30 ? 0 : times[times.length - 1] - times[0];
  return Number.isFinite(span) ? span : 0;
}

/** A pause this long is not bridged: a spectrum of the bridge would be shown as the heart's. */
function hasGap(times: ArrayLike<number>): boolean {
  for (let i = 1; i < times.length; i++) {
    if (!(times[i] - times[i - 1] <= LONGEST_GAP_SECONDS)) return true;
  }
  return false;
}

/** Values of a natural cubic spline through the beats, from the first one on, `rate` per second. */
function spline(
  times: ArrayLike<number>,
  values: ArrayLike<number>,
  points: number,
  rate: number,
): Float64Array {
  const n = times.length;
  const bend = new Float64Array(n);
  const work = new Float64Array(n);
  for (let i = 1; i < n - 1; i++) {
    const before = times[i] - times[i - 1];
    const after = times[i + 1] - times[i];
    const share = before / (before + after);
    const pivot = share * bend[i - 1] + 2;
    bend[i] = (share - 1) / pivot;
    const jump = (values[i + 1] - values[i]) / after - (values[i] - values[i - 1]) / before;
    work[i] = ((6 * jump) / (before + after) - share * work[i - 1]) / pivot;
  }
  bend[n - 1] = 0;
  for (let i = n - 2; i >= 0; i--) bend[i] = bend[i] * bend[i + 1] + work[i];
  const out = new Float64Array(points);
  let k = 0;
  for (let p = 0; p < points; p++) {
    const at = times[0] + p / rate;
    while (k + 2 < n && times[k + 1] <= at) k++;
    const step = times[k + 1] - times[k];
    const a = (times[k + 1] - at) / step;
    const b = 1 - a;
    out[p] =
      a * values[k] +
      b * values[k + 1] +
      (((a ** 3 - a) * bend[k] + (b ** 3 - b) * bend[k + 1]) * step * step) / 6;
  }
  return out;
}
