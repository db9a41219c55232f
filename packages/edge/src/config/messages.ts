/** How a mistake in a configuration is told: `PATH: expected WHAT, got WHAT CAME`, with the nearest right word. */

import { INSIGHT_KINDS } from "@symbion/core";
import type { z } from "zod";
import { isSecretPlace } from "./references.ts";
import type { Path } from "./yaml-text.ts";

/** "cameras[0].url". */
export function dotted(path: Path): string {
  return path.reduce<string>(
    (text, step) =>
      typeof step === "number" ? `${text}[${step}]` : text === "" ? step : `${text}.${step}`,
    "",
  );
}

/** A path with `*` for every place in a list: "cameras.*.areas.*". */
export function pattern(path: Path): string {
  return path.map((step) => (typeof step === "number" ? "*" : step)).join(".");
}

/** A value as messages show it, at most about 60 characters; what may be secret is only named by its type. */
export function show(value: unknown, path: Path): string {
  if (value === undefined || value === null) return "nothing";
  if (isSecretPlace(path) && (typeof value !== "string" || path.at(-1) !== "url")) {
    return `a ${typeof value}`;
  }
  if (Array.isArray(value)) {
    const text = JSON.stringify(value);
    return value.length > 0 && text.length <= 40 ? text : `a list of ${value.length}`;
  }
  if (typeof value === "object") return "a mapping";
  // More than the mask for addresses does: a mistyped address is none, and still holds its password.
  const shown =
    typeof value === "string" && path.at(-1) === "url"
      ? value.replace(/^([a-z][a-z0-9+.-]*:\/*)?.*@/is, "$1***@")
      : value;
  const text = JSON.stringify(shown);
  return text.length > 60 ? `${text.slice(0, 57)}..."` : text;
}

/** What kind of value something is: "a list", "a mapping", "a text", "a number". */
export function kindOf(value: unknown): string {
  return Array.isArray(value)
    ? "a list"
    : typeof value === "object"
      ? "a mapping"
      : `a ${typeof value === "string" ? "text" : typeof value}`;
}

/** Words that may stand at a place, for "did you mean". */
const WORDS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries<readonly string[]>({
    "alerts.*.when": INSIGHT_KINDS,
    "alerts.*.when.*": INSIGHT_KINDS,
    "cameras.*.record.on": INSIGHT_KINDS,
    "cameras.*.record.on.*": INSIGHT_KINDS,
    "cameras.*.motion": ["low", "normal", "high", "off"],
    "cameras.*.record": ["off", "events"],
  }),
);

/** What an issue would have accepted, what came, and the nearest right word. */
export function describeIssue(issue: z.core.$ZodIssue, path: Path, got: unknown): string {
  const words = wordsOf(issue) ?? WORDS.get(pattern(path)) ?? [];
  const nearest = typeof got === "string" ? nearestKey(got, words) : null;
  const hint = nearest !== null && nearest !== got ? `; did you mean "${nearest}"?` : "";
  return `expected ${wanted(issue, got, words)}, got ${show(got, path)}${hint}`;
}

/** The words that an issue itself names: values of an enumeration, kinds of a union. */
function wordsOf(issue: z.core.$ZodIssue): readonly string[] | null {
  if (issue.code === "invalid_value") return issue.values.map(String);
  if (issue.code !== "invalid_union" || !("options" in issue)) return null;
  return Array.isArray(issue.options) ? issue.options.map(String) : null;
}

function wanted(issue: z.core.$ZodIssue, got: unknown, words: readonly string[]): string {
  switch (issue.code) {
    case "invalid_type":
      return wantedType(issue.expected, got);
    case "too_small":
      return `at least ${counted(issue.minimum, issue.origin)}`;
    case "too_big":
      return `at most ${counted(issue.maximum, issue.origin)}`;
    case "invalid_value":
    case "invalid_union":
      return words
        .map((word) => `"${word}"`)
        .join(", ")
        .replace(/, ([^,]*)$/, " or $1");
    case "invalid_key":
      return issue.issues[0]?.message ?? "another key";
    default:
      return issue.message;
  }
}

function wantedType(type: string, got: unknown): string {
  const quoted = typeof got === "string" && /^-?\d+(\.\d+)?$/.test(got) ? " without quotes" : "";
  const bare = typeof got === "number" || typeof got === "boolean" ? " (put it in quotes)" : "";
  switch (type) {
    case "string":
      return `a text${bare}`;
    case "int":
      return `a whole number${quoted}`;
    case "number":
      return `a number${quoted}`;
    case "array":
      return "a list";
    default:
      return "a mapping (keys with values)";
  }
}

function counted(limit: number | bigint, origin: string): string {
  const noun = origin === "string" ? "character" : origin === "array" ? "item" : null;
  return noun === null ? String(limit) : `${limit} ${noun}${Number(limit) === 1 ? "" : "s"}`;
}

/** The known word closest to `key` (at most two edits, or a third of its length), or null. */
export function nearestKey(key: string, known: readonly string[]): string | null {
  if (key.length > 100) return null;
  let best: string | null = null;
  let bestDistance = Math.max(2, Math.floor(key.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(key.toLowerCase(), candidate.toLowerCase());
    // Two edits turn any short word into any other: at least half of it has to stay.
    if (distance < bestDistance && distance * 2 <= Math.max(key.length, candidate.length)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein distance, with two neighbours swapped as one edit. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(change, (row[j] as number) + 1, (next[j - 1] as number) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (before[j - 2] as number) + 1);
      }
      next.push(least);
    }
    before = row;
    row = next;
  }
  return row[b.length] as number;
}
