/** Time as alerting sees it, so that tests can let hours pass at once. */

/** A clock that never jumps, and wake-ups on it. Milliseconds. */
export type Timer = {
  /** Milliseconds since any fixed moment. */
  readonly now: () => number;
  /** Calls back after so long, once; the answer cancels it. Does not keep the process alive. */
  readonly after: (ms: number, callback: () => void) => () => void;
};

/** Longest wait that `setTimeout` can do, in milliseconds. */
const MAX_TIMEOUT = 2_147_483_647;

/** The process's own time. A wait beyond 24 days ends after 24 days. */
export const processTimer: Timer = {
  now: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, Math.min(MAX_TIMEOUT, Math.max(0, Math.ceil(ms))));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** At most one wake-up at a time: a new one replaces the one before. */
export class WakeUp {
  readonly #timer: Timer;
  readonly #callback: () => void;
  #cancel: (() => void) | null = null;

  /** Calls `callback` at each wake-up. */
  constructor(timer: Timer, callback: () => void) {
    this.#timer = timer;
    this.#callback = callback;
  }

  /** Sets the wake-up to a moment of the timer; null: none. */
  set(at: number | null): void {
    this.#cancel?.();
    this.#cancel = null;
    if (at === null) return;
    this.#cancel = this.#timer.after(at - this.#timer.now(), () => {
      this.#cancel = null;
      this.#callback();
    });
  }
}
