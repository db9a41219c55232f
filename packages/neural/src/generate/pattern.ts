/** Regular expressions of JSON schemas (ECMA-262), as far as they are regular, as languages of JSON strings' insides. */

import { anyCharacter, type Characters, characters, without, written } from "./characters.ts";
import { GenerationError } from "./error.ts";
import type { Expression, Expressions } from "./expressions.ts";

const DIGITS: Characters = [[0x30, 0x39]];
const WORD: Characters = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
const SPACE: Characters = [
  [9, 13],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
const LINE_ENDS: Characters = [
  [10, 10],
  [13, 13],
  [0x2028, 0x2029],
];
const CLASSES: Readonly<Record<string, Characters>> = {
  d: DIGITS,
  D: without(DIGITS),
  w: WORD,
  W: without(WORD),
  s: SPACE,
  S: without(SPACE),
};
const CONTROLS: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, "0": 0 };

/** Most repetitions that a pattern may ask for. */
const MOST_REPEATS = 1000;
/** Deepest nesting of groups. */
const DEEPEST = 50;

/**
 * Strings that match a pattern, without their quotes. As JSON schemas have it, a pattern without `^` and `$` matches
 * anywhere inside.
 *
 * @param where Path of the pattern in its schema.
 * @throws {GenerationError} for what is not regular (look-around, back-references, `\b`), for Unicode properties, and
 *   for malformed patterns.
 */
export function patternLanguage(make: Expressions, pattern: string, where: string): Expression {
  return new PatternReader(make, pattern, where).read();
}

class PatternReader {
  readonly #make: Expressions;
  readonly #text: readonly string[];
  readonly #pattern: string;
  readonly #where: string;
  #at = 0;

  constructor(make: Expressions, pattern: string, where: string) {
    this.#make = make;
    this.#text = [...pattern];
    this.#pattern = pattern;
    this.#where = where;
  }

