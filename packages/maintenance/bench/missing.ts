/**
 * Missing sensors, measured: forecasts on C-MAPSS FD001 with values taken away (train complete, predict the test engines at
 * their last row; choices were made on train engines alone), what the student's parts are worth, conditions of a hydraulic rig
 * with sensors lost, and the time a row takes.
 */

import type { Executor } from "@symbion/neural";
import { openNodeExecutor } from "@symbion/neural/node";
import { atMost, plain, type Row, type RunOptions } from "../../../bench/rows.ts";
import {
  CMAPSS_CAP,
  maskFleet,
  type NormalisedRun,
  type Normaliser,
  NormaliserLearner,
  parseMissing,
  rulErrors,
} from "../src/index.ts";
import { MissingSensors } from "../src/missing/missing-sensors.ts";
import { CHOICES } from "../src/missing/selection.ts";
import { SensorEmbedder } from "../src/missing/sensor-embedder.ts";
import { readCmapss } from "../src/node/index.ts";
import { cmapssAbsent, cmapssFolder } from "../test/support/cmapss.ts";
import { ablate, type Variant } from "./missing-ablations.ts";
import { rigRows } from "./missing-rig.ts";

/** What is taken away, with how many seeds, the goal and the best RMSE known before (hybrid, masked trees or count-down). */
const CASES: readonly (readonly [
  missing: string,
  seeds: number,
  goal: number | null,
  anchor: number,
])[] = [
  ["none", 1, 11.8, 11.87],
  ["mcar:0.1", 3, null, 11.97],
  ["mcar:0.3", 3, null, 12.55],
  ["mcar:0.5", 3, 12.5, 12.7],
  ["mcar:0.7", 3, 14, 14.3],
  ["mcar:0.9", 3, null, 19.08],
  ["dead:1", 10, null, 12.06],
  ["dead:3", 10, null, 12.51],
  ["dead:5", 10, 13, 13.18],
  ["dead:8", 10, null, 14.99],
  ["dead:3+mcar:0.3", 5, null, 12.63],
  ["dead:5+mcar:0.5", 5, 13.2, 13.6],
  ["blackout:5", 1, 12.4, 12.6],
  ["blackout:10", 1, 13.8, 14.4],
  ["blackout:20", 1, 16.5, 17.3],
];
const QUICK: readonly string[] = ["none", "mcar:0.5", "dead:5+mcar:0.5", "blackout:10"];

/** Rows in the order in which they are to be shown. */
export async function* missingRows(options: RunOptions): AsyncGenerator<Row, void, void> {
  yield* rigRows(options);
  if (cmapssAbsent !== null) {
    options.note(`missing: left out, ${cmapssAbsent}`);
    return;
  }
  const { train, test } = await readCmapss(cmapssFolder, "FD001");
  const learner = new NormaliserLearner(train.channels);
  for (const run of train.runs) learner.learn(run);
  const normaliser = learner.freeze();
  const runs = train.runs.map((run) => normaliser.apply(run));
  const executor = await openNodeExecutor();
  try {
    options.note("missing: learning all ways of forecasting, and what each is worth");
    const before = process.cpuUsage();
    const model = await MissingSensors.fit(runs, { cap: CMAPSS_CAP, executor });
    const { user, system } = process.cpuUsage(before);
    yield plain("missing: learning, FD001", (user + system) / 1e6, "CPU s");
    yield plain("missing: models as bytes", model.encode().length, "B");
    for (const [missing, seeds, goal, anchor] of CASES) {
      if (options.quick && !QUICK.includes(missing)) continue;
      options.note(`missing: FD001 with ${missing}`);
      yield* testRows(model, normaliser, test, missing, options.quick ? 1 : seeds, goal, anchor);
    }
    yield* timeRows(
      model,
      normaliser,
      test.runs.map((run) => normaliser.apply(run)),
    );
    yield* ablationRows(runs, executor, options);
  } finally {
    await executor.dispose();
  }
}

