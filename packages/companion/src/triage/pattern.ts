/**
 * Finding phrases in words. A phrase is written as words with spaces: `a|b` either, `pain*` a beginning, `~` up to four
 * other words between (`~6` up to six), `word?` may be missing, `$name` a named group, `x & y` both in either order
 * within five words. Time is linear in the text: each phrase has a bounded reach.
 */

import { isDropped, plainWord, type Word } from "./words.ts";

/** Where a phrase was found, as word indices (`last` included). */
export type Found = { readonly concept: string; readonly first: number; readonly last: number };

type Step = { readonly gap: number; readonly element: number };
type Phrase = { readonly concept: string; readonly steps: readonly Step[] };

/** Groups of words that phrases name with a dollar sign. */
export type Groups = Readonly<Record<string, string>>;

const GAP = 4;
const LONGEST_BEGINNING = 14;
/** No phrase reaches over these. */
const WALLS = new Set(
  "no not without denies denied deny but never nor none non senza nega ma".split(" "),
);

/** Compiled phrases of one language. */
export class PhraseFinder {
  readonly #elements = new Map<string, number>();
  readonly #literals = new Map<string, number[]>();
  readonly #beginnings = new Map<string, number[]>();
  readonly #byFirst = new Map<number, Phrase[]>();
  readonly #vocabulary = new Set<string>();
  readonly #deletions = new Map<string, string>();
  readonly #skeletons = new Map<string, string>();
  readonly #known = new Map<string, ReadonlySet<number>>();

