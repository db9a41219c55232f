/** One source behind the kernel: samples pass while its permission lives, and it is shut the moment it does not. */

import type { LiveSensor, Purpose, Sensor } from "./types.ts";

/** What the kernel needs of a gated stream, whatever its samples are. */
export type GatedSource = {
  /** The sensor and purpose that it runs under. */
  readonly scope: { readonly sensor: Sensor; readonly purpose: Purpose };
  /** What the light shows, or null where the source was never read or is shut for certain. */
  readonly light: LiveSensor | null;
  /** Ends it at once. */
  stop(): void;
};

/** What a gated stream asks of the kernel. */
export type Gatekeeper = {
  /** Whether a sample may pass now. */
  live(sensor: Sensor, purpose: Purpose): boolean;
  /** Milliseconds since 1970. */
  now(): number;
  /** The stream was first read, has begun to close, or has closed. */
  changed(stream: GatedSource): void;
};

/** Samples of one sensor for one purpose; read once. */
export class GatedStream<T> implements AsyncIterableIterator<T>, GatedSource {
  readonly #keeper: Gatekeeper;
  readonly #sensor: Sensor;
  readonly #purpose: Purpose;
  readonly #source: AsyncIterable<T>;
  readonly #onStop: (() => void) | undefined;
  readonly #waiting = new Set<(end: IteratorResult<T>) => void>();
  #iterator: AsyncIterator<T> | null = null;
  #since = 0;
  #ended = false;
  #closed = false;

  constructor(
    keeper: Gatekeeper,
    sensor: Sensor,
    purpose: Purpose,
    source: AsyncIterable<T>,
    onStop?: () => void,
  ) {
    this.#keeper = keeper;
    this.#sensor = sensor;
    this.#purpose = purpose;
    this.#source = source;
    this.#onStop = onStop;
  }

  /** The sensor and purpose that it runs under. */
  get scope(): { readonly sensor: Sensor; readonly purpose: Purpose } {
    return { sensor: this.#sensor, purpose: this.#purpose };
  }

  /** What the light shows, or null where the source was never read or is shut for certain. */
  get light(): LiveSensor | null {
    if (this.#iterator === null || this.#closed) return null;
    return {
      sensor: this.#sensor,
      purpose: this.#purpose,
      since: this.#since,
      state: this.#ended ? "closing" : "live",
    };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next sample; done once the permission is gone. A source that fails fails here, and is shut. */
  next(): Promise<IteratorResult<T>> {
    if (!this.#ended && !this.#keeper.live(this.#sensor, this.#purpose)) this.stop();
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      const finish = (result: IteratorResult<T>): void => {
        this.#waiting.delete(finish);
        resolve(result);
      };
      this.#waiting.add(finish);
      this.#pull().then(
        (result) => {
          // The one place where samples pass: asked at the very moment, so a late answer to an early question is dropped.
          if (!this.#ended && !this.#keeper.live(this.#sensor, this.#purpose)) this.stop();
          if (this.#ended) return;
          if (result.done === true) {
            this.#ended = true;
            this.#close();
            for (const end of [...this.#waiting]) end({ done: true, value: undefined });
          } else finish(result);
        },
        (error: unknown) => {
          if (this.#ended) return;
          this.#waiting.delete(finish);
          reject(error);
          this.stop();
        },
      );
    });
  }

  /** The reader has had enough: the source is shut. */
  return(): Promise<IteratorResult<T>> {
    this.stop();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Ends it at once: whoever waits for a sample gets the end, and the source is told to shut. */
  stop(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const end of [...this.#waiting]) end({ done: true, value: undefined });
    const iterator = this.#iterator;
    if (iterator === null) {
      this.#tellSource();
      this.#close();
      return;
    }
    this.#tellSource();
    this.#keeper.changed(this);
    const done = (): void => this.#close();
    // A generator answers `return` only when its pending `next` has; hence the light's second state.
    Promise.resolve()
      .then(() => iterator.return?.())
      .then(done, done);
  }

  async #pull(): Promise<IteratorResult<T>> {
    if (this.#iterator === null) {
      this.#iterator = this.#source[Symbol.asyncIterator]();
      this.#since = this.#keeper.now();
      this.#keeper.changed(this);
      // Whoever watches the light may have withdrawn the permission in that very call.
      if (this.#ended) return { done: true, value: undefined };
    }
    return this.#iterator.next();
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#keeper.changed(this);
  }

  #tellSource(): void {
    try {
      this.#onStop?.();
    } catch {
      // The stream has ended whatever the source's switch does; the light shows whether it is shut.
    }
  }
}
