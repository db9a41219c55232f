/**
 * What the monitor calls unusual before anything has failed: false alarms on healthy machines never seen, against the rate
 * that was asked for, and how much of what goes before a failure is found. Machines are split three times by seed: 60 % to
 * learn from, 40 % to judge. The first 35 % of a life count as healthy.
 */

import { Random } from "@symbion/neural";
import { atMost, plain, type Row, type RunOptions, sharedData } from "../../../bench/rows.ts";
import type { Fleet } from "../src/fleet.ts";
import { normaliserOf } from "../src/learning/fit-kind.ts";
import { UsualRows } from "../src/learning/usual-rows.ts";
import { features, REFERENCE_FEATURES } from "../src/manipulation/features.ts";
import type { FeatureTable } from "../src/manipulation/types.ts";
import { readCmapss } from "../src/node/cmapss.ts";
import { simulateLives } from "../src/simulator/index.ts";

const RATE = 0.001;
const HEALTHY = 0.35;
const KINDS = ["simulated-pump", "simulated-press", "simulated-gearbox"];
const LIVES = 60;

/** See the file's head. */
export async function* anomalyRows(options: RunOptions): AsyncGenerator<Row, void, void> {
  const folder = sharedData("maintenance/cmapss", options);
  if (folder !== null) {
    for (const set of ["FD001", "FD002"] as const) {
      options.note(`anomaly: ${set}`);
      yield* judged(set, (await readCmapss(folder, set)).train, options);
    }
  }
  for (const kind of KINDS) {
    options.note(`anomaly: ${kind}`);
    yield* judged(kind, simulateLives({ kind, lives: LIVES, seed: 3 }), options);
  }
}

function* judged(name: string, fleet: Fleet, { quick }: RunOptions): Generator<Row, void, void> {
  const sums = { falseAlarms: 0, healthy: 0, found: 0, ill: 0 };
  for (let seed = 0; seed < (quick ? 1 : 3); seed++) {
    const random = new Random(seed);
    const runs = fleet.runs
      .map((run) => ({ run, draw: random.next() }))
      .sort((a, b) => a.draw - b.draw)
      .map(({ run }) => run);
    const cut = Math.floor(runs.length * 0.6);
    const normaliser = normaliserOf({ ...fleet, runs: runs.slice(0, cut) });
    const table = features(
      runs.map((run) => normaliser.apply(run)),
      REFERENCE_FEATURES,
    );
    const healthy = runs.map(({ rows }, r) =>
      Array.from({ length: Math.floor(rows * HEALTHY) }, (_, i) => start(table, r) + i),
    );
    const usual = UsualRows.learn(table, healthy.slice(0, cut), RATE);
    if (usual === null) throw new TypeError(`${name}: expected enough rows to learn from, got few`);
    const over = (row: number): boolean => (usual.ratio(rowOf(table, row)) ?? 0) > 1;
    for (let r = cut; r < runs.length; r++) {
      const end = start(table, r + 1);
      const own = healthy[r] ?? [];
      sums.healthy += own.length;
      sums.falseAlarms += own.filter(over).length;
      for (let i = Math.ceil((start(table, r) + end) / 2); i < end; i++) {
        sums.ill++;
        if (over(i)) sums.found++;
      }
    }
  }
  const alarms = (1000 * sums.falseAlarms) / sums.healthy;
  yield atMost(`${name}: false alarms in 1,000 healthy rows`, alarms, "", 1000 * RATE);
  yield plain(`${name}: share found of a life's second half`, (100 * sums.found) / sums.ill, "%");
}

function start(table: FeatureTable, run: number): number {
  return table.starts[run] as number;
}

function rowOf({ data, rows, names }: FeatureTable, row: number): Float32Array {
  return Float32Array.from(names, (_, c) => data[c * rows + row] as number);
}
