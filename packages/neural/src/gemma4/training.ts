/**
 * Gemma 4 as one pass over whole sequences, without a cache and of nodes that have gradients: for training, and as the
 * plain statement of what the cached graphs must equal.
 */

import type { Graph } from "../graph/graph.ts";
import type { Dim, Value } from "../graph/types.ts";
import { type AttentionStyle, TRAINING_STYLE } from "../model/attention.ts";
import { causalMask } from "../model/masks.ts";
import { RotaryPositions } from "../model/rope.ts";
import type { Parameters } from "../parameters/types.ts";
import type { HostTensor } from "../runtime/types.ts";
import type { Gemma4TextConfig, Gemma4VisionConfig, LayerKind } from "./config.ts";
import { PatchPlacer } from "./places.ts";
import { gemma4Layers, type KindInputs, PassStore } from "./text.ts";
import { gemma4Vision } from "./vision.ts";

/** Names of the inputs that {@link gemma4Sequence} declares besides what it is given. */
export type SequenceInputs = {
  /** Embeddings of tokens and images, [batch, length, width]. */
  readonly embeddings: Value;
  /** Per-layer rows of all layers, [batch, length, layers * perLayerWidth]; null when the model has none. */
  readonly perLayer: Value | null;
};

const KINDS: readonly LayerKind[] = ["sliding", "full"];

/**
 * All layers over whole sequences; gives hidden states [batch, length, width], for `gemma4Head`. Declares the inputs
 * `cos_<kind>`, `sin_<kind>` [1, length, headWidth / 2] and `mask_<kind>` [maskBatch, 1, length, length], which
 * {@link sequenceFeeds} makes; `maskBatch` is 1, or the batch where sequences differ in length.
 */
export function gemma4Sequence(
  graph: Graph,
  parameters: Parameters,
  config: Gemma4TextConfig,
  { embeddings, perLayer }: SequenceInputs,
  maskBatch: Dim = 1,
  style: AttentionStyle = TRAINING_STYLE,
): Value {
  const length = embeddings.shape[1] as Dim;
  const kinds: Partial<Record<LayerKind, KindInputs>> = {};
  for (const kind of KINDS.filter((kind) => config.layers.includes(kind))) {
    const half = config.headWidth[kind] / 2;
    kinds[kind] = {
      rotary: {
        cos: graph.input(`cos_${kind}`, "float32", [1, length, half]),
        sin: graph.input(`sin_${kind}`, "float32", [1, length, half]),
      },
      mask: graph.input(`mask_${kind}`, "float32", [maskBatch, 1, length, length]),
    };
  }
  const inputs = {
    from: 0,
    to: config.layers.length,
    hidden: embeddings,
    embeddings,
    perLayer,
    kinds,
    store: new PassStore(),
  };
  return gemma4Layers(graph, parameters, config, inputs, { ...style, rotary: "products" });
}

/**
 * Feeds for {@link gemma4Sequence}: positions 0 to `length`, causal. `lengths` gives the true length of each sequence
 * of a batch whose shorter ones are padded at the end; without it one mask serves all.
 */
export function sequenceFeeds(
  config: Gemma4TextConfig,
  length: number,
  lengths?: readonly number[],
): Record<string, HostTensor> {
  const feeds: Record<string, HostTensor> = {};
  const positions = Int32Array.from({ length }, (_, i) => i);
  for (const kind of KINDS.filter((kind) => config.layers.includes(kind))) {
    const { theta, fraction } = config.rope[kind];
    const table = new RotaryPositions(config.headWidth[kind], theta, fraction);
    const { cos, sin } = table.rows(positions);
    const shape = [1, length, table.width];
    feeds[`cos_${kind}`] = { type: "float32", shape, data: cos };
    feeds[`sin_${kind}`] = { type: "float32", shape, data: sin };
    const window = kind === "sliding" ? config.window : undefined;
    const each = lengths ?? [length];
    const data = new Float32Array(each.length * length * length);
    for (const [i, valid] of each.entries()) {
      data.set(causalMask(length, window, valid), i * length * length);
    }
    feeds[`mask_${kind}`] = { type: "float32", shape: [each.length, 1, length, length], data };
  }
  return feeds;
}

/**
 * The vision tower over `blocks` blocks of each of `batch` images; gives rows [batch, blocks, textWidth]. Declares the
 * inputs `pixels` [batch, blocks, blockSize * blockSize * 3], `patch_columns`, `patch_rows` (int64), `patch_cos` and
 * `patch_sin`, all per image so that images may show different blocks; {@link blockFeeds} makes all but the pixels.
 */
export function gemma4Blocks(
  graph: Graph,
  parameters: Parameters,
  config: Gemma4VisionConfig,
  textWidth: number,
  batch: Dim,
  blocks: number,
  style: AttentionStyle = TRAINING_STYLE,
): Value {
  const size = config.patch * config.pool;
  const patches = blocks * config.pool * config.pool;
  const half = config.headWidth / 2;
  const inputs = {
    pixels: graph.input("pixels", "float32", [batch, blocks, size * size * 3]),
    columns: graph.input("patch_columns", "int64", [batch, patches]),
    rows: graph.input("patch_rows", "int64", [batch, patches]),
    rotary: {
      cos: graph.input("patch_cos", "float32", [batch, patches, half]),
      sin: graph.input("patch_sin", "float32", [batch, patches, half]),
    },
  };
  const products: AttentionStyle = { ...style, rotary: "products" };
  return gemma4Vision(graph, parameters, config, textWidth, inputs, products);
}

/**
 * Feeds for {@link gemma4Blocks} but for the pixels: columns and rows of the blocks of all images, one image after the
 * other, each of length `batch * blocks`.
 */
export function blockFeeds(
  config: Gemma4VisionConfig,
  batch: number,
  columns: ArrayLike<number>,
  rows: ArrayLike<number>,
): Record<string, HostTensor> {
  const places = new PatchPlacer(config).places(columns, rows);
  const patches = places.columns.length / batch;
  const half = config.headWidth / 2;
  return {
    patch_columns: { type: "int64", shape: [batch, patches], data: places.columns },
    patch_rows: { type: "int64", shape: [batch, patches], data: places.rows },
    patch_cos: { type: "float32", shape: [batch, patches, half], data: places.rotary.cos },
    patch_sin: { type: "float32", shape: [batch, patches, half], data: places.rotary.sin },
  };
}
