/** Pixels for the model: only of pictures, and only of blocks, that the planner wants. */

import type { PixelBlocks } from "@symbion/neural";
import type { Grid } from "../planner/grid.ts";

/** A video's pixels on demand, in order: requests never go back in time. */
export interface BlockSource {
  /**
   * Some blocks of the picture at a presentation time (seconds), the picture scaled so that the grid's blocks are
   * `blockSize` pixels on a side. Null where that picture cannot be decoded.
   */
  blocks(
    timestamp: number,
    grid: Grid,
    blockSize: number,
    wanted: Int32Array,
  ): Promise<PixelBlocks | null>;
  /** Pictures decoded so far, those on the way to a wanted one included. */
  readonly decoded: number;
  /** Ends what is running. */
  close(): Promise<void>;
}
