/**
 * The layer after a model. A question passes the gates, the model answers, the answer passes the guards, is said more
 * warmly where that leaves its meaning alone, and is written down. What no guard has seen never goes out: where a stage
 * cannot do its work, the answer is withheld.
 */

import { expected } from "@symbion/core";
import { SETTINGS, type Setting } from "../consent/types.ts";
import { LANGUAGES, type Language } from "../language/types.ts";
import { saysUnknown } from "../language/unknown.ts";
import type { AccountabilityLog } from "../log/log.ts";
import type { Json } from "../log/types.ts";
import { GRAMMAR, withoutGrammar } from "../rephrase/grammar.ts";
import { type Rephraser, WARMTHS, type Warmth } from "../rephrase/types.ts";
import type { AnswerMemory } from "../sycophancy/memory.ts";
import type { ChatMessage } from "../sycophancy/types.ts";
import type { TriageVerdict } from "../triage/types.ts";
import { collect, type Patience } from "./collect.ts";
import {
  isUrgent,
  questionOf,
  readConversation,
  screenConversation,
  triageConversation,
} from "./conversation.ts";
import { BUILT_IN, type LayerParts } from "./parts.ts";
import {
  STAGES,
  type StageName,
  type StageResult,
  type Turn,
  type TurnOptions,
  type Upstream,
} from "./types.ts";
import { RULES_VERSION } from "./version.ts";
import { namesADoctor, PLAIN_PROMPT, unloggedText, withheldText } from "./words.ts";

/** How a layer is made. */
export type LayerOptions = {
  /** The model. */
  readonly upstream: Upstream;
  /** Proposes warmer words; default: the built-in grammar. */
  readonly rephraser?: Rephraser;
  /** Where answers are written down; null or left out: nowhere. */
  readonly log?: Pick<AccountabilityLog, "append"> | null;
  /** Answers as they went out, for conversations that have an id; left out: what the client sends counts. */
  readonly memory?: AnswerMemory;
  /** Where it is used; default `private`. The layer itself infers nothing of anybody: it is told for the log. */
  readonly setting?: Setting;
  /** Language of all answers; default: the question's. */
  readonly language?: Language | null;
  /** How warm answers are unless a question says otherwise; default `kind`. */
  readonly warmth?: Warmth;
  /** Whether the model is told to answer plainly, in a system message put first; default true. */
  readonly prompt?: boolean;
  /** Longest silence of the model, milliseconds; default 120,000. */
  readonly silenceMs?: number;
  /** Longest time for its whole answer, milliseconds; default 900,000. */
  readonly wholeMs?: number;
  /** Longest answer in characters; default 100,000. */
  readonly mostCharacters?: number;
  /** Functions in the place of the built-in ones; what they decide has no version of rules. */
  readonly parts?: Partial<LayerParts>;
  /** Milliseconds since 1970; default `Date.now`. */
  readonly now?: () => number;
};

/** What a person asks, and who is told how it goes. */
export type RespondOptions = TurnOptions & {
  /** Told of every stage as it finishes, in order, skipped ones too. What it throws is ignored. */
  readonly stages?: (result: StageResult) => void;
};

const OPTIONS = [
  ...["upstream", "rephraser", "log", "setting", "language", "warmth", "prompt", "silenceMs"],
  ...["wholeMs", "mostCharacters", "parts", "now", "memory"],
];
const RESPOND_OPTIONS = ["conversation", "language", "warmth", "age", "stages"];
/** A proposal of more characters is none. */
const LONGEST_PROPOSAL = 200_000;
const CONVERSATION = /^[A-Za-z0-9_-]{1,64}$/;

/** See the file's head. */
export class CompanionLayer {
  readonly #options: LayerOptions;
  readonly #parts: LayerParts;
  readonly #patience: Patience;
  readonly #now: () => number;
  /** Version of the rules that decide here. */
  readonly rules: string;

