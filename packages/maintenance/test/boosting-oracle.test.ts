/** Boosting against XGBoost, LightGBM, shap and scikit-learn (oracle/boosting.py). */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  type BoostedTrees,
  type BoostingOptions,
  fitBoosting,
  importLightgbm,
  importXgboost,
  type Matrix,
} from "../src/index.ts";
import { matrixOf, takeRows } from "./support/tables.ts";

type Explained = {
  readonly name: string;
  readonly table: string;
  readonly predictions: readonly number[];
  /** Per row one number per column, then the bias. */
  readonly contributions: readonly number[];
};
type Golden = {
  readonly columns: number;
  readonly tables: Readonly<Record<string, readonly (number | null)[]>>;
  readonly xgboost: readonly (Explained & { readonly model: string })[];
  readonly lightgbm: readonly (Explained & {
    readonly text: string;
    readonly json: string;
    readonly shap: readonly number[];
  })[];
  readonly fits: readonly {
    readonly name: string;
    readonly options: BoostingOptions;
    readonly table: string;
    readonly y: readonly number[];
    readonly weights: readonly number[] | null;
    readonly predictions: readonly number[];
  }[];
};

const golden = JSON.parse(
  readFileSync(new URL("golden/boosting.json", import.meta.url), "utf8"),
) as Golden;
const { columns } = golden;

function tableOf(name: string): Matrix {
  return matrixOf(golden.tables[name] ?? [], columns);
}

/** The table's first rows with the model's names. */
function shown(model: BoostedTrees, { table, predictions }: Explained) {
  const x = takeRows(tableOf(table), Array.from(predictions.keys()));
  return { ...x, names: model.names };
}

/** Greatest difference, relative above 1 and absolute below. */
function worst(got: ArrayLike<number>, wanted: readonly number[]): number {
  expect(got.length).toBe(wanted.length);
  return Math.max(
    ...wanted.map(
      (value, i) => Math.abs((got[i] as number) - value) / Math.max(1, Math.abs(value)),
    ),
  );
}

/** Contributions as the libraries give them: the bias after each row's. */
function withBias(model: BoostedTrees, one: Explained): number[] {
  const { values, bias } = model.contributions(shown(model, one));
  return one.predictions.flatMap((_, i) => [
    ...values.subarray(i * columns, (i + 1) * columns),
    bias,
  ]);
}

describe.each(golden.xgboost)("XGBoost, $name", (one) => {
  const model = importXgboost(one.model);

  it("predicts the same", () => {
    expect(worst(model.predict(shown(model, one)), one.predictions)).toBeLessThan(1e-6);
  });

  it("explains the same", () => {
    expect(worst(withBias(model, one), one.contributions)).toBeLessThan(3e-6);
  });
});

describe.each(golden.lightgbm)("LightGBM, $name", (one) => {
  const model = importLightgbm(one.text);
  // LightGBM divides the sums of a forest by its trees, but not their contributions.
  const trees = one.name === "forest" ? model.trees : 1;

  it("predicts the same from text and JSON", () => {
    const x = shown(model, one);
    expect(worst(model.predict(x), one.predictions)).toBeLessThan(1e-6);
    expect(worst(importLightgbm(one.json).predict(x), one.predictions)).toBeLessThan(1e-6);
  });

  it("explains as LightGBM and as shap do", () => {
    const both = withBias(model, one).map((value) => value * trees);
    expect(worst(both, one.contributions)).toBeLessThan(1e-6);
    const values = both.filter((_, k) => k % (columns + 1) < columns);
    expect(worst(values, one.shap)).toBeLessThan(1e-6);
  });
});

describe.each(golden.fits)("fit as $name", ({ options, table, y, weights, predictions }) => {
  it("predicts the same for the rows it has learned from", () => {
    const model = fitBoosting(tableOf(table), y, options, weights);
    expect(worst(model.predict(tableOf(table)), predictions)).toBeLessThan(1e-5);
  });
});
