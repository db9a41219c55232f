/** Parameters of samplers: fractions of whole numbers, so that a law is exactly what it says. */

import { PrivacyError } from "../errors.ts";

/** A whole number: a bigint, or a number up to 2^53 in magnitude. */
export type Whole = bigint | number;

/**
 * A whole number as a bigint.
 *
 * @param name - What it is, for the message.
 * @throws {PrivacyError} For a number with a fraction, beyond 2^53, NaN, or below `least`.
 */
export function whole(name: string, value: Whole, least: bigint): bigint {
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw new PrivacyError(`${name}: expected a bigint or a safe integer, got ${value}`);
  }
  if (typeof value !== "number" && typeof value !== "bigint") {
    throw new PrivacyError(`${name}: expected a bigint or a safe integer, got a ${typeof value}`);
  }
  const big = BigInt(value);
  if (big < least) throw new PrivacyError(`${name}: expected at least ${least}, got ${big}`);
  return big;
}

/** Whole part of the square root (Newton), for `value` from 0 on. */
export function root(value: bigint): bigint {
  if (value < 2n) return value;
  let x = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (x + value / x) >> 1n;
    if (next >= x) return x;
    x = next;
  }
}
