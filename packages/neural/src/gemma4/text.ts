/** Gemma 4's decoder layers, over any range of layers, with keys and values from a cache or from the same pass. */

import type { Graph } from "../graph/graph.ts";
import type { Dim, Value } from "../graph/types.ts";
import {
  type AttentionStyle,
  attend,
  foldMask,
  headNorm,
  joinHeads,
  type RotaryTable,
  rotate,
} from "../model/attention.ts";
import type { Parameters } from "../parameters/types.ts";
import { type Gemma4TextConfig, keyValueLayer, type LayerKind, mlpWidthOf } from "./config.ts";

/** Where the decoder's tensors are in a checkpoint. */
export const TEXT_PREFIX = "model.language_model";

/** Table of token embeddings, also the head's weights where these are tied. */
export const TOKEN_TABLE: string = `${TEXT_PREFIX}.embed_tokens.weight`;

/** Table of per-layer embeddings. */
export const PER_LAYER_TABLE: string = `${TEXT_PREFIX}.embed_tokens_per_layer.weight`;

/** Keys and values of a layer as attention reads them: [b, l, kvHeads * headWidth], rotated and normed. */
export type KeyValues = { readonly keys: Value; readonly values: Value };

/** Keeps keys and values between layers. */
export interface KeyValueStore {
  /** Takes the rows that a layer has just computed, [b, n, kvHeads * headWidth]; gives all that it may see. */
  write(layer: number, rows: KeyValues): KeyValues;
  /** What an earlier layer, or an earlier pass, has left. */
  read(layer: number): KeyValues;
}

/** Keys and values of the same pass only: rows see rows. For training and for whole prompts. */
export class PassStore implements KeyValueStore {
  readonly #kept = new Map<number, KeyValues>();

  /** Keeps the rows for layers that share them, and gives just them. */
  write(layer: number, rows: KeyValues): KeyValues {
    this.#kept.set(layer, rows);
    return rows;
  }

  /** Rows of an earlier layer. @throws {RangeError} when it has left none. */
  read(layer: number): KeyValues {
    const kept = this.#kept.get(layer);
    if (kept === undefined) throw new RangeError(`layer ${layer} has left no keys and values`);
    return kept;
  }
}

/** What layers of one kind need to know about the rows. */
export type KindInputs = {
  /** Cosines and sines of the rows' positions. */
  readonly rotary: RotaryTable;
  /**
   * Added to attention scores: 0 where a row sees another, -1e9 where not. [1 or b, 1, n, l]. Undefined where only
   * keys and values of this kind are computed.
   */
  readonly mask?: Value | undefined;
};

/** Inputs of a range of layers. */
export type LayersInputs = {
  /** First layer of the range. */
  readonly from: number;
  /** The layer after the last. */
  readonly to: number;
  /**
   * Also computes the keys and values of layer `to`, and nothing else of it: all that later rows ever ask of a layer
   * whose own result is needed for few rows only.
   */
  readonly keysOfNext?: boolean | undefined;
  /** Keys and values of layer `from` have been computed by the range before it, with `keysOfNext`. */
  readonly keysWritten?: boolean | undefined;
  /** Hidden states before layer `from`, [b, n, width]. */
  readonly hidden: Value;
  /** Token and image embeddings that the whole stack began with, [b, n, width]. */
  readonly embeddings: Value;
  /**
   * Per-layer rows of the tokens, for the layers of the range only, as {@link perLayerRows} gives them:
   * [b, n, (to - from) * perLayerWidth]. Null when the model has none.
   */
  readonly perLayer: Value | null;
  /** What sliding and full layers need; kinds that the range lacks may be left out. */
  readonly kinds: Readonly<Partial<Record<LayerKind, KindInputs>>>;
  /** Where keys and values go to and come from. */
  readonly store: KeyValueStore;
};

/** Adds a range of layers; gives the hidden states after it, [b, n, width]. */
export function gemma4Layers(
  graph: Graph,
  parameters: Parameters,
  config: Gemma4TextConfig,
  inputs: LayersInputs,
  style: AttentionStyle,
): Value {
  const stack = new LayerStack(graph, parameters, config, inputs, style);
  let x = inputs.hidden;
  const perLayer = stack.perLayerInputs();
  for (let layer = inputs.from; layer < inputs.to; layer++) {
    x = stack.layer(x, layer, perLayer[layer - inputs.from] ?? null);
  }
  if (inputs.keysOfNext === true) stack.keyValues(stack.inputNorm(x, inputs.to), inputs.to);
  return x;
}

