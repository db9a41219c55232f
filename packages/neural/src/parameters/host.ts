/** Weights held as float32 arrays: small networks, tests, and what a trainer has learned. */

import type { Graph } from "../graph/graph.ts";
import { elements, GraphError, type Value } from "../graph/types.ts";
import type { LinearOptions, Parameters } from "./types.ts";

/** A tensor with its shape, outermost axis first. */
export type HostWeights = { readonly shape: readonly number[]; readonly data: Float32Array };

/** Parameters as constants of the graph, from arrays by name. @throws {GraphError} on a missing name or wrong shape. */
export class HostParameters implements Parameters {
  readonly #tensors: ReadonlyMap<string, HostWeights>;

  constructor(tensors: ReadonlyMap<string, HostWeights>) {
    this.#tensors = tensors;
  }

  /** Whether there is an array of this name. */
  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  /** A tensor as a constant of the graph. */
  tensor(graph: Graph, name: string, shape: readonly number[]): Value {
    return graph.constant(this.#get(name, shape).data, shape, "float32");
  }

  /** `x @ W^T` with W transposed ahead, as ONNX multiplies fastest. */
  linear(
    graph: Graph,
    x: Value,
    name: string,
    inputs: number,
    outputs: number,
    options: LinearOptions = {},
  ): Value {
    const { data } = this.#get(name, [outputs, inputs]);
    const [from, to] = options.rows ?? [0, outputs];
    const width = to - from;
    const transposed = new Float32Array(inputs * width);
    for (let row = 0; row < width; row++) {
      const at = (options.order?.[from + row] ?? from + row) * inputs;
      for (let i = 0; i < inputs; i++) transposed[i * width + row] = data[at + i] as number;
    }
    return graph.matmul(x, graph.constant(transposed, [inputs, width], "float32"));
  }

  /** Rows of a table at `ids`. */
  embedding(graph: Graph, ids: Value, name: string, rows: number, width: number): Value {
    return graph.gather(this.tensor(graph, name, [rows, width]), ids);
  }

  #get(name: string, shape: readonly number[]): HostWeights {
    const found = this.#tensors.get(name);
    if (found === undefined) throw new GraphError(`expected a tensor ${name}, there is none`);
    if (found.shape.join() !== shape.join() || found.data.length !== elements(shape)) {
      throw new GraphError(
        `${name}: expected [${shape.join(", ")}], got [${found.shape.join(", ")}]`,
      );
    }
    return found;
  }
}
