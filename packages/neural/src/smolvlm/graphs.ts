/** SmolVLM2's graphs for streaming and chat: parts of the model over a slot-addressed cache. */

import { Graph } from "../graph/graph.ts";
import { type AttentionStyle, times } from "../model/attention.ts";
import type { CachedLayer } from "../model/cache.ts";
import { type CacheWrites, SlotStore } from "../model/slot-store.ts";
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
  /** Outputs, and the cache tensors that they are or belong into. */
  readonly writes: ReadonlyMap<string, string>;
};

/** Every layer owns keys and values. */
export function smolVlmCachedLayers(config: SmolVlmTextConfig): CachedLayer[] {
  const width = config.kvHeads * config.headWidth;
  const heads = config.kvHeads;
  return Array.from({ length: config.layers }, (_, layer) => ({ layer, width, heads }));
}

/**
 * Builds a part of the decoder for M rows and a cache of L slots. `lower`, for every row: all layers but the last, and
 * of that its keys and values. `upper`, for sampled rows: the rest of the last layer and the head; what it leaves out
 * feeds nothing that is asked for. Inputs `h` [1, M, width], `cos`, `sin` [M, headWidth / 2], `order` [1, M] int64 =
 * 0 to M - 1, `mask` [1, 1, M, L] (not for a `lower` of a single layer), for `lower` `slots` as {@link SlotWriting}
 * has it, and cache tensors [kvHeads * L, headWidth]. Gives `y` [1, M, width], or `scores` [1, M, vocabulary], and of
 * the cache what `writes` says.
 */
export function smolVlmStack(
  config: SmolVlmTextConfig,
  parameters: Parameters,
  part: "lower" | "upper",
  style: AttentionStyle,
  writes: CacheWrites,
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
  const lower = part === "lower";
  const writing = lower
    ? { form: writes, slots: graph.input("slots", "int64", [times("M", config.kvHeads), 1]) }
    : null;
  const store = new SlotStore(graph, smolVlmCachedLayers(config), writing);
  const attends = !lower || last > 0;
  const mask = attends ? graph.input("mask", "float32", [1, 1, "M", "L"]) : null;
  const layers = new SmolVlmLayers(graph, parameters, config, { rotary, mask, store }, style);
  if (lower) {
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
