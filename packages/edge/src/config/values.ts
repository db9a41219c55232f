/** Plain values: what a YAML text says, without its form. */

import type { Path } from "./yaml-text.ts";

/** The value at a path of plain values, or undefined. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, step) =>
      typeof at === "object" && at !== null && Object.hasOwn(at, step)
        ? (at as Record<PropertyKey, unknown>)[step]
        : undefined,
    value,
  );
}

/** A mapping without some keys; anything else as it is. */
export function omit(value: unknown, keys: readonly string[]): unknown {
  if (keys.length === 0 || typeof value !== "object" || value === null || Array.isArray(value)) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}

/** A value with the text at a path read as the number or flag that it looks like. */
export function withScalar(value: unknown, path: readonly PropertyKey[]): unknown {
  const [key, ...rest] = path;
  if (key === undefined) {
    if (typeof value !== "string") return value;
    return /^-?\d+(\.\d+)?$/.test(value)
      ? Number(value)
      : value === "true" || value === "false"
        ? value === "true"
        : value;
  }
  if (Array.isArray(value)) {
    return value.map((item, index) => (index === key ? withScalar(item, rest) : item));
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      name === key ? withScalar(item, rest) : item,
    ]),
  );
}
