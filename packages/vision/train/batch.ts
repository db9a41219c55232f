/**
 * Sequences for training: a stream of frames with some blocks kept, questions that branch off behind some of them, and
 * the right answers. All lengths are fixed, so that one graph serves all batches.
 */

import {
  blockPosition,
  framePosition,
  MINI_ANSWER_TOKENS,
  MINI_BLOCK,
  MINI_BLOCKS,
  MINI_COLUMNS,
  MINI_QUESTION_TOKENS,
  MINI_TOKENS,
  MINI_WIDTH,
  MINI_WINDOW,
  questionPosition,
} from "../src/mini/prompt.ts";
import { MINI_FAMILIES } from "../src/mini/wording.ts";
import type { Clip } from "./clip.ts";
import { labelBlock, MOTION_LESSONS, NO_CLASS, SIGHT_LESSONS } from "./labels.ts";
import { type Question, questionsOf } from "./questions.ts";
import type { Random } from "./random.ts";
import { wordIds } from "./vocabulary.ts";

/** Bytes of a block's pixels. */
export const BLOCK_BYTES: number = 3 * MINI_BLOCK * MINI_BLOCK;
/** Tokens of a question with its answer, padded in front of the question. */
export const BRANCH_TOKENS: number = MINI_QUESTION_TOKENS + MINI_ANSWER_TOKENS - 1;
/** Index of `<a>` in a branch: the first row whose next token is part of the answer. */
export const ANSWER_FROM: number = MINI_QUESTION_TOKENS - 1;

/** Fixed lengths of a batch. */
export type BatchShape = {
  /** Streams. */
  readonly sequences: number;
  /** Rows of a stream's pictures: frame tokens and blocks. */
  readonly rows: number;
  /** Questions per stream. */
  readonly questions: number;
  /** Bins of 28 blocks for the vision tower; a bin holds whole frames. */
  readonly bins: number;
};

/** A batch. Row index -1 and frame -1 are padding. */
export type Batch = {
  readonly shape: BatchShape;
  /** [bins, 28, BLOCK_BYTES]. */
  readonly pixels: Uint8Array;
  /** Block index in the grid. [bins * 28]. */
  readonly blocks: Int32Array;
  /** Which frame within the batch a block belongs to, -1 for padding. [bins * 28]. */
  readonly binFrames: Int32Array;
  /** Place of a row's block among `blocks`; -1 for `<frame>`, -2 for padding. [sequences * rows]. */
  readonly sources: Int32Array;
  /** [sequences * rows]. */
  readonly positions: Int32Array;
  /** Frame of a row within its stream. [sequences * rows]. */
  readonly rowFrames: Int32Array;
  /** Token ids, 0 where padded. [sequences * questions, BRANCH_TOKENS]. */
  readonly ids: Int32Array;
  /** Newest frame that a question is about; -1 for an unused place. [sequences * questions]. */
  readonly asked: Int32Array;
  /** Tokens that come next, from `<a>` on; -1 where none. [sequences * questions, MINI_ANSWER_TOKENS]. */
  readonly targets: Int32Array;
  /** Index in {@link MINI_FAMILIES}. [sequences * questions]. */
  readonly families: Int32Array;
  /** Padding in front of a question. [sequences * questions]. */
  readonly pads: Int32Array;
  /** Classes per block place and lesson. [bins * 28, SIGHT_LESSONS.length]. */
  readonly sight: Int32Array;
  /** Classes per row and lesson. [sequences * rows, MOTION_LESSONS.length]. */
  readonly motion: Int32Array;
};

/** Keeps families, and within them rare answers and common ones, about equally frequent over all questions drawn. */
export class AnswerBalance {
  readonly #counts = new Map<string, number>();
  readonly #families = new Map<string, { total: number; answers: Set<string> }>();
  #total = 0;

