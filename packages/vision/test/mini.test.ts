import {
  CheckpointError,
  encodeModel,
  Graph,
  type HostTensor,
  TrainableParameters,
  type Value,
} from "@symbion/neural";
import { openNodeExecutor } from "@symbion/neural/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cut } from "../bench/quality.ts";
import {
  blockPosition,
  framePosition,
  MINI_ANSWER_TOKENS,
  MINI_BLOCKS,
  MINI_FAMILIES,
  MINI_TOKENS,
  MINI_WINDOW,
  type Mini,
  nearestWording,
  openMini,
  questionIds,
  questionPosition,
  readMiniFiles,
} from "../src/mini/index.ts";
import { miniLayout } from "../src/stream/mini-layout.ts";
import { Watcher } from "../src/stream/watcher.ts";
import { AnswerBalance, type BatchShape, buildBatch } from "../train/batch.ts";
import { renderedClip } from "../train/clip.ts";
import { textFeeds, visionFeeds } from "../train/feeds.ts";
import { type KeepRule, keptBlocks } from "../train/keep.ts";
import { fullNetwork } from "../train/network.ts";
import { PLAIN, questionsOf } from "../train/questions.ts";
import { Random } from "../train/random.ts";
import { TOKENS, tokenizerFile, wordIds } from "../train/vocabulary.ts";
import { streamedLogits, unpackedWeights } from "./support/mini.ts";

const TRAINED = { layouts: "trained", shapes: "trained" } as const;
const executor = await openNodeExecutor();
let mini: Mini;

beforeAll(async () => {
  mini = await openMini(executor);
});

afterAll(async () => {
  await mini.model.dispose();
});

describe("the sequence", () => {
  test("a block's position does not depend on what else is kept, and questions come behind", () => {
    const positions = [0, 1, 2].flatMap((frame) => [
      framePosition(frame),
      ...Array.from({ length: MINI_BLOCKS }, (_, block) => blockPosition(frame, block)),
    ]);
    expect(positions).toEqual(positions.map((_, i) => i));
    expect(questionPosition(2, 0)).toBe(positions.length);
  });

  test("long questions are cut, short ones are not padded", () => {
    expect([...questionIds([20, 21])]).toEqual([MINI_TOKENS.question, 20, 21, MINI_TOKENS.answer]);
    const long = questionIds(new Array<number>(30).fill(9));
    expect(long).toHaveLength(10);
    expect(long.at(-1)).toBe(MINI_TOKENS.answer);
  });
});

describe("the words", () => {
  test("the tokenizer in the package is that of the training", async () => {
    const files = await readMiniFiles();
    expect(files.tokenizer).toEqual(tokenizerFile());
    expect(mini.model.vocabulary).toBeGreaterThanOrEqual(TOKENS.length);
  });

  test.each([
    ["What happened?", "what happened"],
    ["Did somebody fall over?", "did anyone fall"],
    ["How many persons are in the picture?", "how many people are there"],
    ["Did anything cross the line", "did anything cross the middle line"],
    ["Did anyone enter?", "what entered"],
    ["Was a bag left behind?", "was anything left behind"],
    ["what COLOUR is the   box?!", "what colour is the box"],
  ])("%s is understood as: %s", (question, wording) => {
    expect([...mini.tokenizer.encode(question)]).toEqual(wordIds(wording));
  });

  test.each([
    "Is the door open?",
    "What is the temperature?",
    "Is there a zebra?",
    "Constructor?",
    "",
  ])("%s is not taken for another question", (question) => {
    expect(nearestWording(question)).toBeNull();
  });

  test("what it has no words for stays unknown", () => {
    expect([...mini.tokenizer.encode("zebra?")]).toEqual([MINI_TOKENS.unknown]);
    expect(mini.tokenizer.decode([...wordIds("a red car left"), MINI_TOKENS.end])).toBe(
      "a red car left",
    );
  });
});

