/** How many bytes the store writes: what wears out an SD card. */

import { readFileSync } from "node:fs";

/** How far back the daily rate looks, and how often a sample is kept for it, milliseconds. */
const WINDOW = 86_400_000;
const SAMPLE = 600_000;

/** Shortest time from which a daily rate is concluded, milliseconds. */
const SHORTEST = 60_000;

/**
 * Counts the bytes that the calling thread makes the kernel write: pages it has dirtied, so that a page written twice
 * before it goes to the disk counts once, and files in memory count nothing. Linux counts per thread; elsewhere the
 * figure is the whole process's. What other threads write into clips is added with {@link WriteMeter.add}.
 */
export class WriteMeter {
  readonly #start: number;
  #added = 0;
  #samples: { readonly at: number; readonly bytes: number }[];

  /** @param now Milliseconds of a monotonic clock. */
  constructor(now: number) {
    this.#start = threadBytes();
    this.#samples = [{ at: now, bytes: 0 }];
  }

  /** Counts bytes that another thread has written for the store. */
  add(bytes: number): void {
    this.#added += bytes;
  }

  /** Bytes since the meter began. */
  get bytes(): number {
    return threadBytes() - this.#start + this.#added;
  }

  /** What the last day's writing (or that since the beginning) comes to per day; `now` as above. */
  perDay(now: number): number {
    const bytes = this.bytes;
    const last = this.#samples.at(-1);
    if (last === undefined || now - last.at >= SAMPLE) this.#samples.push({ at: now, bytes });
    while (this.#samples.length > 1 && now - (this.#samples[1]?.at ?? now) >= WINDOW) {
      this.#samples.shift();
    }
    const first = this.#samples[0] ?? { at: now, bytes };
    return ((bytes - first.bytes) / Math.max(SHORTEST, now - first.at)) * 86_400_000;
  }
}

/** `write_bytes` of the calling thread (proc(5)); in 512-byte blocks of the process where there is no such file. */
function threadBytes(): number {
  try {
    const text = readFileSync("/proc/thread-self/io", "latin1");
    const value = /^write_bytes: (\d+)$/m.exec(text)?.[1];
    if (value !== undefined) return Number(value);
  } catch {
    // No Linux, or its counters are closed to us.
  }
  return process.resourceUsage().fsWrite * 512;
}
