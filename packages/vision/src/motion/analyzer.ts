/** Motion understanding of one camera: from a frame's codec signals to mask, regions, tracks and events. */

import type { FrameSignal } from "@symbion/codec";
import { AreaWatch, ignoreMask } from "./areas.ts";
import { CameraHealth } from "./camera-health.ts";
import { CameraEstimator } from "./camera-motion.ts";
import { checkAreas } from "./check-areas.ts";
import { StreamClock } from "./clock.ts";
import { MotionDetector } from "./detector.ts";
import { Evidence } from "./evidence.ts";
import { Observation, observe, removeCamera } from "./observation.ts";
import { type CheckedOptions, checkOptions, type MotionOptions } from "./options.ts";
import { findRegions } from "./regions.ts";
import { Tracker } from "./tracks.ts";
import type { Area, CameraMotion, MotionEvent, MotionFrame } from "./types.ts";

/** Evidence from which a macroblock is dynamic, at sensitivity 0.5; 0.2 less at 1, more at 0. */
const DYNAMIC = 0.4;
const DYNAMIC_SPAN = 0.4;
/** Beyond this share of intra macroblocks a frame says nothing about the camera's motion. */
const MOSTLY_INTRA = 0.75;

const STILL: CameraMotion = { x: 0, y: 0, zoom: 0, moving: false };

/** Everything that depends on the picture's size. */
type Scene = {
  readonly mbWidth: number;
  readonly mbHeight: number;
  readonly width: number;
  readonly height: number;
  readonly planes: Observation;
  readonly evidence: Evidence;
  readonly detector: MotionDetector;
  /** Quarter samples per frame, known where the mask is 1. */
  readonly velocity: Float32Array;
  readonly mask: Uint8Array;
  /** Evidence and the frame's own guess with what is ignored set to 0. */
  readonly shown: Float32Array;
  readonly fresh: Float32Array;
  ignored: Uint8Array | null;
};

/**
 * Follows one camera. Feed it every frame of the stream, in display order or in decoding order (less delay).
 *
 * Foreign streams never make it throw: damaged frames are used as far as they go, and a new picture size begins anew.
 */
export class MotionAnalyzer {
  readonly #options: CheckedOptions;
  readonly #clock: StreamClock = new StreamClock();
  readonly #estimator: CameraEstimator = new CameraEstimator();
  readonly #tracker: Tracker = new Tracker();
  readonly #watch: AreaWatch;
  readonly #health: CameraHealth;
  readonly #number: () => number;
  #areas: readonly Area[];
  #scene: Scene | null = null;
  #camera: CameraMotion = STILL;
  /** Events of changes between frames, reported with the next one. */
  #waiting: MotionEvent[] = [];

  /** Throws `UsageError` for unknown options and values out of range. */
  constructor(options: MotionOptions = {}) {
    this.#options = checkOptions(options);
    this.#areas = this.#options.areas;
    let numbers = 0;
    this.#number = () => ++numbers;
    this.#watch = new AreaWatch(this.#areas, this.#number);
    this.#health = new CameraHealth(this.#number, { frozenSeconds: this.#options.frozenSeconds });
  }

