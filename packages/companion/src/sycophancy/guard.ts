/**
 * The sycophancy guard. Without a reason the first answer stands, whoever is said to know better and however often; with
 * one the change passes. It needs nothing but the messages, and decides the same for the same ones.
 */

import type { Language } from "../language/types.ts";
import { withoutFlattery } from "./flattery.ts";
import { HEDGE, type PushKind } from "./phrases.ts";
import { type Push, readPush } from "./pushback.ts";
import { type Change, compareStance, concedes, takesNoPosition } from "./stance.ts";
import { knownResult, sumsIn } from "./sums.ts";
import type { ChatMessage, SycophancyRequest, SycophancyVerdict } from "./types.ts";
import { type View, view } from "./view.ts";
import { type HeldTone, heldText, unwrapped } from "./wording.ts";
import { isPressureWord } from "./words.ts";

/** Messages that are read, the last ones. */
const MOST_MESSAGES = 200;
/** Characters that are read of an earlier message. */
const EARLIER_CHARACTERS = 4000;

/** A question, its answer, and what was said about it since. */
type Thread = {
  /** The person's question. */
  question: string;
  /** Stems of the question. */
  questionStems: ReadonlySet<string>;
  /** Index of the answer that stands. */
  standing: number;
  /** The answer that stands, without the guard's words. */
  text: string;
  /** The same, read. */
  first: View;
  /** Stems of question and answers. */
  topic: Set<string>;
  /** Evidence that was given and not taken up yet. */
  pending: string[];
  /** How often it was pressed. */
  pressed: number;
};

/**
 * Looks at an answer before it goes out: holds the first one under pressure, lets a change pass that was given a reason,
 * and takes praise out. Never throws, reads at most 200 messages.
 */
export function guardAgreement(request: SycophancyRequest): SycophancyVerdict {
  const { answer, language } = request;
  const messages = request.messages.slice(-MOST_MESSAGES);
  const shift = request.messages.length - messages.length;
  const last = messages.findLastIndex(({ role }) => role === "user");
  const toned = tonedVerdict(answer, messages[last]?.text ?? "", null, []);
  if (last < 1 || answer.trim() === "") return toned;
  const threads = threadsOf(messages.slice(0, last), language);
  if (threads.length === 0) return toned;
  const said = messages[last].text;
  const next = view(answer);
  const thread = atStake(threads, said, next);
  const push = readPush(said, known(thread, threads, next));
  const firstAnswer = thread.standing + shift;
  if (takesNoPosition(thread.first)) return toned;
  const change = compareStance({
    first: thread.first,
    next,
    question: thread.questionStems,
    asked: view(thread.question),
    brought: push.brought,
    said: push.view,
    pressed: push.kinds.size > 0 && push.evidence.length === 0 && !push.asksElse,
    language,
  });
  const pressing = presses(push, change, thread, next, said);
  if (!pressing) return { ...toned, evidence: push.asksElse ? [] : push.evidence };
  const evidence = push.evidence.length > 0 ? push.evidence : thread.pending;
  const kinds = [...push.kinds].map((kind) => `pressed-by-${kind}`);
  const proven = recomputed(thread, answer, change.changed);
  const pushback = push.evidence.length === 0;
  const corrects = proven === "next" || (evidence.length > 0 && !proofAgainst(proven, push));
  if (!change.changed && proven !== "first") {
    return { ...toned, pushback, evidence: push.evidence, firstAnswer };
  }
  if (corrects) {
    return {
      action: "corrected",
      text: answer,
      pushback,
      evidence,
      firstAnswer,
      rules: [
        ...(proven === "next" ? ["recomputed"] : push.sorts.map((sort) => `evidence-${sort}`)),
        ...change.rules,
      ],
      why:
        proven === "next"
          ? "the first answer does not come out when it is computed again; the new one does"
          : "the answer changed, and the person had given a reason that can be checked",
    };
  }
  const rules = [
    ...change.rules,
    ...kinds,
    ...(proven === "first" ? ["recomputed"] : []),
    ...(push.falseSums.length > 0 ? ["false-sum"] : []),
  ];
  const clean = withoutFlattery(thread.text, false).text;
  return {
    action: "held",
    text: heldText(clean, toneOf(push, thread.pressed), language),
    pushback: true,
    evidence: [],
    firstAnswer,
    rules,
    why:
      push.falseSums.length > 0
        ? "the answer gave way to a calculation that does not hold; the first one stands"
        : "the answer gave way without a new reason; the first one stands",
  };
}

/** A sum that was proven beats any reason but changed facts. */
function proofAgainst(proven: "first" | "next" | null, push: Push): boolean {
  return (
    proven === "first" && !push.sorts.some((sort) => sort === "own-facts" || sort === "own-words")
  );
}

function tonedVerdict(
  answer: string,
  said: string,
  firstAnswer: number | null,
  evidence: readonly string[],
): SycophancyVerdict {
  const { text, removed } = withoutFlattery(answer, asksWhetherRight(said));
  const found = removed.length > 0;
  return {
    action: found ? "toned" : "pass",
    text,
    pushback: false,
    evidence,
    firstAnswer,
    rules: found ? ["praise-taken-out"] : [],
    why: found ? "praise that says nothing was taken out" : "",
  };
}

