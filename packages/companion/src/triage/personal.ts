/** Whether a text tells of a person, or asks about an illness in general. */

import type { Word } from "./words.ts";

const PERSONS =
  /^(?:i|i'm|i've|im|ive|he|she|him|he's|she's|we|patient|man|woman|boy|girl|baby|infant|toddler|son|daughter|husband|wife|mother|father|mom|mum|dad|friend|grandmother|grandfather|grandma|grandpa|brother|sister|child|kid|neighbor|partner|lady|gentleman|newborn|female|male|year-old|old|someone|teacher|worker|student|ho|mi|sono|mio|mia|uomo|donna|ragazz[oa]|bambin[oa]|neonat[oa]|paziente|figli[oa]|marito|moglie|nonn[oa]|madre|padre|ha|lui|lei|amic[oa]|mamma|papa|bimb[oa]|io)$/;
const QUESTION =
  /^(?:what|what's|which|who|how|why|is|are|can|does|do|could|will|when|where|define|explain|tell|should|cosa|che|quali|quale|come|perche|qual|chi|quando|esiste|describe|list)$/;

/** Decided on the words, the text (for "my") and what was found. */
export function isPersonal(
  words: readonly Word[],
  text: string,
  present: ReadonlyMap<string, unknown>,
  aged: boolean,
): boolean {
  if (present.has("suicidal") || present.has("self-harm")) return true;
  const first = words[0]?.text ?? "";
  const single = (words[words.length - 1]?.sentence ?? 0) === 0;
  if (QUESTION.test(first) && single) {
    // "What I need to know about …", "Do I have an increased risk?": nobody's account.
    return (
      /\b(?:my|mine|our)\b/i.test(text) ||
      (/\b(?:i've|i'm|i have|i feel|i am|he has|she has|i got|i took)\b/i.test(text) &&
        !/need to know|do i have/i.test(text)) ||
      aged
    );
  }
  if (aged || words.some(({ text: word }) => PERSONS.test(word)) || /\bmy\b/i.test(text))
    return true;
  return words.length > 0 && !QUESTION.test(first);
}
