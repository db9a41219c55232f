/** Gemma 4's ear: sound to token embeddings. */

import { Graph } from "../graph/graph.ts";
import { loadGraph } from "../model/load.ts";
import type { Rows } from "../model/types.ts";
import type { Parameters } from "../parameters/types.ts";
import type { Executor } from "../runtime/types.ts";
import { contextOf, type Gemma4AudioConfig } from "./config.ts";
import { GEMMA4_MEL_BINS, melFeatures } from "./features.ts";
import { audioFeeds, gemma4AudioTower } from "./tower.ts";

/** How an audio encoder is opened. */
export type Gemma4AudioOptions = {
  /** Buffers or files that the parameters' external constants lie in, by their location. */
  readonly external?: Readonly<Record<string, Uint8Array | string>> | undefined;
};

/** A loaded audio tower. */
export interface Gemma4Audio {
  /** Length of an embedding: the decoder's width. */
  readonly width: number;
  /**
   * Embeddings of mono sound at 16 kHz, -1 to 1, one per 40 ms; beyond 30 s it is cut. Sound shorter than about 10 ms
   * has none. @throws {RangeError} when a sample is not a finite number.
   */
  embedSound(samples: Float32Array): Promise<Rows>;
  /** Embeddings of features [frames, bins] that were made elsewhere. @throws {RangeError} when they don't fit. */
  embedFeatures(frames: number, values: Float32Array): Promise<Rows>;
  /** Frees the tower's memory. */
  dispose(): Promise<void>;
}

/**
 * Loads the audio tower of a checkpoint.
 * @throws {ExecutionError} when it does not load. @throws {GraphError} when a tensor is missing or misshapen.
 */
export async function openGemma4Audio(
  executor: Executor,
  config: Gemma4AudioConfig,
  parameters: Parameters,
  options: Gemma4AudioOptions = {},
): Promise<Gemma4Audio> {
  const unknown = Object.keys(options).find((key) => key !== "external");
  if (unknown !== undefined) {
    throw new TypeError(`openGemma4Audio: expected external, got option ${unknown}`);
  }
  const graph = new Graph();
  graph.output("rows", gemma4AudioTower(graph, parameters, config));
  const external = { ...options.external, ...(await parameters.external?.()) };
  const program = await loadGraph(executor, graph, external);
  const bins = config.channels[0];

  async function embedFeatures(frames: number, values: Float32Array): Promise<Rows> {
    if (!Number.isInteger(frames) || frames < 0 || values.length !== frames * bins) {
      throw new RangeError(`expected ${frames} frames of ${bins} numbers, got ${values.length}`);
    }
    if (frames === 0) {
      return { count: 0, embeddings: new Float32Array(0), ids: new Int32Array(0) };
    }
    const feeds = audioFeeds(config, frames, values);
    const { chunk, textWidth } = config;
    const length = feeds.chunks * chunk;
    const reach = contextOf(config);
    const { rows } = await program.run({
      features: { type: "float32", shape: [1, 1, 4 * length, bins], data: feeds.features },
      halves: { type: "float32", shape: [1, 1, 2 * length, 1], data: feeds.halves },
      context: { type: "int64", shape: [feeds.chunks * reach], data: feeds.context },
      mask: { type: "float32", shape: [feeds.chunks, 1, chunk, reach], data: feeds.mask },
    });
    const embeddings = (rows.data as Float32Array).slice(0, feeds.tokens * textWidth);
    const ids = new Int32Array(feeds.tokens).fill(config.padId);
    return { count: feeds.tokens, embeddings, ids };
  }

  return {
    width: config.textWidth,
    embedFeatures,
    async embedSound(samples) {
      if (bins !== GEMMA4_MEL_BINS) {
        throw new RangeError(
          `expected a tower for ${GEMMA4_MEL_BINS} mel bins, got one for ${bins}`,
        );
      }
      const { frames, values } = melFeatures(samples);
      return embedFeatures(frames, values);
    },
    dispose: () => program.dispose(),
  };
}
