import type { MachineSample } from "@symbion/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  conversion,
  convert,
  Deriver,
  deriveChannels,
  type FusionOptions,
  RowFuser,
  type SensorDeclaration,
  STATE_CODE,
} from "../src/index.ts";
import { channelsOf, runOf } from "./support/fleets.ts";

function sensor(name: string, more: Partial<SensorDeclaration> = {}): SensorDeclaration {
  const limits = { least: null, most: null, staleAfterMs: null, stuckAfterRows: null };
  return { name, unit: "", role: "sensor", ...limits, ...more };
}

function sample(
  name: string,
  at: number,
  value: number | null,
  more: Partial<MachineSample> = {},
): MachineSample {
  return {
    ...{ machine: "m", sensor: name, at, value, unit: null },
    ...{ quality: "good", historical: false },
    ...more,
  };
}

function fuser(sensors: SensorDeclaration[], more: Partial<FusionOptions> = {}): RowFuser {
  return new RowFuser(sensors, { rowMs: 1000, lateMs: 0, ...more });
}

const state = (code: number): string | undefined =>
  Object.entries(STATE_CODE).find(([, value]) => value === code)?.[0];

describe("units", () => {
  it("convert what measures the same", () => {
    expect(convert(100, "°C", "°F")).toBeCloseTo(212, 9);
    expect(convert(518.67, "°R", "K")).toBeCloseTo(288.15, 9);
    expect(convert(1, "bar", "psi")).toBeCloseTo(14.5037738, 6);
    expect(convert(3000, "rpm", "Hz")).toBeCloseTo(50, 12);
    expect(convert(1, "g", "m/s²")).toBeCloseTo(9.80665, 12);
    expect(convert(1500, "g", "kg")).toBeCloseTo(1.5, 12);
    expect(convert(60, "L/min", "m³/h")).toBeCloseTo(3.6, 12);
    expect(convert(12.5, "%", "")).toBeCloseTo(0.125, 12);
    expect(convert(7, "N·m", "Nm")).toBe(7);
    expect(convert(2, "furlong", "furlong")).toBe(2);
  });

  it("refuse what does not, or what nobody knows", () => {
    expect(conversion("bar", "°C")).toBeNull();
    expect(conversion("furlong", "m")).toBeNull();
    expect(conversion("constructor", "m")).toBeNull();
  });

  it("go there and back", () => {
    const temperatures = ["K", "°C", "°F", "°R"];
    fc.assert(
      fc.property(
        fc.constantFrom(...temperatures),
        fc.constantFrom(...temperatures),
        fc.double({ min: -1000, max: 1000, noNaN: true }),
        (from, to, value) => {
          expect(convert(convert(value, from, to) ?? 0, to, from)).toBeCloseTo(value, 8);
        },
      ),
    );
  });
});

