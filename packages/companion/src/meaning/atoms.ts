/** A text as the sequence of things that can differ: quantities, words, signs of comparison. */

import { fold, foldMapped } from "../language/fold.ts";
import { quantitiesOf } from "../language/quantities.ts";
import { listSign, sentences } from "../language/sentences.ts";
import { tokensOf } from "../language/tokens.ts";
import type { Language, Quantity, Span, Token } from "../language/types.ts";
import { expanded, isFree } from "./classes.ts";

/** One thing that a text says. */
export type Atom = Span & {
  /** Equal in two texts where they say the same thing. */
  readonly key: string;
  /** `mark`: a sign that says something (<, ?, +). */
  readonly kind: "quantity" | "word" | "mark";
  /** The amount, for a quantity. */
  readonly quantity: Quantity | null;
  /** Which sentence of the text it stands in, from 0. */
  readonly sentence: number;
  /** Which clause it stands in (commas, colons, dashes and the like divide), rising through the text. */
  readonly clause: number;
  /** Whether it begins with a capital inside a sentence: a name, most often. */
  readonly name: boolean;
  /** May come or go. */
  readonly free: boolean;
};

/** A text made ready for comparing. */
export type Parsed = {
  readonly text: string;
  readonly atoms: readonly Atom[];
  readonly sentences: readonly Span[];
};

const MARKS = new Map([
  ["<", "<"],
  [">", ">"],
  ["≤", "<="],
  ["≥", ">="],
  ["=", "="],
  ["+", "+"],
  ["±", "+-"],
  ["?", "?"],
  ["~", "~"],
  ["≈", "~"],
  ["↑", "up"],
  ["↓", "down"],
  ["→", "->"],
  ["←", "<-"],
  ["°", "°"],
  ["&", "and"],
  ["✅", "yes"],
  ["✔", "yes"],
  ["☑", "yes"],
  ["👍", "yes"],
  ["❌", "no"],
  ["✗", "no"],
  ["✘", "no"],
  ["👎", "no"],
  ["🚫", "no"],
  ["⛔", "no"],
  ["⬆", "up"],
  ["⬇", "down"],
]);
const SAYING = /[\p{Sm}\p{Sc}]/u;
const DIVIDES = /^[,;:()[\]{}"–—]$/;

/** Reads a text into atoms; linear in its length. */
export function parse(text: string, language: Language): Parsed {
  const tokens = contracted(tokensOf(foldMapped(text)));
  const spans = sentences(text);
  const amounts = quantitiesOf(tokens, language);
  const atoms: Atom[] = [];
  let sentence = 0;
  let opened = -1;
  let signEnd = 0;
  let clause = 0;
  let amount = 0;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    while (sentence < spans.length - 1 && token.start >= spans[sentence].end) sentence++;
    if (sentence !== opened) {
      opened = sentence;
      clause++;
      const span = spans[sentence];
      signEnd =
        span === undefined ? 0 : span.start + listSign(text.slice(span.start, span.start + 64));
    }
    while (amount < amounts.length && amounts[amount].next <= i) amount++;
    const quantity = amounts[amount];
    if (token.start < signEnd) {
      // A list's own numbering may come or go, but not change.
      if (token.kind !== "sign")
        atoms.push(markAtom(token, `item ${token.text}`, sentence, clause));
      continue;
    }
    if (quantity !== undefined && quantity.first === i) {
      atoms.push({
        start: quantity.start,
        end: quantity.end,
        key: quantityKey(quantity, text.slice(quantity.start, quantity.end)),
        kind: "quantity",
        quantity,
        sentence,
        clause,
        name: false,
        free: false,
      });
      i = quantity.next - 1;
      continue;
    }
    if (token.kind === "sign") {
      const mark = MARKS.get(token.text) ?? (SAYING.test(token.text) ? token.text : undefined);
      if (mark !== undefined && mark === "?" && atoms.at(-1)?.key === "?") continue;
      if (mark !== undefined) atoms.push(markAtom(token, mark, sentence, clause));
      else if (
        DIVIDES.test(token.text) ||
        /[–—―]/.test(text[token.start]) ||
        (token.text === "-" && tokens[i - 1]?.end !== token.start)
      )
        clause++;
      continue;
    }
    const first = text[token.start];
    const opening =
      spans[sentence] !== undefined && token.start <= Math.max(signEnd, spans[sentence].start) + 1;
    const name = !opening && first !== first.toLowerCase();
    for (const word of language === "en" ? expanded(token.text) : [token.text]) {
      const key = keyOf(word, language);
      atoms.push({
        start: token.start,
        end: token.end,
        key,
        kind: "word",
        quantity: null,
        sentence,
        clause,
        name,
        free: isFree(key, language),
      });
    }
  }
  return { text, atoms, sentences: spans };
}

