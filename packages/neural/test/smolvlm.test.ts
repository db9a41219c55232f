import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GraphError } from "../src/graph/types.ts";
import { ModelConfigError } from "../src/model/config-error.ts";
import type { KvCache, PixelBlocks, Rows, SlotModel, Step } from "../src/model/types.ts";
import { openNodeExecutor } from "../src/node/executor.ts";
import { HostParameters } from "../src/parameters/host.ts";
import type { Executor } from "../src/runtime/types.ts";
import { parseSmolVlmConfig } from "../src/smolvlm/config.ts";
import { openSmolVlm } from "../src/smolvlm/model.ts";
import golden from "./golden/smolvlm.json" with { type: "json" };
import {
  difference,
  type SeededTensor,
  seeded,
  seededCheckpoint,
  unpack,
} from "./support/seeded.ts";

type Kind = keyof typeof golden.models;
const GRID = 4;
const BLOCK = 16;

let executor: Executor;
let wasm: Executor;
beforeAll(async () => {
  executor = await openNodeExecutor();
  wasm = await openNodeExecutor({ prefer: ["web-wasm"] });
});
afterAll(async () => {
  await executor.dispose();
  await wasm.dispose();
});

function open(kind: Kind, device: Executor = executor): Promise<SlotModel> {
  const { config, tensors } = golden.models[kind];
  const parameters = new HostParameters(seededCheckpoint(tensors as unknown as SeededTensor[]));
  return openSmolVlm(device, parseSmolVlmConfig(config), parameters);
}

/** Blocks of the oracle's picture, in any order. */
function blocksOf(order: readonly number[]): PixelBlocks {
  const side = GRID * BLOCK;
  const picture = seeded("pixels", side * side * 3, 0.5, 0.5);
  const columns = Int32Array.from(order, (block) => block % GRID);
  const rows = Int32Array.from(order, (block) => Math.floor(block / GRID));
  const pixels = new Float32Array(order.length * BLOCK * BLOCK * 3);
  for (const [i, block] of order.entries()) {
    for (let y = 0; y < BLOCK; y++) {
      const top = Math.floor(block / GRID) * BLOCK;
      const from = ((top + y) * side + (block % GRID) * BLOCK) * 3;
      pixels.set(picture.subarray(from, from + BLOCK * 3), (i * BLOCK + y) * BLOCK * 3);
    }
  }
  return { count: order.length, pixels, columns, rows, gridWidth: GRID, gridHeight: GRID };
}

const ALL = Array.from({ length: GRID * GRID }, (_, i) => i);

/** Embeddings of the oracle's prompt, image blocks in their places. */
async function promptRows(model: SlotModel, kind: Kind): Promise<Rows> {
  const { ids, config } = golden.models[kind];
  const rows = await model.embedTokens(Int32Array.from(ids));
  const blocks = await model.embedBlocks(blocksOf(ALL));
  const embeddings = rows.embeddings.slice();
  embeddings.set(blocks.embeddings, ids.indexOf(config.image_token_id) * model.width);
  return { ...rows, embeddings };
}

function pick(rows: Rows, indices: readonly number[], width: number): Rows {
  const embeddings = new Float32Array(indices.length * width);
  for (const [i, row] of indices.entries()) {
    embeddings.set(rows.embeddings.subarray(row * width, (row + 1) * width), i * width);
  }
  return {
    count: indices.length,
    embeddings,
    ids: Int32Array.from(indices, (i) => Number(rows.ids[i])),
  };
}

