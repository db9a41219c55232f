/** Who sees whom: additive attention masks from positions and branches. */

/** Added to the score of a slot that is not seen. */
export const UNSEEN = -1e9;

/** What stands in each slot that a row might see. */
export type SlotState = {
  /** Position of the token, or -1 where the slot is empty. */
  readonly positions: Int32Array;
  /** Branch of the token; 0 is seen by all. */
  readonly branches: Int32Array;
};

/**
 * Mask of rows over slots, [rows, slots]: 0 where the slot is filled, not later than the row, within the window (the
 * row's own position counts), and of branch 0 or the row's own.
 */
export function slotMask(
  slots: SlotState,
  positions: ArrayLike<number>,
  branches: ArrayLike<number> | undefined,
  window: number = Number.POSITIVE_INFINITY,
): Float32Array {
  const count = slots.positions.length;
  const mask = new Float32Array(positions.length * count).fill(UNSEEN);
  for (let row = 0; row < positions.length; row++) {
    const position = positions[row] as number;
    const branch = branches?.[row] ?? 0;
    const first = Math.max(0, position - window + 1);
    for (let slot = 0, at = row * count; slot < count; slot++, at++) {
      const there = slots.positions[slot];
      if (there < first || there > position) continue;
      const other = slots.branches[slot];
      if (other === 0 || other === branch) mask[at] = 0;
    }
  }
  return mask;
}

/**
 * Mask of a sequence over itself, [length, length]: causal, within the window. Rows from `length` behind `valid` on
 * are padding, which nobody but themselves sees.
 */
export function causalMask(
  length: number,
  window: number = Number.POSITIVE_INFINITY,
  valid: number = length,
): Float32Array {
  const mask = new Float32Array(length * length).fill(UNSEEN);
  for (let row = 0; row < length; row++) {
    for (let column = Math.max(0, row - window + 1); column <= row; column++) {
      if (column < valid || column === row) mask[row * length + column] = 0;
    }
  }
  return mask;
}
