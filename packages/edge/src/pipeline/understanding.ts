/** One camera's motion understanding: what its analyzer reports becomes insights with times and sentences. */

import type { FrameSignal } from "@symbion/codec";
import type { CameraArea, Insight, TrackBox } from "@symbion/core";
import {
  type Area,
  MotionAnalyzer,
  type MotionEvent,
  type MotionFrame,
} from "@symbion/vision/motion";
import type { CameraConfig } from "../config/types.ts";
import { sortableId } from "../ids.ts";
import type { StreamClock } from "./stream-clock.ts";

/** The configuration's area as the analyzer takes it. */
function areaOf({ id, kind, points, dwellSeconds, direction }: CameraArea): Area {
  return {
    id,
    kind,
    points,
    ...(kind === "line" ? { direction } : {}),
    ...(kind === "zone" && dwellSeconds !== null ? { dwellSeconds } : {}),
  };
}

/** Understands one opening of a camera's source. */
export class Understanding {
  readonly #source: string;
  readonly #analyzer: MotionAnalyzer;
  readonly #clock: StreamClock;
  readonly #onInsight: (insight: Insight) => void;
  readonly #open = new Map<number, Insight>();
  #areas: readonly CameraArea[];

  /** `onInsight` is called at the beginning and again at the end of each; throws where `camera.motion` is null. */
  constructor(camera: CameraConfig, clock: StreamClock, onInsight: (insight: Insight) => void) {
    if (camera.motion === null) {
      throw new Error(`${camera.id}: expected motion to be understood, got a camera without`);
    }
    this.#source = camera.id;
    this.#areas = camera.areas;
    this.#clock = clock;
    this.#onInsight = onInsight;
    this.#analyzer = new MotionAnalyzer({
      areas: camera.areas.map(areaOf),
      sensitivity: camera.motion.sensitivity,
    });
  }

  /** Takes a frame; the result's arrays are valid until the next one. */
  frame(signal: FrameSignal): MotionFrame {
    const frame = this.#analyzer.push(signal);
    for (const event of frame.events) this.#report(event);
    return frame;
  }

  /** Areas that were drawn or changed while the camera runs. */
  setAreas(areas: readonly CameraArea[]): void {
    this.#areas = areas;
    this.#analyzer.setAreas(areas.map(areaOf));
  }

  /** Ends whatever goes on. */
  end(): void {
    for (const event of this.#analyzer.end()) this.#report(event);
    const now = Date.now();
    for (const insight of this.#open.values()) {
      this.#onInsight({ ...insight, to: Math.max(insight.from, now) });
    }
    this.#open.clear();
  }

  #report(event: MotionEvent): void {
    const at = this.#clock.at(event.at);
    const begun = this.#open.get(event.number);
    if (event.phase === "end") {
      if (begun === undefined) return;
      this.#open.delete(event.number);
      const score = Math.max(begun.score, event.score);
      this.#onInsight({ ...begun, to: Math.max(begun.from, at), score });
      return;
    }
    const insight: Insight = {
      id: sortableId(at),
      source: this.#source,
      kind: event.kind,
      from: at,
      to: event.phase === "moment" ? at : null,
      area: event.area,
      track: event.track,
      score: event.score,
      direction: event.direction,
      text: this.#sentence(event),
    };
    if (event.phase === "begin") this.#open.set(event.number, insight);
    this.#onInsight(insight);
  }

  #sentence({ kind, area, direction }: MotionEvent): string {
    const known = this.#areas.find(({ id }) => id === area);
    const name = known?.name ?? area ?? "";
    switch (kind) {
      case "motion":
        return area === null ? "Motion in the picture" : `Motion in ${name}`;
      case "dwell":
        return `Something that moved has stayed in ${name} for ${known?.dwellSeconds ?? 0} s`;
      case "line-crossing":
        return `Something crossed ${name}${direction === null ? "" : ` to the ${direction}`}`;
      case "scene-cut":
        return "The picture was replaced by another one";
      case "camera-moved":
        return "The camera itself moves";
      case "camera-covered":
        return "The picture lost its detail: covered, dark or out of focus";
      case "camera-frozen":
        return "Frames arrive, but nothing in them changes, not even noise";
    }
  }
}

/** Tracks as they go to a page. */
export function trackBoxes(frame: MotionFrame): TrackBox[] {
  return frame.tracks.map(({ id, x, y, width, height, velocity, zones }) => ({
    id,
    x: round(x),
    y: round(y),
    width: round(width),
    height: round(height),
    velocity: [round(velocity[0]), round(velocity[1])],
    zones,
  }));
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

/** A mask as bits, macroblock 0 in the lowest bit of the first byte. */
export function packMask(mask: Uint8Array): Uint8Array {
  const bits = new Uint8Array(Math.ceil(mask.length / 8));
  for (let mb = 0; mb < mask.length; mb++) {
    if (mask[mb] === 1) bits[mb >> 3] = (bits[mb >> 3] as number) | (1 << (mb & 7));
  }
  return bits;
}
