/** A frozen normaliser: what is usual in each operating regime. Models are trained with one and keep it. */

import { UsageError } from "@symbion/core";
import type { Channel, Run } from "../fleet.ts";
import type { NormalisedRun } from "./types.ts";

/** In place of a regime: the settings of the row are missing and do not follow from the rest. */
export const NO_REGIME = 255;

/** In place of a regime: the machine is operated as no machine was before. */
export const UNSEEN_REGIME = 254;

/** Farthest that a row's settings may lie from known ones, as a share of each setting's range. */
const REACH = 0.1;

/** What is usual in one regime. */
export type RegimeStatistics = {
  /** Rows that were seen in it. */
  readonly rows: number;
  /** Mean of each setting. */
  readonly settings: readonly number[];
  /** Mean of each sensor; null where too little is known. */
  readonly mean: readonly (number | null)[];
  /** Standard deviation of each sensor, 0 where it never moves; null where too little is known. */
  readonly sd: readonly (number | null)[];
  /** Whether the sensor's figures were borrowed from other regimes. */
  readonly borrowed: readonly boolean[];
};

/** Everything that a normaliser consists of. */
export type NormaliserState = {
  /** Columns of the runs that it takes. */
  readonly channels: readonly Channel[];
  /** Names of the sensors that tell something: the columns of `z`. */
  readonly sensors: readonly string[];
  /** Range of each setting, as seen: least and width. */
  readonly ranges: readonly (readonly [least: number, width: number])[];
  /** Places in the space of settings, each with its regime. */
  readonly places: readonly { readonly at: readonly number[]; readonly regime: number }[];
  /** By number. Statistics are of {@link NormaliserState.sensors}. */
  readonly regimes: readonly RegimeStatistics[];
};

/** Turns rows into standard deviations from what is usual in their operating regime. It never changes. */
export class Normaliser {
  /** Hash of the content: two normalisers of the same version give the same numbers. */
  readonly version: string;
  /** Columns of the runs that it takes. */
  readonly channels: readonly Channel[];
  /** Names of the columns of `z`. */
  readonly sensors: readonly string[];
  /** What is usual in each regime. */
  readonly regimes: readonly RegimeStatistics[];
  readonly #state: NormaliserState;
  readonly #settingColumns: Int32Array;
  readonly #sensorColumns: Int32Array;
  /** [places, settings] and regime of each. */
  readonly #places: Float64Array;
  readonly #placeRegimes: Int32Array;
  readonly #widths: Float64Array;
  /** [regimes, sensors]; NaN where nothing is known. */
  readonly #mean: Float64Array;
  readonly #scale: Float64Array;
  readonly #ownRegime: Uint8Array;
  readonly #at: Float64Array;

