/** A text as the gate reads it: plain words without articles, with the breaks between them. */

import { tokens } from "../language/tokens.ts";

/** One word or number of an account. */
export type Word = {
  /** Folded, without accents, American spelling; digits with a point for numbers. */
  readonly text: string;
  /** The number, or null for a word. */
  readonly value: number | null;
  /** Start in the original text, UTF-16 units. */
  readonly start: number;
  /** End in the original text, not included. */
  readonly end: number;
  /** Which sentence it stands in, from 0. */
  readonly sentence: number;
  /** Whether a comma, colon or bracket stands between it and the word before. */
  readonly comma: boolean;
  /** Whether a slash stands between it and the word before. */
  readonly slash: boolean;
  /** Whether "my", "his", "the" or the like stood right before it. */
  readonly owned: boolean;
};

/** Longest text that is read whole; of a longer one the first and last halves of this, UTF-16 units. */
export const READ_AT_MOST = 32_768;

const DROPPED = new Set(
  (
    "the a an my his her their your our its of very really quite so some 's s " +
    "il lo la l' gli le i un uno una un' mio mia miei mie suo sua suoi sue della del dello dell' dei delle di molto al allo alla ai alle"
  ).split(" "),
);
const OWNERS = new Set("the my his her their our its il la mio mia suo sua".split(" "));
/** Words that are dropped from English but mean something in it. */
const ENGLISH_KEPT = new Set(["i", "so"]);
const NUMBERS = new Map<string, number>(
  (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen " +
    "eighteen nineteen twenty"
  )
    .split(" ")
    .map((word, value) => [word, value]),
);
for (const [word, value] of Object.entries({
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
  couple: 2,
  few: 3,
  several: 4,
  due: 2,
  tre: 3,
  quattro: 4,
  cinque: 5,
  sei: 6,
  sette: 7,
  otto: 8,
  nove: 9,
  dieci: 10,
  qualche: 3,
  alcuni: 3,
  alcune: 3,
  paio: 2,
  venti: 20,
  trenta: 30,
})) {
  NUMBERS.set(word, value);
}

/** Whether a word (an article, an owner, a filler) is left out of accounts and phrases in both languages. */
export function isDropped(word: string): boolean {
  return DROPPED.has(word) && !ENGLISH_KEPT.has(word);
}

const WITHOUT_APOSTROPHE =
  /^(?:do|does|did|is|was|were|are|has|have|had|would|could|should|ca|wo)nt$/;
const SHORTENED = new Map([
  ["im", "i'm"],
  ["ive", "i've"],
  ["hes", "he"],
  ["shes", "she"],
  ["dads", "dad"],
  ["mums", "mum"],
  ["moms", "mom"],
  ["nite", "night"],
  ["thru", "through"],
  ["cos", "because"],
  ["coz", "because"],
  ["alot", "lot"],
  ["abit", "bit"],
]);

/** British to American, apostrophes back, accents off: the same function makes the lexicon's words and the text's. */
export function plainWord(word: string): string {
  let plain = WITHOUT_APOSTROPHE.test(word) ? `${word.slice(0, -1)}'t` : word;
  plain = SHORTENED.get(plain) ?? plain;
  if (/[^\x20-\x7e]/.test(plain)) plain = plain.normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  if (plain.length > 5) {
    plain = plain
      .replace(/oe(?=[a-z])/g, "e")
      .replace(/ae(?=[a-z])/g, "e")
      .replace(/our$/, "or")
      .replace(/ours$/, "ors")
      .replace(/oured$/, "ored")
      .replace(/isation/, "ization");
  }
  return plain;
}

/** The part of a text that is read: all of it, or its beginning and end. */
export function readPart(text: string): string {
  if (text.length <= READ_AT_MOST) return text;
  const half = READ_AT_MOST >> 1;
  return `${text.slice(0, half)}\n${text.slice(-half)}`;
}

/** The words of a text, in order. Linear in its length. */
export function wordsOf(text: string, language: "en" | "it"): Word[] {
  const found: Word[] = [];
  let sentence = 0;
  let comma = false;
  let slash = false;
  let owned = false;
  let last = 0;
  for (const token of tokens(text)) {
    if (text.slice(last, token.start).includes("\n") && found.length > 0 && ended(text, last)) {
      sentence++;
      comma = false;
    }
    last = token.end;
    if (token.kind === "sign") {
      if (/^[.!?;…]$/.test(token.text)) {
        if (found.length > 0 && found[found.length - 1]?.sentence === sentence) sentence++;
        comma = false;
        owned = false;
      } else if (/^[,:()[\]–—]$/.test(token.text)) comma = true;
      else if (token.text === "/") slash = true;
      else if (token.text === "%" || token.text === "+") {
        found.push(signWord(token.text, token.start, token.end, sentence));
      }
      continue;
    }
    if (token.kind === "number") {
      const plain = /^\d+,\d{1,2}$/.test(token.text)
        ? token.text.replace(",", ".")
        : token.text.replace(/[,']/g, "");
      const value = Number(plain);
      found.push({
        text: plain,
        value: Number.isFinite(value) ? value : null,
        start: token.start,
        end: token.end,
        sentence,
        comma,
        slash,
        owned,
      });
    } else {
      const word = plainWord(token.text.replace(/'s$/, ""));
      if (DROPPED.has(word) && !(language === "en" && ENGLISH_KEPT.has(word))) {
        owned = owned || OWNERS.has(word);
        continue;
      }
      const before = found[found.length - 1];
      if (word === "not" && before !== undefined && !comma && /^(?:can|could)$/.test(before.text)) {
        found[found.length - 1] = {
          ...before,
          text: before.text === "can" ? "can't" : "couldn't",
          end: token.end,
        };
        continue;
      }
      const value = NUMBERS.get(word) ?? null;
      found.push({
        text: word,
        value: language === "en" && (word === "due" || word === "sei") ? null : value,
        start: token.start,
        end: token.end,
        sentence,
        comma,
        slash,
        owned,
      });
    }
    comma = false;
    slash = false;
    owned = false;
  }
  return found;
}

function signWord(text: string, start: number, end: number, sentence: number): Word {
  return { text, value: null, start, end, sentence, comma: false, slash: false, owned: false };
}

/** A line's end ends a sentence unless the line was only wrapped there. */
function ended(text: string, at: number): boolean {
  const rest = text.slice(at, at + 40);
  return /^[^\n]*\n\s*(?:\n|[-*•\d]|[A-ZÀ-Ü])/.test(rest);
}
