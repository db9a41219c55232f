/**
 * Benchmarks of `@symbion/maintenance`. Run with `symbion bench machines`. Parts over C-MAPSS and the hydraulic rig need the
 * data beside the repository (the package's README says which); without it they say so and are left out.
 */

import { type Row, type RunOptions, runParts } from "../../../bench/rows.ts";

/** Names of the parts; each is a module of its name with a generator `NAMERows`, loaded when it runs. */
export const parts: readonly string[] = [
  "boosting",
  "complete",
  "missing",
  "stream",
  "anomaly",
  "recurrent",
  "node",
];

/** Runs all parts, or those in `options.only`. */
export function run(options: RunOptions): AsyncGenerator<Row, void, void> {
  return runParts(new URL("./", import.meta.url), parts, options);
}
