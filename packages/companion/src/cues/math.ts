/** Small numerics that several signals share. Empty input gives NaN, which callers turn into "unknown". */

/** Arithmetic mean. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** Standard deviation with n - 1 in the denominator; NaN below two values. */
export function deviation(values: ArrayLike<number>): number {
  const centre = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] - centre) ** 2;
  return values.length < 2 ? Number.NaN : Math.sqrt(sum / (values.length - 1));
}

/** The value below which a share of the values lies, linear between ranks. */
export function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return Number.NaN;
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.ceil(at);
  return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
}

/** The middle value, or the mean of the two middle ones. */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}

/** Least-squares slope per step of the index. */
export function slope(values: ArrayLike<number>): number {
  const n = values.length;
  if (n < 2) return Number.NaN;
  const middle = (n - 1) / 2;
  let above = 0;
  for (let i = 0; i < n; i++) above += (i - middle) * values[i];
  return above / ((n * (n * n - 1)) / 12);
}

/** Takes the least-squares line out, in place. */
export function detrend(values: Float64Array): void {
  if (values.length < 2) return;
  const centre = mean(values);
  const rise = slope(values);
  const middle = (values.length - 1) / 2;
  for (let i = 0; i < values.length; i++) values[i] -= centre + rise * (i - middle);
}

/** Moving average over `width` values around each, over fewer at the ends. Linear in the length. */
export function smooth(values: ArrayLike<number>, width: number): Float64Array {
  const n = values.length;
  const out = new Float64Array(n);
  const before = Math.floor((width - 1) / 2);
  const after = Math.max(0, Math.ceil(width) - 1 - before);
  const sums = new Float64Array(n + 1);
  for (let i = 0; i < n; i++) sums[i + 1] = sums[i] + values[i];
  for (let i = 0; i < n; i++) {
    const from = Math.max(0, i - before);
    const to = Math.min(n, i + after + 1);
    out[i] = (sums[to] - sums[from]) / (to - from);
  }
  return out;
}

/** In-place fast Fourier transform of a power-of-two length (radix 2, forward, unscaled). */
export function fft(real: Float64Array, imaginary: Float64Array): void {
  const n = real.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; (j & bit) !== 0; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [real[i], real[j]] = [real[j], real[i]];
      [imaginary[i], imaginary[j]] = [imaginary[j], imaginary[i]];
    }
  }
  for (let size = 2; size <= n; size *= 2) {
    const half = size / 2;
    for (let k = 0; k < half; k++) {
      const angle = (-2 * Math.PI * k) / size;
      const cos = Math.cos(angle);
      const sin = Math.sin(angle);
      for (let i = k; i < n; i += size) {
        const j = i + half;
        const re = real[j] * cos - imaginary[j] * sin;
        const im = real[j] * sin + imaginary[j] * cos;
        real[j] = real[i] - re;
        imaginary[j] = imaginary[i] - im;
        real[i] += re;
        imaginary[i] += im;
      }
    }
  }
}

/** Values of a straight-line interpolation through (`times`, `values`), both ascending in time, at `at` (ascending). */
export function interpolate(
  times: ArrayLike<number>,
  values: ArrayLike<number>,
  at: ArrayLike<number>,
): Float64Array {
  const out = new Float64Array(at.length);
  let k = 0;
  for (let i = 0; i < at.length; i++) {
    while (k + 2 < times.length && times[k + 1] <= at[i]) k++;
    const span = times[k + 1] - times[k];
    const share = span > 0 ? Math.min(1, Math.max(0, (at[i] - times[k]) / span)) : 0;
    out[i] = values[k] + (values[k + 1] - values[k]) * share;
  }
  return out;
}
