/** Gemma 4's sequence for video: `mm:ss`, the blocks between two markers, and a chat turn around it all. */

import { type Gemma4VisionConfig, gemma4Grid } from "@symbion/neural";
import type { PromptLayout, TextCodec } from "./layout.ts";

/** Markers around the blocks of a picture. */
const BEGIN_IMAGE = 255_999;
const END_IMAGE = 258_882;

/** Options of {@link gemmaLayout}. */
export type GemmaLayoutOptions = {
  /** The model's vision encoder. */
  readonly vision: Gemma4VisionConfig;
  /** Blocks of a picture at most. Default 70, the model's own for video. */
  readonly blocks?: number;
  /** Most pictures of a window. Default 32, the model's own. */
  readonly pictures?: number;
  /** Tokens of the longest answer. Default 32. */
  readonly answerTokens?: number;
  /** Ids of the markers before and after the blocks, where they are not Gemma 4's. */
  readonly markers?: readonly [begin: number, end: number];
};

/** The layout of Gemma 4 E2B and E4B. */
export function gemmaLayout(codec: TextCodec, options: GemmaLayoutOptions): PromptLayout {
  const ids = (text: string): Int32Array => Int32Array.from(codec.encode(text));
  const blocks = options.blocks ?? 70;
  const [begin, end] = options.markers ?? [BEGIN_IMAGE, END_IMAGE];
  return {
    fps: 2,
    pictures: options.pictures ?? 32,
    stride: 8,
    answerTokens: options.answerTokens ?? 32,
    positions: "compact",
    mostPosition: 16_384,
    prefix: ids("<bos><|turn>user\n"),
    grid: (width, height) => {
      const grid = gemma4Grid(options.vision, width, height, blocks);
      return { columns: grid.width, rows: grid.height };
    },
    around: (seconds) => ({
      before: Int32Array.of(...ids(`${clockTime(seconds)} `), begin),
      after: Int32Array.of(end, ...ids(" ")),
    }),
    question: (ask) => ids(`${ask.trim()}<turn|>\n<|turn>model\n`),
    text: (answer) => codec.decode(answer).trim(),
  };
}

/** Minutes and seconds; the hour begins anew, so that the text has one length. */
function clockTime(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds)) % 3600;
  const digits = (value: number): string => String(value).padStart(2, "0");
  return `${digits(Math.floor(whole / 60))}:${digits(whole % 60)}`;
}
