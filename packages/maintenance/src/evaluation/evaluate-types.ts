/** What evaluations over C-MAPSS come to. */

import type { ForecastPath } from "@symbion/core";
import type { CmapssSet } from "./cmapss.ts";

/** Figures by convention: test lives above 125 cycles count as 125, or as they are. */
export type ByConvention = { readonly capped: number; readonly uncapped: number };

/** How good forecasts of the test engines are. */
export type CmapssResult = {
  /** Subset. */
  readonly set: CmapssSet;
  /** What was lost, as `parseMissing` reads it. */
  readonly missing: string;
  /** Root mean square error in cycles. */
  readonly rmse: ByConvention;
  /** Sum of the NASA score. */
  readonly score: ByConvention;
  /** Share of test engines whose life left, counted up to 125, lies in its 90 % interval. */
  readonly coverage90: number;
  /** Half of the mean width of these intervals, in cycles. */
  readonly halfWidth90: number;
  /** Time that fitting the models that answer took, leaving out what only calibrates them. */
  readonly fitSeconds: number;
  /** Test rows that are normalised, turned into features and forecast per second. */
  readonly rowsPerSecond: number;
  /** Way of forecasting that had the least error on train engines left out, with the same losses. */
  readonly path: ForecastPath;
};
