/**
 * Finds concepts in a text: words and phrases of a lexicon, with where they stand. A lexicon's entry is a phrase of folded
 * words, `*` at a word's end stands for any ending, `_` for any one word. One pass, no backtracking.
 */

import { tokens } from "../language/tokens.ts";

/** Phrases of each concept, separated by `|` or line ends. */
export type Lexicon = Readonly<Record<string, string>>;

/** A concept's occurrence, by places of words: `start` included, `end` not. */
export type Mark = { readonly start: number; readonly end: number };

type Node = {
  readonly words: Map<string, Node>;
  readonly stems: Map<string, Node>;
  any: Node | null;
  readonly concepts: string[];
};

const SHORTEST_STEM = 2;
/** Letters of a word that are looked at. */
const LONGEST_STEM = 24;
const NONE: readonly Mark[] = [];

function node(): Node {
  return { words: new Map(), stems: new Map(), any: null, concepts: [] };
}

/** A lexicon, ready to be looked up. */
export class Matcher {
  readonly #root = node();

  constructor(...lexicons: readonly Lexicon[]) {
    for (const lexicon of lexicons) {
      for (const [concept, phrases] of Object.entries(lexicon)) {
        for (const phrase of phrases.split(/[|\n]/)) {
          const words = phrase.trim().split(/\s+/).filter(Boolean);
          if (words.length > 0) this.#add(words, concept);
        }
      }
    }
  }

  /** Concepts in a row of folded words. */
  find(words: readonly string[]): Marks {
    const found = new Map<string, Mark[]>();
    for (let start = 0; start < words.length; start++) {
      this.#follow(this.#root, words, start, start, found);
    }
    return new Marks(words, found);
  }

  #add(words: readonly string[], concept: string): void {
    let at = this.#root;
    for (const word of words) {
      if (word === "_") {
        at.any ??= node();
        at = at.any;
        continue;
      }
      const stem = word.endsWith("*");
      const table = stem ? at.stems : at.words;
      const key = stem ? word.slice(0, -1) : word;
      let next = table.get(key);
      if (next === undefined) {
        next = node();
        table.set(key, next);
      }
      at = next;
    }
    at.concepts.push(concept);
  }

  /** Depth is that of the longest phrase, so the work per word is bounded. */
  #follow(
    at: Node,
    words: readonly string[],
    start: number,
    place: number,
    found: Map<string, Mark[]>,
  ): void {
    if (place > start) {
      for (const concept of at.concepts) {
        const marks = found.get(concept);
        if (marks === undefined) found.set(concept, [{ start, end: place }]);
        else marks.push({ start, end: place });
      }
    }
    const word = words[place];
    if (word === undefined) return;
    const exact = at.words.get(word);
    if (exact !== undefined) this.#follow(exact, words, start, place + 1, found);
    if (at.stems.size > 0) {
      const longest = Math.min(word.length, LONGEST_STEM);
      for (let length = SHORTEST_STEM; length <= longest; length++) {
        const stem = at.stems.get(word.slice(0, length));
        if (stem !== undefined) this.#follow(stem, words, start, place + 1, found);
      }
    }
    if (at.any !== null) this.#follow(at.any, words, start, place + 1, found);
  }
}

/** Lists of names are constants of the rules: each is taken apart once. */
const LISTS = new Map<string, readonly string[]>();

function namesOf(names: string): readonly string[] {
  let list = LISTS.get(names);
  if (list === undefined) {
    list = names.split(" ");
    LISTS.set(names, list);
  }
  return list;
}

/** Concepts that were found in a row of words. */
export class Marks {
  /** The folded words and numbers, without signs. */
  readonly words: readonly string[];
  readonly #found: ReadonlyMap<string, readonly Mark[]>;

  constructor(words: readonly string[], found: ReadonlyMap<string, readonly Mark[]>) {
    this.words = words;
    this.#found = found;
  }

  /** All occurrences in order of their places. */
  row(): (Mark & { readonly concept: string })[] {
    const row: (Mark & { readonly concept: string })[] = [];
    for (const [concept, marks] of this.#found) {
      for (const mark of marks) row.push({ ...mark, concept });
    }
    return row.sort((a, b) => a.start - b.start || a.end - b.end);
  }

  /** Occurrences of any of the concepts (named with spaces between), in order of the names. */
  all(names: string): readonly Mark[] {
    const list = namesOf(names);
    if (list.length === 1) return this.#found.get(names) ?? NONE;
    return list.flatMap((name) => this.#found.get(name) ?? NONE);
  }

  /** Whether any of the concepts occurs. */
  has(names: string): boolean {
    return namesOf(names).some((name) => this.#found.has(name));
  }

  /** An occurrence of one of `first` with one of `second` behind it, at most `gap` words between them. */
  ahead(first: string, second: string, gap: number): Mark | null {
    const seconds = this.all(second);
    if (seconds.length === 0) return null;
    for (const a of this.all(first)) {
      for (const b of seconds) {
        if (b.start >= a.end && b.start - a.end <= gap) return { start: a.start, end: b.end };
      }
    }
    return null;
  }

  /** Like {@link Marks.ahead}, in either order. */
  near(first: string, second: string, gap: number): Mark | null {
    return this.ahead(first, second, gap) ?? this.ahead(second, first, gap);
  }
}

/** Folded words and numbers of a text. */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const { text: word, kind } of tokens(text)) if (kind !== "sign") words.push(word);
  return words;
}
