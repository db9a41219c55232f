/**
 * Recurrent models, boosted trees, and both together on C-MAPSS; detectors of anomalies on FD001; what a training step costs.
 * Windows and sizes were chosen on train engines left out; test files are forecast once per row.
 */

import { type Executor, Random } from "@symbion/neural";
import { openNodeExecutor } from "@symbion/neural/node";
import {
  atMost,
  percentile,
  plain,
  type Row,
  type RunOptions,
  sharedData,
} from "../../../bench/rows.ts";
import { trainingRows } from "../../neural/bench/training.ts";
import {
  type AnomalyDetector,
  CMAPSS_CAP,
  calibrate,
  debounced,
  features,
  fitAutoencoder,
  fitForest,
  fitPrincipal,
  fitRecurrent,
  fitStacked,
  type NormalisedRun,
  type Normaliser,
  NormaliserLearner,
  type RecurrentFitOptions,
  type RecurrentModel,
  type Run,
  rulErrors,
  type SensorRows,
} from "../src/index.ts";
import { readCmapss } from "../src/node/index.ts";

/** Chosen by leaving out train engines of FD001, for both subsets. */
const RECURRENT = { hidden: 48, window: 60, epochs: 12, rate: 0.004, age: true } as const;
/** Rows between windows of an epoch; FD002 has three times the rows. */
const STRIDES = { FD001: 5, FD002: 10 } as const;
const FOLDS = 3;
/** Seeds of networks whose figures are averaged: one network alone may be lucky. */
const SEEDS = 3;
/** Published deep LSTM (Zheng et al., 2017), uncapped. */
const DEEP_LSTM = { FD001: 16.14, FD002: 24.49 } as const;
/** Goals of both together, and the best boosting known before. */
const GOALS: Readonly<Record<string, readonly [most: number, known: number]>> = {
  "FD001 both, ridge: RMSE, uncapped": [11.3, 11.74],
  "FD001 both, ridge: score, uncapped": [190, 208],
  "FD002 both, ridge: RMSE, capped": [11, 11.24],
  "FD002 both, ridge: score, capped": [570, 595],
};
/** Share of each life that is healthy, and cycles before failure that are ill. */
const HEALTHY = 0.3;
const ILL = 30;
/** Rows whose mean detectors look at. */
const SMOOTH = 10;
/** False alarms per row that thresholds are calibrated to. */
const RATE = 0.01;

/** Rows of forecasts, detectors and training steps. */
export async function* recurrentRows(options: RunOptions): AsyncGenerator<Row, void, void> {
  const folder = sharedData("maintenance/cmapss", options);
  const executor = await openNodeExecutor({ threads: 1 });
  try {
    if (folder !== null) {
      for (const set of options.quick ? (["FD001"] as const) : (["FD001", "FD002"] as const)) {
        yield* forecastRows(executor, folder, set, options);
      }
      yield* detectionRows(executor, folder, options);
    }
  } finally {
    await executor.dispose();
  }
  yield* trainingRows(options);
}

