/**
 * What pruning costs in answers: the embedded model on held-out simulated clips that went through real encoders, with
 * everything computed and with less. The clips, their questions and true answers follow from seeds.
 */

import type { PixelBlocks, SlotModel } from "@symbion/neural";
import type { RefreshPolicy } from "../src/memory/refresh.ts";
import {
  MINI_COLUMNS,
  MINI_FRAME_RATE,
  MINI_ROWS,
  MINI_WINDOW,
  type MiniFamily,
  type MiniTokenizer,
} from "../src/mini/index.ts";
import { covering, POLICIES, type Policy } from "../src/planner/policy.ts";
import { miniLayout } from "../src/stream/mini-layout.ts";
import { Watcher } from "../src/stream/watcher.ts";
import { AnswerBalance, BLOCK_BYTES, copyBlock } from "../train/batch.ts";
import {
  drawSettings,
  type EncodedClip,
  type EncoderSettings,
  encodedClip,
  plansOf,
  UNSEEN_SETTINGS,
} from "../train/encode.ts";
import { PLAIN, type Question, questionsOf } from "../train/questions.ts";
import { Random } from "../train/random.ts";
import { shakes } from "../train/scene/render.ts";
import { drawScene } from "../train/scene/script.ts";
import type { Variant } from "../train/scene/types.ts";

/** What sets a group of clips apart from the trained ones. */
export type Condition = {
  readonly name: string;
  readonly variant: Variant;
  /** Null: drawn as for training. */
  readonly settings: EncoderSettings | null;
  /** Whether the camera shakes; then the planner keeps everything, and nothing can be saved. */
  readonly shaking?: boolean;
};

const TRAINED: Variant = { layouts: "trained", shapes: "trained" };

/** Groups of held-out clips: new seeds always, and something that no trained clip has. */
export const CONDITIONS: readonly Condition[] = [
  { name: "new clips", variant: TRAINED, settings: null },
  { name: "shaking camera", variant: TRAINED, settings: null, shaking: true },
  { name: "unseen layouts", variant: { ...TRAINED, layouts: "unseen" }, settings: null },
  { name: "unseen shapes", variant: { ...TRAINED, shapes: "unseen" }, settings: null },
  ...Object.entries(UNSEEN_SETTINGS).map(([name, settings]) => ({
    name,
    variant: TRAINED,
    settings,
  })),
  {
    name: "unseen in everything",
    variant: { layouts: "unseen", shapes: "unseen" },
    settings: UNSEEN_SETTINGS["x264 at QP 37"] ?? null,
  },
];

/** A way to run the model: what is kept and what is computed again. */
export type Way = {
  readonly name: string;
  readonly policy: Policy;
  readonly refresh: RefreshPolicy;
};

const REUSE: RefreshPolicy = {
  mode: "none",
  probes: 0,
  mostDrift: Number.POSITIVE_INFINITY,
  mostWindows: Number.POSITIVE_INFINITY,
  gate: null,
};

/** Every block is shown once a window, as wherever a stream is watched. */
function withinWindow(policy: Policy): Policy {
  return covering(policy, MINI_WINDOW, MINI_FRAME_RATE);
}

function symbion(threshold: number): Policy {
  return withinWindow({ ...POLICIES.symbion, name: `symbion ${threshold}`, threshold });
}

/** Everything, computed anew for each window: what the others are held against. */
export const FULL: Way = {
  name: "full recompute",
  policy: POLICIES.full,
  refresh: { ...REUSE, mode: "all" },
};

/** Ways from careful to careless. */
export const WAYS: readonly Way[] = [
  FULL,
  { name: "full, reused", policy: POLICIES.full, refresh: REUSE },
  {
    name: "codecsight, reused",
    policy: withinWindow(POLICIES.codecsight),
    refresh: REUSE,
  },
  { name: "symbion, all refreshed", policy: symbion(0.4), refresh: { ...REUSE, mode: "all" } },
  ...[0.1, 0.2, 0.4].map((threshold) => ({
    name: `symbion ${threshold}, reused`,
    policy: symbion(threshold),
    refresh: REUSE,
  })),
];

/** One question asked of one window. */
export type Outcome = {
  readonly condition: string;
  /** Number of the clip: answers of one clip are not independent. */
  readonly clip: number;
  readonly family: MiniFamily;
  readonly question: string;
  readonly truth: string;
  readonly right: boolean;
};

/** What a way came to on a group of clips. */
export type Run = {
  readonly way: string;
  /** Whether the clip's camera shakes. */
  readonly shaking: boolean;
  readonly outcomes: readonly Outcome[];
  /** Operations executed, and of the same windows with everything computed. */
  readonly flops: number;
  readonly fullFlops: number;
  readonly kept: number;
  readonly blocks: number;
};