function asksWhetherRight(said: string): boolean {
  return /\b(?:right|correct|am i|is (?:that|this|it) (?:true|so)|agree|giusto|ho ragione|corretto|vero|sbaglio)\b/i.test(
    said.slice(-400),
  );
}

/** What the conversation was about, in threads: a question, and the pressing that followed. */
function threadsOf(messages: readonly ChatMessage[], language: Language): Thread[] {
  const threads: Thread[] = [];
  let question: string | null = null;
  for (let at = 0; at < messages.length; at++) {
    const { role, text } = messages[at];
    if (role === "user") {
      question = question === null ? text : `${question}\n${text}`;
      continue;
    }
    if (role !== "assistant" || text.trim() === "") continue;
    const said = (question ?? "").slice(0, EARLIER_CHARACTERS);
    question = null;
    const whole = unwrapped(text);
    const next = view(whole.slice(0, EARLIER_CHARACTERS));
    if (threads.length > 0 && continues(threads, said, next, language, at, whole)) continue;
    const asked = view(said);
    threads.push({
      question: said,
      questionStems: asked.stems,
      standing: at,
      text: whole,
      first: next,
      topic: new Set([...asked.stems, ...next.stems]),
      pending: [],
      pressed: 0,
    });
  }
  return threads;
}

/** Takes an earlier message and its answer into the thread that it presses on; false where it opens one of its own. */
function continues(
  threads: readonly Thread[],
  said: string,
  next: View,
  language: Language,
  at: number,
  whole: string,
): boolean {
  const thread = atStake(threads, said, next);
  if (takesNoPosition(thread.first)) return false;
  const push = readPush(said, known(thread, threads, next));
  const change = compareStance({
    first: thread.first,
    next,
    question: thread.questionStems,
    asked: view(thread.question),
    brought: push.brought,
    said: push.view,
    pressed: push.kinds.size > 0 && push.evidence.length === 0 && !push.asksElse,
    language,
  });
  if (!presses(push, change, thread, next, said)) {
    // Facts that came without pressing, answered on the same matter, are a thread's own too.
    if (push.evidence.length === 0 || !linked(thread, said, next)) return false;
    if (push.asksElse) return false;
  }
  thread.pressed++;
  const proven = recomputed(thread, whole, change.changed);
  const evidence = [...thread.pending, ...push.evidence];
  if (
    change.changed &&
    (proven === "next" || (evidence.length > 0 && !proofAgainst(proven, push)))
  ) {
    thread.standing = at;
    thread.text = whole;
    thread.first = next;
    thread.pending = [];
  } else thread.pending = evidence.slice(-20);
  for (const stem of next.stems) thread.topic.add(stem);
  for (const stem of push.brought) thread.topic.add(stem);
  return true;
}

/** The thread that a message and the answer to it are about: by shared words that few threads have; else the last. */
function atStake(threads: readonly Thread[], said: string, next: View): Thread {
  const spread = new Map<string, number>();
  for (const { topic } of threads) {
    for (const stem of topic) spread.set(stem, (spread.get(stem) ?? 0) + 1);
  }
  const asked = view(said);
  let best = threads[threads.length - 1];
  let most = -1;
  for (const [at, thread] of threads.entries()) {
    let score = at === threads.length - 1 ? 1 : (at / threads.length) * 0.5;
    for (const stem of asked.stems) {
      if (thread.topic.has(stem) && !isPressureWord(stem)) score += 3 / (spread.get(stem) ?? 1);
    }
    for (const stem of next.stems) {
      if (thread.topic.has(stem) && !isPressureWord(stem)) score += 0.7 / (spread.get(stem) ?? 1);
    }
    if (score >= most) {
      most = score;
      best = thread;
    }
  }
  return best;
}

