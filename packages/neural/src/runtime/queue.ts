/** One job at a time, in the order in which they came. */

/** Runs a job once those before it have ended, and gives its result. */
export type Queue = <T>(job: () => Promise<T>) => Promise<T>;

/** A queue that nobody waits in yet. */
export function createQueue(): Queue {
  let last: Promise<unknown> = Promise.resolve();
  return (job) => {
    const done = last.then(job);
    // A job that fails is told to who asked for it; the next one runs all the same.
    last = done.catch(() => undefined);
    return done;
  };
}
