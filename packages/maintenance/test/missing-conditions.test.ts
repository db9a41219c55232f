import { Random } from "@symbion/neural";
import { describe, expect, it } from "vitest";
import { ConditionModel, type Matrix } from "../src/index.ts";
import { normal } from "./support/fleets.ts";

/** Four sensors, two columns each, that all see the condition with noise of their own; the first two see it best. */
function table(rows: number, seed: number): { x: Matrix; labels: Float64Array; sensors: string[] } {
  const random = new Random(seed);
  const sensors = ["a", "a", "b", "b", "c", "c", "d", "d"];
  const labels = new Float64Array(rows);
  const data = new Float32Array(rows * sensors.length);
  for (let i = 0; i < rows; i++) {
    labels[i] = 90 + 10 * Math.floor(random.next() * 3);
    for (let c = 0; c < sensors.length; c++) {
      const noise = c < 4 ? 2 : 4;
      data[c * rows + i] = (labels[i] as number) * (c % 2 === 0 ? 1 : -1) + noise * normal(random);
    }
  }
  return { x: { rows, names: sensors.map((s, c) => `${s}.${c}`), data }, labels, sensors };
}

function without(x: Matrix, columns: readonly number[]): Matrix {
  const data = x.data.slice();
  for (const c of columns) data.fill(Number.NaN, c * x.rows, (c + 1) * x.rows);
  return { ...x, data };
}

function accuracy(said: Float64Array, labels: Float64Array): number {
  return said.filter((value, i) => value === labels[i]).length / labels.length;
}

const SMALL = { copies: 4, boosting: { trees: 40, columnShare: 1 } } as const;

describe("conditions with lost sensors", () => {
  const { x, labels, sensors } = table(500, 1);
  const held = table(300, 2);

  it.each(["each", "ordered"] as const)("are told from the sensors that are left (%s)", (form) => {
    const model = ConditionModel.fit(x, sensors, labels, { ...SMALL, form });
    const plain = ConditionModel.fit(x, sensors, labels, { ...SMALL, form, copies: 0 });
    expect(model.conditions).toEqual([90, 100, 110]);
    expect(accuracy(model.predict(held.x), held.labels)).toBeGreaterThan(0.97);
    const less = without(held.x, [0, 1, 2, 3]);
    const right = accuracy(model.predict(less), held.labels);
    expect(right).toBeGreaterThan(0.85);
    expect(right).toBeGreaterThan(accuracy(plain.predict(less), held.labels));
  });

  it("come with probabilities that sum to 1, whatever is lost", () => {
    const model = ConditionModel.fit(x, sensors, labels, SMALL);
    const all = model.probabilities(without(held.x, [0, 1, 2, 3, 4, 5, 6, 7]));
    for (let i = 0; i < held.x.rows; i++) {
      const row = all.subarray(i * 3, i * 3 + 3);
      expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
      expect(Math.min(...row)).toBeGreaterThanOrEqual(0);
    }
  });

  it("refuse what they cannot be learned from", () => {
    expect(() => ConditionModel.fit(x, ["a"], labels)).toThrow(/8 sensors and 500 labels/);
    expect(() =>
      ConditionModel.fit(
        x,
        sensors,
        labels.map(() => 1),
      ),
    ).toThrow(/two conditions/);
    expect(() => ConditionModel.fit(x, sensors, labels, { trees: 1 } as never)).toThrow(/option/);
  });
});
