import { resolve } from "node:path";
import { UsageError } from "@symbion/core";
import { describe, expect, test } from "vitest";
import { ArousalTracker, type ArousalWindow } from "../src/cues/arousal.ts";
import { AROUSAL_WEIGHTS } from "../src/cues/arousal-weights.ts";
import type { Arousal } from "../src/cues/types.ts";
import {
  areaUnderCurve,
  balancedAccuracy,
  fit,
  fitAll,
  leaveOneOut,
  readRecordings,
  type Scored,
  Windows,
} from "../src/node/cues/arousal-loso.ts";
import { at, chance, peopleAbsent, peopleFolder } from "./support/people.ts";

const MINUTE = 60_000;

/** A calm person, whose heart and skin rise by `lift` own spreads from minute `from` on. */
function person(options: {
  readonly minutes: number;
  readonly from?: number;
  readonly lift?: number;
  readonly seed?: number;
  readonly heart?: boolean;
  readonly skin?: boolean;
  readonly take?: (tracker: ArousalTracker, at: number) => void;
  readonly windows?: ArousalWindow[];
}): ArousalTracker {
  const { minutes, from = minutes, lift = 1, seed = 1, heart = true, skin = true } = options;
  const { normal } = chance(seed);
  const tracker = new ArousalTracker({ onWindow: (window) => options.windows?.push(window) });
  let slow = 0;
  for (let second = 0; second < minutes * 60; second++) {
    const at = second * 1000;
    const raised = second >= from * 60 ? lift : 0;
    slow = 0.95 * slow + 0.3 * normal();
    if (heart) tracker.heart(at, 70 + 12 * raised + 2 * slow + normal());
    for (let k = 0; skin && k < 4; k++) {
      const response =
        raised * 0.25 * Math.max(0, Math.sin((2 * Math.PI * (second + k / 4)) / 12)) ** 4;
      tracker.skin(at + 250 * k, 2 + 1.5 * raised + 0.02 * slow + response);
    }
    options.take?.(tracker, at);
  }
  return tracker;
}

describe("arousal against one's own past", () => {
  test("is unknown for five minutes, then usual, and higher after a rise in heart and skin", () => {
    const calm = person({ minutes: 4 }).estimate(4 * MINUTE);
    expect(calm).toMatchObject({
      change: "unknown",
      probability: null,
      confidence: 0,
      sensors: [],
    });
    expect(calm.why).toMatch(/five minutes/);
    const usual = person({ minutes: 8 }).estimate(8 * MINUTE);
    expect(["usual", "lower"]).toContain(usual.change);
    const higher = person({ minutes: 10, from: 8 }).estimate(10 * MINUTE);
    expect(higher.change).toBe("higher");
    expect(higher.sensors).toEqual(["heart", "skin"]);
    expect(higher.probability).toBeGreaterThan(usual.probability ?? 1);
  });

  test("works with a strap alone, less sure of itself", () => {
    const alone = person({ minutes: 10, from: 8, skin: false }).estimate(10 * MINUTE);
    const both = person({ minutes: 10, from: 8 }).estimate(10 * MINUTE);
    expect(alone.sensors).toEqual(["heart"]);
    expect(alone.probability).toBeGreaterThan(0.5);
    expect(alone.confidence).toBeLessThan(both.confidence);
    expect(person({ minutes: 10, from: 8, heart: false }).estimate(10 * MINUTE).sensors).toEqual([
      "skin",
    ]);
  });

  test("abstains when signals are poor, missing or old", () => {
    const stopped = person({ minutes: 8 });
    expect(stopped.estimate(12 * MINUTE)).toMatchObject({ change: "unknown" });
    expect(stopped.estimate(Number.NaN)).toMatchObject({ change: "unknown" });
    expect(new ArousalTracker().estimate(0)).toMatchObject({ change: "unknown" });
    const poor = new ArousalTracker();
    for (let second = 0; second < 600; second++) poor.skin(second * 1000, 0);
    expect(poor.estimate(10 * MINUTE).why).toMatch(/good enough/);
  });

  test("does not look ahead: what comes later changes no earlier estimate", () => {
    const record = (lift: number): Arousal[] => {
      const said: Arousal[] = [];
      person({
        minutes: 12,
        from: 8,
        lift,
        take: (tracker, at) => said.push(tracker.estimate(at)),
      });
      return said.slice(0, 8 * 60);
    };
    expect(record(1)).toEqual(record(-1));
  });

  test("follows the person's units: a shift of the whole recording changes nothing", () => {
    const windows: ArousalWindow[][] = [[], []];
    for (const [i, shift] of [0, 1e12].entries()) {
      const tracker = new ArousalTracker({ onWindow: (window) => at(windows, i).push(window) });
      const { normal } = chance(2);
      for (let second = 0; second < 600; second++)
        tracker.heart(shift + second * 1000, 70 + normal());
    }
    const [plain, shifted] = windows.map((list) => list.map(({ heart }) => heart));
    expect(plain).toEqual(shifted);
  });

  test("ignores what is out of order or no signal, starts anew after an hour, and forgets", () => {
    const noisy = person({
      minutes: 10,
      from: 8,
      take: (tracker, at) => {
        tracker.heart(at - 5000, 200);
        tracker.heart(at + 1, Number.NaN);
        tracker.heart(Number.POSITIVE_INFINITY, 70);
        tracker.skin(at, -3);
      },
    });
    expect(noisy.estimate(10 * MINUTE)).toEqual(
      person({ minutes: 10, from: 8 }).estimate(10 * MINUTE),
    );
    noisy.heart(72 * MINUTE, 70);
    expect(noisy.estimate(72 * MINUTE).why).toMatch(/five minutes/);
    const reset = person({ minutes: 10 });
    reset.reset();
    expect(reset.estimate(10 * MINUTE).why).toMatch(/five minutes/);
    expect(() => new ArousalTracker({ emotion: true } as never)).toThrow(UsageError);
  });

  test("a jump of the time line costs bounded work", () => {
    const tracker = new ArousalTracker();
    tracker.heart(0, 70);
    let windows = 0;
    const counting = new ArousalTracker({ onWindow: () => windows++ });
    counting.heart(0, 70);
    counting.estimate(1e15);
    counting.heart(1e15, 70);
    expect(windows).toBeLessThan(5);
    expect(tracker.estimate(1e15).change).toBe("unknown");
  });
});

