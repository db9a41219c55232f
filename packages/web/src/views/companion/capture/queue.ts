/** What events bring, as something to be awaited: bounded, the oldest goes. */

/** A queue that one reader empties. */
export class EventQueue<T> implements AsyncIterable<T> {
  readonly #most: number;
  readonly #waiting: T[] = [];
  #ended = false;
  #wake: (() => void) | null = null;

  /** @param most Items that are kept for a slow reader, at least 1. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Adds an item; the oldest is dropped where there are too many. */
  push(item: T): void {
    if (this.#ended) return;
    this.#waiting.push(item);
    if (this.#waiting.length > this.#most) this.#waiting.shift();
    this.#wake?.();
  }

  /** No more will come. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    for (;;) {
      const next = this.#waiting.shift();
      if (next !== undefined) yield next;
      else if (this.#ended) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = null;
      }
    }
  }
}
