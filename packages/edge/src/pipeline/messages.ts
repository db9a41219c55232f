/** What the node and its camera threads say to each other. */

import type { CameraArea, CameraState, Clip, Insight, WatchFrame } from "@symbion/core";
import type { CameraConfig } from "../config/types.ts";
import type { FeedSample, FeedSettings } from "../watch/messages.ts";

/** From the node to a thread. */
export type ToThread =
  /** Run this camera until told otherwise; its clips go into `clipFolder` (null: none are stored). */
  | { readonly type: "start"; readonly camera: CameraConfig; readonly clipFolder: string | null }
  /** End this camera. */
  | { readonly type: "end"; readonly id: string }
  /** Zones, lines and ignored polygons of a camera have changed. */
  | { readonly type: "areas"; readonly id: string; readonly areas: readonly CameraArea[] }
  /** Feed the model of the standing questions like this from now on; null: do not. */
  | { readonly type: "watch"; readonly id: string; readonly settings: FeedSettings | null }
  /** Keep the next sampled picture whole. */
  | { readonly type: "keep-whole"; readonly id: string }
  /** Send a camera's records from now on; the units since its last keyframe go to `subscriber` at once. */
  | { readonly type: "join"; readonly id: string; readonly subscriber: number }
  /** Nobody watches the camera any more. */
  | { readonly type: "unwatch"; readonly id: string }
  /** Answer with the last keyframe, for a still picture. */
  | { readonly type: "keyframe"; readonly id: string; readonly request: number }
  /** End all cameras; the thread then ends by itself. */
  | { readonly type: "stop" };

/** Counts of one camera since its thread began. */
export type CameraCounts = {
  readonly id: string;
  readonly frames: number;
  readonly damagedFrames: number;
  /** Seconds of video read. */
  readonly videoSeconds: number;
  /** CPU milliseconds spent on reading signals. */
  readonly cpuMs: number;
  /** Bits of all access units. */
  readonly bits: number;
  /** Sum over frames of the share of macroblocks that move. */
  readonly motion: number;
  /** Sum over frames of the share of macroblocks that are dynamic. */
  readonly activity: number;
  /** Milliseconds by which the slowest frame since the last counts was late. */
  readonly backlogMs: number;
};

/** A change in what a camera does. */
export type CameraChange = {
  readonly id: string;
  readonly state: CameraState;
  /** Why it is not live, or null. */
  readonly reason: string | null;
  readonly restarts: number;
  readonly lastRestart: { readonly at: number; readonly reason: string } | null;
  readonly retryAt: number | null;
  readonly width: number;
  readonly height: number;
  readonly container: string;
};

/** Packed records on their way to pages. */
export type RecordMessage = {
  readonly type: "record";
  readonly id: string;
  /** What kind of record it is; a reader that lost units goes on at a `key`. */
  readonly kind: "format" | "key" | "unit" | "field";
  readonly record: Uint8Array<ArrayBuffer>;
};

/** From a thread to the node. */
export type FromThread =
  | { readonly type: "change"; readonly change: CameraChange }
  | {
      readonly type: "counts";
      /** CPU milliseconds of the whole thread since it began. */
      readonly threadCpuMs: number;
      readonly cameras: readonly CameraCounts[];
    }
  | RecordMessage
  | { readonly type: "insight"; readonly insight: Insight }
  | { readonly type: "clip"; readonly clip: Clip }
  /** Which blocks of a sampled picture are kept. */
  | { readonly type: "plan"; readonly frame: WatchFrame }
  /** A sampled picture for the model. */
  | { readonly type: "sample"; readonly id: string; readonly sample: FeedSample }
  /** No more pictures for the model: the source ended, or is opened again. */
  | { readonly type: "fed"; readonly id: string; readonly problem: string | null }
  /** Something that a person may care about, in one line. */
  | { readonly type: "note"; readonly id: string; readonly text: string }
  | {
      readonly type: "joined";
      readonly id: string;
      readonly subscriber: number;
      /** Format and units since the last keyframe, packed. */
      readonly records: readonly Uint8Array<ArrayBuffer>[];
    }
  | {
      readonly type: "keyframe";
      readonly request: number;
      /** The last keyframe as an Annex B byte stream, or null if there is none. */
      readonly stream: Uint8Array<ArrayBuffer> | null;
    };