async function* forecastRows(
  executor: Executor,
  folder: string,
  set: "FD001" | "FD002",
  { quick, note }: RunOptions,
): AsyncGenerator<Row, void, void> {
  const { train, test } = await readCmapss(folder, set);
  const normaliser = normaliserOf(train.runs, train.channels);
  const lives = train.runs.map((run) => normaliser.apply(run));
  const asked = test.runs.map((run) => normaliser.apply(run));
  const truths = test.runs.map(({ remaining }) => remaining as number);
  const recurrent = { ...RECURRENT, stride: STRIDES[set] };
  const last = (all: ArrayLike<number>): number[] => {
    let at = -1;
    return asked.map(({ run }) => {
      at += run.rows;
      return all[at] as number;
    });
  };
  const judged = function* (what: string, all: ArrayLike<number>, deep = false): Iterable<Row> {
    const forecasts = last(all).map((life) => Math.max(0, Math.min(CMAPSS_CAP, life)));
    const capped = rulErrors(forecasts, truths, CMAPSS_CAP);
    const uncapped = rulErrors(forecasts, truths);
    const peer = deep ? DEEP_LSTM[set] : undefined;
    yield plain(`${set} ${what}: RMSE, capped`, capped.rmse, "cycles");
    yield plain(`${set} ${what}: RMSE, uncapped`, uncapped.rmse, "cycles", peer);
    yield plain(`${set} ${what}: score, capped`, capped.score, "");
    yield plain(`${set} ${what}: score, uncapped`, uncapped.score, "");
  };
  const begun = performance.now();
  note(`recurrent: ${set}, lstm`);
  const alone = await fitRecurrent(executor, lives, { ...recurrent, cap: CMAPSS_CAP });
  const seconds = (performance.now() - begun) / 1000;
  yield* judged("LSTM", await forecastsOf(executor, alone, asked), true);
  yield plain(`${set} LSTM: fit`, seconds, "s");
  yield plain(
    `${set} LSTM: update and forecast of a row, no runtime`,
    rowMilliseconds(alone, asked),
    "CPU ms",
  );
  note(`recurrent: ${set}, gru`);
  const fit: RecurrentFitOptions = { ...recurrent, cap: CMAPSS_CAP, cell: "gru" };
  const gru = await fitRecurrent(executor, lives, fit);
  yield* judged("GRU", await forecastsOf(executor, gru, asked), true);
  for (const fusion of quick ? (["ridge"] as const) : (["ridge", "trees", "states"] as const)) {
    const seeds = quick ? 1 : SEEDS;
    const figures = new Map<string, Row[]>();
    for (let seed = 0; seed < seeds; seed++) {
      note(`recurrent: ${set}, both together by ${fusion}, seed ${seed}`);
      const fit = { cap: CMAPSS_CAP, fusion, folds: FOLDS, recurrent: { ...recurrent, seed } };
      const model = await fitStacked(executor, lives, fit);
      const { trees, spec, weights } = model.parts;
      if (fusion === "ridge" && seed === 0) {
        yield* judged("trees, 85 features", trees.predict(features(asked, spec)));
        yield plain(`${set} both, ridge: weight of the LSTM`, weights[1], "");
      }
      for (const row of judged(`both, ${fusion}`, await model.forecasts(executor, asked))) {
        figures.set(row.name, [...(figures.get(row.name) ?? []), row]);
      }
    }
    for (const [name, rows] of figures) {
      const values = rows.map(({ value }) => value);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const unit = rows[0]?.unit ?? "";
      const goal = GOALS[name];
      const title = `${name}, mean of ${seeds} seeds`;
      yield goal === undefined ? plain(title, mean, unit) : atMost(title, mean, unit, ...goal);
      if (seeds > 1) yield plain(`${name}, worst of them`, Math.max(...values), unit);
    }
  }
}

function normaliserOf(
  runs: readonly Run[],
  channels: ConstructorParameters<typeof NormaliserLearner>[0],
): Normaliser {
  const learner = new NormaliserLearner(channels);
  for (const run of runs) learner.learn(run);
  return learner.freeze();
}

async function forecastsOf(
  executor: Executor,
  model: RecurrentModel,
  runs: readonly NormalisedRun[],
): Promise<Float64Array> {
  const program = await model.load(executor);
  const { forecasts } = await program.answer(runs);
  await program.dispose();
  return forecasts;
}

/** CPU time of a row's update and forecast without the runtime. */
function rowMilliseconds(model: RecurrentModel, runs: readonly NormalisedRun[]): number {
  const some = runs.slice(0, 10);
  const begun = process.cpuUsage();
  for (const run of some) model.forecasts(run);
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1000 / some.reduce((sum, { run }) => sum + run.rows, 0);
}

/**
 * 40 train engines of FD001 to learn from, 30 for thresholds, 30 to judge: each engine's first 30 % are healthy, its last 30
 * cycles ill. An alarm is three of five rows over the threshold.
 */
