/** What is mutated: sentences and whole answers of MedQuAD, and sentences of our own. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Language } from "@symbion/companion";
import { type RunOptions, sharedData } from "../../../../bench/rows.ts";
import { type Chance, seeded } from "./mutator.ts";
import { OWN } from "./sentences.ts";

/** Sentences by language. */
export type Texts = Readonly<Record<Language, readonly string[]>>;

/** MedQuAD's answers of at most 8,000 signs; none, with a note, where the data is not there. */
export function medquadAnswers(options: Pick<RunOptions, "note">): readonly string[] {
  const folder = sharedData("companion/medquad", options);
  if (folder === null) return [];
  return readFileSync(join(folder, "medquad_niddk_cdc_ninds.jsonl"), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => (JSON.parse(line) as { readonly answer: string }).answer)
    .filter((answer) => answer.length <= 8000);
}

/** Our own sentences, and those of answers that have 30 to 400 signs, in an order that mixes the answers. */
export function textsOf(answers: readonly string[]): Texts {
  const all = answers.flatMap((answer) =>
    answer
      .split(/(?<=[.!?])\s+(?=[A-Z])/)
      .filter((sentence) => sentence.length >= 30 && sentence.length <= 400),
  );
  return { en: [...OWN.en, ...shuffled([...new Set(all)], seeded(3))], it: OWN.it };
}

/** ParaDetox: a rude sentence and each way in which a person wrote it politely. */
export function paradetox(
  options: Pick<RunOptions, "note">,
): readonly (readonly [rude: string, polite: string])[] {
  const folder = sharedData("companion/paradetox", options);
  if (folder === null) return [];
  const [, ...rows] = readFileSync(join(folder, "paradetox.part1.tsv"), "utf8").split("\n");
  return rows.flatMap((row) => {
    const [rude = "", ...polite] = row.split("\t").map((cell) => cell.trim());
    return polite.filter((cell) => cell !== "").map((cell) => [rude, cell] as const);
  });
}

/** A list in an order drawn by chance. */
export function shuffled<T>(list: readonly T[], chance: Chance): T[] {
  return list
    .map((item) => ({ item, at: chance() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
