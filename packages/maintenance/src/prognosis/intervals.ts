/**
 * Intervals of remaining life that keep their promise while machine and model change. Errors of forecasts are collected life by
 * life, because truths come only when a life ends; near each level of the forecast their weighted distribution gives the
 * shortest interval that holds the wanted share (locally scaled, asymmetric split conformal prediction), and the share asked
 * for follows the misses that were seen (adaptive conformal inference, Gibbs and Candès 2021), separately for machines that are
 * near failure, on their way, and well: errors are small near failure and large where the models' horizon ends.
 */

import { expected } from "@symbion/core";

/** Options of {@link Intervals}. */
export type IntervalOptions = {
  /** Longest life that forecasts tell apart, in the life unit: truths and forecasts above it count as it. */
  readonly cap: number;
  /** Horizon of {@link Intervals.failure}, in the life unit. */
  readonly within: number;
  /** Share of truths that intervals are to hold, above 0 and below 1. Default 0.9. */
  readonly share?: number;
  /** How fast the share asked for follows misses, per life. Default 0.08. */
  readonly step?: number;
  /** Lives after which an error counts half. Default 25. */
  readonly halfLife?: number;
};

/** Ends of an interval, in the life unit. */
export type Interval = {
  /** Lower end, from 0. */
  readonly low: number;
  /** Upper end; the cap where no end can be given. */
  readonly high: number;
};

/** Forecasts of one life and what came true, equally long, in the life unit. */
export type JudgedLife = {
  /** What was forecast. */
  readonly forecasts: ArrayLike<number>;
  /** What was left. */
  readonly truths: ArrayLike<number>;
  /** Ends of the intervals that were told at the time; null: they were not. */
  readonly lows: ArrayLike<number> | null;
  /** Upper ends. */
  readonly highs: ArrayLike<number> | null;
};

/** Levels of the forecast at which errors are summed up. */
const LEVELS = 26;
/** Lives whose errors are kept, and errors kept of each. */
const LIVES = 120;
const ROWS = 64;
/** Width of the neighbourhood of a level, as a share of the cap. */
const NEIGHBOURHOOD = 0.06;
/** Lives that a neighbourhood needs; it grows until it has them. */
const LEAST_LIVES = 6;
/** Lives below which a neighbourhood is not yet taken for all that may come. */
const FEW_LIVES = 20;
/** Upper bounds of the groups whose misses are counted separately, as shares of the cap. */
const GROUPS: readonly number[] = [0.3, 0.75, Number.POSITIVE_INFINITY];
/** Least and greatest share that is left out, whatever was missed. */
const LEAST_OUT = 0.004;
const MOST_OUT = 0.4;
/** Widening of the interval for each further share of misses where all errors are already inside. */
const STRETCH = 4;
/**
 * Widening where few lives are known and all of their errors are inside: half of a 90 % prediction interval of Student's t, as
 * a multiple of the greatest deviation to be expected of so many normal draws. Of one or two lives as of three.
 */
const FEW_STRETCH: readonly number[] = [
  2.5, 2.5, 2.5, 2.5, 1.8, 1.49, 1.32, 1.21, 1.13, 1.07, 1.02,
];
/** Ways in which the share left out is divided between the two sides. */
const SPLITS = 8;

/** What {@link Intervals} remember, as plain data. */
export type IntervalState = {
  /** Lives learned from since the beginning. */
  readonly lives: number;
  /** Share left out now, for machines near failure, on their way, and well; may fall below 0. */
  readonly out: readonly number[];
  /** Rows that a life usually has in each of these groups. */
  readonly usual: readonly number[];
  /** Truths that lay inside of what was told, and all that were judged. */
  readonly covered: readonly [inside: number, of: number];
  /** Of each life kept its number, and forecasts and truths in turns. */
  readonly rows: readonly { readonly life: number; readonly pairs: readonly number[] }[];
};

