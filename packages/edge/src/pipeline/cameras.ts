/**
 * All cameras of a node: spread over worker threads, so that parsing never delays the server and two cores are two
 * cores. A thread that dies is replaced and its cameras begin again; the others do not notice.
 */

import { availableParallelism } from "node:os";
import { isDeepStrictEqual } from "node:util";
import { Worker } from "node:worker_threads";
import {
  type CameraStatus,
  type Clip,
  type Insight,
  maskCredentials,
  type WatchFrame,
} from "@symbion/core";
import type { CameraConfig, DisabledCamera } from "../config/types.ts";
import type { FeedSample, FeedSettings } from "../watch/messages.ts";
import type { CameraChange, CameraCounts, FromThread, ToThread } from "./messages.ts";
import { Subscription } from "./subscription.ts";

/** How far back rates look, in milliseconds. */
const RATE_WINDOW = 5000;

/** Wait before a dead thread is replaced, and the longest such wait, in milliseconds. */
const FIRST_REPLACEMENT = 500;
const LAST_REPLACEMENT = 30_000;

/**
 * MiB of a thread's heap for young objects. Left alone, V8 doubles it up to 128 MiB over some ten minutes of video,
 * because clips being recorded outlive a few collections, and never gives it back.
 */
const YOUNG_GENERATION = 24;

/** Wait for threads to end by themselves, in milliseconds. */
const STOP_PATIENCE = 1000;

/** Longest wait for a thread's answer, in milliseconds. */
const ANSWER_PATIENCE = 3000;

/** Counts at a moment, with the camera's part of its thread's other work. */
type Sample = { readonly at: number; readonly counts: CameraCounts; readonly sharedCpuMs: number };

type Entry = {
  config: CameraConfig;
  readonly thread: number;
  change: CameraChange;
  /** Counts of threads that have died, to be added to the living one's. */
  earlier: CameraCounts;
  sharedCpuMs: number;
  samples: Sample[];
  crashes: number;
  decodedFrames: number;
  droppedFrames: number;
  readonly subscriptions: Map<number, Subscription>;
  /** How it feeds the model of the standing questions, or null. */
  feed: FeedSettings | null;
};

type Thread = {
  worker: Worker | null;
  cpuMs: number;
  parseMs: number;
  failures: number;
};

/** What the cameras tell the node. */
export type CamerasEvents = {
  /** One line for each change a person may care about. */
  readonly log: (text: string) => void;
  /** The beginning of something understood, and again its end. */
  readonly onInsight: (insight: Insight) => void;
  /** A clip is complete, its file in the clip folder. */
  readonly onClip: (clip: Clip) => void;
  /** A camera's state or the reason for it has changed. */
  readonly onState: (id: string, change: CameraChange) => void;
  /** Which blocks of a sampled picture are kept. */
  readonly onPlan: (frame: WatchFrame) => void;
  /** A sampled picture for the model of the standing questions. */
  readonly onSample: (id: string, sample: FeedSample) => void;
  /** No more of them for now, and why pixels cannot be had (null: the source ended). */
  readonly onFed: (id: string, problem: string | null) => void;
};

/** Runs cameras and keeps their figures. */
export class Cameras {
  readonly #entries = new Map<string, Entry>();
  #order: readonly string[] = [];
  #disabled: readonly DisabledCamera[] = [];
  readonly #threads: Thread[] = [];
  readonly #events: CamerasEvents;
  readonly #clipFolder: string | null;
  readonly #answers = new Map<number, (stream: Uint8Array | null) => void>();
  /** What goes on now, and the thread that will tell its end. */
  readonly #open = new Map<string, { readonly insight: Insight; readonly thread: number }>();
  #nextNumber = 1;
  #stopping = false;

  /** @param clipFolder Existing folder for clips, or null where none are stored. */
  constructor(clipFolder: string | null, events: CamerasEvents) {
    this.#clipFolder = clipFolder;
    this.#events = events;
  }

