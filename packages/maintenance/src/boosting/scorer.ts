/**
 * Sums of trees for many rows: 32 rows at a time, one bit each. A test ("is the column above the threshold?") is answered
 * for all 32 with one word, and walking a tree takes two words' worth of logic per node, whatever way the rows go.
 */

import type { TreeNodes } from "./nodes.ts";

/** Rows of a word. */
const WORD = 32;
/** Leaves of a tree whose numbers fit four bits; greater trees are summed leaf by leaf. */
const FEW_LEAVES = 16;
/** Per byte a word with its bits at the lowest places of its eight groups of four. */
const SPREAD: Int32Array = Int32Array.from({ length: 256 }, (_, byte) => {
  let word = 0;
  for (let bit = 0; bit < 8; bit++) word |= ((byte >> bit) & 1) << (4 * bit);
  return word;
});
/** Parts of a column's range; each knows how many thresholds lie below it. */
const BUCKETS = 256;

/** Everything that is asked of one column. */
type ColumnTests = {
  readonly column: number;
  /** Distinct thresholds, ascending. */
  readonly thresholds: Float32Array;
  /** Per threshold its test where missing values go right; -1: none. */
  readonly right: Int32Array;
  /** Per threshold its test where they go left. */
  readonly left: Int32Array;
  readonly least: number;
  readonly perBucket: number;
  /** Per bucket number of thresholds in the buckets before it. */
  readonly below: Int32Array;
};

/** Sums trees for the rows of tables. */
export class BlockScorer {
  readonly #columns: readonly ColumnTests[];
  /** First split of each tree; one more than trees. */
  readonly #splits: Int32Array;
  /** First leaf of each tree, at multiples of {@link FEW_LEAVES}; one more than trees. */
  readonly #leaves: Int32Array;
  /** Per split its test, and the places in `#reach` of what it splits and of its halves. */
  readonly #walk: Int32Array;
  /** Per leaf its value. */
  readonly #values: Float64Array;
  /** Per test the rows that go right. */
  readonly #answers: Int32Array;
  /** Per rank the rows of that rank. */
  readonly #ranks: Int32Array;
  /** Rows that come to the leaves of one tree, then those that come to its splits. */
  readonly #reach: Int32Array;
  readonly #sums = new Float64Array(WORD);

  constructor(nodes: TreeNodes, columns: number) {
    const test = new Int32Array(nodes.column.length);
    this.#columns = testsOf(nodes, columns, test);
    const most = this.#columns.map(({ thresholds }) => thresholds.length);
    this.#answers = new Int32Array(test.reduce((a, b) => Math.max(a, b), -1) + 1);
    this.#ranks = new Int32Array(Math.max(0, ...most) + 1);
    const { column, right, roots, value } = nodes;
    const trees = roots.length - 1;
    this.#splits = new Int32Array(trees + 1);
    this.#leaves = new Int32Array(trees + 1);
    let widest = 0;
    for (let t = 0; t < trees; t++) {
      const splits = (roots[t + 1] - roots[t] - 1) / 2;
      const room = Math.ceil((splits + 1) / FEW_LEAVES) * FEW_LEAVES;
      this.#splits[t + 1] = this.#splits[t] + splits;
      this.#leaves[t + 1] = this.#leaves[t] + room;
      widest = Math.max(widest, room + splits);
    }
    this.#reach = new Int32Array(widest);
    this.#values = new Float64Array(this.#leaves[trees]);
    this.#walk = new Int32Array(4 * this.#splits[trees]);
    const place = new Int32Array(column.length);
    for (let t = 0; t < trees; t++) {
      let split = this.#leaves[t + 1] - this.#leaves[t];
      let leaf = 0;
      for (let k = roots[t]; k < roots[t + 1]; k++) {
        if (column[k] < 0) this.#values[this.#leaves[t] + leaf] = value[k];
        place[k] = column[k] >= 0 ? split++ : leaf++;
      }
      let at = 4 * this.#splits[t];
      for (let k = roots[t]; k < roots[t + 1]; k++) {
        if (column[k] < 0) continue;
        this.#walk[at++] = test[k];
        this.#walk[at++] = place[k];
        this.#walk[at++] = place[k + 1];
        this.#walk[at++] = place[right[k]];
      }
    }
  }

  /**
   * Sums for all rows of a column-major table.
   *
   * @param columns Place in the table of each column of the model.
   */
  sums(data: Float32Array, rows: number, columns: Int32Array, base: number): Float64Array {
    const out = new Float64Array(rows);
    const sums = this.#sums;
    for (let from = 0; from < rows; from += WORD) {
      const count = Math.min(WORD, rows - from);
      for (const tests of this.#columns) {
        this.#ask(tests, data, columns[tests.column] * rows + from, count);
      }
      sums.fill(base);
      this.#add(count === WORD ? -1 : (1 << count) - 1);
      for (let r = 0; r < count; r++) out[from + r] = sums[r];
    }
    return out;
  }

