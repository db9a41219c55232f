/** What evaluations over C-MAPSS come to. */

import type { ForecastPath } from "@symbion/core";
import type { Fleet } from "../fleet.ts";
import { rulErrors } from "../metrics.ts";
import type { Intervals } from "../prognosis/intervals.ts";
import { CMAPSS_CAP, type CmapssSet } from "./cmapss.ts";

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

/** Errors and intervals of one forecast per test engine, at its last row. */
export function judged(
  test: Fleet,
  forecasts: readonly number[],
  intervals: Intervals,
): Pick<CmapssResult, "rmse" | "score" | "coverage90" | "halfWidth90"> {
  const truths = test.runs.map((run) => run.remaining as number);
  const capped = rulErrors(forecasts, truths, CMAPSS_CAP);
  const uncapped = rulErrors(forecasts, truths);
  let inside = 0;
  let width = 0;
  forecasts.forEach((forecast, i) => {
    const interval = intervals.at(forecast);
    if (interval === null) return;
    const truth = Math.min(CMAPSS_CAP, truths[i]);
    if (truth >= interval.low && truth <= interval.high) inside++;
    width += interval.high - interval.low;
  });
  return {
    rmse: { capped: capped.rmse, uncapped: uncapped.rmse },
    score: { capped: capped.score, uncapped: uncapped.score },
    coverage90: inside / truths.length,
    halfWidth90: width / truths.length / 2,
  };
}