describe("row fuser", () => {
  it("aligns sensors of different rates", () => {
    const rows = fuser([sensor("fast"), sensor("slow")]);
    for (let i = 0; i < 40; i++) rows.take(sample("fast", i * 100, i));
    rows.take(sample("slow", 50, 7));
    const closed = rows.advance(4000);
    expect(closed.map(({ at }) => at)).toEqual([0, 1000, 2000, 3000]);
    expect(closed.map(({ values }) => values[0])).toEqual([4.5, 14.5, 24.5, 34.5]);
    // It may be as slow as it likes.
    expect(closed.map(({ values }) => values[1])).toEqual([7, 7, 7, 7]);
    expect(closed.map(({ heard }) => heard)).toEqual([2, 1, 1, 1]);
  });

  it("tells missing, stale, stuck, out of range and bad apart, and counts them", () => {
    const limits = { least: 0, most: 100 };
    const rows = fuser([
      sensor("good", limits),
      sensor("never", limits),
      sensor("stale", { ...limits, staleAfterMs: 1500 }),
      sensor("stuck", { ...limits, stuckAfterRows: 3 }),
      sensor("beyond", limits),
      sensor("bad", limits),
      sensor("null", limits),
    ]);
    for (let i = 0; i < 5; i++) {
      rows.take(sample("good", i * 1000, i));
      if (i === 0) rows.take(sample("stale", 0, 5));
      rows.take(sample("stuck", i * 1000, 42));
      rows.take(sample("beyond", i * 1000, i < 4 ? 101 : 50));
      rows.take(sample("bad", i * 1000, 5, { quality: "bad" }));
      rows.take(sample("null", i * 1000, i === 0 ? 1 : null));
    }
    const closed = rows.advance(5000);
    const of = (s: number): (string | undefined)[] => closed.map(({ states }) => state(states[s]!));
    expect(of(0)).toEqual(["good", "good", "good", "good", "good"]);
    expect(of(1)).toEqual(Array(5).fill("missing"));
    expect(of(2)).toEqual(["good", "stale", "stale", "stale", "stale"]);
    expect(of(3)).toEqual(["good", "good", "stuck", "stuck", "stuck"]);
    expect(of(4)).toEqual([...Array(4).fill("out-of-range"), "good"]);
    expect(of(5)).toEqual(Array(5).fill("bad"));
    expect(of(6)).toEqual(["good", ...Array(4).fill("missing")]);
    for (const { values, states } of closed) {
      values.forEach((value, s) => {
        expect(Number.isNaN(value)).toBe(states[s] !== 0);
      });
    }
    const records = rows.records();
    expect(records[3]).toMatchObject({ state: "stuck", since: 2000, value: 42 });
    expect(records[3]!.rows).toMatchObject({ good: 2, stuck: 3, missing: 0 });
    expect(records[4]!.rows["out-of-range"]!).toBe(4);
  });

  it("converts units and records those that it cannot", () => {
    const rows = fuser([sensor("t", { unit: "°C" })]);
    rows.take(sample("t", 0, 212, { unit: "°F" }));
    rows.take(sample("t", 1000, 373.15, { unit: "K" }));
    rows.take(sample("t", 2000, 1, { unit: "bar" }));
    const closed = rows.advance(3000);
    expect(closed[0]!.values[0]!).toBeCloseTo(100, 4);
    expect(closed[1]!.values[0]!).toBeCloseTo(100, 4);
    expect(state(closed[2]!.states[0]!)).toBe("bad");
    expect(rows.records()[0]!.flags.unit).toBe(1);
  });

  it("takes what is out of order and says what was duplicate, backward or late", () => {
    const rows = fuser([sensor("x")], { within: "last", lateMs: 1000 });
    rows.take(sample("x", 100, 1));
    rows.take(sample("x", 900, 3));
    rows.take(sample("x", 900, 99));
    rows.take(sample("x", 500, 2));
    expect(rows.advance(1500)).toHaveLength(0);
    expect(rows.advance(2000).map(({ values }) => values[0])).toEqual([3]);
    rows.take(sample("x", 999, 4));
    const { flags } = rows.records()[0]!;
    expect(flags).toMatchObject({ duplicate: 1, backward: 1, late: 1 });
  });

  it("corrects a clock that is off, and only that", () => {
    const rows = fuser([sensor("right"), sensor("off")], { skewMs: 2000 });
    for (let i = 0; i < 5; i++) {
      rows.take(sample("right", i * 1000, i), i * 1000 + 20);
      rows.take(sample("off", i * 1000 - 3_600_000, i), i * 1000 + 30);
    }
    const closed = rows.advance(5000);
    expect(closed.map(({ values }) => [...values])).toEqual([0, 1, 2, 3, 4].map((v) => [v, v]));
    expect(rows.records().map(({ flags }) => flags.skewed)).toEqual([0, 5]);
  });

  it("keeps stored samples out of the present", () => {
    const rows = fuser([sensor("x"), sensor("y")]);
    rows.take(sample("x", 10_000, 1));
    rows.advance(12_000);
    rows.take(sample("x", 3000, 5, { historical: true }));
    rows.take(sample("y", 2000, 6, { historical: true }));
    const past = rows.advance(12_000);
    expect(past.map(({ at, historical }) => [at, historical])).toEqual([
      [2000, true],
      [3000, true],
    ]);
    expect(past[1]!.values[0]!).toBe(5);
    expect(rows.records()[0]).toMatchObject({ value: 1 });
    expect(rows.advance(12_000)).toHaveLength(0);
  });

  it("tells of silence row by row, but not for ever", () => {
    const rows = fuser([sensor("x", { staleAfterMs: 1000 })], { mostSilent: 10 });
    rows.take(sample("x", 0, 1));
    expect(rows.advance(6000).map(({ heard }) => heard)).toEqual([1, 0, 0, 0, 0, 0]);
    rows.take(sample("x", 86_400_000, 2));
    const later = rows.advance(86_401_000);
    expect(later.length).toBeLessThan(20);
    expect(later.at(-1)).toMatchObject({ at: 86_400_000, heard: 1 });
    expect(rows.skipped).toBeGreaterThan(86_000);
  });

  it("throws nothing and holds its memory, whatever comes", () => {
    const anything = fc.record({
      machine: fc.string(),
      sensor: fc.constantFrom("x", "y", "z", "__proto__"),
      at: fc.oneof(fc.double(), fc.integer({ min: -1e9, max: 1e15 }), fc.integer({ max: 9000 })),
      value: fc.oneof(fc.double(), fc.constant(null)),
      unit: fc.oneof(fc.string(), fc.constant(null), fc.constantFrom("°C", "bar")),
      quality: fc.constantFrom("good", "uncertain", "bad", "missing"),
      historical: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(anything, { maxLength: 60 }),
        fc.integer({ max: 20_000 }),
        (list, now) => {
          const rows = fuser([sensor("x", { unit: "K", least: 0 }), sensor("y")], {
            mostSilent: 5,
          });
          for (const one of list) rows.take(one as MachineSample);
          for (const { values, states } of rows.advance(now)) {
            values.forEach((value, s) => {
              expect(Number.isFinite(value)).toBe(states[s] === 0);
            });
          }
        },
      ),
    );
  });

  it("recovers from a first sample of a far future", () => {
    const rows = fuser([sensor("x")]);
    rows.take(sample("x", 4e12, 9));
    expect(rows.advance(1000)).toHaveLength(0);
    rows.take(sample("x", 1500, 1));
    expect(rows.advance(2000).map(({ at, values }) => [at, values[0]])).toEqual([[1000, 1]]);
    expect(rows.skipped).toBe(1);
  });

  it("goes on where it was saved", () => {
    const sensors = [sensor("x", { stuckAfterRows: 3 }), sensor("y", { staleAfterMs: 3000 })];
    const one = fuser(sensors);
    const feed = (rows: RowFuser, from: number, to: number): void => {
      for (let i = from; i < to; i++) {
        rows.take(sample("x", i * 400, i % 5 === 0 ? null : 7));
        if (i < 8) rows.take(sample("y", i * 390, i));
        rows.take(sample("y", 100 * i, i, { historical: true }));
      }
    };
    feed(one, 0, 10);
    one.advance(2000);
    feed(one, 10, 12);
    const other = fuser(sensors);
    other.restore(JSON.parse(JSON.stringify(one.save())));
    for (const rows of [one, other]) feed(rows, 12, 30);
    expect(other.advance(12_000)).toEqual(one.advance(12_000));
    expect(other.records()).toEqual(one.records());
  });

  it("does not depend on the order in which sensors report", () => {
    const list = Array.from({ length: 60 }, (_, i) => sample(i % 2 ? "x" : "y", i * 130, i * 1.5));
    const rowsOf = (samples: MachineSample[]): number[][] => {
      const rows = fuser([sensor("x"), sensor("y")], { lateMs: 1e6 });
      for (const one of samples) rows.take(one);
      return rows.advance(1e6 + 9000).map(({ values }) => [...values]);
    };
    const shuffled = [...list].sort((a, b) => ((a.at * 7919) % 101) - ((b.at * 7919) % 101));
    expect(rowsOf(shuffled)).toEqual(rowsOf(list));
  });
});

