import { describe, expect, it } from "vitest";
import { differentiability, gradients } from "../src/autodiff/gradients.ts";
import { Graph } from "../src/graph/graph.ts";
import { GraphError, type Value } from "../src/graph/types.ts";
import { openNodeExecutor } from "../src/node/executor.ts";
import { encodeModel } from "../src/onnx/encode.ts";
import { type Case, evaluate, floats, longs, slopeError, spread } from "./support/numeric.ts";

/** Functions by the method of Graph that they exercise; each is differentiated by all of its float32 inputs. */
const CASES: Readonly<Record<string, readonly Case[]>> = {
  add: [
    pair("add", [2, 3], [2, 3]),
    pair("add", [2, 3], [3]),
    pair("add", [2, 1, 3], [4, 1]),
    pair("add", [], [2, 2]),
  ],
  sub: [pair("sub", [2, 3], [3]), pair("sub", [1, 3], [2, 1])],
  mul: [
    pair("mul", [2, 3], [1]),
    pair("mul", [2, 1], [1, 3]),
    { inputs: { a: [3] }, build: (g, { a }) => g.mul(v(a), v(a)) },
  ],
  div: [pair("div", [2, 3], [3]), pair("div", [1], [2, 2])],
  pow: [
    {
      inputs: { a: [2, 3], b: [3] },
      data: { a: spread(6).map(Math.abs) },
      build: (g, { a, b }) => g.pow(v(a), v(b)),
    },
  ],
  // Apart from each other by more than a step: at a corner there is no slope to compare with.
  min: [{ ...pair("min", [2, 3], [3]), data: { a: [1, 2, 3, 4, 5, 6], b: [2.5, 2.5, 5.5] } }],
  max: [{ ...pair("max", [2, 3], [2, 1]), data: { a: [1, 2, 3, 4, 5, 6], b: [2.5, 4.5] } }],
  where: [
    {
      inputs: { a: [2, 3], b: [3] },
      fixed: { c: floats([1, 0, 1, 1, 0, 0], [2, 3]) },
      build: (g, { a, b, c }) => g.where(g.cast(v(c), "bool"), v(a), v(b)),
    },
  ],
  neg: [one("neg")],
  abs: [one("abs")],
  exp: [one("exp")],
  log: [one("log", Math.abs)],
  sqrt: [one("sqrt", Math.abs)],
  sin: [one("sin")],
  cos: [one("cos")],
  tanh: [one("tanh")],
  sigmoid: [one("sigmoid")],
  relu: [one("relu")],
  softplus: [one("softplus")],
  gelu: [one("gelu"), one("gelu", (x) => 3 * x)],
  silu: [one("silu")],
  clip: [
    {
      inputs: { a: [2, 4], low: [], high: [] },
      data: { a: [-0.9, -0.2, 0.1, 0.3, 0.45, 0.6, 0.9, -0.6], low: [-0.5], high: [0.5] },
      build: (g, { a, low, high }) => g.clip(v(a), v(low), v(high)),
    },
  ],
  cast: [{ inputs: { a: [4] }, build: (g, { a }) => g.cast(v(a), "float32") }],
  identity: [one("identity")],
  matmul: [
    pair("matmul", [2, 3], [3, 4]),
    pair("matmul", [2, 3, 4], [4, 2]),
    pair("matmul", [2, 3, 4], [2, 4, 2]),
    pair("matmul", [3, 4], [2, 4, 2]),
    pair("matmul", [2, 1, 3, 4], [3, 4, 2]),
    turned([2, 3], [4, 3], false, true),
    turned([3, 2], [3, 4], true, false),
    turned([3, 2], [4, 3], true, true),
    turned([2, 5, 3], [4, 3], false, true),
    turned([2, 3, 5], [2, 3, 4], true, false),
    turned([2, 3, 5], [2, 4, 3], true, true),
    turned([2, 5, 3], [2, 4, 3], false, true),
    ...[0, 1, 2, 3].map(
      (turns): Case => ({
        inputs: { a: turns & 1 ? [3, 2] : [2, 3], b: turns & 2 ? [4, 3] : [3, 4], c: [4] },
        build: (g, { a, b, c }) =>
          g.single(
            "Gemm",
            [v(a), v(b), v(c)],
            { type: "float32", shape: [2, 4] },
            { transA: turns & 1, transB: turns >> 1, alpha: { float: 0.5 }, beta: { float: 2 } },
          ),
      }),
    ),
    {
      // One weight in three products of different heights: they are joined.
      inputs: { a: [2, 3], b: [4, 3], w: [3, 3] },
      build: (g, { a, b, w }) =>
        g.concat([g.matmul(v(a), v(w)), g.matmul(g.tanh(g.matmul(v(b), v(w))), v(w))], 0),
    },
  ],
  sum: [
    reduction("sum", [1], true),
    reduction("sum", [0, 2], false),
    reduction("sum", [-1], false),
  ],
  mean: [reduction("mean", [1], true), reduction("mean", [0, -1], false)],
  maximum: [reduction("maximum", [1], true), reduction("maximum", [0, 2], false)],
  softmax: [
    { inputs: { a: [2, 5] }, build: (g, { a }) => g.softmax(v(a)) },
    { inputs: { a: [2, 3, 2] }, build: (g, { a }) => g.softmax(v(a), 1) },
  ],
  logSoftmax: [
    { inputs: { a: [2, 5] }, build: (g, { a }) => g.logSoftmax(v(a)) },
    { inputs: { a: [2, 3, 2] }, build: (g, { a }) => g.logSoftmax(v(a), 1) },
  ],
  reshape: [{ inputs: { a: [2, 6] }, build: (g, { a }) => g.reshape(v(a), [3, 4]) }],
  transpose: [{ inputs: { a: [2, 3, 4] }, build: (g, { a }) => g.transpose(v(a), [2, 0, 1]) }],
  unsqueeze: [{ inputs: { a: [2, 3] }, build: (g, { a }) => g.unsqueeze(v(a), [0, 2]) }],
  squeeze: [{ inputs: { a: [1, 3, 1, 2] }, build: (g, { a }) => g.squeeze(v(a), [0, 2]) }],
  concat: [
    { inputs: { a: [2, 3], b: [2, 1] }, build: (g, { a, b }) => g.concat([v(a), v(b), v(a)], 1) },
  ],
  split: [
    {
      inputs: { a: [2, 6] },
      // The middle part goes nowhere: its gradient is zero.
      build: (g, { a }) => {
        const [x, , z] = g.split(v(a), [2, 1, 3], 1);
        return g.concat([v(z), g.sin(v(x))], 1);
      },
    },
  ],
  slice: [{ inputs: { a: [2, 6, 2] }, build: (g, { a }) => g.slice(v(a), 1, 4, 1) }],
  expand: [{ inputs: { a: [3, 1] }, build: (g, { a }) => g.expand(v(a), [2, 3, 4]) }],
  pad: [
    { inputs: { a: [2, 3] }, build: (g, { a }) => g.pad(v(a), [1, 0], [0, 2]) },
    { inputs: { a: [2, 3, 1] }, build: (g, { a }) => g.pad(v(a), [0, 2, 1], [1, 2, 0], 3) },
  ],
  conv: [
    {
      inputs: { x: [2, 3, 7], w: [4, 3, 3], b: [4] },
      build: (g, { x, w, b }) => g.conv(v(x), v(w), v(b), { strides: [2], pads: [2, 1] }),
    },
    {
      inputs: { x: [2, 2, 6, 5], w: [3, 2, 2, 3] },
      build: (g, { x, w }) => g.conv(v(x), v(w), null, { strides: [3, 2], pads: [0, 1, 0, 1] }),
    },
    {
      // Channels each by themselves, causal.
      inputs: { x: [2, 4, 6], w: [4, 1, 3] },
      build: (g, { x, w }) => g.conv(v(x), v(w), null, { pads: [2, 0], groups: 4 }),
    },
    {
      inputs: { x: [2, 4, 5], w: [6, 2, 2] },
      build: (g, { x, w }) => g.conv(v(x), v(w), null, { groups: 2 }),
    },
    {
      inputs: { x: [2, 3, 5], w: [2, 3, 3] },
      names: { x: ["B", 3, "T"] },
      build: (g, { x, w }) => g.conv(v(x), v(w), null, { pads: [1, 1] }),
    },
  ],
  gather: [undefined, 1].flatMap((threads) =>
    [5, 300].flatMap((rows): Case[] => [
      {
        inputs: { a: [rows, 2] },
        threads,
        fixed: { i: longs([4, 0, 4, 4], [2, 2]) },
        build: (g, { a, i }) => g.gather(v(a), v(i)),
      },
      {
        inputs: { a: [2, rows, 1] },
        threads,
        fixed: { i: longs([1, 1, 3], [3]) },
        build: (g, { a, i }) => g.gather(v(a), v(i), 1),
      },
      {
        inputs: { a: [2, 1, rows] },
        threads,
        fixed: { i: longs([1, 3, 3, 0], [2, 2]) },
        names: { i: ["B", 2] },
        build: (g, { a, i }) => g.gather(v(a), v(i), 2),
      },
    ]),
  ),
  scatterRows: [
    {
      inputs: { a: [5, 3], b: [2, 3] },
      fixed: { i: longs([4, 1], [2, 1]) },
      build: (g, { a, b, i }) => g.scatterRows(v(a), v(i), v(b)),
    },
  ],
  rmsNorm: [
    {
      inputs: { a: [2, 3, 5], w: [5] },
      build: (g, { a, w }) => g.rmsNorm(v(a), v(w), 1e-6),
    },
  ],
  layerNorm: [
    {
      inputs: { a: [2, 3, 5], w: [5], b: [5] },
      build: (g, { a, w, b }) => g.layerNorm(v(a), v(w), v(b), 1e-5),
    },
    { inputs: { a: [3, 5], w: [5] }, build: (g, { a, w }) => g.layerNorm(v(a), v(w), null, 1e-5) },
  ],
  rotary: [
    {
      inputs: { a: [1, 3, 8] },
      fixed: {
        p: longs([0, 2, 5], [1, 3]),
        cos: floats(
          Array.from({ length: 12 }, (_, i) => Math.cos(i)),
          [6, 2],
        ),
        sin: floats(
          Array.from({ length: 12 }, (_, i) => Math.sin(i)),
          [6, 2],
        ),
      },
      build: (g, { a, p, cos, sin }) => g.rotary(v(a), v(p), v(cos), v(sin), 2),
    },
  ],
  multiHeadAttention: [
    {
      inputs: { q: [2, 3, 8], k: [2, 5, 8], w: [2, 5, 8], b: [1, 1, 3, 5] },
      build: (g, { q, k, w, b }) => g.multiHeadAttention(v(q), v(k), v(w), v(b), 2, 0.5),
    },
    {
      inputs: { q: [1, 3, 8], k: [1, 3, 8], w: [1, 3, 8] },
      build: (g, { q, k, w }) => g.multiHeadAttention(v(q), v(k), v(w), null, 4, 1),
    },
  ],
};

