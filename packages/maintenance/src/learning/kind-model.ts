/** The models of one kind of machine: everything that a forecast needs, frozen together as one version. */

import { type MachineCarrier, UsageError } from "@symbion/core";
import { decodeTrees } from "../boosting/bytes.ts";
import { TreeExplainer } from "../boosting/shap.ts";
import { BoostedTrees } from "../boosting/trees.ts";
import { jsonPart, packParts, readJson, unpackParts } from "../container.ts";
import { featureNames, featureSensors } from "../manipulation/features.ts";
import { Normaliser } from "../manipulation/normaliser.ts";
import type { FeatureSpec } from "../manipulation/types.ts";
import { MissingSensors } from "../missing/missing-sensors.ts";
import { Familiarity, type FamiliarityState } from "../prognosis/familiarity.ts";
import type { IntervalState } from "../prognosis/intervals.ts";
import type { LifeError } from "./errors.ts";
import type { Profile } from "./regime-anchor.ts";
import { UsualRows } from "./usual-rows.ts";

/** What a {@link KindModel} is made of. */
export type KindModelParts = {
  /** Puts rows into standard deviations; never changes. */
  readonly normaliser: Normaliser;
  /** How machines of the kind begin. */
  readonly profile: Profile;
  /** Features that trees and ranges are over. */
  readonly spec: FeatureSpec;
  /** Longest life that is told apart. */
  readonly cap: number;
  /** Forecasts of remaining life; null before lives have ended. */
  readonly trees: BoostedTrees | null;
  /** Forecasts while sensors are silent; null where nobody has taken the time to learn them. */
  readonly missing: MissingSensors | null;
  /** Standard deviation of the lives left that were learned from: who knows nothing is off by as much. */
  readonly spread: number;
  /** What forecasts hold for; null without trees. */
  readonly familiarity: Familiarity | null;
  /** What rows of healthy machines look like; null where too little is known. */
  readonly usual: UsualRows | null;
  /** Errors over lives left out in training, oldest first. */
  readonly errors: readonly LifeError[];
  /** Intervals as calibrated on lives left out; null where there were none. */
  readonly intervals: IntervalState | null;
};

/** Portions that an explanation is made in: all of it at once would hold up forecasts. */
export const EXPLANATION_PORTIONS = 16;

/** One version of a kind's models, ready to be asked. */
export class KindModel {
  /** Everything that it is made of, frozen. */
  readonly parts: KindModelParts;
  /** Names of the features, in the order of a row. */
  readonly features: readonly string[];
  /** For each feature its sensor; `age` for the time in service. */
  readonly sensors: readonly string[];
  readonly #row: Float32Array;
  /** Column of a feature row for each column of the trees. */
  readonly #columns: Int32Array;
  /** Explainers of a portion of the trees each; made when the first is asked for. */
  #explainers: readonly TreeExplainer[] | null = null;

  /** @throws UsageError if the trees want features that there are not. */
  constructor(parts: KindModelParts) {
    this.parts = parts;
    this.features = featureNames(parts.normaliser.sensors, parts.spec);
    this.sensors = featureSensors(parts.normaliser.sensors, parts.spec);
    const names = parts.trees?.names ?? [];
    this.#columns = Int32Array.from(names, (name) => this.features.indexOf(name));
    const absent = this.#columns.indexOf(-1);
    if (absent >= 0) {
      throw new UsageError(`model: expected a feature "${names[absent]}", got none of that name`);
    }
    this.#row = new Float32Array(names.length);
  }

  /** Remaining life of a feature row, 0 to the cap; null before lives have ended. */
  forecast(row: Float32Array): number | null {
    const { trees, cap } = this.parts;
    if (trees === null) return null;
    for (let c = 0; c < this.#columns.length; c++) this.#row[c] = row[this.#columns[c]];
    return Math.max(0, Math.min(cap, trees.predictRow(this.#row)));
  }

  /**
   * Adds what each feature moves a forecast by (TreeSHAP), for one portion of the trees: when all
   * {@link EXPLANATION_PORTIONS} are added, the sums are the exact Shapley values of the row.
   *
   * @param row Features.
   * @param values One sum per feature.
   */
  explain(row: Float32Array, portion: number, values: Float64Array): void {
    const { trees } = this.parts;
    if (trees === null) return;
    this.#explainers ??= portions(trees);
    for (let c = 0; c < this.#columns.length; c++) this.#row[c] = row[this.#columns[c]];
    const own = new Float64Array(this.#columns.length);
    this.#explainers[portion]?.explain(this.#row, own);
    for (let c = 0; c < own.length; c++) values[this.#columns[c]] += own[c];
  }

  /** Shapley values of features as what each sensor moves the forecast by, strongest first. */
  carriers(values: Float64Array): MachineCarrier[] {
    const effects = new Map<string, number>();
    this.sensors.forEach((sensor, c) => {
      effects.set(sensor, (effects.get(sensor) ?? 0) + values[c]);
    });
    return [...effects]
      .map(([sensor, effect]) => ({ sensor, effect }))
      .filter(({ effect }) => effect !== 0)
      .sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect));
  }

  /** The version in bytes. */
  encode(): Uint8Array<ArrayBuffer> {
    const { normaliser, profile, spec, cap, trees, missing, spread } = this.parts;
    const { familiarity, usual, errors, intervals } = this.parts;
    return packParts({
      model: jsonPart({
        profile,
        spec,
        cap,
        spread,
        errors,
        familiarity: familiarity?.save() ?? null,
        intervals,
      } satisfies Plain),
      normaliser: normaliser.snapshot(),
      ...(usual === null ? {} : { usual: usual.encode() }),
      ...(trees === null ? {} : { trees: trees.encode() }),
      ...(missing === null ? {} : { missing: missing.encode() }),
    });
  }

  /** @throws UsageError for bytes that are no version. */
  static decode(bytes: Uint8Array): KindModel {
    const parts = unpackParts(bytes, "a model version");
    const plain = readJson<Plain>(parts, "model");
    const normaliser = parts.normaliser;
    if (normaliser === undefined)
      throw new UsageError("model version: expected a normaliser, got none");
    const restored = Normaliser.restore(normaliser);
    return new KindModel({
      normaliser: restored,
      profile: plain.profile,
      spec: plain.spec,
      cap: plain.cap,
      spread: plain.spread,
      missing: parts.missing === undefined ? null : MissingSensors.decode(parts.missing),
      trees: parts.trees === undefined ? null : BoostedTrees.decode(parts.trees),
      familiarity: plain.familiarity === null ? null : new Familiarity(plain.familiarity),
      usual:
        parts.usual === undefined
          ? null
          : UsualRows.decode(parts.usual, featureNames(restored.sensors, plain.spec)),
      errors: plain.errors,
      intervals: plain.intervals,
    });
  }
}

/** Explainers of equally many trees each, over the same nodes. */
function portions(trees: BoostedTrees): TreeExplainer[] {
  const { nodes } = decodeTrees(trees.encode());
  const cut = (k: number): number => Math.floor((k * trees.trees) / EXPLANATION_PORTIONS);
  return Array.from({ length: EXPLANATION_PORTIONS }, (_, k) => {
    const roots = nodes.roots.subarray(cut(k), cut(k + 1) + 1);
    return new TreeExplainer({ ...nodes, roots });
  });
}

type Plain = {
  readonly profile: Profile;
  readonly spec: FeatureSpec;
  readonly cap: number;
  readonly spread: number;
  readonly errors: readonly LifeError[];
  readonly familiarity: FamiliarityState | null;
  readonly intervals: IntervalState | null;
};
