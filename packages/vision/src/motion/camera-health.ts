/**
 * What happens to the camera itself: moved, covered, frozen, or its picture replaced by another one.
 *
 * A picture's look is known from its intra macroblocks (see structure.ts), so from every I picture, and from a P
 * picture in which an encoder gave up on prediction across most of the picture. How long something takes to be noticed
 * therefore depends on the camera: at once where the encoder answers with intra macroblocks, else with the next
 * keyframe. Events carry the time at which it happened.
 *
 * What cannot be known: changes slower than about a minute are taken for the day going by; a picture that is mostly
 * noise has no look to lose; a picture that never had noise cannot be told from a frozen one, and is never reported;
 * nor are streams without P or B pictures reported as frozen.
 */

import { type FrameSignal, MbKind, MbPartition } from "@symbion/codec";
import {
  type Comparison,
  compareStructure,
  emptyStructure,
  readStructure,
  type StructureMap,
} from "./structure.ts";
import type { CameraMotion, MotionEvent, MotionEventKind } from "./types.ts";

/** Times of a {@link CameraHealth}, in seconds of the stream. */
export type CameraHealthOptions = {
  /** How long nothing may change before the picture counts as frozen; default 5. */
  readonly frozenSeconds?: number;
  /** How long a cover or another picture has to stay before it is reported; default 1. */
  readonly settleSeconds?: number;
  /** How long the camera has to move before it is reported; default 0.3. */
  readonly movedSeconds?: number;
};

/** What {@link CameraHealth.update} takes of a frame. */
export type HealthInput = {
  readonly frame: FrameSignal;
  readonly camera: CameraMotion;
  /** 1 where a macroblock is dynamic, else 0. */
  readonly mask: Uint8Array;
  /** 1 where a macroblock is to be left out, a clock in the picture for example; null: none. */
  readonly ignored: Uint8Array | null;
};

/** Timestamps may step back by this much (pictures in decoding order); beyond it the stream began anew. */
const REORDER_SECONDS = 1;
/** A pause in the stream after which nothing is concluded from the time that has passed. */
const PAUSE_SECONDS = 5;
/** Intra macroblocks of so many seconds make up one look at the picture. */
const LOOK_SECONDS = 1;
/** Pause between two looks, apart from I pictures. */
const LOOK_INTERVAL = 0.25;
/** Share of the picture that has to be intra coded within a look; less shows that a cover is gone. */
const LOOK_SHARE = 0.75;
const UNCOVERED_SHARE = 0.5;
/** A burst: so much of the picture intra coded beyond the usual, within so many seconds. */
const BURST_SHARE = 0.5;
const BURST_SECONDS = 0.4;
/** Something may have happened in a P or B picture that costs so many times the usual ... */
const EFFORT = 6;
/** ... or has so much more than the usual share of intra macroblocks: this, and so many times the usual. */
const INTRA = [0.05, 3] as const;
/** Time constant in seconds with which the scene follows the day. */
const DAY_SECONDS = 60;
/** Time constant in seconds of what is usual. */
const USUAL_SECONDS = 20;
/** Seconds of P and B pictures after which it is known what is usual. */
const WARM_UP_SECONDS = 2;
/** Way that a camera's view has to go, back and forth counted, in shares of the picture. */
const MOVED_PATH = 0.05;
/** Time without motion after which a camera's movement has ended. */
const STILL_SECONDS = 1;
/** Usual share of changing macroblocks outside of motion below which a picture has no noise. */
const NOISELESS = 0.004;
/** Of the usual noise: a picture with more is alive, and this much may be left in a frozen one, on average. */
const ALIVE = 0.5;
const AT_REST = 0.15;
/** Of pictures with more macroblocks than this, every other column tells enough. */
const LARGE = 1600;
/** Seconds of rest that may be chance. */
const REST_SECONDS = 1;
/** Time constant in seconds with which it is forgotten that the picture has been at rest. */
const FORGET_SECONDS = 3600;
/** Seconds of noise to be seen before its absence means anything. */
const LEARN_SECONDS = 5;

type Episode = { readonly kind: MotionEventKind; readonly number: number; score: number };
type Verdict = "same" | "replaced" | "covered";

/** Watches over one stream. Feed it every frame, in display or decoding order. */
export class CameraHealth {
  readonly #number: () => number;
  readonly #frozenSeconds: number;
  readonly #settleSeconds: number;
  readonly #movedSeconds: number;

