import { EventEmitter } from "node:events";
import type { Worker } from "node:worker_threads";
import type { Insight, WatchWindow } from "@symbion/core";
import type { Plan, WindowAnswer } from "@symbion/vision";
import { describe, expect, it } from "vitest";
import { compareConfigs } from "../src/config/change.ts";
import { checkConfig, parseConfig } from "../src/config/config.ts";
import { sampleCameras } from "../src/config/samples.ts";
import type { CameraConfig } from "../src/config/types.ts";
import { Episodes } from "../src/watch/episodes.ts";
import type { FeedSample, FeedSettings, FromModel, ToModel } from "../src/watch/messages.ts";
import { WatchService } from "../src/watch/service.ts";

function camera(id: string, asks: readonly string[]): CameraConfig {
  const [yard] = sampleCameras();
  if (yard === undefined) throw new Error("there is a sample");
  return { ...yard, id, questions: asks.map((ask, at) => ({ id: `q${at}`, ask, every: 0 })) };
}

const plan = (timestamp: number): Plan => ({
  ...{ index: 0, timestamp, grid: { columns: 7, rows: 4 }, whole: "none", changed: 0, stale: 0 },
  ...{ dropped: 0, frames: 1, camera: { x: 0, y: 0, zoom: 0, moving: false } },
  ...{ kept: new Int32Array(0), causes: new Uint8Array(0), strengths: new Float32Array(0) },
});

function sample(timestamp: number): FeedSample {
  const at = 1000 * timestamp;
  return {
    plan: plan(timestamp),
    pixels: null,
    at,
    readAt: at,
    parseMs: 0,
    planMs: 0,
    pixelsMs: 0,
    decoded: 2,
  };
}

function answer(from: number, to: number, text: string, confidence = 0.9): WindowAnswer {
  return {
    ...{ index: 0, from, to, partial: false, policy: "symbion", grid: { columns: 7, rows: 4 } },
    answers: [{ question: "q0", ask: "what?", text, known: confidence >= 0.5, confidence }],
    shown: [{ timestamp: to, whole: false, blocks: [3] }],
    ...{ pictures: 2, blocksKept: 1, blocksTotal: 56, tokensRefreshed: 3, tokensReused: 20 },
    ...{ flops: 10, fullFlops: 100, firstTokenMs: 5 },
    stages: { parse: 0, plan: 0, pixels: 0, encode: 0, refresh: 0, answer: 0 },
    refresh: { mode: "none", full: null, drift: { probes: 0, gone: 0, windows: 0 }, agreement: 1 },
  };
}

/** A model's thread whose answers the test writes. */
class FakeThread extends EventEmitter {
  readonly told: ToModel[] = [];
  postMessage(message: ToModel): void {
    this.told.push(message);
    if (message.type === "stop") queueMicrotask(() => this.emit("exit", 0));
  }
  async terminate(): Promise<number> {
    return 0;
  }
  say(message: FromModel): void {
    this.emit("message", message);
  }
  ready(): void {
    this.say({
      ...{ type: "ready", name: "fake", blockSize: 48, columns: 7, rows: 4, fps: 2, window: 8 },
    });
  }
  kinds(): string[] {
    return this.told.map(
      (message) => `${message.type}${"camera" in message ? ` ${message.camera}` : ""}`,
    );
  }
}

function bench(): {
  service: WatchService;
  thread: FakeThread;
  threads: FakeThread[];
  feeds: [string, FeedSettings | null][];
  wholes: string[];
  insights: Insight[];
  windows: WatchWindow[];
  log: string[];
  decoded: Map<string, number>;
} {
  const threads: FakeThread[] = [];
  const feeds: [string, FeedSettings | null][] = [];
  const wholes: string[] = [];
  const insights: Insight[] = [];
  const windows: WatchWindow[] = [];
  const log: string[] = [];
  const decoded = new Map<string, number>();
  const service = new WatchService({
    feed: (id, settings) => feeds.push([id, settings]),
    keepWhole: (id) => wholes.push(id),
    countDecoded: (id, pictures) => decoded.set(id, (decoded.get(id) ?? 0) + pictures),
    onInsight: (insight) => insights.push(insight),
    publish: (event, data) => {
      if (event === "answers") windows.push(data as WatchWindow);
    },
    log: (text) => log.push(text),
    startThread: () => {
      const thread = new FakeThread();
      threads.push(thread);
      return thread as unknown as Worker;
    },
  });
  return {
    ...{ service, threads, feeds, wholes, insights, windows, log, decoded },
    get thread(): FakeThread {
      return threads.at(-1) as FakeThread;
    },
  };
}

