/**
 * Changing one value of a YAML text and no other byte. The parser says where keys and values stand; the text is cut
 * there, and the result is read again: an edit that would change anything else is refused, not written. So comments,
 * quotes, flow and block style, line ends and odd indentation stay as their author wrote them.
 *
 * What goes with a removed entry: its own lines, with the comments on and between them. Comments above it stay.
 */

import { isDeepStrictEqual } from "node:util";
import {
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parse,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { valueAt } from "./values.ts";
import { type Path, readMapping, type YamlMapping } from "./yaml-text.ts";

/** A value to be written. Undefined values of a mapping are left out. */
export type Value =
  | string
  | number
  | boolean
  | null
  | readonly Value[]
  | { readonly [key: string]: Value | undefined };

type Splice = { readonly from: number; readonly to: number; readonly text: string };

/** A text that is being edited. Every method says whether it could do its work; if not, the text is as before. */
export class TextEdit {
  #text: string;
  /** The text as it is read; null where it is no mapping. */
  #read: YamlMapping | null;
  readonly #eol: string;

  /** @param text Has to be a YAML mapping, or empty. */
  constructor(text: string) {
    this.#text = text;
    this.#read = read(text);
    this.#eol = text.includes("\r\n") ? "\r\n" : "\n";
  }

  /** The text as it is now. */
  get text(): string {
    return this.#text;
  }

  /** The value at a path of the text as it is now, references unresolved; undefined where there is none. */
  valueAt(path: Path): unknown {
    return valueAt(this.#read?.value, path);
  }

  /**
   * Writes the value of a key of the mapping at a path, and adds the key where it is missing: behind the last one that
   * comes before it in `order`, else at the end.
   */
  set(path: Path, key: string, value: Value, order: readonly string[] = []): boolean {
    const map = this.#node(path);
    if (!isMap(map)) {
      if (map !== null && !isEmpty(map)) return false;
      const parent = path.at(-1);
      if (parent === undefined) return this.#addToRoot(key, value);
      // A key without a value, or one that is not there yet.
      return typeof parent === "string" && this.set(path.slice(0, -1), parent, { [key]: value });
    }
    const pair = pairOf(map, key);
    const wanted = (root: unknown): void => {
      (at(root, path) as Record<string, unknown>)[key] = plainOf(value);
    };
    if (pair !== undefined) {
      return this.#apply(this.#replace(pair, render(value, this.#isFlow(path))), wanted);
    }
    if (path.length === 0 && !map.flow) return this.#addToRoot(key, value);
    return this.#apply(this.#insert(map, key, value, order, this.#isFlow(path)), wanted);
  }

  /** Takes a key out of the mapping at a path; a key that is not there is none to take out. */
  remove(path: Path, key: string): boolean {
    const map = this.#node(path);
    if (!isMap(map)) return true;
    const index = map.items.findIndex((pair) => isKey(pair, key));
    if (index < 0) return true;
    const wanted = (root: unknown): void => {
      delete (at(root, path) as Record<string, unknown>)[key];
    };
    const pairs = map.items.map((pair) => ({ from: startOf(pair), to: this.#endOf(pair) }));
    if (map.flow) return this.#apply(this.#cutFlow(pairs, index), wanted);
    return this.#apply(this.#cutBlock(pairs, index), wanted);
  }

  /** Adds an item at the end of the list at a path, in the style of the list; makes the list where there is none. */
  append(path: Path, item: Value): boolean {
    const list = this.#node(path);
    const wanted = (root: unknown): void => {
      const parent = at(root, path.slice(0, -1)) as Record<string, unknown>;
      const key = String(path.at(-1));
      const before = parent[key];
      parent[key] = [...(Array.isArray(before) ? before : []), plainOf(item)];
    };
    if (isSeq(list) && list.items.length > 0) {
      const splices = list.flow ? this.#appendFlow(list, item) : this.#appendBlock(list, item);
      return this.#apply(splices, wanted);
    }
    const parentPath = path.slice(0, -1);
    const parent = this.#node(parentPath);
    const key = String(path.at(-1));
    const pair = isMap(parent) ? pairOf(parent, key) : undefined;
    if (!isMap(parent) || parent.flow || this.#isFlow(parentPath)) {
      return this.set(parentPath, key, [item]);
    }
    if (pair === undefined) {
      if (path.length === 1) return this.#addToRoot(key, [item]);
      return this.#apply(this.#insert(parent, key, [item], [], false), wanted);
    }
    // `key:` or `key: []` with nothing in it becomes a block.
    const colon = colonEnd(pair);
    const node = pair.value as Node | null;
    if (colon === null) return false;
    const line = this.#lineEnd(Math.max(colon, isSeq(node) ? end(node) : colon));
    const column = this.#column(startOf(pair));
    const lines = blockItem(item, " ".repeat(column + 2), this.#eol);
    const splices: Splice[] = [{ from: line, to: line, text: this.#eol + lines }];
    if (isSeq(node)) splices.push({ from: colon, to: end(node), text: "" });
    return this.#apply(splices, wanted);
  }

  /** Takes an item out of the list at a path. */
  removeItem(path: Path, index: number): boolean {
    const list = this.#node(path);
    if (!isSeq(list) || index < 0 || index >= list.items.length) return false;
    const wanted = (root: unknown): void => {
      (at(root, path) as unknown[]).splice(index, 1);
    };
    const items = list.items.map((item, place) => ({
      from: (list.flow ? (item as Node).range?.[0] : dash(list, place)) ?? -1,
      to: this.#endOfItem(list, place),
    }));
    if (items.some(({ from }) => from < 0)) return false;
    return this.#apply(
      list.flow ? this.#cutFlow(items, index) : this.#cutBlock(items, index),
      wanted,
    );
  }

  #node(path: Path): Node | null {
    if (this.#read === null) return null;
    const { document } = this.#read;
    const node = path.length === 0 ? document.contents : document.getIn(path, true);
    return isNode(node) ? node : null;
  }

  /** Whether the collection at a path stands inside brackets or braces. */
  #isFlow(path: Path): boolean {
    return [...path, ""].some((_, length) => {
      const node = this.#node(path.slice(0, length));
      return isCollection(node) && node.flow === true;
    });
  }

  /** Cuts, reads again and compares with what was wanted; keeps the old text where they differ. */
  #apply(splices: readonly Splice[] | null, wanted: (root: unknown) => void): boolean {
    if (splices === null || this.#read === null) return false;
    let text = this.#text;
    for (const { from, to, text: put } of splices.toSorted((a, b) => b.from - a.from)) {
      text = text.slice(0, from) + put + text.slice(to);
    }
    const after = read(text);
    if (after === null) return false;
    const expected = structuredClone(this.#read.value);
    try {
      wanted(expected);
    } catch {
      return false;
    }
    if (!isDeepStrictEqual(comparable(after.value), comparable(expected))) return false;
    this.#text = text;
    this.#read = after;
    return true;
  }

  #addToRoot(key: string, value: Value): boolean {
    const text = this.#text;
    const gap = text === "" || text.endsWith("\n") ? "" : this.#eol;
    const lines = blockPair(key, value, "", this.#eol);
    return this.#apply(
      [{ from: text.length, to: text.length, text: gap + lines + this.#eol }],
      (root) => {
        (root as Record<string, unknown>)[key] = plainOf(value);
      },
    );
  }

  #replace(pair: Pair, rendered: string): Splice[] | null {
    const colon = colonEnd(pair);
    const node = pair.value as Node | null;
    if (colon === null) return null;
    if (node === null || isEmpty(node)) return [{ from: colon, to: colon, text: ` ${rendered}` }];
    const from = node.range?.[0] ?? colon;
    const to = this.#endOfNode(node);
    const between = this.#text.slice(colon, from);
    if (!between.includes("\n")) {
      const cut = this.#text.slice(from, to);
      return [{ from, to, text: rendered + (/\r?\n$/.exec(cut)?.[0] ?? "") }];
    }
    // A block below its key: the value goes behind the colon, comments between them stay.
    const first = this.#lineStart(from);
    const rest = this.#text.slice(to, this.#lineEnd(to));
    const last = rest.trim() === "" ? this.#nextLine(to) : to;
    return [
      { from: colon, to: colon, text: ` ${rendered}` },
      { from: first, to: Math.max(first, last), text: "" },
    ];
  }

  #insert(
    map: YAMLMap,
    key: string,
    value: Value,
    order: readonly string[],
    flow: boolean,
  ): Splice[] | null {
    const rank = order.indexOf(key);
    let anchor = map.items.length - 1;
    if (rank >= 0) {
      const earlier = map.items.findLastIndex(
        (pair) => isScalar(pair.key) && isBefore(order, String(pair.key.value), rank),
      );
      if (earlier >= 0) anchor = earlier;
    }
    const pair = map.items[anchor];
    if (map.flow && pair === undefined) {
      const [from, to] = map.range ?? [0, 0];
      return [{ from, to, text: render({ [key]: value }, true) }];
    }
    if (pair === undefined) return null;
    const to = this.#endOf(pair);
    if (map.flow || flow) {
      return [{ from: to, to, text: `, ${scalar(key, true, true)}: ${render(value, true)}` }];
    }
    const indent = " ".repeat(this.#column(startOf(map.items[0] as Pair)));
    return this.#belowLine(to, blockPair(key, value, indent, this.#eol));
  }

  /** New lines below the line on which something ends. */
  #belowLine(to: number, lines: string): Splice[] {
    if (to > 0 && this.#text[to - 1] === "\n") {
      return [{ from: to, to, text: lines + this.#eol }];
    }
    const line = this.#lineEnd(to);
    return [{ from: line, to: line, text: this.#eol + lines }];
  }

  #appendBlock(list: YAMLSeq, item: Value): Splice[] | null {
    const start = dash(list, 0);
    if (start === null) return null;
    const indent = " ".repeat(this.#column(start));
    const flow = isMap(list.items[0]) && list.items[0].flow === true;
    const lines = flow ? `${indent}- ${render(item, true)}` : blockItem(item, indent, this.#eol);
    return this.#belowLine(this.#endOfItem(list, list.items.length - 1), lines);
  }

  #appendFlow(list: YAMLSeq, item: Value): Splice[] {
    const last = this.#endOfItem(list, list.items.length - 1);
    const from = (list.items.at(-1) as Node).range?.[0] ?? last;
    const rendered = render(item, true);
    const comma = /^\s*,/.exec(this.#text.slice(last, end(list)))?.[0].length;
    const ownLine = this.#text.slice(this.#lineStart(from), from).trim() === "";
    if (!ownLine) {
      return comma === undefined
        ? [{ from: last, to: last, text: `, ${rendered}` }]
        : [{ from: last + comma, to: last + comma, text: ` ${rendered}` }];
    }
    const closing = end(list) - 1;
    const line = Math.min(this.#lineEnd(last + (comma ?? 0)), closing);
    const indent = " ".repeat(this.#column(from));
    const splices = [{ from: line, to: line, text: `${this.#eol}${indent}${rendered}` }];
    if (comma === undefined) splices.push({ from: last, to: last, text: "," });
    // At the same place the comma comes first.
    return splices[1]?.from === line
      ? [{ from: line, to: line, text: `,${this.#eol}${indent}${rendered}` }]
      : splices;
  }

  #cutBlock(parts: readonly { from: number; to: number }[], index: number): Splice[] | null {
    const part = parts[index];
    if (part === undefined) return null;
    const { from, to } = part;
    const line = this.#lineStart(from);
    if (this.#text.slice(line, from).trim() === "") {
      const last = this.#text[to - 1] === "\n" ? to : this.#nextLine(to);
      return [{ from: line, to: last, text: "" }];
    }
    // Behind a dash: what comes next moves up, unless a comment is in between.
    const next = parts[index + 1];
    if (next === undefined) return null;
    const comments = this.#text.slice(to, next.from).includes("#");
    return [{ from, to: comments ? this.#lineEnd(to) : next.from, text: "" }];
  }

  #cutFlow(parts: readonly { from: number; to: number }[], index: number): Splice[] | null {
    const part = parts[index];
    if (part === undefined) return null;
    const before = parts[index - 1];
    const next = parts[index + 1];
    if (next !== undefined && !this.#text.slice(part.to, next.from).includes("#")) {
      return [{ from: part.from, to: next.from, text: "" }];
    }
    if (
      next === undefined &&
      before !== undefined &&
      !this.#text.slice(before.to, part.from).includes("#")
    ) {
      return [{ from: before.to, to: part.to, text: "" }];
    }
    const comma = /^\s*,/.exec(this.#text.slice(part.to))?.[0].length ?? 0;
    return [{ from: part.from, to: part.to + comma, text: "" }];
  }

  #endOf(pair: Pair): number {
    const node = pair.value as Node | null;
    if (node !== null && !isEmpty(node)) return this.#endOfNode(node);
    return colonEnd(pair) ?? end(pair.key as Node);
  }

  #endOfItem(list: YAMLSeq, index: number): number {
    const node = list.items[index] as Node;
    if (!isEmpty(node)) return this.#endOfNode(node);
    return (dash(list, index) ?? end(node) - 1) + 1;
  }

  /** Where the last thing of a node ends, comments behind it not counted. */
  #endOfNode(node: Node): number {
    if (isMap(node) && !node.flow) {
      const last = node.items.at(-1);
      if (last !== undefined) return this.#endOf(last);
    }
    if (isSeq(node) && !node.flow && node.items.length > 0) {
      return this.#endOfItem(node, node.items.length - 1);
    }
    return end(node);
  }

  #lineStart(offset: number): number {
    return this.#text.lastIndexOf("\n", offset - 1) + 1;
  }

  /** Where the line of an offset ends, before its line break. */
  #lineEnd(offset: number): number {
    const found = this.#text.indexOf("\n", offset);
    if (found < 0) return this.#text.length;
    return this.#text[found - 1] === "\r" && found > offset ? found - 1 : found;
  }

  #nextLine(offset: number): number {
    const found = this.#text.indexOf("\n", offset);
    return found < 0 ? this.#text.length : found + 1;
  }

  #column(offset: number): number {
    return offset - this.#lineStart(offset);
  }
}

function read(text: string): YamlMapping | null {
  const mapping = readMapping(text, "");
  return "broken" in mapping ? null : mapping;
}

function isBefore(order: readonly string[], key: string, rank: number): boolean {
  const place = order.indexOf(key);
  return place >= 0 && place < rank;
}

function isKey(pair: Pair, key: string): boolean {
  return isScalar(pair.key) && pair.key.value === key;
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => isKey(pair, key));
}

function startOf(pair: Pair): number {
  return (pair.key as Node).range?.[0] ?? 0;
}

/** End of a value as it is written; of a block text with its line break. */
function end(node: Node): number {
  return node.range?.[1] ?? 0;
}

/** Behind the colon of a pair; null where there is none. */
function colonEnd(pair: Pair): number | null {
  const colon = pair.srcToken?.sep?.find(({ type }) => type === "map-value-ind");
  return colon === undefined ? null : colon.offset + 1;
}

/** Where the dash of an item of a block list stands. */
function dash(list: YAMLSeq, index: number): number | null {
  const token = list.srcToken;
  if (token?.type !== "block-seq") return null;
  return token.items[index]?.start.find(({ type }) => type === "seq-item-ind")?.offset ?? null;
}

/** Whether nothing is written where a value could be. */
function isEmpty(node: Node): boolean {
  return isScalar(node) && node.value === null && (node.source ?? "") === "";
}

/** The value at a path of plain values, to be changed. */
function at(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => (value as Record<PropertyKey, unknown>)[step], root);
}

/** A value as the parser gives it back. */
function plainOf(value: Value): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** For comparison: ordinary objects, and an empty list for a key that has lost all its items. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? null : value.map(comparable);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .map(([key, item]) => [key, comparable(item)] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** A value on one line. `flow`: inside brackets or braces, where more has to be quoted. */
function render(value: Value, flow: boolean): string {
  if (typeof value === "string") return scalar(value, flow);
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map((item) => render(item, true)).join(", ")}]`;
  const pairs = definedPairs(value as Readonly<Record<string, Value | undefined>>);
  if (pairs.length === 0) return "{}";
  return `{ ${pairs.map(([key, item]) => `${scalar(key, true, true)}: ${render(item, true)}`).join(", ")} }`;
}

function definedPairs(value: Readonly<Record<string, Value | undefined>>): [string, Value][] {
  return Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, item]]));
}

/** Texts that are something else for older readers of YAML. */
const AMBIGUOUS = /^(?:y|n|yes|no|on|true|false|null|~|[\d.+-][\d.:_+-]*)$/i;

/** A text without quotes where it stays the same text, else in double quotes. */
function scalar(text: string, flow: boolean, key = false): string {
  const quoted = JSON.stringify(text);
  if (text !== text.trim() || text === "" || /[\n\r\t]/.test(text)) return quoted;
  if (AMBIGUOUS.test(text) && !key) return quoted;
  try {
    const read: unknown = parse(flow ? `[${text}]` : `k: ${text}\n`, { logLevel: "error" });
    const same = flow ? isDeepStrictEqual(read, [text]) : isDeepStrictEqual(read, { k: text });
    return same ? text : quoted;
  } catch {
    return quoted;
  }
}

/** A pair on lines of its own; lists of mappings and mappings in lists get a line per entry. */
function blockPair(key: string, value: Value, indent: string, eol: string): string {
  const items = Array.isArray(value) ? (value as readonly Value[]) : [];
  if (items.length === 0 || !items.every(isMapping)) {
    return `${indent}${scalar(key, false, true)}: ${render(value, false)}`;
  }
  const inner = `${indent}  `;
  // Below the root an entry is a block, further in (areas) it is one line.
  const lines = items.map((item) =>
    indent === "" ? blockItem(item, inner, eol) : `${inner}- ${render(item, true)}`,
  );
  return [`${indent}${scalar(key, false, true)}:`, ...lines].join(eol);
}

/** An item of a block list. */
function blockItem(item: Value, indent: string, eol: string): string {
  if (!isMapping(item) || definedPairs(item).length === 0)
    return `${indent}- ${render(item, false)}`;
  // Areas and the like are easier to compare on one line each.
  if (indent.length > 2) return `${indent}- ${render(item, true)}`;
  const inner = `${indent}  `;
  const lines = definedPairs(item).map(([key, value]) => blockPair(key, value, inner, eol));
  return `${indent}- ${(lines.join(eol)).slice(inner.length)}`;
}

function isMapping(value: Value): value is { readonly [key: string]: Value | undefined } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
