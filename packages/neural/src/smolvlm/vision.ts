/** SmolVLM2's vision tower over any blocks of an image, and the projection of each block to one token. */

import type { Graph } from "../graph/graph.ts";
import type { Dim, Value } from "../graph/types.ts";
import { attend } from "../model/attention.ts";
import type { PixelBlocks } from "../model/types.ts";
import type { Parameters } from "../parameters/types.ts";
import type { AttentionForm } from "../runtime/types.ts";
import { type SmolVlmConfig, type SmolVlmVisionConfig, smolVlmBlockSize } from "./config.ts";

const PREFIX = "model.vision_model";

/** What the tower is given. */
export type SmolVlmVisionInputs = {
  /** Pixels of patches, -1 to 1, block after block and row by row within a block: [1, n, 3 * patch * patch]. */
  readonly patches: Value;
  /** Row of the table of positions for each patch, int64 [n]. */
  readonly positions: Value;
};

/** Adds the tower and the projection; gives one embedding per block, [blocks, text width]. */
export function smolVlmVision(
  graph: Graph,
  parameters: Parameters,
  config: SmolVlmConfig,
  { patches, positions }: SmolVlmVisionInputs,
  form: AttentionForm,
): Value {
  const { vision, text } = config;
  const { width, patch, side, layers, shuffle } = vision;
  // A convolution whose steps are as long as its kernel is a product, with the weights as they lie.
  const kernel = parameters.tensor(graph, `${PREFIX}.embeddings.patch_embedding.weight`, [
    width,
    3,
    patch,
    patch,
  ]);
  const weights = graph.transpose(graph.reshape(kernel, [width, 3 * patch * patch]), [1, 0]);
  const bias = parameters.tensor(graph, `${PREFIX}.embeddings.patch_embedding.bias`, [width]);
  const table = parameters.tensor(graph, `${PREFIX}.embeddings.position_embedding.weight`, [
    side * side,
    width,
  ]);
  let x = graph.add(graph.matmul(patches, weights), bias);
  x = graph.add(x, graph.unsqueeze(graph.gather(table, positions), [0]));
  const tower = new Tower(graph, parameters, vision, form);
  for (let layer = 0; layer < layers; layer++) {
    x = tower.layer(x, `${PREFIX}.encoder.layers.${layer}`);
  }
  x = tower.norm(x, `${PREFIX}.post_layernorm`);
  // Pixel shuffle puts a block's patches side by side, rows first: with patches in that order it moves nothing.
  const inputs = width * shuffle * shuffle;
  const blocks = graph.reshape(x, [blockCount(patches.shape[1] as Dim, shuffle), inputs]);
  const name = "model.connector.modality_projection.proj.weight";
  return parameters.linear(graph, blocks, name, inputs, text.width);
}

/** The feeds of the tower for some blocks. @throws {RangeError} when the blocks don't fit each other or the grid. */
export function smolVlmVisionFeeds(
  config: SmolVlmVisionConfig,
  blocks: PixelBlocks,
): { patches: Float32Array; positions: BigInt64Array } {
  checkBlocks(config, blocks);
  const { patch, shuffle, side } = config;
  const size = smolVlmBlockSize(config);
  const columns = smolVlmPositions(blocks.gridWidth * shuffle, side);
  const rows = smolVlmPositions(blocks.gridHeight * shuffle, side);
  const patches = new Float32Array(blocks.pixels.length);
  const positions = new BigInt64Array(blocks.count * shuffle * shuffle);
  let at = 0;
  for (let block = 0; block < blocks.count; block++) {
    for (let part = 0; part < shuffle * shuffle; part++) {
      const down = Math.floor(part / shuffle);
      const across = part % shuffle;
      const row = rows[blocks.rows[block] * shuffle + down];
      const column = columns[blocks.columns[block] * shuffle + across];
      positions[block * shuffle * shuffle + part] = BigInt(row * side + column);
      for (let channel = 0; channel < 3; channel++) {
        for (let y = 0; y < patch; y++) {
          const line = (block * size + down * patch + y) * size + across * patch;
          for (let x = 0; x < patch; x++) {
            patches[at++] = blocks.pixels[(line + x) * 3 + channel] * 2 - 1;
          }
        }
      }
    }
  }
  return { patches, positions };
}

