import { UsageError } from "@symbion/core";
import { Random } from "@symbion/neural";
import { describe, expect, it } from "vitest";
import { Intervals } from "../src/prognosis/intervals.ts";
import { item, normal } from "./support/wearing.ts";

const OPTIONS = { cap: 125, within: 30 };

/** A life whose forecasts are wrong by more the longer the machine has to live, with an error of its own. */
function life(random: Random, spread: number): { forecasts: number[]; truths: number[] } {
  const rows = 130 + Math.floor(100 * random.next());
  const own = normal(random);
  const truths = Array.from({ length: rows }, (_, i) => rows - 1 - i);
  const forecasts = truths.map((truth) => {
    const t = Math.min(125, truth);
    const scale = spread * (0.15 + t / 125);
    return Math.max(0, Math.min(125, t + scale * (0.8 * own + 0.6 * normal(random))));
  });
  return { forecasts, truths };
}

/** Runs lives past intervals and counts truths inside, by third of the forecast. */
function run(
  intervals: Intervals,
  lives: number,
  spreadOf: (k: number) => number,
  from: number,
  random: Random = new Random(7),
): { coverage: number[]; width: number[] } {
  const groups = Array.from({ length: 4 }, () => ({ inside: 0, count: 0, width: 0 }));
  for (let k = 0; k < lives; k++) {
    const { forecasts, truths } = life(random, spreadOf(k));
    const told = forecasts.map((forecast) => intervals.at(forecast) ?? { low: 0, high: 125 });
    truths.forEach((truth, i) => {
      if (k < from) return;
      const forecast = item(forecasts, i);
      const { low, high } = item(told, i);
      const third = forecast < 37.5 ? 1 : forecast < 93.75 ? 2 : 3;
      const t = Math.min(125, truth);
      for (const group of [item(groups, 0), item(groups, third)]) {
        group.count++;
        group.width += high - low;
        if (t >= low && t <= high) group.inside++;
      }
    });
    intervals.learn({
      forecasts,
      truths,
      lows: told.map(({ low }) => low),
      highs: told.map(({ high }) => high),
    });
  }
  return {
    coverage: groups.map((group) => group.inside / group.count),
    width: groups.map((group) => group.width / group.count),
  };
}

