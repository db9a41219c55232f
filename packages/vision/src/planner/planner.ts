/**
 * The planner: watches the codec signals of every native frame and says, for each sampled picture, which blocks the
 * model has to see again. Work and memory are proportional to the number of macroblocks; nothing of a frame is kept but
 * one number per block.
 */

import type { FrameSignal } from "@symbion/codec";
import { expected, type WholeReason } from "@symbion/core";
import { StreamClock } from "../motion/clock.ts";
import type { CameraMotion, Point } from "../motion/types.ts";
import { Cause, Change } from "./change.ts";
import { type Grid, overlap, type Span } from "./grid.ts";
import { type Hidden, hide } from "./hidden.ts";
import { checkPolicy, type Policy } from "./policy.ts";

/** Shortest sampling interval that is told apart from every frame, relative: timestamps are rounded. */
const SLACK = 1e-3;

/** What is kept of one sampled picture, and why. */
export type Plan = {
  /** Counts sampled pictures from 0. */
  readonly index: number;
  /** Presentation time in seconds. */
  readonly timestamp: number;
  /** The grid that blocks are numbered on: row by row, from the top left. */
  readonly grid: Grid;
  /** Why the picture is kept whole; `none`: it is not. */
  readonly whole: WholeReason;
  /** Blocks to be shown to the model, ascending. */
  readonly kept: Int32Array;
  /** A {@link Cause} per kept block. */
  readonly causes: Uint8Array;
  /** How strongly each kept block has changed since it was last kept; 1 is the threshold. */
  readonly strengths: Float32Array;
  /** Blocks that have changed, kept or not. */
  readonly changed: number;
  /** Blocks kept because they were not for too long. */
  readonly stale: number;
  /** Blocks that have changed and are left out for the budget; they come first next time. */
  readonly dropped: number;
  /** Native frames since the sampled picture before, this one included. */
  readonly frames: number;
  /** Motion of the camera in this frame. */
  readonly camera: CameraMotion;
};

/** What a {@link Planner} is told once: policy, sampling rate, grid. */
export type PlannerOptions = {
  /** What is kept. */
  readonly policy: Policy;
  /** Sampled pictures per second; native frames that come more slowly are all sampled. */
  readonly fps: number;
  /** The grid for pictures of a size in luma samples. */
  readonly grid: (width: number, height: number) => Grid;
  /** Parts of the picture in which nothing counts as change; see {@link Planner.ignored}. Default: none. */
  readonly ignored?: readonly Polygon[] | undefined;
};

/** Corners as shares of the picture's width and height from the top left, at least 3. */
export type Polygon = readonly Point[];

/** Everything that depends on the picture's size. */
type Scene = {
  readonly width: number;
  readonly height: number;
  readonly mbWidth: number;
  readonly mbHeight: number;
  readonly grid: Grid;
  readonly across: Span;
  readonly down: Span;
  change: Change;
  /** What lies in ignored parts, or null. */
  hidden: Hidden | null;
  /** Per block: greatest strength since it was kept (or the picture was whole), its cause, and when it was kept. */
  readonly peaks: Float32Array;
  readonly causes: Uint8Array;
  readonly keptAt: Float64Array;
};

/** Follows one camera's signals. Feed it every frame, in display or in decoding order. */
export class Planner {
  readonly #fps: number;
  readonly #gridOf: (width: number, height: number) => Grid;
  readonly #clock = new StreamClock();
  #policy: Policy;
  #ignored: readonly Polygon[];
  #scene: Scene | null = null;
  #index = 0;
  #frames = 0;
  /** Frames since the last sampled picture that say something about change. */
  #telling = 0;
  #latest = Number.NEGATIVE_INFINITY;
  #next = Number.NEGATIVE_INFINITY;
  #wholeAt = Number.NEGATIVE_INFINITY;
  /** Why the next sampled picture is kept whole. */
  #pending: WholeReason = "first";
  #cameraMoved = false;
  /** How far the camera has moved the picture since it was last whole, in luma samples. */
  #offsetX = 0;
  #offsetY = 0;
  #growth = 0;
  /** Frames since the last I picture, and the most there have been between two. */
  #sinceKey = 0;
  #longestGroup = 0;

  /** @throws {UsageError} for a policy or sampling rate that cannot be used. */
  constructor(options: PlannerOptions) {
    if (!(options.fps > 0 && options.fps <= 240)) {
      throw expected("sampled pictures per second, above 0 to 240", options.fps, "fps");
    }
    this.#policy = checkPolicy(options.policy);
    this.#fps = options.fps;
    this.#gridOf = options.grid;
    this.#ignored = options.ignored ?? [];
  }

