/** Which requests may not be handed to a model, and what is said instead. */

import { detectLanguage } from "../language/detect.ts";
import { sentences } from "../language/sentences.ts";
import type { Language } from "../language/types.ts";
import { kindOf, LEARNED_LIMIT, learnedScore } from "./learned.ts";
import { ENGLISH } from "./lexicon.ts";
import { ITALIAN } from "./lexicon-it.ts";
import { Matcher, wordsOf } from "./marks.ts";
import { personalFindings } from "./personal.ts";
import { type Finding, findings } from "./rules.ts";
import type { RefusalKind, ScreenVerdict } from "./types.ts";
import { TOO_LONG, WHY } from "./wording.ts";

/** UTF-16 units of a request that are looked at; a longer one is refused. */
export const MAX_REQUEST = 65_536;
/** Words that are looked at together. */
const WINDOW = 80;

const MATCHER = new Matcher(ENGLISH, ITALIAN);
const PASSED: ScreenVerdict = { refuse: false, why: "", kind: null, rules: [] };
/** Kinds that decide before others: what is most urgent to say. */
const ORDER: readonly RefusalKind[] = ["self-harm", "violence", "extreme-diet", "dose", "raw-lab"];

/**
 * Says whether a request may be handed to a model. Pure and linear in the text's length; instructions inside the text
 * ("ignore the rules") are words like others. Texts in other languages than English and Italian pass.
 */
export function screenRequest(text: string): ScreenVerdict {
  const language = detectLanguage(text);
  if (text.length > MAX_REQUEST) {
    return { refuse: true, why: TOO_LONG[language], kind: "other-harm", rules: ["too-long"] };
  }
  const found: Finding[] = [];
  for (const words of windows(text)) {
    found.push(...personalFindings(words));
    const marks = MATCHER.find(words);
    if (learnedScore(marks) > LEARNED_LIMIT) {
      const here = findings(marks);
      found.push(...(here.length > 0 ? here : [{ rule: "learned", kind: kindOf(marks) }]));
    }
  }
  if (found.length === 0) return PASSED;
  const kind = ORDER.find((first) => found.some((one) => one.kind === first)) ?? found[0].kind;
  const rules = [...new Set(found.map(({ rule }) => rule))];
  return { refuse: true, why: WHY[kind][language], kind, rules };
}

/** What the layer says itself where a request is refused. */
export function refusalText(verdict: ScreenVerdict, language: Language): string {
  if (!verdict.refuse) return "";
  if (verdict.kind === null || verdict.rules.includes("too-long")) return TOO_LONG[language];
  return WHY[verdict.kind][language];
}

/** Rows of words to look at: each sentence with the one before it, and pieces of very long ones. */
function* windows(text: string): Generator<readonly string[], void, void> {
  let before: readonly string[] = [];
  for (const { start, end } of sentences(text)) {
    const words = wordsOf(text.slice(start, end));
    if (words.length <= WINDOW) {
      yield words;
      if (before.length > 0 && before.length + words.length <= WINDOW) yield [...before, ...words];
    } else {
      for (let at = 0; at < words.length; at += WINDOW / 2) {
        yield words.slice(at, at + WINDOW);
      }
    }
    before = words;
  }
}