  /** @throws {UsageError} For options that cannot be used. */
  constructor(options: LayerOptions) {
    for (const key of Object.keys(options)) {
      if (!OPTIONS.includes(key)) throw expected(`one of ${OPTIONS.join(", ")}`, key, "option");
    }
    oneOf(SETTINGS, options.setting, "setting");
    oneOf(LANGUAGES, options.language ?? undefined, "language");
    oneOf(WARMTHS, options.warmth, "warmth");
    const { silenceMs = 120_000, wholeMs = 900_000, mostCharacters = 100_000 } = options;
    for (const [name, value] of Object.entries({ silenceMs, wholeMs, mostCharacters })) {
      if (!(value >= 1 && value <= 2 ** 31 - 1)) throw expected("a number from 1", value, name);
    }
    this.#options = options;
    this.#parts = { ...BUILT_IN, ...options.parts };
    this.#patience = { silenceMs, wholeMs, characters: mostCharacters };
    this.#now = options.now ?? Date.now;
    this.rules = options.parts === undefined ? RULES_VERSION : `${RULES_VERSION}+other`;
  }

  /**
   * Answers a question.
   *
   * @param messages The conversation, oldest first; the last message is the person's.
   * @throws {UsageError} For a conversation or option that cannot be used. {@link UpstreamError} where the model did not
   *   answer; that is written down. The signal's reason where that is aborted.
   */
  async respond(
    messages: readonly ChatMessage[],
    options: RespondOptions = {},
    signal: AbortSignal = new AbortController().signal,
  ): Promise<Turn> {
    const asked = this.#read(messages, options);
    const run = new Run(asked, this.#parts, options.stages ?? (() => {}));
    signal.throwIfAborted();
    const decided = run.gate();
    if (!decided) {
      const { upstream, rephraser } = this.#options;
      let said: string;
      try {
        said = await collect(upstream, this.#prompted(asked.messages), this.#patience, signal);
      } catch (error) {
        if (!signal.aborted) await this.#writeFailure(asked, error);
        throw error;
      }
      run.heard(upstream.id, said);
      await run.guard(rephraser, signal);
    }
    signal.throwIfAborted();
    const turn = await this.#write(run);
    if (options.conversation !== undefined) {
      this.#options.memory?.remember(options.conversation, turn.messages, turn.answer);
    }
    return turn;
  }

  #read(messages: readonly ChatMessage[], options: RespondOptions): Asked {
    for (const key of Object.keys(options)) {
      if (!RESPOND_OPTIONS.includes(key)) {
        throw expected(`one of ${RESPOND_OPTIONS.join(", ")}`, key, "option");
      }
    }
    const { age = null, conversation, warmth, language } = options;
    oneOf(WARMTHS, warmth, "warmth");
    oneOf(LANGUAGES, language, "language");
    if (age !== null && !(age >= 0 && age <= 130))
      throw expected("years from 0 to 130", age, "age");
    if (conversation !== undefined && !CONVERSATION.test(conversation)) {
      throw expected("1 to 64 letters, digits, - and _", conversation, "conversation");
    }
    const at = this.#now();
    const id = turnId(at);
    const sent = readConversation(messages);
    const { messages: read, rewritten } =
      conversation === undefined || this.#options.memory === undefined
        ? { messages: sent, rewritten: [] }
        : this.#options.memory.restore(conversation, sent);
    return {
      ...{ id, at, conversation: conversation ?? id, messages: read, age },
      warmth: warmth ?? this.#options.warmth ?? "kind",
      language: language ?? this.#options.language ?? languageOf(this.#parts, questionOf(read)),
      restored: rewritten,
      rules: this.rules,
    };
  }

  /** The conversation with the layer's own request in the first system message: many templates allow only one. */
  #prompted(messages: readonly ChatMessage[]): readonly ChatMessage[] {
    if (this.#options.prompt === false) return messages;
    const [first, ...rest] = messages;
    return first?.role === "system"
      ? [{ role: "system", text: `${PLAIN_PROMPT}\n\n${first.text}` }, ...rest]
      : [{ role: "system", text: PLAIN_PROMPT }, ...messages];
  }

  async #write(run: Run): Promise<Turn> {
    const { log = null } = this.#options;
    if (log === null) {
      run.end("skipped", "there is no log");
      return run.turn();
    }
    // The line says of itself that it was written: where it was not, nobody can read that.
    const written = run.turn(logged("passed", "it is written down", run.answer));
    const { conversation: subject } = run.asked;
    const kind = run.handedOver ? "handover" : "answer";
    try {
      const body = { ...written, setting: this.#options.setting ?? "private" };
      await log.append({ kind, subject, body: body as unknown as Json });
      run.end("passed", "it is written down");
    } catch {
      // What the layer says by itself has to go out even so: it sends people to people.
      if (run.ownWords) run.end("failed", "it could not be written down");
      else run.withhold("log", unloggedText(run.asked.language), "it could not be written down");
    }
    return run.turn();
  }

  async #writeFailure(asked: Asked, error: unknown): Promise<void> {
    const { log = null, upstream } = this.#options;
    const { id, conversation: subject } = asked;
    const reason = error instanceof Error ? error.message : String(error);
    const body = { turn: id, model: upstream.id, reason, rules: asked.rules };
    // Nothing went out: an answer that is missing needs no second error.
    await log?.append({ kind: "failure", subject, body }).catch(() => undefined);
  }
}

