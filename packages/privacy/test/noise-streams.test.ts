import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  PrefixStream,
  PrivacyError,
  type RandomSource,
  STRATEGIES,
  type Strategy,
  type StreamEntry,
  type StreamOptions,
  type StreamRelease,
  streamError,
} from "../src/index.ts";
import {
  coefficients,
  completedBy,
  decoder,
  levels,
  nodesOf,
  sensitivitySquared,
  UNIT,
} from "../src/streams/factors.ts";
import { at, twoSided } from "./support/laws.ts";
import { seededRandom } from "./support/tiers.ts";

const BASE: StreamOptions = {
  ...{ horizon: 24, rho: 0.5, lower: -5, upper: 20, sensitivity: 1 },
  unit: "one event in one hour",
};

function tellAll(
  stream: PrefixStream,
  values: readonly (number | null)[],
  keep: (entry: StreamEntry) => void = () => undefined,
): StreamRelease[] {
  return values.map((value) => stream.tell(stream.slots, value, keep));
}

/** What the slots measure, as a matrix of whole numbers: one row per noisy number. */
function matrixOf(strategy: Strategy, horizon: number): bigint[][] {
  const g = coefficients(horizon);
  const rows: bigint[][] = [];
  for (let t = 0; t < horizon; t++) {
    if (strategy === "independent") rows.push(rowOf(horizon, (i) => (i === t ? 1n : 0n)));
    if (strategy === "square-root") {
      rows.push(rowOf(horizon, (i) => (i <= t ? BigInt(at(g, t - i)) : 0n)));
    }
    if (strategy === "tree") {
      for (const { level, index } of completedBy(t)) {
        rows.push(rowOf(horizon, (i) => (Math.floor(i / 2 ** level) === index ? 1n : 0n)));
      }
    }
  }
  return rows;
}

function rowOf(length: number, entry: (i: number) => bigint): bigint[] {
  return Array.from({ length }, (_, i) => entry(i));
}

describe.each(STRATEGIES)("sensitivity of %s", (strategy) => {
  it("is no less than any unit's, by the matrix itself", () => {
    for (const horizon of [1, 2, 3, 5, 8, 11]) {
      const matrix = matrixOf(strategy, horizon);
      for (const m of [1, 2, 3].filter((m) => m <= horizon)) {
        let worst = 0n;
        const visit = (from: number, left: number, sums: readonly bigint[]): void => {
          const square = sums.reduce((total, sum) => total + sum * sum, 0n);
          if (square > worst) worst = square;
          if (left === 0) return;
          for (let slot = from; slot < horizon; slot++) {
            for (const sign of [1n, -1n]) {
              visit(
                slot + 1,
                left - 1,
                sums.map((sum, i) => sum + sign * at(at(matrix, i), slot)),
              );
            }
          }
        };
        visit(
          0,
          m,
          matrix.map(() => 0n),
        );
        const stated = sensitivitySquared(strategy, horizon, m);
        expect(stated, `${horizon} slots, ${m} per unit`).toBeGreaterThanOrEqual(worst);
        // Equal where it is computed, not bounded.
        if (strategy !== "tree") expect(stated).toBe(worst);
      }
    }
  });
});

