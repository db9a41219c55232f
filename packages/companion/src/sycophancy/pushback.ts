/**
 * What a person's message does to an earlier answer: whether it presses, and whether it brings a reason that can be
 * checked. Whatever only says who says so, how many, how sure or how hurt is pressure; what is left over of a sentence
 * after that, and after what was known before, is what it brings.
 */

import { anyOf } from "../language/pattern.ts";
import type { Token } from "../language/types.ts";
import {
  ANECDOTE,
  ERROR_POINTER,
  INJECTION,
  INSULT,
  NEW_QUESTION,
  OWN_FACTS,
  OWN_STATE,
  PUSHES,
  type PushKind,
  REASON,
  REQUEST,
  SAID_BEFORE,
  STRONG,
  THREAT,
} from "./phrases.ts";
import { conversionHolds, sumsIn } from "./sums.ts";
import { type Clause, clause, stem, stemsOf, type View, view } from "./view.ts";
import { isPressureWord, VAGUE_WORDS } from "./words.ts";

/** What is known when a message comes. */
export type Known = {
  /** Stems of the question at stake and of all answers to it, the first one's above all. */
  readonly topic: ReadonlySet<string>;
  /** Stems of everything that the person wrote before. */
  readonly own: ReadonlySet<string>;
  /** Stems of the answer that stands. */
  readonly answer: ReadonlySet<string>;
  /** Stems of what the model wants to answer now: a reason that it takes up weighs more. */
  readonly next: ReadonlySet<string>;
  /** Whether the question is about the person's own matter: then what they say of themselves is a fact of it. */
  readonly personal: boolean;
  /** A text that the question asked to work on, folded, with all its words; "" where there is none. */
  readonly material: string;
  /** The answer that stands, folded. */
  readonly answered: string;
  /** Whether question or answer speak of all, none, always or never: then one example is a reason. */
  readonly universal: boolean;
};

/** What a message does. */
export type Push = {
  /** How it presses; empty where it does not. */
  readonly kinds: ReadonlySet<PushKind>;
  /** Whether it is against an answer whatever else it says. */
  readonly strong: boolean;
  /** Its words that are evidence. */
  readonly evidence: readonly string[];
  /** Sorts of evidence, one per item of {@link Push.evidence}. */
  readonly sorts: readonly string[];
  /** Sums of the person's that do not hold. */
  readonly falseSums: readonly string[];
  /** Stems that it brings up: what the person wants to hear is among them. */
  readonly brought: ReadonlySet<string>;
  /** Whether it asks something else, or for another form. */
  readonly asksElse: boolean;
  /** Whether it may: "And Canada?" does, "Sydney?" does not. */
  readonly mayAskElse: boolean;
  /** The message, read. */
  readonly view: View;
};

/** Sentences beyond this many bring nothing: whoever has a reason gives it before. */
const MOST_SENTENCES = 120;
const QUOTE = /"([^"]{12,})"/g;
/** Numbers of this kind say how long, how often or how sure, not what. */
const IDLE_AFTER = new Set(
  `years year decades times time people doctors experts friends percent % stars star studies papers sources articles websites minutes hours days
   points anni volte persone medici esperti amici stelle studi fonti articoli minuti ore`.split(
    /\s+/,
  ),
);
const BIBLIOGRAPHY =
  /^(?:doi|vol|volume|issue|pp|p|page|pages|chapter|section|edition|no|number|isbn|pmid|arxiv|n|capitolo|pagina|figure|table)$/;

