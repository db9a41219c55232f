/** Gemma 4's vision tower over any subset of an image's blocks of 3 x 3 patches. */

import type { Graph } from "../graph/graph.ts";
import type { Dim, Value } from "../graph/types.ts";
import {
  type AttentionStyle,
  attend,
  headNorm,
  joinHeads,
  type RotaryTable,
  rotate,
  times,
} from "../model/attention.ts";
import type { Parameters } from "../parameters/types.ts";
import type { Gemma4VisionConfig } from "./config.ts";

/** Where the tower's tensors are in a checkpoint. */
export const VISION_PREFIX = "model.vision_tower";

/** Where patches are, and who sees whom: N patches of each of b images, in any order. */
export type PatchInputs = {
  /** Column of each patch in the image's grid of patches, int64 [b, N]. */
  readonly columns: Value;
  /** Row of each patch, plus the number of learned positions (rows have the table's second half). */
  readonly rows: Value;
  /** Rotation of each patch, first half of the pairs by column, second by row; `width` is that of a head. */
  readonly rotary: RotaryTable;
  /** Added to scores, [b, 1, N, N]; undefined when every patch of an image sees every other. */
  readonly mask?: Value | undefined;
};

/** Inputs of the tower: n blocks of b images, which see each other within an image. Patches are block after block. */
export type VisionInputs = PatchInputs & {
  /** RGB of each block, 0 to 1, rows from the top: [b, n, blockSize * blockSize * 3]. */
  readonly pixels: Value;
};

/** Adds the tower and its projection to the decoder's width: [b, n, textWidth], one row per block. */
export function gemma4Vision(
  graph: Graph,
  parameters: Parameters,
  config: Gemma4VisionConfig,
  textWidth: number,
  inputs: VisionInputs,
  style: AttentionStyle,
): Value {
  const { width, patch, pool } = config;
  const [batch, blocks] = inputs.pixels.shape as [Dim, Dim];
  const cells = pool * pool;
  // Within a block: rows of patches, rows of pixels, columns of patches, and a patch's row of pixels.
  const grid = graph.reshape(inputs.pixels, [batch, blocks, pool, patch, pool, patch * 3]);
  const patches = graph.reshape(graph.transpose(grid, [0, 1, 2, 4, 3, 5]), [
    batch,
    times(blocks, cells),
    patch * patch * 3,
  ]);
  const x = gemma4Patches(graph, parameters, config, patches, inputs, style);
  const pooled = graph.mean(graph.reshape(x, [batch, blocks, cells, width]), [2]);
  return gemma4Project(graph, parameters, config, textWidth, pooled);
}

/** The tower before pooling: patches of pixels, 0 to 1, [b, N, patch * patch * 3] to hidden states [b, N, width]. */
export function gemma4Patches(
  graph: Graph,
  parameters: Parameters,
  config: Gemma4VisionConfig,
  patches: Value,
  inputs: PatchInputs,
  style: AttentionStyle,
): Value {
  const { width, patch, positions } = config;
  const length = patch * patch * 3;
  const centred = graph.sub(graph.mul(patches, graph.scalar(2)), graph.scalar(1));
  const embedder = `${VISION_PREFIX}.patch_embedder`;
  const projection = `${embedder}.input_proj.weight`;
  let x = parameters.linear(graph, centred, projection, length, width, { exact: true });
  const name = `${embedder}.position_embedding_table`;
  const table = parameters.tensor(graph, name, [2, positions, width]);
  const row = rowOf(graph, table, style);
  x = graph.add(x, graph.add(row(inputs.columns), row(inputs.rows)));
  const tower = new Tower(graph, parameters, config, inputs, style);
  for (let layer = 0; layer < config.layers; layer++) x = tower.layer(x, layer);
  return x;
}

/**
 * Looks rows up in a table of two halves, [2, n, width], by indices into both. ONNX Runtime keeps a reshaped copy of
 * a constant, 63 MB with E2B's table, but only the rows that are used of one that is in a mapped file.
 */
function rowOf(graph: Graph, table: Value, style: AttentionStyle): (ids: Value) => Value {
  const [, count, width] = table.shape as [number, number, number];
  if (style.rotary === "products") {
    const flat = graph.reshape(table, [2 * count, width]);
    return (ids) => graph.gather(flat, ids);
  }
  const length = graph.constant(BigInt64Array.of(BigInt(count)), [], "int64");
  return (ids) => {
    const half = graph.div(ids, length);
    const within = graph.sub(ids, graph.mul(half, length));
    const places = graph.concat(
      [half, within].map((part) => graph.unsqueeze(part, [2])),
      2,
    );
    return graph.single("GatherND", [table, places], {
      type: "float32",
      shape: [...ids.shape, width],
    });
  };
}

