/**
 * Attention and rotary embedding as graph nodes, in the forms that devices and trainers need. All forms compute the
 * same numbers.
 */

import { type Graph, MICROSOFT } from "../graph/graph.ts";
import type { Dim, Value } from "../graph/types.ts";
import type { AttentionForm } from "../runtime/types.ts";

/** Which nodes attention is made of. */
export type AttentionStyle = {
  /** ONNX Runtime's attention operator, or products and a softmax (which have gradients). */
  readonly attention: AttentionForm;
  /** ONNX Runtime's rotary operator, or products (which have gradients). */
  readonly rotary: "operator" | "products";
};

/** Nodes that a trainer can derive gradients of. */
export const TRAINING_STYLE: AttentionStyle = { attention: "decomposed", rotary: "products" };

/** How an attention is divided into heads. */
export type Heads = {
  /** Query heads. */
  readonly query: number;
  /** Key and value heads; divides `query`. */
  readonly keyValue: number;
  /** Channels of a head. */
  readonly width: number;
  /** Scores are multiplied by this before the softmax. */
  readonly scale: number;
};

/** Rotation of each row's channel pairs. */
export type RotaryTable = {
  /** Cosines: [rows, width / 2] for the operator, [1 or batch, rows, width / 2] for products. */
  readonly cos: Value;
  /** Sines, shaped like `cos`. */
  readonly sin: Value;
  /** Row of the table for each row of the sequence, [batch, rows] int64: for the operator only. */
  readonly order?: Value | undefined;
};

/** A length times a number, also where the length is a name. */
export function times(dim: Dim, factor: number): Dim {
  if (factor === 1) return dim;
  return typeof dim === "number" ? dim * factor : `${factor}*${dim}`;
}

/** RMS norm over each head's channels: [b, n, heads * width] to [b, n, heads, width]. */
export function headNorm(
  graph: Graph,
  x: Value,
  heads: number,
  width: number,
  weight: Value,
  epsilon: number,
): Value {
  const [batch, rows] = x.shape as [Dim, Dim];
  return graph.rmsNorm(graph.reshape(x, [batch, rows, heads, width]), weight, epsilon);
}

/** Heads side by side again: [b, n, heads, width] to [b, n, heads * width]. */
export function joinHeads(graph: Graph, x: Value): Value {
  const [batch, rows, heads, width] = x.shape as [Dim, Dim, number, number];
  return graph.reshape(x, [batch, rows, heads * width]);
}

/** Rotates [b, n, heads, width], half-split; gives [b, n, heads * width]. */
export function rotate(
  graph: Graph,
  x: Value,
  table: RotaryTable,
  rotary: AttentionStyle["rotary"],
): Value {
  const [, , heads, width] = x.shape as [Dim, Dim, number, number];
  if (rotary === "operator" && table.order !== undefined) {
    return graph.rotary(joinHeads(graph, x), table.order, table.cos, table.sin, heads);
  }
  const cos = graph.unsqueeze(table.cos, [2]);
  const sin = graph.unsqueeze(table.sin, [2]);
  const [a, b] = graph.split(x, [width / 2, width / 2], 3) as [Value, Value];
  const turned = graph.concat(
    [
      graph.sub(graph.mul(a, cos), graph.mul(b, sin)),
      graph.add(graph.mul(b, cos), graph.mul(a, sin)),
    ],
    3,
  );
  return joinHeads(graph, turned);
}

/**
 * A mask for queries of which `group` heads share one key head: the heads are folded into the rows, so the mask
 * [b, 1, n, l] is repeated along its rows.
 */
export function foldMask(graph: Graph, mask: Value, group: number): Value {
  if (group === 1) return mask;
  const shape = mask.shape.map((dim, axis) => (axis === 2 ? times(dim, group) : dim));
  const copies = Array<Value>(group).fill(mask);
  return graph.single("Concat", copies, { type: mask.type, shape }, { axis: 2 });
}

/**
 * Softmax attention. `q` [b, n, query * width]; `k` and `v` [b, l, keyValue * width], or head by head, which spares a
 * copy of them: [b, keyValue, l, width], and for a single sequence also [keyValue, l, width]; `mask` as
 * {@link foldMask} gave it, or null when every row sees every other. Gives [b, n, query * width]. Keys and values are
 * not repeated for the heads that share them: those heads' queries become more rows of one head.
 */
export function attend(
  graph: Graph,
  q: Value,
  k: Value,
  v: Value,
  mask: Value | null,
  heads: Heads,
  form: AttentionForm,
): Value {
  return form === "fused"
    ? fused(graph, q, k, v, mask, heads)
    : decomposed(graph, q, k, v, mask, heads);
}

