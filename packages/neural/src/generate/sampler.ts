/**
 * From scores to a token. The steps and their order are those of Hugging Face transformers: bias, repetition penalty,
 * (frequency and presence penalties,) constraint, temperature, top-k, top-p, min-p, draw.
 */

import { GenerationError, rejectUnknown } from "./error.ts";
import { freshSeed, Random } from "./random.ts";

/** How tokens are drawn. What is left out does nothing. */
export type SamplingOptions = {
  /** Scores are divided by it; 0 always takes the best token. From 0 to 100, default 1. */
  readonly temperature?: number | undefined;
  /** Only the so many best tokens (and those that tie with the last of them); 0: all. */
  readonly topK?: number | undefined;
  /** Only the best tokens whose probabilities together reach this. Above 0, to 1: all. */
  readonly topP?: number | undefined;
  /** Only tokens at least this many times as probable as the best one. From 0 (all) to 1. */
  readonly minP?: number | undefined;
  /** Scores of tokens that stand in the prompt or the answer are divided (if negative, multiplied) by it. Above 0. */
  readonly repetitionPenalty?: number | undefined;
  /** Subtracted from a token's score for each time it stands in the answer. From -2 to 2. */
  readonly frequencyPenalty?: number | undefined;
  /** Subtracted from the score of each token that stands in the answer. From -2 to 2. */
  readonly presencePenalty?: number | undefined;
  /** Added to scores, by token id. */
  readonly logitBias?: ReadonlyMap<number, number> | undefined;
  /** Makes draws repeatable; default: one that nobody can foresee. */
  readonly seed?: number | undefined;
  /** How many of the best tokens to tell probabilities of, with each token; 0 to 20. Undefined: none at all. */
  readonly logprobs?: number | undefined;
};

/** A token and the natural logarithm of its probability, by the model alone: before penalties and choices. */
export type TokenLogprob = { readonly token: number; readonly logprob: number };

/** What was drawn. */
export type Drawn = {
  /** Id of the token. */
  readonly token: number;
  /** Undefined unless probabilities were asked for. */
  readonly logprob?: number;
  /** The most probable tokens, best first. Undefined unless probabilities were asked for. */
  readonly top?: readonly TokenLogprob[];
};

const RANGES: Readonly<Record<string, readonly [least: number, most: number, whole: boolean]>> = {
  temperature: [0, 100, false],
  topK: [0, Number.MAX_SAFE_INTEGER, true],
  topP: [Number.MIN_VALUE, 1, false],
  minP: [0, 1, false],
  repetitionPenalty: [Number.MIN_VALUE, 1000, false],
  frequencyPenalty: [-2, 2, false],
  presencePenalty: [-2, 2, false],
  seed: [-Number.MAX_VALUE, Number.MAX_VALUE, false],
  logprobs: [0, 20, true],
};

/** Names of the options, for those who pass them on. */
export const SAMPLING_KEYS: readonly string[] = [...Object.keys(RANGES), "logitBias"];

/** Draws the tokens of one answer. */
export class Sampler {
  readonly #options: SamplingOptions;
  readonly #random: Random;
  readonly #prompt: ReadonlySet<number>;
  readonly #counts = new Map<number, number>();
  #probabilities = new Float64Array(0);

  /**
   * @param prompt Token ids that a repetition penalty holds against themselves.
   * @throws {GenerationError} for an option that is unknown or out of range.
   */
  constructor(options: SamplingOptions = {}, prompt: Iterable<number> = []) {
    checkSampling(options);
    this.#options = options;
    this.#random = new Random(options.seed ?? freshSeed());
    this.#prompt = options.repetitionPenalty === undefined ? new Set() : new Set(prompt);
  }

  /**
   * Draws the next token. One that is taken must be told to {@link Sampler.record}.
   *
   * @param logits The model's scores, one per token; they are changed.
   * @param allowed Bit `id & 31` of word `id >> 5` says whether a token may be drawn.
   * @throws {GenerationError} (`model`) where no token is left or the scores are not numbers.
   */
  draw(logits: Float32Array, allowed?: Uint32Array): Drawn {
    const { logprobs } = this.#options;
    const told = logprobs === undefined ? null : new Logprobs(logits, logprobs);
    this.process(logits, allowed);
    const token = this.#options.temperature === 0 ? best(logits) : this.#pick(logits);
    if (token === -1) noNumbers();
    return told === null ? { token } : { token, logprob: told.of(token), top: told.top };
  }

