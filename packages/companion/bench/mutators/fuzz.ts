/** Doses that are altered at random, and doses that are only written otherwise, through the gate. */

import { compareMeaning, type Language } from "@symbion/companion";
import { alteredDose, disguised, doseText, written } from "./doses.ts";
import { seeded } from "./mutator.ts";
import { hashOf, isHeldOut, type Share } from "./shares.ts";
import { lightly, warmForm } from "./warm.ts";

/** What a run of altered doses comes to. */
export type DoseRuns = {
  readonly runs: number;
  /** Altered doses that the gate let out. */
  readonly passed: number;
  /** By the way of altering: how many, and how many passed. */
  readonly ways: Readonly<Record<string, { n: number; passed: number }>>;
  /** Those that passed in the half that may be shown. */
  readonly shown: readonly (readonly [way: string, neutral: string, rephrased: string])[];
};

const languageOf = (run: number): Language => (run % 3 === 0 ? "it" : "en");

/** Alters so many doses; every fourth is also disguised by look-alikes or signs that nobody sees. */
export function alterDoses(runs: number): DoseRuns {
  const ways: Record<string, { n: number; passed: number }> = {};
  const shown: (readonly [string, string, string])[] = [];
  let passed = 0;
  for (let run = 0; run < runs; run++) {
    const chance = seeded(hashOf(`altered dose ${run}`));
    const language = languageOf(run);
    const dose = doseText(language, chance);
    const { way, text } = alteredDose(dose, chance);
    // Half are written alike apart from what was altered, half in any way that says it.
    const alike = chance() < 0.5;
    const seed = hashOf(`writing ${run}`);
    const neutral = written(dose, seeded(seed));
    const plain = written(text, seeded(alike ? seed : seed + 1));
    const changed = run % 4 === 0 ? disguised(plain, chance) : plain;
    const rephrased = warmForm(neutral, language, seed).make(changed);
    const name = run % 4 === 0 ? `${way}, disguised` : way;
    const count = ways[name] ?? { n: 0, passed: 0 };
    ways[name] = count;
    count.n++;
    if (!compareMeaning(neutral, rephrased, { language }).same) continue;
    count.passed++;
    passed++;
    if (!isHeldOut(`dose ${run}`)) shown.push([name, neutral, rephrased]);
  }
  return { runs, passed, ways, shown };
}

/** Doses that are as they were, by how they were written anew: those that the gate keeps. */
export function keptDoses(runs: number): Readonly<Record<string, Share>> {
  const kept: Record<string, Share> = {};
  const count = (name: string, same: boolean): void => {
    const share = kept[name] ?? { hits: 0, n: 0 };
    kept[name] = share;
    share.n++;
    if (same) share.hits++;
  };
  for (let run = 0; run < runs; run++) {
    const chance = seeded(hashOf(`kept dose ${run}`));
    const language = languageOf(run);
    const dose = doseText(language, chance);
    const seed = hashOf(`writing ${run}`);
    const neutral = written(dose, seeded(seed));
    const same = (text: string): boolean => compareMeaning(neutral, text, { language }).same;
    const other = written(dose, seeded(seed + 1));
    if (other !== neutral) count("written otherwise", same(other));
    const light = lightly(neutral, language);
    if (light !== neutral) count("short forms, small numbers in words", same(light));
    const shady = disguised(neutral, chance);
    if (shady !== neutral) count("in look-alike signs", same(shady));
    count("as they were", same(neutral));
  }
  return kept;
}
