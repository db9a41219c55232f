/** Entry of the store's thread: gathers writes into commits, answers questions, keeps house in between. */

import { parentPort, workerData } from "node:worker_threads";
import { type Clip, UsageError } from "@symbion/core";
import { StoreEngine } from "./engine.ts";
import { messageOf, StoreError } from "./errors.ts";
import type { FromStore, StoreProblem, ThreadData, ToStore, Write } from "./messages.ts";

/** Pause between steps of housekeeping: what came in meanwhile goes first. */
const STEP_PAUSE = 20;

/** How often {@link StoreEngine.tidy} runs, milliseconds. */
const TIDY = 3_600_000;

/** Figures are told at most this often, milliseconds. */
const STATUS_INTERVAL = 500;

const port = parentPort;
if (port === null)
  throw new Error("thread.ts: expected to run in a worker thread, got the main one");
const { config, times, recover } = workerData as ThreadData;

type Waiting = { readonly request: number; readonly write: Write };

function send(message: FromStore): void {
  port?.postMessage(message);
}

function run(engine: StoreEngine): void {
  let waiting: Waiting[] = [];
  let commitTimer: NodeJS.Timeout | null = null;
  let commitDue = Number.POSITIVE_INFINITY;
  let commitSoon = false;
  let syncTimer: NodeJS.Timeout | null = null;
  let syncDue = Number.POSITIVE_INFINITY;
  let stepTimer: NodeJS.Timeout | null = null;
  let closed = false;
  let statusTold = 0;
  let problemTold: StoreProblem["kind"] | undefined;

  const tell = (): void => {
    statusTold = performance.now();
    send({ type: "status", status: engine.status() });
    const { problem } = engine;
    // The words may hold figures that change all the time.
    if (problem?.kind === problemTold) return;
    problemTold = problem?.kind;
    send({ type: "problem", problem });
  };

  const fail = (request: number, error: unknown): void => {
    const kind = error instanceof StoreError ? error.kind : null;
    send({ type: "failed", request, kind, message: messageOf(error) });
  };

  const commit = (): void => {
    if (commitTimer !== null) clearTimeout(commitTimer);
    commitTimer = null;
    commitDue = Number.POSITIVE_INFINITY;
    commitSoon = false;
    if (waiting.length === 0) return;
    const batch = waiting;
    waiting = [];
    const outcomes = engine.commit(batch.map(({ write }) => write));
    for (const [index, { request }] of batch.entries()) {
      const outcome = outcomes[index];
      if (outcome !== undefined && "value" in outcome) {
        send({ type: "done", request, value: outcome.value });
      } else fail(request, outcome?.error);
    }
    syncWithin(batch.some(({ write }) => isUrgent(write)) ? times.syncAlerts : times.syncRest);
    // A clip may be what exceeds the quota.
    if (batch.some(({ write }) => write.what === "clip")) step();
    if (engine.failing || performance.now() - statusTold > STATUS_INTERVAL) tell();
    setImmediate(() => {
      if (!closed && waiting.length === 0) engine.afterCommit();
    });
  };

  const commitWithin = (delay: number): void => {
    if (delay <= 0) {
      // What is on its way already joins.
      if (!commitSoon) setImmediate(commit);
      commitSoon = true;
      return;
    }
    const due = performance.now() + delay;
    if (commitSoon || due >= commitDue) return;
    if (commitTimer !== null) clearTimeout(commitTimer);
    commitDue = due;
    commitTimer = setTimeout(commit, delay);
  };

  const syncWithin = (delay: number): void => {
    const due = performance.now() + delay;
    if (due >= syncDue) return;
    if (syncTimer !== null) clearTimeout(syncTimer);
    syncDue = due;
    syncTimer = setTimeout(() => {
      syncDue = Number.POSITIVE_INFINITY;
      engine.syncLog(() => undefined);
    }, delay);
  };

  const step = (): void => {
    if (stepTimer !== null || closed) return;
    stepTimer = setTimeout(() => {
      stepTimer = null;
      const more = engine.housekeep();
      if (more) step();
      else tell();
    }, STEP_PAUSE);
  };

  const housekeeping = setInterval(step, times.housekeeping);
  const tidying = setInterval(() => engine.tidy(), TIDY);
  const retrying = setInterval(() => {
    if (!engine.failing) return;
    engine.retry();
    tell();
  }, times.retry);

  const close = (request: number): void => {
    commit();
    closed = true;
    for (const timer of [housekeeping, tidying, retrying]) clearInterval(timer);
    for (const timer of [syncTimer, stepTimer]) if (timer !== null) clearTimeout(timer);
    try {
      engine.close();
      send({ type: "done", request, value: undefined });
    } catch (error) {
      fail(request, error);
    }
    port?.close();
  };

  port?.on("message", (message: ToStore) => {
    switch (message.type) {
      case "write":
        waiting.push(message);
        commitWithin(gatherFor(message.write));
        break;
      case "read":
        try {
          send({ type: "done", request: message.request, value: engine.read(message.read) });
        } catch (error) {
          fail(message.request, error);
          tell();
        }
        break;
      case "flush":
        commit();
        send({ type: "done", request: message.request, value: undefined });
        break;
      case "configure":
        engine.configure(message.config);
        send({ type: "done", request: message.request, value: undefined });
        step();
        break;
      case "close":
        close(message.request);
        break;
    }
  });

  // Before anybody knows of the store: later there will be unfinished clips that are being written.
  const leftovers = recover ? engine.reconcileClips() : { unfinished: [], unlisted: [] };
  send({ type: "ready", status: engine.status() });
  tell();
  step();
  if (leftovers.unfinished.length + leftovers.unlisted.length === 0) return;
  const keep = (clip: Clip): void => {
    if (closed) return;
    engine.commit([{ what: "clip", clip }]);
    send({ type: "clip", clip });
  };
  void import("./clip-recovery.ts").then(({ recoverClips }) =>
    recoverClips(engine, leftovers, keep),
  );
}

function isUrgent({ what }: Write): boolean {
  return what !== "readings" && what !== "insight" && what !== "clip";
}

/** How long a write may wait for others, milliseconds. */
function gatherFor(write: Write): number {
  if (write.what === "readings") return times.readings;
  return isUrgent(write) ? 0 : times.insights;
}

let engine: StoreEngine | null = null;
try {
  engine = new StoreEngine(config);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  send({ type: "refused", message: error.message });
}
if (engine !== null) run(engine);
