/** Gemma 4 as a {@link SlotModel}: graphs loaded into an executor. */

import type { Graph } from "../graph/graph.ts";
import { checkStep, type FilledCache, SlotCache, slotRows } from "../model/cache.ts";
import { chunkRows, stepRows } from "../model/chunks.ts";
import { loadGraph } from "../model/load.ts";
import { slotMask } from "../model/masks.ts";
import { RotaryPositions } from "../model/rope.ts";
import { checkIds, ordinals, ownCache, pickRows, takeRows } from "../model/rows.ts";
import { type CacheWrites, cacheWrites } from "../model/slot-store.ts";
import { programTable, scaledTable, TableRows } from "../model/tables.ts";
import type { Cost, KvCache, PixelBlocks, Rows, SlotModel, Step } from "../model/types.ts";
import type { Parameters } from "../parameters/types.ts";
import { createQueue, type Queue } from "../runtime/queue.ts";
import type { Executor, Program, Tensor } from "../runtime/types.ts";
import { blockSizeOf, type Gemma4Config, type LayerKind } from "./config.ts";
import { blockLength, gemma4Cost } from "./cost.ts";
import {
  cachedLayers,
  embeddingGraph,
  perLayerGraph,
  type StackGraph,
  stackGraph,
  visionGraph,
} from "./graphs.ts";
import { PatchPlacer } from "./places.ts";
import { PER_LAYER_TABLE, TOKEN_TABLE } from "./text.ts";

/** How a model is opened. */
export type Gemma4Options = {
  /** Name for people and logs; default `gemma4`. */
  readonly name?: string | undefined;
  /** Ids that end an answer, where a checkpoint's generation settings know more than its `config.json`. */
  readonly endIds?: readonly number[] | undefined;
};

const OPTIONS: readonly (keyof Gemma4Options)[] = ["name", "endIds"];

/** Rows computed at once on a processor: more gain nothing, take memory, and see slots that only the last need. */
const CHUNK = 64;

type Part = Omit<StackGraph, "graph"> & { readonly program: Program };

/**
 * Loads a model. Hidden states that its `refresh` gives are those before the attention of the last layer that owns
 * keys and values: what remains of that layer is computed for sampled rows only.
 * @throws {ExecutionError} when a part does not load. @throws {GraphError} when a tensor is missing or misshapen.
 */
export async function openGemma4(
  executor: Executor,
  config: Gemma4Config,
  parameters: Parameters,
  options: Gemma4Options = {},
): Promise<SlotModel> {
  for (const key of Object.keys(options)) {
    if (!(OPTIONS as readonly string[]).includes(key)) {
      throw new TypeError(`openGemma4: expected ${OPTIONS.join(", ")}, got option ${key}`);
    }
  }
  const style = { attention: executor.attention, rotary: "operator" } as const;
  const { text, vision } = config;
  const writes = await cacheWrites(executor);
  const loaded: Program[] = [];
  const load = async (graph: Graph): Promise<Program> => {
    const program = await loadGraph(executor, graph, await parameters.external?.());
    loaded.push(program);
    return program;
  };
  const part = async (which: "lower" | "upper"): Promise<Part> => {
    const { graph, ...rest } = stackGraph(text, parameters, which, style, writes);
    return { ...rest, program: await load(graph) };
  };
  try {
    const table = async (
      name: string,
      rows: number,
      width: number,
      scale: number,
      build: typeof embeddingGraph,
    ): Promise<TableRows> => {
      const reader = parameters.rows?.(name, rows, width);
      const source =
        reader === undefined
          ? programTable(await load(build(text, parameters)))
          : scaledTable(reader, Math.sqrt(scale));
      return new TableRows(source, width);
    };
    const { vocabulary, perLayerVocabulary, width, perLayerWidth } = text;
    const across = text.layers.length * perLayerWidth;
    return new Gemma4(executor, config, {
      name: options.name ?? "gemma4",
      endIds: options.endIds ?? config.tokens.end,
      tokens: await table(TOKEN_TABLE, vocabulary, width, width, embeddingGraph),
      perLayer:
        perLayerWidth === 0
          ? null
          : await table(PER_LAYER_TABLE, perLayerVocabulary, across, perLayerWidth, perLayerGraph),
      vision:
        vision === null ? null : await load(visionGraph({ ...config, vision }, parameters, style)),
      lower: await part("lower"),
      upper: await part("upper"),
      writes,
      programs: loaded,
    });
  } catch (error) {
    await Promise.all(loaded.map((program) => program.dispose()));
    throw error;
  }
}

