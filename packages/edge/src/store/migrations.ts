/**
 * The database's schema, version by version. A migration that has been released is never changed: what is wrong with
 * it is put right by the next one. `test/fixtures` keeps a database of every version.
 */

import { UsageError } from "@symbion/core";
import { type Database, num } from "./database.ts";

/** One step of the schema. Runs in a transaction together with the change of the version. */
type Migration = (db: Database) => void;

/** Grids on which beginnings and ends of insights are counted, milliseconds, finest first. */
export const ACTIVITY_LEVELS: readonly [number, number] = [900_000, 21_600_000];

const first: Migration = (db) => {
  db.exec(`
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE state (key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;

    -- Insights of the same source, kind, area and order of length: lists are merged out of these.
    CREATE TABLE streams (
      id INTEGER PRIMARY KEY, source TEXT NOT NULL, kind TEXT NOT NULL, area TEXT, length INTEGER NOT NULL);
    CREATE TABLE insights (
      id TEXT PRIMARY KEY, stream INTEGER NOT NULL, begins NUMERIC NOT NULL, ends NUMERIC,
      track INTEGER, score REAL NOT NULL, direction TEXT, text TEXT NOT NULL) WITHOUT ROWID;
    CREATE INDEX insights_stream ON insights (stream, begins, id, ends);
    CREATE INDEX insights_begins ON insights (begins, id, stream, ends);

    CREATE TABLE alerts (
      id TEXT PRIMARY KEY, rule TEXT NOT NULL, source TEXT NOT NULL, kind TEXT NOT NULL, area TEXT,
      state TEXT NOT NULL, begins NUMERIC NOT NULL, ends NUMERIC, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE INDEX alerts_begins ON alerts (begins, id);
    CREATE INDEX alerts_state ON alerts (state, begins, id);

    CREATE TABLE deliveries (
      id TEXT PRIMARY KEY, alert TEXT, channel TEXT NOT NULL, event TEXT NOT NULL, state TEXT NOT NULL,
      begins NUMERIC NOT NULL, next NUMERIC, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE INDEX deliveries_begins ON deliveries (begins, id);
    CREATE INDEX deliveries_channel ON deliveries (channel, begins, id);
    CREATE INDEX deliveries_waiting ON deliveries (begins, id, next) WHERE state = 'waiting';

    CREATE TABLE clips (
      id TEXT PRIMARY KEY, source TEXT NOT NULL, begins NUMERIC NOT NULL, ends NUMERIC NOT NULL,
      bytes INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE INDEX clips_begins ON clips (begins, id, source, ends, bytes);
    CREATE TABLE clip_insights (
      insight TEXT NOT NULL, clip TEXT NOT NULL, PRIMARY KEY (insight, clip)) WITHOUT ROWID;
    CREATE INDEX clip_insights_clip ON clip_insights (clip);

    CREATE TABLE silences (id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE subscriptions (endpoint TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;

    CREATE TABLE series (
      id INTEGER PRIMARY KEY, source TEXT NOT NULL, name TEXT NOT NULL, unit TEXT NOT NULL);
    -- In the order of time, so that new rows of all series share a page; null where the value is missing or bad.
    CREATE TABLE readings (
      at NUMERIC NOT NULL, series INTEGER NOT NULL, value REAL, PRIMARY KEY (at, series)) WITHOUT ROWID;
  `);
};

/** Counts of insights for the strip below the timeline, and readings reduced to minutes, hours and days. */
const summaries: Migration = (db) => {
  db.exec(`
    CREATE TABLE activity (
      level INTEGER NOT NULL, source TEXT NOT NULL, slot INTEGER NOT NULL,
      begun INTEGER NOT NULL, ended INTEGER NOT NULL, PRIMARY KEY (level, source, slot)) WITHOUT ROWID;
    CREATE TABLE rollups (
      level INTEGER NOT NULL, slot INTEGER NOT NULL, series INTEGER NOT NULL,
      count INTEGER NOT NULL, sum REAL NOT NULL, min REAL, max REAL,
      PRIMARY KEY (level, slot, series)) WITHOUT ROWID;
    CREATE TABLE rolled (level INTEGER PRIMARY KEY, until INTEGER NOT NULL);
  `);
  for (const level of ACTIVITY_LEVELS) {
    const counts = (column: string): string => `
      SELECT ${level} AS level, CAST(floor(${column} / ${level}.0) AS INTEGER) AS slot, source,
        ${column === "begins" ? "1, 0" : "0, 1"}
      FROM insights JOIN streams ON streams.id = insights.stream WHERE ${column} IS NOT NULL`;
    db.exec(`
      INSERT INTO activity (level, slot, source, begun, ended)
      SELECT level, slot, source, sum(begun), sum(ended)
      FROM (SELECT 0 AS level, 0 AS slot, '' AS source, 0 AS begun, 0 AS ended WHERE 0
        UNION ALL ${counts("begins")} UNION ALL ${counts("ends")})
      GROUP BY level, slot, source`);
  }
};

/** What left, what waits to leave, and numbers that came from other nodes. */
const sharing: Migration = (db) => {
  db.exec(`
    CREATE TABLE releases (
      id TEXT PRIMARY KEY, route TEXT NOT NULL, state TEXT NOT NULL, recipient TEXT NOT NULL,
      begins NUMERIC NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE INDEX releases_begins ON releases (begins, id);
    CREATE INDEX releases_recipient ON releases (recipient, begins, id);
    CREATE INDEX releases_state ON releases (state, begins, id);
    -- Counted apart from the rows, which go with time.
    CREATE TABLE release_counts (state TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
    -- Messages to peers that have not confirmed them; each goes together with its release's last state.
    CREATE TABLE outbox (
      id TEXT PRIMARY KEY, peer TEXT NOT NULL, begins NUMERIC NOT NULL, message TEXT NOT NULL) WITHOUT ROWID;
    CREATE INDEX outbox_peer ON outbox (peer, begins, id);
    CREATE TABLE aggregates (
      id TEXT PRIMARY KEY, peer TEXT NOT NULL, source TEXT NOT NULL, begins NUMERIC NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE INDEX aggregates_begins ON aggregates (begins, id);
    CREATE UNIQUE INDEX aggregates_source ON aggregates (peer, source);
  `);
};

const MIGRATIONS: readonly Migration[] = [first, summaries, sharing];

/** Version of the schema that this program writes. */
export const SCHEMA: number = MIGRATIONS.length;

/** Version of the database's schema; 0 where it is empty. */
export function schemaOf(db: Database): number {
  return num(db.pragma("user_version"));
}

/**
 * Brings the database to {@link SCHEMA}, or to `target` (for tests and fixtures), one version per transaction: killed
 * in between, it goes on where it was. Throws `UsageError` for a database of a newer schema and leaves that as it is.
 */
export function migrate(db: Database, target: number = SCHEMA): void {
  refuseNewer(schemaOf(db), db.path);
  for (let version = schemaOf(db); version < target; version++) {
    db.transaction(() => {
      MIGRATIONS[version]?.(db);
      db.exec(`PRAGMA user_version = ${version + 1}`);
    });
  }
}

/** Throws `UsageError` where `schema` is newer than this program knows. */
export function refuseNewer(schema: number, path: string): void {
  if (schema <= SCHEMA) return;
  throw new UsageError(
    `${path}: expected a database of schema ${SCHEMA} or older, got schema ${schema}, written by a newer version; ` +
      "nothing was changed",
  );
}
