/**
 * Gemma 4 in the shape of E2B with random 4-bit weights on one core: an image of 280 tokens and a question of 8, all of
 * it through every layer, and a tenth of its blocks through our stack.
 *
 *     node --conditions=source packages/neural/bench/gemma4-e2b.ts [--block N] [--rounds N] [--skip-full]
 */

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { atMost, plain, type Row } from "../../../bench/rows.ts";
import { stackGraph } from "../src/gemma4/graphs.ts";
import {
  type Executor,
  GEMMA4_E2B,
  type Gemma4Config,
  gemma4Precision,
  type HostTensor,
  type LayerKind,
  loadGraph,
  openGemma4,
  RotaryPositions,
  type Rows,
  type SlotCache,
  type SlotModel,
  type Step,
  slotMask,
  type Tensor,
} from "../src/index.ts";
import { openNodeExecutor } from "../src/node/index.ts";
import { grid, join, randomBlocks, range } from "../test/support/gemma4.ts";
import { race } from "./race.ts";
import { RandomWeights } from "./random-weights.ts";

const ACROSS = 20;
const DOWN = 14;
const BLOCKS = ACROSS * DOWN;
const QUESTION = 8;
const LENGTH = BLOCKS + QUESTION;
const SLOTS = 1024;

function megabytes(field: string): number {
  const line = readFileSync("/proc/self/status", "utf8").match(
    new RegExp(`${field}:\\s+(\\d+) kB`),
  );
  return Number(line?.[1] ?? Number.NaN) / 1024;
}

/** Frees what is no longer used, so that memory is measured without it. */
function collect(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}

/** The layers above those that `refresh` runs, for every row and without the head: what stock runtimes compute. */
async function restOf(
  executor: Executor,
  { text }: Gemma4Config,
  weights: RandomWeights,
): Promise<(cache: SlotCache, step: Step, hidden: Float32Array) => Promise<unknown>> {
  const style = { attention: executor.attention, rotary: "operator" } as const;
  const { graph, rotated, masked, reads, from, to } = stackGraph(
    text,
    weights,
    "upper",
    style,
    "rows",
    false,
  );
  const program = await loadGraph(executor, graph, await weights.external());
  const float = (data: Float32Array, shape: readonly number[]): HostTensor => ({
    type: "float32",
    shape,
    data,
  });
  const rotation = (kind: LayerKind): RotaryPositions =>
    new RotaryPositions(text.headWidth[kind], text.rope[kind].theta, text.rope[kind].fraction);
  return async (cache, step, hidden) => {
    const count = step.rows.count;
    const { slots, positions, branches, tensors } = await cache.filled();
    const feeds: Record<string, Tensor> = {
      h: float(hidden, [1, count, text.width]),
      emb: float(step.rows.embeddings, [1, count, text.width]),
      ple: float(new Float32Array(count * (to - from) * text.perLayerWidth), [
        1,
        count,
        (to - from) * text.perLayerWidth,
      ]),
      order: {
        type: "int64",
        shape: [1, count],
        data: BigInt64Array.from(range(count), BigInt),
      },
    };
    for (const kind of rotated) {
      const { cos, sin } = rotation(kind).rows(step.positions);
      const shape = [count, text.headWidth[kind] / 2];
      feeds[`cos_${kind}`] = float(cos, shape);
      feeds[`sin_${kind}`] = float(sin, shape);
    }
    for (const kind of masked) {
      const window = kind === "sliding" ? text.window : undefined;
      const mask = slotMask({ positions, branches }, step.positions, undefined, window);
      feeds[`mask_${kind}`] = float(mask, [1, 1, count, slots]);
    }
    for (const name of reads) feeds[name] = tensors[name] as Tensor;
    await program.run(feeds);
  };
}

function stepAt(rows: Rows, places: readonly number[]): Step {
  return { rows, positions: Int32Array.from(places), slots: Int32Array.from(places) };
}

/** What the measurements are asked for. */
export type E2bOptions = {
  /** Values that share a scale; default 256. */
  readonly block?: number | undefined;
  readonly rounds: number;
  /** Whether the whole image is run through every layer too. */
  readonly full: boolean;
};

