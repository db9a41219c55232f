import { type FrameSignal, MbKind } from "@symbion/codec";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareStructure, emptyStructure, readStructure } from "../src/motion/structure.ts";
import { fixtureFrames } from "./support/fixtures.ts";
import { randomFrom } from "./support/world.ts";

const COLUMNS = 24;
const ROWS = 18;
const COUNT = COLUMNS * ROWS;
const [some] = fixtureFrames("cut-endless");

/** An I picture with the given size of residual per macroblock, at a quantiser. */
function picture(
  sizes: readonly number[],
  qp: number,
  kind: number = MbKind.Intra16x16,
): FrameSignal {
  return {
    ...(some as FrameSignal),
    mbWidth: COLUMNS,
    mbHeight: ROWS,
    timestamp: 1,
    kind: new Uint8Array(COUNT).fill(kind),
    qp: new Int8Array(COUNT).fill(qp),
    // Levels are sizes over the quantiser's step, which doubles every six.
    residual: Uint32Array.from(sizes, (size) => Math.round(size / 2 ** (qp / 6))),
  };
}

/** A picture of something: smooth blobs, by seed. */
function scene(seed: number): number[] {
  const random = randomFrom(seed);
  const blobs = Array.from({ length: 10 }, () => [
    COLUMNS * random(),
    ROWS * random(),
    1 + 3 * random(),
  ]);
  return Array.from({ length: COUNT }, (_, mb) => {
    const [x, y] = [mb % COLUMNS, Math.floor(mb / COLUMNS)];
    const sum = blobs.reduce(
      (all, [bx = 0, by = 0, size = 1]) =>
        all + Math.exp(-((x - bx) ** 2 + (y - by) ** 2) / (2 * size ** 2)),
      0,
    );
    return 1e5 * (0.02 + sum) * (0.9 + 0.2 * random());
  });
}

function read(sizes: readonly number[], qp: number): ReturnType<typeof emptyStructure> {
  const map = emptyStructure(COUNT);
  readStructure(picture(sizes, qp), map);
  return map;
}

const compare = (
  map: ReturnType<typeof emptyStructure>,
  known: Float32Array,
): ReturnType<typeof compareStructure> => compareStructure(map, known, 0, COLUMNS, null);

describe("structure", () => {
  test("a scene looks the same at every quantiser", () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 0, max: 36 }), (seed, qp) => {
        const known = read(scene(seed), 18).detail;
        const seen = compare(read(scene(seed), qp), known);
        expect(seen.share).toBe(1);
        expect(seen.correlation).toBeGreaterThan(0.98);
        expect(seen.slope).toBeGreaterThan(0.9);
        expect(seen.kept).toBeGreaterThan(0.9);
        expect(Math.abs(seen.mean - 1)).toBeLessThan(0.1);
      }),
    );
  });

  test("another scene does not; a flat one has lost its spread", () => {
    let like = 0;
    for (let seed = 0; seed < 50; seed++) {
      const known = read(scene(seed), 20).detail;
      const other = compare(read(scene(seed + 1000), 20), known);
      if (other.correlation >= 0.5) like++;
      expect(other.spread).toBeGreaterThan(0.3);
      const flat = compare(read(new Array<number>(COUNT).fill(500), 20), known);
      expect(flat.spread).toBeLessThan(0.05);
      expect(flat.mean).toBeLessThan(0.5);
      expect(flat.kept).toBe(0);
    }
    expect(like).toBeLessThanOrEqual(5);
  });

  test("what covers a half leaves the other half as it was", () => {
    const known = read(scene(3), 20).detail;
    const half = scene(3).map((size, mb) => (mb % COLUMNS < COLUMNS / 2 ? 500 : size));
    const seen = compare(read(half, 20), known);
    expect(seen.kept).toBeGreaterThan(0.35);
    expect(seen.kept).toBeLessThan(0.65);
  });

  test("only intra macroblocks say something, and only those seen lately and not ignored count", () => {
    const map = emptyStructure(COUNT);
    readStructure(picture(scene(1), 20, MbKind.Inter), map);
    expect(compare(map, map.detail).share).toBe(0);
    readStructure(picture(scene(1), 20), map);
    expect(compare(map, map.detail)).toMatchObject({ share: 1, kept: 1 });
    expect(compareStructure(map, map.detail, 1.1, COLUMNS, null).share).toBe(0);
    const ignored = new Uint8Array(COUNT).fill(1, 0, COUNT / 4);
    expect(compareStructure(map, map.detail, 0, COLUMNS, ignored).share).toBe(0.75);
  });

  test("takes the smallest picture and quantisers of all bit depths", () => {
    const map = emptyStructure(1);
    readStructure(
      {
        ...picture([1], 0),
        kind: Uint8Array.of(1),
        qp: Int8Array.of(-12),
        residual: Uint32Array.of(9),
      },
      map,
    );
    expect(map.detail[0]).toBeGreaterThan(0);
    const one = compareStructure(map, map.detail, 0, 1, null);
    expect(Object.values(one).every(Number.isFinite)).toBe(true);
  });
});
