/**
 * Recurrent model and boosted trees together. Forecasts that a second learner learns from are made out of fold by machine, so
 * that it sees both as wrong as they will be on machines never seen.
 */

import type { Executor } from "@symbion/neural";
import { fitBoosting } from "../boosting/fit.ts";
import { BoostedTrees } from "../boosting/trees.ts";
import type { BoostingOptions, Matrix } from "../boosting/types.ts";
import { jsonPart, packParts, readJson, unpackParts } from "../container.ts";
import { lifeLeft } from "../fleet.ts";
import {
  FeatureStream,
  featureNames,
  features,
  REFERENCE_FEATURES,
} from "../manipulation/features.ts";
import type { FeatureSpec, NormalisedRun } from "../manipulation/types.ts";
import { RecurrentError, wrong } from "./errors.ts";
import { fitRecurrent, type RecurrentFitOptions } from "./fit.ts";
import { RecurrentModel, type RecurrentStream } from "./model.ts";

/**
 * Ways of putting the two together. `ridge`: a weighted sum of both forecasts. `trees`: trees over the features and the
 * recurrent forecast. `states`: trees over the features and the recurrent state; the network has then seen the lives whose
 * states the trees learn from.
 */
export const FUSIONS = ["ridge", "trees", "states"] as const;

/** One of {@link FUSIONS}. */
export type Fusion = (typeof FUSIONS)[number];

/** How both are fitted and put together. */
export type StackedOptions = {
  /** Longest life that is told apart, in the life unit. */
  readonly cap: number;
  /** Default ridge. */
  readonly fusion?: Fusion;
  /** Groups of machines that are left out in turn, from 2. Default 4. */
  readonly folds?: number;
  /** How the recurrent model is trained. */
  readonly recurrent?: Omit<RecurrentFitOptions, "cap" | "progress" | "validation">;
  /** How trees are grown. */
  readonly boosting?: BoostingOptions;
  /** Windows of `manipulation` features. Default the reference's. */
  readonly spec?: FeatureSpec;
  /** Told what is being done, and how far it is, 0 to 1. */
  readonly progress?: (what: string, share: number) => void;
};

const KEYS: readonly string[] = [
  ...["cap", "fusion", "folds", "recurrent", "boosting", "spec", "progress"],
];
/** Rows between those that the second learner learns from, where it is a weighted sum. */
const APART = 3;
/** Ridge penalty per row, in squared shares of the cap: draws towards the mean of both. */
const PENALTY = 1e-3;
const FORECAST = "recurrent";

/** What a {@link StackedModel} is made of. */
export type StackedParts = {
  /** How the two are put together. */
  readonly fusion: Fusion;
  /** Longest life that is told apart, in the life unit. */
  readonly cap: number;
  /** Features that the trees see. */
  readonly spec: FeatureSpec;
  /** Fitted on all lives. */
  readonly recurrent: RecurrentModel;
  /** Over features alone (`ridge`), or over features and what the recurrent model says. */
  readonly trees: BoostedTrees;
  /** Weights of trees and recurrent model, and what is added; of `ridge` only. */
  readonly weights: readonly [trees: number, recurrent: number, offset: number];
};

/**
 * Fits both and puts them together.
 *
 * @throws RecurrentError for options that make no sense, and fewer lives than folds.
 */
