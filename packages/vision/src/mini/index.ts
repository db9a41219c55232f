/** The embedded model: a small Gemma 4, trained on simulated scenes, that comes with the package. */

export { type MiniFiles, readMiniFiles } from "./files.ts";
export { MINI_NAME, type Mini, MiniTokenizer, openMini } from "./open.ts";
export {
  blockPosition,
  framePosition,
  MINI_ANSWER_TOKENS,
  MINI_BLOCK,
  MINI_BLOCKS,
  MINI_COLUMNS,
  MINI_FRAME_RATE,
  MINI_FRAME_STRIDE,
  MINI_HEIGHT,
  MINI_QUESTION_TOKENS,
  MINI_ROWS,
  MINI_TOKENS,
  MINI_WIDTH,
  MINI_WINDOW,
  questionIds,
  questionPosition,
} from "./prompt.ts";
export {
  MINI_COLOURS,
  MINI_FAMILIES,
  MINI_KINDS,
  MINI_PLURALS,
  MINI_WORDINGS,
  type MiniColour,
  type MiniFamily,
  type MiniKind,
  nearestWording,
} from "./wording.ts";
