/**
 * Symmetric quantisation in blocks along a row, in the layout that ONNX Runtime's MatMulNBits and
 * GatherBlockQuantized share: codes of 4 bits (two in a byte, the first in the low half) or of 8, with an implicit
 * zero point of 8 or 128, and one float32 scale per block. value = (code - zero point) * scale. And in whole rows of
 * 7-bit codes, for products of bytes.
 */

/** Values in a block unless said otherwise, and in compact checkpoints. */
export const BLOCK = 32;

/** Lengths of a block that ONNX Runtime has kernels for. */
export const BLOCKS = [32, 64, 128, 256] as const;

/** Values that share a scale. */
export type BlockLength = (typeof BLOCKS)[number];

/** Bits of a code. */
export type Bits = 4 | 8;

/** Bytes of codes for a number of blocks. */
export function codeBytes(blocks: number, bits: Bits, block: BlockLength = BLOCK): number {
  return (blocks * block * bits) / 8;
}

/** The longest block up to `most` that divides rows of `width`; null where not even 32 does. */
export function blockFor(width: number, most: BlockLength): BlockLength | null {
  return BLOCKS.findLast((block) => block <= most && width % block === 0) ?? null;
}

/**
 * Quantises blocks. With 8 bits the scale is the largest magnitude / 127, so that no value moves by more than half a
 * scale. With 4 bits two scales are tried: largest magnitude / 7, and the one that puts the value of largest magnitude
 * at code 0 (-8); the one with the smaller squared error is taken, the first when they are equal. In blocks of 32 no
 * value moves by more than an eighth of the block's largest magnitude. Longer blocks also try nine and eight tenths of
 * both scales, with which the largest values are cut off: on normally distributed values that leaves an error (root of
 * the mean square, of the values' own) of 9.8 % with blocks of 128 and 10.2 % with 256, where blocks of 32 have 8.5 %.
 *
 * @param values As many as whole blocks; not changed.
 * @param codes Overwritten: {@link codeBytes} bytes.
 * @param scales Overwritten: one per block.
 * @returns Index of the first value that is not finite, or -1: then all is done.
 */
export function quantise(
  values: Float32Array,
  bits: Bits,
  codes: Uint8Array,
  scales: Float32Array,
  length: BlockLength = BLOCK,
): number {
  const blocks = values.length / length;
  const expected = codeBytes(blocks, bits, length);
  if (scales.length !== blocks || codes.length !== expected) {
    throw new RangeError(
      `expected ${expected} codes and ${blocks} scales, got ${codes.length} and ${scales.length}`,
    );
  }
  for (let block = 0; block < blocks; block++) {
    const start = block * length;
    const end = start + length;
    let extreme = 0;
    let sum = 0;
    for (let i = start; i < end; i++) {
      const value = values[i];
      sum += Math.abs(value);
      if (Math.abs(value) > Math.abs(extreme)) extreme = value;
    }
    // One value that is NaN or infinite makes the sum so; finite float32 values cannot.
    if (!(sum < Number.POSITIVE_INFINITY)) return firstBad(values, start);
    scales[block] =
      bits === 8
        ? codeEight(values, start, end, Math.abs(extreme), codes)
        : codeFour(values, start, end, extreme, codes);
  }
  return -1;
}

function firstBad(values: Float32Array, from: number): number {
  let at = from;
  while (Number.isFinite(values[at])) at++;
  return at;
}

function codeEight(
  values: Float32Array,
  start: number,
  end: number,
  extreme: number,
  codes: Uint8Array,
): number {
  const scale = Math.fround(extreme / 127);
  // A scale below the smallest float32 is 0: so are the values, as far as float32 products go.
  if (scale === 0) {
    codes.fill(128, start, end);
    return 0;
  }
  for (let i = start; i < end; i++) {
    // With a scale rounded up or down, the extreme still rounds to 127; tiny scales are coarse, hence the limit.
    codes[i] = 128 + Math.max(-127, Math.min(127, Math.floor(values[i] / scale + 0.5)));
  }
  return scale;
}

