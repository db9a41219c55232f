/** Does the learner's work: from lives to a version. */

import type { ModelVersion } from "@symbion/core";
import type { Fleet } from "../fleet.ts";
import { MissingSensors } from "../missing/missing-sensors.ts";
import { rootMeanSquare } from "./errors.ts";
import { fitKind, KIND_BOOSTING } from "./fit-kind.ts";
import { KindModel } from "./kind-model.ts";
import type { LearnedVersion, LearningJob } from "./types.ts";

/** Lives after which one counts half, where the newest ones are to be followed. */
const HALF_LIFE = 10;
/** Share of the budget after which silent sensors are not prepared for. */
const MISSING_UNTIL = 0.6;
/** Lives that are needed for it, copies of each that lose values, and rows learned from in all. */
const MISSING_LIVES = 6;
const MISSING_COPIES = 6;
const MISSING_ROWS = 16_000;
/** Rows of a life below which leaves of trees may be smaller: few rows tell little otherwise. */
const LEAST_ROWS_SHARE = 0.004;

/**
 * Learns a version.
 *
 * @param progress Told what is being done, for people.
 * @throws UsageError if there is nothing to learn from.
 */
export async function runLearningJob(
  job: LearningJob,
  progress?: (text: string) => void,
): Promise<LearnedVersion> {
  const begun = performance.now();
  const { kind, fleet } = job;
  const ended = fleet.runs.filter((run) => run.remaining !== null);
  const rows = fleet.runs.reduce((sum, run) => sum + run.rows, 0);
  const newest = fleet.runs.length - 1;
  const fitted = fitKind(fleet, {
    cap: kind.cap,
    within: kind.horizon,
    falseAlarmRate: kind.falseAlarmRate,
    budgetMs: job.budgetMs,
    boosting: {
      ...KIND_BOOSTING,
      leastRows: Math.max(5, Math.min(40, Math.round(rows * LEAST_ROWS_SHARE))),
    },
    // What has changed is learned from what is new; everything else from everything.
    ...(job.reason === "drift"
      ? { weightOf: (run: number) => 0.05 + 0.95 * 0.5 ** ((newest - run) / HALF_LIFE) }
      : {}),
    ...(progress === undefined
      ? {}
      : {
          progress: (what: string, share: number) =>
            progress(`${what}, ${Math.round(100 * share)} %`),
        }),
  });
  const spent = (performance.now() - begun) / job.budgetMs;
  progress?.("preparing for silent sensors");
  const model = spent < MISSING_UNTIL ? await withMissing(fitted, fleet) : fitted;
  const at = Date.now();
  const version: ModelVersion = {
    id: `v${at.toString(36).padStart(9, "0")}`,
    kind: kind.id,
    at,
    parent: null,
    reason: job.reason,
    machines: ended.map((run) => run.machine),
    rows,
    sensors: [...model.parts.normaliser.sensors],
    normaliser: model.parts.normaliser.version,
    error: rootMeanSquare(model.parts.errors),
    tookMs: performance.now() - begun,
    role: "challenger",
    text: textOf(job, model),
  };
  return { version, state: model.encode() };
}

/** A version that can also forecast while sensors are silent, where there are lives enough to learn it from. */
async function withMissing(model: KindModel, fleet: Fleet): Promise<KindModel> {
  const { normaliser, cap } = model.parts;
  const ended = fleet.runs.filter((run) => run.remaining !== null);
  if (ended.length < MISSING_LIVES || normaliser.sensors.length < 2) return model;
  const rows = ended.reduce((sum, run) => sum + run.rows, 0);
  const missing = await MissingSensors.fit(
    ended.map((run) => normaliser.apply(run)),
    {
      ...{ cap, folds: 2, copies: MISSING_COPIES, donors: 1500 },
      step: Math.max(3, Math.ceil((rows * MISSING_COPIES) / MISSING_ROWS)),
    },
  );
  return new KindModel({ ...model.parts, missing });
}

function textOf({ kind, fleet, reason, cause }: LearningJob, model: KindModel): string {
  const ended = fleet.runs.filter((run) => run.remaining !== null);
  if (ended.length === 0) {
    const machines = fleet.runs.length === 1 ? "1 machine" : `${fleet.runs.length} machines`;
    return `learned what is usual from ${machines} that run`;
  }
  const life = [...ended].reverse().find((run) => run.machine === cause);
  const lives = ended.length === 1 ? "1 life" : `${ended.length} lives`;
  const regimes = model.parts.normaliser.regimes.length;
  const conditions = regimes > 1 ? ` under ${regimes} operating conditions` : "";
  if (reason === "drift") return `followed a change, from ${lives}${conditions}`;
  if (life === undefined) return `learned from ${lives}${conditions}`;
  const age = Math.round(life.age[life.rows - 1]);
  return `learned from ${life.machine}, which failed after ${age} ${kind.lifeUnit}; knows ${lives}${conditions}`;
}
