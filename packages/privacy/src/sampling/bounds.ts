/**
 * Real probabilities, exactly: a probability is known by bounds that can be made as narrow as one likes, and a uniform number
 * by as many of its bits as one likes. Whether the number is below the probability is decided by the first digits that tell;
 * so the coin falls with the very probability, though nobody ever writes it down in full.
 *
 * All arithmetic is on whole numbers, lower bounds rounded down and upper bounds up.
 */

import type { RandomSource } from "../random/source.ts";
import { bitLength } from "../random/uniform.ts";

/** A real number r with `lower` <= r * 2^bits <= `upper`, for bits that are said elsewhere. */
export type Bounds = {
  readonly lower: bigint;
  readonly upper: bigint;
};

/** Halvings of the argument beyond those that bring it below 1: the series then has few terms. */
const MORE_HALVINGS = 5;
/** Bits beyond those asked for; they hold the error of the series (see {@link expBounds}). */
const SPARE = 16;

/** Quotient of a number from 0 on and one above 0, rounded up. */
export function ceilDivide(value: bigint, by: bigint): bigint {
  return (value + by - 1n) / by;
}

/** `value` / 2^bits, rounded up. */
export function ceilShift(value: bigint, bits: bigint): bigint {
  return -(-value >> bits);
}

/**
 * Bounds of exp(-numerator / denominator) in units of 2^-bits, at most 2 units apart.
 *
 * The argument is halved h times until it is below 1/32 and rounded down to y units of 2^-p. Term k of the series of exp(-y) is
 * that of k - 1 times y / k, rounded down. Rounding y and the term adds less than 2 units to each term's error (the error of the
 * term before comes in divided by 32 k). The series ends with a term that rounds to 0; what is left out is below 2 units.
 * So after N terms the sum is off by less than 2 N + 2 units. Squaring h times, each time rounded outwards, at most doubles the
 * error and adds 1 each time: 2^h (2 N + 3) units, which is less than half of 2^(h + 16), one unit of the answer.
 *
 * @param numerator - At least 0.
 * @param denominator - At least 1.
 * @param bits - Whole, above 0, below 20,000 (so that N stays below 8000).
 */
export function expBounds(numerator: bigint, denominator: bigint, bits: number): Bounds {
  if (numerator === 0n) return { lower: 1n << BigInt(bits), upper: 1n << BigInt(bits) };
  // exp(-g) < 2^-g.
  if (numerator >= denominator * BigInt(bits)) return { lower: 0n, upper: 1n };
  const quotient = numerator / denominator;
  const halvings = (quotient === 0n ? 0 : bitLength(quotient)) + MORE_HALVINGS;
  const spare = BigInt(halvings + SPARE);
  const precision = BigInt(bits) + spare;
  const y = (numerator << precision) / (denominator << BigInt(halvings));
  let term = 1n << precision;
  let sum = term;
  let terms = 0n;
  while (term > 0n) {
    terms++;
    term = ((term * y) >> precision) / terms;
    sum += terms % 2n === 1n ? -term : term;
  }
  const error = 2n * terms + 2n;
  let lower = sum - error;
  let upper = sum + error;
  for (let k = 0; k < halvings; k++) {
    lower = (lower * lower) >> precision;
    upper = ceilShift(upper * upper, precision);
  }
  return { lower: lower >> spare, upper: ceilShift(upper, spare) };
}

/**
 * Whether a uniform number on [0, 1) is below a real one.
 *
 * @param first - The number's first bits, as a whole number; drawn uniformly.
 * @param bits - How many there are, at least 1.
 * @param enclose - Bounds of the real number in units of 2^-bits; they must become narrow as bits grow.
 */
export function uniformBelow(
  random: RandomSource,
  first: number,
  bits: number,
  enclose: (bits: number) => Bounds,
): boolean {
  let drawn = BigInt(first);
  for (let known = bits; ; known += 32) {
    const { lower, upper } = enclose(known);
    if (drawn < lower) return true;
    if (drawn >= upper) return false;
    drawn = (drawn << 32n) | BigInt(random.uint32());
  }
}
