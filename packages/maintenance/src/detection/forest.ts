/**
 * Isolation forest (Liu, Ting and Zhou, "Isolation Forest", 2008): what is unusual is cut off from the rest by few random
 * cuts. Where a value is missing both sides of a cut are followed, each by its share of the healthy rows, so that the path is
 * what is expected of such a row and not a short one.
 */

import { Random } from "@symbion/neural";
import { packDetector, type Unpacked } from "./bytes.ts";
import { checkKeys, wrong } from "./errors.ts";
import { shares } from "./principal.ts";
import { placesOf, prepare } from "./rows.ts";
import type { AnomalyDetector, SensorRows, Unusual } from "./types.ts";

/** How a forest is grown. */
export type ForestOptions = {
  /** Number of trees. Default 100. */
  readonly trees?: number;
  /** Rows that each tree sees, at least 2. Default 256. */
  readonly sample?: number;
  /** Seed of rows and cuts. Default 0. */
  readonly seed?: number;
};

const EULER = 0.5772156649015329;
const MOST = { trees: 100_000, sample: 1_000_000, nodes: 100_000_000 };

/**
 * Mean length of an unsuccessful search in a binary search tree of n keys, with the harmonic number taken as ln(n) + 0.5772..:
 * what path lengths are measured by.
 */
export function averagePath(n: number): number {
  if (n <= 1) return 0;
  return n === 2 ? 1 : 2 * (Math.log(n - 1) + EULER) - (2 * (n - 1)) / n;
}

/** Learns from healthy rows. @throws DetectionError for options that make no sense, and rows in which nothing moves. */
export function fitForest(x: SensorRows, options: ForestOptions = {}): ForestDetector {
  checkKeys(options, ["trees", "sample", "seed"]);
  const { trees = 100, sample = 256, seed = 0 } = options;
  checkWhole(trees, 1, MOST.trees, "trees");
  checkWhole(sample, 2, MOST.sample, "sample");
  const { columns, order } = prepare(x);
  const grower = new Grower(x, columns, new Random(seed));
  const rows = Math.min(sample, order.length);
  for (let t = 0; t < trees; t++) grower.tree(order, rows);
  const { names, sensors = names } = x;
  return new ForestDetector({ names, sensors, columns, sample: rows, ...grower.nodes() });
}

/** Nodes of all trees. */
export type ForestNodes = {
  /** First node of each tree. */
  readonly roots: ArrayLike<number>;
  /** Place of the cut's column among those used; -1 for a leaf. */
  readonly column: ArrayLike<number>;
  /** Rows up to this go left. */
  readonly threshold: ArrayLike<number>;
  /** Left and right child. */
  readonly left: ArrayLike<number>;
  readonly right: ArrayLike<number>;
  /** Healthy rows that came here. */
  readonly rows: ArrayLike<number>;
};

type ForestParts = ForestNodes & {
  readonly names: readonly string[];
  readonly sensors: readonly string[];
  readonly columns: readonly number[];
  /** Rows that each tree has seen. */
  readonly sample: number;
};

class Grower {
  readonly #x: SensorRows;
  readonly #columns: readonly number[];
  readonly #random: Random;
  readonly #out = {
    roots: [] as number[],
    ...{ column: [] as number[], threshold: [] as number[], rows: [] as number[] },
    ...{ left: [] as number[], right: [] as number[] },
  };

  constructor(x: SensorRows, columns: readonly number[], random: Random) {
    this.#x = x;
    this.#columns = columns;
    this.#random = random;
  }

  nodes(): ForestNodes {
    return this.#out;
  }

  tree(order: Uint32Array, sample: number): void {
    const all = order.slice();
    for (let i = 0; i < sample; i++) {
      const j = i + Math.floor(this.#random.next() * (all.length - i));
      [all[i], all[j]] = [all[j], all[i]];
    }
    this.#out.roots.push(this.#out.column.length);
    this.#node([...all.subarray(0, sample)], Math.ceil(Math.log2(sample)));
  }

  #node(rows: readonly number[], depth: number): number {
    const { column, threshold, left, right } = this.#out;
    const at = column.length;
    column.push(-1);
    threshold.push(0);
    left.push(-1);
    right.push(-1);
    this.#out.rows.push(rows.length);
    if (depth === 0 || rows.length < 2) return at;
    const cut = this.#cut(rows);
    if (cut === null) return at;
    const [low, high]: [number[], number[]] = [[], []];
    const missing: number[] = [];
    for (const i of rows) {
      const value = this.#value(cut.column, i);
      if (Number.isNaN(value)) missing.push(i);
      else (value <= cut.threshold ? low : high).push(i);
    }
    const share = low.length / (low.length + high.length);
    for (const i of missing) (this.#random.next() < share ? low : high).push(i);
    column[at] = cut.column;
    threshold[at] = cut.threshold;
    left[at] = this.#node(low, depth - 1);
    right[at] = this.#node(high, depth - 1);
    return at;
  }

  /** A column that moves among the rows, and a place within its range; null where none does. */
  #cut(rows: readonly number[]): { column: number; threshold: number } | null {
    const columns = this.#columns.map((_, k) => k);
    for (let tried = 0; tried < columns.length; tried++) {
      const j = tried + Math.floor(this.#random.next() * (columns.length - tried));
      [columns[tried], columns[j]] = [columns[j], columns[tried]];
      let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (const i of rows) {
        const value = this.#value(columns[tried], i);
        if (value < least) least = value;
        if (value > most) most = value;
      }
      if (most > least) {
        return { column: columns[tried], threshold: least + this.#random.next() * (most - least) };
      }
    }
    return null;
  }

  #value(column: number, row: number): number {
    return this.#x.data[this.#columns[column] * this.#x.rows + row];
  }
}

