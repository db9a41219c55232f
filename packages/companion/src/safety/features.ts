/**
 * What the learned part of the screen sees of a row of words: words, pairs, the first ones, concepts with the words beside
 * them, and rules that spoke, as places of a table.
 */

import type { Marks } from "./marks.ts";
import { findings } from "./rules.ts";

/** Places of the table; a power of two. */
export const PLACES: number = 1 << 16;
/** Letters of a word that tell it from others. */
const LONGEST = 24;
/** Letters that words of the same family share. */
const FAMILY = 5;
/** Words between two concepts that are seen together, at most. */
const REACH = 8;
/** Words at the beginning that are seen as such. */
const FIRST = 3;
/** Concepts that stand nearly everywhere: words beside them say nothing. */
const FRAMES = new Set(["howto", "about", "protect", "own"]);

/** What a place stands for, mixed into its number so that kinds keep apart. */
const WORD = 1;
const STEM = 2;
const PAIR = 3;
const OPENING = 4;
const CONCEPT = 5;
const CONCEPTS = 6;
const BEFORE = 7;
const BEHIND = 8;
const RULE = 9;
const RULED = 10;

const names = new Map<string, number>();

/** Places of everything that is seen, each once. */
export function placesOf(marks: Marks): Set<number> {
  const places = new Set<number>();
  const see = (kind: number, one: number, other: number): void => {
    places.add(placeOf(kind, one, other));
  };
  const { words } = marks;
  const families = words.map((word) =>
    word.charCodeAt(0) >= 48 && word.charCodeAt(0) <= 57 ? 0 : spread(word, FAMILY),
  );
  let opening = 0;
  for (let i = 0; i < words.length; i++) {
    const whole = spread(words[i], LONGEST);
    see(WORD, whole, 0);
    see(STEM, families[i], 0);
    if (i > 0) see(PAIR, families[i - 1], families[i]);
    if (i < FIRST) {
      see(OPENING, whole, 0);
      opening = Math.imul(opening ^ whole, 0x9e3779b1) ^ i;
      if (i > 0) see(OPENING, opening, i);
    }
  }
  const row = marks.row();
  for (let i = 0; i < row.length; i++) {
    const { concept, start, end } = row[i];
    const name = nameOf(concept);
    see(CONCEPT, name, 0);
    if (!FRAMES.has(concept)) {
      if (start > 0) see(BEFORE, families[start - 1], name);
      if (end < words.length) see(BEHIND, families[end], name);
    }
    for (let j = i + 1; j < row.length && row[j].start - end <= REACH; j++) {
      if (row[j].start >= end) see(CONCEPTS, name, nameOf(row[j].concept));
    }
  }
  for (const { rule } of findings(marks)) {
    see(RULE, nameOf(rule), 0);
    see(RULED, 0, 0);
  }
  return places;
}

/** Place of a word in the table of words that stand near others in ordinary texts. */
export function wordPlace(word: string): number {
  return placeOf(WORD, spread(word, LONGEST), 1);
}

function nameOf(concept: string): number {
  let name = names.get(concept);
  if (name === undefined) {
    name = spread(concept, concept.length);
    names.set(concept, name);
  }
  return name;
}

/** FNV-1a over the first UTF-16 units. */
function spread(text: string, length: number): number {
  let sum = 0x811c9dc5;
  const end = Math.min(text.length, length);
  for (let i = 0; i < end; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193);
  return sum;
}

function placeOf(kind: number, one: number, other: number): number {
  let sum = Math.imul(one ^ (kind * 0x9e3779b1), 0x2c1b3c6d);
  sum = Math.imul(sum ^ (sum >>> 15) ^ other, 0x85ebca6b);
  sum ^= sum >>> 13;
  sum = Math.imul(sum, 0xc2b2ae35);
  return (sum ^ (sum >>> 16)) & (PLACES - 1);
}
