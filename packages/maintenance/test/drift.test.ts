import { readFileSync } from "node:fs";
import { UsageError } from "@symbion/core";
import { describe, expect, it } from "vitest";
import { Adwin } from "../src/learning/adwin.ts";
import { PageHinkley } from "../src/learning/page-hinkley.ts";
import { item } from "./support/wearing.ts";

type Golden = {
  check: number;
  adwin: { options: Record<string, number>; found: number[]; widths: number[][] }[];
  pageHinkley: { options: Record<string, number | string>; found: number[] }[];
};

const golden = JSON.parse(
  readFileSync(new URL("golden/drift.json", import.meta.url), "utf8"),
) as Golden;

/** The stream of `oracle/drift.py`. */
function stream(): number[] {
  let state = 12345n;
  return Array.from({ length: 6000 }, (_, i) => {
    state = (1103515245n * state + 12345n) % 2n ** 31n;
    const noise = Number(state >> 11n) / 2 ** 20;
    const level = i < 1500 ? 0 : i < 3000 ? 0.4 : i < 4000 ? 0.1 : 0.1 + (i - 4000) / 2500;
    return level + noise;
  });
}

const values = stream();

describe("drift detectors beside river", () => {
  it("draws the same stream", () => {
    expect(values.reduce((a, b) => a + b, 0)).toBeCloseTo(golden.check, 6);
  });

  it("ADWIN finds the same changes with the same windows", () => {
    for (const { options, found, widths } of golden.adwin) {
      const adwin = new Adwin({
        ...(options.delta === undefined ? {} : { delta: options.delta }),
        ...(options.clock === undefined ? {} : { clock: options.clock }),
        ...(options.max_buckets === undefined ? {} : { buckets: options.max_buckets }),
        ...(options.min_window_length === undefined
          ? {}
          : { leastWindow: options.min_window_length }),
        ...(options.grace_period === undefined ? {} : { grace: options.grace_period }),
      });
      const mine: number[] = [];
      const lengths: number[] = [];
      values.forEach((value, i) => {
        if (adwin.update(value)) mine.push(i);
        if (i % 500 === 499) {
          const [, mean = 0, squares = 0] = item(widths, lengths.length);
          lengths.push(adwin.width);
          expect(adwin.mean).toBeCloseTo(mean, 10);
          expect(adwin.variance * adwin.width).toBeCloseTo(squares, 7);
        }
      });
      expect(mine).toEqual(found);
      expect(lengths).toEqual(widths.map(([width]) => width));
      expect(adwin.detections).toBe(found.length);
    }
  });

  it("Page-Hinkley finds the same changes", () => {
    for (const { options, found } of golden.pageHinkley) {
      const test = new PageHinkley({
        threshold: options.threshold as number,
        ...(options.delta === undefined ? {} : { delta: options.delta as number }),
        ...(options.alpha === undefined ? {} : { keep: options.alpha as number }),
        ...(options.min_instances === undefined
          ? {}
          : { leastNumbers: options.min_instances as number }),
        ...(options.mode === undefined ? {} : { mode: options.mode as "up" | "down" }),
      });
      expect(values.flatMap((value, i) => (test.update(value) ? [i] : []))).toEqual(found);
    }
  });
});

describe("drift detectors by themselves", () => {
  it("remember no more than the logarithm of a long stream", () => {
    const adwin = new Adwin();
    for (let i = 0; i < 100_000; i++) adwin.update(item(values, i % 1500));
    expect(adwin.width).toBeGreaterThan(90_000);
    expect(adwin.bucketCount).toBeLessThanOrEqual(6 * Math.ceil(Math.log2(100_000)));
  });

  it("go on after a save as if nothing had been", () => {
    const [adwin, test] = [new Adwin(), new PageHinkley({ threshold: 10 })];
    for (const value of values.slice(0, 3333)) {
      adwin.update(value);
      test.update(value);
    }
    const again = Adwin.restore(JSON.parse(JSON.stringify(adwin.save())));
    const testAgain = PageHinkley.restore(JSON.parse(JSON.stringify(test.save())), {
      threshold: 10,
    });
    for (const value of values.slice(3333)) {
      expect(again.update(value)).toBe(adwin.update(value));
      expect(testAgain.update(value)).toBe(test.update(value));
    }
    expect(again.save()).toEqual(adwin.save());
    expect(testAgain.save()).toEqual(test.save());
  });

  it("refuse options that make no sense", () => {
    expect(() => new Adwin({ delta: 0 })).toThrow(UsageError);
    expect(() => new Adwin({ clock: 1.5 })).toThrow("ADWIN clock: expected a whole number from 1");
    expect(() => new Adwin({ detla: 1 } as object)).toThrow('got "detla"');
    expect(() => new PageHinkley({ threshold: -1 })).toThrow(UsageError);
    expect(() => new PageHinkley({ keep: 2 })).toThrow(UsageError);
    expect(() => new PageHinkley({ alpha: 1 } as object)).toThrow(UsageError);
  });
});
