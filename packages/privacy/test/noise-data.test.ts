import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  BoundedRecords,
  binOf,
  boundByWindow,
  boundContributions,
  ContributionGate,
  countOf,
  Grid,
  histogramOf,
  meanFrom,
  meanOf,
  PrivacyError,
  type Statistic,
  sumOf,
  unitName,
} from "../src/index.ts";
import { at, faults, uniformLaw } from "./support/laws.ts";
import { seededRandom } from "./support/tiers.ts";

type Visit = { readonly who: unknown; readonly value: unknown };

/** Values that break sums elsewhere. */
const nasty: fc.Arbitrary<unknown> = fc.oneof(
  fc.double(),
  fc.double({ min: -20, max: 20 }),
  fc.constantFrom<unknown>(
    ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 5e-324, -5e-324],
    ...[2.2e-308, 1e308, -1e308, 2 ** 53, null, undefined, "7", {}, 10n],
  ),
);
const visits: fc.Arbitrary<Visit[]> = fc.array(
  fc.record({ who: fc.constantFrom("ann", "bo", "Çelik", "di"), value: nasty }),
  { maxLength: 40 },
);
const grids: fc.Arbitrary<Grid> = fc
  .tuple(
    fc.integer({ min: -40, max: 40 }),
    fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
    fc.integer({ min: 1, max: 2 ** 40 }),
  )
  .map(([exponent, lower, width]) => {
    const step = 2 ** exponent;
    return new Grid({ lower: lower * step, upper: (lower + width) * step, exponent });
  });
const who = (visit: Visit): unknown => visit.who;
const value = (visit: Visit): unknown => visit.value;

describe("grid", () => {
  const grid = new Grid({ lower: -2, upper: 3, exponent: -2 });

  it.each([
    [0.3, 1],
    [0.375, 2],
    [-0.3, -1],
    [-0, 0],
    [-0.1, 0],
    [5e-324, 0],
    [-5e-324, 0],
    [99, 12],
    [Number.POSITIVE_INFINITY, 12],
    [Number.NEGATIVE_INFINITY, -8],
  ])("puts %d on step %i", (from, to) => {
    expect(grid.steps(from)).toBe(to);
  });

  it.each([Number.NaN, null, undefined, "1", 1n, {}])("takes %s for missing", (from) => {
    expect(grid.steps(from)).toBeNull();
  });

  it("stays between its bounds and is monotone, for any doubles", () => {
    fc.assert(
      fc.property(grids, fc.double({ noNaN: true }), fc.double({ noNaN: true }), (any, a, b) => {
        const [low, high] = [any.steps(Math.min(a, b)), any.steps(Math.max(a, b))];
        expect(low !== null && high !== null && low <= high).toBe(true);
        expect(Number.isSafeInteger(low) && Number(low) >= any.lowerSteps).toBe(true);
        expect(Number(high) <= any.upperSteps).toBe(true);
        expect(Object.is(low, -0) || Object.is(high, -0)).toBe(false);
      }),
    );
  });

  it.each([
    ["bounds off the grid", { lower: 0.1, upper: 1, exponent: -2 }],
    ["bounds in the wrong order", { lower: 1, upper: 1, exponent: 0 }],
    ["NaN", { lower: Number.NaN, upper: 1, exponent: 0 }],
    ["no end", { lower: 0, upper: Number.POSITIVE_INFINITY, exponent: 0 }],
    ["too many steps", { lower: 0, upper: 2 ** 54, exponent: 0 }],
    ["a fraction of an exponent", { lower: 0, upper: 1, exponent: 0.5 }],
    ["an exponent far out", { lower: 0, upper: 1, exponent: 1001 }],
    ["an unknown option", { lower: 0, upper: 1, exponent: 0, median: 3 }],
  ])("refuses %s", (_, options) => {
    expect(() => new Grid(options)).toThrow(PrivacyError);
  });
});

