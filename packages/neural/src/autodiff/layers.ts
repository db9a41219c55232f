/** Derivatives of the layers that ONNX Runtime has as one operator. */

import { MICROSOFT } from "../graph/graph.ts";
import { type Dim, GraphError, type Value } from "../graph/types.ts";
import type { Backward, Rule } from "./backward.ts";

/** Normalised input and what it was divided by, computed again: the forward node may not give them. */
function normalised(
  back: Backward,
  op: "LayerNormalization" | "SimplifiedLayerNormalization",
  x: Value,
  epsilon: number,
): { readonly unit: Value; readonly inverse: Value } {
  const width = x.shape.at(-1);
  if (typeof width !== "number") {
    throw new GraphError(`${op}: expected a known last length to differentiate, got ${width}`);
  }
  const row = { type: x.type, shape: [...x.shape.slice(0, -1), 1] as Dim[] };
  const results = op === "LayerNormalization" ? [x, row, row] : [x, row];
  const ones = back.graph.filled(width, 1);
  const attributes = { axis: -1, epsilon: { float: epsilon } };
  const outputs = back.graph.node(op, [x, ones], results, attributes);
  return { unit: outputs[0] as Value, inverse: outputs.at(-1) as Value };
}

function normalisation(op: "LayerNormalization" | "SimplifiedLayerNormalization"): Rule {
  return (back, { inputs, attributes }, [dy]) => {
    const [x, weight, bias] = inputs;
    if (!dy || !x || !weight) return;
    const { graph } = back;
    const { epsilon } = attributes;
    if (typeof epsilon !== "object" || !("float" in epsilon)) {
      throw new GraphError(`${op}: expected an epsilon to differentiate, got none`);
    }
    if (back.needs(bias)) back.add(bias, dy);
    if (!back.needs(x) && !back.needs(weight)) return;
    const { unit, inverse } = normalised(back, op, x, epsilon.float);
    if (back.needs(weight)) back.add(weight, graph.mul(dy, unit));
    if (!back.needs(x)) return;
    const g = graph.mul(dy, weight);
    const along = graph.mul(unit, graph.mean(graph.mul(g, unit), [-1], true));
    const centred = op === "LayerNormalization" ? graph.sub(g, graph.mean(g, [-1], true)) : g;
    back.add(x, graph.mul(graph.sub(centred, along), inverse));
  };
}

/** A rotation is undone by the rotation by the negative angle. */
const rotary: Rule = (back, { inputs, attributes }, [dy]) => {
  const [x, positions, cos, sin] = inputs;
  if (!dy || !x || !positions || !cos || !sin) return;
  if (back.needs(cos) || back.needs(sin)) {
    throw new GraphError("RotaryEmbedding: expected tables of angles that are not learned");
  }
  const all = [dy, positions, cos, back.graph.neg(sin)];
  back.add(x, back.graph.single("RotaryEmbedding", all, x, attributes, MICROSOFT));
};

/** Attention, computed again as products and a softmax. */
const attention: Rule = (back, { inputs, attributes }, [dy]) => {
  const [q, k, v] = inputs;
  const bias = inputs[5] ?? null;
  const heads = attributes.num_heads;
  const { scale } = attributes;
  if (!dy || !q || !k || !v) return;
  if (typeof heads !== "number" || typeof scale !== "object" || !("float" in scale)) {
    throw new GraphError("MultiHeadAttention: expected heads and a scale to differentiate");
  }
  const { graph } = back;
  const apart = (x: Value): Value => {
    const [b, n, width] = x.shape as readonly [Dim, Dim, Dim];
    if (typeof width !== "number") {
      throw new GraphError(`MultiHeadAttention: expected a known last length, got ${width}`);
    }
    const result = { type: x.type, shape: [b, n, heads, width / heads] };
    const shape = graph.integers([0, 0, heads, width / heads]);
    return graph.transpose(graph.single("Reshape", [x, shape], result), [0, 2, 1, 3]);
  };
  const together = (x: Value, like: Value): Value => {
    const turned = graph.transpose(x, [0, 2, 1, 3]);
    const shape = graph.integers([0, 0, Number(like.shape.at(-1))]);
    return graph.single("Reshape", [turned, shape], { type: x.type, shape: like.shape });
  };
  const [qs, ks, vs, ds] = [apart(q), apart(k), apart(v), apart(dy)];
  const factor = graph.scalar(scale.float);
  const scores = graph.mul(back.product(qs, ks, false, true), factor);
  const weights = graph.softmax(bias === null ? scores : graph.add(scores, bias), -1);
  if (back.needs(v)) back.add(v, together(back.product(weights, ds, true, false), v));
  const dWeights = graph.mul(back.product(ds, vs, false, true), weights);
  const dScores = graph.sub(dWeights, graph.mul(weights, graph.sum(dWeights, [-1], true)));
  if (back.needs(bias)) back.add(bias, dScores);
  const scaled = graph.mul(dScores, factor);
  if (back.needs(q)) back.add(q, together(back.product(scaled, ks, false, false), q));
  if (back.needs(k)) back.add(k, together(back.product(scaled, qs, true, false), k));
};

/** Rules by operator. */
export const LAYERS: Readonly<Record<string, Rule>> = {
  LayerNormalization: normalisation("LayerNormalization"),
  SimplifiedLayerNormalization: normalisation("SimplifiedLayerNormalization"),
  RotaryEmbedding: rotary,
  MultiHeadAttention: attention,
};
