/** Runs graphs and measures slopes: what the autodiff tests compare with. */

import { gradients } from "../../src/autodiff/gradients.ts";
import { Graph } from "../../src/graph/graph.ts";
import type { Value } from "../../src/graph/types.ts";
import { openNodeExecutor } from "../../src/node/executor.ts";
import { encodeModel } from "../../src/onnx/encode.ts";
import type { Executor, HostTensor, Program } from "../../src/runtime/types.ts";

let opened: Promise<Executor> | undefined;

/** One executor for a test file. */
export function executor(): Promise<Executor> {
  opened ??= openNodeExecutor();
  return opened;
}

/** Deterministic numbers in (-1, 1) that keep away from 0 and from each other. */
export function spread(count: number, seed = 1): Float32Array {
  let state = seed * 2654435761;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const unit = state / 2 ** 32;
    return (unit < 0.5 ? -1 : 1) * (0.2 + 0.75 * Math.abs(2 * unit - 1));
  });
}

/** A float32 tensor. */
export function floats(data: ArrayLike<number>, shape: readonly number[]): HostTensor {
  return { type: "float32", shape, data: Float32Array.from(data) };
}

/** An int64 tensor. */
export function longs(data: readonly number[], shape: readonly number[]): HostTensor {
  return { type: "int64", shape, data: BigInt64Array.from(data, BigInt) };
}

/** Builds, loads and runs a graph once. */
export async function evaluate(
  graph: Graph,
  feeds: Readonly<Record<string, HostTensor>>,
): Promise<Record<string, HostTensor>> {
  const program = await (await executor()).load({ model: encodeModel(graph) });
  try {
    return await program.run(feeds);
  } finally {
    await program.dispose();
  }
}

/** A function to differentiate: float32 inputs by name, and what is made of them. */
export type Case = {
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  /** Names of axes, by input, where lengths are to be unknown while the graph is built. */
  readonly names?: Readonly<Record<string, readonly (number | string)[]>>;
  readonly data?: Readonly<Record<string, ArrayLike<number>>>;
  /** Inputs that are given but not differentiated by. */
  readonly fixed?: Readonly<Record<string, HostTensor>>;
  /** Threads that the derivative is told about; default: unknown. */
  readonly threads?: number | undefined;
  readonly build: (graph: Graph, values: Readonly<Record<string, Value>>) => Value;
};

/**
 * Compares the gradient of a weighted sum of all results with central differences along each coordinate. Gives the
 * largest difference relative to the largest slope. Weights are distinct, so that a permuted gradient shows.
 */
export async function slopeError(given: Case, step = 2 ** -6): Promise<number> {
  const graph = new Graph();
  const values: Record<string, Value> = {};
  const feeds: Record<string, HostTensor> = { ...given.fixed };
  for (const [i, [name, shape]] of Object.entries(given.inputs).entries()) {
    values[name] = graph.input(name, "float32", given.names?.[name] ?? shape);
    const count = shape.reduce((all, dim) => all * dim, 1);
    feeds[name] = floats(given.data?.[name] ?? spread(count, i + 1), shape);
  }
  const wrt = Object.values(values);
  for (const [name, { type, shape }] of Object.entries(given.fixed ?? {})) {
    values[name] = graph.input(name, type, given.names?.[name] ?? shape);
  }
  const result = given.build(graph, values);
  const weights = graph.input("weights", "float32", result.shape);
  const weighted = graph.mul(result, weights);
  const axes = result.shape.map((_, i) => i);
  const loss = axes.length === 0 ? weighted : graph.sum(weighted, axes);
  const slopes = gradients(graph, loss, wrt, given.threads);
  graph.output("result", result);
  for (const [i, slope] of slopes.entries()) graph.output(`d${i}`, slope);
  const program: Program = await (await executor()).load({ model: encodeModel(graph) });
  try {
    const shaped = await shapeOf(given, feeds);
    const factors = spread(
      shaped.reduce((all, dim) => all * dim, 1),
      77,
    );
    feeds.weights = floats(factors, shaped);
    // The weighted sum in double precision: only the function itself is rounded.
    const at = async (): Promise<number> => {
      const found = await program.run(feeds, {}, ["result"]);
      const data = found.result?.data as Float32Array;
      let sum = 0;
      for (const [i, value] of data.entries()) sum += value * Number(factors[i]);
      return sum;
    };
    const analytic = await program.run(feeds);
    let [worst, largest] = [0, 0];
    for (const [i, { name, shape }] of wrt.entries()) {
      const slope = analytic[`d${i}`] as HostTensor;
      const concrete = feeds[name]?.shape ?? shape;
      if (slope.shape.join() !== concrete.join()) {
        throw new Error(`gradient of ${name}: [${slope.shape.join()}] for [${concrete.join()}]`);
      }
      const data = feeds[name]?.data as Float32Array;
      for (let index = 0; index < data.length; index++) {
        const kept = Number(data[index]);
        const slopeOver = async (width: number): Promise<number> => {
          data[index] = kept + width;
          const above = await at();
          data[index] = kept - width;
          const below = await at();
          data[index] = kept;
          return (above - below) / (2 * width);
        };
        // Richardson's extrapolation: the error by the third derivative cancels.
        const measured = (4 * (await slopeOver(step)) - (await slopeOver(2 * step))) / 3;
        worst = Math.max(worst, Math.abs(measured - Number(slope.data[index])));
        largest = Math.max(largest, Math.abs(measured));
      }
    }
    return worst / Math.max(largest, 1e-3);
  } finally {
    await program.dispose();
  }
}

/** Shape of the result, found by running the function alone. */
async function shapeOf(
  given: Case,
  feeds: Readonly<Record<string, HostTensor>>,
): Promise<readonly number[]> {
  const graph = new Graph();
  const values: Record<string, Value> = {};
  for (const [name, shape] of Object.entries(given.inputs)) {
    values[name] = graph.input(name, "float32", given.names?.[name] ?? shape);
  }
  for (const [name, { type, shape }] of Object.entries(given.fixed ?? {})) {
    values[name] = graph.input(name, type, given.names?.[name] ?? shape);
  }
  graph.output("result", given.build(graph, values));
  return (await evaluate(graph, feeds)).result?.shape ?? [];
}
