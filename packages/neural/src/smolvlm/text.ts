/** SmolVLM2's decoder layers (a Llama), with keys and values from a cache or from the same pass. */

import type { KeyValueStore, KeyValues } from "../gemma4/text.ts";
import type { Graph } from "../graph/graph.ts";
import type { Dim, Value } from "../graph/types.ts";
import {
  type AttentionStyle,
  attend,
  foldMask,
  type RotaryTable,
  rotate,
} from "../model/attention.ts";
import type { Parameters } from "../parameters/types.ts";
import type { SmolVlmTextConfig } from "./config.ts";

const PREFIX = "model.text_model";

/** What the layers need to know about the rows. */
export type SmolVlmRowInputs = {
  /** Turns of each row's channel pairs, by its position. */
  readonly rotary: RotaryTable;
  /**
   * Added to attention scores: 0 where a row sees another, -1e9 where not. [1 or b, 1, n, l]. Null where no layer
   * attends.
   */
  readonly mask: Value | null;
  /** Where keys and values go, and come from. */
  readonly store: KeyValueStore;
};

/** Rows of the token table: `ids` int64 [b, n] to [b, n, width]. */
export function smolVlmEmbeddings(
  graph: Graph,
  parameters: Parameters,
  config: SmolVlmTextConfig,
  ids: Value,
): Value {
  const name = `${PREFIX}.embed_tokens.weight`;
  return parameters.embedding(graph, ids, name, config.vocabulary, config.width);
}

/** Final norm and head: hidden states [b, n, width] to scores [b, n, vocabulary]. */
export function smolVlmHead(
  graph: Graph,
  parameters: Parameters,
  config: SmolVlmTextConfig,
  hidden: Value,
): Value {
  const { width, vocabulary, tied, epsilon } = config;
  const weight = parameters.tensor(graph, `${PREFIX}.norm.weight`, [width]);
  const normed = graph.rmsNorm(hidden, weight, epsilon);
  const name = tied ? `${PREFIX}.embed_tokens.weight` : "lm_head.weight";
  return parameters.linear(graph, normed, name, width, vocabulary);
}

/** The decoder's layers, added to a graph one by one. */
export class SmolVlmLayers {
  readonly #graph: Graph;
  readonly #parameters: Parameters;
  readonly #config: SmolVlmTextConfig;
  readonly #style: AttentionStyle;
  readonly #rows: SmolVlmRowInputs;
  readonly #mask: Value | null;

  constructor(
    graph: Graph,
    parameters: Parameters,
    config: SmolVlmTextConfig,
    rows: SmolVlmRowInputs,
    style: AttentionStyle,
  ) {
    this.#graph = graph;
    this.#parameters = parameters;
    this.#config = config;
    this.#style = style;
    this.#rows = rows;
    const group = config.heads / config.kvHeads;
    this.#mask = rows.mask === null ? null : foldMask(graph, rows.mask, group);
  }

  /** A whole layer: its rows' keys and values are written, then seen. [b, n, width] to the same. */
  layer(x: Value, layer: number): Value {
    const h = this.#norm(x, layer, "input_layernorm");
    return this.#finish(x, h, this.#write(h, layer), layer);
  }

  /** Only writes a layer's keys and values: all that later rows ask of rows that nobody samples from. */
  keyValues(x: Value, layer: number): void {
    this.#write(this.#norm(x, layer, "input_layernorm"), layer);
  }

  /** The rest of a layer whose keys and values have been written. */
  rest(x: Value, layer: number): Value {
    const h = this.#norm(x, layer, "input_layernorm");
    return this.#finish(x, h, this.#rows.store.read(layer), layer);
  }

  #write(h: Value, layer: number): KeyValues {
    const { width, kvHeads, headWidth } = this.#config;
    const outputs = kvHeads * headWidth;
    const k = this.#linear(h, layer, "self_attn.k_proj", width, outputs);
    const values = this.#linear(h, layer, "self_attn.v_proj", width, outputs);
    return this.#rows.store.write(layer, { keys: this.#rotate(k, kvHeads), values });
  }

  #finish(x: Value, h: Value, { keys, values }: KeyValues, layer: number): Value {
    const graph = this.#graph;
    const { width, heads, kvHeads, headWidth, mlpWidth } = this.#config;
    const q = this.#linear(h, layer, "self_attn.q_proj", width, heads * headWidth);
    const division = {
      query: heads,
      keyValue: kvHeads,
      width: headWidth,
      scale: headWidth ** -0.5,
    };
    const queries = this.#rotate(q, heads);
    const form = this.#style.attention;
    const seen = attend(graph, queries, keys, values, this.#mask, division, form);
    const y = graph.add(x, this.#linear(seen, layer, "self_attn.o_proj", heads * headWidth, width));
    const u = this.#norm(y, layer, "post_attention_layernorm");
    const gate = graph.silu(this.#linear(u, layer, "mlp.gate_proj", width, mlpWidth));
    const gated = graph.mul(gate, this.#linear(u, layer, "mlp.up_proj", width, mlpWidth));
    return graph.add(y, this.#linear(gated, layer, "mlp.down_proj", mlpWidth, width));
  }

  #rotate(x: Value, heads: number): Value {
    const graph = this.#graph;
    const { rotary } = this.#rows;
    if (this.#style.rotary === "operator" && rotary.order !== undefined) {
      return graph.rotary(x, rotary.order, rotary.cos, rotary.sin, heads);
    }
    const [batch, rows] = x.shape as [Dim, Dim];
    const split = graph.reshape(x, [batch, rows, heads, this.#config.headWidth]);
    return rotate(graph, split, rotary, this.#style.rotary);
  }

  #norm(x: Value, layer: number, name: string): Value {
    const full = `${PREFIX}.layers.${layer}.${name}.weight`;
    const weight = this.#parameters.tensor(this.#graph, full, [this.#config.width]);
    return this.#graph.rmsNorm(x, weight, this.#config.epsilon);
  }

  #linear(x: Value, layer: number, name: string, inputs: number, outputs: number): Value {
    const full = `${PREFIX}.layers.${layer}.${name}.weight`;
    return this.#parameters.linear(this.#graph, x, full, inputs, outputs);
  }
}