describe("derived channels", () => {
  const channels = channelsOf("a", "b");
  const run = runOf("m", [
    [6, 3],
    [1, 0],
    [Number.NaN, 2],
    [3, 2],
  ]);

  it("are computed, with the states of what they are made of", () => {
    const fleet = deriveChannels({ channels, lifeUnit: "h", runs: [run] }, [
      { name: "a/b", unit: "", kind: "ratio", first: "a", second: "b" },
      { name: "a-b", unit: "", kind: "difference", first: "a", second: "b" },
      { name: "eta", unit: "%", kind: "efficiency", first: "b", second: "a" },
    ]);
    expect(fleet.channels.map(({ name }) => name)).toEqual(["a", "b", "a/b", "a-b", "eta"]);
    const { values, states } = fleet.runs[0]!;
    const row = (i: number): (number | string | undefined)[] =>
      [2, 3, 4].map((c) =>
        states[i * 5 + c] === 0 ? values[i * 5 + c] : state(states[i * 5 + c]!),
      );
    expect(row(0)).toEqual([2, 3, 50]);
    expect(row(1)).toEqual(["out-of-range", 1, 0]);
    expect(row(2)).toEqual(["missing", "missing", "missing"]);
    expect(row(3)[2]).toBeCloseTo(66.667, 2);
  });

  it("refuse unknown inputs and known names", () => {
    const ratio = { unit: "", kind: "ratio", first: "a", second: "c" } as const;
    expect(() => new Deriver(channels, [{ ...ratio, name: "r" }])).toThrow(
      'expected one of a, b, got "c"',
    );
    expect(() => new Deriver(channels, [{ ...ratio, name: "a" }])).toThrow("a new name");
  });
});
