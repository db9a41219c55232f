/** A graph under construction: typed values, nodes in the order in which they run, constants kept once. */

import { axisOf, broadcast, matmulShape, reduced, reshapeNumbers, same } from "./shapes.ts";
import {
  type Attribute,
  type ConstantData,
  type DataType,
  type Dim,
  type ExternalData,
  elements,
  GraphError,
  type GraphNode,
  type Initializer,
  show,
  type Value,
} from "./types.ts";

/** Operator set of ONNX Runtime's contributed operators. */
export const MICROSOFT = "com.microsoft";

/** What a node's output is: element type and shape. */
export type Result = { readonly type: DataType; readonly shape: readonly Dim[] };

/** How a convolution walks; lists go by axis behind the channels. */
export type ConvOptions = {
  /** Steps; default 1. */
  readonly strides?: readonly number[] | undefined;
  /** Zeros before every axis, then after every axis; default none. */
  readonly pads?: readonly number[] | undefined;
  /** Groups of channels that are convolved apart; default 1. */
  readonly groups?: number | undefined;
};

/**
 * A graph of ONNX operators (opset 21 and `com.microsoft`). Methods add a node and give its value; shapes are checked
 * as far as they are known. Nodes are kept as data, so that gradients can be derived from them.
 */
export class Graph {
  /** Nodes, each after those it reads. */
  readonly nodes: GraphNode[] = [];
  /** Constants. */
  readonly initializers: Initializer[] = [];
  /** What the graph is given when it runs. */
  readonly inputs: Value[] = [];
  /** What it gives back, by name. */
  readonly outputs: Map<string, Value> = new Map();
  readonly #names = new Set<string>();
  readonly #shared = new Map<string, Value>();
  #count = 0;

  /** Declares an input. @throws {GraphError} when the name is taken. */
  input(name: string, type: DataType, shape: readonly Dim[]): Value {
    const value = this.#named(name, type, shape);
    this.inputs.push(value);
    return value;
  }

  /** Declares an output under a name of its own. */
  output(name: string, value: Value): void {
    // An output's name must be a value's name, and one value may go out under two names.
    const result = this.#named(name, value.type, value.shape);
    this.nodes.push({
      op: "Identity",
      domain: "",
      inputs: [value],
      outputs: [result],
      attributes: {},
    });
    this.outputs.set(name, result);
  }

  /** A constant. @throws {GraphError} when the elements don't fill the shape. */
  constant(
    data: ConstantData | ExternalData,
    shape: readonly number[],
    type: DataType,
    name?: string,
  ): Value {
    const count = elements(shape);
    if (ArrayBuffer.isView(data) && data.length !== count) {
      throw new GraphError(
        `constant ${name ?? ""}: expected ${count} elements, got ${data.length}`,
      );
    }
    const value = this.#named(name ?? this.#fresh("c"), type, shape);
    this.initializers.push({ value, data });
    return value;
  }

  /** A float32 number, kept once per graph. */
  scalar(value: number): Value {
    return this.#once(`f${value}`, () => this.constant(Float32Array.of(value), [], "float32"));
  }

