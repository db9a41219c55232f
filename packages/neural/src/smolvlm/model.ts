/** SmolVLM2 as a {@link SlotModel}: graphs loaded into an executor. */

import type { Graph } from "../graph/graph.ts";
import { checkStep, SlotCache, slotRows } from "../model/cache.ts";
import { chunkRows, seenSlots, stepRows } from "../model/chunks.ts";
import { loadGraph } from "../model/load.ts";
import { slotMask } from "../model/masks.ts";
import { RotaryPositions } from "../model/rope.ts";
import { checkIds, ordinals, ownCache, pickRows, takeRows } from "../model/rows.ts";
import { type CacheWrites, cacheWrites } from "../model/slot-store.ts";
import { programTable, TableRows } from "../model/tables.ts";
import type { Cost, KvCache, PixelBlocks, Rows, SlotModel, Step } from "../model/types.ts";
import type { Parameters } from "../parameters/types.ts";
import { createQueue, type Queue } from "../runtime/queue.ts";
import type { Executor, Program, Tensor } from "../runtime/types.ts";
import { type SmolVlmConfig, smolVlmBlockSize } from "./config.ts";
import { smolVlmCost } from "./cost.ts";
import {
  type SmolVlmStack,
  smolVlmCachedLayers,
  smolVlmEmbeddingGraph,
  smolVlmStack,
  smolVlmVisionGraph,
} from "./graphs.ts";
import { smolVlmVisionFeeds } from "./vision.ts";

/** How a model is opened. */
export type SmolVlmOptions = {
  /** Name for people and logs; default `smolvlm`. */
  readonly name?: string | undefined;
  /** Buffers or files that the parameters' external constants lie in, by their location. */
  readonly external?: Readonly<Record<string, Uint8Array | string>> | undefined;
  /** Ids that end an answer, where a checkpoint's generation settings know more than its `config.json`. */
  readonly endIds?: readonly number[] | undefined;
};

const OPTIONS: readonly (keyof SmolVlmOptions)[] = ["name", "external", "endIds"];

/** Rows computed at once on a processor: more gain nothing, and see slots that only the last of them need. */
const CHUNK = 256;

type Part = Omit<SmolVlmStack, "graph"> & { readonly program: Program };

/**
 * Loads a model. Hidden states that its `refresh` gives are those before the attention of the last layer: what remains
 * of that layer is computed for sampled rows only.
 * @throws {ExecutionError} when a part does not load. @throws {GraphError} when a tensor is missing or misshapen.
 */
export async function openSmolVlm(
  executor: Executor,
  config: SmolVlmConfig,
  parameters: Parameters,
  options: SmolVlmOptions = {},
): Promise<SlotModel> {
  for (const key of Object.keys(options)) {
    if (!(OPTIONS as readonly string[]).includes(key)) {
      throw new TypeError(`openSmolVlm: expected ${OPTIONS.join(", ")}, got option ${key}`);
    }
  }
  const style = { attention: executor.attention, rotary: "operator" } as const;
  const { text } = config;
  const writes = await cacheWrites(executor);
  const tokens = smolVlmEmbeddingGraph(text, parameters);
  const tower = smolVlmVisionGraph(config, parameters, style.attention);
  const { graph: lower, ...lowerNames } = smolVlmStack(text, parameters, "lower", style, writes);
  const { graph: upper, ...upperNames } = smolVlmStack(text, parameters, "upper", style, writes);
  // Weights are converted once all graphs have said what they want.
  const external = { ...options.external, ...(await parameters.external?.()) };
  const programs: Program[] = [];
  const load = async (graph: Graph): Promise<Program> => {
    const program = await loadGraph(executor, graph, external);
    programs.push(program);
    return program;
  };
  try {
    return new SmolVlm(executor, config, {
      name: options.name ?? "smolvlm",
      endIds: options.endIds ?? config.endIds,
      tokens: new TableRows(programTable(await load(tokens)), text.width),
      vision: await load(tower),
      lower: { ...lowerNames, program: await load(lower) },
      upper: { ...upperNames, program: await load(upper) },
      writes,
      programs,
    });
  } catch (error) {
    await Promise.all(programs.map((program) => program.dispose()));
    throw error;
  }
}

type Loaded = {
  readonly name: string;
  readonly endIds: readonly number[];
  readonly tokens: TableRows;
  readonly vision: Program;
  readonly lower: Part;
  readonly upper: Part;
  readonly writes: CacheWrites;
  readonly programs: readonly Program[];
};

class SmolVlm implements SlotModel {
  readonly name: string;
  readonly width: number;
  readonly vocabulary: number;
  readonly blockSize: number;
  readonly endIds: readonly number[];
  readonly cost: Cost;
  readonly #executor: Executor;
  readonly #config: SmolVlmConfig;
  readonly #loaded: Loaded;
  readonly #rotary: RotaryPositions;
  readonly #next: Queue = createQueue();

  constructor(executor: Executor, config: SmolVlmConfig, loaded: Loaded) {
    this.name = loaded.name;
    this.width = config.text.width;
    this.vocabulary = config.text.vocabulary;
    this.blockSize = smolVlmBlockSize(config.vision);
    this.endIds = loaded.endIds;
    this.cost = smolVlmCost(config);
    this.#executor = executor;
    this.#config = config;
    this.#loaded = loaded;
    this.#rotary = new RotaryPositions(config.text.headWidth, config.text.theta);
  }

