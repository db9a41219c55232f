import { describe, expect, test } from "vitest";
import { Tracker } from "../src/motion/tracks.ts";
import type { Region, Track } from "../src/motion/types.ts";
import { type TrackFigures, TrackScore } from "./support/score.ts";
import { randomFrom, Screen, type ScreenOptions, sightings, type Walker } from "./support/world.ts";

const SEEDS = 25;

type Order = "display" | "decoding";
type World = { readonly walkers: readonly Walker[]; readonly seconds: number };
type Outcome = TrackFigures & { readonly highest: number };

/** Times of frames; in decoding order each fourth frame comes first, as with two levels of B pictures. */
function times(seconds: number, rate: number, order: Order): number[] {
  const list = Array.from({ length: seconds * rate }, (_, frame) => frame / rate);
  if (order === "display") return list;
  const groups: number[] = [];
  for (let at = 0; at < list.length; at += 4) {
    const group = list.slice(at, at + 4);
    const last = group.pop() as number;
    groups.push(
      last,
      ...((group.length === 3 ? [group[1], group[0], group[2]] : group) as number[]),
    );
  }
  return groups;
}

function follow(world: World, screen: ScreenOptions, order: Order = "display"): Outcome {
  const shown = new Screen(screen);
  const tracker = new Tracker();
  const score = new TrackScore();
  let newest = -1;
  let highest = 0;
  for (const at of times(world.seconds, screen.rate, order)) {
    const truth = sightings(world.walkers, at);
    const tracks = tracker.update(at, shown.regions(truth));
    for (const track of tracks) highest = Math.max(highest, track.id);
    if (at < newest) continue;
    newest = at;
    // What has left is not held against tracks that coast for a moment.
    const fair = tracks.filter((track) => truth.length > 0 || at - track.seen < 0.5);
    score.add(
      truth.map((box) => ({ name: box.walker, ...box })),
      fair,
    );
  }
  return { ...score.figures(), highest };
}

/** Follows many worlds and sums up. */
function followAll(
  make: (random: () => number) => World,
  screen: Omit<ScreenOptions, "seed">,
  order: Order = "display",
): { mota: number; worst: number; switches: number; error: number; ids: number } {
  const sums = { mota: 0, worst: 1, switches: 0, error: 0, ids: 0 * SEEDS };
  for (let seed = 1; seed <= SEEDS; seed++) {
    const outcome = follow(make(randomFrom(seed * 7919)), { seed, ...screen }, order);
    sums.mota += outcome.mota / SEEDS;
    sums.worst = Math.min(sums.worst, outcome.mota);
    sums.switches += outcome.switches;
    sums.error += outcome.error / SEEDS;
    sums.ids += outcome.highest;
  }
  return sums;
}

const far = 99;
const person = { width: 0.05, height: 0.2 };

const walk = (random: () => number): World => ({
  walkers: [
    {
      x: -0.05,
      y: 0.3 + 0.4 * random(),
      ...person,
      legs: [{ at: 1, vx: 0.08 + 0.1 * random(), vy: 0.04 * (random() - 0.5) }],
      until: far,
    },
  ],
  seconds: 10,
});

const crossing = (random: () => number): World => {
  const speed = 0.08 + 0.06 * random();
  const slower = -speed * (0.7 + 0.6 * random());
  return {
    walkers: [
      { x: 0, y: 0.5, ...person, legs: [{ at: 0, vx: speed, vy: 0 }], until: far },
      {
        x: 1,
        y: 0.5 + 0.04 * (random() - 0.5),
        ...person,
        legs: [{ at: 0, vx: slower, vy: 0 }],
        until: far,
      },
    ],
    seconds: 10,
  };
};

const stopAndGo = (random: () => number): World => ({
  walkers: [
    {
      x: 0,
      y: 0.5,
      ...person,
      legs: [
        { at: 0, vx: 0.12, vy: 0 },
        { at: 3, vx: 0, vy: 0 },
        { at: 5 + 3 * random(), vx: random() < 0.5 ? 0.12 : -0.12, vy: 0 },
      ],
      until: far,
    },
  ],
  seconds: 12,
});

const overtaking = (random: () => number): World => ({
  walkers: [
    { x: 0, y: 0.5, ...person, legs: [{ at: 0, vx: 0.06, vy: 0 }], until: far },
    {
      x: 0,
      y: 0.52,
      width: 0.12,
      height: 0.12,
      legs: [{ at: 1.5 + random(), vx: 0.2, vy: 0 }],
      until: far,
    },
  ],
  seconds: 10,
});