describe("names of units", () => {
  it.each([
    ["composed and decomposed", "Jos\u00e9", "Jose\u0301"],
    ["full width", "ａｎｎ", "ann"],
    ["ligatures", "ﬁnn", "finn"],
    ["case", "ANN", "ann"],
    ["sharp s", "Strauß", "STRAUSS"],
    ["final sigma", "ΟΔΟΣ", "οδος"],
    ["zero-width space and soft hyphen", "an\u200b\u00adn", "ann"],
    ["direction marks", "\u200eann\u200f", "ann"],
    ["control characters", "ann\u0000", "ann"],
    ["space around", " ann\t", "ann"],
    ["number and text", 17, "17"],
    ["minus zero", -0, "0"],
    ["bigint", 17n, "17"],
  ])("are one for %s", (_, a, b) => {
    expect(unitName(a)).toBe(unitName(b));
    expect(unitName(a)).not.toBeNull();
  });

  it("are none for what names nobody", () => {
    for (const id of ["", "  ", "\u200b", null, undefined, Number.NaN, {}, true]) {
      expect(unitName(id)).toBeNull();
    }
  });

  it("stay as they are when spelt once more, also of broken Unicode", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (id) => {
        const name = unitName(id);
        if (name !== null) expect(unitName(name)).toBe(name);
      }),
    );
    expect(unitName("\ud800x")).toBe(unitName("\udbffx"));
  });
});

describe("bounded contributions", () => {
  it("let at most so many records of a unit through, in any spelling", () => {
    fc.assert(
      fc.property(
        visits,
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom("first" as const, "random" as const),
        (records, most, keep) => {
          const spelt = records.map((record, i) =>
            i % 2 === 0 ? record : { ...record, who: String(record.who).toUpperCase() },
          );
          const random = seededRandom(most);
          const { records: kept } = boundContributions(spelt, { unit: who, most, keep, random });
          for (const name of new Set(spelt.map(({ who }) => unitName(who)))) {
            const own = spelt.filter((record) => unitName(record.who) === name);
            const through = kept.filter((record) => unitName(record.who) === name);
            expect(through).toHaveLength(Math.min(most, own.length));
            if (keep === "first") expect(through).toEqual(own.slice(0, most));
          }
        },
      ),
    );
  });

  it("choose each record as likely where they choose at random", () => {
    const random = seededRandom(3);
    const records = Array.from({ length: 10 }, (_, i) => ({ who: "ann", i }));
    const places = Array.from({ length: 20_000 }, () => {
      const options = { unit: () => "ann", most: 3, keep: "random", random } as const;
      return boundContributions(records, options).records.map(({ i }) => i)[1] ?? -1;
    });
    // The second place of a reservoir of three holds record 1 or any from 3 on.
    expect(new Set(places).size).toBe(8);
    const all = Array.from({ length: 20_000 }, () => {
      const options = { unit: () => "ann", most: 1, keep: "random", random } as const;
      return at(boundContributions(records, options).records, 0).i;
    });
    expect(faults(all, uniformLaw(10))).toEqual([]);
  });

  it("leave other units' records alone: one unit more changes its own records only", () => {
    fc.assert(
      fc.property(visits, visits, (others, own) => {
        const mine = own.map((record) => ({ ...record, who: "eve" }));
        const mixed = [...mine.slice(0, 3), ...others, ...mine.slice(3)];
        const options = { unit: who, most: 2 };
        const without = boundContributions(others, options).records;
        const withEve = boundContributions(mixed, options).records;
        expect(withEve.filter((record) => record.who !== "eve")).toEqual(without);
      }),
    );
  });

  it("count windows apart", () => {
    const records = ["1", "1", "1", "2", null].map((window) => ({ who: "ann", window }));
    const windows = boundByWindow(records, {
      unit: (r) => r.who,
      most: 2,
      window: (r) => r.window,
    });
    expect([...windows].map(([name, { records }]) => [name, records.length])).toEqual([
      ["1", 2],
      ["2", 1],
    ]);
  });

  it("cannot be claimed without having been made", () => {
    expect(() => new BoundedRecords(Symbol("made by boundContributions"), [1], 1)).toThrow(
      PrivacyError,
    );
  });

  it("take every record as its own unit only where told so", () => {
    expect(boundContributions([1, 1, 1], { unit: null, most: 1 }).records).toHaveLength(3);
  });

  it.each([{ most: 0 }, { most: 1.5 }, { most: 2 ** 32 }, { keep: "last" }, { limit: 3 }])(
    "refuse %o",
    (wrong) => {
      const options = { unit: who, most: 1, ...wrong } as { unit: typeof who; most: number };
      expect(() => boundContributions([], options)).toThrow(PrivacyError);
      const windowed = { ...options, window: () => "1" };
      expect(() => boundByWindow([], windowed)).toThrow(PrivacyError);
    },
  );

  it("as they come: count per window, and a clock that jumps back opens none", () => {
    const gate = new ContributionGate({ most: 2 });
    const admitted = [
      ["ann", "2026-11-23"],
      ["ANN ", "2026-11-23"],
      ["ann", "2026-11-23"],
      ["bo", "2026-11-23"],
      ["ann", "2026-11-24"],
      ["ann", "2026-11-23"],
      ["cy", "2026-11-23"],
      [null, "2026-11-24"],
    ].map(([unit, window]) => gate.admit(unit, window ?? ""));
    expect(admitted).toEqual([true, true, false, true, true, false, false, false]);
    expect(() => new ContributionGate({ most: 0 })).toThrow(PrivacyError);
  });
});

