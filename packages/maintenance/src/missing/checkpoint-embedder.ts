/**
 * Sentence embeddings of a local checkpoint: BERT encoders (MiniLM, BGE, GTE and their like), mean over tokens, length 1.
 * Devlin et al., NAACL 2019; Reimers and Gurevych, EMNLP 2019.
 */

import { expected } from "@symbion/core";
import {
  attend,
  type Executor,
  Graph,
  linear,
  loadGraph,
  type Parameters,
  type Program,
  type Tokenizer,
  type Value,
} from "@symbion/neural";
import type { TextEmbedder } from "./embedder.ts";

/** What is needed of a checkpoint; `loadCheckpoint` of `@symbion/neural/node` gives it. */
export type EmbeddingCheckpoint = {
  /** Name for people. */
  readonly name: string;
  /** `config.json`, parsed. */
  readonly config: unknown;
  /** Its tokenizer; null where it has none. */
  readonly tokenizer: Tokenizer | null;
  /** Its weights. */
  readonly parameters: () => Parameters & { has(name: string): boolean };
};

type Config = {
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly inner: number;
  readonly vocabulary: number;
  readonly positions: number;
  readonly types: number;
  readonly epsilon: number;
};

/** Reads texts through a BERT encoder. Must be disposed of. */
export class CheckpointEmbedder implements TextEmbedder {
  /** The checkpoint's name. */
  readonly name: string;
  /** The encoder's hidden size. */
  readonly width: number;
  readonly #program: Program;
  readonly #tokenizer: Tokenizer;
  readonly #positions: number;

  private constructor(name: string, program: Program, tokenizer: Tokenizer, config: Config) {
    this.name = name;
    this.width = config.width;
    this.#program = program;
    this.#tokenizer = tokenizer;
    this.#positions = config.positions;
  }

  /**
   * Loads the encoder.
   *
   * @throws UsageError for another architecture or a checkpoint without tokenizer; CheckpointError for missing tensors.
   */
  static async open(
    executor: Executor,
    checkpoint: EmbeddingCheckpoint,
  ): Promise<CheckpointEmbedder> {
    const { name, tokenizer } = checkpoint;
    const config = readConfig(checkpoint.config, name);
    if (tokenizer === null) throw expected("a checkpoint with tokenizer.json", "none", name);
    const parameters = checkpoint.parameters();
    const graph = new Graph();
    const ids = graph.input("ids", "int64", [1, "tokens"]);
    const places = graph.input("places", "int64", [1, "tokens"]);
    const prefix = parameters.has("bert.embeddings.word_embeddings.weight") ? "bert." : "";
    const hidden = encoder(graph, parameters, prefix, ids, places, config, executor.attention);
    graph.output("vector", graph.mean(hidden, [1]));
    const external = await parameters.external?.();
    const program = await loadGraph(executor, graph, external);
    return new CheckpointEmbedder(name, program, tokenizer, config);
  }

  /** Vectors of length 1, [texts, width]; what a text has beyond the encoder's positions is not read. */
  async embed(texts: readonly string[]): Promise<Float32Array> {
    const out = new Float32Array(texts.length * this.width);
    for (const [t, text] of texts.entries()) {
      const all = this.#tokenizer.encode(text, { special: true });
      const tokens = all.subarray(0, this.#positions);
      // The last token ends the text, also where the text was cut.
      if (all.length > tokens.length) tokens[tokens.length - 1] = all[all.length - 1];
      const shape = [1, tokens.length];
      const found = await this.#program.run({
        ids: { type: "int64", shape, data: BigInt64Array.from(tokens, BigInt) },
        places: { type: "int64", shape, data: BigInt64Array.from(tokens, (_, i) => BigInt(i)) },
      });
      const vector = found.vector.data as Float32Array;
      const length = Math.hypot(...vector);
      for (let i = 0; i < vector.length; i++) {
        out[t * this.width + i] = length === 0 ? 0 : vector[i] / length;
      }
    }
    return out;
  }

  /** Frees the encoder. */
  async dispose(): Promise<void> {
    await this.#program.dispose();
  }
}

/** States of the last layer, [1, tokens, width]. */
function encoder(
  graph: Graph,
  parameters: Parameters,
  prefix: string,
  ids: Value,
  places: Value,
  config: Config,
  form: Executor["attention"],
): Value {
  const { width, heads, inner, epsilon } = config;
  const at = `${prefix}embeddings`;
  const norm = (name: string, x: Value): Value => {
    const weight = parameters.tensor(graph, `${name}.weight`, [width]);
    const bias = parameters.tensor(graph, `${name}.bias`, [width]);
    return graph.layerNorm(x, weight, bias, epsilon);
  };
  const table = (what: string, rows: number, which: Value): Value =>
    parameters.embedding(graph, which, `${at}.${what}_embeddings.weight`, rows, width);
  // All tokens are of the first type.
  const types = parameters.tensor(graph, `${at}.token_type_embeddings.weight`, [
    config.types,
    width,
  ]);
  const type = graph.slice(types, 0, 1, 0);
  const words = table("word", config.vocabulary, ids);
  const placed = graph.add(words, table("position", config.positions, places));
  let x = norm(`${at}.LayerNorm`, graph.add(placed, type));
  const size = width / heads;
  const division = { query: heads, keyValue: heads, width: size, scale: 1 / Math.sqrt(size) };
  for (let layer = 0; layer < config.layers; layer++) {
    const name = `${prefix}encoder.layer.${layer}`;
    const [q, k, v] = ["query", "key", "value"].map((part) =>
      linear(graph, parameters, `${name}.attention.self.${part}`, x, width),
    );
    const seen = attend(graph, q, k, v, null, division, form);
    const joined = linear(graph, parameters, `${name}.attention.output.dense`, seen, width);
    const middle = norm(`${name}.attention.output.LayerNorm`, graph.add(x, joined));
    const wide = linear(graph, parameters, `${name}.intermediate.dense`, middle, inner);
    const active = graph.single("Gelu", [wide], wide, { approximate: "none" });
    const narrow = linear(graph, parameters, `${name}.output.dense`, active, width);
    x = norm(`${name}.output.LayerNorm`, graph.add(middle, narrow));
  }
  return x;
}

function readConfig(value: unknown, name: string): Config {
  if (typeof value !== "object" || value === null) throw expected("an object", value, name);
  const config = value as Readonly<Record<string, unknown>>;
  const { model_type: type, hidden_act: act = "gelu" } = config;
  if (type !== "bert") throw expected("a model_type of bert", type, name);
  if (act !== "gelu") throw expected("a hidden_act of gelu", act, name);
  const kind = config.position_embedding_type ?? "absolute";
  if (kind !== "absolute") throw expected("absolute position embeddings", kind, name);
  const count = (key: string): number => {
    const found = config[key];
    if (!Number.isInteger(found) || (found as number) < 1 || (found as number) > 1e7) {
      throw expected("a whole number from 1", found, `${name}: ${key}`);
    }
    return found as number;
  };
  const epsilon = config.layer_norm_eps ?? 1e-12;
  if (typeof epsilon !== "number" || !(epsilon > 0)) {
    throw expected("a number above 0", epsilon, `${name}: layer_norm_eps`);
  }
  const [width, heads] = [count("hidden_size"), count("num_attention_heads")];
  if (width % heads !== 0) throw expected("heads that divide hidden_size", heads, name);
  return {
    ...{ width, heads, epsilon, layers: count("num_hidden_layers") },
    ...{ inner: count("intermediate_size"), vocabulary: count("vocab_size") },
    ...{ positions: count("max_position_embeddings"), types: count("type_vocab_size") },
  };
}
