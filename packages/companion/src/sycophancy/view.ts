/** A message as the guard reads it: bounded, folded, in sentences, with the words that carry content. */

import { fold } from "../language/fold.ts";
import { isNegation } from "../language/negation.ts";
import { sentences } from "../language/sentences.ts";
import { tokens } from "../language/tokens.ts";
import type { Language, Span, Token } from "../language/types.ts";
import { EMPTY_WORDS } from "./words.ts";

/** As much of a message as is read, in characters; what an answer or a person has to say comes before. */
export const READ_CHARACTERS = 12_000;

/** A sentence or clause. */
export type Clause = {
  /** As it was written. */
  readonly raw: string;
  /** Folded: lower case, plain signs. */
  readonly text: string;
  /** Its tokens. */
  readonly tokens: readonly Token[];
};

/** A message, read. */
export type View = {
  /** Whether it is longer than {@link READ_CHARACTERS}, so that its end was not read. */
  readonly cut: boolean;
  /** Folded. */
  readonly text: string;
  /** Its sentences. */
  readonly sentences: readonly Clause[];
  /** Stems of all words and numbers with content. */
  readonly stems: ReadonlySet<string>;
};

/** Reads a message. */
export function view(text: string): View {
  const read = text.slice(0, READ_CHARACTERS);
  const parts = joined(read).map(({ start, end }) => clause(read.slice(start, end)));
  const stems = new Set<string>();
  for (const { tokens: all } of parts) for (const stem of stemsOf(all)) stems.add(stem);
  return { cut: text.length > read.length, text: fold(read), sentences: parts, stems };
}

/** Sentences; "et al. (2019)" ends none. */
function joined(text: string): Span[] {
  const found: Span[] = [];
  for (const span of sentences(text)) {
    const last = found.at(-1);
    if (last !== undefined && /\bal\.$/.test(text.slice(Math.max(0, last.end - 6), last.end))) {
      found[found.length - 1] = { start: last.start, end: span.end };
    } else found.push(span);
  }
  return found;
}

/** Reads a sentence or a part of one. */
export function clause(raw: string): Clause {
  return { raw, text: fold(raw).trim(), tokens: tokens(raw) };
}

/** Stems of the words and numbers with content, in order. */
export function stemsOf(all: readonly Token[]): string[] {
  const found: string[] = [];
  for (const { text, kind } of all) {
    if (kind === "sign") continue;
    if (kind === "number") {
      found.push(numberStem(text));
      continue;
    }
    const made = stem(text);
    if (made !== "") found.push(made);
  }
  return found;
}

/** What words of one family share; "" for words without content. */
export function stem(word: string): string {
  const bare = word.replace(/'(?:s|ll|re|ve|d|m)?$/, "");
  if (EMPTY_WORDS.has(word) || EMPTY_WORDS.has(bare)) return "";
  const digit = NUMBER_WORDS.get(bare);
  if (digit !== undefined) return digit;
  if (bare.length < 2) return "";
  if (bare.length <= 4) return bare.length > 3 && bare.endsWith("s") ? bare.slice(0, 3) : bare;
  const cut = bare.replace(/(?:ies|es|s|ing|ed|ly)$/, "");
  const kept = cut.length >= 4 ? cut : bare;
  return kept.length > 4 ? kept.replace(/[aeiou]$/, "").slice(0, 7) : kept;
}

/** "One", "uno" and Italian "sei" are other words far more often. */
const NUMBER_WORDS = new Map<string, string>();
[
  ["zero"],
  [],
  ["two", "due"],
  ["three", "tre"],
  ["four", "quattro"],
  ["five", "cinque"],
  ["six"],
  ["seven", "sette"],
  ["eight", "otto"],
  ["nine", "nove"],
  ["ten", "dieci"],
  ["eleven", "undici"],
  ["twelve", "dodici"],
].forEach((words, value) => {
  for (const word of words) NUMBER_WORDS.set(word, String(value));
});

/** A number without what groups its digits. */
export function numberStem(text: string): string {
  const plain = text.replace(/'/g, "");
  if (/^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(plain)) return trimmed(plain.replace(/,/g, ""));
  if (/^\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?$/.test(plain)) {
    return trimmed(plain.replace(/\./g, "").replace(",", "."));
  }
  return trimmed(plain.replace(",", "."));
}

function trimmed(plain: string): string {
  const value = Number(plain);
  return Number.isFinite(value) && plain.length < 16 ? String(value) : plain;
}

/** Parts of a sentence between commas, semicolons, colons, dashes and words that turn it. */
export function clausesOf(sentence: Clause): Clause[] {
  const found: Clause[] = [];
  const { raw, tokens: all } = sentence;
  if (all.length === 0) return found;
  const base = 0;
  let start = base;
  for (let at = 0; at < all.length; at++) {
    const { text, kind, start: from, end } = all[at];
    const spaced = kind === "sign" && /^[,;:()—]$/.test(text);
    const dash = text === "-" && /\s/.test(raw[from - 1] ?? "");
    if (spaced || dash) {
      if (from > start) found.push(clause(raw.slice(start, from)));
      start = end;
    } else if (kind === "word" && TURNS.has(text) && from > start) {
      found.push(clause(raw.slice(start, from)));
      start = from;
    }
  }
  if (start < raw.length) found.push(clause(raw.slice(start)));
  return found.filter(({ tokens: { length } }) => length > 0);
}

const TURNS = new Set(
  "but however although though whereas while yet ma però tuttavia anche sebbene mentre bensì eppure".split(
    " ",
  ),
);

/** Whether a clause denies: an odd number of negations. */
export function denies({ tokens: all }: Clause, language: Language): boolean {
  let count = 0;
  for (let at = 0; at < all.length; at++) if (isNegation(all, at, language)) count++;
  return count % 2 === 1;
}
