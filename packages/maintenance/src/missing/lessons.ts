/** Rows that models are trained on: copies of complete lives, one as it is and the others with losses. */

import { expected } from "@symbion/core";
import { Random } from "@symbion/neural";
import type { Matrix } from "../boosting/types.ts";
import type { NormalisedRun } from "../manipulation/types.ts";
import { type Curriculum, drawLoss, lose, NO_LOSS } from "./curriculum.ts";
import type { WearModel } from "./wear.ts";
import { WearStream, wearFeatureNames } from "./wear-stream.ts";

/** How lessons are made. */
export type LessonOptions = {
  /** Copies of each life; the first is complete. At least 1. */
  readonly copies: number;
  /** Every how many rows one is taken, beginning elsewhere in each copy. */
  readonly step: number;
  /** Longest life left that is told apart, in the life unit. */
  readonly cap: number;
  /** How losses are drawn; null: all copies are complete. */
  readonly curriculum: Curriculum | null;
  /** Seed of the losses. */
  readonly seed: number;
};

/** Something that is told of each row beside its features. */
export type Aside = {
  /** Numbers per row. */
  readonly width: number;
  /** Writes them for the stream's newest row. */
  readonly write: (stream: WearStream, out: Float32Array, at: number, regime: number) => void;
};

/** Rows with what is known of them. */
export type Lessons = {
  /** Features, column by column. */
  readonly x: Matrix;
  /** Life left, at most the cap. */
  readonly y: Float64Array;
  /** Run of each row, as its place in the list that was given. */
  readonly runs: Uint32Array;
  /** Row of that run. */
  readonly rows: Uint32Array;
  /** [rows, aside's width], or empty. */
  readonly aside: Float32Array;
};

/** Blackouts come in every third copy with losses. */
const DARK = 3;

/** Makes lessons of lives that have ended. @throws UsageError for a run whose end nobody knows. */
export function makeLessons(
  model: WearModel,
  runs: readonly NormalisedRun[],
  options: LessonOptions,
  aside: Aside | null = null,
): Lessons {
  const { copies, step, cap, curriculum } = options;
  const random = new Random(options.seed);
  const plan: { z: Float32Array; run: number; picked: number[] }[] = [];
  let count = 0;
  for (let copy = 0; copy < copies; copy++) {
    runs.forEach((run, r) => {
      if (run.run.remaining === null) {
        throw expected("a life whose end is known", run.run.machine, "lessons");
      }
      const dark = copy % DARK === 2;
      const loss =
        copy === 0 || curriculum === null
          ? NO_LOSS
          : drawLoss(random, curriculum, run.sensors.length, run.run.rows, dark);
      const z = loss === NO_LOSS ? run.z : lose(run, loss, random);
      const picked: number[] = [];
      for (let i = (copy * 7) % step; i < run.run.rows; i += step) picked.push(i);
      count += picked.length;
      plan.push({ z, run: r, picked });
    });
  }
  const names = wearFeatureNames(model);
  const width = aside?.width ?? 0;
  const lessons: Lessons = {
    x: { rows: count, names, data: new Float32Array(count * names.length) },
    y: new Float64Array(count),
    runs: new Uint32Array(count),
    rows: new Uint32Array(count),
    aside: new Float32Array(count * width),
  };
  const stream = new WearStream(model);
  let at = 0;
  for (const { z, run: r, picked } of plan) {
    const { run, sensors, regimes } = runs[r];
    const end = run.age[run.rows - 1] + (run.remaining as number);
    stream.reset();
    let next = 0;
    for (let i = 0; i < run.rows && next < picked.length; i++) {
      stream.push(z, i * sensors.length, run.age[i]);
      if (picked[next] !== i) continue;
      next++;
      stream.write(lessons.x.data, at, count);
      aside?.write(stream, lessons.aside, at * width, regimes[i]);
      lessons.y[at] = Math.min(cap, end - run.age[i]);
      lessons.runs[at] = r;
      lessons.rows[at] = i;
      at++;
    }
  }
  return lessons;
}