describe("factors", () => {
  it("are a square root of the running sum up to 2^-20, and undone without bias", () => {
    const horizon = 400;
    const g = coefficients(horizon);
    const b = decoder(horizon);
    for (let t = 0; t < horizon; t++) {
      let both = 0;
      let square = 0;
      for (let k = 0; k <= t; k++) {
        both += at(b, k) * at(g, t - k);
        square += at(g, k) * at(g, t - k);
      }
      expect(Math.abs(both / UNIT - 1)).toBeLessThan(1e-12);
      expect(Math.abs(square / UNIT ** 2 - 1)).toBeLessThan(1e-4);
    }
    expect(
      [...g].every((one, k) => Number.isInteger(one) && (k === 0 || one <= at(g, k - 1))),
    ).toBe(true);
  });

  it("cover each beginning of the stream by nodes that were completed", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5000 }), (t) => {
        const covered = nodesOf(t).flatMap(({ level, index }) =>
          Array.from({ length: 2 ** level }, (_, i) => index * 2 ** level + i),
        );
        expect(covered.toSorted((a, b) => a - b)).toEqual(
          Array.from({ length: t + 1 }, (_, i) => i),
        );
        expect(completedBy(t).length).toBeLessThanOrEqual(levels(t + 1));
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    [1440, 3.4, 10.5, 37.95],
    [10_080, 4.05, 13.5, 100.4],
  ])("reach the known errors over %i slots", (horizon, ours, tree, independent) => {
    expect(streamError("square-root", horizon).max).toBeLessThan(ours);
    expect(streamError("tree", horizon).max).toBeCloseTo(tree, 1);
    expect(streamError("independent", horizon).max).toBeCloseTo(independent, 1);
    const { max, rms } = streamError("square-root", horizon);
    expect(rms).toBeLessThan(max);
    expect(max).toBeGreaterThan(0.95 * ours);
  });

  it("refuse other horizons and strategies", () => {
    expect(() => streamError("square-root", 0)).toThrow(PrivacyError);
    expect(() => streamError("square-root", 2 ** 20 + 1)).toThrow(PrivacyError);
    expect(() => streamError("best" as Strategy, 10)).toThrow(PrivacyError);
  });
});

describe.each(STRATEGIES)("stream by %s", (strategy) => {
  const options: StreamOptions = { ...BASE, strategy };
  const values = Array.from({ length: 24 }, (_, t) => ((t * 7) % 26) - 5);

  it("tells the running sum, with the error that it states", () => {
    const runs = 400;
    const squares = values.map(() => 0);
    const means = values.map(() => 0);
    const stated = values.map(() => 0);
    for (let run = 0; run < runs; run++) {
      const stream = new PrefixStream({ ...options, step: 0.25, random: seededRandom(run) });
      let truth = 0;
      tellAll(stream, values).forEach(({ value, deviation }, t) => {
        truth += at(values, t) * 0.25;
        squares[t] = at(squares, t) + (value - truth) ** 2 / runs;
        means[t] = at(means, t) + (value - truth) / runs;
        stated[t] = deviation;
      });
    }
    for (const t of values.keys()) {
      expect(twoSided((at(means, t) / at(stated, t)) * Math.sqrt(runs))).toBeGreaterThan(1e-9);
      expect(
        twoSided((at(squares, t) / at(stated, t) ** 2 - 1) * Math.sqrt(runs / 2)),
      ).toBeGreaterThan(1e-9);
    }
    // At rho 1/2 and sensitivity 1 the noise unit is one step.
    expect(Math.max(...stated) / 0.25).toBeCloseTo(streamError(strategy, 24).max, 6);
  });

  it("without noise would be exact: what it measures is what its matrix says", () => {
    const quiet = new PrefixStream({ ...options, rho: 1e300 });
    let truth = 0;
    tellAll(quiet, values).forEach(({ value }, t) => {
      truth += at(values, t);
      expect(value).toBeCloseTo(truth, 8);
    });
    const measured = quiet.entries.flatMap(({ noisy }) => noisy.map(BigInt));
    const expected = matrixOf(strategy, 24).map((row) =>
      row.reduce((sum, entry, i) => sum + entry * BigInt(at(values, i)), 0n),
    );
    expect(measured).toEqual(expected);
  });

  it("measures exactly at any size of values", () => {
    const top = Number.MAX_SAFE_INTEGER;
    const wide: StreamOptions = { ...options, lower: -top, upper: top, rho: 1e300 };
    fc.assert(
      fc.property(fc.array(fc.maxSafeInteger(), { minLength: 24, maxLength: 24 }), (any) => {
        const stream = new PrefixStream(wide);
        tellAll(stream, any);
        const expected = matrixOf(strategy, 24).map((row) =>
          row.reduce((sum, entry, i) => sum + entry * BigInt(at(any, i)), 0n),
        );
        expect(stream.entries.flatMap(({ noisy }) => noisy.map(BigInt))).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  it("computes what it tells from the noisy numbers alone", () => {
    const stream = new PrefixStream({ ...options, random: seededRandom(5) });
    const told = tellAll(stream, values);
    // Other true values under the same noisy numbers: what was told must not change.
    const swapped = stream.entries.map((entry) => ({ ...entry, steps: 0 }));
    const other = new PrefixStream(options, swapped);
    const again = told.map((_, t) => other.tell(t, 3, () => undefined));
    expect(again).toEqual(told);
  });

  it("goes on after a crash at any slot as if there had been none", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 23 }), (crash) => {
        const kept: string[] = [];
        const keep = (entry: StreamEntry): void => {
          kept.push(JSON.stringify(entry));
        };
        const first = new PrefixStream({ ...options, random: seededRandom(6) });
        const before = tellAll(first, values.slice(0, crash), keep);
        const restored = kept.map((line): StreamEntry => JSON.parse(line));
        const second = new PrefixStream({ ...options, random: seededRandom(7) }, restored);
        expect(second.slots).toBe(crash);
        // What was told is told again as it was, and never drawn again.
        before.forEach((release, t) => {
          expect(second.tell(t, 99, keep)).toEqual(release);
        });
        expect(kept).toHaveLength(crash);
        const after = tellAll(second, values.slice(crash), keep);
        expect(second.slots).toBe(24);
        // The whole is one sound stream: it restores, and tells the same.
        const all = kept.map((line): StreamEntry => JSON.parse(line));
        const whole = new PrefixStream(options, all);
        expect(values.map((_, t) => whole.tell(t, null, keep))).toEqual([...before, ...after]);
      }),
      { numRuns: 24 },
    );
  });

  it("draws once for a slot whose entry could not be kept, and takes its entry twice", () => {
    const stream = new PrefixStream({ ...options, random: seededRandom(8) });
    const kept: StreamEntry[] = [];
    tellAll(stream, [1, 2, 3], (entry) => kept.push(entry));
    const broken = (entry: StreamEntry): void => {
      kept.push(entry);
      throw new Error("disk full");
    };
    expect(() => stream.tell(3, 4, broken)).toThrow("disk full");
    expect(() => stream.tell(3, 5, broken)).toThrow("disk full");
    expect(stream.slots).toBe(3);
    const release = stream.tell(3, 6, (entry) => kept.push(entry));
    expect(kept.slice(3)).toEqual([kept[3], kept[3], kept[3]]);
    const restored = new PrefixStream(options, kept);
    expect(restored.tell(3, 0, () => undefined)).toEqual(release);
  });
});

