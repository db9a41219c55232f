/** A thin skin over `node:sqlite`: statements prepared once, transactions, and how the file is opened. */

import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";

/** One row as SQLite gives it. */
export type Row = Readonly<Record<string, unknown>>;

/** Pages of the log after which it is worth moving them into the database. */
const CHECKPOINT_PAGES = 2000;

/** Size to which the log file shrinks when it begins anew, bytes. */
const LOG_BYTES = 16 << 20;

/** Waiting for another connection's lock, milliseconds. */
const BUSY_MS = 5000;

/** How a database file is opened. */
export type OpenMode = {
  /** Only read; nothing is created. Default false. */
  readonly readOnly?: boolean;
  /** Most bytes of the file; writing more fails as on a full disk. */
  readonly maxBytes?: number;
};

/** An open database. Everything is synchronous and belongs to one thread. */
export class Database {
  readonly path: string;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #manualCheckpoints: boolean;

  /** Opens or creates the file. Throws what SQLite throws. */
  constructor(path: string, mode: OpenMode = {}) {
    this.path = path;
    const { readOnly = false, maxBytes } = mode;
    this.#db = new DatabaseSync(path, { readOnly, timeout: BUSY_MS });
    try {
      this.#manualCheckpoints = !readOnly && this.#configure(maxBytes);
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  #configure(maxBytes: number | undefined): boolean {
    // Must come before the first table: deleted pages can then be given back a few at a time.
    this.exec("PRAGMA auto_vacuum = INCREMENTAL");
    this.exec("PRAGMA journal_mode = WAL");
    // A commit survives a killed process; what a power cut may take is bounded by `syncLog` in engine.ts.
    this.exec("PRAGMA synchronous = NORMAL");
    this.exec("PRAGMA temp_store = MEMORY");
    this.exec("PRAGMA cache_size = -8192");
    this.exec("PRAGMA foreign_keys = OFF");
    this.exec(`PRAGMA journal_size_limit = ${LOG_BYTES}`);
    if (maxBytes !== undefined) {
      const pages = Math.max(64, Math.floor(maxBytes / Number(this.pragma("page_size"))));
      this.exec(`PRAGMA max_page_count = ${pages}`);
    }
    // Since SQLite 3.51 the length of the log can be asked for without a checkpoint; the checkpoint then waits for a
    // moment in which nobody waits for a commit.
    const [major = 0, minor = 0] = String(this.get("SELECT sqlite_version() AS v")?.v)
      .split(".")
      .map(Number);
    const manual = major > 3 || minor >= 51;
    if (manual) this.exec("PRAGMA wal_autocheckpoint = 0");
    return manual;
  }

  /** Runs statements without parameters. */
  exec(sql: string): void {
    this.#db.exec(sql);
  }

  /** The first row, or undefined. */
  get(sql: string, ...parameters: SQLInputValue[]): Row | undefined {
    return this.#prepare(sql).get(...parameters);
  }

  /** All rows. */
  all(sql: string, ...parameters: SQLInputValue[]): Row[] {
    return this.#prepare(sql).all(...parameters);
  }

  /** Changes rows; returns how many. */
  run(sql: string, ...parameters: SQLInputValue[]): number {
    return Number(this.#prepare(sql).run(...parameters).changes);
  }

  /** Rows one by one; finish or leave the loop before the statement is used again. */
  each(sql: string, ...parameters: SQLInputValue[]): IterableIterator<Row> {
    return this.#prepare(sql).iterate(...parameters);
  }

  /** First value of a pragma. */
  pragma(name: string): unknown {
    const row = this.#db.prepare(`PRAGMA ${name}`).get();
    return row === undefined ? undefined : Object.values(row)[0];
  }

  /** Runs `body` in one transaction: all of it is stored, or, where it throws, nothing. */
  transaction<T>(body: () => T): T {
    this.exec("BEGIN IMMEDIATE");
    try {
      const result = body();
      this.exec("COMMIT");
      return result;
    } catch (error) {
      if (this.#db.isTransaction) {
        try {
          this.exec("ROLLBACK");
        } catch {
          // The failure that brought us here is the one to report.
        }
      }
      throw error;
    }
  }

  /** Moves the log into the database when it has grown long enough. Never waits for readers. */
  checkpointIfDue(): void {
    if (!this.#manualCheckpoints) return;
    const row = this.#db.prepare("PRAGMA wal_checkpoint(NOOP)").get();
    const waiting = Number(row?.log ?? 0) - Number(row?.checkpointed ?? 0);
    if (waiting >= CHECKPOINT_PAGES) this.exec("PRAGMA wal_checkpoint(PASSIVE)");
  }

  /** Moves all of the log into the database and empties it, where no reader is in the way. */
  checkpoint(): void {
    this.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  /** Closes; the log goes into the database first. */
  close(): void {
    this.#statements.clear();
    this.#db.close();
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

/** A number out of a row; 0 where there is none. */
export function num(value: unknown): number {
  return typeof value === "bigint" ? Number(value) : typeof value === "number" ? value : 0;
}

/** A number out of a row, or null. */
export function numOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : num(value);
}

/** Placeholders for a list of values. */
export function marks(count: number): string {
  return Array.from({ length: count }, () => "?").join(", ");
}