export async function fitStacked(
  executor: Executor,
  runs: readonly NormalisedRun[],
  options: StackedOptions,
): Promise<StackedModel> {
  for (const key of Object.keys(options)) {
    if (!KEYS.includes(key)) throw wrong(`options of ${KEYS.join(", ")}`, key, "options");
  }
  const { cap, fusion = "ridge", folds = 4, spec = REFERENCE_FEATURES } = options;
  if (!FUSIONS.includes(fusion)) throw wrong(FUSIONS.join(", "), fusion, "fusion");
  const lives = runs
    .filter(({ run }) => run.remaining !== null && run.rows > 0)
    .sort((a, b) => (a.run.machine < b.run.machine ? -1 : 1));
  if (!(Number.isInteger(folds) && folds >= 2) || lives.length < folds) {
    throw wrong(`2 to ${lives.length} folds`, folds, "folds");
  }
  const tell = options.progress ?? (() => undefined);
  const fitNetwork = (some: readonly NormalisedRun[]): Promise<RecurrentModel> =>
    fitRecurrent(executor, some, { ...options.recurrent, cap });
  const fitTrees = (x: Matrix, some: readonly NormalisedRun[]): BoostedTrees =>
    fitBoosting(x, targetsOf(some, cap), options.boosting);

  const outOfFold = new Map<NormalisedRun, { trees: Float64Array; recurrent: Float64Array }>();
  for (let fold = 0; fusion !== "states" && fold < folds; fold++) {
    tell("learning how wrong both are", fold / (folds + 1));
    const rest = lives.filter((_, i) => i % folds !== fold);
    const out = lives.filter((_, i) => i % folds === fold);
    const recurrent = cut(out, (await answers(executor, await fitNetwork(rest), out)).forecasts);
    const none = out.map(({ run }) => new Float64Array(run.rows));
    const trees =
      fusion === "ridge"
        ? cut(out, fitTrees(features(rest, spec), rest).predict(features(out, spec)))
        : none;
    out.forEach((life, i) => {
      outOfFold.set(life, { trees: trees[i], recurrent: recurrent[i] });
    });
  }
  tell("fitting both", folds / (folds + 1));
  const recurrent = await fitNetwork(lives);
  const table = features(lives, spec);
  const all = lives.map((life) => outOfFold.get(life));
  if (fusion === "ridge") {
    const weights = ridge(
      ...[all.map((found) => found?.trees ?? []), all.map((found) => found?.recurrent ?? [])],
      ...[lives.map(({ run }) => lifeLeft(run, cap) ?? []), cap],
    );
    return new StackedModel({
      fusion,
      cap,
      spec,
      recurrent,
      trees: fitTrees(table, lives),
      weights,
    });
  }
  const said =
    fusion === "trees"
      ? Float32Array.from(all.flatMap((found) => [...(found?.recurrent ?? [])]))
      : (await answers(executor, recurrent, lives)).states;
  const more = saidNames(fusion, recurrent);
  const trees = fitTrees(joined(table, more, said), lives);
  return new StackedModel({ fusion, cap, spec, recurrent, trees, weights: [1, 0, 0] });
}

/** See {@link fitStacked}. */
export class StackedModel {
  /** What it is made of. */
  readonly parts: StackedParts;

  /** @throws RecurrentError where the trees want columns that there are not. */
  constructor(parts: StackedParts) {
    this.parts = parts;
    const { recurrent, fusion, spec, trees } = parts;
    const names = [...featureNames(recurrent.sensors, spec), ...saidNames(fusion, recurrent)];
    if (trees.names.join("\n") !== names.join("\n")) {
      throw wrong(`trees over ${names.length} columns of this name`, trees.names, "trees");
    }
  }

  /** Forecasts at every row of runs, one run after another, from 0 to the cap. */
  async forecasts(executor: Executor, runs: readonly NormalisedRun[]): Promise<Float64Array> {
    const { fusion, recurrent, trees, spec, weights, cap } = this.parts;
    const found = await answers(executor, recurrent, runs);
    const table = features(runs, spec);
    const x =
      fusion === "ridge"
        ? table
        : joined(
            table,
            saidNames(fusion, recurrent),
            fusion === "states" ? found.states : Float32Array.from(found.forecasts),
          );
    const grown = trees.predict(x);
    return grown.map((value, i) => blend(value, found.forecasts[i], weights, cap));
  }

  /** A machine to follow row by row, without a runtime. */
  stream(): StackedStream {
    return new StackedStream(this.parts);
  }

  /** The model in bytes. */
  encode(): Uint8Array<ArrayBuffer> {
    const { fusion, cap, spec, recurrent, trees, weights } = this.parts;
    return packParts({
      stacked: jsonPart({ fusion, cap, spec, weights } satisfies Header),
      recurrent: recurrent.encode(),
      trees: trees.encode(),
    });
  }

  /** @throws RecurrentError for bytes that no model wrote. */
  static decode(bytes: Uint8Array): StackedModel {
    try {
      const { recurrent, trees, ...parts } = unpackParts(bytes, "a stacked model");
      const { fusion, cap, spec, weights } = readJson<Header>(parts, "stacked");
      const numbers =
        Array.isArray(weights) && weights.length === 3 && weights.every(Number.isFinite);
      if (!FUSIONS.includes(fusion) || !numbers || !(cap > 0)) {
        throw wrong("a stacked model that fits together", { fusion, cap, weights }, "bytes");
      }
      return new StackedModel({
        ...{ fusion, cap, spec, weights },
        recurrent: RecurrentModel.decode(recurrent),
        trees: BoostedTrees.decode(trees),
      });
    } catch (cause) {
      if (cause instanceof RecurrentError) throw cause;
      const got = cause instanceof Error ? cause.message : String(cause);
      throw new RecurrentError(`recurrent: bytes: expected a stacked model, got ${got}`, { cause });
    }
  }
}

/** Follows one machine: the same forecasts as {@link StackedModel.forecasts}, a row at a time. */
export class StackedStream {
  readonly #parts: StackedParts;
  readonly #features: FeatureStream;
  readonly #recurrent: RecurrentStream;
  readonly #row: Float32Array;

