/** Lanczos and bicubic resampling of 8-bit pictures with Pillow's arithmetic, so that a model sees the pixels it was trained on. */

/** A picture in memory. */
export type RgbImage = {
  /** Pixels across. */
  readonly width: number;
  /** Pixels down. */
  readonly height: number;
  /** Red, green, blue, 0 to 255, row by row from the top: height * width * 3 bytes. */
  readonly data: Uint8Array | Uint8ClampedArray;
};

/** Weights of one axis: output `i` is a sum over `counts[i]` inputs from `starts[i]`. */
type Weights = {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  /** Fixed-point weights, `stride` places per output. */
  readonly values: Int32Array;
  readonly stride: number;
};

/** A resampling kernel. */
type Filter = {
  /** Reach on each side, in pixels of the smaller scale. */
  readonly support: number;
  readonly at: (x: number) => number;
};

/** Windowed sinc of three lobes on each side. */
const LANCZOS: Filter = {
  support: 3,
  at: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0),
};

/** Keys's cubic with a = -0.5. */
const BICUBIC: Filter = {
  support: 2,
  at(x) {
    const d = Math.abs(x);
    if (d < 1) return (1.5 * d - 2.5) * d * d + 1;
    return d < 2 ? ((d - 5) * d + 8) * d * -0.5 + 2 : 0;
  },
};

/** Fraction bits of a weight: 32 less 8 of a sample and 2 of head-room (Pillow's Resample.c). */
const PRECISION = 22;
/** Half of one, for rounding. */
const HALF = 1 << (PRECISION - 1);
const CHANNELS = 3;

/** Resamples a picture. @throws {RangeError} when the pixels don't fill it, or the new size has none. */
export function resizeLanczos(image: RgbImage, width: number, height: number): RgbImage {
  return resize(image, width, height, LANCZOS);
}

/** Resamples a picture. @throws {RangeError} when the pixels don't fill it, or the new size has none. */
export function resizeBicubic(image: RgbImage, width: number, height: number): RgbImage {
  return resize(image, width, height, BICUBIC);
}

function resize(image: RgbImage, width: number, height: number, filter: Filter): RgbImage {
  const expected = image.width * image.height * CHANNELS;
  if (image.data.length !== expected) {
    throw new RangeError(
      `expected ${expected} bytes for ${image.width} x ${image.height} pixels, got ${image.data.length}`,
    );
  }
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) {
    throw new RangeError(`expected a size of at least 1 x 1, got ${width} x ${height}`);
  }
  const across = width === image.width ? image : horizontal(image, width, filter);
  return height === image.height ? across : vertical(across, height, filter);
}

function horizontal({ width, height, data }: RgbImage, to: number, filter: Filter): RgbImage {
  const { starts, counts, values, stride } = weights(width, to, filter);
  const result = new Uint8ClampedArray(to * height * CHANNELS);
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < to; x++) {
      const weight = x * stride;
      let from = (y * width + starts[x]) * CHANNELS;
      let [red, green, blue] = [HALF, HALF, HALF];
      for (let i = weight; i < weight + counts[x]; i++) {
        red += values[i] * data[from++];
        green += values[i] * data[from++];
        blue += values[i] * data[from++];
      }
      result[at++] = red >> PRECISION;
      result[at++] = green >> PRECISION;
      result[at++] = blue >> PRECISION;
    }
  }
  return { width: to, height, data: result };
}

function vertical({ width, height, data }: RgbImage, to: number, filter: Filter): RgbImage {
  const { starts, counts, values, stride } = weights(height, to, filter);
  const line = width * CHANNELS;
  const result = new Uint8ClampedArray(line * to);
  const sums = new Int32Array(line);
  for (let y = 0; y < to; y++) {
    sums.fill(HALF);
    for (let i = 0; i < counts[y]; i++) {
      const value = values[y * stride + i];
      const from = (starts[y] + i) * line;
      for (let x = 0; x < line; x++) sums[x] += value * data[from + x];
    }
    for (let x = 0; x < line; x++) result[y * line + x] = sums[x] >> PRECISION;
  }
  return { width, height: to, data: result };
}

function weights(from: number, to: number, filter: Filter): Weights {
  const scale = from / to;
  const wide = Math.max(scale, 1);
  const support = filter.support * wide;
  const stride = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(to);
  const counts = new Int32Array(to);
  const values = new Int32Array(to * stride);
  const row = new Float64Array(stride);
  for (let i = 0; i < to; i++) {
    const center = (i + 0.5) * scale;
    const start = Math.max(Math.trunc(center - support + 0.5), 0);
    const count = Math.min(Math.trunc(center + support + 0.5), from) - start;
    let sum = 0;
    for (let k = 0; k < count; k++) {
      row[k] = filter.at((k + start - center + 0.5) / wide);
      sum += row[k];
    }
    for (let k = 0; k < count; k++) {
      const value = (sum === 0 ? row[k] : row[k] / sum) * (1 << PRECISION);
      values[i * stride + k] = Math.trunc(value < 0 ? value - 0.5 : value + 0.5);
    }
    starts[i] = start;
    counts[i] = count;
  }
  return { starts, counts, values, stride };
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
}
