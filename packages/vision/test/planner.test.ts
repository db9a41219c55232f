import { type FrameSignal, MbKind, MbPartition } from "@symbion/codec";
import {
  Cause,
  type Grid,
  type Plan,
  Planner,
  POLICIES,
  type Policy,
  type Polygon,
  planMask,
  printPlan,
} from "@symbion/vision";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { overlap } from "../src/planner/grid.ts";
import { type Ignored, referencePlans } from "./support/reference-planner.ts";
import { makeFrame, randomNumbers, thing } from "./support/signals.ts";

const EVERY = 10;
const FPS = 2.5;

function plansOf(
  frames: readonly FrameSignal[],
  policy: Policy,
  grid: Grid,
  fps = FPS,
  ignored: readonly Polygon[] = [],
): Plan[] {
  const planner = new Planner({ policy, fps, grid: () => grid, ignored });
  return frames.flatMap((frame) => planner.push(frame) ?? []);
}

/** A rectangle in blocks of the grid as a polygon of the picture. */
function rectangle({ left, top, right, bottom }: Ignored, { columns, rows }: Grid): Polygon {
  const corner = (x: number, y: number): [number, number] => [x / columns, y / rows];
  return [corner(left, top), corner(right, top), corner(right, bottom), corner(left, bottom)];
}

/** Shapes of macroblocks and the vectors that they may have. */
function drawMacroblock(frame: FrameSignal, mb: number, draw: () => number): void {
  const kinds = [MbKind.Skip, MbKind.Inter, MbKind.Inter, MbKind.Intra4x4, MbKind.Missing];
  // Most macroblocks stand still.
  const kind = draw() < 0.8 ? MbKind.Skip : (kinds[Math.floor(draw() * kinds.length)] ?? 0);
  frame.kind[mb] = kind;
  if (kind < MbKind.Skip) {
    frame.partition[mb] = MbPartition.None;
    return;
  }
  const shape = 1 + Math.floor(draw() * 4);
  frame.partition[mb] = shape;
  frame.field[mb] = draw() < 0.1 ? 1 : 0;
  if (kind === MbKind.Skip && draw() < 0.7) return;
  const vectors = Array.from({ length: 64 }, () => Math.round((draw() - 0.5) * 8));
  for (let block = 0; block < 16; block++) {
    const half = block >= 8 ? 1 : 0;
    const side = block % 4 >= 2 ? 1 : 0;
    const own = [0, 0, half, side, block][shape] ?? 0;
    for (const list of [0, 1] as const) {
      const at = 2 * (16 * mb + block);
      frame.mv[list][at] = vectors[4 * own + 2 * list] ?? 0;
      frame.mv[list][at + 1] = vectors[4 * own + 2 * list + 1] ?? 0;
    }
  }
}

const streams = fc
  .record({
    mbWidth: fc.integer({ min: 1, max: 7 }),
    mbHeight: fc.integer({ min: 1, max: 5 }),
    cropX: fc.integer({ min: 0, max: 15 }),
    cropY: fc.integer({ min: 0, max: 15 }),
    columns: fc.integer({ min: 1, max: 6 }),
    rows: fc.integer({ min: 1, max: 5 }),
    length: fc.integer({ min: 1, max: 60 }),
    seed: fc.integer({ min: 1, max: 0x7fff_ffff }),
  })
  .map(({ mbWidth, mbHeight, cropX, cropY, columns, rows, length, seed }) => {
    const draw = randomNumbers(seed);
    const frames = Array.from({ length }, (_, index) => {
      const type = index === 0 || draw() < 0.05 ? "I" : draw() < 0.3 ? "B" : "P";
      const frame = makeFrame({ index, type, mbWidth, mbHeight, damaged: draw() < 0.1 });
      if (type !== "I") {
        for (let mb = 0; mb < frame.kind.length; mb++) drawMacroblock(frame, mb, draw);
      }
      return { ...frame, width: frame.width - cropX, height: frame.height - cropY };
    });
    return { frames, grid: { columns, rows } };
  });

const codecsight = POLICIES.codecsight;

