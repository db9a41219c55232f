/**
 * Makes a video that the embedded model understands: one simulated place in which one thing happens after the other.
 * It ends as it begins but for what was left behind, so it can be played for ever.
 *
 *   node --conditions=source packages/vision/train/make-sample.ts FILE.mp4 [SEED]
 */

import { spawnSync } from "node:child_process";
import { MINI_HEIGHT, MINI_WIDTH } from "../src/mini/prompt.ts";
import { NATIVE_RATE } from "./encode.ts";
import { createRenderer, shakes } from "./scene/render.ts";
import { drawScene } from "./scene/script.ts";
import type { Scene, Thing } from "./scene/types.ts";
import { trackScene } from "./truth.ts";

const TRAINED = { layouts: "trained", shapes: "trained" } as const;
/** Seconds of one part: its events fit in, and the place is empty at both ends. */
const PART = 9;
const PARTS = 6;
/** Seconds in which nothing happens, after every part. */
const PAUSE = 3;

const [file, first = "5000"] = process.argv.slice(2);
if (file === undefined) throw new TypeError("expected the name of a video file, got nothing");

const parts: Scene[] = [];
const kinds = new Set<string>();
for (let seed = Number(first); parts.length < PARTS; seed++) {
  const scene = drawScene(seed, PART, TRAINED);
  const last = parts.length === PARTS - 1;
  if (scene.things.length === 0 || scene.things.length > 2 || !fits(scene, last)) continue;
  // Each part shows something that no other does.
  const kind = scene.things.map((thing) => thing.kind).join();
  if (kinds.has(kind)) continue;
  kinds.add(kind);
  parts.push(scene);
}
const things = parts.flatMap((part, i) => part.things.map((thing) => later(thing, i)));
let seed = Number(first);
while (shakes({ duration: 1, things, variant: TRAINED, seed })) seed++;
const duration = PARTS * (PART + PAUSE);
const renderer = createRenderer({ duration, things, variant: TRAINED, seed });
const picture = 3 * MINI_WIDTH * MINI_HEIGHT;
const raw = new Uint8Array(duration * NATIVE_RATE * picture);
for (let i = 0; i < duration * NATIVE_RATE; i++) {
  renderer.frame(i / NATIVE_RATE, raw.subarray(i * picture, (i + 1) * picture));
}
const done = spawnSync(
  "ffmpeg",
  [
    ...["-loglevel", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24"],
    ...["-s", `${MINI_WIDTH}x${MINI_HEIGHT}`, "-r", String(NATIVE_RATE), "-i", "pipe:0"],
    ...["-c:v", "libx264", "-preset", "medium", "-crf", "25", "-g", "40", "-pix_fmt", "yuv420p"],
    ...["-threads", "1", "-movflags", "+faststart", file],
  ],
  { input: raw },
);
if (done.status !== 0) throw new Error(`ffmpeg: ${done.stderr?.toString() ?? done.error}`);
for (const [i, part] of parts.entries()) {
  const what = part.things.map(({ colour, kind, falls, dropped }) => {
    const deed = falls === undefined ? (dropped === undefined ? "" : " left behind") : " falls";
    return `${colour} ${kind}${deed}`;
  });
  console.log(`${i * (PART + PAUSE)} s: ${what.join(", ")}`);
}

/** Whether a part begins and ends with an empty place; the last one may leave an item behind. */
function fits(scene: Scene, last: boolean): boolean {
  const tracks = trackScene(scene, [0, PART / 2, PART]);
  const dropped = scene.things.some((thing) => thing.dropped !== undefined);
  if (dropped !== last) return false;
  return tracks.every(({ thing, sights: [start, , end] }) => {
    const stays = thing.dropped !== undefined;
    return start?.seen === 0 && (stays ? (end?.seen ?? 0) > 0.9 : end?.seen === 0);
  });
}

/** The thing, in part `index` of the video. */
function later(thing: Thing, index: number): Thing {
  const offset = index * (PART + PAUSE);
  const stays = thing.dropped !== undefined;
  const by = thing.dropped?.by;
  return {
    ...thing,
    ...(thing.falls && { falls: [thing.falls[0] + offset, thing.falls[1] + offset] }),
    ...(thing.dropped && by && { dropped: { time: thing.dropped.time + offset, by } }),
    at(time) {
      const local = time - offset;
      if (local < 0 || (local > PART && !stays)) return null;
      return thing.at(Math.min(local, PART));
    },
  };
}
