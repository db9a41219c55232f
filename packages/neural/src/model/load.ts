/** From a graph to a loaded program, without a second copy of its weights. */

import type { Graph } from "../graph/graph.ts";
import { encodeModel } from "../onnx/encode.ts";
import type { Executor, Program } from "../runtime/types.ts";

/** Constants above this many bytes go beside the model instead of into it. */
const INLINE_BYTES = 4096;

/**
 * Loads a graph whose lengths differ from run to run, and which must not be used afterwards: its large constants have become references to their arrays, so
 * that the encoded model stays small however large the weights are. `external` holds buffers or files that the
 * graph's own external constants refer to; those of other graphs may be among them.
 * @throws {ExecutionError} with what the runtime said.
 */
export async function loadGraph(
  executor: Executor,
  graph: Graph,
  external: Readonly<Record<string, Uint8Array | string>> = {},
): Promise<Program> {
  const places: Record<string, Uint8Array | string> = {};
  for (const { data } of graph.initializers) {
    if (ArrayBuffer.isView(data)) continue;
    const place = external[data.location];
    if (place !== undefined) places[data.location] = place;
  }
  // A model's constants lie all in buffers or all in files; beside files there are only small ones left.
  if (Object.values(places).some((place) => typeof place === "string")) {
    return executor.load({ model: encodeModel(graph), external: places, varied: true });
  }
  for (const [i, { value, data }] of graph.initializers.entries()) {
    if (!ArrayBuffer.isView(data) || data.byteLength <= INLINE_BYTES) continue;
    const location = `constant:${value.name}`;
    places[location] = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    graph.initializers[i] = { value, data: { location, offset: 0, length: data.byteLength } };
  }
  return executor.load({ model: encodeModel(graph), external: places, varied: true });
}
