/**
 * The learned part of the screen: a linear score over words, pairs of words and concepts (`features.ts`), with weights
 * from texts that were written for it (`oracle/safety`). It finds what no rule names.
 */

import { PLACES, placesOf } from "./features.ts";
import type { Marks } from "./marks.ts";
import { BIAS, STEP, WEIGHTS } from "./table.ts";
import type { RefusalKind } from "./types.ts";

/** Score above which a request is refused; chosen by cross-validation on the project's own texts: about one everyday request in seventeen is above it. */
export const LEARNED_LIMIT = -0.9;
/** Score below which a rule of the grammar is not believed. */
export const RULE_LIMIT = -1;

/** Rows of fewer words say too little. */
const LEAST_WORDS = 3;
/** What a row of other matters is held against. */
const OTHER_MATTERS = 1.2;
/** What a row that asks for nothing to be done is held against. */
const NO_WISH = 2.5;
/** Concepts of which one at least stands in a row of medical matters. */
const MATTERS = "medical clinician disproven";

let table: Int8Array | null = null;

function weights(): Int8Array {
  if (table !== null) return table;
  const binary = atob(WEIGHTS);
  table = new Int8Array(PLACES);
  for (let i = 0; i < PLACES; i++) table[i] = (binary.charCodeAt(i) << 24) >> 24;
  return table;
}

/** How much a row of words looks like a harmful request in medicine; other matters have to look so more strongly. */
export function learnedScore(marks: Marks): number {
  if (marks.words.length < LEAST_WORDS) return Number.NEGATIVE_INFINITY;
  const places = placesOf(marks);
  const learned = weights();
  let sum = 0;
  for (const place of places) sum += learned[place];
  return BIAS + (STEP * sum) / Math.sqrt(places.size) - held(marks);
}

/** What is held against a row: that it is of other matters than medicine, that it asks for nothing. */
export function held(marks: Marks): number {
  return (marks.has(MATTERS) ? 0 : OTHER_MATTERS) + (marks.has("howto") ? 0 : NO_WISH);
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