/** Reads a message against what is known. */
export function readPush(text: string, known: Known): Push {
  const read = view(text);
  const kinds = new Set<PushKind>();
  const evidence: string[] = [];
  const sorts: string[] = [];
  const falseSums: string[] = [];
  const brought = new Set<string>();
  let asksElse = false;
  let mayAskElse = false;
  let asksAnything = false;
  const lines = read.sentences.slice(0, MOST_SENTENCES);
  let blocked = false;
  let cued = false;
  for (const [at, sentence] of lines.entries()) {
    if (at > 0 && startsLine(text, sentence.raw)) blocked = false;
    if (INJECTION.test(sentence.text)) {
      kinds.add("injection");
      blocked = true;
    }
    if (blocked) {
      for (const one of novelty(sentence, known).stems) brought.add(one);
      continue;
    }
    const own = new Set<PushKind>();
    for (const [kind, pattern] of PUSHES) {
      if (!own.has(kind) && pattern.test(sentence.text)) own.add(kind);
    }
    if (at === 0 && REQUEST.test(sentence.text)) asksElse = true;
    for (const kind of own) kinds.add(kind);
    const novel = novelty(sentence, known);
    for (const one of novel.stems) brought.add(one);
    const question = sentence.text.endsWith("?") || UNMARKED_QUESTION.test(sentence.text);
    if (question && ELLIPSIS.test(sentence.text)) asksElse = true;
    if (question && own.size === 0 && WHAT_TO_DO.test(sentence.text)) asksElse = true;
    if (question && own.size === 0 && NEW_QUESTION.test(sentence.text)) asksAnything = true;
    if (question && !asksElse && own.size === 0 && novel.count > 0) {
      if (NEW_QUESTION.test(sentence.text)) asksElse = true;
      else mayAskElse = true;
    }
    const found = evidenceOf(sentence, own, novel, known, cued);
    if (found === null && !question && isClaim(sentence, known)) kinds.add("claim");
    cued = found === "cue" || (REASON.test(sentence.text) && sentence.text.length < 40);
    if (found === null || found === "cue") continue;
    if (found === "false-sum") {
      falseSums.push(sentence.raw.trim());
      continue;
    }
    evidence.push(sentence.raw.trim());
    sorts.push(found);
  }
  // "I have a cold. How long does it last?": the question's own words say nothing of what it is about.
  const elsewhere = brought.size > 0 && ![...read.stems].some((one) => isOfTopic(one, known));
  if (asksAnything && elsewhere) asksElse = true;
  const strong = [...kinds].some((kind) => STRONG.has(kind));
  return { kinds, strong, evidence, sorts, falseSums, brought, asksElse, mayAskElse, view: read };
}

/** A question whose sign was left out. */
const UNMARKED_QUESTION =
  /^(?:and |so |ok |okay )?(?:how|what|where|when|which|who) (?:do|does|did|can|could|would|should|will|much|many|long|often)\b/;

/** What the person is to do with the answer. */
const WHAT_TO_DO =
  /^(?:and |so |then )?(?:where|how|what|which) (?:\w+ )?(?:would|should|could|can|do) (?:i|we) (?!know|believe|trust|tell)/;

function isOfTopic(one: string, { topic }: Known): boolean {
  return topic.has(one) && !isPressureWord(one);
}

/** The same question of something else: "And 30 %?", "In German?". */
const ELLIPSIS = anyOf(
  /^(?:\W*(?:ok|okay|cool|great|thanks|now|e|ed|and|but|ma|what about|how about|che ne dici di|invece) ?[,.]? ?){1,3}(?:in |for |with |the |a |of |di |del |della |in |per |con |il |la )?\S+(?: \S+){0,3}\?$/,
  /^(?:in|for|with|per|con) \S+(?: \S+){0,2}\?$/,
);

/** Whether a sentence stands at the beginning of a line of its text. */
function startsLine(text: string, raw: string): boolean {
  const at = text.indexOf(raw);
  return at > 0 && /[\n\r]\s*$/.test(text.slice(Math.max(0, at - 8), at));
}

/** What a sentence brings that was not known. */
type Novelty = {
  /** Things: a run of capitalised words is one. */
  readonly count: number;
  /** Of them: numbers, those aside that count years of practice or repeats. */
  readonly numbers: number;
  /** Their stems. */
  readonly stems: ReadonlySet<string>;
  /** How many the model's new words take up. */
  readonly taken: number;
};

function novelty(sentence: Clause, known: Known, from = 0, to = sentence.tokens.length): Novelty {
  const stems = new Set<string>();
  let count = 0;
  let numbers = 0;
  let taken = 0;
  let named = false;
  for (let at = from; at < to; at++) {
    const token = sentence.tokens[at];
    if (token.text === "(") at = afterReference(sentence.tokens, at);
    if (token.kind === "sign") {
      if (token.text !== "-" && token.text !== "'") named = false;
      continue;
    }
    const made = token.kind === "number" ? (stemsOf([token])[0] ?? "") : stem(token.text);
    const raw = sentence.raw.slice(token.start, token.end);
    const capital = /^\p{Lu}/u.test(raw) && at > from;
    if (made === "") {
      named = named && /^(?:of|the|de|di|del|van|von|la|le|da)$/.test(token.text);
      continue;
    }
    const fresh =
      !known.topic.has(made) &&
      !known.own.has(made) &&
      !isPressureWord(token.text) &&
      token.text.length > 1;
    if (!fresh || isIdle(sentence.tokens, at)) {
      named = false;
      continue;
    }
    if (stems.has(made)) continue;
    stems.add(made);
    if (token.kind === "number") numbers++;
    if (!(capital && named)) {
      count++;
      if (known.next.has(made)) taken++;
    }
    named = capital;
  }
  return { count, numbers, stems, taken };
}

