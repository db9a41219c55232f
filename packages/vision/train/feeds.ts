/** Batches as tensors: what the training graph is fed. */

import { type HostTensor, PatchPlacer, RotaryPositions } from "@symbion/neural";
import {
  MINI_ANSWER_TOKENS,
  MINI_BLOCKS,
  MINI_COLUMNS,
  MINI_TOKENS,
  MINI_WINDOW,
} from "../src/mini/prompt.ts";
import { ANSWER_FROM, type Batch, BLOCK_BYTES, BRANCH_TOKENS, branchPosition } from "./batch.ts";
import { MOTION_LESSONS, SIGHT_LESSONS } from "./labels.ts";
import { CONFIG } from "./model.ts";

const HIDDEN = -1e9;
type Feeds = Record<string, HostTensor>;

/** Inputs of the vision tower and its lessons. */
export function visionFeeds(batch: Batch): Feeds {
  const { bins } = batch.shape;
  const vision = CONFIG.vision;
  if (vision === null) throw new TypeError("expected a config with a vision tower");
  const columns = batch.blocks.map((block) => block % MINI_COLUMNS);
  const rows = batch.blocks.map((block) => Math.floor(block / MINI_COLUMNS));
  const places = new PatchPlacer(vision).places(columns, rows);
  const patches = MINI_BLOCKS * vision.pool * vision.pool;
  const half = vision.headWidth / 2;
  return {
    bytes: { type: "uint8", shape: [bins, MINI_BLOCKS, BLOCK_BYTES], data: batch.pixels },
    patch_columns: { type: "int64", shape: [bins, patches], data: places.columns },
    patch_rows: { type: "int64", shape: [bins, patches], data: places.rows },
    patch_cos: { type: "float32", shape: [bins, patches, half], data: places.rotary.cos },
    patch_sin: { type: "float32", shape: [bins, patches, half], data: places.rotary.sin },
    bin_frames: real([bins, MINI_BLOCKS], Float32Array.from(batch.binFrames)),
    ...lessons("sight", batch.sight, SIGHT_LESSONS.length),
  };
}

/** Inputs of the decoder, its questions and its lessons. */
export function textFeeds(batch: Batch): Feeds {
  const { sequences, rows, questions } = batch.shape;
  const branches = sequences * questions;
  const isBlock = Float32Array.from(batch.sources, (source) => (source >= 0 ? 1 : 0));
  const ids = batch.sources.map((source) => (source === -1 ? MINI_TOKENS.frame : MINI_TOKENS.pad));
  const slots = batch.sources.map((source) => Math.max(0, source));
  const places = new Int32Array(branches * BRANCH_TOKENS);
  for (let i = 0; i < places.length; i++) {
    const branch = Math.floor(i / BRANCH_TOKENS);
    places[i] = branchPosition(batch.asked[branch], batch.pads[branch], i % BRANCH_TOKENS);
  }
  const weights = Float32Array.from(batch.targets, (target) => (target < 0 ? 0 : 1));
  return {
    slots: whole([sequences, rows], slots),
    row_ids: whole([sequences, rows], ids),
    is_block: real([sequences, rows, 1], isBlock),
    ...rotations("row", [sequences, rows], batch.positions),
    row_mask: real([sequences, 1, rows, rows], rowMask(batch)),
    ids: whole([branches, BRANCH_TOKENS], batch.ids),
    ...rotations("branch", [branches, BRANCH_TOKENS], places),
    branch_mask: real([branches, 1, BRANCH_TOKENS, rows + BRANCH_TOKENS], branchMask(batch)),
    targets: whole(
      [branches, MINI_ANSWER_TOKENS],
      batch.targets.map((target) => Math.max(0, target)),
    ),
    target_weights: real([branches, MINI_ANSWER_TOKENS], weights),
    ...lessons("motion", batch.motion, MOTION_LESSONS.length),
  };
}

function real(shape: readonly number[], data: Float32Array): HostTensor {
  return { type: "float32", shape, data };
}

function whole(shape: readonly number[], data: ArrayLike<number>): HostTensor {
  return { type: "int64", shape, data: BigInt64Array.from(data as Int32Array, BigInt) };
}

function rotations(name: string, shape: readonly number[], positions: Int32Array): Feeds {
  const feeds: Feeds = {};
  for (const kind of ["sliding", "full"] as const) {
    const { theta, fraction } = CONFIG.text.rope[kind];
    const table = new RotaryPositions(CONFIG.text.headWidth[kind], theta, fraction);
    const { cos, sin } = table.rows(positions);
    feeds[`${name}_cos_${kind}`] = real([...shape, table.width], cos);
    feeds[`${name}_sin_${kind}`] = real([...shape, table.width], sin);
  }
  return feeds;
}

/** Rows see earlier rows of the window that ends with their frame: what a stream's cache holds at that moment. */
function rowMask({ shape: { sequences, rows }, rowFrames }: Batch): Float32Array {
  const mask = new Float32Array(sequences * rows * rows).fill(HIDDEN);
  for (let stream = 0, at = 0; stream < sequences; stream++) {
    const frames = rowFrames.subarray(stream * rows, (stream + 1) * rows);
    for (let row = 0; row < rows; row++, at += rows) {
      for (let seen = 0; seen <= row; seen++) {
        const within = frames[seen] > frames[row] - MINI_WINDOW;
        if (seen === row || (frames[seen] >= 0 && within)) mask[at + seen] = 0;
      }
    }
  }
  return mask;
}

/** A branch sees the rows of its window and its own tokens so far. */
function branchMask(batch: Batch): Float32Array {
  const { sequences, rows, questions } = batch.shape;
  const branches = sequences * questions;
  const width = rows + BRANCH_TOKENS;
  const mask = new Float32Array(branches * BRANCH_TOKENS * width).fill(HIDDEN);
  for (let branch = 0; branch < branches; branch++) {
    const frames = batch.rowFrames.subarray(
      Math.floor(branch / questions) * rows,
      (Math.floor(branch / questions) + 1) * rows,
    );
    const newest = batch.asked[branch];
    for (let token = 0; token < BRANCH_TOKENS; token++) {
      const at = (branch * BRANCH_TOKENS + token) * width;
      for (let row = 0; row < rows; row++) {
        const frame = frames[row];
        if (frame >= 0 && frame <= newest && frame > newest - MINI_WINDOW) mask[at + row] = 0;
      }
      const first = Math.min(token, batch.pads[branch]);
      for (let own = first; own <= token; own++) mask[at + rows + own] = 0;
      // Padding sees itself alone among the branch, so that no row is without anything to see.
      if (token < batch.pads[branch]) mask.fill(HIDDEN, at + rows, at + rows + token);
    }
  }
  return mask;
}

/** Classes and which of them count, lesson by lesson. */
function lessons(name: string, classes: Int32Array, count: number): Feeds {
  const feeds: Feeds = {};
  const length = classes.length / count;
  for (let lesson = 0; lesson < count; lesson++) {
    const targets = new BigInt64Array(length);
    const weights = new Float32Array(length);
    for (let i = 0; i < length; i++) {
      const value = classes[i * count + lesson];
      if (value < 0) continue;
      targets[i] = BigInt(value);
      weights[i] = 1;
    }
    feeds[`${name}_${lesson}`] = { type: "int64", shape: [length], data: targets };
    feeds[`${name}_weights_${lesson}`] = real([length], weights);
  }
  return feeds;
}

/** Rows of a branch that predict the answer. */
export const ANSWER_ROWS: readonly [from: number, to: number] = [ANSWER_FROM, BRANCH_TOKENS];
