/** Laws of boosting. */

import { Random } from "@symbion/neural";
import { describe, expect, it } from "vitest";
import { decodeTrees } from "../src/boosting/bytes.ts";
import { weightedQuantile } from "../src/boosting/losses.ts";
import { BoostedTrees, type BoostingLoss, fitBoosting, type Matrix } from "../src/index.ts";
import { drawn, matrixOf, takeRows } from "./support/tables.ts";

const SMALL = { trees: 30, rate: 0.2, leaves: 8, leastRows: 5 } as const;
const LOSSES: readonly BoostingLoss[] = [
  { kind: "squared" },
  { kind: "absolute" },
  { kind: "quantile", level: 0.8 },
  { kind: "logistic" },
];

function targetsOf(y: Float64Array, loss: BoostingLoss): Float64Array {
  return loss.kind === "logistic" ? y.map((value) => (value > 1 ? 1 : 0)) : y;
}

function furthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < a.length; i++)
    most = Math.max(most, Math.abs((a[i] as number) - (b[i] as number)));
  return most;
}

function rowOf(x: Matrix, row: number): Float32Array {
  return Float32Array.from(x.names.keys(), (c) => x.data[c * x.rows + row] as number);
}

/** The values of a table, one in `step`. */
function coarse(x: Matrix, step: number): Matrix {
  return { ...x, data: x.data.map((value) => Math.round(value / step) * step) };
}

