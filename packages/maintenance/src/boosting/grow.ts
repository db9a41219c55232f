/**
 * Grows one tree leaf-wise from histograms. Sums of gradients are whole numbers: gradients are scaled and rounded so that a
 * count and a sum share one double exactly. Hence sums depend on no order, and a child's histogram is exactly its parent's
 * less its sibling's.
 */

import { type BinnedTable, type ColumnGroup, UNROLLED } from "./bins.ts";

/** How trees are grown, as far as one tree knows. */
export type GrowSettings = {
  readonly leaves: number;
  readonly leastRows: number;
  readonly l2: number;
  /** Per column of the table (not of the bins): 1 rises, -1 falls, 0 free; null where all are free. */
  readonly monotone: Int8Array | null;
};

/** Added and subtracted again, it rounds numbers below 2^51 to whole ones. */
const ROUND = 1.5 * 2 ** 52;

/** A node of a growing tree. */
export type GrownNode = {
  /** First place of its rows in the order of rows. */
  readonly from: number;
  /** Place after its last row. */
  readonly to: number;
  /** Bounds that monotone columns above it set to its value. */
  readonly low: number;
  readonly high: number;
  /** Where it is split best; gain 0: nowhere. */
  readonly split: Split;
  /** Children; null for a leaf. */
  children: readonly [GrownNode, GrownNode] | null;
};

/** A place to split a node. */
type Split = {
  /** What the loss falls by, doubled; 0 where there is no split. */
  gain: number;
  /** Column of the bins. */
  column: number;
  /** Greatest bin that goes left. */
  bin: number;
  /** Whether missing values go left. */
  missingLeft: boolean;
  /** Sums of the rows that go left. */
  packed: number;
  curved: number;
};

/** Work on a leaf that may be split: its sums and its histograms, which it owns while it is open. */
type OpenLeaf = {
  readonly node: GrownNode;
  /** Packed sum of counts and gradients. */
  readonly packed: number;
  /** Sum of scaled second derivatives; unused where they are flat. */
  readonly curved: number;
  histogram: Histogram | null;
};

type Histogram = {
  /** Per bin: count times `unit` plus scaled gradients. */
  readonly packed: Float64Array;
  /** Per bin scaled second derivatives; empty where they are flat. */
  readonly curved: Float64Array;
  /** Both again, cut by groups of columns. */
  readonly groups: readonly { readonly packed: Float64Array; readonly curved: Float64Array }[];
};

/** Value that a leaf's rows would be given, within no bounds. */
export type LeafValue = (order: Int32Array, from: number, to: number) => number;

function openLeaf(
  from: number,
  to: number,
  low: number,
  high: number,
  packed: number,
  curved: number,
): OpenLeaf {
  const split = { gain: 0, column: -1, bin: 0, missingLeft: false, packed: 0, curved: 0 };
  return {
    node: { from, to, low, high, split, children: null },
    packed,
    curved,
    histogram: null,
  };
}

/** Grows trees over one binned table; keeps its memory from tree to tree. */
export class Grower {
  readonly #table: BinnedTable;
  readonly #settings: GrowSettings;
  readonly #flat: boolean;
  readonly #renewed: boolean;
  readonly #pool: Histogram[] = [];
  /** Per row of the table: unit plus scaled gradient. */
  readonly #packed: Float64Array;
  /** Per row scaled second derivative; empty where flat. */
  readonly #curved: Float64Array;
  readonly #moved: Int32Array;
  /** What one row counts in a packed sum. */
  readonly #unit: number;
  #columns: Int32Array;
  #gradientStep = 1;
  #curveStep = 1;

  /**
   * @param flat Whether all second derivatives are 1.
   * @param renewed Whether leaf values come from elsewhere than gradients, in another unit.
   */
  constructor(
    table: BinnedTable,
    mostRows: number,
    settings: GrowSettings,
    flat: boolean,
    renewed: boolean,
  ) {
    this.#table = table;
    this.#settings = settings;
    this.#flat = flat;
    this.#renewed = renewed;
    this.#packed = new Float64Array(table.rows);
    this.#curved = new Float64Array(flat ? 0 : table.rows);
    this.#moved = new Int32Array(mostRows);
    this.#unit = 2 ** (53 - Math.ceil(Math.log2(mostRows + 2)));
    this.#columns = Int32Array.from(table.columns.keys());
  }

