/**
 * What cases show: how long people waited, whether cases came back or were handed up, what customers said of it, and how
 * messages read. Each figure has its count and interval; with too few cases there is none. How a message reads is a
 * figure about words, for people inside: it says nothing certain of a person and never goes to a CRM system.
 */

import { detectLanguage } from "../language/detect.ts";
import { COMPLAINTS, type Complaint, complaintsIn } from "./complaints.ts";
import type { CrmConnector } from "./connector.ts";
import { CrmError } from "./errors.ts";
import { type Figure, mean, median, share, spearman } from "./figures.ts";
import type { CrmCase, CrmChange, CrmMessage } from "./types.ts";

/** A case with all that was said and done. */
export type CaseRecord = {
  /** The case itself. */
  readonly case: CrmCase;
  /** What was said, oldest first. */
  readonly messages: readonly CrmMessage[];
  /** What changed, oldest first. */
  readonly changes: readonly CrmChange[];
};

/** How messages read; each function answers null where it cannot tell. Given by the caller. */
export type CaseTone = {
  /** -1 (bad) to 1 (good). */
  readonly sentiment: (text: string) => number | null;
  /** 0 (none) to 2 (strong). */
  readonly empathy: (text: string) => number | null;
};

/** One case's figures. Times are milliseconds; null where there is nothing to measure yet. */
export type CaseMetrics = {
  /** The case's id. */
  readonly caseId: string;
  /** From the case's start to the first answer that the customer could read. */
  readonly firstResponse: number | null;
  /** From the case's start to its last closing; null while it is open. */
  readonly resolution: number | null;
  /** How often it was opened again after having been closed. */
  readonly reopened: number;
  /** Whether it was ever closed. */
  readonly everClosed: boolean;
  /** Whether it is, or ever was, handed up. */
  readonly escalated: boolean;
  /** Stated satisfaction, 1 to 5; null where the customer gave none. */
  readonly satisfaction: number | null;
  /** How the customer's first message reads, -1 to 1; null where that cannot be told. */
  readonly firstSentiment: number | null;
  /** The same of the customer's last message; null where there is only one. */
  readonly lastSentiment: number | null;
  /** Last minus first; null where one of them is. */
  readonly sentimentDelta: number | null;
  /** Empathy of the answers that the customer could read, 0 to 2: their mean, with its count. */
  readonly empathy: Figure;
  /** What the customer said outright. */
  readonly complaints: readonly Complaint[];
  /** Messages of the customer. */
  readonly fromCustomer: number;
  /** Answers that the customer could read. */
  readonly answers: number;
};

/** Figures over a set of cases; one value a case. Cases of one customer are taken as independent of each other. */
export type CasesSummary = {
  /** Cases that were looked at. */
  readonly cases: number;
  /** Median wait for the first answer, milliseconds, of the cases that have one. */
  readonly firstResponse: Figure;
  /** Cases without an answer yet: their wait is not in the median. */
  readonly unanswered: number;
  /** Median time to the last closing, milliseconds, of the closed cases. */
  readonly resolution: Figure;
  /** Cases that are open: their time is not in the median. */
  readonly open: number;
  /** Share of the ever closed cases that were opened again. */
  readonly reopened: Figure;
  /** Share of all cases that were handed up. */
  readonly escalated: Figure;
  /** Mean stated satisfaction, 1 to 5, of those who answered. */
  readonly satisfaction: Figure;
  /** Share of the answers that are 4 or 5. */
  readonly satisfied: Figure;
  /** Share of the closed cases with a stated satisfaction: how far the two figures above can speak for all. */
  readonly responseRate: Figure;
  /** Mean of the customers' first messages, -1 to 1. */
  readonly firstSentiment: Figure;
  /** Mean of the customers' last messages, -1 to 1. */
  readonly lastSentiment: Figure;
  /** Mean change within a case. */
  readonly sentimentDelta: Figure;
  /** Mean over cases of the answers' empathy, 0 to 2. */
  readonly empathy: Figure;
  /** Share of cases in which the customer said it outright. */
  readonly complaints: Readonly<Record<Complaint, Figure>>;
  /** Whether the reading of messages goes along with what customers stated. */
  readonly calibration: {
    /** Spearman's correlation of the last message's sentiment with the stated satisfaction. */
    readonly sentiment: Figure;
    /** The same of the answers' empathy. */
    readonly empathy: Figure;
  };
};

/** Reads all of one case. Rejects with `CrmError`, of kind `missing` where there is none. */
export async function readCase(
  connector: CrmConnector,
  id: string,
  signal?: AbortSignal,
): Promise<CaseRecord> {
  const found = await connector.case(id, signal);
  if (found === null) throw new CrmError("missing", `case ${id}: there is none`);
  const messages = await connector.messages(found.id, signal);
  const changes = await connector.changes(found.id, signal);
  return { case: found, messages, changes };
}