  /**
   * Runs these cameras from now on. A camera whose entry is as before goes on undisturbed; one of which only the areas
   * have changed is told so; any other change ends it and begins it again.
   */
  configure(cameras: readonly CameraConfig[], disabled: readonly DisabledCamera[]): void {
    const wanted = new Map(cameras.map((camera) => [camera.id, camera]));
    for (const [id, entry] of this.#entries) {
      const config = wanted.get(id);
      if (config === undefined) this.#remove(entry);
      else if (
        !isDeepStrictEqual(
          { ...config, areas: [], questions: [], name: "" },
          { ...entry.config, areas: [], questions: [], name: "" },
        )
      ) {
        entry.config = config;
        this.#restart(entry);
      } else {
        if (!isDeepStrictEqual(config.areas, entry.config.areas)) {
          this.#tell(entry.thread, { type: "areas", id, areas: config.areas });
        }
        entry.config = config;
      }
    }
    for (const camera of cameras) if (!this.#entries.has(camera.id)) this.#add(camera);
    this.#order = cameras.map(({ id }) => id);
    this.#disabled = disabled;
  }

  /** Every camera, disabled ones last. */
  status(): CameraStatus[] {
    return [
      ...this.#order.map((id) => this.#statusOf(this.#entries.get(id) as Entry)),
      ...this.#disabled.map(disabledStatus),
    ];
  }

  /** One camera, or null if there is none of that id. */
  statusOf(id: string): CameraStatus | null {
    return this.status().find((camera) => camera.id === id) ?? null;
  }

  /** Whether a camera of that id runs. */
  has(id: string): boolean {
    return this.#entries.has(id);
  }

  /** Begins to watch a camera: its records, from the last keyframe on. Null if there is none of that id. */
  subscribe(id: string): Subscription | null {
    const entry = this.#entries.get(id);
    if (entry === undefined) return null;
    const number = this.#nextNumber++;
    const subscription = new Subscription({
      onDropped: (frames) => {
        entry.droppedFrames += frames;
      },
      onClose: () => {
        entry.subscriptions.delete(number);
        if (entry.subscriptions.size === 0) this.#tell(entry.thread, { type: "unwatch", id });
      },
    });
    entry.subscriptions.set(number, subscription);
    this.#tell(entry.thread, { type: "join", id, subscriber: number });
    return subscription;
  }

  /** Feeds the model of the standing questions from a camera like this; null: does not. */
  feed(id: string, settings: FeedSettings | null): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    entry.feed = settings;
    this.#tell(entry.thread, { type: "watch", id, settings });
  }

