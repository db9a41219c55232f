/** What alerting offers to the node: rules in, deliveries out. */

import type { Alert, ChannelInfo, Delivery, Insight, RuleInfo, Silence } from "@symbion/core";
import type { AlertRule, ChannelConfig } from "../config/types.ts";

/** Alerting as the node and its interface use it. */
export interface Alerts {
  /** Takes the beginning, an update or the end of an insight. Resolves when what follows from it is on disk. */
  take(insight: Insight): Promise<void>;
  /** Rules and channels after a change of the configuration; open episodes of rules that stay go on. */
  configure(rules: readonly AlertRule[], channels: readonly ChannelConfig[]): Promise<void>;
  /** Alerts that fire now. */
  firing(): readonly Alert[];
  rules(): readonly RuleInfo[];
  channels(): Promise<readonly ChannelInfo[]>;
  /** Marks an alert as seen; null if there is none of that id. */
  acknowledge(id: string): Promise<Alert | null>;
  silences(): Promise<readonly Silence[]>;
  /** Nobody is notified of the rule (null: of any) until then. */
  silence(rule: string | null, until: number): Promise<Silence>;
  unsilence(id: string): Promise<boolean>;
  /** Sends a test message through a channel now; resolves with what became of it. Null if there is no such channel. */
  test(channel: string): Promise<Delivery | null>;
  /** Public VAPID key, for browsers that subscribe. */
  pushKey(): Promise<string>;
  /** Waiting notifications, and the age of the oldest in seconds. */
  backlog(): { readonly messages: number; readonly oldestSeconds: number };
  /** Milliseconds from an insight's arrival to the hand-over of its notification to the channel, latest first. */
  handOffMs(): readonly number[];
  stop(): Promise<void>;
}
