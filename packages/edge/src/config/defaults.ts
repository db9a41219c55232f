/** What holds where the configuration says nothing. */

import { join, resolve } from "node:path";
import { NO_COMPANION, SAMPLE_COMPANION, SAMPLE_CRM } from "./companion-types.ts";
import { SAMPLE_MACHINES } from "./machine-schema.ts";
import { type MachinesConfig, NO_MACHINES } from "./machine-types.ts";
import { sampleCameras } from "./samples.ts";
import { LIMITS } from "./schema.ts";
import { NO_SHARE } from "./share-types.ts";
import type { AlertRule, ChannelConfig, NodeConfig } from "./types.ts";

/** Port of a node that is told nothing. */
export const DEFAULT_PORT = 8480;

/** Most cameras of one node. */
export const MAX_CAMERAS: number = LIMITS.cameras;

/** Name of the configuration in the working folder. */
export const DEFAULT_CONFIG = "symbion.yaml";

/** Folder of a node's data beside its configuration. */
export const DEFAULT_DATA = "symbion-data";

/**
 * The rules of a configuration without `alerts:`: troubles of the cameras and a full disk, told to all channels; and
 * where there are machines, those that fail. Nobody's telephone rings because a simulated one does.
 */
export function defaultRules(
  channels: readonly ChannelConfig[],
  machines: MachinesConfig = NO_MACHINES,
): AlertRule[] {
  const common = {
    ...{ cameras: [], areas: [], minScore: 0, clearSeconds: 30, cooldownSeconds: 300 },
    ...{ quiet: [], notifyResolved: false },
  };
  const all = channels.map(({ id }) => id);
  const cameraTrouble: AlertRule = {
    ...{ ...common, id: "camera-trouble", name: "Camera trouble", severity: "warning" },
    kinds: ["source-down", "camera-covered", "camera-moved", "disk"],
    ...{ holdSeconds: 5, notify: all },
  };
  if (machines.fleet.length + machines.sources.length === 0) return [cameraTrouble];
  const simulated = machines.sources.some(({ type }) => type === "sample");
  const machineTrouble: AlertRule = {
    ...{ ...common, id: "machine-trouble", name: "Machine trouble", severity: "warning" },
    kinds: ["machine-failing", "machine-failed"],
    ...{ holdSeconds: 0, notify: simulated ? [] : all },
  };
  return [cameraTrouble, machineTrouble];
}

/** A configuration that says nothing: no cameras, data in `folder/symbion-data`, on this machine only. */
export function emptyConfig(folder: string): NodeConfig {
  return {
    name: "Symbion",
    host: "127.0.0.1",
    port: undefined,
    names: [],
    cameras: [],
    disabled: [],
    store: {
      folder: join(resolve(folder), DEFAULT_DATA),
      quotaBytes: 10e9,
      reserveBytes: 500e6,
      days: { readings: 30, insights: 90, alerts: 365, clips: 14 },
    },
    rules: defaultRules([]),
    channels: [],
    plugins: [],
    machines: NO_MACHINES,
    share: NO_SHARE,
    companion: NO_COMPANION,
    problems: [],
  };
}

/** The configuration of a node without a file: {@link emptyConfig} with the built-in sample cameras, machines and model. */
export function defaultConfig(folder: string): NodeConfig {
  return {
    ...emptyConfig(folder),
    cameras: sampleCameras(),
    machines: SAMPLE_MACHINES,
    companion: { ...SAMPLE_COMPANION, crm: SAMPLE_CRM },
    rules: defaultRules([], SAMPLE_MACHINES),
  };
}
