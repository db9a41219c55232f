/** Short ways to write the rows of `symbion bench`, and what its areas share. */

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { BenchOptions, BenchRow } from "../packages/edge/src/cli/bench.ts";

/** One measured figure. */
export type Row = BenchRow;

/** What a run is asked for. */
export type RunOptions = BenchOptions;

/** Measures one part of an area. */
export type Part = (options: RunOptions) => AsyncIterable<Row>;

/**
 * Runs all parts of an area, or those in `options.only`, each loaded when its turn comes.
 *
 * @param folder Where the parts are: each is a module `NAME.ts` with a generator `NAMERows`.
 */
export async function* runParts(
  folder: URL,
  parts: readonly string[],
  options: RunOptions,
): AsyncGenerator<Row, void, void> {
  for (const name of parts) {
    if (options.only.length > 0 && !options.only.includes(name)) continue;
    const module = (await import(new URL(`${name}.ts`, folder).href)) as Record<string, Part>;
    const rows = module[`${name}Rows`];
    if (rows === undefined) throw new TypeError(`${name}.ts: expected ${name}Rows, got none`);
    yield* rows(options);
  }
}

/** A figure that is only reported, beside the peer's or anchor's where there is one. Less is better. */
export function plain(name: string, value: number, unit: string, peer?: number): Row {
  return { name, value, unit, ...fewer(value, peer), goal: null, met: null };
}

/** A figure with a goal in words. */
export function goal(name: string, value: number, unit: string, words: string, met: boolean): Row {
  return { name, value, unit, goal: words, met };
}

/** A count that has to be zero. */
export function none(name: string, count: number): Row {
  return goal(name, count, "", "0", count === 0);
}

/** A figure that has to be at most `most`, beside the peer's or anchor's. */
export function atMost(
  name: string,
  value: number,
  unit: string,
  most: number,
  peer?: number,
): Row {
  return { name, value, unit, ...fewer(value, peer), goal: `<= ${most}`, met: value <= most };
}

/** A figure that has to be at least `least`, or is only reported where that is null, beside the peer's or anchor's. */
export function atLeast(
  name: string,
  value: number,
  unit: string,
  least: number | null,
  peer?: number,
): Row {
  const peers = peer === undefined ? {} : { peer, ratio: value / peer };
  const aim = least === null ? null : `>= ${least}`;
  return { name, value, unit, ...peers, goal: aim, met: least === null ? null : value >= least };
}

/** A figure that has to lie from `least` to `most`. */
export function within(
  name: string,
  value: number,
  unit: string,
  least: number,
  most: number,
): Row {
  return goal(name, value, unit, `${least} to ${most}`, value >= least && value <= most);
}

/** How many times better than the peer, where less is better. */
function fewer(value: number, peer: number | undefined): { peer?: number; ratio?: number } {
  return peer === undefined ? {} : { peer, ratio: peer / value };
}

/** Middle value; of an even number the upper one of the two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** Value below which so large a share of the values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** A folder of the data beside the repository (`companion/paradetox` for instance), or null; then a line says so. */
export function sharedData(folder: string, options: Pick<RunOptions, "note">): string | null {
  const path = fileURLToPath(new URL(`../../shared/data/${folder}/`, import.meta.url));
  if (existsSync(path)) return path;
  options.note(`left out: no ${path}`);
  return null;
}
