/** Fast Fourier transform of lengths that are powers of two. */

/**
 * Magnitudes of a real signal's spectrum up to half the sampling rate: n / 2 + 1 numbers of n. `re` holds the signal,
 * `im` zeros; both are overwritten with the whole spectrum.
 */
export function halfSpectrum(re: Float64Array, im: Float64Array): Float64Array {
  transform(re, im);
  const half = re.length / 2;
  return Float64Array.from({ length: half + 1 }, (_, i) => Math.hypot(re[i], im[i]));
}

/** In place, radix 2, decimation in time. */
function transform(re: Float64Array, im: Float64Array): void {
  const count = re.length;
  const { cos, sin, reversed } = tables(count);
  for (let i = 0; i < count; i++) {
    const j = reversed[i];
    if (j <= i) continue;
    [re[i], re[j]] = [re[j], re[i]];
    [im[i], im[j]] = [im[j], im[i]];
  }
  for (let size = 2; size <= count; size *= 2) {
    const half = size / 2;
    const step = count / size;
    for (let from = 0; from < count; from += size) {
      for (let k = 0; k < half; k++) {
        const a = from + k;
        const b = a + half;
        const c = cos[k * step];
        const s = sin[k * step];
        const x = re[b] * c - im[b] * s;
        const y = re[b] * s + im[b] * c;
        re[b] = re[a] - x;
        im[b] = im[a] - y;
        re[a] += x;
        im[a] += y;
      }
    }
  }
}

type Tables = {
  readonly cos: Float64Array;
  readonly sin: Float64Array;
  /** Index with its bits in reverse order. */
  readonly reversed: Uint32Array;
};

const known = new Map<number, Tables>();

function tables(count: number): Tables {
  const made = known.get(count);
  if (made !== undefined) return made;
  if (count < 2 || !Number.isInteger(Math.log2(count))) {
    throw new RangeError(`expected a power of two, got ${count}`);
  }
  const angle = (i: number): number => (-2 * Math.PI * i) / count;
  const reversed = new Uint32Array(count);
  for (let i = 1; i < count; i++) reversed[i] = (reversed[i >> 1] >> 1) | (i & 1 ? count / 2 : 0);
  const result: Tables = {
    cos: Float64Array.from({ length: count / 2 }, (_, i) => Math.cos(angle(i))),
    sin: Float64Array.from({ length: count / 2 }, (_, i) => Math.sin(angle(i))),
    reversed,
  };
  known.set(count, result);
  return result;
}