/**
 * Where each of `count` patches along an axis stands in a table with `side` places: the patch's share of the whole
 * axis, put into one of `side` equal buckets. Computed in float32, as the model's own code does: at the bounds of
 * buckets rounding decides.
 */
export function smolVlmPositions(count: number, side: number): Int32Array {
  const bounds: number[] = [];
  const step = 1 / side;
  for (let i = 0; i < Math.ceil((1 - step) / step); i++) bounds.push(Math.fround(step + i * step));
  const share = Math.fround(1 / count);
  const last = Math.fround(1 - 1e-6);
  const result = new Int32Array(count);
  for (let i = 0, bucket = 0; i < count; i++) {
    const at = Math.min(Math.fround(i * share), last);
    while (bucket < bounds.length && bounds[bucket] <= at) bucket++;
    result[i] = bucket;
  }
  return result;
}

function checkBlocks(config: SmolVlmVisionConfig, blocks: PixelBlocks): void {
  const { count, pixels, columns, rows, gridWidth, gridHeight } = blocks;
  const size = smolVlmBlockSize(config);
  const expected = count * size * size * 3;
  if (
    !Number.isInteger(count) ||
    count < 1 ||
    pixels.length !== expected ||
    columns.length !== count ||
    rows.length !== count
  ) {
    throw new RangeError(
      `expected at least one block of ${size} x ${size} pixels with its column and row, got ${count} blocks with ` +
        `${pixels.length} numbers, ${columns.length} columns and ${rows.length} rows`,
    );
  }
  for (let i = 0; i < count; i++) {
    const inside =
      columns[i] >= 0 && columns[i] < gridWidth && rows[i] >= 0 && rows[i] < gridHeight;
    if (!inside) {
      throw new RangeError(
        `expected blocks within ${gridWidth} x ${gridHeight}, got column ${columns[i]}, row ${rows[i]}`,
      );
    }
  }
}

function blockCount(patches: Dim, shuffle: number): Dim {
  return typeof patches === "number" ? patches / (shuffle * shuffle) : "blocks";
}

class Tower {
  readonly #graph: Graph;
  readonly #parameters: Parameters;
  readonly #config: SmolVlmVisionConfig;
  readonly #form: AttentionForm;

  constructor(
    graph: Graph,
    parameters: Parameters,
    config: SmolVlmVisionConfig,
    form: AttentionForm,
  ) {
    this.#graph = graph;
    this.#parameters = parameters;
    this.#config = config;
    this.#form = form;
  }

  layer(x: Value, name: string): Value {
    const graph = this.#graph;
    const { width, heads, mlpWidth } = this.#config;
    const h = this.norm(x, `${name}.layer_norm1`);
    const q = this.#linear(h, `${name}.self_attn.q_proj`, width, width);
    const k = this.#linear(h, `${name}.self_attn.k_proj`, width, width);
    const v = this.#linear(h, `${name}.self_attn.v_proj`, width, width);
    const channels = width / heads;
    const division = { query: heads, keyValue: heads, width: channels, scale: channels ** -0.5 };
    const seen = attend(graph, q, k, v, null, division, this.#form);
    const y = graph.add(x, this.#linear(seen, `${name}.self_attn.out_proj`, width, width));
    const inner = this.#linear(
      this.norm(y, `${name}.layer_norm2`),
      `${name}.mlp.fc1`,
      width,
      mlpWidth,
    );
    return graph.add(y, this.#linear(graph.gelu(inner), `${name}.mlp.fc2`, mlpWidth, width));
  }

  norm(x: Value, name: string): Value {
    const shape = [this.#config.width];
    const weight = this.#parameters.tensor(this.#graph, `${name}.weight`, shape);
    const bias = this.#parameters.tensor(this.#graph, `${name}.bias`, shape);
    return this.#graph.layerNorm(x, weight, bias, this.#config.epsilon);
  }

  #linear(x: Value, name: string, inputs: number, outputs: number): Value {
    const product = this.#parameters.linear(this.#graph, x, `${name}.weight`, inputs, outputs);
    return this.#graph.add(
      product,
      this.#parameters.tensor(this.#graph, `${name}.bias`, [outputs]),
    );
  }
}
