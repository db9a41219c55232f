/** Windows of time by name, in an order that a clock cannot turn back. */

import { PrivacyError } from "../errors.ts";

/** Lengths that windows may have. */
export const WINDOW_LENGTHS = ["hour", "day", "month"] as const;

/** One of {@link WINDOW_LENGTHS}. */
export type WindowLength = (typeof WINDOW_LENGTHS)[number];

const CUT: Readonly<Record<WindowLength, number>> = { hour: 13, day: 10, month: 7 };

/**
 * Name of the window that a moment lies in, in UTC: `2026-11-23T14`, `2026-11-23`, `2026-11`. Names sort as time does.
 *
 * @param at Milliseconds since 1970, years 0 to 9999.
 */
export function windowOf(at: number, length: WindowLength): string {
  if (!(at >= -62_167_219_200_000 && at < 253_402_300_800_000)) {
    throw new PrivacyError(`window: expected a moment in the years 0 to 9999, got ${at}`);
  }
  return new Date(at).toISOString().slice(0, CUT[length]);
}
