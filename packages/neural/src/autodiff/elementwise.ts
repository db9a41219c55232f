/** Derivatives of operators that work element by element. */

import type { Graph } from "../graph/graph.ts";
import { GraphError, type Value } from "../graph/types.ts";
import type { Backward, Rule } from "./backward.ts";

/** Rule of an operator of one input: gives the contribution from x, y and dy. */
function unary(derive: (graph: Graph, x: Value, y: Value, dy: Value) => Value): Rule {
  return (back, { inputs, outputs }, [dy]) => {
    const [x] = inputs;
    const [y] = outputs;
    if (dy && x && y) back.add(x, derive(back.graph, x, y, dy));
  };
}

/** Rule of an operator of two inputs: one contribution for each, made only where it is needed. */
function binary(
  left: (graph: Graph, a: Value, b: Value, dy: Value, y: Value) => Value,
  right: (graph: Graph, a: Value, b: Value, dy: Value, y: Value) => Value,
): Rule {
  return (back, { inputs, outputs }, [dy]) => {
    const [a, b] = inputs;
    const [y] = outputs;
    if (!dy || !a || !b || !y) return;
    if (back.needs(a)) back.add(a, left(back.graph, a, b, dy, y));
    if (back.needs(b)) back.add(b, right(back.graph, a, b, dy, y));
  };
}

const zero = (graph: Graph): Value => graph.scalar(0);
const one = (graph: Graph): Value => graph.scalar(1);

/** Rule of Min and Max: where both are the same, the first has it all. */
function select(second: (graph: Graph, a: Value, b: Value) => Value): Rule {
  return (back, { op, inputs }, [dy]) => {
    const [a, b] = inputs;
    if (!dy || !a || !b || inputs.length !== 2) {
      throw new GraphError(`${op}: expected two inputs to differentiate, got ${inputs.length}`);
    }
    const mask = second(back.graph, a, b);
    if (back.needs(a)) back.add(a, back.graph.where(mask, zero(back.graph), dy));
    if (back.needs(b)) back.add(b, back.graph.where(mask, dy, zero(back.graph)));
  };
}

const multiply: Rule = (back, { inputs }, [dy]) => {
  const [a, b] = inputs;
  if (!dy || !a || !b) return;
  const { graph } = back;
  if (a.name === b.name) {
    if (back.needs(a)) back.add(a, graph.mul(dy, graph.mul(a, graph.scalar(2))));
    return;
  }
  if (back.needs(a)) back.add(a, graph.mul(dy, b));
  if (back.needs(b)) back.add(b, graph.mul(dy, a));
};

const where: Rule = (back, { inputs }, [dy]) => {
  const [condition, a, b] = inputs;
  if (!dy || !condition) return;
  const { graph } = back;
  if (back.needs(a)) back.add(a, graph.where(condition, dy, zero(graph)));
  if (back.needs(b)) back.add(b, graph.where(condition, zero(graph), dy));
};

const clip: Rule = (back, { inputs, outputs }, [dy]) => {
  const [x, low, high] = inputs;
  const [y] = outputs;
  if (!dy || !x || !y) return;
  const { graph } = back;
  if (back.needs(x)) back.add(x, graph.where(graph.equal(x, y), dy, zero(graph)));
  if (back.needs(low)) back.add(low, graph.where(graph.greater(low, x), dy, zero(graph)));
  if (back.needs(high)) back.add(high, graph.where(graph.greater(x, high), dy, zero(graph)));
};

/** x * sigmoid(2c(x + ax^3)) is the tanh form of GELU; y is at hand, which saves a product. */
const gelu: Rule = (back: Backward, { inputs, outputs, attributes }, [dy]) => {
  const [x] = inputs;
  const [y] = outputs;
  if (!dy || !x || !y) return;
  if (attributes.approximate !== "tanh") {
    throw new GraphError("Gelu: expected the tanh form to differentiate, got the exact one");
  }
  const { graph } = back;
  const slope = 2 * Math.sqrt(2 / Math.PI);
  const cubic = graph.mul(graph.mul(x, x), graph.scalar(slope * 0.044715));
  const gate = graph.sigmoid(graph.mul(x, graph.add(cubic, graph.scalar(slope))));
  const inner = graph.add(graph.mul(cubic, graph.scalar(3)), graph.scalar(slope));
  const bent = graph.mul(graph.mul(y, inner), graph.sub(one(graph), gate));
  back.add(x, graph.mul(dy, graph.add(gate, bent)));
};

const sum: Rule = (back, { inputs }, [dy]) => {
  if (dy) for (const input of inputs) back.add(input, dy);
};

/** Rules by operator. */
export const ELEMENTWISE: Readonly<Record<string, Rule>> = {
  Add: binary(
    (_, _a, _b, dy) => dy,
    (_, _a, _b, dy) => dy,
  ),
  Sub: binary(
    (_, _a, _b, dy) => dy,
    (graph, _a, _b, dy) => graph.neg(dy),
  ),
  Mul: multiply,
  Div: binary(
    (graph, _, b, dy) => graph.div(dy, b),
    (graph, _, b, dy, y) => graph.neg(graph.div(graph.mul(dy, y), b)),
  ),
  Pow: binary(
    (graph, a, b, dy) => graph.mul(dy, graph.mul(b, graph.pow(a, graph.sub(b, one(graph))))),
    (graph, a, _, dy, y) => graph.mul(dy, graph.mul(y, graph.log(a))),
  ),
  Min: select((graph, a, b) => graph.greater(a, b)),
  Max: select((graph, a, b) => graph.greater(b, a)),
  Sum: sum,
  Where: where,
  Neg: unary((graph, _x, _y, dy) => graph.neg(dy)),
  Abs: unary((graph, x, _, dy) =>
    graph.mul(dy, graph.single("Sign", [x], { type: x.type, shape: x.shape })),
  ),
  Exp: unary((graph, _, y, dy) => graph.mul(dy, y)),
  Log: unary((graph, x, _, dy) => graph.div(dy, x)),
  Sqrt: unary((graph, _, y, dy) => graph.div(graph.mul(dy, graph.scalar(0.5)), y)),
  Sin: unary((graph, x, _, dy) => graph.mul(dy, graph.cos(x))),
  Cos: unary((graph, x, _, dy) => graph.neg(graph.mul(dy, graph.sin(x)))),
  Tanh: unary((graph, _, y, dy) => graph.mul(dy, graph.sub(one(graph), graph.mul(y, y)))),
  Sigmoid: unary((graph, _, y, dy) => graph.mul(dy, graph.sub(y, graph.mul(y, y)))),
  Relu: unary((graph, x, _, dy) => graph.where(graph.greater(x, zero(graph)), dy, zero(graph))),
  Softplus: unary((graph, x, _, dy) => graph.mul(dy, graph.sigmoid(x))),
  Gelu: gelu,
  Clip: clip,
  Cast: unary((graph, x, _, dy) => graph.cast(dy, x.type)),
  Identity: unary((_graph, _x, _y, dy) => dy),
};
