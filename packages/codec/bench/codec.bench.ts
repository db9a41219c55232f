/**
 * Benchmarks of `@symbion/codec`: speed beside ffmpeg, sixteen cameras on two cores, memory over a long stream, and
 * mutated streams. Run with `symbion bench codec`.
 */

import type { Row, RunOptions } from "../../../bench/rows.ts";
import { camerasRows } from "./cameras.ts";
import { fuzzRows } from "./fuzz-rows.ts";
import { soakRows } from "./soak.ts";
import { speedRows } from "./speed.ts";

const PARTS: Readonly<Record<string, (options: RunOptions) => AsyncIterable<Row>>> = {
  speed: speedRows,
  cameras: camerasRows,
  soak: soakRows,
  fuzz: fuzzRows,
};

/** Names of the parts. */
export const parts: readonly string[] = Object.keys(PARTS);

/** Runs all parts, or those in `options.only`. */
export async function* run(options: RunOptions): AsyncGenerator<Row, void, void> {
  for (const [name, rows] of Object.entries(PARTS)) {
    if (options.only.length === 0 || options.only.includes(name)) yield* rows(options);
  }
}
