/**
 * What is usual in operating regimes that nobody has seen before, learned while the first machine runs in them. A machine's
 * condition is the same whichever way it is operated at the moment, so rows in known regimes tell the condition, and rows in a
 * new regime tell what that condition looks like there. One Kalman filter per sensor holds both: the condition (a random walk)
 * and the mean of each new regime (a constant), with their covariance.
 */

import {
  distanceTo,
  NO_REGIME,
  type Normaliser,
  UNSEEN_REGIME,
} from "../manipulation/normaliser.ts";
import type { NormalisedRun } from "../manipulation/types.ts";

/** How machines of a kind begin and how their sensors move, in standard deviations. One entry per sensor. */
export type Profile = {
  /** Mean over the first rows of lives. */
  readonly start: readonly number[];
  /** Its standard deviation over machines. */
  readonly startSd: readonly number[];
  /** Standard deviation of a single row's noise. */
  readonly noise: readonly number[];
  /** Variance that a row adds to the condition. */
  readonly drift: readonly number[];
};

/** Rows that are called the beginning of a life, and rows that lie between two looks at its movement. */
const START_ROWS = 10;
const APART = 40;
/** Farthest that settings may lie from known ones, as a share of each one's range. */
const REACH = 0.1;
/** New regimes that one machine may bring. */
const MOST_REGIMES = 24;
/** Variance of what is not known at all, in squared standard deviations. */
const DIFFUSE = 1e6;
/** Variance of a regime's mean below which it is known well enough to speak of the machine. */
const KNOWN = 1;

/** Learns a profile from normalised lives. */
export function profileOf(runs: readonly NormalisedRun[], sensors: number): Profile {
  const start: number[] = [];
  const startSd: number[] = [];
  const noise: number[] = [];
  const drift: number[] = [];
  for (let s = 0; s < sensors; s++) {
    const begins: number[] = [];
    const jumps = new Mean();
    const moves = new Mean();
    for (const { z, run } of runs) {
      const first = new Mean();
      for (let i = 0; i < Math.min(START_ROWS, run.rows); i++) first.add(z[i * sensors + s]);
      if (first.count > 0) begins.push(first.mean);
      for (let i = 1; i < run.rows; i++) {
        const jump = z[i * sensors + s] - z[(i - 1) * sensors + s];
        jumps.add((jump * jump) / 2);
      }
      let before = Number.NaN;
      for (let i = APART; i <= run.rows; i += APART) {
        const block = new Mean();
        for (let j = i - APART / 2; j < i; j++) block.add(z[j * sensors + s]);
        const mean = block.count === 0 ? Number.NaN : block.mean;
        moves.add(((mean - before) * (mean - before)) / APART);
        before = mean;
      }
    }
    const mean = begins.reduce((a, b) => a + b, 0) / Math.max(1, begins.length);
    const spread = begins.reduce((a, b) => a + (b - mean) ** 2, 0) / Math.max(1, begins.length);
    start.push(mean);
    startSd.push(Math.max(0.1, Math.sqrt(spread)));
    noise.push(Math.max(0.02, Math.sqrt(jumps.mean)));
    drift.push(Math.max(1e-5, moves.mean));
  }
  return { start, startSd, noise, drift };
}

/** What is known of regimes through one machine. */
export type AnchorState = {
  readonly places: readonly (readonly number[])[];
  readonly least: readonly number[];
  readonly most: readonly number[];
  readonly belief: readonly number[];
  readonly doubt: readonly number[];
};

/** Regimes that a normaliser does not know, as one machine shows them. */
export class RegimeAnchor {
  readonly #profile: Profile;
  readonly #settings: readonly number[];
  readonly #columns: readonly number[];
  readonly #known: readonly { readonly at: readonly number[]; readonly regime: number }[];
  /** [regimes, sensors]. */
  readonly #mean: Float64Array;
  readonly #sd: Float64Array;
  /** Of the regime with most rows: what new ones are measured in. */
  readonly #unit: Float64Array;
  readonly #level: Float64Array;
  readonly #least: Float64Array;
  readonly #most: Float64Array;
  #places: Float64Array[] = [];
  /** Per sensor [condition, means of new regimes], and their covariance. */
  #belief: Float64Array;
  #doubt: Float64Array;
  readonly #at: Float64Array;

