/** Checks an exported log with nothing but its lines. */

import { ChainWalker, KeyRing } from "./check.ts";
import { unhex } from "./format.ts";
import type { VerifyOptions } from "./log.ts";
import type { Json, LogCheck, LogHead } from "./types.ts";

/** Keys that an export may reveal. */
const MAX_KEYS = 10_000;

/** What checking an export found. */
export type ExportCheck = LogCheck & {
  /** Entries in clear, each proven to be what the line with its place holds. */
  readonly clear: number;
};

/**
 * Checks an export: its chain, its end against the head that it names, and that what stands in clear is what was
 * written. An export that was made anew from altered lines is only found with a head from elsewhere, in `expectedHead`.
 * Never throws for foreign text.
 *
 * @param lines The export, line by line, or whole.
 */
export async function verifyExport(
  lines: string | Iterable<string> | AsyncIterable<string>,
  options: VerifyOptions = {},
): Promise<ExportCheck> {
  const secrets = new Map<string, Uint8Array>();
  const keys = new KeyRing(async (id) => secrets.get(id)?.slice() ?? null);
  const expectedHead = options.expectedHead === undefined ? [] : [options.expectedHead];
  let walker: ChainWalker | null = null;
  let named: LogHead | null = null;
  let last: { readonly seq: number; readonly text: string } | null = null;
  let owed: number | null = null;
  let clear = 0;
  let objection: string | null = null;
  for await (const text of typeof lines === "string" ? split(lines) : lines) {
    if (walker === null) {
      const head = readHeader(text);
      if (head === undefined) {
        objection = "line 0: expected the head of an export, got other text";
        break;
      }
      named = head;
      walker = new ChainWalker(keys, head === null ? expectedHead : [...expectedHead, head]);
    } else if (text.startsWith('{"key":')) {
      const found = readKey(text);
      if (
        found === null ||
        walker.entries > 0 ||
        secrets.size >= MAX_KEYS ||
        secrets.has(found[0])
      ) {
        objection = "a key: expected 32 bytes, once, before the first entry, got others";
        break;
      }
      secrets.set(...found);
    } else if (text.startsWith('{"clear":')) {
      if (last === null || last.text !== text) {
        objection = `entry ${walker.entries - 1}: expected in clear what it holds, got other text`;
        break;
      }
      owed = null;
      last = null;
      clear++;
    } else {
      if (owed !== null) break;
      const taken = await walker.take(text, true);
      if (taken === null) break;
      const { line, draft } = taken;
      last =
        draft === null
          ? null
          : { seq: line.seq, text: JSON.stringify({ clear: { seq: line.seq, ...draft } }) };
      owed = last === null ? null : line.seq;
    }
  }
  if (objection === null && owed !== null) {
    objection = `entry ${owed}: expected in clear what it holds, got nothing`;
  }
  const found = (walker ?? new ChainWalker(keys, expectedHead)).result();
  if (objection === null && found.entries > (named?.entries ?? 0)) {
    objection = `the end: expected ${named?.entries ?? 0} entries, got more`;
  }
  const problem =
    objection ?? (walker === null ? "expected an export, got nothing" : found.problem);
  return { ...found, ok: problem === null, problem, clear };
}

function* split(text: string): Generator<string, void, void> {
  let start = 0;
  while (start < text.length) {
    const end = text.indexOf("\n", start);
    yield text.slice(start, end < 0 ? text.length : end);
    start = end < 0 ? text.length : end + 1;
  }
}

function parse(text: string): Json | undefined {
  try {
    const value = JSON.parse(text) as Json;
    // One way of writing only: nothing can be hidden in spaces or keys that come twice.
    return JSON.stringify(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The head that an export names; null for an empty log, undefined for other text. */
function readHeader(text: string): LogHead | null | undefined {
  const value = text.length > 256 ? undefined : parse(text);
  if (typeof value !== "object" || value === null) return undefined;
  const { export: name, v, head, ...rest } = value as Readonly<Record<string, Json>>;
  if (name !== "symbion-log" || v !== 1 || Object.keys(rest).length > 0) return undefined;
  if (head === null) return null;
  if (typeof head !== "object") return undefined;
  const { entries, hash } = head as Readonly<Record<string, Json>>;
  if (typeof entries !== "number" || !Number.isSafeInteger(entries) || entries < 1)
    return undefined;
  return typeof hash === "string" && /^[0-9a-f]{64}$/.test(hash) ? { entries, hash } : undefined;
}

function readKey(text: string): readonly [string, Uint8Array] | null {
  const found = /^\{"key":"([0-9a-f]{32})","secret":"([0-9a-f]{64})"\}$/.exec(text.slice(0, 200));
  return found === null || text.length > 200 ? null : [found[1], unhex(found[2])];
}
