/**
 * Benchmarks of privacy and links: exact noise, the accountant, trust tiers, keys, sessions, sealing, and what all of it
 * costs a node that runs. Run with `symbion bench share`.
 */

import type { BenchOptions, BenchRow } from "../src/cli/bench.ts";

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

type Part = Readonly<Record<string, (options: BenchOptions) => AsyncIterable<BenchRow>>>;

/** Runs all parts, or those in `options.only`. */
export async function* run(options: BenchOptions): AsyncGenerator<BenchRow, void, void> {
  for (const name of parts) {
    if (options.only.length > 0 && !options.only.includes(name)) continue;
    const module = (await import(new URL(`./share/${name}.ts`, import.meta.url).href)) as Part;
    const rows = module[`${name}Rows`];
    if (rows === undefined) throw new TypeError(`bench/share/${name}.ts: expected ${name}Rows`);
    yield* rows(options);
  }
}