  /**
   * Grows one tree over the rows in `order`, which it reorders so that each node's rows lie together.
   *
   * @param columns Columns of the bins that may split; ascending.
   * @param leafValue Values of nodes, asked for only where columns are monotone.
   */
  grow(
    order: Int32Array,
    first: Float64Array,
    second: Float64Array,
    columns: Int32Array,
    leafValue: LeafValue,
  ): GrownNode {
    this.#columns = columns;
    const root = this.#root(order, first, second);
    this.#search(order, root, null);
    const open: OpenLeaf[] = [root];
    const { leaves } = this.#settings;
    for (let count = 1; count < leaves; count++) {
      let best = -1;
      let gain = 0;
      for (let k = 0; k < open.length; k++) {
        const found = (open[k] as OpenLeaf).node.split.gain;
        if (found > gain) {
          gain = found;
          best = k;
        }
      }
      if (best < 0) break;
      const [left, right] = this.#split(
        order,
        open[best] as OpenLeaf,
        leafValue,
        count + 1 < leaves,
      );
      open[best] = left;
      open.push(right);
    }
    for (const leaf of open) this.#release(leaf);
    return root.node;
  }

  /** A leaf of all rows, with their derivatives scaled to whole numbers, as fine as their sums allow. */
  #root(order: Int32Array, first: Float64Array, second: Float64Array): OpenLeaf {
    let sum = 0;
    let curve = 0;
    for (let k = 0; k < order.length; k++) {
      const i = order[k];
      sum += Math.abs(first[i]);
      if (!this.#flat) curve += second[i];
    }
    const room = this.#unit / 2 - order.length - 1;
    const scale = sum > 0 ? 2 ** Math.min(1000, Math.floor(Math.log2(room / sum))) : 1;
    const curveScale = curve > 0 ? 2 ** Math.min(1000, Math.floor(Math.log2(2 ** 51 / curve))) : 1;
    this.#gradientStep = 1 / scale;
    this.#curveStep = 1 / curveScale;
    const packed = this.#packed;
    const curved = this.#curved;
    const unit = this.#unit;
    let total = 0;
    let totalCurved = 0;
    for (let k = 0; k < order.length; k++) {
      const i = order[k];
      const value = unit + (first[i] * scale + ROUND - ROUND);
      packed[i] = value;
      total += value;
      if (this.#flat) continue;
      const curvature = Math.max(1, second[i] * curveScale + ROUND - ROUND);
      curved[i] = curvature;
      totalCurved += curvature;
    }
    const [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    return openLeaf(0, order.length, low, high, total, totalCurved);
  }

  /** Splits a leaf where it is best and, unless these are the last leaves, searches both halves. */
  #split(
    order: Int32Array,
    leaf: OpenLeaf,
    leafValue: LeafValue,
    more: boolean,
  ): readonly [OpenLeaf, OpenLeaf] {
    const { node } = leaf;
    const middle = this.#partition(order, node);
    let [leftLow, leftHigh] = [node.low, node.high];
    let [rightLow, rightHigh] = [node.low, node.high];
    const sign = this.#settings.monotone?.[this.#table.columns[node.split.column]] ?? 0;
    if (sign !== 0) {
      const within = (value: number) => Math.min(node.high, Math.max(node.low, value));
      const between =
        (within(leafValue(order, node.from, middle)) + within(leafValue(order, middle, node.to))) /
        2;
      if (sign > 0) leftHigh = rightLow = between;
      else leftLow = rightHigh = between;
    }
    const { packed, curved } = node.split;
    const left = openLeaf(node.from, middle, leftLow, leftHigh, packed, curved);
    const right = openLeaf(
      middle,
      node.to,
      rightLow,
      rightHigh,
      leaf.packed - packed,
      leaf.curved - curved,
    );
    node.children = [left.node, right.node];
    const parent = leaf.histogram;
    leaf.histogram = null;
    const [small, large] = middle - node.from < node.to - middle ? [left, right] : [right, left];
    const worth = large.node.to - large.node.from >= 2 * this.#settings.leastRows;
    if (more && worth && parent !== null) {
      this.#search(order, small, null);
      this.#search(order, large, { parent, sibling: small.histogram as Histogram });
    } else if (parent !== null) {
      this.#pool.push(parent);
    }
    return [left, right];
  }

  /** Moves the rows that go left before those that go right; the place of the first of the latter. */
  #partition(order: Int32Array, { from, to, split }: GrownNode): number {
    const { bins, rows } = this.#table;
    const { column, bin } = split;
    const codes = this.#table.codes.subarray(column * rows, (column + 1) * rows);
    const missing = split.missingLeft ? bins[column] : -1;
    const moved = this.#moved;
    let left = from;
    let right = 0;
    for (let k = from; k < to; k++) {
      const i = order[k];
      const code = codes[i];
      if (code <= bin || code === missing) order[left++] = i;
      else moved[right++] = i;
    }
    order.set(moved.subarray(0, right), left);
    return left;
  }

  /** Makes a leaf's histogram, by counting or from its parent's, and finds its best split. */
  #search(
    order: Int32Array,
    leaf: OpenLeaf,
    from: { readonly parent: Histogram; readonly sibling: Histogram } | null,
  ): void {
    const { node } = leaf;
    if (from === null) {
      leaf.histogram = this.#take();
      this.#count(order, node.from, node.to, leaf.histogram);
    } else {
      leaf.histogram = from.parent;
      subtract(from.parent.packed, from.sibling.packed);
      if (!this.#flat) subtract(from.parent.curved, from.sibling.curved);
    }
    if (node.to - node.from < 2 * this.#settings.leastRows) return;
    if (this.#flat && this.#settings.monotone === null) this.#scanFlat(leaf);
    else this.#scan(leaf);
    if (node.split.gain === 0) return;
    const { column } = node.split;
    // Where nothing is missing here, what is missing later goes with the most rows.
    const missing = this.#table.starts[column] + this.#table.bins[column];
    if ((leaf.histogram as Histogram).packed[missing] === 0) {
      node.split.missingLeft =
        Math.round(node.split.packed / this.#unit) * 2 >= node.to - node.from;
    }
  }

  #count(order: Int32Array, from: number, to: number, { groups }: Histogram): void {
    for (let g = 0; g < groups.length; g++) {
      const group = this.#table.groups[g];
      count(group, order, from, to, this.#packed, groups[g].packed);
      if (!this.#flat) count(group, order, from, to, this.#curved, groups[g].curved);
    }
  }

  /** Best split where second derivatives are flat and no column is monotone. */
  #scanFlat(leaf: OpenLeaf): void {
    const { starts, bins } = this.#table;
    const { leastRows, l2 } = this.#settings;
    const unit = this.#unit;
    const perUnit = 1 / unit;
    const sums = (leaf.histogram as Histogram).packed;
    const rows = leaf.node.to - leaf.node.from;
    const mostRows = rows - leastRows;
    const total = leaf.packed - rows * unit;
    const parent = (total * total) / (rows + l2);
    let best = parent * (1 + 1e-12);
    let bestSum = 0;
    let bestColumn = -1;
    let bestBin = 0;
    let bestLeft = false;
    for (let c = 0; c < this.#columns.length; c++) {
      const column = this.#columns[c];
      const start = starts[column];
      const missingAt = start + bins[column];
      const missing = sums[missingAt];
      for (let side = 0; side < 2; side++) {
        if (side === 1 && missing === 0) break;
        let sum = side === 1 ? missing : 0;
        const end = missing !== 0 && side === 0 ? missingAt : missingAt - 1;
        for (let place = start; place < end; place++) {
          const here = sums[place];
          if (here === 0) continue;
          sum += here;
          const left = sum * perUnit + ROUND - ROUND;
          if (left < leastRows) continue;
          if (left > mostRows) break;
          const leftSum = sum - left * unit;
          const rightSum = total - leftSum;
          const leftSize = left + l2;
          const rightSize = rows - left + l2;
          // Both halves' squares over their sizes against the best so far, without dividing.
          const scaled = leftSum * leftSum * rightSize + rightSum * rightSum * leftSize;
          const size = leftSize * rightSize;
          if (scaled > best * size) {
            best = scaled / size;
            bestSum = sum;
            bestColumn = column;
            bestBin = place - start;
            bestLeft = side === 1;
          }
        }
      }
    }
    if (bestColumn < 0) return;
    const { split } = leaf.node;
    split.gain = (best - parent) * this.#gradientStep * this.#gradientStep;
    split.column = bestColumn;
    split.bin = bestBin;
    split.missingLeft = bestLeft;
    split.packed = bestSum;
  }

  /** Best split with any second derivatives and monotone columns. */
  #scan(leaf: OpenLeaf): void {
    const { starts, bins } = this.#table;
    const { leastRows, l2, monotone } = this.#settings;
    const unit = this.#unit;
    const sums = (leaf.histogram as Histogram).packed;
    const curves = (leaf.histogram as Histogram).curved;
    const rows = leaf.node.to - leaf.node.from;
    const gradient = (leaf.packed - rows * unit) * this.#gradientStep;
    const curvature = this.#flat ? rows : leaf.curved * this.#curveStep;
    // Bounds are in the unit of leaf values, which need not be that of gradients.
    const low = this.#renewed ? Number.NEGATIVE_INFINITY : leaf.node.low;
    const high = this.#renewed ? Number.POSITIVE_INFINITY : leaf.node.high;
    const leafValue = (g: number, h: number) => Math.min(high, Math.max(low, -g / (h + l2)));
    const fall = (g: number, h: number, value: number) => -value * (2 * g + (h + l2) * value);
    const parent = fall(gradient, curvature, leafValue(gradient, curvature));
    let best = parent + Math.abs(parent) * 1e-12;
    const { split } = leaf.node;
    for (let c = 0; c < this.#columns.length; c++) {
      const column = this.#columns[c];
      const start = starts[column];
      const count = bins[column];
      const missing = sums[start + count];
      const sign = monotone?.[this.#table.columns[column]] ?? 0;
      for (let side = 0; side < 2; side++) {
        if (side === 1 && missing === 0) break;
        let sum = side === 1 ? missing : 0;
        let curve = side === 1 && !this.#flat ? curves[start + count] : 0;
        const end = missing !== 0 && side === 0 ? count : count - 1;
        for (let b = 0; b < end; b++) {
          const here = sums[start + b];
          if (here === 0) continue;
          sum += here;
          if (!this.#flat) curve += curves[start + b];
          const left = Math.floor(sum / unit + 0.5);
          if (left < leastRows) continue;
          if (rows - left < leastRows) break;
          const leftGradient = (sum - left * unit) * this.#gradientStep;
          const leftCurvature = this.#flat ? left : curve * this.#curveStep;
          const rightGradient = gradient - leftGradient;
          const rightCurvature = curvature - leftCurvature;
          const leftValue = leafValue(leftGradient, leftCurvature);
          const rightValue = leafValue(rightGradient, rightCurvature);
          if (sign * (rightValue - leftValue) < 0) continue;
          const gain =
            fall(leftGradient, leftCurvature, leftValue) +
            fall(rightGradient, rightCurvature, rightValue);
          if (gain > best) {
            best = gain;
            split.gain = gain - parent;
            split.column = column;
            split.bin = b;
            split.missingLeft = side === 1;
            split.packed = sum;
            split.curved = curve;
          }
        }
      }
    }
  }

  #take(): Histogram {
    const histogram = this.#pool.pop();
    if (histogram !== undefined) {
      histogram.packed.fill(0);
      histogram.curved.fill(0);
      return histogram;
    }
    const packed = new Float64Array(this.#table.places);
    const curved = new Float64Array(this.#flat ? 0 : this.#table.places);
    const groups = this.#table.groups.map(({ start, places }) => ({
      packed: packed.subarray(start, start + places),
      curved: curved.subarray(start, start + places),
    }));
    return { packed, curved, groups };
  }

  #release(leaf: OpenLeaf): void {
    if (leaf.histogram !== null) this.#pool.push(leaf.histogram);
    leaf.histogram = null;
  }
}

function subtract(from: Float64Array, what: Float64Array): void {
  for (let i = 0; i < from.length; i++) from[i] -= what[i];
}

/** Adds each row's value to the places of its bins. */
function count(
  { slots, stride }: ColumnGroup,
  order: Int32Array,
  from: number,
  to: number,
  values: Float64Array,
  sums: Float64Array,
): void {
  for (let k = from; k < to; k++) {
    const i = order[k];
    const value = values[i];
    const end = (i + 1) * stride;
    // One row after the other, so that one value is read for all its columns; `UNROLLED` places a turn.
    for (let p = i * stride; p < end; p += UNROLLED) {
      sums[slots[p]] += value;
      sums[slots[p + 1]] += value;
      sums[slots[p + 2]] += value;
      sums[slots[p + 3]] += value;
      sums[slots[p + 4]] += value;
      sums[slots[p + 5]] += value;
      sums[slots[p + 6]] += value;
      sums[slots[p + 7]] += value;
    }
  }
}
