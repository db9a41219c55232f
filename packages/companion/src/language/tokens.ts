/** Words, numbers and signs of a text, with where they stand in it. */

import { type Folded, foldMapped } from "./fold.ts";
import type { Token } from "./types.ts";

/** What may follow an apostrophe inside one English word. */
const ENDINGS = new Set(["s", "t", "ll", "re", "ve", "d", "m", "clock", "all", "am"]);
/** Longest word before an apostrophe that is an Italian elision ("sull'", "quest'"). */
const ELISION_LENGTH = 6;
const LETTER = /[\p{L}\p{M}]/u;

function letterAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code < 0x80) return code >= 97 && code <= 122 ? 1 : 0;
  if (Number.isNaN(code)) return 0;
  const sign = String.fromCodePoint(text.codePointAt(at) ?? 0);
  return LETTER.test(sign) ? sign.length : 0;
}

function digitAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

/**
 * Tokens of an already folded text. A hyphen is a sign of its own, an English contraction one word ("don't"), an
 * Italian elision two ("l'", "acqua"), "5mg" a number and a word, "b12" one word.
 */
export function tokensOf({ text, from, to }: Folded): Token[] {
  const found: Token[] = [];
  const add = (start: number, end: number, kind: Token["kind"]): void => {
    found.push({ text: text.slice(start, end), kind, start: from[start], end: to[end - 1] });
  };
  let i = 0;
  while (i < text.length) {
    const code = text.charCodeAt(i);
    if (code === 32 || code === 10) {
      i++;
    } else if (digitAt(text, i) || opensDecimal(text, i)) {
      let end = i + 1;
      while (digitAt(text, end) || (joins(text.charCodeAt(end)) && digitAt(text, end + 1))) end++;
      add(i, end, "number");
      i = end;
    } else if (letterAt(text, i) > 0) {
      const end = wordEnd(text, i);
      add(i, end, "word");
      i = end;
    } else {
      const sign = String.fromCodePoint(text.codePointAt(i) ?? 0);
      if (code < 0x80 || !SPACE.test(sign)) add(i, i + sign.length, "sign");
      i += sign.length;
    }
  }
  return found;
}

const SPACE = /^\s$/;

/** A full stop, comma or apostrophe: between digits they belong to one number. */
function joins(code: number): boolean {
  return code === 46 || code === 44 || code === 39;
}

/** ".5" is a number where nothing touches it from the left. */
function opensDecimal(text: string, at: number): boolean {
  if (text.charCodeAt(at) !== 46 || !digitAt(text, at + 1)) return false;
  return at === 0 || !(letterAt(text, at - 1) > 0 || digitAt(text, at - 1) || text[at - 1] === ".");
}

function wordEnd(text: string, start: number): number {
  let end = runEnd(text, start);
  if (text.charCodeAt(end) === 39) {
    const more = runEnd(text, end + 1);
    const tail = text.slice(end + 1, Math.min(more, end + 7));
    if (ENDINGS.has(tail)) end = more;
    else if (tail.length > 0 && end - start <= ELISION_LENGTH) end += 1;
  }
  return end;
}

function runEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length) {
    const length = letterAt(text, end);
    if (length === 0 && !(end > start && digitAt(text, end))) break;
    end += Math.max(1, length);
  }
  return end;
}

/** Words, numbers and signs of a text in order; see {@link tokensOf} for what stays together. */
export function tokens(text: string): Token[] {
  return tokensOf(foldMapped(text));
}
