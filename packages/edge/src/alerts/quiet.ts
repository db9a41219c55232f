/**
 * Quiet hours: spans of local time that repeat by day of the week. They are turned into moments with the calendar of
 * the process's time zone, so a night in which the clocks change is longer or shorter by that hour, and a limit that
 * falls into the skipped hour comes as late as the hour was long.
 */

import type { QuietHours } from "../config/types.ts";

/** Spans repeat by the week, so quiet that lasts longer has no end. Milliseconds; a day more than a week. */
const ALWAYS = 8 * 24 * 3_600_000;

/** The moment of a minute of the local day that lies `days` after the day of `date`. */
function momentOf(date: Date, days: number, minute: number): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days, 0, minute).getTime();
}

/** End of the latest span that contains `at`, or null if none does. */
function spanEnd(quiet: readonly QuietHours[], at: number): number | null {
  const today = new Date(at);
  let latest: number | null = null;
  for (const { from, to, days } of quiet) {
    for (const offset of [-1, 0]) {
      const start = momentOf(today, offset, from);
      const day = new Date(
        today.getFullYear(),
        today.getMonth(),
        today.getDate() + offset,
      ).getDay();
      if (!days.includes(day) || at < start) continue;
      const end = momentOf(today, offset + (from < to ? 0 : 1), to);
      if (at < end && (latest === null || end > latest)) latest = end;
    }
  }
  return latest;
}

/**
 * Until when it is quiet at the moment `at` (milliseconds since 1970), spans that touch or overlap taken together;
 * null where it is not quiet. A span whose `from` equals its `to` lasts a whole day. What is always quiet ends some
 * days from now.
 */
export function quietUntil(quiet: readonly QuietHours[], at: number): number | null {
  let end = spanEnd(quiet, at);
  while (end !== null && end - at < ALWAYS) {
    const next = spanEnd(quiet, end);
    if (next === null) break;
    end = next;
  }
  return end;
}
