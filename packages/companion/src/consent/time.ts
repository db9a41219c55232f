/** Time that only goes forward, made of a clock that anybody may set. */

/**
 * Follows a wall clock forwards, or a monotonic one where that goes further: an hour's grant is over after at most an
 * hour, whatever is done to the wall clock in between. The monotonic one alone would stand still while a device sleeps.
 */
export class ForwardTime {
  readonly #clock: () => number;
  readonly #monotonic: () => number;
  #last: number;
  #lastMonotonic: number;
  #now: number;

  /** `now` is where to go on from, in milliseconds since 1970. */
  constructor(clock: () => number, monotonic: () => number, now: number = 0) {
    this.#clock = clock;
    this.#monotonic = monotonic;
    this.#last = clock();
    this.#lastMonotonic = monotonic();
    this.#now = Math.max(now, this.#last);
  }

  /** Milliseconds since 1970, at least what the last call gave; ahead of the clock once that was set back. */
  now(): number {
    const clock = this.#clock();
    const monotonic = this.#monotonic();
    // A clock that gives no number has stopped: it cannot hold back the other.
    const passed = clock > this.#last ? clock - this.#last : 0;
    const ticked = monotonic > this.#lastMonotonic ? monotonic - this.#lastMonotonic : 0;
    this.#now += Math.max(passed, ticked);
    if (Number.isFinite(clock)) this.#last = clock;
    if (Number.isFinite(monotonic)) this.#lastMonotonic = monotonic;
    return this.#now;
  }

  /** What the clock said at the last call of {@link now}, in milliseconds since 1970. */
  get clock(): number {
    return this.#last;
  }

  /** Takes up time that another kernel over the same storage has counted; never goes back. */
  advance(now: number): void {
    if (now > this.#now) this.#now = now;
  }

  /** Goes back to what the clock says. For when no grant is left that this could lengthen. */
  settle(): void {
    this.#now = this.#last;
  }
}
