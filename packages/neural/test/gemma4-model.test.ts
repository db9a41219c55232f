/** Reading configurations, bad input, and what a model says it costs. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Executor,
  GEMMA4_E2B,
  GEMMA4_E4B,
  type Gemma4Config,
  GraphError,
  gemma4Shapes,
  HostParameters,
  keyValueLayer,
  ModelConfigError,
  miniGemma4,
  openGemma4,
  ownLayers,
  parseGemma4Config,
  RotaryPositions,
  type SlotModel,
  type Step,
  slotMask,
} from "../src/index.ts";
import { openNodeExecutor } from "../src/node/index.ts";
import { randomBlocks, randomParameters, randomWeights } from "./support/gemma4.ts";

/** The fields of google/gemma-4-E2B-it's file that matter here. */
const E2B_JSON = {
  model_type: "gemma4",
  eos_token_id: [1, 106],
  image_token_id: 258880,
  boi_token_id: 255999,
  eoi_token_id: 258882,
  video_token_id: 258884,
  text_config: {
    model_type: "gemma4_text",
    hidden_size: 1536,
    num_hidden_layers: 35,
    layer_types: Array.from({ length: 35 }, (_, i) =>
      (i + 1) % 5 === 0 ? "full_attention" : "sliding_attention",
    ),
    num_attention_heads: 8,
    num_key_value_heads: 1,
    head_dim: 256,
    global_head_dim: 512,
    intermediate_size: 6144,
    num_kv_shared_layers: 20,
    use_double_wide_mlp: true,
    hidden_size_per_layer_input: 256,
    vocab_size: 262144,
    vocab_size_per_layer_input: 262144,
    sliding_window: 512,
    final_logit_softcapping: 30,
    rms_norm_eps: 1e-6,
    rope_parameters: {
      full_attention: {
        partial_rotary_factor: 0.25,
        rope_theta: 1e6,
        rope_type: "proportional",
      },
      sliding_attention: { rope_theta: 1e4, rope_type: "default" },
    },
  },
  vision_config: { model_type: "gemma4_vision", use_clipped_linears: true },
};

const withText = (fields: object): object => ({
  ...E2B_JSON,
  text_config: { ...E2B_JSON.text_config, ...fields },
});

describe("parseGemma4Config", () => {
  it("reads the published file", () => {
    expect(parseGemma4Config(E2B_JSON)).toEqual(GEMMA4_E2B);
  });

  it("reads the text part alone", () => {
    const { text, vision } = parseGemma4Config(E2B_JSON.text_config);
    expect(text).toEqual(GEMMA4_E2B.text);
    expect(vision).toBeNull();
  });

  it.each([
    ["a string", "gemma", "config: expected an object"],
    ["another architecture", { model_type: "llama" }, "got llama"],
    ["no text", { model_type: "gemma4" }, "config.text_config"],
    ["no width", withText({ hidden_size: undefined }), "text_config.hidden_size"],
    ["a fraction", withText({ hidden_size: 1.5 }), "text_config.hidden_size"],
    ["a huge number", withText({ num_hidden_layers: 1e300 }), "num_hidden_layers"],
    ["too few kinds", withText({ layer_types: ["full_attention"] }), "layer_types"],
    ["an unknown kind", withText({ layer_types: Array(35).fill("toString") }), "layer_types"],
    ["all layers shared", withText({ num_kv_shared_layers: 35 }), "num_kv_shared_layers"],
    ["no owner of a kind", withText({ num_kv_shared_layers: 32 }), "num_kv_shared_layers"],
    ["heads that don't divide", withText({ num_key_value_heads: 3 }), "num_key_value_heads"],
    ["experts", withText({ enable_moe_block: true }), "enable_moe_block"],
    ["keys as values", withText({ attention_k_eq_v: true }), "attention_k_eq_v"],
    ["both ways", withText({ use_bidirectional_attention: "vision" }), "use_bidirectional"],
    [
      "another rotation",
      withText({
        rope_parameters: {
          ...E2B_JSON.text_config.rope_parameters,
          full_attention: { rope_type: "yarn" },
        },
      }),
      "rope_type",
    ],
    [
      "a tower that standardises",
      { ...E2B_JSON, vision_config: { standardize: true } },
      "standardize",
    ],
    ["ends that are words", { ...E2B_JSON, eos_token_id: ["</s>"] }, "eos_token_id"],
  ])("refuses %s", (_what, json, message) => {
    expect(() => parseGemma4Config(json)).toThrow(ModelConfigError);
    expect(() => parseGemma4Config(json)).toThrow(message);
  });
});

