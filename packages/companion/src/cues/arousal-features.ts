/** What is taken from one minute of heart and skin, and how it is set against the person's own past. */

import { electrodermal } from "./eda.ts";
import { deviation, mean, slope } from "./math.ts";

/** Seconds of signal in a window. */
export const WINDOW_SECONDS = 60;
/** Seconds from one window to the next. */
export const STEP_SECONDS = 30;
/** Windows that must have begun before anything is said: five minutes. */
export const CALIBRATION_WINDOWS = 10;

/** Features of a minute of heart rate, in the order of the weights. */
export const HEART_FEATURES = ["level", "spread", "slope"] as const;
/** Features of a minute of skin conductance, in the order of the weights. */
export const SKIN_FEATURES = ["level", "spread", "slope", "responses", "response size"] as const;

/**
 * Smallest spread of a feature that counts as the person's own, in the feature's units: a calm five minutes would make
 * anything after them look extraordinary.
 */
export const HEART_FLOORS: readonly number[] = [0.05, 0.25, 0.09];
/** As {@link HEART_FLOORS}, for skin. */
export const SKIN_FLOORS: readonly number[] = [0.2, 0.35, 0.0012, 1.8, 0.6];

/** Lowest and highest heart rate that is one, in beats per minute. */
export const HEART_RATES: readonly [number, number] = [30, 220];

/** Share of a window's seconds that need a heart rate. */
const HEART_COVERED = 0.75;
/** Smallest response in microsiemens; half of what is usual, because wrist electrodes respond weakly. */
const SMALLEST_RESPONSE = 0.01;

/**
 * Heart features of a window: logarithm of the mean rate, logarithm of its spread, and its slope in beats per minute
 * per second.
 *
 * @param rates Beats per minute, in order, evenly spread; what is no heart rate must not be in it.
 * @param seconds Seconds of the window that they cover.
 * @returns null where there is too little.
 */
export function heartFeatures(rates: readonly number[], seconds: number): number[] | null {
  if (rates.length < 15 || seconds < HEART_COVERED * WINDOW_SECONDS) return null;
  const perValue = seconds / rates.length;
  return [Math.log(mean(rates)), Math.log(deviation(rates) + 0.5), slope(rates) / perValue];
}

/**
 * Skin features of a window: logarithms of level and spread, slope in microsiemens per second, number of responses and
 * logarithm of their summed size.
 *
 * @param samples Microsiemens at an even rate.
 * @param rate Samples per second.
 * @returns null where there is too little, or the electrodes have no steady contact.
 */
export function skinFeatures(samples: readonly number[], rate: number): number[] | null {
  if (!(rate >= 1 && rate <= 1000) || samples.length < 0.75 * WINDOW_SECONDS * rate) return null;
  const { quality, responses } = electrodermal(samples, rate, { smallest: SMALLEST_RESPONSE });
  if (!quality.usable) return null;
  let size = 0;
  for (const response of responses) size += response.amplitude;
  return [
    Math.log(mean(samples) + 0.1),
    Math.log(deviation(samples) + 0.005),
    slope(samples) * rate,
    responses.length,
    Math.log(size + 0.02),
  ];
}

/** The person's own usual, learned from the past alone: running mean and spread in which old windows fade. */
export class Baseline {
  readonly #floors: readonly number[];
  readonly #decay: number;
  readonly #firstOnly: boolean;
  readonly #mean: Float64Array;
  readonly #spread: Float64Array;
  #weight = 0;
  #seen = 0;
  #steps = 0;

  /**
   * @param floors Smallest spread per feature.
   * @param halfLife Windows after which one counts half; infinity keeps all alike; 0 keeps the first five minutes only.
   */
  constructor(floors: readonly number[], halfLife: number) {
    this.#floors = floors;
    this.#firstOnly = halfLife === 0;
    this.#decay = halfLife === 0 ? 1 : 0.5 ** (1 / halfLife);
    this.#mean = new Float64Array(floors.length);
    this.#spread = new Float64Array(floors.length);
  }

  /** Whether five minutes have gone by with enough of the signal in them. */
  get ready(): boolean {
    return this.#steps >= CALIBRATION_WINDOWS && this.#seen >= CALIBRATION_WINDOWS / 2;
  }

  /** How far a window is from the usual, in own spreads, within 5 either way. */
  relative(features: readonly number[]): number[] {
    return features.map((value, i) => {
      const spread = Math.hypot(Math.sqrt(this.#spread[i]), this.#floors[i]);
      return Math.min(5, Math.max(-5, (value - this.#mean[i]) / spread));
    });
  }

  /** Takes a window into the past; null where there was no good signal in it. */
  learn(features: readonly number[] | null): void {
    const early = this.#steps < CALIBRATION_WINDOWS;
    this.#steps++;
    this.#weight *= this.#decay;
    if (features === null || (this.#firstOnly && !early)) return;
    this.#seen++;
    this.#weight++;
    const share = 1 / this.#weight;
    for (let i = 0; i < features.length; i++) {
      const away = features[i] - this.#mean[i];
      this.#mean[i] += share * away;
      this.#spread[i] = (1 - share) * (this.#spread[i] + share * away * away);
    }
  }
}
