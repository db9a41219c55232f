import { readFileSync } from "node:fs";
import { Random } from "@symbion/neural";
import { describe, expect, it } from "vitest";
import {
  FeatureStream,
  type Fleet,
  featureNames,
  featureSensors,
  features,
  REFERENCE_FEATURES,
} from "../src/index.ts";
import { channelsOf, normal, runOf, wearingFleet } from "./support/fleets.ts";

type Golden = {
  windows: number[];
  baseline: number;
  units: number[];
  ages: number[];
  sensors: Record<string, (number | null)[]>;
  features: Record<string, (number | null)[]>;
};

const golden: Golden = JSON.parse(
  readFileSync(new URL("golden/features.json", import.meta.url), "utf8"),
);

function goldenFleet(): Fleet {
  const names = Object.keys(golden.sensors);
  const rowsOf = (unit: number): number[][] =>
    golden.units.flatMap((u, i) =>
      u === unit ? [names.map((name) => golden.sensors[name]?.[i] ?? Number.NaN)] : [],
    );
  const units = [...new Set(golden.units)];
  return {
    channels: channelsOf(...names),
    lifeUnit: "cycle",
    runs: units.map((unit) => runOf(String(unit), rowsOf(unit))),
  };
}

/** A value as float32 has it, in units of its last place. */
function apart(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) === Number.isNaN(b) ? 0 : Infinity;
  const size = Math.max(Math.abs(a), Math.abs(b), 2 ** -126);
  return Math.abs(a - b) / 2 ** (Math.floor(Math.log2(size)) - 23);
}

describe("features", () => {
  const fleet = goldenFleet();
  const spec = { windows: golden.windows, baseline: golden.baseline, age: true };

  it("equal the recipe in pandas", () => {
    const table = features(fleet, spec);
    expect(table.names).toEqual(Object.keys(golden.features));
    expect(table.rows).toBe(golden.units.length);
    let worst = 0;
    table.names.forEach((name, c) => {
      for (let i = 0; i < table.rows; i++) {
        const value = table.data[c * table.rows + i];
        const right = golden.features[name]?.[i] ?? Number.NaN;
        // The deviation of 9046.1, 9046.3 is a small difference of large numbers, in pandas too.
        const allowed = name.includes(".sd") ? 16 : 0;
        const off = apart(value!, right);
        worst = Math.max(worst, off);
        expect(off, `${name} in row ${i}: ${value}, pandas ${right}`).toBeLessThanOrEqual(allowed);
      }
    });
    expect(worst).toBeLessThan(16);
  });

  it("are 85 of 14 sensors, with the sensor that each is made of", () => {
    const sensors = Array.from({ length: 14 }, (_, s) => `s${s}`);
    const names = featureNames(sensors, REFERENCE_FEATURES);
    expect(names).toHaveLength(85);
    expect(new Set(names).size).toBe(85);
    const made = featureSensors(sensors, REFERENCE_FEATURES);
    expect(made[0]).toBe("age");
    names.slice(1).forEach((name, i) => {
      expect(name.startsWith(`${made[i + 1]}.`)).toBe(true);
    });
  });

  it("do not depend on what comes later, nor on other machines", () => {
    const whole = features(fleet, spec);
    const first = fleet.runs[0];
    for (const rows of [1, 7, 20]) {
      const cut = features({ ...fleet, runs: [runOf("1", rowsOf(fleet, rows))] }, spec);
      cut.names.forEach((_, c) => {
        for (let i = 0; i < rows; i++) {
          expect(cut.data[c * rows + i]).toBe(whole.data[c * whole.rows + i]);
        }
      });
    }
    expect(first?.rows).toBe(40);
  });

  it("stay exact over a long life: a stream equals a stream that has just seen the last window", () => {
    const random = new Random(3);
    const windows = [4, 16];
    const long = new FeatureStream(2, { windows, baseline: 1, age: false });
    const kept: Float32Array[] = [];
    const row = new Float32Array(long.width);
    for (let i = 0; i < 50_000; i++) {
      // Values of very different size, with gaps: the hard case for running sums.
      const big = random.next() < 0.3 ? Number.NaN : 1e4 * normal(random);
      const value = Float32Array.of(big, normal(random) * 1e-3 + 5);
      kept.push(value);
      if (kept.length > 16) kept.shift();
      long.push(value, 0, i, row);
    }
    const short = new FeatureStream(2, { windows, baseline: 1, age: false });
    const right = new Float32Array(short.width);
    kept.forEach((value, i) => {
      short.push(value, 0, i, right);
    });
    // Means and deviations; the drift's baseline differs by intent.
    for (let c = 0; c < 6; c++) expect(row[c]!).toBeCloseTo(right[c]!, c % 2 === 0 ? 3 : 6);
  });

  it("refuse a spec without sense", () => {
    for (const windows of [[], [5, 5], [0, 3], [2.5]]) {
      expect(() => features(wearingFleet(1, 1, 1), { windows, baseline: 3, age: true })).toThrow(
        "ascending windows",
      );
    }
  });
});

function rowsOf(fleet: Fleet, rows: number): number[][] {
  const width = fleet.channels.length;
  return Array.from({ length: rows }, (_, i) => [
    ...(fleet.runs[0]?.values.subarray(i * width, (i + 1) * width) ?? []),
  ]);
}
