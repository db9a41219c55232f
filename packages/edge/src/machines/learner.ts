/** The learner, as it runs in its thread: one job after the other, at the lowest priority. */

import { setPriority } from "node:os";
import type { Learning } from "./learning.ts";
import type { FromLearner, ToLearner } from "./messages.ts";
import { reasonOf } from "./monitors.ts";

/** Shortest time between two words about the progress, milliseconds. */
const PROGRESS_INTERVAL = 500;

/** The lowest priority of a thread or process. */
const LOWEST = 19;

/**
 * Lets everything else go first. On Linux a priority is a thread's own; elsewhere it would be the whole node's, so that
 * nothing is changed there.
 */
export function stepBack(): void {
  if (process.platform !== "linux") return;
  try {
    setPriority(LOWEST);
  } catch {
    // A machine that does not allow it shares its cores evenly.
  }
}

/** Does a job and tells how it goes and what came of it. */
export async function learn(
  learning: Learning,
  { kind, job }: ToLearner,
  send: (message: FromLearner) => void,
  now: () => number = () => performance.now(),
): Promise<void> {
  let last = Number.NEGATIVE_INFINITY;
  const progress = (text: string): void => {
    if (now() - last < PROGRESS_INTERVAL) return;
    last = now();
    send({ type: "progress", kind, text });
  };
  try {
    const learned = await learning.learn(job, progress);
    send({ type: "learned", kind, learned });
  } catch (error) {
    send({ type: "failed", kind, reason: reasonOf(error) });
  }
}
