/** Parts of a picture in which nothing counts as change, as macroblocks and as blocks of the model's grid. */

import { insidePolygon, rasterise } from "../motion/geometry.ts";
import type { Point } from "../motion/types.ts";
import type { Grid } from "./grid.ts";

/** What lies in ignored parts, 1 each. */
export type Hidden = {
  /** Macroblocks whose centre does, in raster order. */
  readonly macroblocks: Uint8Array;
  /** Blocks that do as far as a raster of {@link FINE} points each way can tell, in raster order. */
  readonly blocks: Uint8Array;
};

/** A picture's size in luma samples and in macroblocks, and the model's grid on it. */
export type PictureGrid = {
  /** Cropped width in luma samples. */
  readonly width: number;
  /** Cropped height in luma samples. */
  readonly height: number;
  /** Macroblock columns. */
  readonly mbWidth: number;
  /** Macroblock rows. */
  readonly mbHeight: number;
  /** The grid that blocks are numbered on. */
  readonly grid: Grid;
};

/** Points of a block that are looked at, each way. */
const FINE = 16;

/** Marks what lies in the polygons, taken together; null where there is none. */
export function hide(polygons: readonly (readonly Point[])[], size: PictureGrid): Hidden | null {
  if (polygons.length === 0) return null;
  const { width, height, mbWidth, mbHeight } = size;
  const { columns, rows } = size.grid;
  const macroblocks = new Uint8Array(mbWidth * mbHeight);
  for (const points of polygons) rasterise(points, mbWidth, mbHeight, width, height, macroblocks);
  const blocks = new Uint8Array(columns * rows);
  for (let block = 0; block < blocks.length; block++) {
    blocks[block] = covered(polygons, block % columns, Math.floor(block / columns), size.grid);
  }
  return { macroblocks, blocks };
}

function covered(
  polygons: readonly (readonly Point[])[],
  column: number,
  row: number,
  { columns, rows }: Grid,
): 0 | 1 {
  for (let down = 0.5; down < FINE; down++) {
    const y = (row + down / FINE) / rows;
    for (let across = 0.5; across < FINE; across++) {
      const x = (column + across / FINE) / columns;
      if (!polygons.some((points) => insidePolygon(points, x, y))) return 0;
    }
  }
  return 1;
}
