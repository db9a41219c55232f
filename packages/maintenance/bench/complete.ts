/** Forecasts from complete data, over C-MAPSS: both conventions, since figures of one are not to be held against the other. */

import { openNodeExecutor } from "@symbion/neural/node";
import {
  atMost,
  plain,
  type Row,
  type RunOptions,
  sharedData,
  within,
} from "../../../bench/rows.ts";
import { type CmapssSet, evaluateCmapss, evaluateTrees } from "../src/index.ts";
import { readCmapss } from "../src/node/index.ts";

/** Figures of one subset: the anchor, and the goal for it. */
type Goal = readonly [anchor: number, goal: number];

const SETS: readonly {
  readonly set: CmapssSet;
  /** Convention of anchor and goal. */
  readonly convention: "capped" | "uncapped";
  readonly rmse: Goal;
  readonly score: Goal;
}[] = [
  { set: "FD001", convention: "uncapped", rmse: [11.74, 11.3], score: [208, 190] },
  { set: "FD002", convention: "capped", rmse: [11.24, 11], score: [595, 570] },
];

/** Errors of both subsets, beside boosting as it was measured before (scikit-learn, 85 features). */
export async function* completeRows(options: RunOptions): AsyncGenerator<Row, void, void> {
  const folder = sharedData("maintenance/cmapss", options);
  if (folder === null) return;
  for (const { set, convention, rmse, score } of SETS) {
    if (options.quick && set !== "FD001") continue;
    options.note(`${set}: learning from the train engines`);
    const { train, test } = await readCmapss(folder, set);
    const executor = await openNodeExecutor();
    const result = await evaluateCmapss(set, train, test, { executor });
    await executor.dispose();
    for (const one of ["uncapped", "capped"] as const) {
      const name = `${set} RMSE, ${one}`;
      const named = `${set} NASA score, ${one}`;
      yield one === convention
        ? atMost(name, result.rmse[one], "cycles", rmse[1], rmse[0])
        : plain(name, result.rmse[one], "cycles");
      yield one === convention
        ? atMost(named, result.score[one], "", score[1], score[0])
        : plain(named, result.score[one], "");
    }
    yield within(`${set} coverage of 90 % intervals`, 100 * result.coverage90, "%", 88, 92);
    yield plain(`${set} half-width of 90 % intervals`, result.halfWidth90, "cycles");
    const trees = await evaluateTrees(set, train, test);
    yield plain(`${set} RMSE of trees alone, uncapped`, trees.rmse.uncapped, "cycles");
    yield plain(`${set} RMSE of trees alone, capped`, trees.rmse.capped, "cycles");
    yield plain(`${set} fit`, result.fitSeconds, "s");
    yield plain(`${set} normalise, features and forecast`, result.rowsPerSecond, "rows/s");
  }
}
