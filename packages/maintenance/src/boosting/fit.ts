/** Fits boosted trees. */

import { Random } from "@symbion/neural";
import { type BinnedTable, binTable } from "./bins.ts";
import { wrong } from "./errors.ts";
import { Grower, type GrownNode, type LeafValue } from "./grow.ts";
import { type Loss, lossOver, weightedQuantile } from "./losses.ts";
import { TreeWriter } from "./nodes.ts";
import { checkMatrix, checkTargets, checkWeights, type Settings, settingsOf } from "./options.ts";
import { BoostedTrees } from "./trees.ts";
import type { BoostingOptions, Matrix } from "./types.ts";

/**
 * Fits trees to `y` (one target per row). The same input gives the same trees everywhere.
 *
 * @param weights How much each row counts; rows of weight 0 are left out. Default: 1 each.
 * @throws BoostingError for tables, targets, weights or options that do not fit together, and for infinite values.
 */
export function fitBoosting(
  x: Matrix,
  y: ArrayLike<number>,
  options: BoostingOptions = {},
  weights: ArrayLike<number> | null = null,
): BoostedTrees {
  checkMatrix(x);
  const settings = settingsOf(options, x);
  checkTargets(y, x.rows, settings.loss);
  if (weights !== null) checkWeights(weights, x.rows);
  checkFinite(x);
  const { learned, held } = parts(x.rows, settings, weights);
  if (learned.length === 0) throw wrong("at least one row to learn from", 0, "x.rows");
  const table = binTable(x, learned, settings.bins);
  return new Fit(x, table, settings, y, weights).run(learned, held);
}

function checkFinite({ data, rows, names }: Matrix): void {
  for (let i = 0; i < data.length; i++) {
    // A difference of a number with itself is 0, or NaN where it is infinite; missing values are NaN themselves.
    const value = data[i];
    if (value - value !== 0 && !Number.isNaN(value)) {
      const column = names[Math.floor(i / rows)];
      throw wrong("a finite number or NaN for missing", value, `row ${i % rows} of "${column}"`);
    }
  }
}

/** Rows to learn from and rows held out, both without those of weight 0. */
function parts(
  rows: number,
  { validation }: Settings,
  weights: ArrayLike<number> | null,
): { readonly learned: Int32Array; readonly held: Int32Array } {
  const learned: number[] = [];
  const held: number[] = [];
  for (let i = 0; i < rows; i++) {
    if (weights !== null && weights[i] === 0) continue;
    (validation !== null && validation.rows[i] !== 0 ? held : learned).push(i);
  }
  return { learned: Int32Array.from(learned), held: Int32Array.from(held) };
}

class Fit {
  readonly #x: Matrix;
  readonly #table: BinnedTable;
  readonly #settings: Settings;
  readonly #loss: Loss;
  readonly #weights: ArrayLike<number> | null;
  readonly #margins: Float64Array;
  readonly #first: Float64Array;
  readonly #second: Float64Array;
  readonly #targets: ArrayLike<number>;
  readonly #random: Random;

  constructor(
    x: Matrix,
    table: BinnedTable,
    settings: Settings,
    targets: ArrayLike<number>,
    weights: ArrayLike<number> | null,
  ) {
    this.#x = x;
    this.#table = table;
    this.#settings = settings;
    this.#loss = lossOver(settings.loss, targets, weights);
    this.#weights = weights;
    this.#margins = new Float64Array(x.rows);
    this.#first = new Float64Array(x.rows);
    this.#second = new Float64Array(this.#flat ? 0 : x.rows);
    this.#targets = targets;
    this.#random = new Random(settings.seed);
  }

