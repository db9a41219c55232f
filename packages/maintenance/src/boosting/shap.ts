/**
 * Exact Shapley values of trees along their own paths (Lundberg et al., "Consistent Individualized Feature Attribution for
 * Tree Ensembles", algorithm 2): what a column is worth is averaged over all orders in which columns may become known, and
 * where a column is not known, rows go both ways in proportion to the training rows that did.
 */

import type { TreeNodes } from "./nodes.ts";

/** Explains predictions of an ensemble row by row. */
export class TreeExplainer {
  /** What the trees add before anything is known: the mean over their training rows. */
  readonly expected: number;
  readonly #nodes: TreeNodes;
  /** Paths of all depths, one after another; each step has a column, two shares and a weight. */
  readonly #column: Int32Array;
  readonly #zero: Float64Array;
  readonly #one: Float64Array;
  readonly #weight: Float64Array;
  #values: Float32Array = new Float32Array(0);
  #out: Float64Array = new Float64Array(0);

  constructor(nodes: TreeNodes) {
    this.#nodes = nodes;
    const { roots, column, right, value, cover } = nodes;
    const depth = new Int32Array(column.length);
    const mean = Float64Array.from(value);
    let deepest = 0;
    for (let k = 0; k < column.length; k++) {
      deepest = Math.max(deepest, depth[k]);
      if (column[k] >= 0) depth[k + 1] = depth[right[k]] = depth[k] + 1;
    }
    for (let k = column.length - 1; k >= 0; k--) {
      if (column[k] < 0) continue;
      const r = right[k];
      const left = share(cover[k + 1], cover[k]);
      mean[k] = mean[k + 1] * left + mean[r] * (1 - left);
    }
    let expected = 0;
    for (let t = 0; t < roots.length - 1; t++) expected += mean[roots[t]];
    this.expected = expected;
    const room = ((deepest + 2) * (deepest + 3)) / 2;
    this.#column = new Int32Array(room);
    this.#zero = new Float64Array(room);
    this.#one = new Float64Array(room);
    this.#weight = new Float64Array(room);
  }

  /** Adds what each column is worth for the row `values` to `out`. */
  explain(values: Float32Array, out: Float64Array): void {
    this.#values = values;
    this.#out = out;
    const { roots, column } = this.#nodes;
    for (let t = 0; t < roots.length - 1; t++) {
      if (column[roots[t]] >= 0) this.#visit(roots[t], 0, 0, 1, 1, -1);
    }
  }

  /**
   * Follows node `k` with a path of `length` steps that lies before `at`, extended by the step that led here.
   *
   * @param zero Share of the paths without the column that come here.
   * @param one Whether the row itself comes here.
   */
  #visit(k: number, before: number, length: number, zero: number, one: number, by: number): void {
    const { column, threshold, missingLeft, right, value, cover } = this.#nodes;
    const at = before + length;
    this.#column.copyWithin(at, before, at);
    this.#zero.copyWithin(at, before, at);
    this.#one.copyWithin(at, before, at);
    this.#weight.copyWithin(at, before, at);
    this.#extend(at, length, zero, one, by);
    const c = column[k];
    if (c < 0) {
      for (let i = 1; i <= length; i++) {
        const weight = this.#unwoundSum(at, length, i);
        this.#out[this.#column[at + i]] +=
          weight * (this.#one[at + i] - this.#zero[at + i]) * value[k];
      }
      return;
    }
    const v = this.#values[c];
    const left = Number.isNaN(v) ? missingLeft[k] === 1 : v <= threshold[k];
    const hot = left ? k + 1 : right[k];
    const cold = left ? right[k] : k + 1;
    let zeroBefore = 1;
    let oneBefore = 1;
    let steps = length;
    for (let i = 1; i <= length; i++) {
      if (this.#column[at + i] !== c) continue;
      // A column splits a path once only: its earlier step is taken back and goes on in this one.
      zeroBefore = this.#zero[at + i];
      oneBefore = this.#one[at + i];
      this.#unwind(at, length, i);
      steps--;
      break;
    }
    this.#visit(hot, at, steps + 1, zeroBefore * share(cover[hot], cover[k]), oneBefore, c);
    this.#visit(cold, at, steps + 1, zeroBefore * share(cover[cold], cover[k]), 0, c);
  }

  /** Adds a step at place `length` of the path at `at`. */
  #extend(at: number, length: number, zero: number, one: number, column: number): void {
    const weight = this.#weight;
    this.#column[at + length] = column;
    this.#zero[at + length] = zero;
    this.#one[at + length] = one;
    weight[at + length] = length === 0 ? 1 : 0;
    for (let i = length - 1; i >= 0; i--) {
      weight[at + i + 1] += (one * weight[at + i] * (i + 1)) / (length + 1);
      weight[at + i] = (zero * weight[at + i] * (length - i)) / (length + 1);
    }
  }

  /** Takes step `i` out of a path whose last step is at place `length`. */
  #unwind(at: number, length: number, i: number): void {
    const weight = this.#weight;
    const one = this.#one[at + i];
    const zero = this.#zero[at + i];
    let next = weight[at + length];
    for (let j = length - 1; j >= 0; j--) {
      if (one !== 0) {
        const here = weight[at + j];
        weight[at + j] = (next * (length + 1)) / ((j + 1) * one);
        next = here - (weight[at + j] * zero * (length - j)) / (length + 1);
      } else if (zero !== 0) {
        weight[at + j] = (weight[at + j] * (length + 1)) / (zero * (length - j));
      }
    }
    for (let j = i; j < length; j++) {
      this.#column[at + j] = this.#column[at + j + 1];
      this.#zero[at + j] = this.#zero[at + j + 1];
      this.#one[at + j] = this.#one[at + j + 1];
    }
  }

  /** Sum of the weights of a path without its step `i`. */
  #unwoundSum(at: number, length: number, i: number): number {
    const weight = this.#weight;
    const one = this.#one[at + i];
    const zero = this.#zero[at + i];
    let next = weight[at + length];
    let sum = 0;
    for (let j = length - 1; j >= 0; j--) {
      if (one !== 0) {
        const here = (next * (length + 1)) / ((j + 1) * one);
        sum += here;
        next = weight[at + j] - (here * zero * (length - j)) / (length + 1);
      } else if (zero !== 0) {
        sum += (weight[at + j] * (length + 1)) / (zero * (length - j));
      }
    }
    return sum;
  }
}

/** Share of a split's rows that went to one child; a half where no row is known of. */
function share(child: number, split: number): number {
  return split > 0 ? child / split : 0.5;
}