describe.each(LOSSES)("$kind loss", (loss) => {
  const { x, y } = drawn(700, 5, 0.15, 3);
  const targets = targetsOf(y, loss);
  const options = { ...SMALL, loss };
  const model = fitBoosting(x, targets, options);
  const predictions = model.predict(x);

  it("learns", () => {
    const far = (guess: (i: number) => number) =>
      targets.reduce((sum, value, i) => sum + Math.abs(value - guess(i)), 0);
    const middle = weightedQuantile(targets.slice(), null, 0.5);
    expect(far((i) => predictions[i] as number)).toBeLessThan(0.5 * far(() => middle));
  });

  it("predicts row by row exactly what it predicts for tables of any length", () => {
    for (const rows of [1, 31, 32, 33, 700]) {
      const some = takeRows(x, [...Array(rows).keys()]);
      const together = model.predict(some);
      for (let i = 0; i < rows; i++) expect(model.predictRow(rowOf(x, i))).toBe(together[i]);
    }
  });

  it("is the same again, and the same after bytes", () => {
    const again = fitBoosting(x, targets, options);
    expect(again.encode()).toEqual(model.encode());
    const read = BoostedTrees.decode(model.encode());
    expect(read.predict(x)).toEqual(predictions);
    expect(read.importance()).toEqual(model.importance());
    expect(read.contributions(x)).toEqual(model.contributions(x));
    expect(read.encode()).toEqual(model.encode());
  });

  it("takes a weight for so many equal rows", () => {
    const tenths = coarse(x, 0.1);
    const random = new Random(8);
    const weights = targets.map(() => Math.floor(random.next() * 4));
    const rows = Array.from(weights).flatMap((weight, i) => Array<number>(weight).fill(i));
    const loose = { ...options, leastRows: 1, trees: 10 };
    const weighted = fitBoosting(tenths, targets, loose, weights);
    const repeated = fitBoosting(
      takeRows(tenths, rows),
      rows.map((row) => targets[row] as number),
      loose,
    );
    const seen = takeRows(tenths, [...new Set(rows)]);
    expect(furthest(weighted.predict(seen), repeated.predict(seen))).toBeLessThan(1e-6);
  });

  it("does not mind the order of rows", () => {
    const random = new Random(5);
    const order = Array.from(targets.keys(), (i) => ({ i, key: random.next() }))
      .sort((a, b) => a.key - b.key)
      .map(({ i }) => i);
    const shuffled = fitBoosting(
      takeRows(x, order),
      order.map((i) => targets[i] as number),
      options,
    );
    expect(furthest(shuffled.predict(x), predictions)).toBeLessThan(1e-6);
  });

  it("does not mind a column that is always missing, or always the same", () => {
    const more = (value: number): Matrix => {
      const data = new Float32Array(x.data.length + x.rows).fill(value);
      data.set(x.data, x.rows);
      return { rows: x.rows, names: ["extra", ...x.names], data };
    };
    for (const value of [Number.NaN, 4]) {
      const other = fitBoosting(more(value), targets, options);
      expect(other.predict(more(value))).toEqual(predictions);
      expect(other.importance().at(-1)).toEqual({ name: "extra", gain: 0, splits: 0 });
    }
  });

  it("does not mind the unit of a column", () => {
    const scaled = { ...x, data: x.data.map((value) => value * 1024) };
    expect(fitBoosting(scaled, targets, options).predict(scaled)).toEqual(predictions);
  });

  it("adds up its contributions", () => {
    const { bias, values } = model.contributions(x);
    for (let i = 0; i < x.rows; i++) {
      let sum = bias;
      for (let c = 0; c < 5; c++) sum += values[i * 5 + c] as number;
      const here = predictions[i] as number;
      const margin = loss.kind === "logistic" ? Math.log(here / (1 - here)) : here;
      expect(Math.abs(sum - margin)).toBeLessThan(1e-6);
    }
  });

  it("is monotone where it must be, also with missing values elsewhere", () => {
    const bound = fitBoosting(x, targets, { ...options, monotone: { f0: -1, f1: 1 } });
    const steps = 40;
    for (const [column, sign] of [
      [0, -1],
      [1, 1],
    ] as const) {
      for (let i = 0; i < 40; i++) {
        const values = rowOf(x, i);
        let last = sign * Number.NEGATIVE_INFINITY;
        for (let s = 0; s <= steps; s++) {
          values[column] = s / steps;
          const here = bound.predictRow(values);
          expect(sign * (here - last)).toBeGreaterThanOrEqual(0);
          last = here;
        }
      }
    }
    expect(furthest(bound.predict(x), predictions)).toBeGreaterThan(0.01);
  });

  it("stops where held-out rows no longer gain, and keeps the best trees", () => {
    const rows = Uint8Array.from(targets, (_, i) => (i % 4 === 0 ? 1 : 0));
    let grown = 0;
    const held = fitBoosting(x, targets, {
      ...options,
      trees: 2000,
      validation: { rows, patience: 10 },
      progress: (trees) => {
        grown = trees;
        return undefined;
      },
    });
    expect(held.trees).toBeGreaterThan(0);
    expect(held.trees).toBeLessThan(1990);
    expect(grown - held.trees).toBeLessThanOrEqual(10);
    // Held-out rows are not learned from: their targets may say anything, as long as the number of trees is the same.
    const learned = takeRows(
      x,
      [...rows.keys()].filter((i) => rows[i] === 0),
    );
    const alone = fitBoosting(
      learned,
      targets.filter((_, i) => rows[i] === 0),
      { ...options, trees: held.trees },
    );
    expect(furthest(held.predict(x), alone.predict(x))).toBeLessThan(1e-9);
  });
});