async function* detectionRows(
  executor: Executor,
  folder: string,
  { quick, note }: RunOptions,
): AsyncGenerator<Row, void, void> {
  const { train } = await readCmapss(folder, "FD001");
  const found = new Map<string, number[]>();
  const seeds = quick ? 1 : 3;
  for (let seed = 0; seed < seeds; seed++) {
    const random = new Random(seed);
    const runs = [...train.runs]
      .map((run) => ({ run, draw: random.next() }))
      .sort((a, b) => a.draw - b.draw)
      .map(({ run }) => run);
    const normaliser = normaliserOf(runs.slice(0, 40), train.channels);
    const table = (some: readonly Run[]): SensorRows =>
      smoothed(some.map((run) => normaliser.apply(run)));
    const healthy = table(
      runs.slice(0, 40).map((run) => cutAt(run, HEALTHY, train.channels.length)),
    );
    const held = table(runs.slice(40, 70).map((run) => cutAt(run, HEALTHY, train.channels.length)));
    const judged = table(runs.slice(70));
    note(`recurrent: detectors, seed ${seed}`);
    const detectors: AnomalyDetector[] = [
      fitPrincipal(healthy),
      fitForest(healthy, { seed }),
      await fitAutoencoder(executor, healthy, { seed }),
    ];
    for (const detector of detectors) {
      const { threshold } = calibrate(byRun(detector.scores(held), held), RATE);
      const figures = judge(byRun(detector.scores(judged), judged), threshold);
      for (const [what, value] of Object.entries(figures)) {
        const key = `${detector.kind}: ${what}`;
        found.set(key, [...(found.get(key) ?? []), value]);
      }
    }
  }
  for (const [key, values] of found) {
    const unit = key.includes("cycles") ? "cycles" : key.includes("share") ? "%" : "";
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    yield plain(`FD001 anomalies, ${key}`, mean, unit);
  }
}

/** Means over ten rows of each sensor; nothing in the first nine of a run, whose means are of fewer. */
function smoothed(runs: readonly NormalisedRun[]): SensorRows {
  const table = features(runs, { windows: [SMOOTH], baseline: SMOOTH, age: false });
  const kept = [...table.names.keys()].filter((c) => table.names[c]?.endsWith(`.mean${SMOOTH}`));
  const data = new Float32Array(kept.length * table.rows);
  for (const [k, c] of kept.entries()) {
    data.set(table.data.subarray(c * table.rows, (c + 1) * table.rows), k * table.rows);
  }
  for (let r = 0; r + 1 < table.starts.length; r++) {
    const from = table.starts[r] as number;
    const to = Math.min(from + SMOOTH - 1, table.starts[r + 1] as number);
    for (let k = 0; k < kept.length; k++) {
      data.fill(Number.NaN, k * table.rows + from, k * table.rows + to);
    }
  }
  const names = kept.map((c) => table.names[c] as string);
  const sensors = kept.map((c) => table.sensors[c] as string);
  return { rows: table.rows, names, data, sensors, starts: table.starts };
}

function cutAt(run: Run, share: number, channels: number): Run {
  const rows = Math.floor(run.rows * share);
  return {
    ...run,
    ...{ rows, age: run.age.slice(0, rows), values: run.values.slice(0, rows * channels) },
    ...{ states: run.states.slice(0, rows * channels), remaining: null },
  };
}

function byRun(scores: Float64Array, { starts = [] }: SensorRows): Float64Array[] {
  return Array.from({ length: starts.length - 1 }, (_, r) =>
    scores.slice(starts[r], starts[r + 1]),
  );
}

function judge(runs: readonly Float64Array[], threshold: number): Record<string, number> {
  const healthy: number[] = [];
  const ill: number[] = [];
  const leads: number[] = [];
  let missed = 0;
  for (const run of runs) {
    const until = Math.floor(HEALTHY * run.length);
    healthy.push(...run.subarray(0, until).filter((score) => !Number.isNaN(score)));
    ill.push(...run.subarray(-ILL).filter((score) => !Number.isNaN(score)));
    const alarm = debounced(run).findIndex((score, i) => i >= until && score > threshold);
    if (alarm < 0) missed++;
    else leads.push(run.length - 1 - alarm);
  }
  const alarms = healthy.filter((score) => score > threshold).length;
  return {
    [`AUC of the last ${ILL} rows`]: areaUnder(healthy, ill),
    [`false alarms, share of healthy rows at ${100 * RATE} % stated`]:
      (100 * alarms) / healthy.length,
    "median lead of the first alarm, cycles": percentile(leads, 0.5),
    "shortest tenth of leads, cycles": percentile(leads, 0.1),
    "failures missed, share": (100 * missed) / runs.length,
  };
}

/** Probability that an ill row scores above a healthy one. */
function areaUnder(healthy: readonly number[], ill: readonly number[]): number {
  const sorted = healthy.toSorted((a, b) => a - b);
  let below = 0;
  for (const score of ill) {
    let [from, to] = [0, sorted.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((sorted[middle] as number) < score) from = middle + 1;
      else to = middle;
    }
    below += from;
  }
  return below / (healthy.length * ill.length);
}
