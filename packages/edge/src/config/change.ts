/** What differs between two configurations, so that a reload touches only that. */

import { isDeepStrictEqual } from "node:util";
import type { CameraConfig, NodeConfig } from "./types.ts";

/** A part of a camera that can change. */
export type CameraPart = "source" | "name" | "areas" | "questions" | "motion" | "record";

/** What differs. Lists and flags are empty and false where all stays as it is. */
export type ConfigChange = {
  /** The configuration from now on. */
  readonly config: NodeConfig;
  readonly cameras: {
    readonly added: readonly CameraConfig[];
    /** Ids. */
    readonly removed: readonly string[];
    /** Cameras that stay, with what differs; `restart`: the source has to be opened again. */
    readonly changed: readonly {
      readonly camera: CameraConfig;
      readonly parts: readonly CameraPart[];
      readonly restart: boolean;
    }[];
    /** The order, or the list of disabled cameras. */
    readonly listing: boolean;
  };
  /** Name of the node. */
  readonly name: boolean;
  /** Address, port or names: these take effect at the next start, and a problem says so. */
  readonly server: boolean;
  /** Quota, reserve or days. The folder takes effect at the next start. */
  readonly store: boolean;
  readonly rules: boolean;
  readonly channels: boolean;
  readonly plugins: boolean;
  /** Kinds, machines or sources. */
  readonly machines: boolean;
  /** What may leave over links. */
  readonly share: boolean;
  /** The layer after a model. */
  readonly companion: boolean;
  readonly problems: boolean;
};

const PARTS: readonly Exclude<CameraPart, "source">[] = [
  "name",
  "areas",
  "questions",
  "motion",
  "record",
];

/** What differs between two configurations, or null if nothing does. */
export function compareConfigs(before: NodeConfig, after: NodeConfig): ConfigChange | null {
  const same = (a: unknown, b: unknown): boolean => isDeepStrictEqual(a, b);
  const old = new Map(before.cameras.map((camera) => [camera.id, camera]));
  const added: CameraConfig[] = [];
  const changed: { camera: CameraConfig; parts: CameraPart[]; restart: boolean }[] = [];
  for (const camera of after.cameras) {
    const was = old.get(camera.id);
    old.delete(camera.id);
    if (was === undefined) {
      added.push(camera);
      continue;
    }
    const restart =
      !same(was.source, camera.source) ||
      was.loop !== camera.loop ||
      was.realtime !== camera.realtime ||
      was.simulated !== camera.simulated;
    const parts: CameraPart[] = PARTS.filter((part) => !same(was[part], camera[part]));
    if (restart) parts.unshift("source");
    if (parts.length > 0) changed.push({ camera, parts, restart });
  }
  const order = (config: NodeConfig): readonly string[] => config.cameras.map(({ id }) => id);
  const change: ConfigChange = {
    config: after,
    cameras: {
      added,
      removed: [...old.keys()],
      changed,
      listing: !same(order(before), order(after)) || !same(before.disabled, after.disabled),
    },
    name: before.name !== after.name,
    server:
      before.host !== after.host || before.port !== after.port || !same(before.names, after.names),
    store: !same(before.store, after.store),
    rules: !same(before.rules, after.rules),
    channels: !same(before.channels, after.channels),
    plugins: !same(before.plugins, after.plugins),
    machines: !same(before.machines, after.machines),
    share: !same(before.share, after.share),
    companion: !same(before.companion, after.companion),
    problems: !same(before.problems, after.problems),
  };
  const { cameras, config: _, ...flags } = change;
  const touched =
    cameras.listing ||
    cameras.added.length + cameras.removed.length + cameras.changed.length > 0 ||
    Object.values(flags).includes(true);
  return touched ? change : null;
}
