/**
 * From evidence to an answer: how sure it is that something moves, in the whole picture and in each zone, and the
 * events that follow from it.
 */

import { rasterise } from "./geometry.ts";
import type { Area, MotionEvent } from "./types.ts";

/**
 * Evidence below this is the noise of many macroblocks, not a trace of something: at least so much, and so many times
 * what six tenths of the picture do not reach, whatever that is: rain, gain, a lamp that flickers.
 */
const FLOOR = 0.05;
const FLOOR_FACTOR = 3;
const FLOOR_SHARE = 0.6;
/** Seconds in which the floor follows upwards (what passes close by fills the picture for a moment) and down. */
const FLOOR_RISE = 2;
const FLOOR_FALL = 0.5;
/** Evidence beyond this counts in full, what lies between by a fifth: noise rarely gets so far. */
const CLEAR = 0.25;
const UNCLEAR_SHARE = 0.2;
/** Evidence is counted in steps of 1/64. */
const STEPS = 64;
/** Seconds in which evidence behind a score falls to a third once its cause is gone. */
const RELEASE = 0.15;
/**
 * Macroblocks' worth of clear evidence (with a fifth of the rest) at which motion begins: so many times the cube root
 * of those that are watched, and at least so many.
 */
const NEEDED = 0.4;
const NEEDED_LEAST = 1.5;
/** Of what it takes to begin: how much keeps an event going, and what a frame by itself has to show clearly. */
const GO_ON = 0.4;
const TRACE = 0.2;
/** The score is a half where all evidence comes to so many times what it takes to begin. */
const TOTAL_FACTOR = 2;
/** A beginning may pause for so long before it counts as over. */
const PAUSE = 0.25;

/** Times of a {@link MotionDetector}, and how much has to move. */
export type DetectorOptions = {
  /** Seconds for which something has to move before it is reported. */
  readonly minimumSeconds: number;
  /** Seconds without motion after which an event has ended. */
  readonly holdSeconds: number;
  /** Hands out event numbers, each once within the stream. */
  readonly number: () => number;
};

/** When a frame is looked at, all in seconds. */
export type LookTime = {
  /** The frame's time. */
  readonly timestamp: number;
  /** The time up to which all frames have come. */
  readonly now: number;
  /** Seconds per frame. */
  readonly interval: number;
};

/** A frame's evidence, accumulated, and its guess alone; and what evidence has to exceed. */
type Look = LookTime & {
  readonly evidence: Float32Array;
  readonly guess: Float32Array;
  readonly floor: number;
  readonly mbWidth: number;
};

type Open = { readonly number: number; score: number };

/** Watches one part of the picture for motion. Frames may come in display or in decoding order. */
class Watch {
  readonly id: string | null;
  /** Macroblocks of the part; null: all. */
  readonly members: Int32Array | null;
  /** Macroblocks' worth of evidence, falling slowly; and the score that follows. */
  #level = 0;
  score = 0;
  #open: Open | null = null;
  /** Earliest frame of the present activity, its time above the beginning's score, and its latest frame. */
  #since = Number.POSITIVE_INFINITY;
  #time = 0;
  #last = Number.NEGATIVE_INFINITY;
  #peak = 0;

  /** Macroblocks' worth of evidence that it takes: more where more macroblocks add their noise. */
  readonly #needed: number;

  constructor(id: string | null, members: Int32Array | null, count: number, factor: number) {
    this.id = id;
    this.members = members;
    this.#needed = factor * Math.max(NEEDED_LEAST, NEEDED * Math.cbrt(count));
  }

