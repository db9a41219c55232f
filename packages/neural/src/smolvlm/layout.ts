/** How SmolVLM2 writes images and videos into its prompts. */

import { imageBlocks } from "../gemma4/images.ts";
import type { MediaLayout, PromptPart, VideoFrame } from "../generate/prompt.ts";
import { type SmolVlmVisionConfig, smolVlmBlockSize } from "./config.ts";
import { smolVlmImagePrompt, splitSmolVlmImage } from "./images.ts";
import type { RgbImage } from "./resize.ts";

/** How large pictures may become. */
export type SmolVlmLayoutOptions = {
  /** Pixels that the longer side of an image is brought to before it is divided into tiles; default 4 tiles. */
  readonly longestEdge?: number | undefined;
  /** Whether images are divided into tiles; if not, each takes the tokens of one tile. Default true. */
  readonly split?: boolean | undefined;
};

/** SmolVLM2's layout: an image as its tiles and the whole, a video as its frames, one tile each, behind their times. */
export function smolVlmLayout(
  vision: SmolVlmVisionConfig,
  options: SmolVlmLayoutOptions = {},
): MediaLayout {
  const tileSize = vision.side * vision.patch;
  const { longestEdge = 4 * tileSize, split = true } = options;
  const blockSize = smolVlmBlockSize(vision);
  const picture = (image: RgbImage, edge: number, divided: boolean): PromptPart[] => {
    const { rows, columns, tiles } = splitSmolVlmImage(image, {
      longestEdge: edge,
      tileSize,
      split: divided,
    });
    // One mark per tile says where its blocks go.
    const texts = smolVlmImagePrompt(rows, columns, 1).split("<image>");
    return texts.flatMap((text, i): PromptPart[] => {
      const tile = tiles[i];
      const written: PromptPart = { kind: "text", text };
      return tile === undefined
        ? [written]
        : [written, { kind: "blocks", blocks: imageBlocks(tile, blockSize) }];
    });
  };
  return {
    imagePlaceholder: "<image>",
    videoPlaceholder: "<video>",
    image: (image) => picture(image, longestEdge, split),
    video: (frames) => [
      { kind: "text", text: introduction(frames) },
      ...frames.flatMap(({ image, seconds }): PromptPart[] => [
        { kind: "text", text: `\nFrame from ${two(seconds / 60)}:${two(seconds % 60)}:` },
        ...picture(image, tileSize, false),
      ]),
      { kind: "text", text: "\n\n" },
    ],
  };
}

function introduction(frames: readonly VideoFrame[]): string {
  const last = frames.at(-1);
  if (last === undefined) throw new RangeError("expected a video of at least one frame, got none");
  const seconds = Math.floor(last.seconds);
  const length = `${Math.floor(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
  return `You are provided the following series of ${inWords(frames.length)} frames from a ${length} [H:MM:SS] video.\n`;
}

function two(value: number): string {
  return Math.floor(value).toString().padStart(2, "0");
}

const SMALL =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");

/** A whole number below a million in English words, as the model has seen them. */
function inWords(value: number): string {
  if (value < 20) return SMALL[value];
  if (value < 100) {
    const tens = TENS[Math.floor(value / 10) - 2];
    return value % 10 === 0 ? tens : `${tens}-${SMALL[value % 10]}`;
  }
  const unit = value < 1000 ? 100 : 1000;
  const rest = value % unit;
  const head = `${inWords(Math.floor(value / unit))} ${unit === 100 ? "hundred" : "thousand"}`;
  if (rest === 0) return head;
  return `${head}${rest < 100 ? " and " : ", "}${inWords(rest)}`;
}
