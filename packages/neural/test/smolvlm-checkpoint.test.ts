import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseGemma4AudioConfig } from "../src/audio/config.ts";
import { openGemma4Audio } from "../src/audio/encoder.ts";
import { gradients } from "../src/autodiff/gradients.ts";
import { openCheckpoint } from "../src/checkpoint/checkpoint.ts";
import { CheckpointError } from "../src/checkpoint/errors.ts";
import { CheckpointParameters, type Precision } from "../src/checkpoint/parameters.ts";
import { encodeSafetensors, type WrittenTensor } from "../src/checkpoint/safetensors.ts";
import { memorySource } from "../src/checkpoint/source.ts";
import { PassStore } from "../src/gemma4/text.ts";
import { Graph } from "../src/graph/graph.ts";
import { TRAINING_STYLE } from "../src/model/attention.ts";
import { loadGraph } from "../src/model/load.ts";
import { causalMask } from "../src/model/masks.ts";
import { RotaryPositions } from "../src/model/rope.ts";
import { openNodeExecutor } from "../src/node/executor.ts";
import { TrainableParameters } from "../src/parameters/trainable.ts";
import type { Executor, Tensor } from "../src/runtime/types.ts";
import { parseSmolVlmConfig } from "../src/smolvlm/config.ts";
import { openSmolVlm } from "../src/smolvlm/model.ts";
import { SmolVlmLayers, smolVlmEmbeddings, smolVlmHead } from "../src/smolvlm/text.ts";
import audio from "./golden/audio.json" with { type: "json" };
import golden from "./golden/smolvlm.json" with { type: "json" };
import {
  difference,
  type SeededTensor,
  seeded,
  seededCheckpoint,
  unpack,
} from "./support/seeded.ts";

let executor: Executor;
beforeAll(async () => {
  executor = await openNodeExecutor();
});
afterAll(() => executor.dispose());

/** Weights that have been through a safetensors file. */
async function fromFile(tensors: unknown, precision: Precision): Promise<CheckpointParameters> {
  const written = new Map<string, WrittenTensor>();
  for (const [name, { shape, data }] of seededCheckpoint(tensors as SeededTensor[])) {
    written.set(name, { type: "F32", shape, data });
  }
  const file = memorySource("model.safetensors", encodeSafetensors(written));
  return new CheckpointParameters(await openCheckpoint([file]), { precision, accuracy: 0 });
}

describe.each<[Precision, number]>([
  ["f32", 1e-4],
  ["q8", 0.2],
  ["q4", 4],
])("from a checkpoint's file at %s", (precision, bound) => {
  test("SmolVLM2 gives transformers' scores, as far as the precision goes", async () => {
    const { config, tensors, ids, logits } = golden.models.grouped;
    const parameters = await fromFile(tensors, precision);
    const model = await openSmolVlm(executor, parseSmolVlmConfig(config), parameters);
    const text = ids.slice(0, 3);
    const rows = await model.embedTokens(Int32Array.from(text));
    const positions = Int32Array.of(0, 1, 2);
    const step = { rows, positions, slots: positions };
    const cache = model.createCache(4);
    const hidden = await model.refresh(cache, step);
    const scores = await model.logits(cache, step, hidden, [0, 1, 2]);
    // The first rows of the golden prompt are text, which sees nothing of the image behind it.
    const wanted = unpack(logits).subarray(0, scores.length);
    const gap = difference(scores, wanted);
    expect(gap).toBeLessThan(bound);
    if (precision !== "f32") expect(gap).toBeGreaterThan(1e-4);
    await model.dispose();
  });

  test("the audio tower gives transformers' rows, as far as the precision goes", async () => {
    const { config, tensors, results } = audio.towers.published;
    const parsed = parseGemma4AudioConfig(config);
    if (parsed === null) throw new Error("expected an audio tower");
    const tower = await openGemma4Audio(executor, parsed, await fromFile(tensors, precision));
    const [result] = results;
    if (result === undefined) throw new Error("expected a golden result");
    const { frames, rows } = result;
    const features = seeded(`features ${frames}`, frames * 16, 2, -1);
    const { embeddings } = await tower.embedFeatures(frames, features);
    expect(difference(embeddings, unpack(rows))).toBeLessThan(bound);
    await tower.dispose();
  });
});

