/** What a channel is: something that hands one message over and says what became of it. */

import type { Alert, ChannelInfo, Delivery } from "@symbion/core";
import { maskCredentials } from "@symbion/core";
import type { AlertRule } from "../../config/types.ts";
import { type NamedCamera, oneLine } from "../words.ts";

/** A message to hand over. Sent again after a failure, it is the same, with the same id. */
export type Message = {
  /** The delivery's id: who gets two messages of one id drops one. */
  readonly id: string;
  readonly event: Delivery["event"];
  readonly title: string;
  readonly text: string;
  /** Name of the node. */
  readonly node: string;
  /** Where the alert is shown: an address if the node knows its own, or null. */
  readonly url: string | null;
  /** When the delivery was made, milliseconds since 1970. */
  readonly at: number;
  /** The alert with the names of its rule and source; null for a test. */
  readonly alert: (Alert & { readonly ruleName: string; readonly sourceName: string }) | null;
};

/** What became of an attempt. `result` is one line for people, without secrets. */
export type Outcome =
  | { readonly state: "delivered"; readonly result: string }
  /** It may work later; `afterMs`: not before (the receiver's wish). */
  | { readonly state: "retry"; readonly result: string; readonly afterMs?: number }
  /** This message will never be taken. */
  | { readonly state: "failed"; readonly result: string };

/** A way to tell people, ready for use. */
export interface Channel {
  readonly id: string;
  readonly kind: ChannelInfo["kind"];
  /** Where it goes, without secrets. */
  readonly target: string;
  /** Most messages at once and per second, on average, that its receiver is asked to take. */
  readonly rate: { readonly burst: number; readonly perSecond: number };
  /** Why it cannot be used at present, or null. */
  problem(): Promise<string | null>;
  /**
   * Hands a message over; resolves when the receiver has taken responsibility for it. Never rejects. Ends soon after
   * `signal` is aborted.
   */
  send(message: Message, signal: AbortSignal): Promise<Outcome>;
  /** Rules, cameras or alerts have changed; for channels that show a state and not only messages. */
  changed?(): void;
  /** Bytes of content that a message becomes. Default: those of its title and text. */
  size?(message: Message): number;
  /** Closes connections; `retired`: it is no longer in the configuration and takes back what it left behind. */
  stop(retired: boolean): Promise<void>;
}

/** What channels may ask of alerting. */
export type ChannelHost = {
  readonly nodeName: string;
  readonly rules: () => readonly AlertRule[];
  readonly cameras: () => readonly NamedCamera[];
  readonly firing: () => readonly Alert[];
  /** To be called when a receiver that was out of reach can be reached again. */
  readonly ready: (channel: string) => void;
  /** To be awaited before anything but a message is sent: it is written down as a release. Never rejects. */
  readonly leaving: (channel: string, what: string, bytes: number) => Promise<void>;
  /** One line for the log, without secrets. */
  readonly log: (text: string) => void;
};

/**
 * A function that turns any text (an error, a receiver's answer) into one line of at most 200 characters without the
 * given secrets and without the credentials of any URL.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const known = secrets
    .filter((secret) => secret.length > 2)
    .flatMap((secret) => [secret, encodeURIComponent(secret), base64(secret)])
    .sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const secret of known) clean = clean.replaceAll(secret, "***");
    return oneLine(maskCredentials(clean), 200);
  };
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

/** The reason inside whatever was thrown, an address list (`AggregateError`) and its first cause included. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") {
    return error.errors.map(reasonOf).join("; ");
  }
  if (error instanceof Error) return error.message === "" ? error.name : error.message;
  return String(error);
}
