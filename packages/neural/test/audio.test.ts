import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseGemma4AudioConfig } from "../src/audio/config.ts";
import { type Gemma4Audio, openGemma4Audio } from "../src/audio/encoder.ts";
import {
  GEMMA4_MEL_BINS,
  gemma4AudioTokens,
  melFeatures,
  melFrames,
} from "../src/audio/features.ts";
import { halfSpectrum } from "../src/audio/fft.ts";
import { Graph } from "../src/graph/graph.ts";
import { GraphError } from "../src/graph/types.ts";
import { ModelConfigError } from "../src/model/config-error.ts";
import { openNodeExecutor } from "../src/node/executor.ts";
import { encodeModel } from "../src/onnx/encode.ts";
import { HostParameters } from "../src/parameters/host.ts";
import type { Executor } from "../src/runtime/types.ts";
import golden from "./golden/audio.json" with { type: "json" };
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

type Kind = keyof typeof golden.towers;
const BINS = 16;

function configOf(kind: Kind): NonNullable<ReturnType<typeof parseGemma4AudioConfig>> {
  const config = parseGemma4AudioConfig(golden.towers[kind].config);
  if (config === null) throw new Error("expected a golden file with an audio tower");
  return config;
}

function open(kind: Kind, device: Executor = executor): Promise<Gemma4Audio> {
  const tensors = golden.towers[kind].tensors as unknown as SeededTensor[];
  return openGemma4Audio(device, configOf(kind), new HostParameters(seededCheckpoint(tensors)));
}

/** The oracle's features; it makes more of them and masks what lies behind `frames`. */
function features(frames: number): Float32Array {
  return seeded(`features ${frames}`, frames * BINS, 2, -1);
}

describe.each(["published", "other"] as const)("the %s tower", (kind) => {
  let tower: Gemma4Audio;
  beforeAll(async () => {
    tower = await open(kind);
  });
  afterAll(() => tower.dispose());

  test.each(golden.towers[kind].results)(
    "equals transformers on $frames frames",
    async ({ frames, rows }) => {
      const result = await tower.embedFeatures(frames, features(frames));
      expect([result.count, tower.width]).toEqual(rows.shape);
      expect(difference(result.embeddings, unpack(rows))).toBeLessThan(1e-4);
    },
  );

  test("equals transformers in WebAssembly", async () => {
    const device = await openNodeExecutor({ prefer: ["web-wasm"] });
    const other = await open(kind, device);
    for (const { frames, rows } of golden.towers[kind].results) {
      const { embeddings } = await other.embedFeatures(frames, features(frames));
      expect(difference(embeddings, unpack(rows))).toBeLessThan(1e-4);
    }
    await other.dispose();
    await device.dispose();
  });

  test("hears only so far: an early frame does not change late tokens, a late one no early token", async () => {
    const frames = 180;
    const tokens = frames / 4;
    const one = await tower.embedFeatures(frames, features(frames));
    const row = (values: Float32Array, token: number): Float32Array =>
      values.subarray(token * tower.width, (token + 1) * tower.width);
    const with_ = async (frame: number): Promise<number[]> => {
      const values = features(frames);
      values.subarray(frame * BINS, (frame + 1) * BINS).forEach((value, i, row) => {
        row[i] = value + 1;
      });
      const { embeddings } = await tower.embedFeatures(frames, values);
      return Array.from({ length: tokens }, (_, token) => token).filter(
        (token) => difference(row(embeddings, token), row(one.embeddings, token)) > 0,
      );
    };
    const { layers, left, right, kernel } = configOf(kind);
    // A convolution reaches half a step to both sides, twice; a layer to its keys and through its convolution.
    const back = layers * (left - 2 + kernel - 1) + 1;
    const ahead = layers * Math.max(right - 1, 0) + 1;
    const early = await with_(0);
    expect(early[0]).toBe(0);
    expect(early.at(-1)).toBeLessThanOrEqual(back);
    expect(early.length).toBeGreaterThan(left - 2);
    const late = await with_(frames - 1);
    expect(late.at(-1)).toBe(tokens - 1);
    expect(late[0]).toBeGreaterThanOrEqual(tokens - 1 - ahead);
  });

  test("no frames are no tokens, and features that don't fit are refused", async () => {
    expect((await tower.embedFeatures(0, new Float32Array(0))).count).toBe(0);
    await expect(tower.embedFeatures(2, new Float32Array(33))).rejects.toThrow(
      /2 frames of 16 numbers, got 33/,
    );
    await expect(tower.embedSound(new Float32Array(999))).rejects.toThrow(/128 mel bins, got/);
  });
});

