/** Words that every part of the companion has for text. */

/** Languages that the built-in parts understand: English and Italian. */
export const LANGUAGES = ["en", "it"] as const;

/** One of {@link LANGUAGES}. */
export type Language = (typeof LANGUAGES)[number];

/** A part of a text in UTF-16 units: `start` included, `end` not. */
export type Span = { readonly start: number; readonly end: number };

/** A word, number or sign of a text. */
export type Token = Span & {
  /** Folded for comparing: NFKC, look-alike letters of other alphabets as Latin, lower case, typographic signs plain. */
  readonly text: string;
  /** What it is made of; a number is written in digits. */
  readonly kind: "word" | "number" | "sign";
};

/** An amount as it stands in a text: "1.5 mg", "two tablets", "38-39 °C", "120/80 mmHg", "un quarto". */
export type Quantity = Span & {
  /** The value, or both ends of a range or pair; in the order in which they stand. */
  readonly values: readonly number[];
  /** What joins two values. */
  readonly form: "one" | "range" | "pair";
  /** Canonical symbol (`mg`, `ug`, `ml`, `h`, `d`, `°C`, `%`, `tablet`), or null without a unit. */
  readonly unit: string | null;
};
