/**
 * Amounts of rho as whole multiples of 2^-80, so that many small charges add up to no less than they are: charges are rounded
 * up, budgets down.
 */

import { PrivacyError } from "../errors.ts";

/** Multiples of 2^-80. */
const BITS = 80;

/** A charge, rounded up. @throws {PrivacyError} Unless it is finite and at least 0. */
export function chargeUnits(rho: number, where: string): bigint {
  const [units, rest] = split(rho, where);
  return rest ? units + 1n : units;
}

/** A budget, rounded down. @throws {PrivacyError} Unless it is finite and at least 0. */
export function budgetUnits(rho: number, where: string): bigint {
  return split(rho, where)[0];
}

/** As a double, rounded to nearest: for showing, never for deciding. */
export function rhoOf(units: bigint): number {
  return Number(units) * 2 ** -BITS;
}

/** Whole multiples, and whether something is left over. */
function split(rho: number, where: string): readonly [bigint, boolean] {
  if (!(rho >= 0 && rho < 2 ** 64)) {
    throw new PrivacyError(`${where}: expected rho from 0 to 2^64, got ${rho}`);
  }
  // Scaling by powers of two is exact, short of underflow, which this order avoids.
  const high = Math.floor(rho * 2 ** 40);
  const low = (rho * 2 ** 40 - high) * 2 ** 40;
  const whole = Math.floor(low);
  return [(BigInt(high) << 40n) + BigInt(whole), low !== whole];
}
