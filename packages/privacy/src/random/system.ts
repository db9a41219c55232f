/** The system's generator, in words. */

import type { RandomSource } from "./source.ts";

/** Words fetched at once: the most that `getRandomValues` gives is 16,384. */
const POOL = 4096;

/** Draws from the generator of the operating system through a pool, whose words are wiped as they are used. */
class SystemRandom implements RandomSource {
  readonly #pool = new Uint32Array(POOL);
  #next = POOL;

  uint32(): number {
    if (this.#next === POOL) {
      globalThis.crypto.getRandomValues(this.#pool);
      this.#next = 0;
    }
    const word = this.#pool[this.#next];
    this.#pool[this.#next++] = 0;
    return word;
  }
}

/**
 * The system's generator. Each thread and each process of Node.js or a browser loads this module anew and has a pool of its
 * own: none ever sees another's words. A copy of a running machine (a snapshot that is started twice) has the same up to 4096
 * words ahead in both copies; no program can see that from within.
 */
export const systemRandom: RandomSource = new SystemRandom();
