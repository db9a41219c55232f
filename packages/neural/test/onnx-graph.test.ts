import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Graph } from "../src/graph/graph.ts";
import { type Dim, GraphError, type Value } from "../src/graph/types.ts";
import { openNodeExecutor } from "../src/node/executor.ts";
import { encodeModel } from "../src/onnx/encode.ts";
import type { Executor, HostTensor } from "../src/runtime/types.ts";
import { largestDifference, noise } from "./support/refresh-step.ts";

let executor: Executor;
beforeAll(async () => {
  executor = await openNodeExecutor();
});
afterAll(() => executor.dispose());

const count = (shape: readonly number[]): number => shape.reduce((all, length) => all * length, 1);

function floats(shape: readonly number[], data: ArrayLike<number>): HostTensor {
  return { type: "float32", shape, data: Float32Array.from(data) };
}
function longs(shape: readonly number[], data: readonly number[]): HostTensor {
  return { type: "int64", shape, data: BigInt64Array.from(data, BigInt) };
}
function bools(shape: readonly number[], data: readonly number[]): HostTensor {
  return { type: "bool", shape, data: Uint8Array.from(data) };
}

/** Element of a row-major array at an index, as ONNX broadcasts it: axes of length 1 repeat. */
function element({ shape, data }: HostTensor, index: readonly number[]): number {
  let at = 0;
  const behind = index.slice(index.length - shape.length);
  for (const [axis, length] of shape.entries()) {
    at = at * length + (length === 1 ? 0 : (behind[axis] as number));
  }
  return Number(data[at]);
}

/** A tensor from a function of its index. */
function tensorOf(shape: readonly number[], value: (index: number[]) => number): HostTensor {
  const data = Array.from({ length: count(shape) }, (_, flat) => {
    const index: number[] = [];
    let rest = flat;
    for (const length of shape.toReversed()) {
      index.unshift(rest % length);
      rest = Math.floor(rest / length);
    }
    return value(index);
  });
  return floats(shape, data);
}

const A = floats([2, 3, 4], noise(24, 1, 2));
const B = floats([3, 1], noise(3, 2, 2));
const POSITIVE = floats(
  [2, 3, 4],
  noise(24, 1, 0.9).map((value) => value + 1),
);
const UNIT = noise(24, 1, 2);

type Case = {
  readonly inputs: Readonly<Record<string, HostTensor>>;
  readonly build: (graph: Graph, values: Readonly<Record<string, Value>>) => Value | Value[];
  /** By the operator's definition; in double precision where it counts. */
  readonly expected: HostTensor | HostTensor[];
  /** Inputs all of whose lengths have to be known. */
  readonly known?: readonly string[];
};

type Unary = { [K in keyof Graph]: Graph[K] extends (a: Value) => Value ? K : never }[keyof Graph];
type Binary = {
  [K in keyof Graph]: Graph[K] extends (a: Value, b: Value) => Value ? K : never;
}[keyof Graph];

function unary(name: Unary, definition: (x: number) => number, a = A): [string, Case] {
  const build: Case["build"] = (graph, { a: value }) => graph[name](value as Value);
  return [
    name,
    { inputs: { a }, build, expected: tensorOf(a.shape, (i) => definition(element(a, i))) },
  ];
}

function binary(
  name: Binary,
  definition: (x: number, y: number) => number,
  a = A,
  b = B,
  type: "float32" | "bool" = "float32",
): [string, Case] {
  const values = tensorOf(a.shape, (i) => definition(element(a, i), element(b, i)));
  const expected =
    type === "bool" ? bools(a.shape, Array.from(values.data as Float32Array)) : values;
  const build: Case["build"] = (graph, { a: x, b: y }) => graph[name](x as Value, y as Value);
  return [name, { inputs: { a, b }, build, expected }];
}

