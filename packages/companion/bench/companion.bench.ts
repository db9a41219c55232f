/**
 * Benchmarks of `@symbion/companion`. Run with `symbion bench companion`. Parts over published vignettes, questions,
 * rewrites and recordings need the data beside the repository (the package's README says which); without it they say so
 * and are left out.
 */

import type { Row, RunOptions } from "./rows.ts";

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

type Part = Readonly<Record<string, (options: RunOptions) => AsyncIterable<Row>>>;

/** Runs all parts, or those in `options.only`. */
export async function* run(options: RunOptions): AsyncGenerator<Row, void, void> {
  for (const name of parts) {
    if (options.only.length > 0 && !options.only.includes(name)) continue;
    const module = (await import(new URL(`./${name}.ts`, import.meta.url).href)) as Part;
    const rows = module[`${name}Rows`];
    if (rows === undefined) throw new TypeError(`bench/${name}.ts: expected ${name}Rows, got none`);
    yield* rows(options);
  }
}
