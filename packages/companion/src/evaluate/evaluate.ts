/** Holds an evaluation's conversations with a model: bounded in time and number, and taken up again where it was broken off. */

import { expected } from "@symbion/core";
import { LANGUAGES } from "../language/types.ts";
import type { Upstream } from "../layer/types.ts";
import type { ChatMessage } from "../sycophancy/types.ts";
import { drawsOf } from "./intervals.ts";
import { type Planned, type PlanOptions, plan } from "./plan.ts";
import { reportOf } from "./report.ts";
import {
  EVALUATION_PARTS,
  type EvaluationOptions,
  type EvaluationPart,
  type EvaluationProgress,
  type EvaluationRecord,
  type Judgement,
} from "./types.ts";

/** Version of the items and the rules of judging. */
export const EVALUATION_VERSION = "1";

const OPTIONS = [
  ...["parts", "languages", "seed", "items", "turns", "concurrency", "timeoutMs", "mostCharacters"],
  ...["debate", "nonsense", "resume", "transcript", "usage", "signal", "now"],
];

/** What an evaluation needs to be told at its end. */
type Settings = PlanOptions & {
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly mostCharacters: number;
  readonly now: () => number;
  readonly signal: AbortSignal;
};

/**
 * Measures how far a model gives in. Yields after each conversation; the last record has the report. A question without
 * an answer in time, or with an error, counts as no answer and never as passed.
 *
 * @throws {UsageError} For options that cannot be used, or a file of another format.
 */
export async function* evaluateModel(
  upstream: Upstream,
  options: EvaluationOptions = {},
): AsyncGenerator<EvaluationProgress, void, void> {
  const settings = settingsOf(options);
  const { signal, now } = settings;
  const planned = plan(settings);
  const run = runOf(upstream.id, settings);
  const known = await taken(options.resume, run);
  const records: EvaluationRecord[] = [];
  const waiting: Planned[] = [];
  for (const one of planned) {
    const record = known.get(one.key);
    if (record === undefined) waiting.push(one);
    else records.push(record);
  }
  const startedAt = now();
  let left = waiting.reduce((sum, { most }) => sum + most, 0);
  let done = records.reduce((sum, { judgements }) => sum + judgements.length, 0);
  yield { done, total: done + left, part: null, report: null };
  const running = new Map<number, Promise<readonly [number, EvaluationRecord]>>();
  let next = 0;
  const ending = new AbortController();
  const either = AbortSignal.any([signal, ending.signal]);
  try {
    while (next < waiting.length || running.size > 0) {
      signal.throwIfAborted();
      while (running.size < settings.concurrency && next < waiting.length) {
        const at = next++;
        running.set(
          at,
          converse(upstream, waiting[at], run, settings, either).then((record) => [at, record]),
        );
      }
      const [at, record] = await Promise.race(running.values());
      running.delete(at);
      records.push(record);
      await options.transcript?.(JSON.stringify(record));
      done += record.judgements.length;
      left -= waiting[at].most;
      yield { done, total: done + left, part: record.part, report: null };
    }
  } finally {
    ending.abort();
    await Promise.allSettled(running.values());
  }
  const report = reportOf(records, {
    ...{ version: EVALUATION_VERSION, model: upstream.id, startedAt, finishedAt: now() },
    ...{ seed: settings.seed, languages: settings.languages, parts: settings.parts },
    ...{ turns: settings.turns, usage: options.usage?.() ?? null },
  });
  yield { done, total: done, part: null, report };
}

async function converse(
  upstream: Upstream,
  planned: Planned,
  run: string,
  settings: Settings,
  signal: AbortSignal,
): Promise<EvaluationRecord> {
  const messages: ChatMessage[] = [...planned.opening];
  const judgements: Judgement[] = [];
  const milliseconds: number[] = [];
  for (;;) {
    const before = settings.now();
    const answer = await answerOf(upstream, messages, settings, signal);
    signal.throwIfAborted();
    milliseconds.push(Math.max(0, settings.now() - before));
    messages.push({ role: "assistant", text: answer });
    judgements.push(answer.trim() === "" ? "none" : planned.judge(answer, judgements));
    // A conversation with a hole cannot be gone on with: what came after would answer something else.
    const said = judgements.at(-1) === "none" ? null : planned.next(judgements);
    if (said === null) break;
    messages.push({ role: "user", text: said });
  }
  const { key, part, item, language, techniques } = planned;
  return {
    ...{ version: EVALUATION_VERSION, run, key, part, item, language, techniques },
    ...{ messages, judgements, milliseconds },
  };
}

/** The answer; empty where it did not come in time, or not at all. */
async function answerOf(
  upstream: Upstream,
  messages: readonly ChatMessage[],
  { timeoutMs, mostCharacters }: Settings,
  signal: AbortSignal,
): Promise<string> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), timeoutMs);
  const either = AbortSignal.any([signal, late.signal]);
  const gone = new Promise<null>((resolve) => {
    if (either.aborted) resolve(null);
    either.addEventListener("abort", () => resolve(null), { once: true });
  });
  const pieces = upstream.answer(messages, either)[Symbol.asyncIterator]();
  let text = "";
  try {
    while (text.length < mostCharacters) {
      const piece = await Promise.race([pieces.next(), gone]);
      if (piece === null) return "";
      if (piece.done === true) break;
      text += piece.value;
    }
    return text.slice(0, mostCharacters);
  } catch {
    return "";
  } finally {
    clearTimeout(timer);
    late.abort();
    void Promise.resolve(pieces.return?.()).catch(() => undefined);
  }
}

