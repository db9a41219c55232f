/** Whether two schemas may be satisfied by one value: `oneOf` wants that none is. */

type Schema = Record<string, unknown>;

/**
 * Whether some value might satisfy both. False is certain: their types, their listed values, or the listed values of a
 * member that both require, have nothing in common.
 *
 * @param resolve Follows references.
 */
export function mayOverlap(
  a: unknown,
  b: unknown,
  resolve: (schema: unknown) => unknown,
  depth = 0,
): boolean {
  const [one, other] = [resolve(a), resolve(b)];
  if (one === false || other === false) return false;
  if (!isSchema(one) || !isSchema(other) || depth > 20) return true;
  for (const [first, second] of [
    [one, other],
    [other, one],
  ] as const) {
    for (const keyword of ["anyOf", "oneOf", "allOf"]) {
      const options = first[keyword];
      if (!Array.isArray(options)) continue;
      return options.some((option) => mayOverlap(option, second, resolve, depth + 1));
    }
  }
  const [values, others] = [listed(one), listed(other)];
  if (values !== null && others !== null) {
    return values.some((value) => others.some((two) => same(value, two)));
  }
  const [kinds, otherKinds] = [kindsOf(one, values), kindsOf(other, others)];
  if (kinds !== null && otherKinds !== null && !kinds.some((kind) => otherKinds.includes(kind))) {
    return false;
  }
  const onlyObjects = kinds?.join() === "object" || otherKinds?.join() === "object";
  return !(onlyObjects && membersExclude(one, other, resolve, depth));
}

/** Whether a member that both require can have no value that suits both. */
function membersExclude(
  one: Schema,
  other: Schema,
  resolve: (schema: unknown) => unknown,
  depth: number,
): boolean {
  const [a, b] = [one.properties, other.properties];
  if (!isSchema(a) || !isSchema(b)) return false;
  return names(one.required)
    .filter((name) => names(other.required).includes(name))
    .some(
      (name) =>
        Object.hasOwn(a, name) &&
        Object.hasOwn(b, name) &&
        !mayOverlap(a[name], b[name], resolve, depth + 1),
    );
}

function listed(schema: Schema): unknown[] | null {
  if (Object.hasOwn(schema, "const")) return [schema.const];
  return Array.isArray(schema.enum) ? schema.enum : null;
}

/** Kinds of values, integers among the numbers; null where all may come. */
function kindsOf(schema: Schema, values: unknown[] | null): string[] | null {
  if (values !== null) {
    return values.map((value) =>
      value === null ? "null" : Array.isArray(value) ? "array" : typeof value,
    );
  }
  const { type } = schema;
  if (type === undefined) return null;
  return [type].flat().map((one) => (one === "integer" ? "number" : String(one)));
}

function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((value, i) => same(value, b[i]));
  }
  if (isSchema(a) && isSchema(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]))
    );
  }
  return a === b;
}

function names(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === "string") : [];
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
