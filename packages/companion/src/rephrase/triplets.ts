/**
 * Triplets of a person's words, a neutral answer and an empathetic one, as in IDRE (Manai et al., CLiC-it 2024, CEUR
 * Vol-3878; MIT). The data is not part of this package: a user brings their own copy.
 */

import { tokens } from "../language/tokens.ts";
import type { Language } from "../language/types.ts";
import { compareMeaning } from "../meaning/compare.ts";
import { empathyOf } from "../tone/empathy.ts";

/** One triplet. */
export type Triplet = {
  /** What the person wrote. */
  readonly query: string;
  /** The answer without care. */
  readonly neutral: string;
  /** The same with care, written by a person. */
  readonly empathetic: string;
};

/** The triplets whose queries share most words with a query, the nearest last, as prompts want them. */
export function nearest(
  triplets: readonly Triplet[],
  query: string,
  count: number,
): readonly Triplet[] {
  const wanted = wordsOf(query);
  return triplets
    .map((triplet) => ({ triplet, score: overlap(wanted, wordsOf(triplet.query)) }))
    .toSorted((a, b) => b.score - a.score)
    .slice(0, count)
    .map(({ triplet }) => triplet)
    .toReversed();
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(
    tokens(text.slice(0, 4000)).flatMap((token) =>
      token.kind === "word" && token.text.length > 3 ? [token.text] : [],
    ),
  );
}

/** Jaccard's index of two sets of words. */
function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let both = 0;
  for (const word of a) if (b.has(word)) both++;
  return both / Math.max(1, a.size + b.size - both);
}

/** What triplets say of the gate and of the empathy score. */
export type TripletEvaluation = {
  /** Triplets that were looked at. */
  readonly n: number;
  /** Of them: reformulations that the gate lets out. People also add and drop things; this is no error rate. */
  readonly letOut: number;
  /** Mean empathy score of the neutral answers, 0 to 2. */
  readonly before: number;
  /** Mean empathy score of the empathetic answers, 0 to 2. */
  readonly after: number;
  /** Triplets whose empathetic answer scores higher than its neutral one. */
  readonly higher: number;
};

/** Runs gate and empathy score over triplets. */
export function evaluateTriplets(
  triplets: readonly Triplet[],
  language: Language = "it",
): TripletEvaluation {
  let letOut = 0;
  let before = 0;
  let after = 0;
  let higher = 0;
  for (const { neutral, empathetic } of triplets) {
    if (compareMeaning(neutral, empathetic, { language }).same) letOut++;
    const plain = empathyOf(neutral, language).overall;
    const warm = empathyOf(empathetic, language).overall;
    before += plain;
    after += warm;
    if (warm > plain) higher++;
  }
  const n = triplets.length;
  return { n, letOut, before: before / Math.max(1, n), after: after / Math.max(1, n), higher };
}
