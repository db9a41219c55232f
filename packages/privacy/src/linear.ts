/** A little linear algebra over plain lists: audits, attacks and the embedding share it. */

/** Inner product of two lists of one length. */
export function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Squared Euclidean distance of two lists of one length. */
export function squaredDistance(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum;
}

/** Solves A x = b by elimination with pivots, for a square A of full rank; leaves its arguments as they are. */
export function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const n = right.length;
  const rows = matrix.map((row) => [...row]);
  const x = [...right];
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let row = column + 1; row < n; row++) {
      if (Math.abs(rows[row][column]) > Math.abs(rows[pivot][column])) pivot = row;
    }
    [rows[column], rows[pivot]] = [rows[pivot], rows[column]];
    [x[column], x[pivot]] = [x[pivot], x[column]];
    for (let row = column + 1; row < n; row++) {
      const factor = rows[row][column] / rows[column][column];
      if (factor === 0) continue;
      for (let k = column; k < n; k++) rows[row][k] -= factor * rows[column][k];
      x[row] -= factor * x[column];
    }
  }
  for (let row = n - 1; row >= 0; row--) {
    for (let k = row + 1; k < n; k++) x[row] -= rows[row][k] * x[k];
    x[row] /= rows[row][row];
  }
  return x;
}

/**
 * Makes the rows of a square matrix orthonormal (Gram and Schmidt, twice, which leaves errors of a few ulps).
 * @returns Null if the rows are not independent enough.
 */
export function orthonormal(matrix: readonly (readonly number[])[]): number[][] | null {
  const rows: number[][] = [];
  for (const row of matrix) {
    let next = [...row];
    for (let pass = 0; pass < 2; pass++) {
      for (const done of rows) {
        const share = dot(next, done);
        next = next.map((value, i) => value - share * done[i]);
      }
      const length = Math.sqrt(dot(next, next));
      if (length < 1e-9) return null;
      next = next.map((value) => value / length);
    }
    rows.push(next);
  }
  return rows;
}