  /** Has a camera's next sampled picture kept whole. */
  keepWhole(id: string): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) this.#tell(entry.thread, { type: "keep-whole", id });
  }

  /** The camera's last keyframe as an Annex B stream; null if there is none (yet). */
  keyframe(id: string): Promise<Uint8Array | null> {
    const entry = this.#entries.get(id);
    if (entry === undefined) return Promise.resolve(null);
    const request = this.#nextNumber++;
    return new Promise((resolve) => {
      const answer = (stream: Uint8Array | null): void => {
        clearTimeout(timer);
        this.#answers.delete(request);
        resolve(stream);
      };
      const timer = setTimeout(() => answer(null), ANSWER_PATIENCE);
      this.#answers.set(request, answer);
      this.#tell(entry.thread, { type: "keyframe", id, request });
    });
  }

  /** Counts frames of a camera whose pixels were decoded. */
  countDecoded(id: string, frames: number): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) entry.decodedFrames += frames;
  }

  /** Ends all cameras and threads; takes a second at most. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const entry of this.#entries.values()) {
      for (const subscription of [...entry.subscriptions.values()]) subscription.close();
    }
    await Promise.all(
      this.#threads.map(async ({ worker }) => {
        if (worker === null) return;
        const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
        worker.postMessage({ type: "stop" } satisfies ToThread);
        // A thread that is writing the end of a clip gets its time; one that hangs does not.
        const timer = setTimeout(() => void worker.terminate(), STOP_PATIENCE);
        await ended;
        clearTimeout(timer);
      }),
    );
  }

  #statusOf(entry: Entry): CameraStatus {
    const active = new Set<string>();
    for (const { insight } of this.#open.values()) {
      if (insight.source === entry.config.id) active.add(insight.kind);
    }
    return statusOf(entry, [...active]);
  }

  #add(config: CameraConfig): void {
    const thread = this.#quietestThread();
    this.#entries.set(config.id, {
      config,
      thread,
      change: startingChange(config.id),
      earlier: noCounts(config.id),
      sharedCpuMs: 0,
      samples: [],
      crashes: 0,
      decodedFrames: 0,
      droppedFrames: 0,
      subscriptions: new Map(),
      feed: null,
    });
    const { worker } = this.#threads[thread] as Thread;
    if (worker === null) this.#startThread(thread);
    else this.#tell(thread, { type: "start", camera: config, clipFolder: this.#clipFolder });
  }

  #remove(entry: Entry): void {
    this.#entries.delete(entry.config.id);
    for (const subscription of [...entry.subscriptions.values()]) subscription.close();
    this.#tell(entry.thread, { type: "end", id: entry.config.id });
    this.#events.log(`camera ${entry.config.id} removed`);
  }

  #restart(entry: Entry): void {
    const { id } = entry.config;
    entry.earlier = countsOf(entry);
    entry.samples = [];
    this.#tell(entry.thread, { type: "end", id });
    this.#changed(entry, startingChange(id));
    this.#tell(entry.thread, {
      type: "start",
      camera: entry.config,
      clipFolder: this.#clipFolder,
    });
    this.#rejoin(entry);
  }

  /** The thread with the fewest cameras; a new one while there are idle cores. */
  #quietestThread(): number {
    const load = this.#threads.map((_, index) => [...this.#entriesOf(index)].length);
    const least = Math.min(...load);
    if (least > 0 && this.#threads.length < availableParallelism()) {
      return this.#threads.push({ worker: null, cpuMs: 0, parseMs: 0, failures: 0 }) - 1;
    }
    return load.indexOf(least);
  }

  #startThread(index: number): void {
    const thread = this.#threads[index] as Thread;
    // The sources run as they are in a checkout, and compiled where they are installed.
    const source = import.meta.url.endsWith(".ts");
    const worker = new Worker(new URL(source ? "./thread.ts" : "./thread.js", import.meta.url), {
      execArgv: source ? ["--conditions=source"] : [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION },
    });
    thread.worker = worker;
    thread.cpuMs = 0;
    thread.parseMs = 0;
    let reason = "its thread ended";
    worker.on("message", (message: FromThread) => this.#hear(index, message));
    worker.on("error", (error) => {
      reason = `its thread failed: ${maskCredentials(String((error as Error).message ?? error))}`;
    });
    worker.on("exit", () => this.#threadEnded(index, reason));
    for (const entry of this.#entriesOf(index)) {
      this.#tell(index, {
        type: "start",
        camera: entry.config,
        clipFolder: this.#clipFolder,
      });
      this.#rejoin(entry);
    }
  }

  #rejoin({ config, thread, subscriptions, feed }: Entry): void {
    if (feed !== null) this.#tell(thread, { type: "watch", id: config.id, settings: feed });
    for (const subscriber of subscriptions.keys()) {
      this.#tell(thread, { type: "join", id: config.id, subscriber });
    }
  }

  #threadEnded(index: number, reason: string): void {
    const thread = this.#threads[index] as Thread;
    thread.worker = null;
    this.#closeInsights(index);
    if (this.#stopping) return;
    const wait = Math.min(LAST_REPLACEMENT, FIRST_REPLACEMENT * 2 ** thread.failures++);
    const at = Date.now();
    for (const entry of this.#entriesOf(index)) {
      if (entry.feed !== null) this.#events.onFed(entry.config.id, null);
      entry.crashes++;
      entry.earlier = countsOf(entry);
      entry.samples = [];
      this.#changed(entry, {
        ...entry.change,
        state: "retrying",
        reason,
        lastRestart: { at, reason },
        retryAt: at + wait,
      });
    }
    setTimeout(() => {
      if (!this.#stopping && thread.worker === null) this.#startThread(index);
    }, wait).unref();
  }

  /** Ends what a dead thread can no longer end. */
  #closeInsights(index: number): void {
    const now = Date.now();
    for (const [id, { insight, thread }] of this.#open) {
      if (thread !== index) continue;
      this.#open.delete(id);
      this.#events.onInsight({ ...insight, to: Math.max(insight.from, now) });
    }
  }

  #hear(index: number, message: FromThread): void {
    switch (message.type) {
      case "change": {
        const entry = this.#entries.get(message.change.id);
        if (entry !== undefined) this.#changed(entry, message.change);
        break;
      }
      case "record": {
        const entry = this.#entries.get(message.id);
        for (const subscription of entry?.subscriptions.values() ?? []) {
          subscription.push(message.kind, message.record);
        }
        break;
      }
      case "joined":
        this.#entries
          .get(message.id)
          ?.subscriptions.get(message.subscriber)
          ?.begin(message.records);
        break;
      case "keyframe":
        this.#answers.get(message.request)?.(message.stream);
        break;
      case "insight": {
        const { insight } = message;
        if (insight.to === null) this.#open.set(insight.id, { insight, thread: index });
        else this.#open.delete(insight.id);
        this.#events.onInsight(insight);
        break;
      }
      case "clip":
        this.#events.onClip(message.clip);
        break;
      case "plan":
        this.#events.onPlan(message.frame);
        break;
      case "sample":
        this.#events.onSample(message.id, message.sample);
        break;
      case "fed":
        this.#events.onFed(message.id, message.problem);
        break;
      case "note":
        this.#events.log(`camera ${message.id}: ${message.text}`);
        break;
      case "counts":
        this.#count(index, message.threadCpuMs, message.cameras);
        break;
    }
  }

  /** Splits what the thread did besides parsing evenly among its cameras, and keeps a sample for each. */
  #count(index: number, threadCpuMs: number, counts: readonly CameraCounts[]): void {
    const thread = this.#threads[index] as Thread;
    thread.failures = 0;
    const parseMs = counts.reduce((sum, count) => sum + count.cpuMs, 0);
    const other = Math.max(0, threadCpuMs - thread.cpuMs - (parseMs - thread.parseMs));
    thread.cpuMs = threadCpuMs;
    thread.parseMs = parseMs;
    const at = performance.now();
    for (const count of counts) {
      const entry = this.#entries.get(count.id);
      if (entry === undefined) continue;
      entry.sharedCpuMs += other / counts.length;
      entry.samples.push({ at, counts: count, sharedCpuMs: entry.sharedCpuMs });
      while (entry.samples.length > 2 && at - (entry.samples[1] as Sample).at >= RATE_WINDOW) {
        entry.samples.shift();
      }
    }
  }

  #changed(entry: Entry, change: CameraChange): void {
    const before = entry.change;
    entry.change = change;
    if (before.state === change.state && before.reason === change.reason) return;
    const reason = change.reason === null ? "" : `: ${change.reason}`;
    this.#events.log(`camera ${entry.config.id} ${change.state}${reason}`);
    this.#events.onState(entry.config.id, change);
  }

  *#entriesOf(thread: number): Generator<Entry> {
    for (const entry of this.#entries.values()) if (entry.thread === thread) yield entry;
  }

  #tell(thread: number, message: ToThread): void {
    this.#threads[thread]?.worker?.postMessage(message);
  }
}

