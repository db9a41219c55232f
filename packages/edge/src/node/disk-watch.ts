/** Turns the store's troubles into insights: a disk that fills up is an event on the timeline and can raise an alert. */

import type { Insight } from "@symbion/core";
import { sortableId } from "../ids.ts";
import type { StoreProblem } from "../store/index.ts";

/** One `disk` insight per trouble, from when the store reports it until it is well again. */
export class DiskWatch {
  readonly #onInsight: (insight: Insight) => void;
  readonly #now: () => number;
  #open: Insight | null = null;
  #begun = false;

  /** @param now Milliseconds since 1970. */
  constructor(onInsight: (insight: Insight) => void, now: () => number = Date.now) {
    this.#onInsight = onInsight;
    this.#now = now;
  }

  /** From now on insights can be taken; what was reported before is told now. */
  begin(): void {
    this.#begun = true;
    if (this.#open !== null) this.#onInsight(this.#open);
  }

  /** Takes what the store reports; null: all is well again. */
  problem(problem: StoreProblem | null): void {
    const now = this.#now();
    if (problem === null) {
      const over = this.#open;
      this.#open = null;
      if (over !== null && this.#begun) this.#onInsight({ ...over, to: Math.max(over.from, now) });
      return;
    }
    if (this.#open?.text === problem.text) return;
    this.#open =
      this.#open === null ? insightOf(problem, now) : { ...this.#open, text: problem.text };
    if (this.#begun) this.#onInsight(this.#open);
  }
}

function insightOf({ text }: StoreProblem, at: number): Insight {
  return {
    id: sortableId(at),
    source: "node",
    kind: "disk",
    from: at,
    to: null,
    area: null,
    track: null,
    score: 1,
    direction: null,
    text,
  };
}
