/** Numbers that are written out, as digits, so that "five hundred calories" is seen like "500 calories". */

import { italianNumber } from "../language/numbers.ts";

const SMALL: ReadonlyMap<string, number> = new Map(
  (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen " +
    "eighteen nineteen"
  )
    .split(" ")
    .map((word, value) => [word, value] as const),
);
const TENS: ReadonlyMap<string, number> = new Map(
  "twenty thirty forty fifty sixty seventy eighty ninety"
    .split(" ")
    .map((word, i) => [word, 20 + 10 * i] as const),
);
const SCALES: ReadonlyMap<string, number> = new Map([
  ["hundred", 100],
  ["thousand", 1000],
]);
/** Longest Italian number word that is tried. */
const LONGEST = 40;

/** The same row with each English or Italian number that is written out as one word of digits. */
export function inDigits(words: readonly string[]): readonly string[] {
  const row: string[] = [];
  let changed = false;
  for (let at = 0; at < words.length; ) {
    const found = english(words, at) ?? italian(words, at);
    if (found === null) {
      row.push(words[at]);
      at++;
    } else {
      changed = true;
      row.push(String(found.value));
      at = found.next;
    }
  }
  return changed ? row : words;
}

type Found = { readonly value: number; readonly next: number };

function english(words: readonly string[], start: number): Found | null {
  let total = 0;
  let part = 0;
  let at = start;
  let scale = Number.POSITIVE_INFINITY;
  if (words[at] === "a" && SCALES.has(words[at + 1] ?? "")) {
    part = 1;
    at++;
  }
  for (; at < words.length; at++) {
    const word = words[at];
    const value = TENS.get(word) ?? SMALL.get(word);
    const times = SCALES.get(word);
    if (value !== undefined) {
      // "One two" is two numbers, "twenty one" is one.
      if (part % 100 !== 0 && !(part % 10 === 0 && part % 100 >= 20 && value < 10)) break;
      part += value;
    } else if (times === 100 && part > 0 && part < 100) {
      part *= times;
    } else if (times === 1000 && part > 0 && times < scale) {
      total += part * times;
      part = 0;
      scale = times;
    } else if (word !== "and" || at === start || !joined(words, at)) {
      break;
    }
  }
  // "No one", "on one side": a lone one is seldom a number, and `numberAt` knows it where it is.
  if (at === start || (at === start + 1 && words[start] === "one")) return null;
  if (words[at] === "point" && SMALL.has(words[at + 1] ?? "")) {
    const tenths = SMALL.get(words[at + 1] ?? "") ?? 0;
    if (tenths < 10) return { value: total + part + tenths / 10, next: at + 2 };
  }
  return { value: total + part, next: at };
}

/** "Two hundred and fifty", but not "two and three". */
function joined(words: readonly string[], at: number): boolean {
  const after = words[at + 1] ?? "";
  return SCALES.has(words[at - 1] ?? "") && (SMALL.has(after) || TENS.has(after));
}

function italian(words: readonly string[], at: number): Found | null {
  const value = whole(words[at]);
  if (value === null) return null;
  if (words[at + 1] === "virgola") {
    const tenths = whole(words[at + 2] ?? "");
    if (tenths !== null && tenths < 10) return { value: value + tenths / 10, next: at + 3 };
  }
  return { value, next: at + 1 };
}

function whole(word: string): number | null {
  return word.length > 1 && word.length <= LONGEST && !/^\d/.test(word)
    ? italianNumber(word)
    : null;
}
