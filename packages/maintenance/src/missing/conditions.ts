/**
 * Conditions of machines (how worn a part is, in steps) from features of sensors of which some are lost: boosted trees learned
 * from copies of the data that have lost whole sensors.
 */

import { expected } from "@symbion/core";
import { Random } from "@symbion/neural";
import { fitBoosting } from "../boosting/fit.ts";
import type { BoostedTrees } from "../boosting/trees.ts";
import type { BoostingOptions, Matrix } from "../boosting/types.ts";
import { drawDistinct } from "./curriculum.ts";

/** How conditions are learned. */
export type ConditionOptions = {
  /** Copies of the data that have lost sensors, beside the complete one. Default 8. */
  readonly copies?: number;
  /** Most sensors that a row of a copy has lost; fewer than there are. Default: half of them. */
  readonly lost?: number;
  /**
   * `ordered`: a model for each threshold between neighbouring conditions; `each`: one for each condition against the rest.
   * Default `each`.
   */
  readonly form?: "ordered" | "each";
  /** How trees are grown. */
  readonly boosting?: Omit<BoostingOptions, "loss" | "validation">;
  /** Models with draws of their own whose mean is taken. Default 1. */
  readonly members?: number;
  /** Seed of the losses. Default 0. */
  readonly seed?: number;
};

const OPTIONS = ["copies", "lost", "form", "boosting", "members", "seed"];

/** Tells conditions apart. */
export class ConditionModel {
  /** Conditions, ascending. */
  readonly conditions: readonly number[];
  readonly #form: "ordered" | "each";
  /** One list per member. */
  readonly #models: readonly (readonly BoostedTrees[])[];

  private constructor(
    conditions: readonly number[],
    form: "ordered" | "each",
    models: readonly (readonly BoostedTrees[])[],
  ) {
    this.conditions = conditions;
    this.#form = form;
    this.#models = models;
  }

  /**
   * Learns conditions.
   *
   * @param x Features; NaN is missing.
   * @param sensors Sensor that each column is made of.
   * @param labels Condition of each row.
   * @throws UsageError for unknown options, fewer than two conditions, or lists that don't fit the table.
   */
  static fit(
    x: Matrix,
    sensors: readonly string[],
    labels: ArrayLike<number>,
    options: ConditionOptions = {},
  ): ConditionModel {
    for (const key of Object.keys(options)) {
      if (!OPTIONS.includes(key)) throw expected(OPTIONS.join(", "), key, "option");
    }
    if (sensors.length !== x.names.length || labels.length !== x.rows) {
      throw expected(
        `${x.names.length} sensors and ${x.rows} labels`,
        `${sensors.length} and ${labels.length}`,
        "conditions",
      );
    }
    const conditions = [...new Set(Array.from(labels))].sort((a, b) => a - b);
    if (conditions.length < 2) throw expected("two conditions", conditions.length, "labels");
    const { copies = 8, form = "each", members = 1, seed = 0 } = options;
    const models: BoostedTrees[][] = [];
    for (let member = 0; member < members; member++) {
      const random = new Random(seed + member);
      const most = options.lost ?? Math.floor(new Set(sensors).size / 2);
      const seen = withLosses(x, sensors, copies, most, random);
      const list = form === "ordered" ? conditions.slice(1) : conditions;
      models.push(
        list.map((condition) => {
          const y = new Float64Array(seen.rows);
          for (let i = 0; i < y.length; i++) {
            const label = labels[i % x.rows];
            y[i] = (form === "ordered" ? label >= condition : label === condition) ? 1 : 0;
          }
          return fitBoosting(seen, y, {
            ...{ trees: 150, rate: 0.1, leaves: 15, leastRows: 20, columnShare: 0.3, bins: 64 },
            ...options.boosting,
            ...{ loss: { kind: "logistic" as const }, seed: seed + member },
          });
        }),
      );
    }
    return new ConditionModel(conditions, form, models);
  }

  /** Probability of each condition in each row, [rows, conditions]. */
  probabilities(x: Matrix): Float64Array {
    const k = this.conditions.length;
    const out = new Float64Array(x.rows * k);
    for (const models of this.#models) {
      const said = models.map((model) => model.predict(x));
      for (let i = 0; i < x.rows; i++) {
        for (let c = 0; c < k; c++) {
          // Ordered: what lies above the lower threshold and not above the upper one.
          const value =
            this.#form === "each"
              ? said[c][i]
              : (c === 0 ? 1 : said[c - 1][i]) - (c === k - 1 ? 0 : said[c][i]);
          out[i * k + c] += Math.max(0, value);
        }
      }
    }
    for (let i = 0; i < x.rows; i++) {
      let sum = 0;
      for (let c = 0; c < k; c++) sum += out[i * k + c];
      for (let c = 0; c < k; c++) out[i * k + c] = sum === 0 ? 1 / k : out[i * k + c] / sum;
    }
    return out;
  }

  /** Most probable condition of each row. */
  predict(x: Matrix): Float64Array {
    const k = this.conditions.length;
    const all = this.probabilities(x);
    return Float64Array.from({ length: x.rows }, (_, i) => {
      let best = 0;
      for (let c = 1; c < k; c++) if (all[i * k + c] > all[i * k + best]) best = c;
      return this.conditions[best];
    });
  }
}

/** The table, and below it copies whose rows have lost some sensors, each row others. */
function withLosses(
  x: Matrix,
  sensors: readonly string[],
  copies: number,
  most: number,
  random: Random,
): Matrix {
  const names = [...new Set(sensors)];
  const owner = sensors.map((sensor) => names.indexOf(sensor));
  const rows = x.rows * (copies + 1);
  const data = new Float32Array(rows * x.names.length);
  for (let c = 0; c < x.names.length; c++) {
    const column = x.data.subarray(c * x.rows, (c + 1) * x.rows);
    for (let copy = 0; copy <= copies; copy++) data.set(column, c * rows + copy * x.rows);
  }
  for (let i = x.rows; i < rows; i++) {
    const lost = drawDistinct(random, names.length, Math.floor(random.next() * (most + 1)));
    for (let c = 0; c < owner.length; c++) {
      if (lost.includes(owner[c])) data[c * rows + i] = Number.NaN;
    }
  }
  return { rows, names: x.names, data };
}
