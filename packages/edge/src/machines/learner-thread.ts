/** Entry of the learner's thread. */

import { parentPort } from "node:worker_threads";
import { learn, stepBack } from "./learner.ts";
import { maintenance } from "./maintenance.ts";
import type { ToLearner } from "./messages.ts";

const port = parentPort;
if (port === null) {
  throw new Error("learner: expected to run in a worker thread, got the main one");
}
stepBack();
let last: Promise<void> = Promise.resolve();
port.on("message", (message: ToLearner) => {
  last = last.then(() => learn(maintenance, message, (answer) => port.postMessage(answer)));
});
