/** All ways of forecasting beside each other, learned from the same lives, and one machine's past as they see it. */

import type { Executor } from "@symbion/neural";
import { fitBoosting } from "../boosting/fit.ts";
import type { BoostedTrees } from "../boosting/trees.ts";
import type { BoostingOptions } from "../boosting/types.ts";
import { FeatureStream, features, REFERENCE_FEATURES } from "../manipulation/features.ts";
import type { NormalisedRun } from "../manipulation/types.ts";
import type { Curriculum } from "./curriculum.ts";
import type { DenseNetwork } from "./dense.ts";
import type { ClauseVectors } from "./embedder.ts";
import { type Aside, type Lessons, makeLessons } from "./lessons.ts";
import { Neighbours } from "./neighbours.ts";
import { type StudentOptions, trainStudent } from "./student.ts";
import { teach } from "./teacher.ts";
import { WearModel } from "./wear.ts";
import { WearStream } from "./wear-stream.ts";

/** Ways that give a forecast of their own; `count-down` and `stacked` are made of them. */
export const OWN_PATHS: readonly ["trees", "masked-trees", "neighbours", "student"] = [
  "trees",
  "masked-trees",
  "neighbours",
  "student",
];

/** One of {@link OWN_PATHS}. */
export type OwnPath = (typeof OWN_PATHS)[number];

/** How the paths are learned. */
export type PathSettings = {
  /** Longest life left that is told apart, in the life unit. */
  readonly cap: number;
  /** Hidden states of wear. */
  readonly factors: number;
  /** Copies of each life that students and masked trees see. */
  readonly copies: number;
  /** Every how many rows one is taken. */
  readonly step: number;
  /** What the copies lose; null: nothing. */
  readonly curriculum: Curriculum | null;
  /** How each student is trained. */
  readonly student: Omit<StudentOptions, "cap" | "seed">;
  /** Students whose mean is taken. */
  readonly students: number;
  /** Whether students see which values are there. */
  readonly presence: boolean;
  /** Donors of the neighbours. */
  readonly donors: number;
  /** Seed of all draws. */
  readonly seed: number;
};

/** Trees on features of complete rows. */
const CLEAN: BoostingOptions = { trees: 300, leaves: 15, rate: 0.05 };
/** Trees on wear states of rows with losses. */
const MASKED: BoostingOptions = {
  ...{ trees: 250, leaves: 15, rate: 0.05, leastRows: 100 },
  ...{ columnShare: 0.5, bins: 64 },
};

/** What is learned: plain parts. */
export type PathParts = {
  readonly wear: WearModel;
  readonly trees: BoostedTrees;
  readonly masked: BoostedTrees;
  readonly neighbours: Neighbours;
  /** Empty where no executor was given. */
  readonly students: readonly DenseNetwork[];
  readonly clauses: ClauseVectors | null;
  readonly presence: boolean;
  readonly cap: number;
};

/** Learns all paths from lives that have ended. Without an executor there is no student. */
export async function learnPaths(
  runs: readonly NormalisedRun[],
  settings: PathSettings,
  executor: Executor | null,
  clauses: ClauseVectors | null,
): Promise<PathParts> {
  const { cap, seed, presence } = settings;
  const wear = WearModel.fit(runs, settings.factors);
  const students: DenseNetwork[] = [];
  const lessons = makeLessons(
    wear,
    runs,
    { ...settings, seed },
    asideOf(wear, presence, executor === null ? null : clauses),
  );
  if (executor !== null) {
    const inputs = studentInputs(lessons);
    const teacher = settings.student.teacher > 0 ? teach(runs, cap) : null;
    const told = {
      inputs,
      rows: lessons.x.rows,
      labels: lessons.y,
      teacher:
        teacher === null
          ? null
          : lessons.y.map((_, i) => teacher[lessons.runs[i]][lessons.rows[i]]),
      moments: lessons.y.map((_, i) => lessons.runs[i] * 1e6 + lessons.rows[i]),
    };
    for (let s = 0; s < settings.students; s++) {
      const options = { ...settings.student, cap, seed: seed + s };
      students.push(await trainStudent(executor, told, options));
    }
  }
  const table = features(runs, REFERENCE_FEATURES);
  const left = Float64Array.from(
    runs.flatMap(({ run }) =>
      Array.from(run.age, (age) =>
        Math.min(cap, run.age[run.rows - 1] + (run.remaining ?? 0) - age),
      ),
    ),
  );
  return {
    wear,
    trees: fitBoosting(table, left, CLEAN),
    masked: fitBoosting(lessons.x, lessons.y, { ...MASKED, seed }),
    neighbours: Neighbours.fit(runs, { donors: settings.donors, seed }),
    ...{ students, clauses: executor === null ? null : clauses, presence, cap },
  };
}

