/** What is denied in a text: negation words and the tokens that they reach. */

import type { Language, Token } from "./types.ts";

/** A negation and what it reaches, as token indices. */
export type NegationScope = {
  /** Index of the first token of the negation itself. */
  readonly cue: number;
  /** Index of the first token that it reaches. */
  readonly from: number;
  /** Index after the last token that it reaches. */
  readonly to: number;
};

const CUES: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: new Set(
    (
      "no not never none nobody nothing nowhere neither nor without cannot cant can't dont don't doesnt doesn't didnt didn't isnt isn't " +
      "arent aren't wasnt wasn't werent weren't wont won't wouldnt wouldn't shouldnt shouldn't couldnt couldn't mustnt mustn't needn't neednt " +
      "hasnt hasn't havent haven't hadnt hadn't ain't aint mightn't shan't hardly barely scarcely rarely denies denied deny lacks lacking lack free negative absent"
    ).split(" "),
  ),
  it: new Set(
    "non no né mai nessuno nessuna nessun nessun' niente nulla senza neanche nemmeno neppure nega negato negativo assente assenza".split(
      " ",
    ),
  ),
};
/** Cues that only deny in some constructions. */
const FREE_AFTER = new Set(["of", "from"]);
const STOPS: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: new Set(
    "but however although though yet except besides while whereas because since until unless then".split(
      " ",
    ),
  ),
  it: new Set(
    "ma però tuttavia sebbene anche eccetto mentre perché poiché finché invece poi".split(" "),
  ),
};
const REACH = 12;

/** Whether a token denies by itself. */
export function isNegation(all: readonly Token[], at: number, language: Language): boolean {
  const word = all[at]?.text ?? "";
  if (!CUES[language].has(word)) return false;
  if (word === "free") return FREE_AFTER.has(all[at + 1]?.text ?? "") || all[at - 1]?.text === "-";
  if (word === "no" && language === "en") {
    // "no. 5", "no doubt", an answer "No," reach nothing.
    return !/^[.,!?;:]$/.test(all[at + 1]?.text ?? ".") && all[at + 1]?.text !== "doubt";
  }
  if (word === "no" && language === "it") return false;
  if (word === "not" && /^(only|just|merely)$/.test(all[at + 1]?.text ?? "")) return false;
  return true;
}

/**
 * Negations of a text and what they reach: up to the next stop, "but" or its like, or {@link REACH} tokens. In "chest
 * pain: denied" and "pain is absent" the reach is what stands before.
 */
export function negationScopes(all: readonly Token[], language: Language): NegationScope[] {
  const found: NegationScope[] = [];
  for (let cue = 0; cue < all.length; cue++) {
    if (!isNegation(all, cue, language)) continue;
    const word = all[cue].text;
    const backwards =
      /^(free|negative|absent|negativo|assente)$/.test(word) &&
      !FREE_AFTER.has(all[cue + 1]?.text ?? "");
    found.push(backwards ? before(all, cue, language) : after(all, cue, language));
  }
  return found;
}

function stops(all: readonly Token[], at: number, language: Language): boolean {
  const { text, kind } = all[at];
  return kind === "sign" ? /^[.;:!?()]$/.test(text) : STOPS[language].has(text);
}

function after(all: readonly Token[], cue: number, language: Language): NegationScope {
  let to = cue + 1;
  while (to < all.length && to - cue <= REACH && !stops(all, to, language)) to++;
  return { cue, from: cue + 1, to };
}

function before(all: readonly Token[], cue: number, language: Language): NegationScope {
  let from = cue;
  while (from > 0 && cue - from < REACH && !stops(all, from - 1, language)) from--;
  return { cue, from, to: cue };
}
