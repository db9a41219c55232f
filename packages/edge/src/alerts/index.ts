/** Alerting: rules in, deliveries out. See `engine.ts` for what an alert is, `deliverer.ts` for what is promised. */

import { type Alert, type Delivery, expected } from "@symbion/core";
import type { AlertRule, ChannelConfig } from "../config/types.ts";
import type { Door } from "../share/door.ts";
import type { Store } from "../store/types.ts";
import { AlertManager } from "./manager.ts";
import { processTimer, type Timer } from "./timer.ts";
import type { Alerts } from "./types.ts";
import type { NamedCamera } from "./words.ts";

export type { Alerts } from "./types.ts";

/** What alerting needs. */
export type AlertsOptions = {
  /** Open for as long as alerting runs; closed by whoever opened it, after `stop`. */
  readonly store: Store;
  /** Writes down what channels send; null: nobody does. Default null. */
  readonly door?: Pick<Door, "openAlert"> | null;
  readonly rules: readonly AlertRule[];
  readonly channels: readonly ChannelConfig[];
  /** Named in messages, and in Home Assistant. */
  readonly nodeName: string;
  /** The cameras there are; asked again whenever names are needed. */
  readonly cameras: () => readonly NamedCamera[];
  /** Address at which people reach the node's page, for links in messages; null: no links. */
  readonly publicUrl: string | null;
  /** Milliseconds since 1970; default: the system's clock. */
  readonly now?: () => number;
  /** Clock for lengths of time, and wake-ups; default: the process's. */
  readonly timer?: Timer;
  /** Random numbers, 0 to 1, for the spread of pauses; default: `Math.random`. */
  readonly random?: () => number;
  /** Gets one line for each change a person may care about; no secrets. */
  readonly log: (text: string) => void;
  /** Called with each alert that has changed, after it was written down. */
  readonly onAlert?: (alert: Alert) => void;
  /** Called with each delivery that has changed, after it was written down. */
  readonly onDelivery?: (delivery: Delivery) => void;
};

const OPTIONS = new Set<string>([
  "store",
  "door",
  "rules",
  "channels",
  "nodeName",
  "cameras",
  "publicUrl",
  "now",
  "timer",
  "random",
  "log",
  "onAlert",
  "onDelivery",
] satisfies (keyof AlertsOptions)[]);

/**
 * Starts alerting: alerts that fired when the node stopped go on, what was not delivered is delivered. Rejects with
 * a `UsageError` for an unknown option and with the store's error where that cannot be read.
 */
export async function createAlerts(options: AlertsOptions): Promise<Alerts> {
  for (const key of Object.keys(options)) {
    if (!OPTIONS.has(key)) throw expected("a known option", key, "createAlerts");
  }
  const manager = new AlertManager({
    store: options.store,
    door: options.door ?? null,
    rules: options.rules,
    channels: options.channels,
    nodeName: options.nodeName,
    cameras: options.cameras,
    publicUrl: options.publicUrl,
    now: options.now ?? Date.now,
    timer: options.timer ?? processTimer,
    random: options.random ?? Math.random,
    log: options.log,
    onAlert: options.onAlert ?? (() => {}),
    onDelivery: options.onDelivery ?? (() => {}),
  });
  await manager.start();
  return manager;
}