  get #flat(): boolean {
    return this.#loss.flat && this.#weights === null;
  }

  run(learned: Int32Array, held: Int32Array): BoostedTrees {
    const settings = this.#settings;
    const base = this.#loss.base(learned);
    this.#margins.fill(base);
    const writer = new TreeWriter(this.#x.names.length);
    const grower = new Grower(
      this.#table,
      learned.length,
      settings,
      this.#flat,
      this.#loss.level !== null,
    );
    const all = Int32Array.from(this.#table.columns.keys());
    const order = new Int32Array(learned);
    const whole = settings.rowShare === 1 && settings.columnShare === 1;
    let best = held.length > 0 ? this.#loss.mean(held, this.#margins) : 0;
    let bestTrees = 0;
    for (let tree = 0; tree < settings.trees; tree++) {
      this.#loss.slopes(learned, this.#margins, this.#first, this.#second);
      // Rows in their own order lie as they do in memory.
      order.set(learned);
      const drawn = this.#draw(order);
      const columns = this.#drawColumns(all);
      const root = grower.grow(drawn, this.#first, this.#second, columns, this.#leafValue);
      if (root.children === null && whole) break;
      this.#write(writer, root, drawn);
      if (drawn.length < order.length) this.#advance(order.subarray(drawn.length), writer);
      if (held.length > 0) {
        this.#advance(held, writer);
        const mean = this.#loss.mean(held, this.#margins);
        if (mean < best) {
          best = mean;
          bestTrees = tree + 1;
        } else if (tree + 1 - bestTrees >= (settings.validation?.patience ?? 0)) break;
      }
      if (settings.progress?.(tree + 1, settings.trees) === false) break;
    }
    return new BoostedTrees({
      names: this.#x.names,
      link: settings.loss.kind === "logistic" ? "logistic" : "identity",
      base,
      nodes: writer.finish(held.length > 0 ? bestTrees : writer.trees),
    });
  }

  /** Moves rows that are drawn for a tree to the front of `order`, and returns them. */
  #draw(order: Int32Array): Int32Array {
    const { rowShare } = this.#settings;
    if (rowShare === 1) return order;
    const count = Math.max(1, Math.round(order.length * rowShare));
    return draw(order, count, this.#random).sort();
  }

  #drawColumns(all: Int32Array): Int32Array {
    const { columnShare } = this.#settings;
    if (columnShare === 1 || all.length === 0) return all;
    const count = Math.max(1, Math.round(all.length * columnShare));
    return draw(all.slice(), count, this.#random).sort();
  }

  /** Best value of a leaf, before the rate and within no bounds. */
  readonly #leafValue: LeafValue = (order, from, to) => {
    const { level } = this.#loss;
    const weights = this.#weights;
    if (level !== null) {
      const values = new Float64Array(to - from);
      for (let k = from; k < to; k++) {
        const i = order[k];
        values[k - from] = this.#targets[i] - this.#margins[i];
      }
      const own =
        weights === null ? null : Float64Array.from(order.subarray(from, to), (i) => weights[i]);
      return weightedQuantile(values, own, level);
    }
    let gradient = 0;
    let curvature = 0;
    for (let k = from; k < to; k++) {
      gradient += this.#first[order[k]];
      curvature += this.#flat ? 1 : this.#second[order[k]];
    }
    return -gradient / (curvature + this.#settings.l2);
  };

  /** Writes a tree and moves the margins of the rows that it was grown from. */
  #write(writer: TreeWriter, root: GrownNode, order: Int32Array): void {
    const { columns, cuts } = this.#table;
    const visit = (node: GrownNode): void => {
      if (node.children !== null) {
        const { column, bin, missingLeft, gain } = node.split;
        const cut = cuts[column];
        const threshold = bin < cut.length ? cut[bin] : Number.POSITIVE_INFINITY;
        const at = writer.split(columns[column], threshold, missingLeft, gain);
        visit(node.children[0]);
        writer.turn(at);
        visit(node.children[1]);
        return;
      }
      const { from, to, low, high } = node;
      const best = Math.min(high, Math.max(low, this.#leafValue(order, from, to)));
      const value = Math.fround(this.#settings.rate * best);
      let cover = 0;
      for (let k = from; k < to; k++) {
        const i = order[k];
        this.#margins[i] += value;
        cover += this.#weights === null ? 1 : this.#weights[i];
      }
      writer.leaf(value, cover);
    };
    writer.begin();
    visit(root);
  }

  /** Moves the margins of rows that the newest tree was not grown from. */
  #advance(rows: Int32Array, writer: TreeWriter): void {
    const { data, rows: stride } = this.#x;
    for (const i of rows) this.#margins[i] += writer.newest(data, stride, i);
  }
}

/** Draws `count` of `from` into its front, in its order, without repeats. */
function draw(from: Int32Array, count: number, random: Random): Int32Array {
  for (let k = 0; k < count; k++) {
    const other = k + Math.floor(random.next() * (from.length - k));
    const swap = from[k];
    from[k] = from[other];
    from[other] = swap;
  }
  return from.subarray(0, count);
}
