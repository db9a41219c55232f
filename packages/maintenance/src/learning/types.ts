/** How a kind of machine is monitored and learned: the interface between this package and the node around it. */

import type {
  MachineCurve,
  MachineKind,
  MachineSample,
  MachineStatus,
  ModelVersion,
  VersionReason,
} from "@symbion/core";
import type { Channel, Fleet } from "../fleet.ts";

/** A sensor as a machine's owner declares it. */
export type SensorDeclaration = Channel & {
  /** Longest pause between two values before it is stale, milliseconds; null: it may be as slow as it likes. */
  readonly staleAfterMs: number | null;
  /** Rows with exactly the same value before it is stuck; null: it may stay the same for ever. */
  readonly stuckAfterRows: number | null;
};

/** Everything that is declared of a kind of machine. */
export type KindDeclaration = {
  /** Unique. */
  readonly id: string;
  /** What lives are counted in. */
  readonly lifeUnit: string;
  /** Time in service that one row stands for, in the life unit. */
  readonly lifePerRow: number;
  /** Milliseconds that one row stands for: samples are fused into rows of this length. */
  readonly rowMs: number;
  /** Sensors and settings. */
  readonly sensors: readonly SensorDeclaration[];
  /** Longest life that models tell apart, in the life unit (C-MAPSS: 125). */
  readonly cap: number;
  /** Horizon within which failures are warned of, in the life unit. */
  readonly horizon: number;
  /** False-alarm rate that anomaly thresholds are calibrated to, per row of a healthy machine. */
  readonly falseAlarmRate: number;
};

/** Work for the learner, to be done elsewhere: plain data that can be posted to a worker. */
export type LearningJob = {
  /** What it is for. */
  readonly kind: KindDeclaration;
  /** Whole lives, and running ones for the unlabelled parts. */
  readonly fleet: Fleet;
  /** State of the version that it follows, or null. */
  readonly parent: Uint8Array | null;
  /** Why it is done. */
  readonly reason: VersionReason;
  /** Machine whose failure or drift brought it about, or null. */
  readonly cause: string | null;
  /** Time that it may take, milliseconds of one core. */
  readonly budgetMs: number;
};

/** What a job has made: a version and everything that it needs, as plain data. */
export type LearnedVersion = {
  /** What is told of it. */
  readonly version: ModelVersion;
  /** Its models, normaliser and calibration, encoded. */
  readonly state: Uint8Array;
};

/** Machines of one kind in operation. Nothing foreign makes it throw; what is wrong is recorded and shown. */
export interface KindMonitor {
  /** Takes one value. Unknown machines are welcome, unknown sensors are counted and ignored. */
  take(sample: MachineSample): void;
  /** Closes the rows that are over at `now` and returns the machines whose status has changed. */
  advance(now: number): MachineStatus[];
  /** Ends a life: the label that learning waits for. A machine that goes on afterwards begins a new life. */
  end(machine: string, at: number, how: "failed" | "serviced"): void;
  /** Status of all machines. */
  machines(): MachineStatus[];
  /** A machine's past, at most `points` of it; null for a machine never seen. */
  curve(machine: string, points: number): MachineCurve | null;
  /** What the kind has learned. */
  kind(): MachineKind;
  /** Work that is due, or null. The monitor waits for {@link KindMonitor.install} or {@link KindMonitor.abandon} before the next. */
  due(): LearningJob | null;
  /** Puts a version beside the ones there are; it answers as soon as its sliding error is the least. */
  install(learned: LearnedVersion): ModelVersion;
  /** Gives a job up, with the reason for people. */
  abandon(reason: string): void;
  /** Makes an earlier version answer again; null if there is none of that id. */
  rollback(version: string): ModelVersion | null;
  /** Everything, to go on from after a restart. */
  save(): Uint8Array;
}
