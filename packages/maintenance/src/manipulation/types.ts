/** What data manipulation hands on: rows normalised by operating regime, and features over the past of each row. */

import type { Matrix } from "../boosting/types.ts";
import type { Run } from "../fleet.ts";
import type { Indicators } from "./indicators.ts";

/** A run in units of what is usual in its operating regime. */
export type NormalisedRun = {
  /** What was normalised. */
  readonly run: Run;
  /** Names of the columns of `z`: sensors that tell something, in the order of the channels. */
  readonly sensors: readonly string[];
  /** [rows, sensors] in standard deviations of the regime; NaN where missing or where the regime has no statistics. */
  readonly z: Float32Array;
  /** Regime of each row, counted from 0; 255 where the settings are missing, 254 where none were like them. */
  readonly regimes: Uint8Array;
  /** 1 where the regime's statistics are of its own, 0 where they were borrowed from other regimes or there are none. */
  readonly own: Uint8Array;
};

/** Which features are made of each sensor. All are causal and skip missing values. */
export type FeatureSpec = {
  /** Lengths in rows of the windows whose means are taken, ascending. */
  readonly windows: readonly number[];
  /** Rows at the beginning of a life whose mean is the machine's own baseline. */
  readonly baseline: number;
  /** Whether the time in service is a feature. */
  readonly age: boolean;
  /** Lengths in rows of the windows whose slopes are taken. Default: none. */
  readonly slopes?: readonly number[];
  /** Condition indicators that features are made of, in place of single sensors. */
  readonly indicators?: Indicators;
};

/** Features of the rows of a fleet, with whose rows they are. */
export type FeatureTable = Matrix & {
  /** First row of each run; one more than runs, the last is the number of rows. */
  readonly starts: Uint32Array;
  /** For each column the sensor that it is made of (`indicator1` for the first indicator); `age` for the time in service. */
  readonly sensors: readonly string[];
};
