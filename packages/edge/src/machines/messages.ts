/** What the node and its threads for machines say to each other. */

import type {
  MachineCurve,
  MachineKind,
  MachineSample,
  MachineStatus,
  ModelVersion,
} from "@symbion/core";
import type { KindDeclaration, LearnedVersion, LearningJob } from "@symbion/maintenance";

/** The end of a life, on its way to a monitor. */
export type LifeEnding = {
  readonly machine: string;
  readonly at: number;
  readonly how: "failed" | "serviced";
};

/** What happened in one row of the past. */
export type PastRow = {
  readonly now: number;
  readonly samples: readonly MachineSample[];
  readonly endings: readonly LifeEnding[];
};

/** From the node to the monitors' thread. */
export type ToMonitors =
  /**
   * These kinds from now on. `held`: those whose time stands still until the last `past`; `folder`: where states are kept,
   * or null.
   */
  | {
      readonly type: "configure";
      readonly kinds: readonly KindDeclaration[];
      readonly held: readonly string[];
      readonly folder: string | null;
    }
  /** Values and ends of lives of one kind, in the order in which they happened. */
  | {
      readonly type: "take";
      readonly kind: string;
      readonly samples: readonly MachineSample[];
      readonly endings: readonly LifeEnding[];
    }
  /** The same of the past: time goes on with each row, and what changes is told at the end. */
  | {
      readonly type: "past";
      readonly kind: string;
      readonly rows: readonly PastRow[];
      readonly last: boolean;
    }
  /** Time goes on for all kinds, and what is due may be learned. Answered with `advanced`. */
  | { readonly type: "advance"; readonly now: number }
  | {
      readonly type: "curve";
      readonly request: number;
      readonly kind: string;
      readonly machine: string;
      readonly points: number;
    }
  | { readonly type: "learned"; readonly kind: string; readonly learned: LearnedVersion }
  | { readonly type: "abandon"; readonly kind: string; readonly reason: string }
  | {
      readonly type: "rollback";
      readonly request: number;
      readonly kind: string;
      readonly version: string;
    }
  /** Write every state that has changed to its file. */
  | { readonly type: "save"; readonly request: number }
  /** Save and end. */
  | { readonly type: "stop" };

/** From the monitors' thread to the node. */
export type FromMonitors =
  /** A kind is there: its machines as they were left, if they were. */
  | {
      readonly type: "ready";
      readonly kind: MachineKind;
      readonly machines: readonly MachineStatus[];
      readonly restored: boolean;
    }
  /** The last `advance` is done; what came since the one before it took so long, in milliseconds. */
  | { readonly type: "advanced"; readonly busyMs: number }
  /** What has changed. */
  | {
      readonly type: "machines";
      readonly kind: string;
      readonly machines: readonly MachineStatus[];
    }
  | { readonly type: "kind"; readonly kind: MachineKind }
  /** Work that is due. Answered with `learned` or `abandon`. */
  | { readonly type: "job"; readonly kind: string; readonly job: LearningJob }
  /** A version was put beside those that there are. */
  | { readonly type: "installed"; readonly kind: string; readonly version: ModelVersion }
  | { readonly type: "curve"; readonly request: number; readonly curve: MachineCurve | null }
  | {
      readonly type: "rolled-back";
      readonly request: number;
      readonly version: ModelVersion | null;
    }
  | { readonly type: "saved"; readonly request: number; readonly problem: string | null }
  /** One line for the owner. */
  | { readonly type: "note"; readonly text: string };

/** From the node to the learner's thread. */
export type ToLearner = {
  readonly type: "learn";
  readonly kind: string;
  readonly job: LearningJob;
};

/** From the learner's thread to the node. */
export type FromLearner =
  | { readonly type: "progress"; readonly kind: string; readonly text: string }
  | { readonly type: "learned"; readonly kind: string; readonly learned: LearnedVersion }
  | { readonly type: "failed"; readonly kind: string; readonly reason: string };
