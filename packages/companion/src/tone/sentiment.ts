/**
 * How a message reads, from bad to good: a figure about words. It says nothing certain about whoever wrote them, and is
 * never written into anybody's record.
 */

import { tokens } from "../language/tokens.ts";
import type { Language, Token } from "../language/types.ts";
import { ENGLISH_WEIGHTS } from "./english-weights.ts";
import { ITALIAN_WEIGHTS } from "./italian-weights.ts";

/** How a message reads. */
export type Sentiment = {
  /** -1 (bad) to 1 (good). */
  readonly score: number;
  /** What the score comes to, with a band around 0 that is neutral. */
  readonly label: "negative" | "neutral" | "positive";
  /** Words that were known: with none the score is 0 and says nothing. */
  readonly known: number;
};

/** Log-odds of a word, in sixteenths: of speaking for a good message, and for a bad one. */
export type WordWeights = ReadonlyMap<string, readonly [good: number, bad: number]>;

/** Weights of a language and how they are put together. */
export type SentimentWeights = {
  /** Of single words and of {@link sentimentFeatures}'s negated ones. */
  readonly words: WordWeights;
  /** Log-odds without any word, in sixteenths: of good, and of bad. */
  readonly bias: readonly [good: number, bad: number];
  /** Least distance from 0 of a score that is not neutral. */
  readonly band: number;
};

/** As much of a message as is read, UTF-16 units. */
const LOOKED_AT = 20_000;

/** Words that a negation reaches. */
const REACH = 3;

const NEGATIONS: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: new Set(
    "not no never cannot can't don't doesn't didn't isn't wasn't aren't weren't won't wouldn't couldn't shouldn't haven't hasn't hadn't ain't without nothing hardly".split(
      " ",
    ),
  ),
  it: new Set("non né mai senza nessun nessuno nessuna niente".split(" ")),
};

/** Words that a score is made of; those behind a negation are marked by `!`. */
export function sentimentFeatures(text: string, language: Language): string[] {
  const features: string[] = [];
  let reach = 0;
  for (const token of tokens(text.slice(0, LOOKED_AT))) {
    if (endsClause(token)) reach = 0;
    if (token.kind === "number") continue;
    if (token.kind === "sign" && !/[!?\p{Extended_Pictographic}]/u.test(token.text)) continue;
    features.push(reach > 0 && token.kind === "word" ? `!${token.text}` : token.text);
    if (NEGATIONS[language].has(token.text)) reach = REACH;
    else if (token.kind === "word") reach--;
  }
  return features;
}

function endsClause({ text, kind }: Token): boolean {
  return kind === "sign" && /[.,;:!?]/.test(text);
}

/** How a message reads. Linear, never throws; a language's words are known to that language only. */
export function sentimentOf(text: string, language: Language): Sentiment {
  const { words, bias, band } = language === "it" ? ITALIAN_WEIGHTS : ENGLISH_WEIGHTS;
  let [good, bad] = bias;
  let known = 0;
  // Each word counts once: a long message is not a stronger one.
  for (const feature of new Set(sentimentFeatures(text, language))) {
    const own = words.get(feature) ?? opposite(words, feature);
    if (own === null) continue;
    good += own[0];
    bad += own[1];
    known++;
  }
  if (known === 0) return { score: 0, label: "neutral", known };
  const score = logistic(good / 16) - logistic(bad / 16);
  const label = score > band ? "positive" : score < -band ? "negative" : "neutral";
  return { score, label, known };
}

/** What a negated word that was never met is taken for: half of the opposite. */
function opposite(words: WordWeights, feature: string): readonly [number, number] | null {
  const plain = feature.startsWith("!") ? words.get(feature.slice(1)) : undefined;
  return plain === undefined ? null : [plain[1] / 2, plain[0] / 2];
}

function logistic(value: number): number {
  return 1 / (1 + Math.exp(-value));
}
