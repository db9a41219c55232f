/** Checking what a request carries, and saying in one line what was expected, what came, and where. */

import { expected } from "@symbion/core";
import type { z } from "zod";
import { HttpError } from "./route.ts";

/** Longest JSON body, bytes. */
export const MAX_BODY_BYTES: number = 1 << 20;
/** Deepest nesting of a JSON body. */
const MAX_DEPTH = 32;
/** Longest time for a JSON body to arrive, milliseconds. */
const BODY_PATIENCE = 15_000;

/** Names of members whose values are never repeated in a message. */
const SECRET = /password|token|secret|auth|p256dh|keys/i;

/** Checks a value. Throws `HttpError` (400) for the first thing that is wrong. */
export function check<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new HttpError(400, describe(firstIssue(result.error.issues), value, where));
}

type Issue = z.core.$ZodIssue;

/** The issue to tell: inside a union, that of the alternative which came closest. */
function firstIssue(issues: readonly Issue[]): Issue {
  const [issue] = issues as [Issue];
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return issue;
  const closest = [...issue.errors].sort((a, b) => a.length - b.length || depth(b) - depth(a))[0];
  if (closest === undefined || closest.length === 0) return issue;
  const inner = firstIssue(closest);
  return { ...inner, path: [...issue.path, ...inner.path] };
}

function depth(issues: readonly Issue[]): number {
  return Math.max(...issues.map(({ path }) => path.length));
}

function describe(issue: Issue, value: unknown, where: string): string {
  const path = [where, ...issue.path.map(String)].join(".");
  if (issue.code === "unrecognized_keys") {
    return expected("no other names than the documented ones", issue.keys[0], path).message;
  }
  let got: unknown = value;
  for (const key of issue.path) got = (got as Record<PropertyKey, unknown> | undefined)?.[key];
  if (SECRET.test(path)) got = got === undefined ? got : "***";
  return expected(wanted(issue), got, path).message;
}

function wanted(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.expected === "int" ? "a whole number" : article(issue.expected);
    case "too_small":
      return `${unit(issue.origin)} of at least ${issue.minimum}`;
    case "too_big":
      return `${unit(issue.origin)} of at most ${issue.maximum}`;
    case "invalid_value":
      return issue.values.length === 1
        ? JSON.stringify(issue.values[0])
        : `one of ${issue.values.map((one) => JSON.stringify(one)).join(", ")}`;
    case "invalid_format":
      return issue.format === "regex"
        ? `text of the form ${issue.pattern ?? ""}`
        : article(issue.format);
    default:
      return issue.message;
  }
}

function article(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
}

function unit(origin: string): string {
  if (origin === "string") return "a length";
  return origin === "array" ? "a number of items" : "a value";
}

/**
 * The query of an address as an object for a schema: members that the schema wants as numbers are numbers, lists are
 * gathered from repeated names. Throws `HttpError` (400) for a name that is repeated and no list.
 */
export function readQuery(schema: z.ZodObject, search: URLSearchParams): Record<string, unknown> {
  const query: Record<string, unknown> = Object.create(null);
  for (const name of new Set(search.keys())) {
    const values = search.getAll(name);
    const kind = Object.hasOwn(schema.shape, name) ? kindOf(schema.shape[name]) : "string";
    if (kind === "array") {
      query[name] = values;
      continue;
    }
    const [text = ""] = values;
    if (values.length > 1) {
      throw new HttpError(400, expected("the name once", values, `query.${name}`).message);
    }
    // Text that is no number stays text, for the schema to object to.
    query[name] = kind === "number" && /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
  }
  return { ...query };
}

/** What a schema takes below `optional` and `default`. */
function kindOf(schema: z.core.$ZodType | undefined): string {
  let def = schema?._zod.def as { type: string; innerType?: z.core.$ZodType } | undefined;
  while (def?.innerType !== undefined) {
    def = def.innerType._zod.def as { type: string; innerType?: z.core.$ZodType };
  }
  return def?.type ?? "unknown";
}

/** A JSON body, bounded in bytes, depth and time. Throws `HttpError`: 400, 408, 413, 415. */
export async function readJson(request: Request): Promise<unknown> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/json\s*(?:;|$)/i.test(type)) {
    throw new HttpError(415, expected("application/json", type, "Content-Type").message);
  }
  const text = await readText(request);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new HttpError(400, `body: expected JSON, got ${(error as Error).message}`);
  }
  if (isDeeper(value, MAX_DEPTH)) {
    throw new HttpError(400, `body: expected at most ${MAX_DEPTH} levels, got more`);
  }
  return value;
}

async function readText(request: Request): Promise<string> {
  checkLength(request, MAX_BODY_BYTES);
  if (request.body === null) return "";
  const reader = request.body.getReader();
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(() => late.resolve(null), BODY_PATIENCE);
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const part = await Promise.race([reader.read().catch(brokenOff), late.promise]);
      if (part === null) {
        throw new HttpError(408, `body: expected all of it within ${BODY_PATIENCE / 1000} s`);
      }
      if (part.done) break;
      length += part.value.length;
      if (length > MAX_BODY_BYTES) throw tooLarge(MAX_BODY_BYTES);
      chunks.push(part.value);
    }
  } finally {
    clearTimeout(timer);
    reader.cancel().catch(() => {});
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new HttpError(400, "body: expected UTF-8, got other bytes");
  }
}

/** Throws for a body that could not be read to its end, `HttpError` (400): nobody is left to read that. */
export function brokenOff(): never {
  throw new HttpError(400, "body: expected all of it, got a connection that ended");
}

/** Refuses a body that says itself that it is too long. Throws `HttpError` (413). */
export function checkLength(request: Request, most: number): void {
  if (Number(request.headers.get("content-length") ?? 0) > most) throw tooLarge(most);
}

/** The answer for a body of more than `most` bytes. */
export function tooLarge(most: number): HttpError {
  return new HttpError(413, `body: expected at most ${most} bytes, got more`);
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  for (const key of Object.keys(value)) {
    if (isDeeper((value as Record<string, unknown>)[key], levels - 1)) return true;
  }
  return false;
}
