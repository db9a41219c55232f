/** Batches made by worker threads, in their order, a few ahead. */

import { Worker } from "node:worker_threads";
import type { Feeds } from "@symbion/neural";
import type { WorkerTask } from "./worker.ts";

/** A batch ready to be fed. */
export type Ready = {
  readonly feeds: Feeds;
  readonly families: Int32Array;
  readonly targets: Int32Array;
};

/** Hands out batches; stop it when done. */
export class Prefetch {
  readonly #worker: Worker;
  readonly #ready: Ready[] = [];
  readonly #waiting: ((ready: Ready) => void)[] = [];

  constructor(task: WorkerTask, ahead = 3) {
    this.#worker = new Worker(new URL("./worker.ts", import.meta.url), {
      workerData: task,
      execArgv: ["--conditions=source"],
    });
    this.#worker.on("message", (ready: Ready) => {
      const next = this.#waiting.shift();
      if (next === undefined) this.#ready.push(ready);
      else next(ready);
    });
    this.#worker.on("error", (error) => {
      throw error;
    });
    for (let i = 0; i < ahead; i++) this.#worker.postMessage(null);
  }

  next(): Promise<Ready> {
    this.#worker.postMessage(null);
    const ready = this.#ready.shift();
    if (ready !== undefined) return Promise.resolve(ready);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}
