/** What boosting does with bad input: one named error that says what was expected, what came, and where. */

import { describe, expect, it } from "vitest";
import {
  BoostedTrees,
  BoostingError,
  type BoostingOptions,
  fitBoosting,
  importLightgbm,
  importXgboost,
  type Matrix,
} from "../src/index.ts";
import { drawn } from "./support/tables.ts";

const { x, y } = drawn(120, 3, 0.1, 1);
const SMALL = { trees: 3, leaves: 4, leastRows: 5 } as const;
const model = fitBoosting(x, y, SMALL);

function errorOf(work: () => unknown): BoostingError {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(BoostingError);
    return error as BoostingError;
  }
  throw new Error("expected an error");
}

describe("tables", () => {
  const cases: readonly (readonly [string, Matrix, ArrayLike<number>, string])[] = [
    ["too few numbers", { ...x, rows: 121 }, y, "x.data: expected 121 rows x 3 columns = 363"],
    [
      "a name twice",
      { ...x, names: ["a", "b", "a"] },
      y,
      'x.names: expected each name once, got "a"',
    ],
    ["too few targets", x, y.subarray(1), "y: expected 120 targets, one per row, got 119"],
    ["a target that is NaN", x, y.map((v, i) => (i === 7 ? Number.NaN : v)), "y[7]: expected"],
    ["no rows", { rows: 0, names: ["a"], data: new Float32Array(0) }, [], "at least one row"],
    [
      "an infinite value",
      { ...x, data: x.data.map((v, i) => (i === 125 ? Number.POSITIVE_INFINITY : v)) },
      y,
      'row 5 of "f1": expected a finite number or NaN for missing, got Infinity',
    ],
  ];
  it.each(cases)("%s", (_, table, targets, message) => {
    expect(errorOf(() => fitBoosting(table, targets)).message).toContain(message);
  });

  it("weights that are negative, or none above 0", () => {
    const negative = y.map((_, i) => (i === 3 ? -1 : 1));
    expect(errorOf(() => fitBoosting(x, y, {}, negative)).message).toContain("weights[3]");
    expect(
      errorOf(() =>
        fitBoosting(
          x,
          y,
          {},
          y.map(() => 0),
        ),
      ).message,
    ).toContain("one row");
    expect(errorOf(() => fitBoosting(x, y, {}, [1])).message).toContain("120 weights");
  });

  it("targets other than 0 and 1 for logistic loss", () => {
    const { message } = errorOf(() => fitBoosting(x, y, { loss: { kind: "logistic" } }));
    expect(message).toContain("y[0]: expected 0 or 1");
  });

  it("a table without a column of the model; others and their order do not matter", () => {
    const less = { ...x, names: ["f0", "f1", "g2"] };
    expect(errorOf(() => model.predict(less)).message).toContain('a column "f2"');
    expect(errorOf(() => model.contributions(less)).message).toContain('a column "f2"');
    const data = new Float32Array(4 * x.rows);
    for (let c = 0; c < 3; c++) {
      data.set(x.data.subarray(c * x.rows, (c + 1) * x.rows), (3 - c) * x.rows);
    }
    const turned = { rows: x.rows, names: ["other", "f2", "f1", "f0"], data };
    expect(model.predict(turned)).toEqual(model.predict(x));
  });
});

describe("options", () => {
  const cases: readonly (readonly [unknown, string])[] = [
    [{ tres: 4 }, 'got "tres"'],
    [{ trees: 0 }, "trees: expected a whole number from 1"],
    [{ leaves: 1 }, "leaves: expected a whole number from 2 to 256"],
    [{ leastRows: 2.5 }, "leastRows"],
    [{ bins: 256 }, "bins: expected a whole number from 2 to 255"],
    [{ rate: 0 }, "rate: expected a number above 0, at most 1"],
    [{ rowShare: 1.5 }, "rowShare"],
    [{ columnShare: "all" }, "columnShare"],
    [{ l2: -1 }, "l2"],
    [{ seed: Number.NaN }, "seed"],
    [{ loss: { kind: "cubed" } }, "loss.kind"],
    [{ loss: { kind: "quantile", level: 1 } }, "loss.level"],
    [{ loss: { kind: "squared", level: 0.5 } }, 'loss: expected kind, got "level"'],
    [{ loss: null }, "loss"],
    [{ monotone: { f9: 1 } }, 'monotone: expected names of columns, got "f9"'],
    [{ monotone: { f0: 2 } }, "monotone.f0"],
    [{ validation: { rows: new Uint8Array(3), patience: 1 } }, "validation.rows"],
    [{ validation: { rows: new Uint8Array(120), patience: 1 } }, "at least one row"],
    [{ validation: { rows: new Uint8Array(120).fill(1), patience: 1 } }, "at least one row"],
    [{ validation: { rows: new Uint8Array(120).fill(1), patience: 0 } }, "patience"],
    [{ validation: null }, "validation"],
    [{ progress: 3 }, "progress"],
    [null, "options"],
  ];
  it.each(cases)("%j", (options, message) => {
    expect(errorOf(() => fitBoosting(x, y, options as BoostingOptions)).message).toContain(message);
  });
});

