/**
 * JSON schemas (2020-12 and draft 7, where they agree) as languages of JSON texts. Every text of the language satisfies
 * the schema; not every text that satisfies it is in the language: members come in the schema's order, and what the
 * schema does not name is left out.
 */

import { GenerationError } from "./error.ts";
import { type Expression, Expressions } from "./expressions.ts";
import { FORMATS } from "./formats.ts";
import { JsonLanguage, type Member } from "./json-language.ts";
import { anyInteger, anyNumber, type Bounds, boundedInteger, boundedNumber } from "./numbers.ts";
import { mayOverlap } from "./overlap.ts";
import { patternLanguage } from "./pattern.ts";

/** A JSON schema: true, false, or an object of keywords. */
export type JsonSchema = boolean | { readonly [keyword: string]: unknown };

/** A language of JSON texts; what a constraint is made from. */
export type JsonGrammar = {
  /** Makes the states of the language; sealed. */
  readonly expressions: Expressions;
  /** All texts of the language. */
  readonly start: Expression;
};

/** Keywords that say nothing about which values are right. */
const ANNOTATIONS: ReadonlySet<string> = new Set(
  `$schema $id $anchor $comment $defs definitions title description default examples deprecated readOnly
   writeOnly discriminator`.split(/\s+/),
);

const TYPES = ["object", "array", "string", "number", "integer", "boolean", "null"] as const;
type Type = (typeof TYPES)[number];

/** Keywords by the type of value that they are about. */
const KEYWORDS: Readonly<Record<Type, readonly string[]>> = {
  object: ["properties", "required", "additionalProperties"],
  array: ["items", "prefixItems", "minItems", "maxItems"],
  string: ["minLength", "maxLength", "pattern", "format"],
  number: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
  integer: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
  boolean: [],
  null: [],
};

/** Keywords that stand for the whole schema: at most one of them, with `type` beside it. */
const WHOLE = ["$ref", "anyOf", "oneOf", "allOf", "enum", "const"] as const;

/** Most characters of a schema's JSON. */
const LONGEST = 200_000;
/** Deepest nesting of a schema. */
const DEEPEST = 100;
/** Largest minItems, maxItems, minLength and maxLength that are counted. */
const MOST_COUNTED = 100_000;

/** Any JSON object. */
export function jsonObjectGrammar(): JsonGrammar {
  const expressions = new Expressions();
  const start = new JsonLanguage(expressions).object();
  expressions.seal();
  return { expressions, start };
}

/**
 * The texts that satisfy a schema.
 *
 * @throws {GenerationError} (`schema`) for keywords that are not supported, malformed ones, references that lead
 *   nowhere or only to themselves, and schemas that no value satisfies; `where` is the path in the schema.
 */
export function jsonSchemaGrammar(schema: JsonSchema): JsonGrammar {
  const text = JSON.stringify(schema) ?? "";
  if (text.length > LONGEST) {
    fail("#", `expected at most ${LONGEST} characters of JSON, got ${text.length}`);
  }
  const compiler = new Compiler(schema);
  const start = compiler.compile(schema, "#", new Set(), 0);
  const { make } = compiler;
  make.seal();
  if (make.shortest(start) === Infinity) {
    fail("#", "expected a schema that some finite value satisfies, got one that none does");
  }
  return { expressions: make, start };
}

class Compiler {
  readonly make: Expressions = new Expressions();
  readonly #json: JsonLanguage = new JsonLanguage(this.make);
  readonly #root: JsonSchema;
  readonly #rules = new Map<string, Expression>();

  constructor(root: JsonSchema) {
    this.#root = root;
  }

