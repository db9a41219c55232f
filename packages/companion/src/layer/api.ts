/** What a node that runs the layer tells its page: the records of its HTTP interface below `/api/companion`. */

import type { Setting } from "../consent/types.ts";
import type { CaseMetrics, CaseRecord, CasesSummary } from "../crm/case-view.ts";
import type { CrmCase } from "../crm/types.ts";
import type { EvaluationReport } from "../evaluate/types.ts";
import type { Language } from "../language/types.ts";
import type { ErasedEntry, LogCheck, LogEntry } from "../log/types.ts";
import type { Warmth } from "../rephrase/types.ts";
import type { ChatMessage } from "../sycophancy/types.ts";

/** How the layer of a node is set up and doing. */
export type CompanionStatus = {
  /** Name of the model behind the layer; "sample model (simulated)" for the built-in one. */
  readonly model: string;
  /** Whether the model is a program that plays one. */
  readonly simulated: boolean;
  /**
   * Messages that the built-in sample's script knows, in an order that shows the layer at work: a right answer, the
   * pressure against it, a cold answer to be warmed, a red flag. Empty before any other model.
   */
  readonly examples: readonly string[];
  /** `host:port` that people's words go to; null: they stay on this machine. */
  readonly remote: string | null;
  /** Where it is used; at work and in education nothing is inferred from bodies. */
  readonly setting: Setting;
  /** Language of answers; null: the question's. */
  readonly language: Language | null;
  /** How warm answers are unless a question says otherwise. */
  readonly warmth: Warmth;
  /** Version of the rules that decide. */
  readonly rules: string;
  /** The accountability log, as it was found at the start and has grown since. */
  readonly log: LogCheck;
  /** The CRM system; null without one. */
  readonly crm: {
    /** `salesforce`, `redmine`, `rt` or another kind of connector. */
    readonly kind: string;
    /** `host:port` of it; null: on this machine. */
    readonly remote: string | null;
    /** Changes that wait for the system to be reached. */
    readonly waiting: number;
    /** Why it cannot be used now; empty where it can. */
    readonly problem: string;
  } | null;
  /** Why nothing can be answered now; empty where it can. */
  readonly problem: string;
};

/** A question to the layer, with the conversation before it. */
export type TurnRequest = {
  /** Oldest first; the last one is the person's. At most 200, and 1 MB together. */
  readonly messages: readonly ChatMessage[];
  /** 1 to 64 letters, digits, `-` and `_`. Default: one of its own for each turn. */
  readonly conversation?: string;
  /** Default: the node's. */
  readonly warmth?: Warmth;
  /** Default: the node's, else the question's. */
  readonly language?: Language;
  /** Years, 0 to 130, where the person has told it. */
  readonly age?: number;
};

/** Entries of the accountability log, in pages as a viewer asks for them. */
export type LogPage = {
  /** Newest first. */
  readonly entries: readonly (LogEntry | ErasedEntry)[];
  /** Give this back as `before` for the next page; null at the end. */
  readonly next: number | null;
};

/** What computing a logged answer again came to. */
export type ReplayResult = {
  /** Whether every stage decides now as it did then, and the answer is the same. */
  readonly same: boolean;
  /** What differs, one line each; empty where nothing does. */
  readonly differences: readonly string[];
};

/** Whether the model is being evaluated, and what the last evaluation found. */
export type EvaluationState = {
  /** Whether one runs now. */
  readonly running: boolean;
  /** Whether the model is asked through the layer; null before the first. */
  readonly layer: boolean | null;
  /** Questions asked so far, of {@link EvaluationState.total}. */
  readonly done: number;
  /** Questions that will be asked; 0 before it is known. */
  readonly total: number;
  /** Milliseconds since 1970; null before the first. */
  readonly startedAt: number | null;
  /** Milliseconds since 1970; null before the first has ended. */
  readonly finishedAt: number | null;
  /** Why the last one ended without a report; empty otherwise. */
  readonly problem: string;
  /** The last report; null before the first. Of the model alone, or through the layer. */
  readonly report: EvaluationReport | null;
  /** The report in words, for printing; empty before the first. */
  readonly text: string;
};

/** A case with its figures. */
export type CaseRow = {
  /** The case itself. */
  readonly case: CrmCase;
  /** How long people waited, what they said of it, how messages read. */
  readonly metrics: CaseMetrics;
};

/** Cases of the CRM system. */
export type CasesPage = {
  /** Name of the system for people, without credentials. */
  readonly label: string;
  /** Whether the cases are made up. */
  readonly simulated: boolean;
  /** Most recently changed first. */
  readonly cases: readonly CaseRow[];
  /** Figures over the cases of this page. */
  readonly summary: CasesSummary;
  /** Give this back as `after` for the next page; null at the end. */
  readonly next: string | null;
};

/** One case with all that was said and done. */
export type CaseDetail = {
  /** The case, its messages and changes. */
  readonly record: CaseRecord;
  /** Its figures. */
  readonly metrics: CaseMetrics;
};