describe("progress", () => {
  it("is told after each tree, and stops at false", () => {
    const told: [number, number][] = [];
    const stopped = fitBoosting(x, y, {
      ...SMALL,
      trees: 9,
      progress: (trees, of) => {
        told.push([trees, of]);
        return trees < 4;
      },
    });
    expect(told).toEqual([1, 2, 3, 4].map((trees) => [trees, 9]));
    expect(stopped.encode()).toEqual(fitBoosting(x, y, { ...SMALL, trees: 4 }).encode());
  });
});

describe("bytes", () => {
  const bytes = model.encode();

  it("cut short, changed or gone on with are none", () => {
    for (let i = 0; i < bytes.length; i++) {
      errorOf(() => BoostedTrees.decode(bytes.subarray(0, i)));
      const changed = bytes.slice();
      changed[i] = (bytes[i] as number) ^ (1 << (i % 8));
      errorOf(() => BoostedTrees.decode(changed));
    }
    errorOf(() => BoostedTrees.decode(Uint8Array.from([...bytes, 0])));
  });

  it("of a later version say so", () => {
    const later = bytes.slice();
    later[4] = 9;
    expect(errorOf(() => BoostedTrees.decode(later)).message).toContain("version 9");
  });

  it("with a right checksum but wrong content are none either, or a model that works", () => {
    const body = bytes.subarray(0, bytes.length - 4);
    for (let i = 4; i < body.length; i++) {
      for (const value of [0, 1, 127, 255]) {
        const changed = bytes.slice();
        changed[i] = value;
        sign(changed);
        let decoded: BoostedTrees;
        try {
          decoded = BoostedTrees.decode(changed);
        } catch (error) {
          expect(error).toBeInstanceOf(BoostingError);
          continue;
        }
        expect(decoded.predictRow(new Float32Array(3))).not.toBeNaN();
      }
    }
  });

  it("may lie behind others in a buffer", () => {
    const all = new Uint8Array(bytes.length + 3);
    all.set(bytes, 3);
    expect(BoostedTrees.decode(all.subarray(3)).predict(x)).toEqual(model.predict(x));
  });
});

