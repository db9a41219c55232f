/** Which of the two languages a text is in. */

import { foldMapped } from "./fold.ts";
import { tokensOf } from "./tokens.ts";
import type { Language } from "./types.ts";

const ENGLISH = new Set(
  (
    "the of and to is that for it with as was on are be this have from or an by not but at which you we they his her she he i my your " +
    "what when where how who will would can could should may might must do does did has had if there their been than then them me " +
    "don't can't i'm it's isn't won't doesn't didn't any some about into over after before because very take your please feel"
  ).split(" "),
);
const ITALIAN = new Set(
  (
    "il lo la gli le di del della dei delle che è e un una uno per con non si da dal dalla in nel nella sono ho hai ha abbiamo hanno " +
    "mi ti ci vi suo sua mio mia tuo tua questo questa quello quella anche ma se più come quando dove perché perche chi cosa al alla " +
    "ai alle sul sulla può deve essere stato stata ogni dopo prima prenda prendere giorno giorni ore l' dell' nell' all' un' d' c' po' " +
    "mal sto molto grazie ciao buongiorno sera mai senza fa due tre cm' devo posso vorrei"
  ).split(" "),
);
/** Trigrams that one of the languages has far more often than the other; `_` is a word's edge. */
const ENGLISH_TRIGRAMS = new Set(
  "_th the he_ ing ng_ ed_ _wh ith _wi ght ly_ _sh ess ck_ ow_ ay_ ey_ _kn _wr ch_ sh_ th_ ty_ rs_ ts_ ds_ ll_ st_ nd_ _yo oul".split(
    " ",
  ),
);
const ITALIAN_TRIGRAMS = new Set(
  "zio ion_ one_ no_ to_ ta_ ti_ re_ are ere ire zza gli _gl che_ chi ghe ghi nno sse tto tta tti ato ata ito ita uto ndo mo_ vo_ ia_ io_ ie_ ri_ li_ ni_ di_ lla llo ell uo_ _qu cci gio".split(
    " ",
  ),
);
/** As much of a text as decides. */
const LOOKED_AT = 4096;
const WORD_WEIGHT = 4;

/** How strongly a text speaks for Italian (positive) or English (negative); 0 where nothing speaks. */
export function italianScore(text: string): number {
  let score = 0;
  for (const { text: word, kind } of tokensOf(foldMapped(text.slice(0, LOOKED_AT)))) {
    if (kind !== "word") continue;
    if (ENGLISH.has(word)) score -= WORD_WEIGHT;
    if (ITALIAN.has(word)) score += WORD_WEIGHT;
    if (/[àèìòù]/.test(word)) score += WORD_WEIGHT;
    if (/[wkyj]/.test(word)) score -= 1;
    const edged = `_${word}_`;
    for (let i = 0; i + 3 <= edged.length; i++) {
      const three = edged.slice(i, i + 3);
      if (ENGLISH_TRIGRAMS.has(three)) score -= 1;
      if (ITALIAN_TRIGRAMS.has(three)) score += 1;
    }
  }
  return score;
}

/** The language of a text by its function words and letter groups; English where nothing speaks for either. */
export function detectLanguage(text: string): Language {
  return italianScore(text) > 0 ? "it" : "en";
}

/** Words from which on the share of function words tells whether a text is in a language at all. */
const ENOUGH_WORDS = 6;
/** Least share of function words in running text; English and Italian have a third and more. */
const LEAST_SHARE = 0.1;

/**
 * Whether a text can be taken to be in a language: its words do not speak for the other one, and a text of some length has
 * that language's function words, as one in German has not.
 */
export function isWrittenIn(text: string, language: Language): boolean {
  const score = italianScore(text);
  if (language === "it" ? score < 0 : score > 0) return false;
  const own = language === "it" ? ITALIAN : ENGLISH;
  let words = 0;
  let known = 0;
  for (const { text: word, kind } of tokensOf(foldMapped(text.slice(0, LOOKED_AT)))) {
    if (kind !== "word") continue;
    words++;
    if (own.has(word)) known++;
  }
  return words < ENOUGH_WORDS || known >= LEAST_SHARE * words;
}
