/** Gemma 4's graphs for streaming and chat: parts of the stack over a slot-addressed cache. */

import { Graph } from "../graph/graph.ts";
import type { Value } from "../graph/types.ts";
import { type AttentionStyle, type RotaryTable, times } from "../model/attention.ts";
import { type CachedLayer, keysName, valuesName } from "../model/cache.ts";
import type { Parameters } from "../parameters/types.ts";
import {
  type Gemma4Config,
  type Gemma4TextConfig,
  keyValueLayer,
  type LayerKind,
  ownLayers,
} from "./config.ts";
import {
  gemma4Embeddings,
  gemma4Head,
  gemma4Layers,
  type KeyValueStore,
  type KeyValues,
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
  /** Outputs that are cache tensors, and which. */
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
 * [kvHeads * M, 1] int64, head by head the rows to overwrite of cache tensors [kvHeads * L, headWidth]. Gives `y` [1, M, width], or with the head `scores` [1, M, vocabulary].
 */
export function stackGraph(
  config: Gemma4TextConfig,
  parameters: Parameters,
  part: StackPart,
  style: AttentionStyle,
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
  const store = new CacheStore(graph, config, part);
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

/** Keys and values in tensors that outlive the pass, addressed by slot. */
class CacheStore implements KeyValueStore {
  readonly reads: string[] = [];
  readonly writes: Map<string, string> = new Map();
  readonly #graph: Graph;
  readonly #config: Gemma4TextConfig;
  readonly #slots: Value | null;
  readonly #known = new Map<number, KeyValues>();

  constructor(graph: Graph, config: Gemma4TextConfig, part: StackPart) {
    this.#graph = graph;
    this.#config = config;
    this.#slots =
      part === "lower" ? graph.input("slots", "int64", [times("M", config.kvHeads), 1]) : null;
  }

  write(layer: number, rows: KeyValues): KeyValues {
    const slots = this.#slots;
    const graph = this.#graph;
    if (slots === null) throw new RangeError(`layer ${layer} has its keys from elsewhere`);
    const { kvHeads } = this.#config;
    const replace = (name: string, update: Value): Value => {
      const width = (update.shape[2] as number) / kvHeads;
      const split = graph.reshape(update, ["M", kvHeads, width]);
      const byHead = kvHeads === 1 ? split : graph.transpose(split, [1, 0, 2]);
      const flat = graph.reshape(byHead, [times("M", kvHeads), width]);
      const all = graph.scatterRows(this.#input(name, width), slots, flat);
      // The scatter itself is the output: a copy behind it would be made of the whole cache.
      graph.outputs.set(all.name, all);
      this.writes.set(all.name, name);
      return this.#byHead(all);
    };
    const all = {
      keys: replace(keysName(layer), rows.keys),
      values: replace(valuesName(layer), rows.values),
    };
    this.#known.set(layer, all);
    return all;
  }

  read(layer: number): KeyValues {
    const known = this.#known.get(layer);
    if (known !== undefined) return known;
    const { headWidth, layers } = this.#config;
    const width = headWidth[layers[keyValueLayer(this.#config, layer)] as LayerKind];
    const read = (name: string): Value => this.#byHead(this.#input(name, width));
    const all = { keys: read(keysName(layer)), values: read(valuesName(layer)) };
    this.#known.set(layer, all);
    return all;
  }

  /** As attention takes them without a copy: [1, kvHeads, L, width]. */
  #byHead(all: Value): Value {
    const { kvHeads } = this.#config;
    return this.#graph.reshape(all, [1, kvHeads, "L", all.shape[1] as number]);
  }

  #input(name: string, width: number): Value {
    this.reads.push(name);
    return this.#graph.input(name, "float32", [times("L", this.#config.kvHeads), width]);
  }
}
