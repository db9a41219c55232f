/** Where a network's weights come from: a checkpoint, quantised or not, a random generator, or a trainer's inputs. */

import type { Graph } from "../graph/graph.ts";
import type { Value } from "../graph/types.ts";

/**
 * Weights of a network by the names of its checkpoint. The same network code builds a graph that runs (constants)
 * and one that is trained (inputs with gradients), because it asks for its weights here.
 */
export interface Parameters {
  /** A tensor as it is in the checkpoint: norm weights, tables, scalars. Always float32 in the graph. */
  tensor(graph: Graph, name: string, shape: readonly number[]): Value;

  /**
   * `x @ W^T`, W [outputs, inputs] as checkpoints of linear layers have it. `rows` keeps rows `from` up to, not
   * including, `to` of W. `exact` asks for float32 weights where others are quantised.
   */
  linear(
    graph: Graph,
    x: Value,
    name: string,
    inputs: number,
    outputs: number,
    options?: LinearOptions,
  ): Value;

  /** Rows of a table [rows, width] at `ids` (int64, any shape): shape of `ids` and `width` behind it. */
  embedding(graph: Graph, ids: Value, name: string, rows: number, width: number): Value;

  /** Whether the checkpoint has a tensor of this name. */
  has(name: string): boolean;

  /**
   * Fills in the constants handed out so far and gives, for `Model.external`, the buffers or files in which the large
   * ones lie. A graph that took weights here is encoded only after this has resolved. Undefined where all constants
   * are in the graph from the start.
   * @throws {CheckpointError} naming file and tensor, when the checkpoint cannot be read or converted.
   */
  readonly external?: () => Promise<Readonly<Record<string, Uint8Array | string>>>;

  /**
   * Rows of a table [rows, width] read on the host as they are needed, for tables too large to be in memory (Gemma 4's
   * per-layer embeddings). Undefined where every table is in memory anyway.
   */
  readonly rows?: (name: string, rows: number, width: number) => RowReader;
}

/** Reads rows of a table. */
export type RowReader = {
  /**
   * Rows by their indices, columns `from` up to, not including, `to` (default: all): [ids.length, to - from].
   * @throws {RangeError} for an index outside the table.
   */
  read(ids: Int32Array, from?: number, to?: number): Promise<Float32Array>;
};

/** How a linear layer's weights are taken. */
export type LinearOptions = {
  /** Rows of W (outputs) to use: from, to (exclusive). */
  readonly rows?: readonly [from: number, to: number] | undefined;
  /** Keep float32 although the rest is quantised. */
  readonly exact?: boolean | undefined;
  /**
   * Order of W's rows: row i of the layer is row `order[i]` of the checkpoint's. Used to turn one rotary layout into
   * another at load time.
   */
  readonly order?: readonly number[] | undefined;
};