describe("the evaluation", () => {
  test("area and balanced accuracy equal their definitions", () => {
    const scored = (pairs: readonly [0 | 1, number][]): Scored[] =>
      pairs.map(([label, logit]) => ({ subject: "a", label, logit, signals: "both" }));
    const sample = scored([
      [0, -1],
      [0, 0.5],
      [0, 0.5],
      [1, 0.5],
      [1, 2],
      [1, -2],
    ]);
    // Of nine pairs: 3 won, 2 tied, and one task above all rests.
    expect(areaUnderCurve(sample)).toBeCloseTo((1 + 0.5 + 0.5 + 3) / 9, 10);
    expect(balancedAccuracy(sample)).toBeCloseTo((1 / 3 + 2 / 3) / 2, 10);
  });

  test("the fit finds planted weights", () => {
    const { normal, even } = chance(9);
    const windows = Array.from({ length: 6000 }, (_, i) => {
      const heart = [normal(), normal(), normal()];
      const chanceOf = 1 / (1 + Math.exp(-(1.5 * at(heart, 0) - at(heart, 1))));
      const label = even() < chanceOf ? (1 as const) : (0 as const);
      return { end: i, heart, skin: null, label };
    });
    const weights = fit([{ name: "a", windows }], "heart", 1e-6);
    expect(Math.abs(at(weights, 0) - 1.5)).toBeLessThan(0.15);
    expect(Math.abs(at(weights, 1) + 1)).toBeLessThan(0.15);
    expect(Math.abs(at(weights, 2))).toBeLessThan(0.1);
  });

  test("the shipped weights are what their script makes, and reach the goals on people left out", (context) => {
    if (peopleAbsent !== null) context.skip(peopleAbsent);
    const windows = new Windows(readRecordings(resolve(peopleFolder, "stress-predict")));
    const { halfLife, newest } = AROUSAL_WEIGHTS;
    const subjects = windows.of(halfLife);
    expect(subjects).toHaveLength(23);
    const penalty = 30;
    const all = fitAll(subjects, penalty);
    for (const signals of ["heart", "skin", "both"] as const) {
      all[signals].forEach((weight, i) => {
        expect(weight).toBeCloseTo(at(AROUSAL_WEIGHTS[signals], i), 3);
      });
    }
    const { scored, unknown } = leaveOneOut(windows, "both", { halfLife, penalty, newest });
    expect([scored.length, unknown]).toEqual([2051, 0]);
    expect(balancedAccuracy(scored)).toBeCloseTo(0.747, 2);
    expect(areaUnderCurve(scored)).toBeCloseTo(0.807, 2);
  });
});
