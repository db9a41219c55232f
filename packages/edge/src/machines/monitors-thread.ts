/** Entry of the monitors' thread. */

import { parentPort } from "node:worker_threads";
import { maintenance } from "./maintenance.ts";
import type { ToMonitors } from "./messages.ts";
import { Monitors } from "./monitors.ts";

const port = parentPort;
if (port === null) {
  throw new Error("monitors: expected to run in a worker thread, got the main one");
}
const monitors = new Monitors(maintenance, (message) => port.postMessage(message));
port.on("message", (message: ToMonitors) => {
  monitors.handle(message);
  if (message.type === "stop") port.close();
});
