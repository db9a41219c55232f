/** Entry of the thread of links and budgets. */

import { parentPort } from "node:worker_threads";
import { ShareEngine } from "./engine.ts";
import type { ToShare } from "./messages.ts";

const port = parentPort;
if (port === null) {
  throw new Error("share: expected to run in a worker thread, got the main one");
}
const engine = new ShareEngine((message) => port.postMessage(message));
port.on("message", (message: ToShare) => {
  if (message.type === "stop") void engine.stop().finally(() => port.close());
  else engine.handle(message);
});
