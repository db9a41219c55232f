/**
 * Benchmarks of `@symbion/vision/motion`: labelled clips, their re-encodes, scenes of known content, cost. Run with
 * `symbion bench motion`. Clips with labels lie beside the repository; parts that need them are left out elsewhere.
 */

import type { Row, RunOptions } from "../../../bench/rows.ts";
import { accuracyRows, eventRows } from "./accuracy.ts";
import { costRows } from "./cost.ts";
import { encoderRows, sceneRows } from "./robustness.ts";

const PARTS: Readonly<Record<string, (options: RunOptions) => AsyncIterable<Row>>> = {
  accuracy: accuracyRows,
  events: eventRows,
  encoders: encoderRows,
  scenes: sceneRows,
  cost: costRows,
};

/** Names of the parts. */
export const parts: readonly string[] = Object.keys(PARTS);

/** Runs all parts, or those in `options.only`. */
export async function* run(options: RunOptions): AsyncGenerator<Row, void, void> {
  for (const [name, rows] of Object.entries(PARTS)) {
    if (options.only.length === 0 || options.only.includes(name)) yield* rows(options);
  }
}
