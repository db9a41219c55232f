import type { FrameSignal } from "@symbion/codec";
import { imageBlocks } from "@symbion/neural";
import {
  type BlockSource,
  gemmaLayout,
  POLICIES,
  type Policy,
  type PromptLayout,
  placePicture,
  type Question,
  REFRESH,
  type Sample,
  Watcher,
  type WatchStreamOptions,
  type WindowAnswer,
  watchStream,
} from "@symbion/vision";
import { describe, expect, it } from "vitest";
import { type FakeModel, fakeModel } from "./support/fake-model.ts";
import { makeFrame, thing } from "./support/signals.ts";

const SIDE = 4;
const GRID = { columns: 4, rows: 2 };

/** Tokens: 0 pad, 1 end, 2 prefix, 3 picture, 4 and more: questions and answers. */
function layout(changes: Partial<PromptLayout> = {}): PromptLayout {
  return {
    ...{
      fps: 5,
      pictures: 4,
      stride: 2,
      answerTokens: 3,
      positions: "fixed",
      mostPosition: 10_000,
    },
    prefix: Int32Array.of(2),
    grid: () => GRID,
    around: () => ({ before: Int32Array.of(3), after: new Int32Array(0) }),
    question: (ask) => Int32Array.of(4 + ask.length, 4),
    text: (ids) => ids.join(" "),
    ...changes,
  };
}

/** A scene whose picture changes in one place at a time. */
function scene(length: number, frameRate = 25): FrameSignal[] {
  return Array.from({ length }, (_, index) =>
    makeFrame({
      ...{ index, type: index === 0 ? "I" : "P", mbWidth: 12, mbHeight: 6, frameRate },
      block: (index / 10) % 2 >= 1 ? thing(3, 0, 3, 3, [3, 0]) : () => null,
    }),
  );
}

async function* from(frames: readonly FrameSignal[], error?: Error): AsyncGenerator<FrameSignal> {
  yield* frames;
  if (error !== undefined) throw error;
}

/** Grey pictures that say when they were taken; counts what was asked of it. */
function pixels(broken: (timestamp: number) => boolean = () => false): BlockSource & {
  readonly asked: { timestamp: number; blocks: number }[];
} {
  const asked: { timestamp: number; blocks: number }[] = [];
  return {
    asked,
    decoded: 0,
    close: async () => {},
    blocks: async (timestamp, grid, blockSize, wanted) => {
      asked.push({ timestamp, blocks: wanted.length });
      if (broken(timestamp)) return null;
      const width = grid.columns * blockSize;
      const height = grid.rows * blockSize;
      const data = new Uint8Array(3 * width * height).fill(Math.round(40 * timestamp) % 256);
      return imageBlocks({ width, height, data }, blockSize, wanted);
    },
  };
}

const QUESTIONS: readonly Question[] = [
  { id: "a", ask: "a", every: 0 },
  { id: "b", ask: "bbb", every: 0 },
];

async function run(
  frames: readonly FrameSignal[],
  changes: Partial<WatchStreamOptions> = {},
): Promise<{ answers: WindowAnswer[]; model: FakeModel; error: unknown }> {
  const model = fakeModel({ blockSize: SIDE, seed: 3 });
  const answers: WindowAnswer[] = [];
  let error: unknown = null;
  try {
    for await (const answer of watchStream({
      ...{ signals: from(frames), pixels: pixels(), model, layout: layout() },
      ...{ policy: POLICIES.symbion, questions: QUESTIONS },
      ...changes,
    })) {
      answers.push(answer);
    }
  } catch (thrown) {
    error = thrown;
  }
  return { answers, model: (changes.model as FakeModel | undefined) ?? model, error };
}

const none = { ...REFRESH, probes: 0, gate: null, mostDrift: Number.POSITIVE_INFINITY };

