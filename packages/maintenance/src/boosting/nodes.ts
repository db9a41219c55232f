/** Trees in typed arrays, in the order in which they are walked: a node, all that is left of it, all that is right of it. */

import { wrong } from "./errors.ts";

/** Splits above a leaf: what follows paths needs memory by its square. */
const DEEPEST = 1000;

/** All nodes of all trees. A split's left child is the node after it. */
export type TreeNodes = {
  /** First node of each tree; one more than trees, the last is the number of nodes. */
  readonly roots: Int32Array;
  /** Column that a node splits; -1 for a leaf. */
  readonly column: Int32Array;
  /** Values at most this go left; infinite where only missing ones go right. 0 for a leaf. */
  readonly threshold: Float32Array;
  /** 1 where missing values go left. */
  readonly missingLeft: Uint8Array;
  /** Right child; 0 for a leaf. */
  readonly right: Int32Array;
  /** What a leaf adds; 0 for a split. */
  readonly value: Float64Array;
  /** Weight of the rows that a node was learned from; of a split, that of its leaves. */
  readonly cover: Float64Array;
  /** Per column what the loss fell by through its splits, doubled. */
  readonly gain: Float64Array;
};

/** Writes trees node by node. */
export class TreeWriter {
  readonly #columns: number;
  readonly #roots: number[] = [];
  readonly #column: number[] = [];
  readonly #threshold: number[] = [];
  readonly #missingLeft: number[] = [];
  readonly #right: number[] = [];
  readonly #value: number[] = [];
  readonly #cover: number[] = [];
  readonly #gain: number[] = [];

  constructor(columns: number) {
    this.#columns = columns;
  }

  /** Trees begun. */
  get trees(): number {
    return this.#roots.length;
  }

  /** Begins a tree; its root is next. */
  begin(): void {
    this.#roots.push(this.#column.length);
  }

  /** Writes a split, whose left child is next; returns it for {@link TreeWriter.turn}. */
  split(column: number, threshold: number, missingLeft: boolean, gain: number): number {
    this.#gain.push(gain);
    return this.#push(column, threshold, missingLeft ? 1 : 0, 0, 0);
  }

  /** The right child of `split` is next. */
  turn(split: number): void {
    this.#right[split] = this.#column.length;
  }

  /** Writes a leaf. */
  leaf(value: number, cover: number): void {
    this.#gain.push(0);
    this.#push(-1, 0, 0, value, cover);
  }

  /** What the newest tree adds for a row of column-major data. */
  newest(data: Float32Array, rows: number, row: number): number {
    let k = this.#roots[this.#roots.length - 1];
    for (let c = this.#column[k]; c >= 0; c = this.#column[k]) {
      const value = data[c * rows + row];
      const left = Number.isNaN(value) ? this.#missingLeft[k] === 1 : value <= this.#threshold[k];
      k = left ? k + 1 : this.#right[k];
    }
    return this.#value[k];
  }

  /** The first `trees` trees. Throws BoostingError where one is too deep to be explained. */
  finish(trees: number): TreeNodes {
    const count = trees < this.#roots.length ? this.#roots[trees] : this.#column.length;
    const column = Int32Array.from(this.#column.slice(0, count));
    const right = Int32Array.from(this.#right.slice(0, count));
    const cover = Float64Array.from(this.#cover.slice(0, count));
    const gain = new Float64Array(this.#columns);
    const depth = new Int32Array(count);
    for (let k = 0; k < count; k++) {
      if (column[k] >= 0) depth[k + 1] = depth[right[k]] = depth[k] + 1;
      if (depth[k] > DEEPEST) throw wrong(`trees at most ${DEEPEST} deep`, depth[k], `node ${k}`);
    }
    // Children come after their parents.
    for (let k = count - 1; k >= 0; k--) {
      if (column[k] >= 0) {
        cover[k] = cover[k + 1] + cover[right[k]];
        gain[column[k]] += this.#gain[k];
      }
    }
    return {
      roots: Int32Array.from([...this.#roots.slice(0, trees), count]),
      column,
      threshold: Float32Array.from(this.#threshold.slice(0, count)),
      missingLeft: Uint8Array.from(this.#missingLeft.slice(0, count)),
      right,
      value: Float64Array.from(this.#value.slice(0, count)),
      cover,
      gain,
    };
  }

  #push(
    column: number,
    threshold: number,
    missingLeft: number,
    value: number,
    cover: number,
  ): number {
    this.#threshold.push(threshold);
    this.#missingLeft.push(missingLeft);
    this.#right.push(0);
    this.#value.push(value);
    this.#cover.push(cover);
    return this.#column.push(column) - 1;
  }
}
