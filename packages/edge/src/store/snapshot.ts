/**
 * A consistent copy of a database that is in use: made by a thread of its own, since SQLite writes it in one go, and
 * without making writers wait.
 */

import { DatabaseSync } from "node:sqlite";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

type Job = { readonly snapshotOf: string; readonly to: string };

/** Copies the database at `path` to `to`, which must not exist. Rejects with what SQLite says. */
export function snapshot(path: string, to: string): Promise<void> {
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { snapshotOf: path, to } satisfies Job,
  });
  return new Promise<void>((resolve, reject) => {
    worker.once("message", () => resolve());
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error(`${path}: the copy broke off`)));
  });
}

function isJob(data: unknown): data is Job {
  return typeof data === "object" && data !== null && "snapshotOf" in data;
}

if (!isMainThread && isJob(workerData)) {
  const db = new DatabaseSync(workerData.snapshotOf, { timeout: 10_000 });
  try {
    db.prepare("VACUUM INTO ?").run(workerData.to);
  } finally {
    db.close();
  }
  parentPort?.postMessage("done");
}
