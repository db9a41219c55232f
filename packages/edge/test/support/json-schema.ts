/** JSON Schema, draft 7, as far as our schema of the configuration uses it: written against the specification. */

type Schema = Readonly<Record<string, unknown>>;

/** Keywords that say something to people only. */
const ANNOTATIONS = new Set(["$schema", "title", "description", "default"]);

/** What is wrong with a value; an unknown keyword is an objection, as it might mean something. */
export function objectionsTo(value: unknown, schema: Schema, at = "file"): string[] {
  const problems: string[] = [];
  const expect = (right: boolean, what: string): void => {
    if (!right) problems.push(`${at}: expected ${what}, got ${JSON.stringify(value)}`);
  };
  const fits = (one: unknown): boolean => objectionsTo(value, one as Schema, at).length === 0;
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  const pairs = isMap ? Object.entries(value) : [];
  const items = Array.isArray(value) ? (value as unknown[]) : [];
  const text = typeof value === "string" ? value : null;
  const number = typeof value === "number" ? value : null;
  const { properties = {}, patternProperties = {} } = schema as Record<string, Schema>;
  for (const [keyword, argument] of Object.entries(schema)) {
    const limit = Number(argument);
    if (keyword === "type") {
      expect(
        ([] as unknown[]).concat(argument).some((type) => isType(type, value)),
        `${argument}`,
      );
    } else if (keyword === "const") expect(value === argument, `${argument}`);
    else if (keyword === "enum") expect((argument as unknown[]).includes(value), `${argument}`);
    else if (keyword === "anyOf") expect((argument as Schema[]).some(fits), "one of several");
    else if (keyword === "oneOf") {
      expect((argument as Schema[]).filter(fits).length === 1, "exactly one of several");
    } else if (keyword === "minimum") expect(number === null || number >= limit, `>= ${limit}`);
    else if (keyword === "exclusiveMinimum") {
      expect(number === null || number > limit, `> ${limit}`);
    } else if (keyword === "maximum") expect(number === null || number <= limit, `<= ${limit}`);
    else if (keyword === "minLength") expect(text === null || text.length >= limit, "more");
    else if (keyword === "maxLength") expect(text === null || text.length <= limit, "less");
    else if (keyword === "pattern") {
      expect(text === null || new RegExp(`${argument}`, "u").test(text), `${argument}`);
    } else if (keyword === "minItems")
      expect(!Array.isArray(value) || items.length >= limit, "more");
    else if (keyword === "maxItems") expect(items.length <= limit, "less");
    else if (keyword === "items") {
      for (const [index, item] of items.entries()) {
        problems.push(...objectionsTo(item, argument as Schema, `${at}[${index}]`));
      }
    } else if (keyword === "required") {
      for (const key of argument as string[]) expect(!isMap || key in value, `the key ${key}`);
    } else if (keyword === "properties" || keyword === "patternProperties") {
      for (const [key, item] of pairs) {
        const known = keyword === "properties" ? properties[key] : matching(patternProperties, key);
        if (known !== undefined)
          problems.push(...objectionsTo(item, known as Schema, `${at}.${key}`));
      }
    } else if (keyword === "additionalProperties") {
      for (const [key, item] of pairs) {
        if (key in properties || matching(patternProperties, key) !== undefined) continue;
        if (argument === false) problems.push(`${at}: unknown key ${key}`);
        else problems.push(...objectionsTo(item, argument as Schema, `${at}.${key}`));
      }
    } else if (keyword === "propertyNames") {
      for (const [key] of pairs) problems.push(...objectionsTo(key, argument as Schema, at));
    } else if (!ANNOTATIONS.has(keyword)) problems.push(`${at}: unknown keyword ${keyword}`);
  }
  return problems;
}

function matching(patterns: Schema, key: string): unknown {
  return Object.entries(patterns).find(([pattern]) => new RegExp(pattern, "u").test(key))?.[1];
}

function isType(type: unknown, value: unknown): boolean {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "object")
    return typeof value === "object" && value !== null && !Array.isArray(value);
  if (type === "integer") return Number.isInteger(value);
  return typeof value === type;
}