  #time = Number.NEGATIVE_INFINITY;
  /** Begin of the unbroken stream and its frames so far. */
  #began = 0;
  #frames = 0;
  #mbWidth = 0;
  #map: StructureMap = emptyStructure(0);
  /** What the scene looks like; empty until the first I picture. */
  #scene: Float32Array = new Float32Array(0);
  #sceneAt = 0;
  /** How well a look at the unchanged scene usually agrees with it. */
  #agreement = 0.9;
  /** Whether a look has agreed with the scene since the last cut. */
  #confirmed = true;

  /** Usual share of intra macroblocks in P and B pictures, and what went beyond it of late (decaying). */
  #usualIntra = 0;
  #excess = 0;
  /** The greatest intra share of late (decaying) and when it was. */
  #peak = 0;
  #peakAt = 0;
  #lastLook = Number.NEGATIVE_INFINITY;
  /** Usual cost of P and B pictures, and the seconds from which the usual is known. */
  #usualBits = 0;
  #usualSeconds = 0;
  /** The least usual P or B picture since the last I picture: from 1 on something may have happened in it. */
  #oddity = 1;
  #oddAt: number | null = null;
  /** What the last looks say has happened, but not yet for long enough. */
  #pending: { verdict: "replaced" | "covered"; at: number; since: number; score: number } | null =
    null;
  #covered: Episode | null = null;

  /** Beginning and last frame of the present movement; null: the camera stands. */
  #moving: { from: number; last: number; time: number; path: number } | null = null;
  #moved: Episode | null = null;
  /** End of a movement after which the scene has not been looked at yet. */
  #movedUntil: number | null = null;

  /** Usual share of macroblocks that change by noise; its samples in seconds. */
  #noise = 0;
  #noiseSeconds = 0;
  #afterKey = false;
  #lastAlive = Number.NEGATIVE_INFINITY;
  #restSince: number | null = null;
  /** Sum of changed shares and frames of the present rest, and the longest rest so far. */
  #restChanged = 0;
  #restFrames = 0;
  #longestRest = 0;
  #frozen: Episode | null = null;

  /** @param number hands out event numbers, each once within the stream */
  constructor(number: () => number, options: CameraHealthOptions = {}) {
    this.#number = number;
    this.#frozenSeconds = options.frozenSeconds ?? 5;
    this.#settleSeconds = options.settleSeconds ?? 1;
    this.#movedSeconds = options.movedSeconds ?? 0.3;
  }

  /** Whether the camera moves or its picture is lost, so that tracks and zones mean little. */
  get blind(): boolean {
    return this.#moved !== null || this.#covered !== null;
  }

  /** Takes a frame and returns what began, ended or happened. Damaged frames are passed over. */
  update(input: HealthInput): MotionEvent[] {
    const { frame } = input;
    const events: MotionEvent[] = [];
    const { timestamp } = frame;
    const resized = this.#map.detail.length !== frame.mbWidth * frame.mbHeight;
    const restarted = timestamp < this.#time - REORDER_SECONDS;
    if (resized || restarted || timestamp > this.#time + PAUSE_SECONDS) {
      events.push(...this.end());
      this.#pause();
      if (resized) this.#resize(frame);
      this.#time = timestamp;
      this.#began = timestamp;
      this.#frames = 0;
    }
    if (frame.damaged) return events;
    this.#time = Math.max(this.#time, timestamp);
    // In decoding order time stands still for some pictures and leaps for others: what is learned and what decays
    // goes by the mean interval.
    this.#frames++;
    const elapsed = this.#frames < 2 ? 0 : (this.#time - this.#began) / (this.#frames - 1);
    this.#watchMovement(input, elapsed, events);
    const { intra, changed, noise, bits } = count(input);
    // The picture after a keyframe mends what the keyframe was too coarse for.
    if (frame.type !== "I" && !this.#afterKey) {
      this.#watchRest(timestamp, elapsed, changed, noise, events);
    }
    this.#afterKey = frame.type === "I";
    this.#watchLook(input, elapsed, intra, bits, events);
    return events;
  }

  /** Ends what is open, now: the stream has ended. */
  end(): MotionEvent[] {
    const events: MotionEvent[] = [];
    this.#moved = this.#close(this.#moved, this.#moving?.last ?? this.#time, events);
    this.#covered = this.#close(this.#covered, this.#time, events);
    this.#frozen = this.#close(this.#frozen, this.#time, events);
    this.#moving = null;
    return events;
  }

