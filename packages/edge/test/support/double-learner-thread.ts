/** The learner's thread with a learner that is busy for a second. */

import { parentPort } from "node:worker_threads";
import { learn, stepBack } from "../../src/machines/learner.ts";
import type { ToLearner } from "../../src/machines/messages.ts";
import { doubleLearning } from "./double-monitor.ts";

stepBack();
parentPort?.on("message", (message: ToLearner) => {
  void learn(doubleLearning(1000), message, (answer) => parentPort?.postMessage(answer));
});
