import { Random } from "@symbion/neural";
import { beforeAll, describe, expect, it } from "vitest";
import { type Fleet, type Run, sliceRun } from "../src/fleet.ts";
import { fitKind } from "../src/learning/fit-kind.ts";
import { Forecaster } from "../src/learning/forecaster.ts";
import { KindModel } from "../src/learning/kind-model.ts";
import { RowWindow } from "../src/learning/row-window.ts";
import { item, ROW_MS, Wearing, wearing } from "./support/wearing.ts";

const OPTIONS = {
  cap: wearing.cap,
  within: wearing.horizon,
  boosting: { trees: 60, leastRows: 10 },
};
const WIDTH = wearing.sensors.length;

/** Whole lives of small machines. */
function lives(count: number, seed: number): Run[] {
  return Array.from({ length: count }, (_, k): Run => {
    const machine = new Wearing(`m${k}`, seed + k);
    const values: number[] = [];
    for (let row = 0; ; row++) {
      const { samples, failed } = machine.next(row * ROW_MS);
      values.push(...samples.map(({ value }) => value ?? Number.NaN));
      if (failed) break;
    }
    const rows = values.length / WIDTH;
    return {
      machine: `m${k}`,
      rows,
      age: Float64Array.from({ length: rows }, (_, i) => i + 1),
      values: Float32Array.from(values),
      states: new Uint8Array(values.length),
      remaining: 0,
    };
  });
}

/** Forecasts of every row, one after the other. */
function follow(model: KindModel, run: Run): (number | null)[] {
  const width = run.values.length / run.rows;
  const window = new RowWindow(width, model.parts.spec);
  const forecaster = new Forecaster(model);
  return Array.from({ length: run.rows }, (_, i) => {
    window.push(run.values.subarray(i * width, (i + 1) * width));
    return forecaster.next(window, item(run.age, i)).remaining;
  });
}

describe("a version", () => {
  const fleet: Fleet = { channels: wearing.sensors, lifeUnit: "cycle", runs: lives(14, 100) };
  const stranger = item(lives(1, 900), 0);
  let model: KindModel;
  let told: (number | null)[];

  beforeAll(() => {
    model = fitKind(fleet, OPTIONS);
    told = follow(model, stranger);
  });

  it("forecasts a life that it has not seen", () => {
    const squares = told.map((forecast, i) => {
      const truth = Math.min(wearing.cap, stranger.rows - 1 - i);
      return ((forecast ?? 0) - truth) ** 2;
    });
    expect(Math.sqrt(squares.reduce((a, b) => a + b, 0) / squares.length)).toBeLessThan(9);
    expect(model.parts.errors).toHaveLength(14);
    expect(new Set(model.parts.errors.map(({ run }) => run)).size).toBe(14);
  });

  it("says of a row nothing that depends on later rows", () => {
    for (const rows of [1, 7, 30, stranger.rows - 1]) {
      expect(follow(model, sliceRun(stranger, 0, rows, WIDTH))).toEqual(told.slice(0, rows));
    }
  });

  it("is the same from its bytes", () => {
    const again = KindModel.decode(model.encode());
    expect(follow(again, stranger)).toEqual(told);
    expect(Buffer.compare(Buffer.from(again.encode()), Buffer.from(model.encode()))).toBe(0);
    const damaged = model.encode();
    const middle = damaged.length >> 1;
    damaged[middle] = item(damaged, middle) ^ 1;
    expect(() => KindModel.decode(damaged)).toThrow("damaged");
  });

  it("does not depend on the order of the machines", () => {
    const random = new Random(3);
    const runs = [...fleet.runs].sort(() => random.next() - 0.5);
    expect(follow(fitKind({ ...fleet, runs }, OPTIONS), stranger)).toEqual(told);
  });

  it("does not depend on a sensor that is always missing", () => {
    const wider = (run: Run): Run => {
      const values = new Float32Array(run.rows * (WIDTH + 1)).fill(Number.NaN);
      for (let i = 0; i < run.rows; i++) {
        values.set(run.values.subarray(i * WIDTH, (i + 1) * WIDTH), i * (WIDTH + 1));
      }
      const states = Uint8Array.from(values, (value) => (Number.isNaN(value) ? 1 : 0));
      return { ...run, values, states };
    };
    const dead = { ...item(wearing.sensors, 1), name: "dead" };
    const wide = {
      ...fleet,
      channels: [...wearing.sensors, dead],
      runs: fleet.runs.map(wider),
    };
    expect(follow(fitKind(wide, OPTIONS), wider(stranger))).toEqual(told);
  });

  it("does not depend on the unit of a sensor", () => {
    const scaled = (run: Run): Run => ({
      ...run,
      // A power of two: nothing is rounded.
      values: run.values.map((value, i) => (i % WIDTH === 3 ? value * 1024 : value)),
    });
    const other = fitKind({ ...fleet, runs: fleet.runs.map(scaled) }, OPTIONS);
    expect(follow(other, scaled(stranger))).toEqual(told);
  });

  it("explains a forecast in portions that add up to it", () => {
    const features = new Float32Array(model.features.length).fill(0.5);
    const values = new Float64Array(features.length);
    for (let portion = 0; portion < 16; portion++) model.explain(features, portion, values);
    const whole = model.parts.trees?.contributions({
      rows: 1,
      names: model.features,
      data: features,
    });
    const sums = (list: Iterable<number>): number => [...list].reduce((a, b) => a + b, 0);
    expect(sums(values)).toBeCloseTo(sums(whole?.values ?? []), 8);
    const carriers = model.carriers(values);
    expect(sums(carriers.map(({ effect }) => effect))).toBeCloseTo(sums(values), 8);
    expect(Math.abs(item(carriers, 0).effect)).toBeGreaterThanOrEqual(
      Math.abs(carriers.at(-1)?.effect ?? 0),
    );
  });

  it("keeps to its time", () => {
    let time = 0;
    const grown: number[] = [];
    const budget = fitKind(fleet, {
      ...OPTIONS,
      budgetMs: 100,
      clock: () => time++,
      progress: (what, share) => {
        if (what === "growing trees") grown.push(share);
      },
    });
    // The clock goes on by one with each look at it: 60 of 100 looks are the trees'.
    expect(budget.parts.trees?.trees).toBeLessThanOrEqual(60);
    const tight = fitKind(fleet, { ...OPTIONS, budgetMs: 20, clock: () => time++ });
    expect(tight.parts.trees?.trees).toBeLessThan(20);
    expect(tight.parts.trees?.trees).toBeGreaterThan(5);
  });

  it("knows what is usual before any life has ended", () => {
    const running = fleet.runs.slice(0, 3).map((run) => ({ ...run, remaining: null }));
    const early = fitKind({ ...fleet, runs: running }, OPTIONS);
    expect(early.parts.trees).toBeNull();
    expect(early.parts.usual).not.toBeNull();
    expect(follow(early, stranger).every((forecast) => forecast === null)).toBe(true);
    expect(() => fitKind({ ...fleet, runs: [] }, OPTIONS)).toThrow("expected rows");
  });
});
