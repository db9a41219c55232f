/** The layer after a model: questions with the layer's work visible, the log of its answers, evaluations of the model. */

import type { CaseWrite, CrmError, UpstreamError } from "@symbion/companion";
import { UsageError } from "@symbion/core";
import { z } from "zod";
import type { Wished } from "../../companion/case-queue.ts";
import { CASE_STATE_NAMES } from "../../companion/words.ts";
import {
  caseDetail,
  caseEditRequest,
  caseMessageRequest,
  casesPage,
  caseWrite,
  caseWrites,
  companionStatus,
  consentNote,
  conversationId,
  evaluationState,
  logCheck,
  logPage,
  replayResult,
  stageResult,
  turn,
  turnRequest,
} from "../companion-schemas.ts";
import { HttpError, json, type Route, raw, route } from "../route.ts";
import { done } from "../schemas.ts";

const off = { 503: "there is no companion section that can be used, or its log cannot be written" };
const tag = "companion";

/** A comment keeps a connection alive after so long, milliseconds. */
const ALIVE = 5000;
const SOME_ENTRIES = 50;
const MOST_ENTRIES = 200;

/** What stands in the way is an answer, not a defect. */
async function answered<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && error.name === "CompanionOff") {
      throw new HttpError(503, error.message, { "Retry-After": "5" });
    }
    if (error instanceof Error && error.name === "LogError")
      throw new HttpError(503, error.message);
    throw error;
  }
}

const noCrm = { 409: "the configuration names no CRM system" };
const SOME_CASES = 20;
const MOST_CASES = 50;

function present<T>(found: T | null): T {
  if (found === null) throw new HttpError(409, "expected a CRM system in companion.crm, got none");
  return found;
}

/** What the CRM system says no to is an answer, not a defect. */
async function fromCrm<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "CrmError") throw error;
    const { kind, message } = error as CrmError;
    const status = kind === "missing" ? 404 : kind === "rejected" ? 400 : 503;
    throw new HttpError(status, message);
  }
}

/** As in an address: one that is too short is one that is not there. */
const writeId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const caseId = z.string().regex(/^[\w.:-]{1,128}$/);
const kept = {
  ...noCrm,
  503: "the queue cannot be written, or holds as much as it may: nothing was put in",
};

/** What became of a wish about one write. */
async function wished(
  answer: Promise<Wished | null>,
  id: string,
  state: string,
): Promise<CaseWrite> {
  const result = present(await fromCrm(answer));
  if (result === "missing") throw new HttpError(404, `expected a write of the queue, got "${id}"`);
  if (result === "otherwise") {
    throw new HttpError(409, `expected a write that is ${state}, got ${id} in another state`);
  }
  return result;
}

const turnError = z.strictObject({
  message: z.string(),
  kind: z.enum(["unreachable", "timeout", "refused", "broken", "request", "off", "defect"]),
});

