/** One camera's half of watching, in its own thread: plans pictures from signals, and decodes the blocks they want. */

import type { FrameSignal } from "@symbion/codec";
import type { AccessUnit } from "@symbion/codec/containers";
import type { CameraArea, WatchFrame, WholeReason } from "@symbion/core";
import type { PixelBlocks } from "@symbion/neural";
import {
  covering,
  type Plan,
  Planner,
  POLICIES,
  type Policy,
  type Polygon,
  planMask,
} from "@symbion/vision/planner";
import type { FeedSample, FeedSettings } from "./messages.ts";
import { UnitPixels } from "./pixels.ts";

/** Sampled pictures that may wait for their pixels. */
const MOST_WAITING = 4;

/** What a feed needs from around it. */
export type FeedHost = {
  readonly camera: string;
  /** How units are framed, and the configuration record where they have length prefixes. */
  readonly framing: "avcc" | "annexb";
  readonly avcC: Uint8Array | undefined;
  /** What was drawn on the picture: in areas of kind `ignore` nothing counts as change. */
  readonly areas: readonly CameraArea[];
  /** Time on the wall (ms since 1970) of a stream time in seconds. */
  readonly at: (timestamp: number) => number;
  /** Milliseconds spent on parsing so far. */
  readonly parsedMs: () => number;
  readonly onPlan: (frame: WatchFrame) => void;
  readonly onSample: (sample: FeedSample) => void;
  /** Pixels cannot be had; told once. */
  readonly onProblem: (text: string) => void;
};

/** The policy that settings stand for. */
export function feedPolicy({ policy, threshold, window, fps }: FeedSettings): Policy {
  const chosen = POLICIES[policy];
  const own = threshold === null || policy === "full" ? chosen : { ...chosen, threshold };
  return covering(own, window, fps);
}

/** Feeds the model with one opening of a camera's source. */
export class WatchFeed {
  readonly #settings: FeedSettings;
  readonly #host: FeedHost;
  readonly #planner: Planner;
  readonly #pixels: UnitPixels;
  #parsedBefore: number;
  #planMs = 0;
  #decodedBefore = 0;
  #waiting = 0;
  /** Pictures wait for their pixels in the order in which they were taken. */
  #last: Promise<void> = Promise.resolve();
  #next: { readonly promise: Promise<boolean>; readonly resolve: (more: boolean) => void };
  #ended = false;
  #failed = false;

  constructor(settings: FeedSettings, host: FeedHost) {
    this.#settings = settings;
    this.#host = host;
    const { columns, rows, fps } = settings;
    this.#planner = new Planner({
      policy: feedPolicy(settings),
      fps,
      grid: () => ({ columns, rows }),
      ignored: ignoredParts(host.areas),
    });
    this.#next = Promise.withResolvers<boolean>();
    this.#pixels = new UnitPixels({
      framing: host.framing,
      avcC: host.avcC,
      pull: () => (this.#ended ? Promise.resolve(false) : this.#next.promise),
    });
    this.#parsedBefore = host.parsedMs();
  }

  /** Takes an access unit, before its frame; `timestamp` in seconds. */
  unit(unit: AccessUnit, timestamp: number): void {
    if (this.#failed) return;
    this.#pixels.take(unit, timestamp);
    const { resolve } = this.#next;
    this.#next = Promise.withResolvers<boolean>();
    resolve(true);
  }

  /** Takes the signals of a frame. */
  frame(signal: FrameSignal): void {
    if (this.#failed || this.#ended) return;
    const began = performance.now();
    const plan = this.#planner.push(signal);
    this.#planMs += performance.now() - began;
    if (plan === null) return;
    const at = this.#host.at(plan.timestamp);
    this.#host.onPlan(watchFrame(this.#host.camera, plan, at));
    if (this.#waiting >= MOST_WAITING) {
      // Whoever comes next has to bring along what this one does not.
      this.#planner.keepWhole("gap");
      return;
    }
    const readAt = performance.timeOrigin + performance.now();
    const parseMs = this.#host.parsedMs() - this.#parsedBefore;
    const planMs = this.#planMs;
    this.#parsedBefore += parseMs;
    this.#planMs = 0;
    this.#waiting++;
    if (plan.kept.length > 0) this.#pixels.expect(plan.timestamp);
    this.#last = this.#last
      .then(async () => {
        const asked = performance.now();
        const pixels = await this.#cut(plan);
        if (this.#ended || this.#failed) return;
        const decoded = this.#pixels.decoded - this.#decodedBefore;
        this.#decodedBefore += decoded;
        const pixelsMs = performance.now() - asked;
        this.#host.onSample({ plan, pixels, at, readAt, parseMs, planMs, pixelsMs, decoded });
      })
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#waiting--;
      });
  }

  /** Takes what was drawn on the picture anew. */
  setAreas(areas: readonly CameraArea[]): void {
    this.#planner.ignored = ignoredParts(areas);
  }

  /** Has the next sampled picture kept whole. */
  keepWhole(reason: Exclude<WholeReason, "none" | "policy">): void {
    this.#planner.keepWhole(reason);
  }

  /** Ends it and its decoder. */
  end(): void {
    this.#ended = true;
    this.#next.resolve(false);
    void this.#pixels.close();
  }

  async #cut(plan: Plan): Promise<PixelBlocks | null> {
    if (plan.kept.length === 0 || this.#ended) return null;
    const { blockSize } = this.#settings;
    const { timestamp, grid, kept } = plan;
    const pixels = await this.#pixels.blocks(timestamp, grid, blockSize, kept);
    if (pixels === null) this.#planner.keepWhole("gap");
    return pixels;
  }

  #fail(error: unknown): void {
    if (this.#failed || this.#ended) return;
    this.#failed = true;
    void this.#pixels.close();
    this.#host.onProblem(error instanceof Error ? error.message : String(error));
  }
}

function ignoredParts(areas: readonly CameraArea[]): Polygon[] {
  return areas.filter(({ kind }) => kind === "ignore").map(({ points }) => points);
}

/** A plan as pages are told it. */
export function watchFrame(camera: string, plan: Plan, at: number): WatchFrame {
  const { timestamp, grid, kept, whole } = plan;
  return {
    ...{ camera, at, timestamp, columns: grid.columns, rows: grid.rows, kept: kept.length, whole },
    mask: Buffer.from(planMask(plan)).toString("base64"),
  };
}