describe("standing questions of the node", () => {
  it("need no model while nothing is asked", () => {
    const { service, threads } = bench();
    service.configure([camera("a", [])]);
    expect(threads.length).toBe(0);
    expect(service.status("a")?.state).toBe("off");
    expect(service.status("b")).toBeNull();
  });

  it("load the model once, feed every camera that asks, and take turns", () => {
    const parts = bench();
    parts.service.configure([camera("a", ["x"]), camera("b", ["y"]), camera("c", [])]);
    expect(parts.service.status("a")?.state).toBe("loading");
    parts.thread.ready();
    expect(parts.service.status("a")?.state).toBe("live");
    expect(parts.feeds.filter(([, settings]) => settings !== null).map(([id]) => id)).toEqual([
      "a",
      "b",
    ]);
    for (const time of [1, 2]) {
      parts.service.sample("a", sample(time));
      parts.service.sample("b", sample(time));
    }
    for (const id of ["a", "b", "a", "b"]) {
      parts.thread.say({ type: "done", camera: id, problem: null });
    }
    expect(parts.thread.kinds()).toEqual([
      ...["open", "begin a", "sample a", "begin b", "sample b", "sample a", "sample b"],
    ]);
    expect(parts.decoded.get("a")).toBe(4);
  });

  it("drop what waits where the model is too slow, count it, and begin with a whole picture", () => {
    const parts = bench();
    parts.service.configure([camera("a", ["x"])]);
    parts.thread.ready();
    for (let time = 0; time < 10; time++) parts.service.sample("a", sample(time));
    // One is with the model, eight wait; the tenth throws them and itself away.
    expect(parts.service.status("a")?.dropped).toBe(9);
    expect(parts.wholes).toEqual(["a"]);
    parts.service.sample("a", sample(10));
    for (let turn = 0; turn < 3; turn++)
      parts.thread.say({ type: "done", camera: "a", problem: null });
    expect(parts.thread.kinds().slice(-4)).toEqual(["sample a", "end a", "begin a", "sample a"]);
  });

  it("keep windows, sums and moments, and make insights of answers that last", () => {
    const parts = bench();
    parts.service.configure([camera("a", ["x"])]);
    parts.thread.ready();
    for (const time of [1, 2, 3, 4]) {
      parts.service.sample("a", sample(time));
      parts.thread.say({ type: "done", camera: "a", problem: null });
    }
    for (const [to, text, sure] of [
      [2, "two cars", 0.8],
      [3, "two cars", 0.9],
      [4, "none", 0.3],
    ] as const) {
      parts.thread.say({ type: "window", camera: "a", answer: answer(1, to, text, sure) });
    }
    expect(parts.windows.map(({ from, to }) => [from, to])).toEqual([
      [1000, 2000],
      [1000, 3000],
      [1000, 4000],
    ]);
    expect(parts.service.recent("a", 2)?.map(({ to }) => to)).toEqual([4000, 3000]);
    expect(parts.service.status("a")).toMatchObject({
      windows: 3,
      blocksKept: 3,
      flops: 30,
      fullFlops: 300,
    });
    expect(
      parts.insights.map(({ kind, from, to, text, score }) => [kind, from, to, text, score]),
    ).toEqual([
      ["answer", 2000, null, "what? two cars", 0.8],
      ["answer", 2000, 4000, "what? two cars", 0.9],
    ]);
  });

  it("run on without a model, and say why", () => {
    const parts = bench();
    parts.service.configure([camera("a", ["x"])]);
    parts.thread.say({ type: "failed", reason: "model.safetensors: truncated" });
    expect(parts.service.status("a")).toMatchObject({
      state: "failed",
      reason: "model.safetensors: truncated",
    });
    parts.service.sample("a", sample(1));
    expect(parts.thread.kinds()).toEqual(["open"]);
    expect(parts.log).toEqual(["questions are not answered: model.safetensors: truncated"]);
  });

  it("tell of a camera whose pixels cannot be had, and of one that made the model fail", () => {
    const parts = bench();
    parts.service.configure([camera("a", ["x"])]);
    parts.thread.ready();
    parts.service.problem("a", "pixels need ffmpeg");
    expect(parts.service.status("a")).toMatchObject({
      state: "failed",
      reason: "pixels need ffmpeg",
    });
    parts.service.sample("a", sample(1));
    parts.thread.say({ type: "done", camera: "a", problem: "out of memory" });
    parts.service.sample("a", sample(2));
    expect(parts.thread.kinds()).toEqual(["open", "begin a", "sample a", "begin a", "sample a"]);
    expect(parts.log.at(-1)).toBe("questions of camera a: out of memory");
  });

  it("change policy and threshold while they run", () => {
    const parts = bench();
    parts.service.configure([camera("a", ["x"])]);
    parts.thread.ready();
    expect(parts.service.change("a", { policy: "codecsight" })).toMatchObject({
      threshold: 0.5,
      unit: "px",
    });
    expect(parts.service.change("a", { threshold: 3 })).toMatchObject({
      policy: "codecsight",
      threshold: 3,
    });
    // Another policy comes with its own threshold.
    expect(parts.service.change("a", { policy: "symbion" })).toMatchObject({ threshold: 0.4 });
    expect(parts.feeds.at(-1)?.[1]).toMatchObject({
      policy: "symbion",
      threshold: null,
      columns: 7,
    });
    expect(() => parts.service.change("a", { threshold: 3 })).toThrow(/a probability from 0 to 1/);
    expect(parts.service.change("none", {})).toBeNull();
  });

  it("take other questions without a new start, and end with the last one", () => {
    const parts = bench();
    parts.service.configure([camera("a", ["x"])]);
    parts.thread.ready();
    parts.service.sample("a", sample(1));
    const feeds = parts.feeds.length;
    parts.service.configure([camera("a", ["x", "y"])]);
    expect(parts.thread.told.at(-1)).toMatchObject({
      type: "change",
      questions: [{ ask: "x" }, { ask: "y" }],
    });
    expect(parts.feeds.length).toBe(feeds);
    parts.service.configure([camera("a", [])]);
    expect(parts.feeds.at(-1)).toEqual(["a", null]);
    expect(parts.service.status("a")?.state).toBe("off");
  });

  it("end with the node", async () => {
    const parts = bench();
    parts.service.configure([camera("a", ["x"])]);
    parts.thread.ready();
    await parts.service.stop();
    expect(parts.thread.kinds().at(-1)).toBe("stop");
  });
});

