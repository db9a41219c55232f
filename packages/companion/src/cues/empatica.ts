/** Files of an Empatica E4 wristband, as its export lays them out. */

import { UsageError } from "@symbion/core";

/** An evenly sampled signal. */
export type EvenSignal = {
  /** Seconds since 1970 of the first sample, UTC. */
  readonly start: number;
  /** Samples per second. */
  readonly rate: number;
  /** Samples in the file's unit: EDA microsiemens, TEMP degrees Celsius, HR beats per minute. */
  readonly values: Float64Array;
};

/** Beats found in the pulse wave; the device leaves out what it is not sure of. */
export type BeatIntervals = {
  /** Seconds since 1970 of the session's start, UTC. */
  readonly start: number;
  /** Seconds from the start to each beat. */
  readonly times: Float64Array;
  /** Seconds from the beat before; the beat before may be one that is not listed. */
  readonly intervals: Float64Array;
};

const LONGEST_LINE = 200;

/**
 * `EDA.csv`, `TEMP.csv`, `HR.csv` or `BVP.csv`: start, rate, then one value per line. A value that is no number is NaN.
 *
 * @throws UsageError where the first two lines are no start and rate, or a line has several columns of samples.
 */
export function readEmpaticaSignal(text: string, where: string = "Empatica file"): EvenSignal {
  const lines = linesOf(text);
  const start = number(lines[0]);
  const rate = number(lines[1]);
  if (!(start > 0)) throw bad("the start in seconds since 1970", lines[0], `${where}, line 1`);
  if (!(rate > 0 && rate <= 10_000)) throw bad("a rate in hertz", lines[1], `${where}, line 2`);
  const values = new Float64Array(Math.max(0, lines.length - 2));
  for (let i = 2; i < lines.length; i++) {
    if (lines[i].includes(",")) throw bad("one value", lines[i], `${where}, line ${i + 1}`);
    values[i - 2] = number(lines[i]);
  }
  return { start, rate, values };
}

/**
 * `IBI.csv`: the start, then offset and interval per line. Lines that are not two ascending numbers are left out.
 *
 * @throws UsageError where the first line is no start.
 */
export function readEmpaticaIntervals(text: string, where: string = "Empatica IBI"): BeatIntervals {
  const lines = linesOf(text);
  const start = number(lines[0]?.split(",")[0]);
  if (!(start > 0)) throw bad("the start in seconds since 1970", lines[0], `${where}, line 1`);
  const times: number[] = [];
  const intervals: number[] = [];
  for (const line of lines.slice(1)) {
    const [at, interval] = line.split(",").map(number);
    if (!(at > (times.at(-1) ?? -1)) || !(interval > 0)) continue;
    times.push(at);
    intervals.push(interval);
  }
  return { start, times: Float64Array.from(times), intervals: Float64Array.from(intervals) };
}

function linesOf(text: string): string[] {
  const lines = text.split("\n").map((line) => line.trim());
  while (lines.length > 0 && lines[lines.length - 1] === "") lines.pop();
  return lines;
}

function number(text: string | undefined): number {
  // An E4 header repeats its value for three-axis files; the first one is the session's.
  const first = text?.split(",")[0]?.trim() ?? "";
  return first === "" || first.length > LONGEST_LINE ? Number.NaN : Number(first);
}

function bad(what: string, got: string | undefined, where: string): UsageError {
  const shown = got === undefined ? "the end of the file" : JSON.stringify(got.slice(0, 60));
  return new UsageError(`${where}: expected ${what}, got ${shown}`);
}
