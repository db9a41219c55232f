/**
 * Languages of bytes as expressions, and their derivatives: what may follow once a byte has been read. Equal
 * expressions are the same object, so a derivative is a state, computed once. Rules may refer to each other and to
 * themselves, which makes this more than regular: the rest of a sequence is the stack.
 */

import { GenerationError } from "./error.ts";

/** A language; made by {@link Expressions}, which makes equal ones once. */
export type Expression = {
  readonly id: number;
  readonly shape: Shape;
  /** Whether nothing at all belongs to the language. */
  readonly nullable: boolean;
  /** Bytes of its shortest word; Infinity where it has none; -1 while rules are still being written. */
  shortest: number;
  /** Derivatives by byte, as far as they have been asked for. */
  readonly next: (Expression | undefined)[];
};

type Shape =
  | { readonly kind: "none" }
  | { readonly kind: "empty" }
  /** One byte of a set. */
  | { readonly kind: "bytes"; readonly set: Uint8Array }
  | { readonly kind: "sequence"; readonly head: Expression; readonly rest: Expression }
  | { readonly kind: "choice"; readonly of: readonly Expression[] }
  | {
      readonly kind: "repeat";
      readonly of: Expression;
      readonly least: number;
      readonly most: number;
    }
  /** The same language, kept together as the head of a sequence. */
  | { readonly kind: "group"; readonly of: Expression }
  | { readonly kind: "both"; readonly a: Expression; readonly b: Expression }
  | { readonly kind: "rule"; readonly index: number };

/** Most expressions of one schema, so that a hostile pattern ends in an error rather than in all of the memory. */
const MOST = 400_000;

/** Makes expressions and their derivatives. */
export class Expressions {
  readonly #known = new Map<string, Expression>();
  readonly #rules: (Expression | null)[] = [];
  #sealed = false;

  /** No word at all. */
  readonly none: Expression = this.#make("none", { kind: "none" }, false, Infinity);
  /** The empty word. */
  readonly empty: Expression = this.#make("empty", { kind: "empty" }, true, 0);

  /** Expressions made so far. */
  get size(): number {
    return this.#known.size;
  }

  /** One byte out of a set of ranges. */
  bytes(...ranges: readonly (readonly [from: number, to: number])[]): Expression {
    const set = new Uint8Array(256);
    for (const [from, to] of ranges) set.fill(1, from, to + 1);
    return this.#set(set);
  }

  /** One after the other. */
  sequence(...parts: readonly Expression[]): Expression {
    let rest = this.empty;
    for (let i = parts.length - 1; i >= 0; i--) rest = this.#join(parts[i] as Expression, rest);
    return rest;
  }

