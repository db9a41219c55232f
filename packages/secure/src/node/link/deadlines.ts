/**
 * Time limits that are almost never reached. A session sets several within a millisecond or two and takes them all
 * back. One timer looks after them all: a timer of Node.js each would show in what a session costs.
 */

/** How often limits are looked at, ms: by so much they may come late. */
const EVERY_MS = 50;

/** A time limit that runs. */
export type Deadline = { readonly at: number; readonly run: () => void };

const running = new Set<Deadline>();
let timer: NodeJS.Timeout | null = null;

function look(): void {
  timer = null;
  const now = performance.now();
  for (const deadline of [...running]) {
    // One that ran before it may have taken it back.
    if (deadline.at <= now && running.delete(deadline)) deadline.run();
  }
  arm();
}

/** Does not keep the process alive: what a limit is for does. */
function arm(): void {
  if (timer === null && running.size > 0) timer = setTimeout(look, EVERY_MS).unref();
}

/**
 * Runs something once a time is over, unless it is taken back before. It comes up to 50 ms late.
 * @param ms From now on.
 */
export function deadline(ms: number, run: () => void): Deadline {
  const made = { at: performance.now() + ms, run };
  running.add(made);
  arm();
  return made;
}

/** Takes a time limit back. */
export function takeBack(deadline: Deadline): void {
  running.delete(deadline);
}
