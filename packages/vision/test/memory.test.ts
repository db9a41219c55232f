import type { Rows } from "@symbion/neural";
import {
  type BranchTokens,
  type PictureTokens,
  REFRESH,
  RefreshGate,
  type RefreshMode,
  StreamMemory,
} from "@symbion/vision";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FakeModel, fakeModel } from "./support/fake-model.ts";
import { randomNumbers } from "./support/signals.ts";

const WIDTH = 8;

function rows(count: number, seed: number): Rows {
  const random = randomNumbers(seed + 1);
  const embeddings = Float32Array.from({ length: count * WIDTH }, () => random() - 0.5);
  return { count, embeddings, ids: new Int32Array(count) };
}

/** A picture of `count` tokens at positions that leave room for ten. */
function picture(number: number, count: number, whole = false): PictureTokens {
  const positions = Int32Array.from({ length: count }, (_, token) => 10 * number + token);
  return { picture: number, rows: rows(count, number), positions, whole };
}

function question(branch: number, at: number, length = 2): BranchTokens {
  const positions = Int32Array.from({ length }, (_, token) => at + token);
  return { branch, rows: rows(length, 1000 + branch), positions };
}

async function fresh(
  model: FakeModel,
  pictures: readonly PictureTokens[],
  branches: readonly BranchTokens[],
): Promise<Float32Array> {
  const memory = new StreamMemory(model);
  for (const one of pictures) memory.add(one);
  const { logits } = await memory.compute("none", 0, branches);
  memory.dispose();
  return logits;
}

function difference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - (b[at] ?? 0))), 0);
}

/** Sizes of pictures as they come, and how many stay in the window. */
const runs = fc.record({
  sizes: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 24 }),
  window: fc.integer({ min: 1, max: 6 }),
  stride: fc.integer({ min: 1, max: 3 }),
});