function one(
  name: keyof Graph & string,
  inputs: Case["inputs"],
  build: (graph: Graph, a: Value, values: Readonly<Record<string, Value>>) => Value | Value[],
  expected: Case["expected"],
  known: readonly string[] = [],
): [string, Case] {
  const full: Case["build"] = (graph, values) => build(graph, values.a as Value, values);
  return [name, { inputs, build: full, expected, known }];
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const reduce = (
  axes: readonly number[],
  keep: boolean,
  start: number,
  step: (sum: number, x: number) => number,
  finish: (sum: number, n: number) => number = (sum) => sum,
): HostTensor => {
  const kept = A.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  const over = tensorOf(kept, (index) => {
    let [sum, n] = [start, 0];
    for (let flat = 0; flat < 24; flat++) {
      const full = [Math.floor(flat / 12), Math.floor(flat / 4) % 3, flat % 4];
      if (full.some((at, axis) => !axes.includes(axis) && at !== index[axis])) continue;
      sum = step(sum, element(A, full));
      n++;
    }
    return finish(sum, n);
  });
  return keep ? over : { ...over, shape: A.shape.filter((_, axis) => !axes.includes(axis)) };
};
/** Sum of exponentials along an axis of A. */
const partition = (index: readonly number[], axis: number): number => {
  let sum = 0;
  for (let at = 0; at < (A.shape[axis] as number); at++) {
    sum += Math.exp(element(A, index.with(axis, at)));
  }
  return sum;
};
const meanOf = (row: readonly number[]): number => row.reduce((sum, x) => sum + x, 0) / row.length;
const rowOf = (index: readonly number[]): number[] =>
  [0, 1, 2, 3].map((at) => element(A, index.with(2, at)));
const WEIGHT = floats([4], noise(4, 3));
const BIAS = floats([4], noise(4, 4));
const MATRIX = floats([4, 5], noise(20, 5));
const ROTATED = floats([1, 2, 8], noise(16, 6));
const COS = floats(
  [7, 2],
  Array.from({ length: 14 }, (_, i) => Math.cos(i * 0.3)),
);
const SIN = floats(
  [7, 2],
  Array.from({ length: 14 }, (_, i) => Math.sin(i * 0.3)),
);
const KEYS = floats([1, 5, 8], noise(40, 7));
const SCORES = floats([1, 1, 2, 5], noise(10, 8));
const IMAGE = floats([1, 2, 5, 4], noise(40, 9));
const KERNEL = floats([2, 1, 3, 2], noise(12, 10));

const CASES: [string, Case][] = [
  binary("add", (x, y) => x + y),
  binary("sub", (x, y) => x - y),
  binary("mul", (x, y) => x * y),
  binary("div", (x, y) => x / y),
  binary("pow", (x, y) => x ** y, POSITIVE),
  binary("min", Math.min),
  binary("max", Math.max),
  binary(
    "equal",
    (x, y) => Number(x === y),
    floats([2, 2], [1, 2, 3, 4]),
    floats([2], [1, 4]),
    "bool",
  ),
  binary("greater", (x, y) => Number(x > y), A, B, "bool"),
  unary("neg", (x) => -x),
  unary("abs", Math.abs),
  unary("exp", Math.exp),
  unary("log", Math.log, POSITIVE),
  unary("sqrt", Math.sqrt, POSITIVE),
  unary("sin", Math.sin),
  unary("cos", Math.cos),
  unary("tanh", Math.tanh),
  unary("sigmoid", sigmoid),
  unary("relu", (x) => Math.max(0, x)),
  unary("softplus", (x) => Math.log1p(Math.exp(x))),
  unary("gelu", (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))),
  unary("silu", (x) => x * sigmoid(x)),
  unary("identity", (x) => x),
  one(
    "where",
    { a: A, b: B, c: bools([2, 1, 4], [0, 1, 1, 0, 1, 0, 0, 1]) },
    (graph, a, { b, c }) => graph.where(c as Value, a, b as Value),
    tensorOf(A.shape, (i) =>
      element(bools([2, 1, 4], [0, 1, 1, 0, 1, 0, 0, 1]), i) === 1 ? element(A, i) : element(B, i),
    ),
  ),
  one(
    "clip",
    { a: A },
    (graph, a) => graph.clip(a, graph.scalar(-0.5), graph.scalar(1)),
    tensorOf(A.shape, (i) => Math.min(1, Math.max(-0.5, element(A, i)))),
  ),
  one(
    "cast",
    { a: floats([3], [-1.7, 0, 2.9]) },
    (graph, a) => graph.cast(a, "int64"),
    longs([3], [-1, 0, 2]),
  ),
  one(
    "cast",
    { a: longs([2], [-3, 2 ** 20]) },
    (graph, a) => graph.cast(a, "float32"),
    floats([2], [-3, 2 ** 20]),
  ),
  one(
    "cast",
    { a: floats([3], [-1.7, 0, 2.9]) },
    (graph, a) => graph.cast(a, "bool"),
    bools([3], [1, 0, 1]),
  ),
  one("cast", { a: floats([3], [-1.5, 0, 65504]) }, (graph, a) => graph.cast(a, "float16"), {
    type: "float16",
    shape: [3],
    data: Uint16Array.of(0xbe00, 0, 0x7bff),
  }),
  one(
    "matmul",
    { a: A, b: MATRIX },
    (graph, a, { b }) => graph.matmul(a, b as Value),
    tensorOf([2, 3, 5], ([n, i, j]) =>
      [0, 1, 2, 3].reduce(
        (sum, k) => sum + element(A, [n ?? 0, i ?? 0, k]) * element(MATRIX, [k, j ?? 0]),
        0,
      ),
    ),
  ),
  one(
    "sum",
    { a: A },
    (graph, a) => graph.sum(a, [0, -1]),
    reduce([0, 2], false, 0, (s, x) => s + x),
  ),
  one(
    "sum",
    { a: A },
    (graph, a) => graph.sum(a, [1], true),
    reduce([1], true, 0, (s, x) => s + x),
  ),
  one(
    "mean",
    { a: A },
    (graph, a) => graph.mean(a, [1, 2], true),
    reduce(
      [1, 2],
      true,
      0,
      (s, x) => s + x,
      (s, n) => s / n,
    ),
  ),
  one("maximum", { a: A }, (graph, a) => graph.maximum(a, [1]), reduce([1], false, -1e9, Math.max)),
  one(
    "softmax",
    { a: A },
    (graph, a) => graph.softmax(a, 1),
    tensorOf(A.shape, (i) => Math.exp(element(A, i)) / partition(i, 1)),
  ),
  one(
    "logSoftmax",
    { a: A },
    (graph, a) => graph.logSoftmax(a),
    tensorOf(A.shape, (i) => element(A, i) - Math.log(partition(i, 2))),
  ),
  one(
    "reshape",
    { a: A },
    (graph, a) => graph.reshape(a, [a.shape[0] as Dim, 12]),
    floats([2, 12], UNIT),
    ["a"],
  ),
  one(
    "transpose",
    { a: A },
    (graph, a) => graph.transpose(a, [2, 0, 1]),
    tensorOf([4, 2, 3], ([k, i, j]) => element(A, [i ?? 0, j ?? 0, k ?? 0])),
  ),
  one("unsqueeze", { a: A }, (graph, a) => graph.unsqueeze(a, [0, 3]), {
    ...A,
    shape: [1, 2, 3, 1, 4],
  }),
  one(
    "squeeze",
    { a: { ...A, shape: [2, 1, 12] } },
    (graph, a) => graph.squeeze(a, [1]),
    { ...A, shape: [2, 12] },
    ["a"],
  ),
  one(
    "concat",
    { a: A, b: floats([2, 1, 4], UNIT.subarray(0, 8)) },
    (graph, a, { b }) => graph.concat([a, b as Value, a], 1),
    tensorOf([2, 7, 4], ([i, j, k]) =>
      j === 3
        ? (UNIT[(i ?? 0) * 4 + (k ?? 0)] as number)
        : element(A, [i ?? 0, ((j ?? 0) > 3 ? (j ?? 0) - 4 : j) ?? 0, k ?? 0]),
    ),
    ["a", "b"],
  ),
  one(
    "split",
    { a: A },
    (graph, a) => graph.split(a, [1, 3], 2),
    [1, 3].map((width) =>
      tensorOf([2, 3, width], ([i, j, k]) =>
        element(A, [i ?? 0, j ?? 0, (k ?? 0) + (width === 3 ? 1 : 0)]),
      ),
    ),
  ),
  one(
    "slice",
    { a: A },
    (graph, a) => graph.slice(a, 1, 3, -2),
    tensorOf([2, 2, 4], ([i, j, k]) => element(A, [i ?? 0, (j ?? 0) + 1, k ?? 0])),
  ),
  one(
    "expand",
    { a: B },
    (graph, a) => graph.expand(a, [2, 3, 4]),
    tensorOf([2, 3, 4], (i) => element(B, i)),
  ),
  one(
    "gather",
    { a: A, ids: longs([2, 2], [2, 0, 1, 1]) },
    (graph, a, { ids }) => graph.gather(a, ids as Value, 1),
    tensorOf([2, 2, 2, 4], ([i, m, n, k]) =>
      element(A, [i ?? 0, [2, 0, 1, 1][(m ?? 0) * 2 + (n ?? 0)] ?? 0, k ?? 0]),
    ),
  ),
  one(
    "scatterRows",
    { a: MATRIX, ids: longs([2, 1], [3, 0]), rows: floats([2, 5], noise(10, 20)) },
    (graph, a, { ids, rows }) => graph.scatterRows(a, ids as Value, rows as Value),
    tensorOf([4, 5], ([i, j]) => {
      const row = [1, -1, -1, 0][i ?? 0] ?? -1;
      return row < 0
        ? element(MATRIX, [i ?? 0, j ?? 0])
        : (noise(10, 20)[row * 5 + (j ?? 0)] as number);
    }),
  ),
  one(
    "rmsNorm",
    { a: A, w: WEIGHT },
    (graph, a, { w }) => graph.rmsNorm(a, w as Value, 1e-3),
    tensorOf(A.shape, (i) => {
      const square = meanOf(rowOf(i).map((x) => x * x));
      return (element(A, i) / Math.sqrt(square + 1e-3)) * element(WEIGHT, i);
    }),
    ["a", "w"],
  ),
  ...([true, false] as const).map((biased) =>
    one(
      "layerNorm",
      { a: A, w: WEIGHT, b: BIAS },
      (graph, a, { w, b }) => graph.layerNorm(a, w as Value, biased ? (b as Value) : null, 1e-3),
      tensorOf(A.shape, (i) => {
        const mean = meanOf(rowOf(i));
        const variance = meanOf(rowOf(i).map((x) => (x - mean) ** 2));
        const normal = (element(A, i) - mean) / Math.sqrt(variance + 1e-3);
        return normal * element(WEIGHT, i) + (biased ? element(BIAS, i) : 0);
      }),
      ["a", "w", "b"],
    ),
  ),
  one(
    "rotary",
    { a: ROTATED, at: longs([1, 2], [5, 2]), cos: COS, sin: SIN },
    (graph, a, { at, cos, sin }) => graph.rotary(a, at as Value, cos as Value, sin as Value, 2),
    tensorOf([1, 2, 8], ([, row, channel]) => {
      const place = [5, 2][row ?? 0] ?? 0;
      const [head, inHead] = [Math.floor((channel ?? 0) / 4) * 4, (channel ?? 0) % 4];
      const angle = [place, inHead % 2];
      const [c, s] = [element(COS, angle), element(SIN, angle)];
      const x = element(ROTATED, [0, row ?? 0, head + (inHead % 2)]);
      const y = element(ROTATED, [0, row ?? 0, head + (inHead % 2) + 2]);
      return inHead < 2 ? x * c - y * s : y * c + x * s;
    }),
    ["a", "cos", "sin"],
  ),
  ...([true, false] as const).map((masked) =>
    one(
      "multiHeadAttention",
      { a: ROTATED, k: KEYS, bias: SCORES },
      (graph, a, { k, bias }) =>
        graph.multiHeadAttention(
          a,
          k as Value,
          k as Value,
          masked ? (bias as Value) : null,
          2,
          0.7,
        ),
      tensorOf([1, 2, 8], ([, row, channel]) => {
        const head = Math.floor((channel ?? 0) / 4) * 4;
        const weights = [0, 1, 2, 3, 4].map((j) => {
          let score = 0;
          for (let c = head; c < head + 4; c++) {
            score += element(ROTATED, [0, row ?? 0, c]) * element(KEYS, [0, j, c]);
          }
          return Math.exp(score * 0.7 + (masked ? element(SCORES, [0, 0, row ?? 0, j]) : 0));
        });
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        return weights.reduce(
          (sum, w, j) => sum + (w / total) * element(KEYS, [0, j, channel ?? 0]),
          0,
        );
      }),
      ["a", "k"],
    ),
  ),
  one(
    "conv",
    { a: IMAGE, w: KERNEL, b: floats([2], [0.5, -1]) },
    (graph, a, { w, b }) =>
      graph.conv(a, w as Value, b as Value, { strides: [2, 1], pads: [1, 0, 1, 1], groups: 2 }),
    tensorOf([1, 2, 3, 4], ([, channel, y, x]) => {
      let sum = [0.5, -1][channel ?? 0] ?? 0;
      for (let dy = 0; dy < 3; dy++) {
        for (let dx = 0; dx < 2; dx++) {
          const [row, column] = [2 * (y ?? 0) + dy - 1, (x ?? 0) + dx];
          if (row < 0 || row >= 5 || column >= 4) continue;
          const pixel = element(IMAGE, [0, channel ?? 0, row, column]);
          sum += pixel * element(KERNEL, [channel ?? 0, 0, dy, dx]);
        }
      }
      return sum;
    }),
    ["a", "w"],
  ),
  one(
    "pad",
    { a: MATRIX },
    (graph, a) => graph.pad(a, [1, 0], [0, 2], 9),
    tensorOf([5, 7], ([i, j]) =>
      i === 0 || (j ?? 0) > 4 ? 9 : element(MATRIX, [(i ?? 0) - 1, j ?? 0]),
    ),
  ),
];

