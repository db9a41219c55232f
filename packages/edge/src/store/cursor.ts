/** Where a page of a list ends and the next one begins. Lists go from new to old, by beginning and then by id. */

import { expected } from "@symbion/core";

/** A place in a list: everything after it is older. */
export type Cursor = { readonly begins: number; readonly id: string };

/** Most items of a page, and how many come unasked. */
export const MAX_LIMIT = 1000;
const DEFAULT_LIMIT = 100;

/** The place as text for {@link parseCursor}. */
export function formatCursor({ begins, id }: Cursor): string {
  return `${begins}~${id}`;
}

/** Reads a `before`; throws `UsageError` for one that no page has given out. */
export function parseCursor(before: string | undefined): Cursor | null {
  if (before === undefined) return null;
  const at = before.indexOf("~");
  const begins = Number(before.slice(0, at));
  if (at < 1 || !Number.isFinite(begins)) {
    throw expected("the `next` of an earlier page", before, "before");
  }
  return { begins, id: before.slice(at + 1) };
}

/** The page's length; throws `UsageError` outside of 1 to {@link MAX_LIMIT}. */
export function parseLimit(limit: number = DEFAULT_LIMIT): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw expected(`a whole number from 1 to ${MAX_LIMIT}`, limit, "limit");
  }
  return limit;
}

/** Whether a comes before b in a list from new to old; ids compare by bytes, as SQLite compares them. */
export function isNewer(a: Cursor, b: Cursor): boolean {
  return a.begins === b.begins ? compareIds(a.id, b.id) > 0 : a.begins > b.begins;
}

function compareIds(a: string, b: string): number {
  if (a === b) return 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