describe("stream memory", () => {
  it("gives exactly a full run's scores where all is computed again, wherever the window is", async () => {
    await fc.assert(
      fc.asyncProperty(runs, async ({ sizes, window, stride }) => {
        const model = fakeModel();
        const memory = new StreamMemory(model);
        const pictures = sizes.map((size, number) => picture(number, size, number % 4 === 0));
        for (const [number, one] of pictures.entries()) {
          memory.add(one);
          memory.forgetBefore(number - window + 1);
          if (number % stride !== 0) continue;
          const branches = [question(1, 10 * number + 10), question(2, 10 * number + 10, 3)];
          const { logits } = await memory.compute("all", 0, branches);
          memory.endBranches();
          const kept = pictures.slice(Math.max(0, number - window + 1), number + 1);
          expect(difference(logits, await fresh(model, kept, branches))).toBe(0);
        }
        memory.dispose();
        expect(model.caches.size).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  it("is exact with no refresh as long as nothing has left", async () => {
    const model = fakeModel();
    const memory = new StreamMemory(model);
    const pictures = [0, 1, 2, 3].map((number) => picture(number, 3));
    for (const [at, one] of pictures.entries()) {
      memory.add(one);
      const asked = [question(1, 10 * at + 10)];
      const { logits, drift } = await memory.compute("none", 2, asked);
      memory.endBranches();
      expect(difference(logits, await fresh(model, pictures.slice(0, at + 1), asked))).toBe(0);
      expect(drift.probes).toBe(0);
      expect(drift.gone).toBe(0);
    }
  });

  it("drifts where reuse is inexact, measures it, and is exact again after a full refresh", async () => {
    const model = fakeModel();
    const memory = new StreamMemory(model);
    const pictures = Array.from({ length: 8 }, (_, number) => picture(number, 4));
    const asked = [question(1, 90)];
    for (const one of pictures.slice(0, 5)) memory.add(one);
    await memory.compute("none", 0, []);
    memory.forgetBefore(3);
    for (const one of pictures.slice(5)) memory.add(one);
    const exact = await fresh(model, pictures.slice(3), asked);
    const reused = await memory.compute("none", 4, asked);
    memory.endBranches();
    expect(difference(reused.logits, exact)).toBeGreaterThan(1e-4);
    expect(reused.drift.probes).toBeGreaterThan(1e-4);
    // Pictures 3 and 4 had seen pictures 0 to 2, and 3 had been seen by 4: 24 of 28 tokens have left.
    expect(reused.drift.gone).toBeCloseTo(24 / 28, 10);
    expect([reused.refreshed, reused.reused]).toEqual([3 * 4 + 4, 4]);
    const again = await memory.compute("all", 0, asked);
    expect(difference(again.logits, exact)).toBe(0);
    expect([again.refreshed, again.reused]).toEqual([20, 0]);
    expect(again.drift.windows).toBe(0);
  });

  it("computes pictures kept whole again, and only those, as anchors", async () => {
    const model = fakeModel();
    const memory = new StreamMemory(model);
    memory.add(picture(0, 5, true));
    memory.add(picture(1, 2));
    await memory.compute("anchors", 0, []);
    memory.add(picture(2, 3));
    const { refreshed, reused } = await memory.compute("anchors", 0, []);
    expect([refreshed, reused]).toEqual([8, 2]);
  });

  it("keeps questions apart: alone or together, each gets the same scores", async () => {
    const model = fakeModel();
    const pictures = [0, 1].map((number) => picture(number, 4));
    const questions = [1, 2, 3].map((branch) => question(branch, 20, branch + 1));
    const together = await fresh(model, pictures, questions);
    for (const [at, one] of questions.entries()) {
      const alone = await fresh(model, pictures, [one]);
      const row = together.subarray(at * model.vocabulary, (at + 1) * model.vocabulary);
      expect(difference(alone, row)).toBe(0);
    }
  });

  it("goes on in branches token by token as if they had been asked in one piece", async () => {
    const model = fakeModel();
    const memory = new StreamMemory(model);
    memory.add(picture(0, 4));
    const whole = question(1, 10, 4);
    const cut = (from: number, to: number): BranchTokens => ({
      branch: 1,
      positions: whole.positions.subarray(from, to),
      rows: {
        count: to - from,
        embeddings: whole.rows.embeddings.subarray(from * WIDTH, to * WIDTH),
        ids: whole.rows.ids.subarray(from, to),
      },
    });
    memory.reserve(8);
    await memory.compute("none", 0, [cut(0, 2)]);
    await memory.extend([cut(2, 3)]);
    const { logits, flops } = await memory.extend([cut(3, 4)]);
    expect(difference(logits, await fresh(model, [picture(0, 4)], [whole]))).toBe(0);
    // One row that sees four blocks and four tokens of its branch.
    expect(flops).toBe(model.cost.lower(1, 8) + model.cost.upper(1, 8));
  });

  it("does not change its scores when positions begin anew", async () => {
    const model = fakeModel();
    const memory = new StreamMemory(model);
    for (const number of [5, 6, 7]) memory.add(picture(number, 3));
    const before = await memory.compute("none", 0, [question(1, 80)]);
    memory.endBranches();
    memory.rebase((number) => picture(number - 5, 3).positions);
    const after = await memory.compute("none", 0, [question(1, 30)]);
    expect(difference(before.logits, after.logits)).toBe(0);
    expect(after.refreshed).toBe(9);
  });

  it("uses slots again, grows when it has to, and counts every token once", async () => {
    await fc.assert(
      fc.asyncProperty(
        runs,
        fc.constantFrom<RefreshMode>("none", "anchors", "all"),
        fc.integer({ min: 0, max: 5 }),
        async ({ sizes, window }, mode, probes) => {
          const model = fakeModel();
          const memory = new StreamMemory(model, 1);
          let tokens = 0;
          for (const [number, size] of sizes.entries()) {
            memory.add(picture(number, size, number % 3 === 0));
            memory.forgetBefore(number - window + 1);
            const before = model.counts.rows;
            const asked = [question(1, 10 * number + 10, 5)];
            memory.reserve(5 + 30);
            const { refreshed, reused } = await memory.compute(mode, probes, asked);
            memory.endBranches();
            tokens = sizes
              .slice(Math.max(0, number - window + 1), number + 1)
              .reduce((a, b) => a + b, 0);
            expect(memory.tokens).toBe(tokens);
            expect(refreshed + reused).toBe(tokens);
            expect(model.counts.rows - before).toBe(refreshed + 5);
          }
          expect(model.caches.size).toBe(1);
          const [cache] = model.caches;
          expect(cache?.positions.filter((position) => position >= 0).length).toBe(tokens);
          // At most six pictures of nine tokens, a question and its answer.
          expect(memory.slots).toBeLessThanOrEqual(192);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("refuses pictures that go back", () => {
    const memory = new StreamMemory(fakeModel());
    memory.add(picture(4, 1));
    expect(() => memory.add(picture(4, 1))).toThrow(/expected a picture after 4, got 4/);
    expect(() => memory.add({ ...picture(5, 2), positions: Int32Array.of(1) })).toThrow(
      /2 positions/,
    );
  });
});

describe("refresh gate", () => {
  it("asks for a comparison every so many windows, and steps to safer modes while answers differ", () => {
    const gate = new RefreshGate({
      ...REFRESH,
      gate: { everyWindows: 3, agreement: 0.75, memory: 4 },
    });
    expect([gate.due(), gate.due(), gate.due(), gate.due()]).toEqual([false, false, true, false]);
    gate.compared([true, true, true, false]);
    expect([gate.mode, gate.agreement]).toEqual(["none", 0.75]);
    gate.compared([false]);
    expect([gate.mode, gate.agreement]).toEqual(["anchors", 1]);
    gate.compared([false]);
    expect(gate.mode).toBe("anchors");
    gate.compared([false]);
    expect(gate.mode).toBe("all");
    expect([gate.due(), gate.due(), gate.due()]).toEqual([false, false, false]);
  });

  it("refuses policies that make no sense", () => {
    expect(() => new RefreshGate({ ...REFRESH, probes: -1 })).toThrow(/refresh.probes/);
    expect(() => new RefreshGate({ ...REFRESH, mode: "some" as never })).toThrow(/none or anchors/);
    expect(() => new RefreshGate({ ...REFRESH, gates: 1 } as never)).toThrow(/got "gates"/);
  });
});
