/** Opening the node's database whatever state its file is in: new, older, damaged, or not there to be written. */

import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
} from "node:fs";
import { Database, num } from "./database.ts";
import { failureOf, messageOf } from "./errors.ts";
import { migrate, refuseNewer, SCHEMA, schemaOf } from "./migrations.ts";

/** Name of the database in the data folder. */
export const DATABASE_FILE = "symbion.sqlite";

/** A database up to this size is checked in full when it is opened; a larger one where it is read. */
const CHECK_BYTES = 32 << 20;

/** Tables whose rows are saved out of a damaged database: few, and what would be missed most. */
const PRECIOUS = [
  "state",
  "subscriptions",
  "silences",
  "alerts",
  "deliveries",
  "releases",
  "release_counts",
  "outbox",
  "aggregates",
];

/** Whether a database has given reason to be distrusted. */
export type Suspicion = "none" | "some" | "certain";

/** An open database, and what had to be done for it. */
export type Opened = {
  readonly db: Database;
  /** What a person should know, or null. */
  readonly notice: string | null;
};

/**
 * Opens the database, brings its schema up to date, and begins a new one where the old is damaged: that is renamed to
 * `FILE.corrupt-DATE`, and settings, alerts and deliveries are carried over as far as they can be read. Throws
 * `UsageError` for a newer schema, and what SQLite throws where the file cannot be written to.
 *
 * @param maxBytes Most bytes that the file may take.
 * @param suspicion Whether reading it has failed before: `some` checks all of it, `certain` puts it aside at once.
 */
export function openDatabase(
  path: string,
  maxBytes: number,
  now: number,
  suspicion: Suspicion = "none",
): Opened {
  refuseNewer(schemaInHeader(path), path);
  try {
    if (suspicion === "certain") throw damage("reading it fails again and again");
    return { db: openSound(path, maxBytes, suspicion === "some"), notice: null };
  } catch (error) {
    if (failureOf(error) !== "corrupt") throw error;
    const aside = putAside(path, now);
    const db = openSound(path, maxBytes, false);
    const saved = salvage(aside, db);
    return {
      db,
      notice:
        `the database was damaged (${messageOf(error)}): it is kept as ${aside}, and a new one was begun` +
        (saved > 0 ? ` with ${saved} rows of settings and alerts` : ""),
    };
  }
}

/** Opens a database to be read only, for questions while it cannot be written to; null where there is none. */
export function openToRead(path: string): Database | null {
  try {
    const db = new Database(path, { readOnly: true });
    if (schemaOf(db) === SCHEMA) return db;
    db.close();
  } catch {
    // Nothing to be read, then.
  }
  return null;
}

/** A database in memory: what is asked while the real one cannot be reached finds nothing. */
export function emptyDatabase(): Database {
  const db = new Database(":memory:");
  migrate(db);
  return db;
}

function openSound(path: string, maxBytes: number, thorough: boolean): Database {
  const db = new Database(path, { maxBytes });
  try {
    const size = num(db.pragma("page_count")) * num(db.pragma("page_size"));
    if (thorough || size <= CHECK_BYTES) check(db);
    const schema = schemaOf(db);
    if (schema > 0 && schema < SCHEMA) keepCopy(db, schema);
    migrate(db);
    // Reading the schema and the last row of each table finds most of what is wrong with a large file.
    for (const { name } of db.all("SELECT name FROM sqlite_schema WHERE type = 'table'")) {
      db.get(`SELECT * FROM "${String(name)}" LIMIT 1`);
    }
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function check(db: Database): void {
  const result = String(db.pragma("quick_check(1)"));
  if (result === "ok") return;
  throw damage(result.replace(/\s+/g, " "));
}

/** An error that counts as SQLite's own SQLITE_CORRUPT. */
function damage(text: string): Error {
  return Object.assign(new Error(text), { errcode: 11 });
}

/** The schema's version as the file's header has it (https://sqlite.org/fileformat.html, offset 60); 0 if none. */
function schemaInHeader(path: string): number {
  if (!existsSync(path)) return 0;
  const header = Buffer.alloc(64);
  const file = openSync(path, "r");
  try {
    const bytes = readSync(file, header, 0, header.length, 0);
    const isDatabase = bytes === 64 && header.toString("latin1", 0, 15) === "SQLite format 3";
    return isDatabase ? header.readUInt32BE(60) : 0;
  } finally {
    closeSync(file);
  }
}

/** Keeps the database as it was before its schema changes, beside it; the copy before that goes. */
function keepCopy(db: Database, schema: number): void {
  db.checkpoint();
  const copy = `${db.path}.schema-${schema}`;
  try {
    copyFileSync(db.path, `${copy}.part`, constants.COPYFILE_FICLONE);
    renameSync(`${copy}.part`, copy);
    for (let older = schema - 1; older > 0; older--) {
      rmSync(`${db.path}.schema-${older}`, { force: true });
    }
  } catch (error) {
    rmSync(`${copy}.part`, { force: true });
    // Each step is a transaction: without room for a copy the node still starts, and loses nothing.
    if (failureOf(error) !== "full") throw error;
  }
}

function putAside(path: string, now: number): string {
  const date = new Date(now).toISOString().replace(/[:.]/g, "-");
  const aside = `${path}.corrupt-${date}`;
  // The log first: left behind, it would be taken for the new database's.
  for (const suffix of ["-wal", "-shm", ""]) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
  return aside;
}

/** Copies what can be read of the precious tables; returns the number of rows. */
function salvage(from: string, into: Database): number {
  let saved = 0;
  let source: Database;
  try {
    source = new Database(from, { readOnly: true });
  } catch {
    return 0;
  }
  for (const table of PRECIOUS) {
    const columns = into.all(`PRAGMA table_info(${table})`).map(({ name }) => String(name));
    const list = columns.join(", ");
    const insert = `INSERT OR IGNORE INTO ${table} (${list}) VALUES (${columns.map(() => "?").join(", ")})`;
    try {
      for (const row of source.each(`SELECT ${list} FROM ${table}`)) {
        const values = columns.map((column) => row[column] as string | number | null);
        saved += into.run(insert, ...values);
      }
    } catch {
      // As far as it can be read.
    }
  }
  source.close();
  return saved;
}
