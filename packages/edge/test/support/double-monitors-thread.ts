/** The monitors' thread with monitors without models. */

import { parentPort } from "node:worker_threads";
import type { ToMonitors } from "../../src/machines/messages.ts";
import { Monitors } from "../../src/machines/monitors.ts";
import { doubleLearning } from "./double-monitor.ts";

const monitors = new Monitors(doubleLearning(0), (message) => parentPort?.postMessage(message));
parentPort?.on("message", (message: ToMonitors | { readonly type: "crash" }) => {
  if (message.type === "crash") process.exit(3);
  monitors.handle(message);
  if (message.type === "stop") parentPort?.close();
});
