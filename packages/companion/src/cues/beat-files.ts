/** Files of beat intervals: plain text, and Polar's `.hrm`. */

import { UsageError } from "@symbion/core";

/** More intervals than a week of beats has; a longer file is refused. */
const MOST_INTERVALS = 2_000_000;

/**
 * Intervals of a text file, one per line, in milliseconds. A file whose middle value is below 10 is in seconds and is
 * converted. Empty lines and lines that begin with `#` are passed over; a first line of words is a heading.
 *
 * @throws UsageError where a line is not one number, or there is none.
 */
export function readBeatText(text: string, where: string = "beat file"): Float64Array {
  const values: number[] = [];
  let row = 0;
  for (const line of linesOf(text)) {
    row++;
    if (line === "" || line.startsWith("#")) continue;
    const value = Number(line.replace(/[,;]$/, ""));
    if (!Number.isFinite(value)) {
      if (values.length === 0 && row === 1 && /^[A-Za-z]/.test(line)) continue;
      throw bad("one interval in milliseconds or seconds", line, `${where}, line ${row}`);
    }
    values.push(value);
    checkCount(values.length, where);
  }
  if (values.length === 0) throw bad("at least one interval", "", where);
  const middle = Float64Array.from(values).sort()[values.length >> 1];
  return Float64Array.from(values, (value) => (middle < 10 ? value * 1000 : value));
}

/**
 * Intervals of a Polar `.hrm` file in milliseconds.
 *
 * @throws UsageError where it has no beat intervals (only a heart rate every few seconds), or a line is not one number.
 */
export function readPolarHrm(text: string, where: string = "hrm file"): Float64Array {
  const values: number[] = [];
  let section = "";
  let interval = "";
  let row = 0;
  for (const line of linesOf(text)) {
    row++;
    if (line.startsWith("[")) section = line.toLowerCase();
    else if (section === "[params]" && /^interval\s*=/i.test(line)) {
      interval = line.slice(line.indexOf("=") + 1).trim();
    } else if (section === "[hrdata]" && line !== "") {
      const value = Number(line);
      if (!Number.isFinite(value)) throw bad("one interval in ms", line, `${where}, line ${row}`);
      values.push(value);
      checkCount(values.length, where);
    }
  }
  // 238 is Polar's mark for beat-to-beat recording; any other number is seconds between mean heart rates.
  if (interval !== "238") throw bad("Interval=238, beat-to-beat recording", interval, where);
  if (values.length === 0) throw bad("intervals under [HRData]", "", where);
  return Float64Array.from(values);
}

function* linesOf(text: string): Generator<string, void, void> {
  let from = text.startsWith("\uFEFF") ? 1 : 0;
  while (from <= text.length) {
    let to = text.indexOf("\n", from);
    if (to < 0) to = text.length;
    yield text.slice(from, to).trim();
    from = to + 1;
  }
}

function checkCount(count: number, where: string): void {
  if (count > MOST_INTERVALS) {
    throw new UsageError(`${where}: expected at most ${MOST_INTERVALS} intervals, got more`);
  }
}

function bad(what: string, got: string, where: string): UsageError {
  return new UsageError(`${where}: expected ${what}, got ${JSON.stringify(got.slice(0, 60))}`);
}
