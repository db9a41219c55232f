/**
 * Forecasts of one machine by one version of the models, row by row. It holds nothing that cannot be had again from the rows
 * of the machine's window, except what it has learned of new operating regimes.
 */

import type { Run } from "../fleet.ts";
import { NO_REGIME, UNSEEN_REGIME } from "../manipulation/normaliser.ts";
import type { MissingForecast, MissingStream } from "../missing/missing-sensors.ts";
import type { KindModel } from "./kind-model.ts";
import { type AnchorState, RegimeAnchor } from "./regime-anchor.ts";
import { type RowWindow, type Standardise, WindowFeatures } from "./row-window.ts";

/** What a version says of a machine's newest row. */
export type RowForecast = {
  /** Features that it was made from; overwritten by the next row. */
  readonly features: Float32Array;
  /** Remaining life, 0 to the cap; null before lives have ended, or where nothing of the row can be used. */
  readonly remaining: number | null;
  /** Regime of the row, counted from 0; null where there is none. New ones follow the normaliser's. */
  readonly regime: number | null;
  /** Whether the regime was never seen before this machine. */
  readonly unseen: boolean;
  /** How unlike the rows are to what was learned from; above 1 is too much. */
  readonly strangeness: number;
};

/** Row-by-row forecasts of one machine. */
export class Forecaster {
  readonly model: KindModel;
  readonly #features: WindowFeatures;
  #anchor: RegimeAnchor | null = null;
  /** Regimes of which the normaliser knows no more than the settings. */
  readonly #empty: readonly boolean[];
  readonly #z: Float32Array;
  readonly #plain: Standardise;
  #regime: number = NO_REGIME;
  #missing: MissingStream | null;

  /** @param model Version that answers. */
  constructor(model: KindModel) {
    this.model = model;
    const { normaliser, spec } = model.parts;
    this.#features = new WindowFeatures(normaliser.sensors.length, spec);
    this.#z = new Float32Array(normaliser.sensors.length);
    this.#empty = normaliser.regimes.map(({ mean }) => mean.every((value) => value === null));
    this.#plain = (values, from, z, to) => {
      normaliser.applyRow(values, from, z, to);
    };
    this.#missing = model.parts.missing?.stream() ?? null;
  }

  /** Goes through the rows of a life that began before, for what remembers more than a window. */
  follow(life: Run): void {
    if (this.#missing === null) return;
    this.#missing.reset();
    const width = life.rows === 0 ? 0 : life.values.length / life.rows;
    for (let i = 0; i < life.rows; i++) this.#hear(life.values, i * width, life.age[i]);
  }

  /** What is forecast in spite of silent sensors; null where it was not learned, or the operating regime is new. */
  withoutSilent(): MissingForecast | null {
    return this.#anchor === null ? (this.#missing?.forecast() ?? null) : null;
  }

  /** Forecast for the newest row of a window; every row must be asked for once, in order. */
  next(window: RowWindow, age: number): RowForecast {
    const { normaliser, familiarity, profile } = this.model.parts;
    const at = window.at(0);
    let regime = normaliser.applyRow(window.values, at, this.#z, 0);
    const unseen = regime === UNSEEN_REGIME || this.#empty[regime] === true;
    if (this.#anchor !== null) regime = this.#anchor.learn(window.values, at);
    else if (unseen) {
      this.#anchor = new RegimeAnchor(normaliser, profile);
      // What the machine has shown so far tells its condition.
      for (let back = window.rows - 1; back >= 0; back--) {
        const older = window.at(back);
        if (older >= 0) regime = this.#anchor.learn(window.values, older);
      }
    }
    this.#regime = regime;
    this.#hear(window.values, at, age);
    const features = this.#features.compute(window, age, this.#anchor?.standardise ?? this.#plain);
    return {
      features,
      remaining: this.model.forecast(features),
      regime: this.#regime >= UNSEEN_REGIME ? null : this.#regime,
      unseen,
      strangeness: familiarity?.strangeness(features) ?? 0,
    };
  }

  /** What it has learned of new regimes; null for nothing. */
  save(): AnchorState | null {
    return this.#anchor?.save() ?? null;
  }

  /** Goes on where another with the same model was saved. */
  restore(state: AnchorState | null): void {
    const { normaliser, profile } = this.model.parts;
    this.#anchor = state === null ? null : RegimeAnchor.restore(state, normaliser, profile);
  }

  /** Begins a new life. */
  reset(): void {
    this.#anchor = null;
    this.#missing?.reset();
  }

  #hear(values: Float32Array, from: number, age: number): void {
    if (this.#missing === null) return;
    const regime = this.model.parts.normaliser.applyRow(values, from, this.#z, 0);
    this.#missing.push(this.#z, 0, age, regime);
  }
}