/** Whether keys or values lie head by head; a single head lies either way. */
function isByHead(x: Value, { keyValue, width }: Heads): boolean {
  return x.shape.length === 4 || (keyValue > 1 && x.shape.at(-1) === width);
}

function fused(
  graph: Graph,
  q: Value,
  k: Value,
  v: Value,
  mask: Value | null,
  heads: Heads,
): Value {
  const { query, keyValue, width, scale } = heads;
  const group = query / keyValue;
  const [batch, rows] = q.shape as [Dim, Dim];
  if (batch === 1 && isByHead(k, heads)) return oneByOne(graph, q, k, v, mask, heads);
  if (group === 1) return multiHead(graph, q, k, v, mask, keyValue, scale);
  const split = graph.reshape(q, [batch, rows, keyValue, group, width]);
  const folded = graph.reshape(graph.transpose(split, [0, 3, 1, 2, 4]), [
    batch,
    times(rows, group),
    keyValue * width,
  ]);
  const out = multiHead(graph, folded, k, v, mask, keyValue, scale);
  const unfolded = graph.reshape(out, [batch, group, rows, keyValue, width]);
  return graph.reshape(graph.transpose(unfolded, [0, 2, 3, 1, 4]), [batch, rows, query * width]);
}

/** Key heads as sequences of one head each: then the operator has nothing to put into another order. */
function oneByOne(
  graph: Graph,
  q: Value,
  k: Value,
  v: Value,
  mask: Value | null,
  { query, keyValue, width, scale }: Heads,
): Value {
  const group = query / keyValue;
  const rows = q.shape[1] as Dim;
  const split = graph.reshape(q, [1, rows, keyValue, group, width]);
  const sequences = graph.reshape(graph.transpose(split, [0, 2, 3, 1, 4]), [
    keyValue,
    times(rows, group),
    width,
  ]);
  const apart = (x: Value): Value =>
    x.shape.length === 3 ? x : graph.reshape(x, [keyValue, x.shape[2] as Dim, width]);
  const out = multiHead(graph, sequences, apart(k), apart(v), mask, 1, scale);
  const joined = graph.reshape(out, [1, keyValue, group, rows, width]);
  return graph.reshape(graph.transpose(joined, [0, 3, 1, 2, 4]), [1, rows, query * width]);
}

/** The operator takes keys and values [b, heads, l, width] too; its result always has the queries' shape. */
function multiHead(
  graph: Graph,
  q: Value,
  k: Value,
  v: Value,
  mask: Value | null,
  heads: number,
  scale: number,
): Value {
  const inputs = mask === null ? [q, k, v] : [q, k, v, null, null, mask];
  const attributes = { num_heads: heads, scale: { float: scale } };
  return graph.single("MultiHeadAttention", inputs, q, attributes, MICROSOFT);
}

function decomposed(
  graph: Graph,
  q: Value,
  k: Value,
  v: Value,
  mask: Value | null,
  heads: Heads,
): Value {
  const { query, keyValue, width, scale } = heads;
  const group = query / keyValue;
  const [batch, rows] = q.shape as [Dim, Dim];
  const split = graph.reshape(q, [batch, rows, keyValue, group, width]);
  const queries = graph.reshape(graph.transpose(split, [0, 2, 3, 1, 4]), [
    batch,
    keyValue,
    times(rows, group),
    width,
  ]);
  const byHead = (x: Value, order: readonly number[]): Value => {
    const [, seen] = x.shape as [Dim, Dim];
    return graph.transpose(graph.reshape(x, [batch, seen, keyValue, width]), order);
  };
  const apart = (x: Value): Value => (x.shape.length === 4 ? x : graph.unsqueeze(x, [0]));
  const lies = isByHead(k, heads);
  const keys = lies ? graph.transpose(apart(k), [0, 1, 3, 2]) : byHead(k, [0, 2, 3, 1]);
  const values = lies ? apart(v) : byHead(v, [0, 2, 1, 3]);
  let scores = graph.matmul(queries, keys);
  if (scale !== 1) scores = graph.mul(scores, graph.scalar(scale));
  if (mask !== null) scores = graph.add(scores, mask);
  const out = graph.matmul(graph.softmax(scores), values);
  const unfolded = graph.reshape(out, [batch, keyValue, group, rows, width]);
  return graph.reshape(graph.transpose(unfolded, [0, 3, 1, 2, 4]), [batch, rows, query * width]);
}
