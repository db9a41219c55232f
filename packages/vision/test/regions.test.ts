import { MbKind } from "@symbion/codec";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findRegions, type RegionInput } from "../src/motion/regions.ts";

function input(rows: readonly string[], more: Partial<RegionInput> = {}): RegionInput {
  const mbWidth = rows[0]?.length ?? 0;
  const count = mbWidth * rows.length;
  return {
    mbWidth,
    mbHeight: rows.length,
    width: 16 * mbWidth,
    height: 16 * rows.length,
    mask: Uint8Array.from(rows.join(""), (letter) => (letter === "." ? 0 : 1)),
    evidence: new Float32Array(count).fill(1),
    velocity: new Int16Array(2 * count),
    kind: new Uint8Array(count).fill(MbKind.Inter),
    interval: 0.1,
    ...more,
  };
}

/** The oracle: a flood over all pairs that are near enough. */
function components(mask: Uint8Array, width: number, gap: number): number[] {
  const left = new Set([...mask.keys()].filter((mb) => mask[mb] === 1));
  const sizes: number[] = [];
  for (const start of left) {
    const queue = [start];
    left.delete(start);
    let size = 0;
    for (let mb = queue.pop(); mb !== undefined; mb = queue.pop()) {
      size++;
      for (const other of left) {
        const dx = Math.abs((other % width) - (mb % width));
        const dy = Math.abs(Math.floor(other / width) - Math.floor(mb / width));
        if (Math.max(dx, dy) > gap + 1) continue;
        left.delete(other);
        queue.push(other);
      }
    }
    sizes.push(size);
  }
  return sizes.sort((a, b) => b - a);
}

describe("findRegions", () => {
  test("finds the components that a flood over all pairs finds", () => {
    const masks = fc
      .tuple(
        fc.integer({ min: 1, max: 24 }),
        fc.integer({ min: 1, max: 24 }),
        fc.double({ min: 0.02, max: 0.5, noNaN: true }),
      )
      .chain(([width, height, share]) =>
        fc.tuple(
          fc.constant(width),
          fc.array(
            fc.double({ min: 0, max: 1, noNaN: true }).map((value) => (value < share ? "#" : ".")),
            { minLength: width * height, maxLength: width * height },
          ),
        ),
      );
    fc.assert(
      fc.property(masks, fc.nat(3), ([width, cells], gap) => {
        const rows = Array.from({ length: cells.length / width }, (_, row) =>
          cells.slice(row * width, (row + 1) * width).join(""),
        );
        const given = input(rows);
        const found = findRegions(given, { gap, minimum: 1, limit: 1000 });
        expect(found.map((region) => region.size)).toEqual(components(given.mask, width, gap));
      }),
      { numRuns: 300 },
    );
  });

  test("gives box, centre of mass and size in shares of the picture", () => {
    const evidence = new Float32Array(50).fill(0.25);
    evidence[2 * 10 + 6] = 1;
    const [region, ...others] = findRegions(
      input(["..........", "...###....", "...####...", "..........", ".........."], { evidence }),
    );
    expect(others).toEqual([]);
    expect(region).toMatchObject({ size: 7 });
    expect(region?.x).toBeCloseTo(0.3);
    expect(region?.y).toBeCloseTo(0.2);
    expect(region?.width).toBeCloseTo(0.4);
    expect(region?.height).toBeCloseTo(0.4);
    // Six macroblocks of a quarter and one of 1: columns 3 4 5, 3 4 5 and 6; rows 1 1 1, 2 2 2 and 2.
    expect(region?.centre[0]).toBeCloseTo((24 / 4 + 6) / (6 / 4 + 1) / 10 + 0.05, 2);
    expect(region?.centre[1]).toBeCloseTo((9 / 4 + 2) / (6 / 4 + 1) / 5 + 0.1, 2);
  });

  test("closes a gap as wide as the picture's size allows, and no more", () => {
    const row = (text: string): string => text.padEnd(80, ".");
    const apart = [row("##..##"), row("##..##")];
    const near = [row("##.##"), row("##.##")];
    expect(findRegions(input(near), { minimum: 1 }).map((region) => region.size)).toEqual([8]);
    expect(findRegions(input(apart), { minimum: 1 }).map((region) => region.size)).toEqual([4, 4]);
    const small = ["##.##", "##.##"];
    expect(findRegions(input(small), { minimum: 1 }).map((region) => region.size)).toEqual([4, 4]);
  });

  test("leaves out what is too small, and keeps the largest of too many", () => {
    const rows = ["#..##..###", "..........", "..........", "..........", ".........."];
    expect(findRegions(input(rows)).map((region) => region.size)).toEqual([3, 2]);
    expect(findRegions(input(rows), { minimum: 3 }).map((region) => region.size)).toEqual([3]);
    expect(findRegions(input(rows), { limit: 1 }).map((region) => region.size)).toEqual([3]);
    expect(findRegions(input([".."]))).toEqual([]);
  });

  test("its velocity is the median of what moves, in shares per second", () => {
    const given = input(["......", ".####.", ".####.", "......"]);
    const velocity = new Int16Array(2 * 24);
    for (const mb of [7, 8, 9, 10, 13]) {
      velocity[2 * mb] = 8;
      velocity[2 * mb + 1] = -4;
    }
    velocity[2 * 14] = 300;
    const [region] = findRegions({ ...given, velocity });
    // 8 quarter samples in 0.1 s are 20 samples per second.
    expect(region?.velocity[0]).toBeCloseTo(20 / 96);
    expect(region?.velocity[1]).toBeCloseTo(-10 / 64);
  });

  test("its velocity is 0 where only a few vectors move, and where there are none", () => {
    const given = input(["######", "######"]);
    const velocity = new Int16Array(24);
    velocity[0] = 40;
    expect(findRegions({ ...given, velocity })[0]?.velocity).toEqual([0, 0]);
    velocity.fill(40);
    const kind = new Uint8Array(12).fill(MbKind.Intra16x16);
    expect(findRegions({ ...given, velocity, kind })[0]?.velocity).toEqual([0, 0]);
  });

  test("a box does not reach beyond the cropped picture", () => {
    const [region] = findRegions({ ...input(["####", "####"]), width: 60, height: 25 });
    expect(region).toMatchObject({ x: 0, y: 0, width: 1, height: 1 });
    expect(region?.centre[0]).toBeLessThanOrEqual(1);
  });

  test("does not forget its scratch space: a large mask after a small one, and again", () => {
    const small = input(["##", "##"]);
    const large = input(
      Array.from({ length: 120 }, (_, row) => (row % 2 === 0 ? "#.".repeat(120) : ".".repeat(240))),
    );
    const options = { gap: 0, minimum: 1, limit: 100_000 };
    expect(findRegions(small, options)).toHaveLength(1);
    expect(findRegions(large, options)).toHaveLength(60 * 120);
    expect(findRegions(small, options)).toHaveLength(1);
  });
});
