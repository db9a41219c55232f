/**
 * Standing questions of all cameras: one model in a thread of its own, asked by one camera after the other. A camera
 * whose pictures come faster than the model takes them loses what waits, begins anew with a whole picture, and that is
 * counted. Without a model the node runs on and says why.
 */

import { Worker } from "node:worker_threads";
import type {
  CameraWatch,
  Insight,
  LiveEvents,
  WatchEdit,
  WatchEvidence,
  WatchFrame,
  WatchPolicy,
  WatchQuestion,
  WatchState,
  WatchWindow,
} from "@symbion/core";
import { expected } from "@symbion/core";
import type { WindowAnswer } from "@symbion/vision";
import { POLICIES, thresholdUnit } from "@symbion/vision/planner";
import type { CameraConfig } from "../config/types.ts";
import { sortableId } from "../ids.ts";
import { Episodes } from "./episodes.ts";
import type { FeedSample, FeedSettings, FromModel, ToModel } from "./messages.ts";

/** Sampled pictures of a camera that may wait for the model: four seconds at two per second. */
const MOST_QUEUED = 8;
/** Windows of a camera that are kept for being asked about. */
const MOST_RECENT = 200;
/** Pictures whose moments are remembered. */
const MOST_MOMENTS = 256;
/** Wait before a model that died is loaded again, in milliseconds; it doubles each time. */
const FIRST_RELOAD = 2000;
const LAST_RELOAD = 60_000;
/** Wait for the thread to end by itself, in milliseconds. */
const STOP_PATIENCE = 1000;

/** What the service needs from around it. */
export type WatchHost = {
  /** Tells a camera's thread how to feed the model; null: not to. */
  readonly feed: (camera: string, settings: FeedSettings | null) => void;
  /** Has a camera's next sampled picture kept whole. */
  readonly keepWhole: (camera: string) => void;
  /** Counts pictures that were decoded for a camera. */
  readonly countDecoded: (camera: string, pictures: number) => void;
  readonly onInsight: (insight: Insight) => void;
  readonly publish: <E extends "watch" | "plan" | "answers">(event: E, data: LiveEvents[E]) => void;
  /** One line for each thing the owner should know. */
  readonly log: (text: string) => void;
  /** Name of the model. Default `mini`. */
  readonly model?: string | undefined;
  /** Starts the model's thread; for tests. */
  readonly startThread?: (() => Worker) | undefined;
};

type Camera = {
  readonly id: string;
  questions: readonly WatchQuestion[];
  policy: WatchPolicy;
  threshold: number | null;
  /** Why its pixels cannot be had, or null. */
  problem: string | null;
  /** Whether the model's thread has a memory for it. */
  begun: boolean;
  queue: (FeedSample | "end")[];
  readonly moments: Map<number, number>;
  readonly recent: WatchWindow[];
  readonly episodes: Episodes;
  windows: number;
  dropped: number;
  blocksKept: number;
  blocksTotal: number;
  flops: number;
  fullFlops: number;
};

/** Runs the standing questions. */
export class WatchService {
  readonly #host: WatchHost;
  readonly #cameras = new Map<string, Camera>();
  #worker: Worker | null = null;
  #state: WatchState = "off";
  #reason: string | null = null;
  #model = "";
  #shape: Omit<FeedSettings, "policy" | "threshold"> | null = null;
  /** Camera whose message the model's thread is dealing with. */
  #busy: string | null = null;
  #failures = 0;
  #retry: NodeJS.Timeout | null = null;
  #stopping = false;

  constructor(host: WatchHost) {
    this.#host = host;
  }