describe("bad streams", () => {
  it.each<readonly [string, object]>([
    ["no slots", { horizon: 0 }],
    ["no budget", { rho: 0 }],
    ["an endless budget", { rho: Number.POSITIVE_INFINITY }],
    ["NaN as budget", { rho: Number.NaN }],
    ["bounds in the wrong order", { lower: 5, upper: 5 }],
    ["bounds that are no whole numbers", { upper: 5.5 }],
    ["no sensitivity", { sensitivity: 0 }],
    ["a fraction of a sensitivity", { sensitivity: 0.5 }],
    ["more slots per unit than slots", { slotsPerUnit: 25 }],
    ["a step of 0", { step: 0 }],
    ["no unit", { unit: " " }],
    ["an unknown strategy", { strategy: "best" }],
    ["an unknown option", { epsilon: 1 }],
  ])("%s: refused", (_, wrong) => {
    expect(() => new PrefixStream({ ...BASE, ...wrong })).toThrow(PrivacyError);
  });

  it("clips values, and takes missing ones for the nearest to 0", () => {
    const stream = new PrefixStream({ ...BASE, lower: 2, upper: 9 });
    const odd = [
      99,
      -99,
      null,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      4.4,
      "7" as unknown as number,
    ];
    tellAll(stream, odd);
    expect(stream.entries.map(({ steps }) => steps)).toEqual([9, 2, 2, 2, 9, 4, 2]);
  });

  it("a clock that jumps: earlier slots are repeats, later ones are refused", () => {
    const stream = new PrefixStream({ ...BASE, horizon: 3 });
    const [first] = tellAll(stream, [1, 1]);
    expect(stream.tell(0, 7, () => undefined)).toBe(first);
    for (const slot of [3, -1, 0.5, Number.NaN]) {
      expect(() => stream.tell(slot, 1, () => undefined)).toThrow(PrivacyError);
    }
    stream.tell(2, 1, () => undefined);
    expect(() => stream.tell(3, 1, () => undefined)).toThrow(/slot: expected one from 0 to 2/);
  });

  it("entries of other streams, out of order, forged or torn are refused, without their values", () => {
    const kept: StreamEntry[] = [];
    tellAll(new PrefixStream(BASE), [17, 13, 19], (entry) => kept.push(entry));
    const [a, b, c] = [at(kept, 0), at(kept, 1), at(kept, 2)];
    const wrong: readonly (readonly StreamEntry[])[] = [
      [b],
      [a, c],
      [a, { ...a, noisy: ["1"] }],
      [{ ...a, steps: 21 }],
      [{ ...a, steps: 0.5 }],
      [{ ...a, noisy: [] }],
      [{ ...a, noisy: ["1e3"] }],
      [{ ...a, noisy: "12" as unknown as string[] }],
      [{ ...a, slot: -1 }],
      [{ ...a, stream: "" }],
    ];
    for (const entries of wrong) {
      expect(() => new PrefixStream(BASE, entries)).toThrow(PrivacyError);
      expect(() => new PrefixStream(BASE, entries)).not.toThrow(/17|13|19|21/);
    }
    const others = [{ rho: 0.4 }, { sensitivity: 2 }, { horizon: 25 }, { unit: "one day" }];
    for (const other of [...others, { strategy: "tree" as const }, { slotsPerUnit: 2 }]) {
      expect(() => new PrefixStream({ ...BASE, ...other }, kept)).toThrow(/other options/);
    }
  });
});

