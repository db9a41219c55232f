/**
 * Which blocks of which frames a training sequence keeps. The model has to answer alike whatever a planner keeps, so
 * each sequence gets a rule of its own, from keeping all to keeping what changed and less.
 */

import { MINI_BLOCKS, MINI_COLUMNS, MINI_ROWS, MINI_WINDOW } from "../src/mini/prompt.ts";
import type { Random } from "./random.ts";

/** A rule, drawn at random. */
export type KeepRule = {
  /** All blocks of all frames. */
  readonly full: boolean;
  /** Frames from one whole frame to the next; null refreshes blocks one by one, each at least once a window. */
  readonly anchors: number | null;
  /** Keep all that has changed since the last whole frame, not since the last frame. */
  readonly union: boolean;
  /** Also blocks beside those that changed. */
  readonly dilate: boolean;
  /** Frames for which a block is kept after it changed. */
  readonly hold: number;
  /** Chance of a block that did not change to be kept. */
  readonly extra: number;
  /** Chance of a block that changed to be missed. */
  readonly missed: number;
};

/** Draws a rule that prunes. */
export function drawRule(random: Random): KeepRule {
  return {
    full: false,
    anchors: random.chance(0.3) ? null : random.pick([MINI_WINDOW, MINI_WINDOW, 6, 4]),
    union: random.chance(0.2),
    dilate: random.chance(0.2),
    hold: random.chance(0.25) ? 1 : 0,
    extra: random.pick([0, 0, 0.03, 0.12]),
    missed: random.pick([0, 0, 0, 0.06]),
  };
}

/** The rule that keeps everything. */
export const KEEP_ALL: KeepRule = {
  full: true,
  anchors: 1,
  union: false,
  dilate: false,
  hold: 0,
  extra: 0,
  missed: 0,
};

/** What changed and nothing else, and a whole frame each window. */
export const KEEP_CHANGED: KeepRule = {
  full: false,
  anchors: MINI_WINDOW,
  union: false,
  dilate: false,
  hold: 0,
  extra: 0,
  missed: 0,
};

/** Per frame, the indices of the blocks kept, ascending. */
export function keptBlocks(
  changed: readonly Uint8Array[],
  rule: KeepRule,
  random: Random,
): number[][] {
  const lastChange = new Int32Array(MINI_BLOCKS).fill(-100);
  const lastKept = new Int32Array(MINI_BLOCKS).fill(-100);
  // The first frame is whole; where the next whole one comes is chance, as it is for a camera one joins.
  const phase = rule.anchors === null ? 0 : random.integer(1, rule.anchors);
  let anchor = 0;
  return changed.map((marks, frame) => {
    for (let block = 0; block < MINI_BLOCKS; block++) {
      if (marks[block] === 1 && !(rule.missed > 0 && random.chance(rule.missed))) {
        lastChange[block] = frame;
      }
    }
    const whole =
      rule.full ||
      frame === 0 ||
      (rule.anchors !== null && (frame - phase) % rule.anchors === 0 && frame >= phase);
    if (whole) anchor = frame;
    const kept: number[] = [];
    for (let block = 0; block < MINI_BLOCKS; block++) {
      const since = rule.union ? anchor + 1 : frame - rule.hold;
      const keep =
        whole ||
        lastChange[block] >= since ||
        (rule.dilate && besideChange(lastChange, block, frame)) ||
        (rule.extra > 0 && random.chance(rule.extra)) ||
        (rule.anchors === null && frame - lastKept[block] >= stale(block));
      if (!keep) continue;
      lastKept[block] = frame;
      kept.push(block);
    }
    return kept;
  });
}

/** Ages at which single blocks are refreshed differ, so that they don't all come due at once. */
function stale(block: number): number {
  return MINI_WINDOW - 1 - (block % 4);
}

function besideChange(lastChange: Int32Array, block: number, frame: number): boolean {
  const x = block % MINI_COLUMNS;
  const y = Math.floor(block / MINI_COLUMNS);
  return (
    (x > 0 && lastChange[block - 1] === frame) ||
    (x < MINI_COLUMNS - 1 && lastChange[block + 1] === frame) ||
    (y > 0 && lastChange[block - MINI_COLUMNS] === frame) ||
    (y < MINI_ROWS - 1 && lastChange[block + MINI_COLUMNS] === frame)
  );
}