/** Rows of the token table, scaled: `ids` int64 [b, n] to [b, n, width]. */
export function gemma4Embeddings(
  graph: Graph,
  parameters: Parameters,
  config: Gemma4TextConfig,
  ids: Value,
): Value {
  const rows = parameters.embedding(graph, ids, TOKEN_TABLE, config.vocabulary, config.width);
  return graph.mul(rows, graph.scalar(Math.sqrt(config.width)));
}

/** Per-layer rows of tokens, scaled, all layers side by side: [b, n] to [b, n, layers * perLayerWidth]. */
export function perLayerRows(
  graph: Graph,
  parameters: Parameters,
  config: Gemma4TextConfig,
  ids: Value,
): Value {
  const rows = parameters.embedding(
    graph,
    ids,
    PER_LAYER_TABLE,
    config.perLayerVocabulary,
    config.layers.length * config.perLayerWidth,
  );
  return graph.mul(rows, graph.scalar(Math.sqrt(config.perLayerWidth)));
}

/** Final norm, head and soft cap: hidden states [b, n, width] to scores [b, n, vocabulary]. */
export function gemma4Head(
  graph: Graph,
  parameters: Parameters,
  config: Gemma4TextConfig,
  hidden: Value,
): Value {
  const { width, vocabulary, softcap } = config;
  const weight = parameters.tensor(graph, `${TEXT_PREFIX}.norm.weight`, [width]);
  const normed = graph.rmsNorm(hidden, weight, config.epsilon);
  const name = config.tied ? TOKEN_TABLE : "lm_head.weight";
  const scores = parameters.linear(graph, normed, name, width, vocabulary);
  if (softcap === null) return scores;
  const cap = graph.scalar(softcap);
  return graph.mul(graph.tanh(graph.div(scores, cap)), cap);
}

class LayerStack {
  readonly #graph: Graph;
  readonly #parameters: Parameters;
  readonly #config: Gemma4TextConfig;
  readonly #inputs: LayersInputs;
  readonly #style: AttentionStyle;
  readonly #masks = new Map<LayerKind, Value>();

  constructor(
    graph: Graph,
    parameters: Parameters,
    config: Gemma4TextConfig,
    inputs: LayersInputs,
    style: AttentionStyle,
  ) {
    this.#graph = graph;
    this.#parameters = parameters;
    this.#config = config;
    this.#inputs = inputs;
    this.#style = style;
  }

