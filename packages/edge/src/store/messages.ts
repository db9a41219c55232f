/** What the store's thread and the rest of the node say to each other. */

import type {
  Alert,
  Clip,
  Delivery,
  Insight,
  Reading,
  Release,
  Silence,
  StoreStatus,
} from "@symbion/core";
import type { StoreConfig } from "../config/types.ts";
import type { StoreErrorKind } from "./errors.ts";
import type { Incoming, Outgoing, PushSubscriptionRecord, Store } from "./types.ts";

/** Something to be stored. What is handed over together is stored together. */
export type Write =
  | { readonly what: "readings"; readonly readings: readonly Reading[] }
  | { readonly what: "insight"; readonly insight: Insight }
  | {
      readonly what: "alert";
      readonly alert: Alert;
      readonly deliveries: readonly Delivery[];
    }
  | { readonly what: "delivery"; readonly delivery: Delivery }
  | { readonly what: "clip"; readonly clip: Clip }
  | { readonly what: "delete-clip"; readonly id: string }
  | { readonly what: "silence"; readonly silence: Silence }
  | { readonly what: "delete-silence"; readonly id: string }
  | { readonly what: "subscription"; readonly subscription: PushSubscriptionRecord }
  | { readonly what: "delete-subscription"; readonly endpoint: string }
  | { readonly what: "release"; readonly release: Release; readonly message: Outgoing | null }
  | { readonly what: "aggregate"; readonly incoming: Incoming }
  | { readonly what: "state"; readonly key: string; readonly value: unknown };

/** Methods of {@link Store} that only read. */
export type ReadMethod =
  | "insights"
  | "alerts"
  | "alert"
  | "clips"
  | "clip"
  | "deliveries"
  | "dueDeliveries"
  | "backlog"
  | "strip"
  | "readings"
  | "releases"
  | "release"
  | "releaseCounts"
  | "outgoing"
  | "waiting"
  | "aggregates"
  | "silences"
  | "pushSubscriptions"
  | "state";

/** A question: a method and what it takes. */
export type Read = {
  [M in ReadMethod]: { readonly method: M; readonly args: Parameters<Store[M]> };
}[ReadMethod];

/**
 * Something a person should know: `full` and `unwritable` (nothing can be stored), `low` (it soon cannot, or history
 * is shorter than asked for), `damaged` (the database was damaged; it has been put aside and begun anew).
 */
export type StoreProblem = {
  readonly kind: "full" | "unwritable" | "low" | "damaged";
  readonly text: string;
};

/** How the store is run; times in milliseconds. */
export type StoreTimes = {
  /** Readings are gathered for so long before they are committed. Default 5000. */
  readonly readings: number;
  /** Insights and clips likewise. Alerts, deliveries and the rest are committed at once. Default 250. */
  readonly insights: number;
  /** How often old data is looked for, and figures are brought up to date. Default 60 000. */
  readonly housekeeping: number;
  /** How often a store that cannot be written to is tried again. Default 5000. */
  readonly retry: number;
  /** A power cut takes at most this much of what was committed. Default 1000 after an alert or delivery. */
  readonly syncAlerts: number;
  /** The same for everything else. Default 30 000. */
  readonly syncRest: number;
};

/** What the thread is started with. */
export type ThreadData = {
  readonly config: StoreConfig;
  readonly times: StoreTimes;
  /** Whether to look for clips that an earlier run left unfinished; not after a thread died, for cameras go on. */
  readonly recover: boolean;
};

/** To the thread. */
export type ToStore =
  | { readonly type: "write"; readonly request: number; readonly write: Write }
  | { readonly type: "read"; readonly request: number; readonly read: Read }
  | { readonly type: "flush"; readonly request: number }
  | { readonly type: "configure"; readonly request: number; readonly config: StoreConfig }
  | { readonly type: "close"; readonly request: number };

/** From the thread. */
export type FromStore =
  | { readonly type: "ready"; readonly status: StoreStatus }
  /** Cannot run, and the user has to mend it. */
  | { readonly type: "refused"; readonly message: string }
  | { readonly type: "done"; readonly request: number; readonly value: unknown }
  | {
      readonly type: "failed";
      readonly request: number;
      /** Null: bad use, to be thrown as `UsageError`. */
      readonly kind: StoreErrorKind | null;
      readonly message: string;
    }
  | { readonly type: "status"; readonly status: StoreStatus }
  | { readonly type: "problem"; readonly problem: StoreProblem | null }
  /** A clip that an earlier run had left unfinished or unlisted. */
  | { readonly type: "clip"; readonly clip: Clip };
