/** Draws batches in a thread of its own, a few ahead of the trainer. */

import { parentPort, workerData } from "node:worker_threads";
import { textFeeds, visionFeeds } from "./feeds.ts";
import { Producer, type Source } from "./produce.ts";

/** What a worker is started with. */
export type WorkerTask = {
  readonly source: Source;
  /** Whether the decoder's inputs are wanted, or the vision tower's alone. */
  readonly text: boolean;
};

const { source, text } = workerData as WorkerTask;
const producer = new Producer(source);

parentPort?.on("message", () => {
  const batch = producer.next();
  const feeds = { ...visionFeeds(batch), ...(text ? textFeeds(batch) : {}) };
  const buffers = new Set(Object.values(feeds).map(({ data }) => data.buffer as ArrayBuffer));
  parentPort?.postMessage({ feeds, families: batch.families, targets: batch.targets }, [
    ...buffers,
  ]);
});