async function* testRows(
  model: MissingSensors,
  normaliser: Normaliser,
  test: Parameters<typeof maskFleet>[0],
  missing: string,
  seeds: number,
  goal: number | null,
  anchor: number,
): AsyncGenerator<Row, void, void> {
  // One list per way, the chosen one first.
  const all: { uncapped: number; capped: number; score: number }[][] = [];
  const taken = new Map<string, number>();
  for (let seed = 0; seed < seeds; seed++) {
    const masked = maskFleet(test, parseMissing(missing), seed, normaliser.sensors);
    const truths = masked.runs.map((run) => run.remaining ?? 0);
    const said = masked.runs.map((run) => {
      const { estimate, answers, path } = model.forecast(normaliser.apply(run));
      taken.set(path, (taken.get(path) ?? 0) + 1);
      return [estimate, ...answers];
    });
    said[0]?.forEach((_, way) => {
      const list = said.map((answers) => answers[way] as number);
      const { rmse, score } = rulErrors(list, truths);
      const errors = { uncapped: rmse, capped: rulErrors(list, truths, CMAPSS_CAP).rmse, score };
      if (all[way] === undefined) all[way] = [errors];
      else all[way].push(errors);
    });
  }
  const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
  const [chosen = [], ...ways] = all;
  const rmse = chosen.map(({ uncapped }) => uncapped);
  const most = [...taken].sort(([, a], [, b]) => b - a)[0]?.[0] ?? "";
  const name = `FD001 ${missing}`;
  const title = `${name}: RMSE uncapped (${seeds} seeds, mostly ${most})`;
  yield goal === null
    ? plain(title, mean(rmse), "cycles", anchor)
    : atMost(title, mean(rmse), "cycles", goal, anchor);
  yield plain(`${name}: RMSE capped`, mean(chosen.map(({ capped }) => capped)), "cycles");
  yield plain(`${name}: NASA score`, mean(chosen.map(({ score }) => score)), "");
  yield plain(`${name}: RMSE of the worst seed`, Math.max(...rmse), "cycles");
  for (const [way, errors] of ways.entries()) {
    const value = mean(errors.map(({ uncapped }) => uncapped));
    if (Number.isFinite(value))
      yield plain(`${name}: RMSE of ${CHOICES[way]} alone`, value, "cycles");
  }
}

/** Time of one row, pushed and forecast, when five sensors are dead: the dearest case. */
function* timeRows(
  model: MissingSensors,
  normaliser: Normaliser,
  runs: readonly NormalisedRun[],
): Generator<Row, void, void> {
  const n = normaliser.sensors.length;
  const stream = model.stream();
  const times: number[] = [];
  for (const { z, run, regimes } of runs.slice(0, 20)) {
    const less = z.map((value, i) => (i % n < 5 ? Number.NaN : value));
    stream.reset();
    for (let i = 0; i < run.rows; i++) {
      const start = performance.now();
      stream.push(less, i * n, run.age[i] as number, regimes[i] as number);
      stream.forecast();
      times.push(performance.now() - start);
    }
  }
  times.sort((a, b) => a - b);
  const at = (part: number): number => times[Math.floor(part * (times.length - 1))] as number;
  yield plain("missing: a row with 5 dead sensors, median", at(0.5), "ms");
  yield atMost("missing: a row with 5 dead sensors, p99", at(0.99), "ms", 1);
}

async function* ablationRows(
  runs: readonly NormalisedRun[],
  executor: Executor,
  { quick, note }: RunOptions,
): AsyncGenerator<Row, void, void> {
  const full: Variant = {
    ...{ name: "all parts", presence: true, embedder: new SensorEmbedder() },
    ...{ teacher: 0.3, contrast: 0.05, masks: true },
  };
  const bare = { presence: false, embedder: null, teacher: 0, contrast: 0 };
  const variants: Variant[] = [
    full,
    { ...full, name: "without language model", embedder: null },
    { ...full, name: "without teacher", teacher: 0 },
    { ...full, name: "without contrast", contrast: 0 },
    { ...full, name: "without masks", contrast: 0, masks: false },
    { ...full, ...bare, name: "masks alone" },
    { ...full, ...bare, name: "masks and language model", embedder: full.embedder },
    { ...full, ...bare, name: "masks and presence", presence: true },
    { ...full, ...bare, name: "masks and teacher", teacher: 0.3 },
  ];
  for (const variant of variants) {
    note(`missing: student ${variant.name}`);
    // Each fold with weights and losses of its own; the same ones for all variants.
    const [found] = await ablate(runs, CMAPSS_CAP, [variant], executor, 0, quick ? 1 : 3);
    for (const [name, error] of found?.errors ?? []) {
      yield plain(`student, ${variant.name}: RMSE capped, ${name}, train engines`, error, "cycles");
    }
  }
}
