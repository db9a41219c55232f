/** Gemma 4's audio tower: two subsampling convolutions, conformer layers with chunked relative attention, projections. */

import type { Graph } from "../graph/graph.ts";
import type { Dim, Value } from "../graph/types.ts";
import { times } from "../model/attention.ts";
import type { Parameters } from "../parameters/types.ts";
import { contextOf, type Gemma4AudioConfig, pastOf } from "./config.ts";

const PREFIX = "model.audio_tower";
/** Mean squares of norms that don't follow the configuration. */
const EPSILON = 1e-6;
const FLOAT32_MAX = 3.4028234663852886e38;
/** Base of the row of timescales of relative positions: 1 to this. */
const MAX_TIMESCALE = 1e4;

/** Shapes and feeds of the tower for sound of some length. */
export type AudioFeeds = {
  /** Tokens of the sound. */
  readonly tokens: number;
  /** Chunks that hold them. */
  readonly chunks: number;
  /** Features, zeros behind the sound: [1, 1, 4 * chunk * chunks, bins]. */
  readonly features: Float32Array;
  /** 1 for half-rate frames of the sound, 0 behind it: [1, 1, 2 * chunk * chunks, 1]. */
  readonly halves: Float32Array;
  /** Tokens that each chunk is offered as keys, chunk after chunk: [chunks * context]. */
  readonly context: BigInt64Array;
  /** Added to scores: [chunks, 1, chunk, context]. */
  readonly mask: Float32Array;
};

/**
 * Adds the tower with its inputs `features`, `halves`, `context` and `mask`; gives the decoder's embeddings,
 * [1, chunk * chunks, textWidth].
 */
export function gemma4AudioTower(
  graph: Graph,
  parameters: Parameters,
  config: Gemma4AudioConfig,
): Value {
  const tower = new AudioTower(graph, parameters, config);
  let x = tower.subsample();
  for (let layer = 0; layer < config.layers; layer++) {
    x = tower.layer(x, `${PREFIX}.layers.${layer}`);
  }
  return tower.project(x);
}

/** Feeds for features [frames, bins], frames at least 1. */
export function audioFeeds(
  config: Gemma4AudioConfig,
  frames: number,
  values: Float32Array,
): AudioFeeds {
  const { chunk, channels, left, right, unseen } = config;
  const bins = channels[0];
  const half = Math.ceil(frames / 2);
  const tokens = Math.ceil(half / 2);
  const chunks = Math.ceil(tokens / chunk);
  const features = new Float32Array(4 * chunk * chunks * bins);
  features.set(values);
  const reach = contextOf(config);
  const past = pastOf(config);
  const context = new BigInt64Array(chunks * reach);
  const mask = new Float32Array(chunks * chunk * reach).fill(unseen);
  for (let part = 0; part < chunks; part++) {
    for (let j = 0; j < reach; j++) {
      const key = part * chunk - past + j;
      const there = key >= 0 && key < tokens;
      // A place outside the sound is masked; any row serves there.
      context[part * reach + j] = BigInt(there ? key : 0);
      for (let i = 0; there && i < chunk; i++) {
        const distance = part * chunk + i - key;
        const seen = distance >= 0 ? distance < left - 1 : -distance < right;
        if (seen) mask[(part * chunk + i) * reach + j] = 0;
      }
    }
  }
  return {
    tokens,
    chunks,
    features,
    halves: new Float32Array(2 * chunk * chunks).fill(1, 0, half),
    context,
    mask,
  };
}

class AudioTower {
  readonly #graph: Graph;
  readonly #parameters: Parameters;
  readonly #config: Gemma4AudioConfig;
  readonly #context: Value;
  readonly #mask: Value;
  readonly #tokens: Dim;

  constructor(graph: Graph, parameters: Parameters, config: Gemma4AudioConfig) {
    this.#graph = graph;
    this.#parameters = parameters;
    this.#config = config;
    this.#tokens = times("chunks", config.chunk);
    this.#context = graph.input("context", "int64", [times("chunks", contextOf(config))]);
    this.#mask = graph.input("mask", "float32", ["chunks", 1, config.chunk, contextOf(config)]);
  }

