/** The models of `@symbion/maintenance`, for the node's threads. */

import { createMonitor, restoreMonitor, runLearningJob } from "@symbion/maintenance";
import type { Learning } from "./learning.ts";

/** What the node's machines are watched and learned with. */
export const maintenance: Learning = {
  create: (kind) => createMonitor(kind),
  restore: (_kind, state) => restoreMonitor(state),
  learn: runLearningJob,
};
