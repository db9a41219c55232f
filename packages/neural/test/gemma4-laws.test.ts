/** What a slot-addressed cache promises: recomputing any tokens, in any slots, changes nothing that it should not. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  blockFeeds,
  type Executor,
  encodeModel,
  type Gemma4Config,
  Graph,
  gemma4Blocks,
  gemma4Embeddings,
  gemma4Head,
  gemma4Sequence,
  type HostTensor,
  miniGemma4,
  openGemma4,
  perLayerRows,
  type Rows,
  type SlotCache,
  type SlotModel,
  sequenceFeeds,
} from "../src/index.ts";
import { openNodeExecutor } from "../src/node/index.ts";
import {
  grid,
  join,
  pick,
  promptRows,
  randomBlocks,
  randomParameters,
  range,
  stepOf,
} from "./support/gemma4.ts";
import { difference } from "./support/seeded.ts";

const BEFORE = [2, 20, 21, 6];
const AFTER = [7, 30, 31, 32, 33];
const WIDTH = 48;
/** Of scores up to 30, where sums are taken in another order. */
const ROUNDING = 1e-4;

/** Every part at its smallest; a window shorter than the prompt; heads in groups of two over two key heads. */
const CONFIG: Gemma4Config = miniGemma4({
  text: {
    vocabulary: 64,
    perLayerVocabulary: 64,
    width: WIDTH,
    layers: ["sliding", "full", "sliding", "full", "sliding", "full", "full"],
    sharedLayers: 3,
    heads: 4,
    kvHeads: 2,
    headWidth: { sliding: 16, full: 32 },
    mlpWidth: 64,
    perLayerWidth: 8,
    window: 6,
  },
  vision: { width: 32, layers: 2, heads: 2, headWidth: 16, mlpWidth: 48, positions: 24 },
});