/** Writes the CRC-32 of all but the last four bytes into these, bit by bit. */
function sign(bytes: Uint8Array): void {
  let crc = 0xffffffff;
  for (const byte of bytes.subarray(0, bytes.length - 4)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  new DataView(bytes.buffer).setUint32(bytes.length - 4, ~crc >>> 0, true);
}

describe("foreign models", () => {
  const xgboost = (change: object, tree: object = {}): string =>
    JSON.stringify({
      learner: {
        feature_names: [],
        learner_model_param: { base_score: "5E-1", num_class: "0", num_feature: "2" },
        objective: { name: "reg:squarederror" },
        gradient_booster: {
          name: "gbtree",
          model: {
            trees: [
              {
                left_children: [1, -1, -1],
                right_children: [2, -1, -1],
                split_conditions: [0.5, -1, 1],
                split_indices: [1, 0, 0],
                loss_changes: [3, 0, 0],
                sum_hessian: [4, 1, 3],
                default_left: [true, false, false],
                ...tree,
              },
            ],
          },
        },
        ...change,
      },
    });

  it("of XGBoost are read, values below the threshold going left", () => {
    const read = importXgboost(xgboost({}));
    expect(read.names).toEqual(["f0", "f1"]);
    const at = (value: number) => read.predictRow(Float32Array.of(0, value));
    expect([at(0.5), at(0.5 - 2 ** -25), at(Number.NaN)]).toEqual([1.5, -0.5, -0.5]);
    expect(read.contributions({ rows: 0, names: read.names, data: new Float32Array(0) }).bias).toBe(
      1,
    );
  });

  const bad: readonly (readonly [string, string, string])[] = [
    ["no JSON", "tree", "expected JSON"],
    ["other JSON", "[]", 'a field "learner"'],
    ["another objective", xgboost({ objective: { name: "rank:ndcg" } }), "rank:ndcg"],
    ["a linear booster", xgboost({ gradient_booster: { name: "gblinear" } }), "gblinear"],
    ["a circle", xgboost({}, { left_children: [0, -1, -1] }), "at most 3 nodes"],
    ["a child outside", xgboost({}, { right_children: [7, -1, -1] }), "a node below 3"],
    ["a column outside", xgboost({}, { split_indices: [2, 0, 0] }), "a column below 2"],
    ["a short list", xgboost({}, { sum_hessian: [1] }), "sum_hessian"],
    ["categories", xgboost({}, { split_type: [1, 0, 0] }), "categorical"],
    ["text for a number", xgboost({}, { split_conditions: ["a", 0, 0] }), "a list of numbers"],
    [
      "many classes",
      xgboost({ learner_model_param: { base_score: "0", num_class: "3", num_feature: "2" } }),
      "one output",
    ],
    ["names that are too few", xgboost({ feature_names: ["a"] }), "2 different names"],
    [
      "columns beyond counting",
      xgboost({ learner_model_param: { base_score: "0", num_class: "0", num_feature: "1e12" } }),
      "num_feature",
    ],
  ];
  it.each(bad)("of XGBoost: %s", (_, text, message) => {
    expect(errorOf(() => importXgboost(text)).message).toContain(message);
  });

  const lightgbm = (head: string, tree: string): string => `tree
version=v4
num_tree_per_iteration=1
feature_names=a b
${head}

Tree=0
num_leaves=2
${tree}

end of trees
`;
  const TREE = `num_cat=0
split_feature=1
split_gain=2
threshold=0.1
decision_type=10
left_child=-1
right_child=-2
leaf_value=-1 1
leaf_count=3 5`;

  it("of LightGBM are read, values at the threshold going left", () => {
    const read = importLightgbm(lightgbm("objective=binary sigmoid:2", TREE));
    const at = (value: number) => read.predictRow(Float32Array.of(0, value));
    const low = 1 / (1 + Math.exp(2));
    // 0.1 in single precision lies above 0.1.
    expect([at(0.1), at(0.09999), at(Number.NaN)]).toEqual(
      [1 - low, low, low].map((v) => expect.closeTo(v, 12)),
    );
    expect(read.importance()[0]).toEqual({ name: "b", gain: 2, splits: 1 });
  });

  it("of LightGBM take missing values for 0 where they know none", () => {
    for (const [threshold, wanted] of [
      ["0.1", -1],
      ["-0.1", 1],
    ] as const) {
      const tree = TREE.replace("decision_type=10", "decision_type=0").replace("0.1", threshold);
      const read = importLightgbm(lightgbm("objective=regression", tree));
      expect(read.predictRow(Float32Array.of(0, Number.NaN))).toBe(wanted);
    }
  });

  const worse: readonly (readonly [string, string, string])[] = [
    ["nothing", "", "LightGBM"],
    ["other text", "x=3\n", "LightGBM"],
    ["other JSON", "{}", 'a field "num_tree_per_iteration"'],
    ["another objective", lightgbm("objective=lambdarank", TREE), "lambdarank"],
    ["roots", lightgbm("objective=regression sqrt", TREE), "sqrt"],
    ["categories", lightgbm("", TREE.replace("num_cat=0", "num_cat=1")), "categories"],
    ["linear leaves", lightgbm("", `${TREE}\nis_linear=1`), "linear"],
    ["zeros as missing", lightgbm("", TREE.replace("=10", "=6")), "missing values that are NaN"],
    ["a circle", lightgbm("", TREE.replace("left_child=-1", "left_child=0")), "at most 3 nodes"],
    ["a child outside", lightgbm("", TREE.replace("left_child=-1", "left_child=-9")), "a child"],
    [
      "a column outside",
      lightgbm("", TREE.replace("split_feature=1", "split_feature=2")),
      "a column",
    ],
    ["a missing line", lightgbm("", TREE.replace(/leaf_count=.*/, "")), 'a line "leaf_count="'],
    ["text for a number", lightgbm("", TREE.replace("0.1", "high")), "1 numbers"],
  ];
  it.each(worse)("of LightGBM: %s", (_, text, message) => {
    expect(errorOf(() => importLightgbm(text)).message).toContain(message);
  });
});
