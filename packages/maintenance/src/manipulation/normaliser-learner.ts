/**
 * Learns operating regimes and what is usual in them, run by run, without labels. Places in the space of settings collect
 * statistics; places whose sensors agree are one regime, so that noise of the settings makes none.
 */

import { expected } from "@symbion/core";
import type { Channel, Run } from "../fleet.ts";
import { borrow } from "./borrowing.ts";
import { distanceTo, Normaliser, type RegimeStatistics, readSnapshot } from "./normaliser.ts";
import { Statistics } from "./statistics.ts";

/** Size of a place, as a share of each setting's range. */
const PLACE = 0.05;

/** Most places; beyond it they grow until fewer are left. */
const MOST_PLACES = 128;

/** Rows that a regime needs for statistics of its own. */
const LEAST_ROWS = 20;

/** Standard deviations by which sensors of one regime may differ between its places. */
const AGREEMENT = 1;

type Place = { at: number[]; statistics: Statistics };

/** Learns online; {@link NormaliserLearner.freeze} gives what models are trained with. */
export class NormaliserLearner {
  readonly #channels: readonly Channel[];
  readonly #settings: readonly number[];
  readonly #sensors: readonly number[];
  readonly #least: number[];
  readonly #most: number[];
  #size = PLACE;
  #places: Place[] = [];
  #frozen: Normaliser | null = null;

  /** @param channels Columns of all runs. */
  constructor(channels: readonly Channel[]) {
    this.#channels = channels;
    const columns = (role: Channel["role"]): number[] =>
      channels.flatMap((channel, c) => (channel.role === role ? [c] : []));
    this.#settings = columns("setting");
    this.#sensors = columns("sensor");
    this.#least = this.#settings.map(() => Number.POSITIVE_INFINITY);
    this.#most = this.#settings.map(() => Number.NEGATIVE_INFINITY);
  }