  /** Answers a column's tests for the `count` values from `at` on. */
  #ask(tests: ColumnTests, data: Float32Array, at: number, count: number): void {
    const { thresholds, right, left, least, perBucket, below } = tests;
    const ranks = this.#ranks;
    const answers = this.#answers;
    let missing = 0;
    for (let r = 0; r < count; r++) {
      const value = data[at + r];
      if (Number.isNaN(value)) {
        missing |= 1 << r;
        continue;
      }
      let rank = below[bucketOf(value, least, perBucket)];
      while (rank < thresholds.length && value > thresholds[rank]) rank++;
      ranks[rank] |= 1 << r;
    }
    let above = 0;
    for (let j = thresholds.length - 1; j >= 0; j--) {
      above |= ranks[j + 1];
      ranks[j + 1] = 0;
      if (right[j] >= 0) answers[right[j]] = above | missing;
      if (left[j] >= 0) answers[left[j]] = above;
    }
    ranks[0] = 0;
  }

  /** Adds all trees' leaves to the sums of the rows in the word. */
  #add(rows: number): void {
    const walk = this.#walk;
    const answers = this.#answers;
    const reach = this.#reach;
    const leaves = this.#leaves;
    const splits = this.#splits;
    for (let t = 0; t + 1 < leaves.length; t++) {
      const first = leaves[t];
      const room = leaves[t + 1] - first;
      const end = 4 * splits[t + 1];
      // A tree without splits has its root where others have their first leaf.
      reach[end === 4 * splits[t] ? 0 : room] = rows;
      for (let at = 4 * splits[t]; at < end; at += 4) {
        const answer = answers[walk[at]];
        const here = reach[walk[at + 1]];
        reach[walk[at + 2]] = here & ~answer;
        reach[walk[at + 3]] = here & answer;
      }
      if (room === FEW_LEAVES) this.#addFew(first, splits[t + 1] - splits[t]);
      else this.#addMany(first, splits[t + 1] - splits[t]);
    }
  }

  /** Adds the leaves of a tree with more than {@link FEW_LEAVES}. */
  #addMany(first: number, splits: number): void {
    const reach = this.#reach;
    const sums = this.#sums;
    for (let leaf = 0; leaf <= splits; leaf++) {
      const value = this.#values[first + leaf];
      for (let here = reach[leaf]; here !== 0; here &= here - 1) {
        sums[31 - Math.clz32(here & -here)] += value;
      }
    }
  }

  /** Adds the leaves of a tree: numbers of the rows' leaves bit by bit, then eight rows' numbers from one word. */
  #addFew(first: number, splits: number): void {
    const reach = this.#reach;
    const sums = this.#sums;
    const values = this.#values;
    let bit0 = 0;
    let bit1 = 0;
    let bit2 = 0;
    let bit3 = 0;
    for (let leaf = 1; leaf <= splits; leaf++) {
      const here = reach[leaf];
      bit0 |= here & -(leaf & 1);
      bit1 |= here & -((leaf >> 1) & 1);
      bit2 |= here & -((leaf >> 2) & 1);
      bit3 |= here & -(leaf >> 3);
    }
    for (let r = 0; r < WORD; r += 8) {
      const word =
        SPREAD[(bit0 >>> r) & 255] |
        (SPREAD[(bit1 >>> r) & 255] << 1) |
        (SPREAD[(bit2 >>> r) & 255] << 2) |
        (SPREAD[(bit3 >>> r) & 255] << 3);
      sums[r] += values[first + (word & 15)];
      sums[r + 1] += values[first + ((word >>> 4) & 15)];
      sums[r + 2] += values[first + ((word >>> 8) & 15)];
      sums[r + 3] += values[first + ((word >>> 12) & 15)];
      sums[r + 4] += values[first + ((word >>> 16) & 15)];
      sums[r + 5] += values[first + ((word >>> 20) & 15)];
      sums[r + 6] += values[first + ((word >>> 24) & 15)];
      sums[r + 7] += values[first + (word >>> 28)];
    }
  }
}

/** Numbers all tests, writes each split's into `test` (-1 for leaves), and sorts them by column. */
function testsOf(nodes: TreeNodes, columns: number, test: Int32Array): ColumnTests[] {
  const { column, threshold, missingLeft } = nodes;
  const byColumn: number[][] = Array.from({ length: columns }, () => []);
  for (let k = 0; k < column.length; k++) if (column[k] >= 0) byColumn[column[k]].push(k);
  test.fill(-1);
  let tests = 0;
  const all: ColumnTests[] = [];
  for (let c = 0; c < columns; c++) {
    if (byColumn[c].length === 0) continue;
    const thresholds = Float32Array.from(new Set(byColumn[c].map((k) => threshold[k]))).sort();
    const place = new Map(Array.from(thresholds, (t, j) => [t, j]));
    const right = new Int32Array(thresholds.length).fill(-1);
    const left = new Int32Array(thresholds.length).fill(-1);
    for (const k of byColumn[c]) {
      const j = place.get(threshold[k]) ?? 0;
      const list = missingLeft[k] === 1 ? left : right;
      if (list[j] < 0) list[j] = tests++;
      test[k] = list[j];
    }
    all.push({ column: c, thresholds, right, left, ...bucketsOf(thresholds) });
  }
  return all;
}

/** Bucket of a number; never falls as numbers rise. */
function bucketOf(value: number, least: number, perBucket: number): number {
  const bucket = (value - least) * perBucket;
  return bucket > 0 ? (bucket < BUCKETS ? bucket | 0 : BUCKETS - 1) : 0;
}

function bucketsOf(thresholds: Float32Array): Pick<ColumnTests, "least" | "perBucket" | "below"> {
  const finite = thresholds.filter((t) => Number.isFinite(t));
  const least = finite.length > 0 ? finite[0] : 0;
  const range = finite.length > 0 ? finite[finite.length - 1] - least : 0;
  const perBucket = range > 0 ? BUCKETS / range : 0;
  const below = new Int32Array(BUCKETS);
  for (const t of thresholds) {
    for (let b = bucketOf(t, least, perBucket) + 1; b < BUCKETS; b++) below[b]++;
  }
  return { least, perBucket, below };
}
