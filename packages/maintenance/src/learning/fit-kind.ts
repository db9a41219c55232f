/** Makes a version: normaliser, trees, ranges and calibration from the lives of a kind, within a time budget. */

import { UsageError } from "@symbion/core";
import { fitBoosting } from "../boosting/fit.ts";
import type { BoostedTrees } from "../boosting/trees.ts";
import type { BoostingOptions, Matrix } from "../boosting/types.ts";
import { type Fleet, lifeLeft, type Run } from "../fleet.ts";
import { features, REFERENCE_FEATURES } from "../manipulation/features.ts";
import type { Normaliser } from "../manipulation/normaliser.ts";
import { NormaliserLearner } from "../manipulation/normaliser-learner.ts";
import type { FeatureSpec, FeatureTable } from "../manipulation/types.ts";
import { Familiarity } from "../prognosis/familiarity.ts";
import { Intervals } from "../prognosis/intervals.ts";
import type { LifeError } from "./errors.ts";
import { KindModel } from "./kind-model.ts";
import { profileOf } from "./regime-anchor.ts";
import { UsualRows } from "./usual-rows.ts";

/** How a version is made. */
export type FitKindOptions = {
  /** Longest life that is told apart, in the life unit. */
  readonly cap: number;
  /** Horizon of the probability of failure, in the life unit. */
  readonly within: number;
  /** False alarms of the anomaly threshold per row of a healthy machine. Default 0.001. */
  readonly falseAlarmRate?: number;
  /** How the trees are grown. */
  readonly boosting?: BoostingOptions;
  /** Features. Default {@link REFERENCE_FEATURES}. */
  readonly spec?: FeatureSpec;
  /** How much each life counts, by its place in the fleet. Default 1 each. */
  readonly weightOf?: (run: number) => number;
  /** Groups of machines that are left out in turn to learn how wrong forecasts are; 0: not at all. Default 4. */
  readonly folds?: number;
  /** Normaliser to use. Default: one that is learned from the fleet. */
  readonly normaliser?: Normaliser;
  /** Time that it may take, milliseconds. Default: as long as it takes. */
  readonly budgetMs?: number;
  /** Milliseconds, for the budget. Default: the clock of the process. */
  readonly clock?: () => number;
  /** Told what is being done, and how far it is, 0 to 1. */
  readonly progress?: (what: string, share: number) => void;
};

/**
 * Trees that did best in engine-wise cross-validation over the train engines of FD001 and FD002 together, at the price of a
 * short refit. Shares make trees differ: neighbouring rows of a life say much the same.
 */
export const KIND_BOOSTING: BoostingOptions = {
  trees: 300,
  rate: 0.05,
  leaves: 15,
  leastRows: 40,
  l2: 1,
  rowShare: 0.5,
  columnShare: 0.4,
};

/** Lives below which nobody can say how wrong a forecast is. */
export const LEAST_LIVES = 3;
/** Share of the budget after which left-out groups are no longer tried. */
const FOLDS_UNTIL = 0.75;
/** Share of the budget in which the trees must be grown. */
const TREES_UNTIL = 0.6;
/** Every so many rows are enough to learn how wrong forecasts are: neighbours say the same. */
const FOLD_STEP = 3;
/** Share of a life, and rows of a running one, in which a machine is called healthy. */
const HEALTHY_SHARE = 0.35;
const HEALTHY_ROWS = 80;

/**
 * Fits all models of a kind.
 *
 * @param given Lives that have ended teach everything, running ones only what needs no labels.
 * @throws UsageError for a fleet without rows.
 */
