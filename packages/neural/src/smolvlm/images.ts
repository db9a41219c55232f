/** Pictures as SmolVLM2 sees them: tiles of one size and the whole picture once more, and the text that stands for them. */

import { type RgbImage, resizeLanczos } from "./resize.ts";

/** How a picture is divided; the defaults are those of the published SmolVLM2-256M and 500M. */
export type SmolVlmImageOptions = {
  /** Pixels that the longer side is brought to before it is divided; default 2048. */
  readonly longestEdge?: number | undefined;
  /** Pixels on a side of a tile; default 512. */
  readonly tileSize?: number | undefined;
  /** Whether it is divided at all; if not, it is squeezed into one tile, as frames of a video are. Default true. */
  readonly split?: boolean | undefined;
};

/** A picture in tiles. */
export type SmolVlmTiles = {
  /** Rows of tiles; 0 when the picture is one tile. */
  readonly rows: number;
  /** Columns of tiles; 0 when the picture is one tile. */
  readonly columns: number;
  /**
   * Tiles row by row, then, where there is more than one, the whole picture squeezed into a tile. `imageBlocks` cuts
   * them into blocks.
   */
  readonly tiles: readonly RgbImage[];
};

/** Sizes on the way to the tiles. */
export type SmolVlmLayout = {
  /** Width and height after the first resampling, which keeps the proportions. */
  readonly scaled: readonly [width: number, height: number];
  /** Width and height after the second, multiples of the tile; the tile itself when nothing is split. */
  readonly fitted: readonly [width: number, height: number];
  /** As in {@link SmolVlmTiles}. */
  readonly rows: number;
  /** As in {@link SmolVlmTiles}. */
  readonly columns: number;
};

const LONGEST_EDGE = 2048;
const TILE = 512;
/** No side is brought beyond this. */
const MAX_SIDE = 4096;

/** Where a picture of a size is cut. @throws {RangeError} for a size without pixels, or an option that is unknown. */
export function planSmolVlmImage(
  width: number,
  height: number,
  options: SmolVlmImageOptions = {},
): SmolVlmLayout {
  const { longest, tile, split } = checked(options);
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
    throw new RangeError(`expected a picture of at least 1 x 1 pixels, got ${width} x ${height}`);
  }
  const scaled = scale(width, height, longest);
  if (!split) return { scaled, fitted: [tile, tile], rows: 0, columns: 0 };
  const fitted = fit(scaled[0], scaled[1], tile);
  const one = fitted[0] === tile && fitted[1] === tile;
  return {
    scaled,
    fitted,
    rows: one ? 0 : fitted[1] / tile,
    columns: one ? 0 : fitted[0] / tile,
  };
}

/**
 * Divides a picture, pixel for pixel as Hugging Face's processor with Pillow does.
 * @throws {RangeError} as {@link planSmolVlmImage} does, or when the pixels don't fill the picture.
 */
export function splitSmolVlmImage(
  image: RgbImage,
  options: SmolVlmImageOptions = {},
): SmolVlmTiles {
  const { tile } = checked(options);
  const { scaled, fitted, rows, columns } = planSmolVlmImage(image.width, image.height, options);
  const whole = resizeLanczos(resizeLanczos(image, ...scaled), ...fitted);
  if (rows === 0) return { rows, columns, tiles: [whole] };
  const tiles: RgbImage[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      tiles.push(crop(whole, column * tile, row * tile, tile));
    }
  }
  tiles.push(resizeLanczos(whole, tile, tile));
  return { rows, columns, tiles };
}

/**
 * The text that takes a picture's place in a prompt: a mark per tile and one `<image>` per token.
 * `tokensPerTile` is 64 for tiles of 512 pixels.
 */
export function smolVlmImagePrompt(rows: number, columns: number, tokensPerTile: number): string {
  const fake = "<fake_token_around_image>";
  const tokens = "<image>".repeat(tokensPerTile);
  const whole = `${fake}<global-img>${tokens}${fake}`;
  if (rows === 0 && columns === 0) return whole;
  let text = "";
  for (let row = 1; row <= rows; row++) {
    for (let column = 1; column <= columns; column++) {
      text += `${fake}<row_${row}_col_${column}>${tokens}`;
    }
    text += "\n";
  }
  return `${text}\n${whole}`;
}

/** Sizes as the processor computes them, down to where it cuts off fractions. */
function scale(width: number, height: number, longest: number): [number, number] {
  const ratio = width / height;
  let w = longest;
  let h = longest;
  if (width >= height) h = even(Math.trunc(w / ratio));
  else w = even(Math.trunc(h * ratio));
  [w, h] = [Math.max(w, 1), Math.max(h, 1)];
  const second = w / h;
  if (w >= h && w > MAX_SIDE) [w, h] = [MAX_SIDE, Math.trunc(MAX_SIDE / second)];
  else if (h > w && h > MAX_SIDE) [w, h] = [Math.trunc(MAX_SIDE * second), MAX_SIDE];
  return [Math.max(w, 1), Math.max(h, 1)];
}

function even(length: number): number {
  return length + (length % 2);
}

function fit(width: number, height: number, tile: number): [number, number] {
  const up = (length: number): number => Math.ceil(length / tile) * tile;
  const ratio = width / height;
  if (width >= height) return [up(width), up(Math.trunc(up(width) / ratio))];
  return [up(Math.trunc(up(height) * ratio)), up(height)];
}

function crop(image: RgbImage, left: number, top: number, size: number): RgbImage {
  const data = new Uint8Array(size * size * 3);
  for (let y = 0; y < size; y++) {
    const from = ((top + y) * image.width + left) * 3;
    data.set(image.data.subarray(from, from + size * 3), y * size * 3);
  }
  return { width: size, height: size, data };
}

function checked(options: SmolVlmImageOptions): { longest: number; tile: number; split: boolean } {
  const known = ["longestEdge", "tileSize", "split"];
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new RangeError(`expected options ${known.join(", ")}, got ${unknown}`);
  }
  const { longestEdge: longest = LONGEST_EDGE, tileSize: tile = TILE, split = true } = options;
  for (const side of [longest, tile]) {
    if (!Number.isInteger(side) || side < 1 || side > MAX_SIDE) {
      throw new RangeError(`expected a side of 1 to ${MAX_SIDE} pixels, got ${side}`);
    }
  }
  return { longest, tile, split };
}
