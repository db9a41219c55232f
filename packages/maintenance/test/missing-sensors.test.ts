import type { Executor } from "@symbion/neural";
import { openNodeExecutor } from "@symbion/neural/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { NormalisedRun } from "../src/index.ts";
import { CountDown, type Trusted } from "../src/missing/count-down.ts";
import { MissingSensors } from "../src/missing/missing-sensors.ts";
import {
  CHOICES,
  Selection,
  situationKey,
  situationText,
  type Trial,
} from "../src/missing/selection.ts";
import { SensorEmbedder } from "../src/missing/sensor-embedder.ts";
import { normalisedLives } from "./support/lives.ts";

const CAP = 60;
const lives = normalisedLives(14, 1);
const others = normalisedLives(6, 2);
const SMALL = { cap: CAP, copies: 4, students: 1, donors: 300, folds: 2 } as const;

let executor: Executor;
let model: MissingSensors;
const seen: string[][] = [];

beforeAll(async () => {
  executor = await openNodeExecutor();
  model = await MissingSensors.fit(lives, {
    ...{ ...SMALL, executor, embedder: new SensorEmbedder(), presence: true },
    student: { teacher: 0.3, contrast: 0.05 },
    heldOut: (_, out) => seen.push(out.map(({ run }) => run.machine)),
  });
});
afterAll(() => executor.dispose());

/** A run cut off some rows before its end, without the given sensors and without values in its last rows. */
function cut(run: NormalisedRun, left: number, dead: readonly number[], silent = 0): NormalisedRun {
  const n = run.sensors.length;
  const rows = run.run.rows - left;
  const z = run.z.slice(0, rows * n);
  for (let i = 0; i < rows; i++) {
    for (let s = 0; s < n; s++) {
      if (dead.includes(s) || i >= rows - silent) z[i * n + s] = Number.NaN;
    }
  }
  return {
    ...run,
    z,
    run: { ...run.run, rows, age: run.run.age.slice(0, rows), remaining: left - 1 },
  };
}

function rmse(of: MissingSensors, runs: readonly NormalisedRun[]): number {
  const squares = runs.map(
    (run) => (of.forecast(run).estimate - Math.min(CAP, run.run.remaining ?? 0)) ** 2,
  );
  return Math.sqrt(squares.reduce((a, b) => a + b) / squares.length);
}

describe("forecasts with missing sensors", () => {
  it("are near the truth, complete, with dead sensors and in a blackout", () => {
    const at = (dead: readonly number[], silent: number): NormalisedRun[] =>
      others.flatMap((run) => [5, 20, 40].map((left) => cut(run, left, dead, silent)));
    const spread = CAP / 3;
    expect(rmse(model, at([], 0))).toBeLessThan(spread * 0.6);
    expect(rmse(model, at([0, 2], 0))).toBeLessThan(spread * 0.6);
    expect(rmse(model, at([], 8))).toBeLessThan(spread * 0.8);
  });

  it("say which way they took, why, and how wrong it may be", () => {
    const run = others[0] as NormalisedRun;
    const whole = model.forecast(cut(run, 20, []));
    expect(whole.reason).toBeNull();
    const dead = model.forecast(cut(run, 20, [1, 3]));
    expect(dead.reason).toBe("2 of 5 sensors are silent");
    expect(dead.situation.dead).toEqual([1, 3]);
    const dark = model.forecast(cut(run, 20, [], 9));
    expect(dark.reason).toBe("all sensors silent for 9 rows");
    expect(dark.answers[CHOICES.indexOf("count-down")]).toBeGreaterThanOrEqual(0);
    for (const { path, expectedError, estimate } of [whole, dead, dark]) {
      expect(CHOICES).toContain(path);
      expect(expectedError).toBeGreaterThan(0);
      expect(estimate).toBeGreaterThanOrEqual(0);
      expect(estimate).toBeLessThanOrEqual(CAP);
    }
  });

  it("are the same after encoding and decoding, and row by row", () => {
    const again = MissingSensors.decode(model.encode());
    const run = cut(others[1] as NormalisedRun, 12, [2], 4);
    expect(again.forecast(run)).toEqual(model.forecast(run));
    const stream = again.stream();
    const n = run.sensors.length;
    for (let i = 0; i < run.run.rows; i++) {
      stream.push(run.z, i * n, run.run.age[i] as number, 0);
      stream.forecast();
    }
    expect(stream.forecast()).toEqual(model.forecast(run));
    expect(model.forecasts(run).at(-1)).toBe(model.forecast(run).estimate);
  });

  it("are judged on lives that the models have not seen, each once", () => {
    expect(seen.flat().sort()).toEqual(lives.map(({ run }) => run.machine).sort());
    expect(seen).toHaveLength(SMALL.folds);
  });

  it("do not depend on the order of the lives, and need no executor", async () => {
    const plain = await MissingSensors.fit(lives.slice(0, 6), SMALL);
    const turned = await MissingSensors.fit(lives.slice(0, 6).reverse(), SMALL);
    expect(turned.encode()).toEqual(plain.encode());
    const forecast = plain.forecast(cut(others[0] as NormalisedRun, 20, [0]));
    expect(forecast.answers[CHOICES.indexOf("student")]).toBeNaN();
    expect(Number.isFinite(forecast.estimate)).toBe(true);
  });

  it("survive machines that never said anything", () => {
    const run = cut(others[0] as NormalisedRun, 20, [0, 1, 2, 3, 4]);
    const forecast = model.forecast(run);
    expect(Number.isFinite(forecast.estimate)).toBe(true);
    expect(forecast.reason).toMatch(/silent/);
  });

  it("refuse unknown options, too few lives, other sensors and foreign bytes", async () => {
    await expect(MissingSensors.fit(lives, { cap: CAP, trees: 3 } as never)).rejects.toThrow(
      /option/,
    );
    const odd = { cap: CAP, student: { dropout: 1 } } as never;
    await expect(MissingSensors.fit(lives, odd)).rejects.toThrow(/student option/);
    const bad = { ...SMALL, executor, student: { teacher: 2 } };
    await expect(MissingSensors.fit(lives, bad)).rejects.toThrow(/options in range/);
    await expect(MissingSensors.fit(lives.slice(0, 1), { cap: CAP })).rejects.toThrow(/at least 3/);
    await expect(MissingSensors.fit(lives, { cap: 0 })).rejects.toThrow(/cap/);
    const run = { ...(others[0] as NormalisedRun), sensors: ["a", "b", "c", "d", "e"] };
    expect(() => model.forecast(run)).toThrow(/expected rows of T50/);
    const bytes = model.encode();
    expect(() => MissingSensors.decode(bytes.subarray(0, bytes.length - 9))).toThrow(/damaged/);
    expect(() => MissingSensors.decode(new Uint8Array(40))).toThrow(/something else/);
  });
});

