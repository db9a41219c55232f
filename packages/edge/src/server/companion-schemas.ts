/** The words of the companion as zod schemas; see schemas.ts. */

import type {
  CaseDetail,
  CaseMetrics,
  CaseRow,
  CasesPage,
  CasesSummary,
  CaseWrite,
  CaseWrites,
  ChatMessage,
  CompanionStatus,
  CrmCase,
  CrmChange,
  CrmMessage,
  ErasedEntry,
  EvaluationReport,
  EvaluationState,
  FieldConflict,
  FieldValue,
  Figure,
  Grant,
  Json,
  LogCheck,
  LogEntry,
  LogPage,
  ReplayResult,
  StageResult,
  Turn,
  TurnRequest,
} from "@symbion/companion";
import { z } from "zod";
import {
  CASE_STATE_NAMES,
  COMPLAINT_NAMES,
  conversationId as conversationShape,
  DISPOSITION_NAMES,
  MOST_TURN_CHARACTERS,
  MOST_TURN_MESSAGES,
  PURPOSE_NAMES,
  SENSOR_NAMES,
  STAGE_NAMES,
} from "../companion/words.ts";
import { ANSWER_LANGUAGES, ANSWER_WARMTHS, PLACES } from "../config/companion-types.ts";
import { named } from "./schemas.ts";

const moment = z.number().describe("milliseconds since 1970");
const count = z.int().min(0);
const list = <T>(item: z.ZodType<T>): z.ZodType<readonly T[]> => z.array(item).readonly();
const language = z.enum(ANSWER_LANGUAGES);
const warmth = z.enum(ANSWER_WARMTHS);
/** Any JSON: records of kinds that more than one writer has. */
const anything = z.unknown().describe("any JSON") as z.ZodType<unknown> as z.ZodType<Json>;

/** A conversation's id. */
export const conversationId: z.ZodType<string> = named<string>("ConversationId")(conversationShape);

/** One message of a conversation. */
export const chatMessage: z.ZodType<ChatMessage> = named<ChatMessage>("ChatMessage")(
  z.strictObject({
    role: z.enum(["system", "user", "assistant"]),
    text: z.string().max(MOST_TURN_CHARACTERS),
  }),
);

/** What a stage did. */
export const stageResult: z.ZodType<StageResult> = named<StageResult>("StageResult")(
  z.strictObject({
    stage: z.enum(STAGE_NAMES),
    outcome: z.enum(["passed", "changed", "held", "refused", "skipped", "failed"]),
    why: z.string().describe("one sentence for people"),
    rules: list(z.string()),
    sources: list(z.string()).describe("public sources behind the rules"),
    text: z.string().nullable().describe("the text after the stage"),
  }),
);

/** One question and what became of it. */
export const turn: z.ZodType<Turn> = named<Turn>("Turn")(
  z.strictObject({
    id: z.string(),
    at: moment,
    conversation: z.string(),
    language,
    warmth,
    age: z.number().nullable(),
    messages: list(chatMessage),
    restored: list(z.number()).describe("answers in it that the client had sent otherwise"),
    upstream: z
      .strictObject({ model: z.string(), text: z.string() })
      .nullable()
      .describe("the model and its own words; null: it was not asked"),
    proposal: z
      .strictObject({ rephraser: z.string(), text: z.string().nullable() })
      .nullable()
      .describe("null: the built-in grammar"),
    answer: z.string().describe("what went out"),
    disposition: z.enum(DISPOSITION_NAMES),
    abstained: z.boolean(),
    stages: list(stageResult),
    rules: z.string().describe("version of the rules that decided"),
  }),
);

/** A question to the layer. */
export const turnRequest: z.ZodType<TurnRequest> = z.strictObject({
  messages: z
    .array(chatMessage)
    .min(1)
    .max(MOST_TURN_MESSAGES)
    .readonly()
    .describe("oldest first; the last one is the person's"),
  conversation: conversationId.exactOptional(),
  warmth: warmth.exactOptional(),
  language: language.exactOptional(),
  age: z.number().min(0).max(130).exactOptional().describe("years, where the person has told it"),
});

/** What a check of the log found. */
export const logCheck: z.ZodType<LogCheck> = named<LogCheck>("LogCheck")(
  z.strictObject({
    ok: z.boolean(),
    entries: count,
    erased: count,
    head: z.string().nullable().describe("hash of the last entry"),
    problem: z.string().nullable(),
  }),
);

/** Everything about the companion. */
export const companionStatus: z.ZodType<CompanionStatus> = named<CompanionStatus>(
  "CompanionStatus",
)(
  z.strictObject({
    model: z.string(),
    simulated: z.boolean(),
    examples: list(z.string()).describe("messages that the built-in sample's script knows"),
    remote: z.string().nullable().describe("where people's words go; null: they stay here"),
    setting: z.enum(PLACES),
    language: language.nullable().describe("null: the question's"),
    warmth,
    rules: z.string(),
    log: logCheck,
    crm: z
      .strictObject({
        kind: z.string(),
        remote: z.string().nullable(),
        waiting: count,
        problem: z.string(),
      })
      .nullable(),
    problem: z.string().describe("empty where questions can be answered"),
  }),
);