const ENDINGS = new Set(["t", "s", "re", "ve", "ll", "d", "m"]);

/** Joins contractions that were written or cut apart: "don 't", "it 's". */
function contracted(tokens: readonly Token[]): Token[] {
  const joined: Token[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const before = joined[joined.length - 1];
    const next = tokens[i + 1];
    if (
      tokens[i].text === "'" &&
      before?.kind === "word" &&
      next !== undefined &&
      next.start === tokens[i].end &&
      ENDINGS.has(next.text) &&
      tokens[i].start - before.end <= 1
    ) {
      joined[joined.length - 1] = { ...before, text: `${before.text}'${next.text}`, end: next.end };
      i++;
    } else joined.push(tokens[i]);
  }
  return joined;
}

function markAtom(token: Token, key: string, sentence: number, clause: number): Atom {
  const { start, end } = token;
  return {
    start,
    end,
    key,
    kind: "mark",
    quantity: null,
    sentence,
    clause,
    name: false,
    free: key === "and" || key.startsWith("item "),
  };
}

/** Digits that a double surely keeps. */
const KEPT_DIGITS = 15;

/** Key of an amount: its values, form and unit; and its digits as they stand where a double would lose some. */
function quantityKey({ values, form, unit }: Quantity, said: string): string {
  const long = said.length > KEPT_DIGITS && fold(said).replace(/\D/g, "").length > KEPT_DIGITS;
  if (long) return `#${fold(said)}|${unit ?? ""}`;
  return `#${form === "one" ? "" : form}${values.join(",")}|${unit ?? ""}`;
}

const SPELLING: readonly (readonly [RegExp, string])[] = [
  [/isation(s?)$/, "ization$1"],
  [/yse(s|d)?$/, "yze$1"],
  [/ise(s|d|r)?$/, "ize$1"],
  [/ising$/, "izing"],
  [/^oe(?=s|d)/, "e"],
  [/aem/, "em"],
  [/aed/, "ed"],
  [/([^aeiou])our(s|ed|ing|ite|able)?$/, "$1or$2"],
  [/tre(s?)$/, "ter$1"],
];

const IRREGULAR = new Map([
  ["is", "be"],
  ["are", "be"],
  ["am", "be"],
  ["be", "be"],
  ["was", "was"],
  ["were", "was"],
  ["does", "do"],
  ["has", "have"],
  ["an", "a"],
]);

/** A word as it is compared: number and person of English words and British spelling do not count. */
export function keyOf(word: string, language: Language): string {
  if (language === "it") return word;
  const known = IRREGULAR.get(word);
  if (known !== undefined) return known;
  let key = word;
  if (key.length > 4)
    for (const [british, american] of SPELLING) key = key.replace(british, american);
  if (key.length > 4 && key.endsWith("ies")) return `${key.slice(0, -3)}y`;
  if (key.length > 4 && /(?:ss|sh|ch|x|z)es$/.test(key)) return key.slice(0, -2);
  if (key.length > 3 && key.endsWith("s") && !/(?:ss|us|is)$/.test(key)) return key.slice(0, -1);
  return key;
}
