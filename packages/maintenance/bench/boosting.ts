/**
 * What boosting costs: FD001 of C-MAPSS (20,631 rows x 85 features; where it is not beside the repository, drawn numbers of
 * that shape), 300 trees, CPU time of the whole process, medians. The peer is scikit-learn on one thread, in turns with ours, where
 * `SYMBION_PYTHON` or python3 has it.
 */

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Random } from "@symbion/neural";
import { atLeast, percentile, plain, type Row, type RunOptions } from "../../../bench/rows.ts";
import {
  CMAPSS_CAP,
  type Fleet,
  features,
  fitBoosting,
  lifeLeft,
  type Matrix,
  REFERENCE_FEATURES,
} from "../src/index.ts";
import { readCmapss } from "../src/node/index.ts";

/** Sensors of FD001 that are not constant, and how many features the recipe makes of them. */
const SENSORS = "T24 T30 T50 P30 Nf Nc Ps30 phi NRf NRc BPR htBleed W31 W32".split(" ");
const COLUMNS = 85;
const OPTIONS = { trees: 300, rate: 0.05, leaves: 15, leastRows: 40, l2: 1 } as const;
/** CPU seconds and rows per second that are aimed at. */
const FIT_GOAL = 2.3;
const PREDICT_GOAL = 400_000;
const ROUNDS = 5;
/** Predictions of the whole table per round. */
const PREDICTIONS = 10;

type Case = {
  readonly name: string;
  readonly train: Matrix;
  readonly targets: Float64Array<ArrayBuffer>;
  readonly test: Matrix;
};

/** Measures; rows in the order in which they are to be shown. */
export async function* boostingRows({ quick, note }: RunOptions): AsyncGenerator<Row, void, void> {
  const one = await caseOf();
  const folder = await mkdtemp(join(tmpdir(), "symbion-boosting-"));
  try {
    await writeFile(join(folder, "x.f32"), one.train.data);
    await writeFile(join(folder, "t.f32"), one.test.data);
    await writeFile(join(folder, "y.f64"), one.targets);
    const fits: number[] = [];
    const speeds: number[] = [];
    const singles: number[] = [];
    const peers: Peer[] = [];
    let bytes = 0;
    for (let round = 0; round < (quick ? 1 : ROUNDS); round++) {
      note(`boosting: round ${round + 1}`);
      const begun = cpuSeconds();
      const model = fitBoosting(one.train, one.targets, OPTIONS);
      fits.push(cpuSeconds() - begun);
      const before = cpuSeconds();
      for (let i = 0; i < PREDICTIONS; i++) model.predict(one.test);
      speeds.push((PREDICTIONS * one.test.rows) / (cpuSeconds() - before));
      singles.push(singleRow(model, one.test));
      bytes = model.encode().length;
      const peer = await peerOf(folder, one, note);
      if (peer !== null) peers.push(peer);
    }
    const peerFit = peers.length > 0 ? middle(peers.map((peer) => peer.fit)) : undefined;
    const peerSpeed =
      peers.length > 0 ? middle(peers.map((peer) => one.test.rows / peer.predict)) : undefined;
    const fit = middle(fits);
    yield {
      name: `boosting fit, ${one.name}`,
      value: fit,
      unit: "CPU s",
      ...(peerFit === undefined ? {} : { peer: peerFit, ratio: peerFit / fit }),
      goal: `<= ${FIT_GOAL}`,
      met: fit <= FIT_GOAL,
    };
    yield atLeast("boosting predict, tables", middle(speeds), "rows/s", PREDICT_GOAL, peerSpeed);
    yield plain("boosting predict, one row", middle(singles), "us");
    yield plain("boosting model", bytes / 1000, "kB");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function middle(values: readonly number[]): number {
  return percentile(values, 0.5);
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** CPU microseconds of one row's prediction. */
function singleRow(model: ReturnType<typeof fitBoosting>, { rows, data, names }: Matrix): number {
  const values = new Float32Array(names.length);
  const begun = cpuSeconds();
  for (let i = 0; i < rows; i++) {
    for (let c = 0; c < names.length; c++) values[c] = data[c * rows + i] as number;
    model.predictRow(values);
  }
  return ((cpuSeconds() - begun) * 1e6) / rows;
}

async function caseOf(): Promise<Case> {
  const folder = fileURLToPath(
    new URL("../../../../shared/data/maintenance/cmapss", import.meta.url),
  );
  if (!existsSync(join(folder, "train_FD001.txt"))) return drawnCase();
  const { train, test } = await readCmapss(folder, "FD001");
  const targets = train.runs.map((run) => lifeLeft(run, CMAPSS_CAP) ?? new Float64Array(run.rows));
  const joined = new Float64Array(targets.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of targets) {
    joined.set(part, at);
    at += part.length;
  }
  return {
    name: "FD001, 300 trees",
    train: tableOf(train),
    targets: joined,
    test: tableOf(test),
  };
}

/** The 85 features of the recipe. */
function tableOf(fleet: Fleet): Matrix {
  const all = features(fleet, REFERENCE_FEATURES);
  const kept = [...all.names.keys()].filter((c) =>
    ["age", ...SENSORS].includes(all.sensors[c] as string),
  );
  // Sensors of other names would leave a table that is fast for the wrong reason.
  if (kept.length !== COLUMNS) {
    throw new RangeError(`bench boosting: expected ${COLUMNS} features, got ${kept.length}`);
  }
  const data = new Float32Array(kept.length * all.rows);
  kept.forEach((c, k) => {
    data.set(all.data.subarray(c * all.rows, (c + 1) * all.rows), k * all.rows);
  });
  return { rows: all.rows, names: kept.map((c) => all.names[c] as string), data };
}

/** Numbers of FD001's shape: drifts to a failure with noise, of strengths that differ by column. */
function drawnCase(): Case {
  const random = new Random(1);
  const names = Array.from({ length: COLUMNS }, (_, c) => `f${c}`);
  const table = (rows: number) => {
    const left = Float64Array.from({ length: rows }, () => 125 * random.next());
    const data = Float32Array.from({ length: rows * COLUMNS }, (_, k) => {
      const noise = random.next() + random.next() + random.next() - 1.5;
      return Math.exp(-(left[k % rows] as number) / 40) * (Math.floor(k / rows) % 7) + noise;
    });
    return { left, x: { rows, names, data } };
  };
  const train = table(20_631);
  return {
    name: "20,631 x 85 drawn numbers, 300 trees",
    train: train.x,
    targets: train.left,
    test: table(13_096).x,
  };
}

/** What scikit-learn's side reports, CPU seconds. */
type Peer = { readonly fit: number; readonly predict: number };

async function peerOf(folder: string, one: Case, note: RunOptions["note"]): Promise<Peer | null> {
  const script = fileURLToPath(new URL("../oracle/boosting_bench.py", import.meta.url));
  const python = process.env.SYMBION_PYTHON ?? "python3";
  const sizes = [one.train.rows, one.test.rows, one.train.names.length].map(String);
  try {
    const { stdout } = await promisify(execFile)(python, [script, folder, ...sizes]);
    return JSON.parse(stdout) as Peer;
  } catch {
    note(`boosting: no peer, ${python} has no scikit-learn`);
    return null;
  }
}
