/** Where an image's patches are: positions in the learned table and rotations, for any subset of its blocks. */

import { RotaryPositions, type RotaryRows } from "../model/rope.ts";
import type { Gemma4VisionConfig } from "./config.ts";

/** What the vision tower is told about patches, block after block; n blocks have `pool * pool * n` patches. */
export type PatchPlaces = {
  /** Column of each patch in the image's grid of patches. */
  readonly columns: BigInt64Array;
  /** Row of each patch, plus the number of learned positions. */
  readonly rows: BigInt64Array;
  /** Rotation: [patches, headWidth / 2], first half of a row by column, second by row. */
  readonly rotary: RotaryRows;
};

/** Computes patches' places from their blocks' columns and rows. */
export class PatchPlacer {
  readonly #config: Gemma4VisionConfig;
  readonly #axis: RotaryPositions;

  constructor(config: Gemma4VisionConfig) {
    this.#config = config;
    this.#axis = new RotaryPositions(config.headWidth / 2, config.theta);
  }

  /** @throws {RangeError} for a block outside the grid that the model has positions for. */
  places(columns: ArrayLike<number>, rows: ArrayLike<number>): PatchPlaces {
    const { pool, positions } = this.#config;
    const count = columns.length * pool * pool;
    const x = new Int32Array(count);
    const y = new Int32Array(count);
    const limit = Math.floor(positions / pool);
    for (let block = 0, at = 0; block < columns.length; block++) {
      const column = columns[block] as number;
      const row = rows[block] as number;
      if (!(column >= 0 && column < limit && row >= 0 && row < limit)) {
        throw new RangeError(`expected blocks within ${limit} x ${limit}, got (${column}, ${row})`);
      }
      for (let cell = 0; cell < pool * pool; cell++, at++) {
        x[at] = column * pool + (cell % pool);
        y[at] = row * pool + Math.floor(cell / pool);
      }
    }
    return {
      columns: BigInt64Array.from(x, BigInt),
      rows: BigInt64Array.from(y, (value) => BigInt(value + positions)),
      rotary: sideBySide(this.#axis.rows(x), this.#axis.rows(y), this.#axis.width),
    };
  }
}

function sideBySide(x: RotaryRows, y: RotaryRows, width: number): RotaryRows {
  const join = (a: Float32Array, b: Float32Array): Float32Array => {
    const all = new Float32Array(a.length * 2);
    for (let from = 0; from < a.length; from += width) {
      all.set(a.subarray(from, from + width), 2 * from);
      all.set(b.subarray(from, from + width), 2 * from + width);
    }
    return all;
  };
  return { cos: join(x.cos, y.cos), sin: join(x.sin, y.sin) };
}