/** See {@link fitForest}. */
export class ForestDetector implements AnomalyDetector {
  readonly kind = "forest";
  readonly window = 1;
  readonly names: readonly string[];
  readonly #parts: ForestParts;
  readonly #row: Float32Array;
  readonly #usual: number;

  /** @param parts See {@link fitForest}. */
  constructor(parts: ForestParts) {
    this.names = parts.names;
    this.#parts = parts;
    this.#row = new Float32Array(parts.columns.length);
    this.#usual = averagePath(parts.sample);
  }

  score(rows: Float32Array): Unusual | null {
    if (rows.length !== this.names.length) {
      throw wrong(`${this.names.length} values`, rows.length, "row");
    }
    const { columns, sensors } = this.#parts;
    columns.forEach((c, k) => {
      this.#row[k] = rows[c];
    });
    const score = this.#anomaly();
    if (score === null) return null;
    // What the score would lose if the sensor were silent.
    const living = [...columns.keys()].filter((k) => !Number.isNaN(this.#row[k]));
    const lost = living.map((k) => {
      const value = this.#row[k];
      this.#row[k] = Number.NaN;
      const without = 2 ** (-this.#path() / this.#usual);
      this.#row[k] = value;
      return score - without;
    });
    return {
      score,
      carriers: shares(
        living.map((k) => sensors[columns[k]]),
        lost,
        score,
      ),
    };
  }

  scores(table: SensorRows): Float64Array {
    const places = placesOf(
      table,
      this.#parts.columns.map((c) => this.names[c]),
    );
    const out = new Float64Array(table.rows);
    for (let i = 0; i < table.rows; i++) {
      places.forEach((place, k) => {
        this.#row[k] = table.data[place * table.rows + i];
      });
      out[i] = this.#anomaly() ?? Number.NaN;
    }
    return out;
  }

  encode(): Uint8Array<ArrayBuffer> {
    const { names, sensors, columns, sample, roots, column, threshold, left, right, rows } =
      this.#parts;
    const counts = { sample, trees: roots.length, nodes: column.length };
    const f = (list: ArrayLike<number>): Float64Array => Float64Array.from(list);
    return packDetector(
      { kind: this.kind, names, sensors, columns, ...counts },
      {
        ...{ roots: f(roots), column: f(column), threshold: f(threshold) },
        ...{ left: f(left), right: f(right), rows: f(rows) },
      },
    );
  }

  /** Of what {@link ForestDetector.encode} wrote. @throws DetectionError for anything else. */
  static unpack({ header, numbers, whole }: Unpacked): ForestDetector {
    const { names, sensors, columns } = header;
    const nodes = whole("nodes", 1, MOST.nodes);
    const trees = whole("trees", 1, MOST.trees);
    const sample = whole("sample", 2, MOST.sample);
    const all = {
      ...{
        roots: numbers("roots", trees),
        column: numbers("column", nodes),
        rows: numbers("rows", nodes),
      },
      ...{
        threshold: numbers("threshold", nodes),
        left: numbers("left", nodes),
        right: numbers("right", nodes),
      },
    };
    const within = (value: number, from: number, to: number): boolean =>
      Number.isInteger(value) && value >= from && value < to;
    // Children come after their one parent, no deeper than trees are grown: walks end soon, also where all is missing.
    const depths = new Int8Array(nodes).fill(-1);
    const deepest = Math.ceil(Math.log2(sample));
    const reach = (k: number, depth: number): boolean => {
      if (!within(k, 0, nodes) || depths[k] >= 0 || depth > deepest) return false;
      depths[k] = depth;
      return true;
    };
    let sound = all.roots.every((root) => reach(root, 0));
    for (let k = 0; k < nodes && sound; k++) {
      const depth = depths[k];
      sound = depth >= 0 && within(all.rows[k], 0, sample + 1);
      if (!sound || all.column[k] === -1) continue;
      sound =
        within(all.column[k], 0, columns.length) &&
        all.left[k] > k &&
        all.right[k] > k &&
        reach(all.left[k], depth + 1) &&
        reach(all.right[k], depth + 1);
    }
    if (!sound) throw wrong("nodes that form trees", "others", "bytes");
    return new ForestDetector({ names, sensors, columns, sample, ...all });
  }

  #anomaly(): number | null {
    if (this.#row.every((value) => Number.isNaN(value))) return null;
    return 2 ** (-this.#path() / this.#usual);
  }

  /** Expected path of the row, mean over trees. */
  #path(): number {
    const { roots } = this.#parts;
    let sum = 0;
    for (let t = 0; t < roots.length; t++) sum += this.#from(roots[t], 0);
    return sum / roots.length;
  }

  #from(root: number, depth: number): number {
    const { column, threshold, left, right, rows } = this.#parts;
    let [k, steps] = [root, depth];
    while (column[k] >= 0) {
      const value = this.#row[column[k]];
      steps++;
      if (!Number.isNaN(value)) {
        k = value <= threshold[k] ? left[k] : right[k];
        continue;
      }
      const [low, high] = [rows[left[k]], rows[right[k]]];
      const share = low + high === 0 ? 0.5 : low / (low + high);
      return share * this.#from(left[k], steps) + (1 - share) * this.#from(right[k], steps);
    }
    return steps + averagePath(rows[k]);
  }
}

function checkWhole(value: number, least: number, most: number, where: string): void {
  if (!(Number.isInteger(value) && value >= least && value <= most)) {
    throw wrong(`a whole number from ${least} to ${most}`, value, where);
  }
}
