/**
 * The sample clip: a street at dusk with cars whose lamps light the road, a walker, a cat, and a tree in the wind.
 * Nothing in it is real, so the truth is known exactly.
 */

import { fileURLToPath } from "node:url";
import { signals } from "@symbion/codec/containers";
import { openInput } from "@symbion/codec/node";
import { describe, expect, test } from "vitest";
import { MotionAnalyzer } from "../src/motion/analyzer.ts";
import type { Area, MotionEvent, Track } from "../src/motion/types.ts";
import { overlapOf, TrackScore } from "./support/score.ts";
import { truthAt } from "./support/truth.ts";

const clip: string = fileURLToPath(new URL("../../edge/samples/yard.mp4", import.meta.url));

/** What somebody would draw: the tree is no news; the pavement before the hedge; the way over the lawn. */
const areas: readonly Area[] = [
  {
    id: "tree",
    kind: "ignore",
    points: [
      [0, 0],
      [0.33, 0],
      [0.33, 0.3],
      [0.2, 0.42],
      [0, 0.45],
    ],
  },
  {
    id: "lawn",
    kind: "zone",
    points: [
      [0, 0.8],
      [0.5, 0.85],
      [0.5, 1],
      [0, 1],
    ],
    dwellSeconds: 3,
  },
  {
    id: "gate",
    kind: "line",
    points: [
      [0.5, 0.62],
      [0.5, 0.8],
    ],
  },
];

type Watched = { readonly at: number; readonly tracks: readonly Track[] };

async function watch(): Promise<{
  frames: Watched[];
  events: MotionEvent[];
}> {
  const analyzer = new MotionAnalyzer({ areas });
  const frames: Watched[] = [];
  const events: MotionEvent[] = [];
  const video = await openInput(clip);
  for await (const frame of signals(video)) {
    const result = analyzer.push(frame);
    frames.push({ at: frame.timestamp, tracks: result.tracks });
    events.push(...result.events);
  }
  await video.close();
  return { frames, events: [...events, ...analyzer.end()] };
}

const watched = watch();

/** An actor's share of frames with a track, the tracks' ids, and the mean distance of the centres. */
async function follow(
  kind: string,
  from: number,
  until: number,
): Promise<{ covered: number; ids: (readonly number[])[]; error: number }> {
  const score = new TrackScore(0.15);
  for (const { at, tracks } of (await watched).frames) {
    if (at < from || at > until) continue;
    const actors = truthAt(at).filter(({ name }) => name.startsWith(kind));
    // Light on the road moves too: only tracks that are on an actor are held against him.
    const near = tracks.filter((track) => actors.some(({ box }) => overlapOf(box, track) >= 0.15));
    score.add(
      actors.map(({ name, box }) => ({ name, ...box })),
      near,
    );
  }
  const { truths, missed, ids, error } = score.figures();
  return { covered: 1 - missed / truths, ids: [...ids.values()], error };
}

describe("tracks of the sample clip", () => {
  test("the walker is one track all the way, though two cars pass behind him", async () => {
    // He enters while a car leaves at the same edge; from 7.5 s on he can be told from it.
    const { covered, ids, error } = await follow("person", 7.5, 17);
    expect(ids).toHaveLength(1);
    expect(ids[0]).toHaveLength(1);
    expect(covered).toBeGreaterThan(0.9);
    expect(error).toBeLessThan(0.04);
  });

  test("the cat is one track until it leaves", async () => {
    const { covered, ids, error } = await follow("cat", 9, 17);
    expect(ids).toHaveLength(1);
    expect(ids[0]).toHaveLength(1);
    expect(covered).toBeGreaterThan(0.85);
    expect(error).toBeLessThan(0.03);
  });

  test("each car is followed; with its light, whose box is larger than the car", async () => {
    const { covered, ids, error } = await follow("car", 0, 24);
    expect(ids).toHaveLength(4);
    expect(covered).toBeGreaterThan(0.6);
    expect(error).toBeLessThan(0.12);
  });

  test("nobody is seen where nobody is, tree and noise notwithstanding", async () => {
    const { frames } = await watched;
    for (const { at, tracks } of frames) {
      if (at < 1.5) expect(tracks, `at ${at} s`).toEqual([]);
    }
    const ids = new Set(frames.flatMap(({ tracks }) => tracks.map((track) => track.id)));
    // Six actors; some of the light that cars throw ahead gets an id of its own.
    expect(ids.size).toBeLessThanOrEqual(10);
  });

  test("the cat dwells on the lawn; the walker crosses the line once, to its right", async () => {
    const { events } = await watched;
    const dwell = events.filter((event) => event.kind === "dwell");
    expect(dwell.map((event) => event.phase)).toEqual(["begin", "end"]);
    const cat = (await follow("cat", 9, 17)).ids[0]?.[0];
    expect(dwell[0]?.track).toBe(cat);
    const walker = (await follow("person", 7.5, 17)).ids[0]?.[0];
    const crossings = events.filter(
      (event) => event.kind === "line-crossing" && event.track === walker,
    );
    expect(crossings).toMatchObject([{ direction: "right", area: "gate" }]);
    const truth = (await watched).frames.find(({ at }) =>
      truthAt(at).some(({ name, box }) => name.startsWith("person") && box.x + box.width / 2 < 0.5),
    );
    expect(Math.abs((crossings[0]?.at ?? 0) - (truth?.at ?? 0))).toBeLessThan(0.5);
  });
});