  embedTokens(ids: Int32Array): Promise<Rows> {
    return this.#next(async () => {
      checkIds(ids, this.vocabulary);
      const embeddings = await this.#loaded.tokens.read(ids);
      return { count: ids.length, embeddings, ids: ids.slice() };
    });
  }

  embedBlocks(blocks: PixelBlocks): Promise<Rows> {
    return this.#next(async () => {
      const ids = new Int32Array(blocks.count).fill(this.#config.imageId);
      if (blocks.count === 0) return { count: 0, embeddings: new Float32Array(0), ids };
      const { vision } = this.#config;
      const { patches, positions } = smolVlmVisionFeeds(vision, blocks);
      const count = positions.length;
      const { tokens } = await this.#loaded.vision.run({
        patches: { type: "float32", shape: [1, count, patches.length / count], data: patches },
        positions: { type: "int64", shape: [count], data: positions },
      });
      return { count: blocks.count, embeddings: tokens.data as Float32Array, ids };
    });
  }

  createCache(slots: number): KvCache {
    return new SlotCache(this.#executor, slots, smolVlmCachedLayers(this.#config.text));
  }

  refresh(cache: KvCache, step: Step): Promise<Float32Array> {
    return this.#next(async () => {
      const own = ownCache(cache);
      checkStep(own, step, this.width);
      if (step.rows.count === 0) return new Float32Array(0);
      own.occupy(step);
      try {
        return this.#loaded.writes === "whole"
          ? await this.#refreshWhole(own, step)
          : await this.#refreshRows(own, step);
      } catch (error) {
        // What the slots hold now is unknown.
        own.free(step.slots);
        throw error;
      }
    });
  }

  logits(
    cache: KvCache,
    step: Step,
    hidden: Float32Array,
    rows: readonly number[],
  ): Promise<Float32Array> {
    return this.#next(async () => {
      const own = ownCache(cache);
      const picked = pickRows(step, hidden, rows, this.width);
      if (rows.length === 0) return new Float32Array(0);
      const states = takeRows(hidden, rows, this.width);
      const { upper } = this.#loaded;
      const feeds = this.#feeds(upper, own, picked, states, await own.tensors());
      const { scores } = await upper.program.run(feeds);
      return scores.data as Float32Array;
    });
  }

  async dispose(): Promise<void> {
    await this.#next(() => Promise.all(this.#loaded.programs.map((program) => program.dispose())));
  }

  /** A refresh on a device: all rows at once, the cache's tensors written over. */
  async #refreshWhole(cache: SlotCache, step: Step): Promise<Float32Array> {
    const { lower } = this.#loaded;
    const tensors = await cache.tensors();
    const feeds = this.#feeds(lower, cache, step, step.rows.embeddings, tensors);
    feeds.slots = slotRows(step.slots, this.#config.text.kvHeads, cache.slots);
    const into: Record<string, Tensor> = {};
    for (const [output, name] of lower.writes) into[output] = tensors[name];
    const { y } = await lower.program.run(feeds, into, ["y"]);
    return y.data as Float32Array;
  }

  /** A refresh in the host's memory: in chunks, of which each looks at no more slots than it has to. */
  async #refreshRows(cache: SlotCache, step: Step): Promise<Float32Array> {
    const { lower } = this.#loaded;
    const hidden = new Float32Array(step.rows.embeddings.length);
    for (const rows of chunkRows(step.positions, CHUNK)) {
      const chunk = stepRows(step, rows, this.width);
      const seen = seenSlots(cache, chunk.positions);
      const feeds = this.#feeds(
        lower,
        cache,
        chunk,
        chunk.rows.embeddings,
        await cache.first(seen),
        seen,
      );
      feeds.slots = slotRows(chunk.slots, this.#config.text.kvHeads, seen);
      const results = await lower.program.run(feeds, {}, ["y", ...lower.writes.keys()]);
      const written = [...lower.writes].map(([output, name]) => [name, results[output]] as const);
      await cache.put(chunk.slots, new Map(written));
      const y = results.y.data as Float32Array;
      if (chunk === step) return y;
      for (const [i, row] of rows.entries()) {
        hidden.set(y.subarray(i * this.width, (i + 1) * this.width), row * this.width);
      }
    }
    return hidden;
  }

  /** What both parts of the decoder are fed; `seen` slots are looked at. */
  #feeds(
    part: Part,
    cache: SlotCache,
    { positions, branches }: Pick<Step, "positions" | "branches">,
    hidden: Float32Array,
    tensors: Readonly<Record<string, Tensor>>,
    seen: number = cache.slots,
  ): Record<string, Tensor> {
    const count = positions.length;
    const { cos, sin } = this.#rotary.rows(positions);
    const turns = [count, this.#rotary.width];
    const feeds: Record<string, Tensor> = {
      h: { type: "float32", shape: [1, count, this.width], data: hidden },
      cos: { type: "float32", shape: turns, data: cos },
      sin: { type: "float32", shape: turns, data: sin },
      order: ordinals(count),
    };
    if (part.program.inputs.includes("mask")) {
      const slots = {
        positions: cache.positions.subarray(0, seen),
        branches: cache.branches.subarray(0, seen),
      };
      const data = slotMask(slots, positions, branches);
      feeds.mask = { type: "float32", shape: [1, 1, count, seen], data };
    }
    for (const name of part.reads) feeds[name] = tensors[name];
    return feeds;
  }
}
