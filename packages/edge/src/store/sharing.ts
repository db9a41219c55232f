/** What left, what waits to leave, and numbers that came from other nodes. */

import {
  type Aggregate,
  type Page,
  RELEASE_STATES,
  type Release,
  type ReleaseState,
} from "@symbion/core";
import { parseLimit } from "./cursor.ts";
import { type Database, num } from "./database.ts";
import { among, pageOf } from "./paging.ts";
import type { Incoming, ListQuery, Outgoing, ReleaseQuery } from "./types.ts";

/** Most rows of each table; the oldest go first. */
const MOST_ROWS = 200_000;

/** The tables of sharing. Writing methods are to be called inside a transaction. */
export class Sharing {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** See `Store.putRelease`. */
  putRelease(release: Release, message: Outgoing | null): void {
    const { id, at, route, state, recipient } = release;
    const before = this.#db.get("SELECT state FROM releases WHERE id = ?", id)?.state;
    if (before !== undefined && before !== state) this.#count(String(before), -1);
    if (before !== state) this.#count(state, 1);
    this.#db.run(
      `INSERT OR REPLACE INTO releases (id, route, state, recipient, begins, body)
       VALUES (?, ?, ?, ?, ?, ?)`,
      ...[id, route, state, recipient, at, JSON.stringify(release)],
    );
    if (state !== "pending") this.#db.run("DELETE FROM outbox WHERE id = ?", id);
    else if (message !== null) {
      this.#db.run(
        "INSERT OR REPLACE INTO outbox (id, peer, begins, message) VALUES (?, ?, ?, ?)",
        ...[id, message.peer, message.at, message.message],
      );
    }
  }

  /** See `Store.releases`. */
  releases(query: ReleaseQuery): Page<Release> {
    return pageOf<Release>(this.#db, "releases", query, [
      among("route", query.routes),
      among("state", query.states),
      among("recipient", query.recipients),
      query.from === undefined ? null : { sql: "begins >= ?", values: [query.from] },
    ]);
  }

  /** One release, or null. */
  release(id: string): Release | null {
    const row = this.#db.get("SELECT body FROM releases WHERE id = ?", id);
    return row === undefined ? null : (JSON.parse(String(row.body)) as Release);
  }

  /** See `Store.releaseCounts`. */
  counts(): Readonly<Record<ReleaseState, number>> {
    const rows = this.#db.all("SELECT state, count FROM release_counts");
    const known = new Map(rows.map(({ state, count }) => [String(state), num(count)]));
    return Object.fromEntries(
      RELEASE_STATES.map((state) => [state, Math.max(0, known.get(state) ?? 0)]),
    ) as Record<ReleaseState, number>;
  }

  /** See `Store.outgoing`. */
  outgoing(peer: string, limit: number): readonly Outgoing[] {
    return this.#db
      .all(
        "SELECT id, peer, begins, message FROM outbox WHERE peer = ? ORDER BY begins, id LIMIT ?",
        peer,
        parseLimit(limit),
      )
      .map(({ id, begins, message }) => ({
        ...{ id: String(id), peer, at: num(begins), message: String(message) },
      }));
  }

  /** See `Store.waiting`. */
  waiting(): Readonly<Record<string, number>> {
    const rows = this.#db.all("SELECT peer, count(*) AS count FROM outbox GROUP BY peer");
    return Object.fromEntries(rows.map(({ peer, count }) => [String(peer), num(count)]));
  }

  /** See `Store.putAggregate`. */
  putAggregate({ aggregate, source }: Incoming): boolean {
    const { id, at, peer } = aggregate;
    const body = JSON.stringify(aggregate);
    return (
      this.#db.run(
        "INSERT OR IGNORE INTO aggregates (id, peer, source, begins, body) VALUES (?, ?, ?, ?, ?)",
        ...[id, peer, source, at, body],
      ) > 0
    );
  }

  /** See `Store.aggregates`. */
  aggregates(
    query: Pick<ListQuery, "from" | "to" | "before" | "limit"> & {
      readonly peers?: readonly string[];
    },
  ): Page<Aggregate> {
    return pageOf<Aggregate>(this.#db, "aggregates", query, [
      among("peer", query.peers),
      query.from === undefined ? null : { sql: "begins >= ?", values: [query.from] },
    ]);
  }

  /** Deletes what is older than `before`, and what exceeds the bound; returns the number of rows. What waits stays. */
  deleteOldest(before: number, limit: number): number {
    const releases = this.#db.run(
      `DELETE FROM releases WHERE id IN (SELECT id FROM releases INDEXED BY releases_begins
       WHERE begins < max(?, ${this.#boundary("releases")}) AND state <> 'pending'
       ORDER BY begins, id LIMIT ?)`,
      before,
      limit,
    );
    const aggregates = this.#db.run(
      `DELETE FROM aggregates WHERE id IN (SELECT id FROM aggregates INDEXED BY aggregates_begins
       WHERE begins < max(?, ${this.#boundary("aggregates")}) ORDER BY begins, id LIMIT ?)`,
      before,
      limit,
    );
    return releases + aggregates;
  }

  /** SQL: the beginning of the newest row beyond the bound, or less than any. */
  #boundary(table: "releases" | "aggregates"): string {
    return `coalesce((SELECT begins FROM ${table} INDEXED BY ${table}_begins
      ORDER BY begins DESC, id DESC LIMIT 1 OFFSET ${MOST_ROWS}), -9e18)`;
  }

  #count(state: string, by: 1 | -1): void {
    this.#db.run(
      `INSERT INTO release_counts (state, count) VALUES (?, ?)
       ON CONFLICT DO UPDATE SET count = count + excluded.count`,
      state,
      by,
    );
  }
}
