/** Clips that went through an encoder, on disk: made once, read many times while training. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { MINI_BLOCKS, MINI_FRAME_RATE, MINI_HEIGHT, MINI_WIDTH } from "../src/mini/prompt.ts";
import { type Clip, sampledTimes } from "./clip.ts";
import type { Random } from "./random.ts";
import { drawScene } from "./scene/script.ts";
import type { Variant } from "./scene/types.ts";
import { trackScene } from "./truth.ts";

/** What is kept beside a clip's pictures. */
export type PoolEntry = {
  readonly seed: number;
  readonly variant: Variant;
  readonly frames: number;
  /** Blocks that the planner found changed, per frame. */
  readonly planned: readonly (readonly number[])[];
};

/** Encoded clips. */
export type Pool = {
  /** One of them; what changed is what the planner found. @throws {RangeError} when there is none. */
  read(random: Random): Clip;
};

/** Milliseconds after which a folder is looked at again. */
const LOOK_AGAIN = 20_000;
const PICTURE = 3 * MINI_WIDTH * MINI_HEIGHT;

/** Opens a folder of clips; it may still be filled. */
export function openPool(folder: string): Pool {
  let names: string[] = [];
  let looked = Number.NEGATIVE_INFINITY;
  return {
    read(random) {
      if (performance.now() - looked > LOOK_AGAIN) {
        names = readdirSync(folder).filter((name) => name.endsWith(".json"));
        looked = performance.now();
      }
      if (names.length === 0) throw new RangeError(`${folder}: expected clips, there are none`);
      return readEntry(join(folder, random.pick(names)));
    },
  };
}

function readEntry(path: string): Clip {
  const entry = JSON.parse(readFileSync(path, "utf8")) as PoolEntry;
  const pixels = readFileSync(path.replace(/json$/, "rgb"));
  const times = sampledTimes(entry.frames);
  const scene = drawScene(entry.seed, entry.frames / MINI_FRAME_RATE, entry.variant);
  const changed = entry.planned.map((blocks) => {
    const marks = new Uint8Array(MINI_BLOCKS);
    for (const block of blocks) marks[block] = 1;
    return marks;
  });
  const frames = times.map((_, i) => pixels.subarray(i * PICTURE, (i + 1) * PICTURE));
  return { frames, tracks: trackScene(scene, times), changed };
}
