/** What a mutator is: it changes what a text says, or has nothing to change. */

/** Even numbers from 0 to below 1, the same for the same seed. */
export type Chance = () => number;

/** A changed text that says something else, or null where the text offers nothing to change. */
export type Mutator = (text: string, chance: Chance) => string | null;

/** Mulberry32: small, even, and the same on every machine. */
export function seeded(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of a list; undefined of an empty one. */
export function pick<T>(list: readonly T[], chance: Chance): T | undefined {
  return list[Math.floor(chance() * list.length)];
}

/** Replaces one match of a pattern (with the flag `g`), drawn by chance, by what `change` makes of it; null keeps it. */
export function replaceOne(
  text: string,
  pattern: RegExp,
  chance: Chance,
  change: (match: RegExpExecArray) => string | null,
): string | null {
  const matches = [...text.matchAll(pattern)];
  const from = Math.floor(chance() * matches.length);
  for (let i = 0; i < matches.length; i++) {
    const match = matches[(from + i) % matches.length];
    if (match === undefined) continue;
    const made = change(match);
    if (made === null || made === match[0]) continue;
    return text.slice(0, match.index) + made + text.slice(match.index + match[0].length);
  }
  return null;
}

/** The first of some mutators, begun at one drawn by chance, that has something to change. */
export function anyOf(mutators: readonly Mutator[]): Mutator {
  return (text, chance) => {
    const from = Math.floor(chance() * mutators.length);
    for (let i = 0; i < mutators.length; i++) {
      const made = mutators[(from + i) % mutators.length]?.(text, chance) ?? null;
      if (made !== null && made !== text) return made;
    }
    return null;
  };
}

/** A word with its first letter in the other's case. */
export function likeCase(word: string, model: string): string {
  const first = model.charAt(0);
  return first !== first.toLowerCase() ? word.charAt(0).toUpperCase() + word.slice(1) : word;
}

/** Swaps a word for what a table says, in either letter case. */
export function byTable(pairs: ReadonlyMap<string, readonly string[]>): Mutator {
  return (text, chance) =>
    replaceOne(text, /[\p{L}]+(?:['’-][\p{L}]+)*/gu, chance, (match) => {
      const others = pairs.get(match[0].toLowerCase()) ?? [];
      const other = pick(others, chance);
      return other === undefined ? null : likeCase(other, match[0]);
    });
}