describe("planner", () => {
  it("equals a reference that goes over all frames again, for every policy by vectors", () => {
    fc.assert(
      fc.property(
        streams,
        fc.double({ min: 0.05, max: 2, noNaN: true }),
        fc.constantFrom("kept" as const, "whole" as const),
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom(null, 0.5, 1, 1.7),
        ({ frames, grid }, threshold, since, intra, keyframes, stalenessSeconds) => {
          const policy: Policy = {
            ...codecsight,
            ...{ threshold, since, intra, stalenessSeconds },
            whole: { ...codecsight.whole, keyframes },
          };
          const plans = plansOf(frames, policy, grid);
          const found = plans.map(({ kept, whole }) => ({
            kept: [...kept],
            whole: whole !== "none",
          }));
          expect(found).toEqual(
            referencePlans(frames, policy, EVERY, grid).map(({ kept, whole }) => ({ kept, whole })),
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  it("equals that reference with a part of the picture ignored", () => {
    fc.assert(
      fc.property(
        streams,
        fc.tuple(fc.nat(1e6), fc.nat(1e6), fc.nat(1e6), fc.nat(1e6)),
        fc.constantFrom(null, 1),
        ({ frames, grid }, [a, b, c, d], stalenessSeconds) => {
          const policy: Policy = { ...codecsight, since: "kept", stalenessSeconds };
          // Edges lie a third into a block or at its edge.
          const place = (draw: number, blocks: number): number =>
            (Math.floor(draw / 2) % blocks) + (draw % 2 === 0 ? 0 : 1.003 / 3);
          const [left, top] = [place(a, grid.columns), place(b, grid.rows)];
          const ignored = {
            ...{ left, right: left + 1 + (c % grid.columns) },
            ...{ top, bottom: top + 1 + (d % grid.rows) },
          };
          // On a macroblock's very middle, either side would do.
          const { width = 16, height = 16 } = frames[0] ?? {};
          const middle = (edge: number, blocks: number, size: number): boolean => {
            const at = (edge / blocks) * size;
            return Math.abs(at - Math.min(16 * Math.floor(at / 16) + 8, size - 0.5)) < 1e-6;
          };
          fc.pre(
            [ignored.left, ignored.right].every((edge) => !middle(edge, grid.columns, width)) &&
              [ignored.top, ignored.bottom].every((edge) => !middle(edge, grid.rows, height)),
          );
          const found = plansOf(frames, policy, grid, FPS, [rectangle(ignored, grid)]);
          expect(found.map(({ kept }) => [...kept])).toEqual(
            referencePlans(frames, policy, EVERY, grid, ignored).map(({ kept }) => kept),
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  it("keeps a block in an ignored part with a whole picture and when it is stale, not for motion", () => {
    const frames = Array.from({ length: 51 }, (_, index) =>
      makeFrame({
        ...{ index, type: index === 0 ? "I" : "P", mbWidth: 12, mbHeight: 6 },
        block: thing(3, 3, 3, 3, [3, 0]),
      }),
    );
    const grid = { columns: 4, rows: 2 };
    const stale: Policy = { ...POLICIES.symbion, stalenessSeconds: 1.5 };
    // Block 5 is where it moves.
    const part = rectangle({ left: 1, top: 1, right: 2, bottom: 2 }, grid);
    const kept = (ignored: Polygon[]): boolean[] =>
      plansOf(frames, stale, grid, FPS, ignored).map((plan) => plan.kept.includes(5));
    expect(kept([])).toEqual([true, true, true, true, true, true]);
    expect(kept([part])).toEqual([true, false, false, false, true, false]);
    // Two parts that share it hide it, too.
    const halves = [
      rectangle({ left: 1, top: 1, right: 1.6, bottom: 2 }, grid),
      rectangle({ left: 1.4, top: 1, right: 2, bottom: 2 }, grid),
    ];
    expect(kept(halves)).toEqual([true, false, false, false, true, false]);
  });

  it("takes ignored parts while it runs, and forgets what has gathered there", () => {
    const grid = { columns: 4, rows: 2 };
    const planner = new Planner({ policy: POLICIES.symbion, fps: FPS, grid: () => grid });
    const kept: number[][] = [];
    for (let index = 0; index < 31; index++) {
      const frame = makeFrame({
        ...{ index, type: index === 0 ? "I" : "P", mbWidth: 12, mbHeight: 6 },
        block: thing(3, 3, 3, 3, [3, 0]),
      });
      if (index === 19)
        planner.ignored = [rectangle({ left: 0, top: 0, right: 4, bottom: 2 }, grid)];
      if (index === 21) planner.ignored = [];
      const plan = planner.push(frame);
      if (plan !== null) kept.push([...plan.kept]);
    }
    expect(kept[0]).toHaveLength(8);
    expect(kept[1]).toContain(5);
    expect(kept[2]).toEqual([]);
    expect(kept[3]).toContain(5);
  });

  it("keeps no more for a higher threshold", () => {
    const thresholds = fc.tuple(
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
    );
    const policies = fc.constantFrom<Policy>(codecsight, {
      ...POLICIES.symbion,
      stalenessSeconds: null,
      whole: { ...POLICIES.symbion.whole, crowded: null },
    });
    fc.assert(
      fc.property(streams, thresholds, policies, ({ frames, grid }, [a, b], base) => {
        const low = plansOf(frames, { ...base, threshold: Math.min(a, b) }, grid);
        const high = plansOf(frames, { ...base, threshold: Math.max(a, b) }, grid);
        high.forEach((plan, at) => {
          const kept = new Set(low[at]?.kept);
          for (const block of plan.kept) expect(kept.has(block)).toBe(true);
        });
      }),
      { numRuns: 100 },
    );
  });

  it("keeps everything with the full policy, and with a threshold of 0", () => {
    fc.assert(
      fc.property(
        streams,
        fc.constantFrom<Policy>(POLICIES.full, { ...POLICIES.symbion, threshold: 0 }),
        ({ frames, grid }, policy) => {
          for (const { kept, whole } of plansOf(frames, policy, grid)) {
            expect(kept.length).toBe(grid.columns * grid.rows);
            expect(whole).toBe("policy");
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it("never lets a block grow staler than its bound, whatever the budget", () => {
    fc.assert(
      fc.property(
        streams,
        fc.double({ min: 0, max: 3, noNaN: true }),
        fc.constantFrom(null, 0, 1, 3),
        ({ frames, grid }, stalenessSeconds, budget) => {
          const policy = { ...POLICIES.symbion, stalenessSeconds, budget };
          const keptAt = new Map<number, number>();
          for (const { kept, timestamp } of plansOf(frames, policy, grid)) {
            for (const block of kept) keptAt.set(block, timestamp);
            for (let block = 0; block < grid.columns * grid.rows; block++) {
              const age = timestamp - (keptAt.get(block) ?? Number.NEGATIVE_INFINITY);
              expect(age).toBeLessThanOrEqual(stalenessSeconds);
            }
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it("keeps within the budget the strongest of what has changed, and counts the rest", () => {
    fc.assert(
      fc.property(streams, fc.integer({ min: 0, max: 6 }), ({ frames, grid }, budget) => {
        const free: Policy = { ...codecsight, whole: { ...codecsight.whole, keyframes: false } };
        const plans = plansOf(frames, { ...free, budget }, grid);
        for (const { kept, dropped, changed, whole, strengths } of plans) {
          if (whole !== "none") {
            expect(dropped).toBe(0);
            continue;
          }
          expect(kept.length).toBe(Math.min(budget, changed));
          expect(kept.length + dropped).toBe(changed);
          expect(strengths.every((strength) => strength >= 1)).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("tries again with what the budget left out", () => {
    // Two things move once, between the first and the second sampled picture.
    const both = thing(0, 0, 1, 1, [4, 0]);
    const second = thing(3, 0, 1, 1, [2, 0]);
    const frames = Array.from({ length: 31 }, (_, index) =>
      makeFrame({
        ...{ index, type: index === 0 ? "I" : "P", mbWidth: 4, mbHeight: 1 },
        block: (x, y) => (index === 5 ? (both(x, y) ?? second(x, y)) : null),
      }),
    );
    const policy: Policy = { ...codecsight, since: "kept", budget: 1 };
    const plans = plansOf(frames, policy, { columns: 4, rows: 1 });
    expect(plans.map(({ kept, dropped }) => [[...kept], dropped])).toEqual([
      [[0, 1, 2, 3], 0],
      [[0], 1],
      [[3], 0],
      [[], 0],
    ]);
  });

  it("sees what moves between two sampled pictures only", () => {
    const frames = Array.from({ length: 21 }, (_, index) =>
      makeFrame({
        ...{ index, type: index === 0 ? "I" : "P", mbWidth: 12, mbHeight: 6 },
        block: index >= 12 && index <= 16 ? thing(3, 3, 3, 3, [3, 0]) : () => null,
      }),
    );
    const [, still, moved] = plansOf(frames, POLICIES.symbion, { columns: 4, rows: 2 });
    expect([...(still?.kept ?? [])]).toEqual([]);
    expect([...(moved?.kept ?? [])]).toContain(5);
    expect(moved?.kept.length).toBeLessThan(8);
    expect(moved?.frames).toBe(10);
    expect(moved?.causes.every((cause) => cause === Cause.Change)).toBe(true);
  });

  it("keeps the picture whole while the camera moves, and says so", () => {
    const frames = Array.from({ length: 31 }, (_, index) =>
      makeFrame({
        ...{ index, type: index === 0 ? "I" : "P", mbWidth: 20, mbHeight: 12 },
        block: () => (index > 10 && index <= 20 ? { motion: [3, 1], bits: 10 } : null),
      }),
    );
    const plans = plansOf(frames, POLICIES.symbion, { columns: 5, rows: 3 });
    expect(plans.map(({ whole }) => whole)).toEqual(["first", "none", "drift", "none"]);
    const quick = { ...POLICIES.symbion, whole: { ...POLICIES.symbion.whole, offset: null } };
    const moving = plansOf(frames, quick, { columns: 5, rows: 3 });
    expect(moving.map(({ whole }) => whole)).toEqual(["first", "none", "moving-camera", "none"]);
  });

  it("keeps the picture whole after a cut, a gap and pictures that say nothing", () => {
    const at = (index: number, type: "I" | "P", kind?: MbKind): FrameSignal =>
      makeFrame({
        ...{ index, type, mbWidth: 4, mbHeight: 4 },
        block: () => (kind === undefined ? null : { kind }),
      });
    const grid = { columns: 2, rows: 2 };
    const whys = (frames: readonly FrameSignal[]): readonly string[] =>
      plansOf(frames, POLICIES.symbion, grid).map(({ whole }) => whole);
    const range = (from: number, to: number): number[] =>
      Array.from({ length: to - from }, (_, i) => from + i);
    const cut = range(0, 31).map((index) =>
      at(index, index === 0 ? "I" : "P", index === 15 ? MbKind.Intra16x16 : undefined),
    );
    expect(whys(cut)).toEqual(["first", "none", "scene-cut", "none"]);
    const gap = [...range(0, 11), ...range(200, 211)].map((index) =>
      at(index, index === 0 ? "I" : "P"),
    );
    expect(whys(gap)).toEqual(["first", "none", "gap", "none"]);
    const intraOnly = range(0, 21).map((index) => at(index, "I"));
    expect(whys(intraOnly)).toEqual(["first", "blind", "blind"]);
  });

  it("takes an I picture before its time for another picture", () => {
    const keys = new Set([0, 20, 40, 47]);
    const frames = Array.from({ length: 61 }, (_, index) =>
      makeFrame({ index, type: keys.has(index) ? "I" : "P", mbWidth: 4, mbHeight: 4 }),
    );
    const plans = plansOf(frames, POLICIES.symbion, { columns: 2, rows: 2 });
    expect(plans.map(({ whole }) => whole)).toEqual([
      ...["first", "none", "none", "none", "none", "scene-cut", "none"],
    ]);
  });

  it("holds the sampling rate, in display and in decoding order", () => {
    const rates = fc.record({
      frameRate: fc.constantFrom(5, 12.5, 23.976, 25, 29.97, 60),
      fps: fc.constantFrom(0.5, 1, 2, 3, 4),
    });
    fc.assert(
      fc.property(rates, ({ frameRate, fps }) => {
        const length = Math.ceil(20 * frameRate);
        const display = Array.from({ length }, (_, index) =>
          makeFrame({ index, type: index === 0 ? "I" : "P", frameRate, mbWidth: 1, mbHeight: 1 }),
        );
        // Every fourth frame first, then those that are shown before it: only every fourth can be sampled then.
        const decode = display.toSorted((a, b) => order(a.index) - order(b.index));
        for (const frames of fps <= frameRate / 4 ? [display, decode] : [display]) {
          const plans = plansOf(frames, POLICIES.symbion, { columns: 1, rows: 1 }, fps);
          expect(Math.abs(plans.length - 20 * fps)).toBeLessThanOrEqual(1);
          const times = plans.map(({ timestamp }) => timestamp);
          expect(times).toEqual(times.toSorted((a, b) => a - b));
        }
      }),
      { numRuns: 30 },
    );
    function order(index: number): number {
      return index % 4 === 0 ? index - 3.5 : index;
    }
  });

  it("begins anew with another picture size, and with another policy", () => {
    const small = [0, 1].map((index) => makeFrame({ index, mbWidth: 4, mbHeight: 4 }));
    const large = [10, 11].map((index) => makeFrame({ index, mbWidth: 8, mbHeight: 8 }));
    const planner = new Planner({
      ...{ policy: POLICIES.symbion, fps: 25 },
      grid: (width) => ({ columns: width / 32, rows: 1 }),
    });
    const whys = [...small, ...large].map((frame) => planner.push(frame));
    expect(whys.map((plan) => plan?.whole)).toEqual(["first", "none", "first", "none"]);
    expect(whys.map((plan) => plan?.grid.columns)).toEqual([2, 2, 4, 4]);
    planner.policy = POLICIES.codecsight;
    expect(planner.push(makeFrame({ index: 12, mbWidth: 8, mbHeight: 8 }))?.whole).toBe("drift");
  });

  it("refuses policies and rates that make no sense, by name", () => {
    const grid = (): Grid => ({ columns: 1, rows: 1 });
    const make = (policy: Policy, fps = 2): Planner => new Planner({ policy, fps, grid });
    expect(() => make(codecsight, 0)).toThrow(/fps: expected sampled pictures per second/);
    expect(() => make({ ...codecsight, threshold: -1 })).toThrow(/policy.threshold/);
    expect(() => make({ ...POLICIES.symbion, threshold: 2 })).toThrow(/from 0 to 1, got 2/);
    expect(() => make({ ...codecsight, removeCamera: true })).toThrow(/raw vectors/);
    expect(() => make({ ...codecsight, taU: 1 } as never)).toThrow(/keys among .*got "taU"/);
  });

  it("prints what was kept and why", () => {
    const frames = Array.from({ length: 11 }, (_, index) =>
      makeFrame({
        ...{ index, type: index === 0 ? "I" : "P", mbWidth: 4, mbHeight: 2 },
        block: index === 4 ? thing(1, 1, 1, 1, [2, 0]) : () => null,
      }),
    );
    const [first, second] = plansOf(frames, codecsight, { columns: 4, rows: 2 });
    expect(printPlan(first as Plan)).toBe(
      "picture 0 at 0.000 s: 8 of 8 blocks, whole: first, after 1 frames\n++++\n++++",
    );
    expect(printPlan(second as Plan)).toBe(
      "picture 1 at 0.400 s: 1 of 8 blocks, after 10 frames\n....\n.#..",
    );
    expect([...planMask(second as Plan)]).toEqual([0b0010_0000]);
  });
});

describe("grid", () => {
  it("maps macroblocks to the blocks that they share an area with", () => {
    // 3 macroblocks over 48 samples and 2 blocks of 24: the middle one lies in both.
    expect(overlap(3, 48, 2)).toEqual({
      first: Uint16Array.of(0, 0, 1),
      last: Uint16Array.of(0, 1, 1),
    });
    // Edges that meet share no area.
    expect(overlap(2, 32, 2)).toEqual({ first: Uint16Array.of(0, 1), last: Uint16Array.of(0, 1) });
  });
});
