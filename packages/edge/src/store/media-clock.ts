/**
 * One even time line out of a camera's timestamps, which start anew, wrap after 26 hours, or leap. Times in seconds.
 * After a leap nothing is taken until the next keyframe, which follows what was last by the time that really passed.
 */

/** Timestamps that differ from the clock's by more than this have leapt. */
const LEAP = 5;

/** Pictures may be shown so much before one that was coded earlier: seconds, or pictures where these are slow. */
const REORDERING = 2;
const REORDERED_PICTURES = 8;

/** A longer pause than this between two pictures is shortened to it. */
const LONGEST_PAUSE = 60;

/** Shares of the newest distance between pictures in their mean. */
const SMOOTHING = 0.05;

/** Follows a stream's timestamps. */
export class MediaClock {
  #offset = 0;
  #timestamp: number | null = null;
  #at = 0;
  #latest = Number.NEGATIVE_INFINITY;
  #latestBeforeKey = Number.NEGATIVE_INFINITY;
  #frame = 1 / 25;
  #broken = false;

  /** Mean time from one picture to the next. */
  get frameSeconds(): number {
    return this.#frame;
  }

  /**
   * Place of a picture on the time line; null for one that has none, since it belongs before a leap or a keyframe.
   *
   * @param at When it arrived, ms since 1970.
   */
  next(timestamp: number, at: number, keyframe: boolean): number | null {
    const passed = (at - this.#at) / 1000;
    if (this.#timestamp === null) this.#rebase(timestamp, 0);
    else if (this.#leapt(timestamp - this.#timestamp, passed)) this.#broken = true;
    if (this.#broken) {
      if (!keyframe) return null;
      this.#rebase(timestamp, passed);
    }
    let time = timestamp + this.#offset;
    if (keyframe) {
      if (time <= this.#latest) {
        this.#rebase(timestamp, 0);
        time = timestamp + this.#offset;
      }
      this.#latestBeforeKey = this.#latest;
    } else if (time < this.#latestBeforeKey) return null;
    const step = time - this.#latest;
    if (step > 0 && step < LEAP) this.#frame += SMOOTHING * (step - this.#frame);
    this.#latest = Math.max(this.#latest, time);
    this.#timestamp = timestamp;
    this.#at = at;
    return time;
  }

  /** Place of a moment (ms since 1970) on the time line, taken from the last picture. */
  at(moment: number): number {
    return this.#timestamp === null ? 0 : this.#latest + (moment - this.#at) / 1000;
  }

  /** The stream broke off; what comes next begins with a keyframe. */
  interrupt(): void {
    this.#broken = this.#timestamp !== null;
  }

  #leapt(step: number, passed: number): boolean {
    if (step < -Math.max(REORDERING, REORDERED_PICTURES * this.#frame)) return true;
    return step > LEAP && Math.abs(step - passed) > LEAP;
  }

  #rebase(timestamp: number, passed: number): void {
    const first = this.#timestamp === null;
    const pause = Math.min(LONGEST_PAUSE, Math.max(this.#frame, passed));
    this.#offset = (first ? 0 : this.#latest + pause) - timestamp;
    this.#broken = false;
  }
}