  /** One per layer of the range, [b, n, perLayerWidth]: token rows plus a projection of the embeddings. */
  perLayerInputs(): Value[] {
    const { perLayer, embeddings, from, to } = this.#inputs;
    const { perLayerWidth, width, layers, epsilon } = this.#config;
    if (perLayer === null || from === to) return [];
    const graph = this.#graph;
    const [batch, rows] = embeddings.shape as [Dim, Dim];
    const shape = [batch, rows, to - from, perLayerWidth];
    const projected = this.#parameters.linear(
      graph,
      embeddings,
      `${TEXT_PREFIX}.per_layer_model_projection.weight`,
      width,
      layers.length * perLayerWidth,
      { rows: [from * perLayerWidth, to * perLayerWidth] },
    );
    const scaled = graph.mul(projected, graph.scalar(1 / Math.sqrt(width)));
    const weight = this.#parameters.tensor(
      graph,
      `${TEXT_PREFIX}.per_layer_projection_norm.weight`,
      [perLayerWidth],
    );
    const context = graph.rmsNorm(graph.reshape(scaled, shape), weight, epsilon);
    const sum = graph.add(context, graph.reshape(perLayer, shape));
    const all = graph.mul(sum, graph.scalar(Math.SQRT1_2));
    if (to - from === 1) return [graph.squeeze(all, [2])];
    return graph
      .split(all, Array<number>(to - from).fill(1), 2)
      .map((part) => graph.squeeze(part, [2]));
  }

  layer(x: Value, layer: number, perLayer: Value | null): Value {
    const graph = this.#graph;
    const { width } = this.#config;
    const attention = this.#attention(this.inputNorm(x, layer), layer);
    let y = graph.add(x, this.#norm(attention, layer, "post_attention_layernorm"));
    const inner = mlpWidthOf(this.#config, layer);
    const h = this.#norm(y, layer, "pre_feedforward_layernorm");
    const gate = graph.gelu(this.#linear(h, layer, "mlp.gate_proj", width, inner));
    const gated = graph.mul(gate, this.#linear(h, layer, "mlp.up_proj", width, inner));
    const down = this.#linear(gated, layer, "mlp.down_proj", inner, width);
    y = graph.add(y, this.#norm(down, layer, "post_feedforward_layernorm"));
    if (perLayer !== null) {
      const { perLayerWidth } = this.#config;
      const opened = this.#linear(y, layer, "per_layer_input_gate", width, perLayerWidth);
      const mixed = graph.mul(graph.gelu(opened), perLayer);
      const added = this.#linear(mixed, layer, "per_layer_projection", perLayerWidth, width);
      y = graph.add(y, this.#norm(added, layer, "post_per_layer_input_norm"));
    }
    return graph.mul(
      y,
      this.#parameters.tensor(graph, `${TEXT_PREFIX}.layers.${layer}.layer_scalar`, [1]),
    );
  }

  inputNorm(x: Value, layer: number): Value {
    return this.#norm(x, layer, "input_layernorm");
  }

  keyValues(h: Value, layer: number): KeyValues {
    const graph = this.#graph;
    const { width, kvHeads, headWidth, epsilon } = this.#config;
    const { kind, rotary } = this.#kind(layer);
    const channels = headWidth[kind];
    const outputs = kvHeads * channels;
    const k = this.#linear(h, layer, "self_attn.k_proj", width, outputs);
    const v = this.#linear(h, layer, "self_attn.v_proj", width, outputs);
    const weight = this.#headWeight(layer, "k_norm", channels);
    const normed = headNorm(graph, k, kvHeads, channels, weight, epsilon);
    const ones = graph.filled(channels, 1);
    return this.#inputs.store.write(layer, {
      keys: rotate(graph, normed, rotary, this.#style.rotary),
      values: joinHeads(graph, headNorm(graph, v, kvHeads, channels, ones, epsilon)),
    });
  }

  #attention(h: Value, layer: number): Value {
    const graph = this.#graph;
    const { width, heads, kvHeads, headWidth, epsilon } = this.#config;
    const { kind, rotary } = this.#kind(layer);
    const channels = headWidth[kind];
    const q = this.#linear(h, layer, "self_attn.q_proj", width, heads * channels);
    const weight = this.#headWeight(layer, "q_norm", channels);
    const normed = headNorm(graph, q, heads, channels, weight, epsilon);
    const queries = rotate(graph, normed, rotary, this.#style.rotary);
    const owner = keyValueLayer(this.#config, layer);
    const written = layer === this.#inputs.from && this.#inputs.keysWritten === true;
    const { keys, values } =
      owner === layer && !written ? this.keyValues(h, layer) : this.#inputs.store.read(owner);
    const division = { query: heads, keyValue: kvHeads, width: channels, scale: 1 };
    const form = this.#style.attention;
    const out = attend(graph, queries, keys, values, this.#mask(kind), division, form);
    return this.#linear(out, layer, "self_attn.o_proj", heads * channels, width);
  }

  #kind(layer: number): KindInputs & { readonly kind: LayerKind } {
    const kind = this.#config.layers[layer] as LayerKind;
    const given = this.#inputs.kinds[kind];
    if (given === undefined) throw new RangeError(`expected inputs for ${kind} layers, got none`);
    return { kind, ...given };
  }

  #mask(kind: LayerKind): Value {
    const known = this.#masks.get(kind);
    if (known !== undefined) return known;
    const given = this.#inputs.kinds[kind]?.mask;
    if (given === undefined) throw new RangeError(`expected a mask for ${kind} layers, got none`);
    const folded = foldMask(this.#graph, given, this.#config.heads / this.#config.kvHeads);
    this.#masks.set(kind, folded);
    return folded;
  }

  #norm(x: Value, layer: number, name: string): Value {
    const weight = this.#parameters.tensor(
      this.#graph,
      `${TEXT_PREFIX}.layers.${layer}.${name}.weight`,
      [this.#config.width],
    );
    return this.#graph.rmsNorm(x, weight, this.#config.epsilon);
  }

  #headWeight(layer: number, name: string, width: number): Value {
    const full = `${TEXT_PREFIX}.layers.${layer}.self_attn.${name}.weight`;
    return this.#parameters.tensor(this.#graph, full, [width]);
  }

  #linear(x: Value, layer: number, name: string, inputs: number, outputs: number): Value {
    const full = `${TEXT_PREFIX}.layers.${layer}.${name}.weight`;
    return this.#parameters.linear(this.#graph, x, full, inputs, outputs);
  }
}
