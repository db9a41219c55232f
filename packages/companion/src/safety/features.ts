/** What the learned part of the screen sees of a row of words: words, pairs, and concepts, as places of a table. */

import type { Marks } from "./marks.ts";

/** Places of the table; a power of two. */
export const PLACES: number = 1 << 15;
/** Letters that words of the same family share. */
const FAMILY = 5;
/** Words between two concepts that are seen together, at most. */
const REACH = 8;

/** Places of everything that is seen, each once. */
export function placesOf(marks: Marks): Set<number> {
  const places = new Set<number>();
  const see = (text: string): void => {
    places.add(hash(text) & (PLACES - 1));
  };
  const families = marks.words.map((word) => (/^\d/.test(word) ? "0" : word.slice(0, FAMILY)));
  for (let i = 0; i < families.length; i++) {
    see(`w${marks.words[i].slice(0, 24)}`);
    see(`f${families[i]}`);
    if (i > 0) see(`b${families[i - 1]} ${families[i]}`);
  }
  const row = marks.row();
  for (let i = 0; i < row.length; i++) {
    see(`c${row[i].concept}`);
    for (let j = i + 1; j < row.length && row[j].start - row[i].end <= REACH; j++) {
      if (row[j].start >= row[i].end) see(`p${row[i].concept} ${row[j].concept}`);
    }
  }
  return places;
}

/** FNV-1a with a last mixing, over UTF-16 units. */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193);
  sum ^= sum >>> 15;
  sum = Math.imul(sum, 0x2c1b3c6d);
  return (sum ^ (sum >>> 13)) >>> 0;
}
