/** Bodies of the node's HTTP interface, as the page uses them. Times are milliseconds since 1970. */

import type { CameraState, NodeStatus } from "./camera.ts";
import type { Alert, Clip, Delivery, Insight } from "./insight.ts";
import type { MachineKind, MachineStatus } from "./machine.ts";
import type { Aggregate, Release, ShareStatus } from "./release.ts";
import type { CameraWatch, WatchFrame, WatchWindow } from "./watch.ts";

/** What a person or program may do: `viewer` reads, `admin` changes. */
export type Role = "viewer" | "admin";

/** Who asks. `loopback`: nobody signed in, and nobody has to on this machine. */
export type Session = {
  /** What is allowed; null: nobody is signed in, and somebody has to. */
  readonly role: Role | null;
  /** How it was decided. */
  readonly via: "loopback" | "password" | "token" | null;
  /** To be sent back in the `X-Symbion-CSRF` header of every change. */
  readonly csrf: string | null;
};

/** An API token; its secret is shown once, when it is made. */
export type TokenInfo = {
  /** Its id, which is no secret. */
  readonly id: string;
  /** What it is for, in a person's words. */
  readonly name: string;
  /** What it allows. */
  readonly role: Role;
  /** When it was made, ms since 1970. */
  readonly createdAt: number;
  /** When it was last used (ms since 1970), or null. */
  readonly usedAt: number | null;
};

/** A page of a list, newest first. `next` is the `before` of the following page, or null at the end. */
export type Page<T> = { readonly items: readonly T[]; readonly next: string | null };

/** An insight with the clip that shows it. */
export type TimelineInsight = Insight & { readonly clip: string | null };

/** Activity of one camera over a span, for the strip below the timeline. */
export type TimelineStrip = {
  /** Camera it is about; `node` for the node itself. */
  readonly source: string;
  /** First moment of the first bucket, and length of a bucket. */
  readonly from: number;
  /** Length of a bucket in milliseconds. */
  readonly bucketMs: number;
  /** Insights per bucket that went on in it. */
  readonly counts: readonly number[];
  /** Whether clips cover the bucket, 0 to 1. */
  readonly clips: readonly number[];
};

/** Values of one reading over a span, reduced to at most as many points as asked for. */
export type ReadingSeries = {
  /** Camera or other source; `node` for the node itself. */
  readonly source: string;
  /** What is measured. */
  readonly name: string;
  /** Unit symbol; empty for shares and counts. */
  readonly unit: string;
  /** First moment that each point stands for, ms since 1970. */
  readonly at: readonly number[];
  /** Mean of each point; null where nothing was measured. */
  readonly mean: readonly (number | null)[];
  /** Least value of each point. */
  readonly min: readonly (number | null)[];
  /** Greatest value of each point. */
  readonly max: readonly (number | null)[];
};

/** Insights, alerts and clips by page. */
export type InsightPage = Page<TimelineInsight>;
/** Alerts by page. */
export type AlertPage = Page<Alert>;
/** Clips by page. */
export type ClipPage = Page<Clip>;
/** Deliveries by page. */
export type DeliveryPage = Page<Delivery>;

/** A silence: alerts fire but nobody is notified. */
export type Silence = {
  /** Its id, for ending it early. */
  readonly id: string;
  /** Rule, or null for all. */
  readonly rule: string | null;
  /** End, ms since 1970. */
  readonly until: number;
};

/** A notification channel as the page shows it. */
export type ChannelInfo = {
  /** The id that rules name it by. */
  readonly id: string;
  /** How it tells people. */
  readonly kind: "webpush" | "webhook" | "mqtt" | "email";
  /** Where it goes, credentials masked. */
  readonly target: string;
  /** Why it cannot be used, or null. */
  readonly problem: string | null;
  /** What became of the newest message, or null before the first. */
  readonly lastDelivery: Delivery | null;
};

/** A rule as the page shows it. */
export type RuleInfo = {
  /** The id in the configuration. */
  readonly id: string;
  /** Its name for people. */
  readonly name: string;
  /** Alerts of this rule that fire now. */
  readonly firing: number;
  /** End of a silence (ms since 1970), or null. */
  readonly silencedUntil: number | null;
};

