/** Discrete Fourier transform of complex numbers, in place (Cooley and Tukey, radix 2). */

/**
 * Transforms; the inverse is scaled by 1 / n.
 *
 * @param re Real parts, n of them, n a power of two.
 * @param im Imaginary parts.
 */
export function fft(re: Float64Array, im: Float64Array, inverse: boolean): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; (j & bit) !== 0; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j], re[i]];
      [im[i], im[j]] = [im[j], im[i]];
    }
  }
  // Each root by its own sine and cosine: products of roots would lose digits.
  const cosines = new Float64Array(n >> 1);
  const sines = new Float64Array(n >> 1);
  for (let k = 0; k < n >> 1; k++) {
    cosines[k] = Math.cos((2 * Math.PI * k) / n);
    sines[k] = (inverse ? 1 : -1) * Math.sin((2 * Math.PI * k) / n);
  }
  for (let length = 2; length <= n; length <<= 1) {
    const half = length >> 1;
    const step = n / length;
    for (let start = 0; start < n; start += length) {
      for (let k = 0, root = 0; k < half; k++, root += step) {
        const a = start + k;
        const b = a + half;
        const x = re[b] * cosines[root] - im[b] * sines[root];
        const y = re[b] * sines[root] + im[b] * cosines[root];
        re[b] = re[a] - x;
        im[b] = im[a] - y;
        re[a] += x;
        im[a] += y;
      }
    }
  }
  if (!inverse) return;
  for (let i = 0; i < n; i++) {
    re[i] /= n;
    im[i] /= n;
  }
}
