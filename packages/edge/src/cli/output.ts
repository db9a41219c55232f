/** Writing to standard output: in blocks, with backpressure, and without an error when the reader has left. */

import type { Writable } from "node:stream";

/** Characters gathered before they are written. */
const BLOCK = 1 << 16;
/** Longest time in ms that a line of a slow source is held back. */
const HOLD = 100;

/** Ends the process quietly when what it writes to is closed, as `| head` does. */
export function surviveClosedPipe(stream: Writable): void {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
}

/** Gathers lines into blocks. */
export class LineWriter {
  readonly #stream: Writable;
  #lines: string[] = [];
  #length = 0;
  #flushed: number = performance.now();

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  /** Adds a line (without its end). Returns a promise when the reader has to catch up first. */
  line(text: string): Promise<void> | undefined {
    this.#lines.push(text);
    this.#length += text.length;
    if (this.#length < BLOCK && performance.now() - this.#flushed < HOLD) return undefined;
    return this.flush();
  }

  /** Writes what is held. Returns a promise when the reader has to catch up first. */
  flush(): Promise<void> | undefined {
    this.#flushed = performance.now();
    if (this.#lines.length === 0) return undefined;
    const block = `${this.#lines.join("\n")}\n`;
    this.#lines = [];
    this.#length = 0;
    if (this.#stream.write(block)) return undefined;
    return new Promise((resolve) => this.#stream.once("drain", resolve));
  }
}
