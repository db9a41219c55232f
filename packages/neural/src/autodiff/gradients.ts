/** Reverse-mode differentiation: backward nodes emitted into the graph that they are the derivative of. */

import type { Graph } from "../graph/graph.ts";
import { type DataType, GraphError, type GraphNode, show, type Value } from "../graph/types.ts";
import { Backward, type Rule } from "./backward.ts";
import { CONVOLUTION } from "./convolution.ts";
import { ELEMENTWISE } from "./elementwise.ts";
import { LAYERS } from "./layers.ts";
import { LOOKUPS } from "./lookups.ts";
import { PRODUCTS } from "./products.ts";
import { SHAPES } from "./shapes.ts";

const RULES: ReadonlyMap<string, Rule> = new Map(
  Object.entries({ ...ELEMENTWISE, ...PRODUCTS, ...SHAPES, ...LOOKUPS, ...LAYERS, ...CONVOLUTION }),
);

/** Operators whose results don't change with small changes of their inputs, or are no real numbers. */
const FLAT: ReadonlySet<string> = new Set([
  "ArgMax",
  "ConstantOfShape",
  "Equal",
  "Greater",
  "Round",
  "Floor",
  "Shape",
  "Sign",
  "Size",
]);

/** Whether {@link gradients} knows an operator: as one with a derivative, or as one that has none. */
export function differentiability(op: string): "differentiable" | "flat" | "unknown" {
  if (RULES.has(op)) return "differentiable";
  return FLAT.has(op) ? "flat" : "unknown";
}

/**
 * Gradients of a scalar with respect to values it depends on, in their order and of their shapes; zeros for values it
 * doesn't depend on. The nodes that compute them are added to the graph. Where a function has a corner (relu, max,
 * clip, abs) the derivative is that of one side. `threads`, if known, is how many will run the graph: with one, look-ups
 * have a faster derivative.
 * @throws {GraphError} when `loss` has more than one element, or depends on `wrt` through an operator without a rule.
 */
export function gradients(
  graph: Graph,
  loss: Value,
  wrt: readonly Value[],
  threads?: number,
): Value[] {
  if (loss.shape.some((dim) => dim !== 1) || loss.type !== "float32") {
    throw new GraphError(
      `gradients: expected a loss of one float32 element, got ${loss.type} ${show(loss.shape)}`,
    );
  }
  for (const { name, type } of wrt) {
    if (type !== "float32") {
      throw new GraphError(`gradients: expected float32 values, got ${name} of type ${type}`);
    }
  }
  const reached = new Set(wrt.map(({ name }) => name));
  const active: GraphNode[] = [];
  for (const node of graph.nodes) {
    if (FLAT.has(node.op) || !node.inputs.some((input) => input && reached.has(input.name)))
      continue;
    active.push(node);
    for (const { name, type } of node.outputs) if (isReal(type)) reached.add(name);
  }
  const back = new Backward(graph, reached, new Set(wrt.map(({ name }) => name)), threads);
  if (back.needs(loss)) {
    back.add(loss, graph.constant(Float32Array.of(1), loss.shape.map(Number), "float32"));
  }
  for (const node of active.reverse()) {
    const dys = node.outputs.map((output) =>
      isReal(output.type) ? back.total(output) : undefined,
    );
    if (dys.every((dy) => dy === undefined)) continue;
    const rule = RULES.get(node.op);
    if (rule === undefined) {
      throw new GraphError(`gradients: expected an operator with a derivative, got ${node.op}`);
    }
    rule(back, node, dys);
  }
  return wrt.map((value) => back.total(value) ?? back.zerosLike(value));
}

function isReal(type: DataType): boolean {
  return type === "float32" || type === "float16";
}
