/**
 * How pictures and questions become one sequence of tokens for a model. A picture is some tokens, then its kept blocks
 * in raster order, then some more tokens; a question branches off behind the newest picture.
 */

import type { Grid } from "../planner/grid.ts";

/** Words to token ids and back. */
export type TextCodec = {
  /** Token ids of a text, nothing added. */
  encode(text: string): ArrayLike<number>;
  /** The text of token ids, special tokens left out. */
  decode(ids: readonly number[]): string;
};

/** The sequence that a model was trained on. */
export interface PromptLayout {
  /** Sampled pictures per second that suit the model. */
  readonly fps: number;
  /** Most pictures that a question is about. */
  readonly pictures: number;
  /** Pictures between two windows, unless told otherwise. */
  readonly stride: number;
  /** Tokens of the longest answer. */
  readonly answerTokens: number;
  /**
   * `fixed`: a picture takes as many positions as a whole one would, and a block's place decides its position, so
   * that leaving blocks out moves nothing. `compact`: positions are counted over the tokens that are there.
   */
  readonly positions: "fixed" | "compact";
  /** Positions grow with the stream; from here on they begin anew, by computing everything again. */
  readonly mostPosition: number;
  /** Token ids before the first picture; may be empty. */
  readonly prefix: Int32Array;
  /** The grid for pictures of a size in pixels. */
  grid(width: number, height: number): Grid;
  /** Token ids before and after the blocks of a picture at `seconds` of the stream. Their numbers never change. */
  around(seconds: number): { readonly before: Int32Array; readonly after: Int32Array };
  /** Token ids of a question, up to where the answer begins. */
  question(ask: string): Int32Array;
  /** The answer's text. */
  text(ids: readonly number[]): string;
}

/** Where the tokens of one picture stand. */
export type Placed = {
  /** Position of each token: those before, the kept blocks, those after. */
  readonly positions: Int32Array;
  /** Position that follows the picture. */
  readonly next: number;
};

/** Positions of a picture that begins at position `start`. */
export function placePicture(
  layout: PromptLayout,
  start: number,
  around: { readonly before: Int32Array; readonly after: Int32Array },
  grid: Grid,
  kept: Int32Array,
): Placed {
  const { before, after } = around;
  const blocks = grid.columns * grid.rows;
  const positions = new Int32Array(before.length + kept.length + after.length);
  let at = 0;
  for (let token = 0; token < before.length; token++) positions[at++] = start + token;
  const fixed = layout.positions === "fixed";
  const first = start + before.length;
  for (let token = 0; token < kept.length; token++) {
    positions[at++] = first + (fixed ? kept[token] : token);
  }
  const behind = first + (fixed ? blocks : kept.length);
  for (let token = 0; token < after.length; token++) positions[at++] = behind + token;
  return { positions, next: behind + after.length };
}