/** What a client is told of what was thrown while the status had been sent. */
function errorOf(error: unknown, log: (text: string) => void): z.output<typeof turnError> {
  if (error instanceof Error && error.name === "UpstreamError") {
    const { message, kind } = error as UpstreamError;
    return { message, kind };
  }
  if (error instanceof UsageError) return { message: error.message, kind: "request" };
  if (error instanceof Error && error.name === "CompanionOff") {
    return { message: error.message, kind: "off" };
  }
  log(`companion: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return {
    message: "expected an answer, got a defect of the node; its log says more",
    kind: "defect",
  };
}

/** Routes of the companion. */
export const companionRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/api/companion",
    role: "viewer",
    tag,
    summary: "How the layer is set up and doing",
    answer: json(companionStatus, "as it is now"),
    handle: ({ server: { parts } }) => parts.companion.status(),
  }),
  route({
    method: "post",
    path: "/api/companion/turns",
    role: "viewer",
    tag,
    summary: "Ask a question, and see what each stage of the layer does with the answer",
    description:
      "Events: stage as each stage finishes, in order; then turn, the whole record, or error in its place: nothing of " +
      "the model's went out then. Leaving ends the question.",
    load: "stream",
    body: turnRequest,
    answer: {
      ...raw("text/event-stream", "events until the answer is there"),
      events: { stage: stageResult, turn, error: turnError },
    },
    errors: { ...off, 413: "the conversation is longer than 1 MB" },
    handle: async ({ body, who, request, server: { parts, streams } }) => {
      streams.admit(who, 0);
      const { problem } = await parts.companion.status();
      if (problem !== "") throw new HttpError(503, problem);
      const leaving = new AbortController();
      const leave = (): void => leaving.abort(new Error("the client has left"));
      request.signal.addEventListener("abort", leave, { once: true });
      const closed = streams.add(who, "turn", 0, leave);
      const encoder = new TextEncoder();
      const stream = new ReadableStream<Uint8Array>({
        start(controller) {
          const send = (text: string): void => {
            try {
              controller.enqueue(encoder.encode(text));
            } catch {
              // The client has left.
            }
          };
          const event = (name: string, data: unknown): void =>
            send(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
          const alive = setInterval(() => send(": waiting\n\n"), ALIVE);
          const told = (stage: unknown): void => event("stage", stage);
          void parts.companion
            .turn(body, told, leaving.signal)
            .then(
              (result) => event("turn", result),
              (error: unknown) => {
                if (!leaving.signal.aborted) event("error", errorOf(error, parts.log));
              },
            )
            .finally(() => {
              clearInterval(alive);
              request.signal.removeEventListener("abort", leave);
              closed();
              try {
                controller.close();
              } catch {
                // It was cancelled.
              }
            });
        },
        cancel: leave,
      });
      return new Response(stream, {
        headers: {
          "Content-Type": "text/event-stream",
          "Cache-Control": "no-store",
          "X-Accel-Buffering": "no",
        },
      });
    },
  }),
  route({
    method: "get",
    path: "/api/companion/log",
    role: "admin",
    tag,
    summary: "What was answered and why, newest first",
    description: "Bodies of kind answer and handover are the records that the event turn has.",
    query: z.strictObject({
      conversation: conversationId.optional().describe("only entries of this one"),
      before: z.int().min(0).optional().describe("next of the page before"),
      limit: z.int().min(1).max(MOST_ENTRIES).optional().describe(`default ${SOME_ENTRIES}`),
    }),
    answer: json(logPage, "a page"),
    errors: off,
    handle: ({ query, server: { parts } }) =>
      answered(
        parts.companion.logPage(
          query.before ?? null,
          query.limit ?? SOME_ENTRIES,
          query.conversation ?? null,
        ),
      ),
  }),
  route({
    method: "get",
    path: "/api/companion/log/check",
    role: "admin",
    tag,
    summary: "Look at every line of the log: is it as it was written?",
    load: "heavy",
    answer: json(logCheck, "what was found"),
    errors: off,
    handle: ({ server: { parts } }) => answered(parts.companion.checkLog()),
  }),
  route({
    method: "get",
    path: "/api/companion/log/export",
    role: "admin",
    tag,
    summary: "The log as a file that others can verify; its entries stay encrypted",
    description: "The file itself is a release: it is written down before its first byte goes.",
    load: "heavy",
    answer: raw("application/x-ndjson", "lines of the log", {
      "Content-Disposition": "the name to save it under",
    }),
    errors: off,
    handle: async ({ who, server: { parts } }) => {
      const file = await answered(parts.companion.exportLog(who.client));
      return new Response(file.body, {
        headers: {
          "Content-Type": "application/x-ndjson",
          "Content-Disposition": `attachment; filename="${file.name}"`,
          "Cache-Control": "no-store",
        },
      });
    },
  }),
  route({
    method: "post",
    path: "/api/companion/log/replay",
    role: "admin",
    tag,
    summary: "Compute a logged answer again, from its record alone",
    body: z.strictObject({ seq: z.int().min(0).describe("of the entry") }),
    answer: json(replayResult, "whether it comes out the same"),
    errors: { ...off, 404: "there is no such entry", 422: "it was erased, or is no answer" },
    handle: async ({ body: { seq }, server: { parts } }) => {
      const result = await answered(parts.companion.replay(seq));
      if (result === "missing")
        throw new HttpError(404, `expected the seq of an entry, got ${seq}`);
      if (result === "unreadable") {
        throw new HttpError(422, `expected an answer that can be read, got entry ${seq}`);
      }
      return result;
    },
  }),
  route({
    method: "delete",
    path: "/api/companion/log/{conversation}",
    role: "admin",
    tag,
    summary: "Destroy the key of a conversation: nobody can read its entries again",
    params: z.strictObject({ conversation: conversationId }),
    answer: json(done, "it is erased"),
    errors: { ...off, 404: "the log has nothing of it" },
    handle: async ({ params: { conversation }, server: { parts } }) => {
      if (!(await answered(parts.companion.erase(conversation)))) {
        throw new HttpError(404, `expected a conversation of the log, got "${conversation}"`);
      }
      return { ok: true as const };
    },
  }),
  route({
    method: "post",
    path: "/api/companion/consent",
    role: "admin",
    tag,
    summary: "Write down that somebody allowed or ended sensing; what is sensed never comes here",
    body: consentNote,
    answer: json(done, "it is written down"),
    errors: off,
    handle: async ({ body, server: { parts } }) => {
      await answered(parts.companion.note("consent", "consent", { ...body }));
      return { ok: true as const };
    },
  }),
  route({
    method: "get",
    path: "/api/companion/cases",
    role: "admin",
    tag,
    summary: "Cases of the CRM system, with their figures",
    description:
      "Each case is read with its messages. How messages read is about words, and never goes to the CRM system.",
    load: "heavy",
    atOnce: 4,
    query: z.strictObject({
      search: z.string().min(1).max(200).optional().describe("words of the subject"),
      state: z.array(z.enum(CASE_STATE_NAMES)).max(3).optional().describe("repeatable"),
      limit: z.int().min(1).max(MOST_CASES).optional().describe(`default ${SOME_CASES}`),
      after: z.string().max(65_536).optional().describe("next of the page before"),
    }),
    answer: json(casesPage, "a page"),
    errors: { ...noCrm, 503: "the system cannot be reached or does not let this node in" },
    handle: async ({ query, request, server: { parts } }) => {
      const { search, state = [], limit = SOME_CASES, after } = query;
      const wanted = { search, states: state, limit, after };
      return present(await fromCrm(parts.companion.cases(wanted, request.signal)));
    },
  }),
  route({
    method: "get",
    path: "/api/companion/cases/{id}",
    role: "admin",
    tag,
    summary: "One case: what was said and done",
    params: z.strictObject({ id: caseId }),
    answer: json(caseDetail, "the case"),
    errors: { ...noCrm, 404: "there is no such case", 503: "the system cannot be reached" },
    handle: async ({ params: { id }, request, server: { parts } }) =>
      present(await fromCrm(parts.companion.caseOf(id, request.signal))),
  }),
  route({
    method: "post",
    path: "/api/companion/cases/{id}/messages",
    role: "admin",
    tag,
    summary: "Answer a case, or comment on it for people inside",
    description:
      "It is on the disk when this answers, and goes to the system as soon as that can be reached, once. The same id " +
      "again puts nothing in. Figures inferred of people are refused.",
    params: z.strictObject({ id: caseId }),
    body: caseMessageRequest,
    answer: json(caseWrite, "it is in the queue"),
    errors: kept,
    handle: async ({ params, body: { id, text, internal }, server: { parts } }) => {
      const intent = { kind: "comment" as const, id, case: { id: params.id }, text, internal };
      return present(await fromCrm(parts.companion.write(intent)));
    },
  }),
  route({
    method: "patch",
    path: "/api/companion/cases/{id}",
    role: "admin",
    tag,
    summary: "Edit fields of a case, its status for instance",
    description:
      "It waits in the queue as messages do. Fields that somebody else changed meanwhile are not overwritten: the write " +
      "is a conflict then, until a person decides.",
    params: z.strictObject({ id: caseId }),
    body: caseEditRequest,
    answer: json(caseWrite, "it is in the queue"),
    errors: kept,
    handle: async ({ params, body: { id, base, changes }, server: { parts } }) => {
      const intent = { kind: "edit-case" as const, id, case: { id: params.id }, base, changes };
      return present(await fromCrm(parts.companion.write(intent)));
    },
  }),
  route({
    method: "get",
    path: "/api/companion/writes",
    role: "admin",
    tag,
    summary: "What waits to be written to the CRM system, conflicts, and what was written last",
    answer: json(caseWrites, "as it is now"),
    errors: { ...noCrm, 503: "the queue cannot be read" },
    handle: async ({ server: { parts } }) => present(await fromCrm(parts.companion.writes())),
  }),
  route({
    method: "post",
    path: "/api/companion/writes/{id}/decision",
    role: "admin",
    tag,
    summary: "Decide on an edit that met somebody else's",
    params: z.strictObject({ id: writeId }),
    body: z.strictObject({
      decision: z.enum(["mine", "theirs"]).describe("which of the two values holds"),
    }),
    answer: json(caseWrite, "as it was decided"),
    errors: { ...kept, 404: "there is no such write", 409: "no CRM system, or it is no conflict" },
    handle: ({ params: { id }, body: { decision }, server: { parts } }) =>
      wished(parts.companion.decide(id, decision), id, "in conflict"),
  }),
  route({
    method: "post",
    path: "/api/companion/writes/{id}/retry",
    role: "admin",
    tag,
    summary: "Try a write again that the system would not take",
    params: z.strictObject({ id: writeId }),
    answer: json(caseWrite, "it waits again"),
    errors: { ...kept, 404: "there is no such write", 409: "no CRM system, or it is not parked" },
    handle: ({ params: { id }, server: { parts } }) =>
      wished(parts.companion.retryWrite(id), id, "parked"),
  }),
  route({
    method: "delete",
    path: "/api/companion/writes/{id}",
    role: "admin",
    tag,
    summary: "Give a write up; what has been sent stays sent",
    params: z.strictObject({ id: writeId }),
    answer: json(caseWrite, "as it was"),
    errors: { ...kept, 404: "there is no such write", 409: "no CRM system, or it is being sent" },
    handle: ({ params: { id }, server: { parts } }) =>
      wished(parts.companion.dropWrite(id), id, "waiting, parked or in conflict"),
  }),
  route({
    method: "get",
    path: "/api/companion/evaluations",
    role: "viewer",
    tag,
    summary: "How the evaluation of the model is doing, and the last report",
    answer: json(evaluationState, "as it is now"),
    handle: ({ server: { parts } }) => parts.companion.evaluation(),
  }),
  route({
    method: "post",
    path: "/api/companion/evaluations",
    role: "admin",
    tag,
    summary: "Measure how the model gives way, by itself or through the layer",
    body: z.strictObject({ layer: z.boolean() }),
    answer: json(evaluationState, "it has begun"),
    errors: { ...off, 409: "one is running" },
    handle: async ({ body, server: { parts } }) => {
      const state = await answered(parts.companion.evaluate(body.layer));
      if (state === "running") throw new HttpError(409, "expected no evaluation to run, one does");
      return state;
    },
  }),
  route({
    method: "delete",
    path: "/api/companion/evaluations",
    role: "admin",
    tag,
    summary: "End the evaluation that runs",
    answer: json(evaluationState, "as it is now"),
    handle: ({ server: { parts } }) => parts.companion.stopEvaluation(),
  }),
];
