/** What the node, its camera threads and the model's thread say to each other about standing questions. */

import type { WatchPolicy, WatchQuestion } from "@symbion/core";
import type { PixelBlocks } from "@symbion/neural";
import type { Plan, WindowAnswer } from "@symbion/vision";

/** How a camera's pictures are sampled and planned; told to its thread. */
export type FeedSettings = {
  readonly policy: WatchPolicy;
  /** Null: the policy's own. */
  readonly threshold: number | null;
  /** The model's grid of blocks, and pixels on a side of one. */
  readonly columns: number;
  readonly rows: number;
  readonly blockSize: number;
  /** Sampled pictures per second, and pictures of a window. */
  readonly fps: number;
  readonly window: number;
};

/** A sampled picture on its way to the model. Times in milliseconds since 1970 where they are moments. */
export type FeedSample = {
  readonly plan: Plan;
  readonly pixels: PixelBlocks | null;
  readonly at: number;
  readonly readAt: number;
  readonly parseMs: number;
  readonly planMs: number;
  readonly pixelsMs: number;
  /** Pictures decoded since the sample before. */
  readonly decoded: number;
};

/** From the node to the model's thread. */
export type ToModel =
  /** Load the model. */
  | { readonly type: "open"; readonly model: string }
  /** A camera begins (anew); its questions, and the policy's name for the record. */
  | {
      readonly type: "begin";
      readonly camera: string;
      readonly questions: readonly WatchQuestion[];
      readonly policy: string;
    }
  /** Questions or policy have changed while it runs. */
  | {
      readonly type: "change";
      readonly camera: string;
      readonly questions: readonly WatchQuestion[];
      readonly policy: string;
    }
  /** The next sampled picture. Answered with `done`. */
  | { readonly type: "sample"; readonly camera: string; readonly sample: FeedSample }
  /** The camera's stream has ended: what came since the last window is answered. Answered with `done`. */
  | { readonly type: "end"; readonly camera: string }
  /** Free everything. */
  | { readonly type: "stop" };

/** From the model's thread to the node. */
export type FromModel =
  | {
      readonly type: "ready";
      readonly name: string;
      readonly blockSize: number;
      readonly columns: number;
      readonly rows: number;
      readonly fps: number;
      readonly window: number;
    }
  | { readonly type: "failed"; readonly reason: string }
  | { readonly type: "window"; readonly camera: string; readonly answer: WindowAnswer }
  /** The last `sample` or `end` is dealt with. */
  | { readonly type: "done"; readonly camera: string; readonly problem: string | null };
