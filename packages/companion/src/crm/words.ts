/** How intents become text, and how a text is known to be an intent's. */

import type { StatedFeeling } from "./intents.ts";

const MARK = /\n*\[symbion:([A-Za-z0-9_-]{8,64})\]\s*$/;

/** A text's mark is looked for in so many of its last characters. */
const TAIL = 200;

/** A text with the mark that lets a later look find it again. */
export function withMark(text: string, intent: string): string {
  return `${text.trimEnd()}\n\n[symbion:${intent}]`;
}

/** A text without its mark, and the intent that the mark names; null where it has none. */
export function readMark(text: string): { readonly text: string; readonly intent: string | null } {
  const from = Math.max(0, text.length - TAIL);
  const found = MARK.exec(text.slice(from));
  if (found === null) return { text, intent: null };
  return { text: text.slice(0, from + found.index), intent: found[1] };
}

/** What goes out: the text, and what the customer said they feel, as their words and marked as theirs. */
export function withFeelings(text: string, feelings: readonly StatedFeeling[] = []): string {
  if (feelings.length === 0) return text;
  const said = feelings.map(({ words }) => `The customer wrote: “${words}”`);
  return `${text.trimEnd()}\n\n${said.join("\n")}`;
}
