/**
 * Noticing that files have changed, however an editor writes them: in place, in pieces, or as a new file renamed over
 * the old one. The folder is watched, since a watched file is gone after a rename; and files are looked at from time
 * to time, since some file systems tell nothing.
 */

import { type FSWatcher, realpathSync, statSync, watch } from "node:fs";
import { dirname } from "node:path";

/** Times of a {@link FileWatcher} in milliseconds. */
export type WatchTimes = {
  /** Files have to stay the same for so long before a change is told. Default 150. */
  readonly settleMs?: number;
  /** Files are looked at so often, whether something was told or not. Default 2000. */
  readonly pollMs?: number;
};

/** Tells when one of some files has changed and stands still again. */
export class FileWatcher {
  readonly #paths: readonly string[];
  readonly #onChange: () => void;
  readonly #settleMs: number;
  readonly #watchers: FSWatcher[] = [];
  readonly #poll: NodeJS.Timeout;
  #settling: NodeJS.Timeout | null = null;
  /** What was told last, and what was seen last. */
  #told: string;
  #seen: string;

  /** Starts at once; `onChange` is called for changes from now on. */
  constructor(paths: readonly string[], onChange: () => void, times: WatchTimes = {}) {
    const { settleMs = 150, pollMs = 2000 } = times;
    this.#paths = paths;
    this.#onChange = onChange;
    this.#settleMs = settleMs;
    this.#told = this.#seen = this.#look();
    for (const folder of new Set(paths.flatMap(folders))) {
      try {
        const watcher = watch(folder, { persistent: false }, () => this.#check());
        watcher.on("error", () => watcher.close());
        this.#watchers.push(watcher);
      } catch {
        // Looking from time to time is enough, only slower.
      }
    }
    this.#poll = setInterval(() => this.#check(), pollMs);
    this.#poll.unref();
  }

  /** Ends the watching; nothing is told any more. */
  close(): void {
    clearInterval(this.#poll);
    if (this.#settling !== null) clearTimeout(this.#settling);
    this.#settling = null;
    for (const watcher of this.#watchers) watcher.close();
  }

  #check(): void {
    if (this.#settling !== null) return;
    const now = this.#look();
    if (now === this.#told) return;
    this.#seen = now;
    this.#settle();
  }

  #settle(): void {
    this.#settling = setTimeout(() => {
      this.#settling = null;
      const now = this.#look();
      if (now !== this.#seen) {
        this.#seen = now;
        this.#settle();
      } else if (now !== this.#told) {
        this.#told = now;
        this.#onChange();
      }
    }, this.#settleMs);
    this.#settling.unref();
  }

  #look(): string {
    return this.#paths.map(signature).join("|");
  }
}

function folders(path: string): string[] {
  const own = dirname(path);
  try {
    return [own, dirname(realpathSync(path))];
  } catch {
    return [own];
  }
}

/** What changes with a file: its identity, size, times and permissions. */
function signature(path: string): string {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return `${dev}.${ino}.${size}.${mtimeNs}.${ctimeNs}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "unknown";
  }
}
