/** The Page-Hinkley test (Page, Biometrika 1954): a sudden change of the mean of a stream, in constant memory. */

import { expected } from "@symbion/core";

/** How sensitive a {@link PageHinkley} is. */
export type PageHinkleyOptions = {
  /** Numbers before the first decision. Default 30. */
  readonly leastNumbers?: number;
  /** Size of changes that do not matter, in the numbers' unit. Default 0.005. */
  readonly delta?: number;
  /** Sum of deviations that is a change. Default 50. */
  readonly threshold?: number;
  /** Share of the sum that is kept from number to number, above 0 to 1. Default 0.9999. */
  readonly keep?: number;
  /** Changes that count. Default `both`. */
  readonly mode?: "up" | "down" | "both";
};

/** What a {@link PageHinkley} remembers, as plain data. */
export type PageHinkleyState = {
  /** Numbers since the last change. */
  readonly count: number;
  /** Mean of these numbers. */
  readonly mean: number;
  /** Sum of deviations less the allowance, which grows when the mean rises. */
  readonly up: number;
  /** Sum of deviations and the allowance, which shrinks when the mean falls. */
  readonly down: number;
  /** Least that `up` has been; null before the first number. */
  readonly least: number | null;
  /** Most that `down` has been. */
  readonly most: number;
  /** Changes found since the beginning. */
  readonly detections: number;
  /** Whether the newest number was a change: the next one begins anew. */
  readonly found: boolean;
};

const KEYS = new Set(["leastNumbers", "delta", "threshold", "keep", "mode"]);

/** Detector of sudden changes; it begins anew after each. */
export class PageHinkley {
  readonly #leastNumbers: number;
  readonly #delta: number;
  readonly #threshold: number;
  readonly #keep: number;
  readonly #mode: "up" | "down" | "both";
  #count = 0;
  #mean = 0;
  #up = 0;
  #down = 0;
  #least = Number.POSITIVE_INFINITY;
  #most = -1;
  #detections = 0;
  #found = false;

  /** @throws UsageError for an unknown or senseless option. */
  constructor(options: PageHinkleyOptions = {}) {
    for (const key of Object.keys(options)) {
      if (!KEYS.has(key)) throw expected([...KEYS].join(", "), key, "Page-Hinkley options");
    }
    this.#leastNumbers = options.leastNumbers ?? 30;
    this.#delta = options.delta ?? 0.005;
    this.#threshold = options.threshold ?? 50;
    this.#keep = options.keep ?? 0.9999;
    this.#mode = options.mode ?? "both";
    if (!(this.#threshold > 0)) {
      throw expected("a number above 0", options.threshold, "Page-Hinkley threshold");
    }
    if (!(this.#keep > 0 && this.#keep <= 1)) {
      throw expected("a number above 0 to 1", options.keep, "Page-Hinkley keep");
    }
  }

  /** Mean since the last change. */
  get mean(): number {
    return this.#mean;
  }

  /** Changes found so far. */
  get detections(): number {
    return this.#detections;
  }

  /** Takes a number. Returns whether a change was found. */
  update(value: number): boolean {
    if (this.#found) this.#reset();
    this.#count++;
    this.#mean += (value - this.#mean) / this.#count;
    const deviation = value - this.#mean;
    this.#up = this.#keep * this.#up + deviation - this.#delta;
    this.#down = this.#keep * this.#down + deviation + this.#delta;
    this.#least = Math.min(this.#least, this.#up);
    this.#most = Math.max(this.#most, this.#down);
    if (this.#count < this.#leastNumbers) return false;
    const rose = this.#mode !== "down" && this.#up - this.#least > this.#threshold;
    const fell = this.#mode !== "up" && this.#most - this.#down > this.#threshold;
    this.#found = rose || fell;
    if (this.#found) this.#detections++;
    return this.#found;
  }

  /** Everything, for {@link PageHinkley.restore}. */
  save(): PageHinkleyState {
    return {
      count: this.#count,
      mean: this.#mean,
      up: this.#up,
      down: this.#down,
      least: Number.isFinite(this.#least) ? this.#least : null,
      most: this.#most,
      detections: this.#detections,
      found: this.#found,
    };
  }

  /** A detector that goes on where another was saved, with the same options. */
  static restore(state: PageHinkleyState, options: PageHinkleyOptions = {}): PageHinkley {
    const test = new PageHinkley(options);
    test.#count = state.count;
    test.#mean = state.mean;
    test.#up = state.up;
    test.#down = state.down;
    test.#least = state.least ?? Number.POSITIVE_INFINITY;
    test.#most = state.most;
    test.#detections = state.detections;
    test.#found = state.found;
    return test;
  }

  #reset(): void {
    this.#count = 0;
    this.#mean = 0;
    this.#up = 0;
    this.#down = 0;
    this.#least = Number.POSITIVE_INFINITY;
    this.#most = -1;
    this.#found = false;
  }
}