/** A question, read. */
export type Asked = Pick<
  Turn,
  "id" | "at" | "conversation" | "language" | "warmth" | "age" | "messages" | "restored" | "rules"
>;

/** One question on its way through the stages. */
export class Run {
  readonly asked: Asked;
  readonly #parts: LayerParts;
  readonly #tell: (result: StageResult) => void;
  readonly #stages: StageResult[] = [];
  #upstream: Turn["upstream"] = null;
  #proposal: Turn["proposal"] = null;
  #disposition: Turn["disposition"] = "unknown";
  #triage: TriageVerdict | null = null;
  #text: string | null = null;
  #abstained = false;
  #handedOver = false;
  #ownWords = false;

  constructor(asked: Asked, parts: LayerParts, tell: (result: StageResult) => void) {
    this.asked = asked;
    this.#parts = parts;
    this.#tell = tell;
  }

  /** What goes out as things stand. */
  get answer(): string {
    return this.#text ?? withheldText(this.asked.language);
  }

  /** Whether people take over. */
  get handedOver(): boolean {
    return this.#handedOver;
  }

  /** Whether no word of a model is in the answer. */
  get ownWords(): boolean {
    return this.#ownWords;
  }

  /** Red flags and request. Returns whether the layer answers by itself. */
  gate(): boolean {
    const { messages, age, language } = this.asked;
    const parts = this.#parts;
    return (
      this.#try("red-flags", () => {
        const verdict = triageConversation(parts.triage, messages, age);
        this.#disposition = verdict.disposition;
        this.#triage = verdict;
        const rules = verdict.reasons.map(({ rule }) => rule);
        const sources = [...new Set(verdict.reasons.flatMap((reason) => reason.sources))];
        const [first] = verdict.reasons;
        if (isUrgent(verdict)) {
          this.#handedOver = true;
          const why = first?.why ?? "people have to take over";
          this.#own("red-flags", parts.handoverText(verdict, language), why, rules, sources);
          return true;
        }
        const why = first?.why ?? (verdict.aboutHealth ? "no red flag" : "no complaint in it");
        this.#done({ stage: "red-flags", outcome: "passed", why, rules, sources, text: null });
        return false;
      }) ||
      this.#try("request", () => {
        const verdict = screenConversation(parts.screenRequest, messages);
        const { rules, why } = verdict;
        if (verdict.refuse) {
          this.#own("request", parts.refusalText(verdict, language), why, rules, []);
          return true;
        }
        this.#pass("request", "nothing that a model may not be asked");
        return false;
      })
    );
  }

  /** Notes what the model said. */
  heard(model: string, text: string): void {
    this.#upstream = { model, text };
    this.#text = text;
    this.#pass("upstream", `${model} answered`);
  }

  /** Sycophancy, advice, rephrasing, meaning. */
  async guard(rephraser: Rephraser | undefined, signal?: AbortSignal): Promise<void> {
    const decided = this.#agreement() || this.#advice();
    if (!decided) await this.#rephrase(rephraser, signal);
  }

  /** The log's stage. */
  end(outcome: "passed" | "skipped" | "failed", why: string): void {
    this.#done(logged(outcome, why, this.answer));
  }

  /** Takes the answer out, since a stage could not do its work. */
  withhold(stage: StageName, text: string, why: string): void {
    this.#text = text;
    this.#abstained = true;
    this.#ownWords = true;
    this.#done({ stage, outcome: "failed", why, rules: [], sources: [], text });
    if (stage !== "log") this.#skipTo("log", "an earlier stage failed");
  }

  /** The record, with a last stage that is not among those that were told. */
  turn(last?: StageResult): Turn {
    return {
      ...this.asked,
      upstream: this.#upstream,
      proposal: this.#proposal,
      answer: this.answer,
      disposition: this.#disposition,
      abstained: this.#abstained || saysUnknown(this.answer),
      stages: last === undefined ? [...this.#stages] : [...this.#stages, last],
    };
  }

  #agreement(): boolean {
    const { messages, language } = this.asked;
    return this.#try("sycophancy", () => {
      const request = { messages: withoutKindWords(messages), answer: this.answer, language };
      const verdict = this.#parts.guardAgreement(request);
      const { action, rules, why } = verdict;
      if (action !== "pass" && action !== "corrected") this.#text = verdict.text;
      const outcome = action === "held" ? "held" : action === "toned" ? "changed" : "passed";
      const told = why === "" ? "it gives way to nothing" : why;
      this.#done({ stage: "sycophancy", outcome, why: told, rules, sources: [], text: this.#text });
      return false;
    });
  }

  #advice(): boolean {
    const { messages, language } = this.asked;
    return this.#try("advice", () => {
      const query = questionOf(messages);
      const verdict = this.#parts.guardAdvice({ query, answer: this.answer, language });
      const { action, why } = verdict;
      const rules = [...verdict.rules];
      if (action === "replaced") {
        this.#own("advice", verdict.text, why, rules, []);
        return true;
      }
      let text = action === "amended" ? verdict.text : this.answer;
      const reasons = action === "amended" ? [why] : [];
      if (this.#triage?.disposition === "doctor" && !namesADoctor(text)) {
        const note = this.#parts.handoverText(this.#triage, language);
        text = `${text}\n\n${note}`;
        rules.push("layer-referral");
        reasons.push("a doctor should have a look, which the model did not say");
      }
      this.#text = text;
      const outcome = reasons.length > 0 ? "changed" : "passed";
      const told = reasons.length > 0 ? reasons.join("; ") : "no dose, no diet, no deal in it";
      this.#done({ stage: "advice", outcome, why: told, rules, sources: [], text });
      return false;
    });
  }

  /** What fails here costs warmth only: the neutral text has been guarded. */
  async #rephrase(rephraser: Rephraser | undefined, signal?: AbortSignal): Promise<void> {
    const { messages, language, warmth } = this.asked;
    const answer = this.answer;
    const held = this.#stages.some(({ outcome }) => outcome === "held");
    if (warmth === "plain" || held) {
      const why = held
        ? "the answer that stands goes out in the guard's words"
        : "plain words are asked for";
      this.#skip("rephrasing", why);
      this.#skip("meaning", why);
      return;
    }
    try {
      const query = questionOf(messages);
      const previous = messages.flatMap(({ role, text }) => (role === "assistant" ? [text] : []));
      const done = await this.#parts.rephrase(
        { query, answer, language, warmth, previous },
        rephraser === undefined ? undefined : this.#recorded(rephraser),
        signal,
      );
      signal?.throwIfAborted();
      const { proposed, verdict, rules } = done;
      if (proposed === null) {
        // A model that proposes nothing has failed, whether it said so or not: the record cannot tell the two apart.
        const failed = done.fellBack || (this.#proposal !== null && this.#proposal.text === null);
        const outcome = failed ? "failed" : "passed";
        const why = failed ? "no warmer text could be made" : "nothing to add to it";
        this.#done({ stage: "rephrasing", outcome, why, rules, sources: [], text: answer });
        this.#skip("meaning", "the words are the same");
        return;
      }
      const why = "said more warmly";
      this.#done({
        stage: "rephrasing",
        outcome: "changed",
        why,
        rules,
        sources: [],
        text: proposed,
      });
      if (done.changed && verdict?.same === true && !done.fellBack) {
        this.#text = done.text;
        this.#pass("meaning", "it says the same");
        return;
      }
      const [first] = verdict?.differences ?? [];
      const kinds = [...new Set((verdict?.differences ?? []).map(({ kind }) => kind))];
      this.#done({
        ...{ stage: "meaning", outcome: "held", text: answer, sources: [] },
        why: `the warmer words were not let out: ${first?.detail ?? "they are not proven to say the same"}`,
        rules: kinds,
      });
    } catch (error) {
      if (signal?.aborted === true) throw error;
      this.#done({
        ...{ stage: "rephrasing", outcome: "failed", rules: [], sources: [], text: answer },
        why: "the words could not be made warmer; the neutral ones go out",
      });
      this.#skip("meaning", "the words are the same");
    }
  }

  /** A rephraser whose proposal is noted: from it, and not by asking again, the answer can be computed anew. */
  #recorded(rephraser: Rephraser): Rephraser {
    if (rephraser.id === GRAMMAR.id) return rephraser;
    const { id } = rephraser;
    this.#proposal = { rephraser: id, text: null };
    return {
      id,
      propose: async (request, signal) => {
        const proposal = await rephraser.propose(request, signal);
        if (proposal === null || proposal.text.length > LONGEST_PROPOSAL) return null;
        const text = proposal.text.toWellFormed();
        this.#proposal = { rephraser: id, text };
        return { ...proposal, text };
      },
    };
  }

  /** The layer answers by itself. */
  #own(
    stage: StageName,
    text: string,
    why: string,
    rules: readonly string[],
    sources: readonly string[],
  ): void {
    this.#text = text;
    this.#abstained = true;
    this.#ownWords = true;
    this.#done({ stage, outcome: "refused", why, rules, sources, text });
    this.#skipTo("log", "the layer answers itself");
  }

  /** Runs a stage; a defect in it withholds the answer. Returns whether it is decided what goes out. */
  #try(stage: StageName, work: () => boolean): boolean {
    try {
      return work();
    } catch {
      this.withhold(
        stage,
        withheldText(this.asked.language),
        "it could not do its work; the answer is withheld",
      );
      return true;
    }
  }

  #pass(stage: StageName, why: string): void {
    this.#done({ stage, outcome: "passed", why, rules: [], sources: [], text: this.#text });
  }

  #skip(stage: StageName, why: string): void {
    this.#done({ stage, outcome: "skipped", why, rules: [], sources: [], text: this.#text });
  }

  #skipTo(end: StageName, why: string): void {
    for (const stage of STAGES.slice(this.#stages.length, STAGES.indexOf(end)))
      this.#skip(stage, why);
  }

  #done(result: StageResult): void {
    this.#stages.push(result);
    try {
      this.#tell(result);
    } catch {
      // Whoever listens decides nothing.
    }
  }
}

function logged(outcome: "passed" | "skipped" | "failed", why: string, text: string): StageResult {
  return { stage: "log", outcome, why, rules: [], sources: [], text };
}

/** Earlier answers without the kind words that the layer put around them: an answer that stands is not greeted twice. */
function withoutKindWords(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  let asked = "";
  return messages.map(({ role, text }) => {
    if (role === "user") asked = text;
    return { role, text: role === "assistant" ? withoutGrammar(text, asked) : text };
  });
}

function languageOf(parts: LayerParts, text: string): Language {
  try {
    return parts.detectLanguage(text);
  } catch {
    return "en";
  }
}

function oneOf(known: readonly string[], value: string | undefined, where: string): void {
  if (value !== undefined && !known.includes(value)) {
    throw expected(known.join(", "), value, where);
  }
}

/** Sorts by time; two of the same millisecond differ. */
function turnId(at: number): string {
  const time = Math.max(0, Math.floor(at)).toString(36).padStart(9, "0");
  const draw = crypto.getRandomValues(new Uint8Array(8));
  return `${time}-${[...draw].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