/** The configuration file as it is. */
export type ConfigDocument = {
  /** Absolute path of the file, which may not exist yet. */
  readonly path: string;
  /** The whole text, comments included. */
  readonly text: string;
  /** Changes with every change of the file; sent back with an edit, which is refused where it is outdated. */
  readonly version: string;
  /** What is wrong in it, `FILE:LINE:COLUMN: …` each. */
  readonly problems: readonly string[];
};

/** What became of an edit. */
export type ConfigOutcome = {
  /** Whether it was written to the disk. */
  readonly saved: boolean;
  /** Version of the file afterwards. */
  readonly version: string;
  /** What is wrong, or why it was not saved, one line each. */
  readonly problems: readonly string[];
};

/** A camera entry as the page writes it. */
export type CameraEdit = {
  /** Its id, unique within the node. */
  readonly id: string;
  /** Its name for people. */
  readonly name?: string | undefined;
  /** Its address; either this or a file. */
  readonly url?: string | undefined;
  /** A video file, relative to the configuration. */
  readonly file?: string | undefined;
};

/** What a source turned out to be. */
export type ProbeResult =
  | {
      readonly ok: true;
      /** Container or protocol, "MP4" or "RTSP" for instance. */
      readonly container: string;
      /** Codec string, `avc1.PPCCLL`. */
      readonly codec: string;
      /** Picture width in pixels. */
      readonly width: number;
      /** Picture height in pixels. */
      readonly height: number;
      /** Frames per second, measured. */
      readonly fps: number;
      /** Seconds between keyframes, or null where fewer than two came. */
      readonly keyframeSeconds: number | null;
      /** A JPEG of its first picture as a data URL, or null without ffmpeg. */
      readonly preview: string | null;
    }
  | { readonly ok: false; readonly reason: string };

/** A device found on the network. */
export type FoundDevice = {
  /** What the device calls itself. */
  readonly name: string;
  /** Its IP address. */
  readonly address: string;
  /** How it was found. */
  readonly via: "onvif" | "mdns";
  /** Addresses to try, without credentials, best first; may be empty. */
  readonly urls: readonly string[];
  /** Maker and model where the device tells. */
  readonly detail: string;
};

/** What a restore would do or has done. */
export type RestoreReport = {
  /** Whether the archive can be, or was, restored. */
  readonly ok: boolean;
  /** Why not, or null. */
  readonly reason: string | null;
  /** When the archive was made (ms since 1970), or null. */
  readonly createdAt: number | null;
  /** Version of the node that made it, or null. */
  readonly version: string | null;
  /** Version of its database's schema, or null. */
  readonly schema: number | null;
  /** Number of insights in it. */
  readonly insights: number;
  /** Number of alerts in it. */
  readonly alerts: number;
  /** Number of clips whose video is in it. */
  readonly clips: number;
  /** Whether it holds a configuration. */
  readonly config: boolean;
};

/** A check of `symbion doctor`. */
export type DoctorCheck = {
  /** What was looked at, in two or three words. */
  readonly name: string;
  /** `failed`: something does not work; `warning`: it may not for long. */
  readonly state: "ok" | "warning" | "failed";
  /** What was found, in one sentence without credentials. */
  readonly text: string;
};

/** Kinds of messages on `/api/events`: the event's name and its data. */
export type LiveEvents = {
  /** The node, once a second. */
  readonly status: NodeStatus;
  /** The beginning, an update or the end of an insight. */
  readonly insight: Insight;
  /** An alert that has changed. */
  readonly alert: Alert;
  /** A clip that is complete. */
  readonly clip: Clip;
  /** A message whose delivery has changed. */
  readonly delivery: Delivery;
  /** A camera whose state has changed. */
  readonly camera: { readonly id: string; readonly state: CameraState };
  /** How a camera's questions are doing has changed: model loaded or failed, policy, questions. */
  readonly watch: CameraWatch;
  /** Which blocks of a sampled picture were kept. */
  readonly plan: WatchFrame;
  /** A window's answers. */
  readonly answers: WatchWindow;
  /** A machine whose status has changed; at most once a second each. */
  readonly machine: MachineStatus;
  /** What a kind of machine has learned, or is learning, has changed. */
  readonly learning: MachineKind;
  /** Something left, was refused, or a release has changed its state. */
  readonly release: Release;
  /** Peers, budgets or the price of sharing have changed; at most once a second. */
  readonly share: ShareStatus;
  /** A number came from another node. */
  readonly aggregate: Aggregate;
};

/** Body of every answer that is an error. */
export type ApiError = { readonly error: string };
