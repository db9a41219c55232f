/** Clips through a real encoder and back: H.264 as cameras send it, and what the planner reads in it. */

import { spawnSync } from "node:child_process";
import { H264Parser } from "@symbion/codec";
import {
  MINI_BLOCKS,
  MINI_COLUMNS,
  MINI_FRAME_RATE,
  MINI_HEIGHT,
  MINI_ROWS,
  MINI_WIDTH,
} from "../src/mini/prompt.ts";
import { type Plan, Planner } from "../src/planner/planner.ts";
import { POLICIES, type Policy } from "../src/planner/policy.ts";
import { type Clip, sampledTimes } from "./clip.ts";
import type { Random } from "./random.ts";
import { createRenderer } from "./scene/render.ts";
import { drawScene } from "./scene/script.ts";
import type { Variant } from "./scene/types.ts";
import { trackScene } from "./truth.ts";

/** Frames per second of the encoded stream. */
export const NATIVE_RATE = 10;

/** Arguments of an encoder, without input and output. */
export type EncoderSettings = readonly string[];

/** What changed and nothing else: staleness and whole pictures are the training rule's business. */
const CHANGES: Policy = { ...POLICIES.symbion, name: "changes", stalenessSeconds: null };

/** Settings as the trained clips have them. */
export function drawSettings(random: Random): EncoderSettings {
  const preset = random.pick(["ultrafast", "superfast", "veryfast", "faster", "medium"]);
  const rate = random.chance(0.6)
    ? ["-crf", String(random.integer(18, 33))]
    : ["-b:v", `${random.integer(60, 350)}k`, "-maxrate", "400k", "-bufsize", "400k"];
  return [
    ...["-c:v", "libx264", "-preset", preset, ...rate],
    ...["-g", String(random.pick([10, 20, 40, 100, 250]))],
    ...(random.chance(0.5) ? ["-tune", "zerolatency"] : []),
  ];
}

/** Settings that no trained clip has: other bit rates, another way to spend them, another encoder. */
export const UNSEEN_SETTINGS: Readonly<Record<string, EncoderSettings>> = {
  "x264 at 40 kbit/s": ["-c:v", "libx264", "-preset", "fast", "-b:v", "40k", "-g", "50"],
  "x264 at QP 37": ["-c:v", "libx264", "-preset", "slow", "-qp", "37", "-g", "30"],
  "x264 baseline, no loop filter": [
    ...["-c:v", "libx264", "-preset", "veryfast", "-profile:v", "baseline"],
    ...["-x264-params", "no-deblock=1:slices=4", "-crf", "29", "-g", "25"],
  ],
  "x264 intra refresh": [
    ...["-c:v", "libx264", "-preset", "veryfast", "-crf", "26", "-g", "40"],
    ...["-x264-params", "intra-refresh=1:bframes=0"],
  ],
};

/** Whether ffmpeg with libx264 is there. */
export function hasEncoder(): boolean {
  const found = spawnSync("ffmpeg", ["-hide_banner", "-encoders"], { encoding: "utf8" });
  return found.status === 0 && found.stdout.includes("libx264");
}

/** A clip that was encoded: its bytes, and pictures as the decoder gives them. */
export type EncodedClip = Clip & {
  /** H.264 byte stream. */
  readonly stream: Uint8Array;
};

/** Renders a scene, encodes and decodes it. `changed` is what the planner finds. Needs ffmpeg. */
export function encodedClip(
  seed: number,
  frames: number,
  variant: Variant,
  settings: EncoderSettings,
): EncodedClip {
  const times = sampledTimes(frames);
  const step = NATIVE_RATE / MINI_FRAME_RATE;
  const native = (frames - 1) * step + 1;
  const scene = drawScene(seed, frames / MINI_FRAME_RATE, variant);
  const renderer = createRenderer(scene);
  const picture = 3 * MINI_WIDTH * MINI_HEIGHT;
  const raw = new Uint8Array(native * picture);
  for (let i = 0; i < native; i++) {
    renderer.frame(i / NATIVE_RATE, raw.subarray(i * picture, (i + 1) * picture));
  }
  const size = `${MINI_WIDTH}x${MINI_HEIGHT}`;
  const rate = String(NATIVE_RATE);
  const stream = ffmpeg(
    [
      ...["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size, "-r", rate, "-i", "pipe:0"],
      ...[...settings, "-pix_fmt", "yuv420p", "-threads", "1", "-f", "h264", "pipe:1"],
    ],
    raw,
  );
  const decoded = ffmpeg(
    [
      ...["-f", "h264", "-r", rate, "-i", "pipe:0", "-vf", `select=not(mod(n\\,${step}))`],
      ...[
        "-fps_mode",
        "passthrough",
        "-threads",
        "1",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "pipe:1",
      ],
    ],
    stream,
  );
  if (decoded.length < frames * picture) {
    throw new Error(`expected ${frames} decoded pictures, got ${decoded.length / picture}`);
  }
  return {
    stream,
    frames: times.map((_, i) => decoded.subarray(i * picture, (i + 1) * picture)),
    tracks: trackScene(scene, times),
    changed: plansOf(stream, frames, CHANGES).map(marksOf),
  };
}

/** What a planner makes of each sampled picture of a stream. */
export function plansOf(stream: Uint8Array, frames: number, policy: Policy): Plan[] {
  const plans: Plan[] = [];
  const planner = new Planner({
    policy,
    fps: MINI_FRAME_RATE,
    grid: () => ({ columns: MINI_COLUMNS, rows: MINI_ROWS }),
  });
  const parser = new H264Parser({
    frameRate: NATIVE_RATE,
    onFrame(frame) {
      const plan = planner.push(frame);
      if (plan !== null) plans.push(plan);
    },
  });
  parser.push(stream);
  parser.end();
  if (plans.length < frames) {
    throw new Error(`expected plans of ${frames} pictures, got ${plans.length}`);
  }
  return plans.slice(0, frames);
}

function marksOf({ kept }: Plan): Uint8Array {
  const marks = new Uint8Array(MINI_BLOCKS);
  for (const block of kept) marks[block] = 1;
  return marks;
}

function ffmpeg(args: readonly string[], input: Uint8Array): Uint8Array {
  const result = spawnSync("ffmpeg", ["-loglevel", "error", ...args], {
    input,
    maxBuffer: 1 << 28,
  });
  if (result.status !== 0) throw new Error(`ffmpeg: ${result.stderr?.toString() ?? result.error}`);
  return result.stdout;
}
