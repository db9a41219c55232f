/**
 * The node's machines: values come in from sources and pushes, go to the monitors' thread in batches, and what changes
 * comes back. Learning is done in a second thread at the lowest priority, so that forecasts go on meanwhile. A thread
 * that dies is reported and begins anew from what was saved; nothing here keeps the rest of the node from running.
 */

import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import {
  expected,
  type Insight,
  type LiveEvents,
  type MachineCurve,
  type MachineKind,
  type MachineSample,
  type MachineSource,
  type MachineStatus,
  type ModelVersion,
} from "@symbion/core";
import type { KindDeclaration, LearningJob } from "@symbion/maintenance";
import type { MachinesConfig } from "../config/machine-types.ts";
import { MachineEpisodes } from "./episodes.ts";
import type {
  FromLearner,
  FromMonitors,
  LifeEnding,
  PastRow,
  ToLearner,
  ToMonitors,
} from "./messages.ts";
import { reasonOf } from "./monitors.ts";
import { Registry } from "./registry.ts";
import { Sources } from "./sources/set.ts";
import { startModule, Thread } from "./thread.ts";

/** How often values are handed on and time goes on, milliseconds: half a row of the fastest kind, within these. */
const SHORTEST_TICK = 50;
const LONGEST_TICK = 500;
/** States are written at least so often, milliseconds. */
const SAVE_INTERVAL = 60_000;
/** A machine's status is told at most so often, milliseconds. */
const TELL_INTERVAL = 1000;
/** Values that wait while the monitors' thread is busy or begins anew; the oldest go first. */
const MOST_WAITING = 20_000;
/** Ticks that the monitors' thread may be behind before values wait. */
const MOST_BEHIND = 4;
/** Longest wait for an answer of the monitors' thread, milliseconds. */
const ANSWER_PATIENCE = 10_000;
/** A job that takes so many times its budget, and this much more, is given up. Milliseconds. */
const OVERTIME = 10;
const GRACE = 60_000;

/** What the service needs from around it. */
export type MachinesHost = {
  readonly onInsight: (insight: Insight) => void;
  readonly publish: <E extends "machine" | "learning">(event: E, data: LiveEvents[E]) => void;
  /** One line for each thing the owner should know. */
  readonly log: (text: string) => void;
  /** Folder of the node's data; null: nothing is kept. */
  readonly folder: string | null;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Start the threads; for tests. */
  readonly startMonitors?: (() => Worker) | undefined;
  readonly startLearner?: (() => Worker) | undefined;
};

/** What became of pushed values. */
export type PushResult = {
  readonly taken: number;
  /** The first few that were refused, by their place in the push. */
  readonly refused: readonly { readonly index: number; readonly reason: string }[];
  readonly refusedTotal: number;
};

type Batch = { samples: MachineSample[]; endings: LifeEnding[] };

type Job = { readonly kind: string; readonly job: LearningJob };

/** Runs the machines. */
export class MachinesService {
  readonly #host: MachinesHost;
  readonly #now: () => number;
  readonly #registry: Registry;
  readonly #episodes: MachineEpisodes;
  readonly #monitors: Thread<ToMonitors, FromMonitors>;
  readonly #learner: Thread<ToLearner, FromLearner>;
  readonly #sources: Sources;
  #config: MachinesConfig | null = null;
  #kinds: readonly KindDeclaration[] = [];
  readonly #known = new Map<string, MachineKind>();
  readonly #batches = new Map<string, Batch>();
  #waiting = 0;
  #dropped = 0;
  #behind = 0;
  #busyMs = 0;
  /** Kinds whose monitors have answered since the thread's start, and whether they were as they had been left. */
  readonly #ready = new Map<string, boolean>();
  #onReady: (() => void)[] = [];
  readonly #answers = new Map<number, (message: FromMonitors | null) => void>();
  #request = 0;
  readonly #jobs: Job[] = [];
  #job: (Job & { readonly timer: NodeJS.Timeout }) | null = null;
  readonly #progress = new Map<string, string>();
  readonly #changed = new Map<string, number>();
  readonly #told = new Map<string, number>();
  /** Configurations are applied one after the other. */
  #configured: Promise<void> = Promise.resolve();
  #tick: NodeJS.Timeout | null = null;
  #savedAt = 0;
  #stopping = false;