  /** Asks these cameras' questions from now on. The model is loaded once there is a question. */
  configure(configs: readonly CameraConfig[]): void {
    const wanted = new Map(configs.map((config) => [config.id, config.questions]));
    for (const camera of [...this.#cameras.values()]) {
      if (!wanted.has(camera.id)) this.#remove(camera);
    }
    for (const [id, questions] of wanted) {
      const old = this.#cameras.get(id);
      if (old === undefined) this.#add(id, questions);
      else if (JSON.stringify(old.questions) !== JSON.stringify(questions)) {
        const before = old.questions.length > 0;
        old.questions = questions;
        old.episodes.end(
          Date.now(),
          questions.map((question) => question.id),
        );
        if (before !== questions.length > 0) this.#feed(old);
        else this.#change(old);
        this.#tell(old);
      }
    }
    if ([...this.#cameras.values()].some(({ questions }) => questions.length > 0)) this.#start();
  }

  /** How a camera's questions are doing; null if there is none of that id. */
  status(id: string): CameraWatch | null {
    const camera = this.#cameras.get(id);
    return camera === undefined ? null : this.#statusOf(camera);
  }

  /** A camera's last windows, newest first; null if there is none of that id. */
  recent(id: string, limit: number): readonly WatchWindow[] | null {
    return this.#cameras.get(id)?.recent.slice(-limit).reverse() ?? null;
  }

  /**
   * Changes policy or threshold; null if there is no camera of that id.
   * @throws {UsageError} for a threshold that the policy cannot have.
   */
  change(id: string, edit: WatchEdit): CameraWatch | null {
    const camera = this.#cameras.get(id);
    if (camera === undefined) return null;
    const policy = edit.policy ?? camera.policy;
    const kept = edit.policy === undefined || edit.policy === camera.policy;
    const threshold =
      edit.threshold === undefined ? (kept ? camera.threshold : null) : edit.threshold;
    if (threshold !== null && threshold > 1 && thresholdUnit(POLICIES[policy]) === "probability") {
      throw expected("a probability from 0 to 1", threshold, "threshold");
    }
    camera.policy = policy;
    camera.threshold = threshold;
    this.#feed(camera);
    this.#tell(camera);
    return this.#statusOf(camera);
  }

  /** Takes what a camera's thread has decided about a sampled picture. */
  plan(frame: WatchFrame): void {
    this.#host.publish("plan", frame);
  }

  /** Takes a sampled picture of a camera. */
  sample(id: string, sample: FeedSample): void {
    const camera = this.#cameras.get(id);
    this.#host.countDecoded(id, sample.decoded);
    if (camera === undefined || camera.questions.length === 0 || this.#state !== "live") return;
    camera.moments.set(sample.plan.timestamp, sample.at);
    for (const old of camera.moments.keys()) {
      if (camera.moments.size <= MOST_MOMENTS) break;
      camera.moments.delete(old);
    }
    if (camera.queue.length >= MOST_QUEUED) {
      camera.dropped += camera.queue.length + 1;
      camera.queue = ["end"];
      this.#host.keepWhole(id);
    } else camera.queue.push(sample);
    this.#next();
  }

  /** A camera's stream has ended or begins anew. */
  ended(id: string): void {
    const camera = this.#cameras.get(id);
    if (camera === undefined || !camera.begun) return;
    camera.queue.push("end");
    this.#next();
  }

  /** A camera's pixels cannot be had. */
  problem(id: string, text: string): void {
    const camera = this.#cameras.get(id);
    if (camera === undefined) return;
    camera.problem = text;
    this.#host.log(`questions of camera ${id}: ${text}`);
    this.#tell(camera);
  }

  /** Ends the model's thread; takes a second at most. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    for (const { episodes } of this.#cameras.values()) episodes.end(Date.now());
    const worker = this.#worker;
    if (worker === null) return;
    const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
    this.#post({ type: "stop" });
    const timer = setTimeout(() => void worker.terminate(), STOP_PATIENCE);
    await ended;
    clearTimeout(timer);
  }

  #add(id: string, questions: readonly WatchQuestion[]): void {
    const camera: Camera = {
      ...{ id, questions, policy: "symbion", threshold: null, problem: null, begun: false },
      queue: [],
      moments: new Map(),
      recent: [],
      episodes: new Episodes((insight) => this.#host.onInsight(insight)),
      ...{ windows: 0, dropped: 0, blocksKept: 0, blocksTotal: 0, flops: 0, fullFlops: 0 },
    };
    this.#cameras.set(id, camera);
    if (questions.length > 0) this.#feed(camera);
  }

  #remove(camera: Camera): void {
    this.#cameras.delete(camera.id);
    camera.episodes.end(Date.now());
    if (camera.begun) this.#post({ type: "end", camera: camera.id });
  }

  /** Tells the camera's thread what holds now. Its memory begins anew, since plans will. */
  #feed(camera: Camera): void {
    const on = camera.questions.length > 0 && this.#state === "live" && this.#shape !== null;
    camera.problem = null;
    if (camera.begun) this.ended(camera.id);
    const { policy, threshold } = camera;
    this.#host.feed(
      camera.id,
      on && this.#shape !== null ? { ...this.#shape, policy, threshold } : null,
    );
  }

  #change({ id, questions, policy, begun }: Camera): void {
    if (begun) this.#post({ type: "change", camera: id, questions, policy });
  }

  #start(): void {
    if (this.#worker !== null || this.#retry !== null || this.#stopping) return;
    this.#setState("loading", null);
    // The sources run as they are in a checkout, and compiled where they are installed.
    const source = import.meta.url.endsWith(".ts");
    const start =
      this.#host.startThread ??
      ((): Worker =>
        new Worker(new URL(source ? "./thread.ts" : "./thread.js", import.meta.url), {
          execArgv: source ? ["--conditions=source"] : [],
        }));
    const worker = start();
    this.#worker = worker;
    let reason = "its thread ended";
    worker.on("message", (message: FromModel) => this.#hear(message));
    worker.on("error", (error) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    worker.on("exit", () => this.#died(reason));
    this.#post({ type: "open", model: this.#host.model ?? "mini" });
  }

  #hear(message: FromModel): void {
    switch (message.type) {
      case "ready": {
        const { name, blockSize, columns, rows, fps, window } = message;
        this.#failures = 0;
        this.#model = name;
        this.#shape = { blockSize, columns, rows, fps, window };
        this.#state = "live";
        this.#host.log(`questions: model ${name} is loaded`);
        for (const camera of this.#cameras.values()) {
          if (camera.questions.length > 0) this.#feed(camera);
        }
        this.#setState("live", null);
        break;
      }
      case "failed":
        // It would fail again: nothing is retried until the configuration changes.
        this.#host.log(`questions are not answered: ${message.reason}`);
        this.#setState("failed", message.reason);
        break;
      case "window": {
        const camera = this.#cameras.get(message.camera);
        if (camera !== undefined) this.#answered(camera, message.answer);
        break;
      }
      case "done": {
        const camera = this.#cameras.get(message.camera);
        this.#busy = null;
        if (message.problem !== null && camera !== undefined) {
          this.#host.log(`questions of camera ${camera.id}: ${message.problem}`);
          camera.begun = false;
          this.#host.keepWhole(camera.id);
        }
        this.#next();
      }
    }
  }

  /** Hands the model one thing to do: the cameras take turns. */
  #next(): void {
    if (this.#busy !== null || this.#state !== "live") return;
    for (const camera of this.#cameras.values()) {
      const item = camera.queue.shift();
      if (item === undefined) continue;
      // The next turn begins behind this camera.
      this.#cameras.delete(camera.id);
      this.#cameras.set(camera.id, camera);
      this.#busy = camera.id;
      const { id, questions, policy } = camera;
      if (item === "end") {
        camera.begun = false;
        this.#post({ type: "end", camera: id });
        return;
      }
      if (!camera.begun) this.#post({ type: "begin", camera: id, questions, policy });
      camera.begun = true;
      this.#post({ type: "sample", camera: id, sample: item });
      return;
    }
  }

  #answered(camera: Camera, answer: WindowAnswer): void {
    const window = this.#windowOf(camera, answer);
    camera.windows++;
    camera.blocksKept += window.blocksKept;
    camera.blocksTotal += window.blocksTotal;
    camera.flops += window.flops;
    camera.fullFlops += window.fullFlops;
    camera.recent.push(window);
    if (camera.recent.length > MOST_RECENT) camera.recent.shift();
    camera.episodes.take(window);
    this.#host.publish("answers", window);
  }

  #windowOf(camera: Camera, answer: WindowAnswer): WatchWindow {
    const at = (timestamp: number): number => camera.moments.get(timestamp) ?? Date.now();
    const to = at(answer.to);
    const { partial, answers, grid, blocksKept, blocksTotal, tokensRefreshed, tokensReused } =
      answer;
    return {
      id: sortableId(to),
      camera: camera.id,
      from: at(answer.from),
      to,
      partial,
      policy: camera.policy,
      answers,
      evidence: answer.shown.map(
        ({ timestamp, whole, blocks }): WatchEvidence => ({
          ...{ at: at(timestamp), timestamp, whole, blocks },
        }),
      ),
      ...{ columns: grid.columns, rows: grid.rows, blocksKept, blocksTotal },
      ...{ tokensRefreshed, tokensReused, flops: answer.flops, fullFlops: answer.fullFlops },
      ...{ firstTokenMs: answer.firstTokenMs, stages: answer.stages },
    };
  }

  #died(reason: string): void {
    this.#worker = null;
    this.#busy = null;
    this.#shape = null;
    if (this.#stopping) return;
    for (const camera of this.#cameras.values()) {
      camera.queue = [];
      camera.begun = false;
      this.#host.feed(camera.id, null);
    }
    const wait = Math.min(LAST_RELOAD, FIRST_RELOAD * 2 ** this.#failures++);
    this.#host.log(`questions: the model's thread failed: ${reason}`);
    this.#setState("failed", reason);
    this.#retry = setTimeout(() => {
      this.#retry = null;
      this.#start();
    }, wait);
    this.#retry.unref();
  }

