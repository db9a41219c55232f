/** SmolVLM2's graphs for streaming and chat: parts of the model over a slot-addressed cache. */

import type { KeyValueStore, KeyValues } from "../gemma4/text.ts";
import { Graph } from "../graph/graph.ts";
import type { Value } from "../graph/types.ts";
import type { AttentionStyle } from "../model/attention.ts";
import { type CachedLayer, keysName, valuesName } from "../model/cache.ts";
import type { Parameters } from "../parameters/types.ts";
import type { AttentionForm } from "../runtime/types.ts";
import type { SmolVlmConfig, SmolVlmTextConfig } from "./config.ts";
import { SmolVlmLayers, smolVlmEmbeddings, smolVlmHead } from "./text.ts";
import { smolVlmVision } from "./vision.ts";

/** A part of the decoder as a graph, and which cache tensors it reads and writes. */
export type SmolVlmStack = {
  readonly graph: Graph;
  /** Names of cache tensors that go in. */
  readonly reads: readonly string[];
  /** Outputs that are cache tensors, and which. */
  readonly writes: ReadonlyMap<string, string>;
};

/** Every layer owns keys and values. */
export function smolVlmCachedLayers(config: SmolVlmTextConfig): CachedLayer[] {
  const width = config.kvHeads * config.headWidth;
  return Array.from({ length: config.layers }, (_, layer) => ({ layer, width }));
}

/**
 * Builds a part of the decoder for M rows and a cache of L slots. `lower`, for every row: all layers but the last, and
 * of that its keys and values. `upper`, for sampled rows: the rest of the last layer and the head; what it leaves out
 * feeds nothing that is asked for. Inputs `h` [1, M, width], `cos`, `sin` [M, headWidth / 2], `order` [1, M] int64 =
 * 0 to M - 1, `mask` [1, 1, M, L] (not for a `lower` of a single layer), for `lower` `slots` [M, 1] int64, and the
 * cache. Gives `y` [1, M, width], or `scores` [1, M, vocabulary].
 */
export function smolVlmStack(
  config: SmolVlmTextConfig,
  parameters: Parameters,
  part: "lower" | "upper",
  style: AttentionStyle,
): SmolVlmStack {
  const graph = new Graph();
  const half = config.headWidth / 2;
  const last = config.layers - 1;
  const hidden = graph.input("h", "float32", [1, "M", config.width]);
  const rotary = {
    cos: graph.input("cos", "float32", ["M", half]),
    sin: graph.input("sin", "float32", ["M", half]),
    order: graph.input("order", "int64", [1, "M"]),
  };
  const store = new CacheStore(graph, config, part);
  const attends = part === "upper" || last > 0;
  const mask = attends ? graph.input("mask", "float32", [1, 1, "M", "L"]) : null;
  const layers = new SmolVlmLayers(graph, parameters, config, { rotary, mask, store }, style);
  if (part === "lower") {
    let y = hidden;
    for (let layer = 0; layer < last; layer++) y = layers.layer(y, layer);
    layers.keyValues(y, last);
    graph.output("y", y);
  } else {
    const y = layers.rest(hidden, last);
    graph.output("scores", smolVlmHead(graph, parameters, config, y));
  }
  return { graph, reads: store.reads, writes: store.writes };
}

/** Token embeddings: `ids` [M] int64 to `rows` [M, width]. */
export function smolVlmEmbeddingGraph(config: SmolVlmTextConfig, parameters: Parameters): Graph {
  const graph = new Graph();
  const ids = graph.input("ids", "int64", ["M"]);
  graph.output("rows", smolVlmEmbeddings(graph, parameters, config, ids));
  return graph;
}

/**
 * The vision tower for any blocks of one image: `patches` [1, n, 3 * patch * patch] and `positions` [n] int64 as
 * `smolVlmVisionFeeds` makes them; gives `tokens` [blocks, width].
 */
export function smolVlmVisionGraph(
  config: SmolVlmConfig,
  parameters: Parameters,
  form: AttentionForm,
): Graph {
  const graph = new Graph();
  const inputs = {
    patches: graph.input("patches", "float32", [1, "n", 3 * config.vision.patch ** 2]),
    positions: graph.input("positions", "int64", ["n"]),
  };
  graph.output("tokens", smolVlmVision(graph, parameters, config, inputs, form));
  return graph;
}

/** Keys and values in tensors that outlive the pass, addressed by slot. */
class CacheStore implements KeyValueStore {
  readonly reads: string[] = [];
  readonly writes: Map<string, string> = new Map();
  readonly #graph: Graph;
  readonly #width: number;
  readonly #slots: Value | null;

  constructor(graph: Graph, config: SmolVlmTextConfig, part: "lower" | "upper") {
    this.#graph = graph;
    this.#width = config.kvHeads * config.headWidth;
    this.#slots = part === "lower" ? graph.input("slots", "int64", ["M", 1]) : null;
  }

  write(layer: number, rows: KeyValues): KeyValues {
    return {
      keys: this.#replace(keysName(layer), rows.keys),
      values: this.#replace(valuesName(layer), rows.values),
    };
  }

  read(layer: number): KeyValues {
    const read = (name: string): Value => this.#graph.unsqueeze(this.#input(name), [0]);
    return { keys: read(keysName(layer)), values: read(valuesName(layer)) };
  }

  #replace(name: string, rows: Value): Value {
    if (this.#slots === null) throw new RangeError(`${name} is only read in this part`);
    const flat = this.#graph.reshape(rows, ["M", this.#width]);
    const all = this.#graph.scatterRows(this.#input(name), this.#slots, flat);
    // The scatter itself is the output: a node behind it would copy the whole cache.
    this.#graph.outputs.set(all.name, all);
    this.writes.set(all.name, name);
    return this.#graph.unsqueeze(all, [0]);
  }

  #input(name: string): Value {
    this.reads.push(name);
    return this.#graph.input(name, "float32", ["L", this.#width]);
  }
}
