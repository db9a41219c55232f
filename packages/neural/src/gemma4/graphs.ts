/** Gemma 4's graphs for streaming and chat: parts of the stack over a slot-addressed cache. */

import { Graph } from "../graph/graph.ts";
import { type AttentionStyle, type RotaryTable, times } from "../model/attention.ts";
import type { CachedLayer } from "../model/cache.ts";
import { type CacheWrites, SlotStore } from "../model/slot-store.ts";
import type { Parameters } from "../parameters/types.ts";
import { type Gemma4Config, type Gemma4TextConfig, type LayerKind, ownLayers } from "./config.ts";
import {
  gemma4Embeddings,
  gemma4Head,
  gemma4Layers,
  type KindInputs,
  perLayerRows,
} from "./text.ts";
import { gemma4Vision } from "./vision.ts";

/**
 * The stack's two parts. `lower` runs for every token: the layers whose keys and values later tokens may ask for, but
 * of the last of these only its keys and values. `upper` runs for tokens whose scores are wanted: the rest of that
 * layer, the layers above, and the head.
 */
export type StackPart = "lower" | "upper";

/** A part of the stack as a graph, and what it wants to be fed. */
export type StackGraph = {
  readonly graph: Graph;
  /** First layer with a result of its own in this part. */
  readonly from: number;
  /** The layer after the last such. */
  readonly to: number;
  /** Kinds of layers whose rows are rotated: inputs `cos_<kind>` and `sin_<kind>`, [rows, headWidth / 2]. */
  readonly rotated: readonly LayerKind[];
  /** Kinds of layers that attend: input `mask_<kind>`, [1, 1, rows, slots]. */
  readonly masked: readonly LayerKind[];
  /** Names of cache tensors that go in. */
  readonly reads: readonly string[];
  /** Outputs, and the cache tensors that they are or belong into. */
  readonly writes: ReadonlyMap<string, string>;
};

/** Layers that own keys and values, with the channels of a row. */
export function cachedLayers(config: Gemma4TextConfig): CachedLayer[] {
  return config.layers.slice(0, ownLayers(config)).map((kind, layer) => ({
    layer,
    width: config.kvHeads * config.headWidth[kind],
    heads: config.kvHeads,
  }));
}

/**
 * Builds a part of the stack for M rows and a cache of L slots. Inputs besides those of {@link StackGraph}: `emb`
 * [1, M, width], for `upper` also `h` [1, M, width], `ple` [1, M, layers * perLayerWidth] where the model has
 * per-layer embeddings and the part has layers, `order` [1, M] int64 = 0 to M - 1, for `lower` also `slots`
 * [kvHeads * M, 1] int64, the rows to overwrite of cache tensors [kvHeads * L, headWidth], see `slotRows`. Gives `y`
 * [1, M, width], or with the head `scores` [1, M, vocabulary], and what `writes` says of the cache.
 */
export function stackGraph(
  config: Gemma4TextConfig,
  parameters: Parameters,
  part: StackPart,
  style: AttentionStyle,
  writes: CacheWrites,
  head: boolean = part === "upper",
): StackGraph {
  const graph = new Graph();
  const { width, layers, perLayerWidth, headWidth } = config;
  const last = ownLayers(config) - 1;
  const [from, to] = part === "lower" ? [0, last] : [last, layers.length];
  const masked = kindsOf(layers.slice(from, to));
  const rotated = kindsOf(layers.slice(from, part === "lower" ? last + 1 : to));
  const embeddings = graph.input("emb", "float32", [1, "M", width]);
  const hidden = part === "lower" ? embeddings : graph.input("h", "float32", [1, "M", width]);
  const perLayer =
    perLayerWidth > 0 && to > from
      ? graph.input("ple", "float32", [1, "M", (to - from) * perLayerWidth])
      : null;
  const order = graph.input("order", "int64", [1, "M"]);
  const writing =
    part === "lower"
      ? { form: writes, slots: graph.input("slots", "int64", [times("M", config.kvHeads), 1]) }
      : null;
  const store = new SlotStore(graph, cachedLayers(config), writing);
  const kinds: Partial<Record<LayerKind, KindInputs>> = {};
  for (const kind of rotated) {
    const half = headWidth[kind] / 2;
    const rotary: RotaryTable = {
      cos: graph.input(`cos_${kind}`, "float32", ["M", half]),
      sin: graph.input(`sin_${kind}`, "float32", ["M", half]),
      order,
    };
    const mask = masked.includes(kind)
      ? graph.input(`mask_${kind}`, "float32", [1, 1, "M", "L"])
      : undefined;
    kinds[kind] = { rotary, mask };
  }
  const inputs = {
    from,
    to,
    keysOfNext: part === "lower",
    keysWritten: part === "upper",
    hidden,
    embeddings,
    perLayer,
    kinds,
    store,
  };
  const y = gemma4Layers(graph, parameters, config, inputs, style);
  if (head) graph.output("scores", gemma4Head(graph, parameters, config, y));
  else graph.output("y", y);
  return { graph, from, to, rotated, masked, reads: store.reads, writes: store.writes };
}

/** Token embeddings: `ids` [M] int64 to `rows` [M, width]. */
export function embeddingGraph(config: Gemma4TextConfig, parameters: Parameters): Graph {
  const graph = new Graph();
  const ids = graph.input("ids", "int64", ["M"]);
  graph.output("rows", gemma4Embeddings(graph, parameters, config, ids));
  return graph;
}

/** Per-layer rows: `ids` [M] int64 to `rows` [M, layers * perLayerWidth]. */
export function perLayerGraph(config: Gemma4TextConfig, parameters: Parameters): Graph {
  const graph = new Graph();
  const ids = graph.input("ids", "int64", ["M"]);
  graph.output("rows", perLayerRows(graph, parameters, config, ids));
  return graph;
}

/**
 * The vision tower for n blocks of one image: `pixels` [1, n, blockSize * blockSize * 3], and of their N = pool * pool *
 * n patches `columns`, `rows`, `order` [1, N] int64, `cos`, `sin` [N, headWidth / 2]; gives `tokens` [1, n, width].
 */
export function visionGraph(
  config: Gemma4Config & { readonly vision: object },
  parameters: Parameters,
  style: AttentionStyle,
): Graph {
  const graph = new Graph();
  const { vision, text } = config;
  const size = vision.patch * vision.pool;
  const half = vision.headWidth / 2;
  const patches = `${vision.pool * vision.pool}*n`;
  const inputs = {
    pixels: graph.input("pixels", "float32", [1, "n", size * size * 3]),
    columns: graph.input("columns", "int64", [1, patches]),
    rows: graph.input("rows", "int64", [1, patches]),
    rotary: {
      cos: graph.input("cos", "float32", [patches, half]),
      sin: graph.input("sin", "float32", [patches, half]),
      order: graph.input("order", "int64", [1, patches]),
    },
  };
  graph.output("tokens", gemma4Vision(graph, parameters, vision, text.width, inputs, style));
  return graph;
}

function kindsOf(layers: readonly LayerKind[]): LayerKind[] {
  return [...new Set(layers)];
}