describe("sizes", () => {
  it("knows which layers own keys and values", () => {
    const e2b = GEMMA4_E2B.text;
    const e4b = GEMMA4_E4B.text;
    expect([ownLayers(e2b), keyValueLayer(e2b, 15), keyValueLayer(e2b, 34)]).toEqual([15, 13, 14]);
    expect([ownLayers(e4b), keyValueLayer(e4b, 24), keyValueLayer(e4b, 41)]).toEqual([24, 22, 23]);
  });

  it("asks for as many weights as are published", () => {
    const count = (config: Gemma4Config): number =>
      [...gemma4Shapes(config).values()].reduce(
        (sum, shape) => sum + shape.reduce((product, length) => product * length, 1),
        0,
      );
    // 2.3 and 4.5 billion effective weights, 5.1 and 8 with the per-layer tables; audio is apart.
    expect(count(GEMMA4_E2B) / 1e9).toBeCloseTo(4.8, 1);
    expect(count(GEMMA4_E4B) / 1e9).toBeCloseTo(7.6, 1);
  });

  it("counts what a call costs", async () => {
    const executor = await openNodeExecutor();
    const model = await openGemma4(executor, miniGemma4(), randomParameters(miniGemma4()));
    const { cost } = model;
    expect(cost.lower(10, 100)).toBe(10 * cost.lower(1, 100));
    expect(cost.upper(1, 200) - cost.upper(1, 100)).toBe(2 * 100 * 2 * 4 * (64 + 32 + 64));
    // More than linear: patches see each other.
    expect(cost.vision(20)).toBeGreaterThan(2 * cost.vision(10));
    expect(cost.vision(0)).toBe(0);
    await model.dispose();
    await executor.dispose();
  });
});

describe("RotaryPositions", () => {
  it("is as precise far away as near, in any order", () => {
    const table = new RotaryPositions(64, 1e4);
    const near = table.rows([3, 2 ** 30, 3 + 2048, 3]);
    for (const [i, position] of [3, 2 ** 30, 2051, 3].entries()) {
      for (let pair = 0; pair < 32; pair++) {
        const angle = position * 1e4 ** (-pair / 32);
        expect(near.cos[i * 32 + pair]).toBe(Math.fround(Math.cos(angle)));
        expect(near.sin[i * 32 + pair]).toBe(Math.fround(Math.sin(angle)));
      }
    }
  });

  it("leaves the rest of a proportional rotation alone", () => {
    const { cos, sin } = new RotaryPositions(32, 1e6, 0.25).rows([77]);
    expect([...cos.subarray(4)]).toEqual(Array(12).fill(1));
    expect([...sin.subarray(4)]).toEqual(Array(12).fill(0));
    expect(sin[3]).not.toBe(0);
  });
});

describe("slotMask", () => {
  const slots = {
    positions: Int32Array.of(0, 1, -1, 2, 3, 3, 9),
    branches: Int32Array.of(0, 0, 0, 0, 1, 2, 0),
  };
  const seen = (position: number, branch: number, window?: number): number[] =>
    [...slotMask(slots, [position], [branch], window)].flatMap((value, i) =>
      value === 0 ? [i] : [],
    );

  it("shows filled slots, not later ones, of the trunk or the same branch", () => {
    expect(seen(3, 0)).toEqual([0, 1, 3]);
    expect(seen(3, 1)).toEqual([0, 1, 3, 4]);
    expect(seen(9, 2)).toEqual([0, 1, 3, 5, 6]);
  });

  it("counts the own position into the window", () => {
    expect(seen(3, 1, 2)).toEqual([3, 4]);
    expect(seen(3, 1, 1)).toEqual([4]);
  });
});

