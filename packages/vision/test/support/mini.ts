/** The embedded model as a stream runs it, beside the graph that it was trained in. */

import {
  type HostWeights,
  type KvCache,
  memorySource,
  openCheckpoint,
  type Rows,
  SCALES,
  type SlotModel,
} from "@symbion/neural";
import {
  MINI_ANSWER_TOKENS,
  MINI_COLUMNS,
  MINI_ROWS,
  MINI_TOKENS,
  MINI_WINDOW,
} from "../../src/mini/index.ts";
import {
  ANSWER_FROM,
  type Batch,
  BLOCK_BYTES,
  BRANCH_TOKENS,
  branchPosition,
} from "../../train/batch.ts";

/** Weights of a packed model as float32 arrays. */
export async function unpackedWeights(bytes: Uint8Array): Promise<Map<string, HostWeights>> {
  const checkpoint = await openCheckpoint([memorySource("model.safetensors", bytes)]);
  const weights = new Map<string, HostWeights>();
  for (const name of checkpoint.names) {
    if (name.endsWith(SCALES)) continue;
    const { shape } = checkpoint.info(name);
    weights.set(name, { shape, data: await checkpoint.readRows(name, 0, shape[0] ?? 1) });
  }
  await checkpoint.close();
  return weights;
}

/** Scores of every answer token of a batch of one stream, computed frame by frame in a cache as a stream would. */
export async function streamedLogits(model: SlotModel, batch: Batch): Promise<Float32Array> {
  const { rows, questions, sequences } = batch.shape;
  if (sequences !== 1) throw new RangeError(`expected one stream, got ${sequences}`);
  const cache = model.createCache(rows + BRANCH_TOKENS);
  const logits = new Float32Array(questions * MINI_ANSWER_TOKENS * model.vocabulary);
  const frames = Math.max(...batch.rowFrames) + 1;
  for (let frame = 0; frame < frames; frame++) {
    const mine = [...batch.rowFrames.keys()].filter((row) => batch.rowFrames[row] === frame);
    const gone = [...batch.rowFrames.keys()].filter(
      (row) => batch.rowFrames[row] === frame - MINI_WINDOW,
    );
    cache.free(gone);
    await model.refresh(cache, {
      rows: await pictureRows(model, batch, mine),
      positions: Int32Array.from(mine, (row) => batch.positions[row] as number),
      slots: Int32Array.from(mine),
    });
    for (let question = 0; question < questions; question++) {
      if (batch.asked[question] !== frame) continue;
      logits.set(
        await askedLogits(model, cache, batch, question),
        question * MINI_ANSWER_TOKENS * model.vocabulary,
      );
    }
  }
  cache.dispose();
  return logits;
}

async function pictureRows(model: SlotModel, batch: Batch, mine: readonly number[]): Promise<Rows> {
  const sources = mine.slice(1).map((row) => batch.sources[row] as number);
  const parts = [await model.embedTokens(Int32Array.of(MINI_TOKENS.frame))];
  if (sources.length > 0) {
    const bytes = sources.map((at) =>
      batch.pixels.subarray(at * BLOCK_BYTES, (at + 1) * BLOCK_BYTES),
    );
    const blocks = sources.map((at) => batch.blocks[at] as number);
    parts.push(
      await model.embedBlocks({
        count: sources.length,
        pixels: Float32Array.from(Buffer.concat(bytes), (value) => value / 255),
        columns: Int32Array.from(blocks, (block) => block % MINI_COLUMNS),
        rows: Int32Array.from(blocks, (block) => Math.floor(block / MINI_COLUMNS)),
        gridWidth: MINI_COLUMNS,
        gridHeight: MINI_ROWS,
      }),
    );
  }
  const embeddings = new Float32Array(mine.length * model.width);
  const ids = new Int32Array(mine.length);
  let at = 0;
  for (const part of parts) {
    embeddings.set(part.embeddings, at * model.width);
    ids.set(part.ids, at);
    at += part.count;
  }
  return { count: at, embeddings, ids };
}

async function askedLogits(
  model: SlotModel,
  cache: KvCache,
  batch: Batch,
  question: number,
): Promise<Float32Array> {
  const pad = batch.pads[question] as number;
  const from = question * BRANCH_TOKENS;
  const ids = batch.ids.slice(from + pad, from + BRANCH_TOKENS);
  const newest = batch.asked[question] as number;
  const slots = Int32Array.from(ids, (_, i) => batch.shape.rows + i);
  const step = {
    rows: await model.embedTokens(ids),
    positions: Int32Array.from(ids, (_, i) => branchPosition(newest, pad, pad + i)),
    slots,
    branches: new Int32Array(ids.length).fill(1),
  };
  const hidden = await model.refresh(cache, step);
  const wanted = Array.from({ length: MINI_ANSWER_TOKENS }, (_, i) => ANSWER_FROM - pad + i);
  const scores = await model.logits(cache, step, hidden, wanted);
  cache.free(slots);
  return scores;
}