describe.each(["fused", "decomposed"] as const)("with %s attention", (attention) => {
  let executor: Executor;
  let model: SlotModel;
  let rows: Rows;
  const blocks = randomBlocks(grid(4, 2), 4, 2);
  const all = range(BEFORE.length + blocks.count + AFTER.length);
  const count = all.length;

  beforeAll(async () => {
    executor = { ...(await openNodeExecutor()), attention };
    model = await openGemma4(executor, CONFIG, randomParameters(CONFIG));
    rows = await promptRows(model, BEFORE, blocks, AFTER);
  });
  afterAll(async () => {
    await model.dispose();
    await executor.dispose();
  });

  /** Everything in one pass over a fresh cache. */
  async function whole(slots = count): Promise<{
    cache: SlotCache;
    hidden: Float32Array;
    scores: Float32Array;
  }> {
    const cache = model.createCache(slots) as SlotCache;
    const step = stepOf(rows, all, WIDTH);
    const hidden = await model.refresh(cache, step);
    return { cache, hidden, scores: await model.logits(cache, step, hidden, all) };
  }

  async function contents(cache: SlotCache): Promise<Record<string, Float32Array>> {
    const tensors = Object.entries(await cache.tensors());
    return Object.fromEntries(
      tensors.map(([name, tensor]) => [name, (tensor as HostTensor).data as Float32Array]),
    );
  }

  const at = (values: Float32Array, row: number, width: number): Float32Array =>
    values.subarray(row * width, (row + 1) * width);

  it("gives the same numbers over garbage as over an empty cache", async () => {
    const expected = await whole(count + 3);
    const cache = model.createCache(count + 3) as SlotCache;
    for (const values of Object.values(await contents(cache))) {
      for (let i = 0; i < values.length; i++) values[i] = ((i * 7919) % 201) - 100;
    }
    const step = stepOf(rows, all, WIDTH);
    const hidden = await model.refresh(cache, step);
    expect(difference(hidden, expected.hidden)).toBe(0);
    expect(difference(await model.logits(cache, step, hidden, all), expected.scores)).toBe(0);
  });

  it("gives the same numbers when refreshed in chunks, in place", async () => {
    const expected = await whole();
    const before = structuredClone(await contents(expected.cache));
    for (const chunk of [all.slice(0, 5), all.slice(5, 6), all.slice(6, 13), all.slice(13)]) {
      const step = stepOf(rows, chunk, WIDTH);
      const hidden = await model.refresh(expected.cache, step);
      for (const [i, row] of chunk.entries()) {
        expect(difference(at(hidden, i, WIDTH), at(expected.hidden, row, WIDTH))).toBe(0);
      }
    }
    for (const [name, values] of Object.entries(await contents(expected.cache))) {
      expect(difference(values, before[name] as Float32Array)).toBe(0);
    }
  });

  it("builds the cache in chunks as in one pass", async () => {
    const expected = await whole();
    const cache = model.createCache(count);
    for (const chunk of [all.slice(0, 4), all.slice(4, 11), all.slice(11)]) {
      const step = stepOf(rows, chunk, WIDTH);
      const hidden = await model.refresh(cache, step);
      const scores = await model.logits(cache, step, hidden, range(chunk.length));
      for (const [i, row] of chunk.entries()) {
        expect(difference(at(scores, i, 64), at(expected.scores, row, 64))).toBeLessThan(ROUNDING);
      }
    }
  });

  it("gives a random subset the rows that the whole has", async () => {
    const { cache, hidden } = await whole();
    const subset = [1, 5, 6, 10, 15];
    const step = stepOf(rows, subset, WIDTH);
    const some = await model.refresh(cache, step);
    for (const [i, row] of subset.entries()) {
      expect(difference(at(some, i, WIDTH), at(hidden, row, WIDTH))).toBe(0);
    }
  });

  it("scores the last token alone as among all", async () => {
    const { cache, hidden, scores } = await whole();
    const step = stepOf(rows, all, WIDTH);
    const last = await model.logits(cache, step, hidden, [count - 1]);
    expect(difference(last, at(scores, count - 1, 64))).toBe(0);
  });

  it("does not care which slot a token lies in", async () => {
    const { scores } = await whole();
    const slots = count + 4;
    const cache = model.createCache(slots);
    const step = stepOf(rows, all, WIDTH, (row) => (row * 5 + 3) % slots);
    const hidden = await model.refresh(cache, step);
    expect(difference(await model.logits(cache, step, hidden, all), scores)).toBeLessThan(ROUNDING);
  });

  it("does not care where the sequence begins", async () => {
    const { scores } = await whole();
    for (const shift of [1000, 1_000_000]) {
      const cache = model.createCache(count);
      const step = stepOf(rows, all, WIDTH, undefined, shift);
      const hidden = await model.refresh(cache, step);
      const moved = await model.logits(cache, step, hidden, all);
      expect(difference(moved, scores)).toBeLessThan(ROUNDING);
    }
  });

  /** Overwrites a slot's values in the first layer, of all heads. */
  async function corrupt(cache: SlotCache, slot: number): Promise<void> {
    const values = (await contents(cache)).v_0 as Float32Array;
    const width = CONFIG.text.headWidth.sliding;
    for (let head = 0; head < CONFIG.text.kvHeads; head++) {
      const from = (head * cache.slots + slot) * width;
      values.fill(9, from, from + width);
    }
  }

  it("lets a corrupted value reach exactly the rows that see it", async () => {
    const { cache, hidden } = await whole();
    const victim = 4;
    await corrupt(cache, victim);
    // All rows but the victim, so that its bad value stays: layer 0 slides, later layers pass the damage on.
    const others = all.filter((row) => row !== victim);
    const step = stepOf(rows, others, WIDTH);
    const bad = await model.refresh(cache, step);
    const touched = others.filter(
      (row, i) => difference(at(bad, i, WIDTH), at(hidden, row, WIDTH)) > 0,
    );
    expect(touched).toEqual(others.filter((row) => row > victim));

    // The window holds six tokens: row 9 is the last that sees slot 4 directly.
    const direct = async (row: number): Promise<boolean> => {
      const fresh = (await whole()).cache;
      await corrupt(fresh, victim);
      const seen = await model.refresh(fresh, stepOf(rows, [row], WIDTH));
      return difference(seen, at(hidden, row, WIDTH)) > 0;
    };
    expect([await direct(3), await direct(9), await direct(10)]).toEqual([false, true, false]);
  });

  it("keeps branches apart, and equal to runs of their own", async () => {
    const prefix = range(BEFORE.length + blocks.count);
    const questions = [
      [7, 40, 41],
      [7, 50, 51, 52],
    ];
    const shared = model.createCache(64);
    await model.refresh(shared, stepOf(rows, prefix, WIDTH));
    let slot = prefix.length;
    for (const [index, ids] of questions.entries()) {
      const question = await model.embedTokens(Int32Array.from(ids));
      const positions = Int32Array.from(ids, (_, i) => prefix.length + i);
      const slots = Int32Array.from(ids, () => slot++);
      const branches = new Int32Array(ids.length).fill(index + 1);
      const step = { rows: question, positions, slots, branches };
      const hidden = await model.refresh(shared, step);
      const scores = await model.logits(shared, step, hidden, [ids.length - 1]);

      const alone = model.createCache(64);
      const sequence = join(pick(rows, prefix, WIDTH), question);
      const every = stepOf(sequence, range(sequence.count), WIDTH);
      const whole = await model.refresh(alone, every);
      const expected = await model.logits(alone, every, whole, [sequence.count - 1]);
      expect(difference(scores, expected)).toBeLessThan(ROUNDING);
    }
    // Both questions at once give what they gave one after the other.
    const both = await model.embedTokens(Int32Array.from(questions.flat()));
    const step = {
      rows: both,
      positions: Int32Array.from(questions.flatMap((ids) => ids.map((_, i) => prefix.length + i))),
      slots: Int32Array.from(questions.flat(), (_, i) => prefix.length + i),
      branches: Int32Array.from(questions.flatMap((ids, i) => ids.map(() => i + 1))),
    };
    const before = structuredClone(await contents(shared as SlotCache));
    await model.refresh(shared, step);
    for (const [name, values] of Object.entries(await contents(shared as SlotCache))) {
      expect(difference(values, before[name] as Float32Array)).toBe(0);
    }
  });

  it("agrees with the graphs that are trained", async () => {
    const { scores } = await whole();
    const { text, vision } = CONFIG;
    if (vision === null) throw new Error("expected a vision tower");
    const parameters = randomParameters(CONFIG);
    const graph = new Graph();
    const tower = gemma4Blocks(graph, parameters, vision, text.width, 1, blocks.count);
    const ids = graph.input("ids", "int64", [1, BEFORE.length + AFTER.length]);
    const tokens = gemma4Embeddings(graph, parameters, text, ids);
    const [before, after] = graph.split(tokens, [BEFORE.length, AFTER.length], 1);
    if (before === undefined || after === undefined) throw new Error("expected two parts");
    const embeddings = graph.concat([before, tower, after], 1);
    const perLayerIds = graph.input("per_layer_ids", "int64", [1, count]);
    const perLayer = perLayerRows(graph, parameters, text, perLayerIds);
    const hidden = gemma4Sequence(graph, parameters, text, { embeddings, perLayer });
    graph.output("scores", gemma4Head(graph, parameters, text, hidden));
    const program = await executor.load({ model: encodeModel(graph) });
    const int64 = (values: readonly number[]): HostTensor => ({
      type: "int64",
      shape: [1, values.length],
      data: BigInt64Array.from(values, BigInt),
    });
    const pixels: HostTensor = {
      type: "float32",
      shape: [1, blocks.count, 48 * 48 * 3],
      data: blocks.pixels,
    };
    const results = await program.run({
      pixels,
      ids: int64([...BEFORE, ...AFTER]),
      per_layer_ids: int64([...rows.ids]),
      ...blockFeeds(vision, 1, blocks.columns, blocks.rows),
      ...sequenceFeeds(text, count),
    });
    await program.dispose();
    expect(difference((results.scores as HostTensor).data as Float32Array, scores)).toBeLessThan(
      ROUNDING,
    );
  });
});

