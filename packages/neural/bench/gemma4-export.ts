/**
 * Gemma 4 as files in the layout of onnx-community's exports (embed_tokens, vision_encoder, decoder_model_merged), so
 * that transformers.js runs the very weights that our graphs have. Whole images, append-only keys and values, every
 * layer for every token: what such files can do.
 */

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  encodeModel,
  type Gemma4Config,
  type Gemma4TextConfig,
  Graph,
  gemma4Embeddings,
  gemma4Head,
  gemma4Layers,
  gemma4Patches,
  gemma4Project,
  type KeyValueStore,
  type KeyValues,
  type KindInputs,
  type LayerKind,
  ownLayers,
  type Parameters,
  perLayerRows,
  RotaryPositions,
  type Value,
} from "../src/index.ts";

const STYLE = { attention: "fused", rotary: "operator" } as const;
/** Positions that the files have rotations for. */
const POSITIONS = 2048;

/** Writes a model's folder: configuration and graphs. */
export async function exportGemma4(
  folder: string,
  config: Gemma4Config,
  parameters: Parameters,
): Promise<void> {
  const { text, tokens } = config;
  await mkdir(join(folder, "onnx"), { recursive: true });
  const write = (name: string, graph: Graph): Promise<void> =>
    writeFile(join(folder, "onnx", `${name}.onnx`), encodeModel(graph));
  await write("embed_tokens", embedTokens(config, parameters));
  await write("vision_encoder", visionEncoder(config, parameters));
  await write("decoder_model_merged", decoder(text, parameters));
  await write("audio_encoder", audioEncoder());
  const settings = {
    architectures: ["Gemma4ForConditionalGeneration"],
    model_type: "gemma4",
    image_token_id: tokens.image,
    audio_token_id: text.vocabulary - 1,
    text_config: {
      model_type: "gemma4_text",
      hidden_size: text.width,
      num_hidden_layers: text.layers.length,
      num_kv_shared_layers: text.sharedLayers,
      num_attention_heads: text.heads,
      num_key_value_heads: text.kvHeads,
      head_dim: text.headWidth.sliding,
      vocab_size: text.vocabulary,
    },
  };
  await writeFile(join(folder, "config.json"), JSON.stringify(settings));
  await writeFile(join(folder, "generation_config.json"), JSON.stringify({ eos_token_id: 1 }));
}

/** Places of images take the pad token's rows; image features then replace their embeddings. */
function embedTokens({ text, tokens }: Gemma4Config, parameters: Parameters): Graph {
  const graph = new Graph();
  const given = graph.input("input_ids", "int64", ["batch_size", "sequence_length"]);
  const id = (value: number): Value => graph.constant(BigInt64Array.of(BigInt(value)), [], "int64");
  const ids = graph.where(graph.equal(given, id(tokens.image)), id(text.padId), given);
  graph.output("inputs_embeds", gemma4Embeddings(graph, parameters, text, ids));
  const rows = perLayerRows(graph, parameters, text, ids);
  const shape = ["batch_size", "sequence_length", text.layers.length, text.perLayerWidth];
  graph.output("per_layer_inputs", graph.reshape(rows, shape));
  return graph;
}

/** transformers.js wants the file; nothing here hears anything. */
function audioEncoder(): Graph {
  const graph = new Graph();
  graph.output("audio_features", graph.input("input_features", "float32", ["batch", "time", 128]));
  return graph;
}

/** Pools as Hugging Face does: by position, through a one-hot matrix. */
function visionEncoder({ vision, text }: Gemma4Config, parameters: Parameters): Graph {
  if (vision === null) throw new RangeError("expected a model with a vision tower");
  const graph = new Graph();
  const N = "max_patches";
  const length = vision.patch ** 2 * 3;
  const pixels = graph.input("pixel_values", "float32", [1, N, length]);
  const places = graph.input("pixel_position_ids", "int64", [1, N, 2]);
  const zero = graph.constant(BigInt64Array.of(0n), [], "int64");
  const one = graph.constant(BigInt64Array.of(1n), [], "int64");
  const columns = graph.gather(places, zero, 2);
  const rows = graph.gather(places, one, 2);
  const half = vision.headWidth / 2;
  const frequencies = Float32Array.from(
    { length: half / 2 },
    (_, i) => vision.theta ** ((-2 * i) / half),
  );
  const turn = graph.constant(frequencies, [1, half / 2], "float32");
  const angles = (axis: Value): Value =>
    graph.mul(graph.cast(graph.reshape(axis, [N, 1]), "float32"), turn);
  const both = graph.concat([angles(columns), angles(rows)], 1);
  const count = graph.single("Shape", [pixels], { type: "int64", shape: [3] });
  const patches = graph.gather(count, one);
  const order = graph.single("Range", [zero, patches, one], { type: "int64", shape: [N] });
  const offset = graph.constant(BigInt64Array.of(BigInt(vision.positions)), [], "int64");
  const inputs = {
    columns,
    rows: graph.add(rows, offset),
    rotary: { cos: graph.cos(both), sin: graph.sin(both), order: graph.unsqueeze(order, [0]) },
  };
  const x = gemma4Patches(graph, parameters, vision, pixels, inputs, STYLE);
  const pool = graph.constant(BigInt64Array.of(BigInt(vision.pool)), [], "int64");
  const block = (axis: Value): Value => graph.div(graph.reshape(axis, [N]), pool);
  const widest = graph.single(
    "ReduceMax",
    [columns],
    { type: "int64", shape: [] },
    { keepdims: 0 },
  );
  const across = graph.div(graph.add(widest, one), pool);
  const cell = graph.add(block(columns), graph.mul(across, block(rows)));
  const cells = vision.pool ** 2;
  const perBlock = graph.constant(BigInt64Array.of(BigInt(cells)), [], "int64");
  const blocks = graph.div(patches, perBlock);
  const values = graph.constant(Float32Array.of(0, 1 / cells), [2], "float32");
  const hot = graph.single(
    "OneHot",
    [cell, blocks, values],
    { type: "float32", shape: ["blocks", N] },
    { axis: 0 },
  );
  const pooled = graph.matmul(hot, graph.reshape(x, [N, vision.width]));
  const features = gemma4Project(graph, parameters, vision, text.width, pooled);
  graph.output("image_features", features);
  return graph;
}