/** Measures on one thread. */
export async function e2bRows({ block = 256, rounds, full }: E2bOptions): Promise<Row[]> {
  const config = GEMMA4_E2B;
  const weights = new RandomWeights(block, gemma4Precision);
  const executor = await openNodeExecutor({ threads: 1 });
  try {
    const model: SlotModel = await openGemma4(executor, config, weights);
    const cache = model.createCache(SLOTS) as SlotCache;
    const question = await model.embedTokens(Int32Array.from(range(QUESTION), (i) => 100 + i));
    const ends = range(QUESTION).map((i) => BLOCKS + i);
    const places = grid(ACROSS, DOWN);
    const kept = range(BLOCKS).filter((block) => (block * 7919) % BLOCKS < BLOCKS / 10);
    const some = randomBlocks(
      kept.map((block) => places[block] ?? [0, 0]),
      ACROSS,
      DOWN,
    );
    const whole = stepAt(
      join(
        {
          count: BLOCKS,
          embeddings: new Float32Array(BLOCKS * model.width).fill(0.5),
          ids: new Int32Array(BLOCKS),
        },
        question,
      ),
      range(LENGTH),
    );
    await model.refresh(cache, whole);
    const images = await model.embedBlocks(some);
    const step = stepAt(join(images, question), [...kept, ...ends]);
    const hidden = await model.refresh(cache, step);
    const last = step.rows.count - 1;
    const one = stepAt(await model.embedTokens(Int32Array.of(7)), [LENGTH]);
    const times = await race(
      {
        all: async () => {
          const rows = join(await model.embedBlocks(some), question);
          const now = stepAt(rows, [...kept, ...ends]);
          await model.logits(cache, now, await model.refresh(cache, now), [last]);
        },
        vision: () => model.embedBlocks(some),
        lower: () => model.refresh(cache, step),
        upper: () => model.logits(cache, step, hidden, [last]),
        decode: async () => {
          await model.logits(cache, one, await model.refresh(cache, one), [0]);
        },
      },
      rounds,
    );
    collect();
    const resident = megabytes("VmRSS");
    const rows = [
      atMost(
        "E2B shape, image of 280 tokens, 10 % kept, first token",
        times.all.wall / 1000,
        "s",
        0.7,
      ),
      plain("  of that CPU", times.all.cpu / 1000, "s"),
      plain(`  vision, ${kept.length} blocks`, times.vision.cpu, "ms CPU"),
      plain(`  layers that own keys, ${step.rows.count} tokens`, times.lower.cpu, "ms CPU"),
      plain("  layers that share keys and head, 1 token", times.upper.cpu, "ms CPU"),
      plain("  a token more", times.decode.cpu, "ms CPU"),
      atMost("resident memory", resident * 1.048576, "MB", 1600),
      plain("resident memory, peak while loading", megabytes("VmHWM") * 1.048576, "MB"),
      plain(
        `weights, 4 bits in blocks of ${block}, the vision tower's gates 7`,
        weights.count / 1e6,
        "million",
      ),
    ];
    if (full) {
      const rest = await restOf(executor, config, weights);
      const all = randomBlocks(places, ACROSS, DOWN);
      const { full: time } = await race(
        {
          full: async () => {
            await model.embedBlocks(all);
            const state = await model.refresh(cache, whole);
            await rest(cache, whole, state);
            await model.logits(cache, whole, state, [LENGTH - 1]);
          },
        },
        1,
      );
      const name = "E2B shape, image of 280 tokens, all through every layer";
      rows.push(plain(name, time.wall / 1000, "s"));
      rows.push(plain("  times as long as with 10 % kept", time.cpu / times.all.cpu, "x"));
    }
    await model.dispose();
    return rows;
  } finally {
    await executor.dispose();
    weights.remove();
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      block: { type: "string" },
      rounds: { type: "string" },
      "skip-full": { type: "boolean" },
    },
  });
  const rows = await e2bRows({
    block: values.block === undefined ? undefined : Number(values.block),
    rounds: Number(values.rounds ?? 5),
    full: values["skip-full"] !== true,
  });
  console.table(rows);
}
