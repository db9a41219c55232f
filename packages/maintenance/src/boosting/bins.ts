/** Cuts columns into bins of about equally many rows, and writes which bin each value is in. */

import type { Matrix } from "./types.ts";

/** A table in bins. Columns that tell nothing (one bin, nothing missing) are left out. */
export type BinnedTable = {
  /** Number of rows. */
  readonly rows: number;
  /** Columns of the table that are there, ascending. */
  readonly columns: Int32Array;
  /** Per column greatest values of its bins, ascending, without that of the last; a value is in the first bin whose cut it does not exceed. */
  readonly cuts: readonly Float32Array[];
  /** Per column number of bins of values; the bin after them holds what is missing. */
  readonly bins: Int32Array;
  /** [columns, rows]: bin of each value. */
  readonly codes: Uint8Array;
  /** Per column place of its first bin in a histogram. */
  readonly starts: Int32Array;
  /** Places of a histogram of all columns. */
  readonly places: number;
  /** The same rows again, as histograms are counted: by row, with places instead of bins. */
  readonly groups: readonly ColumnGroup[];
};

/** Columns whose places fit 16 bits together. */
export type ColumnGroup = {
  /** First place of the group in a histogram; its places are counted from here. */
  readonly start: number;
  /** Number of its places; the last one is counted into by padding and means nothing. */
  readonly places: number;
  /** Places of a row, padded to a multiple of {@link UNROLLED}. */
  readonly stride: number;
  /** [rows, stride]: place of each value's bin. */
  readonly slots: Uint16Array;
};

/** Places that are counted into in one turn of a loop. */
export const UNROLLED = 8;
const MOST_PLACES = 2 ** 16;

/** Bins of `x` with cuts from `rows` alone, at most `most` bins of values a column. */
export function binTable(x: Matrix, rows: Int32Array, most: number): BinnedTable {
  const sorter = new KeySorter(rows.length);
  const columns: number[] = [];
  const cuts: Float32Array[] = [];
  for (let column = 0; column < x.names.length; column++) {
    const values = sorter.sorted(x.data.subarray(column * x.rows, (column + 1) * x.rows), rows);
    const cut = cutsOf(values, most);
    if (values.length === 0 || (cut.length === 0 && values.length === rows.length)) continue;
    columns.push(column);
    cuts.push(cut);
  }
  const codes = new Uint8Array(x.rows * columns.length);
  for (let k = 0; k < columns.length; k++) {
    const from = columns[k] * x.rows;
    const to = codes.subarray(k * x.rows, (k + 1) * x.rows);
    encodeColumn(x.data.subarray(from, from + x.rows), cuts[k], to);
  }
  const starts = new Int32Array(columns.length);
  const groups: ColumnGroup[] = [];
  let places = 0;
  for (let from = 0; from < columns.length; ) {
    const start = places;
    let to = from;
    // Room for the bins of one more column, for what is missing in it, and for padding.
    while (to < columns.length && places + cuts[to].length + 3 <= start + MOST_PLACES) {
      starts[to] = places;
      places += cuts[to].length + 2;
      to++;
    }
    places++;
    groups.push(groupOf(codes, starts, x.rows, { from, to, start, places: places - start }));
    from = to;
  }
  const bins = Int32Array.from(cuts, (cut) => cut.length + 1);
  return {
    rows: x.rows,
    columns: Int32Array.from(columns),
    cuts,
    bins,
    codes,
    starts,
    places,
    groups,
  };
}

function groupOf(
  codes: Uint8Array,
  starts: Int32Array,
  rows: number,
  group: {
    readonly from: number;
    readonly to: number;
    readonly start: number;
    readonly places: number;
  },
): ColumnGroup {
  const { from, to, start, places } = group;
  const stride = Math.ceil((to - from) / UNROLLED) * UNROLLED;
  const slots = new Uint16Array(rows * stride).fill(places - 1);
  for (let c = from; c < to; c++) {
    const first = starts[c] - start;
    const column = c * rows;
    for (let i = 0, at = c - from; i < rows; i++, at += stride)
      slots[at] = first + codes[column + i];
  }
  return { start, places, stride, slots };
}

/** Cuts between the bins of ascending values. */
function cutsOf(values: Float32Array, most: number): Float32Array {
  const cuts: number[] = [];
  let distinct = 1;
  for (let i = 1; i < values.length; i++) if (values[i] !== values[i - 1]) distinct++;
  let left = Math.min(most, distinct);
  let begun = 0;
  for (let i = 1; i < values.length && left > 1; i++) {
    if (values[i] === values[i - 1]) continue;
    // Each value has a bin of its own where they suffice; else a bin is full with its share of what is left.
    if (distinct > most && (i - begun) * left < values.length - begun) continue;
    cuts.push(between(values[i - 1] as number, values[i] as number));
    begun = i;
    left--;
  }
  return Float32Array.from(cuts);
}

/** The number half-way between two, rounded so that it is at least the lower one and below the upper one. */
function between(lower: number, upper: number): number {
  const middle = Math.fround(lower + (upper - lower) / 2);
  return middle < upper ? middle : lower;
}

function encodeColumn(data: Float32Array, cuts: Float32Array, codes: Uint8Array): void {
  const missing = cuts.length + 1;
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (Number.isNaN(value)) {
      codes[i] = missing;
      continue;
    }
    let low = 0;
    let high = cuts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value <= cuts[middle]) high = middle;
      else low = middle + 1;
    }
    codes[i] = low;
  }
}

const RADIX_BITS = 11;
const RADIX = 1 << RADIX_BITS;

/** Sorts numbers by their bits, in place of comparing them. */
class KeySorter {
  readonly #numbers: Float32Array;
  #keys: Uint32Array;
  #spare: Uint32Array;
  readonly #counts = new Uint32Array(RADIX);

  constructor(most: number) {
    this.#keys = new Uint32Array(most);
    this.#spare = new Uint32Array(most);
    this.#numbers = new Float32Array(most);
  }

  /** Values of `data` at `rows` that are not missing, ascending; overwritten by the next call. */
  sorted(data: Float32Array, rows: Int32Array): Float32Array {
    const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
    let keys = this.#keys;
    let count = 0;
    for (let k = 0; k < rows.length; k++) {
      const i = rows[k];
      if (Number.isNaN(data[i])) continue;
      const b = bits[i];
      // Orders as the numbers do: negative ones reversed, below all positive ones; -0 counts as 0.
      keys[count++] = b === 0x80000000 ? b : b >>> 31 === 1 ? ~b : b | 0x80000000;
    }
    let spare = this.#spare;
    for (let shift = 0; shift < 32; shift += RADIX_BITS) {
      this.#pass(keys, spare, count, shift);
      [keys, spare] = [spare, keys];
    }
    [this.#keys, this.#spare] = [keys, spare];
    const out = new Uint32Array(this.#numbers.buffer);
    for (let i = 0; i < count; i++) {
      const key = keys[i];
      out[i] = key >>> 31 === 1 ? key & 0x7fffffff : ~key;
    }
    return this.#numbers.subarray(0, count);
  }

  #pass(keys: Uint32Array, to: Uint32Array, count: number, shift: number): void {
    const counts = this.#counts.fill(0);
    for (let i = 0; i < count; i++) counts[(keys[i] >>> shift) & (RADIX - 1)]++;
    let sum = 0;
    for (let i = 0; i < RADIX; i++) {
      const here = counts[i];
      counts[i] = sum;
      sum += here;
    }
    for (let i = 0; i < count; i++) {
      const key = keys[i];
      to[counts[(key >>> shift) & (RADIX - 1)]++] = key;
    }
  }
}
