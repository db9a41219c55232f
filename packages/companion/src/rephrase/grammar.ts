/**
 * The built-in rephraser: an opening that gives back what the person stated, the answer with its directives softened, and
 * a closing that asks nothing private. No model, no chance: the same words always give the same text.
 */

import { sentences } from "../language/sentences.ts";
import { LANGUAGES, type Language, type Span } from "../language/types.ts";
import { type Empathy, empathyOf } from "../tone/empathy.ts";
import { beginsFixed, shortenParagraphs, softenDirectives } from "./body.ts";
import { ENGLISH } from "./english.ts";
import { ITALIAN } from "./italian.ts";
import { readStated, type Stated } from "./stated.ts";
import type { RephraseRequest, Rephraser } from "./types.ts";

/** Wording of one language. Every list offers ways to say the same; one is drawn by the query. */
export type Wording = {
  /** Openings by what they answer; the first kind that fits is used. None for what is best answered straight away. */
  readonly openings: Readonly<Record<OpeningKind, (stated: Stated) => readonly string[]>>;
  /** Closings that offer more, or wish somebody well; none where more words would only annoy. */
  readonly closings: (stated: Stated, kind: OpeningKind) => readonly string[];
  /** Where the wording is gentle: said after the opening. */
  readonly steps: (stated: Stated) => string;
  /** Marks of an answer that sends people for help: it goes out as it is. */
  readonly emergencies: readonly string[];
  /** Beginnings of bad news. */
  readonly badNews: RegExp;
};

/** What an opening answers. */
export type OpeningKind =
  | "loss"
  | "feeling"
  | "anger"
  | "glad"
  | "complaint"
  | "thanks"
  | "bad-news"
  | "plain";

const WORDINGS: Readonly<Record<Language, Wording>> = { en: ENGLISH, it: ITALIAN };

/** Answers beyond this are left as they are, UTF-16 units: warmth is not worth the time. */
const LONGEST = 20_000;

/** An answer longer than this is taken in steps where the wording is gentle, UTF-16 units. */
const LONG = 200;

/** A question of at most so many words, or an answer shorter than this, is a matter of facts: "capital of Peru?" */
const CURT_WORDS = 4;
const SHORT_ANSWER = 25;

/**
 * A proposal of the grammar; null where the answer is best left alone. Linear, never throws.
 *
 * @param directives Whether directives are softened; without that the answer's own words stay as they are.
 */
export function proposeByGrammar(
  request: Required<RephraseRequest>,
  directives: boolean = true,
): { readonly text: string; readonly rules: readonly string[] } | null {
  const { query, answer, language, warmth, previous } = request;
  const neutral = answer.trim();
  if (warmth === "plain" || neutral === "" || neutral.length > LONGEST) return null;
  const wording = WORDINGS[language];
  const lower = neutral.toLowerCase();
  // Somebody needs help: the fewer words, the better.
  if (wording.emergencies.some((mark) => lower.includes(mark))) return null;
  const stated = readStated(query, language);
  const kind = openingKind(stated, wording.badNews.test(neutral));
  const seed = hash(query);
  const own = ownWarmth(neutral, language);
  const opening = own.opens ? "" : choose(wording.openings[kind](stated), seed, previous);
  const brief = stated.urgent || (kind === "plain" && wantsNoMore(stated, neutral));
  const closings = wording.closings(stated, kind);
  // The same offer at the end of every answer is a tic.
  const offered = own.closes || closings.some((way) => previous.at(-1)?.includes(way) === true);
  const closing = brief || offered ? "" : choose(closings, seed >>> 8, previous);
  const rules = opening === "" && closing === "" ? [] : [`grammar-${language}-${kind}`];
  const softened = directives ? softenDirectives(neutral, language) : { text: neutral, count: 0 };
  if (softened.count > 0) rules.push(`grammar-${language}-please`);
  let body = softened.text;
  let lead = opening;
  if (warmth === "gentle") {
    body = shortenParagraphs(body);
    const steps = !stated.urgent && body.length > LONG ? wording.steps(stated) : "";
    lead = [opening, steps].filter((part) => part !== "").join(" ");
    if (steps !== "" || body !== softened.text) rules.push(`grammar-${language}-gentle`);
  }
  const block = body.includes("\n") || warmth === "gentle" || beginsFixed(body);
  const text = [lead, body, closing].filter((part) => part !== "").join(block ? "\n\n" : " ");
  return text === neutral ? null : { text, rules };
}

/** The built-in grammar as a rephraser. */
export const GRAMMAR: Rephraser = {
  id: "grammar",
  propose: (request) => Promise.resolve(proposeByGrammar(request)),
};

/**
 * An answer without the opening and the closing that the grammar gave it: who repeats an answer does not repeat its
 * greeting. Softened directives and other people's kind words stay.
 */
export function withoutGrammar(answer: string, query: string): string {
  let bare = answer.trim();
  for (const language of LANGUAGES) {
    const wording = WORDINGS[language];
    const stated = readStated(query, language);
    const kinds = Object.keys(wording.openings) as OpeningKind[];
    const leads = [
      ...kinds.flatMap((kind) => wording.openings[kind](stated)),
      wording.steps(stated),
    ];
    for (let lead = leadOf(bare, leads); lead > 0; lead = leadOf(bare, leads)) {
      bare = bare.slice(lead).trimStart();
    }
    const closings = kinds.flatMap((kind) => wording.closings(stated, kind));
    const closing = closings.find((one) => bare.endsWith(one) && bare !== one);
    if (closing !== undefined) bare = bare.slice(0, -closing.length).trimEnd();
  }
  return bare;
}

/** Length of the first of some sentences that a text begins with and goes on after; 0 where there is none. */
function leadOf(text: string, leads: readonly string[]): number {
  return leads.find((one) => text.startsWith(one) && text.length > one.length)?.length ?? 0;
}

function openingKind(stated: Stated, badNews: boolean): OpeningKind {
  if (stated.loss) return "loss";
  if (stated.feelings.length > 0) return stated.glad ? "glad" : stated.angry ? "anger" : "feeling";
  if (stated.complaint) return "complaint";
  if (badNews) return "bad-news";
  return stated.thanks ? "thanks" : "plain";
}

/** What the answer says kindly itself is not said twice. */
function ownWarmth(
  answer: string,
  language: Language,
): { readonly opens: boolean; readonly closes: boolean } {
  const all = sentences(answer);
  const toneOf = (span: Span | undefined): Empathy =>
    empathyOf(span === undefined ? "" : answer.slice(span.start, span.end), language);
  const first = toneOf(all[0]);
  const last = toneOf(all.at(-1));
  return {
    opens: first.reactions + first.interpretations > 0,
    closes: last.explorations + last.reactions > 0,
  };
}

/** Whoever asks in a few words, or greets, wants the same back. */
function wantsNoMore({ words }: Stated, answer: string): boolean {
  return words <= CURT_WORDS || answer.length < SHORT_ANSWER;
}

/** One of the ways, by the seed, that the last answer did not use; nothing where it used them all. */
function choose(ways: readonly string[], seed: number, previous: readonly string[]): string {
  const last = previous.at(-1) ?? "";
  const fresh = ways.filter((way) => !last.includes(way));
  return fresh[seed % fresh.length] ?? "";
}

/** FNV-1a over UTF-16 units, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < Math.min(text.length, LONGEST); i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  return value >>> 0;
}
