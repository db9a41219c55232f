/**
 * One plug-in as the node sees it: its thread, what waits for it, and what becomes of it when it fails. A plug-in that
 * fails is started again with growing pauses; what cannot be used is disabled until its configuration changes.
 */

import { Worker } from "node:worker_threads";
import { maskCredentials } from "@symbion/core";
import {
  DELIVER_WINDOW,
  type Delivery,
  type FromThread,
  type PluginRole,
  type ThreadData,
  type ToThread,
} from "./messages.ts";

/** Times in milliseconds. */
export type PluginTimes = {
  /** First wait before a restart; doubles each time. Default 1000. */
  readonly firstRetry: number;
  /** Longest wait. Default 300 000. */
  readonly lastRetry: number;
  /** One that ran so long counts as healed: the next wait is the first one again. Default 60 000. */
  readonly healed: number;
  /** How often it is asked whether it still answers. Default 5000. */
  readonly ping: number;
  /** A thread that does not answer for so long hangs; also the time it has to start. Default 15 000. */
  readonly hang: number;
  /** Longest time for one record. Default 30 000. */
  readonly take: number;
  /** Time to tidy up when it has to end. Default 1500. */
  readonly grace: number;
};

/** How a plug-in is doing. Counts begin with the node, or with a change of its configuration. */
export type PluginReport = {
  /** Package name or path, as configured. */
  readonly package: string;
  /** What it calls itself; the package's name until it is loaded. */
  readonly name: string;
  /** `waiting`: it failed and is started again at `retryAt`. `disabled`: it cannot be used as it is. */
  readonly state: "starting" | "running" | "waiting" | "disabled";
  /** Why it does not run, or null. Credentials masked. */
  readonly problem: string | null;
  readonly roles: readonly PluginRole[];
  readonly restarts: number;
  /** Why the last restart was needed, and when (ms since 1970); null if there was none. */
  readonly lastRestart: { readonly at: number; readonly reason: string } | null;
  /** When the next restart is due (ms since 1970), or null. */
  readonly retryAt: number | null;
  /** Records that it made and the node took. */
  readonly emitted: number;
  /** Records that it made and the node refused, and why the first one. */
  readonly rejected: number;
  readonly firstRejection: string | null;
  /** Records that it has dealt with. */
  readonly taken: number;
  /** Records that were not given to it: it was too slow, or failed on them. */
  readonly dropped: number;
  /** Records that wait for it. */
  readonly queued: number;
  /** When it last made a record (ms since 1970), or null. */
  readonly lastRecordAt: number | null;
  /** Whether its source has said that there will be no more. */
  readonly sourceEnded: boolean;
};

/** What a plug-in's runner needs from around it. */
export type RunnerHost = {
  /** Called once per start; a text is why the plug-in may not run under this name. */
  readonly onName: (name: string) => string | null;
  /** Checks and passes on what it made; resolves with why it was refused, or null. Never rejects. */
  readonly onRecord: (
    value: unknown,
    role: "source" | "operator",
    name: string,
  ) => Promise<string | null>;
  readonly getState: (name: string) => Promise<unknown>;
  readonly putState: (name: string, value: unknown) => Promise<void>;
  readonly log: (text: string) => void;
  readonly times: PluginTimes;
};

/** Most records that wait for a plug-in; then the oldest go. */
export const MAX_QUEUE = 1000;

/** Most times that a record is given to a plug-in that fails on it. */
const MAX_TRIES = 2;

/** Most memory of a plug-in's objects, MiB. */
const MAX_HEAP = 256;

/** Lines a minute that a plug-in may write to the log. */
const MAX_LINES = 100;

