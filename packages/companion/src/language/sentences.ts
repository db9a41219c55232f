/** Where sentences begin and end. */

import type { Span } from "./types.ts";

/** Words whose full stop does not end a sentence (folded, without the last stop). */
const ABBREVIATIONS = new Set(
  (
    "dr mr mrs ms prof st vs e.g i.e eg ie fig figs approx ca cf al dept inc ltd co gen sen rep gov u.s u.k " +
    "mg ml min max tab tabs cap caps resp vol ed eds jan feb apr jun jul aug sep sept oct nov dec ph.d m.d b.i.d t.i.d q.i.d " +
    "dott dott.ssa sig sig.ra sig.na sigg prof.ssa avv ing on es p.es ad.es art artt pag pagg tel gent egr spett cfr n.b p.s ecc"
  ).split(" "),
);
/** Those that often stand last in a sentence: a capital after them begins a new one. */
const OFTEN_LAST = new Set([
  "ecc",
  "al",
  "inc",
  "ltd",
  "u.s",
  "u.k",
  "mg",
  "ml",
  "min",
  "max",
  "b.i.d",
  "t.i.d",
  "q.i.d",
  "m.d",
  "ph.d",
  "on",
  "es",
  "st",
  "co",
  "ed",
  "ca",
  "art",
  "ing",
  "ad",
  "cap",
  "tab",
  "jan",
  "feb",
  "jun",
  "jul",
  "aug",
  "sep",
  "oct",
  "nov",
  "dec",
]);
/** Words whose stop is an abbreviation's only before a number. */
const BEFORE_NUMBER = new Set(["no", "nr", "num", "p", "pp", "vol", "art"]);

const CLOSER = /["'”’»)\]]/;
const LIST_LINE = /^[ \t]*(?:[-*•●▪◦‣–—+]|\(?\d{1,3}[.)]|\(?[a-zA-Z]\)|[a-z]\.)[ \t]+/;
/** How far back a word before a full stop is looked for, and how far a list sign may be indented. */
const WORD_BOUND = 16;
const WRAPPED_LINE = 60;

/**
 * Sentences, list items and headings of a text, without the white space around them. A full stop after a known
 * abbreviation, an initial, or inside a number ends none; a line ends one unless the text was only wrapped there.
 */
export function sentences(text: string): Span[] {
  const found: Span[] = [];
  let start = 0;
  let lineStart = 0;
  const cut = (end: number): void => {
    let from = start;
    let to = end;
    while (from < to && isSpace(text, from)) from++;
    while (to > from && isSpace(text, to - 1)) to--;
    if (to > from) found.push({ start: from, end: to });
    start = end;
  };
  for (let i = 0; i < text.length; i++) {
    const sign = text[i];
    if (sign === "\n" || sign === "\r" || sign === "\u2028" || sign === "\u2029") {
      if (breaksAt(text, lineStart, i)) cut(i);
      lineStart = i + 1;
    } else if (sign === "." || sign === "!" || sign === "?" || sign === "…" || sign === "。") {
      const end = closeOf(text, i);
      const last = text[end - 1] ?? sign;
      const spaced = end >= text.length || isSpace(text, end) || sign === "。";
      const run = end - i;
      const stops = sign !== "." || last === "!" || last === "?" || (run > 1 && CLOSER.test(last));
      if (
        spaced &&
        (stops || (run > 1 && text[i + 1] === ".") || endsSentence(text, i, lineStart))
      ) {
        cut(end);
      }
      i = end - 1;
    }
  }
  cut(text.length);
  return found;
}

function isSpace(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return (
    code === 32 ||
    (code >= 9 && code <= 13) ||
    code === 0xa0 ||
    (code > 0x1680 && /\s/.test(text[at]))
  );
}

/** End of a run of stops and the quotes or brackets that close after it. */
function closeOf(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && /[.!?…]/.test(text[end])) end++;
  while (end < text.length && CLOSER.test(text[end])) end++;
  return end;
}

function endsSentence(text: string, at: number, lineStart: number): boolean {
  let from = at;
  while (from > 0 && at - from < WORD_BOUND && !/[\s("'“‘]/.test(text[from - 1])) from--;
  const word = text.slice(from, at).toLowerCase();
  let next = at + 1;
  while (next < text.length && isSpace(text, next)) next++;
  const after = text[next] ?? "";
  if (after === "") return true;
  if (
    /^\(?(?:\d{1,3}|[a-z])$/.test(word) &&
    from - lineStart < WORD_BOUND &&
    text.slice(lineStart, from).trim() === ""
  )
    return false;
  if (/^[a-zà-ü]$/.test(word))
    return /^[A-ZÀ-Ü]/.test(after) && !/^[A-ZÀ-Ü]$/.test(text.slice(from, at)) && word !== "p";
  if (BEFORE_NUMBER.has(word) && /\d/.test(after)) return false;
  if (!ABBREVIATIONS.has(word)) return true;
  return OFTEN_LAST.has(word) && /[A-ZÀ-Ü"“(]/.test(after);
}

/** Whether the line end at `at` ends a sentence. */
function breaksAt(text: string, lineStart: number, at: number): boolean {
  let next = at;
  if (text[next] === "\r" && text[next + 1] === "\n") next++;
  next++;
  const line = text.slice(next, next + 64);
  if (line === "" || /^[ \t]*(?:\r?\n|\r)/.test(line) || LIST_LINE.test(line)) return true;
  if (at - lineStart < WRAPPED_LINE) return true;
  return !/^[ \t]*[a-zà-ü(\d]/.test(line);
}

/** Length of a list item's sign ("- ", "1. ", "• ") at the start of a span's text; 0 where it is none. */
export function listSign(text: string): number {
  return LIST_LINE.exec(text.slice(0, 64))?.[0].length ?? 0;
}