describe("sensitivity", () => {
  const step = (a: Statistic, b: Statistic): number => Number(a.steps - b.steps);

  it("covers what all records of one unit change, for every statistic and any values", () => {
    fc.assert(
      fc.property(
        visits,
        visits,
        grids,
        fc.integer({ min: 1, max: 4 }),
        (others, own, grid, most) => {
          const mine = own.map((record) => ({ ...record, who: "eve" }));
          const bound = (records: Visit[]) => boundContributions(records, { unit: who, most });
          const [without, withEve] = [bound(others), bound([...mine, ...others])];
          const count = countOf(without);
          expect(Math.abs(step(countOf(withEve), count))).toBeLessThanOrEqual(count.sensitivity);
          const sum = sumOf(without, value, grid);
          expect(Math.abs(step(sumOf(withEve, value, grid), sum))).toBeLessThanOrEqual(
            sum.sensitivity,
          );
          const [a, b] = [meanOf(without, value, grid), meanOf(withEve, value, grid)];
          expect(Math.abs(step(b.excess, a.excess))).toBeLessThanOrEqual(a.excess.sensitivity);
          expect(Math.abs(step(b.count, a.count))).toBeLessThanOrEqual(a.count.sensitivity);
          const bins = [0, 1, 2];
          const bin = (visit: Visit): number | null => binOf(visit.value, grid, 3);
          const [c, d] = [histogramOf(without, bin, bins), histogramOf(withEve, bin, bins)];
          const moved = c.bins.map((one, i) => Math.abs(step(at(d.bins, i), one)));
          expect(moved.reduce((total, one) => total + one, 0)).toBeLessThanOrEqual(c.sensitivity);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("is the same whatever the data: nothing is learned from it", () => {
    fc.assert(
      fc.property(visits, visits, grids, (one, other, grid) => {
        const of = (records: Visit[]): unknown => {
          const bounded = boundContributions(records, { unit: who, most: 2 });
          const { excess, count, ...rest } = meanOf(bounded, value, grid);
          return [
            sumOf(bounded, value, grid).sensitivity,
            excess.sensitivity,
            count.sensitivity,
            rest,
          ];
        };
        expect(of(one)).toEqual(of(other));
      }),
    );
  });

  it("does not depend on the order of summation, as it does for doubles", () => {
    // Four large values and a thousand halves: doubles add up to different sums in different orders.
    const large = Array.from({ length: 4 }, () => 2 ** 51);
    const values = [...large, ...Array.from({ length: 1000 }, () => 0.5)];
    const grid = new Grid({ lower: 0, upper: 2 ** 51, exponent: -1 });
    const sum = (order: readonly number[]): bigint =>
      sumOf(boundContributions(order, { unit: null, most: 1 }), (x) => x, grid).steps;
    const doubles = (order: readonly number[]): number => order.reduce((a, b) => a + b, 0);
    expect(sum(values)).toBe(2n ** 54n + 1000n);
    expect(sum(values.toReversed())).toBe(sum(values));
    expect(doubles(values.toReversed())).not.toBe(doubles(values));
  });

  it("holds where sums leave the safe integers and 64 bits", () => {
    const top = 2 ** 53 - 1;
    const grid = new Grid({ lower: -top, upper: top, exponent: 0 });
    const records = Array.from({ length: 5000 }, () => top);
    const bounded = boundContributions(records, { unit: null, most: 1 });
    expect(sumOf(bounded, (x) => x, grid).steps).toBe(BigInt(top) * 5000n);
    const parts = [...Array.from({ length: 9 }, () => 2 ** 51), 1, 1, 1];
    const whole = boundContributions(parts, { unit: null, most: 1 });
    expect(sumOf(whole, (x) => x, grid).steps).toBe(9n * 2n ** 51n + 3n);
    const low = boundContributions([-top, -top, top, 1], { unit: null, most: 1 });
    expect(sumOf(low, (x) => x, grid).steps).toBe(BigInt(1 - top));
    expect(() => sumOf(boundContributions([1], { unit: null, most: 2 }), (x) => x, grid)).toThrow(
      PrivacyError,
    );
  });

  it("of a repeated id is one unit's", () => {
    const records = ["José", "Jose\u0301", "JOSÉ", "josé\u200b"].map((who) => ({ who, value: 5 }));
    const bounded = boundContributions(records, { unit: who, most: 1 });
    expect(countOf(bounded)).toEqual({ steps: 1n, step: 1, sensitivity: 1 });
  });
});

describe("statistics", () => {
  const records = [1, 2, 2, Number.NaN, 9, -3].map((value, i) => ({ who: i, value }));
  const bounded = boundContributions(records, { unit: who, most: 1 });
  const grid = new Grid({ lower: 0, upper: 4, exponent: -1 });

  it("count, add up and put in bins what is there", () => {
    expect(countOf(bounded, ({ value }) => value === 2)).toEqual({
      ...{ steps: 2n, step: 1, sensitivity: 1 },
    });
    // 1 + 2 + 2 + (missing) + 4 + 0
    expect(sumOf(bounded, value, grid)).toEqual({ steps: 18n, step: 0.5, sensitivity: 8 });
    const bins = histogramOf(bounded, ({ value }) => binOf(value, grid, 2), [0, 1]);
    expect(bins.bins.map(({ steps }) => steps)).toEqual([2n, 3n]);
    expect(() => histogramOf(bounded, value, [1, 1])).toThrow(PrivacyError);
    expect(() => histogramOf(bounded, value, [])).toThrow(PrivacyError);
    expect(() => binOf(1, grid, 0)).toThrow(PrivacyError);
  });

  it("give a mean that is exact without noise and stays in its bounds with any", () => {
    const parts = meanOf(bounded, value, grid);
    expect(parts.excess.sensitivity).toBe(4);
    const excess = Number(parts.excess.steps) * parts.excess.step;
    expect(meanFrom(parts, excess, Number(parts.count.steps))).toBe(9 / 5);
    fc.assert(
      fc.property(fc.double(), fc.double(), (noisy, count) => {
        const mean = meanFrom(parts, noisy, count);
        expect(Number.isNaN(noisy) || (mean >= 0 && mean <= 4)).toBe(true);
      }),
    );
  });
});
