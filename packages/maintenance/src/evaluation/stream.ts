/**
 * Learning in motion, measured: models that have learned one subset of C-MAPSS meet the engines of another, one after the other.
 * Every cycle is forecast before any label of its engine is known; all labels of an engine come with its failure, and models are
 * made anew on a schedule. Truths are counted up to the cap.
 */

import { expected } from "@symbion/core";
import { Random } from "@symbion/neural";
import type { BoostingOptions } from "../boosting/types.ts";
import { type Fleet, lifeLeft, type Run } from "../fleet.ts";
import { fitKind } from "../learning/fit-kind.ts";
import { Forecaster } from "../learning/forecaster.ts";
import type { KindModel } from "../learning/kind-model.ts";
import { RowWindow } from "../learning/row-window.ts";
import { features } from "../manipulation/features.ts";
import { rulErrors } from "../metrics.ts";
import { Intervals } from "../prognosis/intervals.ts";
import { CMAPSS_CAP } from "./cmapss.ts";

/** How a stream is run. */
export type StreamOptions = {
  /** Decides in which order the engines come. Default 0. */
  readonly seed?: number;
  /** Numbers of lives after which all is learned again, ascending. Default {@link STREAM_SCHEDULE}. */
  readonly schedule?: readonly number[];
  /** Engines of the stream that come at all. Default: all. */
  readonly engines?: number;
  /** How the trees are grown. */
  readonly boosting?: BoostingOptions;
  /** Milliseconds, to time updates with. Default: the clock of the process; in Node.js its CPU time is more telling. */
  readonly clock?: () => number;
  /** Told after each engine: how many are over, of how many, and its error. */
  readonly progress?: (engines: number, of: number, rmse: number) => void;
};

/** What came of a stream. Errors are root mean squares over cycles, truths counted up to the cap. */
export type StreamResult = {
  /** Over all engines. */
  readonly all: number;
  /** Over the first ten engines. */
  readonly first10: number;
  /** Over engines 11 to 30. */
  readonly next20: number;
  /** Over the last forty engines. */
  readonly last40: number;
  /** Error over the pre-training subset's test engines after the stream less that before it. */
  readonly forgetting: number;
  /** Share of the cycles after the first twenty engines whose truth lay in the 90 % interval told before. */
  readonly coverage90: number;
  /** Half of the mean width of these intervals, in cycles, ends cut off at 0 and the cap. */
  readonly halfWidth90: number;
  /** Times that models were made anew. */
  readonly updates: number;
  /** Time that this took, in seconds of one core. */
  readonly updateSeconds: number;
};

/** Lives after which all is learned again: often while everything is new. */
export const STREAM_SCHEDULE: readonly number[] = [
  1, 2, 3, 5, 8, 12, 20, 30, 50, 80, 120, 180, 240,
];

/** Horizon of the failure probability, in cycles. */
const WITHIN = 30;
/** Engines that intervals need to learn what is new. */
const SETTLED = 20;
const OPTIONS = ["seed", "schedule", "engines", "boosting", "clock", "progress"];

/**
 * Runs the engines of `stream` past models that have learned `pretrain`.
 *
 * @param pretrain Lives to begin with, and test engines that must not be forgotten.
 * @param stream Lives that end in failure.
 * @throws UsageError for an unknown option, or a stream without failures.
 */