  #setState(state: WatchState, reason: string | null): void {
    this.#state = state;
    this.#reason = reason;
    for (const camera of this.#cameras.values()) {
      if (camera.questions.length > 0) this.#tell(camera);
    }
  }

  #statusOf(camera: Camera): CameraWatch {
    const off = camera.questions.length === 0;
    const failed = !off && (this.#state === "failed" || camera.problem !== null);
    const policy = POLICIES[camera.policy];
    return {
      camera: camera.id,
      state: off ? "off" : failed ? "failed" : this.#state,
      reason: failed ? (camera.problem ?? this.#reason) : null,
      model: this.#model,
      policy: camera.policy,
      threshold: camera.threshold ?? policy.threshold,
      unit: thresholdUnit(policy),
      defaultThreshold: policy.threshold,
      questions: camera.questions,
      windows: camera.windows,
      dropped: camera.dropped,
      blocksKept: camera.blocksKept,
      blocksTotal: camera.blocksTotal,
      flops: camera.flops,
      fullFlops: camera.fullFlops,
      latest: camera.recent.at(-1) ?? null,
    };
  }

  #tell(camera: Camera): void {
    this.#host.publish("watch", this.#statusOf(camera));
  }

  #post(message: ToModel): void {
    const pixels = message.type === "sample" ? message.sample.pixels : null;
    this.#worker?.postMessage(
      message,
      pixels === null ? [] : [pixels.pixels.buffer as ArrayBuffer],
    );
  }
}
