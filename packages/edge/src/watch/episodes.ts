/** Answers over time: an insight begins when a question's answer becomes known or another one, and ends with it. */

import type { Insight, WatchWindow } from "@symbion/core";
import { sortableId } from "../ids.ts";

/** Follows the answers of one camera. */
export class Episodes {
  readonly #onInsight: (insight: Insight) => void;
  readonly #open = new Map<string, { readonly said: string; insight: Insight }>();

  /** `onInsight` is called at the beginning and again at the end of each. */
  constructor(onInsight: (insight: Insight) => void) {
    this.#onInsight = onInsight;
  }

  /** Takes a window's answers. What is not known ends what was, and begins nothing. */
  take(window: WatchWindow): void {
    for (const { question, ask, text, known, confidence } of window.answers) {
      const open = this.#open.get(question);
      if (known && open?.said === text) {
        const score = Math.max(open.insight.score, confidence);
        open.insight = { ...open.insight, score };
        continue;
      }
      this.#end(question, window.to);
      if (!known || text === "") continue;
      const insight: Insight = {
        id: sortableId(window.to),
        source: window.camera,
        kind: "answer",
        from: window.to,
        to: null,
        area: null,
        track: null,
        score: confidence,
        direction: null,
        text: `${ask} ${text}`,
      };
      this.#open.set(question, { said: text, insight });
      this.#onInsight(insight);
    }
  }

  /** Ends what goes on about questions that are not asked any more, or about all of them; `at` in ms since 1970. */
  end(at: number, asked: readonly string[] = []): void {
    for (const question of [...this.#open.keys()]) {
      if (!asked.includes(question)) this.#end(question, at);
    }
  }

  #end(question: string, at: number): void {
    const open = this.#open.get(question);
    if (open === undefined) return;
    this.#open.delete(question);
    this.#onInsight({ ...open.insight, to: Math.max(open.insight.from, at) });
  }
}
