/** Questions about a window and their answers, by families, in a small English. */

import {
  MINI_COLOURS,
  MINI_KINDS,
  MINI_PLURALS,
  MINI_WORDINGS,
  type MiniFamily,
  type MiniKind,
} from "../src/mini/wording.ts";
import type { Random } from "./random.ts";
import { type Deed, deedOf, type Ternary, type Track } from "./truth.ts";

/** A question with its true answer, both in words of the vocabulary separated by blanks. */
export type Question = {
  readonly family: MiniFamily;
  readonly question: string;
  readonly answer: string;
};

const NUMBERS = ["zero", "one", "two", "three", "four", "five", "six"];

/** Words of all questions and answers, sorted: the vocabulary. */
export function vocabularyWords(): string[] {
  const words = new Set<string>();
  const texts = [
    ...Object.values(MINI_WORDINGS).flat(),
    ...MINI_KINDS,
    ...MINI_COLOURS,
    ...Object.values(MINI_PLURALS),
    ...NUMBERS,
    "yes no nothing happened entered from the left right top bottom up down middle it stayed",
    "a was left behind crossed to fell moved went still things",
  ];
  for (const text of texts) {
    for (const word of text.split(" ")) if (/^[a-z]+$/.test(word)) words.add(word);
  }
  return [...words].sort();
}

/** Always the first wording, and every question that can be asked. */
export const PLAIN: Choices = {
  pick: (items) => items[0] as (typeof items)[0],
  chance: () => true,
};

/** Chooses among wordings. */
export type Choices = Pick<Random, "pick" | "chance">;

/** All questions that have one clear answer in the window of frames `from` to `to`, in one wording each. */
export function questionsOf(
  tracks: readonly Track[],
  from: number,
  to: number,
  random: Choices,
): Question[] {
  const deeds = tracks.map((track) => deedOf(track, from, to));
  const questions: Question[] = [];
  const ask = (family: MiniFamily, answer: string | null, kind?: MiniKind): void => {
    if (answer === null) return;
    const asked = random.pick(MINI_WORDINGS[family]);
    const question = kind === undefined ? asked : fill(asked, kind);
    questions.push({ family, question, answer });
  };
  const some = (test: (deed: Deed) => Ternary): Ternary => {
    const found = deeds.map(test);
    return found.includes(true) ? true : found.includes(null) ? null : false;
  };
  const free = deeds.filter((deed) => !deed.held);

  ask("motion", yesNo(some((deed) => deed.moved)));
  ask("event", eventOf(deeds));
  ask(
    "entered",
    only(deeds, (deed) => (carriedIn(deed) ? false : deed.entered)),
  );
  ask(
    "left",
    only(deeds, (deed) => (deed.held ? false : deed.left)),
  );
  const behind = some((deed) => deed.leftBehind);
  if (behind === true) {
    const item = only(deeds, (deed) => deed.leftBehind);
    ask("left behind", item === null ? null : `yes ${item}`);
  } else {
    ask(
      "left behind",
      behind === false && some((deed) => deed.held || deed.entered) !== null ? "no" : null,
    );
  }
  ask("fell", yesNo(some((deed) => deed.fell)));
  ask("lying", yesNo(some((deed) => deed.lying)));
  askLine(deeds, random, questions);

  for (const kind of MINI_KINDS) {
    const same = deeds.filter((deed) => deed.kind === kind);
    const shown = same.filter((deed) => deed.appeared !== false);
    const clear = same.every((deed) => deed.appeared !== null);
    const uncarried = !same.some((deed) => deed.held);
    if (clear && uncarried) ask("presence", yesNo(shown.length > 0), kind);
    if (same.every((deed) => deed.present !== null) && uncarried) {
      const count = same.filter((deed) => deed.present).length;
      if (count > 0 || random.chance(0.3)) ask("count", NUMBERS[count] ?? null, kind);
    }
    const [one] = shown;
    if (!clear || shown.length !== 1 || one.held) continue;
    ask("colour", one.colour, kind);
    if (carriedIn(one)) continue;
    if (one.entered === true && one.enteredFrom !== null) ask("side", one.enteredFrom, kind);
    if (one.moved === false) ask("direction", "it stayed", kind);
    else if (one.moved === true && one.direction !== null) ask("direction", one.direction, kind);
    if (one.present === true && one.place !== null) ask("place", one.place, kind);
    else if (one.left === true) ask("place", "it left", kind);
  }
  if (free.length === deeds.length && deeds.every((deed) => deed.present !== null)) {
    const count = deeds.filter((deed) => deed.present).length;
    const answer = NUMBERS[count];
    if (answer !== undefined) {
      questions.push({ family: "count", question: "how many things are there", answer });
    }
  }
  return questions;
}

/** An item that was carried in: it came with someone, and is spoken of only once it has been put down. */
function carriedIn(deed: Deed): boolean {
  return deed.held || deed.leftBehind === true;
}

function fill(text: string, kind: MiniKind): string {
  return text.replace("*", kind).replace("+", MINI_PLURALS[kind]);
}

function name(deed: Deed): string {
  return `a ${deed.colour} ${deed.kind}`;
}

function yesNo(value: Ternary): string | null {
  return value === null ? null : value ? "yes" : "no";
}

/** The one thing of which something is true, `nothing`, or null when there are several or it is not clear. */
function only(deeds: readonly Deed[], test: (deed: Deed) => Ternary): string | null {
  const found = deeds.map(test);
  if (found.includes(null)) return null;
  const which = deeds.filter((_, i) => found[i] === true);
  if (which.length > 1) return null;
  return which.length === 0 ? "nothing" : name(which[0]);
}

function askLine(deeds: readonly Deed[], random: Choices, questions: Question[]): void {
  const found = deeds.map((deed) => (deed.held ? false : deed.crossed));
  if (found.includes(null)) return;
  const [whether, what] = MINI_WORDINGS.line;
  if (random.chance(0.5)) {
    const answer = found.includes(true) ? "yes" : "no";
    questions.push({ family: "line", question: whether, answer });
    return;
  }
  const answer = only(deeds, (deed) => !carriedIn(deed) && deed.crossed);
  if (answer !== null) questions.push({ family: "line", question: what, answer });
}

/** The window in one sentence, when one thing happened or none. */
function eventOf(deeds: readonly Deed[]): string | null {
  const active = deeds.filter((deed) => deed.moved !== false && !carriedIn(deed));
  const behind = deeds.filter((deed) => deed.leftBehind !== false);
  if (active.length === 0 && behind.length === 0) {
    return deeds.some((deed) => deed.held && deed.moved !== false) ? null : "nothing happened";
  }
  if (active.length > 1 || behind.length > 1) return null;
  const [item] = behind;
  if (item !== undefined) return item.leftBehind === true ? `${name(item)} was left behind` : null;
  const [one] = active;
  if (one.moved === null || one.fell === null || one.entered === null || one.left === null) {
    return null;
  }
  if (deeds.some((deed) => deed.held)) return null;
  if (one.fell) return `${name(one)} fell`;
  if (one.entered && one.left) {
    const to = one.leftTo;
    return to === null || to === one.enteredFrom ? null : `${name(one)} crossed to the ${to}`;
  }
  if (one.entered) {
    return one.enteredFrom === null ? null : `${name(one)} entered from the ${one.enteredFrom}`;
  }
  if (one.left) return one.leftTo === null ? null : `${name(one)} left to the ${one.leftTo}`;
  return one.direction === null ? null : `${name(one)} moved ${one.direction}`;
}
