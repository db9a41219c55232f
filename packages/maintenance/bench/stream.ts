/**
 * Learning in motion on C-MAPSS: models of one subset meet the engines of another, one after the other, in three orders. Anchors
 * are gradient boosting with the same schedule, and adaptive conformal inference with one width for all (constant half-widths).
 * FD003 and FD004 are measured where their files lie beside the others.
 */

import { existsSync } from "node:fs";
import {
  atMost,
  plain,
  type Row,
  type RunOptions,
  sharedData,
  within,
} from "../../../bench/rows.ts";
import { type CmapssSet, type StreamResult, streamCmapss } from "../src/index.ts";
import { readCmapss } from "../src/node/index.ts";

/** Orders of the engines, and of a quick run. */
const SEEDS = [0, 1, 2];
const FEW_SEEDS = [0];
/** Engines of a quick run. */
const FEW_ENGINES = 40;

/** A stream, what others reached on it, and what is aimed at. */
type Case = {
  readonly pretrain: CmapssSet;
  readonly stream: CmapssSet;
  /** Errors of the anchor over all engines and the first ten, and its constant half-width. */
  readonly anchor: {
    readonly all?: number;
    readonly first10?: number;
    readonly halfWidth?: number;
  };
  readonly goal: { readonly all?: number; readonly first10?: number; readonly forgetting: number };
};

const CASES: readonly Case[] = [
  {
    pretrain: "FD001",
    stream: "FD002",
    anchor: { all: 11.5, first10: 22.8, halfWidth: 23 },
    goal: { all: 11, first10: 18, forgetting: 0.3 },
  },
  { pretrain: "FD002", stream: "FD001", anchor: {}, goal: { forgetting: 0.3 } },
  {
    pretrain: "FD001",
    stream: "FD003",
    anchor: { all: 8.94, first10: 12.3, halfWidth: 27 },
    goal: { all: 8.9, forgetting: 0.5 },
  },
  {
    pretrain: "FD001",
    stream: "FD004",
    anchor: { all: 12.89, first10: 24.5, halfWidth: 29 },
    goal: { all: 12.9, forgetting: 0.5 },
  },
];

/** Rows of the part `stream`. */
export async function* streamRows(options: RunOptions): AsyncGenerator<Row, void, void> {
  const folder = sharedData("maintenance/cmapss", options);
  if (folder === null) return;
  for (const { pretrain, stream, anchor, goal } of CASES) {
    const name = `${stream} after ${pretrain}`;
    if (![pretrain, stream].every((set) => existsSync(`${folder}train_${set}.txt`))) {
      options.note(`stream: ${name} left out, its files are not in ${folder}`);
      continue;
    }
    const before = await readCmapss(folder, pretrain);
    const { train } = await readCmapss(folder, stream);
    const results: StreamResult[] = [];
    for (const seed of options.quick ? FEW_SEEDS : SEEDS) {
      const result = await streamCmapss(before, train, {
        seed,
        ...(options.quick ? { engines: FEW_ENGINES } : {}),
        clock: () => process.cpuUsage().user / 1000,
      });
      results.push(result);
      options.note(`stream: ${name}, order ${seed}: ${JSON.stringify(result)}`);
    }
    yield* rowsOf(name, results, anchor, goal);
  }
}

function* rowsOf(
  name: string,
  results: readonly StreamResult[],
  anchor: Case["anchor"],
  goal: Case["goal"],
): Generator<Row> {
  const orders = results.length === 1 ? "1 order" : `mean of ${results.length} orders`;
  const mean = (of: (result: StreamResult) => number): number =>
    results.reduce((sum, result) => sum + of(result), 0) / results.length;
  const figure = (what: string, value: number, most?: number, peer?: number): Row =>
    most === undefined
      ? plain(`${name}: ${what}`, value, "cycles", peer)
      : atMost(`${name}: ${what}`, value, "cycles", most, peer);
  yield figure(
    `RMSE, ${orders}`,
    mean(({ all }) => all),
    goal.all,
    anchor.all,
  );
  yield figure(
    "RMSE of the first 10 engines",
    mean(({ first10 }) => first10),
    goal.first10,
    anchor.first10,
  );
  yield figure(
    "the same, worst order",
    Math.max(...results.map(({ first10 }) => first10)),
    goal.first10,
  );
  yield figure(
    "RMSE of the last 40 engines",
    mean(({ last40 }) => last40),
  );
  yield figure(
    "forgetting, RMSE on the first set's tests",
    mean(({ forgetting }) => forgetting),
    goal.forgetting,
  );
  yield figure("the same, worst order", Math.max(...results.map(({ forgetting }) => forgetting)));
  for (const [which, pick] of [
    ["least", Math.min],
    ["greatest", Math.max],
  ] as const) {
    const share = pick(...results.map(({ coverage90 }) => 100 * coverage90));
    yield within(`${name}: coverage of 90 % intervals, ${which} of the orders`, share, "%", 88, 92);
  }
  yield figure(
    "half-width of these intervals",
    mean(({ halfWidth90 }) => halfWidth90),
    anchor.halfWidth,
    anchor.halfWidth,
  );
  yield plain(
    `${name}: time of an update, one core`,
    mean(({ updateSeconds, updates }) => updateSeconds / updates),
    "s",
  );
}