/** Learns how wrong forecasts are, and says so beforehand. */
export class Intervals {
  readonly #cap: number;
  readonly #within: number;
  readonly #share: number;
  readonly #step: number;
  readonly #halfLife: number;
  /** Number of lives so far. */
  #lives = 0;
  /** Share left out, by group. */
  readonly #out: Float64Array;
  /** Rows that a life usually has in each group. */
  readonly #usual: Float64Array;
  #inside = 0;
  #judged = 0;
  /** [forecast, truth, ...] of each life kept, oldest first. */
  #rows: { life: number; pairs: Float32Array }[] = [];
  readonly #low = new Float64Array(LEVELS);
  readonly #high = new Float64Array(LEVELS);
  readonly #failure = new Float64Array(LEVELS);
  #fresh = false;

  /** @throws UsageError for options that make no sense. */
  constructor(options: IntervalOptions) {
    for (const key of Object.keys(options)) {
      if (!["cap", "within", "share", "step", "halfLife"].includes(key)) {
        throw expected("cap, within, share, step or halfLife", key, "interval options");
      }
    }
    this.#cap = options.cap;
    this.#within = options.within;
    this.#share = options.share ?? 0.9;
    this.#step = options.step ?? 0.08;
    this.#halfLife = options.halfLife ?? 25;
    if (!(this.#cap > 0)) throw expected("a life above 0", options.cap, "cap of intervals");
    if (!(this.#share > 0 && this.#share < 1)) {
      throw expected("a number above 0 and below 1", options.share, "share of intervals");
    }
    this.#out = new Float64Array(GROUPS.length).fill(1 - this.#share);
    this.#usual = new Float64Array(GROUPS.length);
  }

  /** Lives learned from; below 1 there are no intervals. */
  get lives(): number {
    return this.#lives;
  }

  /** Share of judged truths that lay in the interval told at the time; null before the first. */
  get coverage(): number | null {
    return this.#judged === 0 ? null : this.#inside / this.#judged;
  }

  /** Learns from a life that has ended: what was forecast, what was told, what came true. */
  learn(life: JudgedLife): void {
    const count = life.forecasts.length;
    if (count === 0) return;
    const rows = new Float64Array(GROUPS.length);
    const missed = new Float64Array(GROUPS.length);
    for (let i = 0; i < count; i++) {
      const truth = Math.min(this.#cap, life.truths[i]);
      const group = this.#group(life.forecasts[i]);
      rows[group]++;
      if (life.lows === null || life.highs === null) continue;
      const inside = truth >= life.lows[i] && truth <= life.highs[i];
      if (!inside) missed[group]++;
      else this.#inside++;
      this.#judged++;
    }
    for (let g = 0; g < GROUPS.length; g++) {
      if (rows[g] === 0) continue;
      const before = this.#usual[g];
      this.#usual[g] = before === 0 ? rows[g] : before + 0.1 * (rows[g] - before);
      if (life.lows === null) continue;
      // A long life counts more than a short one, as it does in what is promised: a share of rows.
      const weight = Math.min(3, rows[g] / this.#usual[g]);
      this.#out[g] += this.#step * weight * (1 - this.#share - missed[g] / rows[g]);
      // Intervals of few lives are wide on purpose: that they hold too much says nothing of later ones.
      const most = this.#lives < FEW_STRETCH.length ? 1 - this.#share : MOST_OUT;
      this.#out[g] = Math.max(-0.5, Math.min(most, this.#out[g]));
    }
    this.#keep(life);
    this.#fresh = false;
  }

  /** Interval around a forecast; null before the first life. */
  at(forecast: number): Interval | null {
    if (this.#lives === 0) return null;
    this.#refresh();
    const f = Math.max(0, Math.min(this.#cap, forecast));
    return {
      low: Math.max(0, Math.min(f, f + this.#between(this.#low, f))),
      high: Math.min(this.#cap, Math.max(f, f + this.#between(this.#high, f))),
    };
  }

  /** Probability that the machine fails within the horizon, given a forecast; null before the first life. */
  failure(forecast: number): number | null {
    if (this.#lives === 0) return null;
    this.#refresh();
    return this.#between(this.#failure, Math.max(0, Math.min(this.#cap, forecast)));
  }

  /** Takes another model's errors in place of the own ones; what was promised, and how it was kept, stays. */
  rebase(state: IntervalState): void {
    this.#lives = state.lives;
    this.#rows = state.rows.map(({ life, pairs }) => ({ life, pairs: Float32Array.from(pairs) }));
    for (let g = 0; g < GROUPS.length; g++) {
      if (this.#usual[g] === 0) this.#usual[g] = state.usual[g];
    }
    this.#fresh = false;
  }

  /** Everything, for {@link Intervals.restore}. */
  save(): IntervalState {
    return {
      lives: this.#lives,
      out: [...this.#out],
      usual: [...this.#usual],
      covered: [this.#inside, this.#judged],
      rows: this.#rows.map(({ life, pairs }) => ({ life, pairs: [...pairs] })),
    };
  }

  /** Goes on where others were saved, with the same options. */
  static restore(state: IntervalState, options: IntervalOptions): Intervals {
    const intervals = new Intervals(options);
    intervals.#lives = state.lives;
    intervals.#out.set(state.out);
    intervals.#usual.set(state.usual);
    [intervals.#inside, intervals.#judged] = state.covered;
    intervals.#rows = state.rows.map(({ life, pairs }) => ({
      life,
      pairs: Float32Array.from(pairs),
    }));
    return intervals;
  }

  #group(forecast: number): number {
    let group = 0;
    while (forecast >= GROUPS[group] * this.#cap) group++;
    return group;
  }

  #keep(life: JudgedLife): void {
    const count = Math.min(ROWS, life.forecasts.length);
    const pairs = new Float32Array(2 * count);
    for (let k = 0; k < count; k++) {
      // The middle of each of `count` equal pieces.
      const i = Math.floor(((k + 0.5) * life.forecasts.length) / count);
      pairs[2 * k] = Math.max(0, Math.min(this.#cap, life.forecasts[i]));
      pairs[2 * k + 1] = Math.min(this.#cap, life.truths[i]);
    }
    this.#rows.push({ life: this.#lives, pairs });
    if (this.#rows.length > LIVES) this.#rows.shift();
    this.#lives++;
  }

  #between(levels: Float64Array, forecast: number): number {
    const at = (forecast / this.#cap) * (LEVELS - 1);
    const i = Math.min(LEVELS - 2, Math.floor(at));
    return levels[i] + (at - i) * (levels[i + 1] - levels[i]);
  }

  #refresh(): void {
    if (this.#fresh) return;
    this.#fresh = true;
    let before = 1;
    const base = this.#baseRate();
    const sorted = this.#sorted();
    for (let l = 0; l < LEVELS; l++) {
      const level = (l / (LEVELS - 1)) * this.#cap;
      const { errors, weights, total, lives } = this.#near(sorted, level);
      const group = this.#group(level);
      // Of few lives, one that was not among them may well be worse than all: it counts as one of them.
      const out = this.#out[group] - (lives < FEW_LIVES ? this.#share / lives : 0);
      const [low, high] = shortest(errors, weights, total, clamp(out, LEAST_OUT, MOST_OUT));
      const wider =
        (FEW_STRETCH[lives] ?? 1) * (1 + STRETCH * Math.max(0, LEAST_OUT - this.#out[group]));
      this.#low[l] = low < 0 ? low * wider : low;
      this.#high[l] = high > 0 ? high * wider : high;
      let inside = 0;
      for (let i = 0; i < errors.length; i++) {
        if (level + errors[i] <= this.#within) inside += weights[i];
      }
      // One life more, as lives are on the whole: no finite number of them makes anything certain.
      const share = ((inside / total) * lives + base) / (lives + 1);
      before = Math.min(before, share);
      this.#failure[l] = before;
    }
  }

  /** Share of all rows in which a failure within the horizon was to come. */
  #baseRate(): number {
    let [soon, all] = [0, 0];
    for (const { pairs } of this.#rows) {
      for (let k = 1; k < pairs.length; k += 2) {
        if (pairs[k] <= this.#within) soon++;
        all++;
      }
    }
    return soon / all;
  }

  /** All pairs by their error (truth less forecast), ascending. */
  #sorted(): Sorted {
    const count = this.#rows.reduce((sum, { pairs }) => sum + pairs.length / 2, 0);
    const level = new Float64Array(count);
    const error = new Float64Array(count);
    const worth = new Float64Array(count);
    const owner = new Int32Array(count);
    let at = 0;
    this.#rows.forEach(({ life, pairs }, r) => {
      for (let k = 0; k < pairs.length; k += 2, at++) {
        level[at] = pairs[k];
        error[at] = pairs[k + 1] - pairs[k];
        worth[at] = 0.5 ** ((this.#lives - 1 - life) / this.#halfLife);
        owner[at] = r;
      }
    });
    const order = Int32Array.from(error.keys()).sort((a, b) => error[a] - error[b]);
    const by = (list: Float64Array): Float64Array => Float64Array.from(order, (i) => list[i]);
    return {
      level: by(level),
      error: by(error),
      worth: by(worth),
      owner: Int32Array.from(order, (i) => owner[i]),
    };
  }

  /** Errors of forecasts near a level, ascending, with their weights. */
  #near(sorted: Sorted, level: number): Neighbourhood {
    const { length } = sorted.error;
    const errors = new Float64Array(length);
    const weights = new Float64Array(length);
    for (let width = NEIGHBOURHOOD * this.#cap; ; width *= 1.6) {
      const seen = new Uint8Array(this.#rows.length);
      let [count, lives, total] = [0, 0, 0];
      for (let i = 0; i < length; i++) {
        const distance = Math.abs(sorted.level[i] - level) / width;
        if (distance >= 1) continue;
        errors[count] = sorted.error[i];
        weights[count] = sorted.worth[i] * (1 - distance * distance);
        total += weights[count++];
        if (seen[sorted.owner[i]] === 0) lives++;
        seen[sorted.owner[i]] = 1;
      }
      if (lives >= Math.min(LEAST_LIVES, this.#rows.length) || width > 2 * this.#cap) {
        return {
          errors: errors.subarray(0, count),
          weights: weights.subarray(0, count),
          total,
          lives,
        };
      }
    }
  }
}

type Sorted = {
  readonly level: Float64Array;
  readonly error: Float64Array;
  readonly worth: Float64Array;
  /** Life that each pair is of. */
  readonly owner: Int32Array;
};

type Neighbourhood = {
  errors: Float64Array;
  weights: Float64Array;
  total: number;
  lives: number;
};

/** The shortest of some intervals that leave out the given share of weight. */
function shortest(
  errors: Float64Array,
  weights: Float64Array,
  total: number,
  out: number,
): readonly [number, number] {
  // Weight up to the middle of each error.
  const middles = new Float64Array(errors.length);
  let below = 0;
  for (let i = 0; i < errors.length; i++) {
    middles[i] = below + weights[i] / 2;
    below += weights[i];
  }
  let best: readonly [number, number] = [errors[0], errors[errors.length - 1]];
  for (let s = 0; s <= SPLITS; s++) {
    const left = (out * s) / SPLITS;
    const low = quantile(errors, middles, left * total);
    const high = quantile(errors, middles, (1 - out + left) * total);
    if (high - low < best[1] - best[0] - 1e-9) best = [low, high];
  }
  return best;
}

/** The value below which lies the given weight, between neighbouring values by interpolation. */
function quantile(values: Float64Array, middles: Float64Array, weight: number): number {
  let from = 0;
  let to = values.length - 1;
  if (weight <= middles[0]) return values[0];
  if (weight >= middles[to]) return values[to];
  while (to - from > 1) {
    const half = (from + to) >> 1;
    if (middles[half] < weight) from = half;
    else to = half;
  }
  const share = (weight - middles[from]) / (middles[to] - middles[from]);
  return values[from] + share * (values[to] - values[from]);
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}