/** Methods that make no node, or one without a derivative. */
const OTHERS: ReadonlySet<string> = new Set([
  "constructor",
  "input",
  "output",
  "constant",
  "scalar",
  "integers",
  "filled",
  "node",
  "single",
  "equal",
  "greater",
]);

/**
 * float32 rounds results of size 1 to 6e-8: over a step of 2^-6 that is a slope error below 1e-5. With Richardson's
 * extrapolation the fifth derivative is left, times step^4 / 30 = 2e-9. A wrong rule is off by a part of the slope.
 */
const TOLERANCE = 1e-3;

describe("derivatives against central differences", () => {
  for (const [method, cases] of Object.entries(CASES)) {
    it(method, async () => {
      for (const [i, given] of cases.entries()) {
        expect(await slopeError(given), `case ${i}`).toBeLessThan(TOLERANCE);
      }
    });
  }

  it("is asked for by every method of Graph that makes a node", () => {
    const methods = Object.getOwnPropertyNames(Graph.prototype);
    const missing = methods.filter((name) => !(name in CASES) && !OTHERS.has(name));
    expect(missing).toEqual([]);
    expect(differentiability("Equal")).toBe("flat");
    expect(differentiability("Greater")).toBe("flat");
    expect(differentiability("MatMul")).toBe("differentiable");
    expect(differentiability("Nonsense")).toBe("unknown");
  });
});