/** Methods that make no operator of their own. */
const OTHERS = [
  "constructor",
  "input",
  "output",
  "constant",
  "scalar",
  "integers",
  "filled",
  "node",
  "single",
];

async function run(given: Case, named: boolean): Promise<void> {
  const graph = new Graph();
  const values: Record<string, Value> = {};
  for (const [name, { type, shape }] of Object.entries(given.inputs)) {
    // Equal lengths have one name, and 1 stays a number: that is what broadcasting goes by.
    const open = named && !given.known?.includes(name);
    const dims = shape.map((length) => (open && length > 1 ? `n${length}` : length));
    values[name] = graph.input(name, type, dims);
  }
  const results = [given.build(graph, values)].flat();
  const expected = [given.expected].flat();
  for (const [i, result] of results.entries()) graph.output(`r${i}`, result);
  const program = await executor.load({ model: encodeModel(graph) });
  const got = await program.run(given.inputs);
  for (const [i, { type, shape, data }] of expected.entries()) {
    const result = got[`r${i}`] as HostTensor;
    expect(result.type).toBe(type);
    expect(result.shape).toEqual(shape);
    expect(largestDifference(result.data, data)).toBeLessThan(2e-6);
    // What the graph said of the result before it ran.
    const told = results[i] as Value;
    expect(told.type).toBe(type);
    expect(told.shape.length).toBe(shape.length);
    for (const [axis, dim] of told.shape.entries()) {
      if (typeof dim === "number") expect(dim).toBe(shape[axis]);
    }
    if (!named) expect(told.shape.every((dim) => typeof dim === "number")).toBe(true);
  }
  await program.dispose();
}

