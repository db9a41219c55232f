/** A configuration as the rest of the node takes it: checked, with defaults filled in and references resolved. */

import type { CameraArea, Severity, WatchQuestion } from "@symbion/core";
import type { CompanionConfig } from "./companion-types.ts";
import type { MachinesConfig } from "./machine-types.ts";
import type { ShareConfig } from "./share-types.ts";

/** Where a camera's video comes from: an address, or an absolute path. Credentials are in clear: mask before showing. */
export type CameraSource = { readonly url: string } | { readonly file: string };

/** A camera to run. */
export type CameraConfig = {
  /** Its name in addresses: letters, digits, `-` and `_`, at most 63. */
  readonly id: string;
  /** Its name for people; the id where the file gives none. */
  readonly name: string;
  /** Where its video comes from. */
  readonly source: CameraSource;
  /** Whether a file starts again at its end. */
  readonly loop: boolean;
  /** Whether a file is played at its own speed. */
  readonly realtime: boolean;
  /** Whether the pictures are drawn by a program. */
  readonly simulated: boolean;
  /** Zones, lines and ignored polygons. */
  readonly areas: readonly CameraArea[];
  /** Standing questions; empty: no model is run. */
  readonly questions: readonly WatchQuestion[];
  /** Motion understanding; null: signals only. */
  readonly motion: MotionConfig | null;
  /** Clips of events; null: none. */
  readonly record: RecordConfig | null;
};

/** How motion is understood. */
export type MotionConfig = {
  /** How weak a motion is reported. */
  readonly sensitivity: "low" | "normal" | "high";
};

/** Which clips are stored. Times in seconds. */
export type RecordConfig = {
  /** Kinds of insights that are worth a clip. */
  readonly kinds: readonly string[];
  /** Video kept from before an event (rounded up to a keyframe) and after it. */
  readonly before: number;
  /** Seconds of video kept from after an event. */
  readonly after: number;
};

/** A camera whose entry cannot be used. */
export type DisabledCamera = {
  /** Its id, or `camera-N` (its place in the list, from 1) where that is what is wrong. */
  readonly id: string;
  /** What it is called on the page. */
  readonly name: string;
  /** The first problem of its entry, `FILE:LINE:COLUMN: …`, credentials masked. */
  readonly reason: string;
};

/** What is kept, and how long. */
export type StoreConfig = {
  /** Folder of the node's data, absolute. */
  readonly folder: string;
  /** Most bytes that database and clips may take together. */
  readonly quotaBytes: number;
  /** Bytes of the disk that stay free, whatever the quota. */
  readonly reserveBytes: number;
  /** Days by class; older ones go. */
  readonly days: {
    readonly readings: number;
    readonly insights: number;
    readonly alerts: number;
    readonly clips: number;
  };
};

/** A time of day that repeats, in the node's local time. `from` later than `to` goes over midnight. Minutes of the day. */
export type QuietHours = {
  /** First minute of the day. */
  readonly from: number;
  /** Minute of the day at which it is over. */
  readonly to: number;
  /** Days on which it begins, 0 Sunday to 6 Saturday. */
  readonly days: readonly number[];
};

/** A rule that turns insights into alerts. Times in seconds. */
export type AlertRule = {
  /** Unique within the node. */
  readonly id: string;
  /** Its name for people. */
  readonly name: string;
  /** How much its alerts matter. */
  readonly severity: Severity;
  /** Kinds of insights; never empty. */
  readonly kinds: readonly string[];
  /** Cameras and areas; empty: all. */
  readonly cameras: readonly string[];
  /** Zones and lines; empty: all. */
  readonly areas: readonly string[];
  /** Insights weaker than this do not count, 0 to 1. */
  readonly minScore: number;
  /** It has to go on for so long before the alert fires (debounce). */
  readonly holdSeconds: number;
  /** An episode is over when nothing has happened for so long. */
  readonly clearSeconds: number;
  /** So long after a notified episode's end, the next one of the same source and area is not notified. */
  readonly cooldownSeconds: number;
  /** Times at which nobody is notified. */
  readonly quiet: readonly QuietHours[];
  /** Channels; empty: only on the page. */
  readonly notify: readonly string[];
  /** Whether the end is notified, too. */
  readonly notifyResolved: boolean;
};

/** A way to tell people. Secrets are in clear: mask before showing. */
export type ChannelConfig =
  | { readonly id: string; readonly kind: "webpush"; readonly contact: string }
  | {
      /** Unique within the node. */
      readonly id: string;
      readonly kind: "webhook";
      /** Where it goes; for brokers and mail with user and password where needed. */
      readonly url: string;
      /** Signs the body (HMAC-SHA256); null: not signed. */
      readonly secret: string | null;
      /** Further headers of each request. */
      readonly headers: Readonly<Record<string, string>>;
    }
  | {
      /** Unique within the node. */
      readonly id: string;
      readonly kind: "mqtt";
      /** `mqtt://` or `mqtts://`, with user and password where needed. */
      readonly url: string;
      /** First level of all topics. */
      readonly topic: string;
      /** Prefix of Home Assistant's discovery topics; null: no discovery. */
      readonly discovery: string | null;
    }
  | {
      /** Unique within the node. */
      readonly id: string;
      readonly kind: "email";
      /** `smtp://` or `smtps://`, with user and password where needed. */
      readonly url: string;
      /** Address of the sender. */
      readonly from: string;
      /** Addresses of the receivers. */
      readonly to: readonly string[];
    };

/** A plug-in to load. */
export type PluginConfig = {
  /** Package name, or a path beginning with `./`, relative to the configuration file. */
  readonly package: string;
  /** Checked by the plug-in itself. */
  readonly options: Readonly<Record<string, unknown>>;
};

/** A configuration, usable as it is: what is wrong has been left out and is listed in `problems`. */
export type NodeConfig = {
  /** Name of the node. */
  readonly name: string;
  /** Address to listen on. */
  readonly host: string;
  /** Port to listen on; undefined where the file names none (8480 or the next free one is taken). */
  readonly port: number | undefined;
  /** Further names under which the node answers (behind a proxy, for instance). */
  readonly names: readonly string[];
  /** Cameras to run, at most `MAX_CAMERAS`, in the order of the file. */
  readonly cameras: readonly CameraConfig[];
  /** Cameras whose entries cannot be used. */
  readonly disabled: readonly DisabledCamera[];
  /** What is kept, and where. */
  readonly store: StoreConfig;
  /** Rules that can be used. */
  readonly rules: readonly AlertRule[];
  /** Channels that can be used. */
  readonly channels: readonly ChannelConfig[];
  /** Plug-ins to load. */
  readonly plugins: readonly PluginConfig[];
  /** Machines whose health is watched. */
  readonly machines: MachinesConfig;
  /** What may leave over links. */
  readonly share: ShareConfig;
  /** The layer after a model. */
  readonly companion: CompanionConfig;
  /** What is wrong, `FILE:LINE:COLUMN: …` each, credentials masked. */
  readonly problems: readonly string[];
};