  /** Features to hidden states at a quarter of their rate: [1, tokens, width]. */
  subsample(): Value {
    const graph = this.#graph;
    const { channels, width } = this.#config;
    const [first, second] = channels;
    const frames = times("chunks", 4 * this.#config.chunk);
    const features = graph.input("features", "float32", [1, 1, frames, first]);
    const once = this.#convolve(features, 1, first, "layer0");
    // What lies behind the sound must be zero for the second convolution as it was for the first.
    const halves = graph.input("halves", "float32", [1, 1, once.shape[2] as Dim, 1]);
    const twice = this.#convolve(graph.mul(once, halves), first, second, "layer1");
    const inputs = (first / 4) * second;
    const rows = graph.reshape(graph.transpose(twice, [0, 2, 3, 1]), [1, this.#tokens, inputs]);
    const name = `${PREFIX}.subsample_conv_projection.input_proj_linear.weight`;
    return this.#parameters.linear(graph, rows, name, inputs, width);
  }

  layer(x: Value, name: string): Value {
    const graph = this.#graph;
    let y = this.#feedForward(x, `${name}.feed_forward1`);
    const h = this.#norm(this.#clamp(y), `${name}.norm_pre_attn`, EPSILON);
    const seen = this.#clamp(this.#attention(h, `${name}.self_attn`));
    y = graph.add(y, this.#norm(seen, `${name}.norm_post_attn`, EPSILON));
    y = this.#convolution(y, `${name}.lconv1d`);
    y = this.#feedForward(y, `${name}.feed_forward2`);
    return this.#norm(this.#clamp(y), `${name}.norm_out`, EPSILON);
  }

  /** Out of the tower and into the decoder. */
  project(x: Value): Value {
    const graph = this.#graph;
    const { width, outputWidth, textWidth, epsilon } = this.#config;
    const name = `${PREFIX}.output_proj`;
    const product = this.#parameters.linear(graph, x, `${name}.weight`, width, outputWidth);
    const bias = this.#parameters.tensor(graph, `${name}.bias`, [outputWidth]);
    const normed = graph.rmsNorm(graph.add(product, bias), graph.filled(outputWidth, 1), epsilon);
    const into = "model.embed_audio.embedding_projection.weight";
    return this.#parameters.linear(graph, normed, into, outputWidth, textWidth);
  }

  /** Halves time and frequency: [1, from, t, f] to [1, to, t / 2, f / 2]. */
  #convolve(x: Value, from: number, to: number, layer: string): Value {
    const graph = this.#graph;
    const name = `${PREFIX}.subsample_conv_projection.${layer}`;
    const kernel = this.#parameters.tensor(graph, `${name}.conv.weight`, [to, from, 3, 3]);
    const y = graph.conv(x, kernel, null, { strides: [2, 2], pads: [1, 1, 1, 1] });
    const weight = this.#parameters.tensor(graph, `${name}.norm.weight`, [to]);
    const last = graph.transpose(y, [0, 2, 3, 1]);
    const normed = graph.layerNorm(last, weight, null, this.#config.epsilon);
    return graph.transpose(graph.relu(normed), [0, 3, 1, 2]);
  }

  #feedForward(x: Value, name: string): Value {
    const graph = this.#graph;
    const { width, residual } = this.#config;
    const h = this.#norm(this.#clamp(x), `${name}.pre_layer_norm`, EPSILON);
    const inner = graph.silu(this.#linear(h, `${name}.ffw_layer_1`, width, 4 * width));
    const out = this.#clamp(this.#linear(inner, `${name}.ffw_layer_2`, 4 * width, width));
    const normed = this.#norm(out, `${name}.post_layer_norm`, EPSILON);
    return graph.add(x, graph.mul(normed, graph.scalar(residual)));
  }

  /** Softmax attention of chunks of queries over the stretch of keys that each is offered. */
  #attention(h: Value, name: string): Value {
    const graph = this.#graph;
    const { width, heads, chunk, cap } = this.#config;
    const channels = width / heads;
    const perDim = this.#parameters.tensor(graph, `${name}.per_dim_scale`, [channels]);
    const scale = graph.mul(graph.softplus(perDim), graph.scalar(channels ** -0.5 / Math.LN2));
    const q = this.#linear(h, `${name}.q_proj`, width, width);
    const queries = graph.transpose(
      graph.mul(graph.reshape(q, ["chunks", chunk, heads, channels]), scale),
      [0, 2, 1, 3],
    );
    const k = graph.mul(
      this.#linear(h, `${name}.k_proj`, width, width),
      graph.scalar(Math.log(1 + Math.E) / Math.LN2),
    );
    const content = graph.matmul(queries, graph.transpose(this.#offered(k), [0, 2, 3, 1]));
    const near = this.#shifted(graph.matmul(queries, this.#relativeKeys(name)));
    const limit = graph.scalar(cap);
    const scores = graph.mul(graph.tanh(graph.div(graph.add(content, near), limit)), limit);
    const weights = graph.softmax(graph.add(scores, this.#mask));
    const v = this.#linear(h, `${name}.v_proj`, width, width);
    const values = graph.transpose(this.#offered(v), [0, 2, 1, 3]);
    const out = graph.transpose(graph.matmul(weights, values), [0, 2, 1, 3]);
    const rows = graph.reshape(out, [1, this.#tokens, width]);
    return this.#linear(rows, `${name}.post`, width, width);
  }

  /** Rows of a sequence as every chunk is offered them: [1, tokens, width] to [chunks, context, heads, channels]. */
  #offered(x: Value): Value {
    const graph = this.#graph;
    const { width, heads } = this.#config;
    const rows = graph.gather(graph.reshape(x, [this.#tokens, width]), this.#context);
    return graph.reshape(rows, ["chunks", contextOf(this.#config), heads, width / heads]);
  }

  /** Keys of relative positions from the farthest to 0: [heads, channels, positions]. */
  #relativeKeys(name: string): Value {
    const graph = this.#graph;
    const { width, heads } = this.#config;
    const count = Math.floor(contextOf(this.#config) / 2) + 1;
    const scales = width / 2;
    const table = new Float32Array(count * width);
    for (let row = 0; row < count; row++) {
      for (let i = 0; i < scales; i++) {
        const angle = (count - 1 - row) * MAX_TIMESCALE ** (-i / Math.max(scales - 1, 1));
        table[row * width + i] = Math.sin(angle);
        table[row * width + scales + i] = Math.cos(angle);
      }
    }
    const positions = graph.constant(table, [count, width], "float32");
    const weight = `${name}.relative_k_proj.weight`;
    const keys = this.#parameters.linear(graph, positions, weight, width, width);
    return graph.transpose(graph.reshape(keys, [count, heads, width / heads]), [1, 2, 0]);
  }

  /**
   * Scores by distance to scores by key, [.., chunk, positions] to [.., chunk, context]: rows are laid end to end one
   * longer than they are read, so that each begins one place later than the one before (Transformer-XL, appendix B).
   */
  #shifted(x: Value): Value {
    const graph = this.#graph;
    const { chunk, heads } = this.#config;
    const reach = contextOf(this.#config);
    const positions = x.shape[3] as number;
    const wide = graph.pad(x, [0, 0, 0, 0], [0, 0, 0, reach + 1 - positions]);
    const flat = graph.reshape(wide, ["chunks", heads, chunk * (reach + 1)]);
    const cut = graph.slice(flat, 0, chunk * reach, 2);
    return graph.reshape(cut, ["chunks", heads, chunk, reach]);
  }

  /** Gated, causal, depthwise convolution over time. */
  #convolution(x: Value, name: string): Value {
    const graph = this.#graph;
    const { width, kernel, epsilon } = this.#config;
    const h = this.#norm(x, `${name}.pre_layer_norm`, epsilon);
    const both = this.#linear(h, `${name}.linear_start`, width, 2 * width);
    const [a, gate] = graph.split(both, [width, width], 2) as [Value, Value];
    const gated = graph.transpose(graph.mul(a, graph.sigmoid(gate)), [0, 2, 1]);
    const weight = this.#parameters.tensor(graph, `${name}.depthwise_conv1d.weight`, [
      width,
      1,
      kernel,
    ]);
    const y = graph.conv(gated, weight, null, { pads: [kernel - 1, 0], groups: width });
    const out = this.#clamp(graph.transpose(y, [0, 2, 1]));
    const active = graph.silu(this.#norm(out, `${name}.conv_norm`, epsilon));
    return graph.add(x, this.#linear(active, `${name}.linear_end`, width, width));
  }

  #norm(x: Value, name: string, epsilon: number): Value {
    const weight = this.#parameters.tensor(this.#graph, `${name}.weight`, [this.#config.width]);
    return this.#graph.rmsNorm(x, weight, epsilon);
  }

  #clamp(x: Value): Value {
    const limit = Math.min(this.#config.clamp, FLOAT32_MAX);
    return this.#graph.clip(x, this.#graph.scalar(-limit), this.#graph.scalar(limit));
  }

  /** A linear layer, clamped to the checkpoint's bounds on both sides where the model asks for it. */
  #linear(x: Value, name: string, inputs: number, outputs: number): Value {
    const graph = this.#graph;
    const product = (value: Value): Value =>
      this.#parameters.linear(graph, value, `${name}.linear.weight`, inputs, outputs);
    if (!this.#config.clipped) return product(x);
    const bound = (side: string): Value => this.#parameters.tensor(graph, `${name}.${side}`, []);
    const clamped = graph.clip(x, bound("input_min"), bound("input_max"));
    return graph.clip(product(clamped), bound("output_min"), bound("output_max"));
  }
}
