/** Derivatives of matrix products, sums over axes, and softmax. */

import type { Dim, GraphNode, Value } from "../graph/types.ts";
import type { Backward, Rule } from "./backward.ts";

const matmul: Rule = (back, { inputs }, [dy]) => {
  const [a, b] = inputs;
  if (!dy || !a || !b) return;
  left(back, a, b, dy);
  right(back, a, b, dy);
};

/** dA = dY B^T, sent straight to the source when A is a transpose. */
function left(back: Backward, a: Value, b: Value, dy: Value): void {
  if (!back.needs(a)) return;
  const turned = back.transposed(b);
  const source = back.transposed(a);
  if (source === undefined && turned === undefined && [a, b, dy].every(isMatrix)) {
    back.addProduct(a, dy, b, "columns");
  } else if (source === undefined) {
    const da =
      turned === undefined
        ? back.product(dy, b, false, true)
        : back.product(dy, turned, false, false);
    back.add(a, da);
  } else if (turned === undefined) {
    back.add(source, back.product(b, dy, false, true));
  } else {
    back.add(source, back.product(turned, dy, true, true));
  }
}

function isMatrix({ shape }: Value): boolean {
  return shape.length === 2;
}

/** dB = A^T dY, sent straight to the source when B is a transpose. */
function right(back: Backward, a: Value, b: Value, dy: Value): void {
  if (!back.needs(b)) return;
  const turned = back.transposed(a);
  const source = back.transposed(b);
  if (b.shape.length === 2 && turned === undefined) {
    // One product over all rows, whatever the batch axes.
    if (source === undefined) back.addProduct(b, back.rows(a), back.rows(dy));
    else back.addProduct(source, back.rows(dy), back.rows(a));
    return;
  }
  const db =
    turned === undefined
      ? back.product(a, dy, true, false)
      : back.product(turned, dy, false, false);
  if (source === undefined) {
    back.add(b, db);
  } else if (turned === undefined) {
    back.add(source, back.product(dy, a, true, false));
  } else {
    back.add(source, back.product(dy, turned, true, true));
  }
}

/** A product as Gemm: into a MatMul, ONNX Runtime would draw the transposition back in. */
function ownGemm(back: Backward, a: Value, b: Value): Value {
  const shape = [a.shape[0] as Dim, b.shape[1] as Dim];
  return back.graph.single("Gemm", [a, b], { type: a.type, shape });
}

/** Readers from which on it pays to transpose a weight once instead of within each product. */
const OFTEN = 4;

/**
 * The parts of a product of columns put side by side with rows put below each other, [A1 A2] [B1; B2] = A1 B1 + A2 B2:
 * so the gradients of those parts of B that nobody asks for are not computed.
 */
function blocksOf(back: Backward, a: Value, b: Value): [Value, Value][] | undefined {
  const [lefts, rights] = [back.maker(a), back.maker(b)];
  if (lefts?.op !== "Concat" || lefts.attributes.axis !== 1) return undefined;
  if (rights?.op !== "Concat" || rights.attributes.axis !== 0) return undefined;
  if (lefts.inputs.length !== rights.inputs.length) return undefined;
  const pairs = lefts.inputs.map((left, i) => [left, rights.inputs[i]] as [Value, Value]);
  const fit = pairs.every(
    ([left, right]) => typeof left.shape[1] === "number" && left.shape[1] === right.shape[0],
  );
  return fit ? pairs : undefined;
}

