/** Tables for the tests of boosting. */

import { Random } from "@symbion/neural";
import type { Matrix } from "../../src/boosting/types.ts";

/** A column-major table of row-major numbers; null is missing. Columns are `f0`, `f1` and so on. */
export function matrixOf(rowMajor: readonly (number | null)[], columns: number): Matrix {
  const rows = rowMajor.length / columns;
  const data = new Float32Array(rowMajor.length);
  rowMajor.forEach((value, k) => {
    data[(k % columns) * rows + Math.floor(k / columns)] = value ?? Number.NaN;
  });
  return { rows, names: Array.from({ length: columns }, (_, c) => `f${c}`), data };
}

/** The rows of a table that `rows` names, in that order. */
export function takeRows(x: Matrix, rows: readonly number[]): Matrix {
  const data = new Float32Array(rows.length * x.names.length);
  for (let c = 0; c < x.names.length; c++) {
    rows.forEach((row, i) => {
      data[c * rows.length + i] = x.data[c * x.rows + row] as number;
    });
  }
  return { rows: rows.length, names: x.names, data };
}

/** A table of uniform numbers from 0 to 1, a share of them missing, and targets that depend on the first three columns. */
export function drawn(
  rows: number,
  columns: number,
  missing: number,
  seed: number,
): { readonly x: Matrix; readonly y: Float64Array } {
  const random = new Random(seed);
  const data = Float32Array.from({ length: rows * columns }, () => {
    const value = random.next();
    return random.next() < missing ? Number.NaN : value;
  });
  const at = (column: number, row: number): number => {
    const value = data[column * rows + row] as number;
    return Number.isNaN(value) ? 0.3 : value;
  };
  const y = Float64Array.from(
    { length: rows },
    (_, i) => Math.sin(6 * at(0, i)) + 2 * at(1, i) * at(2, i) + 0.3 * random.next(),
  );
  const names = Array.from({ length: columns }, (_, c) => `f${c}`);
  return { x: { rows, names, data }, y };
}
