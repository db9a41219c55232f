/** Recurrent layers, written out step by step; weights are named and laid out as PyTorch's `nn.LSTM` and `nn.GRU`. */

import type { Graph } from "../graph/graph.ts";
import { type Dim, GraphError, show, type Value } from "../graph/types.ts";
import type { Parameters } from "../parameters/types.ts";

/** Shape of a recurrent network. */
export type RecurrentOptions = {
  /** Length of a step's input. */
  readonly inputs: number;
  /** Length of the state. */
  readonly hidden: number;
  /** Layers, each fed with the states of the one below; default 1. */
  readonly layers?: number | undefined;
  /**
   * Factors by which the states between layers are multiplied, one value per gap, [steps * batch, hidden] or a shape
   * that broadcasts to it: dropout with masks of the caller's making (0, or 1 / (1 - rate)).
   */
  readonly masks?: readonly Value[] | undefined;
};

/** What a recurrent network gives. */
export type RecurrentResult = {
  /** States of the top layer after each step, time-major: [steps * batch, hidden]. Made only when it is used. */
  readonly sequence: () => Value;
  /** State of the top layer after the last step, [batch, hidden]. */
  readonly last: Value;
};

/**
 * Long short-term memory over `x`, time-major [steps * batch, inputs], from a zero state. Weights are
 * `NAME.weight_ih_lL` [4 * hidden, inputs], `NAME.weight_hh_lL` [4 * hidden, hidden], `NAME.bias_ih_lL` and
 * `NAME.bias_hh_lL`, gates in the order input, forget, cell, output.
 * @throws {GraphError} when `x` is not of that shape.
 */
export function lstm(
  graph: Graph,
  parameters: Parameters,
  name: string,
  x: Value,
  steps: number,
  options: RecurrentOptions,
): RecurrentResult {
  return stacked(graph, parameters, name, 4, x, steps, options, (input, size, weights) =>
    lstmLayer(graph, input, size, weights),
  );
}

/**
 * Gated recurrent unit, as {@link lstm} but with three gates: reset, update, new. The reset gate acts on the state's
 * product, as in PyTorch.
 */
export function gru(
  graph: Graph,
  parameters: Parameters,
  name: string,
  x: Value,
  steps: number,
  options: RecurrentOptions,
): RecurrentResult {
  return stacked(graph, parameters, name, 3, x, steps, options, (input, size, weights) =>
    gruLayer(graph, input, size, weights),
  );
}

/** Weights of a layer as they are stored. */
type Weights = { readonly wx: Value; readonly wh: Value; readonly bx: Value; readonly bh: Value };
type Size = { readonly hidden: number /** A row of ones, [1, batch]. */; readonly ones: Value };
/** Makes the states of a layer from what each step is given: [inputs + 1, batch], the last row ones for the bias. */
type Layer = (given: readonly Value[], size: Size, weights: Weights) => Value[];

/**
 * States and gates are kept transposed, [hidden, batch]: gates then lie one behind the other, so that taking them apart
 * and putting them together copies whole blocks. State, input and a row of ones for the bias go through one product.
 */
function stacked(
  graph: Graph,
  parameters: Parameters,
  name: string,
  gates: number,
  x: Value,
  steps: number,
  options: RecurrentOptions,
  build: Layer,
): RecurrentResult {
  const { inputs, hidden, layers = 1, masks = [] } = options;
  if (x.shape.length !== 2 || x.shape[1] !== inputs) {
    throw new GraphError(
      `${name}: expected time-major steps [steps * batch, ${inputs}], got ${show(x.shape)}`,
    );
  }
  if (masks.length !== 0 && masks.length !== layers - 1) {
    throw new GraphError(
      `${name}: expected ${layers - 1} masks between layers, got ${masks.length}`,
    );
  }
  const batch = batchOf(name, x, steps);
  let given = perStep(graph, graph.pad(x, [0, 0], [0, 1], 1), steps, batch);
  const ones = graph.slice(given[0] as Value, inputs, inputs + 1, 0);
  let states: Value[] = [];
  for (let layer = 0; layer < layers; layer++) {
    const width = layer === 0 ? inputs : hidden;
    const weights = weightsOf(graph, parameters, name, layer, [gates * hidden, width, hidden]);
    states = build(given, { hidden, ones }, weights);
    if (layer === layers - 1) break;
    const mask = masks[layer];
    const factors = mask && perStep(graph, mask, steps, batch);
    given = states.map((state, t) => {
      const masked = factors === undefined ? state : graph.mul(state, factors[t] as Value);
      return graph.concat([masked, ones], 0);
    });
  }
  const joined = (): Value =>
    graph.single(
      "Concat",
      states,
      { type: "float32", shape: [hidden, x.shape[0] as Dim] },
      { axis: 1 },
    );
  return {
    sequence: () => graph.transpose(joined(), [1, 0]),
    last: graph.transpose(states.at(-1) as Value, [1, 0]),
  };
}

