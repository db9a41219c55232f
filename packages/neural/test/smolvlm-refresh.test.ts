import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SlotCache } from "../src/model/cache.ts";
import { chunkRows, seenSlots, stepRows } from "../src/model/chunks.ts";
import type { Rows, SlotModel, Step } from "../src/model/types.ts";
import { openNodeExecutor } from "../src/node/executor.ts";
import { HostParameters } from "../src/parameters/host.ts";
import type { Executor, HostTensor, KeptTensor, Program, Tensor } from "../src/runtime/types.ts";
import { parseSmolVlmConfig } from "../src/smolvlm/config.ts";
import { openSmolVlm } from "../src/smolvlm/model.ts";
import golden from "./golden/smolvlm.json" with { type: "json" };
import { difference, type SeededTensor, seededCheckpoint } from "./support/seeded.ts";

const { config, tensors } = golden.models.grouped;

let executor: Executor;
beforeAll(async () => {
  executor = await openNodeExecutor();
});
afterAll(() => executor.dispose());

function open(device: Executor): Promise<SlotModel> {
  const parameters = new HostParameters(seededCheckpoint(tensors as unknown as SeededTensor[]));
  return openSmolVlm(device, parseSmolVlmConfig(config), parameters);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

/** Rows of a text as a step: token i at position i, in slot i or another. */
function stepOf(text: Rows, rows: readonly number[], width: number, slot = (row: number) => row) {
  const all = Int32Array.from({ length: text.count }, (_, i) => i);
  const whole: Step = { rows: text, positions: all, slots: all.map(slot) };
  return stepRows(whole, rows, width);
}

/** An executor whose kept tensors are as on a device: only its own programs see what is in them. */
function asDevice(host: Executor): Executor {
  const inside = new Map<Tensor, HostTensor>();
  const open = (tensors: Readonly<Record<string, Tensor>> = {}): Record<string, Tensor> =>
    Object.fromEntries(Object.entries(tensors).map(([k, v]) => [k, inside.get(v) ?? v]));
  return {
    ...host,
    async keep(tensor) {
      const { type, shape, data } = tensor;
      const read = async () => data;
      const kept: KeptTensor = { type, shape, read, dispose: () => inside.delete(kept) };
      inside.set(kept, tensor);
      return kept;
    },
    async load(model): Promise<Program> {
      const program = await host.load(model);
      return { ...program, run: (feeds, into, only) => program.run(open(feeds), open(into), only) };
    },
  };
}

describe("a long step", () => {
  const LENGTH = 700;
  let model: SlotModel;
  let text: Rows;
  let whole: Float32Array;
  const part = (rows: readonly number[]): Float32Array =>
    Float32Array.from(
      rows.flatMap((row) => [...whole.subarray(row * model.width, (row + 1) * model.width)]),
    );

  beforeAll(async () => {
    model = await open(executor);
    text = await model.embedTokens(Int32Array.from({ length: LENGTH }, (_, i) => (i * 31) % 96));
    const step = stepOf(text, range(0, LENGTH), model.width);
    whole = await model.refresh(model.createCache(LENGTH), step);
  });
  afterAll(() => model.dispose());

  test("equals the same in two steps, and in a cache with room to spare, exactly", async () => {
    const cache = model.createCache(3 * LENGTH);
    for (const rows of [range(0, 333), range(333, LENGTH)]) {
      const hidden = await model.refresh(cache, stepOf(text, rows, model.width));
      expect(difference(hidden, part(rows))).toBe(0);
    }
  });

  test("over another text's keys and values equals one over none, exactly", async () => {
    const cache = model.createCache(LENGTH);
    const other = { ...text, embeddings: text.embeddings.map((x) => 1 - 3 * x) };
    await model.refresh(cache, stepOf(other, range(0, LENGTH), model.width));
    const hidden = await model.refresh(cache, stepOf(text, range(0, LENGTH), model.width));
    expect(difference(hidden, whole)).toBe(0);
  });

  test("gives its rows in the order in which they were asked for", async () => {
    const turned = range(0, LENGTH).reverse();
    const cache = model.createCache(LENGTH);
    const hidden = await model.refresh(cache, stepOf(text, turned, model.width));
    expect(difference(hidden, part(turned))).toBe(0);
  });

  test("may lie in any slots, and one row after it sees them all", async () => {
    const cache = model.createCache(2 * LENGTH);
    const slot = (row: number): number => (row * 377 + 5) % (2 * LENGTH);
    const step = stepOf(text, range(0, LENGTH), model.width, slot);
    expect(difference(await model.refresh(cache, step), whole)).toBeLessThan(1e-4);
    const last = stepOf(text, [LENGTH - 1], model.width, slot);
    expect(difference(await model.refresh(cache, last), part([LENGTH - 1]))).toBeLessThan(1e-4);
  });

  test("equals one on a device, whose cache is written in place, exactly", async () => {
    const device = await open(asDevice(executor));
    const cache = device.createCache(LENGTH);
    for (const rows of [range(0, 200), range(200, LENGTH)]) {
      const step = stepOf(text, rows, model.width);
      const hidden = await device.refresh(cache, step);
      expect(difference(hidden, part(rows))).toBe(0);
      expect((await device.logits(cache, step, hidden, [0])).length).toBe(device.vocabulary);
    }
    cache.dispose();
    await device.dispose();
  });
});

test("what a step gives out are its own rows, however large the cache", async () => {
  let given = 0;
  const counting: Executor = {
    ...executor,
    async load(loaded) {
      const program = await executor.load(loaded);
      const run: Program["run"] = async (feeds, into, only) => {
        expect(Object.keys(into ?? {})).toEqual([]);
        const results = await program.run(feeds, into, only);
        for (const { data } of Object.values(results)) given += data.length;
        return results;
      };
      return { ...program, run };
    },
  };
  const model = await open(counting);
  const text = await model.embedTokens(Int32Array.of(1, 2, 3));
  const { text_config: decoder } = config;
  const keyValues = 2 * decoder.num_key_value_heads * decoder.head_dim;
  const row = decoder.hidden_size + decoder.num_hidden_layers * keyValues;
  for (const slots of [8, 800]) {
    given = 0;
    await model.refresh(model.createCache(slots), stepOf(text, [0, 1, 2], model.width));
    expect(given).toBe(3 * row);
  }
  await model.dispose();
});

describe("chunks of a step", () => {
  const sizes = (positions: readonly number[], size: number): number[] =>
    chunkRows(Int32Array.from(positions), size).map(({ length }) => length);

  test("are even, and none has a single row", () => {
    expect(sizes(range(0, 1024), 256)).toEqual([256, 256, 256, 256]);
    expect(sizes(range(0, 1025), 256)).toEqual([256, 256, 256, 257]);
    expect(sizes(range(0, 300), 256)).toEqual([300]);
    expect(sizes([4], 256)).toEqual([1]);
    for (let length = 2; length < 60; length++) {
      const all = sizes(range(0, length), 4);
      expect(Math.min(...all)).toBeGreaterThan(1);
      expect(all.reduce((a, b) => a + b)).toBe(length);
    }
  });

  test("follow the positions, and rows of one position stay together", () => {
    const chunks = chunkRows(Int32Array.of(9, 1, 5, 5, 5, 0, 7, 8), 2);
    expect(chunks.flat()).toEqual([5, 1, 2, 3, 4, 6, 7, 0]);
    for (const chunk of chunks) {
      expect(new Set([2, 3, 4].map((row) => chunk.includes(row))).size).toBe(1);
    }
    expect(sizes(Array<number>(100).fill(3), 10)).toEqual([100]);
  });

  test("look at all slots that they see, and at few others", () => {
    const cache = new SlotCache(executor, 1000, []);
    expect(seenSlots(cache, Int32Array.of(0))).toBe(64);
    cache.positions[100] = 5;
    cache.positions[700] = 9;
    expect(seenSlots(cache, Int32Array.of(5))).toBe(128);
    expect(seenSlots(cache, Int32Array.of(7, 2))).toBe(128);
    // To copy 704 slots for a single row would take longer than to look at all.
    expect(seenSlots(cache, Int32Array.of(9))).toBe(1000);
    const many = new Int32Array(20).fill(9);
    expect(seenSlots(cache, many)).toBe(704);
    cache.positions[990] = 1;
    expect(seenSlots(cache, many)).toBe(1000);
  });
});
