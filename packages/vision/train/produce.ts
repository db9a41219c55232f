/** Draws batches: clips, what is kept of them, questions. The n-th batch follows from the seed and n. */

import { AnswerBalance, type Batch, type BatchShape, buildBatch, type Stream } from "./batch.ts";
import { type Clip, renderedClip } from "./clip.ts";
import { drawRule, KEEP_ALL, KEEP_CHANGED, keptBlocks } from "./keep.ts";
import { openPool, type Pool } from "./pool.ts";
import { Random } from "./random.ts";
import type { Variant } from "./scene/types.ts";

/** Frames of a stream that is pruned, and of one that keeps everything. */
const LONG = 16;
const SHORT = 8;

/** What batches are drawn from. */
export type Source = {
  readonly seed: number;
  readonly shape: BatchShape;
  readonly variant: Variant;
  /** Share of streams that keep everything. */
  readonly whole: number;
  /** Share of the others that keep what changed and nothing else, as most planners do. */
  readonly plain: number;
  /** Folder of encoded clips, and the share of streams taken from it. */
  readonly pool: { readonly folder: string; readonly share: number } | null;
};

/** Draws batches of a source, one after the other. */
export class Producer {
  readonly #source: Source;
  readonly #balance = new AnswerBalance();
  readonly #pool: Pool | null;
  readonly #random: Random;

  constructor(source: Source) {
    this.#source = source;
    this.#random = new Random(source.seed);
    this.#pool = source.pool === null ? null : openPool(source.pool.folder);
  }

  next(): Batch {
    const { shape, whole } = this.#source;
    const streams: Stream[] = [];
    for (let i = 0; i < shape.sequences; i++) {
      const random = this.#random.fork();
      const full = random.chance(whole);
      streams.push(this.#stream(random, full));
    }
    return buildBatch(shape, streams, this.#random.fork(), this.#balance);
  }

  #stream(random: Random, full: boolean): Stream {
    const frames = full ? SHORT : LONG;
    const { pool, variant } = this.#source;
    const rule = full
      ? KEEP_ALL
      : random.chance(this.#source.plain)
        ? KEEP_CHANGED
        : drawRule(random);
    let clip: Clip;
    if (pool !== null && this.#pool !== null && random.chance(pool.share)) {
      // What changed is then what a planner found in the encoded stream, with its mistakes.
      const whole = this.#pool.read(random);
      clip = full ? cut(whole, random, SHORT) : whole;
    } else {
      clip = renderedClip(random.bits(), frames, variant);
    }
    return { clip, kept: keptBlocks(clip.changed, rule, random) };
  }
}

/** Some frames of a clip in a row. */
export function cut(clip: Clip, random: Random, frames: number): Clip {
  const from = random.integer(0, Math.max(0, clip.frames.length - frames));
  return {
    frames: clip.frames.slice(from, from + frames),
    changed: clip.changed.slice(from, from + frames),
    tracks: clip.tracks.map(({ thing, sights }) => ({
      thing,
      sights: sights.slice(from, from + frames),
    })),
  };
}
