/**
 * Motion vectors as a flat list, one entry per partition and list, in the form FFmpeg's `AVMotionVector` side
 * data has: quadrants split below 8x8 show the vector of their top-left block, and a list that any partition of
 * a macroblock uses is listed for all of them.
 */
import type { FrameSignal } from "./signal.ts";
import { MbKind, MbPartition } from "./signal.ts";

/** Numbers per vector: source (-1 list 0, 1 list 1), w, h, dst_x, dst_y, motion_x, motion_y. */
export const VECTOR_FIELDS = 7;

/** A reusable list of vectors. */
export type VectorList = {
  /** Number of vectors. */
  count: number;
  /**
   * {@link VECTOR_FIELDS} numbers per vector: block size and centre in luma samples, motion in quarter samples
   * (the block comes from `dst + motion / 4`). Only the first `count` vectors are valid.
   */
  rows: Int32Array;
};

/** Whether a macroblock uses a list anywhere. */
function usesList(frame: FrameSignal, mb: number, list: 0 | 1): boolean {
  const ref = frame.refIdx[list];
  const at = 4 * mb;
  return ref[at] >= 0 || ref[at + 1] >= 0 || ref[at + 2] >= 0 || ref[at + 3] >= 0;
}

/**
 * Lists a frame's motion vectors.
 *
 * @param out list to refill; a new one is made if absent
 */
export function listVectors(
  frame: FrameSignal,
  out: VectorList = { count: 0, rows: new Int32Array(0) },
): VectorList {
  const { mbWidth, mbHeight, kind, partition, mv, field } = frame;
  const needed = mbWidth * mbHeight * 8 * VECTOR_FIELDS;
  if (out.rows.length < needed) {
    out.rows = new Int32Array(needed);
  }
  const rows = out.rows;
  let at = 0;
  for (let mbY = 0; mbY < mbHeight; mbY++) {
    for (let mbX = 0; mbX < mbWidth; mbX++) {
      const mb = mbY * mbWidth + mbX;
      const shape = partition[mb];
      if (shape === MbPartition.None) {
        continue;
      }
      // Coded B_8x8 macroblocks are listed with both lists whatever they use.
      const bothLists =
        shape === MbPartition.P8x8 &&
        kind[mb] === MbKind.Inter &&
        frame.sliceTypes[frame.slice[mb]] === 1;
      const w = shape === MbPartition.P8x16 || shape === MbPartition.P8x8 ? 8 : 16;
      const h = shape === MbPartition.P16x8 || shape === MbPartition.P8x8 ? 8 : 16;
      // Halves of field macroblocks are listed in frame units.
      const scaleY = field[mb] === 1 && w !== h ? 2 : 1;
      for (let list = 0; list < 2; list++) {
        if (!bothLists && !usesList(frame, mb, list as 0 | 1)) {
          continue;
        }
        const vectors = mv[list as 0 | 1];
        for (let y = 0; y < 16; y += h) {
          for (let x = 0; x < 16; x += w) {
            const vector = 2 * (16 * mb + y + (x >> 2));
            rows[at] = list === 0 ? -1 : 1;
            rows[at + 1] = w;
            rows[at + 2] = h;
            rows[at + 3] = 16 * mbX + x + (w >> 1);
            rows[at + 4] = 16 * mbY + y + (h >> 1);
            rows[at + 5] = vectors[vector];
            rows[at + 6] = vectors[vector + 1] * scaleY;
            at += VECTOR_FIELDS;
          }
        }
      }
    }
  }
  out.count = at / VECTOR_FIELDS;
  return out;
}
