/**
 * Benchmarks of privacy and links: exact noise, the accountant, trust tiers, keys, sessions, sealing, and what all of it
 * costs a node that runs. Run with `symbion bench share`.
 */

import { type Row, type RunOptions, runParts } from "../../../bench/rows.ts";

/** Names of the parts; each is a module of its name with a generator `NAMERows`, loaded when it runs. */
export const parts: readonly string[] = [
  "noise",
  "accounts",
  "tiers",
  "keys",
  "sessions",
  "sealing",
  "node",
];

/** Runs all parts, or those in `options.only`. */
export function run(options: RunOptions): AsyncGenerator<Row, void, void> {
  return runParts(new URL("./share/", import.meta.url), parts, options);
}
