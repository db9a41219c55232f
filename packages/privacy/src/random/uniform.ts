/** Exact uniform numbers: words that would make some numbers likelier than others are thrown away, not folded in. */

import { PrivacyError } from "../errors.ts";
import type { RandomSource } from "./source.ts";

const WORD = 2 ** 32;
/** What one word and the upper 21 bits of another give: the largest range whose numbers are all safe integers. */
const SAFE = 2 ** 53;
const UPPER_BITS = 21;

/**
 * Uniform on 0 to `bound` - 1.
 *
 * @param bound - Whole, 1 to 2^53; for larger ones there is {@link belowBig}.
 * @throws {PrivacyError} For another bound.
 */
export function below(random: RandomSource, bound: number): number {
  if (!(Number.isInteger(bound) && bound >= 1 && bound <= SAFE)) {
    throw new PrivacyError(`bound: expected a whole number from 1 to 2^53, got ${bound}`);
  }
  if (bound <= WORD) {
    const limit = WORD - (WORD % bound);
    for (;;) {
      const word = random.uint32();
      if (word < limit) return word % bound;
    }
  }
  const limit = SAFE - (SAFE % bound);
  for (;;) {
    const value = (random.uint32() >>> (32 - UPPER_BITS)) * WORD + random.uint32();
    if (value < limit) return value % bound;
  }
}

/**
 * Uniform on 0 to `bound` - 1, of any size.
 *
 * @param bound - At least 1.
 * @throws {PrivacyError} For another bound.
 */
export function belowBig(random: RandomSource, bound: bigint): bigint {
  if (bound < 1n) throw new PrivacyError(`bound: expected at least 1, got ${bound}`);
  if (bound <= 0x100000000n) return BigInt(below(random, Number(bound)));
  const bits = bitLength(bound - 1n);
  const words = Math.ceil(bits / 32);
  const spare = BigInt(32 * words - bits);
  for (;;) {
    let value = 0n;
    for (let k = 0; k < words; k++) value = (value << 32n) | BigInt(random.uint32());
    value >>= spare;
    if (value < bound) return value;
  }
}

/** Binary digits of a whole number from 1 on; 1 for 0. */
export function bitLength(value: bigint): number {
  const digits = value.toString(16);
  return 4 * digits.length - 3 + Math.floor(Math.log2(Number.parseInt(digits[0], 16) || 1));
}

/** One fair bit. */
export function bit(random: RandomSource): boolean {
  return random.uint32() >= 0x80000000;
}
