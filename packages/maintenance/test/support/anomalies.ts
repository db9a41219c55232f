/** Healthy machines with sensors that hang together, for tests of detectors. */

import { Random } from "@symbion/neural";
import type { SensorRows } from "../../src/index.ts";
import { normal } from "./fleets.ts";

/** Names of the columns of {@link healthyRows}. */
export const SENSORS: readonly string[] = ["heat", "load", "noise", "oil", "speed", "swing"];
const HIDDEN = 2;
const NOISE = 0.4;
/** What each sensor rises by with each of two hidden states. */
const LOADINGS: readonly (readonly number[])[] = [
  [1, 0.2],
  [0.9, -0.4],
  [0.3, 1],
  [-0.8, 0.5],
  [0.6, 0.6],
  [0.1, -1],
];

/** Rows of machines, one run each, whose hidden states change slowly. */
export function healthyRows(machines: number, rowsEach: number, seed: number): SensorRows {
  const random = new Random(seed);
  const rows = machines * rowsEach;
  const data = new Float32Array(rows * SENSORS.length);
  const state = new Float64Array(HIDDEN);
  for (let i = 0; i < rows; i++) {
    for (let h = 0; h < HIDDEN; h++) {
      const memory = i % rowsEach === 0 ? 0 : 0.8;
      state[h] = memory * at(state, h) + Math.sqrt(1 - memory ** 2) * normal(random);
    }
    LOADINGS.forEach((loading, c) => {
      const signal = loading.reduce((sum, weight, h) => sum + weight * at(state, h), 0);
      data[c * rows + i] = signal + NOISE * normal(random);
    });
  }
  const starts = Array.from({ length: machines + 1 }, (_, m) => m * rowsEach);
  return { rows, names: SENSORS, data, starts };
}

/** Values of all columns over the rows of a run, [rows, columns], oldest first. */
export function rowsOf(x: SensorRows, from: number, to: number): Float32Array {
  const out = new Float32Array((to - from) * x.names.length);
  for (let i = from; i < to; i++) {
    x.names.forEach((_, c) => {
      out[(i - from) * x.names.length + c] = at(x.data, c * x.rows + i);
    });
  }
  return out;
}

/** The table with values changed; NaN takes one away. */
export function changed(
  x: SensorRows,
  change: (value: number, row: number, column: number) => number,
): SensorRows {
  return {
    ...x,
    data: x.data.map((value, k) => change(value, k % x.rows, Math.floor(k / x.rows))),
  };
}

/** Runs of a table in another order. */
export function shuffled(x: SensorRows, order: readonly number[]): SensorRows {
  const starts = Array.from(x.starts ?? [0, x.rows]);
  const rows = order.flatMap((r) =>
    Array.from({ length: at(starts, r + 1) - at(starts, r) }, (_, i) => at(starts, r) + i),
  );
  const next = [0];
  for (const r of order) next.push((next.at(-1) as number) + at(starts, r + 1) - at(starts, r));
  const data = new Float32Array(x.data.length);
  for (let c = 0; c < x.names.length; c++) {
    rows.forEach((row, i) => {
      data[c * x.rows + i] = at(x.data, c * x.rows + row);
    });
  }
  return { ...x, data, starts: next };
}

/** The table with a column that never says anything. */
export function withSilent(x: SensorRows, name: string): SensorRows {
  const data = new Float32Array(x.data.length + x.rows).fill(Number.NaN);
  data.set(x.data);
  return { ...x, names: [...x.names, name], data };
}

/** An element that has to be there. */
export function at<T>(list: ArrayLike<T>, index: number): T {
  const found = list[index];
  if (found === undefined) throw new RangeError(`no element ${index} of ${list.length}`);
  return found;
}

/** Changes one byte somewhere. */
export function flip(bytes: Uint8Array, random: Random): void {
  const place = Math.floor(random.next() * bytes.length);
  bytes[place] = at(bytes, place) ^ (1 + Math.floor(random.next() * 255));
}
