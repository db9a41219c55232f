/** Layers without memory: linear with a bias, perceptrons, transformer blocks. Weights are named as PyTorch's. */

import type { Graph } from "../graph/graph.ts";
import { type Dim, GraphError, show, type Value } from "../graph/types.ts";
import { attend, TRAINING_STYLE } from "../model/attention.ts";
import type { Parameters } from "../parameters/types.ts";

/** Function between layers. */
export type Activation = "relu" | "gelu" | "silu" | "tanh" | "sigmoid";

/** `x @ NAME.weight^T + NAME.bias`: `nn.Linear`. */
export function linear(
  graph: Graph,
  parameters: Parameters,
  name: string,
  x: Value,
  outputs: number,
): Value {
  const inputs = widthOf(name, x);
  const product = parameters.linear(graph, x, `${name}.weight`, inputs, outputs);
  return graph.add(product, parameters.tensor(graph, `${name}.bias`, [outputs]));
}

/**
 * Linear layers `NAME.0`, `NAME.1`, .. to the given widths, with the activation between them but not behind the last.
 * @throws {GraphError} when there is no width.
 */
export function mlp(
  graph: Graph,
  parameters: Parameters,
  name: string,
  x: Value,
  widths: readonly number[],
  activation: Activation = "gelu",
): Value {
  if (widths.length === 0) throw new GraphError(`${name}: expected at least one width, got none`);
  let value = x;
  for (const [i, width] of widths.entries()) {
    if (i > 0) value = graph[activation](value);
    value = linear(graph, parameters, `${name}.${i}`, value, width);
  }
  return value;
}

/** Shape of a transformer block. */
export type TransformerOptions = {
  /** Heads of attention; divides the width. */
  readonly heads: number;
  /** Width of the layer between; default four times the width. */
  readonly inner?: number | undefined;
  /** Default `gelu` in its tanh form. */
  readonly activation?: Activation | undefined;
  /** Added to the scores, [1 | batch, 1, n, n]: 0 where a row may look, -1e9 where not. Default: everywhere. */
  readonly mask?: Value | undefined;
  /** Added to the variance; default 1e-5. */
  readonly epsilon?: number | undefined;
};

/**
 * A block that normalises first, over `x` [batch, n, width]: `nn.TransformerEncoderLayer(norm_first=True)` and its
 * weights. Attention is written as products, so that it can be trained.
 * @throws {GraphError} when the heads don't divide the width.
 */
export function transformerBlock(
  graph: Graph,
  parameters: Parameters,
  name: string,
  x: Value,
  options: TransformerOptions,
): Value {
  const { heads, activation = "gelu", mask = null, epsilon = 1e-5 } = options;
  const width = widthOf(name, x);
  if (x.shape.length !== 3 || width % heads !== 0) {
    throw new GraphError(
      `${name}: expected [batch, n, width] with a width that ${heads} heads divide, got ${show(x.shape)}`,
    );
  }
  const norm = (part: string, value: Value): Value => {
    const [weight, bias] = ["weight", "bias"].map((kind) =>
      parameters.tensor(graph, `${name}.${part}.${kind}`, [width]),
    ) as [Value, Value];
    return graph.layerNorm(value, weight, bias, epsilon);
  };
  const given = norm("norm1", x);
  const packed = graph.add(
    parameters.linear(graph, given, `${name}.self_attn.in_proj_weight`, width, 3 * width),
    parameters.tensor(graph, `${name}.self_attn.in_proj_bias`, [3 * width]),
  );
  const [q, k, v] = graph.split(packed, [width, width, width], 2) as [Value, Value, Value];
  const size = width / heads;
  const all = { query: heads, keyValue: heads, width: size, scale: 1 / Math.sqrt(size) };
  const seen = attend(graph, q, k, v, mask, all, TRAINING_STYLE.attention);
  const middle = graph.add(x, linear(graph, parameters, `${name}.self_attn.out_proj`, seen, width));
  const inner = linear(
    graph,
    parameters,
    `${name}.linear1`,
    norm("norm2", middle),
    options.inner ?? 4 * width,
  );
  const out = linear(graph, parameters, `${name}.linear2`, graph[activation](inner), width);
  return graph.add(middle, out);
}

function widthOf(name: string, x: Value): number {
  const width: Dim | undefined = x.shape.at(-1);
  if (typeof width !== "number") {
    throw new GraphError(`${name}: expected a known last length, got ${show(x.shape)}`);
  }
  return width;
}