  update(frame: Look, options: DetectorOptions, events: MotionEvent[]): void {
    const { timestamp, now, interval } = frame;
    const needed = this.#needed;
    const { all, clear } = tally(frame.evidence, this.members, frame);
    this.#level = Math.max(all, this.#level * Math.exp(-interval / RELEASE));
    this.score = this.#level / (this.#level + TOTAL_FACTOR * needed);
    const strength = clear + UNCLEAR_SHARE * all;
    // Accumulated evidence outlasts its cause: when something moved is told by what this frame alone says.
    const moves =
      strength >= GO_ON * needed && tally(frame.guess, this.members, frame).clear >= TRACE * needed;
    // In decoding order the next motion may come before all frames of the pause have.
    if (moves && timestamp - this.#last > options.holdSeconds) this.close(events);
    if (moves) {
      this.#since = Math.min(this.#since, timestamp);
      this.#last = Math.max(this.#last, timestamp);
      this.#peak = Math.max(this.#peak, this.score);
    }
    if (this.#open !== null) {
      this.#open.score = Math.max(this.#open.score, this.score);
      if (now - this.#last > options.holdSeconds) this.close(events);
      return;
    }
    if (moves && strength >= needed) this.#time += interval;
    if (this.#time >= options.minimumSeconds - interval / 2 && this.#time > 0) {
      this.#open = { number: options.number(), score: this.#peak };
      events.push(this.#event("begin", this.#open.number, this.#since, this.#peak));
    } else if (now - this.#last > PAUSE) {
      this.#forget();
    }
  }

  /** Lets time pass: nothing begins, and what is open ends after the usual time. */
  wait(now: number, interval: number, options: DetectorOptions, events: MotionEvent[]): void {
    const decay = Math.exp(-interval / RELEASE);
    this.#level *= decay;
    this.score *= decay;
    if (this.#open === null) this.#forget();
    else if (now - this.#last > options.holdSeconds) this.close(events);
  }

  close(events: MotionEvent[]): void {
    if (this.#open !== null) {
      events.push(this.#event("end", this.#open.number, this.#last, this.#open.score));
    }
    this.#open = null;
    this.#forget();
  }

  #forget(): void {
    this.#since = Number.POSITIVE_INFINITY;
    this.#last = Number.NEGATIVE_INFINITY;
    this.#time = 0;
    this.#peak = 0;
  }

  #event(phase: "begin" | "end", number: number, at: number, score: number): MotionEvent {
    return {
      kind: "motion",
      phase,
      number,
      at,
      area: this.id,
      track: null,
      score,
      direction: null,
    };
  }
}

/** Size of a picture. */
export type PictureSize = {
  readonly mbWidth: number;
  readonly mbHeight: number;
  readonly width: number;
  readonly height: number;
};

/** Scores and motion events of the whole picture and of its zones. */
export class MotionDetector {
  readonly #options: DetectorOptions;
  /** Of the evidence that it takes, by sensitivity. */
  readonly #factor: number;
  readonly #mbWidth: number;
  readonly #picture: Watch;
  #zones: Watch[] = [];
  readonly #histogram: Uint32Array = new Uint32Array(STEPS + 1);
  #common = 0;
  #floor = FLOOR;
  #seconds = 0;
  #areas = new Map<string, string>();

  /**
   * @param sensitivity 0 to 1: at 0.5 half of what it takes is some 6 macroblocks of a 720p picture that surely change
   * (4 of a 360p one); at 0 three times that, at 1 a third
   */
  constructor(size: PictureSize, sensitivity: number, options: DetectorOptions) {
    this.#options = options;
    this.#mbWidth = size.mbWidth;
    const count = size.mbWidth * size.mbHeight;
    this.#factor = 9 ** (0.5 - sensitivity);
    this.#picture = new Watch(null, null, count, this.#factor);
  }

  /** Score of the whole picture, 0 to 1. */
  get score(): number {
    return this.#picture.score;
  }

  /** Scores of the zones, in the order in which they were given. */
  get zones(): { readonly id: string; readonly score: number }[] {
    return this.#zones.map((zone) => ({ id: zone.id ?? "", score: zone.score }));
  }

  /** Replaces the zones (other areas are passed over); those that stay as they are go on. Ends of the others. */
  setAreas(areas: readonly Area[], size: PictureSize): MotionEvent[] {
    const events: MotionEvent[] = [];
    const old = new Map(this.#zones.map((zone) => [zone.id, zone]));
    const known = this.#areas;
    this.#areas = new Map();
    this.#zones = [];
    for (const area of areas) {
      if (area.kind !== "zone") continue;
      const text = JSON.stringify(area.points);
      this.#areas.set(area.id, text);
      const same = known.get(area.id) === text ? old.get(area.id) : undefined;
      if (same !== undefined) old.delete(area.id);
      const members = membersOf(area, size);
      this.#zones.push(same ?? new Watch(area.id, members, members.length, this.#factor));
    }
    for (const zone of old.values()) zone.close(events);
    return events;
  }

  /** Looks at a frame's evidence, after {@link findFloor}. */
  update(evidence: Float32Array, guess: Float32Array, time: LookTime, events: MotionEvent[]): void {
    const frame = { ...time, evidence, guess, floor: this.#floor, mbWidth: this.#mbWidth };
    this.#picture.update(frame, this.#options, events);
    for (const zone of this.#zones) zone.update(frame, this.#options, events);
  }

  /** Takes the evidence and returns what has to be exceeded, given what most of the picture shows. */
  findFloor(evidence: Float32Array, interval: number): number {
    const histogram = this.#histogram.fill(0);
    for (let mb = 0; mb < evidence.length; mb++) histogram[(STEPS * evidence[mb]) | 0]++;
    let step = 0;
    for (let below = histogram[0]; below < FLOOR_SHARE * evidence.length; )
      below += histogram[++step];
    const common = step / STEPS;
    this.#seconds += interval;
    const time = common > this.#common ? Math.min(FLOOR_RISE, this.#seconds) : FLOOR_FALL;
    this.#common += (1 - Math.exp(-interval / time)) * (common - this.#common);
    this.#floor = Math.max(FLOOR, FLOOR_FACTOR * this.#common);
    return this.#floor;
  }

  /** Lets time pass without looking: the camera moves or is covered, so that evidence means little. */
  wait(now: number, interval: number, events: MotionEvent[]): void {
    this.#picture.wait(now, interval, this.#options, events);
    for (const zone of this.#zones) zone.wait(now, interval, this.#options, events);
  }

  /** Ends what is open. */
  end(): MotionEvent[] {
    const events: MotionEvent[] = [];
    this.#picture.close(events);
    for (const zone of this.#zones) zone.close(events);
    return events;
  }
}

function membersOf(area: Area, { mbWidth, mbHeight, width, height }: PictureSize): Int32Array {
  const mask = rasterise(area.points, mbWidth, mbHeight, width, height);
  return Int32Array.from(Array.from(mask.keys()).filter((mb) => mask[mb] === 1));
}

/** Sums of {@link tally}, used again by every call. */
const tallied = { all: 0, clear: 0 };

/**
 * Sums evidence, in macroblocks: all beyond the floor, and what is clear. Clear evidence that stands alone does not
 * count: drops of rain and noise come one by one, things cover more than one macroblock.
 */
function tally(
  evidence: Float32Array,
  members: Int32Array | null,
  { floor, mbWidth }: Look,
): { readonly all: number; readonly clear: number } {
  tallied.all = 0;
  tallied.clear = 0;
  const clear = Math.max(CLEAR, floor);
  const count = members === null ? evidence.length : members.length;
  for (let at = 0; at < count; at++) {
    const mb = members === null ? at : members[at];
    const value = evidence[mb];
    if (value <= floor) continue;
    tallied.all += value - floor;
    if (value > clear && accompanied(evidence, mb, clear, mbWidth)) tallied.clear += value - clear;
  }
  return tallied;
}

/** Whether one of the eight neighbours exceeds the floor too. */
function accompanied(evidence: Float32Array, mb: number, floor: number, mbWidth: number): boolean {
  const column = mb % mbWidth;
  const left = column > 0 ? 1 : 0;
  const right = column < mbWidth - 1 ? 1 : 0;
  for (let row = mb - mbWidth; row <= mb + mbWidth; row += mbWidth) {
    if (row < 0 || row >= evidence.length) continue;
    if (left === 1 && evidence[row - 1] > floor) return true;
    if (right === 1 && evidence[row + 1] > floor) return true;
    if (row !== mb && evidence[row] > floor) return true;
  }
  return false;
}
