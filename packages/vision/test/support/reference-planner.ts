/**
 * The planner once more, as directly from its rules as can be: rectangles that overlap, loops over all frames since the
 * block was last kept, nothing remembered. Only for policies that go by vectors as coded.
 */

import { type FrameSignal, MbKind } from "@symbion/codec";
import type { Grid, Policy } from "@symbion/vision";

/** Blocks kept of one sampled picture, ascending. */
export type ReferencePlan = { readonly whole: boolean; readonly kept: readonly number[] };

/** A rectangle of the picture in which nothing counts as change, in blocks of the grid. */
export type Ignored = {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
};

/** Plans for frames of which every `every`th, from the first on, is a sampled picture. */
export function referencePlans(
  frames: readonly FrameSignal[],
  policy: Policy,
  every: number,
  grid: Grid,
  ignored: Ignored | null = null,
): ReferencePlan[] {
  const count = grid.columns * grid.rows;
  const plans: ReferencePlan[] = [];
  /** Per block, the frame it was last kept at; and the frame that was last whole. */
  const keptAt = new Array<number>(count).fill(-1);
  let wholeAt = -1;
  for (let at = 0; at < frames.length; at += every) {
    const keyframe = frames.slice(wholeAt + 1, at + 1).some(({ type }) => type === "I");
    const before = plans.length === 0 ? -1 : at - every;
    const blind = frames.slice(before + 1, at + 1).every((frame) => !tells(frame));
    const due = wholeAt < 0 || (policy.whole.keyframes && keyframe) || blind;
    const kept: number[] = [];
    for (let block = 0; block < count; block++) {
      const since = policy.since === "whole" ? wholeAt : (keptAt[block] as number);
      const changed = frames
        .slice(since + 1, at + 1)
        .some((frame) => blockChanged(frame, block, grid, policy, ignored));
      const age = (frames[at]?.timestamp ?? 0) - (frames[keptAt[block] ?? 0]?.timestamp ?? 0);
      const stale = policy.stalenessSeconds !== null && age > policy.stalenessSeconds;
      if (due || changed || stale) kept.push(block);
    }
    for (const block of kept) keptAt[block] = at;
    if (due) wholeAt = at;
    plans.push({ whole: due, kept });
  }
  return plans;
}

function tells({ type, kind }: FrameSignal): boolean {
  const intras = kind.filter((one) => isIntra(one)).length;
  return type !== "I" && intras < 0.9 * kind.length;
}

function isIntra(kind: number): boolean {
  return kind >= MbKind.Intra4x4 && kind <= MbKind.IntraPcm;
}

function blockChanged(
  frame: FrameSignal,
  block: number,
  grid: Grid,
  policy: Policy,
  ignored: Ignored | null,
): boolean {
  const column = block % grid.columns;
  const line = Math.floor(block / grid.columns);
  const inside = (one: Ignored, x: number, y: number): boolean =>
    x >= one.left && x <= one.right && y >= one.top && y <= one.bottom;
  if (ignored !== null && inside(ignored, column, line) && inside(ignored, column + 1, line + 1)) {
    return false;
  }
  const left = ((block % grid.columns) * frame.width) / grid.columns;
  const top = (Math.floor(block / grid.columns) * frame.height) / grid.rows;
  const right = left + frame.width / grid.columns;
  const bottom = top + frame.height / grid.rows;
  for (let mb = 0; mb < frame.kind.length; mb++) {
    const x = 16 * (mb % frame.mbWidth);
    const y = 16 * Math.floor(mb / frame.mbWidth);
    if (ignored !== null) {
      const middleX = (Math.min(x + 8, frame.width - 0.5) * grid.columns) / frame.width;
      const middleY = (Math.min(y + 8, frame.height - 0.5) * grid.rows) / frame.height;
      if (inside(ignored, middleX, middleY)) continue;
    }
    // Macroblocks wholly beyond the picture's edge belong to the blocks at the edge.
    const apart =
      x >= right - 1e-9 || x + 16 <= left + 1e-9 || y >= bottom - 1e-9 || y + 16 <= top + 1e-9;
    if (!apart && macroblockChanged(frame, mb, policy)) return true;
  }
  return false;
}

function macroblockChanged(frame: FrameSignal, mb: number, policy: Policy): boolean {
  const kind = frame.kind[mb] ?? 0;
  if (frame.damaged && kind === MbKind.Missing) return true;
  if (frame.type === "I") return false;
  if (isIntra(kind)) return policy.intra;
  if (kind === MbKind.Missing) return false;
  for (const list of frame.mv) {
    for (let block = 0; block < 16; block++) {
      const x = list[2 * (16 * mb + block)] ?? 0;
      const y = (list[2 * (16 * mb + block) + 1] ?? 0) * (frame.field[mb] === 1 ? 2 : 1);
      if (Math.sqrt(x * x + y * y) / 4 >= policy.threshold) return true;
    }
  }
  return false;
}
