/**
 * Pictures for the model, in the worker that reads signals: the planner follows every frame, and of the sampled ones
 * only the kept blocks are cut out of the decoded picture.
 */

import type { FrameSignal } from "@symbion/codec";
import type { WatchPolicy } from "@symbion/core";
import { imageBlocks } from "@symbion/neural";
import { covering, type Plan, Planner, POLICIES } from "@symbion/vision";
import {
  MINI_BLOCK,
  MINI_COLUMNS,
  MINI_FRAME_RATE,
  MINI_HEIGHT,
  MINI_ROWS,
  MINI_WIDTH,
  MINI_WINDOW,
} from "@symbion/vision/mini";
import type { FromSampler, ToSampler } from "./watch-messages.ts";

/** Largest difference of two times that are the same, seconds: decoders count in whole microseconds. */
const SAME = 2e-6;

/** Plans that wait for their pictures: more means that the decoder has lost its way. */
const MOST_WAITING = 16;

type Waiting = { readonly plan: Plan; readonly since: number; readonly planMs: number };

/** Follows one source's signals for a model at the other end of a port. */
export class Sampler {
  readonly #port: MessagePort;
  readonly #planner: Planner;
  readonly #canvas: OffscreenCanvas;
  readonly #context: OffscreenCanvasRenderingContext2D;
  #waiting: Waiting[] = [];
  #credit = 0;
  #dropped = 0;
  #parseMs = 0;
  #planMs = 0;

  /** @throws {Error} where the browser has no canvas off the screen. */
  constructor(port: MessagePort, policy: WatchPolicy) {
    this.#port = port;
    this.#planner = new Planner({
      policy: covered(policy),
      fps: MINI_FRAME_RATE,
      grid: () => ({ columns: MINI_COLUMNS, rows: MINI_ROWS }),
    });
    this.#canvas = new OffscreenCanvas(MINI_WIDTH, MINI_HEIGHT);
    const context = this.#canvas.getContext("2d", { willReadFrequently: true });
    if (context === null) throw new Error("expected a canvas to scale pictures on, got none");
    this.#context = context;
    port.addEventListener("message", ({ data }: MessageEvent<ToSampler>) => {
      if (data.type === "more") this.#credit += data.pictures;
      else this.#planner.policy = covered(data.policy);
    });
    port.start();
  }

  /** Takes every frame's signals, and the milliseconds that reading them took. */
  push(frame: FrameSignal, parseMs: number): void {
    const began = performance.now();
    const plan = this.#planner.push(frame);
    this.#parseMs += parseMs;
    this.#planMs += performance.now() - began;
    if (plan === null) return;
    if (this.#credit <= 0 || this.#waiting.length >= MOST_WAITING) {
      this.#dropped++;
      this.#waiting = this.#waiting.slice(-MOST_WAITING + 1);
      // What this picture would have shown has to be shown by the next one.
      this.#planner.keepWhole("gap");
      return;
    }
    this.#credit--;
    this.#waiting.push({ plan, since: performance.now(), planMs: this.#planMs });
    this.#planMs = 0;
    this.#sendEmpty();
  }

  /** Takes a decoded picture. It is not closed. */
  picture(frame: VideoFrame, timestamp: number): void {
    // Pictures come in order: what waits for an earlier one will not get it.
    for (;;) {
      const first = this.#waiting[0];
      if (first === undefined || first.plan.timestamp > timestamp - SAME) break;
      this.#waiting.shift();
      this.#send(first, null);
      this.#planner.keepWhole("gap");
    }
    const waiting = this.#waiting[0];
    if (waiting === undefined || waiting.plan.timestamp > timestamp + SAME) return;
    this.#waiting.shift();
    const { width, height } = this.#canvas;
    this.#context.drawImage(frame, 0, 0, width, height);
    const { data: rgba } = this.#context.getImageData(0, 0, width, height);
    const data = new Uint8Array(3 * width * height);
    for (let from = 0, to = 0; to < data.length; from++) {
      if ((from & 3) !== 3) data[to++] = rgba[from] as number;
    }
    const image = { width, height, data };
    this.#send(waiting, imageBlocks(image, MINI_BLOCK, waiting.plan.kept));
    this.#sendEmpty();
  }

  /** Sends those at the front of which nothing is kept: they need no picture. */
  #sendEmpty(): void {
    while (this.#waiting[0]?.plan.kept.length === 0) {
      this.#send(this.#waiting.shift() as Waiting, null);
    }
  }

  #send({ plan, since, planMs }: Waiting, pixels: FromSampler["pixels"]): void {
    const pixelsMs = pixels === null ? 0 : performance.now() - since;
    const sample: FromSampler = {
      ...{ plan, pixels, planMs, pixelsMs },
      parseMs: this.#parseMs,
      dropped: this.#dropped,
    };
    this.#parseMs = 0;
    this.#port.postMessage(sample, pixels === null ? [] : [pixels.pixels.buffer as ArrayBuffer]);
  }
}

function covered(policy: WatchPolicy): ReturnType<typeof covering> {
  return covering(POLICIES[policy], MINI_WINDOW, MINI_FRAME_RATE);
}