function startingChange(id: string): CameraChange {
  return {
    id,
    state: "starting",
    reason: null,
    restarts: 0,
    lastRestart: null,
    retryAt: null,
    width: 0,
    height: 0,
    container: "",
  };
}

function noCounts(id: string): CameraCounts {
  return {
    id,
    frames: 0,
    damagedFrames: 0,
    videoSeconds: 0,
    cpuMs: 0,
    bits: 0,
    motion: 0,
    activity: 0,
    backlogMs: 0,
  };
}

/** All that a camera has done, over all its threads. */
function countsOf(entry: Entry): CameraCounts {
  const now = entry.samples.at(-1)?.counts ?? noCounts(entry.config.id);
  const { earlier } = entry;
  return {
    id: entry.config.id,
    frames: earlier.frames + now.frames,
    damagedFrames: earlier.damagedFrames + now.damagedFrames,
    videoSeconds: earlier.videoSeconds + now.videoSeconds,
    cpuMs: earlier.cpuMs + now.cpuMs,
    bits: earlier.bits + now.bits,
    motion: earlier.motion + now.motion,
    activity: earlier.activity + now.activity,
    backlogMs: now.backlogMs,
  };
}

function sourceName(config: CameraConfig): string {
  return "url" in config.source
    ? maskCredentials(config.source.url)
    : (config.source.file.split(/[\\/]/).at(-1) ?? "");
}

