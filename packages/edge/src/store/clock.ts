/**
 * The time by which things grow old. The clock on the wall may jump: a board without a battery starts in 1970, a wrong
 * time server sends it to 2040. Age must not be judged by such a clock, or a jump deletes everything at once.
 *
 * A clock that runs evenly is followed. One that goes back is followed at once: then less is deleted. One that leaps
 * ahead is not followed until it has run evenly for a day; until then time goes on from where it was.
 */

/** A leap ahead that is still taken for slow correction, milliseconds. */
const TOLERANCE = 300_000;

/** At a start: an outage that is believed at once, milliseconds. */
const OUTAGE = 86_400_000;

/** How long a leapt clock has to run evenly until it is believed, milliseconds. */
const PROBATION = 86_400_000;

/** Judges the clock on the wall by the monotonic one. All times in milliseconds. */
export class ClockGuard {
  /** Latest time that has been believed, kept over restarts. */
  #anchor: number;
  #anchorMono: number;
  #believed: number;
  #mono: number;
  #suspect: { offset: number; since: number } | null = null;

  /**
   * @param anchor {@link ClockGuard.anchor} of an earlier run; null in a new folder, where any time is believed.
   */
  constructor(anchor: number | null, wall: number, mono: number) {
    this.#anchor = anchor ?? wall;
    this.#anchorMono = mono;
    this.#mono = mono;
    this.#believed = wall;
    if (wall > this.#anchor + OUTAGE) {
      this.#believed = this.#anchor;
      this.#suspect = { offset: wall - mono, since: mono };
    } else this.#anchor = Math.max(this.#anchor, wall);
  }

  /** To be handed to the next run. */
  get anchor(): number {
    return this.#anchor;
  }

  /** Whether the clock has leapt ahead and is not believed yet. */
  get suspicious(): boolean {
    return this.#suspect !== null;
  }

  /** The time by which age is judged, never later than the clock on the wall. Call it at least once an hour. */
  now(wall: number, mono: number): number {
    const elapsed = Math.max(0, mono - this.#mono);
    this.#mono = mono;
    const due = this.#believed + elapsed;
    // What has been believed before is believed again, as after a start in 1970.
    const reached = this.#anchor + mono - this.#anchorMono;
    if (wall <= Math.max(due, reached) + TOLERANCE) {
      this.#believe(wall);
      return wall;
    }
    const offset = wall - mono;
    if (this.#suspect === null || Math.abs(offset - this.#suspect.offset) > TOLERANCE) {
      this.#suspect = { offset, since: mono };
    }
    if (mono - this.#suspect.since >= PROBATION) {
      this.#believe(wall);
      return wall;
    }
    this.#believed = due;
    return due;
  }

  #believe(wall: number): void {
    this.#suspect = null;
    this.#believed = wall;
    if (wall < this.#anchor) return;
    this.#anchor = wall;
    this.#anchorMono = this.#mono;
  }
}
