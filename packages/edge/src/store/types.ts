/** What the store keeps and answers. Times are milliseconds since 1970. */

import type {
  Aggregate,
  Alert,
  Clip,
  Delivery,
  Insight,
  Page,
  Reading,
  ReadingSeries,
  Release,
  ReleaseRoute,
  ReleaseState,
  Silence,
  StoreStatus,
  TimelineInsight,
  TimelineStrip,
} from "@symbion/core";

import type { StoreConfig } from "../config/types.ts";

/** Which part of a list. Empty or absent lists mean all. */
export type ListQuery = {
  readonly sources?: readonly string[];
  readonly kinds?: readonly string[];
  readonly areas?: readonly string[];
  /** Only what overlaps this span. */
  readonly from?: number;
  readonly to?: number;
  /** `next` of the page before. */
  readonly before?: string;
  /** 1 to 1000; default 100. */
  readonly limit?: number;
};

/** Which insights. */
export type InsightQuery = ListQuery & {
  /** Only those that have not ended. */
  readonly open?: true;
};

/** Which alerts. */
export type AlertQuery = ListQuery & {
  readonly rules?: readonly string[];
  readonly states?: readonly Alert["state"][];
};

/** A span to be cut into buckets or points; what begins at its end is outside. */
export type SpanQuery = {
  readonly sources?: readonly string[];
  readonly from: number;
  readonly to: number;
  /** Most buckets or points, 1 to 2000. */
  readonly points: number;
};

/** A browser that wants push messages, as the Push API gives it. */
export type PushSubscriptionRecord = {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
  readonly createdAt: number;
  /** What the person called the device. */
  readonly label: string;
};

/** Which releases. Empty or absent lists mean all. */
export type ReleaseQuery = Pick<ListQuery, "from" | "to" | "before" | "limit"> & {
  readonly routes?: readonly ReleaseRoute[];
  readonly states?: readonly ReleaseState[];
  readonly recipients?: readonly string[];
};

/** A message to another node that waits for being confirmed. */
export type Outgoing = {
  /** Id of its release. */
  readonly id: string;
  readonly peer: string;
  /** When it was written down, ms since 1970. */
  readonly at: number;
  /** What is sent, as text. */
  readonly message: string;
};

/** A number from another node, with the sender's id of its release: the same one counts once. */
export type Incoming = { readonly aggregate: Aggregate; readonly source: string };

/** A key with its value, for state of other parts that has to survive a restart. */
export type StateKey =
  | `vapid`
  | `node-id`
  | `auth`
  | `alerts`
  | `heartbeat`
  | `share`
  | `plugin:${string}`;

/**
 * The node's memory. A promise that resolves means: written, survives a killed process. Writes are gathered for a
 * moment and committed together, so many small ones cost one transaction. Nothing throws for a full disk: the promise
 * rejects with `StoreError` (`full`), `status().problem` says so, reading goes on.
 */
export interface Store {
  putReadings(readings: readonly Reading[]): Promise<void>;
  /** Adds or replaces by id. */
  putInsight(insight: Insight): Promise<void>;
  /** Adds or replaces an alert and adds its deliveries, in one transaction; deliveries that exist are left alone. */
  putAlert(alert: Alert, deliveries: readonly Delivery[]): Promise<void>;
  putDelivery(delivery: Delivery): Promise<void>;
  /** Clip files are in {@link Store.clipFolder}, `ID.mp4`; the row is added when the file is complete. */
  putClip(clip: Clip): Promise<void>;
  deleteClip(id: string): Promise<boolean>;

  insights(query: InsightQuery): Promise<Page<TimelineInsight>>;
  alerts(query: AlertQuery): Promise<Page<Alert>>;
  alert(id: string): Promise<Alert | null>;
  clips(query: ListQuery): Promise<Page<Clip>>;
  clip(id: string): Promise<Clip | null>;
  deliveries(query: ListQuery & { readonly channels?: readonly string[] }): Promise<Page<Delivery>>;
  /** Deliveries in state `waiting` with `nextAt` up to `now`, oldest first. */
  dueDeliveries(now: number, limit: number): Promise<readonly Delivery[]>;
  /** Number of waiting deliveries, and creation of the oldest (null if none). */
  backlog(): Promise<{ readonly messages: number; readonly oldestAt: number | null }>;
  strip(query: SpanQuery): Promise<readonly TimelineStrip[]>;
  readings(
    query: SpanQuery & { readonly names: readonly string[] },
  ): Promise<readonly ReadingSeries[]>;

  /**
   * Adds or replaces a release by id. With a message, that waits in the outbox until the release is `sent`, `failed`
   * or `refused`, all in one transaction.
   */
  putRelease(release: Release, message: Outgoing | null): Promise<void>;
  releases(query: ReleaseQuery): Promise<Page<Release>>;
  release(id: string): Promise<Release | null>;
  /** Releases by state since the log began, those that have been deleted since among them. */
  releaseCounts(): Promise<Readonly<Record<ReleaseState, number>>>;
  /** Messages that wait for a peer, oldest first, at most `limit`. */
  outgoing(peer: string, limit: number): Promise<readonly Outgoing[]>;
  /** Number of messages that wait, by peer. */
  waiting(): Promise<Readonly<Record<string, number>>>;
  /** Adds a number from another node; false where it has come before. */
  putAggregate(incoming: Incoming): Promise<boolean>;
  aggregates(
    query: Pick<ListQuery, "from" | "to" | "before" | "limit"> & {
      readonly peers?: readonly string[];
    },
  ): Promise<Page<Aggregate>>;

  silences(): Promise<readonly Silence[]>;
  putSilence(silence: Silence): Promise<void>;
  deleteSilence(id: string): Promise<boolean>;
  pushSubscriptions(): Promise<readonly PushSubscriptionRecord[]>;
  putPushSubscription(subscription: PushSubscriptionRecord): Promise<void>;
  deletePushSubscription(endpoint: string): Promise<boolean>;
  /** JSON state of other parts; null where there is none. */
  state(key: StateKey): Promise<unknown>;
  putState(key: StateKey, value: unknown): Promise<void>;

  /** Quota, reserve and days from now on. The folder stays as it is. */
  configure(config: StoreConfig): Promise<void>;
  /** Figures; cheap, kept up to date by the store. */
  status(): StoreStatus;
  /** Folder of the clips' files, absolute. */
  readonly clipFolder: string;
  /** Waits for everything handed over so far to be committed. */
  flush(): Promise<void>;
  /** Commits what waits and closes; releases the data folder. */
  close(): Promise<void>;
}