describe("axes whose lengths are names", () => {
  const named: Readonly<Record<string, Case>> = {
    "bias over a batch": {
      inputs: { x: [3, 4], w: [4, 2], b: [2] },
      names: { x: ["B", 4] },
      build: (g, { x, w, b }) => g.tanh(g.add(g.matmul(v(x), v(w)), v(b))),
    },
    "mean over a batch": {
      inputs: { x: [3, 4] },
      names: { x: ["B", 4] },
      build: (g, { x }) => g.mean(g.mul(v(x), v(x)), [0]),
    },
    "norm and attention over a sequence": {
      inputs: { x: [2, 3, 4], w: [4], m: [4, 4] },
      names: { x: ["B", "N", 4] },
      build: (g, { x, w, m }) => {
        const h = g.matmul(g.rmsNorm(v(x), v(w), 1e-6), v(m));
        return g.multiHeadAttention(h, h, h, null, 2, 0.7);
      },
    },
    "softmax, sum, concat": {
      inputs: { x: [2, 3], y: [4, 3] },
      names: { x: ["A", 3], y: ["B", 3] },
      build: (g, { x, y }) => g.sum(g.softmax(g.concat([v(x), v(y)], 0)), [0], true),
    },
  };
  for (const [title, given] of Object.entries(named)) {
    it(title, async () => {
      expect(await slopeError(given)).toBeLessThan(TOLERANCE);
    });
  }
});