describe("watching a stream", () => {
  it("answers each window once it is full, and what is left as a partial one", async () => {
    // Thirteen pictures at 5 per second; windows of 4, every 2.
    const { answers, model, error } = await run(scene(65));
    expect(error).toBeNull();
    expect(
      answers.map(({ index, from: start, to, partial, pictures }) => [
        index,
        start,
        to,
        partial,
        pictures,
      ]),
    ).toEqual([
      [0, 0, 0.6, false, 4],
      [1, 0.4, 1, false, 2],
      [2, 0.8, 1.4, false, 2],
      [3, 1.2, 1.8, false, 2],
      [4, 1.6, 2.2, false, 2],
      [5, 1.8, 2.4, true, 1],
    ]);
    expect(
      answers.every(({ answers: list }) => list.map(({ question }) => question).join() === "a,b"),
    ).toBe(true);
    expect(model.caches.size).toBe(0);
    expect(model.counts.overlapping).toBe(0);
  });

  it("gives the same answers as a run from scratch of each window, where all is computed again", async () => {
    const frames = scene(100);
    const policy: Policy = {
      ...POLICIES.symbion,
      whole: { ...POLICIES.symbion.whole, everySeconds: 0.8 },
    };
    const { answers } = await run(frames, { policy, refresh: { ...none, mode: "all" } });
    const reused = await run(frames, { policy, refresh: none });
    expect(answers.length).toBeGreaterThan(7);
    // Confidences are exact numbers of the model: equal ones mean equal scores.
    const { answers: whole } = await run(frames, {
      ...{ policy, refresh: { ...none, mode: "all" } },
      layout: layout({ mostPosition: 1 }),
    });
    expect(whole.map(({ answers: list }) => list)).toEqual(
      answers.map(({ answers: list }) => list),
    );
    expect(whole.every(({ refresh }) => refresh.full === "position")).toBe(true);
    expect(reused.answers.some(({ tokensReused }) => tokensReused > 0)).toBe(true);
    expect(answers.every(({ tokensReused }) => tokensReused === 0)).toBe(true);
  });

  it("answers exactly as somebody who is asked for the first time, though it tries what it said before", async () => {
    const samples: Sample[] = [];
    // Says a number of tokens that depends on what is in sight, from a beginning that all answers share.
    const next = (visible: readonly unknown[], last: number): number => {
      if (last === 4) return 5;
      if (last === 5) return 6 + (visible.length % 3);
      return visible.length % 2 === 0 && last < 9 ? 9 : 1;
    };
    const model = fakeModel({ blockSize: SIDE, next });
    const refresh = { ...none, mode: "all" as const };
    const own = layout({ answerTokens: 6, prefix: new Int32Array(0) });
    const { answers } = await run(scene(150), {
      ...{ model, refresh, layout: own },
      onSample: (sample) => samples.push(sample),
    });
    const texts = new Set<string>();
    for (const answer of answers.filter(({ partial }) => !partial)) {
      const watcher = new Watcher({
        ...{
          model,
          refresh,
          layout: own,
          questions: QUESTIONS,
          policy: "full",
        },
      });
      let alone: WindowAnswer | null = null;
      for (const sample of samples) {
        const { timestamp } = sample.plan;
        if (timestamp >= answer.from && timestamp <= answer.to) alone = await watcher.push(sample);
      }
      watcher.dispose();
      expect(alone?.answers).toEqual(answer.answers);
      for (const { text } of answer.answers) texts.add(text);
    }
    expect(texts.size).toBeGreaterThan(1);
  });

  it("says again what it said before in one step", async () => {
    // Always the same five tokens, then the end.
    const next = (_: unknown, last: number): number => (last === 4 ? 6 : last < 10 ? last + 1 : 1);
    const model = fakeModel({ blockSize: SIDE, next });
    const { answers } = await run(scene(60), {
      model,
      layout: layout({ answerTokens: 9 }),
      refresh: none,
    });
    expect(new Set(answers.flatMap(({ answers: list }) => list.map(({ text }) => text)))).toEqual(
      new Set(["6 7 8 9 10"]),
    );
    // The first window: the question, and five tokens one by one; the others: one step each.
    expect(model.counts.refreshes).toBe(6 + (answers.length - 1));
  });

  it("shows every block in every window at least once, whatever the policy", async () => {
    for (const policy of [POLICIES.symbion, POLICIES.codecsight]) {
      const { answers } = await run(scene(200), { policy });
      for (const { shown, partial } of answers) {
        const seen = new Set(
          shown.flatMap(({ blocks, whole }) => (whole ? [...Array(8).keys()] : blocks)),
        );
        if (!partial) expect(seen.size).toBe(8);
      }
    }
  });

  it("asks for pixels of kept blocks only, and encodes no others", async () => {
    const source = pixels();
    const { answers, model } = await run(scene(100), { pixels: source });
    const kept = answers.reduce((sum, { blocksKept }) => sum + blocksKept, 0);
    expect(source.asked.reduce((sum, { blocks }) => sum + blocks, 0)).toBe(kept);
    expect(source.asked.every(({ blocks }) => blocks > 0)).toBe(true);
    expect(model.counts.blocks).toBe(kept);
    expect(kept).toBeLessThan(0.6 * answers.reduce((sum, { blocksTotal }) => sum + blocksTotal, 0));
  });

  it("counts operations: the full policy from scratch costs what a full run does", async () => {
    const { answers } = await run(scene(16, 25), { policy: POLICIES.full, refresh: none });
    const [first] = answers;
    // Four whole pictures, nothing reused: prefix 1, pictures 9 tokens each.
    expect(first?.blocksKept).toBe(32);
    const ratio = (first?.flops ?? 0) / (first?.fullFlops ?? 1);
    expect(ratio).toBeGreaterThan(0.95);
    expect(ratio).toBeLessThan(1.05);
    const saved = await run(scene(100), { refresh: none });
    for (const { flops, fullFlops } of saved.answers.slice(1))
      expect(flops).toBeLessThan(0.5 * fullFlops);
  });

  it("writes answers token by token to their end, and says how sure it is", async () => {
    // Counts pictures in sight: two tokens, then the end.
    const next = (visible: readonly { id: number }[], last: number): number => {
      if (last === 4) return 5;
      return last === 5 ? 4 + visible.filter(({ id }) => id === 3).length : 1;
    };
    const model = fakeModel({ blockSize: SIDE, next });
    const { answers } = await run(scene(20), { model, layout: layout({ answerTokens: 5 }) });
    expect(answers[0]?.answers.map(({ text, known }) => [text, known])).toEqual([
      ["5 8", true],
      ["5 8", true],
    ]);
    expect(answers[0]?.answers[0]?.confidence).toBeGreaterThan(0.99);
    const cut = await run(scene(20), { model, layout: layout({ answerTokens: 1 }) });
    expect(cut.answers[0]?.answers[0]?.text).toBe("5");
  });

  it("does not know below the floor", async () => {
    const { answers } = await run(scene(20), { floor: 1 });
    expect(answers[0]?.answers.every(({ known, confidence }) => !known && confidence < 1)).toBe(
      true,
    );
    const all = await run(scene(20), { floor: 0 });
    expect(all.answers[0]?.answers.every(({ known }) => known)).toBe(true);
  });

  it("asks a question no more often than it is to be", async () => {
    const questions = [...QUESTIONS, { id: "c", ask: "cc", every: 1 }];
    const { answers } = await run(scene(100), { questions });
    const times = answers.filter(({ answers: list }) =>
      list.some(({ question }) => question === "c"),
    );
    expect(times.map(({ to }) => Math.round(10 * to) / 10)).toEqual(
      [0.6, 1.8, 3, 3.8].slice(0, times.length),
    );
    expect(times.length).toBeGreaterThanOrEqual(3);
  });

  it("answers what there is when the signals break off, then says why", async () => {
    const broken = new Error("cut short");
    const { answers, error, model } = await run([], { signals: from(scene(12), broken) });
    expect(error).toBe(broken);
    expect(answers.map(({ partial, pictures }) => [partial, pictures])).toEqual([[true, 3]]);
    expect(model.caches.size).toBe(0);
  });

  it("shows what could not be decoded with the next picture", async () => {
    const { answers } = await run(scene(40), { pixels: pixels((timestamp) => timestamp < 0.3) });
    const [first] = answers;
    expect(first?.shown.map(({ timestamp, whole }) => [timestamp, whole])).toEqual([
      [0.4, true],
      ...(first?.shown.slice(1).map(({ timestamp, whole }) => [timestamp, whole]) ?? []),
    ]);
  });

  it("computes all again where probes drift, where it is due, and for the gate", async () => {
    const frames = scene(150);
    const reasons = async (refresh: WatchStreamOptions["refresh"]): Promise<unknown[]> =>
      (await run(frames, { refresh })).answers.map(({ refresh: done }) => done.full);
    expect(new Set((await reasons({ ...none, probes: 2, mostDrift: 0 })).slice(1))).toContain(
      "drift",
    );
    expect(new Set(await reasons({ ...none, mostWindows: 3 }))).toEqual(new Set([null, "windows"]));
    const gate = { everyWindows: 2, agreement: 0, memory: 4 };
    expect(new Set(await reasons({ ...none, gate }))).toEqual(new Set([null, "gate"]));
    expect(new Set(await reasons(none))).toEqual(new Set([null]));
  });

  it("frees its memory when nobody listens any more", async () => {
    const model = fakeModel({ blockSize: SIDE });
    for await (const _ of watchStream({
      ...{ signals: from(scene(100)), pixels: pixels(), model, layout: layout() },
      ...{ policy: POLICIES.symbion, questions: QUESTIONS },
    })) {
      break;
    }
    expect(model.caches.size).toBe(0);
  });

  it("refuses windows that the model cannot see, and unknown options", async () => {
    expect((await run(scene(5), { windowSeconds: 2 })).error).toMatchObject({
      name: "UsageError",
      message: expect.stringContaining("a window of 0.2 to 0.8 s"),
    });
    expect((await run(scene(5), { strideSeconds: 9 })).error).toMatchObject({ name: "UsageError" });
    expect((await run(scene(5), { question: [] } as never)).error).toMatchObject({
      name: "UsageError",
    });
    const twice = [...QUESTIONS, { id: "a", ask: "x", every: 0 }];
    expect((await run(scene(5), { questions: twice })).error).toMatchObject({ name: "UsageError" });
  });
});