  /** Use {@link StackedModel.stream}. */
  constructor(parts: StackedParts) {
    this.#parts = parts;
    this.#features = new FeatureStream(parts.recurrent.sensors.length, parts.spec);
    this.#recurrent = parts.recurrent.stream();
    this.#row = new Float32Array(parts.trees.names.length);
  }

  /** Begins a new life. */
  reset(): void {
    this.#features.reset();
    this.#recurrent.reset();
  }

  /** Takes the next row: its normalised values from `from` on, time in service and regime. */
  push(z: Float32Array, from: number, age: number, regime: number): void {
    this.#features.push(z, from, age, this.#row, 0, regime);
    this.#recurrent.push(z, from, age);
  }

  /** Forecast at the newest row, from 0 to the cap. */
  forecast(): number {
    const { fusion, trees, weights, cap } = this.#parts;
    const recurrent = this.#recurrent.forecast();
    const at = this.#features.width;
    if (fusion === "trees") this.#row[at] = recurrent;
    if (fusion === "states") this.#row.set(this.#recurrent.state(), at);
    return blend(trees.predictRow(this.#row), recurrent, weights, cap);
  }
}

type Header = Pick<StackedParts, "fusion" | "cap" | "spec" | "weights">;

function blend(
  trees: number,
  recurrent: number,
  [a, b, offset]: StackedParts["weights"],
  cap: number,
): number {
  const within = (value: number): number => Math.max(0, Math.min(cap, value));
  return within(a * within(trees) + b * recurrent + offset);
}

async function answers(
  executor: Executor,
  model: RecurrentModel,
  runs: readonly NormalisedRun[],
): ReturnType<Awaited<ReturnType<RecurrentModel["load"]>>["answer"]> {
  const program = await model.load(executor);
  try {
    return await program.answer(runs);
  } finally {
    await program.dispose();
  }
}

/** Names of the columns that the recurrent model adds to the features. */
function saidNames(fusion: Fusion, { parts }: RecurrentModel): string[] {
  if (fusion === "ridge") return [];
  if (fusion === "trees") return [FORECAST];
  return Array.from({ length: parts.shape.hidden }, (_, h) => `${FORECAST}.${h}`);
}

/** A table with more columns; `said` is [rows, columns]. */
function joined(table: Matrix, more: readonly string[], said: Float32Array): Matrix {
  const data = new Float32Array(table.rows * (table.names.length + more.length));
  data.set(table.data);
  for (let c = 0; c < more.length; c++) {
    const at = (table.names.length + c) * table.rows;
    for (let i = 0; i < table.rows; i++) data[at + i] = said[i * more.length + c];
  }
  return { rows: table.rows, names: [...table.names, ...more], data };
}

function targetsOf(runs: readonly NormalisedRun[], cap: number): Float64Array {
  return Float64Array.from(runs.flatMap(({ run }) => [...(lifeLeft(run, cap) ?? [])]));
}

/** One list of rows as one list per run. */
function cut(runs: readonly NormalisedRun[], all: Float64Array): Float64Array[] {
  let at = 0;
  return runs.map(({ run }) => {
    at += run.rows;
    return all.subarray(at - run.rows, at);
  });
}

/** Least squares of the truth on both forecasts about their means, drawn towards half of each. */
function ridge(
  trees: readonly ArrayLike<number>[],
  recurrent: readonly ArrayLike<number>[],
  truths: readonly ArrayLike<number>[],
  cap: number,
): readonly [number, number, number] {
  const rows = truths.flatMap((list, r) =>
    Array.from({ length: Math.ceil(list.length / APART) }, (_, k) => {
      const i = k * APART;
      return [trees[r][i] / cap, recurrent[r][i] / cap, list[i] / cap] as const;
    }),
  );
  const mean = [0, 1, 2].map((c) => rows.reduce((sum, row) => sum + row[c], 0) / rows.length);
  let [aa, ab, bb, ay, by] = [PENALTY, 0, PENALTY, PENALTY / 2, PENALTY / 2];
  for (const row of rows) {
    const [a, b, y] = [row[0] - mean[0], row[1] - mean[1], row[2] - mean[2]];
    aa += (a * a) / rows.length;
    ab += (a * b) / rows.length;
    bb += (b * b) / rows.length;
    ay += (a * y) / rows.length;
    by += (b * y) / rows.length;
  }
  const determinant = aa * bb - ab * ab;
  const first = (ay * bb - by * ab) / determinant;
  const second = (by * aa - ay * ab) / determinant;
  return [first, second, cap * (mean[2] - first * mean[0] - second * mean[1])];
}
