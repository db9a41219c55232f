/** Watches the cameras' states: a source that fails or falls silent is an insight of its own, and so is its return. */

import type { Insight } from "@symbion/core";
import { sortableId } from "../ids.ts";

/** Turns changes of state into `source-down` insights: one per outage, from its first failure to the next frame. */
export class SourceWatch {
  readonly #down = new Map<string, Insight>();
  readonly #onInsight: (insight: Insight) => void;
  readonly #now: () => number;

  /** @param now Milliseconds since 1970. */
  constructor(onInsight: (insight: Insight) => void, now: () => number = Date.now) {
    this.#onInsight = onInsight;
    this.#now = now;
  }

  /** Takes a camera's state and the reason for it (credentials masked). */
  state(id: string, state: string, reason: string | null): void {
    if (state === "retrying") this.#fails(id, reason ?? "for an unknown reason");
    else if (state === "live" || state === "ended") this.#returns(id);
  }

  /** The camera runs no more. */
  removed(id: string): void {
    this.#returns(id);
  }

  /** Cameras that are down. */
  get down(): ReadonlySet<string> {
    return new Set(this.#down.keys());
  }

  #fails(id: string, reason: string): void {
    const text = `No video: ${reason}`;
    const before = this.#down.get(id);
    if (before?.text === text) return;
    const now = this.#now();
    const insight: Insight =
      before === undefined
        ? {
            id: sortableId(now),
            source: id,
            kind: "source-down",
            from: now,
            to: null,
            area: null,
            track: null,
            score: 1,
            direction: null,
            text,
          }
        : { ...before, text };
    this.#down.set(id, insight);
    this.#onInsight(insight);
  }

  #returns(id: string): void {
    const insight = this.#down.get(id);
    if (insight === undefined) return;
    this.#down.delete(id);
    this.#onInsight({ ...insight, to: Math.max(insight.from, this.#now()) });
  }
}