describe("gradients", () => {
  it("gives zeros for what the loss doesn't depend on, and 1 for the loss itself", async () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [2]);
    const unused = graph.input("unused", "float32", [2, 2]);
    const loss = graph.sum(x, [0]);
    const [du, dl, dx] = gradients(graph, loss, [unused, loss, x]);
    graph.output("du", v(du));
    graph.output("dl", v(dl));
    graph.output("dx", v(dx));
    const found = await evaluate(graph, {
      x: floats([1, 2], [2]),
      unused: floats([1, 2, 3, 4], [2, 2]),
    });
    expect([...floatsOf(found.du)]).toEqual([0, 0, 0, 0]);
    expect([...floatsOf(found.dl)]).toEqual([1]);
    expect([...floatsOf(found.dx)]).toEqual([1, 1]);
  });

  it("passes by what is no real number", async () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [3]);
    const mask = graph.cast(graph.greater(x, graph.scalar(0)), "float32");
    const [dx] = gradients(graph, graph.sum(graph.mul(mask, x), [0]), [x]);
    graph.output("dx", v(dx));
    expect([...floatsOf((await evaluate(graph, { x: floats([-1, 2, 3], [3]) })).dx)]).toEqual([
      0, 1, 1,
    ]);
  });

  it("shares the gradient of equal largest elements", async () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [4]);
    const [dx] = gradients(graph, graph.maximum(x, [0]), [x]);
    graph.output("dx", v(dx));
    const { dx: found } = await evaluate(graph, { x: floats([2, 1, 2, 0], [4]) });
    expect([...floatsOf(found)]).toEqual([0.5, 0, 0.5, 0]);
  });

  it("adds up all readers of a row with several threads", async () => {
    const threaded = await openNodeExecutor({ threads: 2 });
    const [count, width] = [20_000, 64];
    for (const rows of [64, 300]) {
      const graph = new Graph();
      const table = graph.input("table", "float32", [rows, width]);
      const ids = graph.input("ids", "int64", [count]);
      const [slope] = gradients(graph, graph.sum(graph.gather(table, ids), [0, 1]), [table], 2);
      graph.output("slope", v(slope));
      // Its threads may or may not lose sums in a given run, so the operator itself is looked for too.
      expect(graph.nodes.map(({ op }) => op)).not.toContain("ScatterND");
      const program = await threaded.load({ model: encodeModel(graph) });
      const indices = Array.from({ length: count }, (_, i) => i % 50);
      const found = await program.run({
        table: floats(new Float32Array(rows * width), [rows, width]),
        ids: longs(indices, [count]),
      });
      const expected = Float32Array.from({ length: rows * width }, (_, i) =>
        i < 50 * width ? count / 50 : 0,
      );
      expect(floatsOf(found.slope)).toEqual(expected);
      await program.dispose();
    }
    await threaded.dispose();
  });

  it("joins a large weight's products over time, and adds up a small one's", () => {
    const products = (width: number): number => {
      const graph = new Graph();
      const w = graph.input("w", "float32", [width, width]);
      let h = graph.input("h", "float32", [2, width]);
      for (let t = 0; t < 5; t++) h = graph.tanh(graph.matmul(h, w));
      const before = graph.nodes.length;
      gradients(graph, graph.sum(h, [0, 1]), [w]);
      return graph.nodes.slice(before).filter(({ attributes }) => attributes.transA === 1).length;
    };
    expect(products(64)).toBe(1);
    expect(products(3)).toBe(5);
  });

  it("names the operator that has no derivative", () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [2]);
    const y = graph.single("Erf", [x], x);
    expect(() => gradients(graph, graph.sum(y, [0]), [x])).toThrow(/derivative, got Erf/);
    // What the loss doesn't depend on may be anything.
    expect(gradients(graph, graph.sum(x, [0]), [x])).toHaveLength(1);
  });

  it("rejects a loss of several elements and integers", () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [2]);
    const i = graph.input("i", "int64", [1]);
    expect(() => gradients(graph, x, [x])).toThrow(GraphError);
    expect(() => gradients(graph, graph.sum(x, [0]), [i])).toThrow(/float32 values, got i/);
  });

  it("rejects angles that are learned and slices of unknown lengths", () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [1, "N", 4]);
    const p = graph.input("p", "int64", [1, "N"]);
    const cos = graph.input("cos", "float32", [8, 2]);
    const turned = graph.rotary(x, p, cos, graph.input("sin", "float32", [8, 2]), 1);
    expect(() => gradients(graph, graph.sum(turned, [0, 1, 2]), [cos])).toThrow(/RotaryEmbedding/);
    const part = graph.sum(graph.slice(x, 0, 1, 1), [0, 1, 2]);
    expect(() => gradients(graph, part, [x])).toThrow(/Slice: expected a known length of axis 1/);
  });
});

