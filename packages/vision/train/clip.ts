/** Clips as the model meets them: pictures at its frame rate, what changed between them, and what is true. */

import {
  MINI_BLOCK,
  MINI_BLOCKS,
  MINI_COLUMNS,
  MINI_FRAME_RATE,
  MINI_ROWS,
} from "../src/mini/prompt.ts";
import { createRenderer } from "./scene/render.ts";
import { drawScene } from "./scene/script.ts";
import type { Scene, Variant } from "./scene/types.ts";
import { type Bounds, boundsOf, type Track, trackScene } from "./truth.ts";

/** Pictures of one scene at {@link MINI_FRAME_RATE}. */
export type Clip = {
  /** RGB bytes, [192, 336, 3] each. */
  readonly frames: readonly Uint8Array[];
  readonly tracks: readonly Track[];
  /** Per frame, 1 for each block that changed since the frame before; all 1 in the first. [28] each. */
  readonly changed: readonly Uint8Array[];
};

/** Moments of a clip's sampled frames. */
export function sampledTimes(frames: number): number[] {
  return Array.from({ length: frames }, (_, i) => i / MINI_FRAME_RATE);
}

/** A clip straight from the renderer; what changed is told by the simulation. */
export function renderedClip(seed: number, frames: number, variant: Variant): Clip {
  const scene = drawScene(seed, frames / MINI_FRAME_RATE, variant);
  const times = sampledTimes(frames);
  const renderer = createRenderer(scene);
  return {
    frames: times.map((time) => renderer.frame(time)),
    tracks: trackScene(scene, times),
    changed: times.map((time, i) =>
      i === 0 ? everything() : changedBetween(scene, time - 0.5, time),
    ),
  };
}

/** All blocks. */
export function everything(): Uint8Array {
  return new Uint8Array(MINI_BLOCKS).fill(1);
}

/** Blocks that a box touches, marked. */
export function markBlocks(marks: Uint8Array, { left, top, right, bottom }: Bounds): void {
  const clampTo = (value: number, most: number): number => Math.min(most, Math.max(0, value));
  if (right <= 0 || bottom <= 0) return;
  const x1 = Math.floor(Math.max(0, left) / MINI_BLOCK);
  const y1 = Math.floor(Math.max(0, top) / MINI_BLOCK);
  const x2 = clampTo(Math.floor(right / MINI_BLOCK), MINI_COLUMNS - 1);
  const y2 = clampTo(Math.floor(bottom / MINI_BLOCK), MINI_ROWS - 1);
  for (let y = y1; y <= y2; y++) {
    for (let x = x1; x <= x2; x++) marks[y * MINI_COLUMNS + x] = 1;
  }
}

function changedBetween(scene: Scene, from: number, to: number): Uint8Array {
  const marks = new Uint8Array(MINI_BLOCKS);
  const steps = 5;
  for (const thing of scene.things) {
    let before = thing.at(from);
    for (let i = 1; i <= steps; i++) {
      const now = thing.at(from + ((to - from) * i) / steps);
      if (before === null || now === null) continue;
      const still =
        Math.hypot(now.x - before.x, now.y - before.y) < 0.3 &&
        Math.abs(now.angle - before.angle) < 0.01;
      if (!still) {
        markBlocks(marks, boundsOf(thing, before));
        markBlocks(marks, boundsOf(thing, now));
      }
      before = now;
    }
  }
  return marks;
}
