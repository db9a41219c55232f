/** Preparing healthy rows, so that what is learned depends neither on the order of machines nor on units. */

import { wrong } from "./errors.ts";
import type { SensorRows } from "./types.ts";

/** What there is to learn from. */
export type Prepared = {
  /** Columns of the table that move, in the order of their names. */
  readonly columns: readonly number[];
  /** Rows with a value in any of these, in an order that follows from the values' ranks alone. */
  readonly order: Uint32Array;
  /** Mean of each of the columns. */
  readonly mean: Float64Array;
  /** Standard deviation of each, above 0. */
  readonly sd: Float64Array;
};

/** @throws DetectionError for a table that is none, infinite values, and one in which nothing moves. */
export function prepare(x: SensorRows): Prepared {
  checkTable(x);
  const { rows, names, data } = x;
  const moving = names.flatMap((_, c) => {
    const column = data.subarray(c * rows, (c + 1) * rows);
    const first = column.find((value) => !Number.isNaN(value));
    return column.some((value) => !Number.isNaN(value) && value !== first) ? [c] : [];
  });
  if (moving.length === 0) throw wrong("healthy rows in which a sensor moves", rows, "rows");
  const columns = moving.sort((a, b) => (names[a] < names[b] ? -1 : 1));
  const order = canonicalOrder(x, columns);
  const mean = new Float64Array(columns.length);
  const sd = new Float64Array(columns.length);
  columns.forEach((c, k) => {
    let [count, sum, squares] = [0, 0, 0];
    for (const i of order) {
      const value = data[c * rows + i];
      if (Number.isNaN(value)) continue;
      count++;
      sum += value;
    }
    mean[k] = sum / count;
    for (const i of order) {
      const value = data[c * rows + i];
      if (!Number.isNaN(value)) squares += (value - mean[k]) ** 2;
    }
    sd[k] = Math.sqrt(squares / count);
  });
  return { columns, order, mean, sd };
}

/** @throws DetectionError where names, sensors, starts and values do not fit together, or a value is infinite. */
export function checkTable({ rows, names, data, sensors, starts }: SensorRows): void {
  if (data.length !== rows * names.length) {
    throw wrong(`${rows * names.length} values`, data.length, "table");
  }
  if (new Set(names).size < names.length) throw wrong("each column once", names, "table");
  if (sensors !== undefined && sensors.length !== names.length) {
    throw wrong(`sensors of ${names.length} columns`, sensors.length, "table");
  }
  if (starts !== undefined) {
    const list = Array.from(starts);
    const rising = list.every(
      (start, r) => Number.isInteger(start) && (r === 0 || start >= list[r - 1]),
    );
    if (!rising || list[0] !== 0 || list.at(-1) !== rows) {
      throw wrong(`starts that rise from 0 to ${rows}`, list, "table");
    }
  }
  for (let i = 0; i < data.length; i++) {
    if (data[i] - data[i] !== 0 && !Number.isNaN(data[i])) {
      throw wrong(
        "finite values or NaN",
        data[i],
        `row ${i % rows} of "${names[Math.floor(i / rows)]}"`,
      );
    }
  }
}

/** Place in `table` of each named column. @throws DetectionError where one is not there. */
export function placesOf(table: SensorRows, names: readonly string[]): number[] {
  checkTable(table);
  return names.map((name) => {
    const place = table.names.indexOf(name);
    if (place < 0) throw wrong(`a column "${name}"`, table.names, "table");
    return place;
  });
}

/** First rows of runs, and the number of rows. */
export function startsOf({ rows, starts }: SensorRows): readonly number[] {
  return starts === undefined ? [0, rows] : Array.from(starts);
}

/** Rows ordered by a hash of the ranks of their values: the same whatever order or units they came in. */
function canonicalOrder({ rows, data }: SensorRows, columns: readonly number[]): Uint32Array {
  const high = new Uint32Array(rows).fill(0x9e3779b9);
  const low = new Uint32Array(rows).fill(0x85ebca6b);
  const known = new Uint8Array(rows);
  for (const c of columns) {
    const column = data.subarray(c * rows, (c + 1) * rows);
    const sorted = column.filter((value) => !Number.isNaN(value)).sort();
    for (let i = 0; i < rows; i++) {
      const missing = Number.isNaN(column[i]);
      const rank = missing ? -1 : lowerBound(sorted, column[i]);
      if (!missing) known[i] = 1;
      high[i] = mix(high[i] ^ rank);
      low[i] = mix(Math.imul(low[i], 5) + rank);
    }
  }
  const order = Uint32Array.from({ length: rows }, (_, i) => i).filter((i) => known[i] === 1);
  return order.sort((a, b) => high[a] - high[b] || low[a] - low[b] || a - b);
}

function lowerBound(sorted: Float32Array, value: number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (sorted[middle] < value) from = middle + 1;
    else to = middle;
  }
  return from;
}

function mix(value: number): number {
  let z = value ^ (value >>> 16);
  z = Math.imul(z, 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}
