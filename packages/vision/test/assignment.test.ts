import fc from "fast-check";
import { expect, test } from "vitest";
import { assign, FORBIDDEN } from "../src/motion/assignment.ts";

/** The oracle: every assignment tried. */
function cheapest(costs: readonly (readonly number[])[], alone: number, row = 0, used = 0): number {
  if (row === costs.length) return 0;
  let best = alone + cheapest(costs, alone, row + 1, used);
  (costs[row] as number[]).forEach((cost, column) => {
    if (cost === FORBIDDEN || used & (1 << column)) return;
    best = Math.min(best, cost + cheapest(costs, alone, row + 1, used | (1 << column)));
  });
  return best;
}

test("no assignment is cheaper, and none is forbidden or double", () => {
  const cost = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constant(FORBIDDEN));
  const matrix = fc.tuple(fc.nat(5), fc.nat(5)).chain(([rows, columns]) =>
    fc.array(fc.array(cost, { minLength: columns, maxLength: columns }), {
      minLength: rows,
      maxLength: rows,
    }),
  );
  fc.assert(
    fc.property(matrix, fc.integer({ min: 0, max: 15 }), (costs, alone) => {
      const columns = costs[0]?.length ?? 0;
      const result = assign(Float64Array.from(costs.flat()), costs.length, columns, alone);
      const taken = [...result].filter((column) => column >= 0);
      expect(new Set(taken).size).toBe(taken.length);
      let sum = 0;
      result.forEach((column, row) => {
        sum += column < 0 ? alone : (costs[row]?.[column] as number);
      });
      expect(sum).toBe(cheapest(costs, alone));
    }),
    { numRuns: 1000 },
  );
});

test("an empty side leaves everybody alone", () => {
  expect([...assign(new Float64Array(0), 3, 0, 1)]).toEqual([-1, -1, -1]);
  expect([...assign(new Float64Array(0), 0, 3, 1)]).toEqual([]);
});
