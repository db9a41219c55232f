/** Pages of tables whose rows are records in JSON beside what is searched, from new to old. */

import type { SQLInputValue } from "node:sqlite";
import type { Page } from "@symbion/core";
import { type Cursor, formatCursor, parseCursor, parseLimit } from "./cursor.ts";
import { type Database, marks, num } from "./database.ts";
import type { ListQuery } from "./types.ts";

/** A condition of a WHERE clause, with the values of its placeholders. */
export type Condition = { readonly sql: string; readonly values: readonly SQLInputValue[] };

/** Tables with the columns `begins`, `id` and `body`. */
export type RecordTable = "alerts" | "clips" | "deliveries" | "releases" | "aggregates";

/** The page of a table that a query asks for. Throws `UsageError` for a bad limit or cursor. */
export function pageOf<T>(
  db: Database,
  table: RecordTable,
  query: Pick<ListQuery, "to" | "before" | "limit">,
  conditions: readonly (Condition | null)[],
): Page<T> {
  const limit = parseLimit(query.limit);
  const cursor = parseCursor(query.before);
  const all = conditions.filter(isCondition);
  if (query.to !== undefined) all.push({ sql: "begins <= ?", values: [query.to] });
  if (cursor !== null) {
    all.push({ sql: "(begins, id) < (?, ?)", values: [cursor.begins, cursor.id] });
  }
  const where = all.length === 0 ? "" : `WHERE ${all.map(({ sql }) => sql).join(" AND ")}`;
  const rows = db.all(
    `SELECT begins, id, body FROM ${table} ${where} ORDER BY begins DESC, id DESC LIMIT ?`,
    ...all.flatMap(({ values }) => values),
    limit + 1,
  );
  const items = rows.slice(0, limit).map(({ body }) => JSON.parse(String(body)) as T);
  const last = rows[limit - 1];
  if (rows.length <= limit || last === undefined) return { items, next: null };
  const place: Cursor = { begins: num(last.begins), id: String(last.id) };
  return { items, next: formatCursor(place) };
}

/** For filtering out conditions that do not apply. */
export function isCondition(condition: Condition | null): condition is Condition {
  return condition !== null;
}

/** `column IN (…)`; null where all are asked for. */
export function among(column: string, list: readonly string[] | undefined): Condition | null {
  if (list === undefined || list.length === 0) return null;
  return { sql: `${column} IN (${marks(list.length)})`, values: list };
}