describe("quantile loss", () => {
  it.each([0.05, 0.5, 0.95])(
    "lies above a share of %d of the rows that it has learned",
    (level) => {
      const { x, y } = drawn(2000, 4, 0, 11);
      const model = fitBoosting(x, y, { ...SMALL, loss: { kind: "quantile", level } });
      const predictions = model.predict(x);
      const below = y.filter((value, i) => value <= (predictions[i] as number)).length;
      const tolerance = 3.5 * Math.sqrt(2000 * level * (1 - level));
      expect(Math.abs(below - 2000 * level)).toBeLessThan(tolerance);
    },
  );

  it("has the least loss among all constants", () => {
    const random = new Random(2);
    for (let turn = 0; turn < 50; turn++) {
      const count = 1 + Math.floor(random.next() * 9);
      const values = Float64Array.from({ length: count }, () => Math.floor(random.next() * 6));
      const weights = Float64Array.from(values, () => 1 + Math.floor(random.next() * 3));
      const level = 0.1 + 0.2 * Math.floor(random.next() * 5);
      const loss = (guess: number) =>
        values.reduce(
          (sum, value, i) =>
            sum + (weights[i] as number) * (value - guess) * (level - (value < guess ? 1 : 0)),
          0,
        );
      const least = Math.min(...values.map(loss));
      const repeated = Float64Array.from(
        Array.from(values).flatMap((value, i) => Array<number>(weights[i] as number).fill(value)),
      );
      const found = weightedQuantile(values.slice(), weights, level);
      expect(loss(found)).toBeCloseTo(least, 9);
      expect(weightedQuantile(repeated, null, level)).toBeCloseTo(found, 12);
    }
  });
});

describe("contributions", () => {
  /** Shapley values by their definition: over all sets of columns that may be known. */
  function byDefinition(model: BoostedTrees, row: Float32Array): number[] {
    const columns = model.names.length;
    const nodes = readable(model);
    const worth = (known: number): number => {
      const expected = (at: Readable): number => {
        if (at.children === null) return at.value;
        const [left, right] = at.children;
        if ((known >> at.column) & 1) {
          const value = row[at.column] as number;
          const goesLeft = Number.isNaN(value) ? at.missingLeft : value <= at.threshold;
          return expected(goesLeft ? left : right);
        }
        return (left.cover * expected(left) + right.cover * expected(right)) / at.cover;
      };
      return nodes.reduce((sum, root) => sum + expected(root), 0);
    };
    const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
    return model.names.map((_, c) => {
      let value = 0;
      for (let set = 0; set < 1 << columns; set++) {
        if ((set >> c) & 1) continue;
        const size = model.names.filter((_, k) => (set >> k) & 1).length;
        const weight = (factorial(size) * factorial(columns - size - 1)) / factorial(columns);
        value += weight * (worth(set | (1 << c)) - worth(set));
      }
      return value;
    });
  }

  it("are Shapley values by their definition", () => {
    const { x, y } = drawn(300, 4, 0.2, 9);
    const model = fitBoosting(x, y, { trees: 4, rate: 0.5, leaves: 9, leastRows: 5 });
    const { values } = model.contributions(x);
    for (let i = 0; i < 20; i++) {
      const wanted = byDefinition(model, rowOf(x, i));
      expect(furthest(values.subarray(i * 4, i * 4 + 4), wanted)).toBeLessThan(1e-12);
    }
  });
});

describe("drawing", () => {
  const { x, y } = drawn(600, 8, 0.1, 4);
  const options = { ...SMALL, rowShare: 0.5, columnShare: 0.4, seed: 3 };

  it("is decided by the seed", () => {
    const one = fitBoosting(x, y, options).predict(x);
    expect(fitBoosting(x, y, options).predict(x)).toEqual(one);
    expect(fitBoosting(x, y, { ...options, seed: 4 }).predict(x)).not.toEqual(one);
  });

  it("splits each tree by its share of columns only", () => {
    const model = fitBoosting(x, y, { ...options, trees: 1, leaves: 30, leastRows: 1 });
    expect(model.importance().filter(({ splits }) => splits > 0)).toHaveLength(3);
  });

  it("takes covers from the rows that are drawn", () => {
    const model = fitBoosting(x, y, { ...options, trees: 1 });
    expect(readable(model)[0]?.cover).toBe(300);
  });
});