/** What both scales are multiplied by in turn. */
const WHOLE = [1];
const CUT = [1, 0.9, 0.8];

function codeFour(
  values: Float32Array,
  start: number,
  end: number,
  extreme: number,
  codes: Uint8Array,
): number {
  const even = Math.fround(Math.abs(extreme) / 7);
  const full = Math.fround(extreme / -8);
  const scale = bestScale(values, start, end, even, full);
  const at = start / 2;
  const half = (end - start) / 2;
  if (scale === 0) {
    codes.fill(0x88, at, at + half);
    return 0;
  }
  for (let i = 0; i < half; i++) {
    const low = nibble(values[start + 2 * i], scale);
    codes[at + i] = low | (nibble(values[start + 2 * i + 1], scale) << 4);
  }
  return scale;
}

function bestScale(
  values: Float32Array,
  start: number,
  end: number,
  even: number,
  full: number,
): number {
  let best = even;
  if (full === 0) return best;
  let least = errorOf(values, start, end, even);
  for (const factor of end - start > BLOCK ? CUT : WHOLE) {
    for (const whole of [even, full]) {
      const scale = Math.fround(whole * factor);
      if (scale === 0 || scale === even) continue;
      const error = errorOf(values, start, end, scale);
      if (error < least) [best, least] = [scale, error];
    }
  }
  return best;
}

function nibble(value: number, scale: number): number {
  return Math.max(0, Math.min(15, Math.floor(value / scale + 8.5)));
}

function errorOf(values: Float32Array, start: number, end: number, scale: number): number {
  let sum = 0;
  for (let i = start; i < end; i++) {
    const error = values[i] - (nibble(values[i], scale) - 8) * scale;
    sum += error * error;
  }
  return sum;
}

/** The values that codes and scales stand for. */
export function dequantise(
  codes: Uint8Array,
  scales: Float32Array,
  bits: Bits,
  block: BlockLength = BLOCK,
): Float32Array {
  const values = new Float32Array(scales.length * block);
  for (let i = 0; i < values.length; i++) {
    const code =
      bits === 8 ? codes[i] - 128 : ((i & 1) === 0 ? codes[i >> 1] & 15 : codes[i >> 1] >> 4) - 8;
    values[i] = code * scales[Math.floor(i / block)];
  }
  return values;
}

/**
 * Largest code of a quantised row. With 7 bits and a sign, two products with unsigned bytes fit 16 bits, in which x86
 * processors without VNNI add them.
 */
export const ROW_CODE = 63;

/**
 * Quantises whole rows, value = code * scale: no value moves by more than half a scale, which is a 126th of its row's
 * largest magnitude; 1.5 % of normally distributed values' own magnitude in rows of 768.
 *
 * @param values Rows one after the other; not changed.
 * @param width Values in a row.
 * @param codes Overwritten: one per value.
 * @param scales Overwritten: one per row.
 * @returns Index of the first value that is not finite, or -1: then all is done.
 */
export function quantiseRows(
  values: Float32Array,
  width: number,
  codes: Int8Array,
  scales: Float32Array,
): number {
  if (scales.length * width !== values.length || codes.length !== values.length) {
    throw new RangeError(
      `expected ${values.length} codes and ${values.length / width} scales, got ${codes.length} and ${scales.length}`,
    );
  }
  for (let row = 0; row < scales.length; row++) {
    const start = row * width;
    let most = 0;
    let sum = 0;
    for (let i = start; i < start + width; i++) {
      const size = Math.abs(values[i]);
      sum += size;
      if (size > most) most = size;
    }
    if (!(sum < Number.POSITIVE_INFINITY)) return firstBad(values, start);
    const scale = Math.fround(most / ROW_CODE);
    scales[row] = scale;
    for (let i = start; i < start + width; i++) {
      const code = scale === 0 ? 0 : Math.floor(values[i] / scale + 0.5);
      codes[i] = Math.max(-ROW_CODE, Math.min(ROW_CODE, code));
    }
  }
  return -1;
}
