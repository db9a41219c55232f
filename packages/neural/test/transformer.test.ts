import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { gradients } from "../src/autodiff/gradients.ts";
import { Graph } from "../src/graph/graph.ts";
import { linear, mlp, transformerBlock } from "../src/layers/dense.ts";
import { causalMask } from "../src/model/masks.ts";
import { TrainableParameters } from "../src/parameters/trainable.ts";
import type { HostTensor } from "../src/runtime/types.ts";
import { evaluate, floats, slopeError } from "./support/numeric.ts";

type Weights = Readonly<
  Record<string, { readonly shape: number[]; readonly data: number[]; readonly slope: number[] }>
>;

const { transformer: golden } = JSON.parse(
  readFileSync(new URL("./golden/training.json", import.meta.url), "utf8"),
) as {
  readonly transformer: Readonly<Record<"width" | "heads" | "inner" | "batch" | "length", number>> &
    Readonly<Record<"x" | "weights" | "y" | "dx", number[]>> & { readonly parameters: Weights };
};

/** Largest difference, relative to the largest number. */
function farthest(found: HostTensor | undefined, expected: readonly number[]): number {
  const data = found?.data as Float32Array;
  expect(data).toHaveLength(expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, i) => Math.abs(value - Number(data[i])))) / largest;
}

describe("transformer block", () => {
  const { width, heads, inner, batch, length } = golden;
  for (const named of [false, true]) {
    it(`equals PyTorch, forward and backward, with ${named ? "named" : "known"} lengths`, async () => {
      const graph = new Graph();
      const parameters = new TrainableParameters();
      const shape = named ? ["B", "N", width] : [batch, length, width];
      const x = graph.input("x", "float32", shape);
      const weights = graph.input("weights", "float32", shape);
      const mask = graph.input("mask", "float32", [1, 1, shape[1] as number, shape[1] as number]);
      const y = transformerBlock(graph, parameters, "block", x, { heads, inner, mask });
      const loss = graph.sum(graph.mul(y, weights), [0, 1, 2]);
      const values = [...parameters.values];
      const slopes = gradients(graph, loss, [x, ...values.map(([, value]) => value)]);
      graph.output("y", y);
      for (const [i, slope] of slopes.entries()) graph.output(`d${i}`, slope);
      const feeds: Record<string, HostTensor> = {
        x: floats(golden.x, [batch, length, width]),
        weights: floats(golden.weights, [batch, length, width]),
        mask: floats(causalMask(length), [1, 1, length, length]),
      };
      for (const [name, { data, shape: dims }] of Object.entries(golden.parameters)) {
        feeds[`block.${name}`] = floats(data, dims);
      }
      const found = await evaluate(graph, feeds);
      // Single precision over sums of some ten products: a few units in the seventh digit, times ten.
      expect(farthest(found.y, golden.y)).toBeLessThan(5e-6);
      expect(farthest(found.d0, golden.dx)).toBeLessThan(5e-6);
      expect(values.map(([name]) => name).sort()).toEqual(
        Object.keys(golden.parameters)
          .map((name) => `block.${name}`)
          .sort(),
      );
      for (const [i, [name]] of values.entries()) {
        const slope = golden.parameters[name.slice("block.".length)]?.slope ?? [];
        expect(farthest(found[`d${i + 1}`], slope), name).toBeLessThan(5e-6);
      }
    });
  }

  it("rejects heads that don't divide the width", () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [1, 2, 8]);
    const parameters = new TrainableParameters();
    expect(() => transformerBlock(graph, parameters, "b", x, { heads: 3 })).toThrow(/b: expected/);
  });
});

describe("perceptron", () => {
  it("has the slope of what it computes", async () => {
    const error = await slopeError({
      inputs: { x: [3, 4], a: [5, 4], b: [2, 5] },
      build: (graph, { x, a, b }) => {
        const parameters = new TrainableParameters();
        for (const value of [a, b]) if (value) parameters.values.set(value.name, value);
        const named = {
          ...parameters,
          has: () => true,
          embedding: parameters.embedding.bind(parameters),
          linear: parameters.linear.bind(parameters),
          tensor: (g: Graph, name: string, shape: readonly number[]) =>
            name.endsWith("bias")
              ? g.filled(Number(shape[0]), 0.1)
              : parameters.tensor(g, name.startsWith("net.0") ? "a" : "b", shape),
        };
        named.linear = (g, value, name, inputs, outputs) =>
          g.matmul(value, g.transpose(named.tensor(g, name, [outputs, inputs]), [1, 0]));
        if (x === undefined) throw new Error("no input");
        return mlp(graph, named, "net", x, [5, 2], "silu");
      },
    });
    expect(error).toBeLessThan(1e-3);
  });

  it("rejects no widths and unknown last lengths", () => {
    const graph = new Graph();
    const parameters = new TrainableParameters();
    const x = graph.input("x", "float32", [2, "N"]);
    expect(() => mlp(graph, parameters, "net", x, [])).toThrow(/net: expected at least one width/);
    expect(() => linear(graph, parameters, "net", x, 2)).toThrow(/net: expected a known last/);
  });
});
