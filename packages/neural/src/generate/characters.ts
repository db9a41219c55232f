/** Sets of characters, and how they are written inside a JSON string: UTF-8, with escapes where JSON wants them. */

import type { Expression, Expressions } from "./expressions.ts";

/** Code points as sorted ranges that do not touch; surrogates are never among them. */
export type Characters = readonly (readonly [from: number, to: number])[];

/** All characters. */
export const ALL: Characters = [
  [0, 0xd7ff],
  [0xe000, 0x10ffff],
];

/** Puts ranges in order and joins those that touch. */
export function characters(ranges: Characters): Characters {
  const sorted = [...ranges].sort(([a], [b]) => a - b);
  const joined: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined.flatMap(([from, to]) =>
    ALL.flatMap(([least, most]): [number, number][] =>
      from <= most && to >= least ? [[Math.max(from, least), Math.min(to, most)]] : [],
    ),
  );
}

/** All characters but those of a set. */
export function without(set: Characters): Characters {
  const rest: [number, number][] = [];
  let next = 0;
  for (const [from, to] of set) {
    if (from > next) rest.push([next, from - 1]);
    next = to + 1;
  }
  if (next <= 0x10ffff) rest.push([next, 0x10ffff]);
  return characters(rest);
}

/** One character of a set, written the shortest way that JSON allows inside a string. */
export function written(make: Expressions, set: Characters): Expression {
  const options: Expression[] = [];
  for (const [from, to] of set) {
    for (let code = from; code <= Math.min(to, 0x1f); code++)
      options.push(make.text(escaped(code)));
    for (const code of [0x22, 0x5c]) {
      if (code >= from && code <= to) options.push(make.text(escaped(code)));
    }
    for (const [least, most] of PLAIN) {
      if (from <= most && to >= least) {
        options.push(utf8(make, Math.max(from, least), Math.min(to, most)));
      }
    }
  }
  return make.choice(...options);
}

/** One character of a string in any way that JSON allows, but for halves of surrogate pairs. */
export function anyCharacter(make: Expressions): Expression {
  const hex = make.bytes([0x30, 0x39], [0x41, 0x46], [0x61, 0x66]);
  const escapes = make.choice(
    ...[...'"\\/bfnrt'].map((letter) => make.text(letter)),
    make.sequence(
      make.text("u"),
      make.choice(
        make.sequence(
          make.bytes([0x30, 0x39], [0x41, 0x43], [0x45, 0x46], [0x61, 0x63], [0x65, 0x66]),
          hex,
        ),
        make.sequence(make.bytes([0x44, 0x44], [0x64, 0x64]), make.bytes([0x30, 0x37])),
      ),
      hex,
      hex,
    ),
  );
  return make.choice(
    ...PLAIN.map(([from, to]) => utf8(make, from, to)),
    make.sequence(make.text("\\"), escapes),
  );
}

/** Characters that stand for themselves inside a JSON string. */
const PLAIN: Characters = [
  [0x20, 0x21],
  [0x23, 0x5b],
  [0x5d, 0xd7ff],
  [0xe000, 0x10ffff],
];

function escaped(code: number): string {
  return JSON.stringify(String.fromCodePoint(code)).slice(1, -1);
}

/** Longest UTF-8 sequences: code points up to these take 1, 2, 3 and 4 bytes. */
const LENGTHS = [0x7f, 0x7ff, 0xffff, 0x10ffff];

/** Code points of a range without surrogates, in UTF-8. */
function utf8(make: Expressions, from: number, to: number): Expression {
  const options: Expression[] = [];
  let least = from;
  for (const most of LENGTHS) {
    if (least > to) break;
    if (least > most) continue;
    const a = UTF8.encode(String.fromCodePoint(least));
    const b = UTF8.encode(String.fromCodePoint(Math.min(to, most)));
    options.push(between(make, a, b));
    least = most + 1;
  }
  return make.choice(...options);
}

/** Sequences of equally many bytes from `a` to `b`, where all bytes behind the first are 0x80 to 0xbf. */
function between(make: Expressions, a: Uint8Array, b: Uint8Array): Expression {
  const [low, high] = [a[0] as number, b[0] as number];
  if (a.length === 1) return make.bytes([low, high]);
  const rest = a.length - 1;
  const least = new Uint8Array(rest).fill(0x80);
  const most = new Uint8Array(rest).fill(0xbf);
  if (low === high) {
    return make.sequence(make.bytes([low, low]), between(make, a.subarray(1), b.subarray(1)));
  }
  const options: Expression[] = [
    make.sequence(make.bytes([low, low]), between(make, a.subarray(1), most)),
    make.sequence(make.bytes([high, high]), between(make, least, b.subarray(1))),
  ];
  if (high - low > 1) {
    options.push(
      make.sequence(
        make.bytes([low + 1, high - 1]),
        make.repeat(make.bytes([0x80, 0xbf]), rest, rest),
      ),
    );
  }
  return make.choice(...options);
}

const UTF8 = new TextEncoder();