/** A plug-in under care. Call {@link PluginRunner.start} once. */
export class PluginRunner {
  readonly #data: ThreadData;
  readonly #label: string;
  readonly #host: RunnerHost;
  #worker: Worker | null = null;
  #state: PluginReport["state"] = "starting";
  #problem: string | null = null;
  #name: string;
  /** Null until it is loaded. */
  #roles: readonly PluginRole[] | null = null;
  #ready = false;
  #stopped: PromiseWithResolvers<void> | null = null;
  #wait: number;
  #retryAt: number | null = null;
  #retryTimer: NodeJS.Timeout | undefined;
  #watch: NodeJS.Timeout | undefined;
  #began = 0;
  #answeredAt = 0;
  #maxSilence: number | null = null;
  #heardAt = 0;
  #lines = { since: 0, count: 0 };

  #queue: Delivery[] = [];
  #inFlight: Delivery[] = [];
  #headSince = 0;
  #headTries = 0;
  #drained: (() => void)[] = [];

  /** Records are passed on one after the other. */
  #passing: Promise<void> = Promise.resolve();

  #restarts = 0;
  #lastRestart: PluginReport["lastRestart"] = null;
  #emitted = 0;
  #rejected = 0;
  #firstRejection: string | null = null;
  #taken = 0;
  #dropped = 0;
  #lastRecordAt: number | null = null;
  #sourceEnded = false;

  /** @param label The package as configured. */
  constructor(label: string, data: ThreadData, host: RunnerHost) {
    this.#label = label;
    this.#data = data;
    this.#host = host;
    this.#name = label;
    this.#wait = host.times.firstRetry;
  }

  /** Starts its thread, and watches over it from then on. */
  start(): void {
    this.#launch();
    this.#watch = setInterval(() => this.#look(), this.#host.times.ping);
    this.#watch.unref();
  }

