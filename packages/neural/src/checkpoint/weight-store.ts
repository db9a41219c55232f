/** Where converted weights go: memory here, files in Node. */

/** Writes a piece of a file at an offset; pieces may come in any order and must not overlap. */
export type WritePiece = (offset: number, bytes: Uint8Array) => Promise<void>;

/** A file to be made: its bytes come from `produce`. */
export type WeightFile = {
  /** File name: letters, digits, `.`, `_`, `-`. */
  readonly location: string;
  /** Bytes. */
  readonly length: number;
  /** Writes every byte that is not 0. */
  readonly produce: (write: WritePiece) => Promise<void>;
};

/** Keeps converted weights by location. */
export interface WeightStore {
  /**
   * Finds or makes files, and gives each one's bytes or path. All or nothing: when one cannot be made, none that this
   * call has made stays.
   */
  provide(files: readonly WeightFile[]): Promise<Record<string, Uint8Array | string>>;
}

/** Keeps weights in memory, as a browser has to. */
export class MemoryWeights implements WeightStore {
  readonly #made = new Map<string, Uint8Array>();

  /** Makes what this store has not made before; the buffers stay the store's and must not be changed. */
  async provide(files: readonly WeightFile[]): Promise<Record<string, Uint8Array>> {
    const made: Record<string, Uint8Array> = {};
    for (const { location, length, produce } of files) {
      const known = this.#made.get(location);
      if (known !== undefined) {
        made[location] = known;
        continue;
      }
      const bytes = new Uint8Array(length);
      await produce(async (offset, piece) => bytes.set(piece, offset));
      made[location] = bytes;
    }
    for (const [location, bytes] of Object.entries(made)) this.#made.set(location, bytes);
    return made;
  }
}