  /**
   * Parts of the picture in which nothing counts as change. A block that lies in them is kept with a whole picture or
   * when it grows too old, and for nothing else.
   */
  get ignored(): readonly Polygon[] {
    return this.#ignored;
  }

  set ignored(polygons: readonly Polygon[]) {
    this.#ignored = polygons;
    const scene = this.#scene;
    if (scene === null) return;
    scene.hidden = hide(polygons, scene);
    // What has gathered there no longer counts.
    scene.hidden?.blocks.forEach((hidden, block) => {
      if (hidden === 1) scene.peaks[block] = 0;
    });
  }

  /** What is kept from now on. The next sampled picture is kept whole: what is remembered was chosen otherwise. */
  get policy(): Policy {
    return this.#policy;
  }

  set policy(policy: Policy) {
    this.#policy = checkPolicy(policy);
    const scene = this.#scene;
    if (scene !== null) scene.change = new Change(scene.mbWidth, scene.mbHeight, policy);
    this.keepWhole("drift");
  }

  /** Has the next sampled picture kept whole, whatever has changed. */
  keepWhole(reason: Exclude<WholeReason, "none" | "policy">): void {
    if (this.#pending === "none") this.#pending = reason;
  }

  /** Takes the next native frame. Returns a plan where it is a sampled picture, else null. */
  push(frame: FrameSignal): Plan | null {
    if (this.#clock.advance(frame.timestamp) === "break") this.#break();
    const scene = this.#sceneOf(frame);
    this.#frames++;
    this.#follow(frame, scene);
    // In decoding order pictures that are shown earlier come later: what they say is already in the newest one.
    if (frame.timestamp <= this.#latest) return null;
    this.#latest = frame.timestamp;
    if (frame.timestamp < this.#next) return null;
    const step = 1 / this.#fps;
    // Sampling times lie on a grid, so that the rate holds; after a gap the grid begins anew.
    const late = frame.timestamp - this.#next;
    this.#next =
      (late < step ? this.#next + step : frame.timestamp + step) - Math.min(step * SLACK, SLACK);
    return this.#plan(frame.timestamp, scene);
  }

  #break(): void {
    this.#scene?.change.clear();
    this.#latest = Number.NEGATIVE_INFINITY;
    this.#next = Number.NEGATIVE_INFINITY;
    this.#wholeAt = Number.NEGATIVE_INFINITY;
    this.#scene?.keptAt.fill(Number.NEGATIVE_INFINITY);
    this.keepWhole("gap");
  }

  #sceneOf(frame: FrameSignal): Scene {
    const { width, height, mbWidth, mbHeight } = frame;
    const old = this.#scene;
    if (
      old !== null &&
      old.width === width &&
      old.height === height &&
      old.mbWidth === mbWidth &&
      old.mbHeight === mbHeight
    ) {
      return old;
    }
    const grid = this.#gridOf(width, height);
    const count = grid.columns * grid.rows;
    const size = { width, height, mbWidth, mbHeight, grid };
    const scene: Scene = {
      ...size,
      hidden: hide(this.#ignored, size),
      across: overlap(mbWidth, width, grid.columns),
      down: overlap(mbHeight, height, grid.rows),
      change: new Change(mbWidth, mbHeight, this.#policy),
      peaks: new Float32Array(count),
      causes: new Uint8Array(count),
      keptAt: new Float64Array(count).fill(Number.NEGATIVE_INFINITY),
    };
    this.#scene = scene;
    this.#pending = "first";
    return scene;
  }

  /** Adds what one frame says to what its blocks have gathered. */
  #follow(frame: FrameSignal, scene: Scene): void {
    const { whole, keep } = this.#policy;
    if (keep === "all") return;
    const { change } = scene;
    change.update(frame, this.#clock.interval);
    if (change.said) this.#telling++;
    this.#gather(scene);
    if (frame.type === "I") this.#keyframe();
    else {
      this.#sinceKey++;
      if (whole.cuts && change.cut) this.keepWhole("scene-cut");
    }
    const { camera } = change;
    if (whole.movingCamera && camera.moving) this.#cameraMoved = true;
    if (change.said && whole.offset !== null) this.#shift(camera, frame, whole.offset);
  }

  #keyframe(): void {
    const { whole } = this.#policy;
    if (whole.keyframes) this.keepWhole("keyframe");
    // An encoder puts an I picture before its time where the picture is another one.
    const early = this.#sinceKey < this.#longestGroup;
    if (whole.cuts && early) this.keepWhole("scene-cut");
    this.#longestGroup = Math.max(this.#longestGroup, this.#sinceKey);
    this.#sinceKey = 0;
  }

  #shift(camera: CameraMotion, frame: FrameSignal, most: number): void {
    this.#offsetX += camera.x;
    this.#offsetY += camera.y;
    this.#growth += camera.zoom;
    const edge = (Math.abs(this.#growth) * Math.max(frame.width, frame.height)) / 2;
    if (Math.hypot(this.#offsetX, this.#offsetY) + edge >= most) this.keepWhole("drift");
  }

  /** Greatest strength of the macroblocks that overlap each block, ignored ones left out. */
  #gather({ mbWidth, grid, across, down, change, hidden, peaks, causes }: Scene): void {
    const { strengths, causes: why, raised, count } = change;
    for (let at = 0; at < count; at++) {
      const mb = raised[at];
      if (hidden !== null && hidden.macroblocks[mb] === 1) continue;
      const strength = strengths[mb];
      const row = Math.floor(mb / mbWidth);
      const column = mb - row * mbWidth;
      const bottom = down.last[row];
      const right = across.last[column];
      for (let y = down.first[row]; y <= bottom; y++) {
        for (let x = across.first[column]; x <= right; x++) {
          const block = y * grid.columns + x;
          if (strength <= peaks[block]) continue;
          if (hidden !== null && hidden.blocks[block] === 1) continue;
          peaks[block] = strength;
          causes[block] = why[mb];
        }
      }
    }
  }

  #plan(timestamp: number, scene: Scene): Plan {
    const { grid, peaks, causes, keptAt, change } = scene;
    const count = peaks.length;
    let changed = 0;
    for (let block = 0; block < count; block++) if (peaks[block] >= 1) changed++;
    const whole = this.#wholeReason(timestamp, changed, count);
    const chosen = new Uint8Array(count);
    let stale = 0;
    let dropped = 0;
    if (whole !== "none") {
      chosen.fill(Cause.Whole);
    } else {
      const bound = (this.#policy.stalenessSeconds ?? Number.POSITIVE_INFINITY) * change.factor;
      for (let block = 0; block < count; block++) {
        if (timestamp - keptAt[block] <= bound) continue;
        chosen[block] = Cause.Stale;
        stale++;
      }
      dropped = this.#choose(scene, chosen);
    }
    const kept: number[] = [];
    for (let block = 0; block < count; block++) if (chosen[block] !== Cause.None) kept.push(block);
    const plan: Plan = {
      index: this.#index++,
      timestamp,
      grid,
      whole,
      kept: Int32Array.from(kept),
      causes: Uint8Array.from(kept, (block) => chosen[block]),
      strengths: Float32Array.from(kept, (block) => peaks[block]),
      changed,
      stale,
      dropped,
      frames: this.#frames,
      camera: change.camera,
    };
    const forget = whole !== "none" || this.#policy.since === "kept";
    for (const block of kept) {
      keptAt[block] = timestamp;
      if (!forget) continue;
      peaks[block] = 0;
      causes[block] = Cause.None;
    }
    if (whole !== "none") this.#wasWhole(timestamp);
    this.#frames = 0;
    this.#telling = 0;
    this.#cameraMoved = false;
    return plan;
  }

  #wholeReason(timestamp: number, changed: number, count: number): WholeReason {
    const { keep, threshold, whole, budget } = this.#policy;
    if (keep === "all" || threshold === 0) return "policy";
    if (this.#pending !== "none") return this.#pending;
    const since = timestamp - this.#wholeAt;
    if (whole.everySeconds !== null && since >= whole.everySeconds - SLACK) return "schedule";
    if (this.#cameraMoved) return "moving-camera";
    if (this.#telling === 0) return "blind";
    if (whole.crowded !== null && budget === null && changed >= whole.crowded * count) {
      return "crowded";
    }
    return "none";
  }

  /** Adds the blocks that have changed, strongest first, up to the budget. Returns how many are left out. */
  #choose({ peaks, causes, keptAt }: Scene, chosen: Uint8Array): number {
    const { budget } = this.#policy;
    const changed: number[] = [];
    for (let block = 0; block < peaks.length; block++) {
      if (peaks[block] >= 1 && chosen[block] === Cause.None) changed.push(block);
    }
    if (budget !== null && changed.length > budget) {
      changed.sort((a, b) => peaks[b] - peaks[a] || keptAt[a] - keptAt[b] || a - b);
    }
    const most = Math.min(changed.length, budget ?? changed.length);
    for (const block of changed.slice(0, most)) chosen[block] = causes[block];
    return changed.length - most;
  }

  #wasWhole(timestamp: number): void {
    this.#pending = "none";
    this.#wholeAt = timestamp;
    this.#offsetX = 0;
    this.#offsetY = 0;
    this.#growth = 0;
  }
}
