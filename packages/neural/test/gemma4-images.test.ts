/** Sizes and pixels that Gemma 4 sees, against Hugging Face's image processor (oracle/gemma4.py). */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { GEMMA4_E2B, gemma4Grid, gemma4ResizeImage, imageBlocks } from "../src/index.ts";

const golden = JSON.parse(
  readFileSync(new URL("golden/gemma4-images.json", import.meta.url), "utf8"),
) as {
  readonly sizes: readonly (readonly [number, number, number, number, number])[];
  readonly images: readonly {
    readonly width: number;
    readonly height: number;
    readonly budget: number;
    readonly tokens: number;
    readonly across: number;
    readonly down: number;
    readonly sha256: string;
    readonly start: readonly number[];
  }[];
};

const vision = GEMMA4_E2B.vision ?? expect.fail("E2B sees");

/** The oracle's picture. */
function picture(width: number, height: number): Uint8Array {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      data[at++] = Math.floor((x * 255) / Math.max(width - 1, 1));
      data[at++] = Math.floor((y * 255) / Math.max(height - 1, 1));
      data[at++] = ((Math.floor(x / 7) + Math.floor(y / 5)) % 2) * 200 + ((x * y) % 56);
    }
  }
  return data;
}

describe("gemma4Grid", () => {
  it.each(golden.sizes)("puts %i x %i within %i tokens", (width, height, budget, across, down) => {
    const grid = gemma4Grid(vision, width, height, budget);
    expect([grid.width * 48, grid.height * 48]).toEqual([across, down]);
    expect(grid.width * grid.height).toBeLessThanOrEqual(budget);
  });

  it("refuses pictures without pixels", () => {
    expect(() => gemma4Grid(vision, 0, 10, 70)).toThrow(RangeError);
    expect(() => gemma4Grid(vision, Number.NaN, 10, 70)).toThrow(RangeError);
    expect(() => gemma4Grid(vision, 10, 10, 0)).toThrow(RangeError);
  });
});

describe("blocks of a picture", () => {
  it.each(golden.images)("$width x $height in $budget: same bytes, same order", (expected) => {
    const { width, height, budget } = expected;
    const image = { width, height, data: picture(width, height) };
    const resized = gemma4ResizeImage(vision, image, budget);
    expect([resized.width / 16, resized.height / 16]).toEqual([expected.across, expected.down]);
    const { pixels, count, columns, rows, gridWidth } = imageBlocks(resized, 48);
    expect(count).toBe(expected.tokens);

    // The processor's patches go row by row over the picture, ours block by block.
    const patches = new Uint8Array(pixels.length);
    for (let block = 0; block < count; block++) {
      for (let y = 0; y < 48; y++) {
        for (let x = 0; x < 48; x++) {
          const column = (columns[block] ?? 0) * 3 + Math.floor(x / 16);
          const row = (rows[block] ?? 0) * 3 + Math.floor(y / 16);
          const patch = row * gridWidth * 3 + column;
          const to = patch * 768 + ((y % 16) * 16 + (x % 16)) * 3;
          for (let c = 0; c < 3; c++) {
            patches[to + c] = Math.round((pixels[((block * 48 + y) * 48 + x) * 3 + c] ?? 0) * 255);
          }
        }
      }
    }
    expect([...patches.subarray(768, 792)]).toEqual(expected.start);
    expect(createHash("sha256").update(patches).digest("hex")).toBe(expected.sha256);
  });

  it("takes the blocks that are asked for, in that order", () => {
    const image = { width: 144, height: 96, data: picture(144, 96) };
    const all = imageBlocks(image, 48);
    const some = imageBlocks(image, 48, [5, 0]);
    const length = 48 * 48 * 3;
    expect([...some.columns, ...some.rows]).toEqual([2, 0, 1, 0]);
    expect(some.pixels.subarray(0, length)).toEqual(all.pixels.subarray(5 * length, 6 * length));
    expect(() => imageBlocks(image, 48, [6])).toThrow(RangeError);
    expect(() => imageBlocks({ ...image, width: 100 }, 48)).toThrow(RangeError);
  });
});