describe("layouts", () => {
  it("place blocks by their place in the picture, or one after the other", () => {
    const around = { before: Int32Array.of(1), after: Int32Array.of(2) };
    const kept = Int32Array.of(1, 6);
    const fixed = placePicture(layout(), 100, around, GRID, kept);
    expect([[...fixed.positions], fixed.next]).toEqual([[100, 102, 107, 109], 110]);
    const compact = placePicture(layout({ positions: "compact" }), 100, around, GRID, kept);
    expect([[...compact.positions], compact.next]).toEqual([[100, 101, 102, 103], 104]);
  });

  it("write Gemma 4's turns, times and markers", () => {
    const texts: string[] = [];
    const codec = {
      encode: (text: string) =>
        [...Array(text.length).keys(), texts.push(text)].slice(0, text.length),
      decode: (ids: readonly number[]) => ` ${ids.length} `,
    };
    const vision = { patch: 16, pool: 3 } as never;
    const gemma = gemmaLayout(codec, { vision });
    const { before, after } = gemma.around(3725.5);
    gemma.question(" what? ");
    expect(texts).toEqual(["<bos><|turn>user\n", "02:05 ", " ", "what?<turn|>\n<|turn>model\n"]);
    expect([before.at(-1), after[0]]).toEqual([255_999, 258_882]);
    expect(gemma.grid(1280, 720)).toEqual({ columns: 11, rows: 6 });
    expect(gemma.text([1, 2])).toBe("2");
  });
});
