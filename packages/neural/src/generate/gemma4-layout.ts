/** How Gemma 4 writes images and videos into its prompts. */

import type { Gemma4VisionConfig } from "../gemma4/config.ts";
import { blockSizeOf } from "../gemma4/config.ts";
import { gemma4ResizeImage, imageBlocks } from "../gemma4/images.ts";
import type { RgbImage } from "../smolvlm/resize.ts";
import type { MediaLayout, PromptPart, VideoFrame } from "./prompt.ts";

/** How many tokens media may take, and the texts around them. */
export type Gemma4LayoutOptions = {
  /** Most tokens of an image; default 280. */
  readonly imageTokens?: number | undefined;
  /** Most tokens of a frame of a video; default 70. */
  readonly frameTokens?: number | undefined;
  /** What the template writes for an image; default `<|image|>`. */
  readonly imagePlaceholder?: string | undefined;
  /** What the template writes for a video; default `<|video|>`. */
  readonly videoPlaceholder?: string | undefined;
  /** Before the tokens of a picture; default `<|image>`. */
  readonly begin?: string | undefined;
  /** Behind them; default `<image|>`. */
  readonly end?: string | undefined;
};

/**
 * Gemma 4's layout: a picture's blocks between two special tokens; a video as its frames, each behind its time as
 * minutes and seconds.
 */
export function gemma4Layout(
  vision: Gemma4VisionConfig,
  options: Gemma4LayoutOptions = {},
): MediaLayout {
  const {
    imageTokens = 280,
    frameTokens = 70,
    imagePlaceholder = "<|image|>",
    videoPlaceholder = "<|video|>",
    begin = "<|image>",
    end = "<image|>",
  } = options;
  const picture = (image: RgbImage, tokens: number): PromptPart[] => [
    { kind: "text", text: begin },
    {
      kind: "blocks",
      blocks: imageBlocks(gemma4ResizeImage(vision, image, tokens), blockSizeOf(vision)),
    },
    { kind: "text", text: end },
  ];
  return {
    imagePlaceholder,
    videoPlaceholder,
    image: (image) => picture(image, imageTokens),
    video: (frames) =>
      frames.flatMap((frame, i): PromptPart[] => [
        { kind: "text", text: `${i === 0 ? "" : " "}${clock(frame)} ` },
        ...picture(frame.image, frameTokens),
      ]),
  };
}

function clock({ seconds }: VideoFrame): string {
  const two = (value: number): string => Math.floor(value).toString().padStart(2, "0");
  return `${two(seconds / 60)}:${two(seconds % 60)}`;
}
