/** How many changes the gate finds: every change stands in a warm form of the answer that passes when nothing is changed. */

import { compareMeaning, type Language } from "@symbion/companion";
import { type Mutator, seeded } from "./mutator.ts";
import { hashOf, isHeldOut, type Share } from "./shares.ts";
import type { Texts } from "./texts.ts";
import { type Warm, warmForm } from "./warm.ts";

/** A change that the gate let out. */
export type Missed = {
  readonly name: string;
  readonly language: Language;
  readonly form: Warm["form"];
  readonly neutral: string;
  readonly rephrased: string;
};

/** What a mutator's measurement comes to, in one language. */
export type Caught = {
  /** Changes found among those of the half whose failures are shown. */
  readonly seen: Share;
  /** Changes found among those of the half that is only counted. */
  readonly held: Share;
  /** Warm forms that the changes stood in, with how often. */
  readonly forms: Readonly<Record<string, number>>;
  /** Changes of the shown half that were let out. */
  readonly missed: readonly Missed[];
};

/** Turns over a short list of texts: each is changed several times, differently. */
const MANY_TURNS = 12;

/**
 * Applies a mutator to texts until `most` changes were looked at, or nothing new comes.
 *
 * @param heldOut Whether every change is only counted; otherwise half of the sentences are, by a hash.
 */
export function measure(
  name: string,
  mutator: Mutator,
  texts: Texts,
  language: Language,
  most: number,
  heldOut: boolean = false,
): Caught {
  const chance = seeded(hashOf(`${name} ${language}`));
  const seen = { hits: 0, n: 0 };
  const held = { hits: 0, n: 0 };
  const forms: Record<string, number> = {};
  const missed: Missed[] = [];
  const done = new Set<string>();
  const turns = texts[language].length < 1000 ? MANY_TURNS : 2;
  for (let turn = 0; turn < turns && seen.n + held.n < most; turn++) {
    for (const neutral of texts[language]) {
      if (seen.n + held.n >= most) break;
      const changed = mutator(neutral, chance);
      const key = `${name} ${neutral} ${changed}`;
      if (changed === null || changed === neutral || done.has(key)) continue;
      done.add(key);
      const { form, make } = warmForm(neutral, language, hashOf(key));
      const rephrased = make(changed);
      const found = !compareMeaning(neutral, rephrased, { language }).same;
      forms[form] = (forms[form] ?? 0) + 1;
      // All changes of one sentence belong to one half.
      const share = heldOut || isHeldOut(`${name} ${neutral}`) ? held : seen;
      share.n++;
      if (found) share.hits++;
      else if (share === seen) missed.push({ name, language, form, neutral, rephrased });
    }
  }
  return { seen, held, forms, missed };
}
