/** Tables of machines' lives: what every stage from data manipulation on works with. */

import { SENSOR_STATES, type SensorState } from "@symbion/core";

/** One column of a machine's rows. */
export type Channel = {
  /** Unique within the fleet. */
  readonly name: string;
  /** Unit symbol; empty where it has none. */
  readonly unit: string;
  /** Whether it measures the machine, or tells how it is being operated. */
  readonly role: "sensor" | "setting";
  /** Least value that the sensor can measure; null: not known. */
  readonly least: number | null;
  /** Greatest value that the sensor can measure; null: not known. */
  readonly most: number | null;
};

/** One machine's rows, in order of time. */
export type Run = {
  /** Id of the machine. */
  readonly machine: string;
  /** Number of rows. */
  readonly rows: number;
  /** Time in service at each row, in the fleet's life unit; strictly increasing. */
  readonly age: Float64Array;
  /** [rows, channels]; NaN exactly where {@link Run.states} is not 0. */
  readonly values: Float32Array;
  /** [rows, channels]: index into `SENSOR_STATES`; 0 is good. */
  readonly states: Uint8Array;
  /** Life left at the last row: 0 where it failed there, null where nobody knows. */
  readonly remaining: number | null;
};

/** Machines of one kind. */
export type Fleet = {
  /** Columns of every run. */
  readonly channels: readonly Channel[];
  /** What ages and lives are counted in: `cycle`, `h`, `d`. */
  readonly lifeUnit: string;
  /** One run per machine. */
  readonly runs: readonly Run[];
};

/** Index into `SENSOR_STATES` of a state, as {@link Run.states} holds it. */
export const STATE_CODE: Readonly<Record<SensorState, number>> = Object.fromEntries(
  SENSOR_STATES.map((state, code) => [state, code]),
) as Record<SensorState, number>;

/** Life left at every row of a run in the life unit, at most `cap`; null where nobody knows. */
export function lifeLeft(run: Run, cap: number = Number.POSITIVE_INFINITY): Float64Array | null {
  if (run.remaining === null) return null;
  const left = new Float64Array(run.rows);
  const end = (run.age[run.rows - 1] ?? 0) + run.remaining;
  for (let i = 0; i < run.rows; i++) left[i] = Math.min(cap, end - (run.age[i] as number));
  return left;
}

/** Rows `from` to `to` (exclusive) of a run, sharing its memory; life left is that of its new last row. */
export function sliceRun(run: Run, from: number, to: number, channels: number): Run {
  const cut = run.remaining === null ? 0 : (run.age[run.rows - 1] ?? 0) - (run.age[to - 1] ?? 0);
  return {
    machine: run.machine,
    rows: to - from,
    age: run.age.subarray(from, to),
    values: run.values.subarray(from * channels, to * channels),
    states: run.states.subarray(from * channels, to * channels),
    remaining: run.remaining === null ? null : run.remaining + cut,
  };
}