export function fitKind(given: Fleet, options: FitKindOptions): KindModel {
  const clock = options.clock ?? (() => performance.now());
  const begun = clock();
  const budget = options.budgetMs ?? Number.POSITIVE_INFINITY;
  const spent = (): number => (clock() - begun) / budget;
  const spec = options.spec ?? REFERENCE_FEATURES;
  const tell = options.progress ?? (() => undefined);
  if (given.runs.every((run) => run.rows === 0)) {
    throw new UsageError("learning: expected rows of at least one machine, got none");
  }
  const order = canonicalOrder(given.runs);
  const fleet = { ...given, runs: order.map((r) => given.runs[r]) };

  tell("learning what is usual", 0);
  const normaliser = options.normaliser ?? normaliserOf(fleet);
  const ended = fleet.runs.filter((run) => run.remaining !== null);
  const normalised = fleet.runs.map((run) => normaliser.apply(run));
  const table = features(normalised, spec);
  const profile = profileOf(normalised, normaliser.sensors.length);
  const usual = UsualRows.learn(table, healthyRows(fleet, table), options.falseAlarmRate ?? 0.001);
  const none = { trees: null, familiarity: null, errors: [], intervals: null, spread: 0 };
  const common = { normaliser, profile, spec, cap: options.cap, usual, missing: null };
  if (ended.length === 0) return new KindModel({ ...common, ...none });

  const { weightOf } = options;
  const learned = labelled(
    fleet,
    table,
    options.cap,
    weightOf === undefined ? null : (r) => weightOf(order[r]),
  );
  tell("growing trees", 0.1);
  const boosting = { ...KIND_BOOSTING, ...options.boosting };
  const trees = fitBoosting(
    learned.table,
    learned.targets,
    {
      ...boosting,
      progress: (done, of) => {
        if (done % 10 === 0) tell("growing trees", 0.1 + (0.6 * done) / of);
        return spent() < TREES_UNTIL;
      },
    },
    learned.weights,
  );
  const familiarity = Familiarity.learn(learned.table);
  const folds = Math.min(options.folds ?? 4, ended.length);
  const left =
    ended.length >= LEAST_LIVES && folds >= 2
      ? leaveOut(learned, folds, boosting, trees.trees, (share) => {
          tell("learning how wrong forecasts are", 0.7 + 0.3 * share);
          return spent() < FOLDS_UNTIL;
        })
      : [];
  const errors: LifeError[] = [];
  const intervals = new Intervals({ cap: options.cap, within: options.within });
  for (const { run, forecasts, truths } of left) {
    let squares = 0;
    for (let i = 0; i < truths.length; i++) {
      const f = Math.max(0, Math.min(options.cap, forecasts[i]));
      squares += (f - truths[i]) ** 2;
    }
    const { machine } = ended[run];
    const place = order[fleet.runs.indexOf(ended[run])];
    errors.push({ machine, run: place, squares, rows: truths.length });
    intervals.learn({ forecasts, truths, lows: null, highs: null });
  }
  tell("done", 1);
  return new KindModel({
    ...common,
    trees,
    spread: deviation(learned.targets),
    familiarity,
    errors,
    intervals: errors.length === 0 ? null : intervals.save(),
  });
}

/** Places of runs in an order that does not depend on the one they came in. */
function canonicalOrder(runs: readonly Run[]): number[] {
  const firsts = runs.map((run) => [run.rows, ...run.values.subarray(0, 8)]);
  return [...runs.keys()].sort((a, b) => {
    if (runs[a].machine !== runs[b].machine) return runs[a].machine < runs[b].machine ? -1 : 1;
    const k = firsts[a].findIndex((value, i) => !Object.is(value, firsts[b][i]));
    return k < 0 ? a - b : (firsts[a][k] || 0) - (firsts[b][k] || 0);
  });
}

/** A normaliser that has seen every row of a fleet. */
export function normaliserOf(fleet: Fleet): Normaliser {
  const learner = new NormaliserLearner(fleet.channels);
  for (const run of fleet.runs) learner.learn(run);
  return learner.freeze();
}

type Labelled = {
  /** Rows of lives that have ended. */
  readonly table: FeatureTable;
  readonly targets: Float64Array;
  readonly weights: Float64Array | null;
};

