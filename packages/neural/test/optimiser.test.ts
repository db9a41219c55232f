import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { gradients } from "../src/autodiff/gradients.ts";
import { Graph } from "../src/graph/graph.ts";
import type { Value } from "../src/graph/types.ts";
import { encodeModel } from "../src/onnx/encode.ts";
import type { HostTensor } from "../src/runtime/types.ts";
import { ADAMW_NAMES, type AdamWOptions, adamW, adamWNumbers } from "../src/train/adamw.ts";
import { executor, floats } from "./support/numeric.ts";

type Golden = {
  readonly clip: number | null;
  readonly start: Readonly<Record<"matrix" | "vector", number[]>>;
  readonly steps: readonly (Readonly<Record<"matrix" | "vector", number[]>> & {
    readonly loss: number;
    readonly norm: number;
  })[];
};

const { adamw: golden } = JSON.parse(
  readFileSync(new URL("./golden/training.json", import.meta.url), "utf8"),
) as { readonly adamw: readonly Golden[] };

const { next, first, second, norm } = ADAMW_NAMES;
const NAMES = ["matrix", "vector"] as const;

/** The function whose minimum the oracle looks for. */
function objective(graph: Graph): { loss: Value; parameters: Map<string, Value> } {
  const matrix = graph.input("matrix", "float32", [3, 2]);
  const vector = graph.input("vector", "float32", [4]);
  const scale = graph.input("scale", "float32", []);
  const cubes = graph.sum(graph.mul(graph.mul(matrix, matrix), matrix), [0, 1]);
  const factors = graph.constant(Float32Array.of(1, 2, 3, 4), [4], "float32");
  const squares = graph.sum(graph.mul(graph.mul(vector, vector), factors), [0]);
  const loss = graph.mul(graph.add(cubes, squares), scale);
  return { loss, parameters: new Map(Object.entries({ matrix, vector })) };
}

describe("AdamW", () => {
  for (const { clip, start, steps } of golden) {
    it(`equals PyTorch's, ${clip === null ? "without clipping" : `clipped at ${clip}`}`, async () => {
      const options: AdamWOptions = {
        beta1: 0.8,
        beta2: 0.95,
        epsilon: 1e-6,
        weightDecay: 0.1,
        ...(clip === null ? {} : { clip }),
      };
      const graph = new Graph();
      const { loss, parameters } = objective(graph);
      adamW(graph, parameters, gradients(graph, loss, [...parameters.values()]), options);
      const program = await (await executor()).load({ model: encodeModel(graph) });
      let state: Record<string, HostTensor> = {};
      for (const name of NAMES) {
        const shape = parameters.get(name)?.shape.map(Number) ?? [];
        state[name] = floats(start[name], shape);
        state[first(name)] = floats(
          start[name].map(() => 0),
          shape,
        );
        state[second(name)] = floats(
          start[name].map(() => 0),
          shape,
        );
      }
      for (const [i, expected] of steps.entries()) {
        const numbers = adamWNumbers(i + 1, 0.05, options);
        const found = await program.run({ ...state, ...numbers, scale: floats([1 / (i + 1)], []) });
        expect(Number(found[norm]?.data[0]) / expected.norm).toBeCloseTo(1, 5);
        state = Object.fromEntries(
          Object.keys(state).map((name) => [name, found[next(name)] as HostTensor]),
        );
        for (const name of NAMES) {
          const data = state[name]?.data as Float32Array;
          const errors = expected[name].map((value, at) => Math.abs(value - Number(data[at])));
          // Five steps in single precision on weights of size 1.
          expect(Math.max(...errors), `step ${i}, ${name}`).toBeLessThan(1e-6);
        }
      }
      await program.dispose();
    });
  }

  it("decays what it is told to", async () => {
    const graph = new Graph();
    const parameters = new Map(NAMES.map((name) => [name, graph.input(name, "float32", [1, 1])]));
    const loss = graph.sum(graph.mul(...([...parameters.values()] as [Value, Value])), [0, 1]);
    const options = { weightDecay: 0.5, decays: (name: string) => name === "vector" };
    adamW(graph, parameters, gradients(graph, loss, [...parameters.values()]), options);
    const feeds: Record<string, HostTensor> = adamWNumbers(1, 0.1, options);
    for (const name of NAMES) {
      feeds[name] = floats([2], [1, 1]);
      feeds[first(name)] = floats([0], [1, 1]);
      feeds[second(name)] = floats([0], [1, 1]);
    }
    const program = await (await executor()).load({ model: encodeModel(graph) });
    const found = await program.run(feeds);
    await program.dispose();
    // The first step's length is the learning rate.
    expect(found[next("matrix")]?.data[0]).toBeCloseTo(1.9, 5);
    expect(found[next("vector")]?.data[0]).toBeCloseTo(2 * 0.95 - 0.1, 5);
  });

  it("rejects settings out of range, unknown ones, and too few gradients", () => {
    const graph = new Graph();
    const parameters = new Map([["w", graph.input("w", "float32", [1])]]);
    const make = (options: object) => () => adamW(graph, parameters, [], options);
    expect(make({ beta1: 1 })).toThrow(/beta1 in \[0, 1\), got 1/);
    expect(make({ epsilon: 0 })).toThrow(/epsilon above 0/);
    expect(make({ weightDecay: -1 })).toThrow(/weightDecay/);
    expect(make({ clip: 0 })).toThrow(/clip above 0/);
    expect(make({ momentum: 1 })).toThrow(/got momentum/);
    expect(make({})).toThrow(/expected 1 gradients, got 0/);
  });
});