test("a file without a tensor, or with another shape of it, is named", async () => {
  const { config, tensors } = golden.models.grouped;
  const name = "model.text_model.layers.2.mlp.up_proj.weight";
  const listed = tensors as unknown as SeededTensor[];
  const parsed = parseSmolVlmConfig(config);
  const without = await fromFile(
    listed.filter(([other]) => other !== name),
    "f32",
  );
  const missing = openSmolVlm(executor, parsed, without);
  await expect(missing).rejects.toThrow(CheckpointError);
  await expect(missing).rejects.toThrow(name);
  const bent = await fromFile(
    listed.map((row): SeededTensor => (row[0] === name ? [name, [48, 80], 1, 0] : row)),
    "f32",
  );
  const misshapen = openSmolVlm(executor, parsed, bent);
  await expect(misshapen).rejects.toThrow(/model.safetensors: .*up_proj.* expected \[80, 48\]/);
});

test("the same network, made to be trained: equal scores, and gradients that predict the loss", async () => {
  const { config, tensors, ids } = golden.models.grouped;
  const { text } = parseSmolVlmConfig(config);
  const checkpoint = seededCheckpoint(tensors as unknown as SeededTensor[]);
  const prompt = [...ids.slice(0, 3), ...ids.slice(19, 21)];
  const count = prompt.length;
  const graph = new Graph();
  const parameters = new TrainableParameters();
  const tokens = graph.input("tokens", "int64", [1, count]);
  const half = text.headWidth / 2;
  const rows = {
    rotary: {
      cos: graph.input("cos", "float32", [1, count, half]),
      sin: graph.input("sin", "float32", [1, count, half]),
    },
    mask: graph.input("mask", "float32", [1, 1, count, count]),
    store: new PassStore(),
  };
  const layers = new SmolVlmLayers(graph, parameters, text, rows, TRAINING_STYLE);
  let x = smolVlmEmbeddings(graph, parameters, text, tokens);
  for (let layer = 0; layer < text.layers; layer++) x = layers.layer(x, layer);
  const scores = smolVlmHead(graph, parameters, text, x);
  graph.output("scores", scores);
  const loss = graph.mean(graph.mul(scores, scores), [0, 1, 2]);
  graph.output("loss", loss);
  const names = [
    "model.text_model.layers.0.self_attn.k_proj.weight",
    "model.text_model.layers.1.mlp.gate_proj.weight",
    "model.text_model.embed_tokens.weight",
    "lm_head.weight",
  ];
  const wrt = names.map((name) => {
    const value = parameters.values.get(name);
    if (value === undefined) throw new Error(`expected the network to ask for ${name}`);
    return value;
  });
  for (const [i, value] of gradients(graph, loss, wrt).entries()) graph.output(`d${i}`, value);

  const program = await loadGraph(executor, graph);
  const positions = Array.from({ length: count }, (_, i) => i);
  const { cos, sin } = new RotaryPositions(text.headWidth, text.theta).rows(positions);
  const feeds: Record<string, Tensor> = {
    tokens: { type: "int64", shape: [1, count], data: BigInt64Array.from(prompt, BigInt) },
    cos: { type: "float32", shape: [1, count, half], data: cos },
    sin: { type: "float32", shape: [1, count, half], data: sin },
    mask: { type: "float32", shape: [1, 1, count, count], data: causalMask(count) },
  };
  for (const name of parameters.values.keys()) {
    const { shape, data } = checkpoint.get(name) ?? { shape: [], data: new Float32Array(1) };
    feeds[name] = { type: "float32", shape, data };
  }
  const base = await program.run(feeds);
  const wanted = unpack(golden.models.grouped.logits).subarray(0, 3 * text.vocabulary);
  const all = base.scores?.data ?? new Float32Array(0);
  const first = (all as Float32Array).subarray(0, wanted.length);
  expect(difference(first, wanted)).toBeLessThan(1e-4);
  for (const [i, name] of names.entries()) {
    const given = feeds[name];
    if (given === undefined || !("data" in given)) throw new Error("expected weights in memory");
    const gradient = base[`d${i}`]?.data as Float32Array;
    const length = Math.hypot(...gradient);
    const at = async (by: number): Promise<number> => {
      const moved = (given.data as Float32Array).map(
        (w, k) => w + (by * Number(gradient[k])) / length,
      );
      const run = await program.run({ ...feeds, [name]: { ...given, data: moved } }, {}, ["loss"]);
      return Number(run.loss?.data[0]);
    };
    // Along its own direction a gradient is as long as the loss is steep.
    const steep = ((await at(4e-3)) - (await at(-4e-3))) / 8e-3;
    expect(steep / length).toBeGreaterThan(0.98);
    expect(steep / length).toBeLessThan(1.02);
  }
  await program.dispose();
});
