/** How messages read, by the built-in word lists. */

import { detectLanguage } from "../language/detect.ts";
import { empathyOf } from "../tone/empathy.ts";
import { sentimentOf } from "../tone/sentiment.ts";
import type { CaseTone } from "./case-view.ts";

/**
 * The built-in reading, in English and Italian: the score of `sentimentOf`, and the mean of `empathyOf`'s three
 * mechanisms. A message without a known word has no sentiment, rather than a neutral one.
 */
export const WORDS_TONE: CaseTone = {
  sentiment: (text) => {
    const { score, known } = sentimentOf(text, detectLanguage(text));
    return known === 0 ? null : score;
  },
  empathy: (text) => (text.trim() === "" ? null : empathyOf(text, detectLanguage(text)).overall),
};