  /** Hands it a record; the oldest that waits goes where too many do. */
  take(item: Delivery): void {
    if (!this.#wants(item) || this.#stopped !== null || this.#state === "disabled") return;
    this.#queue.push(item);
    if (this.#queue.length > MAX_QUEUE) {
      this.#queue.shift();
      this.#dropped++;
    }
    this.#pump();
  }

  /** Name it was loaded under, or null. */
  get loadedName(): string | null {
    return this.#roles === null ? null : this.#name;
  }

  /** How it is doing. */
  report(): PluginReport {
    return {
      package: this.#label,
      name: this.#name,
      state: this.#state,
      problem: this.#problem,
      roles: this.#roles ?? [],
      restarts: this.#restarts,
      lastRestart: this.#lastRestart,
      retryAt: this.#retryAt,
      emitted: this.#emitted,
      rejected: this.#rejected,
      firstRejection: this.#firstRejection,
      taken: this.#taken,
      dropped: this.#dropped,
      queued: this.#queue.length + this.#inFlight.length,
      lastRecordAt: this.#lastRecordAt,
      sourceEnded: this.#sourceEnded,
    };
  }

  /** Lets it finish what waits and tidy up, for the grace time at most; then its thread is ended. Never rejects. */
  async stop(): Promise<void> {
    if (this.#stopped !== null) return this.#stopped.promise;
    const stopped = Promise.withResolvers<void>();
    this.#stopped = stopped;
    clearInterval(this.#watch);
    clearTimeout(this.#retryTimer);
    const worker = this.#worker;
    if (worker !== null && this.#ready) {
      let over = false;
      const late = new Promise<void>((resolve) => {
        setTimeout(() => {
          over = true;
          resolve();
        }, this.#host.times.grace).unref();
      });
      const drained = new Promise<void>((resolve) => this.#drained.push(resolve));
      this.#pump();
      await Promise.race([drained, late]);
      if (!over && this.#worker === worker) {
        const tidy = new Promise<void>((resolve) => this.#drained.push(resolve));
        this.#tell({ type: "stop" });
        await Promise.race([tidy, late]);
      }
    }
    this.#worker = null;
    await worker?.terminate().catch(() => undefined);
    this.#dropped += this.#queue.length + this.#inFlight.length;
    this.#queue = [];
    this.#inFlight = [];
    stopped.resolve();
  }

  /** Before it is loaded, nobody knows what it wants. */
  #wants({ operator }: Delivery): boolean {
    const roles = this.#roles;
    if (roles === null) return true;
    return roles.includes("sink") || (operator && roles.includes("operator"));
  }

  #launch(): void {
    const source = import.meta.url.endsWith(".ts");
    const worker = new Worker(new URL(source ? "./thread.ts" : "./thread.js", import.meta.url), {
      workerData: this.#data,
      execArgv: source ? ["--conditions=source"] : [],
      // What it prints must not end up between the node's own lines.
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP },
    });
    this.#worker = worker;
    this.#state = "starting";
    this.#ready = false;
    this.#retryAt = null;
    this.#began = performance.now();
    this.#answeredAt = this.#began;
    this.#heardAt = this.#began;
    let reason = "its thread ended by itself";
    worker.on("message", (message: FromThread) => {
      if (this.#worker === worker) this.#hear(message);
    });
    worker.on("error", (error: unknown) => {
      const { code, message = String(error) } = error as { code?: string; message?: string };
      reason = code === "ERR_WORKER_OUT_OF_MEMORY" ? `it used more than ${MAX_HEAP} MiB` : message;
    });
    worker.on("exit", () => {
      if (this.#worker === worker) this.#fail(reason);
    });
    for (const stream of [worker.stdout, worker.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (text: string) => {
        for (const line of text.split("\n")) if (line.trim() !== "") this.#log(line);
      });
    }
  }

  #hear(message: FromThread): void {
    switch (message.type) {
      case "loaded": {
        const problem = this.#host.onName(message.name);
        if (problem !== null) {
          this.#disable(problem);
          break;
        }
        this.#name = message.name;
        this.#roles = message.roles;
        this.#queue = this.#queue.filter((item) => this.#wants(item));
        this.#maxSilence =
          message.maxSilenceSeconds === null ? null : message.maxSilenceSeconds * 1000;
        break;
      }
      case "ready":
        this.#ready = true;
        this.#state = "running";
        this.#problem = null;
        this.#heardAt = performance.now();
        this.#pump();
        break;
      case "refused":
        this.#disable(message.problem);
        break;
      case "emit": {
        const { records, role } = message;
        const worker = this.#worker;
        this.#heardAt = performance.now();
        this.#passing = this.#passing.then(() => this.#pass(records, role, worker));
        break;
      }
      case "taken":
        this.#inFlight.splice(0, message.count);
        this.#taken += message.count;
        this.#headSince = performance.now();
        this.#headTries = 0;
        this.#pump();
        break;
      case "state-get":
        this.#answer(message.id, () => this.#host.getState(this.#name));
        break;
      case "state-put": {
        const { id, json } = message;
        this.#answer(id, () => this.#host.putState(this.#name, JSON.parse(json) as unknown));
        break;
      }
      case "log":
        this.#log(message.text);
        break;
      case "source-ended":
        this.#sourceEnded = true;
        break;
      case "failed":
        this.#fail(message.reason);
        break;
      case "pong":
        this.#answeredAt = performance.now();
        break;
      case "stopped":
        for (const done of this.#drained.splice(0)) done();
    }
  }

  async #pass(
    records: readonly unknown[],
    role: "source" | "operator",
    worker: Worker | null,
  ): Promise<void> {
    for (const record of records) {
      const refusal = await this.#host.onRecord(record, role, this.#name);
      if (refusal === null) {
        this.#emitted++;
        this.#lastRecordAt = Date.now();
      } else {
        this.#rejected++;
        if (this.#firstRejection === null) this.#log(`made a record that was refused: ${refusal}`);
        this.#firstRejection ??= refusal;
      }
    }
    if (this.#worker === worker) this.#tell({ type: "credit", count: records.length });
  }

  /** Sends what waits, as far as the window allows. */
  #pump(): void {
    if (this.#worker === null || !this.#ready) return;
    if (this.#queue.length > 0 && this.#inFlight.length < DELIVER_WINDOW) {
      const items = this.#queue.splice(0, DELIVER_WINDOW - this.#inFlight.length);
      if (this.#inFlight.length === 0) this.#headSince = performance.now();
      this.#inFlight.push(...items);
      this.#tell({ type: "deliver", items });
    }
    if (this.#stopped !== null && this.#inFlight.length === 0) {
      for (const done of this.#drained.splice(0)) done();
    }
  }

  #answer(id: number, work: () => Promise<unknown>): void {
    const worker = this.#worker;
    const reply = (value: unknown, error: string | null): void => {
      if (this.#worker === worker) this.#tell({ type: "state", id, value, error });
    };
    work().then(
      (value) => reply(value ?? null, null),
      (error: unknown) => reply(null, error instanceof Error ? error.message : String(error)),
    );
  }

  /** Looks after a thread that may hang. */
  #look(): void {
    if (this.#worker === null) return;
    const { hang, take } = this.#host.times;
    const now = performance.now();
    const silence = this.#maxSilence;
    if (now - this.#answeredAt > hang) {
      this.#fail(`it did not answer for ${hang / 1000} s`);
    } else if (!this.#ready) {
      if (now - this.#began > hang) this.#fail(`it did not start within ${hang / 1000} s`);
    } else if (this.#inFlight.length > 0 && now - this.#headSince > take) {
      this.#fail(`it was at one record for more than ${take / 1000} s`);
    } else if (silence !== null && !this.#sourceEnded && now - this.#heardAt > silence) {
      this.#fail(`its source made no record for ${silence / 1000} s`);
    } else {
      this.#tell({ type: "ping" });
    }
  }

  #fail(reason: string): void {
    const { times } = this.#host;
    this.#end();
    if (this.#stopped !== null) return;
    this.#again();
    if (performance.now() - this.#began > times.healed) this.#wait = times.firstRetry;
    const text = maskCredentials(reason.replace(/\s+/g, " ").slice(0, 300));
    const at = Date.now();
    this.#state = "waiting";
    this.#problem = text;
    this.#lastRestart = { at, reason: text };
    this.#retryAt = at + this.#wait;
    this.#log(`failed, starts again in ${this.#wait / 1000} s: ${text}`);
    this.#retryTimer = setTimeout(() => {
      this.#restarts++;
      this.#launch();
    }, this.#wait);
    this.#retryTimer.unref();
    this.#wait = Math.min(times.lastRetry, this.#wait * 2);
  }

  /** What was on its way goes back to the front; the record that it failed on, not for ever. */
  #again(): void {
    const pending = this.#inFlight;
    this.#inFlight = [];
    if (pending.length > 0 && ++this.#headTries >= MAX_TRIES) {
      pending.shift();
      this.#dropped++;
      this.#headTries = 0;
    }
    this.#queue.unshift(...pending);
  }

  #disable(problem: string): void {
    this.#end();
    this.#state = "disabled";
    this.#problem = maskCredentials(problem);
    this.#roles = null;
    this.#queue = [];
    this.#log(`cannot be used: ${this.#problem}`);
  }

  #end(): void {
    const worker = this.#worker;
    this.#worker = null;
    this.#ready = false;
    for (const done of this.#drained.splice(0)) done();
    void worker?.terminate().catch(() => undefined);
  }

  #tell(message: ToThread): void {
    this.#worker?.postMessage(message);
  }

  #log(text: string): void {
    const now = performance.now();
    if (now - this.#lines.since > 60_000) this.#lines = { since: now, count: 0 };
    this.#lines.count++;
    if (this.#lines.count > MAX_LINES) return;
    const line = maskCredentials(text.replace(/\s+/g, " ").trim().slice(0, 500));
    const last = this.#lines.count === MAX_LINES ? " (further lines of this minute left out)" : "";
    this.#host.log(`plug-in ${this.#name}: ${line}${last}`);
  }
}
