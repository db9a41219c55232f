import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  distanceToLine,
  firstCrossing,
  insidePolygon,
  lineCrossings,
  rasterise,
} from "../src/motion/geometry.ts";
import type { Point } from "../src/motion/types.ts";

/** Whole coordinates: the arithmetic is exact, so the laws have to hold exactly. */
const grid = (size: number): fc.Arbitrary<Point> =>
  fc.tuple(fc.integer({ min: 0, max: size }), fc.integer({ min: 0, max: size }));
const polygon = (size: number): fc.Arbitrary<Point[]> =>
  fc.array(grid(size), { minLength: 3, maxLength: 12 });

/** The oracle: how often the outline goes around the point, as the sum of the angles at which its edges are seen. */
function windings(points: readonly Point[], x: number, y: number): number {
  let turn = 0;
  points.forEach(([qx, qy], at) => {
    const [px, py] = points[(at + points.length - 1) % points.length] as Point;
    const [ax, ay, bx, by] = [px - x, py - y, qx - x, qy - y];
    turn += Math.atan2(ax * by - ay * bx, ax * bx + ay * by);
  });
  return Math.round(turn / (2 * Math.PI)) + 0;
}

describe("insidePolygon", () => {
  test("agrees with the winding number of any outline", () => {
    fc.assert(
      fc.property(polygon(20), grid(20), (points, [x, y]) => {
        // Half a step off the grid no point lies on an edge of slopes of 0, 1 or infinity; others are skipped below.
        const [px, py] = [x + 0.37, y + 0.41];
        fc.pre(distanceToLine(points, px, py, true) > 1e-6);
        expect(insidePolygon(points, px, py)).toBe(windings(points, px, py) !== 0);
      }),
      { numRuns: 2000 },
    );
  });

  test("does not depend on where the outline begins or which way it goes", () => {
    fc.assert(
      fc.property(polygon(12), grid(12), fc.nat(11), (points, [x, y], by) => {
        const turned = [
          ...points.slice(by % points.length),
          ...points.slice(0, by % points.length),
        ];
        const [px, py] = [x + 0.3, y + 0.7];
        fc.pre(distanceToLine(points, px, py, true) > 1e-6);
        const inside = insidePolygon(points, px, py);
        expect(insidePolygon(turned, px, py)).toBe(inside);
        expect(insidePolygon(points.toReversed(), px, py)).toBe(inside);
      }),
    );
  });

  test("neighbouring polygons share every point of the plane exactly once", () => {
    const left: Point[] = [
      [0, 0],
      [4, 0],
      [6, 8],
      [0, 8],
    ];
    const right: Point[] = [
      [4, 0],
      [10, 0],
      [10, 8],
      [6, 8],
    ];
    for (let x = 0; x < 10; x++) {
      for (let y = 0; y < 8; y++) {
        expect(Number(insidePolygon(left, x, y)) + Number(insidePolygon(right, x, y))).toBe(1);
      }
    }
  });

  test("a pentagram's heart, enclosed twice, is inside", () => {
    const star = [0, 2, 4, 1, 3].map((tip): Point => {
      const angle = (2 * Math.PI * tip) / 5;
      return [Math.sin(angle), -Math.cos(angle)];
    });
    expect(insidePolygon(star, 0, 0)).toBe(true);
    expect(insidePolygon(star, 0, 0.9)).toBe(false);
  });
});

