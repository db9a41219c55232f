/**
 * Benchmarks of `@symbion/companion`. Run with `symbion bench companion`. Parts over published vignettes, questions,
 * rewrites and recordings need the data beside the repository (the package's README says which); without it they say so
 * and are left out.
 */

import { type Row, type RunOptions, runParts } from "../../../bench/rows.ts";

/** Names of the parts; each is a module of its name with a generator `NAMERows`, loaded when it runs. */
export const parts: readonly string[] = [
  "meaning",
  "triage",
  "safety",
  "sycophancy",
  "log",
  "layer",
  "cues",
  "crm",
];

/** Runs all parts, or those in `options.only`. */
export function run(options: RunOptions): AsyncGenerator<Row, void, void> {
  return runParts(new URL("./", import.meta.url), parts, options);
}
