/** Where the queue of intents is kept. */

/** Lines that survive. Only one queue may have a store open at a time. */
export type QueueStore = {
  /** All whole lines in order; a torn last one was cut off before. */
  lines(): AsyncIterable<string>;
  /** Adds lines durably, all or, after a loss of power, a part from the front. Rejects with nothing added. */
  append(lines: readonly string[]): Promise<void>;
  /** Puts other lines in the place of all; either all is old afterwards, or all is new. */
  replace(lines: readonly string[]): Promise<void>;
  /** Lets go of files and locks; nothing may be called afterwards. */
  close(): Promise<void>;
};

/** A store that lives as long as the page or the program: for tests and for the sample. */
export function memoryQueueStore(initial: readonly string[] = []): QueueStore {
  let kept = [...initial];
  return {
    async *lines() {
      yield* kept;
    },
    async append(lines) {
      kept.push(...lines);
    },
    async replace(lines) {
      kept = [...lines];
    },
    async close() {},
  };
}
