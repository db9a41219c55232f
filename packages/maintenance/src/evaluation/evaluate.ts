/**
 * The protocol of C-MAPSS with all ways of forecasting: which one answers, and how wide its intervals are, is learned from
 * train engines left out under the losses that are asked for; test engines are forecast once.
 */

import { expected } from "@symbion/core";
import { type Executor, Random } from "@symbion/neural";
import { type Fleet, sliceRun } from "../fleet.ts";
import { NormaliserLearner } from "../manipulation/normaliser-learner.ts";
import { type MissingForecast, MissingSensors } from "../missing/missing-sensors.ts";
import type { Choice } from "../missing/selection.ts";
import { Intervals } from "../prognosis/intervals.ts";
import { CMAPSS_CAP, type CmapssSet } from "./cmapss.ts";
import { type Missing, maskFleet, missingText, NOTHING_MISSING } from "./masks.ts";
import { type CmapssResult, judged } from "./result.ts";

/** How it is evaluated. */
export type EvaluateOptions = {
  /** What test engines lose. Default: nothing. */
  readonly missing?: Missing;
  /** Decides what is lost and what is drawn in learning. Default 0. */
  readonly seed?: number;
  /** Trains students; null (default): there are none. */
  readonly executor?: Executor | null;
  /** Copies of each life that are learned from. Default 16, less for sets of more than 30 000 rows. */
  readonly copies?: number;
  /** Told what is being done, and how far it is, 0 to 1. */
  readonly progress?: (what: string, share: number) => void;
};

const OPTIONS: readonly string[] = ["missing", "seed", "executor", "copies", "progress"];
/** Places at which a life left out is cut off, and the lives left that these have at least and at most. */
const CUTS = 6;
const LEAST_LEFT = 5;
const MOST_LEFT = CMAPSS_CAP + 20;
/** Rows that a cut life keeps at least. */
const LEAST_ROWS = 20;
/** Rows of a train fleet beyond which fewer copies are made. */
const MANY = 30_000;

/**
 * Evaluates forecasts of remaining life on a subset.
 *
 * @param train Engines that ran to failure.
 * @param test Engines that were cut off, with the life left known.
 * @throws UsageError for unknown options and too few train engines.
 */
export async function evaluateCmapss(
  set: CmapssSet,
  train: Fleet,
  test: Fleet,
  options: EvaluateOptions = {},
): Promise<CmapssResult> {
  for (const key of Object.keys(options)) {
    if (!OPTIONS.includes(key)) throw expected(OPTIONS.join(", "), key, "options");
  }
  const { missing = NOTHING_MISSING, seed = 0, executor = null, progress } = options;
  const begun = performance.now();
  const learner = new NormaliserLearner(train.channels);
  const lives = [...train.runs].sort((a, b) => (a.machine < b.machine ? -1 : 1));
  for (const run of lives) learner.learn(run);
  const normaliser = learner.freeze();
  const rows = (fleet: Fleet): number => fleet.runs.reduce((sum, run) => sum + run.rows, 0);
  const intervals = new Intervals({ cap: CMAPSS_CAP, within: 30 });
  const random = new Random(seed + 0.25);
  let judging = 0;
  let folds = 0;
  const model = await MissingSensors.fit(
    lives.map((run) => normaliser.apply(run)),
    {
      ...{ cap: CMAPSS_CAP, executor, seed },
      copies: options.copies ?? (rows(train) > MANY ? 8 : 16),
      progress: (share) => progress?.("learning all ways of forecasting", share),
      heldOut: (of, out) => {
        const start = performance.now();
        for (const { run } of out) {
          const cut = cuts({ ...train, runs: [run] }, random);
          const lost = maskFleet(cut, missing, seed + 1000 * ++folds, normaliser.sensors);
          intervals.learn({
            forecasts: lost.runs.map((one) => of.forecast(normaliser.apply(one)).estimate),
            truths: lost.runs.map((one) => one.remaining as number),
            ...{ lows: null, highs: null },
          });
        }
        judging += performance.now() - start;
      },
    },
  );
  const fitSeconds = (performance.now() - begun - judging) / 1000;
  const asked = performance.now();
  const masked = maskFleet(test, missing, seed, normaliser.sensors);
  const forecasts = masked.runs.map((run) => model.forecast(normaliser.apply(run)));
  const seconds = (performance.now() - asked) / 1000;
  const estimates = forecasts.map(({ estimate }) => estimate);
  return {
    ...{ set, missing: missingText(missing) },
    ...judged(test, estimates, intervals),
    ...{ fitSeconds, rowsPerSecond: rows(test) / seconds, path: usual(forecasts) },
  };
}

/** A life cut off at several places, as engines of a test file are. */
function cuts(fleet: Fleet, random: Random): Fleet {
  const run = fleet.runs[0];
  const most = Math.min(MOST_LEFT, run.rows - LEAST_ROWS);
  const runs = Array.from({ length: most <= LEAST_LEFT ? 0 : CUTS }, (_, k) => {
    const left = LEAST_LEFT + Math.floor(random.next() * (most - LEAST_LEFT));
    // Each cut loses values of its own.
    const cut = sliceRun(run, 0, run.rows - left, fleet.channels.length);
    return { ...cut, machine: `${run.machine}/${k}` };
  });
  return { ...fleet, runs };
}

/** The way that most forecasts took. */
function usual(forecasts: readonly MissingForecast[]): Choice {
  const counts = new Map<Choice, number>();
  for (const { path } of forecasts) counts.set(path, (counts.get(path) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? "masked-trees";
}
