/** Change of the body's arousal against the person's own past. Never the name of a feeling, and "unknown" is an answer. */

import { expected } from "@symbion/core";
import type { Sensor } from "../consent/types.ts";
import {
  Baseline,
  CALIBRATION_WINDOWS,
  HEART_FLOORS,
  HEART_RATES,
  heartFeatures,
  SKIN_FLOORS,
  STEP_SECONDS,
  skinFeatures,
  WINDOW_SECONDS,
} from "./arousal-features.ts";
import { AROUSAL_WEIGHTS, type ArousalWeights } from "./arousal-weights.ts";
import type { Arousal } from "./types.ts";

const STEP_MS = STEP_SECONDS * 1000;
const WINDOW_MS = WINDOW_SECONDS * 1000;
/** A gap that starts a new baseline, in milliseconds: after an hour the person sits elsewhere, or is another one. */
const NEW_BASELINE_MS = 3_600_000;
/** Age at which an estimate is no longer about now, in milliseconds. */
const STALE_MS = 60_000;
/** Probability from which a change is called one. */
const HIGHER = 0.6;
const LOWER = 0.2;
/** Samples per second and sensor that are kept; more are thinned out by refusing them. */
const MOST_PER_SECOND = 300;

/** Signals that an estimate can be made of. */
export type ArousalSensor = Extract<Sensor, "heart" | "skin">;

/** How sure each set of sensors can make an estimate, from its measured separation of rest and task. */
const TRUST = { both: 1, skin: 0.9, heart: 0.5 } as const;

const WHY_BASELINE = "the first five minutes are needed to learn your own usual";
const WHY_POOR = "no heart or skin signal of the last minute is good enough";
const WHY_OLD = "the last good signal is more than a minute old";

/** Where windows and their relative features go, for training and tests. */
export type WindowListener = (window: ArousalWindow) => void;

/** One minute, as the weights see it. */
export type ArousalWindow = {
  /** Milliseconds of the window's end, on the samples' time line. */
  readonly end: number;
  /** Heart features relative to the person's own past, or null where missing, poor or without a baseline. */
  readonly heart: readonly number[] | null;
  /** As `heart`, for skin conductance. */
  readonly skin: readonly number[] | null;
};

/** What a tracker does differently. */
export type ArousalOptions = {
  /** Called with each minute that was completed; nothing is kept of it. */
  readonly onWindow?: WindowListener;
  /** Windows after which one counts half in the baseline; the shipped weights' own where left out. */
  readonly halfLife?: number;
};

/**
 * Follows one person. Samples come in order of time, with gaps where there are gaps; each minute is compared with a
 * baseline made of earlier minutes only, so what is said at a moment would have been said at that moment. Keeps the
 * last minute of samples and a running mean; `reset` forgets both.
 *
 * The baseline goes on following the person: a change that lasts becomes the usual after some ten minutes.
 */