describe("the selection", () => {
  const trial = (key: string, left: number, student: number, masked: number): Trial => ({
    ...{ key, left },
    answers: [left + 20, masked, left + 9, student, Number.NaN],
  });

  it("takes what was least wrong in situations like this one", () => {
    const good = Array.from({ length: 40 }, (_, i) => trial("a", i, i + (i % 2 ? 1 : -1), i + 6));
    const bad = Array.from({ length: 40 }, (_, i) => trial("b", i, i + 8, i + (i % 2 ? 1 : -1)));
    const selection = Selection.learn([...good, ...bad], 60);
    const answers = [1, 2, 3, 4, Number.NaN];
    expect(selection.choose("a", answers).path).toBe("student");
    expect(selection.choose("b", answers).path).toBe("masked-trees");
    expect(selection.choose("b", answers).error).toBeCloseTo(1, 6);
    // Without a student the next best answers.
    expect(selection.choose("a", [1, 2, 3, Number.NaN, Number.NaN]).path).toBe("masked-trees");
    // Situations never tried are judged by all of them.
    expect(Number.isFinite(selection.choose("c", answers).error)).toBe(true);
  });

  it("stacks what errs in opposite directions", () => {
    const trials = Array.from({ length: 60 }, (_, i) => trial("a", i, i + 5, i - 5));
    const chosen = Selection.learn(trials, 60).choose("a", trials[9]?.answers ?? []);
    expect(chosen.path).toBe("stacked");
    expect(chosen.share).toBeCloseTo(0.5, 6);
    expect(Selection.estimate(chosen, trials[9]?.answers ?? [])).toBeCloseTo(9, 6);
  });

  it("names situations", () => {
    expect(situationKey({ dead: [], scattered: 0, silent: 0 }, 14)).toBe("all-gaps0");
    expect(situationKey({ dead: [1, 2, 3, 4, 5], scattered: 0.5, silent: 0 }, 14)).toBe(
      "many-gaps2",
    );
    expect(situationKey({ dead: [1], scattered: 0.5, silent: 9 }, 14)).toBe("silent-8");
    expect(situationText({ dead: [1], scattered: 0.5, silent: 0 }, 14)).toBe(
      "1 of 14 sensors is silent, 50 % of the other values are missing",
    );
  });
});

describe("counting down", () => {
  it("learns that a forecast at the cap means at least the cap", () => {
    const trusted: Trusted[] = [];
    const silent: number[] = [];
    const left: number[] = [];
    for (let i = 0; i < 3000; i++) {
      const truth = (i * 7) % 150;
      const gone = 1 + (i % 20);
      if (truth < gone) continue;
      trusted.push({ estimate: Math.min(100, truth), spread: 1, age: i % 50 });
      silent.push(gone);
      left.push(Math.min(100, truth - gone));
    }
    const countDown = CountDown.fit({ trusted, silent, left }, 100);
    expect(countDown.forecast({ estimate: 50, spread: 1, age: 9 }, 10)).toBeCloseTo(40, 0);
    // Truths of 100 to 150 less 20 are 80 to 100 and more: plain subtraction would say 80.
    expect(countDown.forecast({ estimate: 100, spread: 1, age: 9 }, 20)).toBeGreaterThan(90);
    expect(countDown.forecast({ estimate: 2, spread: 1, age: 9 }, 20)).toBeLessThan(5);
  });
});
