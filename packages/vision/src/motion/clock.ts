/**
 * Stream time for pictures in display or decoding order: the latest time so far, and how long a frame lasts. In
 * decoding order timestamps step back by a few frames after each reference picture; what counts is how far the latest
 * time gets per picture.
 */

/** Steps back of more than this begin a new stream, steps ahead of more than this are a gap. */
const REORDER_SECONDS = 1;
const GAP_SECONDS = 2;
/** Frame times that are believed, in seconds. */
const SHORTEST = 1 / 240;
const LONGEST = 1;

/** How much of what was measured is kept per step of the latest time. */
const KEPT = 0.98;

/** Follows the timestamps of one stream. */
export class StreamClock {
  #now = Number.NEGATIVE_INFINITY;
  /** Time gained and pictures seen, older ones fading. */
  #seconds = 0;
  #pictures = 0;
  #steps = 0;
  #lag = 0;
  #interval = 0.04;

  /** Latest time so far in seconds; -Infinity before the first frame. */
  get now(): number {
    return this.#now;
  }

  /** Time up to which all frames have come, in seconds: before `now` where frames come in decoding order. */
  get settled(): number {
    return this.#now - this.#lag;
  }

  /** Seconds per frame: a running mean, 0.04 until something is known. */
  get interval(): number {
    return this.#interval;
  }

  /** Takes a frame's timestamp. `break`: it does not continue what came before, because of a gap or a new start. */
  advance(timestamp: number): "on" | "break" {
    const step = timestamp - this.#now;
    this.#pictures++;
    if (step <= 0 && step >= -REORDER_SECONDS) {
      this.#lag = Math.max(this.#lag, -step);
      return "on";
    }
    this.#now = timestamp;
    if (step < 0 || step > GAP_SECONDS) {
      this.#lag = 0;
      // Pictures of the step that is not known.
      this.#pictures = this.#steps < 2 ? 0 : this.#pictures - 1;
      return "break";
    }
    // The first step shows how far pictures are reordered, not how long they last.
    if (this.#steps++ === 0) {
      this.#pictures = 0;
      return "on";
    }
    this.#seconds += step;
    this.#interval = Math.min(LONGEST, Math.max(SHORTEST, this.#seconds / this.#pictures));
    this.#seconds *= KEPT;
    this.#pictures *= KEPT;
    return "on";
  }
}