const crowd = (random: () => number): World => ({
  walkers: Array.from({ length: 6 }, (_, lane) => {
    const way = lane % 2 === 0 ? 1 : -1;
    return {
      x: way > 0 ? 0 : 1,
      y: 0.2 + 0.12 * lane + 0.02 * random(),
      width: 0.04,
      height: 0.16,
      legs: [
        {
          at: lane * 1.4 * random(),
          vx: way * (0.08 + 0.08 * random()),
          vy: 0.02 * (random() - 0.5),
        },
      ],
      until: far,
    };
  }),
  seconds: 12,
});

const nobody: World = { walkers: [], seconds: 20 };

const clean = { rate: 15 };
const slow = { rate: 5 };
const noisy = { rate: 12, flicker: 2, seen: 0.7, missed: 0.1 };

describe("Tracker in simulated worlds", () => {
  test.each([
    ["at 15 frames per second", clean, "display"],
    ["at 5 frames per second", slow, "display"],
    ["at 30 frames per second, with holes", { rate: 30, seen: 0.6 }, "display"],
    ["in decoding order", clean, "decoding"],
  ] as const)("one walker is one track, %s", (_, screen, order) => {
    const result = followAll(walk, screen, order);
    expect(result).toMatchObject({ switches: 0, ids: SEEDS });
    expect(result.mota).toBeGreaterThan(0.85);
    expect(result.worst).toBeGreaterThan(0.6);
    // Half a macroblock is 0.006 of the width.
    expect(result.error).toBeLessThan(0.008);
  });

  test.each([
    ["at 15 frames per second", clean, "display"],
    ["at 5 frames per second", slow, "display"],
    ["in decoding order", clean, "decoding"],
  ] as const)("two that cross keep their ids, %s", (_, screen, order) => {
    const result = followAll(crossing, screen, order);
    expect(result).toMatchObject({ switches: 0, ids: 2 * SEEDS });
    expect(result.mota).toBeGreaterThan(0.83);
  });

  test.each([
    ["at 15 frames per second", clean, "display"],
    ["at 5 frames per second", slow, "display"],
    ["in decoding order", clean, "decoding"],
  ] as const)(
    "who stands for seconds and goes on, or back, keeps the id, %s",
    (_, screen, order) => {
      const result = followAll(stopAndGo, screen, order);
      expect(result).toMatchObject({ switches: 0, ids: SEEDS });
      expect(result.mota).toBeGreaterThan(0.88);
    },
  );

  test("a car that passes behind a walker takes neither id nor size from him", () => {
    const result = followAll(overtaking, clean);
    expect(result).toMatchObject({ switches: 0, ids: 2 * SEEDS });
    expect(result.mota).toBeGreaterThan(0.7);
  });

  test("six in a crowd", () => {
    expect(followAll(crowd, clean)).toMatchObject({ switches: 0, ids: 6 * SEEDS });
    const decoding = followAll(crowd, clean, "decoding");
    expect(decoding.switches).toBeLessThanOrEqual(0.02 * 6 * SEEDS * 2);
    expect(decoding.mota).toBeGreaterThan(0.8);
  });

  test("noise: flicker, holes and whole frames missed", () => {
    for (const world of [walk, crossing, stopAndGo]) {
      const result = followAll(world, noisy);
      expect(result.switches).toBeLessThanOrEqual(0.15 * SEEDS);
      expect(result.mota).toBeGreaterThan(0.8);
    }
    const result = followAll(crowd, noisy);
    expect(result.switches).toBeLessThanOrEqual(0.05 * 6 * SEEDS);
    expect(result.mota).toBeGreaterThan(0.75);
  });

  test("flicker alone gets next to no ids", () => {
    let ids = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      ids += follow(nobody, { seed, rate: 15, flicker: 2 }).highest;
    }
    // 25 times 20 s with two patches in each of 300 frames: 15,000 patches.
    expect(ids).toBeLessThan(0.002 * 15_000);
  });
});

