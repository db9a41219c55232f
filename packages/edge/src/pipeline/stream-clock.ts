/** From a stream's own time to the clock on the wall, and how late its frames are. */

/** Length of a window in which the quickest frame sets the pace, milliseconds. */
const WINDOW = 30_000;

/**
 * Follows a live stream. Frames come late by turns, never early: the frame with the least delay of the last half to
 * whole minute tells what the stream's clock says now. A stream's clock may run a little fast or slow, hence windows.
 */
export class StreamClock {
  #offset = Number.POSITIVE_INFINITY;
  #before = Number.POSITIVE_INFINITY;
  #windowEnds = 0;
  #latest = Number.NEGATIVE_INFINITY;
  #worst = 0;

  /** A frame of stream time `timestamp` (seconds) is done at `now` (ms since 1970). */
  observe(timestamp: number, now: number): void {
    const offset = now - timestamp * 1000;
    if (now >= this.#windowEnds) {
      this.#before = this.#offset;
      this.#offset = offset;
      this.#windowEnds = now + WINDOW;
    }
    this.#offset = Math.min(this.#offset, offset);
    // Frames that are shown after later-coded ones were due before them: they say nothing about delay.
    if (timestamp <= this.#latest) return;
    this.#latest = timestamp;
    this.#worst = Math.max(this.#worst, offset - Math.min(this.#offset, this.#before));
  }

  /** Time on the wall (ms since 1970) of a stream time in seconds. */
  at(timestamp: number): number {
    return Math.round(timestamp * 1000 + Math.min(this.#offset, this.#before));
  }

  /** Milliseconds by which the slowest frame was later than the quickest, since this was last asked. */
  takeWorst(): number {
    const worst = this.#worst;
    this.#worst = 0;
    return worst;
  }
}
