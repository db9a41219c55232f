/** What the node's threads need of a kind of machine's models, so that they can be tried without any. */

import type {
  KindDeclaration,
  KindMonitor,
  LearnedVersion,
  LearningJob,
} from "@symbion/maintenance";

/** Makes monitors, and learns. */
export type Learning = {
  /** A monitor that knows nothing yet. */
  readonly create: (kind: KindDeclaration) => KindMonitor;
  /** A monitor as it was saved. Throws for bytes that are none, or of another declaration. */
  readonly restore: (kind: KindDeclaration, state: Uint8Array) => KindMonitor;
  /** Does a job. `progress` is told what is being done, in a few words; rejects where it cannot be done. */
  readonly learn: (
    job: LearningJob,
    progress: (text: string) => void,
  ) => LearnedVersion | Promise<LearnedVersion>;
};