describe("questions in the configuration", () => {
  const parse = (text: string): CameraConfig | undefined =>
    parseConfig(text, "/x/symbion.yaml", {}).cameras[0];
  const head = "cameras:\n  - id: a\n    url: rtsp://c/1\n";

  it("are read with their defaults", () => {
    expect(
      parse(`${head}    questions: [{ id: q, ask: " what? ", every: 1 min }, { id: r, ask: who }]`)
        ?.questions,
    ).toEqual([
      { id: "q", ask: "what?", every: 60 },
      { id: "r", ask: "who", every: 0 },
    ]);
    expect(parse(head)?.questions).toEqual([]);
  });

  it("that are wrong are left out one by one, with their place", () => {
    const text = `${head}    questions:\n      - { id: q, ask: "" }\n      - { id: r, ask: who, when: now }\n      - { id: r, ask: again }\n`;
    const { cameras, problems } = parseConfig(text, "/x/symbion.yaml", {});
    expect(cameras[0]?.questions).toEqual([{ id: "r", ask: "who", every: 0 }]);
    expect(problems.length).toBe(3);
    expect(problems.join("\n")).toMatch(/:5:.*ask/);
    expect(problems.join("\n")).toMatch(/when: unknown key/);
    expect(problems.join("\n")).toMatch(/expected an id of its own, got "r" again/);
  });

  it("stay as they were where they became wrong, and restart nothing when they change", () => {
    const good = checkConfig(`${head}    questions: [{ id: q, ask: what }]`, "/x/symbion.yaml", {
      environment: {},
    });
    if ("broken" in good) throw new Error("it can be read");
    const bad = checkConfig(`${head}    questions: [{ id: q, ask: 5 }]`, "/x/symbion.yaml", {
      environment: {},
      previous: good,
    });
    if ("broken" in bad) throw new Error("it can be read");
    expect(bad.config.cameras[0]?.questions).toEqual([{ id: "q", ask: "what", every: 0 }]);
    const other = checkConfig(`${head}    questions: [{ id: q, ask: who }]`, "/x/symbion.yaml", {
      environment: {},
    });
    if ("broken" in other) throw new Error("it can be read");
    expect(compareConfigs(good.config, other.config)?.cameras.changed).toMatchObject([
      { parts: ["questions"], restart: false },
    ]);
  });
});

describe("episodes", () => {
  it("end what is not asked any more", () => {
    const told: Insight[] = [];
    const episodes = new Episodes((insight) => told.push(insight));
    const window = (to: number, text: string): WatchWindow =>
      ({
        camera: "a",
        to,
        answers: [{ question: "q", ask: "what?", text, known: true, confidence: 1 }],
      }) as never;
    episodes.take(window(10, "a cat"));
    episodes.take(window(20, "a dog"));
    episodes.end(30, ["q"]);
    episodes.end(40);
    expect(told.map(({ text, from, to }) => [text, from, to])).toEqual([
      ["what? a cat", 10, null],
      ["what? a cat", 10, 20],
      ["what? a dog", 20, null],
      ["what? a dog", 20, 40],
    ]);
  });
});
