/**
 * SOQL with bound values. Salesforce has no bound parameters over REST, so values become literals, and whatever a value
 * holds, it stays one literal.
 */

import { expected } from "@symbion/core";

/** A value that can stand in SOQL: text, a number, a yes or no, nothing, or a list of texts for `IN`. */
export type SoqlValue = string | number | boolean | null | SoqlTime | SoqlName | readonly string[];

/** A time, as SOQL writes it: without quotes. */
export type SoqlTime = {
  /** Milliseconds since 1970. */
  readonly time: number;
};

/** A field's or object's name: without quotes. */
export type SoqlName = {
  /** Letters, digits, `_`, and dots between them. */
  readonly name: string;
};

const SIGNS: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "'": "\\'",
  '"': '\\"',
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\b": "\\b",
  "\f": "\\f",
};

/** A text as a SOQL literal, with its quotes. Control characters that SOQL has no sign for become spaces. */
export function soqlText(value: string): string {
  const text = value
    .toWellFormed()
    .replace(/[\\'"\n\r\t\b\f]/g, (sign) => SIGNS[sign] ?? " ")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    .replace(/[\u0000-\u001f\u007f]/g, " ");
  return `'${text}'`;
}

/** A text that `LIKE` finds anywhere, with its own `%` and `_` meaning themselves. */
export function soqlContains(value: string): string {
  const literal = soqlText(value).slice(1, -1).replace(/[%_]/g, "\\$&");
  return `'%${literal}%'`;
}

/** The name of a field or object. Throws `UsageError` for anything that is none. */
export function soqlName(name: string): string {
  if (!/^[A-Za-z]\w{0,79}(?:\.[A-Za-z]\w{0,79}){0,4}$/.test(name)) {
    throw expected("the name of a Salesforce field or object", name, "SOQL");
  }
  return name;
}

/**
 * A query: `` soql`SELECT Id FROM Case WHERE Subject = ${subject}` ``. Every value becomes one literal.
 *
 * @throws UsageError for a value that no literal can say.
 */
export function soql(parts: TemplateStringsArray, ...values: readonly SoqlValue[]): string {
  return parts.reduce((query, part, i) => query + literal(values[i - 1]) + part);
}

function literal(value: SoqlValue | undefined): string {
  if (typeof value === "string") return soqlText(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw expected("a finite number", value, "SOQL");
    return String(value);
  }
  if (Array.isArray(value)) return `(${value.map((one: string) => soqlText(one)).join(",")})`;
  if (typeof value === "object" && "time" in value) return new Date(value.time).toISOString();
  if (typeof value === "object" && "name" in value) return soqlName(value.name);
  throw expected("a text, number, yes or no, time or list", value, "SOQL");
}