type Loaded = {
  readonly name: string;
  readonly endIds: readonly number[];
  readonly tokens: TableRows;
  readonly perLayer: TableRows | null;
  readonly vision: Program | null;
  readonly lower: Part;
  readonly upper: Part;
  readonly writes: CacheWrites;
  readonly programs: readonly Program[];
};

class Gemma4 implements SlotModel {
  readonly name: string;
  readonly width: number;
  readonly vocabulary: number;
  readonly blockSize: number;
  readonly endIds: readonly number[];
  readonly cost: Cost;
  readonly #executor: Executor;
  readonly #config: Gemma4Config;
  readonly #loaded: Loaded;
  readonly #rotary: Readonly<Record<LayerKind, RotaryPositions>>;
  readonly #placer: PatchPlacer | null;
  readonly #next: Queue = createQueue();

  constructor(executor: Executor, config: Gemma4Config, loaded: Loaded) {
    const { text, vision } = config;
    this.name = loaded.name;
    this.width = text.width;
    this.vocabulary = text.vocabulary;
    this.blockSize = vision === null ? 0 : blockSizeOf(vision);
    this.endIds = loaded.endIds;
    this.cost = gemma4Cost(config);
    this.#executor = executor;
    this.#config = config;
    this.#loaded = loaded;
    const rotary = (kind: LayerKind): RotaryPositions => {
      const { theta, fraction } = text.rope[kind];
      return new RotaryPositions(text.headWidth[kind], theta, fraction);
    };
    this.#rotary = { sliding: rotary("sliding"), full: rotary("full") };
    this.#placer = vision === null ? null : new PatchPlacer(vision);
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
      const { vision: program } = this.#loaded;
      const { vision, text } = this.#config;
      if (program === null || vision === null || this.#placer === null) {
        throw new RangeError(`${this.name} reads text only, got image blocks`);
      }
      const { count, pixels, columns, rows } = blocks;
      const length = blockLength(this.#config);
      if (pixels.length !== count * length || columns.length !== count || rows.length !== count) {
        throw new RangeError(
          `expected ${count} blocks of ${length} numbers, got ${pixels.length} numbers, ` +
            `${columns.length} columns and ${rows.length} rows`,
        );
      }
      const ids = new Int32Array(count).fill(text.padId);
      if (count === 0) return { count, embeddings: new Float32Array(0), ids };
      const places = this.#placer.places(columns, rows);
      const patches = places.columns.length;
      const half = vision.headWidth / 2;
      const { tokens } = await program.run({
        pixels: { type: "float32", shape: [1, count, length], data: pixels },
        columns: { type: "int64", shape: [1, patches], data: places.columns },
        rows: { type: "int64", shape: [1, patches], data: places.rows },
        order: ordinals(patches),
        cos: { type: "float32", shape: [patches, half], data: places.rotary.cos },
        sin: { type: "float32", shape: [patches, half], data: places.rotary.sin },
      });
      return { count, embeddings: tokens.data as Float32Array, ids };
    });
  }

  createCache(slots: number): KvCache {
    return new SlotCache(this.#executor, slots, cachedLayers(this.#config.text));
  }

  refresh(cache: KvCache, step: Step): Promise<Float32Array> {
    return this.#next(async () => {
      const own = ownCache(cache);
      checkStep(own, step, this.width);
      if (step.rows.count === 0) return new Float32Array(0);
      // The memory is there before slots are said to hold something.
      await own.tensors();
      own.occupy(step);
      try {
        return await (this.#loaded.writes === "whole"
          ? this.#refreshWhole(own, step)
          : this.#refreshRows(own, step));
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
      const { width } = this;
      const count = rows.length;
      const picked = pickRows(step, hidden, rows, width);
      if (count === 0) return new Float32Array(0);
      const ids = Int32Array.from(rows, (row) => step.rows.ids[row]);
      const { upper } = this.#loaded;
      const feeds = await this.#feeds(upper, await own.filled(), picked, ids);
      feeds.h = { type: "float32", shape: [1, count, width], data: takeRows(hidden, rows, width) };
      const embeddings = takeRows(step.rows.embeddings, rows, width);
      feeds.emb = { type: "float32", shape: [1, count, width], data: embeddings };
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
    const filled = await cache.filled();
    const feeds = await this.#lowerFeeds(filled, step);
    const into: Record<string, Tensor> = {};
    for (const [output, name] of lower.writes) into[output] = filled.tensors[name];
    const { y } = await lower.program.run(feeds, into, ["y"]);
    return y.data as Float32Array;
  }

  /** A refresh in the host's memory: in chunks, of which each sees no more slots than it has to. */
  async #refreshRows(cache: SlotCache, step: Step): Promise<Float32Array> {
    const { lower } = this.#loaded;
    const { width } = this;
    const hidden = new Float32Array(step.rows.embeddings.length);
    for (const rows of chunkRows(step.positions, CHUNK)) {
      const chunk = stepRows(step, rows, width);
      const latest = chunk.positions.reduce((a, b) => Math.max(a, b));
      const feeds = await this.#lowerFeeds(await cache.filled(latest), chunk);
      const results = await lower.program.run(feeds, {}, ["y", ...lower.writes.keys()]);
      const written = [...lower.writes].map(([output, name]) => [name, results[output]] as const);
      await cache.put(chunk.slots, new Map(written));
      const y = results.y.data as Float32Array;
      for (const [i, row] of rows.entries()) {
        hidden.set(y.subarray(i * width, (i + 1) * width), row * width);
      }
    }
    return hidden;
  }

  async #lowerFeeds(cache: FilledCache, step: Step): Promise<Record<string, Tensor>> {
    const { count, embeddings, ids } = step.rows;
    const feeds = await this.#feeds(this.#loaded.lower, cache, step, ids);
    feeds.emb = { type: "float32", shape: [1, count, this.width], data: embeddings };
    feeds.slots = slotRows(step.slots, this.#config.text.kvHeads, cache.slots);
    return feeds;
  }

  /** What both parts of the stack are fed. */
  async #feeds(
    part: Part,
    cache: FilledCache,
    { positions, branches }: Pick<Step, "positions" | "branches">,
    ids: Int32Array,
  ): Promise<Record<string, Tensor>> {
    const count = positions.length;
    const { text } = this.#config;
    const feeds: Record<string, Tensor> = { order: ordinals(count) };
    for (const kind of part.rotated) {
      const { cos, sin } = this.#rotary[kind].rows(positions);
      const shape = [count, this.#rotary[kind].width];
      feeds[`cos_${kind}`] = { type: "float32", shape, data: cos };
      feeds[`sin_${kind}`] = { type: "float32", shape, data: sin };
    }
    for (const kind of part.masked) {
      const window = kind === "sliding" ? text.window : undefined;
      const data = slotMask(cache, positions, branches, window);
      feeds[`mask_${kind}`] = { type: "float32", shape: [1, 1, count, cache.slots], data };
    }
    const { perLayer } = this.#loaded;
    if (perLayer !== null && part.to > part.from) {
      const from = part.from * text.perLayerWidth;
      const to = part.to * text.perLayerWidth;
      const data = await perLayer.read(ids, from, to);
      feeds.ple = { type: "float32", shape: [1, count, to - from], data };
    }
    for (const name of part.reads) feeds[name] = cache.tensors[name];
    return feeds;
  }
}