/** Means over blocks, [.., width], to rows of the decoder's width. */
export function gemma4Project(
  graph: Graph,
  parameters: Parameters,
  config: Gemma4VisionConfig,
  textWidth: number,
  pooled: Value,
): Value {
  const { width, epsilon } = config;
  const scaled = graph.mul(pooled, graph.scalar(Math.sqrt(width)));
  const normed = graph.rmsNorm(scaled, graph.filled(width, 1), epsilon);
  const name = "model.embed_vision.embedding_projection.weight";
  return parameters.linear(graph, normed, name, width, textWidth);
}

/**
 * Order of q's and k's channels in which both axes' rotations are one half-split rotation: of each head's quarters
 * [x first, x second, y first, y second] the middle ones change places.
 */
export function visionChannelOrder(heads: number, headWidth: number): number[] {
  const quarter = headWidth / 4;
  return Array.from({ length: heads * headWidth }, (_, i) => {
    const head = Math.floor(i / headWidth);
    const within = i % headWidth;
    const from = [0, 2, 1, 3][Math.floor(within / quarter)] as number;
    return head * headWidth + from * quarter + (within % quarter);
  });
}

class Tower {
  readonly #graph: Graph;
  readonly #parameters: Parameters;
  readonly #config: Gemma4VisionConfig;
  readonly #inputs: PatchInputs;
  readonly #style: AttentionStyle;

  constructor(
    graph: Graph,
    parameters: Parameters,
    config: Gemma4VisionConfig,
    inputs: PatchInputs,
    style: AttentionStyle,
  ) {
    this.#graph = graph;
    this.#parameters = parameters;
    this.#config = config;
    this.#inputs = inputs;
    this.#style = style;
  }

  layer(x: Value, layer: number): Value {
    const graph = this.#graph;
    const { width, mlpWidth } = this.#config;
    const attention = this.#attention(this.#norm(x, layer, "input_layernorm"), layer);
    const y = graph.add(x, this.#norm(attention, layer, "post_attention_layernorm"));
    const h = this.#norm(y, layer, "pre_feedforward_layernorm");
    const gate = graph.gelu(this.#linear(h, layer, "mlp.gate_proj", width, mlpWidth));
    const gated = graph.mul(gate, this.#linear(h, layer, "mlp.up_proj", width, mlpWidth));
    const down = this.#linear(gated, layer, "mlp.down_proj", mlpWidth, width);
    return graph.add(y, this.#norm(down, layer, "post_feedforward_layernorm"));
  }

  #attention(h: Value, layer: number): Value {
    const graph = this.#graph;
    const { width, heads, headWidth, epsilon } = this.#config;
    const total = heads * headWidth;
    const order = visionChannelOrder(heads, headWidth);
    const turned = (name: string): Value => {
      const projected = this.#linear(h, layer, `self_attn.${name}_proj`, width, total, order);
      const weight = this.#headWeight(layer, `${name}_norm`);
      const normed = headNorm(graph, projected, heads, headWidth, weight, epsilon);
      return rotate(graph, normed, this.#inputs.rotary, this.#style.rotary);
    };
    const q = turned("q");
    const k = turned("k");
    const projected = this.#linear(h, layer, "self_attn.v_proj", width, total);
    const ones = graph.filled(headWidth, 1);
    const v = joinHeads(graph, headNorm(graph, projected, heads, headWidth, ones, epsilon));
    const division = { query: heads, keyValue: heads, width: headWidth, scale: 1 };
    const mask = this.#inputs.mask ?? null;
    const out = attend(graph, q, k, v, mask, division, this.#style.attention);
    return this.#linear(out, layer, "self_attn.o_proj", total, width);
  }

  #norm(x: Value, layer: number, name: string): Value {
    const { width, epsilon } = this.#config;
    const full = `${VISION_PREFIX}.encoder.layers.${layer}.${name}.weight`;
    return this.#graph.rmsNorm(x, this.#parameters.tensor(this.#graph, full, [width]), epsilon);
  }

  /** A head's norm weights, in the channel order of q and k. */
  #headWeight(layer: number, name: string): Value {
    const { headWidth } = this.#config;
    const full = `${VISION_PREFIX}.encoder.layers.${layer}.self_attn.${name}.weight`;
    const weight = this.#parameters.tensor(this.#graph, full, [headWidth]);
    return this.#graph.gather(weight, this.#graph.integers(visionChannelOrder(1, headWidth)));
  }

  #linear(
    x: Value,
    layer: number,
    name: string,
    inputs: number,
    outputs: number,
    order?: readonly number[],
  ): Value {
    const graph = this.#graph;
    const full = `${VISION_PREFIX}.encoder.layers.${layer}.${name}`;
    const weight = `${full}.linear.weight`;
    if (!this.#config.clipped) {
      return this.#parameters.linear(graph, x, weight, inputs, outputs, { order });
    }
    const bound = (which: string): Value => this.#parameters.tensor(graph, `${full}.${which}`, []);
    const clamped = graph.clip(x, bound("input_min"), bound("input_max"));
    const y = this.#parameters.linear(graph, clamped, weight, inputs, outputs, { order });
    return graph.clip(y, bound("output_min"), bound("output_max"));
  }
}
