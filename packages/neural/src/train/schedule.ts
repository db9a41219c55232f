/** Learning rates over time, and when to stop. */

import { TrainingError } from "./trainer.ts";

/** A learning rate that rises, then falls. */
export type ScheduleOptions = {
  /** Highest learning rate. */
  readonly rate: number;
  /** Steps in all. */
  readonly steps: number;
  /** Steps of them in which the rate rises from 0; default 0. */
  readonly warmup?: number | undefined;
  /** Rate after the last step; default 0. */
  readonly least?: number | undefined;
};

/** Rate of a step (counted from 0): a straight rise over the warm-up, then half a cosine down. */
export function warmupCosine(options: ScheduleOptions): (step: number) => number {
  const { rate, steps, warmup = 0, least = 0 } = options;
  if (!(steps > 0 && warmup >= 0 && warmup <= steps && rate >= least && least >= 0)) {
    throw new TrainingError(
      `expected 0 <= warmup <= steps and 0 <= least <= rate, got warmup ${warmup}, steps ${steps}, ` +
        `least ${least}, rate ${rate}`,
    );
  }
  return (step) => {
    if (step < warmup) return (rate * (step + 1)) / warmup;
    const part = Math.min(1, (step - warmup) / Math.max(1, steps - warmup));
    return least + (rate - least) * 0.5 * (1 + Math.cos(Math.PI * part));
  };
}

/** Early stopping: watches a loss that should fall, and keeps what was best. */
export class Patience<T> {
  readonly #rounds: number;
  readonly #least: number;
  #best: { readonly loss: number; readonly kept: T } | undefined;
  #waited = 0;

  /**
   * `rounds` in a row without improvement are enough; an improvement is a loss lower than the best by more than
   * `least` (default 0).
   */
  constructor(rounds: number, least = 0) {
    if (!(Number.isInteger(rounds) && rounds > 0 && least >= 0)) {
      throw new TrainingError(
        `expected a number of rounds above 0 and least of at least 0, got ${rounds} and ${least}`,
      );
    }
    this.#rounds = rounds;
    this.#least = least;
  }

  /** The lowest loss seen and what `keep` gave then. */
  get best(): { readonly loss: number; readonly kept: T } | undefined {
    return this.#best;
  }

  /** Takes a loss; `keep` is called when it is the best. Gives whether to stop. NaN is no improvement. */
  observe(loss: number, keep: () => T): boolean {
    if (loss < (this.#best?.loss ?? Number.POSITIVE_INFINITY) - (this.#best ? this.#least : 0)) {
      this.#best = { loss, kept: keep() };
      this.#waited = 0;
    } else {
      this.#waited++;
    }
    return this.#waited >= this.#rounds;
  }
}