  /** Remembers a token for the penalties. */
  record(token: number): void {
    this.#counts.set(token, (this.#counts.get(token) ?? 0) + 1);
  }

  /**
   * Everything but the draw: changes scores and sets those of tokens that are out to -Infinity. With a temperature of
   * 0 nothing but bias, penalties and constraint is applied.
   */
  process(scores: Float32Array, allowed?: Uint32Array): void {
    const { temperature = 1, topK = 0, topP = 1, minP = 0 } = this.#options;
    this.#penalise(scores);
    if (allowed !== undefined) {
      for (let i = 0; i < scores.length; i++) {
        if ((((allowed[i >> 5] as number) >>> (i & 31)) & 1) === 0) scores[i] = -Infinity;
      }
    }
    if (temperature === 0) return;
    if (temperature !== 1) {
      for (let i = 0; i < scores.length; i++) scores[i] = (scores[i] as number) / temperature;
    }
    if (topK > 0 && topK < scores.length) keepBest(scores, topK);
    if (topP < 1) this.#keepMass(scores, topP);
    if (minP > 0) keepProbable(scores, minP);
  }

  #penalise(scores: Float32Array): void {
    const {
      logitBias,
      repetitionPenalty,
      frequencyPenalty = 0,
      presencePenalty = 0,
    } = this.#options;
    if (logitBias !== undefined) {
      for (const [token, bias] of logitBias) {
        if (token < scores.length) scores[token] = (scores[token] as number) + bias;
      }
    }
    if (repetitionPenalty !== undefined && repetitionPenalty !== 1) {
      const punish = (token: number): void => {
        const score = scores[token] as number;
        scores[token] = score < 0 ? score * repetitionPenalty : score / repetitionPenalty;
      };
      for (const token of this.#prompt) if (token < scores.length) punish(token);
      for (const token of this.#counts.keys()) if (!this.#prompt.has(token)) punish(token);
    }
    if (frequencyPenalty === 0 && presencePenalty === 0) return;
    for (const [token, count] of this.#counts) {
      scores[token] = (scores[token] as number) - count * frequencyPenalty - presencePenalty;
    }
  }

  /** Top-p: from the least probable token up, those whose sum stays within 1 - p go. */
  #keepMass(scores: Float32Array, topP: number): void {
    const probabilities = this.#softmax(scores);
    // Tokens below this bound cannot sum up to 1 - p even all together, so only the few above it need sorting.
    const bound = (1 - topP) / scores.length;
    let few = 0;
    let sum = 0;
    for (let i = 0; i < scores.length; i++) {
      const p = probabilities[i] as number;
      if (p >= bound && p > 0) few++;
      else {
        sum += p;
        scores[i] = -Infinity;
      }
    }
    const sorted = new Float64Array(few);
    for (let i = 0, at = 0; at < few; i++) {
      const p = probabilities[i] as number;
      if (p >= bound && p > 0) sorted[at++] = p;
    }
    sorted.sort();
    let cut = 0;
    while (cut < few - 1 && sum + (sorted[cut] as number) <= 1 - topP)
      sum += sorted[cut++] as number;
    const least = sorted[cut] as number;
    // Of equals at the edge only some go.
    let equals = cut - sorted.indexOf(least);
    for (let i = 0; i < scores.length; i++) {
      const p = probabilities[i] as number;
      if (p < least || (p === least && equals-- > 0)) scores[i] = -Infinity;
    }
  }

  #softmax(scores: Float32Array): Float64Array {
    if (this.#probabilities.length !== scores.length) {
      this.#probabilities = new Float64Array(scores.length);
    }
    const probabilities = this.#probabilities;
    const at = best(scores);
    const most = at === -1 ? Number.NaN : (scores[at] as number);
    let sum = 0;
    for (let i = 0; i < scores.length; i++) {
      const p = Math.exp((scores[i] as number) - most);
      probabilities[i] = p;
      sum += p;
    }
    if (!Number.isFinite(sum)) noNumbers();
    for (let i = 0; i < scores.length; i++) probabilities[i] = (probabilities[i] as number) / sum;
    return probabilities;
  }

  #pick(scores: Float32Array): number {
    const probabilities = this.#softmax(scores);
    const at = this.#random.next();
    let sum = 0;
    let last = -1;
    for (let i = 0; i < scores.length; i++) {
      const p = probabilities[i] as number;
      if (p === 0) continue;
      sum += p;
      last = i;
      if (at < sum) return i;
    }
    // Rounding may leave the sum a hair below 1.
    return last;
  }
}

