import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { gradients } from "../src/autodiff/gradients.ts";
import { Graph } from "../src/graph/graph.ts";
import { GraphError, type Value } from "../src/graph/types.ts";
import { gru, lstm } from "../src/layers/recurrent.ts";
import { HostParameters } from "../src/parameters/host.ts";
import { TrainableParameters } from "../src/parameters/trainable.ts";
import type { HostTensor } from "../src/runtime/types.ts";
import { type Case, evaluate, floats, slopeError } from "./support/numeric.ts";

type Golden = {
  readonly inputs: number;
  readonly hidden: number;
  readonly layers: number;
  readonly steps: number;
  readonly batch: number;
  readonly x: readonly number[];
  readonly weights: readonly number[];
  readonly sequence: readonly number[];
  readonly dx: readonly number[];
  readonly parameters: Readonly<
    Record<string, { readonly shape: number[]; readonly data: number[]; readonly slope: number[] }>
  >;
};

const golden = JSON.parse(
  readFileSync(new URL("./golden/training.json", import.meta.url), "utf8"),
) as Readonly<Record<"lstm" | "gru", Golden>>;

// Single precision over some twenty operations on numbers of size 1.
const TOLERANCE = 2e-6;

function farthest(found: HostTensor | undefined, expected: readonly number[]): number {
  const data = found?.data as Float32Array;
  expect(data).toHaveLength(expected.length);
  return Math.max(...expected.map((value, i) => Math.abs(value - Number(data[i]))));
}

for (const [kind, network] of [
  ["lstm", lstm],
  ["gru", gru],
] as const) {
  const { inputs, hidden, layers, steps, batch, ...known } = golden[kind];
  const rows = steps * batch;

  describe(kind, () => {
    for (const length of [rows, "TB"]) {
      it(`equals PyTorch, forward and backward, with [${length}, ${inputs}]`, async () => {
        const graph = new Graph();
        const parameters = new TrainableParameters();
        const x = graph.input("x", "float32", [length, inputs]);
        const weights = graph.input("weights", "float32", [length, hidden]);
        const { sequence, last } = network(graph, parameters, "net", x, steps, {
          inputs,
          hidden,
          layers,
        });
        const states = sequence();
        const loss = graph.sum(graph.mul(states, weights), [0, 1]);
        const values = [...parameters.values];
        const slopes = gradients(graph, loss, [x, ...values.map(([, value]) => value)]);
        graph.output("states", states);
        graph.output("last", last);
        for (const [i, slope] of slopes.entries()) graph.output(`d${i}`, slope);
        const feeds: Record<string, HostTensor> = {
          x: floats(known.x, [rows, inputs]),
          weights: floats(known.weights, [rows, hidden]),
        };
        for (const [name, { data, shape }] of Object.entries(known.parameters)) {
          feeds[`net.${name}`] = floats(data, shape);
        }
        const found = await evaluate(graph, feeds);
        expect(farthest(found.states, known.sequence)).toBeLessThan(TOLERANCE);
        expect(farthest(found.last, known.sequence.slice(-batch * hidden))).toBeLessThan(TOLERANCE);
        expect(farthest(found.d0, known.dx)).toBeLessThan(TOLERANCE);
        expect(values).toHaveLength(4 * layers);
        for (const [i, [name]] of values.entries()) {
          const slope = known.parameters[name.slice("net.".length)]?.slope ?? [];
          expect(farthest(found[`d${i + 1}`], slope), name).toBeLessThan(10 * TOLERANCE);
        }
      });
    }

    it("runs with weights as constants", async () => {
      const graph = new Graph();
      const weights = new Map(
        Object.entries(known.parameters).map(([name, { data, shape }]) => [
          `net.${name}`,
          { shape, data: Float32Array.from(data) },
        ]),
      );
      const x = graph.input("x", "float32", [rows, inputs]);
      const { last } = network(graph, new HostParameters(weights), "net", x, steps, {
        inputs,
        hidden,
        layers,
      });
      graph.output("last", last);
      const found = await evaluate(graph, { x: floats(known.x, [rows, inputs]) });
      expect(farthest(found.last, known.sequence.slice(-batch * hidden))).toBeLessThan(TOLERANCE);
    });

    it("multiplies the states between layers by a mask", async () => {
      const given: Case = {
        inputs: {
          x: [4, 2],
          wx0: [4 * 3, 2],
          wh0: [4 * 3, 3],
          wx1: [4 * 3, 3],
        },
        fixed: { mask: floats([1, 0, 2, 0, 2, 1, 1, 1, 0, 2, 2, 2], [4, 3]) },
        build: (graph, values) => {
          const take: Readonly<Record<string, Value | undefined>> = {
            weight_ih_l0: values.wx0,
            weight_hh_l0: values.wh0,
            weight_ih_l1: values.wx1,
          };
          const parameters = new TrainableParameters();
          const gates = kind === "lstm" ? 4 : 3;
          const some = {
            has: () => true,
            linear: parameters.linear.bind(parameters),
            embedding: parameters.embedding.bind(parameters),
            tensor: (g: Graph, name: string, shape: readonly number[]): Value => {
              const value = take[name.slice("net.".length)];
              if (value !== undefined) return g.slice(value, 0, gates * 3, 0);
              const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) =>
                Math.sin(i),
              );
              return g.constant(data, shape, "float32");
            },
          };
          const { sequence } = network(graph, some, "net", values.x as Value, 2, {
            inputs: 2,
            hidden: 3,
            layers: 2,
            masks: [values.mask as Value],
          });
          return sequence();
        },
      };
      expect(await slopeError(given)).toBeLessThan(1e-3);
    });

    it("rejects inputs and masks that don't fit", () => {
      const graph = new Graph();
      const parameters = new TrainableParameters();
      const x = graph.input("x", "float32", [10, 3]);
      const make = (options: object, steps = 5) =>
        network(graph, parameters, "net", x, steps, { inputs: 3, hidden: 4, ...options });
      expect(() => make({ inputs: 4 })).toThrow(/net: expected time-major steps/);
      expect(() => make({}, 4)).toThrow(/net: expected a multiple of 4 steps/);
      expect(() => make({ masks: [x] })).toThrow(GraphError);
    });
  });
}
