import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { PromptPart } from "../src/generate/prompt.ts";
import type { SmolVlmVisionConfig } from "../src/smolvlm/config.ts";
import { planSmolVlmImage, smolVlmImagePrompt, splitSmolVlmImage } from "../src/smolvlm/images.ts";
import { smolVlmLayout } from "../src/smolvlm/layout.ts";
import { type RgbImage, resizeLanczos } from "../src/smolvlm/resize.ts";
import { smolVlmPositions } from "../src/smolvlm/vision.ts";
import models from "./golden/smolvlm.json" with { type: "json" };
import images from "./golden/smolvlm-images.json" with { type: "json" };

/** The same picture as in the oracle. */
function picture(width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      data[at++] = Math.floor((x * 255) / Math.max(width - 1, 1));
      data[at++] = Math.floor((y * 255) / Math.max(height - 1, 1));
      data[at++] = ((Math.floor(x / 7) + Math.floor(y / 5)) % 2) * 200 + ((x * y) % 56);
    }
  }
  return { width, height, data };
}

test.each(images.images)(
  "tiles of a $width x $height picture (longest $longest, tile $tile, split $split) are the processor's, byte for byte",
  ({ width, height, longest, tile, split, rows, columns, shape, sha256, start }) => {
    const options = { longestEdge: longest, tileSize: tile, split };
    const result = splitSmolVlmImage(picture(width, height), options);
    expect([result.rows, result.columns]).toEqual([rows, columns]);
    expect(result.tiles.length).toBe(shape[0]);
    expect([...(result.tiles[0]?.data.subarray(0, 12) ?? [])]).toEqual(start);
    const sums = result.tiles.map(({ data }) => createHash("sha256").update(data).digest("hex"));
    expect(sums).toEqual(sha256);
  },
);

test.each(images.layouts)(
  "a $width x $height picture is laid out as by the processor",
  (golden) => {
    const plan = planSmolVlmImage(golden.width, golden.height);
    expect(plan).toEqual({
      scaled: golden.first,
      fitted: golden.second,
      rows: golden.rows,
      columns: golden.columns,
    });
  },
);

test.each(images.prompts)("the prompt of $rows x $columns tiles is the processor's", (golden) => {
  expect(smolVlmImagePrompt(golden.rows, golden.columns, golden.tokens)).toBe(golden.text);
});

test.each(models.positions)(
  "positions of a grid under a table of $side are the model's",
  ({ side, rows, columns }) => {
    expect([...smolVlmPositions(rows.length, side)]).toEqual(rows);
    expect([...smolVlmPositions(columns.length, side)]).toEqual(columns);
  },
);

/** What a prompt says, with an `<image>` for each block. */
function written(parts: readonly PromptPart[]): string {
  return parts
    .map((part) => {
      if (part.kind === "text") return part.text;
      return part.kind === "blocks" ? "<image>".repeat(part.blocks.count) : "";
    })
    .join("");
}

const VISION: SmolVlmVisionConfig = {
  width: 32,
  layers: 1,
  heads: 2,
  mlpWidth: 32,
  epsilon: 1e-6,
  patch: 4,
  side: 8,
  shuffle: 4,
};

test("an image in a prompt is its tiles' blocks between the marks", () => {
  const layout = smolVlmLayout(VISION);
  const image = picture(60, 97);
  const parts = layout.image(image);
  expect(written(parts)).toBe(smolVlmImagePrompt(4, 3, 4));
  const { tiles } = splitSmolVlmImage(image, { longestEdge: 128, tileSize: 32 });
  const blocks = parts.filter((part) => part.kind === "blocks").map((part) => part.blocks);
  expect(blocks.length).toBe(tiles.length);
  // The second block of the fifth tile begins at its pixel (16, 0).
  const first = [...(tiles[4]?.data.subarray(48, 51) ?? [])].map((byte) => Math.fround(byte / 255));
  expect([...(blocks[4]?.pixels.subarray(16 * 16 * 3, 16 * 16 * 3 + 3) ?? [])]).toEqual(first);
  const whole = smolVlmLayout(VISION, { split: false }).image(image);
  expect(written(whole)).toBe(smolVlmImagePrompt(0, 0, 4));
});

test.each(images.videos)("a video of $count frames is introduced as by the processor", (golden) => {
  // A frame is one block here; the oracle writes two tokens.
  const layout = smolVlmLayout({ ...VISION, patch: 1, side: 4 });
  const image = picture(4, 4);
  const frames = Array.from({ length: golden.count }, (_, i) => ({
    image,
    seconds: i * golden.step,
  }));
  const text = written(layout.video(frames)).replaceAll("<image>", "<image><image>");
  expect(text.slice(0, text.indexOf("\n"))).toBe(golden.intro);
  expect(text.slice(-100)).toBe(golden.end);
  expect(createHash("sha256").update(text).digest("hex")).toBe(golden.sha256);
});

test("pictures and options that make no sense are refused by name", () => {
  expect(() => smolVlmLayout(VISION).video([])).toThrow(/at least one frame, got none/);
  expect(() => planSmolVlmImage(0, 5)).toThrow(/at least 1 x 1 pixels, got 0 x 5/);
  expect(() => planSmolVlmImage(5, 5, { tilesize: 3 } as object)).toThrow(/got tilesize/);
  expect(() => planSmolVlmImage(5, 5, { tileSize: 0 })).toThrow(/side of 1 to 4096/);
  const short: RgbImage = { width: 2, height: 2, data: new Uint8Array(11) };
  expect(() => resizeLanczos(short, 3, 3)).toThrow(/expected 12 bytes .* got 11/);
  expect(() => resizeLanczos(picture(2, 2), 0, 3)).toThrow(RangeError);
});