  /** How much a question is wanted now. */
  weight({ family, question, answer }: Question): number {
    const key = this.#key(family, question, answer);
    const seen = this.#families.get(family);
    if (seen === undefined) return 8;
    const mean = (seen.total + 1) / seen.answers.size;
    const count = this.#counts.get(key) ?? 0;
    const rare = Math.min(4, mean / (count + 1)) ** 2;
    return (
      (rare + 1e-3) *
      Math.min(6, (this.#total + 1) / MINI_FAMILIES.length / (seen.total + 1)) ** 1.5
    );
  }

  take({ family, question, answer }: Question): void {
    const key = this.#key(family, question, answer);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    const seen = this.#families.get(family) ?? { total: 0, answers: new Set<string>() };
    seen.total++;
    this.#total++;
    seen.answers.add(key);
    this.#families.set(family, seen);
  }

  /** Answers that name things are counted by what they say, not by which thing. */
  #key(family: string, question: string, answer: string): string {
    const general = answer.replace(/\ba \w+ \w+/, "*");
    return `${family}|${family === "count" ? "" : question.includes("line") ? question : ""}|${general}`;
  }
}

/** One stream of a batch. */
export type Stream = { readonly clip: Clip; readonly kept: readonly (readonly number[])[] };

/** Puts streams into a batch; frames for which there is no room any more are left out. */
export function buildBatch(
  shape: BatchShape,
  streams: readonly Stream[],
  random: Random,
  balance: AnswerBalance,
): Batch {
  const { sequences, rows, questions, bins } = shape;
  const branches = sequences * questions;
  const batch: Batch = {
    shape,
    pixels: new Uint8Array(bins * MINI_BLOCKS * BLOCK_BYTES),
    blocks: new Int32Array(bins * MINI_BLOCKS),
    binFrames: new Int32Array(bins * MINI_BLOCKS).fill(-1),
    sources: new Int32Array(sequences * rows).fill(-2),
    positions: new Int32Array(sequences * rows),
    rowFrames: new Int32Array(sequences * rows).fill(-1),
    ids: new Int32Array(branches * BRANCH_TOKENS),
    asked: new Int32Array(branches).fill(-1),
    targets: new Int32Array(branches * MINI_ANSWER_TOKENS).fill(-1),
    families: new Int32Array(branches).fill(-1),
    pads: new Int32Array(branches),
    sight: new Int32Array(bins * MINI_BLOCKS * SIGHT_LESSONS.length).fill(NO_CLASS),
    motion: new Int32Array(sequences * rows * MOTION_LESSONS.length).fill(NO_CLASS),
  };
  const used = new Int32Array(bins);
  // First fit, so whole frames go first: streams that keep everything are packed before others.
  const order = streams
    .map((stream, i) => ({ stream, i }))
    .sort((a, b) => total(b.stream) - total(a.stream));
  const frames = new Int32Array(sequences);
  for (const { stream, i } of order) frames[i] = placeStream(batch, stream, i, used);
  for (const [i, stream] of streams.entries()) {
    askStream(batch, stream, i, frames[i], random, balance);
  }
  return batch;
}

function total({ kept }: Stream): number {
  return kept.reduce((sum, blocks) => sum + blocks.length, 0);
}

/** Rows and pixels of a stream; gives the number of frames that found room. */
function placeStream(
  batch: Batch,
  { clip, kept }: Stream,
  stream: number,
  used: Int32Array,
): number {
  const { rows } = batch.shape;
  let row = 0;
  for (const [frame, blocks] of kept.entries()) {
    const bin = used.findIndex((count) => count + blocks.length <= MINI_BLOCKS);
    if (bin < 0 || row + 1 + blocks.length > rows) return frame;
    const at = stream * rows + row;
    batch.sources[at] = -1;
    batch.positions[at] = framePosition(frame);
    batch.rowFrames[at] = frame;
    const from = bin * MINI_BLOCKS + used[bin];
    for (const [i, block] of blocks.entries()) {
      const place = from + i;
      batch.blocks[place] = block;
      batch.binFrames[place] = stream * 64 + frame;
      copyBlock(clip.frames[frame], block, batch.pixels, place * BLOCK_BYTES);
      const labels = labelBlock(clip.tracks, frame, block);
      batch.sight.set(labels.sight, place * SIGHT_LESSONS.length);
      batch.sources[at + 1 + i] = place;
      batch.positions[at + 1 + i] = blockPosition(frame, block);
      batch.rowFrames[at + 1 + i] = frame;
      batch.motion.set(labels.motion, (at + 1 + i) * MOTION_LESSONS.length);
    }
    used[bin] += blocks.length;
    row += 1 + blocks.length;
  }
  return kept.length;
}

/** Copies a block's pixels out of a picture. */
export function copyBlock(picture: Uint8Array, block: number, into: Uint8Array, at: number): void {
  const x = (block % MINI_COLUMNS) * MINI_BLOCK;
  const y = Math.floor(block / MINI_COLUMNS) * MINI_BLOCK;
  const length = 3 * MINI_BLOCK;
  for (let row = 0; row < MINI_BLOCK; row++) {
    const from = 3 * ((y + row) * MINI_WIDTH + x);
    into.set(picture.subarray(from, from + length), at + row * length);
  }
}

/** Draws a stream's questions, some behind each of a few frames. */
function askStream(
  batch: Batch,
  { clip }: Stream,
  stream: number,
  frames: number,
  random: Random,
  balance: AnswerBalance,
): void {
  const { questions } = batch.shape;
  const late = Array.from({ length: Math.max(0, frames - 4) }, (_, i) => i + 4);
  if (late.length === 0) return;
  // The newest frame always: there the window is as long as it gets.
  const moments = [frames - 1, ...random.shuffle(late).slice(0, 4)];
  const pool = moments.flatMap((newest) => {
    const oldest = Math.max(0, newest - MINI_WINDOW + 1);
    return questionsOf(clip.tracks, oldest, newest, random).map((question) => ({
      newest,
      question,
    }));
  });
  for (let i = 0; i < questions && pool.length > 0; i++) {
    const weights = pool.map(({ question }) => balance.weight(question));
    let draw = random.unit() * weights.reduce((sum, weight) => sum + weight, 0);
    let index = 0;
    while (index < pool.length - 1 && draw >= weights[index]) draw -= weights[index++];
    const [{ newest, question }] = pool.splice(index, 1);
    balance.take(question);
    writeBranch(batch, stream * questions + i, newest, question);
  }
}

function writeBranch(batch: Batch, branch: number, newest: number, question: Question): void {
  const words = wordIds(question.question).slice(0, MINI_QUESTION_TOKENS - 2);
  const answer = wordIds(question.answer).slice(0, MINI_ANSWER_TOKENS - 1);
  const pad = MINI_QUESTION_TOKENS - 2 - words.length;
  const row = [MINI_TOKENS.question, ...words, MINI_TOKENS.answer, ...answer];
  batch.ids.set(row, branch * BRANCH_TOKENS + pad);
  batch.targets.set([...answer, MINI_TOKENS.end], branch * MINI_ANSWER_TOKENS);
  batch.asked[branch] = newest;
  batch.families[branch] = MINI_FAMILIES.indexOf(question.family);
  batch.pads[branch] = pad;
}

/** Position of token `index` (padding included) of a branch. */
export function branchPosition(newest: number, pad: number, index: number): number {
  return questionPosition(Math.max(0, newest), Math.max(0, index - pad));
}
