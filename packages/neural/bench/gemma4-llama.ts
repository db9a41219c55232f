/**
 * Text through our slot-addressed graphs and through llama.cpp: a Llama of 104 million random 4-bit weights, M tokens
 * behind a context that fills a window of 1024.
 *
 *     SYMBION_PEERS=FOLDER node --conditions=source packages/neural/bench/gemma4-llama.ts [--threads N] [--rounds N]
 */

import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type { Row } from "../../../bench/rows.ts";
import { openSmolVlm, type SmolVlmConfig, type Step } from "../src/index.ts";
import { openNodeExecutor } from "../src/node/index.ts";
import { type LlamaShape, writeLlama } from "./llama-gguf.ts";
import { faster, race } from "./race.ts";
import { RandomWeights } from "./random-weights.ts";

const CONTEXT = 1024;
const SHAPE: LlamaShape = {
  layers: 12,
  width: 768,
  heads: 12,
  kvHeads: 4,
  headWidth: 64,
  mlpWidth: 3072,
  vocabulary: 512,
  context: 4096,
};

/** The same decoder; the vision tower is as small as can be, for it does not run. */
const CONFIG: SmolVlmConfig = {
  text: {
    vocabulary: SHAPE.vocabulary,
    width: SHAPE.width,
    layers: SHAPE.layers,
    heads: SHAPE.heads,
    kvHeads: SHAPE.kvHeads,
    headWidth: SHAPE.headWidth,
    mlpWidth: SHAPE.mlpWidth,
    epsilon: 1e-6,
    theta: 1e4,
    positions: SHAPE.context,
    tied: false,
  },
  vision: {
    width: 32,
    layers: 1,
    heads: 1,
    mlpWidth: 32,
    epsilon: 1e-6,
    patch: 16,
    side: 4,
    shuffle: 4,
  },
  imageId: 5,
  endIds: [2],
};

/** Tokens computed at once, and how many times faster than llama.cpp that has to be. */
const SIZES = [
  { rows: 1024, least: 1.15 },
  { rows: 256, least: 1.15 },
  { rows: 64, least: 1.15 },
  { rows: 16, least: null },
  { rows: 1, least: 1 },
] as const;

/** Rows from which on a run takes long enough to be measured without more rounds than asked for. */
const SHORT = 16;

type Sequence = {
  clearHistory(): Promise<void>;
  eraseContextTokenRanges(ranges: readonly { start: number; end: number }[]): Promise<void>;
  evaluateWithoutGeneratingNewTokens(tokens: readonly number[]): Promise<void>;
};

type LlamaCpp = {
  readonly LlamaLogLevel: { readonly error: unknown };
  getLlama(options: object): Promise<{
    loadModel(options: object): Promise<{
      createContext(options: object): Promise<{ getSequence(): Sequence }>;
    }>;
    dispose(): Promise<void>;
  }>;
};

async function llamaCpp(): Promise<LlamaCpp | null> {
  const peers = process.env.SYMBION_PEERS;
  if (peers === undefined) return null;
  try {
    const resolve = createRequire(join(peers, "package.json")).resolve;
    return (await import(pathToFileURL(resolve("node-llama-cpp")).href)) as LlamaCpp;
  } catch {
    return null;
  }
}

/** Runs the comparison; null where node-llama-cpp is not installed. */
export async function llamaRows(threads = 1, rounds = 8): Promise<Row[] | null> {
  const library = await llamaCpp();
  if (library === null) return null;
  const folder = await mkdtemp(join(tmpdir(), "symbion-llama-"));
  const weights = new RandomWeights(32);
  const executor = await openNodeExecutor({ threads });
  try {
    const path = join(folder, "random.gguf");
    writeLlama(path, SHAPE);
    const llama = await library.getLlama({
      gpu: false,
      build: "never",
      logLevel: library.LlamaLogLevel.error,
      maxThreads: threads,
    });
    const loaded = await llama.loadModel({ modelPath: path });
    const context = await loaded.createContext({
      contextSize: 2 * CONTEXT,
      batchSize: CONTEXT,
      threads,
    });
    const sequence = context.getSequence();
    const token = (i: number): number => 260 + ((i * 7) % 200);
    const tokens = Array.from({ length: CONTEXT }, (_, i) => token(i));
    const model = await openSmolVlm(executor, CONFIG, weights);
    const cache = model.createCache(CONTEXT);
    const rows: Row[] = [];
    for (const { rows: count, least } of SIZES) {
      const embedded = await model.embedTokens(Int32Array.from(tokens.slice(CONTEXT - count)));
      const places = Int32Array.from({ length: count }, (_, i) => CONTEXT - count + i);
      const step: Step = { rows: embedded, positions: places, slots: places };
      const before = await model.embedTokens(Int32Array.from(tokens));
      const all = Int32Array.from({ length: CONTEXT }, (_, i) => i);
      await model.refresh(cache, { rows: before, positions: all, slots: all });
      await sequence.clearHistory();
      if (count < CONTEXT) {
        await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(0, CONTEXT - count));
      }
      // Erasing is part of llama.cpp's turn, and takes next to nothing beside the evaluation.
      const times = await race(
        {
          ours: async () => {
            await model.logits(cache, step, await model.refresh(cache, step), [count - 1]);
          },
          llama: async () => {
            await sequence.eraseContextTokenRanges([{ start: CONTEXT - count, end: CONTEXT }]);
            await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(CONTEXT - count));
          },
        },
        // Few short runs would be as quick as the quietest moment of a busy machine lets them.
        rounds * Math.ceil(SHORT / count),
      );
      const name = `4-bit Llama of 104 M, ${count === 1 ? "decode" : `prefill of ${count}`}`;
      rows.push(faster(name, times.ours.cpu, "ms CPU", times.llama.cpu, least));
    }
    await model.dispose();
    await llama.dispose();
    return rows;
  } finally {
    await executor.dispose();
    weights.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { threads: { type: "string" }, rounds: { type: "string" } },
  });
  const rows = await llamaRows(Number(values.threads ?? 1), Number(values.rounds ?? 8));
  if (rows === null) console.log("skipped: needs node-llama-cpp in SYMBION_PEERS");
  else console.table(rows);
}
