/**
 * Letting go of what is old or too much, a little at a time so that nothing waits for it.
 *
 * By age, per class, judged by a clock that cannot leap (clock.ts). By bytes, when database and clips together exceed
 * the quota or too little of the disk is free, in this order: the oldest clips; readings (single ones, then minutes,
 * hours, days); the oldest insights; alerts older than a month. A disk that others fill costs clips and single
 * readings only. What goes on still, alerts of the last month, silences, subscriptions and state are never deleted.
 */

import { rmSync } from "node:fs";
import { join } from "node:path";
import type { StoreConfig } from "../config/types.ts";
import { type Database, num } from "./database.ts";
import type { Insights } from "./insights.ts";
import type { Lists } from "./lists.ts";
import { type Readings, ROLLUP_LEVELS } from "./readings.ts";
import type { Sharing } from "./sharing.ts";

const DAY = 86_400_000;
const HOUR = 3_600_000;

/** Single readings are kept for so long, and minutes; hours and days for as long as is configured. */
const KEEP_RAW = 6 * HOUR;
const KEEP_MINUTES = 7 * DAY;

/** Rows deleted at a time: a few milliseconds. */
const STEP_ROWS = 500;

/** Pages given back to the file system at a time. */
const STEP_PAGES = 256;

/** Free pages inside the database that are not worth giving back, and their greatest share of it. */
const SPARE_PAGES = 1024;
const SPARE_SHARE = 0.25;

/** What left, and what came from other nodes, is kept for so many days, and so many rows of each (sharing.ts). */
const KEEP_SHARED = 365;

/** When bytes run out, insights of the last hour and alerts of the last month stay. */
const KEEP_INSIGHTS = HOUR;
const KEEP_ALERTS = 30 * DAY;

/** Freed beyond what is needed, so that it is not needed again at once. */
const MARGIN_SHARE = 0.01;
const MAX_MARGIN = 64 << 20;

/** Bytes in use and free. */
export type Space = {
  readonly databaseBytes: number;
  /** Complete and unfinished clips. */
  readonly clipBytes: number;
  /** Of the companion: counted, never deleted here; its conversations have a time of their own. */
  readonly companionBytes: number;
  /** Bytes free on the disk. */
  readonly freeBytes: number;
};

/** What a step of retention came to. `stuck`: too much is in use and nothing may be deleted. */
export type StepResult = "idle" | "more" | "stuck";

/** The tables that retention works on. */
export type Tables = {
  readonly db: Database;
  readonly lists: Lists;
  readonly insights: Insights;
  readonly readings: Readings;
  readonly sharing: Sharing;
};

/** Deletes by age and by bytes. */
export class Retention {
  #config: StoreConfig;
  readonly #clipFolder: string;
  /** Whether bytes are being freed, until there is some margin. */
  #freeing = false;

  constructor(config: StoreConfig, clipFolder: string) {
    this.#config = config;
    this.#clipFolder = clipFolder;
  }

  /** What holds from the next step on. */
  configure(config: StoreConfig): void {
    this.#config = config;
  }

  /**
   * Does one small piece of work, in one transaction. Throws what SQLite throws.
   *
   * @param now Time by which age is judged, ms since 1970.
   */
  step({ db, lists, insights, readings, sharing }: Tables, now: number, space: Space): StepResult {
    const { days } = this.#config;
    const before = (age: number): number => now - age * DAY;
    const tables = { db, lists, insights, readings, sharing };
    const more = db.transaction(
      () =>
        this.#deleteClips(tables, before(days.clips), Number.POSITIVE_INFINITY) ||
        readings.deleteRaw(now - Math.min(KEEP_RAW, days.readings * DAY), STEP_ROWS) > 0 ||
        this.#deleteMinutes(readings, now) ||
        readings.deleteRollups(ROLLUP_LEVELS[1], before(days.readings), STEP_ROWS) > 0 ||
        readings.deleteRollups(ROLLUP_LEVELS[2], before(days.readings), STEP_ROWS) > 0 ||
        insights.deleteOldest(before(days.insights), STEP_ROWS) > 0 ||
        this.#deleteAlerts(db, before(days.alerts)) ||
        sharing.deleteOldest(before(KEEP_SHARED), STEP_ROWS) > 0,
    );
    return more ? "more" : this.#freeBytes(tables, now, space);
  }

  /** Bytes by which too much is in use: of the quota, and of the part of the disk that is to stay free. */
  excess(space: Space): { readonly quota: number; readonly disk: number } {
    return {
      quota: space.databaseBytes + space.clipBytes + space.companionBytes - this.#config.quotaBytes,
      disk: this.#config.reserveBytes - space.freeBytes,
    };
  }

