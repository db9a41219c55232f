/**
 * What watching costs: streams of standing questions per core beside recomputing every window, and the share of
 * reading and planning. Both sides run the embedded model on one thread, on the same pictures and windows, in turns; the
 * cost of decoding pictures is the same ffmpeg for both and left out. Clips lie in memory as their cameras sent them, 12
 * to 30 frames per second, and every frame is read; taking them out of their files is not part of it.
 */

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { copySignal, type FrameSignal, H264Parser } from "@symbion/codec";
import { openInput } from "@symbion/codec/node";
import { imageBlocks } from "@symbion/neural";
import { openNodeExecutor } from "@symbion/neural/node";
import {
  type BlockSource,
  miniLayout,
  type Plan,
  POLICIES,
  type PromptLayout,
  type Question,
  REFRESH,
  Watcher,
  type WindowAnswer,
  watchStream,
} from "@symbion/vision";
import { type Mini, openMini } from "@symbion/vision/mini";
import { median, plain, type Row, type RunOptions } from "../../../bench/rows.ts";
import { labelledClips, samplePath } from "./clips.ts";

/** Three standing questions. */
const QUESTIONS: readonly Question[] = [
  { id: "happened", ask: "what happened", every: 0 },
  { id: "people", ask: "how many people are there", every: 0 },
  { id: "motion", ask: "is anything moving", every: 0 },
];
/** Seconds of each clip. */
const SECONDS = 40;
const FPS = 2;

type Clip = { readonly name: string; readonly path: string };

/** Pictures of a clip at two per second, scaled for the model. */
class Pictures implements BlockSource {
  readonly decoded = 0;
  readonly #bytes: Buffer;
  readonly #width: number;
  readonly #height: number;

  constructor(path: string, width: number, height: number, seconds: number) {
    this.#width = width;
    this.#height = height;
    const filter = `fps=${FPS},scale=${width}:${height}:flags=bicubic`;
    this.#bytes = execFileSync(
      "ffmpeg",
      [
        ...["-loglevel", "error", "-t", String(seconds), "-i", path, "-vf", filter],
        ...["-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
      ],
      { maxBuffer: 1 << 30 },
    );
  }