const logEntry: z.ZodType<LogEntry> = named<LogEntry>("CompanionLogEntry")(
  z.strictObject({
    kind: z.string(),
    subject: z.string().describe("a conversation's id for instance"),
    body: anything,
    seq: count,
    at: moment,
    hash: z.string(),
  }),
);

const erasedEntry: z.ZodType<ErasedEntry> = named<ErasedEntry>("ErasedLogEntry")(
  z.strictObject({ seq: count, at: moment, hash: z.string(), erased: z.literal(true) }),
);

/** A page of the log. */
export const logPage: z.ZodType<LogPage> = named<LogPage>("CompanionLogPage")(
  z.strictObject({
    entries: list(z.union([logEntry, erasedEntry])),
    next: z.number().nullable().describe("before of the next page; null at the end"),
  }),
);

/** What computing an answer again came to. */
export const replayResult: z.ZodType<ReplayResult> = named<ReplayResult>("ReplayResult")(
  z.strictObject({ same: z.boolean(), differences: list(z.string()) }),
);

/** How an evaluation is doing. */
export const evaluationState: z.ZodType<EvaluationState> = named<EvaluationState>(
  "EvaluationState",
)(
  z.strictObject({
    running: z.boolean(),
    layer: z.boolean().nullable(),
    done: count,
    total: count,
    startedAt: moment.nullable(),
    finishedAt: moment.nullable(),
    problem: z.string(),
    report: (
      z
        .record(z.string(), z.unknown())
        .describe(
          "figures with counts and intervals",
        ) as z.ZodType<unknown> as z.ZodType<EvaluationReport>
    ).nullable(),
    text: z.string(),
  }),
);

const figure: z.ZodType<Figure> = named<Figure>("Figure")(
  z.strictObject({
    n: count.describe("things that it rests on"),
    value: z.number().nullable().describe("null: too few to say anything"),
    low: z.number().nullable().describe("lower end of the 95 % interval"),
    high: z.number().nullable(),
  }),
);

const crmCase: z.ZodType<CrmCase> = named<CrmCase>("CrmCase")(
  z.strictObject({
    id: z.string(),
    number: z.string(),
    intent: z.string().nullable(),
    subject: z.string(),
    description: z.string(),
    status: z.string().describe("the system's own word"),
    state: z.enum(CASE_STATE_NAMES),
    priority: z.string().nullable(),
    contact: z.string().nullable(),
    escalated: z.boolean(),
    satisfaction: z.number().nullable().describe("stated by the customer, 1 to 5"),
    createdAt: moment,
    updatedAt: moment,
    closedAt: moment.nullable(),
    revision: z.string(),
  }),
);

const duration = z.number().nullable().describe("milliseconds");

const caseMetrics: z.ZodType<CaseMetrics> = named<CaseMetrics>("CaseMetrics")(
  z.strictObject({
    caseId: z.string(),
    firstResponse: duration,
    resolution: duration,
    reopened: count,
    everClosed: z.boolean(),
    escalated: z.boolean(),
    satisfaction: z.number().nullable(),
    firstSentiment: z.number().nullable().describe("-1 to 1; about words, not about people"),
    lastSentiment: z.number().nullable(),
    sentimentDelta: z.number().nullable(),
    empathy: figure.describe("0 to 2"),
    complaints: list(z.enum(COMPLAINT_NAMES)),
    fromCustomer: count,
    answers: count,
  }),
);

const casesSummary: z.ZodType<CasesSummary> = named<CasesSummary>("CasesSummary")(
  z.strictObject({
    cases: count,
    firstResponse: figure,
    unanswered: count,
    resolution: figure,
    open: count,
    reopened: figure,
    escalated: figure,
    satisfaction: figure,
    satisfied: figure,
    responseRate: figure,
    firstSentiment: figure,
    lastSentiment: figure,
    sentimentDelta: figure,
    empathy: figure,
    complaints: z.record(z.enum(COMPLAINT_NAMES), figure).readonly(),
    calibration: z.strictObject({ sentiment: figure, empathy: figure }).readonly(),
  }),
);

const caseRow: z.ZodType<CaseRow> = named<CaseRow>("CaseRow")(
  z.strictObject({ case: crmCase, metrics: caseMetrics }),
);

/** Cases of the CRM system. */
export const casesPage: z.ZodType<CasesPage> = named<CasesPage>("CasesPage")(
  z.strictObject({
    label: z.string(),
    simulated: z.boolean(),
    cases: list(caseRow),
    summary: casesSummary,
    next: z.string().nullable().describe("after of the next page; null at the end"),
  }),
);

