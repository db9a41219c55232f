/** A small validator of JSON schemas (2020-12), written against the specification and not against our compiler. */

type Schema = Readonly<Record<string, unknown>>;

/** What is wrong with a value; empty where it satisfies the schema. */
export function objections(
  value: unknown,
  schema: unknown,
  root: unknown = schema,
  at = "#",
): string[] {
  if (schema === true) return [];
  if (schema === false) return [`${at}: nothing is allowed`];
  const found: string[] = [];
  const want = (right: boolean, keyword: string): void => {
    if (!right) found.push(`${at}: ${keyword}, got ${JSON.stringify(value)}`);
  };
  const {
    $ref,
    type,
    enum: listed,
    const: only,
    anyOf,
    oneOf,
    allOf,
    properties,
    required,
    additionalProperties,
    items,
    prefixItems,
    minItems,
    maxItems,
    minLength,
    maxLength,
    pattern,
    minimum,
    maximum,
    exclusiveMinimum,
    exclusiveMaximum,
  } = schema as Schema & { $ref?: string; pattern?: string };
  const fits = (one: unknown): boolean => objections(value, one, root, at).length === 0;
  if ($ref !== undefined) found.push(...objections(value, lookUp(root, $ref), root, at));
  if (type !== undefined)
    want(
      [type].flat().some((one) => isType(value, one)),
      `type ${type}`,
    );
  if (listed !== undefined)
    want(
      (listed as unknown[]).some((one) => equal(one, value)),
      "enum",
    );
  if ("const" in (schema as Schema)) want(equal(only, value), "const");
  if (anyOf !== undefined) want((anyOf as unknown[]).some(fits), "anyOf");
  if (oneOf !== undefined) want((oneOf as unknown[]).filter(fits).length === 1, "oneOf");
  if (allOf !== undefined) want((allOf as unknown[]).every(fits), "allOf");
  if (typeof value === "string") {
    const length = [...value].length;
    if (minLength !== undefined) want(length >= Number(minLength), `minLength ${minLength}`);
    if (maxLength !== undefined) want(length <= Number(maxLength), `maxLength ${maxLength}`);
    if (pattern !== undefined) want(new RegExp(pattern, "u").test(value), `pattern ${pattern}`);
  }
  if (typeof value === "number") {
    if (minimum !== undefined) want(value >= Number(minimum), `minimum ${minimum}`);
    if (maximum !== undefined) want(value <= Number(maximum), `maximum ${maximum}`);
    if (exclusiveMinimum !== undefined)
      want(value > Number(exclusiveMinimum), `above ${exclusiveMinimum}`);
    if (exclusiveMaximum !== undefined)
      want(value < Number(exclusiveMaximum), `below ${exclusiveMaximum}`);
  }
  if (Array.isArray(value)) {
    if (minItems !== undefined) want(value.length >= Number(minItems), `minItems ${minItems}`);
    if (maxItems !== undefined) want(value.length <= Number(maxItems), `maxItems ${maxItems}`);
    const first = (prefixItems ?? []) as unknown[];
    for (const [i, item] of value.entries()) {
      found.push(...objections(item, first[i] ?? items ?? true, root, `${at}/${i}`));
    }
  }
  if (isType(value, "object")) {
    const members = value as Schema;
    const known = (properties ?? {}) as Schema;
    for (const name of (required ?? []) as string[])
      want(Object.hasOwn(members, name), `required ${name}`);
    for (const [name, inner] of Object.entries(members)) {
      const rule = Object.hasOwn(known, name) ? known[name] : (additionalProperties ?? true);
      found.push(...objections(inner, rule, root, `${at}/${name}`));
    }
  }
  return found;
}

function lookUp(root: unknown, reference: string): unknown {
  let at = root;
  for (const part of reference.split("/").slice(1)) at = (at as Schema)[part.replaceAll("~1", "/")];
  return at;
}

function isType(value: unknown, type: unknown): boolean {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "object")
    return typeof value === "object" && value !== null && !Array.isArray(value);
  if (type === "integer") return Number.isInteger(value);
  return typeof value === type;
}

function equal(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  const [first, second] = [Object.entries(a), Object.entries(b)];
  return (
    Array.isArray(a) === Array.isArray(b) &&
    first.length === second.length &&
    first.every(([key, value]) => Object.hasOwn(b, key) && equal(value, (b as Schema)[key]))
  );
}