describe("intervals", () => {
  it("know nothing before the first life", () => {
    const intervals = new Intervals(OPTIONS);
    expect(intervals.at(50)).toBeNull();
    expect(intervals.failure(50)).toBeNull();
    expect(intervals.coverage).toBeNull();
  });

  it("hold nine of ten truths, near failure, on the way and far from it, and are narrow near failure", () => {
    const { coverage, width } = run(new Intervals(OPTIONS), 160, () => 20, 20);
    for (const share of coverage) {
      expect(share).toBeGreaterThan(0.88);
      expect(share).toBeLessThan(0.92);
    }
    expect(width[1]).toBeLessThan(0.6 * item(width, 2));
  });

  it("hold nine of ten truths already when few lives are known", () => {
    const random = new Random(19);
    const fresh = Array.from({ length: 200 }, () =>
      run(new Intervals(OPTIONS), 5, () => 15, 3, random),
    );
    const shares = fresh.map(({ coverage }) => item(coverage, 0));
    const mean = shares.reduce((a, b) => a + b, 0) / shares.length;
    const sd = Math.sqrt(shares.reduce((a, b) => a + (b - mean) ** 2, 0) / shares.length);
    expect(mean).toBeGreaterThan(0.9 - (3.3 * sd) / Math.sqrt(shares.length));
    // The whole range would hold everything, and say nothing.
    const width = fresh.reduce((sum, one) => sum + item(one.width, 0), 0) / fresh.length;
    expect(width).toBeLessThan(0.6 * OPTIONS.cap);
  });

  it("recover when forecasts become twice as wrong, and when they become better", () => {
    const intervals = new Intervals(OPTIONS);
    const random = new Random(3);
    run(intervals, 60, () => 12, 0, random);
    const worse = run(intervals, 100, () => 24, 25, random);
    expect(worse.coverage[0]).toBeGreaterThan(0.88);
    expect(worse.coverage[0]).toBeLessThan(0.92);
    const better = run(intervals, 120, () => 8, 25, random);
    expect(better.coverage[0]).toBeLessThan(0.92);
    expect(better.width[0]).toBeLessThan(0.6 * item(worse.width, 0));
  });

  it("lie on the side on which forecasts are wrong", () => {
    const intervals = new Intervals(OPTIONS);
    for (let k = 0; k < 30; k++) {
      const truths = Array.from({ length: 100 }, (_, i) => 99 - i);
      const forecasts = truths.map((t) => Math.max(0, t - 10 * ((k % 10) / 10)));
      intervals.learn({ forecasts, truths, lows: null, highs: null });
    }
    const { low, high } = intervals.at(50) ?? { low: 0, high: 0 };
    expect(low).toBeGreaterThan(49);
    expect(high).toBeGreaterThan(56);
    expect(high).toBeLessThan(61);
  });

  it("say how likely a failure is, as often as it comes", () => {
    const intervals = new Intervals(OPTIONS);
    const random = new Random(11);
    run(intervals, 60, () => 18, 0, random);
    const bins = Array.from({ length: 5 }, () => ({ said: 0, came: 0, count: 0 }));
    for (let k = 0; k < 150; k++) {
      const { forecasts, truths } = life(random, 18);
      forecasts.forEach((forecast, i) => {
        const p = intervals.failure(forecast) ?? 0;
        const bin = item(bins, Math.min(4, Math.floor(p * 5)));
        bin.said += p;
        bin.came += item(truths, i) <= OPTIONS.within ? 1 : 0;
        bin.count++;
      });
    }
    for (const { said, came, count } of bins) {
      expect(count).toBeGreaterThan(100);
      expect(Math.abs(said - came) / count).toBeLessThan(0.1);
    }
    let before = 1;
    for (let forecast = 0; forecast <= 125; forecast += 2.5) {
      const p = intervals.failure(forecast) ?? Number.NaN;
      expect(p).toBeLessThanOrEqual(before);
      before = p;
    }
  });

  it("contain the forecast and stay between 0 and the cap", () => {
    const intervals = new Intervals(OPTIONS);
    run(intervals, 5, () => 30, 0);
    for (let forecast = -20; forecast <= 160; forecast += 1.7) {
      const { low, high } = intervals.at(forecast) ?? { low: -1, high: -1 };
      const f = Math.max(0, Math.min(125, forecast));
      expect(low).toBeGreaterThanOrEqual(0);
      expect(low).toBeLessThanOrEqual(f);
      expect(high).toBeGreaterThanOrEqual(f);
      expect(high).toBeLessThanOrEqual(125);
    }
  });

  it("go on after a save as if nothing had been", () => {
    const intervals = new Intervals(OPTIONS);
    const random = new Random(5);
    run(intervals, 30, () => 15, 0, random);
    const again = Intervals.restore(JSON.parse(JSON.stringify(intervals.save())), OPTIONS);
    for (let k = 0; k < 5; k++) {
      const { forecasts, truths } = life(random, 15);
      const a = forecasts.map((forecast) => intervals.at(forecast));
      expect(forecasts.map((forecast) => again.at(forecast))).toEqual(a);
      const told = { lows: a.map((i) => i?.low ?? 0), highs: a.map((i) => i?.high ?? 0) };
      intervals.learn({ forecasts, truths, ...told });
      again.learn({ forecasts, truths, ...told });
    }
    expect(again.save()).toEqual(intervals.save());
    expect(again.failure(20)).toBe(intervals.failure(20));
  });

  it("remember a bounded number of lives", () => {
    const intervals = new Intervals(OPTIONS);
    const size = (): number => JSON.stringify(intervals.save()).length;
    run(intervals, 121, () => 15, 0);
    const before = size();
    run(intervals, 20, () => 15, 0);
    expect(size()).toBeLessThan(1.1 * before);
  });

  it("refuse options that make no sense", () => {
    expect(() => new Intervals({ cap: 0, within: 1 })).toThrow(UsageError);
    expect(() => new Intervals({ ...OPTIONS, share: 1 })).toThrow(UsageError);
    expect(() => new Intervals({ ...OPTIONS, shore: 1 } as never)).toThrow("shore");
  });
});