export async function streamCmapss(
  pretrain: { readonly train: Fleet; readonly test: Fleet },
  stream: Fleet,
  options: StreamOptions = {},
): Promise<StreamResult> {
  for (const key of Object.keys(options)) {
    if (!OPTIONS.includes(key)) throw expected(OPTIONS.join(", "), key, "stream options");
  }
  const clock = options.clock ?? (() => performance.now());
  const schedule = new Set(options.schedule ?? STREAM_SCHEDULE);
  const lives = order(stream.runs, options.seed ?? 0).slice(0, options.engines);
  const unended = lives.find((run) => run.remaining !== 0);
  if (unended !== undefined || lives.length === 0) {
    throw expected("engines that fail", unended?.machine ?? "none", "stream");
  }
  const fit = (runs: readonly Run[], folds: number): KindModel =>
    fitKind(
      { ...pretrain.train, runs },
      {
        cap: CMAPSS_CAP,
        within: WITHIN,
        folds,
        ...(options.boosting === undefined ? {} : { boosting: options.boosting }),
      },
    );

  let model = fit(pretrain.train.runs, 4);
  const before = testError(model, pretrain.test);
  const optionsOfIntervals = { cap: CMAPSS_CAP, within: WITHIN };
  const intervals =
    model.parts.intervals === null
      ? new Intervals(optionsOfIntervals)
      : Intervals.restore(model.parts.intervals, optionsOfIntervals);
  const errors: { squares: number; rows: number }[] = [];
  const told = { inside: 0, width: 0, rows: 0 };
  const seen: Run[] = [];
  let updates = 0;
  let updateMs = 0;
  for (const [index, life] of lives.entries()) {
    const truths = lifeLeft(life, CMAPSS_CAP) as Float64Array;
    const { forecasts, lows, highs } = follow(model, life, intervals);
    let squares = 0;
    for (let i = 0; i < truths.length; i++) {
      squares += (forecasts[i] - truths[i]) ** 2;
      if (index < SETTLED) continue;
      told.rows++;
      told.width += highs[i] - lows[i];
      if (truths[i] >= lows[i] && truths[i] <= highs[i]) told.inside++;
    }
    errors.push({ squares, rows: truths.length });
    intervals.learn({ forecasts, truths, lows, highs });
    seen.push(life);
    if (schedule.has(index + 1)) {
      const begun = clock();
      model = fit([...pretrain.train.runs, ...seen], 0);
      updateMs += clock() - begun;
      updates++;
    }
    options.progress?.(index + 1, lives.length, Math.sqrt(squares / truths.length));
    // Whoever waits for the end may do something else in between.
    await Promise.resolve();
  }
  return {
    all: rmse(errors),
    first10: rmse(errors.slice(0, 10)),
    next20: rmse(errors.slice(10, 30)),
    last40: rmse(errors.slice(-40)),
    forgetting: testError(model, pretrain.test) - before,
    coverage90: told.inside / told.rows,
    halfWidth90: told.width / told.rows / 2,
    updates,
    updateSeconds: updateMs / 1000,
  };
}

/** Engines in an order that the seed decides. */
function order(runs: readonly Run[], seed: number): Run[] {
  const random = new Random(seed);
  const drawn = [...runs];
  for (let i = drawn.length - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1));
    [drawn[i], drawn[j]] = [drawn[j], drawn[i]];
  }
  return drawn;
}

/** Forecasts and intervals of a life, cycle by cycle, from nothing that lies ahead. */
function follow(
  model: KindModel,
  life: Run,
  intervals: Intervals,
): { forecasts: Float64Array; lows: Float64Array; highs: Float64Array } {
  const channels = life.values.length / life.rows;
  const window = new RowWindow(channels, model.parts.spec);
  const forecaster = new Forecaster(model);
  const forecasts = new Float64Array(life.rows);
  const lows = new Float64Array(life.rows);
  const highs = new Float64Array(life.rows);
  for (let i = 0; i < life.rows; i++) {
    window.push(life.values.subarray(i * channels, (i + 1) * channels));
    forecasts[i] = forecaster.next(window, life.age[i]).remaining ?? CMAPSS_CAP;
    const interval = intervals.at(forecasts[i]);
    lows[i] = interval?.low ?? 0;
    highs[i] = interval?.high ?? CMAPSS_CAP;
  }
  return { forecasts, lows, highs };
}

/** Error over the last cycles of test engines. */
function testError(model: KindModel, test: Fleet): number {
  const { normaliser, spec } = model.parts;
  const table = features(
    test.runs.map((run) => normaliser.apply(run)),
    spec,
  );
  const row = new Float32Array(table.names.length);
  const forecasts = test.runs.map((_, r) => {
    const i = table.starts[r + 1] - 1;
    for (let c = 0; c < row.length; c++) row[c] = table.data[c * table.rows + i];
    return model.forecast(row) ?? CMAPSS_CAP;
  });
  return rulErrors(
    forecasts,
    test.runs.map((run) => run.remaining ?? CMAPSS_CAP),
    CMAPSS_CAP,
  ).rmse;
}

function rmse(errors: readonly { readonly squares: number; readonly rows: number }[]): number {
  const rows = errors.reduce((sum, one) => sum + one.rows, 0);
  return Math.sqrt(errors.reduce((sum, one) => sum + one.squares, 0) / rows);
}