  /**
   * Replaces zones, lines and ignored parts while running. Areas that stay as they are keep their events open; the
   * ends of the others come with the next frame. Throws `UsageError` for malformed areas and keeps the old ones.
   */
  setAreas(areas: readonly Area[]): void {
    this.#areas = checkAreas(areas);
    this.#waiting.push(...this.#watch.setAreas(this.#areas));
    if (this.#scene === null) return;
    this.#waiting.push(...this.#scene.detector.setAreas(this.#areas, this.#scene));
    this.#scene.ignored = ignored(this.#areas, this.#scene);
  }

  /** Takes the next frame. What it returns belongs to the analyzer and is valid until the next call. */
  push(frame: FrameSignal): MotionFrame {
    const events = this.#waiting;
    this.#waiting = [];
    const scene = this.#sceneOf(frame, events);
    const { planes, evidence, detector } = scene;
    const { timestamp } = frame;
    if (this.#clock.advance(timestamp) === "break") {
      evidence.clear();
      events.push(...detector.end());
      this.#camera = STILL;
    }
    const { settled, interval } = this.#clock;
    observe(frame, planes);
    if (planes.intras < MOSTLY_INTRA * frame.kind.length) {
      this.#camera = this.#estimator.estimate(planes);
    }
    const camera = this.#camera;
    removeCamera(planes, camera);
    const speed = camera.moving ? Math.hypot(camera.x, camera.y) : 0;
    evidence.update(planes, frame.type, interval, camera.moving ? Math.max(0.5, speed) : 0);
    const dynamic = this.#drawMask(scene, interval);
    const { mask } = scene;
    const health = this.#health.update({ frame, camera, mask, ignored: scene.ignored });
    events.push(...health);
    if (health.some((event) => event.kind === "scene-cut")) this.#startOver(scene, events);
    else if (!camera.moving) {
      detector.update(scene.shown, scene.fresh, { timestamp, now: settled, interval }, events);
    } else {
      detector.wait(settled, interval, events);
    }
    const regions = findRegions({
      ...{ mask, evidence: scene.shown, velocity: scene.velocity, kind: frame.kind, interval },
      ...{ mbWidth: scene.mbWidth, mbHeight: scene.mbHeight },
      ...{ width: scene.width, height: scene.height },
    });
    const tracker = this.#tracker;
    const found = this.#watch.update({
      timestamp,
      tracks: tracker.update(timestamp, regions),
      score: detector.score,
      trail: (id) => tracker.trail(id),
    });
    events.push(...found.events);
    return {
      timestamp,
      mbWidth: scene.mbWidth,
      mbHeight: scene.mbHeight,
      camera,
      evidence: scene.shown,
      mask,
      activity: dynamic / mask.length,
      score: detector.score,
      zones: detector.zones,
      regions,
      tracks: found.tracks,
      events,
    };
  }

  /** Ends what is open: the stream has ended. A frame may follow; it begins a new stream with the same areas. */
  end(): MotionEvent[] {
    const events = this.#waiting;
    this.#waiting = [];
    if (this.#scene !== null) events.push(...this.#scene.detector.end());
    events.push(...this.#watch.end(), ...this.#health.end());
    this.#tracker.clear();
    return events;
  }

  #sceneOf(frame: FrameSignal, events: MotionEvent[]): Scene {
    const { mbWidth, mbHeight, width, height } = frame;
    const old = this.#scene;
    if (
      old !== null &&
      old.mbWidth === mbWidth &&
      old.mbHeight === mbHeight &&
      old.width === width &&
      old.height === height
    ) {
      return old;
    }
    if (old !== null) this.#startOver(old, events);
    const count = mbWidth * mbHeight;
    const size = { mbWidth, mbHeight, width, height };
    const { sensitivity, minimumSeconds, holdSeconds } = this.#options;
    const scene: Scene = {
      ...size,
      planes: new Observation(mbWidth, mbHeight),
      evidence: new Evidence(mbWidth, mbHeight),
      detector: new MotionDetector(size, sensitivity, {
        minimumSeconds,
        holdSeconds,
        number: this.#number,
      }),
      velocity: new Float32Array(2 * count),
      mask: new Uint8Array(count),
      shown: new Float32Array(count),
      fresh: new Float32Array(count),
      ignored: ignored(this.#areas, size),
    };
    scene.detector.setAreas(this.#areas, size);
    this.#camera = STILL;
    this.#scene = scene;
    return scene;
  }

  /** Another picture: what was seen in the old one has ended. */
  #startOver(scene: Scene, events: MotionEvent[]): void {
    scene.evidence.clear();
    scene.mask.fill(0);
    scene.shown.fill(0);
    events.push(...scene.detector.end(), ...this.#watch.end());
    this.#tracker.clear();
  }

  /** Thresholds the evidence where it is not ignored, with the motion of what is left. Returns how many are dynamic. */
  #drawMask(scene: Scene, interval: number): number {
    const { planes, evidence, mask, shown, fresh, velocity, mbWidth, mbHeight } = scene;
    shown.set(evidence.values);
    fresh.set(evidence.guess);
    if (scene.ignored !== null) {
      for (let mb = 0; mb < shown.length; mb++) {
        if (scene.ignored[mb] === 0) continue;
        shown[mb] = 0;
        fresh[mb] = 0;
      }
    }
    const least = DYNAMIC + DYNAMIC_SPAN * (0.5 - this.#options.sensitivity);
    const threshold = Math.max(least, scene.detector.findFloor(shown, interval));
    let dynamic = 0;
    for (let row = 0, mb = 0; row < mbHeight; row++) {
      const shift = (row + 1) * planes.stride + 1 - mb;
      for (const end = mb + mbWidth; mb < end; mb++) {
        if (shown[mb] < threshold) {
          mask[mb] = 0;
          continue;
        }
        mask[mb] = 1;
        dynamic++;
        velocity[2 * mb] = 4 * planes.x[mb + shift];
        velocity[2 * mb + 1] = 4 * planes.y[mb + shift];
      }
    }
    return dynamic;
  }
}

function ignored(
  areas: readonly Area[],
  size: {
    readonly mbWidth: number;
    readonly mbHeight: number;
    readonly width: number;
    readonly height: number;
  },
): Uint8Array | null {
  return ignoreMask(areas, size.mbWidth, size.mbHeight, size.width, size.height);
}