function stepOf(
  rows: Rows,
  indices: readonly number[],
  width: number,
  shift = 0,
  slot: (index: number) => number = (index) => index,
): Step {
  return {
    rows: pick(rows, indices, width),
    positions: Int32Array.from(indices, (i) => i + shift),
    slots: Int32Array.from(indices, slot),
  };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

async function run(model: SlotModel, cache: KvCache, step: Step): Promise<Float32Array> {
  const hidden = await model.refresh(cache, step);
  return model.logits(cache, step, hidden, range(0, step.rows.count));
}

describe.each(["grouped", "tied"] as const)("a %s model", (kind) => {
  const wanted = golden.models[kind];

  test.each<[string, () => Executor]>([
    ["fused", () => ({ ...executor, attention: "fused" })],
    ["decomposed", () => ({ ...executor, attention: "decomposed" })],
    ["WebAssembly", () => wasm],
  ])("equals transformers: image features, a subset of blocks, logits (%s)", async (_, device) => {
    const model = await open(kind, device());
    const all = await model.embedBlocks(blocksOf(ALL));
    expect(difference(all.embeddings, unpack(wanted.features))).toBeLessThan(1e-4);
    const some = await model.embedBlocks(blocksOf(wanted.blocks));
    expect(difference(some.embeddings, unpack(wanted.subset))).toBeLessThan(1e-4);
    const rows = await promptRows(model, kind);
    const step = stepOf(rows, range(0, rows.count), model.width);
    const scores = await run(model, model.createCache(40), step);
    expect(difference(scores, unpack(wanted.logits))).toBeLessThan(1e-4);
    await model.dispose();
  });
});

describe("a cache addressed by slots", () => {
  let model: SlotModel;
  let rows: Rows;
  let full: Float32Array;
  const slots = 40;
  const everything = (): number[] => range(0, rows.count);

  beforeAll(async () => {
    model = await open("grouped");
    rows = await promptRows(model, "grouped");
    full = await run(model, model.createCache(slots), stepOf(rows, everything(), model.width));
  });
  afterAll(() => model.dispose());

  /** Rows of scores. */
  const part = (scores: Float32Array, indices: readonly number[]): Float32Array =>
    Float32Array.from(
      indices.flatMap((i) => [
        ...scores.subarray(i * model.vocabulary, (i + 1) * model.vocabulary),
      ]),
    );

  test("blocks in another order are the same blocks", async () => {
    const order = ALL.toReversed();
    const turned = await model.embedBlocks(blocksOf(order));
    const straight = await model.embedBlocks(blocksOf(ALL));
    const back = pick(turned, order, model.width);
    expect(difference(back.embeddings, straight.embeddings)).toBeLessThan(1e-5);
  });

  test("a full recompute over a used cache equals one over an empty cache, exactly", async () => {
    const cache = model.createCache(slots);
    const other = { ...rows, embeddings: rows.embeddings.map((x) => 3 * x + 1) };
    await model.refresh(cache, stepOf(other, everything(), model.width));
    const again = await run(model, cache, stepOf(rows, everything(), model.width));
    expect(difference(again, full)).toBe(0);
  });

  test("prefill in chunks, and a refresh of any subset, equal the whole", async () => {
    const cache = model.createCache(slots);
    const chunks = [range(0, 5), range(5, 17), range(17, 18), range(18, rows.count)];
    for (const chunk of chunks) {
      const scores = await run(model, cache, stepOf(rows, chunk, model.width));
      expect(difference(scores, part(full, chunk))).toBeLessThan(1e-5);
    }
    const subset = [3, 9, 10, 21, 25];
    const scores = await run(model, cache, stepOf(rows, subset, model.width));
    expect(difference(scores, part(full, subset))).toBeLessThan(1e-5);
  });

  test("slots need not follow positions, and all positions may move", async () => {
    const scattered = (i: number): number => (i * 7 + 3) % slots;
    const step = stepOf(rows, everything(), model.width, 0, scattered);
    expect(difference(await run(model, model.createCache(slots), step), full)).toBeLessThan(1e-4);
    const moved = stepOf(rows, everything(), model.width, 1000);
    expect(difference(await run(model, model.createCache(slots), moved), full)).toBeLessThan(1e-4);
  });

  test("a changed token changes itself and what comes after it, and nothing before", async () => {
    const cache = model.createCache(slots);
    const changed = { ...rows, embeddings: rows.embeddings.slice() };
    changed.embeddings.fill(0.5, 9 * model.width, 9 * model.width + 3);
    const scores = await run(model, cache, stepOf(changed, everything(), model.width));
    const before = range(0, 9);
    expect(difference(part(scores, before), part(full, before))).toBe(0);
    for (const row of range(9, rows.count)) {
      expect(difference(part(scores, [row]), part(full, [row]))).toBeGreaterThan(1e-4);
    }
  });

  test("branches share what lies before them and not each other; freed slots are forgotten", async () => {
    const cache = model.createCache(slots);
    const prefix = range(0, 20);
    await model.refresh(cache, stepOf(rows, prefix, model.width));
    const asked = range(20, rows.count);
    const branch = (number: number, from: number, source: Rows): Step => ({
      ...stepOf(source, asked, model.width, 0, (i) => i - 20 + from),
      branches: new Int32Array(asked.length).fill(number),
    });
    const other = { ...rows, embeddings: rows.embeddings.map((x) => -x) };
    await model.refresh(cache, branch(1, 20, other));
    const second = await run(model, cache, branch(2, 30, rows));
    expect(difference(second, part(full, asked))).toBeLessThan(1e-5);
    cache.free(range(20, 26));
    const plain = { ...branch(2, 30, rows), branches: undefined };
    expect(difference(await run(model, cache, plain), part(full, asked))).toBeLessThan(1e-5);
  });

  test("steps and blocks that don't fit are refused, and the model goes on", async () => {
    const cache = model.createCache(slots);
    const step = stepOf(rows, [0, 1], model.width);
    const twice = { ...step, slots: Int32Array.of(3, 3) };
    await expect(model.refresh(cache, twice)).rejects.toThrow(/slot of its own/);
    await expect(model.embedTokens(Int32Array.of(96))).rejects.toThrow(/below 96, got 96/);
    const blocks = blocksOf([3]);
    await expect(
      model.embedBlocks({ ...blocks, pixels: blocks.pixels.subarray(1) }),
    ).rejects.toThrow(/one block of 16 x 16 .* 767 numbers/);
    await expect(model.embedBlocks({ ...blocks, gridWidth: 3 })).rejects.toThrow(
      /within 3 x 4, got column 3/,
    );
    expect((await model.embedBlocks(blocksOf([]))).count).toBe(0);
    const hidden = await model.refresh(cache, step);
    await expect(model.logits(cache, step, hidden, [2])).rejects.toThrow(/below 2, got 2/);
    expect((await model.logits(cache, step, hidden, [1])).length).toBe(96);
  });

  test("cost counts what is run: fewer rows and blocks cost less, and the head is the sampled rows'", () => {
    const { cost } = model;
    // 16 patches a block; per patch 2 layers of 4 * 32^2 + 2 * 32 * 48 + 2 * 16 * 32, patch and projection.
    const patch = 2 * (4 * 32 ** 2 + 2 * 32 * 48 + 2 * 16 * 32) + 48 * 32 + 32 * 48;
    expect(cost.vision(1)).toBe(2 * 16 * patch);
    expect(cost.lower(4, 40)).toBe(4 * cost.lower(1, 40));
    expect(cost.upper(1, 40) - cost.upper(1, 30)).toBe(2 * 10 * 2 * 96);
  });
});

describe("configurations and checkpoints", () => {
  const { config } = golden.models.grouped;

  test("published files, which leave out defaults, are read", () => {
    // As SmolVLM2-500M's config.json has it.
    const parsed = parseSmolVlmConfig({
      model_type: "smolvlm",
      image_token_id: 49190,
      scale_factor: 4,
      tie_word_embeddings: false,
      text_config: {
        model_type: "llama",
        hidden_size: 960,
        intermediate_size: 2560,
        num_attention_heads: 15,
        num_hidden_layers: 32,
        num_key_value_heads: 5,
        head_dim: 64,
        max_position_embeddings: 8192,
        rms_norm_eps: 1e-5,
        rope_theta: 100000,
        rope_scaling: null,
        vocab_size: 49280,
        eos_token_id: 49279,
      },
      vision_config: {
        model_type: "smolvlm_vision",
        hidden_size: 768,
        image_size: 512,
        patch_size: 16,
        num_attention_heads: 12,
      },
    });
    expect(parsed.vision).toEqual({
      width: 768,
      layers: 12,
      heads: 12,
      mlpWidth: 3072,
      epsilon: 1e-6,
      patch: 16,
      side: 32,
      shuffle: 4,
    });
    expect(parsed.text).toMatchObject({ theta: 100000, kvHeads: 5, tied: false, epsilon: 1e-5 });
    expect(parsed.endIds).toEqual([49279]);
  });

  test.each<[string, object, RegExp]>([
    ["another architecture", { model_type: "idefics3" }, /model_type: expected smolvlm, got idef/],
    ["no architecture", { model_type: undefined }, /expected smolvlm, got nothing/],
    ["another decoder", { text_config: { model_type: "mistral" } }, /expected llama, got "mist/],
    ["no vision", { vision_config: null }, /config.vision_config: expected an object, got null/],
    [
      "scaled rotation",
      { text_config: { ...config.text_config, rope_scaling: { factor: 2 } } },
      /rope_scaling: expected null/,
    ],
    [
      "heads that don't divide",
      { text_config: { ...config.text_config, num_key_value_heads: 4 } },
      /num_key_value_heads: expected a divisor of num_attention_heads 6, got 4/,
    ],
    [
      "a picture not in blocks",
      { vision_config: { ...config.vision_config, image_size: 72 } },
      /image_size: expected a multiple of 4 patches of 4 pixels, got 72/,
    ],
    [
      "a size that is text",
      { vision_config: { ...config.vision_config, hidden_size: "32" } },
      /config.vision_config.hidden_size: expected a number of at least 1, got "32"/,
    ],
  ])("%s is refused by name", (_, change, message) => {
    expect(() => parseSmolVlmConfig({ ...config, ...change })).toThrow(message);
    expect(() => parseSmolVlmConfig({ ...config, ...change })).toThrow(ModelConfigError);
  });

  test("a missing or misshapen tensor is named", async () => {
    const tensors = golden.models.grouped.tensors as unknown as SeededTensor[];
    const name = "model.vision_model.encoder.layers.1.mlp.fc1.bias";
    const parsed = parseSmolVlmConfig(config);
    const without = seededCheckpoint(tensors.filter(([other]) => other !== name));
    const missing = openSmolVlm(executor, parsed, new HostParameters(without));
    await expect(missing).rejects.toThrow(GraphError);
    await expect(missing).rejects.toThrow(name);
    const bent = seededCheckpoint(tensors);
    bent.set(name, { shape: [3], data: new Float32Array(3) });
    await expect(openSmolVlm(executor, parsed, new HostParameters(bent))).rejects.toThrow(
      `${name}: expected [48], got [3]`,
    );
    const parameters = new HostParameters(seededCheckpoint(tensors));
    await expect(openSmolVlm(executor, parsed, parameters, { nam: "x" } as object)).rejects.toThrow(
      /got option nam/,
    );
  });
});