  constructor(host: MachinesHost) {
    this.#host = host;
    this.#now = host.now ?? Date.now;
    this.#registry = new Registry();
    this.#sources = new Sources({
      folder: this.#folder,
      take: (samples, kind) => this.#take(samples, kind),
      end: (machine, at, how) => void this.end(machine, at, how),
      past: (kind, rows, last) => this.#past(kind, rows, last),
      restored: (kinds) => this.#restored(kinds),
      log: host.log,
      now: this.#now,
    });
    this.#episodes = new MachineEpisodes(host.onInsight);
    this.#monitors = new Thread({
      start: host.startMonitors ?? (() => startModule("monitors-thread")),
      onMessage: (message) => this.#hear(message),
      onStart: () => this.#configureMonitors(),
      onDeath: (reason, pause) => this.#monitorsDied(reason, pause),
    });
    this.#learner = new Thread({
      start: host.startLearner ?? (() => startModule("learner-thread")),
      onMessage: (message) => this.#hearLearner(message),
      onStart: () => this.#nextJob(),
      onDeath: (reason) => this.#learnerDied(reason),
    });
  }

  /** Runs these machines from now on; sources whose entries are as before go on undisturbed. */
  configure(config: MachinesConfig): void {
    if (this.#stopping) return;
    const empty = config.kinds.length + config.fleet.length + config.sources.length === 0;
    if (empty && this.#config === null) return;
    if (JSON.stringify(config) === JSON.stringify(this.#config)) return;
    this.#config = config;
    this.#configured = this.#configured
      .then(() => this.#apply(config))
      .catch((error: unknown) => this.#host.log(`machines: ${reasonOf(error)}`));
  }

  /** Every machine, in the order of the configuration. */
  list(): readonly MachineStatus[] {
    return this.#registry.list();
  }

  /** One machine, or null if there is none of that id. */
  status(id: string): MachineStatus | null {
    return this.#registry.status(id);
  }

  /**
   * A machine's past, at most so many points of it; null if there is none of that id.
   * @throws {MonitorsAway} where the monitors do not answer now.
   */
  async curve(id: string, points: number): Promise<MachineCurve | null> {
    const machine = this.#registry.get(id);
    if (machine === null) return null;
    const message = await this.#ask((request) => ({
      ...{ type: "curve", request, kind: machine.kind, machine: id, points },
    }));
    if (message.type !== "curve" || message.curve !== null) {
      return message.type === "curve" ? message.curve : null;
    }
    return {
      ...{ machine: id, age: [], at: [], remaining: [], low: [], high: [], health: [] },
      truth: null,
    };
  }

  /** Every kind of machine. */
  kinds(): readonly MachineKind[] {
    return this.#kinds.map(({ id, lifeUnit }) => this.#withProgress(id, lifeUnit));
  }

  /** One kind, or null if there is none of that id. */
  kind(id: string): MachineKind | null {
    return this.kinds().find((kind) => kind.id === id) ?? null;
  }

  /**
   * Makes an earlier version of a kind's models answer again; null if there is no such kind or version.
   * @throws {MonitorsAway} where the monitors do not answer now.
   */
  async rollback(kind: string, version: string): Promise<ModelVersion | null> {
    if (this.kind(kind) === null) return null;
    const message = await this.#ask((request) => ({ type: "rollback", request, kind, version }));
    return message.type === "rolled-back" ? message.version : null;
  }

  /**
   * Takes values that a program has pushed; null if there is no machine of that id and no kind is named.
   * @throws {UsageError} for a kind that there is not, or not of this machine.
   */
  push(id: string, kind: string | null, samples: readonly MachineSample[]): PushResult | null {
    const known = this.#registry.get(id);
    if (known === null && kind === null) return null;
    if (known !== null && kind !== null && known.kind !== kind) {
      throw expected(`the machine's own kind, "${known.kind}"`, kind, "kind");
    }
    const declaration = this.#kinds.find((one) => one.id === (known?.kind ?? kind));
    if (declaration === undefined) {
      throw expected(`a kind (${this.#kinds.map((one) => one.id).join(", ")})`, kind, "kind");
    }
    const sensors = new Set(declaration.sensors.map(({ name }) => name));
    const refused = samples.flatMap(({ sensor }, index) =>
      sensors.has(sensor)
        ? []
        : [{ index, reason: `expected a sensor of ${declaration.id}, got "${sensor}"` }],
    );
    const taken = samples.filter(({ sensor }) => sensors.has(sensor));
    const full = this.#take(taken, kind).get(id);
    if (full !== undefined) throw expected("room for one more machine", id, full);
    return { taken: taken.length, refused: refused.slice(0, 20), refusedTotal: refused.length };
  }

  /** Ends a machine's life; false if there is none of that id. */
  end(id: string, at: number, how: "failed" | "serviced"): boolean {
    const machine = this.#registry.get(id);
    if (machine === null) return false;
    this.#batch(machine.kind).endings.push({ machine: id, at, how });
    return true;
  }

  /** What machines are called, for messages. */
  names(): readonly { readonly id: string; readonly name: string; readonly machine: true }[] {
    return this.#registry.names();
  }

  /** How the sources are doing. */
  sources(): readonly MachineSource[] {
    return this.#sources.status();
  }

  /** Figures for monitors and tests: milliseconds of work per second of the monitors' thread, values lost. */
  figures(): { readonly busyMs: number; readonly dropped: number } {
    return { busyMs: this.#busyMs, dropped: this.#dropped };
  }

  /** Ends sources and threads; what was learned is saved. Takes two seconds at most. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const tell of this.#onReady.splice(0)) tell();
    if (this.#tick !== null) clearInterval(this.#tick);
    await this.#configured;
    await this.#sources.stop();
    this.#flush(true);
    if (this.#job !== null) clearTimeout(this.#job.timer);
    this.#episodes.end(this.#now());
    await Promise.all([this.#monitors.stop({ type: "stop" }), this.#learner.stop(null)]);
    for (const answer of [...this.#answers.values()]) answer(null);
  }

  async #apply(config: MachinesConfig): Promise<void> {
    // A later one has come meanwhile.
    if (this.#stopping || this.#config !== config) return;
    const { kinds, machines } = await this.#sources.configure(config);
    if (this.#stopping) return;
    this.#kinds = kinds;
    for (const gone of this.#registry.configure(kinds, machines)) {
      this.#episodes.removed(gone, this.#now());
    }
    for (const id of [...this.#known.keys()]) {
      if (!this.#kinds.some((kind) => kind.id === id)) this.#known.delete(id);
    }
    this.#restartTick();
    if (this.#kinds.length > 0 && !this.#monitors.running) this.#monitors.start();
    else this.#configureMonitors();
    this.#sources.start();
  }

  get #folder(): string | null {
    return this.#host.folder === null ? null : join(this.#host.folder, "machines");
  }

  #restartTick(): void {
    if (this.#tick !== null) clearInterval(this.#tick);
    this.#tick = null;
    if (this.#kinds.length === 0) return;
    const fastest = Math.min(...this.#kinds.map(({ rowMs }) => rowMs));
    const interval = Math.min(LONGEST_TICK, Math.max(SHORTEST_TICK, fastest / 2));
    this.#savedAt = this.#now();
    this.#tick = setInterval(() => this.#goOn(), interval);
    this.#tick.unref();
  }

  #goOn(): void {
    this.#flush(false);
    if (this.#monitors.running && this.#behind < MOST_BEHIND) {
      this.#behind++;
      this.#monitors.post({ type: "advance", now: this.#now() });
    }
    if (this.#now() - this.#savedAt >= SAVE_INTERVAL) {
      this.#savedAt = this.#now();
      this.#monitors.post({ type: "save", request: 0 });
      this.#sources.save();
    }
    this.#tell();
  }

  #configureMonitors(): void {
    this.#behind = 0;
    const held = this.#sources.waiting();
    this.#monitors.post({ type: "configure", kinds: this.#kinds, held, folder: this.#folder });
  }

  /** Takes values; returns why machines were refused. */
  #take(samples: readonly MachineSample[], kind: string | null): ReadonlyMap<string, string> {
    const refused = new Map<string, string>();
    for (const sample of samples) {
      const { machine } = sample;
      if (refused.has(machine)) continue;
      const known = this.#registry.get(machine) ?? this.#registry.adopt(machine, kind);
      if (typeof known === "string") refused.set(machine, known);
      else this.#batch(known.kind).samples.push(sample);
    }
    this.#waiting += samples.length;
    if (this.#waiting > MOST_WAITING) this.#drop();
    return refused;
  }

  #batch(kind: string): Batch {
    let batch = this.#batches.get(kind);
    if (batch === undefined) {
      batch = { samples: [], endings: [] };
      this.#batches.set(kind, batch);
    }
    return batch;
  }

  /** Hands on what waits, unless the monitors' thread cannot take it now. */
  #flush(last: boolean): void {
    if (!this.#monitors.running || (this.#behind >= MOST_BEHIND && !last)) return;
    for (const [kind, { samples, endings }] of this.#batches) {
      this.#monitors.post({ type: "take", kind, samples, endings });
    }
    this.#batches.clear();
    this.#waiting = 0;
  }

  /** Too much waits: the older half of the values goes. Ends of lives stay. */
  #drop(): void {
    let dropped = 0;
    for (const batch of this.#batches.values()) {
      const gone = Math.ceil(batch.samples.length / 2);
      batch.samples = batch.samples.slice(gone);
      dropped += gone;
    }
    if (this.#dropped === 0) this.#host.log("machines: values come faster than they are taken");
    this.#dropped += dropped;
    this.#waiting -= dropped;
  }

  #past(kind: string, rows: readonly PastRow[], last: boolean): void {
    this.#monitors.post({ type: "past", kind, rows, last });
    if (last) this.#monitors.post({ type: "save", request: 0 });
  }

  /** Resolves when the monitors of these kinds are there: whether all of them know what was before. */
  async #restored(kinds: readonly string[]): Promise<boolean> {
    while (!this.#stopping && !kinds.every((kind) => this.#ready.has(kind))) {
      await new Promise<void>((resolve) => this.#onReady.push(resolve));
    }
    return kinds.every((kind) => this.#ready.get(kind) === true);
  }

  #hear(message: FromMonitors): void {
    switch (message.type) {
      case "ready":
        this.#ready.set(message.kind.id, message.restored);
        this.#known.set(message.kind.id, message.kind);
        this.#update(message.kind.id, message.machines);
        for (const tell of this.#onReady.splice(0)) tell();
        break;
      case "advanced":
        this.#behind = Math.max(0, this.#behind - 1);
        this.#busyMs = message.busyMs;
        break;
      case "machines":
        this.#update(message.kind, message.machines);
        break;
      case "kind":
        this.#known.set(message.kind.id, message.kind);
        this.#tellKind(message.kind.id);
        break;
      case "installed":
        this.#episodes.learned(message.version);
        this.#host.log(`machines of kind ${message.kind}: ${message.version.text}`);
        break;
      case "job":
        this.#jobs.push({ kind: message.kind, job: message.job });
        this.#progress.set(message.kind, "waiting for its turn");
        this.#nextJob();
        break;
      case "curve":
      case "rolled-back":
        this.#answers.get(message.request)?.(message);
        break;
      case "saved":
        break;
      case "note":
        this.#host.log(message.text);
    }
  }

  #update(kind: string, machines: readonly MachineStatus[]): void {
    for (const machine of machines) {
      const status = this.#registry.update(kind, machine);
      if (status === null) continue;
      this.#episodes.take(status);
      if (!this.#changed.has(status.id)) this.#changed.set(status.id, this.#now());
    }
    this.#tell();
  }

  /** Tells what has changed of machines of which nothing was told within a second. */
  #tell(): void {
    const now = this.#now();
    for (const id of [...this.#changed.keys()]) {
      if (now - (this.#told.get(id) ?? Number.NEGATIVE_INFINITY) < TELL_INTERVAL) continue;
      const status = this.#registry.status(id);
      this.#changed.delete(id);
      if (status === null) {
        this.#told.delete(id);
        continue;
      }
      this.#told.set(id, now);
      this.#host.publish("machine", status);
    }
  }

  #tellKind(id: string): void {
    const kind = this.kind(id);
    if (kind !== null) this.#host.publish("learning", kind);
  }

  #withProgress(id: string, lifeUnit: string): MachineKind {
    const kind = this.#known.get(id) ?? {
      ...{ id, lifeUnit, machines: 0, lives: 0, versions: [], learning: null, coverage: null },
      drifts: [],
    };
    const learning = this.#progress.get(id) ?? null;
    return learning === null ? kind : { ...kind, learning };
  }

  /** Asks the monitors' thread something and waits for the answer. */
  async #ask(message: (request: number) => ToMonitors): Promise<FromMonitors> {
    if (!this.#monitors.running) throw new MonitorsAway();
    const request = ++this.#request;
    const { promise, resolve } = Promise.withResolvers<FromMonitors | null>();
    this.#answers.set(request, resolve);
    const timer = setTimeout(() => resolve(null), ANSWER_PATIENCE);
    try {
      this.#monitors.post(message(request));
      const answer = await promise;
      if (answer === null) throw new MonitorsAway();
      return answer;
    } finally {
      clearTimeout(timer);
      this.#answers.delete(request);
    }
  }

  #monitorsDied(reason: string, pause: number): void {
    this.#host.log(
      `machines: the monitors' thread failed: ${reason}; it begins anew in ${pause / 1000} s`,
    );
    this.#ready.clear();
    for (const answer of [...this.#answers.values()]) answer(null);
    // What is being learned was for monitors that are gone.
    this.#jobs.length = 0;
    this.#progress.clear();
    if (this.#job !== null) this.#learner.kill();
  }

  #nextJob(): void {
    const next = this.#jobs[0];
    if (this.#job !== null || next === undefined) return;
    if (!this.#learner.running) {
      // It comes back here when it has started.
      this.#learner.start();
      return;
    }
    this.#jobs.shift();
    const patience = OVERTIME * next.job.budgetMs + GRACE;
    const timer = setTimeout(() => {
      this.#giveUp(`expected it within ${Math.round(patience / 1000)} s, got nothing`);
      this.#learner.kill();
    }, patience);
    timer.unref();
    this.#job = { ...next, timer };
    this.#progress.set(next.kind, "begins");
    this.#tellKind(next.kind);
    this.#learner.post({ type: "learn", kind: next.kind, job: next.job });
  }

  #hearLearner(message: FromLearner): void {
    const { kind } = message;
    if (this.#job === null || this.#job.kind !== kind) return;
    switch (message.type) {
      case "progress":
        this.#progress.set(kind, message.text);
        this.#tellKind(kind);
        return;
      case "failed":
        this.#giveUp(message.reason);
        break;
      case "learned":
        this.#finishJob();
        this.#monitors.post({ type: "learned", kind, learned: message.learned });
    }
    this.#nextJob();
  }

  #learnerDied(reason: string): void {
    if (this.#job !== null) this.#giveUp(`the learner's thread failed: ${reason}`);
  }

  #giveUp(reason: string): void {
    const kind = this.#finishJob();
    if (kind === null) return;
    this.#host.log(`machines of kind ${kind}: learning was given up: ${reason}`);
    this.#monitors.post({ type: "abandon", kind, reason });
  }

  #finishJob(): string | null {
    const job = this.#job;
    if (job === null) return null;
    clearTimeout(job.timer);
    this.#job = null;
    this.#progress.delete(job.kind);
    this.#tellKind(job.kind);
    return job.kind;
  }
}

/** Thrown where the monitors' thread does not answer: it is about to begin anew. */
export class MonitorsAway extends Error {
  override readonly name: string = "MonitorsAway";

  constructor() {
    super("machines: expected an answer of the monitors, got none; try again");
  }
}