describe("misuse", () => {
  const config = miniGemma4();
  let executor: Executor;
  let model: SlotModel;

  beforeAll(async () => {
    executor = await openNodeExecutor();
    model = await openGemma4(executor, config, randomParameters(config), { name: "mini" });
  });
  afterAll(async () => {
    await model.dispose();
    await executor.dispose();
  });

  it("names a tensor that is missing or misshapen", async () => {
    const name = "model.language_model.layers.1.mlp.up_proj.weight";
    const missing = randomWeights(config);
    missing.delete(name);
    await expect(openGemma4(executor, config, new HostParameters(missing))).rejects.toThrow(name);
    const bent = randomWeights(config);
    bent.set(name, { shape: [2, 3], data: new Float32Array(6) });
    const opened = openGemma4(executor, config, new HostParameters(bent));
    await expect(opened).rejects.toThrow(GraphError);
    await expect(opened).rejects.toThrow(name);
  });

  it("refuses options that it does not know", async () => {
    const options = { names: "x" } as object;
    await expect(openGemma4(executor, config, randomParameters(config), options)).rejects.toThrow(
      "names",
    );
  });

  it("refuses ids and blocks that the model does not have", async () => {
    await expect(model.embedTokens(Int32Array.of(512))).rejects.toThrow(RangeError);
    await expect(model.embedTokens(Int32Array.of(-1))).rejects.toThrow(RangeError);
    await expect(model.embedBlocks(randomBlocks([[21, 0]], 22, 1))).rejects.toThrow("within 21");
    const short = { ...randomBlocks([[0, 0]], 1, 1), pixels: new Float32Array(7) };
    await expect(model.embedBlocks(short)).rejects.toThrow(RangeError);
    expect((await model.embedTokens(new Int32Array(0))).count).toBe(0);
    expect((await model.embedBlocks(randomBlocks([], 1, 1))).count).toBe(0);
  });

  it("refuses steps that do not fit, and leaves the cache as it was", async () => {
    const cache = model.createCache(4);
    const rows = await model.embedTokens(Int32Array.of(1, 2));
    const step = (fields: Partial<Step>): Step => ({
      rows,
      positions: Int32Array.of(0, 1),
      slots: Int32Array.of(0, 1),
      ...fields,
    });
    for (const bad of [
      { slots: Int32Array.of(0, 4) },
      { slots: Int32Array.of(1, 1) },
      { slots: Int32Array.of(-1, 1) },
      { positions: Int32Array.of(0, -1) },
      { positions: Int32Array.of(0) },
      { branches: Int32Array.of(0, -2) },
      { rows: { ...rows, embeddings: new Float32Array(3) } },
    ]) {
      await expect(model.refresh(cache, step(bad)), JSON.stringify(bad)).rejects.toThrow(
        RangeError,
      );
    }
    expect([...cache.positions]).toEqual([-1, -1, -1, -1]);
    const hidden = await model.refresh(cache, step({}));
    await expect(model.logits(cache, step({}), hidden, [2])).rejects.toThrow(RangeError);
    await expect(model.logits(cache, step({}), new Float32Array(1), [0])).rejects.toThrow(
      RangeError,
    );
    expect((await model.logits(cache, step({}), hidden, [])).length).toBe(0);
    cache.free([0]);
    expect([...cache.positions]).toEqual([-1, 1, -1, -1]);
    expect(() => cache.free([9])).toThrow(RangeError);
    cache.dispose();
    await expect(model.refresh(cache, step({}))).rejects.toThrow("disposed");
    expect(() => model.createCache(0)).toThrow(RangeError);
  });

  it("empties the slots of a refresh that failed", async () => {
    const failing: Executor = {
      ...executor,
      load: async (given) => {
        const program = await executor.load(given);
        return {
          ...program,
          run: async (feeds, into, only) => {
            if ("slots" in feeds) throw new Error("the device is gone");
            return program.run(feeds, into, only);
          },
        };
      },
    };
    const broken = await openGemma4(failing, config, randomParameters(config));
    const cache = broken.createCache(4);
    const rows = await broken.embedTokens(Int32Array.of(1));
    const step = { rows, positions: Int32Array.of(0), slots: Int32Array.of(2) };
    await expect(broken.refresh(cache, step)).rejects.toThrow("gone");
    expect([...cache.positions]).toEqual([-1, -1, -1, -1]);
    await broken.dispose();
  });

  it("takes calls one after the other", async () => {
    const cache = model.createCache(8);
    const rows = await model.embedTokens(Int32Array.of(1, 2, 3));
    const step = { rows, positions: Int32Array.of(0, 1, 2), slots: Int32Array.of(0, 1, 2) };
    const first = model.refresh(cache, step);
    const second = model.refresh(cache, step);
    expect(await second).toEqual(await first);
  });
});
