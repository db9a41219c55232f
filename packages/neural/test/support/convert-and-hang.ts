/** Converts a checkpoint's weights in a process of its own, and stops in the middle of the second file for ever. */

import { type CheckpointParameters, Graph } from "@symbion/neural";
import { loadCheckpoint } from "@symbion/neural/node";

const [folder = "", packed = ""] = process.argv.slice(2);
const loaded = await loadCheckpoint(folder, { packed });
let pieces = 0;
const parameters: CheckpointParameters = loaded.parameters({
  precision: "q8",
  onProgress: () => {
    pieces++;
    if (pieces < 3) return;
    process.stdout.write("half-way\n");
    // The test ends this process with SIGKILL.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  },
});
const graph = new Graph();
const x = graph.input("x", "float32", ["M", 64]);
graph.output("a", parameters.linear(graph, x, "a", 64, 32));
graph.output("b", parameters.linear(graph, x, "b", 64, 32));
await parameters.external();