  /** @param open References that were followed to get here without a character having been written. */
  compile(schema: unknown, path: string, open: ReadonlySet<string>, depth: number): Expression {
    if (depth > DEEPEST) fail(path, `expected at most ${DEEPEST} nested schemas, got more`);
    if (schema === true) return this.#json.value();
    if (schema === false) return this.make.none;
    if (!isRecord(schema)) fail(path, `expected a schema, got ${show(schema)}`);
    const types = typesOf(schema, path);
    checkKeywords(schema, path);
    const whole = WHOLE.filter((keyword) => Object.hasOwn(schema, keyword));
    if (whole.length > 1) fail(path, `expected one of ${whole.join(" and ")}, got both`);
    const [keyword] = whole;
    if (keyword === undefined) {
      const options = (types ?? guessTypes(schema)).map((type) =>
        this.#typed(type, schema, path, depth),
      );
      return this.make.choice(...options);
    }
    const beside = Object.keys(schema).filter(
      (key) => key !== keyword && key !== "type" && !ANNOTATIONS.has(key),
    );
    if (beside.length > 0) {
      fail(`${path}/${beside[0]}`, `expected nothing beside ${keyword}, got ${beside.join(", ")}`);
    }
    const value = schema[keyword];
    const at = `${path}/${keyword}`;
    if (keyword === "const" || keyword === "enum") return this.#literals(keyword, value, types, at);
    if (types !== null) fail(`${path}/type`, `expected no type beside ${keyword}, got one`);
    if (keyword === "$ref") return this.#reference(value, at, open, depth);
    if (!Array.isArray(value) || value.length === 0) {
      fail(at, `expected a list of schemas, got ${show(value)}`);
    }
    if (keyword === "allOf" && value.length !== 1) {
      fail(at, `expected one schema (more are not supported), got ${value.length}`);
    }
    if (keyword === "oneOf") {
      const [a, b] = overlapping(value, (one) => this.#resolved(one)) ?? [];
      if (a !== undefined) {
        fail(
          at,
          `expected alternatives that exclude each other, got ${a} and ${b}, which may both hold; use anyOf`,
        );
      }
    }
    return this.make.choice(
      ...value.map((one, i) => this.compile(one, `${at}/${i}`, open, depth + 1)),
    );
  }

  #typed(type: Type, schema: Record<string, unknown>, path: string, depth: number): Expression {
    switch (type) {
      case "object":
        return this.#object(schema, path, depth);
      case "array":
        return this.#array(schema, path, depth);
      case "string":
        return this.#string(schema, path);
      case "number":
      case "integer":
        return this.#number(type, schema, path);
      case "boolean":
        return this.make.choice(this.make.text("true"), this.make.text("false"));
      case "null":
        return this.make.text("null");
    }
  }

