/** The node's memory: opens the store's thread and speaks to it as {@link Store}. */

import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { type Clip, type StoreStatus, UsageError } from "@symbion/core";
import type { StoreConfig } from "../config/types.ts";
import { CLIP_FOLDER } from "./engine.ts";
import { StoreError } from "./errors.ts";
import type {
  FromStore,
  Read,
  StoreProblem,
  StoreTimes,
  ThreadData,
  ToStore,
  Write,
} from "./messages.ts";
import type { Store } from "./types.ts";

export { StoreError, type StoreErrorKind } from "./errors.ts";
export type { StoreProblem, StoreTimes } from "./messages.ts";
export { SCHEMA } from "./migrations.ts";

/** Options of {@link openStore}. */
export type StoreOptions = {
  /** Told about every change of what a person should know: a full disk, a damaged database; null: all is well again. */
  readonly onProblem?: (problem: StoreProblem | null) => void;
  /** Told about clips that an earlier run had left unfinished; they are stored already. */
  readonly onRecoveredClip?: (clip: Clip) => void;
  /** Intervals, mostly for tests. */
  readonly times?: Partial<StoreTimes>;
};

const DEFAULT_TIMES: StoreTimes = {
  readings: 5000,
  insights: 250,
  housekeeping: 60_000,
  retry: 5000,
  syncAlerts: 1000,
  syncRest: 30_000,
};

/** Wait before a thread that died is replaced, and the longest such wait, milliseconds. */
const FIRST_REPLACEMENT = 500;
const LAST_REPLACEMENT = 30_000;

const OPTIONS = ["onProblem", "onRecoveredClip", "times"];

/**
 * Opens the store of a data folder, making it where there is none. A disk that is full or cannot be written to is no
 * error: the store says so and recovers by itself. Throws `UsageError`: another node has the folder, its database is
 * of a newer schema, an unknown option.
 *
 * What a resolved promise is worth: written to the operating system, so that it survives a killed process at once,
 * and a power cut after a second (alerts, deliveries, settings) or half a minute (the rest).
 */
export async function openStore(config: StoreConfig, options: StoreOptions = {}): Promise<Store> {
  for (const key of Object.keys(options)) {
    if (!OPTIONS.includes(key)) {
      throw new UsageError(`openStore: expected one of ${OPTIONS.join(", ")}, got option "${key}"`);
    }
  }
  for (const key of Object.keys(options.times ?? {})) {
    if (!(key in DEFAULT_TIMES)) {
      const known = Object.keys(DEFAULT_TIMES).join(", ");
      throw new UsageError(`openStore: times: expected one of ${known}, got "${key}"`);
    }
  }
  const client = new StoreClient(config, options);
  await client.ready;
  return client;
}

type Pending = {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
};

class StoreClient implements Store {
  readonly clipFolder: string;
  readonly ready: Promise<void>;
  #config: StoreConfig;
  readonly #options: StoreOptions;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | null = null;
  #nextRequest = 1;
  #failures = 0;
  #closing: Promise<void> | null = null;
  #status: StoreStatus;
  /** Why the thread is gone, while it is. */
  #gone: string | null = null;

