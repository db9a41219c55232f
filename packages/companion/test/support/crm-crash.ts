/** Deaths of a program at every step: each touch of the disk or the network may be the last. */

import type { Fetch } from "../../src/crm/exchange.ts";
import type { QueueStore } from "../../src/crm/queue-store.ts";

/** The program is dead: nothing that it does afterwards has any effect. */
export class Dead extends Error {}

export class Mortal {
  steps = 0;
  readonly #deathAt: number;

  /** @param deathAt Which step is the last; Infinity for a long life. */
  constructor(deathAt: number) {
    this.#deathAt = deathAt;
  }

  step(): void {
    if (this.steps >= this.#deathAt) throw new Dead("dead");
    this.steps++;
    if (this.steps >= this.#deathAt) throw new Dead("dead");
  }

  /** A disk that keeps what was written before death; a write can be cut in the middle of its lines. */
  store(kept: string[]): QueueStore {
    return {
      lines: async function* () {
        yield* [...kept];
      },
      append: async (lines) => {
        for (const line of lines) {
          this.step();
          kept.push(line);
          this.step();
        }
      },
      replace: async (lines) => {
        this.step();
        kept.splice(0, kept.length, ...lines);
        this.step();
      },
      close: async () => {},
    };
  }

  /** A network on which death comes before a request, or after it has arrived. */
  fetch: Fetch = async (url, init) => {
    this.step();
    const response = await fetch(url, init);
    this.step();
    return response;
  };
}