describe("log-mel features", () => {
  /** The oracle's sound: a tone that rises, and noise. */
  function sound(count: number): Float32Array {
    const noise = seeded("noise", count, 0.05);
    return noise.map((value, i) => {
      const t = i / 16000;
      return 0.4 * Math.sin(2 * Math.PI * (300 * t + 900 * t * t)) + value;
    });
  }

  test.each(golden.features)("equal transformers' on $samples samples", (wanted) => {
    const { frames, values } = melFeatures(sound(wanted.samples));
    expect(frames).toBe(wanted.frames);
    const long = wanted.samples > 480_000;
    const row = (frame: number): Float32Array =>
      values.subarray(frame * GEMMA4_MEL_BINS, (frame + 1) * GEMMA4_MEL_BINS);
    const mine = long ? Float32Array.from([...row(1500), ...row(frames - 1)]) : values;
    expect(difference(mine, unpack(wanted.features))).toBeLessThan(2e-4);
  });

  test.each(golden.counts)(
    "%i samples make as many tokens as the processor reserves",
    (n, count) => {
      expect(gemma4AudioTokens(n)).toBe(count);
    },
  );

  test("frames are those that lie within the sound", () => {
    expect([160, 161, 320, 321].map(melFrames)).toEqual([0, 1, 1, 2]);
    expect(() => melFeatures(Float32Array.of(0, Number.NaN))).toThrow(/sample 1: .* got NaN/);
  });

  test("the transform is the sum that defines it", () => {
    const count = 32;
    const signal = Float64Array.from(seeded("signal", count));
    const spectrum = halfSpectrum(signal.slice(), new Float64Array(count));
    for (let k = 0; k <= count / 2; k++) {
      let re = 0;
      let im = 0;
      for (let i = 0; i < count; i++) {
        re += (signal[i] as number) * Math.cos((2 * Math.PI * k * i) / count);
        im -= (signal[i] as number) * Math.sin((2 * Math.PI * k * i) / count);
      }
      expect(spectrum[k]).toBeCloseTo(Math.hypot(re, im), 12);
    }
    expect(() => halfSpectrum(new Float64Array(12), new Float64Array(12))).toThrow(/power of two/);
  });
});

describe("convolution and padding", () => {
  async function run(graph: Graph, x: Float32Array, shape: readonly number[]): Promise<number[]> {
    const program = await executor.load({ model: encodeModel(graph) });
    const { y } = await program.run({ x: { type: "float32", shape, data: x } });
    await program.dispose();
    if (y === undefined) throw new Error("expected y");
    expect(y.shape).toEqual([...(graph.outputs.get("y")?.shape ?? [])]);
    return [...(y.data as Float32Array)];
  }

  test("a strided convolution is the sum that defines it", async () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [1, 1, 5, 4]);
    const weights = seeded("weights", 2 * 9);
    const kernel = graph.constant(weights, [2, 1, 3, 3], "float32");
    const bias = graph.constant(Float32Array.of(1, -1), [2], "float32");
    graph.output("y", graph.conv(x, kernel, bias, { strides: [2, 2], pads: [1, 1, 1, 1] }));
    const data = seeded("input", 20);
    const wanted: number[] = [];
    for (let channel = 0; channel < 2; channel++) {
      for (let row = 0; row < 3; row++) {
        for (let column = 0; column < 2; column++) {
          let sum = channel === 0 ? 1 : -1;
          for (let i = 0; i < 9; i++) {
            const y = row * 2 - 1 + Math.floor(i / 3);
            const z = column * 2 - 1 + (i % 3);
            if (y < 0 || y > 4 || z < 0 || z > 3) continue;
            sum += Number(data[y * 4 + z]) * Number(weights[channel * 9 + i]);
          }
          wanted.push(sum);
        }
      }
    }
    expect(difference(await run(graph, data, [1, 1, 5, 4]), wanted)).toBeLessThan(1e-6);
  });

  test("padding surrounds", async () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [1, 2]);
    graph.output("y", graph.pad(x, [1, 0], [0, 2], 7));
    expect(await run(graph, Float32Array.of(1, 2), [1, 2])).toEqual([7, 7, 7, 7, 1, 2, 7, 7]);
  });

  test("shapes that don't fit are refused", () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [1, 3, "t"]);
    const kernel = graph.input("w", "float32", [6, 1, 5]);
    expect(graph.conv(x, kernel, null, { groups: 3, pads: [4, 0] }).shape).toEqual([1, 6, "t"]);
    expect(() => graph.conv(x, kernel, null)).toThrow(/Conv: expected .* got \[1, 3, t\]/);
    const short = graph.input("s", "float32", [1, 1, 4]);
    expect(() => graph.conv(short, kernel, null)).toThrow(/axis 2 to hold a kernel of 5, got 4/);
    expect(() => graph.pad(x, [0, 0], [0, 0])).toThrow(/Pad: expected two numbers per axis/);
  });
});

