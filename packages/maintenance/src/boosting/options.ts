/** Checks what boosting is given, and fills in the defaults. */

import { wrong } from "./errors.ts";
import type { BoostingLoss, BoostingOptions, Matrix } from "./types.ts";

/** Rows beyond which sums of gradients and counts no longer fit one number together. */
export const MOST_ROWS: number = 2 ** 24;
/** Leaves of a tree beyond which the histograms of its open leaves would fill the memory. */
const MOST_LEAVES = 256;

/** Options with nothing left open. */
export type Settings = {
  readonly loss: BoostingLoss;
  readonly trees: number;
  readonly rate: number;
  readonly leaves: number;
  readonly leastRows: number;
  readonly l2: number;
  readonly bins: number;
  readonly rowShare: number;
  readonly columnShare: number;
  readonly seed: number;
  /** Per column: 1 rises, -1 falls, 0 free; null where all are free. */
  readonly monotone: Int8Array | null;
  readonly validation: { readonly rows: Uint8Array; readonly patience: number } | null;
  readonly progress: ((trees: number, of: number) => boolean | undefined) | null;
};

type Known = { readonly [K in keyof Required<BoostingOptions>]: true };
const KNOWN: Known = {
  loss: true,
  trees: true,
  rate: true,
  leaves: true,
  leastRows: true,
  l2: true,
  bins: true,
  rowShare: true,
  columnShare: true,
  seed: true,
  monotone: true,
  validation: true,
  progress: true,
};

/** Settings for a table. Throws {@link BoostingError} for anything unknown or out of range. */
export function settingsOf(options: BoostingOptions, x: Matrix): Settings {
  if (typeof options !== "object" || options === null) throw wrong("an object", options, "options");
  for (const key of Object.keys(options)) {
    if (!Object.hasOwn(KNOWN, key)) throw wrong(Object.keys(KNOWN).join(", "), key, "options");
  }
  const whole = (key: "trees" | "leaves" | "leastRows" | "bins", or: number, most: number) => {
    const value = options[key] ?? or;
    const least = key === "leaves" || key === "bins" ? 2 : 1;
    if (!Number.isInteger(value) || value < least || value > most) {
      throw wrong(`a whole number from ${least} to ${most}`, value, key);
    }
    return value;
  };
  const share = (key: "rate" | "rowShare" | "columnShare", or: number) => {
    const value = options[key] ?? or;
    if (!(typeof value === "number" && value > 0 && value <= 1)) {
      throw wrong("a number above 0, at most 1", value, key);
    }
    return value;
  };
  const l2 = options.l2 ?? 1;
  if (!(Number.isFinite(l2) && l2 >= 0)) throw wrong("a number of at least 0", l2, "l2");
  const seed = options.seed ?? 0;
  if (!Number.isFinite(seed)) throw wrong("a finite number", seed, "seed");
  const progress = options.progress ?? null;
  if (progress !== null && typeof progress !== "function") {
    throw wrong("a function", progress, "progress");
  }
  return {
    loss: lossOf(options.loss),
    trees: whole("trees", 300, 100_000),
    rate: share("rate", 0.05),
    leaves: whole("leaves", 15, MOST_LEAVES),
    leastRows: whole("leastRows", 40, MOST_ROWS),
    l2,
    bins: whole("bins", 255, 255),
    rowShare: share("rowShare", 1),
    columnShare: share("columnShare", 1),
    seed,
    monotone: monotoneOf(options.monotone, x.names),
    validation: validationOf(options.validation, x.rows),
    progress,
  };
}

