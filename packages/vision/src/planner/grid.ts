/** The model's grid of blocks laid over a picture, and which blocks each macroblock touches. */

/** Blocks across and down. The grid is stretched over the whole picture, as the scaled picture is. */
export type Grid = {
  /** Blocks across. */
  readonly columns: number;
  /** Blocks down. */
  readonly rows: number;
};

/** Along one axis: first and last block that each macroblock overlaps. */
export type Span = { readonly first: Uint16Array; readonly last: Uint16Array };

/**
 * Blocks that macroblocks overlap along one axis, by area and not by touch. Macroblocks beyond the picture's edge (it
 * is cropped) count to the last block.
 *
 * @param macroblocks number of macroblocks
 * @param size cropped width or height of the picture in luma samples
 * @param blocks number of blocks
 */
export function overlap(macroblocks: number, size: number, blocks: number): Span {
  const first = new Uint16Array(macroblocks);
  const last = new Uint16Array(macroblocks);
  for (let mb = 0; mb < macroblocks; mb++) {
    // In units of one sample times the number of blocks: whole numbers, so that edges that meet do not overlap.
    const from = 16 * mb * blocks;
    const to = (16 * mb + 16) * blocks;
    first[mb] = Math.min(blocks - 1, Math.floor(from / size));
    last[mb] = Math.min(blocks - 1, Math.ceil(to / size) - 1);
  }
  return { first, last };
}