describe("configurations and checkpoints", () => {
  const { config, tensors } = golden.towers.published;

  test("absent fields take the published values, and a model may be deaf", () => {
    const parsed = parseGemma4AudioConfig({
      model_type: "gemma4",
      audio_config: { model_type: "gemma4_audio" },
      text_config: { hidden_size: 1536 },
    });
    expect(parsed).toMatchObject({
      width: 1024,
      layers: 12,
      heads: 8,
      channels: [128, 32],
      kernel: 5,
      chunk: 12,
      left: 13,
      right: 0,
      cap: 50,
      unseen: -1e9,
      clipped: true,
      outputWidth: 1536,
    });
    expect(parseGemma4AudioConfig({ model_type: "gemma4", audio_config: null })).toBeNull();
  });

  test.each<[string, unknown, RegExp]>([
    ["another architecture", { ...config, model_type: "gemma3n" }, /expected gemma4, got gemma3n/],
    ["no object", "gemma4", /config: expected an object/],
    [
      "another activation",
      { ...config, audio_config: { hidden_act: "gelu" } },
      /hidden_act: expected silu, got "gelu"/,
    ],
    [
      "channels that can't be halved",
      { ...config, audio_config: { subsampling_conv_channels: [6, 8] } },
      /subsampling_conv_channels: expected two numbers of channels/,
    ],
    [
      "heads that don't divide",
      { ...config, audio_config: { hidden_size: 30, num_attention_heads: 4 } },
      /hidden_size: expected an even multiple of num_attention_heads 4, got 30/,
    ],
  ])("%s is refused by name", (_, json, message) => {
    expect(() => parseGemma4AudioConfig(json)).toThrow(message);
    expect(() => parseGemma4AudioConfig(json)).toThrow(ModelConfigError);
  });

  test("a missing or misshapen tensor is named", async () => {
    const all = tensors as unknown as SeededTensor[];
    const name = "model.audio_tower.layers.1.lconv1d.depthwise_conv1d.weight";
    const without = seededCheckpoint(all.filter(([other]) => other !== name));
    const missing = openGemma4Audio(executor, configOf("published"), new HostParameters(without));
    await expect(missing).rejects.toThrow(GraphError);
    await expect(missing).rejects.toThrow(name);
    const bent = seededCheckpoint(all);
    bent.set(name, { shape: [32, 5], data: new Float32Array(160) });
    const misshapen = openGemma4Audio(executor, configOf("published"), new HostParameters(bent));
    await expect(misshapen).rejects.toThrow(`${name}: expected [32, 1, 5], got [32, 5]`);
    await expect(
      openGemma4Audio(executor, configOf("published"), new HostParameters(bent), {
        extern: {},
      } as object),
    ).rejects.toThrow(/got option extern/);
  });
});
