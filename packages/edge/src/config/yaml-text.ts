/**
 * YAML as a configuration needs it: one mapping, with the place of every value. Nothing here throws for a text, however
 * broken; and no message quotes the text, which may hold passwords.
 */

import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
  visit,
  type YAMLError,
} from "yaml";

/** Keys and places in lists, from the root. */
export type Path = readonly (string | number)[];

/** Longest text that is read, in characters. */
export const MAX_TEXT = 1_048_576;

/** Deepest nesting of a configuration. */
const MAX_DEPTH = 64;

/** A problem with its place, `FILE:LINE:COLUMN: TEXT`. */
export type Problem = {
  /** The line that people see, with its place. */
  readonly text: string;
  /** The same without file, line, column and places in lists: equal for the same mistake somewhere else in the file. */
  readonly kind: string;
  /** Where it is in the text. */
  readonly offset: number;
};

/** A text that is a mapping. */
export type YamlMapping = {
  readonly document: Document<ParsedNode>;
  /** Its plain values; keys that appear twice have their first value, tags are ignored. */
  readonly value: Readonly<Record<string, unknown>>;
  /** What is wrong but harms one key only. */
  readonly problems: readonly Problem[];
  /** Makes a problem out of an offset in the text and a message. */
  readonly problemAt: Placed;
  /** `FILE:LINE:COLUMN` of an offset in the text. */
  readonly placeOf: (offset: number) => string;
};

/** Makes a problem out of an offset in a text and a message. */
export type Placed = (offset: number, text: string) => Problem;

/** Options under which all of this reads YAML: version 1.2 whatever the file says, merge keys, no throwing. */
const OPTIONS = {
  prettyErrors: false,
  uniqueKeys: false,
  merge: true,
  schema: "core",
  logLevel: "error",
  keepSourceTokens: true,
} as const;

/** Parses a text that may be anything. Null where the parser itself gives up (absurd nesting). */
export function parseYaml(
  text: string,
  lines: LineCounter,
  strings = false,
): Document<ParsedNode> | null {
  try {
    const options = { ...OPTIONS, lineCounter: lines };
    return parseDocument(
      text,
      strings ? { ...options, schema: "failsafe", merge: false } : options,
    );
  } catch {
    return null;
  }
}

/**
 * Reads a text as one mapping (an empty text is an empty one), or says what keeps it from being one.
 *
 * @param name The file's name in messages.
 * @param strings Takes every scalar as it is written: `0123` stays "0123".
 */
