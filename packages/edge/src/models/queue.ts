/** One request at a time, and a bounded number that wait. */

import { ModelApiError } from "./errors.ts";

/** Lets one task run at a time, in the order in which they came. */
export class OneAtATime {
  readonly #most: number;
  readonly #waiting: { start(): void }[] = [];
  #busy = false;

  /** @param most Tasks that may wait while one runs. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Tasks that wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Whether a task runs. */
  get busy(): boolean {
    return this.#busy;
  }

  /**
   * Waits for its turn. Resolves with what ends it, to be called once.
   * @throws {ModelApiError} 429 where too many wait. Rejects with the signal's reason when it is aborted before.
   */
  async enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#busy) {
      if (this.#waiting.length >= this.#most) {
        throw new ModelApiError(
          429,
          `expected at most ${this.#most} requests to wait, got one more; try again later`,
          { type: "rate_limit_error", code: "queue_full" },
        );
      }
      await new Promise<void>((resolve, reject) => {
        const entry = {
          start: (): void => {
            signal.removeEventListener("abort", leave);
            resolve();
          },
        };
        const leave = (): void => {
          this.#waiting.splice(this.#waiting.indexOf(entry), 1);
          reject(signal.reason as Error);
        };
        signal.addEventListener("abort", leave, { once: true });
        this.#waiting.push(entry);
      });
    }
    this.#busy = true;
    let over = false;
    return () => {
      if (over) return;
      over = true;
      const next = this.#waiting.shift();
      // The next one takes over at once, so that nobody slips in between.
      if (next === undefined) this.#busy = false;
      else next.start();
    };
  }
}