  /** Forgets what depends on an unbroken stream, but not what the scene looks like. */
  #pause(): void {
    this.#pending = null;
    this.#lastAlive = Number.NEGATIVE_INFINITY;
    this.#restSince = null;
    this.#excess = 0;
    this.#peak = 0;
    this.#oddity = 1;
    this.#oddAt = null;
    this.#lastLook = Number.NEGATIVE_INFINITY;
    this.#movedUntil = null;
  }

  #resize(frame: FrameSignal): void {
    this.#mbWidth = frame.mbWidth;
    this.#map = emptyStructure(frame.mbWidth * frame.mbHeight);
    this.#scene = new Float32Array(0);
    this.#usualIntra = 0;
    this.#usualBits = 0;
    this.#usualSeconds = 0;
    this.#agreement = 0.9;
    this.#forgetNoise();
  }

  #open(kind: MotionEventKind, at: number, score: number, events: MotionEvent[]): Episode {
    const episode: Episode = { kind, number: this.#number(), score };
    events.push(event(kind, "begin", episode.number, at, score));
    return episode;
  }

  #close(episode: Episode | null, at: number, events: MotionEvent[]): null {
    if (episode !== null) {
      events.push(event(episode.kind, "end", episode.number, at, episode.score));
    }
    return null;
  }

  #watchMovement(input: HealthInput, elapsed: number, events: MotionEvent[]): void {
    const { camera, frame } = input;
    const { timestamp } = frame;
    if (camera.moving) {
      this.#moving ??= { from: timestamp, last: timestamp, time: 0, path: 0 };
      this.#moving.from = Math.min(this.#moving.from, timestamp);
      this.#moving.last = Math.max(this.#moving.last, timestamp);
      this.#moving.time += elapsed;
      const shift = Math.hypot(camera.x / frame.width, camera.y / frame.height);
      // Growth moves the picture's edges by half of it.
      const way = shift + Math.abs(camera.zoom) / 2;
      this.#moving.path += way;
      const score = Math.min(1, 20 * way);
      if (this.#moved !== null) this.#moved.score = Math.max(this.#moved.score, score);
      else if (
        this.#moving.time >= this.#movedSeconds &&
        this.#moving.path >= MOVED_PATH &&
        // In a picture without detail vectors lead anywhere.
        this.#covered === null &&
        this.#pending?.verdict !== "covered"
      ) {
        this.#moved = this.#open("camera-moved", this.#moving.from, score, events);
        this.#pending = null;
      }
    } else if (this.#moving !== null && this.#time - this.#moving.last >= STILL_SECONDS) {
      if (this.#moved !== null) {
        this.#movedUntil = this.#moving.last;
        this.#moved = this.#close(this.#moved, this.#moving.last, events);
        this.#forgetNoise();
      }
      this.#moving = null;
    }
  }

  /** Frozen or not, from a P or B picture's share of macroblocks that change, by motion or by noise. */
  #watchRest(
    timestamp: number,
    elapsed: number,
    changed: number,
    noise: number,
    events: MotionEvent[],
  ): void {
    if (changed > ALIVE * this.#noise) {
      this.#lastAlive = Math.max(this.#lastAlive, timestamp);
      if (this.#frozen !== null) {
        this.#restSince = null;
        this.#frozen = this.#close(this.#frozen, timestamp, events);
      } else if (this.#restSince !== null) {
        this.#longestRest = Math.max(this.#longestRest, timestamp - this.#restSince);
        this.#restSince = null;
      }
      this.#longestRest *= Math.exp(-elapsed / FORGET_SECONDS);
      this.#restChanged = 0;
      this.#restFrames = 0;
      this.#learnNoise(noise, elapsed);
      return;
    }
    // Reordered pictures: the rest begins behind the last picture in which something changed.
    this.#restSince ??= timestamp;
    if (this.#restSince <= this.#lastAlive) this.#restSince = timestamp;
    this.#restChanged += changed;
    this.#restFrames++;
    const rest = this.#time - this.#restSince;
    // B pictures show less noise than others: they belong to the mean, a rest does not.
    if (rest < REST_SECONDS) this.#learnNoise(noise, elapsed);
    if (
      this.#frozen === null &&
      this.#covered === null &&
      this.#noiseSeconds >= LEARN_SECONDS &&
      this.#noise >= NOISELESS &&
      rest >= Math.max(this.#frozenSeconds, 4 * this.#longestRest) &&
      this.#restChanged <= AT_REST * this.#noise * this.#restFrames
    ) {
      const score = Math.min(1, this.#noise / (4 * NOISELESS));
      this.#frozen = this.#open("camera-frozen", this.#restSince, score, events);
    }
  }

  /** A camera that moves shows no noise, only movement. */
  #learnNoise(noise: number, elapsed: number): void {
    if (this.#moving !== null) return;
    this.#noiseSeconds += elapsed;
    const weight = 1 - Math.exp(-elapsed / Math.min(USUAL_SECONDS, this.#noiseSeconds + 0.1));
    this.#noise += weight * (noise - this.#noise);
  }

  /** Another view has another noise. */
  #forgetNoise(): void {
    this.#noise = 0;
    this.#noiseSeconds = 0;
    this.#longestRest = 0;
  }

  #watchLook(
    input: HealthInput,
    elapsed: number,
    intra: number,
    bits: number,
    events: MotionEvent[],
  ): void {
    const { frame } = input;
    const { timestamp } = frame;
    if (intra > 0) readStructure(frame, this.#map);
    if (frame.type === "I") {
      this.#look(input, timestamp, events);
      return;
    }
    const known = this.#usualSeconds >= WARM_UP_SECONDS;
    const effort = this.#usualBits > 0 ? bits / (EFFORT * this.#usualBits) : 0;
    const oddity = Math.max(effort, intra / (INTRA[0] + INTRA[1] * this.#usualIntra));
    if (known && oddity > this.#oddity) {
      this.#oddity = oddity;
      this.#oddAt = timestamp;
    }
    const decay = Math.exp(-elapsed / BURST_SECONDS);
    this.#peak *= decay;
    if (intra > 1.1 * this.#peak) {
      this.#peak = intra;
      this.#peakAt = timestamp;
    }
    const beyond = intra - 1.5 * this.#usualIntra - 0.02;
    this.#excess = known ? this.#excess * decay + Math.max(0, beyond) : 0;
    // What is usual is learned fast at first.
    this.#usualSeconds += elapsed;
    const weight = 1 - Math.exp(-elapsed / Math.min(USUAL_SECONDS, this.#usualSeconds + 0.1));
    this.#usualBits += weight * (bits - this.#usualBits);
    this.#usualIntra += weight * (intra - this.#usualIntra);
    const enough = this.#covered === null ? BURST_SHARE : BURST_SHARE / 2;
    if (this.#excess >= enough && this.#time - this.#lastLook >= LOOK_INTERVAL) {
      this.#look(input, this.#time - LOOK_SECONDS, events);
    } else {
      this.#settle(events);
    }
  }

  /** Compares what was seen since `since` with the scene. */
  #look(input: HealthInput, since: number, events: MotionEvent[]): void {
    const { frame } = input;
    const { timestamp } = frame;
    this.#lastLook = this.#time;
    if (this.#scene.length === 0) {
      if (frame.type !== "I") return;
      this.#scene = this.#map.detail.slice();
      this.#sceneAt = this.#time;
      return;
    }
    const seen = compareStructure(this.#map, this.#scene, since, this.#mbWidth, input.ignored);
    const key = frame.type === "I";
    const at = this.#movedUntil ?? (key ? (this.#oddAt ?? timestamp) : this.#peakAt);
    if (key) {
      this.#oddity = 1;
      this.#oddAt = null;
    }
    if (seen.share < (this.#covered === null ? LOOK_SHARE : UNCOVERED_SHARE)) return;
    const verdict = this.#judge(seen, key);
    // While the camera moves every look differs; but vectors in a picture without detail may only seem to move.
    if (this.#moving !== null && verdict === "replaced") return;
    if (verdict === "same") {
      this.#confirmed = true;
      this.#pending = null;
      this.#movedUntil = null;
      this.#covered = this.#close(this.#covered, Math.min(at, this.#time), events);
      if (key && this.#moving === null) this.#follow(seen);
      return;
    }
    const score = Math.min(1, Math.max(0, 1 - Math.max(0, seen.correlation) * seen.slope));
    if (verdict === "covered" && this.#covered !== null) {
      this.#pending = null;
      this.#covered.score = Math.max(this.#covered.score, score);
    } else if (this.#pending === null) {
      this.#pending = { verdict, at, since: this.#time, score };
    } else {
      // Another picture stands; where P pictures stay full of intra macroblocks, something large passes by.
      if (verdict === "replaced" && !key) this.#pending.since = this.#time;
      this.#pending.verdict = verdict;
      this.#pending.score = score;
    }
    this.#settle(events);
  }

  /** What a look says. The thresholds are those at which streams of known content part, see the tests. */
  #judge(seen: Comparison, key: boolean): Verdict {
    const { correlation, slope, spread, mean, kept } = seen;
    if (this.#covered !== null) {
      // It takes more to be seen again than not to be lost.
      if (correlation >= 0.75 * this.#agreement && spread >= 0.75 && kept >= 0.5) return "same";
      return spread >= 0.8 && mean >= 0.9 ? "replaced" : "covered";
    }
    const flat = spread < 0.65 && (mean < 0.92 || spread < 0.45);
    if (flat && slope < 0.4 && correlation < 0.7 && kept <= 0.35) return "covered";
    // Intra macroblocks at a price of nothing show no other picture, only an encoder in distress.
    if (!key && mean < 0.5) return "same";
    // After a movement less is needed to say that it ended elsewhere.
    const moved = this.#movedUntil !== null;
    const limit = moved ? 0.75 * this.#agreement : Math.min(0.5, 0.6 * this.#agreement);
    return correlation < limit && kept <= (moved ? 0.6 : 0.3) ? "replaced" : "same";
  }

  /** Reports what the looks have said for long enough. */
  #settle(events: MotionEvent[]): void {
    if (this.#pending === null) return;
    if (this.#time - this.#pending.since < this.#settleSeconds) return;
    const { verdict, at, score } = this.#pending;
    this.#pending = null;
    this.#movedUntil = null;
    if (verdict === "covered") {
      this.#covered = this.#open("camera-covered", at, score, events);
      return;
    }
    this.#covered = this.#close(this.#covered, at, events);
    this.#scene = this.#map.detail.slice();
    this.#sceneAt = this.#time;
    if (!this.#confirmed) {
      // Nothing has agreed with the scene since it came: looks differ by themselves, as in strong noise.
      this.#agreement = Math.max(0.2, this.#agreement / 2);
      return;
    }
    events.push(event("scene-cut", "moment", this.#number(), at, score));
    this.#confirmed = false;
    this.#agreement = 0.9;
    this.#forgetNoise();
  }

  /** Lets the scene follow an I picture that shows it. */
  #follow(seen: Comparison): void {
    const weight = 1 - Math.exp(-(this.#time - this.#sceneAt) / DAY_SECONDS);
    this.#sceneAt = this.#time;
    for (let mb = 0; mb < this.#scene.length; mb++) {
      this.#scene[mb] += weight * (this.#map.detail[mb] - this.#scene[mb]);
    }
    this.#agreement += 0.2 * (Math.max(0.2, seen.correlation) - this.#agreement);
  }
}

/** Shares of a frame's macroblocks: intra; changed (intra or moving); the same outside of the mask; and bits spent. */
function count(input: HealthInput): {
  intra: number;
  changed: number;
  noise: number;
  bits: number;
} {
  const { frame, mask, ignored } = input;
  const { kind } = frame;
  const lists = frame.type === "B" ? 2 : 1;
  let intra = 0;
  let changed = 0;
  let noise = 0;
  let outside = 0;
  let counted = 0;
  let bits = 0;
  const step = kind.length > LARGE ? 2 : 1;
  for (let mb = 0; mb < kind.length; mb += step) {
    bits += frame.bits[mb];
    if (ignored !== null && ignored[mb] === 1) continue;
    counted++;
    const isIntra = kind[mb] < MbKind.Skip;
    const changes = isIntra || moves(frame, mb, lists);
    if (isIntra) intra++;
    if (changes) changed++;
    if (mask[mb] === 0) {
      outside++;
      if (changes) noise++;
    }
  }
  counted = Math.max(1, counted);
  // Where nearly everything moves, what is left says nothing about noise.
  const still = outside >= 0.25 * counted;
  return {
    intra: intra / counted,
    changed: changed / counted,
    noise: still ? noise / outside : 0,
    bits,
  };
}

/**
 * Whether any of an inter macroblock's quadrants moves by at least half a sample. A quarter is what encoders choose to
 * smooth a still picture.
 */
function moves({ mv, partition }: FrameSignal, mb: number, lists: number): boolean {
  // Vectors of lists that are not used are zero. The quadrants' first blocks are 0, 2, 8 and 10.
  const at = 32 * mb;
  const whole = partition[mb] === MbPartition.P16x16;
  for (let list = 0; list < lists; list++) {
    const vectors = mv[list];
    if (isMotion(vectors[at]) || isMotion(vectors[at + 1])) return true;
    if (whole) continue;
    if (isMotion(vectors[at + 4]) || isMotion(vectors[at + 5])) return true;
    if (isMotion(vectors[at + 16]) || isMotion(vectors[at + 17])) return true;
    if (isMotion(vectors[at + 20]) || isMotion(vectors[at + 21])) return true;
  }
  return false;
}

function isMotion(quarterSamples: number): boolean {
  return quarterSamples > 1 || quarterSamples < -1;
}

function event(
  kind: MotionEventKind,
  phase: MotionEvent["phase"],
  number: number,
  at: number,
  score: number,
): MotionEvent {
  return { kind, phase, number, at, area: null, track: null, score, direction: null };
}