function batchOf(name: string, x: Value, steps: number): Dim {
  const [rows] = x.shape;
  if (typeof rows === "string") return `${rows}/${steps}`;
  if (rows === undefined || !Number.isInteger(rows / steps) || steps < 1) {
    throw new GraphError(`${name}: expected a multiple of ${steps} steps, got ${show(x.shape)}`);
  }
  return rows / steps;
}

/** Time-major rows [steps * batch, width] as one matrix [width, batch] per step. */
function perStep(graph: Graph, x: Value, steps: number, batch: Dim): Value[] {
  const width = Number(x.shape[1]);
  const apart = graph.single("Reshape", [x, graph.integers([steps, -1, width])], {
    type: "float32",
    shape: [steps, batch, width],
  });
  const below = graph.single(
    "Reshape",
    [graph.transpose(apart, [0, 2, 1]), graph.integers([steps * width, -1])],
    { type: "float32", shape: [steps * width, batch] },
  );
  return graph.split(below, Array<number>(steps).fill(width), 0);
}

function weightsOf(
  graph: Graph,
  parameters: Parameters,
  name: string,
  layer: number,
  [rows, inputs, hidden]: readonly [rows: number, inputs: number, hidden: number],
): Weights {
  const tensor = (kind: string, shape: readonly number[]): Value =>
    parameters.tensor(graph, `${name}.${kind}_l${layer}`, shape);
  return {
    wx: tensor("weight_ih", [rows, inputs]),
    wh: tensor("weight_hh", [rows, hidden]),
    bx: tensor("bias_ih", [rows]),
    bh: tensor("bias_hh", [rows]),
  };
}

/** A bias as one more column. */
function withBias(graph: Graph, weight: Value, bias: Value): Value {
  return graph.concat([weight, graph.unsqueeze(bias, [1])], 1);
}

/** `a @ b`. */
function product(graph: Graph, a: Value, b: Value): Value {
  return graph.single("Gemm", [a, b], {
    type: "float32",
    shape: [a.shape[0] as Dim, b.shape[1] as Dim],
  });
}

/**
 * All four gates through one sigmoid: tanh(x) = 2 (sigmoid(2x) - 1/2), where the factor inside is put on the cell gate's
 * weights and the one outside is an addition more.
 */
function lstmLayer(graph: Graph, given: readonly Value[], size: Size, weights: Weights): Value[] {
  const { hidden } = size;
  const rows = Float32Array.from({ length: 4 * hidden }, (_, i) =>
    Math.floor(i / hidden) === 2 ? 2 : 1,
  );
  const factors = graph.constant(rows, [4 * hidden, 1], "float32");
  const bias = graph.add(weights.bx, weights.bh);
  const input = graph.mul(withBias(graph, weights.wx, bias), factors);
  const all = graph.concat([graph.mul(weights.wh, factors), input], 1);
  const states: Value[] = [];
  let [h, c]: (Value | undefined)[] = [];
  for (const x of given) {
    const sum =
      h === undefined ? product(graph, input, x) : product(graph, all, graph.concat([h, x], 0));
    const gates = graph.split(graph.sigmoid(sum), [hidden, hidden, hidden, hidden], 0);
    const [i, f, g, o] = gates as [Value, Value, Value, Value];
    const half = graph.mul(i, graph.sub(g, graph.scalar(0.5)));
    c =
      c === undefined
        ? graph.add(half, half)
        : graph.single("Sum", [graph.mul(f, c), half, half], half);
    h = graph.mul(o, graph.tanh(c));
    states.push(h);
  }
  return states;
}

function gruLayer(graph: Graph, given: readonly Value[], size: Size, weights: Weights): Value[] {
  const { hidden, ones } = size;
  const parts = (value: Value): [Value, Value] =>
    graph.split(value, [2 * hidden, hidden], 0) as [Value, Value];
  const [[gatesX, newX], [gatesH, newH]] = [parts(weights.wx), parts(weights.wh)];
  const [[gatesBx, newBx], [gatesBh, newBh]] = [parts(weights.bx), parts(weights.bh)];
  const gatesInput = withBias(graph, gatesX, graph.add(gatesBx, gatesBh));
  const gatesAll = graph.concat([gatesH, gatesInput], 1);
  const newInput = withBias(graph, newX, newBx);
  const newState = withBias(graph, newH, newBh);
  const states: Value[] = [];
  let h: Value | undefined;
  for (const x of given) {
    const sums =
      h === undefined
        ? product(graph, gatesInput, x)
        : product(graph, gatesAll, graph.concat([h, x], 0));
    const [r, z] = graph.split(graph.sigmoid(sums), [hidden, hidden], 0) as [Value, Value];
    const past =
      h === undefined
        ? graph.unsqueeze(newBh, [1])
        : product(graph, newState, graph.concat([h, ones], 0));
    const n = graph.tanh(graph.add(product(graph, newInput, x), graph.mul(r, past)));
    // (1 - z) n + z h.
    h = graph.add(n, graph.mul(z, h === undefined ? graph.neg(n) : graph.sub(h, n)));
    states.push(h);
  }
  return states;
}
