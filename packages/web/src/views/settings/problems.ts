/** Problems of the configuration, `FILE:LINE:COLUMN: text` or without the file, taken apart. */

/** A problem with its place; line and column from 1, 0 where it has none. */
export type PlacedProblem = {
  readonly line: number;
  readonly column: number;
  readonly text: string;
};

/** Takes a problem apart; what has no place keeps its whole text. */
export function placeOf(problem: string): PlacedProblem {
  const match = /^(?:.*?:)?(\d+):(\d+): ([\s\S]*)$/.exec(problem);
  if (match === null) return { line: 0, column: 0, text: problem };
  return { line: Number(match[1]), column: Number(match[2]), text: match[3] ?? "" };
}

/** Offset in `text` of a line and column, both from 1; the end of the line where it is shorter. */
export function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let at = 1; at < line; at++) {
    const next = text.indexOf("\n", start);
    if (next < 0) return text.length;
    start = next + 1;
  }
  const end = text.indexOf("\n", start);
  return Math.min(start + Math.max(0, column - 1), end < 0 ? text.length : end);
}
