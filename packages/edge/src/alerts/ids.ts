/** Names of alerts and deliveries. */

import { randomBytes } from "node:crypto";
import type { Delivery } from "@symbion/core";

/** Digits of a time in base 36; enough until the year 5188. */
const TIME_DIGITS = 9;

/**
 * A new unique id that sorts by time as text: nine digits of base 36 for `at` (milliseconds since 1970; before that
 * counts as 1970), a hyphen, 12 random hexadecimal digits.
 */
export function newId(at: number): string {
  const time = Math.max(0, Math.trunc(at)).toString(36).padStart(TIME_DIGITS, "0");
  return `${time}-${randomBytes(6).toString("hex")}`;
}

/**
 * Id of the delivery that tells an event of an alert through a channel. The same three always give the same id: what
 * is sent twice (a node killed between sending and writing that down) can be recognised by whoever receives it.
 */
export function deliveryId(alert: string, event: Delivery["event"], channel: string): string {
  return `${alert}-${event}-${channel}`;
}