function labelled(
  fleet: Fleet,
  table: FeatureTable,
  cap: number,
  weightOf: ((run: number) => number) | null,
): Labelled {
  const picked = fleet.runs.flatMap((run, r) => (run.remaining === null ? [] : [r]));
  const rows = picked.reduce((sum, r) => sum + fleet.runs[r].rows, 0);
  const starts = new Uint32Array(picked.length + 1);
  const targets = new Float64Array(rows);
  const weights = weightOf === null ? null : new Float64Array(rows);
  const whole = rows === table.rows;
  const data = whole ? table.data : new Float32Array(rows * table.names.length);
  picked.forEach((r, k) => {
    const from = table.starts[r];
    const count = table.starts[r + 1] - from;
    starts[k + 1] = starts[k] + count;
    targets.set(lifeLeft(fleet.runs[r], cap) as Float64Array, starts[k]);
    weights?.fill(weightOf?.(r) ?? 1, starts[k], starts[k + 1]);
    if (whole) return;
    for (let c = 0; c < table.names.length; c++) {
      const at = c * table.rows + from;
      data.set(table.data.subarray(at, at + count), c * rows + starts[k]);
    }
  });
  return { table: { ...table, rows, data, starts }, targets, weights };
}

function deviation(values: Float64Array): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
}

type LeftOut = { run: number; forecasts: Float64Array; truths: Float64Array };

/** Forecasts of every life by trees that have not seen it; groups that there is no time for are left out. */
function leaveOut(
  { table, targets, weights }: Labelled,
  folds: number,
  boosting: BoostingOptions,
  trees: number,
  goOn: (share: number) => boolean,
): LeftOut[] {
  const found: LeftOut[] = [];
  const runs = table.starts.length - 1;
  for (let fold = 0; fold < folds && goOn(fold / folds); fold++) {
    const rows: number[] = [];
    for (let r = 0; r < runs; r++) {
      if (r % folds === fold) continue;
      for (let i = table.starts[r]; i < table.starts[r + 1]; i += FOLD_STEP) rows.push(i);
    }
    const fitted = fitBoosting(
      pickRows(table, rows),
      Float64Array.from(rows, (i) => targets[i]),
      {
        ...boosting,
        trees,
        leastRows: Math.max(5, Math.round((boosting.leastRows ?? 40) / FOLD_STEP)),
      },
      weights === null ? null : Float64Array.from(rows, (i) => weights[i]),
    );
    for (let r = fold; r < runs; r += folds) {
      const [from, to] = [table.starts[r], table.starts[r + 1]];
      found.push({
        run: r,
        forecasts: forecastRows(fitted, table, from, to),
        truths: targets.slice(from, to),
      });
    }
  }
  return found.sort((a, b) => a.run - b.run);
}

function pickRows(table: Matrix, rows: readonly number[]): Matrix {
  const data = new Float32Array(rows.length * table.names.length);
  for (let c = 0, at = 0; c < table.names.length; c++) {
    for (const i of rows) data[at++] = table.data[c * table.rows + i];
  }
  return { rows: rows.length, names: table.names, data };
}

function forecastRows(trees: BoostedTrees, table: Matrix, from: number, to: number): Float64Array {
  const out = new Float64Array(to - from);
  const row = new Float32Array(table.names.length);
  for (let i = from; i < to; i++) {
    for (let c = 0; c < row.length; c++) row[c] = table.data[c * table.rows + i];
    out[i - from] = trees.predictRow(row);
  }
  return out;
}

/** Rows in which machines are called healthy: the beginning of each life. */
function healthyRows(fleet: Fleet, table: FeatureTable): number[][] {
  return fleet.runs.map((run: Run, r) => {
    const share = run.remaining === null ? 1 : HEALTHY_SHARE;
    const count = Math.min(run.remaining === null ? HEALTHY_ROWS : run.rows, run.rows * share);
    return Array.from({ length: Math.floor(count) }, (_, i) => table.starts[r] + i);
  });
}
