/** Rows of a large table, read from a checkpoint's file as they are needed. */

import type { RowReader } from "../parameters/types.ts";
import type { Checkpoint } from "./checkpoint.ts";

/** Rows that are kept: text repeats its tokens, and pictures use one row for all of theirs. */
const KEPT = 256;

/** Reads rows of one tensor [rows, width]; those used last are kept. */
export class CheckpointRows implements RowReader {
  readonly #checkpoint: Checkpoint;
  readonly #name: string;
  readonly #rows: number;
  readonly #width: number;
  readonly #kept = new Map<number, Promise<Float32Array>>();

  /** @throws {CheckpointError} when the checkpoint has no such tensor. */
  constructor(checkpoint: Checkpoint, name: string) {
    const [rows = 1, ...rest] = checkpoint.info(name).shape;
    this.#checkpoint = checkpoint;
    this.#name = name;
    this.#rows = rows;
    this.#width = rest.reduce((all, dim) => all * dim, 1);
  }

  /** @throws {CheckpointError} when the file cannot be read. */
  async read(ids: Int32Array, from = 0, to: number = this.#width): Promise<Float32Array> {
    for (const id of ids) {
      if (!(id >= 0 && id < this.#rows)) {
        throw new RangeError(`${this.#name}: expected rows 0 to ${this.#rows - 1}, got ${id}`);
      }
    }
    if (!(from >= 0 && from <= to && to <= this.#width)) {
      throw new RangeError(
        `${this.#name}: expected columns within 0 to ${this.#width}, got ${from} to ${to}`,
      );
    }
    const rows = await Promise.all(Array.from(ids, (id) => this.#row(id)));
    const values = new Float32Array(ids.length * (to - from));
    for (const [i, row] of rows.entries()) values.set(row.subarray(from, to), i * (to - from));
    return values;
  }

  #row(id: number): Promise<Float32Array> {
    const row = this.#kept.get(id) ?? this.#checkpoint.readRows(this.#name, id, id + 1);
    // Put last again: the first is the one that is least recently used.
    this.#kept.delete(id);
    this.#kept.set(id, row);
    // What failed may work the next time.
    row.catch(() => this.#kept.delete(id));
    if (this.#kept.size > KEPT) this.#kept.delete(this.#kept.keys().next().value as number);
    return row;
  }
}
