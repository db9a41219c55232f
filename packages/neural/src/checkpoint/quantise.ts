/**
 * Symmetric quantisation in blocks of 32 along a row, in the layout that ONNX Runtime's MatMulNBits and
 * GatherBlockQuantized share: codes of 4 bits (two in a byte, the first in the low half) or of 8, with an implicit
 * zero point of 8 or 128, and one float32 scale per block. value = (code - zero point) * scale.
 */

/** Values in a block. */
export const BLOCK = 32;

/** Bits of a code. */
export type Bits = 4 | 8;

/** Bytes of codes for a number of blocks. */
export function codeBytes(blocks: number, bits: Bits): number {
  return (blocks * BLOCK * bits) / 8;
}

/**
 * Quantises blocks. With 8 bits the scale is the largest magnitude / 127, so that no value moves by more than half a
 * scale. With 4 bits two scales are tried: largest magnitude / 7, and the one that puts the value of largest magnitude
 * at code 0 (-8); the one with the smaller squared error is taken, the first when they are equal. No value moves by
 * more than an eighth of the block's largest magnitude.
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
): number {
  const blocks = values.length / BLOCK;
  if (scales.length !== blocks || codes.length !== codeBytes(blocks, bits)) {
    throw new RangeError(
      `expected ${codeBytes(blocks, bits)} codes and ${blocks} scales, got ${codes.length} and ${scales.length}`,
    );
  }
  for (let block = 0; block < blocks; block++) {
    const start = block * BLOCK;
    let extreme = 0;
    let sum = 0;
    for (let i = start; i < start + BLOCK; i++) {
      const value = values[i];
      sum += Math.abs(value);
      if (Math.abs(value) > Math.abs(extreme)) extreme = value;
    }
    // One value that is NaN or infinite makes the sum so; finite float32 values cannot.
    if (!(sum < Number.POSITIVE_INFINITY)) return firstBad(values, start);
    scales[block] =
      bits === 8
        ? codeEight(values, start, Math.abs(extreme), codes)
        : codeFour(values, start, extreme, codes);
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
  extreme: number,
  codes: Uint8Array,
): number {
  const scale = Math.fround(extreme / 127);
  // A scale below the smallest float32 is 0: so are the values, as far as float32 products go.
  if (scale === 0) {
    codes.fill(128, start, start + BLOCK);
    return 0;
  }
  for (let i = start; i < start + BLOCK; i++) {
    // With a scale rounded up or down, the extreme still rounds to 127; tiny scales are coarse, hence the limit.
    codes[i] = 128 + Math.max(-127, Math.min(127, Math.floor(values[i] / scale + 0.5)));
  }
  return scale;
}

function codeFour(values: Float32Array, start: number, extreme: number, codes: Uint8Array): number {
  const even = Math.fround(Math.abs(extreme) / 7);
  const full = Math.fround(extreme / -8);
  const scale =
    full !== 0 && errorOf(values, start, full) < errorOf(values, start, even) ? full : even;
  const at = start / 2;
  if (scale === 0) {
    codes.fill(0x88, at, at + BLOCK / 2);
    return 0;
  }
  for (let i = 0; i < BLOCK / 2; i++) {
    const low = nibble(values[start + 2 * i], scale);
    codes[at + i] = low | (nibble(values[start + 2 * i + 1], scale) << 4);
  }
  return scale;
}

function nibble(value: number, scale: number): number {
  return Math.max(0, Math.min(15, Math.floor(value / scale + 8.5)));
}

function errorOf(values: Float32Array, start: number, scale: number): number {
  let sum = 0;
  for (let i = start; i < start + BLOCK; i++) {
    const error = values[i] - (nibble(values[i], scale) - 8) * scale;
    sum += error * error;
  }
  return sum;
}

/** The values that codes and scales stand for. */
export function dequantise(codes: Uint8Array, scales: Float32Array, bits: Bits): Float32Array {
  const values = new Float32Array(scales.length * BLOCK);
  for (let i = 0; i < values.length; i++) {
    const code =
      bits === 8 ? codes[i] - 128 : ((i & 1) === 0 ? codes[i >> 1] & 15 : codes[i >> 1] >> 4) - 8;
    values[i] = code * scales[Math.floor(i / BLOCK)];
  }
  return values;
}
