/** Trials: lives that a set of paths has not seen, with losses of all kinds, beside the truth. */

import { Random } from "@symbion/neural";
import type { NormalisedRun } from "../manipulation/types.ts";
import type { CountDown, CountDownLessons, Trusted } from "./count-down.ts";
import { drawDistinct, type Loss, lose } from "./curriculum.ts";
import { type PathParts, PathStream } from "./paths.ts";
import { situationKey, type Trial } from "./selection.ts";

/** Losses that are tried, as [dead, scattered, rows of blackout]. */
const LOSSES: readonly (readonly [dead: number, scattered: number, blackout: number])[] = [
  ...([
    [0, 0, 0],
    [0, 0.25, 0],
    [0, 0.5, 0],
    [0, 0.7, 0],
    [0, 0.9, 0],
  ] as const),
  ...([
    [0.15, 0, 0],
    [0.35, 0, 0],
    [0.6, 0, 0],
    [0.15, 0.3, 0],
    [0.35, 0.5, 0],
  ] as const),
  ...([
    [0, 0, 3],
    [0, 0, 6],
    [0, 0, 11],
    [0, 0, 20],
  ] as const),
];
/** Rows of one life at which a trial is made. */
const ROWS = 3;
/** Rows of a life before its first trial. */
const WARM = 20;
/** Rows between forecasts that are counted down, and how far. */
const APART = 5;
const FARTHEST = 30;

/** Follows a machine and keeps the last forecast before a blackout. */
export class TrustStream {
  /** All paths' view. */
  readonly paths: PathStream;
  #trusted: Trusted | null = null;
  #age = 0;

  /** @param parts What was learned. */
  constructor(parts: PathParts) {
    this.paths = new PathStream(parts);
  }

  /** Begins a new life. */
  reset(): void {
    this.paths.reset();
    this.#trusted = null;
  }

  /** Takes the next row, see {@link PathStream.push}. */
  push(z: Float32Array, from: number, sensors: number, age: number, regime: number): void {
    let empty = true;
    for (let s = 0; s < sensors && empty; s++) empty = Number.isNaN(z[from + s]);
    const { wear } = this.paths;
    // The newest row has values, this one has none: what is known now is the last that will be.
    if (empty && wear.rows > 0 && wear.silent === 0) {
      this.#trusted = trust(this.paths.answers(), this.#age);
    }
    if (!empty) this.#trusted = null;
    this.paths.push(z, from, age, regime);
    this.#age = age;
  }

  /** Forecast when the sensors fell silent; null while they speak, and if they never did. */
  get trusted(): Trusted | null {
    return this.#trusted;
  }

  /** Time in service at the newest row. */
  get age(): number {
    return this.#age;
  }
}

/** The mean of masked trees and student, or the masked trees alone. */
function trust(answers: Float64Array, age: number): Trusted {
  const [, masked, , student] = answers;
  if (Number.isNaN(student)) return { estimate: masked, spread: 0, age };
  return { estimate: (masked + student) / 2, spread: Math.abs(masked - student), age };
}

/** Trials of some lives, with a way to count down or without. */
export function makeTrials(
  parts: PathParts,
  runs: readonly NormalisedRun[],
  countDown: CountDown | null,
  seed: number,
): Trial[] {
  const random = new Random(seed);
  const stream = new TrustStream(parts);
  const trials: Trial[] = [];
  const n = parts.wear.sensors;
  for (const run of runs) {
    const { rows, age, remaining } = run.run;
    if (rows <= WARM + ROWS || remaining === null) continue;
    for (const [dead, scattered, dark] of LOSSES) {
      const at = rowsOf(random, run, parts.cap);
      const loss: Loss = {
        dead: drawDistinct(random, n, Math.min(n - 1, Math.round(dead * n))),
        scattered,
        blackouts: dark === 0 ? [] : at.map((row) => [Math.max(1, row - dark + 1), row + 1]),
      };
      const z = lose(run, loss, random);
      stream.reset();
      let next = 0;
      for (let i = 0; i < rows && next < at.length; i++) {
        stream.push(z, i * n, n, age[i], run.regimes[i]);
        if (at[next] !== i) continue;
        next++;
        const left = Math.min(parts.cap, age[rows - 1] + remaining - age[i]);
        const { trusted } = stream;
        const counted =
          countDown === null || trusted === null
            ? Number.NaN
            : countDown.forecast(trusted, age[i] - trusted.age);
        const key = situationKey(stream.paths.wear.situation(), n);
        trials.push({ key, answers: [...stream.paths.answers(), counted], left });
      }
    }
  }
  return trials;
}

/** Rows of a life at which trials are made: life left evenly spread up to a little above the cap. */
function rowsOf(random: Random, { run }: NormalisedRun, cap: number): number[] {
  const last = run.rows - 1;
  const end = run.age[last] + (run.remaining ?? 0);
  let first = WARM;
  while (first < last && end - run.age[first] > cap * 1.15) first++;
  const picked = Array.from(
    { length: ROWS },
    () => first + Math.floor(random.next() * (last - first + 1)),
  );
  return [...new Set(picked)].sort((a, b) => a - b);
}

/** Forecasts of complete lives, counted down by up to thirty rows. */
export function countDownLessons(
  parts: PathParts,
  runs: readonly NormalisedRun[],
  seed: number,
): CountDownLessons {
  const random = new Random(seed);
  const paths = new PathStream(parts);
  const n = parts.wear.sensors;
  const lessons = { trusted: [] as Trusted[], silent: [] as number[], left: [] as number[] };
  for (const run of runs) {
    const { rows, age, remaining } = run.run;
    if (remaining === null) continue;
    paths.reset();
    for (let i = 0; i < rows; i++) {
      paths.push(run.z, i * n, age[i], run.regimes[i]);
      if (i < WARM || i % APART !== 0) continue;
      const trusted = trust(paths.answers(), age[i]);
      for (let k = 0; k < 3; k++) {
        const later = i + 1 + Math.floor(random.next() * FARTHEST);
        if (later >= rows) continue;
        lessons.trusted.push(trusted);
        lessons.silent.push(age[later] - age[i]);
        lessons.left.push(Math.min(parts.cap, age[rows - 1] + remaining - age[later]));
      }
    }
  }
  return lessons;
}
