/**
 * `symbion bench`: runs a package's benchmarks and prints them in one shape. Benchmarks live in the packages, as
 * `bench/AREA.bench.ts`, and are part of a checkout, not of the published packages.
 */

import { existsSync } from "node:fs";
import { arch, cpus, platform, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { UsageError } from "@symbion/core";

/** Options of `symbion bench`. */
export type BenchCommandOptions = {
  readonly json?: true;
  readonly quick?: true;
  readonly only?: string;
  readonly soak?: number;
  readonly fuzz?: number;
};

/** One measured figure. */
export type BenchRow = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The peer's figure from the same run, in the same unit. */
  readonly peer?: number;
  /** How many times better than the peer: above 1 is better. */
  readonly ratio?: number;
  /** What is aimed at, in words; null for a figure that is only reported. */
  readonly goal: string | null;
  /** Whether it was reached; null without a goal. */
  readonly met: boolean | null;
};

/** What a benchmark module is given. */
export type BenchOptions = {
  /** One run of each instead of the median of five. */
  readonly quick: boolean;
  /** Parts to run; empty: all. */
  readonly only: readonly string[];
  /** Minutes of video for endurance runs; undefined: the area's default. */
  readonly soakMinutes: number | undefined;
  /** Mutated streams for fuzz runs; undefined: the area's default. */
  readonly fuzzStreams: number | undefined;
  /** Tells the user what is going on; one line. */
  readonly note: (text: string) => void;
};

/** What a benchmark module exports. */
export type BenchModule = {
  /** Names of its parts, for `--only`. */
  readonly parts: readonly string[];
  /** Measures; rows in the order in which they are to be shown. */
  run(options: BenchOptions): AsyncIterable<BenchRow>;
};

/** Areas and the packages they belong to. */
const AREAS: Readonly<Record<string, string>> = {
  codec: "codec",
  companion: "companion",
  machines: "maintenance",
  motion: "vision",
  node: "edge",
  share: "edge",
  vision: "vision",
};

/** Runs one area, or all. Throws `UsageError` for an unknown area or part. */
export async function benchCommand(
  area: string | undefined,
  options: BenchCommandOptions,
): Promise<void> {
  const known = Object.keys(AREAS);
  if (area !== undefined && !known.includes(area)) {
    throw new UsageError(`expected an area (${known.join(", ")}), got "${area}"`);
  }
  for (const one of area === undefined ? known : [area]) await runArea(one, options);
}

async function runArea(area: string, options: BenchCommandOptions): Promise<void> {
  const module = await load(area);
  const only = options.only?.split(",").map((part) => part.trim()) ?? [];
  for (const part of only) {
    if (!module.parts.includes(part)) {
      throw new UsageError(
        `--only: expected parts of ${area} (${module.parts.join(", ")}), got "${part}"`,
      );
    }
  }
  const rows = module.run({
    quick: options.quick === true,
    only,
    soakMinutes: options.soak,
    fuzzStreams: options.fuzz,
    note: (text) => process.stderr.write(`${text}\n`),
  });
  await printRows(area, machineName(), rows, {
    json: options.json === true,
    write: (text) => process.stdout.write(text),
  });
}

const WIDTHS = [54, 8, 13, 8, 6];

/** Prints rows as a table as they come, and with `json` ends with one JSON line of them all. */
export async function printRows(
  area: string,
  machine: string,
  rows: AsyncIterable<BenchRow>,
  output: { readonly json: boolean; readonly write: (text: string) => void },
): Promise<void> {
  const print = (cells: readonly string[], end: string): void => {
    const padded = cells.map((cell, i) =>
      i === 0 || i === 2 ? cell.padEnd(WIDTHS[i] ?? 0) : cell.padStart(WIDTHS[i] ?? 0),
    );
    output.write(`${`${padded.join("  ")}  ${end}`.trimEnd()}\n`);
  };
  output.write(`${area} on ${machine}\n\n`);
  print(["", "value", "unit", "peer", "ratio"], "goal");
  const all: BenchRow[] = [];
  for await (const row of rows) {
    all.push(row);
    const peer = row.peer === undefined ? "" : figure(row.peer);
    const ratio = row.ratio === undefined ? "" : row.ratio.toFixed(2);
    const goal = row.goal === null ? "" : `${row.goal}: ${row.met ? "met" : "MISSED"}`;
    print([row.name, figure(row.value), row.unit, peer, ratio], goal);
  }
  if (output.json) output.write(`${JSON.stringify({ area, machine, rows: all })}\n`);
}

async function load(area: string): Promise<BenchModule> {
  const file = new URL(`../../../${AREAS[area]}/bench/${area}.bench.ts`, import.meta.url);
  if (!existsSync(fileURLToPath(file))) {
    throw new UsageError(
      `bench ${area}: expected a checkout of the repository, got an installed package without benchmarks`,
    );
  }
  return (await import(file.href)) as BenchModule;
}

/** Three significant digits, without an exponent. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) || Math.abs(value) >= 100) return String(Math.round(value));
  return value.toPrecision(3);
}

function machineName(): string {
  const list = cpus();
  const model = (list[0]?.model ?? "unknown CPU").replace(/\s+/g, " ").trim();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${list.length} x ${model}, ${memory} GB, ${platform()}-${arch()}, Node ${process.versions.node}`;
}
