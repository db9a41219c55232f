/** A bounded hand-over between a producer that must not wait and one slower consumer. */

import { expected } from "./errors.ts";

/**
 * A queue for one consumer that holds at most `capacity` items. The producer never waits: when the queue
 * is full its oldest item makes room and is counted in {@link BoundedQueue.dropped}, so loss is bounded,
 * visible and falls on what is most out of date. Consume it with `for await`.
 */
export class BoundedQueue<T> implements AsyncIterable<T> {
  /** How many items it holds at most; a whole number from 1. */
  readonly capacity: number;
  readonly #items: T[] = [];
  #dropped = 0;
  #closed = false;
  #failure: Error | null = null;
  #wake: (() => void) | null = null;
  #consumed = false;

  /** Throws a `UsageError` unless `capacity` is a whole number from 1. */
  constructor(capacity: number) {
    if (!Number.isSafeInteger(capacity) || capacity < 1) {
      throw expected("a whole number from 1", capacity, "BoundedQueue capacity");
    }
    this.capacity = capacity;
  }

  /** Items waiting now, 0 to `capacity`. */
  get size(): number {
    return this.#items.length;
  }

  /** Items lost so far because the consumer was too slow. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Adds an item; false if the queue is closed and the item was not taken. */
  push(item: T): boolean {
    if (this.#closed) return false;
    if (this.#items.length === this.capacity) {
      this.#items.shift();
      this.#dropped++;
    }
    this.#items.push(item);
    this.#notify();
    return true;
  }

  /**
   * Ends the stream: the consumer gets what still waits, then the end, or `failure` thrown if there is
   * one. Only the first call counts.
   */
  close(failure?: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#failure = failure ?? null;
    this.#notify();
  }

  /**
   * The items in order, until {@link BoundedQueue.close}. Leaving the loop early closes the queue and
   * forgets what waits. Throws if it has a consumer already.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    if (this.#consumed) throw new Error("BoundedQueue: expected one consumer, got a second");
    this.#consumed = true;
    try {
      for (;;) {
        while (this.#items.length > 0) yield this.#items.shift() as T;
        if (this.#closed) break;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      if (this.#failure !== null) throw this.#failure;
    } finally {
      this.close();
      this.#items.length = 0;
    }
  }

  #notify(): void {
    this.#wake?.();
    this.#wake = null;
  }
}
