/** Names for stored things: unique, and in the order in which they were made. */

import { randomBytes } from "node:crypto";

/** Characters of the time, enough until the year 5188. */
const TIME_DIGITS = 9;

/** An id that sorts by `at` (ms since 1970): time in base 36, a dash, 64 random bits in base 36. */
export function sortableId(at: number): string {
  const time = Math.max(0, Math.floor(at)).toString(36).padStart(TIME_DIGITS, "0");
  return `${time}-${BigInt(`0x${randomBytes(8).toString("hex")}`)
    .toString(36)
    .padStart(13, "0")}`;
}
