import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import {
  createEmbedding,
  type Embedding,
  type EmbeddingOptions,
  PrivacyError,
} from "../src/index.ts";
import { at as entry } from "./support/tiers.ts";

const OPTIONS: EmbeddingOptions = { dimension: 4, target: 12, seed: 7 };

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - entry(b, i)) ** 2, 0));
}

describe("embedding", () => {
  it("credits no epsilon, by its type and its value", () => {
    expectTypeOf<Embedding["epsilonCredit"]>().toEqualTypeOf<0>();
    expect(createEmbedding(OPTIONS).epsilonCredit).toBe(0);
  });

  it("is undone by its public inverse, whatever its options and values", () => {
    const options = fc.record({
      dimension: fc.integer({ min: 1, max: 12 }),
      more: fc.integer({ min: 1, max: 20 }),
      seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      rounds: fc.integer({ min: 1, max: 6 }),
      scale: fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
      amplitude: fc.double({ min: 0, max: 4, noNaN: true }),
      frequency: fc.double({ min: 0, max: 10, noNaN: true }),
    });
    const numbers = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), {
      minLength: 12,
      maxLength: 12,
    });
    fc.assert(
      fc.property(options, numbers, ({ more, ...rest }, units) => {
        const embedding = createEmbedding({ ...rest, target: rest.dimension + more });
        const values = units.slice(0, rest.dimension).map((unit) => unit * rest.scale);
        const lifted = embedding.lift(values);
        expect(lifted).toHaveLength(rest.dimension + more);
        const { values: back, residual } = embedding.invert(lifted);
        // Each round stretches what rounding did by up to its waves' slope.
        const slope = 1 + rest.amplitude * rest.frequency;
        const size = 1 + units.reduce((most, unit) => Math.max(most, unit * unit), 0);
        const rounding = 1e-13 * size * slope ** rest.rounds;
        expect(distance(back, values) / rest.scale).toBeLessThan(rounding);
        expect(residual).toBeLessThan(rounding);
      }),
      { numRuns: 300 },
    );
  });

  it("inverts to ten digits within a few scales", () => {
    const embedding = createEmbedding({ ...OPTIONS, scale: 0.5 });
    const values = [1.25, -0.875, 3, 0.0625];
    const { values: back, residual } = embedding.invert(embedding.lift(values));
    expect(distance(back, values)).toBeLessThan(1e-12);
    expect(residual).toBeLessThan(1e-12);
  });

  it("is the same on every machine: pinned numbers", () => {
    const lifted = createEmbedding({ dimension: 2, target: 5, seed: 1 }).lift([0.5, -2]);
    expect(lifted.map((value) => Number(value.toFixed(9)))).toMatchInlineSnapshot(`
      [
        1.783974454,
        0.577906112,
        -1.800837879,
        0.582970483,
        1.527944219,
      ]
    `);
  });

  it("bends: a straight line comes out crooked, and near ones do not stay the nearest", () => {
    const embedding = createEmbedding(OPTIONS);
    const at = (t: number): number[] => embedding.lift([t, t / 2, -t, 0.3]);
    const middle = at(1);
    const chord = at(0.5).map((value, i) => (value + entry(at(1.5), i)) / 2);
    expect(distance(middle, chord)).toBeGreaterThan(0.5);
    // Pairs ordered by distance before and after: the order changes for many of them.
    const points = Array.from({ length: 60 }, (_, i) =>
      [0, 1, 2, 3].map((k) => Math.sin(i * (k + 1.7)) * 2),
    );
    const lifted = points.map((point) => embedding.lift(point));
    let kept = 0;
    points.forEach((point, i) => {
      const nearest = (from: readonly number[], all: readonly (readonly number[])[]): number =>
        all.reduce((best, other, j) => {
          if (j === i) return best;
          return best < 0 || distance(from, other) < distance(from, entry(all, best)) ? j : best;
        }, -1);
      if (nearest(point, points) === nearest(entry(lifted, i), lifted)) kept++;
    });
    expect(kept).toBeLessThan(30);
  });

  it("shows what was never lifted by what is left over", () => {
    const embedding = createEmbedding(OPTIONS);
    const lifted = embedding.lift([1, 2, 3, 4]);
    expect(embedding.invert(lifted.map((value) => value + 0.1)).residual).toBeGreaterThan(0.01);
  });

  it.each<readonly [string, Record<string, unknown>, RegExp]>([
    ["an unknown option", { sigma: 1 }, /expected only .*, got sigma/],
    ["a target that is not above the dimension", { target: 4 }, /more than dimension 4, got 4/],
    [
      "a fraction of a dimension",
      { dimension: 1.5 },
      /embedding.dimension: expected a whole number/,
    ],
    ["no scale", { scale: 0 }, /embedding.scale/],
    ["a seed below 0", { seed: -1 }, /embedding.seed/],
    ["NaN", { amplitude: Number.NaN }, /embedding.amplitude: .* got NaN/],
    ["text", { rounds: "3" }, /embedding.rounds: .* got 3/],
  ])("refuses %s", (_, change, message) => {
    const options = { ...OPTIONS, ...change } as EmbeddingOptions;
    expect(() => createEmbedding(options)).toThrow(PrivacyError);
    expect(() => createEmbedding(options)).toThrow(message);
  });

  it("refuses values of another length, and what is not finite", () => {
    const embedding = createEmbedding(OPTIONS);
    expect(() => embedding.lift([1, 2, 3])).toThrow(/expected 4 finite numbers, got 3/);
    expect(() => embedding.lift([1, 2, 3, Number.NaN])).toThrow(PrivacyError);
    expect(() => embedding.invert([1, 2, 3, 4])).toThrow(/expected 12 finite numbers, got 4/);
  });
});
