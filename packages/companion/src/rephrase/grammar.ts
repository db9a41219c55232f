/**
 * The built-in rephraser: an opening that gives back what the person stated, the answer with its directives softened, and
 * a closing that asks nothing private. No model, no chance: the same words always give the same text.
 */

import type { Language } from "../language/types.ts";
import { beginsFixed, shortenParagraphs, softenDirectives } from "./body.ts";
import { ENGLISH } from "./english.ts";
import { ITALIAN } from "./italian.ts";
import { readStated, type Stated } from "./stated.ts";
import type { RephraseRequest, Rephraser } from "./types.ts";

/** Wording of one language. Every list offers ways to say the same; one is drawn by the query. */
export type Wording = {
  /** Openings by what they answer; the first kind that fits is used. */
  readonly openings: Readonly<Record<OpeningKind, (stated: Stated) => readonly string[]>>;
  /** Closings that offer more. */
  readonly closings: (stated: Stated) => readonly string[];
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
  | "glad"
  | "complaint"
  | "thanks"
  | "about"
  | "bad-news"
  | "plain";

const WORDINGS: Readonly<Record<Language, Wording>> = { en: ENGLISH, it: ITALIAN };

/** Answers beyond this are left as they are, UTF-16 units: warmth is not worth the time. */
const LONGEST = 20_000;

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
  const opening = choose(wording.openings[kind](stated), seed, previous);
  const closing = stated.urgent ? "" : choose(wording.closings(stated), seed >>> 8, previous);
  const rules = [`grammar-${language}-${kind}`];
  const softened = directives ? softenDirectives(neutral, language) : { text: neutral, count: 0 };
  if (softened.count > 0) rules.push(`grammar-${language}-please`);
  let body = softened.text;
  let lead = opening;
  if (warmth === "gentle") {
    body = shortenParagraphs(body);
    if (!stated.urgent && body.length > 200) lead = `${opening} ${wording.steps(stated)}`;
    rules.push(`grammar-${language}-gentle`);
  }
  const block = body.includes("\n") || warmth === "gentle" || beginsFixed(body);
  const text = [lead, body, closing].filter((part) => part !== "").join(block ? "\n\n" : " ");
  return { text, rules };
}

/** The built-in grammar as a rephraser. */
export const GRAMMAR: Rephraser = {
  id: "grammar",
  propose: (request) => Promise.resolve(proposeByGrammar(request)),
};

function openingKind(stated: Stated, badNews: boolean): OpeningKind {
  if (stated.loss) return "loss";
  if (stated.feelings.length > 0) return stated.glad ? "glad" : "feeling";
  if (stated.complaint) return "complaint";
  if (badNews) return "bad-news";
  if (stated.about !== null) return "about";
  return stated.thanks ? "thanks" : "plain";
}

/** One of the ways, by the seed; one that an earlier answer did not begin or end with, where there is one. */
function choose(ways: readonly string[], seed: number, previous: readonly string[]): string {
  const last = previous.at(-1) ?? "";
  for (let i = 0; i < ways.length; i++) {
    const way = ways[(seed + i) % ways.length];
    if (way === "" || !last.includes(way)) return way;
  }
  return ways[seed % ways.length] ?? "";
}

/** FNV-1a over UTF-16 units, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < Math.min(text.length, LONGEST); i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  return value >>> 0;
}
