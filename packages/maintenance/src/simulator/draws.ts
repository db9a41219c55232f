/** Random draws of the simulator: what a machine, one of its lives and one of its sensors do is decided by their seed. */

import { Random } from "@symbion/neural";

/** Named streams of random numbers: the same seed and name give the same numbers, whatever else was drawn. */
export class Draws {
  readonly #random: Random;
  #spare: number | null = null;

  /** @param names What the stream is for: one number or text after the other. */
  constructor(seed: number, ...names: readonly (number | string)[]) {
    let hash = 0x811c9dc5;
    for (const name of names) {
      // FNV-1a over the text, with a separator, so that "a", "bc" is not "ab", "c".
      for (const sign of `${name}|`) {
        hash = Math.imul(hash ^ (sign.codePointAt(0) ?? 0), 0x01000193) >>> 0;
      }
    }
    this.#random = new Random(seed * 4294967296 + hash);
  }

  /** Evenly from `low` up to `high`. */
  between(low: number, high: number): number {
    return low + (high - low) * this.#random.next();
  }

  /** A whole number from 0 up to, not including, `count`. */
  index(count: number): number {
    return Math.floor(this.#random.next() * count);
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.#random.next() < probability;
  }

  /** From the normal distribution of mean 0 and deviation 1 (Marsaglia's polar method). */
  normal(): number {
    if (this.#spare !== null) {
      const spare = this.#spare;
      this.#spare = null;
      return spare;
    }
    for (;;) {
      const x = this.between(-1, 1);
      const y = this.between(-1, 1);
      const s = x * x + y * y;
      if (s >= 1 || s === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(s)) / s);
      this.#spare = y * scale;
      return x * scale;
    }
  }

  /** From the lognormal distribution of median 1: exp of a normal with this deviation. */
  lognormal(deviation: number): number {
    return Math.exp(deviation * this.normal());
  }
}