  /** @param state See {@link NormaliserLearner.freeze} and {@link Normaliser.restore}, which make one. */
  constructor(state: NormaliserState) {
    this.#state = state;
    this.channels = state.channels;
    this.sensors = state.sensors;
    this.regimes = state.regimes;
    this.version = contentHash(JSON.stringify(state));
    const names = state.channels.map((channel) => channel.name);
    this.#sensorColumns = Int32Array.from(state.sensors, (name) => names.indexOf(name));
    this.#settingColumns = Int32Array.from(
      state.channels.flatMap((channel, c) => (channel.role === "setting" ? [c] : [])),
    );
    this.#widths = Float64Array.from(state.ranges, ([, width]) => width);
    this.#places = Float64Array.from(state.places.flatMap((place) => place.at));
    this.#placeRegimes = Int32Array.from(state.places, (place) => place.regime);
    const known = (value: number | null): number => value ?? Number.NaN;
    this.#mean = Float64Array.from(state.regimes.flatMap((regime) => regime.mean.map(known)));
    // A sensor that never moves in a regime tells nothing there: it is at its mean.
    this.#scale = Float64Array.from(
      state.regimes.flatMap((regime) => regime.sd.map((sd) => (sd === 0 ? 0 : 1 / known(sd)))),
    );
    this.#ownRegime = Uint8Array.from(state.regimes, (regime) =>
      regime.borrowed.some((borrowed) => borrowed) || regime.mean.every((mean) => mean === null)
        ? 0
        : 1,
    );
    this.#at = new Float64Array(this.#settingColumns.length);
  }

  /**
   * Normalises a whole run.
   *
   * @throws UsageError if the run has other columns.
   */
  apply(run: Run): NormalisedRun {
    const width = this.channels.length;
    if (run.values.length !== run.rows * width) {
      throw new UsageError(
        `run of ${run.machine}: expected ${width} columns, got ${run.values.length / run.rows}`,
      );
    }
    const z = new Float32Array(run.rows * this.sensors.length);
    const regimes = new Uint8Array(run.rows);
    const own = new Uint8Array(run.rows);
    for (let i = 0; i < run.rows; i++) {
      const regime = this.applyRow(run.values, i * width, z, i * this.sensors.length);
      regimes[i] = regime;
      own[i] = this.isOwn(regime) ? 1 : 0;
    }
    return { run, sensors: this.sensors, z, regimes, own };
  }

  /**
   * Normalises one row.
   *
   * @param values Where the row lies, in the order of {@link Normaliser.channels}; NaN is missing.
   * @param from Index of its first value.
   * @param z Receives one value per sensor from `to` on; NaN where it is missing or nothing is known.
   * @returns Its regime, {@link NO_REGIME} or {@link UNSEEN_REGIME}.
   */
  applyRow(values: Float32Array, from: number, z: Float32Array, to: number): number {
    const regime = this.#regimeOf(values, from);
    const sensors = this.#sensorColumns;
    if (regime >= UNSEEN_REGIME) {
      z.fill(Number.NaN, to, to + sensors.length);
      return regime;
    }
    const at = regime * sensors.length;
    for (let s = 0; s < sensors.length; s++) {
      z[to + s] = (values[from + sensors[s]] - this.#mean[at + s]) * this.#scale[at + s];
    }
    return regime;
  }

  /** Whether all statistics of a regime were seen in it. */
  isOwn(regime: number): boolean {
    return this.#ownRegime[regime] === 1;
  }

  /** Everything, for {@link Normaliser.restore}. */
  snapshot(): Uint8Array {
    return new TextEncoder().encode(JSON.stringify(this.#state));
  }

  /** @throws UsageError if the bytes are no snapshot. */
  static restore(bytes: Uint8Array): Normaliser {
    return new Normaliser(readSnapshot(bytes, isState, "a normaliser"));
  }

  /** Plain data that it consists of. */
  get state(): NormaliserState {
    return this.#state;
  }

  #regimeOf(values: Float32Array, from: number): number {
    const columns = this.#settingColumns;
    let missing = 0;
    for (let c = 0; c < columns.length; c++) {
      this.#at[c] = values[from + columns[c]];
      if (Number.isNaN(this.#at[c])) missing++;
    }
    const found = nearest(this.#at, this.#places, this.#widths);
    if (missing === 0) {
      if (found.place < 0 || found.distance > REACH) return UNSEEN_REGIME;
      return this.#placeRegimes[found.place];
    }
    return this.#onlyRegime();
  }

  /** With some settings missing, a regime follows only where all places that fit the others belong to it. */
  #onlyRegime(): number {
    const settings = this.#widths.length;
    let only = NO_REGIME;
    for (let p = 0; p < this.#placeRegimes.length; p++) {
      if (!(distanceTo(this.#at, this.#places, p * settings, this.#widths) <= REACH)) continue;
      const regime = this.#placeRegimes[p];
      if (only !== NO_REGIME && only !== regime) return NO_REGIME;
      only = regime;
    }
    return only;
  }
}

/**
 * Greatest difference over the settings that are there, as a share of each one's range. A setting that has never moved counts
 * in its own size.
 */
export function distanceTo(
  at: Float64Array,
  places: ArrayLike<number>,
  from: number,
  widths: Float64Array,
): number {
  let most = 0;
  for (let c = 0; c < at.length; c++) {
    const there = places[from + c] as number;
    const difference = Math.abs(at[c] - there);
    if (difference > 0) {
      const width = widths[c] > 0 ? widths[c] : Math.max(Math.abs(there), difference);
      most = Math.max(most, difference / width);
    }
  }
  return most;
}

/** Place nearest to some settings; place -1 where there is none. */
export function nearest(
  at: Float64Array,
  places: Float64Array,
  widths: Float64Array,
): { place: number; distance: number } {
  const count = at.length === 0 ? 1 : places.length / at.length;
  let place = -1;
  let distance = Number.POSITIVE_INFINITY;
  for (let p = 0; p < count; p++) {
    const d = distanceTo(at, places, p * at.length, widths);
    if (d < distance) {
      distance = d;
      place = p;
    }
  }
  return { place, distance };
}

/** 106 bits of a text as 27 hexadecimal digits; not for secrets. */
export function contentHash(text: string): string {
  return hash53(text, 0) + hash53(text, 1);
}

/** Reads JSON bytes of a known form. @throws UsageError if they are not of it. */
export function readSnapshot<T>(
  bytes: Uint8Array,
  isOne: (value: unknown) => value is T,
  what: string,
): T {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new UsageError(
      `snapshot: expected ${what}, got ${bytes.length} bytes of something else`,
      {
        cause,
      },
    );
  }
  if (!isOne(value)) throw new UsageError(`snapshot: expected ${what}, got another document`);
  return value;
}

/** cyrb53: 53 well-mixed bits of a text. */
function hash53(text: string, seed: number): string {
  let high = 0xdeadbeef ^ seed;
  let low = 0x41c6ce57 ^ seed;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  const value = 4294967296 * (2097151 & low) + (high >>> 0);
  return value.toString(16).padStart(14, "0");
}

/** Whether a parsed snapshot has the form of a state, as deep as anything here relies on it. */
function isState(value: unknown): value is NormaliserState {
  const state = value as NormaliserState;
  if (typeof state !== "object" || state === null) return false;
  const { channels, sensors, ranges, places, regimes } = state;
  if (![channels, sensors, ranges, places, regimes].every(Array.isArray)) return false;
  const names = channels.map((channel) => channel?.name);
  const settings = channels.filter((channel) => channel?.role === "setting").length;
  const row = (list: unknown, length: number, type: (item: unknown) => boolean): boolean =>
    Array.isArray(list) && list.length === length && list.every(type);
  const number = (item: unknown): boolean => typeof item === "number";
  const numberOrNull = (item: unknown): boolean => item === null || number(item);
  return (
    names.every((name) => typeof name === "string") &&
    sensors.every((name) => names.includes(name)) &&
    row(ranges, settings, (range) => row(range, 2, number)) &&
    places.every(
      (place) =>
        row(place?.at, settings, number) &&
        Number.isInteger(place.regime) &&
        place.regime >= 0 &&
        place.regime < regimes.length,
    ) &&
    regimes.length < UNSEEN_REGIME &&
    regimes.every(
      (regime) =>
        row(regime?.mean, sensors.length, numberOrNull) &&
        row(regime.sd, sensors.length, numberOrNull) &&
        row(regime.borrowed, sensors.length, (item) => typeof item === "boolean") &&
        row(regime.settings, settings, number) &&
        number(regime.rows),
    )
  );
}
