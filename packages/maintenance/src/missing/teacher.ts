/** The teacher: trees that see each window complete, and are asked only about lives that they have not learned from. */

import { fitBoosting } from "../boosting/fit.ts";
import type { Matrix } from "../boosting/types.ts";
import { features, REFERENCE_FEATURES } from "../manipulation/features.ts";
import type { NormalisedRun } from "../manipulation/types.ts";

const FOLDS = 5;

/**
 * What a teacher says of each row of each life, from complete data of the other folds' lives.
 *
 * @returns One list per run.
 */
export function teach(runs: readonly NormalisedRun[], cap: number): Float64Array[] {
  const table = features(runs, REFERENCE_FEATURES);
  const { rows, starts } = table;
  const left = new Float64Array(rows);
  runs.forEach(({ run }, r) => {
    const end = run.age[run.rows - 1] + (run.remaining ?? 0);
    for (let i = 0; i < run.rows; i++) left[starts[r] + i] = Math.min(cap, end - run.age[i]);
  });
  const said = runs.map(({ run }) => new Float64Array(run.rows));
  const folds = Math.min(FOLDS, runs.length);
  for (let fold = 0; fold < folds && folds > 1; fold++) {
    const weights = new Float64Array(rows);
    for (let r = 0; r < runs.length; r++) {
      if (r % folds !== fold) weights.fill(1, starts[r], starts[r + 1]);
    }
    const trees = fitBoosting(table, left, { trees: 200, bins: 64 }, weights);
    for (let r = fold; r < runs.length; r += folds) {
      const part = partOf(table, starts[r], starts[r + 1]);
      said[r].set(trees.predict(part).map((value) => Math.min(cap, Math.max(0, value))));
    }
  }
  return said;
}

function partOf(table: Matrix, from: number, to: number): Matrix {
  const rows = to - from;
  const data = new Float32Array(rows * table.names.length);
  for (let c = 0; c < table.names.length; c++) {
    data.set(table.data.subarray(c * table.rows + from, c * table.rows + to), c * rows);
  }
  return { rows, names: table.names, data };
}
