/** The shape in which benchmarks report; the same as that of `symbion bench`, which prints it. */

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** One measured figure. */
export type Row = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly peer?: number;
  readonly ratio?: number;
  readonly goal: string | null;
  readonly met: boolean | null;
};

/** What a run is asked for. */
export type RunOptions = {
  readonly quick: boolean;
  readonly only: readonly string[];
  readonly soakMinutes: number | undefined;
  readonly fuzzStreams: number | undefined;
  readonly note: (text: string) => void;
};

/** A figure that is only reported, beside the peer's or anchor's where there is one. Less is better. */
export function plain(name: string, value: number, unit: string, peer?: number): Row {
  return { name, value, unit, ...beside(value, peer), goal: null, met: null };
}

/** A figure that has to be at most `most`, beside the peer's or anchor's. */
export function atMost(
  name: string,
  value: number,
  unit: string,
  most: number,
  peer?: number,
): Row {
  return { name, value, unit, ...beside(value, peer), goal: `<= ${most}`, met: value <= most };
}

/** A figure that has to be at least `least`, beside the peer's or anchor's. */
export function atLeast(
  name: string,
  value: number,
  unit: string,
  least: number,
  peer?: number,
): Row {
  const peers = peer === undefined ? {} : { peer, ratio: value / peer };
  return { name, value, unit, ...peers, goal: `>= ${least}`, met: value >= least };
}

/** A figure that has to lie from `least` to `most`. */
export function within(
  name: string,
  value: number,
  unit: string,
  least: number,
  most: number,
): Row {
  return { name, value, unit, goal: `${least} to ${most}`, met: value >= least && value <= most };
}

/** The ratio says how many times better than the peer: less is better here. */
function beside(value: number, peer: number | undefined): { peer?: number; ratio?: number } {
  return peer === undefined ? {} : { peer, ratio: peer / value };
}

/** Value below which so large a share of the values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** A folder of the data beside the repository (`companion/paradetox` for instance), or null; then a line says so. */
export function sharedData(folder: string, options: Pick<RunOptions, "note">): string | null {
  const path = fileURLToPath(new URL(`../../../../shared/data/${folder}/`, import.meta.url));
  if (existsSync(path)) return path;
  options.note(`left out: no ${path}`);
  return null;
}
