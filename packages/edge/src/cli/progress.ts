/** Progress on standard error: a bar on a terminal, a line per step elsewhere. */

import type { Writable } from "node:stream";

/** Characters of the bar, and shortest time between two pictures of it in milliseconds. */
const WIDTH = 30;
const INTERVAL = 80;

/** Shows how far something is. */
export class Progress {
  readonly #stream: Writable & { readonly isTTY?: boolean };
  #step = "";
  #drawn = Number.NEGATIVE_INFINITY;
  #shown = false;

  constructor(stream: Writable & { readonly isTTY?: boolean } = process.stderr) {
    this.#stream = stream;
  }

  /** What is being done, and how far it is, 0 to 1. */
  show(step: string, share: number): void {
    const begins = step !== this.#step;
    this.#step = step;
    if (this.#stream.isTTY !== true) {
      if (begins) this.#stream.write(`${step}\n`);
      return;
    }
    const now = performance.now();
    if (!begins && share < 1 && now - this.#drawn < INTERVAL) return;
    this.#drawn = now;
    this.#shown = true;
    const full = Math.round(WIDTH * Math.min(1, Math.max(0, share)));
    const bar = `${"█".repeat(full)}${"░".repeat(WIDTH - full)}`;
    this.#stream.write(
      `\r\u001b[2K${bar} ${String(Math.round(100 * share)).padStart(3)} %  ${step}`,
    );
  }

  /** Takes the bar away. */
  end(): void {
    if (this.#shown) this.#stream.write("\r\u001b[2K");
    this.#shown = false;
  }
}