export function readMapping(
  text: string,
  name: string,
  strings = false,
): YamlMapping | { readonly broken: Problem } {
  const lines = new LineCounter();
  const placeOf = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${Math.max(1, line)}:${Math.max(1, col)}`;
  };
  const place: Placed = (offset, message) => {
    // A key may hold anything.
    const line = message.replace(/[\p{Cc}\u2028\u2029]\s*/gu, " ");
    return {
      text: `${placeOf(offset)}: ${line}`,
      kind: line.replace(/\[\d+\]/g, "[]"),
      offset,
    };
  };
  if (text.length > MAX_TEXT) {
    return { broken: place(0, `expected at most ${MAX_TEXT} characters, got ${text.length}`) };
  }
  const document = parseYaml(text, lines, strings);
  if (document === null) return { broken: place(0, "expected YAML, got too deep a nesting") };
  const error = document.errors[0];
  if (error !== undefined) return { broken: place(error.pos[0], syntax(error)) };
  const { contents } = document;
  const empty = contents === null || (isScalar(contents) && contents.value === null);
  if (!empty && !isMap(contents)) {
    const offset = isNode(contents) ? (contents.range?.[0] ?? 0) : 0;
    const got = isSeq(contents) ? "a list" : "a single value";
    return { broken: place(offset, `expected keys with values ("cameras: …"), got ${got}`) };
  }
  const problems = [...takeOutDuplicates(document, place), ...tags(document, place)];
  let value: unknown;
  try {
    value = plain(document.toJS(), 0);
  } catch (error) {
    if (error instanceof RangeError) {
      return { broken: place(0, `expected at most ${MAX_DEPTH} levels of nesting, got more`) };
    }
    const alias = "expected anchors and merges that name earlier values, got others";
    return { broken: place(firstAlias(document), alias) };
  }
  return {
    document,
    value: (value ?? {}) as Record<string, unknown>,
    problems,
    problemAt: place,
    placeOf,
  };
}

/** A copy without shared or circular parts. Throws where it is too deep. */
function plain(value: unknown, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new RangeError("too deep");
  if (Array.isArray(value)) return value.map((item) => plain(item, depth + 1));
  if (typeof value !== "object" || value === null) return value;
  const copy: Record<string, unknown> = Object.create(null);
  for (const [key, item] of Object.entries(value)) copy[key] = plain(item, depth + 1);
  return copy;
}

function takeOutDuplicates(document: Document<ParsedNode>, place: Placed): Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Map(_, map) {
      const seen = new Set<unknown>();
      map.items = map.items.filter(({ key }) => {
        if (!isScalar(key) || key.value === "<<") return true;
        if (!seen.has(key.value)) {
          seen.add(key.value);
          return true;
        }
        const text = `expected the key "${String(key.value)}" once, got it again; the first one counts`;
        problems.push(place(key.range?.[0] ?? 0, text));
        return false;
      });
    },
  });
  return problems;
}

function tags(document: Document<ParsedNode>, place: Placed): Problem[] {
  return document.warnings.map((warning) => {
    const tag = /Unresolved tag: (![\w-]{1,20})/.exec(warning.message)?.[1];
    const hint = tag === "!secret" ? ` (a secret is written \${secret:NAME})` : "";
    return place(warning.pos[0], `expected no tag, got ${tag ?? "one"}${hint}`);
  });
}

function firstAlias(document: Document<ParsedNode>): number {
  let offset = 0;
  visit(document, {
    Alias(_, alias) {
      offset = alias.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return offset;
}

/** A parser's error in the house's words. */
function syntax(error: YAMLError): string {
  switch (error.code) {
    case "TAB_AS_INDENT":
      return "expected spaces at the beginning of the line, got a tab";
    case "BLOCK_AS_IMPLICIT_KEY":
      return 'expected one value, got a second ": " (put the value in quotes, or mend the indentation)';
    case "MULTILINE_IMPLICIT_KEY":
    case "KEY_OVER_1024_CHARS":
      return 'expected "key: value" on one line, got no ": " (a space belongs after the colon)';
    case "BAD_SCALAR_START":
      return "expected a value in quotes, got one that begins with a reserved sign";
    case "MULTIPLE_DOCS":
      return 'expected one document, got another after "---"';
    case "MISSING_CHAR":
      if (error.message.includes("Sequence item")) {
        return 'expected the indentation of the lines above or a "- ", got another indentation';
      }
      if (error.message.includes("quote")) return "expected a closing quote, got the file's end";
      if (error.message.includes(", or")) return 'expected "," between two values, got none';
      return "expected YAML, got a line with a sign missing";
    case "BAD_INDENT":
      if (error.message.startsWith("Flow")) {
        return 'expected a closing "]" or "}", got a line that belongs to something else';
      }
      return "expected the indentation of the lines above, got another one";
    case "BAD_DQ_ESCAPE":
      return 'expected a known escape after "\\" (or single quotes around the value), got another';
    default:
      return "expected YAML, got something that does not belong here (check indentation, quotes and brackets)";
  }
}

/** A plain text at a path of a text that may be broken elsewhere; null where it is not to be had. */
export function recoverText(text: string, path: Path): string | null {
  const document = parseYaml(text, new LineCounter());
  if (document === null) return null;
  const value: unknown = isMap(document.contents) ? document.getIn(path) : null;
  return typeof value === "string" && value !== "" && !value.includes("${") ? value : null;
}

/** The node at a path, or the nearest one above it; for a key without a value its key. */
export function nodeAt(document: Document<ParsedNode>, path: Path): Node | null {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node;
  }
  return null;
}

/** The node of a key in the mapping at a path, or the mapping itself. */
export function keyAt(document: Document<ParsedNode>, path: Path, key: string): Node | null {
  const map = nodeAt(document, path);
  const pair = isMap(map)
    ? map.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
    : undefined;
  return isNode(pair?.key) ? pair.key : map;
}