  /** @param normaliser What is known for sure. */
  constructor(normaliser: Normaliser, profile: Profile) {
    this.#profile = profile;
    const { channels, sensors, regimes, state } = normaliser;
    const names = channels.map((channel) => channel.name);
    this.#settings = channels.flatMap((channel, c) => (channel.role === "setting" ? [c] : []));
    this.#columns = sensors.map((sensor) => names.indexOf(sensor));
    this.#known = state.places.filter(({ regime }) =>
      regimes[regime].mean.some((value) => value !== null),
    );
    this.#mean = Float64Array.from(
      regimes.flatMap((regime) => regime.mean.map((m) => m ?? Number.NaN)),
    );
    this.#sd = Float64Array.from(
      regimes.flatMap((regime) => regime.sd.map((sd) => sd ?? Number.NaN)),
    );
    const n = sensors.length;
    const order = [...regimes.keys()].sort((a, b) => regimes[b].rows - regimes[a].rows);
    const first = (s: number, list: Float64Array): number =>
      order.map((r) => list[r * n + s]).find((value) => value > 0 || value < 0) ?? 1;
    this.#unit = Float64Array.from({ length: n }, (_, s) => Math.abs(first(s, this.#sd)));
    this.#level = Float64Array.from({ length: n }, (_, s) => first(s, this.#mean));
    this.#least = Float64Array.from(state.ranges, ([least]) => least);
    this.#most = Float64Array.from(state.ranges, ([least, width]) => least + width);
    this.#at = new Float64Array(this.#settings.length);
    const size = 1 + MOST_REGIMES;
    this.#belief = new Float64Array(n * size);
    this.#doubt = new Float64Array(n * size * size);
    for (let s = 0; s < n; s++) {
      this.#belief[s * size] = profile.start[s];
      this.#doubt[s * size * size] = profile.startSd[s] ** 2;
      for (let k = 1; k < size; k++) this.#doubt[(s * size + k) * size + k] = DIFFUSE;
    }
  }

  /** New regimes so far. */
  get regimes(): number {
    return this.#places.length;
  }

  /**
   * Takes a row, known regime or not, and learns from it.
   *
   * @returns Its regime: that of the normaliser, or the normaliser's number of regimes and up for a new one, or
   *   {@link NO_REGIME} where settings are missing.
   */
  learn(values: Float32Array, from: number): number {
    const regime = this.#regimeOf(values, from, true);
    const size = 1 + MOST_REGIMES;
    const own = this.#mean.length / this.#columns.length;
    for (let s = 0; s < this.#columns.length; s++) {
      const belief = this.#belief.subarray(s * size, (s + 1) * size);
      const doubt = this.#doubt.subarray(s * size * size, (s + 1) * size * size);
      doubt[0] += this.#profile.drift[s];
      const value = values[from + this.#columns[s]];
      if (Number.isNaN(value) || regime >= UNSEEN_REGIME) continue;
      const noise = this.#profile.noise[s] ** 2;
      if (regime < own) {
        const z = this.#standard(value, regime, s);
        if (!Number.isNaN(z)) update(belief, doubt, size, 1, -1, z, noise);
        continue;
      }
      const k = 1 + regime - own;
      const measured = (value - this.#level[s]) / this.#unit[s];
      // Before the first value the mean may be anything: take it from the condition, so that its scale is sensible.
      if (doubt[k * size + k] > DIFFUSE / 2) belief[k] = measured - belief[0];
      update(belief, doubt, size, this.#scale(s, k), k, measured, noise);
    }
    return regime;
  }

  /** Puts a row into standard deviations by what is known now; NaN where too little is. Learns nothing. */
  readonly standardise = (
    values: Float32Array,
    from: number,
    z: Float32Array,
    to: number,
  ): void => {
    const regime = this.#regimeOf(values, from, false);
    const size = 1 + MOST_REGIMES;
    const own = this.#mean.length / this.#columns.length;
    for (let s = 0; s < this.#columns.length; s++) {
      const value = values[from + this.#columns[s]];
      if (regime >= UNSEEN_REGIME) z[to + s] = Number.NaN;
      else if (regime < own) z[to + s] = this.#standard(value, regime, s);
      else {
        const k = 1 + regime - own;
        const sure = this.#doubt[(s * size + k) * size + k] < KNOWN;
        const measured = (value - this.#level[s]) / this.#unit[s];
        z[to + s] = sure ? (measured - this.#belief[s * size + k]) / this.#scale(s, k) : Number.NaN;
      }
    }
  };

  /** Everything, for {@link RegimeAnchor.restore}. */
  save(): AnchorState {
    return {
      places: this.#places.map((place) => [...place]),
      least: [...this.#least],
      most: [...this.#most],
      belief: [...this.#belief],
      doubt: [...this.#doubt],
    };
  }

  /** Goes on where another was saved. */
  static restore(state: AnchorState, normaliser: Normaliser, profile: Profile): RegimeAnchor {
    const anchor = new RegimeAnchor(normaliser, profile);
    anchor.#places = state.places.map((place) => Float64Array.from(place));
    anchor.#least.set(state.least);
    anchor.#most.set(state.most);
    anchor.#belief = Float64Array.from(state.belief);
    anchor.#doubt = Float64Array.from(state.doubt);
    return anchor;
  }

  #standard(value: number, regime: number, s: number): number {
    const i = regime * this.#columns.length + s;
    return this.#sd[i] === 0 ? 0 : (value - this.#mean[i]) / this.#sd[i];
  }

  /**
   * How far the sensor moves in a new regime for the same change of condition. Where all its values have one sign, wear
   * changes it by the same share of its level everywhere.
   */
  #scale(s: number, k: number): number {
    const level = this.#level[s];
    const there = level + this.#belief[s * (1 + MOST_REGIMES) + k] * this.#unit[s];
    const ratio = there / level;
    return ratio > 0 ? Math.min(4, Math.max(0.25, ratio)) : 1;
  }

  #regimeOf(values: Float32Array, from: number, grow: boolean): number {
    for (let c = 0; c < this.#at.length; c++) {
      const value = values[from + this.#settings[c]];
      if (Number.isNaN(value)) return NO_REGIME;
      this.#at[c] = value;
      if (grow && value < this.#least[c]) this.#least[c] = value;
      if (grow && value > this.#most[c]) this.#most[c] = value;
    }
    const widths = this.#most.map((most, c) => most - this.#least[c]);
    const own = this.#mean.length / this.#columns.length;
    let best = UNSEEN_REGIME;
    let least = REACH;
    for (const place of this.#known) {
      const distance = distanceTo(this.#at, place.at, 0, widths);
      if (distance < least) {
        least = distance;
        best = place.regime;
      }
    }
    for (let p = 0; p < this.#places.length; p++) {
      const distance = distanceTo(this.#at, this.#places[p], 0, widths);
      if (distance < least) {
        least = distance;
        best = own + p;
      }
    }
    if (best !== UNSEEN_REGIME || !grow || this.#places.length === MOST_REGIMES) return best;
    this.#places.push(this.#at.slice());
    return own + this.#places.length - 1;
  }
}

/** A Kalman update with the observation `value = scale * belief[0] + belief[other] + noise`; no other where it is -1. */
function update(
  belief: Float64Array,
  doubt: Float64Array,
  size: number,
  scale: number,
  other: number,
  value: number,
  noise: number,
): void {
  const gain = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    gain[i] = scale * doubt[i * size] + (other < 0 ? 0 : doubt[i * size + other]);
  }
  const total = scale * gain[0] + (other < 0 ? 0 : gain[other]) + noise;
  const surprise = value - scale * belief[0] - (other < 0 ? 0 : belief[other]);
  for (let i = 0; i < size; i++) {
    if (gain[i] === 0) continue;
    belief[i] += (gain[i] / total) * surprise;
    for (let j = 0; j < size; j++) doubt[i * size + j] -= (gain[i] * gain[j]) / total;
  }
}

/** A mean that skips what is missing. */
class Mean {
  count = 0;
  #sum = 0;

  add(value: number): void {
    if (Number.isNaN(value)) return;
    this.count++;
    this.#sum += value;
  }

  get mean(): number {
    return this.count === 0 ? 0 : this.#sum / this.count;
  }
}