/** A question about the person's own matter, whose facts are theirs to tell. */
const PERSONAL =
  /\b(?:i|i'm|i've|i'd|me|my|mine|we|we're|we've|us|our|ours|mio|mia|miei|mie|nostr[oaie]|mi|ci|io|noi|posso|possiamo|devo|dobbiamo|ho|abbiamo|sono|faccio|facciamo|\w{3,}(?:iamo))\b/;
const UNIVERSAL =
  /\b(?:all|every|always|never|none|no|only|any|nothing|nobody|everything|everyone|tutti|tutte|ogni|sempre|mai|nessun\w*|solo|qualsiasi)\b/;

/** A question that brings a text to work on. */
const WORK_ON =
  /\b(?:summari[sz]e|proofread|translate|rewrite|rephrase|shorten|extract)\b.{0,80}[:"'«“]|(?:riassum|traduc|riscriv|accorci|estra)\p{L}{0,8}.{0,80}[:"'«“]/isu;

/** All words of a message in a row, between spaces. */
function plainWords({ sentences }: View): string {
  const all = sentences.flatMap(({ tokens }) => tokens.filter(({ kind }) => kind !== "sign"));
  return ` ${all.map(({ text }) => text).join(" ")} `;
}

function known(
  thread: Thread,
  threads: readonly Thread[],
  next: View,
): Parameters<typeof readPush>[1] {
  const own = new Set(thread.questionStems);
  for (const other of threads) for (const stem of other.questionStems) own.add(stem);
  return {
    topic: thread.topic,
    own,
    answer: thread.first.stems,
    next: next.stems,
    personal: PERSONAL.test(view(thread.question).text),
    material: WORK_ON.test(thread.question) ? plainWords(view(thread.question)) : "",
    answered: plainWords(thread.first),
    universal:
      UNIVERSAL.test(thread.first.sentences[0]?.text.replace(/^(?:no|yes)\b/, "") ?? "") &&
      UNIVERSAL.test(thread.question.toLowerCase().slice(0, 500)),
  };
}

/** Whether message and answer share a word with what is at stake. */
function linked(thread: Thread, said: string, next: View): boolean {
  for (const stem of view(said).stems)
    if (thread.topic.has(stem) && !isPressureWord(stem)) return true;
  for (const stem of next.stems) if (thread.topic.has(stem)) return true;
  return false;
}

/** Whether a message is about an earlier answer at all, so that a change needs a reason. */
function presses(push: Push, change: Change, thread: Thread, next: View, said: string): boolean {
  if (push.asksElse && !(push.strong && change.conceded)) return false;
  // Of a poem or a dinner nothing is true: another one may come whenever it is asked for.
  if (TASTE.test(thread.question) && !change.conceded) return false;
  if (push.strong) return true;
  // News of the person's, and what one says to them.
  if (SHARES.test(next.text) && !change.conceded) return false;
  // A statement that an answer turns round for presses, in whatever words.
  const turned = change.rules.some((rule) => TURNED.has(rule));
  if (turned && !push.mayAskElse && !THANKS.test(push.view.text)) return true;
  if (push.kinds.size > 0 || push.evidence.length > 0) {
    return change.conceded || concedes(next) || linked(thread, said, next) || HEDGE.test(next.text);
  }
  // No known words of pressing: then what became of the answer decides.
  const words = push.view.sentences.reduce((sum, { tokens }) => sum + tokens.length, 0);
  if (words > MOST_WORDS || (THANKS.test(push.view.text) && !change.conceded)) return false;
  const fresh = [...next.stems].filter((one) => !thread.topic.has(one) && !isPressureWord(one));
  const beyond = fresh.filter((one) => !push.brought.has(one)).length;
  const echoed = fresh.some((one) => push.brought.has(one));
  if (push.mayAskElse && !change.conceded) return beyond === 0 && echoed;
  if (change.conceded || change.rules.includes("hedges")) return true;
  const same = [...next.stems].some((one) => thread.questionStems.has(one) && !isPressureWord(one));
  // With something new of the person's and something new besides, another question was answered.
  return echoed ? beyond === 0 : same && push.brought.size === 0 && beyond <= 3;
}

/** Rules of {@link compareStance} that say that the opposite, or another thing, is asserted now. */
const TURNED: ReadonlySet<string> = new Set(
  "statement-turned yes-no-turned option-changed answer-denied claim-taken-over claim-restated choice-swapped refusal-dropped".split(
    " ",
  ),
);
const SHARES =
  /^\W*(?:oh,? |wow,? |che bello,? )?(?:congratulations|congrats|well done|brav[oaie]\b|complimenti|che bella notizia|condoglianze|felicitazioni)/;
const TASTE =
  /^\W{0,3}(?:please |can you |could you )?(?:suggest|write|compose|draft|name|create|plan|design|invent|generate|come up|give me (?:a|an|some)|tell me a (?:joke|story)|suggerisci|scrivi|componi|inventa|proponi|dammi un)/i;
/** Longest message, in words and signs, that presses without any known words of pressing. */
const MOST_WORDS = 60;
const THANKS =
  /^\W*(?:thanks|thank you|thx|ok|okay|great|perfect|cool|nice|got it|good|alright|understood|grazie|va bene|perfetto|ottimo|capito|bene)\b/;

/** Which answer a computation proves: the first, the next, or (null) neither. */
function recomputed(thread: Thread, next: string, changed: boolean): "first" | "next" | null {
  const result = knownResult(thread.question);
  if (result !== null) {
    const first = result.said(thread.text);
    const then = result.said(next);
    if (first === false && then === true) return "next";
    if (first === true && (then === false || (then === null && changed))) return "first";
    return null;
  }
  if (!changed) return null;
  const wrong = sumsIn(thread.text).some(({ holds }) => !holds);
  const right = sumsIn(next);
  return wrong && right.every(({ holds }) => holds) && right.length > 0 ? "next" : null;
}

function toneOf(push: Push, pressed: number): HeldTone {
  const has = (kind: PushKind): boolean => push.kinds.has(kind);
  if (push.falseSums.length > 0) return "sum";
  if (has("emotion")) return "upset";
  if (has("authority") || has("crowd") || has("credential")) return "source";
  return pressed === 0 ? "first" : pressed === 1 ? "again" : "still";
}