describe("operators through ONNX Runtime", () => {
  test.each(CASES)(
    "%s is what its definition says, with known lengths and without",
    async (_name, given) => {
      await run(given, false);
      await run(given, true);
    },
  );

  test("all of them are here", () => {
    const methods = Object.getOwnPropertyNames(Graph.prototype);
    const tested = new Set([...CASES.map(([name]) => name), ...OTHERS]);
    expect(methods.filter((name) => !tested.has(name))).toEqual([]);
  });
});

describe("outputs", () => {
  test("one value under several names, an input and a constant as outputs", async () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", ["n"]);
    const y = graph.neg(x);
    graph.output("first", y);
    graph.output("second", y);
    graph.output("copy", x);
    graph.output("fixed", graph.constant(Float32Array.of(3), [1], "float32"));
    graph.output("again", graph.identity(y));
    graph.output("twice", graph.add(y, y));
    const program = await executor.load({ model: encodeModel(graph) });
    expect(program.outputs).toEqual(["first", "second", "copy", "fixed", "again", "twice"]);
    expect(await program.run({ x: floats([2], [1, -2]) })).toEqual({
      first: floats([2], [-1, 2]),
      second: floats([2], [-1, 2]),
      copy: floats([2], [1, -2]),
      fixed: floats([1], [3]),
      again: floats([2], [-1, 2]),
      twice: floats([2], [-2, 4]),
    });
  });

  test("an output may be named like nothing else in the graph", () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [1]);
    expect(() => graph.output("x", x)).toThrow(GraphError);
  });

  test("constants of every type are kept bit by bit", async () => {
    const graph = new Graph();
    const data = {
      float32: Float32Array.of(1e-45, -0, 3.4e38),
      float16: Uint16Array.of(1, 0x8000, 0x7bff),
      uint8: Uint8Array.of(0, 7, 255),
      int8: Int8Array.of(-128, 0, 127),
      int32: Int32Array.of(-(2 ** 31), 5, 2 ** 31 - 1),
      int64: BigInt64Array.of(-(2n ** 63n), 0n, 2n ** 63n - 1n),
      bool: Uint8Array.of(1, 0, 1),
    };
    for (const [type, array] of Object.entries(data)) {
      const dtype = type as keyof typeof data;
      graph.output(type, graph.constant(array, [3], dtype));
    }
    // Part of a larger buffer: only that part is the constant's.
    const part = new Float32Array([9, 9, 1, 2, 9]).subarray(2, 4);
    graph.output("part", graph.constant(part, [2], "float32"));
    const program = await executor.load({ model: encodeModel(graph) });
    const results = await program.run({});
    for (const [type, array] of Object.entries(data)) {
      expect(results[type]).toEqual({ type, shape: [3], data: array });
    }
    expect(results.part).toEqual(floats([2], [1, 2]));
  });

  test("attributes of every kind arrive", async () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [4]);
    const attribute = (op: string, name: string, value: never): Value =>
      graph.single(op, [x], x, { [name]: value });
    graph.output("float", attribute("LeakyRelu", "alpha", { float: 0.25 } as never));
    graph.output("negative", graph.single("Softmax", [x], x, { axis: -1 }));
    graph.output("text", graph.single("Gelu", [x], x, { approximate: "none" }));
    const shape = graph.single("Shape", [x], { type: "int64", shape: [0] }, { start: 1 });
    graph.output("none", shape);
    const two = graph.unsqueeze(x, [0]);
    graph.output(
      "list",
      graph.single("Transpose", [two], { type: "float32", shape: [4, 1] }, { perm: [1, 0] }),
    );
    const floatsConstant = { type: "float32", shape: [3] } as const;
    graph.output(
      "floats",
      graph.single("Constant", [], floatsConstant, { value_floats: { floats: [1.5, -2, 0] } }),
    );
    const program = await executor.load({ model: encodeModel(graph) });
    const results = await program.run({ x: floats([4], [-4, 0, 1, 2]) });
    expect(results.float).toEqual(floats([4], [-1, 0, 1, 2]));
    expect(results.none).toEqual(longs([0], []));
    expect(results.list?.shape).toEqual([4, 1]);
    expect(results.floats).toEqual(floats([3], [1.5, -2, 0]));
    // The exact form, x / 2 * (1 + erf(x / sqrt 2)), differs from the tanh form by more than rounding.
    expect(Number(results.text?.data[2])).toBeCloseTo(0.8413447, 6);
    const sum = Array.from((results.negative?.data ?? []) as Float32Array).reduce(
      (a, b) => a + b,
      0,
    );
    expect(sum).toBeCloseTo(1, 6);
  });
});

