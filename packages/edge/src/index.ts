/** `@symbion/edge`: the Symbion node. The `symbion` command is a thin shell around it. */

export { loadConfig, parseConfig } from "./config/config.ts";
export { DEFAULT_CONFIG, DEFAULT_PORT } from "./config/defaults.ts";
export type {
  AlertRule,
  CameraConfig,
  CameraSource,
  ChannelConfig,
  DisabledCamera,
  MotionConfig,
  NodeConfig,
  PluginConfig,
  QuietHours,
  RecordConfig,
  StoreConfig,
} from "./config/types.ts";
export { type RunningNode, type RunOptions, runNode } from "./node/index.ts";
