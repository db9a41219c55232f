/** Reading what a CRM system sent: nothing of it is believed before it was looked at. */

import { CrmError } from "./errors.ts";

/** Longest text that is taken over from a system, in characters; longer ones are cut. */
export const MAX_FOREIGN_TEXT = 100_000;

/** A JSON object of a system. */
export type Foreign = Readonly<Record<string, unknown>>;

/** An object, else a `CrmError` of kind `broken`. */
export function objectOf(value: unknown, where: string): Foreign {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Foreign;
  throw wrong("an object", value, where);
}

/** A list, else a `CrmError` of kind `broken`. */
export function listOf(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw wrong("a list", value, where);
}

/** A text, cut to {@link MAX_FOREIGN_TEXT}; numbers become text; anything else the empty text. */
export function textOf(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (typeof value !== "string") return "";
  return value.length > MAX_FOREIGN_TEXT ? `${value.slice(0, MAX_FOREIGN_TEXT - 1)}…` : value;
}

/** A text that is not empty, else null. */
export function textOrNull(value: unknown): string | null {
  const text = textOf(value);
  return text === "" ? null : text;
}

/** An id: one word of 1 to 128 signs; else a `CrmError` of kind `broken`. */
export function idOf(value: unknown, where: string): string {
  const text = textOf(value);
  if (/^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$/.test(text)) return text;
  throw wrong("an id", value, where);
}

/** ISO 8601 with a zone (`Z`, `+01:00`, or `+0100` as Salesforce writes it): a time without one is nobody's time. */
const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:?\d\d)$/;

/** A time in milliseconds since 1970; null where it is none, has no zone, or lies before 1971 (a zero in disguise). */
export function timeOrNull(value: unknown): number | null {
  const found = typeof value === "string" ? TIME.exec(value) : null;
  if (found === null) return null;
  const [, day, clock, zone] = found;
  const seconds = clock.length === 5 ? `${clock}:00` : clock.slice(0, 12);
  const offset = zone === "Z" || zone.includes(":") ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  const at = Date.parse(`${day}T${seconds}${offset}`);
  return Number.isNaN(at) || at < 31_536_000_000 ? null : at;
}

/** The same, else a `CrmError` of kind `broken`. */
export function timeOf(value: unknown, where: string): number {
  const at = timeOrNull(value);
  if (at === null) throw wrong("a time with its zone", value, where);
  return at;
}

function wrong(what: string, value: unknown, where: string): CrmError {
  const got = value === null ? "null" : Array.isArray(value) ? "a list" : typeof value;
  return new CrmError("broken", `${where}: expected ${what}, got ${got}`);
}