/** Frames of a clip: five windows, two pictures apart. */
const FRAMES = 16;
const STRIDE = 2;

/** Questions for each window of a clip, drawn so that families and answers are about equally frequent. */
export type AskedClip = {
  readonly number: number;
  readonly condition: string;
  readonly shaking: boolean;
  readonly clip: EncodedClip;
  /** By the window's newest frame. */
  readonly asked: ReadonlyMap<number, readonly Question[]>;
};

/** Clips of a condition with their questions. Needs ffmpeg. */
export function* heldOutClips(
  condition: Condition,
  count: number,
  questions: number,
): Generator<AskedClip> {
  const balance = new AnswerBalance();
  const { shaking = false } = condition;
  let number = 0;
  // Seeds from here on are never trained on: those are below 2^32.
  for (let seed = 2 ** 33; number < count; seed += 7919) {
    const scene = drawScene(seed, FRAMES / MINI_FRAME_RATE, condition.variant);
    if (shakes(scene) !== shaking) continue;
    const random = new Random(seed);
    const settings = condition.settings ?? drawSettings(random);
    const clip = encodedClip(seed, FRAMES, condition.variant, settings);
    const asked = new Map<number, Question[]>();
    for (let newest = MINI_WINDOW - 1; newest < FRAMES; newest += STRIDE) {
      const pool = questionsOf(clip.tracks, newest - MINI_WINDOW + 1, newest, PLAIN);
      asked.set(newest, draw(pool, questions, balance, random));
    }
    yield { number: number++, condition: condition.name, shaking, clip, asked };
  }
}

function draw(pool: Question[], count: number, balance: AnswerBalance, random: Random): Question[] {
  const drawn: Question[] = [];
  while (drawn.length < count && pool.length > 0) {
    const weights = pool.map((question) => balance.weight(question));
    let left = random.unit() * weights.reduce((sum, weight) => sum + weight, 0);
    let index = 0;
    while (index < pool.length - 1 && left >= (weights[index] as number)) {
      left -= weights[index++] as number;
    }
    const [question] = pool.splice(index, 1) as [Question];
    balance.take(question);
    drawn.push(question);
  }
  return drawn;
}

/** Runs the model over a clip in one way. */
export async function runClip(
  model: SlotModel,
  tokenizer: MiniTokenizer,
  { number, condition, shaking, clip, asked }: AskedClip,
  way: Way,
): Promise<Run> {
  const plans = plansOf(clip.stream, FRAMES, way.policy);
  const watcher = new Watcher({
    model,
    layout: miniLayout(tokenizer),
    questions: [],
    policy: way.policy.name,
    stride: STRIDE,
    refresh: way.refresh,
  });
  const outcomes: Outcome[] = [];
  const sums = { flops: 0, fullFlops: 0, kept: 0, blocks: 0 };
  for (const [frame, plan] of plans.entries()) {
    const questions = asked.get(frame) ?? [];
    watcher.questions = questions.map(({ question }, i) => ({
      id: `${frame}.${i}`,
      ask: question,
      every: 0,
    }));
    const pixels = cut(clip.frames[frame] as Uint8Array, plan.kept);
    const times = { readAt: 0, parseMs: 0, planMs: 0, pixelsMs: 0 };
    const window = await watcher.push({ plan, pixels, ...times });
    if (window === null) continue;
    // The first window has nothing to reuse, whatever the way; a stream goes on for hours.
    if (frame >= MINI_WINDOW) {
      sums.flops += window.flops;
      sums.fullFlops += window.fullFlops;
      sums.kept += window.blocksKept;
      sums.blocks += window.blocksTotal;
    }
    for (const [i, { family, question, answer }] of questions.entries()) {
      const right = window.answers[i]?.text === answer;
      outcomes.push({ condition, clip: number, family, question, truth: answer, right });
    }
  }
  watcher.dispose();
  return { way: way.name, shaking, outcomes, ...sums };
}

/** Some blocks of a picture as the model takes them; null for none. */
export function cut(picture: Uint8Array, kept: Int32Array): PixelBlocks | null {
  if (kept.length === 0) return null;
  const bytes = new Uint8Array(kept.length * BLOCK_BYTES);
  for (const [i, block] of kept.entries()) copyBlock(picture, block, bytes, i * BLOCK_BYTES);
  return {
    count: kept.length,
    pixels: Float32Array.from(bytes, (value) => value / 255),
    columns: kept.map((block) => block % MINI_COLUMNS),
    rows: kept.map((block) => Math.floor(block / MINI_COLUMNS)),
    gridWidth: MINI_COLUMNS,
    gridHeight: MINI_ROWS,
  };
}
