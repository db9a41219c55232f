/** Weights as inputs of the graph, so that gradients can be taken and an optimiser can change them in place. */

import type { Graph } from "../graph/graph.ts";
import { GraphError, show, type Value } from "../graph/types.ts";
import type { LinearOptions, Parameters } from "./types.ts";

/** Collects the inputs that a network asks for; one input per name, however often it is used. */
export class TrainableParameters implements Parameters {
  /** The inputs made so far, by name. */
  readonly values: Map<string, Value> = new Map();

  /** Every tensor a network asks for exists: it is about to be learned. */
  has(_name: string): boolean {
    return true;
  }

  /** The input of that name, made when it is first asked for. */
  tensor(graph: Graph, name: string, shape: readonly number[]): Value {
    const known = this.values.get(name);
    if (known === undefined) {
      const value = graph.input(name, "float32", shape);
      this.values.set(name, value);
      return value;
    }
    if (known.shape.join() !== shape.join()) {
      throw new GraphError(`${name}: expected ${show(known.shape)} as before, got ${show(shape)}`);
    }
    return known;
  }

  /** `x @ W^T`; the transposition is part of the graph, so that the gradient has the checkpoint's layout. */
  linear(
    graph: Graph,
    x: Value,
    name: string,
    inputs: number,
    outputs: number,
    options: LinearOptions = {},
  ): Value {
    let weights = this.tensor(graph, name, [outputs, inputs]);
    if (options.rows !== undefined) weights = graph.slice(weights, ...options.rows, 0);
    if (options.order !== undefined) {
      weights = graph.gather(weights, graph.integers(options.order), 0);
    }
    return graph.matmul(x, graph.transpose(weights, [1, 0]));
  }

  /** Rows of a trainable table at `ids`. */
  embedding(graph: Graph, ids: Value, name: string, rows: number, width: number): Value {
    return graph.gather(this.tensor(graph, name, [rows, width]), ids);
  }
}
