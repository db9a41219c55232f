/** What the page, the worker that reads signals and the worker with the model say to each other. */

import type { WatchFrame, WatchPolicy } from "@symbion/core";
import type { PixelBlocks } from "@symbion/neural";
import type { Plan, Question, WindowAnswer } from "@symbion/vision";

/** From the page to the worker with the model; the port leads to the worker that reads signals. */
export type ToModel =
  | {
      readonly type: "open";
      readonly questions: readonly Question[];
      readonly policy: WatchPolicy;
      readonly port: MessagePort;
    }
  | { readonly type: "policy"; readonly policy: WatchPolicy };

/** From the worker with the model to the page. */
export type FromModel =
  /** The model is there; `backend` says what it runs on. */
  | { readonly type: "ready"; readonly model: string; readonly backend: string }
  /** Which blocks of a picture were kept. */
  | { readonly type: "plan"; readonly plan: WatchFrame }
  /** What a window came to. */
  | { readonly type: "window"; readonly window: WindowAnswer }
  /** Pictures left out so far because the model was busy. */
  | { readonly type: "dropped"; readonly count: number }
  /** A sentence for the person; nothing more will come. */
  | { readonly type: "failed"; readonly message: string };

/** Through the port, to the worker that reads signals. */
export type ToSampler =
  /** The model wants this many pictures more. */
  | { readonly type: "more"; readonly pictures: number }
  | { readonly type: "policy"; readonly policy: WatchPolicy };

/** Through the port, from the worker that reads signals: a sampled picture. */
export type FromSampler = {
  readonly plan: Plan;
  readonly pixels: PixelBlocks | null;
  readonly parseMs: number;
  readonly planMs: number;
  readonly pixelsMs: number;
  /** Pictures left out so far. */
  readonly dropped: number;
};
