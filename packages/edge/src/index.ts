/** `@symbion/edge`: the Symbion node. The `symbion` command is a thin shell around it. */

export {
  type CameraConfig,
  DEFAULT_PORT,
  type DisabledCamera,
  loadConfig,
  type NodeConfig,
  parseConfig,
} from "./config/config.ts";
export { DEFAULT_CONFIG, type RunningNode, type RunOptions, runNode } from "./node/index.ts";
