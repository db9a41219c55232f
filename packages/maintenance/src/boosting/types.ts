/** What boosting is given. Tables are column-major typed arrays: `data[column * rows + row]`; NaN is missing. */

/** A table of numbers. */
export type Matrix = {
  /** Number of rows. */
  readonly rows: number;
  /** Name of each column. */
  readonly names: readonly string[];
  /** [columns, rows], NaN where a value is missing. */
  readonly data: Float32Array;
};

/**
 * What is made small. `logistic`: targets are 0 or 1, predictions probabilities. `quantile`: predictions are the `level`
 * quantile. `absolute`: the median.
 */
export type BoostingLoss =
  | { readonly kind: "squared" | "absolute" | "logistic" }
  | { readonly kind: "quantile"; readonly level: number };

/** How trees are grown. */
export type BoostingOptions = {
  /** Default: squared. */
  readonly loss?: BoostingLoss;
  /** Most trees. Default 300. */
  readonly trees?: number;
  /** Learning rate, above 0 to 1. Default 0.05. */
  readonly rate?: number;
  /** Most leaves of a tree, grown leaf-wise. Default 15. */
  readonly leaves?: number;
  /** Least rows of a leaf. Default 40. */
  readonly leastRows?: number;
  /** L2 penalty on leaf values. Default 1. */
  readonly l2?: number;
  /** Most bins of a column, 2 to 255. Default 255. */
  readonly bins?: number;
  /** Share of rows that each tree sees, above 0 to 1. Default 1. */
  readonly rowShare?: number;
  /** Share of columns that each tree sees, above 0 to 1. Default 1. */
  readonly columnShare?: number;
  /** Seed of what is drawn. Default 0. */
  readonly seed?: number;
  /** Columns in which predictions may only rise (1) or only fall (-1). */
  readonly monotone?: Readonly<Record<string, 1 | -1>>;
  /** Rows that are not learned from; growing stops when their loss has not fallen for `patience` trees. */
  readonly validation?: { readonly rows: Uint8Array; readonly patience: number };
  /** Told after each tree; false stops early and keeps what there is. */
  readonly progress?: (trees: number, of: number) => boolean | undefined;
};