  /** An int64 list (a shape, axes), kept once per graph. */
  integers(values: readonly number[]): Value {
    return this.#once(`i${values.join()}`, () =>
      this.constant(BigInt64Array.from(values, BigInt), [values.length], "int64"),
    );
  }

  /** A float32 vector of one number, kept once per graph. */
  filled(length: number, value: number): Value {
    return this.#once(`v${length}:${value}`, () =>
      this.constant(new Float32Array(length).fill(value), [length], "float32"),
    );
  }

  /** Adds any node. Its outputs' types and shapes are taken as told. */
  node(
    op: string,
    inputs: readonly (Value | null)[],
    results: readonly Result[],
    attributes: Readonly<Record<string, Attribute>> = {},
    domain = "",
  ): Value[] {
    const outputs = results.map(({ type, shape }) => this.#named(this.#fresh("t"), type, shape));
    this.nodes.push({ op, domain, inputs, outputs, attributes });
    return outputs;
  }

  /** A node with one output. */
  single(
    op: string,
    inputs: readonly (Value | null)[],
    result: Result,
    attributes: Readonly<Record<string, Attribute>> = {},
    domain = "",
  ): Value {
    return this.node(op, inputs, [result], attributes, domain)[0] as Value;
  }

  // Elementwise

  /** `a + b`, elementwise with broadcasting. */
  add(a: Value, b: Value): Value {
    return this.#binary("Add", a, b);
  }
  /** `a - b`, elementwise with broadcasting. */
  sub(a: Value, b: Value): Value {
    return this.#binary("Sub", a, b);
  }
  /** `a * b`, elementwise with broadcasting. */
  mul(a: Value, b: Value): Value {
    return this.#binary("Mul", a, b);
  }
  /** `a / b`, elementwise with broadcasting. */
  div(a: Value, b: Value): Value {
    return this.#binary("Div", a, b);
  }
  /** `a` to the power of `b`, elementwise. */
  pow(a: Value, b: Value): Value {
    return this.#binary("Pow", a, b);
  }
  /** The smaller of `a` and `b`, elementwise. */
  min(a: Value, b: Value): Value {
    return this.#binary("Min", a, b);
  }
  /** The larger of `a` and `b`, elementwise. */
  max(a: Value, b: Value): Value {
    return this.#binary("Max", a, b);
  }
  /** `a == b`, as bool. */
  equal(a: Value, b: Value): Value {
    return this.#binary("Equal", a, b, "bool");
  }
  /** `a > b`, as bool. */
  greater(a: Value, b: Value): Value {
    return this.#binary("Greater", a, b, "bool");
  }
  /** `condition ? a : b`, elementwise. */
  where(condition: Value, a: Value, b: Value): Value {
    const shape = broadcast("Where", broadcast("Where", condition.shape, a.shape), b.shape);
    return this.single("Where", [condition, a, b], { type: a.type, shape });
  }
  /** `-a`, elementwise. */
  neg(a: Value): Value {
    return this.#unary("Neg", a);
  }
  /** Magnitude of each element. */
  abs(a: Value): Value {
    return this.#unary("Abs", a);
  }
  /** e to the power of each element. */
  exp(a: Value): Value {
    return this.#unary("Exp", a);
  }
  /** Natural logarithm of each element. */
  log(a: Value): Value {
    return this.#unary("Log", a);
  }
  /** Square root of each element. */
  sqrt(a: Value): Value {
    return this.#unary("Sqrt", a);
  }
  /** Sine of each element, in radians. */
  sin(a: Value): Value {
    return this.#unary("Sin", a);
  }
  /** Cosine of each element, in radians. */
  cos(a: Value): Value {
    return this.#unary("Cos", a);
  }
  /** Hyperbolic tangent of each element. */
  tanh(a: Value): Value {
    return this.#unary("Tanh", a);
  }
  /** `1 / (1 + exp(-a))`, elementwise. */
  sigmoid(a: Value): Value {
    return this.#unary("Sigmoid", a);
  }
  /** `max(a, 0)`, elementwise. */
  relu(a: Value): Value {
    return this.#unary("Relu", a);
  }
  /** `log(1 + exp(a))`, elementwise. */
  softplus(a: Value): Value {
    return this.#unary("Softplus", a);
  }
  /** Gaussian error linear unit in its tanh form. */
  gelu(a: Value): Value {
    return this.single("Gelu", [a], a, { approximate: "tanh" });
  }
  /** `x * sigmoid(x)`. */
  silu(a: Value): Value {
    return this.mul(a, this.sigmoid(a));
  }
  /** Clamped to [low, high]. */
  clip(a: Value, low: Value, high: Value): Value {
    return this.single("Clip", [a, low, high], a);
  }
  /** Elements converted to another type; to bool, what is not 0 is true. */
  cast(a: Value, type: DataType): Value {
    const to = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9, float16: 10 }[type];
    return this.single("Cast", [a], { type, shape: a.shape }, { to });
  }
  /** The same elements under another name. */
  identity(a: Value): Value {
    return this.#unary("Identity", a);
  }

  // Products and sums

  /** Matrix product of [.., n, k] and [.., k, m]. */
  matmul(a: Value, b: Value): Value {
    return this.single("MatMul", [a, b], { type: a.type, shape: matmulShape(a.shape, b.shape) });
  }
  /** Sum over axes, which stay as 1 with `keep`. */
  sum(a: Value, axes: readonly number[], keep = false): Value {
    return this.#reduce("ReduceSum", a, axes, keep);
  }
  /** Mean over axes, which stay as 1 with `keep`. */
  mean(a: Value, axes: readonly number[], keep = false): Value {
    return this.#reduce("ReduceMean", a, axes, keep);
  }
  /** Largest element over axes, which stay as 1 with `keep`. */
  maximum(a: Value, axes: readonly number[], keep = false): Value {
    return this.#reduce("ReduceMax", a, axes, keep);
  }
  /** Exponentials that sum to 1 along an axis. */
  softmax(a: Value, axis = -1): Value {
    return this.single("Softmax", [a], a, { axis: axisOf("Softmax", axis, a.shape) });
  }
  /** Logarithm of {@link Graph.softmax}, without its overflow. */
  logSoftmax(a: Value, axis = -1): Value {
    return this.single("LogSoftmax", [a], a, { axis: axisOf("LogSoftmax", axis, a.shape) });
  }

  // Shapes

  /** Same elements, another shape; at most one named length may move. */
  reshape(a: Value, shape: readonly Dim[]): Value {
    const numbers = reshapeNumbers(a.shape, shape);
    return this.single("Reshape", [a, this.integers(numbers)], { type: a.type, shape });
  }
  /** Axes in another order: axis i of the result is axis `perm[i]`. */
  transpose(a: Value, perm: readonly number[]): Value {
    if (perm.length !== a.shape.length || new Set(perm).size !== perm.length) {
      throw new GraphError(`Transpose: expected an order of ${show(a.shape)}, got ${perm.join()}`);
    }
    const shape = perm.map((axis) => a.shape[axisOf("Transpose", axis, a.shape)] as Dim);
    return this.single("Transpose", [a], { type: a.type, shape }, { perm });
  }
  /** Axes of length 1 inserted, counted in the result. */
  unsqueeze(a: Value, axes: readonly number[]): Value {
    const shape = [...a.shape];
    for (const axis of [...axes].sort((x, y) => x - y)) shape.splice(axis, 0, 1);
    return this.single("Unsqueeze", [a, this.integers(axes)], { type: a.type, shape });
  }
  /** Axes of length 1 removed. */
  squeeze(a: Value, axes: readonly number[]): Value {
    const shape = reduced("Squeeze", a.shape, axes, false);
    return this.single("Squeeze", [a, this.integers(axes)], { type: a.type, shape });
  }
  /** Values one after the other along an axis. */
  concat(values: readonly Value[], axis: number): Value {
    const first = values[0];
    if (first === undefined) throw new GraphError("Concat: expected at least one value, got none");
    const at = axisOf("Concat", axis, first.shape);
    const lengths = values.map(({ shape }) => shape[at] as Dim);
    for (const { shape } of values) {
      if (
        shape.length !== first.shape.length ||
        shape.some((dim, i) => i !== at && !same(dim, first.shape[i]))
      ) {
        throw new GraphError(
          `Concat: expected ${show(first.shape)} but for axis ${at}, got ${show(shape)}`,
        );
      }
    }
    const total = lengths.every((dim) => typeof dim === "number")
      ? lengths.reduce<number>((sum, dim) => sum + Number(dim), 0)
      : lengths.join("+");
    const shape = first.shape.map((dim, i) => (i === at ? total : dim));
    return this.single("Concat", values, { type: first.type, shape }, { axis: at });
  }
  /** Parts of the given lengths along an axis. */
  split(a: Value, lengths: readonly number[], axis: number): Value[] {
    const at = axisOf("Split", axis, a.shape);
    const results = lengths.map((length) => ({
      type: a.type,
      shape: a.shape.map((dim, i) => (i === at ? length : dim)),
    }));
    return this.node("Split", [a, this.integers(lengths)], results, { axis: at });
  }
  /** Elements `from` up to, not including, `to` along an axis. */
  slice(a: Value, from: number, to: number, axis: number): Value {
    const at = axisOf("Slice", axis, a.shape);
    const shape = a.shape.map((dim, i) => (i === at ? to - from : dim));
    const inputs = [a, this.integers([from]), this.integers([to]), this.integers([at])];
    return this.single("Slice", inputs, { type: a.type, shape });
  }
  /** Repeated to a shape (broadcast). Lengths must be known. */
  expand(a: Value, shape: readonly number[]): Value {
    return this.single("Expand", [a, this.integers(shape)], { type: a.type, shape });
  }

  // Look-ups

  /** Rows of `table` along an axis by integer indices. */
  gather(table: Value, indices: Value, axis = 0): Value {
    const at = axisOf("Gather", axis, table.shape);
    const shape = [...table.shape.slice(0, at), ...indices.shape, ...table.shape.slice(at + 1)];
    return this.single("Gather", [table, indices], { type: table.type, shape }, { axis: at });
  }
  /** `data` with the rows at `indices` [n, 1] replaced by `updates` [n, ...]; indices must not repeat. */
  scatterRows(data: Value, indices: Value, updates: Value): Value {
    return this.single("ScatterND", [data, indices, updates], data);
  }

  // Layers that ONNX Runtime has as one operator

  /** `x / sqrt(mean(x^2) + epsilon) * weight` over the last axis. */
  rmsNorm(x: Value, weight: Value, epsilon: number): Value {
    const attributes = { axis: -1, epsilon: { float: epsilon } };
    return this.single("SimplifiedLayerNormalization", [x, weight], x, attributes);
  }
  /** Layer normalisation over the last axis. */
  layerNorm(x: Value, weight: Value, bias: Value | null, epsilon: number): Value {
    const attributes = { axis: -1, epsilon: { float: epsilon } };
    const inputs = bias === null ? [x, weight] : [x, weight, bias];
    return this.single("LayerNormalization", inputs, x, attributes);
  }
  /**
   * Rotary position embedding, half-split. `x` [b, n, heads * width]; `positions` [b, n] int64 are rows of `cos` and
   * `sin` [rows, width / 2].
   */
  rotary(x: Value, positions: Value, cos: Value, sin: Value, heads: number): Value {
    const attributes = { num_heads: heads };
    return this.single("RotaryEmbedding", [x, positions, cos, sin], x, attributes, MICROSOFT);
  }
  /**
   * Softmax attention with as many key as query heads. `q` [b, n, heads * width], `k` and `v` [b, l, heads * width],
   * `bias` [1 | b, 1 | heads, n, l] is added to the scores.
   */
  multiHeadAttention(
    q: Value,
    k: Value,
    v: Value,
    bias: Value | null,
    heads: number,
    scale: number,
  ): Value {
    const attributes = { num_heads: heads, scale: { float: scale } };
    const shape = [...q.shape.slice(0, -1), v.shape.at(-1) as Dim];
    const inputs = bias === null ? [q, k, v] : [q, k, v, null, null, bias];
    return this.single(
      "MultiHeadAttention",
      inputs,
      { type: q.type, shape },
      attributes,
      MICROSOFT,
    );
  }

  /**
   * Convolution. `x` [n, channels, ...lengths], `weight` [outputs, channels / groups, ...kernel], `bias` [outputs].
   * @throws {GraphError} when channels and groups don't fit, or the kernel is longer than a padded axis.
   */
  conv(x: Value, weight: Value, bias: Value | null, options: ConvOptions = {}): Value {
    const axes = x.shape.length - 2;
    const kernel = weight.shape.slice(2).map(Number);
    const strides = options.strides ?? kernel.map(() => 1);
    const pads = options.pads ?? kernel.flatMap(() => [0, 0]);
    const groups = options.groups ?? 1;
    if (
      axes < 1 ||
      [kernel.length, strides.length, pads.length / 2].some((length) => length !== axes) ||
      x.shape[1] !== Number(weight.shape[1]) * groups
    ) {
      throw new GraphError(
        `Conv: expected [n, c, ..] and [outputs, c / ${groups}, ..] with as many strides and twice as many pads as ` +
          `further axes, got ${show(x.shape)} and ${show(weight.shape)}`,
      );
    }
    const lengths = kernel.map((size, i): Dim => {
      const length = x.shape[i + 2] as Dim;
      const stride = strides[i] as number;
      const room = (pads[i] as number) + (pads[i + axes] as number) - size;
      // A length that is not changed keeps its name.
      if (typeof length === "string") {
        return stride === 1 && room === -1 ? length : `conv(${length},${size},${stride},${room})`;
      }
      const result = Math.floor((length + room) / stride) + 1;
      if (result >= 1) return result;
      throw new GraphError(
        `Conv: expected axis ${i + 2} to hold a kernel of ${size}, got ${length}`,
      );
    });
    const inputs = bias === null ? [x, weight] : [x, weight, bias];
    return this.single(
      "Conv",
      inputs,
      { type: x.type, shape: [x.shape[0] as Dim, weight.shape[0] as Dim, ...lengths] },
      { kernel_shape: kernel, strides, pads, group: groups },
    );
  }
  /** Extended by `before` and `after` elements of `value` (float32) on each axis. */
  pad(a: Value, before: readonly number[], after: readonly number[], value = 0): Value {
    if (before.length !== a.shape.length || after.length !== a.shape.length) {
      throw new GraphError(`Pad: expected two numbers per axis of ${show(a.shape)}`);
    }
    const shape = a.shape.map((dim, i): Dim => {
      const more = (before[i] as number) + (after[i] as number);
      if (typeof dim === "number") return dim + more;
      return more === 0 ? dim : `pad(${dim},${more})`;
    });
    const inputs = [a, this.integers([...before, ...after]), this.scalar(value)];
    return this.single("Pad", inputs, { type: a.type, shape }, { mode: "constant" });
  }

  #binary(op: string, a: Value, b: Value, type: DataType = a.type): Value {
    if (a.type !== b.type)
      throw new GraphError(`${op}: expected one type, got ${a.type} and ${b.type}`);
    return this.single(op, [a, b], { type, shape: broadcast(op, a.shape, b.shape) });
  }

  #unary(op: string, a: Value): Value {
    return this.single(op, [a], { type: a.type, shape: a.shape });
  }

  #reduce(op: string, a: Value, axes: readonly number[], keep: boolean): Value {
    const result = { type: a.type, shape: reduced(op, a.shape, axes, keep) };
    return this.single(op, [a, this.integers(axes)], result, { keepdims: keep ? 1 : 0 });
  }

  #once(key: string, make: () => Value): Value {
    const known = this.#shared.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#shared.set(key, made);
    return made;
  }

  #fresh(prefix: string): string {
    let name: string;
    do name = `${prefix}${this.#count++}`;
    while (this.#names.has(name));
    return name;
  }

  #named(name: string, type: DataType, shape: readonly Dim[]): Value {
    if (this.#names.has(name))
      throw new GraphError(`expected a name of its own, got ${name} twice`);
    this.#names.add(name);
    return { name, type, shape };
  }
}