  constructor(config: StoreConfig, options: StoreOptions) {
    this.#config = config;
    this.#options = options;
    this.clipFolder = join(config.folder, CLIP_FOLDER);
    this.#status = {
      databaseBytes: 0,
      clipBytes: 0,
      companionBytes: 0,
      quotaBytes: config.quotaBytes,
      freeBytes: 0,
      writtenBytes: 0,
      writtenBytesPerDay: 0,
      problem: null,
    };
    this.ready = this.#start();
  }

  putReadings(readings: Parameters<Store["putReadings"]>[0]): Promise<void> {
    return this.#write({ what: "readings", readings });
  }

  putInsight(insight: Parameters<Store["putInsight"]>[0]): Promise<void> {
    return this.#write({ what: "insight", insight });
  }

  putAlert(...[alert, deliveries]: Parameters<Store["putAlert"]>): Promise<void> {
    return this.#write({ what: "alert", alert, deliveries });
  }

  putDelivery(delivery: Parameters<Store["putDelivery"]>[0]): Promise<void> {
    return this.#write({ what: "delivery", delivery });
  }

  putClip(clip: Clip): Promise<void> {
    return this.#write({ what: "clip", clip });
  }

  deleteClip(id: string): Promise<boolean> {
    return this.#write({ what: "delete-clip", id });
  }

  insights(...args: Parameters<Store["insights"]>): ReturnType<Store["insights"]> {
    return this.#read({ method: "insights", args });
  }

  alerts(...args: Parameters<Store["alerts"]>): ReturnType<Store["alerts"]> {
    return this.#read({ method: "alerts", args });
  }

  alert(...args: Parameters<Store["alert"]>): ReturnType<Store["alert"]> {
    return this.#read({ method: "alert", args });
  }

  clips(...args: Parameters<Store["clips"]>): ReturnType<Store["clips"]> {
    return this.#read({ method: "clips", args });
  }

  clip(...args: Parameters<Store["clip"]>): ReturnType<Store["clip"]> {
    return this.#read({ method: "clip", args });
  }

  deliveries(...args: Parameters<Store["deliveries"]>): ReturnType<Store["deliveries"]> {
    return this.#read({ method: "deliveries", args });
  }

  dueDeliveries(...args: Parameters<Store["dueDeliveries"]>): ReturnType<Store["dueDeliveries"]> {
    return this.#read({ method: "dueDeliveries", args });
  }

  backlog(): ReturnType<Store["backlog"]> {
    return this.#read({ method: "backlog", args: [] });
  }

  strip(...args: Parameters<Store["strip"]>): ReturnType<Store["strip"]> {
    return this.#read({ method: "strip", args });
  }

  readings(...args: Parameters<Store["readings"]>): ReturnType<Store["readings"]> {
    return this.#read({ method: "readings", args });
  }

  putRelease(...[release, message]: Parameters<Store["putRelease"]>): Promise<void> {
    return this.#write({ what: "release", release, message });
  }

  releases(...args: Parameters<Store["releases"]>): ReturnType<Store["releases"]> {
    return this.#read({ method: "releases", args });
  }

  release(...args: Parameters<Store["release"]>): ReturnType<Store["release"]> {
    return this.#read({ method: "release", args });
  }

  releaseCounts(): ReturnType<Store["releaseCounts"]> {
    return this.#read({ method: "releaseCounts", args: [] });
  }

  outgoing(...args: Parameters<Store["outgoing"]>): ReturnType<Store["outgoing"]> {
    return this.#read({ method: "outgoing", args });
  }

  waiting(): ReturnType<Store["waiting"]> {
    return this.#read({ method: "waiting", args: [] });
  }

  putAggregate(incoming: Parameters<Store["putAggregate"]>[0]): Promise<boolean> {
    return this.#write({ what: "aggregate", incoming });
  }

  aggregates(...args: Parameters<Store["aggregates"]>): ReturnType<Store["aggregates"]> {
    return this.#read({ method: "aggregates", args });
  }

  silences(): ReturnType<Store["silences"]> {
    return this.#read({ method: "silences", args: [] });
  }

  putSilence(silence: Parameters<Store["putSilence"]>[0]): Promise<void> {
    return this.#write({ what: "silence", silence });
  }

  deleteSilence(id: string): Promise<boolean> {
    return this.#write({ what: "delete-silence", id });
  }

  pushSubscriptions(): ReturnType<Store["pushSubscriptions"]> {
    return this.#read({ method: "pushSubscriptions", args: [] });
  }

  putPushSubscription(subscription: Parameters<Store["putPushSubscription"]>[0]): Promise<void> {
    return this.#write({ what: "subscription", subscription });
  }

  deletePushSubscription(endpoint: string): Promise<boolean> {
    return this.#write({ what: "delete-subscription", endpoint });
  }

  state(...args: Parameters<Store["state"]>): ReturnType<Store["state"]> {
    return this.#read({ method: "state", args });
  }

  putState(...[key, value]: Parameters<Store["putState"]>): Promise<void> {
    return this.#write({ what: "state", key, value });
  }

  configure(config: StoreConfig): Promise<void> {
    // A thread that has to be started again starts with it.
    this.#config = { ...config, folder: this.#config.folder };
    return this.#ask((request) => ({ type: "configure", request, config: this.#config }));
  }

  status(): StoreStatus {
    return this.#gone === null ? this.#status : { ...this.#status, problem: this.#gone };
  }

  flush(): Promise<void> {
    return this.#ask((request) => ({ type: "flush", request }));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const worker = this.#worker;
    if (worker === null) return;
    const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
    const done = this.#request<void>((request) => ({ type: "close", request }));
    await done.finally(() => ended);
  }

  #write<T>(write: Write): Promise<T> {
    return this.#ask((request) => ({ type: "write", request, write }));
  }

  #read<T>(read: Read): Promise<T> {
    return this.#ask((request) => ({ type: "read", request, read }));
  }

  #ask<T>(message: (request: number) => ToStore): Promise<T> {
    if (this.#closing !== null) {
      return Promise.reject(new StoreError("closed", "the store has been closed"));
    }
    return this.#request(message);
  }

  #request<T>(message: (request: number) => ToStore): Promise<T> {
    const worker = this.#worker;
    if (worker === null) {
      return Promise.reject(new StoreError("unwritable", this.#gone ?? "the store is not open"));
    }
    const request = this.#nextRequest++;
    return new Promise<T>((resolve, reject) => {
      // Throws where a value cannot be copied, which rejects.
      worker.postMessage(message(request));
      // The thread answers each request with what the method of that name returns.
      this.#pending.set(request, { resolve: (value) => resolve(value as T), reject });
    });
  }

  #start(): Promise<void> {
    // The sources run as they are in a checkout, and compiled where they are installed.
    const source = import.meta.url.endsWith(".ts");
    const worker = new Worker(new URL(source ? "./thread.ts" : "./thread.js", import.meta.url), {
      execArgv: source ? ["--conditions=source"] : [],
      workerData: {
        config: this.#config,
        times: { ...DEFAULT_TIMES, ...this.#options.times },
        recover: this.#worker === null && this.#gone === null,
      } satisfies ThreadData,
    });
    return new Promise<void>((resolve, reject) => {
      let reason = "its thread ended";
      worker.on("message", (message: FromStore) => {
        if (message.type === "ready") {
          this.#worker = worker;
          this.#gone = null;
          this.#status = message.status;
          resolve();
        } else if (message.type === "refused") {
          reason = message.message;
          reject(new UsageError(message.message));
        } else this.#hear(message);
      });
      worker.on("error", (error) => {
        reason = `its thread failed: ${error instanceof Error ? error.message : String(error)}`;
      });
      worker.on("exit", () => {
        const wasReady = this.#worker === worker;
        this.#worker = null;
        const error = new StoreError("unwritable", `the store ended unexpectedly (${reason})`);
        for (const { reject: fail } of this.#pending.values()) fail(error);
        this.#pending.clear();
        if (wasReady && this.#closing === null) this.#replace(error.message);
        reject(error);
      });
    });
  }

  /** A thread that died is started again; what it had not answered has been rejected. */
  #replace(reason: string): void {
    this.#gone = reason;
    this.#options.onProblem?.({ kind: "unwritable", text: reason });
    const wait = Math.min(LAST_REPLACEMENT, FIRST_REPLACEMENT * 2 ** this.#failures++);
    setTimeout(() => {
      if (this.#closing !== null) return;
      this.#start().catch((error: unknown) => {
        if (this.#closing === null) this.#replace(String((error as Error).message));
      });
    }, wait).unref();
  }

  #hear(message: FromStore): void {
    switch (message.type) {
      case "done":
        this.#failures = 0;
        this.#pending.get(message.request)?.resolve(message.value);
        this.#pending.delete(message.request);
        break;
      case "failed": {
        const { kind, message: text } = message;
        const error = kind === null ? new UsageError(text) : new StoreError(kind, text);
        this.#pending.get(message.request)?.reject(error);
        this.#pending.delete(message.request);
        break;
      }
      case "status":
        this.#status = message.status;
        break;
      case "problem":
        this.#options.onProblem?.(message.problem);
        break;
      case "clip":
        this.#options.onRecoveredClip?.(message.clip);
        break;
    }
  }
}
