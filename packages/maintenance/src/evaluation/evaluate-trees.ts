/**
 * The protocol of C-MAPSS for {@link LifeTrees} alone, which need no network runtime. What is chosen is chosen on train
 * engines, by leaving engines out; test engines are forecast once.
 */

import { expected } from "@symbion/core";
import { type Fleet, lifeLeft } from "../fleet.ts";
import { NormaliserLearner } from "../manipulation/normaliser-learner.ts";
import type { NormalisedRun } from "../manipulation/types.ts";
import { rulErrors } from "../metrics.ts";
import { CountDown, type CountDownLessons } from "../missing/count-down.ts";
import { Intervals, type JudgedLife } from "../prognosis/intervals.ts";
import { type LifeMember, LifeTrees } from "../prognosis/life-trees.ts";
import { CMAPSS_CAP, type CmapssSet } from "./cmapss.ts";
import { type Missing, maskFleet, missingText, NOTHING_MISSING } from "./masks.ts";
import { type CmapssResult, judged as judgedTest } from "./result.ts";

/** How trees are evaluated. */
export type EvaluateTreesOptions = {
  /** What test engines lose. Default: nothing. */
  readonly missing?: Missing;
  /** Decides what is lost and what is drawn in learning. Default 0. */
  readonly seed?: number;
  /** Groups of train engines of which one after the other is left out. Default 4. */
  readonly folds?: number;
  /** Members of the forecaster. Default: the published ones. */
  readonly members?: readonly LifeMember[];
  /** Told what is being done, and how far it is, 0 to 1. */
  readonly progress?: (what: string, share: number) => void;
};

/** Rows of a life left out that are judged: as in test files, no end is nearer than this, and no beginning. */
const LEAST_AGE = 20;
const LEAST_LEFT = 5;
/** Copies with losses that masked trees learn from. */
const COPIES = 2;
/** Groups of engines on which trees with and without copies are compared; the better ones go on. */
const TRIED = 2;
/** Rows between forecasts that counting down is learned from, and how far it is learned. */
const APART = 5;
const SILENT: readonly number[] = [1, 2, 4, 6, 8, 10, 13, 16, 20, 25, 30];
const OPTIONS: readonly string[] = ["missing", "seed", "folds", "members", "progress"];

/**
 * Evaluates trees on a subset.
 *
 * @param train Engines that ran to failure.
 * @param test Engines that were cut off, with the life left known.
 * @throws UsageError for options that make no sense, and for fewer train engines than folds.
 */
export async function evaluateTrees(
  set: CmapssSet,
  train: Fleet,
  test: Fleet,
  options: EvaluateTreesOptions = {},
): Promise<CmapssResult> {
  const { missing = NOTHING_MISSING, seed = 0, folds = 4, progress } = options;
  for (const key of Object.keys(options)) {
    if (!OPTIONS.includes(key)) throw expected(OPTIONS.join(", "), key, "options");
  }
  if (!(Number.isInteger(folds) && folds >= 2) || train.runs.length < folds) {
    throw expected(`2 to ${train.runs.length} folds`, folds, "folds");
  }
  const fit = { cap: CMAPSS_CAP, seed, ...(options.members && { members: options.members }) };
  const begun = performance.now();
  const lives = [...train.runs].sort((a, b) => (a.machine < b.machine ? -1 : 1));
  const learner = new NormaliserLearner(train.channels);
  for (const run of lives) learner.learn(run);
  const normaliser = learner.freeze();
  const fleet = { ...train, runs: lives };
  const normalised = lives.map((run) => normaliser.apply(run));
  const normaliseSeconds = (performance.now() - begun) / 1000;

  const gaps = missing.mcar > 0 || missing.dead > 0;
  const copies = gaps ? [0, COPIES] : [0];
  const judged = copies.map((): LeftOut[] => []);
  const tried = (k: number): LeftOut[] => judged[k].filter(({ fold }) => fold < TRIED);
  const best = (): number =>
    copies.reduce((b, _, k) => (errorOf(tried(k)) < errorOf(tried(b)) ? k : b), 0);
  const lessons: CountDownLessons[] = [];
  for (let fold = 0; fold < folds; fold++) {
    progress?.("learning how wrong forecasts are", fold / (folds + 1));
    const rest = normalised.filter((_, i) => i % folds !== fold);
    const out = lives.filter((_, i) => i % folds === fold);
    // Scattered gaps and dead sensors as in the test; a blackout is learned of separately.
    const lost = maskFleet(
      { ...fleet, runs: out },
      { ...missing, blackout: 0 },
      seed + 1000 * (fold + 1),
      normaliser.sensors,
    );
    copies.forEach((count, k) => {
      if (fold >= TRIED && k !== best()) return;
      const trees = LifeTrees.fit(rest, { ...fit, copies: count });
      for (const run of lost.runs) judged[k].push(judge(trees, normaliser.apply(run), fold));
    });
    if (missing.blackout > 0) {
      lessons.push(countDownLessons(judged[best()].filter((life) => life.fold === fold)));
    }
    await pause();
  }
  const chosen = best();
  const dark = missing.blackout > 0;
  const countDown = dark ? CountDown.fit(joined(lessons), CMAPSS_CAP) : null;
  const intervals = new Intervals({ cap: CMAPSS_CAP, within: 30 });
  for (const life of judged[chosen]) {
    intervals.learn(countDown === null ? life : counted(life, missing.blackout, countDown));
  }

  progress?.("growing trees", folds / (folds + 1));
  const growing = performance.now();
  const trees = LifeTrees.fit(normalised, { ...fit, copies: copies[chosen] });
  const fitSeconds = normaliseSeconds + (performance.now() - growing) / 1000;
  const masked = maskFleet(test, missing, seed, normaliser.sensors);
  const asked = performance.now();
  const forecasts = masked.runs.map((run) =>
    forecastLast(trees, normaliser.apply(run), missing.blackout, countDown),
  );
  const seconds = (performance.now() - asked) / 1000;
  const rows = test.runs.reduce((sum, run) => sum + run.rows, 0);
  progress?.("done", 1);

  return {
    ...{ set, missing: missingText(missing) },
    ...judgedTest(test, forecasts, intervals),
    fitSeconds,
    rowsPerSecond: rows / seconds,
    path: dark ? "count-down" : copies[chosen] > 0 ? "masked-trees" : "trees",
  };
}

