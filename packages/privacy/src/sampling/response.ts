/** Randomised response (Warner 1965; k answers: Kairouz, Bonawitz and Ramage 2016): local privacy, exact. */

import { PrivacyError } from "../errors.ts";
import type { RandomSource } from "../random/source.ts";
import { below } from "../random/uniform.ts";
import { type Bounds, ceilDivide, expBounds, uniformBelow } from "./bounds.ts";
import { type Whole, whole } from "./whole.ts";

const COIN_BITS = 32;
/** Bits beyond those asked for; they hold the width of the bounds of exp(-epsilon) for up to 2^32 answers. */
const SPARE = 40;
const MOST_ANSWERS = 2 ** 32;

/**
 * Tells the true answer with probability e^epsilon / (e^epsilon + k - 1) and each other one with 1 / (e^epsilon + k - 1). Pure
 * local differential privacy with this epsilon, for one answer of one person. The same words are drawn whatever the truth is.
 */
export class RandomisedResponse {
  readonly #answers: number;
  readonly #numerator: bigint;
  readonly #denominator: bigint;
  readonly #first: Bounds;

  /**
   * @param answers - k: possible answers, whole, 2 to 2^32.
   * @param numerator - Numerator of epsilon, at least 1.
   * @param denominator - Its denominator, at least 1.
   * @throws {PrivacyError} For other parameters.
   */
  constructor(answers: number, numerator: Whole, denominator: Whole = 1n) {
    if (!(Number.isInteger(answers) && answers >= 2 && answers <= MOST_ANSWERS)) {
      throw new PrivacyError(`answers: expected a whole number from 2 to 2^32, got ${answers}`);
    }
    this.#answers = answers;
    this.#numerator = whole("numerator", numerator, 1n);
    this.#denominator = whole("denominator", denominator, 1n);
    this.#first = this.#keep(COIN_BITS);
  }

  /** Probability that the truth is told, as the nearest double or one beside it. */
  get truthProbability(): number {
    return Number(this.#keep(64).lower) * 2 ** -64;
  }

  /**
   * One randomised answer.
   *
   * @param truth - Whole, 0 to k - 1.
   * @throws {PrivacyError} For another truth; the message does not say which.
   */
  tell(truth: number, random: RandomSource): number {
    const answers = this.#answers;
    if (!(Number.isInteger(truth) && truth >= 0 && truth < answers)) {
      throw new PrivacyError(`truth: expected a whole number from 0 to ${answers - 1}`);
    }
    const word = random.uint32();
    const other = below(random, answers - 1);
    const coin = BigInt(word);
    const truly =
      coin < this.#first.lower ||
      (coin < this.#first.upper &&
        uniformBelow(random, word, COIN_BITS, (bits) => this.#keep(bits)));
    return truly ? truth + 0 : other + Number(other >= truth);
  }

  /**
   * How often each answer was true, estimated without bias from how often each was told; may be negative.
   *
   * @param told - One count per answer.
   * @throws {PrivacyError} If there are not k counts.
   */
  estimate(told: readonly number[]): number[] {
    if (told.length !== this.#answers) {
      throw new PrivacyError(`told: expected ${this.#answers} counts, got ${told.length}`);
    }
    const truth = this.truthProbability;
    const other = (1 - truth) / (this.#answers - 1);
    const all = told.reduce((sum, count) => sum + count, 0);
    return told.map((count) => (count - all * other) / (truth - other));
  }

  /** Bounds of 1 / (1 + (k - 1) exp(-epsilon)). */
  #keep(bits: number): Bounds {
    const fine = bits + SPARE;
    const unit = 1n << BigInt(fine);
    const others = BigInt(this.#answers - 1);
    const { lower, upper } = expBounds(this.#numerator, this.#denominator, fine);
    const scaled = unit << BigInt(bits);
    return {
      lower: scaled / (unit + others * upper),
      upper: ceilDivide(scaled, unit + others * lower),
    };
  }
}