  /** `lexicons`: phrases per concept, divided by semicolons or lines; a concept may stand in several. */
  constructor(lexicons: readonly Readonly<Record<string, string>>[], groups: Groups) {
    for (const [concept, lines] of lexicons.flatMap((each) => Object.entries(each))) {
      for (const part of lines.split(/[;\n]/)) {
        const phrase = part.trim();
        if (phrase !== "") this.#add(concept, phrase, groups);
      }
    }
    for (const word of this.#vocabulary) {
      for (const shorter of deletions(word)) {
        if (!this.#deletions.has(shorter)) this.#deletions.set(shorter, word);
      }
      if (word.length >= 7) this.#skeletons.set(skeleton(word), word);
    }
  }

  /** All places of all phrases, by first word. */
  find(words: readonly Word[]): Found[] {
    const elements = words.map((word) => this.#elementsOf(word.text));
    const found: Found[] = [];
    for (let at = 0; at < words.length; at++) {
      for (const element of elements[at] ?? []) {
        for (const phrase of this.#byFirst.get(element) ?? []) {
          const last = reach(words, elements, phrase.steps, 1, at);
          if (last >= 0) found.push({ concept: phrase.concept, first: at, last });
        }
      }
    }
    return found;
  }

  #add(concept: string, line: string, groups: Groups): void {
    const expanded = line.replace(/\$(\w+)/g, (_, name: string) => {
      const group = groups[name];
      if (group === undefined) throw new Error(`no group of words ${name} in "${line}"`);
      return group;
    });
    for (const ordered of orders(expanded).flatMap(hyphened)) {
      for (const plain of optional(
        ordered.split(/\s+/).filter((word) => word !== "" && !isDropped(word)),
      )) {
        const steps: Step[] = [];
        let gap = 0;
        for (const word of plain) {
          const wide = /^~(\d*)$/.exec(word);
          if (wide !== null) {
            gap = wide[1] === "" ? GAP : Number(wide[1]);
            continue;
          }
          steps.push({ gap: steps.length === 0 ? 0 : gap, element: this.#element(word) });
          gap = 0;
        }
        const first = steps[0];
        if (first === undefined) continue;
        const list = this.#byFirst.get(first.element);
        if (list === undefined) this.#byFirst.set(first.element, [{ concept, steps }]);
        else list.push({ concept, steps });
      }
    }
  }

  #element(source: string): number {
    const known = this.#elements.get(source);
    if (known !== undefined) return known;
    const id = this.#elements.size;
    this.#elements.set(source, id);
    for (const alternative of source.split("|")) {
      const open = alternative.endsWith("*");
      const word = plainWord(open ? alternative.slice(0, -1) : alternative);
      const map = open ? this.#beginnings : this.#literals;
      const list = map.get(word);
      if (list === undefined) map.set(word, [id]);
      else list.push(id);
      if (word.length >= 6) this.#vocabulary.add(word);
    }
    return id;
  }

  #elementsOf(word: string): ReadonlySet<number> {
    const known = this.#known.get(word);
    if (known !== undefined) return known;
    let made = this.#exactly(word);
    if (made.size === 0 && word.length >= 6 && word.length <= 20) {
      const meant = this.#meant(word);
      if (meant !== null) made = this.#exactly(meant);
    }
    if (this.#known.size < 20_000) this.#known.set(word, made);
    return made;
  }

  #exactly(word: string): Set<number> {
    const made = new Set(this.#literals.get(word));
    if (NEGATED.test(word)) for (const id of this.#literals.get("not") ?? []) made.add(id);
    for (let length = 2; length <= Math.min(word.length, LONGEST_BEGINNING); length++) {
      for (const id of this.#beginnings.get(word.slice(0, length)) ?? []) made.add(id);
    }
    return made;
  }

  /** The lexicon's word that a word is one slip of the keyboard away from, beginning alike. */
  #meant(word: string): string | null {
    if (CORRECT.has(word)) return null;
    for (const shorter of [word, ...deletions(word)]) {
      const meant = this.#vocabulary.has(shorter) ? shorter : this.#deletions.get(shorter);
      if (
        meant !== undefined &&
        meant.slice(0, 2) === word.slice(0, 2) &&
        (meant.length === word.length
          ? sameLetters(meant, word)
          : Math.abs(meant.length - word.length) === 1 && Math.max(meant.length, word.length) > 6)
      ) {
        return meant;
      }
    }
    return word.length < 7 ? null : (this.#skeletons.get(skeleton(word)) ?? null);
  }
}

/** Words that are no slip for a lexicon's word. */
const CORRECT = new Set(
  (
    "chance though thorough meaning radical deceased noting curing filing tuning strongly sharing storing staring construction inspect fraction manager shutting " +
    "halting scaling crowding springy overdo scarred sparing columbia contracts stated staining pacing barley articulate articulated learned america american " +
    "misused overuse overused tumble tumbled scarpe macchina macchine current currently matters steven scatter varies preserve chances columns"
  ).split(" "),
);

/** "isn't" can stand where a phrase says "not". */
const NEGATED = /^(?:is|are|was|were|does|do|did|has|have|had|would)n't$/;

/** A word without what is easily misspelt: which vowel, and one letter or two ("sentance", "diziness"). */
function skeleton(word: string): string {
  return (
    word.slice(0, 2) +
    word
      .slice(2)
      .replace(/(.)\1+/g, "$1")
      .replace(/[aeiouy]/g, "a")
  );
}

/** Two letters swapped; one letter for another is too often a different word ("current", "currant"). */
function sameLetters(one: string, other: string): boolean {
  return [...one].sort().join("") === [...other].sort().join("");
}

function deletions(word: string): string[] {
  const made: string[] = [];
  for (let at = 1; at < word.length; at++) made.push(word.slice(0, at) + word.slice(at + 1));
  return made;
}

function orders(line: string): string[] {
  const parts = line.split(" & ");
  if (parts.length !== 2) return [line];
  return [`${parts[0]} ~ ${parts[1]}`, `${parts[1]} ~ ${parts[0]}`];
}

/** Hyphens join nothing in an account's words: "self-harm" is two. */
function hyphened(line: string): string[] {
  const words = line.split(/\s+/);
  const at = words.findIndex((word) => word.includes("-"));
  if (at < 0) return [line];
  const alternatives = (words[at] ?? "").split("|");
  const instead = (word: string): string =>
    [...words.slice(0, at), word, ...words.slice(at + 1)].join(" ");
  const plain = alternatives.filter((word) => !word.includes("-"));
  const made = alternatives
    .filter((word) => word.includes("-"))
    .flatMap((word) => hyphened(instead(word.replaceAll("-", " "))));
  return plain.length > 0 ? [...hyphened(instead(plain.join("|"))), ...made] : made;
}

function optional(words: readonly string[]): string[][] {
  const at = words.findIndex((word) => word.endsWith("?"));
  if (at < 0) return [[...words]];
  const without = [...words.slice(0, at), ...words.slice(at + 1)];
  const kept = [...words.slice(0, at), (words[at] ?? "").slice(0, -1), ...words.slice(at + 1)];
  return [...optional(without), ...optional(kept)];
}

/** Index of the last word of a phrase whose steps before `step` end at `at`, or -1. */
function reach(
  words: readonly Word[],
  elements: readonly ReadonlySet<number>[],
  steps: readonly Step[],
  step: number,
  at: number,
): number {
  const wanted = steps[step];
  if (wanted === undefined) return at;
  const sentence = words[at]?.sentence;
  for (let next = at + 1; next <= at + 1 + wanted.gap; next++) {
    const word = words[next];
    if (word === undefined || word.sentence !== sentence) return -1;
    if (elements[next]?.has(wanted.element)) {
      const last = reach(words, elements, steps, step + 1, next);
      if (last >= 0) return last;
    }
    if (WALLS.has(word.text)) return -1;
  }
  return -1;
}
