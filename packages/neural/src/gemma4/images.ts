/** Pictures as Gemma 4 sees them: resized within a budget of tokens, cut into blocks. */

import type { PixelBlocks } from "../model/types.ts";
import { type RgbImage, resizeBicubic } from "../smolvlm/resize.ts";
import { blockSizeOf, type Gemma4VisionConfig } from "./config.ts";

/** Tokens an image may become; 280 is the default for pictures, 70 for frames of a video. */
export const GEMMA4_BUDGETS = [70, 140, 280, 560, 1120] as const;

/** Blocks across and down an image. */
export type BlockGrid = { readonly width: number; readonly height: number };

/**
 * The grid of blocks that a picture is resized to: the largest of its shape within `budget` blocks, each side rounded
 * down to whole blocks. @throws {RangeError} for a picture without pixels or a budget below 1.
 */
export function gemma4Grid(
  vision: Gemma4VisionConfig,
  width: number,
  height: number,
  budget: number,
): BlockGrid {
  if (!(width >= 1 && height >= 1 && budget >= 1)) {
    throw new RangeError(`expected pixels and a budget, got ${width} x ${height} and ${budget}`);
  }
  const side = blockSizeOf(vision);
  const factor = Math.sqrt((budget * side * side) / (height * width));
  const across = Math.floor((factor * width) / side);
  const down = Math.floor((factor * height) / side);
  if (across === 0) return { width: 1, height: Math.min(Math.floor(height / width), budget) };
  if (down === 0) return { width: Math.min(Math.floor(width / height), budget), height: 1 };
  return { width: across, height: down };
}

/** A picture resized to its grid: pixels of all its blocks. */
export function gemma4ResizeImage(
  vision: Gemma4VisionConfig,
  image: RgbImage,
  budget: number,
): RgbImage {
  const side = blockSizeOf(vision);
  const { width, height } = gemma4Grid(vision, image.width, image.height, budget);
  return resizeBicubic(image, width * side, height * side);
}

/**
 * Some blocks, or all, of a picture whose sides are whole numbers of blocks; `kept` gives their indices, row by row.
 * @throws {RangeError} for other sides, or an index outside the grid.
 */
export function imageBlocks(
  image: RgbImage,
  blockSize: number,
  kept?: ArrayLike<number>,
): PixelBlocks {
  const gridWidth = image.width / blockSize;
  const gridHeight = image.height / blockSize;
  if (!Number.isInteger(gridWidth) || !Number.isInteger(gridHeight)) {
    throw new RangeError(
      `expected sides of whole blocks of ${blockSize}, got ${image.width} x ${image.height}`,
    );
  }
  const total = gridWidth * gridHeight;
  const which = kept ?? Array.from({ length: total }, (_, i) => i);
  const count = which.length;
  const line = blockSize * 3;
  const pixels = new Float32Array(count * blockSize * line);
  const columns = new Int32Array(count);
  const rows = new Int32Array(count);
  for (let i = 0, at = 0; i < count; i++) {
    const block = which[i] as number;
    if (!(Number.isInteger(block) && block >= 0 && block < total)) {
      throw new RangeError(`expected blocks below ${total}, got ${block}`);
    }
    columns[i] = block % gridWidth;
    rows[i] = Math.floor(block / gridWidth);
    for (let y = 0; y < blockSize; y++) {
      let from = ((rows[i] * blockSize + y) * image.width + columns[i] * blockSize) * 3;
      for (const end = at + line; at < end; ) pixels[at++] = image.data[from++] / 255;
    }
  }
  return { count, pixels, columns, rows, gridWidth, gridHeight };
}
