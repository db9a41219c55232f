import { readFileSync } from "node:fs";
import {
  CheckpointParameters,
  type Executor,
  encodeSafetensors,
  loadTokenizer,
  memorySource,
  openCheckpoint,
} from "@symbion/neural";
import { openNodeExecutor } from "@symbion/neural/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SeededTensor, seededCheckpoint } from "../../neural/test/support/seeded.ts";
import type { NormalisedRun } from "../src/index.ts";
import {
  CheckpointEmbedder,
  type EmbeddingCheckpoint,
} from "../src/missing/checkpoint-embedder.ts";
import { ClauseVectors } from "../src/missing/embedder.ts";
import { BUCKETS, pieces } from "../src/missing/hashed-words.ts";
import { SensorEmbedder } from "../src/missing/sensor-embedder.ts";
import { SentenceWriter } from "../src/missing/sentences.ts";
import { WearModel } from "../src/missing/wear.ts";
import { WearStream } from "../src/missing/wear-stream.ts";
import { normalisedLives } from "./support/lives.ts";

const lives = normalisedLives(6, 1);
const run = lives[0] as NormalisedRun;
const n = run.sensors.length;
const model = WearModel.fit(lives, 2);
const writer = new SentenceWriter(run.sensors);

function streamOf(change: (z: Float32Array) => void, rows = run.run.rows): WearStream {
  const z = run.z.slice();
  change(z);
  const stream = new WearStream(model);
  for (let i = 0; i < rows; i++) stream.push(z, i * n, i + 1);
  return stream;
}

function said(stream: WearStream, regime: number): string {
  const numbers: number[] = [];
  writer.write(stream, regime, numbers);
  return writer.text(numbers);
}

describe("sentences", () => {
  it("tell trends, levels, silence, gaps and the regime", () => {
    const rows = run.run.rows;
    const text = said(
      streamOf((z) => {
        for (let i = 0; i < rows; i++) {
          if (i >= rows - 12) z[i * n + 1] = Number.NaN;
          z[i * n + 4] = Number.NaN;
          if (i % 2 === 0) z[i * n + 3] = Number.NaN;
        }
      }),
      2,
    );
    expect(text).toBe(
      "T50 rising fast; T50 high; Nc silent over 10 rows; P30 falling fast; P30 low; phi rising fast; " +
        "BPR never heard; 20 % of values missing; regime 3",
    );
  });

  it("say that all is steady when it is", () => {
    expect(
      said(
        streamOf((z) => z.fill(0)),
        200,
      ),
    ).toBe("all steady");
  });

  it("consist of clauses of a finite list, no two the same", () => {
    expect(new Set(writer.clauses).size).toBe(writer.clauses.length);
    expect(writer.clauses).toContain("T50 silent over 40 rows");
  });
});

describe("the embedded embedder", () => {
  const embedder = new SensorEmbedder();

  it("has trained vectors, of its own size, that are finite and not all alike", () => {
    const [a, b] = [embedder.embed(["T50 rising fast"]), embedder.embed(["T50 falling fast"])];
    expect(a.length).toBe(embedder.width);
    expect(a.every(Number.isFinite)).toBe(true);
    expect(Math.hypot(...a.map((value, i) => value - (b[i] as number)))).toBeGreaterThan(0.1);
  });

  it("gives words never seen a vector, and nothing for nothing", () => {
    expect(embedder.embed(["turbidity drifting"]).some((value) => value !== 0)).toBe(true);
    expect(embedder.embed(["", " ; "]).every((value) => value === 0)).toBe(true);
  });

  it("cuts words into hashed pieces whatever their script", () => {
    expect(pieces("Nc")).toHaveLength(1);
    expect(pieces("Öldruck")).toHaveLength(1 + 5);
    expect(pieces("T50 rising").every((piece) => piece >= 0 && piece < BUCKETS)).toBe(true);
    expect(pieces("T50")).toEqual(pieces("t50"));
  });

  it("is read clause by clause: a sentence's vector is its clauses' mean", async () => {
    const clauses = await ClauseVectors.read(embedder, run.sensors);
    const stream = streamOf((z) => {
      for (let i = 0; i < run.run.rows; i++) z[i * n] = Number.NaN;
    });
    const out = new Float32Array(embedder.width + 1);
    clauses.write(stream, 0, out, 1);
    const numbers: number[] = [];
    writer.write(stream, 0, numbers);
    const each = embedder.embed(numbers.map((number) => writer.clauses[number] as string));
    for (let i = 0; i < embedder.width; i++) {
      let sum = 0;
      for (let c = 0; c < numbers.length; c++) sum += each[c * embedder.width + i] as number;
      expect(out[1 + i]).toBeCloseTo(sum / numbers.length, 5);
    }
    expect(() => ClauseVectors.of(clauses.vectors, ["a"])).toThrow(/expected/);
    const short = { name: "short", width: 4, embed: () => new Float32Array(3) };
    await expect(ClauseVectors.read(short, run.sensors)).rejects.toThrow(/short: expected/);
  });
});

describe("a checkpoint's embeddings", () => {
  type Golden = {
    readonly config: Record<string, unknown>;
    readonly tokenizer: unknown;
    readonly tensors: readonly SeededTensor[];
    readonly texts: readonly string[];
    readonly vectors: readonly (readonly number[])[];
  };
  const golden: Golden = JSON.parse(
    readFileSync(new URL("golden/sentences.json", import.meta.url), "utf8"),
  );
  let executor: Executor;
  beforeAll(async () => {
    executor = await openNodeExecutor();
  });
  afterAll(() => executor.dispose());

  async function checkpointOf(
    prefix: string,
    config: Record<string, unknown> = golden.config,
  ): Promise<EmbeddingCheckpoint> {
    const tensors = [...seededCheckpoint(golden.tensors)].map(
      ([name, { shape, data }]) => [prefix + name, { type: "F32", shape, data }] as const,
    );
    const source = memorySource("model.safetensors", encodeSafetensors(new Map(tensors)));
    const checkpoint = await openCheckpoint([source]);
    return {
      ...{ name: "tiny", config, tokenizer: loadTokenizer({ tokenizer: golden.tokenizer }) },
      parameters: () => new CheckpointParameters(checkpoint),
    };
  }

  it.each(["", "bert."])("are transformers' own (names beginning with '%s')", async (prefix) => {
    const embedder = await CheckpointEmbedder.open(executor, await checkpointOf(prefix));
    const vectors = await embedder.embed(golden.texts);
    const { width } = embedder;
    golden.vectors.forEach((vector, t) => {
      vector.forEach((value, i) => {
        expect(vectors[t * width + i], golden.texts[t]).toBeCloseTo(value, 4);
      });
    });
    await embedder.dispose();
  });

  it("refuse what they cannot be made of", async () => {
    const open = async (change: Record<string, unknown>): Promise<unknown> =>
      CheckpointEmbedder.open(executor, await checkpointOf("", { ...golden.config, ...change }));
    await expect(open({ model_type: "t5" })).rejects.toThrow(/model_type of bert, got "t5"/);
    await expect(open({ hidden_act: "relu" })).rejects.toThrow(/hidden_act/);
    await expect(open({ num_attention_heads: 5 })).rejects.toThrow(/heads/);
    await expect(open({ hidden_size: -1 })).rejects.toThrow(/hidden_size/);
    await expect(open({ num_hidden_layers: 3 })).rejects.toThrow(/encoder.layer.2/);
    const none = { ...(await checkpointOf("")), tokenizer: null };
    await expect(CheckpointEmbedder.open(executor, none)).rejects.toThrow(/tokenizer/);
  });
});
