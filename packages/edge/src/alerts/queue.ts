/**
 * The messages of one channel that wait, and which of them may be tried when. Pure bookkeeping on a clock that never
 * jumps; the deliverer does the sending.
 *
 * Order: first come, first served, and never the end of an alert before its beginning. After a failure the whole
 * channel pauses, 1 s at first and a minute at most, for a receiver that is down refuses everything. Each message has
 * a pause of its own besides, growing to an hour: one that alone cannot be delivered lets the others pass after a
 * few attempts.
 */

import type { Alert, Delivery } from "@symbion/core";
import type { Channel } from "./channels/channel.ts";

/** First and longest pauses, in milliseconds. */
const FIRST_PAUSE = 1000;
const LONGEST_CHANNEL_PAUSE = 60_000;
const LONGEST_MESSAGE_PAUSE = 3_600_000;

/** A message is given up at this age (ms), but only after the receiver has failed so many times. */
const GIVE_UP_AGE = 24 * 3_600_000;
const GIVE_UP_FAILURES = 12;

/** A delivery that waits. */
export type Waiting = {
  delivery: Delivery;
  /** The alert as it was when the message was decided; null: to be read from the store. */
  readonly alert: Alert | null;
  /** When it was decided, on the queue's clock; null if that was in an earlier process, or the channel was failing. */
  readonly decidedAt: number | null;
  /** When it may be tried, on the queue's clock. */
  dueAt: number;
};

/** The pause after the n-th failure in a row (n >= 1): doubled each time, 20 % more or less by `random` (0 to 1). */
export function pauseAfter(failures: number, longest: number, random: number): number {
  const pause = Math.min(longest, FIRST_PAUSE * 2 ** Math.min(40, failures - 1));
  return pause * (0.8 + 0.4 * random);
}

/** See the file's head. Times `now` are milliseconds of the clock that never jumps. */
export class ChannelQueue {
  readonly #waiting = new Map<string, Waiting>();
  readonly #random: () => number;
  #openAt = 0;
  #failures = 0;
  #tokens = Number.POSITIVE_INFINITY;
  #tokensAt = 0;
  /** The delivery that is being sent. */
  busy: string | null = null;

  /** `random` gives numbers from 0 to 1, so that nodes that failed together do not come back together. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Messages that wait, the one being sent included. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Whether the receiver's last attempt failed. */
  get failing(): boolean {
    return this.#failures > 0;
  }

  /** All that wait, in order. */
  values(): Iterable<Waiting> {
    return this.#waiting.values();
  }

  /** Adds a delivery; one that waits already is left alone. */
  add(waiting: Waiting): void {
    if (!this.#waiting.has(waiting.delivery.id)) this.#waiting.set(waiting.delivery.id, waiting);
  }

  /** Takes a delivery out: it was delivered or given up. */
  remove(id: string): void {
    this.#waiting.delete(id);
  }

  /** The receiver can be reached: whatever waits may be tried now. */
  reopen(now: number): void {
    this.#failures = 0;
    this.#openAt = now;
    for (const waiting of this.#waiting.values()) waiting.dueAt = Math.min(waiting.dueAt, now);
  }

  /** There is another receiver now, which knows nothing of the one before. */
  renew(now: number): void {
    this.#tokens = Number.POSITIVE_INFINITY;
    this.reopen(now);
  }

  /** What to try now, or when to look again (infinity: when something is added). */
  next(now: number, rate: Channel["rate"]): Waiting | number {
    if (this.busy !== null || this.#waiting.size === 0) return Number.POSITIVE_INFINITY;
    if (now < this.#openAt) return this.#openAt;
    let earliest = Number.POSITIVE_INFINITY;
    const alerts = new Set<string | null>();
    for (const waiting of this.#waiting.values()) {
      const { alert } = waiting.delivery;
      if (alerts.has(alert)) continue;
      if (waiting.dueAt <= now) {
        const tokenAt = this.#tokenAt(now, rate);
        return tokenAt <= now ? waiting : tokenAt;
      }
      alerts.add(alert);
      earliest = Math.min(earliest, waiting.dueAt);
    }
    return earliest;
  }

  /** Uses up one message of the receiver's rate. */
  spend(): void {
    this.#tokens--;
  }

  /** The receiver took a message, or refused one for good: it is there. */
  answered(): void {
    this.#failures = 0;
  }

  /**
   * An attempt failed and may work later, not before `afterMs` if given. Sets the pauses of message and channel;
   * answers the message's, in milliseconds.
   */
  failed(waiting: Waiting, attempts: number, now: number, afterMs: number): number {
    this.#failures++;
    const random = this.#random();
    const own = Math.max(afterMs, pauseAfter(attempts, LONGEST_MESSAGE_PAUSE, random));
    const channel = pauseAfter(this.#failures, LONGEST_CHANNEL_PAUSE, random);
    this.#openAt = now + Math.max(afterMs, channel);
    waiting.dueAt = now + own;
    return own;
  }

  /**
   * Whether a delivery has waited long enough to be given up. Age alone does not do it: the clock of a small computer
   * may be set years ahead after its start.
   */
  hopeless(delivery: Delivery, wall: number): boolean {
    const failures = Math.max(delivery.attempts, this.#failures);
    return failures >= GIVE_UP_FAILURES && wall - delivery.createdAt >= GIVE_UP_AGE;
  }

  #tokenAt(now: number, { burst, perSecond }: Channel["rate"]): number {
    const gained = ((now - this.#tokensAt) / 1000) * perSecond;
    this.#tokens = Math.min(burst, this.#tokens + gained);
    this.#tokensAt = now;
    return this.#tokens >= 1 ? now : now + ((1 - this.#tokens) / perSecond) * 1000;
  }
}