  read(): Expression {
    const anything = this.#make.repeat(anyCharacter(this.#make));
    const options: Expression[] = [];
    do {
      const begins = this.#take("^");
      const inner = this.#sequence(0);
      const ends = this.#take("$");
      const parts = [inner];
      if (!begins) parts.unshift(anything);
      if (!ends) parts.push(anything);
      options.push(this.#make.sequence(...parts));
    } while (this.#take("|"));
    if (this.#at < this.#text.length) this.#fail(`"${this.#peek()}" where it can stand`);
    return this.#make.choice(...options);
  }

  #choice(depth: number): Expression {
    const options: Expression[] = [];
    do {
      options.push(this.#sequence(depth));
    } while (this.#take("|"));
    return this.#make.choice(...options);
  }

  #sequence(depth: number): Expression {
    const parts: Expression[] = [];
    for (let next = this.#peek(); next !== undefined && !"|)".includes(next); next = this.#peek()) {
      if (next === "$" && depth === 0 && "|".includes(this.#text[this.#at + 1] ?? "|")) break;
      parts.push(this.#repeated(this.#atom(depth)));
    }
    return this.#make.sequence(...parts);
  }

  #repeated(atom: Expression): Expression {
    let [least, most] = [1, 1];
    if (this.#take("*")) [least, most] = [0, Infinity];
    else if (this.#take("+")) [least, most] = [1, Infinity];
    else if (this.#take("?")) [least, most] = [0, 1];
    else if (this.#peek() === "{") [least, most] = this.#counts();
    else return atom;
    // Lazy or not, the language is the same.
    this.#take("?");
    if (["*", "+", "?", "{"].includes(this.#peek() ?? "")) this.#fail("one count behind an atom");
    return this.#make.repeat(atom, least, most);
  }

  #counts(): [number, number] {
    const rest = this.#text.slice(this.#at, this.#at + 24).join("");
    const match = /^\{(\d{1,7})(?:(,)(\d{1,7})?)?\}/.exec(rest);
    if (match === null) this.#fail("{n}, {n,} or {n,m}, or an escaped \\{");
    this.#at += match[0].length;
    const least = Number(match[1]);
    const most =
      match[2] === undefined ? least : match[3] === undefined ? Infinity : Number(match[3]);
    if (most < least) this.#fail("counts in order");
    if (least > MOST_REPEATS || (most > MOST_REPEATS && most !== Infinity)) {
      this.#fail(`counts up to ${MOST_REPEATS}`);
    }
    return [least, most];
  }

  #atom(depth: number): Expression {
    const next = this.#text[this.#at++] as string;
    if (next === "(") {
      if (depth >= DEEPEST) this.#fail(`at most ${DEEPEST} nested groups`);
      if (this.#take("?")) {
        if (!this.#take(":")) this.#fail("(…) or (?:…), no look-around and no names");
      }
      const inner = this.#choice(depth + 1);
      if (!this.#take(")")) this.#fail("a closing )");
      return inner;
    }
    if (next === "[") return written(this.#make, this.#class());
    if (next === ".") return written(this.#make, without(LINE_ENDS));
    if (next === "\\") return written(this.#make, this.#escape());
    if (next === "^" || next === "$") this.#fail("^ and $ at the ends of the whole pattern only");
    if ("*+?{}]".includes(next)) this.#fail(`something before "${next}", or \\${next}`);
    const code = next.codePointAt(0) as number;
    return written(this.#make, [[code, code]]);
  }

  #class(): Characters {
    const negated = this.#take("^");
    const ranges: (readonly [number, number])[] = [];
    for (;;) {
      const next = this.#text[this.#at++];
      if (next === undefined) this.#fail("a closing ]");
      if (next === "]") break;
      const from = this.#member(next);
      if (from.length === 1 && from[0]?.[0] === from[0]?.[1] && this.#peek() === "-") {
        const end = this.#text[this.#at + 1];
        if (end !== undefined && end !== "]") {
          this.#at += 2;
          const to = this.#member(end);
          const [low, high] = [from[0]?.[0] as number, to[0]?.[0] as number];
          if (to.length !== 1 || to[0]?.[0] !== to[0]?.[1] || high < low) {
            this.#fail("a range of characters in order");
          }
          ranges.push([low, high]);
          continue;
        }
      }
      ranges.push(...from);
    }
    const set = characters(ranges);
    return negated ? without(set) : set;
  }

  #member(next: string): Characters {
    if (next === "\\") return this.#peek() === "b" ? this.#backspace() : this.#escape();
    const code = next.codePointAt(0) as number;
    return [[code, code]];
  }

  #backspace(): Characters {
    this.#at++;
    return [[8, 8]];
  }

  #escape(): Characters {
    const next = this.#text[this.#at++];
    if (next === undefined) this.#fail("a character behind \\");
    const known = CLASSES[next];
    if (known !== undefined) return known;
    const control = CONTROLS[next];
    if (control !== undefined) return [[control, control]];
    if (next === "x" || next === "u") {
      const digits = next === "x" ? 2 : 4;
      const hex = this.#text.slice(this.#at, this.#at + digits).join("");
      const code = Number.parseInt(hex, 16);
      if (!/^[0-9a-fA-F]+$/.test(hex) || hex.length !== digits)
        this.#fail(`\\${next} and ${digits} hex digits`);
      if (code >= 0xd800 && code <= 0xdfff) this.#fail("no halves of surrogate pairs");
      this.#at += digits;
      return [[code, code]];
    }
    if (/[A-Za-z1-9]/.test(next)) {
      this.#fail(`escapes \\d \\w \\s \\D \\W \\S \\n \\r \\t \\f \\v \\0 \\x \\u, not \\${next}`);
    }
    const code = next.codePointAt(0) as number;
    return [[code, code]];
  }

  #peek(): string | undefined {
    return this.#text[this.#at];
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #fail(wanted: string): never {
    throw new GenerationError(
      "schema",
      this.#where,
      `expected ${wanted} at character ${this.#at}, got ${JSON.stringify(this.#pattern)}`,
    );
  }
}
