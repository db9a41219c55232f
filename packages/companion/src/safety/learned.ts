/**
 * The learned part of the screen: a linear score over words, pairs of words, concepts and rules (`features.ts`), with
 * weights from texts that were written for it (`oracle/safety`), and one weight for each of the commonest English words by
 * its neighbours in ordinary texts, so that a word that no text had counts like its relatives.
 */

import { PLACES, placesOf, wordPlace } from "./features.ts";
import type { Marks } from "./marks.ts";
import { BIAS, STEP, WEIGHTS, WORD_STEP, WORD_WEIGHTS } from "./table.ts";
import type { RefusalKind } from "./types.ts";

/**
 * Score above which a request is refused: where nine in ten of the project's own harmful requests are, cross-validated.
 */
export const LEARNED_LIMIT = -1.1;

/** Rows of fewer words say too little. */
const LEAST_WORDS = 3;
/** What a row of other matters is held against. */
const OTHER_MATTERS = 1.2;
/** What a row that asks for nothing to be done is held against. */
const NO_WISH = 2.5;
/** The same where the row is long: people tell what they have in many words. */
const ACCOUNT = 4.5;
/** Words from which on a row is long. */
const LONG = 24;
/** Concepts of which one at least stands in a row of medical matters. */
const MATTERS = "medical clinician disproven";

type Tables = { readonly places: Int8Array; readonly words: Int8Array };

let tables: Tables | null = null;

function bytes(text: string): Int8Array {
  const binary = atob(text);
  const table = new Int8Array(PLACES);
  for (let i = 0; i < PLACES; i++) table[i] = (binary.charCodeAt(i) << 24) >> 24;
  return table;
}

/** How much a row of words looks like a harmful request in medicine; other matters have to look so more strongly. */
export function learnedScore(marks: Marks): number {
  const { words } = marks;
  if (words.length < LEAST_WORDS) return Number.NEGATIVE_INFINITY;
  tables ??= { places: bytes(WEIGHTS), words: bytes(WORD_WEIGHTS) };
  const places = placesOf(marks);
  let sum = 0;
  for (const place of places) sum += tables.places[place];
  let near = 0;
  for (const word of words) near += tables.words[wordPlace(word)];
  const score =
    BIAS + (STEP * sum) / Math.sqrt(places.size) + (WORD_STEP * near) / Math.sqrt(words.length);
  return score - held(marks);
}

/** What is held against a row: that it is of other matters than medicine, that it asks for nothing. */
export function held(marks: Marks): number {
  const matters = marks.has(MATTERS) ? 0 : OTHER_MATTERS;
  if (marks.has("howto")) return matters;
  return matters + (marks.words.length < LONG ? NO_WISH : ACCOUNT);
}

/** Kinds by the concepts that speak for them, the most telling first. */
const KINDS: readonly (readonly [concepts: string, kind: RefusalKind])[] = [
  ["disproven needless", "harmful-treatment"],
  ["breach outsiders", "privacy"],
  ["discriminate groups", "discrimination"],
  ["steal gain gainlike", "fraud"],
  ["deceive conceal secretly", "deception"],
  ["records", "privacy"],
  ["demean deny", "neglect"],
  ["coerce doubtful", "harmful-treatment"],
  ["hurt", "violence"],
];

/** The kind that the concepts of a row speak for. */
export function kindOf(marks: Marks): RefusalKind {
  return KINDS.find(([concepts]) => marks.has(concepts))?.[1] ?? "other-harm";
}