describe("noise of streams", () => {
  it("is drawn for the exact sensitivity, also of units in several slots", () => {
    const words: number[] = [];
    const source = seededRandom(9);
    const random: RandomSource = {
      uint32() {
        const word = source.uint32();
        words.push(word);
        return word;
      },
    };
    const one = new PrefixStream({ ...BASE, sensitivity: 3, random });
    const many = new PrefixStream({ ...BASE, sensitivity: 3, slotsPerUnit: 24, random });
    const ratio = Math.sqrt(
      Number(sensitivitySquared("square-root", 24, 24)) /
        Number(sensitivitySquared("square-root", 24, 1)),
    );
    const a = at(tellAll(one, [1]), 0);
    const b = at(tellAll(many, [1]), 0);
    expect(b.deviation / a.deviation).toBeCloseTo(ratio, 9);
    expect(words.length).toBeGreaterThan(0);
  });
});

const shared = fileURLToPath(
  new URL("../../../../shared/data/privacy/dp/dp-golden.json", import.meta.url),
);
type TreeRow = { readonly noise_multiplier: number; readonly steps: number | number[] };

describe("golden trees", () => {
  it("have as many levels as the golden file's accountant assumes", (context) => {
    if (!existsSync(shared)) return context.skip("needs ../shared/data/privacy");
    const { tree_aggregation_single_epoch: rows } = JSON.parse(readFileSync(shared, "utf8")) as {
      readonly tree_aggregation_single_epoch: readonly (TreeRow & {
        readonly eps: number;
        readonly delta: number;
      })[];
    };
    expect(rows).toHaveLength(12);
    for (const { noise_multiplier, steps, eps, delta } of rows) {
      const horizon = Array.isArray(steps) ? at(steps, 0) : steps;
      const square = Number(sensitivitySquared("tree", horizon, 1));
      expect(rdpEpsilon(square / (2 * noise_multiplier ** 2), delta) / eps).toBeCloseTo(1, 2);
    }
  });
});

/** Best conversion of rho to epsilon over orders (Canonne, Kamath and Steinke 2020, proposition 12). */
function rdpEpsilon(rho: number, delta: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let order = 1.001; order < 1000; order *= 1.001) {
    const epsilon = order * rho + Math.log1p(-1 / order) - Math.log(delta * order) / (order - 1);
    best = Math.min(best, epsilon);
  }
  return best;
}
