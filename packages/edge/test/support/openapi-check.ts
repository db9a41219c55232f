/**
 * An OpenAPI 3.1 document as its readers understand it: which operation an address belongs to, and whether an answer
 * is one of those that it promises. Written against the specifications, not against our schemas.
 */

import type { Answered } from "./http-server.ts";

type Json = Record<string, unknown>;

export type Operation = {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly "x-symbion-role": "public" | "viewer" | "admin";
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: "path" | "query";
    readonly required: boolean;
    readonly schema: Json;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema?: Json }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: Json }>> }>
  >;
};

export type Document = {
  readonly openapi: string;
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>> };
};

/** An operation with its method (lower case) and path. */
export type Found = {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
};

export function operations(document: Document): Found[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method, path, operation })),
  );
}

/** The operation of a request: a path without parameters wins over one with (OpenAPI 3.1, Paths Object). */
export function find(document: Document, method: string, url: string): Found | null {
  const path = url.replace(/\?.*$/s, "");
  const verb = method === "HEAD" ? "get" : method.toLowerCase();
  const fits = operations(document).filter((found) => {
    const pattern = found.path
      .split(/(\{\w+\})/)
      .map((part) =>
        part.startsWith("{") ? "[^/]+" : part.replace(/[.*+?^$()|[\]\\{}]/g, "\\$&"),
      );
    return found.method === verb && new RegExp(`^${pattern.join("")}$`).test(path);
  });
  const literal = (found: Found): number => found.path.replace(/\{\w+\}/g, "").length;
  return fits.sort((a, b) => literal(b) - literal(a))[0] ?? null;
}

/** What is wrong with an answer; empty if it is as promised. */
export function objections(
  document: Document,
  { operation, method, path }: Found,
  { status, headers, body }: Answered,
  head = false,
): string[] {
  const where = `${method} ${path} -> ${status}`;
  const promised = operation.responses[String(status)];
  if (promised === undefined) return [`${where}: undocumented (${String(body).slice(0, 200)})`];
  const types = Object.keys(promised.content ?? {});
  const type = (headers["content-type"] ?? "").replace(/;.*$/, "").trim();
  if (head) return [];
  if (types.length === 0) return body.length === 0 ? [] : [`${where}: a body, none expected`];
  if (!types.includes(type)) return [`${where}: expected ${types.join(" or ")}, got "${type}"`];
  const schema = promised.content?.[type]?.schema;
  if (schema === undefined) return [];
  let value: unknown;
  try {
    value = JSON.parse(String(body));
  } catch {
    return [`${where}: expected JSON, got ${String(body).slice(0, 100)}`];
  }
  return validate(document, schema, value, "body").map((problem) => `${where}: ${problem}`);
}

/** Keywords that say something to people only. */
const ANNOTATIONS = new Set(["description", "title", "default", "examples", "format", "$comment"]);

/** JSON Schema 2020-12, the keywords in use; an unknown keyword is an objection, as it might mean something. */
export function validate(
  document: Document,
  schema: Json | boolean,
  value: unknown,
  at: string,
): string[] {
  if (typeof schema === "boolean") return schema ? [] : [`${at}: nothing is allowed here`];
  const problems: string[] = [];
  const expect = (right: boolean, what: string): void => {
    if (!right)
      problems.push(`${at}: expected ${what}, got ${JSON.stringify(value)?.slice(0, 80)}`);
  };
  const inner = (one: unknown, item: unknown, name: string | number): void => {
    problems.push(...validate(document, one as Json, item, `${at}.${name}`));
  };
  for (const [keyword, argument] of Object.entries(schema)) {
    switch (keyword) {
      case "$ref": {
        const name = String(argument).replace("#/components/schemas/", "");
        const target = document.components.schemas[name];
        if (target === undefined) problems.push(`${at}: no component ${String(argument)}`);
        else problems.push(...validate(document, target, value, at));
        break;
      }
      case "type":
        expect(
          ([] as unknown[]).concat(argument).some((type) => isType(type, value)),
          String(argument),
        );
        break;
      case "const":
        expect(value === argument, JSON.stringify(argument));
        break;
      case "enum":
        expect((argument as unknown[]).includes(value), JSON.stringify(argument));
        break;
      case "anyOf":
        expect(
          (argument as Json[]).some((one) => validate(document, one, value, at).length === 0),
          "one of several",
        );
        break;
      case "allOf":
        for (const one of argument as Json[]) problems.push(...validate(document, one, value, at));
        break;
      case "minimum":
        if (typeof value === "number") expect(value >= Number(argument), `>= ${String(argument)}`);
        break;
      case "maximum":
        if (typeof value === "number") expect(value <= Number(argument), `<= ${String(argument)}`);
        break;
      case "exclusiveMinimum":
        if (typeof value === "number") expect(value > Number(argument), `> ${String(argument)}`);
        break;
      case "minLength":
        if (typeof value === "string") expect([...value].length >= Number(argument), "longer text");
        break;
      case "maxLength":
        if (typeof value === "string")
          expect([...value].length <= Number(argument), "shorter text");
        break;
      case "pattern":
        if (typeof value === "string")
          expect(new RegExp(String(argument), "u").test(value), String(argument));
        break;
      case "minItems":
        if (Array.isArray(value)) expect(value.length >= Number(argument), "more items");
        break;
      case "maxItems":
        if (Array.isArray(value)) expect(value.length <= Number(argument), "fewer items");
        break;
      case "prefixItems":
        if (Array.isArray(value)) {
          for (const [i, one] of (argument as Json[]).entries()) {
            if (i < value.length) inner(one, value[i], i);
          }
        }
        break;
      case "items":
        if (Array.isArray(value)) {
          const first = (schema.prefixItems as unknown[] | undefined)?.length ?? 0;
          for (const [i, item] of value.entries()) if (i >= first) inner(argument, item, i);
        }
        break;
      case "required":
        if (isObject(value)) {
          for (const name of argument as string[])
            expect(Object.hasOwn(value, name), `a member ${name}`);
        }
        break;
      case "properties":
        if (isObject(value)) {
          for (const [name, one] of Object.entries(argument as Record<string, Json>)) {
            if (Object.hasOwn(value, name)) inner(one, value[name], name);
          }
        }
        break;
      case "propertyNames":
        if (isObject(value)) for (const name of Object.keys(value)) inner(argument, name, name);
        break;
      case "additionalProperties":
        if (isObject(value)) {
          const known = Object.keys((schema.properties ?? {}) as Json);
          for (const [name, item] of Object.entries(value)) {
            if (!known.includes(name)) inner(argument, item, name);
          }
        }
        break;
      default:
        if (!ANNOTATIONS.has(keyword)) problems.push(`${at}: unknown keyword "${keyword}"`);
    }
  }
  return problems;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isType(type: unknown, value: unknown): boolean {
  switch (type) {
    case "object":
      return isObject(value);
    case "array":
      return Array.isArray(value);
    case "null":
      return value === null;
    case "integer":
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}
