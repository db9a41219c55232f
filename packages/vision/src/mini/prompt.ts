/**
 * How a window of video and a question become one sequence for the mini model. A frame is one `<frame>` token and
 * then the blocks that are kept, in raster order; a question branches off behind the newest frame. A token's position
 * follows from its frame and its place in the grid alone, so leaving blocks out moves nothing.
 */

/** Pixels across the picture that the mini model sees. */
export const MINI_WIDTH = 336;
/** Pixels down the picture. */
export const MINI_HEIGHT = 192;
/** Pixels on a side of a block: one soft token. */
export const MINI_BLOCK = 48;
/** Blocks across. */
export const MINI_COLUMNS: number = MINI_WIDTH / MINI_BLOCK;
/** Blocks down. */
export const MINI_ROWS: number = MINI_HEIGHT / MINI_BLOCK;
/** Blocks of a whole picture. */
export const MINI_BLOCKS: number = MINI_COLUMNS * MINI_ROWS;
/** Frames per second that the model was trained at. */
export const MINI_FRAME_RATE = 2;
/** Frames that a question is about: the newest ones. Older tokens must be freed before the question is asked. */
export const MINI_WINDOW = 8;
/** Positions that a frame takes, whatever is kept of it. */
export const MINI_FRAME_STRIDE: number = 1 + MINI_BLOCKS;
/** Tokens of the longest question, `<q>` and `<a>` included; longer ones are cut at the end. */
export const MINI_QUESTION_TOKENS = 10;
/** Tokens of the longest answer, `<eos>` included. */
export const MINI_ANSWER_TOKENS = 8;

/** Ids of the tokens that are no words; the same in `tokenizer.json`. */
export const MINI_TOKENS = {
  pad: 0,
  end: 1,
  start: 2,
  unknown: 3,
  frame: 4,
  question: 5,
  answer: 6,
} as const;

/** Position of a frame's `<frame>` token. `frame` counts from the stream's start, from 0. */
export function framePosition(frame: number): number {
  return frame * MINI_FRAME_STRIDE;
}

/** Position of a block's soft token. `block` is its raster index in the grid. */
export function blockPosition(frame: number, block: number): number {
  return frame * MINI_FRAME_STRIDE + 1 + block;
}

/**
 * Position of a question's token `index` (0 is `<q>`; the answer goes on behind `<a>`) when `newest` is the last frame
 * it is about. The next frame starts at the same position, in another branch.
 */
export function questionPosition(newest: number, index: number): number {
  return (newest + 1) * MINI_FRAME_STRIDE + index;
}

/** A question's token ids as the model was trained on them: `<q>` words `<a>`. `words` are the ids of its words. */
export function questionIds(words: ArrayLike<number>): Int32Array {
  const count = Math.min(words.length, MINI_QUESTION_TOKENS - 2);
  const ids = new Int32Array(count + 2);
  ids[0] = MINI_TOKENS.question;
  for (let i = 0; i < count; i++) ids[1 + i] = words[i];
  ids[count + 1] = MINI_TOKENS.answer;
  return ids;
}