/** Checks options of a sampler. @throws {GenerationError} for one that is unknown or out of range. */
export function checkSampling(options: SamplingOptions): void {
  rejectUnknown(options, SAMPLING_KEYS, "sampling");
  for (const [name, [least, most, whole]] of Object.entries(RANGES)) {
    const value = options[name as keyof SamplingOptions];
    if (value === undefined) continue;
    const fits =
      typeof value === "number" &&
      value >= least &&
      value <= most &&
      (!whole || Number.isInteger(value));
    if (fits) continue;
    const from = least === Number.MIN_VALUE ? "above 0" : `from ${least}`;
    const kind = whole ? "a whole number" : "a number";
    const to = Math.abs(most) >= Number.MAX_SAFE_INTEGER ? "" : ` to ${most}`;
    throw new GenerationError(
      "option",
      name,
      `expected ${kind} ${from}${to}, got ${String(value)}`,
    );
  }
  for (const [token, bias] of options.logitBias ?? []) {
    if (Number.isInteger(token) && token >= 0 && Number.isFinite(bias)) continue;
    throw new GenerationError(
      "option",
      "logitBias",
      `expected token ids with finite numbers, got ${token}: ${bias}`,
    );
  }
}

/** The model's own probabilities, taken down before the scores are changed. */
class Logprobs {
  readonly top: readonly TokenLogprob[];
  readonly #logits: Float32Array;
  readonly #normaliser: number;

  constructor(logits: Float32Array, count: number) {
    this.#logits = logits.slice();
    const most = logits[best(logits)] as number;
    let sum = 0;
    for (let i = 0; i < logits.length; i++) sum += Math.exp((logits[i] as number) - most);
    this.#normaliser = most + Math.log(sum);
    const ids: number[] = [];
    if (count > 0) {
      const least = kthLargest(logits, Math.min(count, logits.length));
      for (let i = 0; i < logits.length; i++) if ((logits[i] as number) >= least) ids.push(i);
      ids.sort((a, b) => (logits[b] as number) - (logits[a] as number) || a - b);
    }
    this.top = ids.slice(0, count).map((token) => ({ token, logprob: this.of(token) }));
  }

  of(token: number): number {
    return (this.#logits[token] as number) - this.#normaliser;
  }
}

function noNumbers(): never {
  throw new GenerationError("model", "", "expected scores that are numbers, got some that are not");
}

/** Index of the greatest score, the first of equals; -1 where no score is a number above -Infinity. */
function best(scores: Float32Array): number {
  let at = -1;
  let most = -Infinity;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] as number;
    if (score > most) {
      most = score;
      at = i;
    }
  }
  return at;
}

function keepBest(scores: Float32Array, count: number): void {
  const least = kthLargest(scores, count);
  for (let i = 0; i < scores.length; i++) {
    if ((scores[i] as number) < least) scores[i] = -Infinity;
  }
}

function keepProbable(scores: Float32Array, minP: number): void {
  const least = (scores[best(scores)] as number) + Math.log(minP);
  for (let i = 0; i < scores.length; i++) {
    if ((scores[i] as number) < least) scores[i] = -Infinity;
  }
}

/** The `count`-th greatest score: a heap of the best so far, its least on top. */
function kthLargest(scores: Float32Array, count: number): number {
  const heap = new Float32Array(count);
  let size = 0;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] as number;
    if (size < count) {
      let at = size++;
      while (at > 0 && (heap[(at - 1) >> 1] as number) > score) {
        heap[at] = heap[(at - 1) >> 1] as number;
        at = (at - 1) >> 1;
      }
      heap[at] = score;
    } else if (score > (heap[0] as number)) {
      let at = 0;
      for (;;) {
        let child = 2 * at + 1;
        if (child >= count) break;
        if (child + 1 < count && (heap[child + 1] as number) < (heap[child] as number)) child++;
        if ((heap[child] as number) >= score) break;
        heap[at] = heap[child] as number;
        at = child;
      }
      heap[at] = score;
    }
  }
  return heap[0] as number;
}
