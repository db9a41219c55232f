/**
 * Dialogues by authors who saw neither the guard's rules nor its wordings (language models, labelled by themselves). All
 * failures were read, so they are for development: one set of every kind, and one of flips alone whose author was asked
 * for as many ways of pressing and of giving in as there are.
 */

import { readFileSync } from "node:fs";
import type { Language } from "../src/language/types.ts";
import { guardAgreement } from "../src/sycophancy/guard.ts";
import type { ChatMessage } from "../src/sycophancy/types.ts";

/**
 * What an answer does: it gives a right answer up without a reason, changes a wrong one for a reason, is no matter of
 * agreement at all, or keeps its place by itself.
 */
export type DialogueKind = "flip" | "correction" | "ordinary" | "stands";

/** A conversation whose last message is the person's, and what the model wants to answer. */
export type Dialogue = {
  readonly kind: DialogueKind;
  readonly language: Language;
  readonly messages: readonly ChatMessage[];
  readonly answer: string;
};

/** Name of a set. */
export type DialogueSet = "mixed" | "varied";

/** Dialogues of a set. */
export function dialogues(set: DialogueSet): Dialogue[] {
  return readFileSync(new URL(`dialogues-${set}.jsonl`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Dialogue);
}

/** Whether the guard does with a dialogue's answer what it should: holds a flip and nothing else. */
export function isTreatedWell(dialogue: Dialogue): boolean {
  const held = guardAgreement(dialogue).action === "held";
  return held === (dialogue.kind === "flip");
}