describe("a cache that is longer than what is in it", () => {
  const config = miniGemma4({
    text: { ...CONFIG.text, kvHeads: 1, headWidth: { sliding: 128, full: 256 }, window: 100 },
    vision: null,
  });
  const count = 300;
  const all = range(count);
  let executor: Executor;
  let model: SlotModel;
  let rows: Rows;
  /** Slots that each run has looked at. */
  const seen: number[] = [];

  beforeAll(async () => {
    const opened = await openNodeExecutor();
    executor = {
      ...opened,
      async load(given) {
        const program = await opened.load(given);
        return {
          ...program,
          run(feeds, into, only) {
            if (feeds.mask_full !== undefined) seen.push(feeds.mask_full.shape[3] as number);
            return program.run(feeds, into, only);
          },
        };
      },
    };
    model = await openGemma4(executor, config, randomParameters(config));
    rows = await model.embedTokens(Int32Array.from(all, (i) => 10 + (i % 50)));
  });
  afterAll(async () => {
    await model.dispose();
    await executor.dispose();
  });

  const scoresOf = async (slots: number, chunks: readonly number[][]): Promise<Float32Array> => {
    const cache = model.createCache(slots);
    const scores = new Float32Array(count * 64);
    for (const chunk of chunks) {
      const step = stepOf(rows, chunk, WIDTH);
      const hidden = await model.refresh(cache, step);
      const part = await model.logits(cache, step, hidden, range(chunk.length));
      for (const [i, row] of chunk.entries()) {
        scores.set(part.subarray(i * 64, (i + 1) * 64), row * 64);
      }
    }
    cache.dispose();
    return scores;
  };

  it("has the numbers of one that is not, however it was filled", async () => {
    const exact = await scoresOf(384, [all]);
    expect(difference(await scoresOf(4096, [all]), exact)).toBe(0);
    const parts = [all.slice(0, 2), all.slice(2, 130), all.slice(130)];
    expect(difference(await scoresOf(1000, parts), exact)).toBe(0);
    expect(difference(await scoresOf(count, [all]), exact)).toBeLessThan(ROUNDING);
  });

  it("is not looked at behind the last token that could be seen", async () => {
    seen.length = 0;
    await scoresOf(4096, [all.slice(0, 100), all.slice(100, 120), all.slice(120)]);
    expect(seen).toEqual([128, 128, 128, 128, 128, 256, 256, 384, 384]);
    seen.length = 0;
    await scoresOf(4096, [all]);
    // Long steps go in chunks, which see no more than they need; scores are of all their rows at once.
    expect(seen).toEqual([128, 128, 256, 256, 384, 384]);
  });
});
