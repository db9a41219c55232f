/** Sound at another rate: interpolation with a windowed sinc that also removes what the new rate cannot carry. */

/** Zero crossings of the sinc on each side. */
const ZEROS = 64;
/** Where the pass band ends, as a share of the lower of both Nyquist frequencies. */
const ROLLOFF = 0.9475937167399596;
/** Shape of the Kaiser window: what it lets through beside the pass band is below -140 dB. */
const BETA = 14.769656459379492;
/** Points of the table between two crossings; interpolated in between, an error below -110 dB. */
const PER_ZERO = 1024;

let table: Float64Array | undefined;

/**
 * Resamples from one rate to another (samples per second): n samples become n * to / from, rounded up. Beyond its ends
 * the sound is silence. The same rate gives the samples themselves.
 * @throws {RangeError} when a rate is not a positive number.
 */
export function resample(samples: Float32Array, from: number, to: number): Float32Array {
  for (const rate of [from, to]) {
    if (!(rate > 0 && Number.isFinite(rate))) {
      throw new RangeError(`expected a positive rate, got ${rate}`);
    }
  }
  if (from === to) return samples;
  table ??= kernel();
  const points = table;
  // Crossings per input sample.
  const density = Math.min(1, to / from) * ROLLOFF;
  const reach = ZEROS / density;
  const count = Math.ceil((samples.length * to) / from);
  const result = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const center = (i * from) / to;
    const first = Math.max(0, Math.ceil(center - reach));
    const last = Math.min(samples.length - 1, Math.floor(center + reach));
    let sum = 0;
    for (let j = first; j <= last; j++) {
      const at = Math.abs(j - center) * density * PER_ZERO;
      const k = Math.floor(at);
      sum += samples[j] * (points[k] + (points[k + 1] - points[k]) * (at - k));
    }
    result[i] = sum * density;
  }
  return result;
}

/** One side of the windowed sinc, and a zero to interpolate towards. */
function kernel(): Float64Array {
  const points = new Float64Array(ZEROS * PER_ZERO + 2);
  for (let i = 0; i <= ZEROS * PER_ZERO; i++) {
    const x = i / PER_ZERO;
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    points[i] = (sinc * bessel(BETA * Math.sqrt(1 - (x / ZEROS) ** 2))) / bessel(BETA);
  }
  return points;
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= (x / 2 / k) ** 2;
    sum += term;
  }
  return sum;
}