/** One case's figures. Without a tone, how messages read is left out. */
export function caseMetrics(record: CaseRecord, tone: CaseTone | null = null): CaseMetrics {
  const { case: one, changes } = record;
  const said = allSaid(record);
  const customer = said.filter(({ from }) => from === "customer");
  const answers = said.filter(({ from, internal }) => from === "agent" && !internal);
  const start = Math.min(one.createdAt, customer[0]?.at ?? one.createdAt);
  const first = answers.find(({ at }) => at >= start);
  const closings = changes.filter(
    ({ fromState, toState }) => toState === "closed" && fromState !== "closed",
  );
  const reopened = changes.filter(
    ({ fromState, toState }) => fromState === "closed" && toState !== "closed" && toState !== null,
  );
  const closedAt = one.state === "closed" ? (closings.at(-1)?.at ?? one.closedAt) : null;
  const read = (message: CrmMessage | undefined): number | null =>
    message === undefined || tone === null ? null : within(tone.sentiment(message.text), -1, 1);
  const firstSentiment = read(customer[0]);
  const lastSentiment = customer.length > 1 ? read(customer.at(-1)) : null;
  const warmth = tone === null ? [] : answers.map(({ text }) => within(tone.empathy(text), 0, 2));
  return {
    caseId: one.id,
    firstResponse: first === undefined ? null : first.at - start,
    resolution: closedAt === null ? null : Math.max(0, closedAt - start),
    reopened: reopened.length,
    everClosed: one.state === "closed" || closings.length > 0 || reopened.length > 0,
    escalated:
      one.escalated || changes.some(({ what, to }) => what === "escalation" && to === "true"),
    satisfaction: one.satisfaction,
    firstSentiment,
    lastSentiment,
    sentimentDelta:
      firstSentiment === null || lastSentiment === null ? null : lastSentiment - firstSentiment,
    empathy: meanOfAny(warmth.filter((value) => value !== null)),
    complaints: complaintsOf(customer),
    fromCustomer: customer.length,
    answers: answers.length,
  };
}

/** Figures over a set of cases. */
export function summarizeCases(metrics: readonly CaseMetrics[]): CasesSummary {
  const numbers = (pick: (one: CaseMetrics) => number | null): number[] =>
    metrics.map(pick).filter((value) => value !== null);
  const pairs = (pick: (one: CaseMetrics) => number | null): [number, number][] =>
    metrics.flatMap((one): [number, number][] => {
      const value = pick(one);
      return value === null || one.satisfaction === null ? [] : [[value, one.satisfaction]];
    });
  const first = numbers(({ firstResponse }) => firstResponse);
  const resolution = numbers((one) => one.resolution);
  const closed = metrics.filter(({ everClosed }) => everClosed);
  const stated = numbers(({ satisfaction }) => satisfaction);
  const count = (kept: readonly CaseMetrics[], is: (one: CaseMetrics) => boolean): Figure =>
    share(kept.filter(is).length, kept.length);
  const last = ({ lastSentiment, firstSentiment }: CaseMetrics): number | null =>
    lastSentiment ?? firstSentiment;
  return {
    cases: metrics.length,
    firstResponse: median(first),
    unanswered: metrics.length - first.length,
    resolution: median(resolution),
    open: metrics.length - resolution.length,
    reopened: count(closed, ({ reopened }) => reopened > 0),
    escalated: count(metrics, ({ escalated }) => escalated),
    satisfaction: mean(stated, [1, 5]),
    satisfied: share(stated.filter((score) => score >= 4).length, stated.length),
    responseRate: count(closed, ({ satisfaction }) => satisfaction !== null),
    firstSentiment: mean(
      numbers(({ firstSentiment }) => firstSentiment),
      [-1, 1],
    ),
    lastSentiment: mean(
      numbers(({ lastSentiment }) => lastSentiment),
      [-1, 1],
    ),
    sentimentDelta: mean(
      numbers(({ sentimentDelta }) => sentimentDelta),
      [-2, 2],
    ),
    empathy: mean(
      numbers(({ empathy }) => empathy.value),
      [0, 2],
    ),
    complaints: Object.fromEntries(
      COMPLAINTS.map((kind) => [
        kind,
        count(metrics, ({ complaints }) => complaints.includes(kind)),
      ]),
    ) as Record<Complaint, Figure>,
    calibration: {
      sentiment: spearman(pairs(last)),
      empathy: spearman(pairs(({ empathy }) => empathy.value)),
    },
  };
}

/** The description is the customer's first message where the system keeps it apart. */
function allSaid({ case: one, messages }: CaseRecord): CrmMessage[] {
  const sorted = [...messages].sort((a, b) => a.at - b.at);
  if (one.description.trim() === "") return sorted;
  const opening: CrmMessage = {
    id: one.id,
    caseId: one.id,
    at: one.createdAt,
    from: "customer",
    internal: false,
    text: one.description,
    author: one.contact,
    intent: one.intent,
  };
  return [opening, ...sorted];
}

function complaintsOf(messages: readonly CrmMessage[]): Complaint[] {
  const found = new Set(messages.flatMap(({ text }) => complaintsIn(text, detectLanguage(text))));
  return COMPLAINTS.filter((kind) => found.has(kind));
}

/** Within one case the mean is shown from the first answer on; its interval only where there are enough. */
function meanOfAny(values: readonly number[]): Figure {
  const figure = mean(values, [0, 2]);
  if (figure.value !== null || values.length === 0) return figure;
  return { ...figure, value: values.reduce((sum, one) => sum + one, 0) / values.length };
}

function within(value: number | null, least: number, most: number): number | null {
  return value === null || !Number.isFinite(value) ? null : Math.max(least, Math.min(most, value));
}