  /** Any of them. */
  choice(...options: readonly Expression[]): Expression {
    let set: Uint8Array | null = null;
    let merged: Expression | null = null;
    const found = new Map<number, Expression>();
    const add = (option: Expression): void => {
      if (option.shape.kind === "none") return;
      if (option.shape.kind === "choice") {
        for (const one of option.shape.of) add(one);
      } else if (option.shape.kind === "bytes") {
        if (merged === null) merged = option;
        else if (merged !== option) {
          set ??= (merged.shape as { readonly set: Uint8Array }).set.slice();
          for (let i = 0; i < 256; i++) if (option.shape.set[i] === 1) set[i] = 1;
        }
      } else found.set(option.id, option);
    };
    for (const option of options) add(option);
    if (set !== null) merged = this.#set(set);
    if (merged !== null) found.set((merged as Expression).id, merged);
    const all = [...found.values()].sort((a, b) => a.id - b.id);
    if (all.length === 0) return this.none;
    if (all.length === 1) return all[0] as Expression;
    return this.#make(
      `c${all.map(({ id }) => id).join()}`,
      { kind: "choice", of: all },
      all.some(({ nullable }) => nullable),
      all.reduce(
        (least, { shortest }) => (shortest < 0 || least < 0 ? -1 : Math.min(least, shortest)),
        Infinity,
      ),
    );
  }

  /** From `least` to `most` (Infinity: any number) times. */
  repeat(of: Expression, least = 0, most: number = Infinity): Expression {
    if (most < least) return this.none;
    if (most === 0 || of.shape.kind === "empty") return this.empty;
    if (of.shape.kind === "none") return least === 0 ? this.empty : this.none;
    // With the empty word among the repeated ones, fewer repetitions are as good as `least`.
    const from = of.nullable ? 0 : least;
    if (from === 1 && most === 1) return of;
    const shortest = from === 0 ? 0 : of.shortest < 0 ? -1 : from * of.shortest;
    return this.#make(
      `r${of.id},${from},${most}`,
      { kind: "repeat", of, least: from, most },
      from === 0,
      shortest,
    );
  }

  /** The same language, that stays in one piece at the head of a sequence: masks are kept by head. */
  group(of: Expression): Expression {
    const { kind } = of.shape;
    if (kind === "none" || kind === "empty" || kind === "group") return of;
    return this.#make(`g${of.id}`, { kind: "group", of }, of.nullable, of.shortest);
  }

  /** Words of both languages, which must be without rules. */
  both(a: Expression, b: Expression): Expression {
    if (a === b) return a;
    if (a.shape.kind === "none" || b.shape.kind === "none") return this.none;
    if (a.id > b.id) return this.both(b, a);
    const nullable = a.nullable && b.nullable;
    return this.#make(`b${a.id},${b.id}`, { kind: "both", a, b }, nullable, nullable ? 0 : -1);
  }

  /** A word byte by byte. */
  literal(bytes: Uint8Array): Expression {
    let rest = this.empty;
    for (let i = bytes.length - 1; i >= 0; i--) {
      const byte = bytes[i] as number;
      rest = this.#join(this.bytes([byte, byte]), rest);
    }
    return rest;
  }

  /** A text in UTF-8. */
  text(text: string): Expression {
    return this.literal(UTF8.encode(text));
  }

  /** A new rule, to be written by {@link Expressions.define}. The empty word must not belong to it. */
  rule(): Expression {
    const index = this.#rules.push(null) - 1;
    return this.#make(`u${index}`, { kind: "rule", index }, false, -1);
  }

  /** Writes a rule. */
  define(rule: Expression, body: Expression): void {
    if (rule.shape.kind === "rule") this.#rules[rule.shape.index] = body;
  }

  /** Ends the writing of rules: from now on derivatives can be asked for. */
  seal(): void {
    this.#sealed = true;
    const shortest = new Array<number>(this.#rules.length).fill(Infinity);
    for (let changed = true; changed; ) {
      changed = false;
      const seen = new Map<Expression, number>();
      for (const [index, body] of this.#rules.entries()) {
        const length = body === null ? Infinity : this.#measure(body, shortest, seen);
        if (length < (shortest[index] as number)) {
          shortest[index] = length;
          changed = true;
        }
      }
    }
    for (const expression of this.#known.values()) {
      if (expression.shape.kind === "rule") {
        expression.shortest = shortest[expression.shape.index] as number;
      }
    }
  }

  /** Bytes of the shortest word, Infinity where there is none. */
  shortest(expression: Expression): number {
    if (expression.shortest < 0) {
      expression.shortest = this.#measure(expression, [], new Map());
    }
    return expression.shortest;
  }

  /** A shortest word, in bytes; null where there is none. */
  shortestWord(expression: Expression): Uint8Array | null {
    const length = this.shortest(expression);
    if (length === Infinity) return null;
    const word = new Uint8Array(length);
    let state = expression;
    for (let i = 0; i < length; i++) {
      let byte = 0;
      while (this.shortest(this.step(state, byte)) !== length - i - 1) byte++;
      word[i] = byte;
      state = this.step(state, byte);
    }
    return word;
  }

  /** What may follow a byte; {@link Expressions.none} where the byte cannot come, or leads nowhere. */
  step(expression: Expression, byte: number): Expression {
    const known = expression.next[byte];
    if (known !== undefined) return known;
    let next = this.#derive(expression, byte);
    if (this.#sealed && this.shortest(next) === Infinity) next = this.none;
    expression.next[byte] = next;
    return next;
  }

  #derive({ shape }: Expression, byte: number): Expression {
    switch (shape.kind) {
      case "none":
      case "empty":
        return this.none;
      case "bytes":
        return shape.set[byte] === 1 ? this.empty : this.none;
      case "sequence": {
        const first = this.#join(this.step(shape.head, byte), shape.rest);
        return shape.head.nullable ? this.choice(first, this.step(shape.rest, byte)) : first;
      }
      case "choice": {
        const next: Expression[] = [];
        for (const option of shape.of) {
          const after = this.step(option, byte);
          if (after !== this.none) next.push(after);
        }
        return next.length === 1 ? (next[0] as Expression) : this.choice(...next);
      }
      case "repeat": {
        const after = this.step(shape.of, byte);
        if (after === this.none) return after;
        return this.#join(
          after,
          this.repeat(shape.of, Math.max(0, shape.least - 1), shape.most - 1),
        );
      }
      case "group":
        return this.group(this.step(shape.of, byte));
      case "both":
        return this.both(this.step(shape.a, byte), this.step(shape.b, byte));
      case "rule":
        return this.step(this.#rules[shape.index] ?? this.none, byte);
    }
  }

  /** `rules` hold for rules that are still being measured; without rules in the expression the result is kept. */
  #measure(
    expression: Expression,
    rules: readonly number[],
    seen: Map<Expression, number>,
  ): number {
    if (expression.shortest >= 0) return expression.shortest;
    const known = seen.get(expression);
    if (known !== undefined) return known;
    const { shape } = expression;
    const of = (inner: Expression): number => this.#measure(inner, rules, seen);
    let length = Infinity;
    if (shape.kind === "sequence") length = of(shape.head) + of(shape.rest);
    else if (shape.kind === "choice") length = Math.min(...shape.of.map(of));
    else if (shape.kind === "repeat") length = shape.least * of(shape.of);
    else if (shape.kind === "group") length = of(shape.of);
    else if (shape.kind === "both") length = this.#search(expression);
    else if (shape.kind === "rule") length = rules[shape.index] ?? Infinity;
    seen.set(expression, length);
    return length;
  }

  /** Shortest word of an intersection, by breadth. Where there is none, none is there for any state on the way. */
  #search(start: Expression): number {
    const seen = new Set<Expression>([start]);
    let front = [start];
    for (let length = 0; front.length > 0; length++) {
      if (front.some(({ nullable }) => nullable)) {
        start.shortest = length;
        return length;
      }
      const next: Expression[] = [];
      for (const state of front) {
        for (let byte = 0; byte < 256; byte++) {
          const after = this.#derive(state, byte);
          if (after.shape.kind === "none" || after.shortest === Infinity || seen.has(after))
            continue;
          seen.add(after);
          next.push(after);
        }
      }
      front = next;
    }
    for (const state of seen) state.shortest = Infinity;
    return Infinity;
  }

  #join(head: Expression, rest: Expression): Expression {
    if (head.shape.kind === "none" || rest.shape.kind === "none") return this.none;
    if (head.shape.kind === "empty") return rest;
    if (rest.shape.kind === "empty") return head;
    if (head.shape.kind === "sequence") {
      return this.#join(head.shape.head, this.#join(head.shape.rest, rest));
    }
    return this.#make(
      `s${head.id},${rest.id}`,
      { kind: "sequence", head, rest },
      head.nullable && rest.nullable,
      head.shortest < 0 || rest.shortest < 0 ? -1 : head.shortest + rest.shortest,
    );
  }

  #set(set: Uint8Array): Expression {
    if (!set.includes(1)) return this.none;
    return this.#make(`t${String.fromCharCode(...words(set))}`, { kind: "bytes", set }, false, 1);
  }

  #make(key: string, shape: Shape, nullable: boolean, shortest: number): Expression {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size >= MOST) {
      throw new GenerationError(
        "schema",
        "#",
        `expected a schema of at most ${MOST} states, got one with more`,
      );
    }
    const made: Expression = { id: this.#known.size, shape, nullable, shortest, next: [] };
    this.#known.set(key, made);
    return made;
  }
}

const UTF8 = new TextEncoder();

/** 256 bits in sixteen characters' worth of numbers. */
function words(set: Uint8Array): number[] {
  const found = new Array<number>(16).fill(0);
  for (let i = 0; i < 256; i++) {
    if (set[i] === 1) found[i >> 4] = (found[i >> 4] as number) | (1 << (i & 15));
  }
  return found;
}
