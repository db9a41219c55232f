/** From scores to answers: the likeliest token, how likely it is, and what that makes of the whole answer. */

/** The likeliest token of one row of scores. */
export type Choice = {
  readonly id: number;
  /** Its probability, 0 to 1. */
  readonly probability: number;
};

/** The likeliest token of row `row` of scores [rows, vocabulary]; the lowest id of equal ones. */
export function likeliest(scores: Float32Array, vocabulary: number, row: number): Choice {
  const from = row * vocabulary;
  let id = 0;
  let best = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < vocabulary; at++) {
    if (scores[from + at] > best) {
      best = scores[from + at];
      id = at;
    }
  }
  let sum = 0;
  for (let at = 0; at < vocabulary; at++) sum += Math.exp(scores[from + at] - best);
  return { id, probability: sum > 0 ? 1 / sum : 0 };
}

/** An answer while it is written. */
export class Writing {
  /** Token ids so far, the ending one left out. */
  readonly ids: number[] = [];
  /** Probability of the least certain token so far, the ending one included. */
  confidence = 1;
  /** Whether it is complete. */
  done = false;
  readonly #endIds: readonly number[];
  readonly #most: number;

  /** @param most tokens at most; an answer that is cut there is done */
  constructor(endIds: readonly number[], most: number) {
    this.#endIds = endIds;
    this.#most = most;
  }

  /** Takes the next token. */
  push({ id, probability }: Choice): void {
    this.confidence = Math.min(this.confidence, probability);
    if (this.#endIds.includes(id)) {
      this.done = true;
      return;
    }
    this.ids.push(id);
    if (this.ids.length >= this.#most) this.done = true;
  }
}