  #object(schema: Record<string, unknown>, path: string, depth: number): Expression {
    const { properties = {}, required = [], additionalProperties: more } = schema;
    if (!isRecord(properties))
      fail(`${path}/properties`, `expected schemas by name, got ${show(properties)}`);
    if (!Array.isArray(required) || !required.every((name) => typeof name === "string")) {
      fail(`${path}/required`, `expected a list of names, got ${show(required)}`);
    }
    const names = Object.keys(properties);
    for (const name of required as string[]) {
      if (!names.includes(name)) names.push(name);
    }
    const members: Member[] = [];
    for (const name of names) {
      const needed = required.includes(name);
      const inner = Object.hasOwn(properties, name) ? properties[name] : (more ?? true);
      const at = `${path}/properties/${escapePointer(name)}`;
      const value = this.compile(inner, at, new Set(), depth + 1);
      // A member that can have no value can only be left out.
      if (value === this.make.none && !needed) continue;
      members.push({ name, value, required: needed });
    }
    // Without a word about further members there are none, unless the schema names no members at all.
    const rest = more ?? names.length === 0;
    if (rest === true && names.length === 0) return this.#json.object();
    const others =
      rest === false
        ? null
        : this.compile(rest, `${path}/additionalProperties`, new Set(), depth + 1);
    return this.#json.members(members, others);
  }

  #array(schema: Record<string, unknown>, path: string, depth: number): Expression {
    const { prefixItems = [], items = true } = schema;
    if (!Array.isArray(prefixItems)) {
      fail(`${path}/prefixItems`, `expected a list of schemas, got ${show(prefixItems)}`);
    }
    if (Array.isArray(items)) {
      fail(`${path}/items`, "expected a schema (lists are prefixItems), got a list");
    }
    const first = prefixItems.map((one, i) =>
      this.compile(one, `${path}/prefixItems/${i}`, new Set(), depth + 1),
    );
    const more = this.compile(items, `${path}/items`, new Set(), depth + 1);
    const { least, most } = counts(schema, path, "minItems", "maxItems");
    const longest = more === this.make.none ? Math.min(most, first.length) : most;
    if (least > longest) return this.make.none;
    return this.#json.list(first, more, least, longest);
  }

  #string(schema: Record<string, unknown>, path: string): Expression {
    const { pattern, format } = schema;
    const { least, most } = counts(schema, path, "minLength", "maxLength");
    if (pattern !== undefined && format !== undefined) {
      fail(`${path}/format`, "expected pattern or format, got both");
    }
    if (pattern !== undefined) {
      if (typeof pattern !== "string")
        fail(`${path}/pattern`, `expected a text, got ${show(pattern)}`);
      const inside = patternLanguage(this.make, pattern, `${path}/pattern`);
      return this.#json.text(least, most, inside);
    }
    if (format === undefined) return this.#json.text(least, most);
    const known = typeof format === "string" ? FORMATS.get(format) : undefined;
    if (known === undefined) {
      fail(
        `${path}/format`,
        `expected one of ${[...FORMATS.keys()].join(", ")}, got ${show(format)}`,
      );
    }
    const inside = patternLanguage(this.make, known, `${path}/format`);
    return this.#json.text(least, most, inside);
  }

  #number(type: "number" | "integer", schema: Record<string, unknown>, path: string): Expression {
    const limit = (keyword: string): number | undefined => {
      const value = schema[keyword];
      if (value === undefined) return undefined;
      if (typeof value !== "number" || !Number.isFinite(value)) {
        fail(`${path}/${keyword}`, `expected a number, got ${show(value)}`);
      }
      return value;
    };
    const [least, above] = tighter(limit("minimum"), limit("exclusiveMinimum"), Math.max);
    const [most, below] = tighter(limit("maximum"), limit("exclusiveMaximum"), Math.min);
    if (least === undefined && most === undefined) {
      return type === "integer" ? anyInteger(this.make) : anyNumber(this.make);
    }
    const bounds: Bounds = { least, most, above, below };
    return type === "integer"
      ? boundedInteger(this.make, bounds)
      : boundedNumber(this.make, bounds);
  }

  #literals(
    keyword: string,
    value: unknown,
    types: readonly Type[] | null,
    at: string,
  ): Expression {
    const values = keyword === "const" ? [value] : value;
    if (!Array.isArray(values) || values.length === 0) {
      fail(at, `expected a list of values, got ${show(value)}`);
    }
    const fitting = values.filter((one) => types === null || types.some((type) => isOf(type, one)));
    if (fitting.length === 0) fail(at, `expected a value of type ${types?.join(" or ")}, got none`);
    return this.make.choice(...fitting.map((one) => this.#json.literal(one)));
  }

  #reference(value: unknown, at: string, open: ReadonlySet<string>, depth: number): Expression {
    if (typeof value !== "string" || !(value === "#" || value.startsWith("#/"))) {
      fail(at, `expected a reference inside the schema ("#/…"), got ${show(value)}`);
    }
    if (open.has(value))
      fail(
        at,
        `expected a reference that leads to a value, got ${value}, which leads back to itself`,
      );
    const known = this.#rules.get(value);
    if (known !== undefined) {
      this.#followed(value, at, open);
      return known;
    }
    const target = this.#find(value);
    if (target === undefined) fail(at, `expected a place in the schema, got ${value}`);
    const rule = this.make.rule();
    this.#rules.set(value, rule);
    this.make.define(rule, this.compile(target, value, new Set([...open, value]), depth + 1));
    return rule;
  }

  /** A rule that is known may still lead back to an open reference without writing anything. */
  #followed(reference: string, at: string, open: ReadonlySet<string>): void {
    const seen = new Set<string>();
    const follow = (schema: unknown): void => {
      if (!isRecord(schema)) return;
      for (const keyword of ["anyOf", "oneOf", "allOf"]) {
        const options = schema[keyword];
        if (Array.isArray(options)) options.forEach(follow);
      }
      const { $ref: next } = schema;
      if (typeof next !== "string" || seen.has(next)) return;
      if (open.has(next) || next === reference) {
        fail(
          at,
          `expected a reference that leads to a value, got ${reference}, which leads back to ${next}`,
        );
      }
      seen.add(next);
      follow(this.#find(next));
    };
    follow(this.#find(reference));
  }

  /** A schema with its references followed, as far as they lead to another schema. */
  #resolved(schema: unknown): unknown {
    let at = schema;
    for (let i = 0; i < DEEPEST && isRecord(at) && typeof at.$ref === "string"; i++) {
      at = this.#find(at.$ref);
    }
    return at;
  }

  #find(reference: string): unknown {
    let at: unknown = this.#root;
    for (const part of reference.split("/").slice(1)) {
      let key: string;
      try {
        key = decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
      } catch {
        return undefined;
      }
      if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
      at = (at as Record<string, unknown>)[key];
    }
    return at;
  }
}

