/** Patterns written as lists: one alternative beside or below the other, instead of one long line. */

/**
 * A pattern of whole words.
 *
 * @param alternatives Regular expressions, divided by line breaks or ` | ` (with a space on both sides). A space at an
 *   end is written `[ ]`.
 */
export function wholeWords(alternatives: string, flags: string = ""): RegExp {
  const all = alternatives.trim().split(/\s*\n\s*| \| /);
  return new RegExp(`\\b(?:${all.join("|")})\\b`, flags);
}

/** A pattern of either of some; their flags have to be the same. */
export function anyOf(...patterns: readonly RegExp[]): RegExp {
  return new RegExp(patterns.map(({ source }) => source).join("|"), patterns[0]?.flags);
}
