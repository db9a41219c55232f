/** Detectors of anomalies: one interface, whatever is inside. They learn from healthy rows only, and need no failure. */

import type { MachineCarrier } from "@symbion/core";
import type { Matrix } from "../boosting/types.ts";

/** Ways of telling what is unusual. */
export const DETECTOR_KINDS = ["principal", "forest", "autoencoder"] as const;

/** One of {@link DETECTOR_KINDS}. */
export type DetectorKind = (typeof DETECTOR_KINDS)[number];

/** Rows of machines, NaN where a value is missing. A table of features is one. */
export type SensorRows = Matrix & {
  /** For each column the sensor that it is made of, for carriers. Default: the column's own name. */
  readonly sensors?: readonly string[];
  /** First row of each machine's run, and the number of rows at the end. Default: one run. */
  readonly starts?: ArrayLike<number>;
};

/** How unusual something is. */
export type Unusual = {
  /** From 0; the more, the less usual. What counts as too much is a matter of calibration. */
  readonly score: number;
  /** Sensors that make it so, strongest first: their shares of the score. */
  readonly carriers: readonly MachineCarrier[];
};

/**
 * Knows what is usual. A missing value is no anomaly: scores rest on what is there, and are comparable whatever is missing.
 */
export interface AnomalyDetector {
  /** What is inside. */
  readonly kind: DetectorKind;
  /** Columns, in the order in which rows give their values. */
  readonly names: readonly string[];
  /** Rows that it looks at, the newest last. */
  readonly window: number;
  /**
   * Judges one moment.
   *
   * @param rows [window, names], oldest row first; NaN where missing.
   * @returns Null where nothing is known.
   * @throws DetectionError for another number of values.
   */
  score(rows: Float32Array): Unusual | null;
  /**
   * Scores of all rows of a table, without carriers: NaN where nothing is known, and in a run's first rows until there is a
   * whole window. Columns are found by name.
   *
   * @throws DetectionError where a column is not there.
   */
  scores(table: SensorRows): Float64Array;
  /** All of it in bytes. */
  encode(): Uint8Array<ArrayBuffer>;
}