function decoder(text: Gemma4TextConfig, parameters: Parameters): Graph {
  const graph = new Graph();
  const { width, layers, perLayerWidth, headWidth, rope, window } = text;
  const [B, S, T] = ["batch_size", "sequence_length", "total_sequence_length"];
  const embeddings = graph.input("inputs_embeds", "float32", [B, S, width]);
  const attention = graph.input("attention_mask", "int64", [B, T]);
  const positions = graph.input("position_ids", "int64", [B, S]);
  const rows = graph.input("per_layer_inputs", "float32", [B, S, layers.length, perLayerWidth]);
  graph.input("num_logits_to_keep", "int64", []);
  const number = (value: number): Value =>
    graph.constant(BigInt64Array.of(BigInt(value)), [], "int64");
  const shape = graph.single("Shape", [attention], { type: "int64", shape: [2] });
  const total = graph.gather(shape, number(1));
  const keys = graph.single("Range", [number(0), total, number(1)], { type: "int64", shape: [T] });
  const queries = graph.reshape(positions, [S, 1]);
  const ago = graph.sub(queries, keys);
  const seen = (test: Value): Value =>
    graph.unsqueeze(graph.where(test, graph.scalar(0), graph.scalar(-1e9)), [0, 1]);
  const causal = graph.greater(ago, number(-1));
  const near = graph.single("And", [causal, graph.greater(number(window), ago)], causal);
  const kinds: Partial<Record<LayerKind, KindInputs>> = {};
  for (const [kind, test] of [
    ["sliding", near],
    ["full", causal],
  ] as const) {
    const { theta, fraction } = rope[kind];
    const table = new RotaryPositions(headWidth[kind], theta, fraction);
    const all = table.rows(Array.from({ length: POSITIONS }, (_, i) => i));
    const constant = (values: Float32Array): Value =>
      graph.constant(values, [POSITIONS, table.width], "float32");
    const rotary = { cos: constant(all.cos), sin: constant(all.sin), order: positions };
    kinds[kind] = { rotary, mask: seen(test) };
  }
  const store = new PastStore(graph, text);
  const perLayer = graph.reshape(rows, [B, S, layers.length * perLayerWidth]);
  const inputs = {
    from: 0,
    to: layers.length,
    hidden: embeddings,
    embeddings,
    perLayer,
    kinds,
    store,
  };
  const hidden = gemma4Layers(graph, parameters, text, inputs, STYLE);
  const last = graph.single(
    "Slice",
    [hidden, graph.integers([-1]), graph.integers([0x7fffffff]), graph.integers([1])],
    { type: "float32", shape: [B, 1, width] },
  );
  graph.output("logits", gemma4Head(graph, parameters, text, last));
  return graph;
}

/** Keys and values that grow at the end: [batch, heads, tokens, width], as `past_key_values` and `present`. */
class PastStore implements KeyValueStore {
  readonly #graph: Graph;
  readonly #text: Gemma4TextConfig;
  readonly #kept = new Map<number, KeyValues>();

  constructor(graph: Graph, text: Gemma4TextConfig) {
    this.#graph = graph;
    this.#text = text;
  }

  write(layer: number, rows: KeyValues): KeyValues {
    const graph = this.#graph;
    const { kvHeads, headWidth, layers } = this.#text;
    const width = headWidth[layers[layer] ?? "full"];
    const append = (name: string, value: Value): Value => {
      const past = graph.input(`past_key_values.${layer}.${name}`, "float32", [
        "batch_size",
        kvHeads,
        "past_sequence_length",
        width,
      ]);
      const split = graph.reshape(value, ["batch_size", "sequence_length", kvHeads, width]);
      const heads = graph.transpose(split, [0, 2, 1, 3]);
      const shape = ["batch_size", kvHeads, "total_sequence_length", width];
      const all = graph.single("Concat", [past, heads], { type: "float32", shape }, { axis: 2 });
      graph.output(`present.${layer}.${name}`, all);
      const back = graph.transpose(all, [0, 2, 1, 3]);
      return graph.reshape(back, ["batch_size", "total_sequence_length", kvHeads * width]);
    };
    const all = { keys: append("key", rows.keys), values: append("value", rows.values) };
    this.#kept.set(layer, all);
    return all;
  }

  read(layer: number): KeyValues {
    const kept = this.#kept.get(layer);
    if (kept === undefined || layer >= ownLayers(this.#text)) {
      throw new RangeError(`layer ${layer} has no keys and values`);
    }
    return kept;
  }
}