  /**
   * Learns from rows of a run: all of them, or those from `from` to `to` (exclusive), so that a running machine can be learned
   * from as it goes. Rows whose settings are incomplete teach nothing.
   *
   * @throws UsageError if the run has other columns.
   */
  learn(run: Run, from = 0, to: number = run.rows): void {
    const width = this.#channels.length;
    if (run.values.length !== run.rows * width) {
      throw expected(`${width} columns`, run.values.length / run.rows, `run of ${run.machine}`);
    }
    this.#frozen = null;
    this.#stretch(run, from, to);
    const widths = this.#widths();
    const at = new Float64Array(this.#settings.length);
    const previous = new Map<Place, number>();
    for (let i = from; i < to; i++) {
      if (!this.#read(run, i, at)) continue;
      const place = this.#placeAt(at, widths);
      place.statistics.add(run.values, i * width, this.#sensors, previous.get(place) ?? -1);
      previous.set(place, i * width);
    }
    this.#thin();
  }

  /** What is known now, for good. */
  freeze(): Normaliser {
    this.#frozen ??= this.#freeze();
    return this.#frozen;
  }

  /** Everything, for {@link NormaliserLearner.restore}. */
  snapshot(): Uint8Array {
    const bounds = (list: readonly number[]): (number | null)[] =>
      list.map((value) => (Number.isFinite(value) ? value : null));
    const state: LearnerState = {
      channels: this.#channels,
      least: bounds(this.#least),
      most: bounds(this.#most),
      size: this.#size,
      places: this.#places.map(({ at, statistics }) => ({ at, statistics: statistics.save() })),
    };
    return new TextEncoder().encode(JSON.stringify(state));
  }

  /** @throws UsageError if the bytes are no snapshot of a learner. */
  static restore(bytes: Uint8Array): NormaliserLearner {
    const state = readSnapshot(bytes, isLearnerState, "a normaliser that learns");
    const learner = new NormaliserLearner(state.channels);
    state.least.forEach((value, c) => {
      learner.#least[c] = value ?? Number.POSITIVE_INFINITY;
      learner.#most[c] = state.most[c] ?? Number.NEGATIVE_INFINITY;
    });
    learner.#size = state.size;
    learner.#places = state.places.map(({ at, statistics }) => ({
      at: [...at],
      statistics: Statistics.load(statistics),
    }));
    return learner;
  }

  #read(run: Run, i: number, at: Float64Array): boolean {
    for (let c = 0; c < at.length; c++) {
      at[c] = run.values[i * this.#channels.length + this.#settings[c]];
      if (Number.isNaN(at[c])) return false;
    }
    return true;
  }

  /** Widens the ranges of the settings, and unites places that lie close together in them. */
  #stretch(run: Run, from: number, to: number): void {
    let wider = false;
    const at = new Float64Array(this.#settings.length);
    for (let i = from; i < to; i++) {
      if (!this.#read(run, i, at)) continue;
      for (let c = 0; c < at.length; c++) {
        if (at[c] < this.#least[c]) {
          this.#least[c] = at[c];
          wider = true;
        }
        if (at[c] > this.#most[c]) {
          this.#most[c] = at[c];
          wider = true;
        }
      }
    }
    if (wider) this.#unite();
  }

  #widths(): Float64Array {
    return Float64Array.from(this.#most, (most, c) => Math.max(0, most - this.#least[c]));
  }

  #placeAt(at: Float64Array, widths: Float64Array): Place {
    let best: Place | null = null;
    let least = this.#size;
    for (const place of this.#places) {
      const distance = distanceTo(at, place.at, 0, widths);
      if (distance <= least) {
        least = distance;
        best = place;
        if (distance === 0) break;
      }
    }
    if (best === null) {
      best = { at: [...at], statistics: new Statistics(this.#sensors.length) };
      this.#places.push(best);
    }
    return best;
  }

  #unite(): void {
    const widths = this.#widths();
    const kept: Place[] = [];
    for (const place of this.#places) {
      const at = Float64Array.from(place.at);
      const near = kept.find((other) => distanceTo(at, other.at, 0, widths) <= this.#size);
      if (near === undefined) kept.push(place);
      else near.statistics.join(place.statistics);
    }
    this.#places = kept;
  }

  #thin(): void {
    while (this.#places.length > MOST_PLACES) {
      this.#size *= 1.5;
      this.#unite();
    }
  }

  #freeze(): Normaliser {
    const groups = this.#groups();
    const informative = this.#sensors.flatMap((_, s) => (tells(groups, s) ? [s] : []));
    const regimes: RegimeStatistics[] = groups.map(({ at, statistics }) => {
      const known = informative.map((s) => statistics.count[s] >= LEAST_ROWS);
      return {
        rows: statistics.rows,
        settings: at,
        mean: informative.map((s, k) => (known[k] ? statistics.mean[s] : null)),
        sd: informative.map((s, k) => (known[k] ? statistics.sd(s) : null)),
        borrowed: informative.map(() => false),
      };
    });
    return new Normaliser({
      channels: this.#channels,
      sensors: informative.map((s) => this.#channels[this.#sensors[s]].name),
      ranges: this.#least.map((least, c) =>
        this.#most[c] >= least ? [least, this.#most[c] - least] : [0, 0],
      ),
      places: groups.flatMap((group, regime) => group.places.map(({ at }) => ({ at, regime }))),
      regimes: borrow(regimes),
    });
  }

  /** Places whose sensors agree, together; the largest place of a group stands for it. */
  #groups(): Group[] {
    const spread = pooledSpread(this.#places, this.#sensors.length);
    const widths = this.#widths();
    const groups: Group[] = [];
    const bySize = [...this.#places].sort((a, b) => b.statistics.rows - a.statistics.rows);
    for (const place of bySize) {
      const at = Float64Array.from(place.at);
      let best: Group | null = null;
      let least = Number.POSITIVE_INFINITY;
      for (const group of groups) {
        const distance = distanceTo(at, group.at, 0, widths);
        if (distance < least && agree(group.statistics, place.statistics, spread)) {
          least = distance;
          best = group;
        }
      }
      if (best === null) {
        const statistics = new Statistics(this.#sensors.length);
        best = { at: place.at, statistics, places: [] };
        groups.push(best);
      }
      best.statistics.join(place.statistics);
      best.places.push(place);
    }
    return groups;
  }
}

type Group = { at: number[]; statistics: Statistics; places: Place[] };

/** Whether a sensor tells anything in most rows of the regimes in which it moves at all. */
function tells(groups: readonly Group[], s: number): boolean {
  let balance = 0;
  for (const { statistics } of groups) {
    if (statistics.count[s] < LEAST_ROWS || statistics.squares[s] === 0) continue;
    balance += statistics.informative(s) ? statistics.count[s] : -statistics.count[s];
  }
  return balance > 0;
}

/** Standard deviation of each sensor within places; NaN where too few rows tell. */
function pooledSpread(places: readonly Place[], sensors: number): Float64Array {
  const spread = new Float64Array(sensors);
  for (let s = 0; s < sensors; s++) {
    let squares = 0;
    let freedom = 0;
    for (const { statistics } of places) {
      if (statistics.count[s] < 2) continue;
      squares += statistics.squares[s];
      freedom += statistics.count[s] - 1;
    }
    spread[s] = freedom >= LEAST_ROWS ? Math.sqrt(squares / freedom) : Number.NaN;
  }
  return spread;
}

/** Whether no sensor tells two places apart, given how well their means are known. */
function agree(a: Statistics, b: Statistics, spread: Float64Array): boolean {
  for (let s = 0; s < spread.length; s++) {
    const [n, m] = [a.count[s], b.count[s]];
    if (n === 0 || m === 0) continue;
    const difference = Math.abs(a.mean[s] - b.mean[s]);
    const doubt = 3 * Math.sqrt(1 / n + 1 / m);
    if (!(difference <= spread[s] * (AGREEMENT + doubt))) return false;
  }
  return true;
}

type LearnerState = {
  channels: readonly Channel[];
  least: (number | null)[];
  most: (number | null)[];
  size: number;
  places: { at: readonly number[]; statistics: ReturnType<Statistics["save"]> }[];
};

function isLearnerState(value: unknown): value is LearnerState {
  const state = value as LearnerState;
  if (typeof state !== "object" || state === null || !Array.isArray(state.channels)) return false;
  if (!state.channels.every((channel) => typeof channel?.name === "string")) return false;
  const settings = state.channels.filter((channel) => channel.role === "setting").length;
  const sensors = state.channels.filter((channel) => channel.role === "sensor").length;
  const numbers = (list: unknown, length: number): boolean =>
    Array.isArray(list) &&
    list.length === length &&
    list.every((item) => item === null || typeof item === "number");
  return (
    numbers(state.least, settings) &&
    numbers(state.most, settings) &&
    typeof state.size === "number" &&
    Array.isArray(state.places) &&
    state.places.every(
      (place) => numbers(place?.at, settings) && Statistics.isSaved(place.statistics, sensors),
    )
  );
}
