/**
 * Makes `src/cues/arousal-weights.ts`:
 *
 *     node --conditions=source packages/companion/oracle/arousal-train.ts FOLDER
 *
 * FOLDER holds Stress-Predict as its authors publish it, with `labels_S02-S24.csv`. The configuration is chosen over
 * groups of subjects that are held out, the weights are then fitted to all of them. Prints the leave-one-subject-out
 * figures, in which the choice is made anew without each subject.
 */

import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import {
  areaUnderCurve,
  balancedAccuracy,
  bootstrap,
  CONFIGURATIONS,
  choose,
  fitAll,
  leaveOneOut,
  nearestNeighbours,
  readRecordings,
  type Signals,
  Windows,
} from "../src/node/cues/arousal-loso.ts";

const folder = process.argv[2];
if (folder === undefined) {
  process.stderr.write("expected the folder of Stress-Predict\n");
  process.exit(2);
}
const windows = new Windows(readRecordings(folder));
const everyone = windows.of(0).map((_, i) => i);
const best = choose(windows, everyone);
const weights = fitAll(windows.of(best.halfLife), best.penalty);
const list = (signals: Signals): string =>
  weights[signals].map((value) => value.toFixed(4)).join(", ");
writeFileSync(
  resolve(import.meta.dirname, "../src/cues/arousal-weights.ts"),
  `/**
 * Weights of the arousal estimate. Written by \`oracle/arousal-train.ts\` from Stress-Predict, subjects S02 to S24 (Iqbal
 * et al., MIT licence: github.com/italha-d/Stress-Predict-Dataset); change that, not this.
 */

/** Logistic regression over features that are relative to the person's own past; the last weight is the intercept. */
export type ArousalWeights = {
  /** Windows after which one counts half in the baseline; infinity where all count alike. */
  readonly halfLife: number;
  /** Share of the newest window in the smoothed log-odds; 1 where nothing is smoothed. */
  readonly newest: number;
  /** For heart rate alone: level, spread, slope, intercept. */
  readonly heart: readonly number[];
  /** For skin alone: level, spread, slope, responses, their size, intercept. */
  readonly skin: readonly number[];
  /** For both: heart's, then skin's, intercept. */
  readonly both: readonly number[];
};

/** Fitted to all ${everyone.length} subjects. */
export const AROUSAL_WEIGHTS: ArousalWeights = {
  halfLife: ${best.halfLife === Number.POSITIVE_INFINITY ? "Number.POSITIVE_INFINITY" : best.halfLife},
  newest: ${best.newest},
  heart: [${list("heart")}],
  skin: [${list("skin")}],
  both: [${list("both")}],
};
`,
);
process.stdout.write(`chosen of ${CONFIGURATIONS.length}: ${JSON.stringify(best)}\n`);
for (const signals of ["both", "skin", "heart"] as const) {
  const { scored, unknown, chosen } = leaveOneOut(windows, signals);
  const ba = bootstrap(scored, balancedAccuracy, 1000);
  const area = bootstrap(scored, areaUnderCurve, 1000);
  const show = (value: number): string => value.toFixed(3);
  process.stdout.write(
    `${signals}: balanced accuracy ${show(balancedAccuracy(scored))} (${ba.map(show).join(" to ")}), ` +
      `AUC ${show(areaUnderCurve(scored))} (${area.map(show).join(" to ")}), ` +
      `${scored.length} minutes, ${unknown} without an answer; ${JSON.stringify([...chosen])}\n`,
  );
}
process.stdout.write(`${JSON.stringify(nearestNeighbours(windows.of(best.halfLife)))}\n`);
