/**
 * Remaining life from trees over condition indicators: a few members that see the past through different windows, and their
 * mean. Gaps are skipped inside windows, and what a silent sensor would say follows from the living ones, so that the same
 * trees answer whatever is missing.
 */

import { expected } from "@symbion/core";
import { Random } from "@symbion/neural";
import { fitBoosting } from "../boosting/fit.ts";
import type { BoostedTrees } from "../boosting/trees.ts";
import type { BoostingOptions } from "../boosting/types.ts";
import { lifeLeft } from "../fleet.ts";
import { FeatureStream, features } from "../manipulation/features.ts";
import { learnIndicators } from "../manipulation/indicators.ts";
import type { FeatureSpec, NormalisedRun } from "../manipulation/types.ts";

/** How one member sees the past, and how its trees are grown. */
export type LifeMember = {
  /** Number of condition indicators. */
  readonly indicators: number;
  /** Rows whose mean is a smoothed row when they are learned. */
  readonly smoothing: number;
  /** Lengths of windows and baseline, in rows. */
  readonly spec: Pick<FeatureSpec, "windows" | "baseline" | "slopes" | "age">;
  /** How its trees are grown. */
  readonly boosting: BoostingOptions;
};

/** How {@link LifeTrees} are fitted. */
export type LifeTreesOptions = {
  /** Longest life that is told apart, in the life unit. */
  readonly cap: number;
  /** Members whose mean is the forecast. Default {@link LIFE_MEMBERS}. */
  readonly members?: readonly LifeMember[];
  /** Seed of what is drawn. Default 0. */
  readonly seed?: number;
  /**
   * Further copies of each life that lose values: of each machine up to a third of the sensors and up to 80 % of all values, so
   * that trees learn what gaps do to windows. Default 0.
   */
  readonly copies?: number;
  /** Told the share of the work that is done. */
  readonly progress?: (share: number) => void;
};

const SHORT: LifeMember["spec"] = {
  windows: [5, 10, 20, 50, 100],
  baseline: 20,
  slopes: [20, 50, 100],
  age: true,
};

const LONG: LifeMember["spec"] = {
  windows: [10, 30, 60, 100],
  baseline: 30,
  slopes: [30, 60, 100],
  age: true,
};

const BOOSTING: BoostingOptions = { trees: 300, rate: 0.05, leaves: 15, leastRows: 40, l2: 1 };

/** Members that did best together in engine-wise cross-validation on train engines of FD001 and FD002. */
export const LIFE_MEMBERS: readonly LifeMember[] = [
  { indicators: 2, smoothing: 20, spec: SHORT, boosting: BOOSTING },
  { indicators: 3, smoothing: 20, spec: LONG, boosting: BOOSTING },
];

type Fitted = { readonly spec: FeatureSpec; readonly trees: BoostedTrees };

/** Forecasts of remaining life. */
export class LifeTrees {
  /** Longest life that is told apart. */
  readonly cap: number;
  /** Names of the sensors. */
  readonly sensors: readonly string[];
  readonly #members: readonly Fitted[];

  private constructor(cap: number, sensors: readonly string[], members: readonly Fitted[]) {
    this.cap = cap;
    this.sensors = sensors;
    this.#members = members;
  }

  /**
   * Learns from lives whose end is known; the others are left out. The order of the lives does not matter.
   *
   * @throws UsageError if there is none, or no sensor tells anything.
   */
  static fit(runs: readonly NormalisedRun[], options: LifeTreesOptions): LifeTrees {
    const { cap, members = LIFE_MEMBERS, seed = 0, copies = 0, progress } = options;
    const lives = runs
      .filter(({ run }) => run.remaining !== null && run.rows > 0)
      .sort((a, b) => (a.run.machine < b.run.machine ? -1 : 1));
    if (lives.length === 0) throw expected("lives whose end is known", runs.length, "runs");
    const random = new Random(seed);
    const lessons = [...lives];
    for (let c = 0; c < copies; c++) lessons.push(...lives.map((life) => worn(life, random)));
    const targets = Float64Array.from(
      lessons.flatMap(({ run }) => [...(lifeLeft(run, cap) ?? [])]),
    );
    const fitted = members.map((member, m): Fitted => {
      const { indicators: count, smoothing } = member;
      const indicators = learnIndicators(lives, { count, smoothing, cap });
      if (indicators === null) throw expected("sensors that move", lives[0].sensors, "runs");
      const spec = { ...member.spec, indicators };
      const trees = fitBoosting(features(lessons, spec), targets, {
        ...member.boosting,
        seed: seed * members.length + m,
        progress: (done, of) => {
          progress?.((m + done / of) / members.length);
          return true;
        },
      });
      return { spec, trees };
    });
    return new LifeTrees(cap, lives[0].sensors, fitted);
  }

  /** Forecasts at every row of a run, from 0 to the cap. */
  forecasts(run: NormalisedRun): Float64Array {
    const sums = new Float64Array(run.run.rows);
    for (const { spec, trees } of this.#members) {
      const predicted = trees.predict(features([run], spec));
      for (let i = 0; i < sums.length; i++) sums[i] += predicted[i];
    }
    return sums.map((sum) => this.#clamp(sum / this.#members.length));
  }

  /** A machine to follow row by row. */
  stream(): LifeStream {
    return new LifeStream(this.sensors.length, this.#members, (value) => this.#clamp(value));
  }

  #clamp(value: number): number {
    return Math.max(0, Math.min(this.cap, value));
  }
}

/** A life that has lost some sensors, and some of all values. */
function worn(life: NormalisedRun, random: Random): NormalisedRun {
  const n = life.sensors.length;
  const share = 0.8 * random.next();
  const most = Math.floor(n / 3) + 1;
  const order = Array.from({ length: n }, (_, s) => ({ s, draw: random.next() }));
  const dead = order
    .sort((a, b) => a.draw - b.draw)
    .slice(0, Math.floor(random.next() * (most + 1)))
    .map(({ s }) => s);
  const z = life.z.slice();
  for (let i = 0; i < z.length; i++) {
    const lost = random.next() < share;
    if (lost || dead.includes(i % n)) z[i] = Number.NaN;
  }
  return { ...life, z };
}

/** Follows one machine: the same forecasts as {@link LifeTrees.forecasts}, a row at a time. */
export class LifeStream {
  readonly #members: readonly {
    readonly stream: FeatureStream;
    readonly row: Float32Array;
    readonly trees: BoostedTrees;
  }[];
  readonly #clamp: (value: number) => number;

  /** Use {@link LifeTrees.stream}. */
  constructor(sensors: number, members: readonly Fitted[], clamp: (value: number) => number) {
    this.#clamp = clamp;
    this.#members = members.map(({ spec, trees }) => {
      const stream = new FeatureStream(sensors, spec);
      return { stream, row: new Float32Array(stream.width), trees };
    });
  }

  /** Begins a new life. */
  reset(): void {
    for (const { stream } of this.#members) stream.reset();
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
    for (const { stream, row } of this.#members) stream.push(z, from, age, row, 0, regime);
  }

  /** Forecast at the newest row, from 0 to the cap. */
  forecast(): number {
    let sum = 0;
    for (const { row, trees } of this.#members) sum += trees.predictRow(row);
    return this.#clamp(sum / this.#members.length);
  }
}
