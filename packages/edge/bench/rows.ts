/** Short ways to write rows. */

import type { BenchRow } from "../src/cli/bench.ts";

/** A figure that is only reported. */
export function plain(name: string, value: number, unit: string): BenchRow {
  return { name, value, unit, goal: null, met: null };
}

/** A figure with a goal. */
export function goal(
  name: string,
  value: number,
  unit: string,
  words: string,
  met: boolean,
): BenchRow {
  return { name, value, unit, goal: words, met };
}

/** A figure that has to be at most `most`. */
export function atMost(name: string, value: number, unit: string, most: number): BenchRow {
  return goal(name, value, unit, `<= ${most}`, value <= most);
}

/** A count that has to be zero. */
export function none(name: string, count: number): BenchRow {
  return goal(name, count, "", "0", count === 0);
}