/** A life that its forecaster had not seen. */
type LeftOut = JudgedLife & {
  readonly forecasts: readonly number[];
  readonly truths: readonly number[];
  readonly ages: readonly number[];
  readonly fold: number;
};

/** Forecasts at the rows of a life at which a test engine could have been cut off. */
function judge(trees: LifeTrees, life: NormalisedRun, fold: number): LeftOut {
  const left = lifeLeft(life.run) ?? new Float64Array(0);
  const picked = [...left.keys()].filter(
    (i) => i >= LEAST_AGE && left[i] >= LEAST_LEFT && left[i] <= CMAPSS_CAP + LEAST_AGE,
  );
  const forecasts = trees.forecasts(life);
  return {
    forecasts: picked.map((i) => forecasts[i]),
    truths: picked.map((i) => left[i]),
    ages: picked.map((i) => life.run.age[i]),
    fold,
    ...{ lows: null, highs: null },
  };
}

function errorOf(lives: readonly LeftOut[]): number {
  const forecasts = lives.flatMap((life) => life.forecasts);
  const truths = lives.flatMap((life) => life.truths);
  return rulErrors(forecasts, truths, CMAPSS_CAP).rmse;
}

/** Forecast at the last row; in a blackout that of the last row before, counted down. */
function forecastLast(
  trees: LifeTrees,
  life: NormalisedRun,
  blackout: number,
  countDown: CountDown | null,
): number {
  const { run } = life;
  const heard = countDown === null ? run.rows : run.rows - blackout;
  if (heard <= 0) {
    // Nothing was ever heard: all that is known is the time in service.
    return trees.forecasts(life)[run.rows - 1];
  }
  const n = life.sensors.length;
  const stream = trees.stream();
  for (let i = 0; i < heard; i++) stream.push(life.z, i * n, run.age[i], life.regimes[i]);
  const estimate = stream.forecast();
  if (countDown === null) return estimate;
  const age = run.age[heard - 1];
  return countDown.forecast({ estimate, spread: 0, age }, run.age[run.rows - 1] - age);
}

/** What became of forecasts some time after they were made, without anything new to go by. */
function countDownLessons(lives: readonly LeftOut[]): CountDownLessons {
  const trusted: { estimate: number; spread: number; age: number }[] = [];
  const silent: number[] = [];
  const left: number[] = [];
  for (const { forecasts, truths, ages } of lives) {
    for (let i = 0; i < forecasts.length; i += APART) {
      for (const time of SILENT) {
        if (truths[i] - time < LEAST_LEFT) continue;
        trusted.push({ estimate: forecasts[i], spread: 0, age: ages[i] });
        silent.push(time);
        left.push(Math.min(CMAPSS_CAP, truths[i] - time));
      }
    }
  }
  return { trusted, silent, left };
}

function joined(all: readonly CountDownLessons[]): CountDownLessons {
  return {
    trusted: all.flatMap(({ trusted }) => trusted),
    silent: all.flatMap(({ silent }) => silent),
    left: all.flatMap(({ left }) => left),
  };
}

/** A life as it would have been forecast so many rows into a blackout. */
function counted(life: LeftOut, blackout: number, countDown: CountDown): JudgedLife {
  const picked = life.truths.flatMap((left, i) => (left - blackout >= LEAST_LEFT ? [i] : []));
  return {
    forecasts: picked.map((i) =>
      countDown.forecast({ estimate: life.forecasts[i], spread: 0, age: life.ages[i] }, blackout),
    ),
    truths: picked.map((i) => life.truths[i] - blackout),
    ...{ lows: null, highs: null },
  };
}

/** Lets others run: learning is long work on one thread. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
