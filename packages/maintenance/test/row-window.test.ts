import { Random } from "@symbion/neural";
import { describe, expect, it } from "vitest";
import { RowWindow, WindowFeatures } from "../src/learning/row-window.ts";
import { FeatureStream, featureNames } from "../src/manipulation/features.ts";
import { item, normal } from "./support/wearing.ts";

const SENSORS = 3;

describe("features from a window", () => {
  it.each([
    { windows: [10, 30, 60], baseline: 10, age: true },
    { windows: [1, 4], baseline: 3, age: false },
  ])("are those of the stream, with gaps: $windows", (spec) => {
    const random = new Random(2);
    const names = featureNames(["a", "b", "c"], spec);
    const stream = new FeatureStream(SENSORS, spec);
    const window = new RowWindow(SENSORS, spec);
    const features = new WindowFeatures(SENSORS, spec);
    const expectedRow = new Float32Array(names.length);
    const copy = (v: Float32Array, from: number, z: Float32Array, to: number): void => {
      z.set(v.subarray(from, from + SENSORS), to);
    };
    for (let i = 0; i < 200; i++) {
      const row = Float32Array.from({ length: SENSORS }, (_, s) =>
        random.next() < (s === 2 && i > 20 && i < 90 ? 1 : 0.3) ? Number.NaN : 5 + normal(random),
      );
      stream.push(row, 0, i + 1, expectedRow);
      window.push(row);
      const got = features.compute(window, i + 1, copy);
      names.forEach((name, c) => {
        if (Number.isNaN(expectedRow[c])) expect([i, name, got[c]]).toEqual([i, name, Number.NaN]);
        else expect(got[c]).toBeCloseTo(item(expectedRow, c), 4);
      });
    }
  });

  it("go on after a save", () => {
    const spec = { windows: [2, 5], baseline: 2, age: true };
    const window = new RowWindow(1, spec);
    for (let i = 0; i < 9; i++) window.push(Float32Array.of(i));
    const again = new RowWindow(1, spec);
    again.restore(window.save());
    window.push(Float32Array.of(20));
    again.push(Float32Array.of(20));
    expect(again.save()).toEqual(window.save());
    expect(again.values[again.at(4)]).toBe(5);
    expect(again.at(5)).toBe(-1);
  });
});