export class ArousalTracker {
  readonly #onWindow: WindowListener | undefined;
  readonly #halfLife: number;
  readonly #heart = new Recent(HEART_RATES[0], HEART_RATES[1]);
  readonly #skin = new Recent(0, 1000);
  #heartBaseline: Baseline;
  #skinBaseline: Baseline;
  #start: number | null = null;
  #step = 0;
  #calibrated = false;
  #last: {
    readonly end: number;
    readonly logit: number;
    readonly sensors: ArousalSensor[];
  } | null = null;

  constructor(options: ArousalOptions = {}) {
    for (const key of Object.keys(options)) {
      if (key !== "onWindow" && key !== "halfLife") {
        throw expected("onWindow or halfLife", key, "ArousalTracker");
      }
    }
    this.#onWindow = options.onWindow;
    this.#halfLife = options.halfLife ?? AROUSAL_WEIGHTS.halfLife;
    this.#heartBaseline = new Baseline(HEART_FLOORS, this.#halfLife);
    this.#skinBaseline = new Baseline(SKIN_FLOORS, this.#halfLife);
  }

  /**
   * Takes a heart rate in beats per minute, at best once a second. What is out of order or no heart rate is ignored.
   *
   * @param at Milliseconds on any time line that runs forward.
   */
  heart(at: number, beatsPerMinute: number): void {
    this.#take(this.#heart, at, beatsPerMinute);
  }

  /**
   * Takes a skin conductance in microsiemens. What is out of order or no number is ignored.
   *
   * @param at Milliseconds on the same time line as the heart's.
   */
  skin(at: number, microsiemens: number): void {
    this.#take(this.#skin, at, microsiemens);
  }

  /** What can be said at `now`, in milliseconds on the samples' time line. */
  estimate(now: number): Arousal {
    this.#advance(now);
    if (!this.#calibrated) return unknown(WHY_BASELINE);
    const last = this.#last;
    if (last === null) return unknown(WHY_POOR);
    if (!(now - last.end <= STALE_MS)) return unknown(WHY_OLD);
    const probability = 1 / (1 + Math.exp(-last.logit));
    const trust = last.sensors.length === 2 ? TRUST.both : TRUST[last.sensors[0]];
    const confidence = trust * Math.abs(2 * probability - 1);
    const change = probability >= HIGHER ? "higher" : probability <= LOWER ? "lower" : "usual";
    return { change, probability, confidence, sensors: last.sensors, why: WHY[change] };
  }

  /** Forgets all samples and the baseline. */
  reset(): void {
    this.#heart.clear();
    this.#skin.clear();
    this.#heartBaseline = new Baseline(HEART_FLOORS, this.#halfLife);
    this.#skinBaseline = new Baseline(SKIN_FLOORS, this.#halfLife);
    this.#start = null;
    this.#step = 0;
    this.#calibrated = false;
    this.#last = null;
  }

  #take(signal: Recent, at: number, value: number): void {
    if (!Number.isFinite(at) || !signal.accepts(at, value)) return;
    const newest = Math.max(this.#heart.newest, this.#skin.newest);
    if (newest > Number.NEGATIVE_INFINITY && at - newest > NEW_BASELINE_MS) this.reset();
    this.#start ??= at;
    this.#advance(at);
    signal.push(at, value);
  }

  /** Completes every minute that has ended by `now`. */
  #advance(now: number): void {
    const start = this.#start;
    if (start === null || !Number.isFinite(now)) return;
    const newest = Math.max(this.#heart.newest, this.#skin.newest);
    // Minutes after the last sample's own hold nothing: however far `now` is ahead, the work is bounded.
    const until = Math.min(now, newest + WINDOW_MS + STEP_MS);
    for (;;) {
      const from = start + this.#step * STEP_MS;
      if (from + WINDOW_MS > until) return;
      this.#complete(from);
      this.#step++;
    }
  }

  #complete(from: number): void {
    const end = from + WINDOW_MS;
    this.#heart.drop(from);
    this.#skin.drop(from);
    const heartRates = this.#heart.until(end);
    const heart = heartFeatures(heartRates.values, heartRates.covered);
    const conductances = this.#skin.until(end);
    const skin = skinFeatures(conductances.values, conductances.rate);
    const ownHeart =
      heart !== null && this.#heartBaseline.ready ? this.#heartBaseline.relative(heart) : null;
    const ownSkin =
      skin !== null && this.#skinBaseline.ready ? this.#skinBaseline.relative(skin) : null;
    this.#calibrated = this.#step >= CALIBRATION_WINDOWS;
    this.#onWindow?.({ end, heart: ownHeart, skin: ownSkin });
    const logit = arousalLogit(AROUSAL_WEIGHTS, ownHeart, ownSkin);
    if (logit !== null) {
      const sensors: ArousalSensor[] = [];
      if (ownHeart !== null) sensors.push("heart");
      if (ownSkin !== null) sensors.push("skin");
      const share = AROUSAL_WEIGHTS.newest;
      const before = this.#last;
      const fresh = before !== null && end - before.end <= STALE_MS;
      this.#last = {
        end,
        logit: fresh ? share * logit + (1 - share) * before.logit : logit,
        sensors,
      };
    }
    this.#heartBaseline.learn(heart);
    this.#skinBaseline.learn(skin);
  }
}

/** Log-odds of raised arousal for one minute, from whichever signals are there; null where none is. */
export function arousalLogit(
  weights: ArousalWeights,
  heart: readonly number[] | null,
  skin: readonly number[] | null,
): number | null {
  if (heart !== null && skin !== null) return weighted(weights.both, [...heart, ...skin]);
  if (skin !== null) return weighted(weights.skin, skin);
  return heart === null ? null : weighted(weights.heart, heart);
}

function weighted(weights: readonly number[], features: readonly number[]): number {
  let sum = weights[weights.length - 1];
  for (let i = 0; i < features.length; i++) sum += weights[i] * features[i];
  return sum;
}

const WHY = {
  higher: "the last minute is above your own usual",
  usual: "the last minute is like your own usual",
  lower: "the last minute is below your own usual",
} as const;

function unknown(why: string): Arousal {
  return { change: "unknown", probability: null, confidence: 0, sensors: [], why };
}

/** The last samples of a signal, in order of time. */
class Recent {
  readonly #lowest: number;
  readonly #highest: number;
  #times: number[] = [];
  #values: number[] = [];
  #newest = Number.NEGATIVE_INFINITY;

  constructor(lowest: number, highest: number) {
    this.#lowest = lowest;
    this.#highest = highest;
  }

  get newest(): number {
    return this.#newest;
  }

  accepts(at: number, value: number): boolean {
    const crowded = this.#times.length >= MOST_PER_SECOND * (WINDOW_SECONDS + 2 * STEP_SECONDS);
    return at > this.#newest && value >= this.#lowest && value <= this.#highest && !crowded;
  }

  push(at: number, value: number): void {
    this.#times.push(at);
    this.#values.push(value);
    this.#newest = at;
  }

  drop(before: number): void {
    let count = 0;
    while (count < this.#times.length && this.#times[count] < before) count++;
    this.#times.splice(0, count);
    this.#values.splice(0, count);
  }

  /** Samples before `end`, their rate per second, and the seconds that they cover when gaps are left out. */
  until(end: number): { values: number[]; rate: number; covered: number } {
    let count = 0;
    while (count < this.#times.length && this.#times[count] < end) count++;
    const values = this.#values.slice(0, count);
    if (count < 2) return { values, rate: 0, covered: 0 };
    const span = this.#times[count - 1] - this.#times[0];
    // A sample stands for the time to the next one, up to five seconds.
    let covered = 0;
    for (let i = 1; i < count; i++) covered += Math.min(5000, this.#times[i] - this.#times[i - 1]);
    covered += Math.min(5000, span / (count - 1));
    return { values, rate: ((count - 1) * 1000) / span, covered: covered / 1000 };
  }

  clear(): void {
    this.#times = [];
    this.#values = [];
    this.#newest = Number.NEGATIVE_INFINITY;
  }
}
