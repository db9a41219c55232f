/** Stop strings: text up to the first of them leaves, and nothing that might be its beginning leaves too early. */

/** Looks for stop strings in text that comes in pieces, wherever its pieces begin and end. */
export class StopFilter {
  readonly #stops: readonly string[];
  #held = "";
  #found: string | null = null;

  /**
   * @param stops Non-empty strings, in any order: the one that is complete first is found, the longest where several end
   *   in the same place.
   */
  constructor(stops: readonly string[]) {
    this.#stops = stops;
  }

  /** The stop string that was found, or null. From then on no text leaves. */
  get found(): string | null {
    return this.#found;
  }

  /** Adds text; gives what may leave. */
  push(text: string): string {
    if (this.#found !== null) return "";
    this.#held += text;
    let at = -1;
    let behind = Infinity;
    for (const stop of this.#stops) {
      const place = this.#held.indexOf(stop);
      const ends = place + stop.length;
      if (place === -1 || ends > behind || (ends === behind && place >= at)) continue;
      [at, behind, this.#found] = [place, ends, stop];
    }
    const end = at === -1 ? this.#held.length - this.#beginning() : at;
    const free = this.#held.slice(0, end);
    this.#held = at === -1 ? this.#held.slice(end) : "";
    return free;
  }

  /** What is left, when no more text comes. */
  end(): string {
    const rest = this.#held;
    this.#held = "";
    return rest;
  }

  /** Length of the longest end of the held text that is the beginning of a stop string. */
  #beginning(): number {
    let longest = 0;
    for (const stop of this.#stops) {
      for (let length = Math.min(stop.length - 1, this.#held.length); length > longest; length--) {
        if (this.#held.endsWith(stop.slice(0, length))) longest = length;
      }
    }
    return longest;
  }
}