describe("graphs that do not fit together", () => {
  const graph = new Graph();
  const a = graph.input("a", "float32", [2, 3, 4]);
  const n = graph.input("n", "float32", ["n", "m", 4]);
  const i = graph.input("i", "int64", [2]);
  test.each<[string, () => unknown, string]>([
    ["Add of types", () => graph.add(a, i), "Add: expected one type, got float32 and int64"],
    [
      "Add of shapes",
      () => graph.add(a, graph.filled(3, 0)),
      "Add: expected shapes that broadcast, got [2, 3, 4] and [3]",
    ],
    [
      "MatMul",
      () => graph.matmul(a, a),
      "MatMul: expected [.., n, k] and [.., k, m], got [2, 3, 4] and [2, 3, 4]",
    ],
    ["an axis", () => graph.softmax(a, 3), "Softmax: expected an axis of [2, 3, 4], got 3"],
    [
      "an order",
      () => graph.transpose(a, [0, 0, 1]),
      "Transpose: expected an order of [2, 3, 4], got 0,0,1",
    ],
    [
      "Reshape",
      () => graph.reshape(a, [5, 5]),
      "Reshape: expected as many elements, got [2, 3, 4] and [5, 5]",
    ],
    [
      "Reshape of names",
      () => graph.reshape(n, [4, "n", "m"]),
      "Reshape: two lengths of [4, n, m] are unknown",
    ],
    [
      "Concat",
      () => graph.concat([a, graph.sum(a, [0])], 0),
      "Concat: expected [2, 3, 4] but for axis 0, got [3, 4]",
    ],
    [
      "nothing to concatenate",
      () => graph.concat([], 0),
      "Concat: expected at least one value, got none",
    ],
    [
      "a constant",
      () => graph.constant(new Float32Array(5), [2, 3], "float32", "w"),
      "constant w: expected 6 elements, got 5",
    ],
    ["a name", () => graph.input("a", "float32", [1]), "expected a name of its own, got a twice"],
  ])("%s", (_what, build, message) => {
    expect(build).toThrow(new GraphError(message));
  });
});