describe("edges", () => {
  const none: Matrix = { rows: 0, names: ["f0", "f1", "f2"], data: new Float32Array(0) };

  it("predicts nothing for no rows", () => {
    const { x, y } = drawn(200, 3, 0, 1);
    expect(fitBoosting(x, y).predict(none)).toHaveLength(0);
  });

  it("is a constant where nothing can be split", () => {
    const x = matrixOf([1, 2, 3, 4], 1);
    const model = fitBoosting(x, [1, 2, 3, 6], { leastRows: 3 });
    expect(model.trees).toBe(0);
    expect(Array.from(model.predict(x))).toEqual([3, 3, 3, 3]);
    expect(model.contributions(x).bias).toBe(3);
    expect(fitBoosting(x, [5, 5, 5, 5], { leastRows: 1 }).trees).toBe(0);
  });

  it("tells missing from present where all present ones are alike", () => {
    const x = matrixOf([7, null, 7, null, 7, null], 1);
    const model = fitBoosting(x, [1, 0, 1, 0, 1, 0], { trees: 1, rate: 1, leastRows: 1, l2: 0 });
    expect(Array.from(model.predict(x))).toEqual([1, 0, 1, 0, 1, 0]);
    expect(model.predictRow(Float32Array.of(Number.POSITIVE_INFINITY))).toBe(1);
    expect(BoostedTrees.decode(model.encode()).predict(x)).toEqual(model.predict(x));
  });

  it("separates neighbouring numbers", () => {
    const next = 1 + 2 ** -23;
    const x = matrixOf([1, next, 1, next], 1);
    const model = fitBoosting(x, [0, 1, 0, 1], { trees: 1, rate: 1, leastRows: 1, l2: 0 });
    expect(Array.from(model.predict(x))).toEqual([0, 1, 0, 1]);
  });

  it("takes negative zero for zero", () => {
    const x = matrixOf([-0, 0, -0, 0, 1, 1], 1);
    const model = fitBoosting(x, [0, 1, 0, 1, 2, 2], { trees: 1, rate: 1, leastRows: 1, l2: 0 });
    expect(Array.from(model.predict(x))).toEqual([0.5, 0.5, 0.5, 0.5, 2, 2]);
  });

  it("learns from more columns than one group of bins holds", () => {
    const { x, y } = drawn(400, 300, 0.05, 6);
    // The columns that tell something come first, or last.
    const data = new Float32Array(x.data.length);
    data.set(x.data.subarray(10 * 400), 0);
    data.set(x.data.subarray(0, 10 * 400), 290 * 400);
    const turned = { rows: 400, names: [...x.names.slice(10), ...x.names.slice(0, 10)], data };
    const model = fitBoosting(x, y, { ...SMALL, trees: 10 });
    const other = fitBoosting(turned, y, { ...SMALL, trees: 10 });
    expect(furthest(other.predict(x), model.predict(turned))).toBeLessThan(1e-6);
  });

  it("grows trees of many leaves", () => {
    const { x, y } = drawn(3000, 3, 0.1, 12);
    const model = fitBoosting(x, y, { trees: 5, leaves: 200, leastRows: 1, l2: 0, rate: 0.5 });
    const together = model.predict(x);
    for (let i = 0; i < 3000; i += 7) expect(model.predictRow(rowOf(x, i))).toBe(together[i]);
    const splits = model.importance().reduce((sum, one) => sum + one.splits, 0);
    expect(splits).toBe(5 * 199);
  });
});

/** A node as the model's bytes tell it. */
type Readable = {
  readonly column: number;
  readonly threshold: number;
  readonly missingLeft: boolean;
  readonly value: number;
  readonly cover: number;
  readonly children: readonly [Readable, Readable] | null;
};

function readable(model: BoostedTrees): Readable[] {
  const { nodes } = decodeTrees(model.encode());
  const { column, threshold, missingLeft, value, cover, right, roots } = nodes;
  const at = (k: number): Readable => ({
    column: column[k] as number,
    threshold: threshold[k] as number,
    missingLeft: missingLeft[k] === 1,
    value: value[k] as number,
    cover: cover[k] as number,
    children: column[k] === -1 ? null : [at(k + 1), at(right[k] as number)],
  });
  return Array.from(roots.subarray(0, -1), at);
}
