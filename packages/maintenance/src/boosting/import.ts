/** What importing trees of other libraries shares: foreign structures are checked and written in our order. */

import { BoostingError, wrong } from "./errors.ts";
import type { TreeWriter } from "./nodes.ts";

/** A node of a foreign tree; children are in the foreign tree's own terms. */
export type ForeignNode<Child> =
  | { readonly value: number; readonly cover: number }
  | {
      readonly column: number;
      /** Values at most this go left. */
      readonly threshold: number;
      readonly missingLeft: boolean;
      readonly gain: number;
      readonly left: Child;
      readonly right: Child;
    };

/** Writes a foreign tree with its leaves times `scale`. Throws BoostingError for one that is no tree of `columns` columns. */
export function writeForeign<Child>(
  writer: TreeWriter,
  columns: number,
  scale: number,
  root: Child,
  most: number,
  where: string,
  read: (child: Child) => ForeignNode<Child>,
): void {
  writer.begin();
  const open: { readonly split: number; readonly right: Child }[] = [];
  let next = root;
  for (let count = 1; ; count++) {
    if (count > most) throw wrong(`at most ${most} nodes`, count, where);
    const node = read(next);
    if ("column" in node) {
      const { column, threshold, missingLeft, gain } = node;
      if (!Number.isInteger(column) || column < 0 || column >= columns) {
        throw wrong(`a column below ${columns}`, column, where);
      }
      if (Number.isNaN(threshold)) throw wrong("a threshold", threshold, where);
      open.push({ split: writer.split(column, threshold, missingLeft, gain), right: node.right });
      next = node.left;
      continue;
    }
    if (!Number.isFinite(node.value)) throw wrong("finite leaf values", node.value, where);
    if (!(node.cover >= 0)) throw wrong("covers of at least 0", node.cover, where);
    writer.leaf(node.value * scale, node.cover);
    const up = open.pop();
    if (up === undefined) return;
    writer.turn(up.split);
    next = up.right;
  }
}

/** The greatest single-precision number that is at most `value`. */
export function floorSingle(value: number): number {
  const nearest = Math.fround(value);
  return nearest > value ? below(nearest) : nearest;
}

/** The greatest single-precision number below a single-precision one. */
export function below(single: number): number {
  const bits = new Int32Array(1);
  const view = new Float32Array(bits.buffer);
  view[0] = single;
  if (single === 0) return -(2 ** -149);
  if (single === Number.NEGATIVE_INFINITY || Number.isNaN(single)) return single;
  bits[0] += single > 0 ? -1 : 1;
  return view[0];
}

/** Reads JSON of foreign models; every step says where it is. */
export class Json {
  readonly #value: unknown;
  readonly #where: string;

  constructor(value: unknown, where: string) {
    this.#value = value;
    this.#where = where;
  }

  /** Parses text. Throws BoostingError for what is no JSON object. */
  static parse(text: string, where: string): Json {
    try {
      return new Json(JSON.parse(text), where);
    } catch (error) {
      throw new BoostingError(`boosting: ${where}: expected JSON, got other text`, {
        cause: error,
      });
    }
  }

  /** Whether there is a field. */
  has(key: string): boolean {
    return (
      typeof this.#value === "object" && this.#value !== null && Object.hasOwn(this.#value, key)
    );
  }

  /** A field that must be there. */
  at(key: string): Json {
    if (!this.has(key)) throw wrong(`a field "${key}"`, typeof this.#value, this.#where);
    return new Json((this.#value as Record<string, unknown>)[key], `${this.#where}.${key}`);
  }

  /** A list. */
  list(): Json[] {
    if (!Array.isArray(this.#value)) throw wrong("a list", typeof this.#value, this.#where);
    return this.#value.map((value, i) => new Json(value, `${this.#where}[${i}]`));
  }

  /** A list of numbers. */
  numbers(): number[] {
    const list = this.#value;
    if (!Array.isArray(list) || !list.every((value) => typeof value === "number")) {
      throw wrong("a list of numbers", typeof list, this.#where);
    }
    return list;
  }

  /** A number, also where it is written as text, in brackets or not. */
  number(): number {
    const value = this.#value;
    if (typeof value === "number") return value;
    const text = typeof value === "string" ? value.replace(/^\[(.*)\]$/, "$1") : "";
    const parsed = text.trim() === "" ? Number.NaN : Number(text);
    if (Number.isNaN(parsed)) throw wrong("a number", value, this.#where);
    return parsed;
  }

  /** Text. */
  text(): string {
    if (typeof this.#value !== "string") throw wrong("text", typeof this.#value, this.#where);
    return this.#value;
  }

  /** Whether it is `true` or 1, rather than `false` or 0. */
  truth(): boolean {
    const value = this.#value;
    if (value === true || value === 1) return true;
    if (value === false || value === 0) return false;
    throw wrong("true or false", value, this.#where);
  }
}
