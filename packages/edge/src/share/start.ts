/** Starting the thread of links and budgets. */

import { Worker } from "node:worker_threads";

/** Starts it: the sources as they are in a checkout, compiled where it is installed. */
export function startShareThread(): Worker {
  const source = import.meta.url.endsWith(".ts");
  return new Worker(new URL(`./share-thread.${source ? "ts" : "js"}`, import.meta.url), {
    execArgv: source ? ["--conditions=source"] : [],
  });
}