  async blocks(
    timestamp: number,
    _grid: unknown,
    blockSize: number,
    wanted: Int32Array,
  ): ReturnType<BlockSource["blocks"]> {
    const size = 3 * this.#width * this.#height;
    const last = this.#bytes.length / size - 1;
    const at = Math.min(last, Math.max(0, Math.round(timestamp * FPS)));
    const data = this.#bytes.subarray(at * size, (at + 1) * size);
    const image = { width: this.#width, height: this.#height, data };
    return imageBlocks(image, blockSize, wanted);
  }

  async close(): Promise<void> {}
}

/** What a camera sends in a clip's first seconds. */
type Stream = {
  readonly avcC: Uint8Array | undefined;
  readonly units: readonly { readonly data: Uint8Array; readonly timestamp: number }[];
};

async function load(path: string, seconds: number): Promise<Stream> {
  const video = await openInput(path);
  const units: { data: Uint8Array; timestamp: number }[] = [];
  try {
    // In coding order frames may be later than those that follow by some tenths of a second.
    for await (const { data, timestamp = 0 } of video.accessUnits()) {
      if (timestamp >= seconds + 1) break;
      units.push({ data: data.slice(), timestamp });
    }
    return { avcC: video.avcC, units };
  } finally {
    await video.close();
  }
}

/** Frames of a stream's first seconds; tells how long reading took. */
async function* read(
  { avcC, units }: Stream,
  seconds: number,
  meter: { ms: number; frames: number },
): AsyncGenerator<FrameSignal, void, void> {
  const ready: FrameSignal[] = [];
  const free: FrameSignal[] = [];
  const parser = new H264Parser({
    onFrame: (frame) => ready.push(copySignal(frame, free.pop())),
  });
  if (avcC !== undefined) parser.configure(avcC);
  for (const { data, timestamp } of units) {
    const began = threadMs();
    parser.pushAccessUnit(data, timestamp);
    meter.ms += threadMs() - began;
    for (const frame of ready.splice(0)) {
      if (frame.timestamp >= seconds) return;
      meter.frames++;
      yield frame;
      free.push(frame);
    }
  }
}

/** CPU time of the process: nothing else runs in it, so this is a clock that a busy machine does not disturb. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * CPU time of this thread, which does all the work: for stages, since asking for the time of all threads takes as long
 * as a part of a stage. Its ticks may be coarse; sums and means are right.
 */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

type Run = {
  readonly cpu: number;
  readonly answers: readonly WindowAnswer[];
  readonly parseMs: number;
  readonly frames: number;
};

async function ours(
  stream: Stream,
  { model }: Mini,
  layout: PromptLayout,
  pixels: Pictures,
  seconds: number,
): Promise<Run> {
  const meter = { ms: 0, frames: 0 };
  const answers: WindowAnswer[] = [];
  const before = cpuMs();
  for await (const answer of watchStream({
    ...{ signals: read(stream, seconds, meter), parsedMs: () => meter.ms },
    ...{ pixels, model, layout, policy: POLICIES.symbion, questions: QUESTIONS, now: threadMs },
  })) {
    if (!answer.partial) answers.push(answer);
  }
  return { cpu: cpuMs() - before, answers, parseMs: meter.ms, frames: meter.frames };
}

/** The same windows, each encoded and computed from scratch. */
async function recomputed(
  windows: readonly WindowAnswer[],
  { model }: Mini,
  layout: PromptLayout,
  pixels: Pictures,
): Promise<{ readonly cpu: number; readonly answers: readonly WindowAnswer[] }> {
  const answers: WindowAnswer[] = [];
  const grid = layout.grid(0, 0);
  const kept = Int32Array.from({ length: grid.columns * grid.rows }, (_, block) => block);
  const before = cpuMs();
  for (const { to } of windows) {
    const watcher = new Watcher({
      ...{ model, layout, questions: QUESTIONS, policy: "full" },
      refresh: { ...REFRESH, probes: 0, gate: null },
      now: threadMs,
    });
    for (let picture = 0; picture < watcher.window; picture++) {
      const timestamp = to - (watcher.window - 1 - picture) / FPS;
      const cut = await pixels.blocks(timestamp, grid, model.blockSize, kept);
      const times = { readAt: threadMs(), parseMs: 0, planMs: 0, pixelsMs: 0 };
      const answer = await watcher.push({
        plan: wholePlan(timestamp, grid, kept),
        pixels: cut,
        ...times,
      });
      if (answer !== null) answers.push(answer);
    }
    watcher.dispose();
  }
  return { cpu: cpuMs() - before, answers };
}

function wholePlan(timestamp: number, grid: Plan["grid"], kept: Int32Array): Plan {
  return {
    ...{ index: 0, timestamp, grid, whole: "policy", kept, changed: 0, stale: 0, dropped: 0 },
    ...{ causes: new Uint8Array(kept.length), strengths: new Float32Array(kept.length), frames: 1 },
    camera: { x: 0, y: 0, zoom: 0, moving: false },
  };
}

/** Streams per core and the share of reading and planning, per clip. */
export async function* watchRows({ quick, note }: RunOptions): AsyncGenerator<Row, void, void> {
  const labelled = labelledClips();
  const clips: Clip[] = [
    { name: "yard (simulated)", path: samplePath },
    ...(labelled === null ? [] : [labelled.person, labelled.traffic, labelled.car]),
  ].filter(({ path }) => existsSync(path));
  const executor = await openNodeExecutor({ threads: 1 });
  const mini = await openMini(executor);
  const seconds = quick ? SECONDS / 2 : SECONDS;
  try {
    for (const clip of clips) {
      note(`watch: ${clip.name}`);
      yield* clipRows(clip, mini, seconds, quick ? 1 : 5);
    }
  } finally {
    await mini.model.dispose();
    await executor.dispose();
  }
}

async function* clipRows(
  clip: Clip,
  mini: Mini,
  seconds: number,
  rounds: number,
): AsyncGenerator<Row, void, void> {
  const layout = miniLayout(mini.tokenizer);
  const grid = layout.grid(0, 0);
  const side = mini.model.blockSize;
  const pixels = new Pictures(clip.path, grid.columns * side, grid.rows * side, seconds);
  const stream = await load(clip.path, seconds);
  // Neither side is measured while it is being compiled.
  const first = await ours(stream, mini, layout, pixels, seconds);
  await recomputed(first.answers, mini, layout, pixels);
  const own: Run[] = [];
  const peer: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const run = await ours(stream, mini, layout, pixels, seconds);
    own.push(run);
    peer.push((await recomputed(run.answers, mini, layout, pixels)).cpu);
  }
  const ownMs = median(own.map(({ cpu }) => cpu));
  const peerMs = median(peer);
  const windows = first.answers.length;
  // Both answer the same windows, so many seconds of video.
  const video = windows * (layout.stride / FPS);
  const perCore = (cpu: number): number => (1000 * video) / cpu;
  /** Mean over rounds of a sum over windows. */
  const sum = (pick: (answer: WindowAnswer) => number): number =>
    own.flatMap(({ answers }) => answers).reduce((total, answer) => total + pick(answer), 0) /
    rounds;
  const parseMs = own.reduce((total, run) => total + run.parseMs, 0) / rounds;
  const planMs = sum(({ stages }) => stages.plan);
  const around = parseMs + planMs;
  const ratio = peerMs / ownMs;
  yield {
    ...{ name: `${clip.name}: 2-fps streams per core, all in`, value: perCore(ownMs) },
    ...{ unit: "streams", peer: perCore(peerMs), ratio },
    ...{ goal: ">= 6x full recompute", met: ratio >= 6 },
  };
  const modelOnly = ownMs - around;
  yield {
    ...{ name: `${clip.name}: the same, signals read anyway`, value: perCore(modelOnly) },
    ...{ unit: "streams", peer: perCore(peerMs), ratio: peerMs / modelOnly },
    ...{ goal: null, met: null },
  };
  const saved = 100 * (1 - sum(({ flops }) => flops) / sum(({ fullFlops }) => fullFlops));
  yield plain(`${clip.name}: operations saved`, saved, "%");
  const perFrame = around / first.frames;
  const latency = sum(({ firstTokenMs }) => firstTokenMs) / windows;
  // What is read and planned before the last picture of a window came is in nobody's way.
  const share = (100 * perFrame) / (perFrame + latency);
  yield {
    ...{ name: `${clip.name}: reading and planning, of time to first token`, value: share },
    ...{ unit: "%", goal: "<= 2 % of latency", met: share <= 2 },
  };
  yield plain(`${clip.name}: time to first token`, latency, "ms");
  yield plain(`${clip.name}: native frames per window`, first.frames / windows, "frames");
  yield plain(`${clip.name}: reading per native frame`, parseMs / first.frames, "ms");
  yield plain(`${clip.name}: planning per native frame`, planMs / first.frames, "ms");
  yield plain(`${clip.name}: all per window`, ownMs / windows, "ms");
  yield plain(`${clip.name}: reading per window`, parseMs / windows, "ms");
  for (const stage of ["plan", "pixels", "encode", "refresh", "answer"] as const) {
    yield plain(
      `${clip.name}: ${stage} per window`,
      sum(({ stages }) => stages[stage]) / windows,
      "ms",
    );
  }
}
