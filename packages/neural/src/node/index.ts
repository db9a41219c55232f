/** What needs Node.js: the native executor. */

export { type HubPatience, type HubSettings, hubSettings } from "../hub/client.ts";
export { HubError } from "../hub/errors.ts";
export {
  type FileProblem,
  type LocalFile,
  type LocalModel,
  listModels,
  localModel,
  type Removed,
  removeModel,
  verifyModel,
} from "../hub/local.ts";
export {
  type PullEvent,
  type PullFile,
  type PullOptions,
  type PullPlan,
  type PullProgress,
  type PullRetry,
  type PullWaiting,
  pullModel,
} from "../hub/pull.ts";
export { type Licence, type Selection, SUPPORTED } from "../hub/select.ts";
export { DiskWeights } from "./disk-weights.ts";
export { type NodeBackend, type NodeExecutorOptions, openNodeExecutor } from "./executor.ts";
export { fileSource } from "./file-source.ts";
export { modelsFolder } from "./folders.ts";
export {
  type LoadCheckpointOptions,
  type LoadedCheckpoint,
  loadCheckpoint,
  loadTokenizerFolder,
} from "./load-checkpoint.ts";