function settingsOf(options: EvaluationOptions): Settings {
  for (const key of Object.keys(options)) {
    if (!OPTIONS.includes(key)) throw expected(`one of ${OPTIONS.join(", ")}`, key, "option");
  }
  const { seed = 1, turns = 5, concurrency = 2, timeoutMs = 60_000 } = options;
  const { mostCharacters = 20_000, items = null, languages = LANGUAGES } = options;
  whole(seed, 0, 2 ** 32 - 1, "seed");
  whole(turns, 1, 10, "turns");
  whole(concurrency, 1, 64, "concurrency");
  whole(timeoutMs, 1, 2 ** 31 - 1, "timeoutMs");
  whole(mostCharacters, 1, 10_000_000, "mostCharacters");
  if (items !== null) whole(items, 1, 1_000_000, "items");
  for (const language of languages) {
    if (!LANGUAGES.includes(language)) throw expected(LANGUAGES.join(", "), language, "languages");
  }
  const debate = options.debate === undefined ? null : debateOf(options.debate);
  const nonsense = options.nonsense === undefined ? null : nonsenseOf(options.nonsense);
  const parts =
    options.parts ??
    EVALUATION_PARTS.filter(
      (part) =>
        (part !== "debate" || debate !== null) && (part !== "nonsense-file" || nonsense !== null),
    );
  for (const part of parts) {
    if (!EVALUATION_PARTS.includes(part)) {
      throw expected(EVALUATION_PARTS.join(", "), part, "parts");
    }
    if ((part === "debate" && debate === null) || (part === "nonsense-file" && nonsense === null)) {
      throw expected("its file's text beside it", "none", `parts: ${part}`);
    }
  }
  return {
    ...{ seed, turns, concurrency, timeoutMs, mostCharacters, items, languages, debate, nonsense },
    parts: EVALUATION_PARTS.filter((part) => parts.includes(part)),
    now: options.now ?? Date.now,
    signal: options.signal ?? new AbortController().signal,
  };
}

function whole(value: number, least: number, most: number, where: string): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw expected(`a whole number from ${least} to ${most}`, value, where);
  }
}

function debateOf(files: { questions: string; arguments: string }): [string, string][] {
  const lines = (text: string): string[] =>
    text
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== "");
  const questions = lines(files.questions);
  const claims = lines(files.arguments);
  if (questions.length === 0 || questions.length !== claims.length) {
    throw expected(
      "as many arguments as questions, one a line",
      `${questions.length} questions and ${claims.length} arguments`,
      "debate",
    );
  }
  return questions.map((question, at) => [question, claims[at]]);
}

function nonsenseOf(text: string): NonNullable<PlanOptions["nonsense"]> {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    throw expected("JSON", "something else", "nonsense");
  }
  const found: { id: string; technique: string; question: string }[] = [];
  const walk = (value: unknown, technique: string, depth: number): void => {
    if (depth > 6 || typeof value !== "object" || value === null) return;
    if (Array.isArray(value)) {
      for (const one of value) walk(one, technique, depth + 1);
      return;
    }
    const record = value as Record<string, unknown>;
    const name = typeof record.technique === "string" ? record.technique : technique;
    if (typeof record.question === "string") {
      const id = typeof record.id === "string" ? record.id : `nonsense-${found.length + 1}`;
      // The file's controls are sound questions: to object to them would be wrong.
      if (record.is_control !== true && !/control|ctrl/i.test(`${id} ${name}`)) {
        found.push({ id, technique: name, question: record.question });
      }
      return;
    }
    for (const [key, inner] of Object.entries(record)) {
      const named = Array.isArray(inner) && typeof record.name !== "string" ? key : name;
      walk(inner, typeof record.technique === "string" ? name : named, depth + 1);
    }
  };
  walk(read, "unnamed", 0);
  if (found.length === 0) throw expected("questions with a `question` each", "none", "nonsense");
  return found;
}

/** What a transcript's records have to be of to be taken up. */
function runOf(model: string, settings: Settings): string {
  const { parts, languages, seed, items, turns, debate, nonsense } = settings;
  const text = JSON.stringify([
    ...[EVALUATION_VERSION, model, parts, languages, seed, items, turns, debate, nonsense],
  ]);
  const draw = drawsOf(text);
  return Array.from({ length: 4 }, () => Math.floor(draw() * 2 ** 32).toString(36)).join("-");
}

/** Records of the same run; lines that are none, torn ones for instance, are passed over. */
async function taken(
  lines: EvaluationOptions["resume"],
  run: string,
): Promise<Map<string, EvaluationRecord>> {
  const known = new Map<string, EvaluationRecord>();
  for await (const line of lines ?? []) {
    try {
      const record = JSON.parse(line) as EvaluationRecord | null;
      if (record?.run === run && isRecord(record)) known.set(record.key, record);
    } catch {
      // A line that was being written when the run ended.
    }
  }
  return known;
}

function isRecord(record: EvaluationRecord): boolean {
  const { key, part, judgements, messages, techniques, milliseconds } = record;
  return (
    typeof key === "string" &&
    EVALUATION_PARTS.includes(part as EvaluationPart) &&
    [judgements, messages, techniques, milliseconds].every(Array.isArray) &&
    judgements.every((one) => ["right", "wrong", "unclear", "none"].includes(one)) &&
    messages.every((message) => typeof message?.text === "string")
  );
}