function checkKeywords(schema: Record<string, unknown>, path: string): void {
  for (const keyword of Object.keys(schema)) {
    const known =
      keyword === "type" ||
      ANNOTATIONS.has(keyword) ||
      (WHOLE as readonly string[]).includes(keyword) ||
      TYPES.some((type) => KEYWORDS[type].includes(keyword));
    if (!known) {
      fail(
        `${path}/${escapePointer(keyword)}`,
        `expected a supported keyword (${supported().join(", ")}), got ${keyword}`,
      );
    }
  }
}

function supported(): string[] {
  return ["type", ...WHOLE, ...new Set(TYPES.flatMap((type) => KEYWORDS[type])), "$defs"];
}

function typesOf(schema: Record<string, unknown>, path: string): readonly Type[] | null {
  const { type } = schema;
  if (type === undefined) return null;
  const list: unknown[] = Array.isArray(type) ? type : [type];
  const isType = (one: unknown): one is Type => (TYPES as readonly unknown[]).includes(one);
  if (list.length === 0 || !list.every(isType)) {
    fail(`${path}/type`, `expected ${TYPES.join(", ")}, got ${show(type)}`);
  }
  return list as Type[];
}

/** Without a type: the one that the keywords are about, or any. */
function guessTypes(schema: Record<string, unknown>): readonly Type[] {
  const fitting = TYPES.filter((type) =>
    KEYWORDS[type].some((keyword) => Object.hasOwn(schema, keyword)),
  );
  if (fitting.length === 0) return ["object", "array", "string", "number", "boolean", "null"];
  return fitting.filter((type) => type !== "integer");
}

function counts(
  schema: Record<string, unknown>,
  path: string,
  low: string,
  high: string,
): { readonly least: number; readonly most: number } {
  const read = (keyword: string, fallback: number): number => {
    const value = schema[keyword];
    if (value === undefined) return fallback;
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0) {
      fail(`${path}/${keyword}`, `expected a whole number from 0, got ${show(value)}`);
    }
    return value;
  };
  const least = read(low, 0);
  const most = read(high, Infinity);
  if (least > MOST_COUNTED)
    fail(`${path}/${low}`, `expected at most ${MOST_COUNTED}, got ${least}`);
  if (least > most) fail(`${path}/${high}`, `expected at least ${low} ${least}, got ${most}`);
  return { least, most: most === Infinity ? most : Math.min(most, MOST_COUNTED) };
}

/** The tighter of an inclusive and an exclusive bound, and whether it is the exclusive one. */
function tighter(
  inclusive: number | undefined,
  exclusive: number | undefined,
  pick: (a: number, b: number) => number,
): [bound: number | undefined, open: boolean] {
  if (exclusive === undefined) return [inclusive, false];
  if (inclusive === undefined) return [exclusive, true];
  const bound = pick(inclusive, exclusive);
  return [bound, bound === exclusive];
}

/** The first two alternatives that one value might satisfy both. */
function overlapping(
  alternatives: readonly unknown[],
  resolve: (schema: unknown) => unknown,
): [number, number] | null {
  for (let a = 0; a < alternatives.length; a++) {
    for (let b = a + 1; b < alternatives.length; b++) {
      if (mayOverlap(alternatives[a], alternatives[b], resolve)) return [a, b];
    }
  }
  return null;
}

function isOf(type: Type, value: unknown): boolean {
  switch (type) {
    case "object":
      return isRecord(value);
    case "array":
      return Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    case "null":
      return value === null;
    default:
      return typeof value === type;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function escapePointer(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function fail(path: string, text: string): never {
  throw new GenerationError("schema", path, text);
}