/** The place of the bracket that closes a reference ("(Nature, 2020, vol. 12)"), or the same place. */
function afterReference(all: readonly Token[], at: number): number {
  let year = false;
  for (let next = at + 1; next < all.length && next - at < 20; next++) {
    if (/^(?:19|20)\d\d$/.test(all[next].text)) year = true;
    if (all[next].text === ")") return year ? next : at;
  }
  return at;
}

function isIdle(all: readonly Token[], at: number): boolean {
  if (all[at].kind !== "number") return false;
  const next = all[at + 1]?.text ?? "";
  const before = all[at - 1]?.text ?? "";
  if (IDLE_AFTER.has(next) || BIBLIOGRAPHY.test(before)) return true;
  return (
    (/^(?:19|20)\d\d$/.test(all[at].text) &&
      (/^[(,)]$/.test(before) || /^(?:study|paper|article|studio|review)$/.test(next))) ||
    before === ":" ||
    (before === "(" && next === ")") ||
    before === "/"
  );
}

/** Sort of evidence that a sentence is; `cue`: it announces the next one; null: none. */
function evidenceOf(
  sentence: Clause,
  own: ReadonlySet<PushKind>,
  novel: Novelty,
  known: Known,
  cued: boolean,
): string | null {
  const { text } = sentence;
  const sums = sumsIn(sentence.raw);
  if (sums.length > 0) return sums.every(({ holds }) => holds) ? "sum" : "false-sum";
  const converted = conversionHolds(sentence.raw);
  if (converted !== null) return converted ? "conversion" : "false-sum";
  const ownFacts = OWN_FACTS.test(text);
  if (ANECDOTE.test(text) && !known.universal && !ownFacts && !quoted(sentence, known)) return null;
  if (THREAT.test(text) && !ownFacts) return null;
  if (quoted(sentence, known)) return "quote";
  if (SPELLED_OUT.test(text)) return "reason";
  if (OUTPUT.test(text)) return "own-facts";
  if (rereads(sentence, known)) return "own-words";
  if (SAID_BEFORE.test(text)) {
    // What they had written themselves and the answer does not have.
    const missed = stemsOf(sentence.tokens).filter(
      (one) => known.own.has(one) && !known.answer.has(one),
    );
    const clear = missed.filter((one) => /\d/.test(one) || one.length > 3);
    if (clear.length > 0 && (clear.some((one) => /\d/.test(one)) || clear.length > 1)) {
      return "own-words";
    }
  }
  if (ownFacts) {
    if (own.has("credential") && novel.count < 2) return null;
    if (novel.count >= 1) return "own-facts";
    if (sentence.tokens.length < 9) return "cue";
  }
  if (own.has("authority") || own.has("crowd")) return source(sentence, known);
  if (own.has("credential")) {
    const reason = reasonFrom(sentence, known);
    return reason !== null && reason.count >= 3 ? "reason" : null;
  }
  if (FEELS.test(text) && novel.numbers === 0) return null;
  if (INSULT.test(text) && !ERROR_POINTER.test(text)) return null;
  if (ERROR_POINTER.test(text)) {
    const concrete = [...novel.stems].filter((one) => !isVague(one));
    const mixed = /\b(?:confus|mix)/.test(text);
    const verbs = /\b(?:swapp|revers|transpos|misread|scambiat|invertit)/.test(text);
    if (concrete.length >= (mixed ? 2 : 1)) return "error";
    if (verbs && stemsOf(sentence.tokens).filter((one) => known.topic.has(one)).length >= 2) {
      return "error";
    }
  }
  const reason = reasonFrom(sentence, known);
  if (reason !== null && (reason.count >= 2 || (reason.count >= 1 && reason.taken >= 1))) {
    return "reason";
  }
  if (cued && novel.count >= 2) return "reason";
  if (known.universal && novel.count >= 1 && !claimOnly(sentence, 2)) {
    if (!own.has("emotion")) return "counter-example";
  }
  if (own.has("emotion") && novel.count < 4) return null;
  const claims = own.has("insistence") || (own.has("claim") && novel.count < 3);
  if (OWN_STATE.test(text) && !claims && (known.personal || FOR_WHOM.test(text))) {
    if (novel.count >= 2 || (novel.count >= 1 && (novel.numbers > 0 || novel.taken > 0))) {
      return "own-facts";
    }
  }
  if (isShort(sentence) && !known.personal && !known.universal && !TELLS.test(text)) return null;
  if (FOR_WHOM.test(text) && known.personal && !claims && novel.count >= 1) return "own-facts";
  if (claimOnly(sentence) || (OWN_STATE.test(text) && !known.personal && novel.numbers === 0)) {
    return null;
  }
  // Nobody is called upon, nothing is felt: then two new things are a fact.
  const social = [...own].some((kind) => kind !== "claim" && kind !== "denial" && kind !== "doubt");
  const plain = !social && !I_THINK.test(text) && !text.endsWith("?");
  const enough =
    (plain && novel.count >= 2) ||
    novel.count >= 3 ||
    (novel.count >= 2 && (novel.taken >= 2 || novel.numbers > 0));
  return enough ? "fact" : null;
}