function statusOf(entry: Entry, active: readonly string[]): CameraStatus {
  const { config, change } = entry;
  const total = countsOf(entry);
  const first = entry.samples[0];
  const last = entry.samples.at(-1);
  const seconds = first && last ? (last.at - first.at) / 1000 : 0;
  const delta = (pick: (sample: Sample) => number): number =>
    first && last ? pick(last) - pick(first) : 0;
  const video = delta((sample) => sample.counts.videoSeconds);
  const frames = delta((sample) => sample.counts.frames);
  const live = change.state === "live";
  const over = (value: number, by: number): number => (by > 0 ? value / by : 0);
  return {
    id: config.id,
    name: config.name,
    source: sourceName(config),
    simulated: config.simulated,
    state: change.state,
    reason: change.reason,
    restarts: change.restarts + entry.crashes,
    lastRestart: change.lastRestart,
    retryAt: change.retryAt,
    width: change.width,
    height: change.height,
    container: change.container,
    areas: config.areas,
    active,
    recording: config.record !== null,
    stats: {
      fps: live ? over(frames, seconds) : 0,
      frames: total.frames,
      damagedFrames: total.damagedFrames,
      decodedFrames: entry.decodedFrames,
      decodedShare: over(entry.decodedFrames, total.frames),
      videoSeconds: total.videoSeconds,
      cpuMsPerVideoSecond: live
        ? over(
            delta((sample) => sample.counts.cpuMs + sample.sharedCpuMs),
            video,
          )
        : 0,
      bitsPerSecond: live
        ? over(
            delta((sample) => sample.counts.bits),
            video,
          )
        : 0,
      motionShare: live
        ? over(
            delta((sample) => sample.counts.motion),
            frames,
          )
        : 0,
      activity: live
        ? over(
            delta((sample) => sample.counts.activity),
            frames,
          )
        : 0,
      backlogMs: live ? Math.max(0, ...entry.samples.map(({ counts }) => counts.backlogMs)) : 0,
      watchers: entry.subscriptions.size,
      droppedFrames: entry.droppedFrames,
    },
  };
}

function disabledStatus({ id, name, reason }: DisabledCamera): CameraStatus {
  return {
    id,
    name,
    source: "",
    simulated: false,
    state: "disabled",
    reason,
    restarts: 0,
    lastRestart: null,
    retryAt: null,
    width: 0,
    height: 0,
    container: "",
    areas: [],
    active: [],
    recording: false,
    stats: {
      fps: 0,
      frames: 0,
      damagedFrames: 0,
      decodedFrames: 0,
      decodedShare: 0,
      videoSeconds: 0,
      cpuMsPerVideoSecond: 0,
      bitsPerSecond: 0,
      motionShare: 0,
      activity: 0,
      backlogMs: 0,
      watchers: 0,
      droppedFrames: 0,
    },
  };
}