const crmMessage: z.ZodType<CrmMessage> = named<CrmMessage>("CrmMessage")(
  z.strictObject({
    id: z.string(),
    caseId: z.string(),
    at: moment,
    from: z.enum(["customer", "agent", "system"]),
    internal: z.boolean(),
    text: z.string(),
    author: z.string().nullable(),
    intent: z.string().nullable(),
  }),
);

const crmChange: z.ZodType<CrmChange> = named<CrmChange>("CrmChange")(
  z.strictObject({
    at: moment,
    what: z.enum(["state", "escalation"]),
    from: z.string().nullable(),
    to: z.string(),
    fromState: z.enum(CASE_STATE_NAMES).nullable(),
    toState: z.enum(CASE_STATE_NAMES).nullable(),
  }),
);

/** One case with all that was said and done. */
export const caseDetail: z.ZodType<CaseDetail> = named<CaseDetail>("CaseDetail")(
  z.strictObject({
    record: z
      .strictObject({ case: crmCase, messages: list(crmMessage), changes: list(crmChange) })
      .readonly(),
    metrics: caseMetrics,
  }),
);

/** An intent's id: whoever asks draws it, and a request that is repeated writes nothing twice. */
export const intentId: z.ZodType<string> = named<string>("IntentId")(
  z
    .string()
    .regex(/^[A-Za-z0-9_-]{8,64}$/)
    .describe("8 to 64 letters, digits, - and _, drawn by whoever asks"),
);

const fieldValue: z.ZodType<FieldValue> = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const caseField = z.enum(["subject", "status", "priority", "escalated", "satisfaction"]);

const fieldConflict: z.ZodType<FieldConflict> = named<FieldConflict>("FieldConflict")(
  z.strictObject({
    field: caseField,
    base: fieldValue.describe("what was seen"),
    mine: fieldValue.describe("what shall be written"),
    theirs: fieldValue.describe("what is there now"),
  }),
);

/** One write to a CRM system. */
export const caseWrite: z.ZodType<CaseWrite> = named<CaseWrite>("CaseWrite")(
  z.strictObject({
    id: z.string(),
    kind: z.enum(["create-case", "comment", "edit-case", "create-contact", "create-task"]),
    caseId: z.string().nullable(),
    text: z.string().nullable(),
    internal: z.boolean(),
    changes: z.partialRecord(caseField, fieldValue).readonly(),
    state: z.enum(["waiting", "conflict", "parked", "done"]),
    putAt: moment,
    tries: count,
    why: z.string().describe("why it waits or is parked; empty where nothing went wrong"),
    conflicts: list(fieldConflict),
  }),
);

/** The queue of writes. */
export const caseWrites: z.ZodType<CaseWrites> = named<CaseWrites>("CaseWrites")(
  z.strictObject({
    waiting: count,
    conflicts: count.describe("edits that a person has to decide on"),
    parked: count.describe("writes that the system will not take"),
    writes: list(caseWrite),
    nextAt: moment.nullable().describe("when something is tried again"),
    problem: z.string().describe("why nothing is sent at the moment; empty otherwise"),
  }),
);

/** A message to a case. */
export const caseMessageRequest: z.ZodType<{
  readonly id: string;
  readonly text: string;
  readonly internal: boolean;
}> = z.strictObject({
  id: intentId,
  text: z.string().min(1).max(30_000),
  internal: z.boolean().describe("true: only people inside may read it; false: an answer"),
});

/** Values of a case that can be edited by hand. */
export type EditedValues = {
  readonly subject?: string;
  readonly status?: string;
  readonly priority?: string | null;
  readonly escalated?: boolean;
};

const editedValues: z.ZodType<EditedValues> = z.strictObject({
  subject: z.string().max(1020).exactOptional(),
  status: z.string().max(1020).describe("the system's own word").exactOptional(),
  priority: z.string().max(1020).nullable().exactOptional(),
  escalated: z.boolean().exactOptional(),
});

/** An edit of a case. */
export const caseEditRequest: z.ZodType<{
  readonly id: string;
  readonly base: EditedValues;
  readonly changes: EditedValues;
}> = z.strictObject({
  id: intentId,
  base: editedValues.describe("what was seen of each field that shall change"),
  changes: editedValues.describe(
    "what these fields shall be; stated satisfaction cannot be edited",
  ),
});

/** What became of a permission to sense. */
export type ConsentNote = {
  readonly event: "granted" | "revoked" | "expired" | "deleted";
  readonly sensor: Grant["sensor"];
  readonly purpose: Grant["purpose"];
  /** Milliseconds since 1970; null where nothing is allowed any more. */
  readonly until: number | null;
  /** Version of the notice that was read. */
  readonly notice: string;
};

/** See {@link ConsentNote}. */
export const consentNote: z.ZodType<ConsentNote> = z.strictObject({
  event: z.enum(["granted", "revoked", "expired", "deleted"]),
  sensor: z.enum(SENSOR_NAMES),
  purpose: z.enum(PURPOSE_NAMES),
  until: moment.nullable(),
  notice: z.string().min(1).max(80),
});