/** Throws {@link BoostingError} unless names, rows and data agree. */
export function checkMatrix(x: Matrix): void {
  if (!Number.isInteger(x.rows) || x.rows < 0 || x.rows > MOST_ROWS) {
    throw wrong(`a whole number from 0 to ${MOST_ROWS}`, x.rows, "x.rows");
  }
  if (!(x.data instanceof Float32Array)) throw wrong("a Float32Array", typeof x.data, "x.data");
  if (x.data.length !== x.rows * x.names.length) {
    throw wrong(
      `${x.rows} rows x ${x.names.length} columns = ${x.rows * x.names.length} numbers`,
      x.data.length,
      "x.data",
    );
  }
  const seen = new Set<string>();
  for (const name of x.names) {
    if (typeof name !== "string") throw wrong("strings", name, "x.names");
    if (seen.has(name)) throw wrong("each name once", name, "x.names");
    seen.add(name);
  }
}

/** Throws {@link BoostingError} unless there is a finite target for each row, and 0 or 1 for logistic loss. */
export function checkTargets(y: ArrayLike<number>, rows: number, loss: BoostingLoss): void {
  if (y.length !== rows) throw wrong(`${rows} targets, one per row`, y.length, "y");
  for (let i = 0; i < rows; i++) {
    const value = y[i];
    if (!Number.isFinite(value)) throw wrong("a finite number", value, `y[${i}]`);
    if (loss.kind === "logistic" && value !== 0 && value !== 1) {
      throw wrong("0 or 1", value, `y[${i}]`);
    }
  }
}

/** Throws {@link BoostingError} unless there is a finite weight of at least 0 for each row. */
export function checkWeights(weights: ArrayLike<number>, rows: number): void {
  if (weights.length !== rows) {
    throw wrong(`${rows} weights, one per row`, weights.length, "weights");
  }
  for (let i = 0; i < rows; i++) {
    const value = weights[i];
    if (!(Number.isFinite(value) && value >= 0)) {
      throw wrong("a finite number of at least 0", value, `weights[${i}]`);
    }
  }
}

function lossOf(loss: BoostingLoss | undefined): BoostingLoss {
  if (loss === undefined) return { kind: "squared" };
  if (typeof loss !== "object" || loss === null) throw wrong("an object", loss, "loss");
  const kinds = ["squared", "absolute", "quantile", "logistic"];
  if (!kinds.includes(loss.kind)) throw wrong(kinds.join(", "), loss.kind, "loss.kind");
  const keys = loss.kind === "quantile" ? ["kind", "level"] : ["kind"];
  for (const key of Object.keys(loss)) {
    if (!keys.includes(key)) throw wrong(keys.join(", "), key, "loss");
  }
  if (loss.kind === "quantile" && !(loss.level > 0 && loss.level < 1)) {
    throw wrong("a number between 0 and 1", loss.level, "loss.level");
  }
  return loss;
}

function monotoneOf(
  monotone: BoostingOptions["monotone"],
  names: readonly string[],
): Int8Array | null {
  const entries = Object.entries(monotone ?? {});
  if (entries.length === 0) return null;
  const signs = new Int8Array(names.length);
  for (const [name, sign] of entries) {
    const column = names.indexOf(name);
    if (column < 0) throw wrong("names of columns", name, "monotone");
    if (sign !== 1 && sign !== -1) throw wrong("1 or -1", sign, `monotone.${name}`);
    signs[column] = sign;
  }
  return signs;
}

function validationOf(
  validation: BoostingOptions["validation"],
  rows: number,
): Settings["validation"] {
  if (validation === undefined) return null;
  if (typeof validation !== "object" || validation === null) {
    throw wrong("an object", validation, "validation");
  }
  if (!(validation.rows instanceof Uint8Array) || validation.rows.length !== rows) {
    throw wrong(`a Uint8Array of ${rows}`, validation.rows?.length, "validation.rows");
  }
  const { patience } = validation;
  if (!Number.isInteger(patience) || patience < 1) {
    throw wrong("a whole number of at least 1", patience, "validation.patience");
  }
  if (validation.rows.every((row) => row === 0)) {
    throw wrong("at least one row", "none", "validation.rows");
  }
  return validation;
}
