/** What every CRM system looks like from here. */

import type { ConflictPolicy, FieldConflict } from "./conflict.ts";
import type { CrmIntent } from "./intents.ts";
import type {
  Applied,
  CaseQuery,
  CrmCapabilities,
  CrmCase,
  CrmChange,
  CrmContact,
  CrmEvent,
  CrmEvents,
  CrmMessage,
  CrmPage,
  CrmTask,
} from "./types.ts";

/** Systems that there are connectors for; `sample` is simulated, in memory, and says so everywhere. */
export const CRM_KINDS = ["salesforce", "rt", "sample"] as const;

/** One of {@link CRM_KINDS}. */
export type CrmKind = (typeof CRM_KINDS)[number];

/** An intent whose references are known by now. */
export type ApplyRequest = {
  /** What shall be written; was checked. */
  readonly intent: CrmIntent;
  /** The system's id of the case it speaks of; null for new cases and people. */
  readonly caseId: string | null;
  /** The system's id of the person it speaks of; null where there is none. */
  readonly contactId: string | null;
  /** Whether an earlier try may have taken effect: look before writing. */
  readonly mayHaveLanded: boolean;
  /** What to do with fields in conflict. */
  readonly onConflict: ConflictPolicy;
};

/** What an intent became, and what of an edit was left as others had made it. */
export type ApplyResult = Applied & {
  /** Fields that the policy `theirs` left alone. */
  readonly dropped?: readonly FieldConflict[];
};

/**
 * A system of cases. All methods reject with `CrmError`; strings from the system are bounded in length. A signal ends
 * waiting; a request that is under way may still end by itself, within its time limit.
 */
export type CrmConnector = {
  /** Which system it speaks to. */
  readonly kind: CrmKind;
  /** Name for people and logs, with the host and without credentials. */
  readonly label: string;
  /** What the system can do. */
  readonly capabilities: CrmCapabilities;
  /** A page of cases, most recently changed first. */
  cases(query?: CaseQuery, signal?: AbortSignal): Promise<CrmPage<CrmCase>>;
  /** One case; null where there is none. */
  case(id: string, signal?: AbortSignal): Promise<CrmCase | null>;
  /** One person; null where there is none. */
  contact(id: string, signal?: AbortSignal): Promise<CrmContact | null>;
  /** What was said on a case, oldest first; the newest 1,000. */
  messages(caseId: string, signal?: AbortSignal): Promise<readonly CrmMessage[]>;
  /** What is to be done for a case; the newest 200. */
  tasks(caseId: string, signal?: AbortSignal): Promise<readonly CrmTask[]>;
  /** Changes of a case's state and escalation, oldest first; the newest 1,000. */
  changes(caseId: string, signal?: AbortSignal): Promise<readonly CrmChange[]>;
  /**
   * What happened since a cursor, by asking. Each happening is told at least once, and once for one chain of cursors.
   *
   * @param cursor Of the call before; null starts now: nothing of before is told.
   */
  events(cursor: string | null, signal?: AbortSignal): Promise<CrmEvents>;
  /**
   * The same, as it happens, where {@link CrmCapabilities.events} is `stream`. Ends when the signal is given.
   *
   * @param cursor Of the last event of this kind that was dealt with, not one of `events`; null starts now.
   */
  watch?(
    cursor: string | null,
    signal: AbortSignal,
  ): AsyncIterable<{ readonly event: CrmEvent; readonly cursor: string }>;
  /** Writes one intent, at most once in effect as far as {@link CrmCapabilities} says. */
  apply(request: ApplyRequest, signal?: AbortSignal): Promise<ApplyResult>;
  /** Lets go of connections. */
  close(): Promise<void>;
};
