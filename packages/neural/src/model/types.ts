/**
 * What a vision-language model offers to those who stream video through it or chat with it. Tokens live in numbered
 * slots of a key-value cache and carry their position with them, so any of them can be computed again at any time.
 */

/** Token embeddings, ready for the layers: n rows. */
export type Rows = {
  /** Number of rows. */
  readonly count: number;
  /** [count, width]. */
  readonly embeddings: Float32Array;
  /** Token ids whose per-layer rows belong to them (Gemma 4); for image blocks the pad token. [count]. */
  readonly ids: Int32Array;
};

/**
 * Square blocks of an image's pixels. A block is the unit that is kept or left out: `blockSize` pixels on a side, one
 * token each.
 */
export type PixelBlocks = {
  /** Number of blocks. */
  readonly count: number;
  /** RGB, 0 to 1, block after block, rows from the top: [count, blockSize, blockSize, 3]. */
  readonly pixels: Float32Array;
  /** Column of each block in the image's grid of blocks. [count]. */
  readonly columns: Int32Array;
  /** Row of each block. [count]. */
  readonly rows: Int32Array;
  /** Blocks across the whole image. */
  readonly gridWidth: number;
  /** Blocks down the whole image. */
  readonly gridHeight: number;
};

/** Tokens to compute: where they go, and where they stand in the sequence. */
export type Step = {
  /** Embeddings of the tokens. */
  readonly rows: Rows;
  /** Position of each row in the sequence, from 0. [count]. */
  readonly positions: Int32Array;
  /** Cache slot of each row; must not repeat. [count]. */
  readonly slots: Int32Array;
  /**
   * Branch of each row: 0 is seen by all rows, any other only by rows of the same branch. Questions over one video
   * are branches. Undefined: all 0. [count].
   */
  readonly branches?: Int32Array | undefined;
};

/**
 * Keys and values of every layer that owns some, by slot. A row sees a slot when the slot is filled, its position is
 * not later, it is within the layer's window, and its branch is 0 or the row's own.
 */
export interface KvCache {
  /** Number of slots. */
  readonly slots: number;
  /** Position of the token in each slot, or -1 where it is empty. Written by `SlotModel.refresh`. */
  readonly positions: Int32Array;
  /** Branch of the token in each slot. */
  readonly branches: Int32Array;
  /** Empties slots; their contents are never seen again. */
  free(slots: Iterable<number>): void;
  /** Bytes of keys and values. */
  readonly bytes: number;
  /** Frees the memory. */
  dispose(): void;
}

/** Multiplications and additions that a call would cost, each counted as one operation. */
export type Cost = {
  /** Vision encoder, for `blocks` blocks encoded together. */
  vision(blocks: number): number;
  /** Layers that own keys and values, for `rows` tokens that see `seen` slots. */
  lower(rows: number, seen: number): number;
  /** The rest of the layers and the head, for `rows` sampled tokens that see `seen` slots. */
  upper(rows: number, seen: number): number;
};

/** A loaded vision-language model. Calls must not overlap; each waits for the one before. */
export interface SlotModel {
  /** Name for people and logs, e.g. `google/gemma-4-E2B-it`. */
  readonly name: string;
  /** Length of an embedding. */
  readonly width: number;
  /** Number of token ids. */
  readonly vocabulary: number;
  /** Pixels on a side of an image block. */
  readonly blockSize: number;
  /** Ids that end an answer. */
  readonly endIds: readonly number[];
  /** What calls cost, for comparisons that no machine's speed disturbs. */
  readonly cost: Cost;
  /** Embeddings of tokens. @throws {RangeError} for an id outside the vocabulary. */
  embedTokens(ids: Int32Array): Promise<Rows>;
  /** Embeddings of image blocks, encoded together: any subset of an image's blocks. */
  embedBlocks(blocks: PixelBlocks): Promise<Rows>;
  /** An empty cache. */
  createCache(slots: number): KvCache;
  /**
   * Computes rows and writes their keys and values into their slots; all rows of the step see each other as positions
   * allow. Gives the rows' hidden states where {@link SlotModel.logits} goes on from: after all that other rows may ask
   * of them, [count, width].
   */
  refresh(cache: KvCache, step: Step): Promise<Float32Array>;
  /**
   * Scores of the next token for some rows just refreshed: `hidden` as {@link SlotModel.refresh} gave it, `rows` the
   * indices into the step. [rows.length, vocabulary].
   */
  logits(
    cache: KvCache,
    step: Step,
    hidden: Float32Array,
    rows: readonly number[],
  ): Promise<Float32Array>;
  /** Frees the model's memory. */
  dispose(): Promise<void>;
}
