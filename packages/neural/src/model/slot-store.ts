/** Keys and values in tensors that outlive the pass, addressed by slot: what the layers of a graph read and write. */

import type { KeyValueStore, KeyValues } from "../gemma4/text.ts";
import type { Graph } from "../graph/graph.ts";
import type { Value } from "../graph/types.ts";
import type { Executor } from "../runtime/types.ts";
import { times } from "./attention.ts";
import { type CachedLayer, keysName, valuesName } from "./cache.ts";

/**
 * What a graph gives of the keys and values that it computes. `whole`: the cache's tensors with the rows in them, to be
 * written over those that went in, where these are on a device. `rows`: the rows alone, which the caller puts into the
 * cache, where that is in the host's memory: ONNX Runtime's Node.js library copies each output for JavaScript, also one
 * that it was given the memory for.
 */
export type CacheWrites = "whole" | "rows";

/** The form for an executor's caches. */
export async function cacheWrites(executor: Pick<Executor, "keep">): Promise<CacheWrites> {
  const kept = await executor.keep({ type: "float32", shape: [1], data: new Float32Array(1) });
  if ("data" in kept) return "rows";
  kept.dispose();
  return "whole";
}

/** How a graph writes to a cache. */
export type SlotWriting = {
  /** What it gives of that. */
  readonly form: CacheWrites;
  /** Row of the cache's tensors for each row and head, int64 [M * heads, 1]: see `slotRows`. */
  readonly slots: Value;
};

/** Keys and values of a cache, in a graph for M rows and L slots. */
export class SlotStore implements KeyValueStore {
  /** Names of cache tensors that go in. */
  readonly reads: string[] = [];
  /** Outputs, and the cache tensors that they are or belong into. */
  readonly writes: Map<string, string> = new Map();
  readonly #graph: Graph;
  readonly #layers: ReadonlyMap<number, CachedLayer>;
  readonly #writing: SlotWriting | null;
  readonly #known = new Map<number, KeyValues>();

  /** `writing` is null where the graph only reads. */
  constructor(graph: Graph, layers: readonly CachedLayer[], writing: SlotWriting | null) {
    this.#graph = graph;
    this.#layers = new Map(layers.map((layer) => [layer.layer, layer]));
    this.#writing = writing;
  }

  /** Puts rows [1, M, width] into their slots; gives the slots as attention takes them: [heads, L, width / heads]. */
  write(layer: number, rows: KeyValues): KeyValues {
    const all = {
      keys: this.#replace(layer, keysName(layer), rows.keys),
      values: this.#replace(layer, valuesName(layer), rows.values),
    };
    this.#known.set(layer, all);
    return all;
  }

  /** What the layer has written, or an earlier pass has left. */
  read(layer: number): KeyValues {
    const known = this.#known.get(layer);
    if (known !== undefined) return known;
    const { heads, width } = this.#sizes(layer);
    const read = (name: string): Value =>
      this.#graph.reshape(this.#input(layer, name), [heads, "L", width]);
    const all = { keys: read(keysName(layer)), values: read(valuesName(layer)) };
    this.#known.set(layer, all);
    return all;
  }

  #replace(layer: number, name: string, update: Value): Value {
    const writing = this.#writing;
    if (writing === null) throw new RangeError(`${name} is only read in this part`);
    const graph = this.#graph;
    const { heads, width } = this.#sizes(layer);
    const rows = graph.reshape(update, [times("M", heads), width]);
    const all = graph.scatterRows(this.#input(layer, name), writing.slots, rows);
    // What is computed is itself the output: a node behind it would copy it.
    const given = writing.form === "whole" ? all : rows;
    graph.outputs.set(given.name, given);
    this.writes.set(given.name, name);
    return graph.reshape(all, [heads, "L", width]);
  }

  #input(layer: number, name: string): Value {
    const { heads, width } = this.#sizes(layer);
    this.reads.push(name);
    return this.#graph.input(name, "float32", [times("L", heads), width]);
  }

  #sizes(layer: number): { readonly heads: number; readonly width: number } {
    const found = this.#layers.get(layer);
    if (found === undefined) throw new RangeError(`layer ${layer} owns no keys and values`);
    const { width, heads = 1 } = found;
    return { heads, width: width / heads };
  }
}
