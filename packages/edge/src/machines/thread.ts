/** A worker thread that is started again when it dies, after pauses that grow. */

import { Worker } from "node:worker_threads";
import { reasonOf } from "./monitors.ts";

/** Pauses before a dead thread is replaced, in milliseconds: doubled from the first to the longest. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;
/** Wait for a thread to end by itself, in milliseconds. */
const STOP_PATIENCE = 2000;

/** What a thread is, and who is told of it. */
export type ThreadOptions<From> = {
  /** Starts it. */
  readonly start: () => Worker;
  readonly onMessage: (message: From) => void;
  /** It runs: what it has to know is to be told now. */
  readonly onStart: () => void;
  /** It has died and begins again after so many milliseconds. */
  readonly onDeath: (reason: string, pause: number) => void;
};

/** Starts a module beside this one in a thread: as it is in a checkout, compiled where it is installed. */
export function startModule(name: string): Worker {
  const source = import.meta.url.endsWith(".ts");
  return new Worker(new URL(`./${name}.${source ? "ts" : "js"}`, import.meta.url), {
    execArgv: source ? ["--conditions=source"] : [],
  });
}

/** Keeps a thread running. */
export class Thread<To, From> {
  readonly #options: ThreadOptions<From>;
  #worker: Worker | null = null;
  #failures = 0;
  #pause: NodeJS.Timeout | null = null;
  #stopping = false;

  constructor(options: ThreadOptions<From>) {
    this.#options = options;
  }

  /** Whether it runs now. */
  get running(): boolean {
    return this.#worker !== null;
  }

  /** Starts it unless it runs, or is about to be started again. */
  start(): void {
    if (this.#worker !== null || this.#pause !== null || this.#stopping) return;
    const worker = this.#options.start();
    this.#worker = worker;
    let reason = "it ended";
    worker.on("message", (message: From) => {
      this.#failures = 0;
      this.#options.onMessage(message);
    });
    worker.on("error", (error) => {
      reason = reasonOf(error);
    });
    worker.on("exit", () => this.#died(worker, reason));
    this.#options.onStart();
  }

  /** Tells it something; nothing happens where it does not run. */
  post(message: To): void {
    this.#worker?.postMessage(message);
  }

  /** Ends it at once, as if it had died. */
  kill(): void {
    void this.#worker?.terminate();
  }

  /** Ends it for good; `last` is its last message. */
  async stop(last: To | null): Promise<void> {
    this.#stopping = true;
    if (this.#pause !== null) clearTimeout(this.#pause);
    const worker = this.#worker;
    if (worker === null) return;
    const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
    if (last === null) void worker.terminate();
    else worker.postMessage(last);
    const timer = setTimeout(() => void worker.terminate(), STOP_PATIENCE);
    await ended;
    clearTimeout(timer);
  }

  #died(worker: Worker, reason: string): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    if (this.#stopping) return;
    const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.#failures++);
    this.#pause = setTimeout(() => {
      this.#pause = null;
      this.start();
    }, pause);
    this.#pause.unref();
    this.#options.onDeath(reason, pause);
  }
}
