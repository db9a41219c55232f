/** Time, handed in from outside so that tests can turn the hands. */

/** A source of time. */
export type Clock = {
  /** Wall-clock time in milliseconds since 1970-01-01 UTC. May jump when the machine's clock is set. */
  readonly now: () => number;
  /** Milliseconds since an arbitrary start; never goes back. For durations and rates. */
  readonly elapsed: () => number;
};

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
};
