/** The pieces of JSON as languages: white space, strings, literals, any value at all. */

import { anyCharacter, type Characters, characters, without, written } from "./characters.ts";
import type { Expression, Expressions } from "./expressions.ts";
import { anyNumber } from "./numbers.ts";

/** A member of an object, in the order in which members come. */
export type Member = {
  readonly name: string;
  readonly value: Expression;
  readonly required: boolean;
};

/** Builds languages of JSON texts. White space is bounded, so that a model cannot write it for ever. */
export class JsonLanguage {
  readonly make: Expressions;
  /** Nothing, a space, or a line break and up to 40 spaces or tabs. */
  readonly space: Expression;
  /** One character of a string, in any form that JSON has for it. */
  readonly character: Expression;
  readonly #value: Expression;
  readonly #object: Expression;

  constructor(make: Expressions) {
    this.make = make;
    const indent = make.bytes([0x20, 0x20], [0x09, 0x09]);
    this.space = make.choice(
      make.empty,
      make.text(" "),
      make.sequence(make.text("\n"), make.repeat(indent, 0, 40)),
    );
    this.character = anyCharacter(make);
    this.#value = make.rule();
    this.#object = make.rule();
    const array = make.rule();
    make.define(
      this.#value,
      make.choice(
        this.text(),
        anyNumber(make),
        ...["true", "false", "null"].map((word) => make.text(word)),
        this.#object,
        array,
      ),
    );
    make.define(this.#object, this.map(this.text(), this.#value, 0, Infinity));
    make.define(array, this.list([], this.#value, 0, Infinity));
  }

  /** Any JSON value. */
  value(): Expression {
    return this.#value;
  }

  /** Any object. */
  object(): Expression {
    return this.#object;
  }

  /** A string of `least` to `most` characters (code points), or of a language of insides. */
  text(least = 0, most: number = Infinity, inside?: Expression): Expression {
    const quote = this.make.text('"');
    const body = this.make.repeat(this.character, least, most);
    const both =
      inside === undefined
        ? body
        : least === 0 && most === Infinity
          ? inside
          : this.make.both(inside, body);
    return this.make.group(this.make.sequence(quote, both, quote));
  }

  /** One certain value, without white space inside. */
  literal(value: unknown): Expression {
    const { make } = this;
    const text = JSON.stringify(value);
    const parts = [...text].map((character) => {
      const code = character.codePointAt(0) as number;
      if (code < 0x80) return make.text(character);
      // Not every vocabulary can write every character as it is.
      return make.choice(
        make.text(character),
        make.text(
          Array.from({ length: character.length }, (_, i) => {
            const unit = character.charCodeAt(i).toString(16).padStart(4, "0");
            return `\\u${unit}`;
          }).join(""),
        ),
      );
    });
    return make.group(make.sequence(...parts));
  }

  /** A list of the given first items, then `more` ones; `least` to `most` items in all. */
  list(first: readonly Expression[], more: Expression, least: number, most: number): Expression {
    const { make, space } = this;
    const comma = make.sequence(make.text(","), space);
    // From the last item to the first: what may stand behind item i.
    const known = Math.max(1, first.length);
    let behind = make.repeat(
      make.sequence(comma, more),
      Math.max(0, least - known),
      Math.max(0, most - known),
    );
    for (let i = Math.min(first.length, most) - 1; i >= 1; i--) {
      const item = make.sequence(comma, first[i] as Expression, behind);
      behind = i >= least ? make.choice(make.empty, item) : item;
    }
    const items: Expression[] = [];
    if (least === 0) items.push(space);
    if (most > 0) items.push(make.sequence(space, first[0] ?? more, behind, space));
    return make.sequence(make.text("["), make.choice(...items), make.text("]"));
  }

  /** An object whose keys and values are each of one language. */
  map(key: Expression, value: Expression, least: number, most: number): Expression {
    const { make, space } = this;
    const member = make.sequence(key, make.text(":"), space, value);
    const others = make.repeat(
      make.sequence(make.text(","), space, member),
      Math.max(0, least - 1),
      most - 1,
    );
    const members: Expression[] = [];
    if (least === 0) members.push(space);
    if (most > 0) members.push(make.sequence(space, member, others, space));
    return make.sequence(make.text("{"), make.choice(...members), make.text("}"));
  }

  /**
   * An object of members in the given order, the optional ones left out or not, and of further ones with other keys
   * behind them where `more` is given.
   */
  members(members: readonly Member[], more: Expression | null): Expression {
    const { make, space } = this;
    const comma = make.sequence(make.text(","), space);
    const written = (member: Member): Expression =>
      make.sequence(this.literal(member.name), make.text(":"), space, member.value);
    const other =
      more === null
        ? null
        : make.sequence(
            this.#otherKey(members.map(({ name }) => name)),
            make.text(":"),
            space,
            more,
          );
    // From the last member to the first: what may come from here on, behind another member or as the first one.
    let behind = other === null ? make.empty : make.repeat(make.sequence(comma, other));
    let first =
      other === null ? make.none : make.sequence(other, make.repeat(make.sequence(comma, other)));
    let mayEnd = true;
    for (let i = members.length - 1; i >= 0; i--) {
      const member = members[i] as Member;
      const one = make.sequence(written(member), behind);
      const next = make.sequence(comma, one);
      if (member.required) {
        mayEnd = false;
        first = one;
        behind = next;
      } else {
        first = make.choice(one, first);
        behind = make.choice(next, behind);
      }
    }
    const inside = make.sequence(space, first, space);
    return make.sequence(
      make.text("{"),
      mayEnd ? make.choice(space, inside) : inside,
      make.text("}"),
    );
  }

  /** Keys, written without escapes, that are none of some words. */
  #otherKey(words: readonly string[]): Expression {
    const { make } = this;
    const plain: Characters = characters([
      [0x20, 0x21],
      [0x23, 0x5b],
      [0x5d, 0x10ffff],
    ]);
    const free = make.repeat(written(make, plain));
    const differ = (rests: readonly string[][]): Expression => {
      const next = new Map<number, string[][]>();
      for (const [head, ...rest] of rests) {
        if (head === undefined) continue;
        const code = head.codePointAt(0) as number;
        next.set(code, [...(next.get(code) ?? []), rest]);
      }
      const taken = characters([...next.keys()].map((code): [number, number] => [code, code]));
      const others = without(characters([...without(plain), ...taken]));
      const options = [make.sequence(written(make, others), free)];
      for (const [code, inner] of next) {
        // A word with a quote or a control character is never written without escapes.
        if (!plain.some(([from, to]) => code >= from && code <= to)) continue;
        options.push(make.sequence(written(make, [[code, code]]), differ(inner)));
      }
      if (!rests.some((rest) => rest.length === 0)) options.push(make.empty);
      return make.choice(...options);
    };
    const quote = make.text('"');
    return make.group(make.sequence(quote, differ(words.map((word) => [...word])), quote));
  }
}
