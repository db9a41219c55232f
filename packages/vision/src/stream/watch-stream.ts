/** From codec signals to answers: sampled, planned, decoded where wanted, remembered, asked. */

import type { FrameSignal } from "@symbion/codec";
import { expected } from "@symbion/core";
import type { SlotModel } from "@symbion/neural";
import type { RefreshPolicy } from "../memory/refresh.ts";
import { Planner, type Polygon } from "../planner/planner.ts";
import { covering, type Policy } from "../planner/policy.ts";
import type { PromptLayout } from "./layout.ts";
import type { BlockSource } from "./pixels.ts";
import type { Question, Sample, WindowAnswer } from "./types.ts";
import { Watcher } from "./watcher.ts";

/** Options of {@link watchStream}. */
export type WatchStreamOptions = {
  /** Every native frame, in display or decoding order; a frame is only looked at before the next one is asked for. */
  readonly signals: AsyncIterable<FrameSignal>;
  /** Decodes the blocks that a plan keeps. */
  readonly pixels: BlockSource;
  /** What looks and answers; its calls must not overlap with others. */
  readonly model: SlotModel;
  /** The order of tokens that the model was trained on. */
  readonly layout: PromptLayout;
  /** Which blocks are kept, such as one of `POLICIES`; its staleness is bounded by the window. */
  readonly policy: Policy;
  /** What is asked of every window, all over one encoding of the video. */
  readonly questions: readonly Question[];
  /** Parts of the picture in which nothing counts as change. Default: none. */
  readonly ignored?: readonly Polygon[] | undefined;
  /** Sampled pictures per second. Default: the layout's. */
  readonly fps?: number | undefined;
  /** Seconds of a window. Default: as many pictures as the layout takes. */
  readonly windowSeconds?: number | undefined;
  /** Seconds between two windows. Default: the layout's. */
  readonly strideSeconds?: number | undefined;
  /** How far reuse may go before tokens are computed again. Default: `REFRESH`. */
  readonly refresh?: RefreshPolicy | undefined;
  /** Confidence below which an answer counts as not known, 0 to 1. Default 0.5. */
  readonly floor?: number | undefined;
  /** Milliseconds spent on reading signals so far; without it the figure is 0. */
  readonly parsedMs?: (() => number) | undefined;
  /** Told about every sampled picture as it is planned. */
  readonly onSample?: ((sample: Sample) => void) | undefined;
  /** Milliseconds; default `performance.now`. */
  readonly now?: (() => number) | undefined;
};

const KEYS = [
  ...["signals", "pixels", "model", "layout", "policy", "questions", "fps", "windowSeconds"],
  ...["strideSeconds", "ignored", "refresh", "floor", "parsedMs", "onSample", "now"],
];

/** Windows in pictures, from seconds. */
export type WindowShape = { readonly window: number; readonly stride: number };

/** Pictures of a window and between two, from seconds. @throws {UsageError} where the model cannot see so many. */
export function windowShape(
  layout: PromptLayout,
  fps: number,
  windowSeconds: number | undefined,
  strideSeconds: number | undefined,
): WindowShape {
  const window = windowSeconds === undefined ? layout.pictures : Math.round(windowSeconds * fps);
  if (!(window >= 1 && window <= layout.pictures)) {
    throw expected(
      `a window of ${1 / fps} to ${layout.pictures / fps} s (1 to ${layout.pictures} pictures at ${fps} per second)`,
      windowSeconds,
      "window",
    );
  }
  const stride =
    strideSeconds === undefined ? Math.min(layout.stride, window) : Math.round(strideSeconds * fps);
  if (!(stride >= 1 && stride <= window)) {
    throw expected(`a stride of ${1 / fps} to ${window / fps} s`, strideSeconds, "stride");
  }
  return { window, stride };
}

/**
 * Answers the questions, window by window, until the signals end; then about what is left. Leaving the loop, or an
 * error of the signals, frees the cache; what the error interrupted is answered first, as a partial window. Model and
 * pixels stay open.
 */
export async function* watchStream(
  options: WatchStreamOptions,
): AsyncGenerator<WindowAnswer, void, void> {
  for (const key of Object.keys(options)) {
    if (!KEYS.includes(key)) throw expected(`options among ${KEYS.join(", ")}`, key, "watchStream");
  }
  const { model, layout, pixels, onSample } = options;
  const fps = options.fps ?? layout.fps;
  const shape = windowShape(layout, fps, options.windowSeconds, options.strideSeconds);
  const policy = covering(options.policy, shape.window, fps);
  const planner = new Planner({ policy, fps, grid: layout.grid, ignored: options.ignored });
  const now = options.now ?? (() => performance.now());
  const { questions, refresh, floor } = options;
  const watcher = new Watcher({
    ...{ model, layout, questions, policy: policy.name, refresh, floor, now },
    ...shape,
  });
  const parsed = options.parsedMs ?? (() => 0);
  let parsedBefore = parsed();
  let planMs = 0;
  const ended = new Ended();
  try {
    for await (const frame of ended.read(options.signals)) {
      const readAt = now();
      const plan = planner.push(frame);
      planMs += now() - readAt;
      if (plan === null) continue;
      const parseMs = parsed() - parsedBefore;
      parsedBefore = parsed();
      const asked = now();
      const cut =
        plan.kept.length === 0
          ? null
          : await pixels.blocks(plan.timestamp, plan.grid, model.blockSize, plan.kept);
      // What could not be shown has to be shown another time.
      if (cut === null && plan.kept.length > 0) planner.keepWhole("gap");
      const sample: Sample = {
        ...{ plan, pixels: cut, readAt, parseMs, planMs, pixelsMs: now() - asked },
      };
      planMs = 0;
      onSample?.(sample);
      const answer = await watcher.push(sample);
      if (answer !== null) yield answer;
    }
    const rest = await watcher.end();
    if (rest !== null) yield rest;
    if (ended.error !== undefined) throw ended.error;
  } finally {
    watcher.dispose();
  }
}

/** Reads signals to their end, be it a failure, and keeps the failure for later. */
class Ended {
  /** What the signals failed with; undefined: nothing. */
  error: unknown;

  async *read(signals: AsyncIterable<FrameSignal>): AsyncGenerator<FrameSignal, void, void> {
    try {
      yield* signals;
    } catch (error) {
      this.error = error;
    }
  }
}
