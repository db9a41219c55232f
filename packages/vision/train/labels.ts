/** What a block shows, for the extra lessons of the vision tower and the lower layers; dropped after training. */

import {
  MINI_BLOCK,
  MINI_BLOCKS,
  MINI_COLUMNS,
  MINI_ROWS,
  MINI_WINDOW,
} from "../src/mini/prompt.ts";
import { COLOURS, KINDS } from "./scene/types.ts";
import type { Sight, Track } from "./truth.ts";

/** A lesson's name and its number of classes. */
export type Lesson = readonly [name: string, classes: number];

/** Lessons on a block's soft token: names and numbers of classes; the last class of kind and colour is "none". */
export const SIGHT_LESSONS: readonly Lesson[] = [
  ["kind", KINDS.length + 1],
  ["colour", COLOURS.length + 1],
  ["lying", 2],
  ["across", 5],
  ["down", 5],
  ["column", MINI_COLUMNS],
  ["row", MINI_ROWS],
];

/** Lessons on a block's row after the lower layers: they need the frames before. */
export const MOTION_LESSONS: readonly Lesson[] = [
  ["kind now", KINDS.length + 1],
  ["heading", 5],
  ["new", 2],
  ["kind before", KINDS.length + 1],
  ["colour before", COLOURS.length + 1],
];

/** Marks a class that is not asked for. */
export const NO_CLASS = -1;

type Dominant = { readonly track: Track; readonly sight: Sight; readonly cover: number } | null;

/** Labels of a block in a frame, in the order of the lessons. */
export type BlockLabels = {
  readonly sight: readonly number[];
  readonly motion: readonly number[];
};

/** Labels of one block; `undefined` parts are {@link NO_CLASS} where it is too close to call. */
export function labelBlock(tracks: readonly Track[], frame: number, block: number): BlockLabels {
  const { best: now, clear } = dominant(tracks, frame, block);
  const none = { kind: KINDS.length, colour: COLOURS.length };
  const classes = (found: Dominant): { kind: number; colour: number } =>
    found === null
      ? none
      : {
          kind: KINDS.indexOf(found.track.thing.kind),
          colour: COLOURS.indexOf(found.track.thing.colour),
        };
  const { kind, colour } = clear ? classes(now) : { kind: NO_CLASS, colour: NO_CLASS };
  const known = clear && now !== null;
  const x = (block % MINI_COLUMNS) * MINI_BLOCK + MINI_BLOCK / 2;
  const y = Math.floor(block / MINI_COLUMNS) * MINI_BLOCK + MINI_BLOCK / 2;
  const sight = [
    kind,
    colour,
    known && now.track.thing.kind === "person" ? Number(now.sight.fallen) : NO_CLASS,
    known ? offset(now.sight.x - x) : NO_CLASS,
    known ? offset(now.sight.y - y) : NO_CLASS,
    block % MINI_COLUMNS,
    Math.floor(block / MINI_COLUMNS),
  ];
  if (frame === 0) return { sight, motion: [kind, NO_CLASS, NO_CLASS, NO_CLASS, NO_CLASS] };
  const before = dominant(tracks, frame - 1, block);
  const earlier = before.clear ? classes(before.best) : { kind: NO_CLASS, colour: NO_CLASS };
  const motion = [
    kind,
    known ? heading(now.track, frame) : NO_CLASS,
    known ? isNew(now.track, frame) : NO_CLASS,
    earlier.kind,
    earlier.colour,
  ];
  return { sight, motion };
}

function dominant(
  tracks: readonly Track[],
  frame: number,
  block: number,
): { readonly best: Dominant; readonly clear: boolean } {
  const left = (block % MINI_COLUMNS) * MINI_BLOCK;
  const top = Math.floor(block / MINI_COLUMNS) * MINI_BLOCK;
  let best: Dominant = null;
  let second = 0;
  for (const track of tracks) {
    const sight = track.sights[frame];
    const { bounds } = sight;
    const width = Math.min(bounds.right, left + MINI_BLOCK) - Math.max(bounds.left, left);
    const height = Math.min(bounds.bottom, top + MINI_BLOCK) - Math.max(bounds.top, top);
    if (width <= 0 || height <= 0 || sight.seen === 0) continue;
    // What is carried is in front of its carrier and smaller.
    const cover = width * height * (sight.held ? 1.6 : 1);
    if (best === null || cover > best.cover) {
      second = best?.cover ?? 0;
      best = { track, sight, cover };
    } else if (cover > second) {
      second = cover;
    }
  }
  if (best === null || best.cover < 40) return { best: null, clear: true };
  const enough = best.cover > 180;
  return { best, clear: enough && second < 0.75 * best.cover };
}

/** Five bands of how far the middle of a thing is from the middle of the block. */
function offset(pixels: number): number {
  if (pixels < -26) return 0;
  if (pixels < -9) return 1;
  if (pixels <= 9) return 2;
  return pixels <= 26 ? 3 : 4;
}

/** 0 still, 1 left, 2 right, 3 up, 4 down; since the frame before. */
function heading({ sights }: Track, frame: number): number {
  const now = sights[frame];
  const before = sights[frame - 1];
  if (before.seen < 0.02) return NO_CLASS;
  const dx = now.x - before.x;
  const dy = now.bounds.bottom - before.bounds.bottom;
  if (Math.hypot(dx, dy) < 2) return 0;
  if (Math.hypot(dx, dy) < 7) return NO_CLASS;
  if (Math.abs(dx) > Math.abs(dy)) return dx < 0 ? 1 : 2;
  return dy < 0 ? 3 : 4;
}

/** Whether it was not there when the window began. */
function isNew({ sights }: Track, frame: number): number {
  const { seen } = sights[Math.max(0, frame - MINI_WINDOW + 1)];
  if (seen < 0.04) return 1;
  return seen > 0.5 ? 0 : NO_CLASS;
}

/** Labels of all blocks of a frame. */
export function labelFrame(tracks: readonly Track[], frame: number): BlockLabels[] {
  return Array.from({ length: MINI_BLOCKS }, (_, block) => labelBlock(tracks, frame, block));
}
