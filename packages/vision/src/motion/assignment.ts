/** The assignment problem: which track gets which region, at the least total cost. */

/** Cost of a pair that must not be assigned. */
export const FORBIDDEN: number = Number.POSITIVE_INFINITY;

/**
 * Assigns rows to columns, each at most once, at the least sum of costs, where a row that gets no column costs
 * `alone` (Hungarian method by shortest augmenting paths, O(rows² columns)).
 *
 * @param costs row-major; each 0 or more, or {@link FORBIDDEN}
 * @returns the column per row, -1 where it has none
 */
export function assign(
  costs: Float64Array,
  rowCount: number,
  columnCount: number,
  alone: number,
): Int32Array {
  const result = new Int32Array(rowCount).fill(-1);
  if (rowCount === 0 || columnCount === 0) return result;
  // Each row may take any of as many spare columns as there are rows, at the price of staying alone.
  const width = columnCount + rowCount;
  const never = 2 * rowCount * (alone + 1);
  const cost = (row: number, column: number): number =>
    column < columnCount ? Math.min(never, costs[row * columnCount + column]) : alone;
  const rowPotential = new Float64Array(rowCount + 1);
  const columnPotential = new Float64Array(width + 1);
  // Row of each column, counted from 1; column 0 holds the row that is being placed.
  const taken = new Int32Array(width + 1);
  const way = new Int32Array(width + 1);
  const slack = new Float64Array(width + 1);
  const done = new Uint8Array(width + 1);
  for (let row = 1; row <= rowCount; row++) {
    taken[0] = row;
    let column = 0;
    slack.fill(Number.POSITIVE_INFINITY);
    done.fill(0);
    do {
      done[column] = 1;
      const current = taken[column];
      let step = Number.POSITIVE_INFINITY;
      let next = 0;
      for (let other = 1; other <= width; other++) {
        if (done[other] === 1) continue;
        const reduced =
          cost(current - 1, other - 1) - rowPotential[current] - columnPotential[other];
        if (reduced < slack[other]) {
          slack[other] = reduced;
          way[other] = column;
        }
        if (slack[other] < step) {
          step = slack[other];
          next = other;
        }
      }
      for (let other = 0; other <= width; other++) {
        if (done[other] === 1) {
          rowPotential[taken[other]] += step;
          columnPotential[other] -= step;
        } else {
          slack[other] -= step;
        }
      }
      column = next;
    } while (taken[column] !== 0);
    do {
      const before = way[column];
      taken[column] = taken[before];
      column = before;
    } while (column !== 0);
  }
  for (let column = 1; column <= columnCount; column++) {
    const row = taken[column] - 1;
    if (row >= 0 && costs[row * columnCount + column - 1] < never) result[row] = column - 1;
  }
  return result;
}
