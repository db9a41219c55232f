/** Rows of embedding tables, from a program or from elsewhere, with the latest ones remembered. */

import type { Program } from "../runtime/types.ts";

/** A table of which rows can be read. */
export interface RowTable {
  /** The rows of these ids one after the other, as float32. */
  read(ids: Int32Array): Promise<Float32Array>;
}

/** A table in a program with input `ids` and output `rows`. */
export function programTable(program: Program): RowTable {
  return {
    async read(ids) {
      const data = BigInt64Array.from(ids, BigInt);
      const { rows } = await program.run({ ids: { type: "int64", shape: [ids.length], data } });
      return rows.data as Float32Array;
    },
  };
}

/** A table times a number. */
export function scaledTable(table: RowTable, factor: number): RowTable {
  // The factor is float32 where a graph multiplies, and must be the same number here.
  const scale = Math.fround(factor);
  return { read: async (ids) => (await table.read(ids)).map((value) => value * scale) };
}

/** Number of rows remembered. */
const REMEMBERED = 256;

/** Reads each row once while it is in use: image tokens all have the same per-layer row. */
export class TableRows {
  /** Length of a row. */
  readonly width: number;
  readonly #table: RowTable;
  readonly #rows = new Map<number, Float32Array>();

  constructor(table: RowTable, width: number) {
    this.#table = table;
    this.width = width;
  }

  /** Columns `from` up to, not including, `to` of the rows of `ids`: [ids, to - from]. */
  async read(ids: Int32Array, from = 0, to: number = this.width): Promise<Float32Array> {
    const known = new Map<number, Float32Array>();
    const missing: number[] = [];
    for (const id of new Set(ids)) {
      const row = this.#rows.get(id);
      if (row === undefined) missing.push(id);
      else known.set(id, row);
    }
    if (missing.length > 0) {
      const rows = await this.#table.read(Int32Array.from(missing));
      if (rows.length !== missing.length * this.width) {
        throw new RangeError(
          `expected ${missing.length} rows of ${this.width} from a table, got ${rows.length} numbers`,
        );
      }
      for (const [i, id] of missing.entries()) {
        const row = rows.slice(i * this.width, (i + 1) * this.width);
        known.set(id, row);
        this.#remember(id, row);
      }
    }
    const width = to - from;
    const all = new Float32Array(ids.length * width);
    for (const [i, id] of ids.entries()) {
      all.set((known.get(id) as Float32Array).subarray(from, to), i * width);
    }
    return all;
  }

  #remember(id: number, row: Float32Array): void {
    if (this.#rows.size >= REMEMBERED) {
      const [oldest] = this.#rows.keys();
      this.#rows.delete(oldest as number);
    }
    this.#rows.set(id, row);
  }
}