/** Y = alpha op(A) op(B) + beta C. */
const gemm: Rule = (back, { inputs, attributes }, [dy]) => {
  const [a, b, c] = inputs;
  if (!dy || !a || !b) return;
  const { graph } = back;
  const scaled = (by: unknown): Value => {
    const factor = typeof by === "object" && by !== null && "float" in by ? Number(by.float) : 1;
    return factor === 1 ? dy : graph.mul(dy, graph.scalar(factor));
  };
  const d = scaled(attributes.alpha);
  const [transA, transB] = [attributes.transA === 1, attributes.transB === 1];
  if (back.needs(a)) {
    if (transA && transB) back.add(a, back.product(b, d, true, true));
    else if (transA) back.addProduct(a, b, d, "columns");
    else if (transB) back.add(a, back.product(d, b, false, false));
    else back.addProduct(a, d, b, "columns");
  }
  if (!transA && !transB && back.readers(a) >= OFTEN) {
    for (const [left, right] of blocksOf(back, a, b) ?? [[a, b]]) {
      if (back.needs(right)) back.add(right, ownGemm(back, back.turned(left), d));
    }
  } else if (back.needs(b)) {
    if (transA && transB) back.add(b, back.product(d, a, true, true));
    else if (transA) back.add(b, back.product(a, d, false, false));
    else if (transB) back.addProduct(b, d, a);
    else back.addProduct(b, a, d);
  }
  if (back.needs(c)) back.add(c, scaled(attributes.beta));
};

/** Gradient of a reduction with the reduced axes back in place as length 1. */
function kept(back: Backward, node: GraphNode, value: Value): Value {
  const [x, axes] = node.inputs;
  if (!x || node.attributes.keepdims === 1) return value;
  const list = back
    .integersOf(node.op, axes)
    .map((axis) => (axis < 0 ? axis + x.shape.length : axis));
  return list.length === 0
    ? value
    : back.graph.unsqueeze(
        value,
        list.toSorted((a, b) => a - b),
      );
}

const reduceSum: Rule = (back, node, [dy]) => {
  const [x] = node.inputs;
  if (dy && x) back.add(x, back.expandLike(kept(back, node, dy), x));
};

const reduceMean: Rule = (back, node, [dy]) => {
  const [x, axes] = node.inputs;
  const [y] = node.outputs;
  if (!dy || !x || !y) return;
  const { graph } = back;
  const lengths = back.integersOf(node.op, axes).map((axis) => x.shape.at(axis));
  let share: Value;
  if (lengths.every((length) => typeof length === "number")) {
    share = graph.scalar(1 / lengths.reduce<number>((all, length) => all * Number(length), 1));
  } else {
    const size = (value: Value): Value =>
      graph.cast(graph.single("Size", [value], { type: "int64", shape: [] }), "float32");
    share = graph.div(size(y), size(x));
  }
  back.add(x, back.expandLike(kept(back, node, graph.mul(dy, share)), x));
};

/** Equal largest elements share the gradient. */
const reduceMax: Rule = (back, node, [dy]) => {
  const [x, axes] = node.inputs;
  const [y] = node.outputs;
  if (!dy || !x || !y) return;
  const { graph } = back;
  const mask = graph.cast(graph.equal(x, kept(back, node, y)), "float32");
  const count = graph.sum(mask, back.integersOf(node.op, axes), true);
  back.add(x, graph.mul(mask, graph.div(kept(back, node, dy), count)));
};

const softmax: Rule = (back, { inputs, outputs, attributes }, [dy]) => {
  const [x] = inputs;
  const [y] = outputs;
  if (!dy || !x || !y) return;
  const { graph } = back;
  const weighted = graph.mul(dy, y);
  const total = graph.sum(weighted, [Number(attributes.axis)], true);
  back.add(x, graph.sub(weighted, graph.mul(y, total)));
};

const logSoftmax: Rule = (back, { inputs, outputs, attributes }, [dy]) => {
  const [x] = inputs;
  const [y] = outputs;
  if (!dy || !x || !y) return;
  const { graph } = back;
  const total = graph.sum(dy, [Number(attributes.axis)], true);
  back.add(x, graph.sub(dy, graph.mul(graph.exp(y), total)));
};

/** Rules by operator. */
export const PRODUCTS: Readonly<Record<string, Rule>> = {
  MatMul: matmul,
  Gemm: gemm,
  ReduceSum: reduceSum,
  ReduceMean: reduceMean,
  ReduceMax: reduceMax,
  Softmax: softmax,
  LogSoftmax: logSoftmax,
};
