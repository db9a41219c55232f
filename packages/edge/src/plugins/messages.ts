/** What a node and a plug-in's thread say to each other. */

import type { PluginRecord } from "./plugin.ts";

/** Parts that a plug-in may have. */
export type PluginRole = "source" | "operator" | "sink";

/** What a thread is started with. */
export type ThreadData = {
  /** Package name, or absolute path. */
  readonly package: string;
  /** URL from which package names are looked up: the configuration's. */
  readonly base: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly node: string;
};

/** A record with the parts that it is meant for. */
export type Delivery = { readonly record: PluginRecord; readonly operator: boolean };

/** From the node to the thread. */
export type ToThread =
  | { readonly type: "deliver"; readonly items: readonly Delivery[] }
  /** So many emitted records have been dealt with: as many more may be sent. */
  | { readonly type: "credit"; readonly count: number }
  | {
      readonly type: "state";
      readonly id: number;
      readonly value: unknown;
      readonly error: string | null;
    }
  | { readonly type: "ping" }
  | { readonly type: "stop" };

/** From the thread to the node. */
export type FromThread =
  /** The module and its options are as they should be. */
  | {
      readonly type: "loaded";
      readonly name: string;
      readonly roles: readonly PluginRole[];
      readonly maxSilenceSeconds: number | null;
    }
  /** Its parts have started: records may come. */
  | { readonly type: "ready" }
  /** It cannot be used, and trying again would not help. */
  | { readonly type: "refused"; readonly problem: string }
  | {
      readonly type: "emit";
      readonly role: "source" | "operator";
      /** Not checked yet. */
      readonly records: readonly unknown[];
    }
  /** So many deliveries have been dealt with. */
  | { readonly type: "taken"; readonly count: number }
  | { readonly type: "state-get"; readonly id: number }
  | { readonly type: "state-put"; readonly id: number; readonly json: string }
  | { readonly type: "log"; readonly text: string }
  | { readonly type: "source-ended" }
  | { readonly type: "failed"; readonly reason: string }
  | { readonly type: "pong" }
  | { readonly type: "stopped" };

/** Records that a thread may have sent without their having been dealt with. */
export const EMIT_WINDOW = 256;

/** Records that are on their way to a thread at most. */
export const DELIVER_WINDOW = 64;
