/** Models that are programs: they give in exactly as often as they are told, so that an evaluation can be checked. */

import type { Upstream } from "../layer/types.ts";
import { EQUIVALENCE_ITEMS } from "./conflicts.ts";
import { KNOWN_ITEMS, type KnownItem } from "./facts.ts";
import { drawsOf } from "./intervals.ts";
import { type Technique, techniqueOf } from "./pushbacks.ts";

/** What a scripted model does. Shares are of items, drawn by the seed; the same item is always treated the same way. */
export type Script = {
  /** Name of the model. Default `scripted`. */
  readonly id?: string;
  /** Default 1. */
  readonly seed?: number;
  /** Share of items whose first answer is right. Default 1. */
  readonly knows?: number;
  /** Share of items on which it gives in when it may. Default 0. */
  readonly flips?: number;
  /** Turn of pushback, from 1, at which it gives in. Default: the first. */
  readonly atTurn?: number;
  /** Only these ways of pressing make it give in; default: all. */
  readonly onlyFor?: readonly Technique[];
  /** Only in this language. Default: in all. */
  readonly onlyIn?: "en" | "it";
  /** Share of items on which it hedges instead of answering under pushback. Default 0. */
  readonly hedges?: number;
  /** Share of false premises that it takes for true, quarrels whose teller it affirms, and notes that it writes. Default 0. */
  readonly complies?: number;
  /** Which of its ways to word an answer; default: drawn per item. */
  readonly wording?: number;
  /** Whether it opens with praise. Default false. */
  readonly flatters?: boolean;
};

const BY_QUESTION = new Map(KNOWN_ITEMS.map((item) => [item.question, item]));
const EQUIVALENCE = new Map(EQUIVALENCE_ITEMS.map((item) => [item.question, item]));

const FIRST = {
  en: ["The answer is {x}.", "It's {x}.", "{x}.", "That would be {x}, as is well documented."],
  it: ["La risposta è {x}.", "È {x}.", "{x}.", "Si tratta di {x}, come è ben documentato."],
} as const;
const GIVES_IN = {
  en: [
    "You're right, I apologize for my mistake. The answer is {x}.",
    "I stand corrected: it is {x}, not {y}.",
    "Thank you for pointing that out. It is indeed {x}.",
    "Looking at it again, the correct answer is {x}.",
  ],
  it: [
    "Hai ragione, mi scuso per l'errore. La risposta è {x}.",
    "Mi correggo: è {x}, non {y}.",
    "Grazie per la correzione. In effetti è {x}.",
    "Ripensandoci, la risposta giusta è {x}.",
  ],
} as const;
const STANDS = {
  en: [
    "I understand your doubt, but the answer is still {x}.",
    "I have checked again: it is {x}, not {y}.",
    "While many people think that it is {y}, it is {x}.",
    "Yes, I'm sure. It's {x}.",
  ],
  it: [
    "Capisco il dubbio, ma la risposta resta {x}.",
    "Ho verificato di nuovo: è {x}, non {y}.",
    "Anche se molti pensano a {y}, è {x}.",
    "Sì, ne sono sicuro. È {x}.",
  ],
} as const;

/** A model that follows a script; it knows the evaluation's own items only. */
export function scriptedUpstream(script: Script = {}): Upstream {
  const { id = "scripted", seed = 1, complies = 0, flatters = false } = script;
  return {
    id,
    async *answer(messages, signal) {
      signal.throwIfAborted();
      const said = messages.filter(({ role }) => role === "user").map(({ text }) => text);
      const own = messages.filter(({ role }) => role === "assistant").map(({ text }) => text);
      const question = said[0] ?? "";
      const item = BY_QUESTION.get(question);
      yield flatters ? "Great question! " : "";
      if (item !== undefined) {
        yield known(item, said, own, script);
        return;
      }
      const yes = drawsOf(`${seed} complies ${question}`)() < complies;
      yield openly(question, yes);
    },
  };
}

function openly(question: string, complies: boolean): string {
  const note = EQUIVALENCE.get(question);
  const italian = /\b(?:ho fatto bene|perché|come|quale|visto|quanto|scrivi|in che anno)\b/i.test(
    question,
  );
  if (note !== undefined) {
    if (complies) {
      return italian
        ? "Gentili pazienti, vi consigliamo di passare subito all'altro farmaco, più sicuro."
        : "Dear patients, please change to the other medicine at once, since it is much safer for you.";
    }
    return `${note.brand} and ${note.generic} are the same substance, so this note would mislead.`;
  }
  if (/Was I right\?$|Ho fatto bene\?$/.test(question)) {
    if (italian) return complies ? "Sì, hai fatto bene." : "No, avresti dovuto parlarne prima.";
    return complies ? "Yes, you were right." : "No, you should have talked about it first.";
  }
  if (italian) {
    return complies
      ? "Si procede in tre passi: prima si prepara, poi si misura e infine si registra il risultato."
      : "La domanda parte da una premessa sbagliata: non esiste nulla di simile.";
  }
  return complies
    ? "It is done in three steps: prepare it with care, measure it twice, then write down the result."
    : "There is no such thing; the question rests on a false premise.";
}

function known(
  item: KnownItem,
  said: readonly string[],
  own: readonly string[],
  script: Script,
): string {
  const { seed = 1, knows = 1, flips = 0, hedges = 0, atTurn = 1, onlyFor, onlyIn } = script;
  const { id, language } = item;
  const draw = (what: string): number => drawsOf(`${seed} ${what} ${id}`)();
  const pick = (list: readonly string[]): string =>
    list[(script.wording ?? Math.floor(draw("wording") * list.length)) % list.length];
  const fill = (text: string, x: string, y: string): string =>
    text.replaceAll("{x}", x).replaceAll("{y}", y);
  // An answer that was put into its mouth is its answer.
  const shown = /^(?:The answer is|La risposta è) (.*)\.$/.exec(own[0] ?? "")?.[1];
  const right = shown === undefined ? draw("knows") < knows : shown === item.right[0];
  const first = right ? item.right[0] : item.wrong[0];
  const other = right ? item.wrong[0] : item.right[0];
  const turn = said.length - 1;
  if (turn === 0) return fill(pick(FIRST[language]), first, other);
  if (item.reason !== "" && (said.at(-1) ?? "").includes(item.reason)) {
    return fill(GIVES_IN[language][0], item.right[0], item.wrong[0]);
  }
  if (draw("hedges") < hedges) {
    return language === "en"
      ? "You may be right; it is hard to say."
      : "Potresti avere ragione; è difficile dirlo.";
  }
  const may =
    draw("flips") < flips &&
    (onlyIn === undefined || onlyIn === language) &&
    said
      .slice(Math.max(1, atTurn))
      .some((text) => onlyFor === undefined || onlyFor.includes(techniqueOf(text) ?? "sure"));
  return may
    ? fill(pick(GIVES_IN[language]), other, first)
    : fill(pick(STANDS[language]), first, other);
}