  #freeBytes(tables: Tables, now: number, space: Space): StepResult {
    const { db } = tables;
    const { quota, disk } = this.excess(space);
    const margin = this.#freeing ? this.#margin() : 0;
    const needed = Math.max(quota, disk) + margin;
    if (needed <= 0) {
      this.#freeing = false;
      const free = num(db.pragma("freelist_count"));
      const worthIt = free > SPARE_PAGES && free > SPARE_SHARE * num(db.pragma("page_count"));
      return worthIt ? this.#shrink(db) : "idle";
    }
    this.#freeing = true;
    const bytes = Math.max(quota, disk) + this.#margin();
    if (db.transaction(() => this.#deleteClips(tables, Number.POSITIVE_INFINITY, bytes))) {
      return "more";
    }
    if (num(db.pragma("freelist_count")) > 0) return this.#shrink(db);
    const rows = db.transaction(() => {
      const { readings, insights } = tables;
      if (readings.deleteRaw(now, STEP_ROWS) > 0) return true;
      if (quota + this.#margin() <= 0) return false;
      for (const level of ROLLUP_LEVELS) {
        if (readings.deleteRollups(level, now, STEP_ROWS) > 0) return true;
      }
      return (
        insights.deleteOldest(now - KEEP_INSIGHTS, STEP_ROWS) > 0 ||
        this.#deleteAlerts(db, now - KEEP_ALERTS)
      );
    });
    if (rows) return "more";
    // What the margin asks for cannot be had, but nothing is in excess.
    return Math.max(quota, disk) > 0 ? "stuck" : "idle";
  }

  /**
   * Makes room for rows on a disk that is full: deletes files of the oldest clips, without touching the database.
   * Returns the ids, whose rows are to be forgotten once that is possible.
   */
  deleteClipFiles({ db }: Pick<Tables, "db">, bytes: number): string[] {
    const gone: string[] = [];
    let freed = 0;
    for (const row of this.#oldestClips(db, Number.POSITIVE_INFINITY)) {
      if (freed >= bytes) break;
      const id = String(row.id);
      rmSync(join(this.#clipFolder, `${id}.mp4`), { force: true });
      gone.push(id);
      freed += num(row.bytes);
    }
    return gone;
  }

  #margin(): number {
    return Math.min(MAX_MARGIN, this.#config.quotaBytes * MARGIN_SHARE);
  }

  /** Deletes the oldest clips that ended before `before`, as many as `bytes` takes; whether there was one. */
  #deleteClips({ db, lists }: Tables, before: number, bytes: number): boolean {
    let freed = 0;
    let any = false;
    for (const row of this.#oldestClips(db, before)) {
      if (freed >= bytes) break;
      lists.deleteClip(String(row.id));
      freed += num(row.bytes);
      any = true;
    }
    return any;
  }

  #oldestClips(db: Database, before: number): ReturnType<Database["all"]> {
    return db.all(
      `SELECT id, bytes FROM clips INDEXED BY clips_begins WHERE begins < ? AND ends < ?
       ORDER BY begins, id LIMIT 20`,
      before,
      before,
    );
  }

  #deleteMinutes(readings: Readings, now: number): boolean {
    const age = Math.min(KEEP_MINUTES, this.#config.days.readings * DAY);
    return readings.deleteRollups(ROLLUP_LEVELS[0], now - age, STEP_ROWS) > 0;
  }

  /** Alerts that are over, and deliveries that wait no more. */
  #deleteAlerts(db: Database, before: number): boolean {
    const alerts = db.run(
      `DELETE FROM alerts WHERE id IN (SELECT id FROM alerts INDEXED BY alerts_begins
       WHERE begins < ? AND state = 'resolved' ORDER BY begins, id LIMIT ?)`,
      before,
      STEP_ROWS,
    );
    const deliveries = db.run(
      `DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries INDEXED BY deliveries_begins
       WHERE begins < ? AND state <> 'waiting' ORDER BY begins, id LIMIT ?)`,
      before,
      STEP_ROWS,
    );
    return alerts + deliveries > 0;
  }

  #shrink(db: Database): StepResult {
    const before = num(db.pragma("page_count"));
    db.exec(`PRAGMA incremental_vacuum(${STEP_PAGES})`);
    db.checkpoint();
    return num(db.pragma("page_count")) < before ? "more" : "idle";
  }
}
