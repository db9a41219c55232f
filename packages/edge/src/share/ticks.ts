/**
 * When numbers are told: at fixed moments of the clock, a little after each slot's end, whatever the data is. A slot
 * that ended while the node was down, or before the clock leapt, is told if it is the last one, and skipped otherwise.
 */

import type { ShareRelease } from "../config/share-types.ts";
import { reasonOf } from "../machines/monitors.ts";

/** Insights are stored at most so long after they happen, milliseconds; slots shorter than four of these wait less. */
const GRACE = 5000;
/** Longest sleep, milliseconds: the clock may be set meanwhile. */
const LONGEST_SLEEP = 30_000;

/** What ticks need. */
export type TicksHost = {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly due: (release: ShareRelease, slot: readonly [number, number]) => Promise<void>;
  readonly log: (text: string) => void;
};

/** Calls when slots have ended. */
export class Ticks {
  readonly #host: TicksHost;
  #releases: readonly ShareRelease[] = [];
  /** End of the slot that was told last, by release. */
  readonly #last = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;

  constructor(host: TicksHost) {
    this.#host = host;
  }

  /** Tells these from now on; none: nothing happens any more. */
  set(releases: readonly ShareRelease[]): void {
    this.#releases = releases;
    for (const id of this.#last.keys()) {
      if (!releases.some((release) => release.id === id)) this.#last.delete(id);
    }
    this.#sleep();
  }

  #sleep(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#releases.length === 0) return;
    const now = this.#host.now();
    const wait = Math.min(
      LONGEST_SLEEP,
      ...this.#releases.map((release) => {
        const { end, grace } = lastSlot(release, now);
        const told = this.#last.get(release.id) === end;
        return told ? end + release.slotSeconds * 1000 + grace - now : 0;
      }),
    );
    this.#timer = setTimeout(() => this.#wake(), Math.max(1, wait));
    this.#timer.unref();
  }

  #wake(): void {
    const now = this.#host.now();
    for (const release of this.#releases) {
      const { begin, end } = lastSlot(release, now);
      const last = this.#last.get(release.id);
      if (last === end) continue;
      this.#last.set(release.id, end);
      const missed = last === undefined ? 0 : Math.round((begin - last) / (end - begin));
      if (missed > 0) {
        this.#host.log(
          `share: ${missed} slots of ${release.id} are skipped: nobody was awake then`,
        );
      }
      this.#host.due(release, [begin, end]).catch((error: unknown) => {
        this.#host.log(`share: ${release.id} is not told for this slot: ${reasonOf(error)}`);
      });
    }
    this.#sleep();
  }
}

/** The last slot that has ended long enough ago. */
function lastSlot(
  { slotSeconds }: ShareRelease,
  now: number,
): { readonly begin: number; readonly end: number; readonly grace: number } {
  const length = slotSeconds * 1000;
  const grace = Math.min(GRACE, length / 4);
  const end = Math.floor((now - grace) / length) * length;
  return { begin: end - length, end, grace };
}
