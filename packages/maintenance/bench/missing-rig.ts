/**
 * Conditions of a hydraulic rig (Helwig, Pignanelli, Schuetze 2015; UCI 447) from its ten slow sensors, some of them lost:
 * accuracy in five folds of shuffled cycles, as in the literature; cycles beside each other are alike, so it is optimistic.
 */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { Random } from "@symbion/neural";
import { atLeast, plain, type Row, type RunOptions } from "../../../bench/rows.ts";
import type { Matrix } from "../src/index.ts";
import { ConditionModel, type ConditionOptions } from "../src/missing/conditions.ts";
import { drawDistinct } from "../src/missing/curriculum.ts";
import { sharedMachines } from "../test/support/cmapss.ts";

const SENSORS = ["TS1", "TS2", "TS3", "TS4", "VS1", "SE", "CE", "CP", "FS1", "FS2"];
const ACCUMULATOR = 3;
const SEGMENTS = 6;
const FOLDS = 5;
/** Draws of lost sensors per fold and number lost. */
const DRAWS = 8;
/** Losses as [sensors lost, goal in percent, best known before]. */
const LOST: readonly (readonly [number, number | null, number])[] = [
  [0, null, 98.8],
  [3, null, 98.5],
  [5, 94.5, 93.5],
];
/** The best known way before: three copies, one model per condition. */
const BEFORE: ConditionOptions = {
  ...{ copies: 3, lost: 5, form: "each" },
  boosting: { trees: 150, rate: 0.1, leaves: 15, leastRows: 20, columnShare: 1, bins: 255 },
};

/** Rows about the accumulator. */
export async function* rigRows(options: RunOptions): AsyncGenerator<Row, void, void> {
  const folder = join(sharedMachines, "hydsys");
  if (!existsSync(join(folder, "profile.txt"))) {
    options.note(`missing: the hydraulic rig is left out, ${folder} is absent`);
    return;
  }
  const { table, labels } = readRig(folder);
  const folds = stratified(labels, new Random(0));
  const count = options.quick ? 1 : FOLDS;
  options.note("missing: conditions of the hydraulic rig");
  const ours = accuracies(table, labels, folds, count, {});
  options.note("missing: the same with three copies, as the peer");
  const before = options.quick ? null : accuracies(table, labels, folds, count, BEFORE);
  for (const [i, [lost, goal, anchor]] of LOST.entries()) {
    const list = ours[i] as number[];
    const name = `hydraulic rig, accumulator, ${lost} of ${SENSORS.length} sensors lost`;
    const peer = before === null ? undefined : mean(before[i] as number[]);
    const title = `${name}: accuracy (known: ${anchor})`;
    if (goal !== null) yield atLeast(title, mean(list), "%", goal, peer);
    else yield { ...plain(title, mean(list), "%"), ...(peer === undefined ? {} : { peer }) };
    if (lost > 0) yield plain(`${name}: worst draw`, Math.min(...list), "%");
  }
}

/** Accuracies in percent for each of {@link LOST}, one per fold and draw. */
function accuracies(
  table: Matrix,
  labels: Float64Array,
  folds: Uint8Array,
  count: number,
  options: ConditionOptions,
): number[][] {
  const found: number[][] = LOST.map(() => []);
  const sensors = table.names.map((name) => name.split(".", 1)[0] as string);
  for (let fold = 0; fold < count; fold++) {
    const rows = Array.from(labels, (_, i) => i);
    const rest = rows.filter((i) => folds[i] !== fold);
    const held = rows.filter((i) => folds[i] === fold);
    const model = ConditionModel.fit(
      pick(table, rest),
      sensors,
      rest.map((i) => labels[i] as number),
      {
        ...options,
        seed: fold,
      },
    );
    const random = new Random(77 + fold);
    for (const [i, [lost]] of LOST.entries()) {
      for (let draw = 0; draw < (lost === 0 ? 1 : DRAWS); draw++) {
        const dead = drawDistinct(random, SENSORS.length, lost).map((s) => SENSORS[s]);
        const x = pick(table, held);
        sensors.forEach((sensor, c) => {
          if (dead.includes(sensor)) x.data.fill(Number.NaN, c * x.rows, (c + 1) * x.rows);
        });
        const said = model.predict(x);
        const right = held.filter((row, k) => said[k] === labels[row]).length;
        (found[i] as number[]).push((100 * right) / held.length);
      }
    }
  }
  return found;
}

/** Mean, deviation, least, greatest value, slope and means of six segments of each sensor and cycle. */
function readRig(folder: string): { table: Matrix; labels: Float64Array } {
  const names: string[] = [];
  const columns: Float32Array[] = [];
  for (const sensor of SENSORS) {
    const cycles = numbers(gunzipSync(readFileSync(join(folder, `${sensor}.txt.gz`))).toString());
    const features = cycles.map((cycle) => {
      const m = mean(cycle);
      const last = cycle.length - 1;
      const part = Math.floor(cycle.length / SEGMENTS);
      return [
        m,
        Math.sqrt(mean(cycle.map((value) => (value - m) ** 2))),
        Math.min(...cycle),
        Math.max(...cycle),
        mean(cycle.map((value, i) => value * ((2 * i) / last - 1))),
        ...Array.from({ length: SEGMENTS }, (_, s) => mean(cycle.slice(s * part, (s + 1) * part))),
      ];
    });
    for (let f = 0; f < SEGMENTS + 5; f++) {
      names.push(`${sensor}.${f}`);
      columns.push(Float32Array.from(features, (row) => row[f] as number));
    }
  }
  const labels = Float64Array.from(
    numbers(readFileSync(join(folder, "profile.txt"), "utf8")),
    (row) => row[ACCUMULATOR] as number,
  );
  const data = new Float32Array(labels.length * columns.length);
  for (const [c, column] of columns.entries()) data.set(column, c * labels.length);
  return { table: { rows: labels.length, names, data }, labels };
}

function numbers(text: string): number[][] {
  return text
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
}

/** A fold for each row, so that all folds have as many of each label. */
function stratified(labels: Float64Array, random: Random): Uint8Array {
  const folds = new Uint8Array(labels.length);
  for (const label of new Set(labels)) {
    const rows = [...labels.keys()].filter((i) => labels[i] === label);
    const order = drawOrder(rows.length, random);
    for (const [at, which] of order.entries()) folds[rows[which] as number] = at % FOLDS;
  }
  return folds;
}

function drawOrder(count: number, random: Random): number[] {
  const keys = Array.from({ length: count }, () => random.next());
  return [...keys.keys()].sort((a, b) => (keys[a] as number) - (keys[b] as number));
}

function pick(table: Matrix, rows: readonly number[]): Matrix {
  const data = new Float32Array(rows.length * table.names.length);
  for (let c = 0; c < table.names.length; c++) {
    for (const [at, row] of rows.entries()) {
      data[c * rows.length + at] = table.data[c * table.rows + row] as number;
    }
  }
  return { rows: rows.length, names: table.names, data };
}

function mean(list: readonly number[]): number {
  return list.reduce((a, b) => a + b, 0) / list.length;
}