function v(value: Value | undefined): Value {
  if (value === undefined) throw new Error("no such value");
  return value;
}

function floatsOf(tensor: { readonly data: unknown } | undefined): Float32Array {
  return tensor?.data as Float32Array;
}

type Unary = "neg" | "abs" | "exp" | "log" | "sqrt" | "sin" | "cos" | "tanh" | "sigmoid";
type More = "relu" | "softplus" | "gelu" | "silu" | "identity";

function one(method: Unary | More, map: (x: number) => number = (x) => x): Case {
  return {
    inputs: { a: [2, 3] },
    data: { a: spread(6).map(map) },
    build: (g, { a }) => g[method](v(a)),
  };
}

function pair(
  method: "add" | "sub" | "mul" | "div" | "min" | "max" | "matmul",
  a: readonly number[],
  b: readonly number[],
): Case {
  return { inputs: { a, b }, build: (g, values) => g[method](v(values.a), v(values.b)) };
}

function turned(a: readonly number[], b: readonly number[], left: boolean, right: boolean): Case {
  const turn = (g: Graph, x: Value, on: boolean): Value => {
    const axes = x.shape.map((_, i) => i);
    return on ? g.transpose(x, [...axes.slice(0, -2), axes.length - 1, axes.length - 2]) : x;
  };
  return {
    inputs: { a, b },
    build: (g, values) => g.matmul(turn(g, v(values.a), left), turn(g, v(values.b), right)),
  };
}

function reduction(
  method: "sum" | "mean" | "maximum",
  axes: readonly number[],
  keep: boolean,
): Case {
  // Distinct elements: a step must not change which is the largest.
  const data = Array.from({ length: 12 }, (_, i) => ((i * 7) % 12) / 6 - 1);
  return {
    inputs: { a: [2, 3, 2] },
    data: { a: data },
    build: (g, { a }) => g[method](v(a), axes, keep),
  };
}