/** What students are told beside features: which values are there, and the sentence's vector; null: nothing. */
export function asideOf(
  wear: WearModel,
  presence: boolean,
  clauses: ClauseVectors | null,
): Aside | null {
  const shares = presence ? wear.sensors : 0;
  const width = shares + (clauses?.width ?? 0);
  if (width === 0) return null;
  return {
    width,
    write: (stream, out, at, regime) => {
      if (presence) stream.writePresence(out, at);
      clauses?.write(stream, regime, out, at + shares);
    },
  };
}

/** Features and asides side by side, row by row. */
export function studentInputs({ x, aside }: Lessons): Float32Array {
  const features = x.names.length;
  const beside = aside.length / x.rows;
  const width = features + beside;
  const inputs = new Float32Array(x.rows * width);
  for (let i = 0; i < x.rows; i++) {
    for (let c = 0; c < features; c++) inputs[i * width + c] = x.data[c * x.rows + i];
    inputs.set(aside.subarray(i * beside, (i + 1) * beside), i * width + features);
  }
  return inputs;
}

/** One machine's past, a row at a time. */
export class PathStream {
  /** The wear states' view. */
  readonly wear: WearStream;
  readonly #parts: PathParts;
  readonly #aside: Aside | null;
  readonly #clean: FeatureStream;
  readonly #filled: FeatureStream;
  readonly #cleanRow: Float32Array;
  readonly #filledRow: Float32Array;
  readonly #wearRow: Float32Array;
  readonly #studentRow: Float32Array;
  readonly #values: Float32Array;
  readonly #smoothed: Float32Array;
  readonly #fill: Float32Array;
  readonly #out: Float64Array;
  #regime = 0;

  /** @param parts What was learned. */
  constructor(parts: PathParts) {
    const n = parts.wear.sensors;
    this.#parts = parts;
    this.wear = new WearStream(parts.wear);
    this.#aside = asideOf(parts.wear, parts.presence, parts.clauses);
    this.#clean = new FeatureStream(n, REFERENCE_FEATURES);
    this.#filled = new FeatureStream(n, REFERENCE_FEATURES);
    this.#cleanRow = new Float32Array(this.#clean.width);
    this.#filledRow = new Float32Array(this.#filled.width);
    this.#wearRow = new Float32Array(this.wear.width);
    this.#studentRow = new Float32Array(this.wear.width + (this.#aside?.width ?? 0));
    this.#values = new Float32Array(n);
    this.#smoothed = new Float32Array(n);
    this.#fill = new Float32Array(n);
    this.#out = new Float64Array(OWN_PATHS.length);
  }

  /** Begins a new life. */
  reset(): void {
    this.wear.reset();
    this.#clean.reset();
    this.#filled.reset();
  }

  /**
   * Takes the next row.
   *
   * @param z Where its normalised values lie, NaN where missing.
   * @param from Index of its first value.
   * @param age Time in service.
   * @param regime Operating regime, counted from 0.
   */
  push(z: Float32Array, from: number, age: number, regime: number): void {
    const n = this.#values.length;
    this.#regime = regime;
    this.wear.push(z, from, age);
    this.#clean.push(z, from, age, this.#cleanRow);
    this.#values.set(z.subarray(from, from + n));
    this.wear.smoothed(this.#smoothed);
    this.#parts.neighbours.fill(this.#smoothed, this.#fill);
    for (let s = 0; s < n; s++) {
      if (Number.isNaN(this.#smoothed[s])) this.#values[s] = this.#fill[s];
    }
    this.#filled.push(this.#values, 0, age, this.#filledRow);
  }

  /** What each of {@link OWN_PATHS} says of the newest row, NaN where there is no student. Overwritten by the next call. */
  answers(): Float64Array {
    const { parts, out } = { parts: this.#parts, out: this.#out };
    const { cap } = parts;
    this.wear.write(this.#wearRow);
    out[0] = clip(parts.trees.predictRow(this.#cleanRow), cap);
    out[1] = clip(parts.masked.predictRow(this.#wearRow), cap);
    out[2] = clip(parts.trees.predictRow(this.#filledRow), cap);
    out[3] = Number.NaN;
    if (parts.students.length > 0) {
      this.#studentRow.set(this.#wearRow);
      this.#aside?.write(this.wear, this.#studentRow, this.#wearRow.length, this.#regime);
      let sum = 0;
      for (const student of parts.students) sum += student.first(this.#studentRow);
      out[3] = clip((sum / parts.students.length) * cap, cap);
    }
    return out;
  }
}

function clip(value: number, cap: number): number {
  return Math.min(cap, Math.max(0, value));
}
