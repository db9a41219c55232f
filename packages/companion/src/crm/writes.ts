/** What people are shown of a queue: each write that is not forgotten, and what waits, is parked or in conflict. */

import { type FieldConflict, type FieldValue, wantedValues } from "./conflict.ts";
import type { CaseValues } from "./intents.ts";
import type { CrmQueue } from "./queue.ts";
import type { QueueItem } from "./queue-journal.ts";

/** One write to a CRM system, as it stands. */
export type CaseWrite = {
  /** The intent's id. */
  readonly id: string;
  /** What is written. */
  readonly kind: QueueItem["intent"]["kind"];
  /** The system's id of the case; null where the case has yet to be created, or there is none. */
  readonly caseId: string | null;
  /** What is said; null where nothing is. */
  readonly text: string | null;
  /** Whether only people inside may read it; false for what is no message. */
  readonly internal: boolean;
  /** Fields of an edit that shall have other values; empty for other writes. */
  readonly changes: Readonly<Partial<Record<keyof CaseValues, FieldValue>>>;
  /** As in {@link QueueItem.state}. */
  readonly state: QueueItem["state"];
  /** When it was put in, milliseconds since 1970. */
  readonly putAt: number;
  /** Tries that were begun. */
  readonly tries: number;
  /** Why it waits or is parked, one sentence; empty where nothing went wrong. */
  readonly why: string;
  /** Fields that somebody else changed otherwise: a person decides. */
  readonly conflicts: readonly FieldConflict[];
};

/** How many writes are not done, by what they wait for. */
export type WriteCounts = {
  /** For the system to be reached. */
  readonly waiting: number;
  /** For a person to decide between two values. */
  readonly conflicts: number;
  /** For a person to try again or to give up: the system will not take them. */
  readonly parked: number;
};

/** The queue of a CRM system. */
export type CaseWrites = WriteCounts & {
  /** Not done ones in the order in which they were put in, then the latest done ones, at most as many as were asked for. */
  readonly writes: readonly CaseWrite[];
  /** When something is tried again, milliseconds since 1970; null where nothing waits for a time. */
  readonly nextAt: number | null;
  /** Why nothing is sent at the moment, one sentence; empty where nothing stands in the way. */
  readonly problem: string;
};

/** A write as people see it. */
export function caseWriteOf(item: QueueItem): CaseWrite {
  const { intent, state, putAt, tries, why, conflicts } = item;
  return {
    ...{ id: intent.id, kind: intent.kind, state, putAt, tries, why, conflicts },
    caseId: "case" in intent && "id" in intent.case ? intent.case.id : null,
    text: intent.kind === "comment" ? intent.text : null,
    internal: intent.kind === "comment" && intent.internal,
    changes: intent.kind === "edit-case" ? wantedValues(intent) : {},
  };
}

/** Counts what is not done. */
export function countWrites(queue: Pick<CrmQueue, "items">): WriteCounts {
  const counts = { waiting: 0, conflicts: 0, parked: 0 };
  for (const { state } of queue.items()) {
    if (state === "waiting") counts.waiting++;
    else if (state === "conflict") counts.conflicts++;
    else if (state === "parked") counts.parked++;
  }
  return counts;
}
