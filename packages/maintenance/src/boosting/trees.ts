/** A fitted or imported ensemble of trees: what it predicts, why, and as bytes. */

import { decodeTrees, encodeTrees } from "./bytes.ts";
import { wrong } from "./errors.ts";
import type { TreeNodes } from "./nodes.ts";
import { checkMatrix } from "./options.ts";
import { BlockScorer } from "./scorer.ts";
import { TreeExplainer } from "./shap.ts";
import type { Matrix } from "./types.ts";

/** How a sum of leaves becomes a prediction: as it is, through 1 / (1 + exp(-sum)), or through exp(sum). */
export type Link = "identity" | "logistic" | "exponential";

/** Everything that an ensemble is. */
export type BoostedTreesParts = {
  /** Names of the columns, in the order of {@link BoostedTrees.predictRow}. */
  readonly names: readonly string[];
  /** How sums of leaves become predictions. */
  readonly link: Link;
  /** Sum before the first tree. */
  readonly base: number;
  /** Splits and leaves of all trees, tree after tree. */
  readonly nodes: TreeNodes;
};

/** What a column did for an ensemble. */
export type ColumnImportance = {
  /** Name of the column. */
  readonly name: string;
  /** What the training loss fell by through its splits, doubled (for squared loss: the sum of squares); 0 where it was not recorded. */
  readonly gain: number;
  /** Number of splits. */
  readonly splits: number;
};

/** Shapley values of predictions: for each row, `bias` and its values add up to the sum before the link. */
export type Contributions = {
  /** Names of the columns. */
  readonly names: readonly string[];
  /** What is predicted before anything is known, before the link. */
  readonly bias: number;
  /** [rows, columns]: what each column moves each prediction by, before the link. */
  readonly values: Float64Array;
};

/** Boosted trees. Made by `fitBoosting`, `importXgboost`, `importLightgbm` or {@link BoostedTrees.decode}. */
export class BoostedTrees {
  /** Names of the columns, in the order of {@link BoostedTrees.predictRow}. */
  readonly names: readonly string[];
  /** How a sum of leaves becomes a prediction. */
  readonly link: Link;
  readonly #parts: BoostedTreesParts;
  readonly #positions: ReadonlyMap<string, number>;
  #scorer: BlockScorer | null = null;
  #explainer: TreeExplainer | null = null;

  /** @param parts Taken over, not copied. */
  constructor(parts: BoostedTreesParts) {
    this.names = parts.names;
    this.link = parts.link;
    this.#parts = parts;
    this.#positions = new Map(parts.names.map((name, i) => [name, i]));
  }

  /** Reads {@link BoostedTrees.encode}'s bytes. Throws BoostingError for any others. */
  static decode(bytes: Uint8Array): BoostedTrees {
    return new BoostedTrees(decodeTrees(bytes));
  }

  /** Number of trees. */
  get trees(): number {
    return this.#parts.nodes.roots.length - 1;
  }

  /**
   * Predictions for all rows: probabilities for logistic loss. Columns are found by name; others are ignored.
   *
   * @throws BoostingError where a column of the model is not there.
   */
  predict(x: Matrix): Float64Array {
    const columns = this.#columnsIn(x);
    const { nodes, base } = this.#parts;
    this.#scorer ??= new BlockScorer(nodes, columns.length);
    const out = this.#scorer.sums(x.data, x.rows, columns, base);
    if (this.link !== "identity") {
      for (let i = 0; i < out.length; i++) out[i] = linked(out[i], this.link);
    }
    return out;
  }

  /** Prediction for one row, values in the order of {@link BoostedTrees.names}, NaN where missing. Allocates nothing. */
  predictRow(values: Float32Array): number {
    const { roots, column, threshold, missingLeft, right, value } = this.#parts.nodes;
    let sum = this.#parts.base;
    for (let tree = 0; tree < roots.length - 1; tree++) {
      let k = roots[tree];
      for (let c = column[k]; c >= 0; c = column[k]) {
        const v = values[c];
        if (v <= threshold[k]) k++;
        else if (!Number.isNaN(v)) k = right[k];
        else k = missingLeft[k] === 1 ? k + 1 : right[k];
      }
      sum += value[k];
    }
    return linked(sum, this.link);
  }

  /** Exact Shapley values of all rows, along the trees' own paths (TreeSHAP): missing values go their learned way. */
  contributions(x: Matrix): Contributions {
    const columns = this.#columnsIn(x);
    const { nodes, base } = this.#parts;
    this.#explainer ??= new TreeExplainer(nodes);
    const values = new Float64Array(x.rows * columns.length);
    const row = new Float32Array(columns.length);
    for (let i = 0; i < x.rows; i++) {
      for (let c = 0; c < columns.length; c++) row[c] = x.data[columns[c] * x.rows + i];
      this.#explainer.explain(row, values.subarray(i * columns.length, (i + 1) * columns.length));
    }
    return { names: this.names, bias: base + this.#explainer.expected, values };
  }

  /** What each column did, most gain first (most splits where no gain was recorded). */
  importance(): ColumnImportance[] {
    const { column, gain } = this.#parts.nodes;
    const splits = new Uint32Array(this.names.length);
    for (let k = 0; k < column.length; k++) if (column[k] >= 0) splits[column[k]]++;
    return this.names
      .map((name, i) => ({ name, gain: gain[i], splits: splits[i] }))
      .sort((a, b) => b.gain - a.gain || b.splits - a.splits);
  }

  /** The ensemble in few bytes. */
  encode(): Uint8Array {
    return encodeTrees(this.#parts);
  }

  /** Place in `x` of each of the model's columns. */
  #columnsIn(x: Matrix): Int32Array {
    checkMatrix(x);
    const columns = new Int32Array(this.names.length).fill(-1);
    for (let c = 0; c < x.names.length; c++) {
      const at = this.#positions.get(x.names[c]);
      if (at !== undefined) columns[at] = c;
    }
    const absent = columns.indexOf(-1);
    if (absent >= 0) throw wrong(`a column "${this.names[absent]}"`, x.names.join(", "), "x.names");
    return columns;
  }
}

function linked(sum: number, link: Link): number {
  if (link === "identity") return sum;
  return link === "logistic" ? 1 / (1 + Math.exp(-sum)) : Math.exp(sum);
}