describe("lineCrossings", () => {
  const line = fc.array(grid(10), { minLength: 2, maxLength: 8 });
  const path = fc.array(grid(10), { minLength: 2, maxLength: 12 });
  const along = (points: readonly Point[], steps: readonly Point[]): number =>
    steps.reduce(
      (sum, to, at) => (at === 0 ? 0 : sum + lineCrossings(points, steps[at - 1] as Point, to)),
      0,
    );

  test("a path that returns the way it came nets nothing", () => {
    fc.assert(
      fc.property(line, path, (points, steps) => {
        expect(along(points, [...steps, ...steps.toReversed()])).toBe(0);
      }),
      { numRuns: 2000 },
    );
  });

  test("any round trip over a line that spans the plane nets nothing", () => {
    fc.assert(
      fc.property(fc.array(grid(10), { maxLength: 6 }), path, (inner, steps) => {
        const points: Point[] = [[5, -5], ...inner, [5, 15]];
        expect(along(points, [...steps, steps[0] as Point])).toBe(0);
      }),
      { numRuns: 2000 },
    );
  });

  test("a closed line is crossed inwards as often as it winds around where the path ends", () => {
    fc.assert(
      fc.property(polygon(10), path, (points, steps) => {
        const closed = [...points, points[0] as Point];
        const [x, y] = steps.at(-1) as Point;
        // The path's points count as if displaced by an infinitesimal step to the right and a smaller one down.
        const end: Point = [x + 1e-3, y + 1e-6];
        fc.pre(distanceToLine(closed, ...end) > 1e-9);
        expect(along(closed, [[-7, -3], ...steps])).toBe(windings(points, ...end));
      }),
      { numRuns: 2000 },
    );
  });

  test("a point on the way changes nothing", () => {
    fc.assert(
      fc.property(line, grid(5), grid(5), (points, a, b) => {
        const from: Point = [2 * a[0], 2 * a[1]];
        const to: Point = [2 * b[0], 2 * b[1]];
        const middle: Point = [a[0] + b[0], a[1] + b[1]];
        expect(along(points, [from, middle, to])).toBe(lineCrossings(points, from, to));
      }),
      { numRuns: 2000 },
    );
  });

  test("right and left are those of somebody who walks along the line on the screen", () => {
    const eastwards: Point[] = [
      [0, 0.5],
      [1, 0.5],
    ];
    expect(lineCrossings(eastwards, [0.5, 0.2], [0.5, 0.8])).toBe(1);
    expect(lineCrossings(eastwards, [0.5, 0.8], [0.5, 0.2])).toBe(-1);
    expect(lineCrossings(eastwards.toReversed(), [0.5, 0.2], [0.5, 0.8])).toBe(-1);
    expect(firstCrossing(eastwards, [0.5, 0.2], [0.5, 0.8])).toBeCloseTo(0.5);
    expect(firstCrossing(eastwards, [1.5, 0.2], [1.5, 0.8])).toBeNull();
  });
});

describe("rasterise", () => {
  const whole: Point[] = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ];

  test("the whole picture is every macroblock, whatever is cropped", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 400 }), (w, h) => {
        const mask = rasterise(whole, Math.ceil(w / 16), Math.ceil(h / 16), w, h);
        expect(mask.every((value) => value === 1)).toBe(true);
      }),
    );
  });

  test("a macroblock belongs to an area when its centre does", () => {
    const concave: Point[] = [
      [0.1, 0.1],
      [0.9, 0.1],
      [0.9, 0.9],
      [0.5, 0.3],
      [0.1, 0.9],
    ];
    const mask = rasterise(concave, 20, 12, 320, 192);
    for (let row = 0; row < 12; row++) {
      for (let column = 0; column < 20; column++) {
        const [x, y] = [(16 * column + 8) / 320, (16 * row + 8) / 192];
        expect(mask[row * 20 + column]).toBe(windings(concave, x, y) === 0 ? 0 : 1);
      }
    }
    expect(mask.includes(1)).toBe(true);
  });

  test("adds to a mask that it is given", () => {
    const half: Point[] = [
      [0, 0],
      [0.5, 0],
      [0.5, 1],
      [0, 1],
    ];
    const mask = rasterise(half, 4, 2, 64, 32);
    expect([...mask]).toEqual([1, 1, 0, 0, 1, 1, 0, 0]);
    rasterise(
      half.map(([x, y]): Point => [x + 0.25, y]),
      4,
      2,
      64,
      32,
      mask,
    );
    expect([...mask]).toEqual([1, 1, 1, 0, 1, 1, 1, 0]);
  });
});

test("the distance to a line is that of its nearest point", () => {
  fc.assert(
    fc.property(fc.array(grid(10), { minLength: 2, maxLength: 6 }), grid(10), (line, [x, y]) => {
      let nearest = Number.POSITIVE_INFINITY;
      for (let at = 1; at < line.length; at++) {
        const [[px, py], [qx, qy]] = [line[at - 1] as Point, line[at] as Point];
        for (let share = 0; share <= 1; share += 1 / 512) {
          nearest = Math.min(
            nearest,
            Math.hypot(px + share * (qx - px) - x, py + share * (qy - py) - y),
          );
        }
      }
      const distance = distanceToLine(line, x, y);
      expect(distance).toBeLessThanOrEqual(nearest + 1e-9);
      expect(distance).toBeGreaterThan(nearest - 0.03);
    }),
  );
});
