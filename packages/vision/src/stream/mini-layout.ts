/** The embedded model's sequence, as `../mini/prompt.ts` defines it. */

import {
  MINI_ANSWER_TOKENS,
  MINI_COLUMNS,
  MINI_FRAME_RATE,
  MINI_ROWS,
  MINI_TOKENS,
  MINI_WINDOW,
  questionIds,
} from "../mini/prompt.ts";
import type { PromptLayout, TextCodec } from "./layout.ts";

/** Pictures between two windows: one second. */
const STRIDE = 2;
/** Rotary angles stay exact enough up to here. */
const MOST_POSITION = 8192;

/** The layout of the embedded model. */
export function miniLayout(codec: TextCodec): PromptLayout {
  const around = { before: Int32Array.of(MINI_TOKENS.frame), after: new Int32Array(0) };
  return {
    fps: MINI_FRAME_RATE,
    pictures: MINI_WINDOW,
    stride: STRIDE,
    answerTokens: MINI_ANSWER_TOKENS,
    positions: "fixed",
    mostPosition: MOST_POSITION,
    prefix: new Int32Array(0),
    grid: () => ({ columns: MINI_COLUMNS, rows: MINI_ROWS }),
    around: () => around,
    question: (ask) => questionIds(codec.encode(ask)),
    text: (ids) => codec.decode(ids).trim(),
  };
}