describe("Tracker", () => {
  const region = (x: number, more: Partial<Region> = {}): Region => ({
    x,
    y: 0.4,
    width: 0.05,
    height: 0.2,
    centre: [x + 0.025, 0.5],
    size: 36,
    velocity: [0.1, 0],
    ...more,
  });

  /** Walks something to the right, one hundredth of the width per frame of a tenth of a second. */
  function walkTo(tracker: Tracker, frames: number, start = 0): Track[] {
    let tracks: Track[] = [];
    for (let at = 0; at < frames; at++) {
      tracks = tracker.update(start + at / 10, [region(0.2 + at / 100)]);
    }
    return tracks;
  }

  test("gives no id before something was seen in several frames and has moved", () => {
    const tracker = new Tracker();
    const ids = Array.from({ length: 8 }, (_, at) =>
      tracker.update(at / 10, [region(0.2 + at / 100)]).map((track) => track.id),
    );
    expect(ids.slice(0, 3)).toEqual([[], [], []]);
    expect(ids.at(-1)).toEqual([1]);
  });

  test("what moves on the spot gets its id later", () => {
    const tracker = new Tracker();
    const first = Array.from({ length: 30 }, (_, at) => at / 10).find(
      (at) => tracker.update(at, [region(0.2, { velocity: [0, 0] })]).length > 0,
    );
    expect(first).toBeCloseTo(1.5);
  });

  test("tells since when and until when it was seen, how fast it is and where it was before", () => {
    const tracker = new Tracker();
    const [track] = walkTo(tracker, 20);
    expect(track).toMatchObject({ id: 1, from: 0, seen: 1.9, zones: [] });
    expect(track?.velocity[0]).toBeCloseTo(0.1, 2);
    expect(track?.velocity[1]).toBeCloseTo(0, 2);
    expect(track?.x).toBeCloseTo(0.39, 2);
    const trail = tracker.trail(1);
    expect(trail[0]).toMatchObject({ at: 0 });
    expect(trail[0]?.foot[0]).toBeCloseTo(0.225);
    expect(trail[0]?.foot[1]).toBeCloseTo(0.6);
    expect(trail.map((point) => point.at)).toEqual(trail.map((point) => point.at).toSorted());
    expect(tracker.trail(7)).toEqual([]);
  });

  test("who is not seen coasts where he was last seen, for a bounded time", () => {
    const tracker = new Tracker({ coastSeconds: 3 });
    const [before] = walkTo(tracker, 20);
    let kept = 0;
    for (let at = 20; at < 80; at++) {
      const [track] = tracker.update(at / 10, []);
      if (track === undefined) break;
      kept = at / 10 - track.seen;
      expect(track.seen).toBe(1.9);
      if (kept > 0.6) expect(Math.abs(track.x - (before?.x ?? 0))).toBeLessThan(0.011);
    }
    expect(kept).toBeCloseTo(2.9);
  });

  test("a short sight earns a short memory", () => {
    const tracker = new Tracker();
    expect(walkTo(tracker, 8)).toHaveLength(1);
    expect(tracker.update(2.6, [])).toHaveLength(1);
    expect(tracker.update(3, [])).toHaveLength(0);
  });

  test("who leaves the picture is not kept", () => {
    const tracker = new Tracker();
    for (let at = 0; at <= 30; at++) {
      const x = 0.65 + at / 100;
      tracker.update(at / 10, [region(x, { width: Math.min(0.05, 1 - x) })]);
    }
    expect(tracker.update(3.2, [])).toHaveLength(1);
    expect(tracker.update(4.2, [])).toHaveLength(0);
  });

  test("who was hidden comes out where his way leads under the same id", () => {
    const tracker = new Tracker();
    walkTo(tracker, 20);
    for (let at = 20; at < 32; at++) tracker.update(at / 10, []);
    const [track] = tracker.update(3.2, [region(0.52)]);
    expect(track).toMatchObject({ id: 1, seen: 3.2 });
    expect(track?.x).toBeCloseTo(0.52, 2);
  });

  test("ids are never used twice, not after clear() nor when the stream begins anew", () => {
    const tracker = new Tracker();
    expect(walkTo(tracker, 10)).toMatchObject([{ id: 1 }]);
    tracker.clear();
    expect(walkTo(tracker, 10, 1)).toMatchObject([{ id: 2 }]);
    expect(tracker.update(0, [])).toEqual([]);
    expect(walkTo(tracker, 10, 0.1)).toMatchObject([{ id: 3 }]);
  });

  test("pieces of one body are one track", () => {
    const tracker = new Tracker();
    walkTo(tracker, 15);
    let tracks: Track[] = [];
    for (let at = 15; at < 40; at++) {
      const x = 0.2 + at / 100;
      tracks = tracker.update(at / 10, [
        region(x, { height: 0.11, size: 20 }),
        region(x, { y: 0.53, height: 0.07, size: 12 }),
      ]);
    }
    expect(tracks).toMatchObject([{ id: 1 }]);
    expect(tracks[0]?.height).toBeCloseTo(0.2, 2);
  });

  test("a late frame moves no time backwards", () => {
    const tracker = new Tracker();
    const [before] = walkTo(tracker, 20);
    const [after] = tracker.update(1.75, [region(0.375)]);
    expect(after?.seen).toBe(1.9);
    expect(after?.x).toBeCloseTo(before?.x ?? 0, 2);
    expect(after?.velocity[0]).toBeCloseTo(0.1, 2);
  });

  test("takes the same time twice, and a long pause", () => {
    const tracker = new Tracker();
    walkTo(tracker, 20);
    const [twice] = tracker.update(1.9, [region(0.39)]);
    expect(twice).toMatchObject({ id: 1 });
    expect(
      Object.values(twice ?? {})
        .flat()
        .every((value) => !Number.isNaN(value)),
    ).toBe(true);
    expect(tracker.update(1000, [region(0.39)])).toEqual([]);
  });
});
