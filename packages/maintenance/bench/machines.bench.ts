/**
 * Benchmarks of `@symbion/maintenance`. Run with `symbion bench machines`. Parts over C-MAPSS and the hydraulic rig need the
 * data beside the repository (the package's README says which); without it they say so and are left out.
 */

import type { Row, RunOptions } from "./rows.ts";

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