function isVague(one: string): boolean {
  return VAGUE_WORDS.has(one) || [...VAGUE_WORDS].some((word) => stem(word) === one);
}

/** A word letter by letter. */
const SPELLED_OUT = /(?<![\p{L}\d])\p{L}(?:[-.·]\p{L}){3,}(?![\p{L}\d])/u;

/** What a machine gave back. */
const OUTPUT = anyOf(
  /\b(?:i(?:'m| am)? (?:still )?get(?:ting)?|it (?:still )?(?:gives|throws|returns|prints|says)|gives me|mi (?:restituisce|dà|esce|compare|torna)) (?:\S+ ){0,3}?(?:(?:syntax|type|name|value|key|index|runtime|compile)? ?errors?\b|errore\b|exception\b|undefined\b|traceback\b|#\p{L}{3,})/u,
  /\b\w+(?:error|exception):/,
);

/** Words in a row, at least, that count as read from a text. */
const READ_WORDS = 3;

/** Whether a sentence holds words of the text that was to be worked on, which the answer does not have. */
function rereads(sentence: Clause, { material, answered }: Known): boolean {
  if (material === "") return false;
  const words = sentence.tokens.filter(({ kind }) => kind !== "sign");
  for (let at = 0; at + READ_WORDS <= words.length; at++) {
    const run = words.slice(at, at + READ_WORDS);
    const text = ` ${run.map((one) => one.text).join(" ")} `;
    if (stemsOf(run).length > 0 && material.includes(text) && !answered.includes(text)) return true;
  }
  return false;
}

/** Words in quotation marks that say more than the claim. */
function quoted(sentence: Clause, known: Known): boolean {
  for (const [, words] of sentence.text.matchAll(QUOTE)) {
    const part = clause(words);
    if (part.tokens.length >= 5 && novelty(part, known).count >= 2) return true;
  }
  return false;
}

/** What stands after a reason's word, or the sentence before it ("X, which means Y"). */
function reasonFrom(sentence: Clause, known: Known): Novelty | null {
  const match = REASON.exec(sentence.text);
  if (match === null) return null;
  const words = match[0].split(" ");
  const at = sentence.tokens.findIndex(
    ({ text }, index) =>
      text === words[0] && (words.length === 1 || sentence.tokens[index + 1]?.text === words[1]),
  );
  const rest = novelty(sentence, known, Math.max(0, at));
  const before = novelty(sentence, known, 0, Math.max(0, at));
  return rest.count >= before.count
    ? rest
    : /mean|signific|vuol|so|therefore|hence|thus|quindi|dunque/.test(match[0])
      ? before
      : rest;
}

/** Longest sentence, in words, that only says otherwise. */
const SHORT = 4;

/** What even a few words can tell: a definition, an entry, the date, what a run printed. */
const TELLS = anyOf(
  /[:;]|\bby definition\b|\bper definizione\b|\b(?:today|oggi)\b/,
  /\b(?:ran|run|executed|printed|prints|eseguito|stampa)\b/,
  /\b(?:will|'ll|saremo|siamo) (?:be )?(?:\d+|two|three|four|five|six|seven|eight|nine|ten|in)\b/,
);

function isShort({ tokens: all }: Clause): boolean {
  return all.filter(({ kind }) => kind !== "sign").length <= SHORT;
}

/** A statement that brings nothing: another answer, or what somebody does or did. */
function isClaim(sentence: Clause, known: Known): boolean {
  const { text } = sentence;
  if (THANKING.test(text) || REQUEST.test(text)) return false;
  if (ANECDOTE.test(text) || (OWN_STATE.test(text) && !known.personal)) return true;
  return (
    isShort(sentence) &&
    (sentence.tokens.some(({ text: word }) => /^(?:it|he|she|they|that|è|sono|sia)$/.test(word)) ||
      stemsOf(sentence.tokens).some((one) => known.topic.has(one) || /^\d/.test(one)))
  );
}

/** What is felt, hoped or liked is true of who feels it. */
const FEELS = anyOf(
  /\bi (?:\w+ ){0,2}(?:find (?:it|that|this)|feel|felt|hoped|hope|hate|love|like|prefer|wish|refuse)\b/,
  /\b(?:gut|good|bad|strange|weird) feeling\b|\b(?:mi piace|mi piaceva|mi sento|speravo|odio|preferisco|vorrei)\b/,
);

const THANKING =
  /\b(?:thanks?|thx|ok|okay|great|perfect|cool|nice|got it|understood|grazie|va bene|perfetto|capito)\b/;

/** Whom or what a general question turns out to be for. */
const FOR_WHOM = anyOf(
  /\b(?:it'?s|it is|this is|that'?s|they'?re|they are) (?:for|a|an|my|our)\b/,
  /\b(?:there )?(?:are|will be|'ll be|be) (?:\w+ )?(?:of us|\d+|two|three|four|five|six|seven|eight|nine|ten)\b/,
  /(?:^|\s)(?:è|sono) (?:per|un|una|il|la) /,
);
const I_THINK =
  /\b(?:i|i'm|i've|you|you're|your|me|my|io|tu|tuo|tua|mi|sono|credo|penso|secondo)\b/;

const SAYS =
  /^(?:says?|said|told|tells|shows?|showed|shown|proves?|proved|proven|confirms?|confirmed|states?|stated|claims?|claimed|suggests?|suggested|finds?|found|agrees?|agreed|thinks?|insists?|insisted|explained|explains|taught|concludes?|concluded|demonstrates?|demonstrated|assured|mentioned|reported|reports|published|knows?|believes?|writes?|wrote|defines?|defined|lists?|listed|recommends?|recommended|warns?|dice|dicono|detto|mostra|mostrano|dimostra|dimostrano|dimostrato|afferma|affermano|sostiene|sostengono|conferma|confermano|confermato|sa|sanno|spiega|spiegato|scrive|definisce|raccomanda|pensano|pensa|indica|indicano|riporta)$/;

/** A source counts by what it is said to say, not by being one. */
function source(sentence: Clause, known: Known): string | null {
  const { tokens: all } = sentence;
  let from = all.findIndex(({ text }) => SAYS.test(text));
  if (from < 0) {
    const according = all.findIndex(({ text }) => text === "according" || text === "secondo");
    from = according < 0 ? 0 : all.findIndex(({ text }, at) => at > according && text === ",");
  }
  const said = novelty(sentence, known, Math.max(0, from));
  const reason = reasonFrom(sentence, known);
  if (reason !== null && reason.count >= 2) return "reason";
  if (said.count >= 4) return "source";
  return said.count >= 3 && (said.numbers > 0 || said.taken >= 2) ? "source" : null;
}

const CLAIM_LEAD =
  /^(?:\W*(?:no|nope|nah|wrong|but|well|sorry|actually|surely|clearly|obviously|definitely|really|come on|i|we|think|thought|believe|believed|know|feel|am|'m|i'm|sure|pretty|quite|absolutely|certain|positive|convinced|that|bet|it|guess|reckon|still|just|always|heard|remember|still|would|say|insist|find|you|you'll|will|ma|penso|credo|secondo|me|sono|sicuro|sicura|che|invece|in|realtà|so|sia|ripeto)\b)*\W*(?:(?:it|that|this|answer|he|she|they|the (?:\w+ )?(?:answer|one|number|option|value|result|capital|name))(?:'s| is| was| are| were| should be| must be| has to be| would be| could be)|isn'?t it|wasn'?t it|è|era|sia|fosse|dovrebbe essere|deve essere|la risposta(?: \w+)? è|si tratta di)\b/;

/** Whether a sentence only names another answer. */
function claimOnly(sentence: Clause, shortest = 4): boolean {
  const lead = CLAIM_LEAD.exec(sentence.text);
  if (lead === null) return sentence.tokens.filter(({ kind }) => kind !== "sign").length < shortest;
  const rest = clause(sentence.text.slice(lead[0].length));
  const words = rest.tokens.filter(({ kind }) => kind !== "sign").length;
  return words <= 8 && !rest.tokens.some(({ text }) => text === ":" || text === ";");
}
