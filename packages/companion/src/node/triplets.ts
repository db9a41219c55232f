/** Reading a user's own copy of triplets from a file's text. */

import { parse } from "csv-parse/sync";
import { fold } from "../language/fold.ts";
import type { Triplet } from "../rephrase/triplets.ts";

/** Triplets, and lines that could not be used. */
export type TripletsRead = {
  /** In the file's order. */
  readonly triplets: readonly Triplet[];
  /** What was left out and why, one line each; at most 20, then a count. */
  readonly problems: readonly string[];
};

/** Header names of each column, folded, best first. */
const NAMES: Readonly<Record<keyof Triplet, readonly string[]>> = {
  query: [
    "query",
    "user query",
    "user",
    "question",
    "domanda",
    "utente",
    "input",
    "prompt",
    "messaggio",
  ],
  neutral: [
    "neutral",
    "neutral response",
    "neutral answer",
    "neutra",
    "risposta neutra",
    "response",
    "risposta",
  ],
  empathetic: [
    "empathetic",
    "empathetic reformulation",
    "empathetic response",
    "reformulation",
    "empatica",
    "risposta empatica",
    "riformulazione",
    "riformulazione empatica",
    "output",
    "target",
  ],
};

/** Bytes of text that are read at most; the published set has far less than 1 MB. */
const LONGEST = 64 * 2 ** 20;
const MOST_PROBLEMS = 20;

/**
 * Reads triplets from JSON (a list of objects), JSON lines, CSV or TSV with a header. Never throws: what cannot be used
 * is told.
 */
export function readTriplets(text: string): TripletsRead {
  if (text.length > LONGEST) {
    return { triplets: [], problems: [`expected at most 64 MB of text, got ${text.length}`] };
  }
  const body = text.replace(/^\uFEFF/, "").trimStart();
  const rows = body.startsWith("[")
    ? jsonRows(body)
    : body.startsWith("{")
      ? lineRows(body)
      : tableRows(body);
  if (typeof rows === "string") return { triplets: [], problems: [rows] };
  const triplets: Triplet[] = [];
  const problems: string[] = [];
  let left = 0;
  for (const { at, row } of rows) {
    const read = typeof row === "string" ? row : tripletOf(row);
    if (typeof read !== "string") triplets.push(read);
    else if (problems.length < MOST_PROBLEMS) problems.push(`${at}: ${read}`);
    else left++;
  }
  if (left > 0) problems.push(`and ${left} more`);
  return { triplets, problems };
}

type Located = { readonly at: string; readonly row: Readonly<Record<string, unknown>> | string };

function jsonRows(text: string): Located[] | string {
  try {
    const list = JSON.parse(text) as unknown[];
    return list.map((row, index) => ({ at: `entry ${index}`, row: objectOf(row) }));
  } catch {
    return "expected a JSON list of objects, got text that is no JSON";
  }
}

function lineRows(text: string): Located[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === "") return [];
    let row: Located["row"];
    try {
      row = objectOf(JSON.parse(line));
    } catch {
      row = "expected JSON, got something else";
    }
    return [{ at: `line ${index + 1}`, row }];
  });
}

function objectOf(value: unknown): Located["row"] {
  const fits = typeof value === "object" && value !== null && !Array.isArray(value);
  return fits ? (value as Record<string, unknown>) : "expected an object";
}

/** Comma, semicolon or tab; quoted fields may hold line breaks (RFC 4180). */
function tableRows(text: string): Located[] | string {
  const options = {
    delimiter: ["\t", ";", ","],
    skip_empty_lines: true,
    relax_column_count: true,
    relax_quotes: true,
  };
  let rows: string[][];
  try {
    rows = parse(text, { ...options, trim: true });
  } catch (error) {
    return `expected a table with a header, got ${error instanceof Error ? error.message : String(error)}`;
  }
  const [names, ...rest] = rows;
  if (names === undefined || names.length < 3) {
    return `expected a header with three columns (query, neutral, empathetic), got "${text.slice(0, 80).split("\n", 1)[0]}"`;
  }
  return rest.map((cells, index) => ({
    at: `row ${index + 2}`,
    row: Object.fromEntries(names.map((name, column) => [name, cells[column] ?? ""])),
  }));
}

function tripletOf(row: Readonly<Record<string, unknown>>): Triplet | string {
  const folded = new Map(
    Object.entries(row).map(([name, value]) => [
      fold(name)
        .replace(/[_\s-]+/g, " ")
        .trim(),
      value,
    ]),
  );
  const found: Partial<Record<keyof Triplet, string>> = {};
  for (const key of ["query", "neutral", "empathetic"] as const) {
    const name = NAMES[key].find((known) => folded.has(known));
    const value = name === undefined ? undefined : folded.get(name);
    if (typeof value !== "string" || value.trim() === "") {
      return `expected a text in a column named ${NAMES[key].slice(0, 3).join(", ")}, got ${name === undefined ? "no such column" : "nothing"}`;
    }
    found[key] = value.trim();
  }
  const { query = "", neutral = "", empathetic = "" } = found;
  return { query, neutral, empathetic };
}