describe("the weights", () => {
  test("fit into the repository", async () => {
    const { weights } = await readMiniFiles();
    expect(weights.byteLength).toBeLessThan(4 << 20);
  });

  test("damaged weights are refused by name", async () => {
    const files = await readMiniFiles();
    const short = { ...files, weights: files.weights.subarray(0, files.weights.length >> 1) };
    await expect(openMini(executor, short)).rejects.toThrow(CheckpointError);
  });

  test("give the same scores in the training graph and in a stream's cache", async () => {
    const shape: BatchShape = { sequences: 1, rows: 240, questions: 6, bins: 8 };
    const clip = renderedClip(77, 12, TRAINED);
    // Frames that leave the window before the last question, blocks missed and blocks kept for nothing.
    const rule: KeepRule = {
      ...{ full: false, anchors: 6, union: false, dilate: false },
      ...{ hold: 1, extra: 0.1, missed: 0.1 },
    };
    const kept = keptBlocks(clip.changed, rule, new Random(5));
    const batch = buildBatch(shape, [{ clip, kept }], new Random(6), new AnswerBalance());
    const { weights } = await readMiniFiles();
    const graph = new Graph();
    const { outputs } = fullNetwork(shape, { sight: 0, motion: 0 })(
      graph,
      new TrainableParameters(),
    );
    graph.output("trained", outputs?.logits as Value);
    const program = await executor.load({ model: encodeModel(graph) });
    const feeds: Record<string, HostTensor> = { ...visionFeeds(batch), ...textFeeds(batch) };
    for (const [name, { shape, data }] of await unpackedWeights(weights)) {
      feeds[name] = { type: "float32", shape, data };
    }
    const trained = (await program.run(feeds)).trained?.data as Float32Array;
    await program.dispose();
    const streamed = await streamedLogits(mini.model, batch);
    const { vocabulary } = mini.model;
    expect(batch.asked.filter((frame) => frame >= MINI_WINDOW).length).toBeGreaterThan(0);
    let worst = 0;
    for (let question = 0; question < shape.questions; question++) {
      if ((batch.asked[question] as number) < 0) continue;
      for (let i = 0; i < MINI_ANSWER_TOKENS * vocabulary; i++) {
        const at = question * MINI_ANSWER_TOKENS * vocabulary + i;
        worst = Math.max(worst, Math.abs((streamed[at] as number) - (trained[at] as number)));
      }
    }
    expect(worst).toBeLessThan(1e-3);
    expect(Math.max(...trained)).toBeGreaterThan(1);
  }, 240_000);
});

test("answers questions about new clips far better than by guessing", async () => {
  const layout = miniLayout(mini.tokenizer);
  const all = new Int32Array(MINI_BLOCKS).map((_, block) => block);
  const balance = new AnswerBalance();
  const counts = new Map<string, number>();
  let right = 0;
  let asked = 0;
  for (let number = 0; number < 12; number++) {
    const clip = renderedClip(2 ** 34 + number, MINI_WINDOW, TRAINED);
    const random = new Random(number);
    const pool = questionsOf(clip.tracks, 0, MINI_WINDOW - 1, PLAIN);
    const drawn = random
      .shuffle(pool)
      .sort((a, b) => balance.weight(b) - balance.weight(a))
      .slice(0, 10);
    for (const question of drawn) balance.take(question);
    const questions = drawn.map(({ question }, i) => ({ id: String(i), ask: question, every: 0 }));
    const watcher = new Watcher({ model: mini.model, layout, questions, policy: "full" });
    for (const [frame, picture] of clip.frames.entries()) {
      const window = await watcher.push({
        plan: {
          ...{ index: frame, timestamp: frame / 2, grid: { columns: 7, rows: 4 }, whole: "policy" },
          ...{ kept: all, causes: new Uint8Array(MINI_BLOCKS).fill(7) },
          ...{ strengths: new Float32Array(MINI_BLOCKS), changed: 0, stale: 0, dropped: 0 },
          ...{ frames: 1, camera: { x: 0, y: 0, zoom: 0, moving: false } },
        },
        pixels: cut(picture, all),
        ...{ readAt: 0, parseMs: 0, planMs: 0, pixelsMs: 0 },
      });
      for (const [i, { text }] of (window?.answers ?? []).entries()) {
        asked++;
        if (text === drawn[i]?.answer) right++;
      }
    }
    for (const { family, answer } of drawn) {
      const key = `${family}: ${answer}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    watcher.dispose();
  }
  // Always giving a family's most frequent answer.
  const guessed = MINI_FAMILIES.reduce(
    (sum, family) =>
      sum +
      Math.max(
        0,
        ...[...counts].filter(([key]) => key.startsWith(`${family}: `)).map(([, n]) => n),
      ),
    0,
  );
  expect(asked).toBeGreaterThan(100);
  expect(right / asked).toBeGreaterThan(0.7);
  expect(right).toBeGreaterThan(guessed + 0.1 * asked);
}, 240_000);
