/**
 * Readings: the newest as they came, older ones as minutes, hours and days. All tables are in the order of time, so
 * that the values of a moment share a page of the database: a commit touches few of them.
 */

import type { Reading, ReadingSeries } from "@symbion/core";
import { parseSpan } from "./activity.ts";
import { type Database, num, numOrNull, type Row } from "./database.ts";
import type { SpanQuery } from "./types.ts";

/** Minute, hour and day, milliseconds. */
export const ROLLUP_LEVELS: readonly [number, number, number] = [60_000, 3_600_000, 86_400_000];

/** A slot is summed up so long after its end, for values that come late; even later ones are added singly. */
const GRACE = 15_000;

/** A gap of so many typical distances breaks the line of a chart. */
const BREAK = 5;

/** Which points of which readings. */
export type ReadingQuery = SpanQuery & { readonly names: readonly string[] };

type Series = {
  readonly id: number;
  readonly source: string;
  readonly name: string;
  readonly unit: string;
};
type Bucket = { count: number; sum: number; min: number; max: number };

/** The tables of readings. */
export class Readings {
  readonly #db: Database;
  readonly #series = new Map<string, Series>();
  /** Up to where each level is summed up, exclusive, ms. */
  readonly #rolled = new Map<number, number>();

  constructor(db: Database) {
    this.#db = db;
    this.reload();
  }

  /** Reads what is kept in memory again: after a transaction that came to nothing. */
  reload(): void {
    this.#series.clear();
    this.#rolled.clear();
    for (const { id, source, name, unit } of this.#db.all("SELECT * FROM series")) {
      this.#add({
        id: num(id),
        source: String(source),
        name: String(name),
        unit: String(unit),
      });
    }
    for (const { level, until } of this.#db.all("SELECT level, until FROM rolled")) {
      this.#rolled.set(num(level), num(until));
    }
  }

  /** Adds readings; a second value of the same moment is left out. Call it inside a transaction. */
  put(readings: readonly Reading[]): void {
    for (const reading of readings) {
      const series = this.#seriesOf(reading);
      const value = usable(reading) ? reading.value : null;
      const added = this.#db.run(
        "INSERT OR IGNORE INTO readings (at, series, value) VALUES (?, ?, ?)",
        ...[reading.at, series.id, value],
      );
      if (added > 0) this.#addLate(series.id, reading.at, value);
    }
  }

  /** Sums up what is complete at `now`. Call it inside a transaction, once a minute or so. */
  rollUp(now: number): void {
    for (const [index, level] of ROLLUP_LEVELS.entries()) {
      const finer = ROLLUP_LEVELS[index - 1];
      const end = finer === undefined ? now - GRACE : (this.#rolled.get(finer) ?? 0);
      const until = Math.floor(end / level) * level;
      const since = this.#rolled.get(level) ?? Number.MIN_SAFE_INTEGER;
      if (until <= since) continue;
      if (finer === undefined) this.#rollReadings(level, since, until);
      else this.#rollSlots(finer, level, since, until);
      this.#db.run("INSERT OR REPLACE INTO rolled (level, until) VALUES (?, ?)", level, until);
      this.#rolled.set(level, until);
    }
  }

  /** Points of the series asked for; of each bucket the mean, the least and the greatest value. */
  query(query: ReadingQuery): ReadingSeries[] {
    parseSpan(query);
    const chosen = this.#matching(query);
    if (chosen.size === 0) return [];
    const finest = Math.ceil((query.to - query.from) / query.points);
    const wanted = ROLLUP_LEVELS.findLastIndex((level) => level <= finest);
    const step = ROLLUP_LEVELS[wanted] ?? 1;
    const bucketMs = Math.ceil(finest / step) * step;
    const from = Math.floor(query.from / bucketMs) * bucketMs;
    const buckets = new Map<number, Map<number, Bucket>>();
    const ids = JSON.stringify([...chosen.keys()]);
    for (const row of this.#rows(wanted, query.from, query.to, ids)) {
      const at = Math.floor((num(row.at) - from) / bucketMs);
      let bySlot = buckets.get(num(row.series));
      if (bySlot === undefined) {
        bySlot = new Map();
        buckets.set(num(row.series), bySlot);
      }
      addTo(bySlot, at, row);
    }
    return [...chosen].flatMap(([id, series]) => {
      const bySlot = buckets.get(id);
      return bySlot === undefined ? [] : [toSeries(series, bySlot, from, bucketMs)];
    });
  }

  /** Deletes up to `count` raw readings from before `before` that are summed up; returns how many. */
  deleteRaw(before: number, count: number): number {
    const until = Math.min(before, this.#rolled.get(ROLLUP_LEVELS[0]) ?? before);
    return this.#db.run(
      `DELETE FROM readings WHERE (at, series) IN
         (SELECT at, series FROM readings WHERE at < ? ORDER BY at, series LIMIT ?)`,
      until,
      count,
    );
  }

  /** Deletes up to `count` sums of a level from before `before`; returns how many. */
  deleteRollups(level: number, before: number, count: number): number {
    return this.#db.run(
      `DELETE FROM rollups WHERE (level, slot, series) IN
         (SELECT level, slot, series FROM rollups WHERE level = ? AND slot < ?
          ORDER BY slot, series LIMIT ?)`,
      ...[level, Math.floor(before / level), count],
    );
  }

  /**
   * Rows of a span. The level asked for need not reach over all of it: what it has not summed up yet comes from the
   * finer one, what it no longer has from the coarser one.
   */
  *#rows(wanted: number, from: number, to: number, ids: string): Generator<Row> {
    const ranges = ROLLUP_LEVELS.map((level) => this.#rangeOf(level));
    let upper = to;
    // From the newest part, which may only be there as readings, back to days.
    for (let index = -1; index < ROLLUP_LEVELS.length && upper > from; index++) {
      const level = ROLLUP_LEVELS[index];
      if (level === undefined) {
        // Newer than all minutes, or fine points are asked for.
        const lower = Math.max(from, wanted < 0 ? this.#oldestRaw() : (ranges[0]?.until ?? from));
        if (lower < upper) {
          yield* this.#raw(lower, upper, ids);
          upper = lower;
        }
        continue;
      }
      const range = ranges[index];
      if (range === undefined) continue;
      const coarser = ranges[index + 1]?.until ?? Number.NEGATIVE_INFINITY;
      const lower = Math.max(from, index < wanted ? Math.max(range.since, coarser) : range.since);
      const top = Math.min(upper, range.until);
      if (lower < top) {
        yield* this.#slots(level, lower, top, ids);
        upper = lower;
      }
    }
  }

  #raw(from: number, to: number, ids: string): IterableIterator<Row> {
    return this.#db.each(
      `SELECT at, series, value IS NOT NULL AS count, coalesce(value, 0) AS sum, value AS min, value AS max
       FROM readings WHERE at >= ? AND at < ? AND series IN (SELECT value FROM json_each(?))`,
      ...[from, to, ids],
    );
  }

  #slots(level: number, from: number, to: number, ids: string): IterableIterator<Row> {
    return this.#db.each(
      `SELECT slot * level AS at, series, count, sum, min, max FROM rollups
       WHERE level = ? AND slot >= ? AND slot < ? AND series IN (SELECT value FROM json_each(?))`,
      ...[level, Math.floor(from / level), Math.ceil(to / level), ids],
    );
  }

  #rangeOf(level: number): { readonly since: number; readonly until: number } | undefined {
    const until = this.#rolled.get(level);
    const first = this.#db.get("SELECT min(slot) AS slot FROM rollups WHERE level = ?", level);
    const slot = numOrNull(first?.slot);
    return until === undefined || slot === null ? undefined : { since: slot * level, until };
  }

  #oldestRaw(): number {
    const at = numOrNull(this.#db.get("SELECT min(at) AS at FROM readings")?.at);
    return at ?? Number.POSITIVE_INFINITY;
  }

  #rollReadings(level: number, since: number, until: number): void {
    this.#db.run(
      `INSERT OR REPLACE INTO rollups (level, slot, series, count, sum, min, max)
       SELECT ?, CAST(floor(at / CAST(? AS REAL)) AS INTEGER) AS slot, series,
         count(value), total(value), min(value), max(value)
       FROM readings WHERE at >= ? AND at < ? GROUP BY slot, series`,
      ...[level, level, since, until],
    );
  }

  #rollSlots(finer: number, level: number, since: number, until: number): void {
    this.#db.run(
      `INSERT OR REPLACE INTO rollups (level, slot, series, count, sum, min, max)
       SELECT ?, CAST(floor(slot * ? / CAST(? AS REAL)) AS INTEGER) AS coarse, series,
         sum(count), total(sum), min(min), max(max)
       FROM rollups WHERE level = ? AND slot >= ? AND slot < ? GROUP BY coarse, series`,
      ...[level, finer, level, finer, Math.floor(since / finer), until / finer],
    );
  }

  /** A value of a time that is summed up already goes into the sums. */
  #addLate(series: number, at: number, value: number | null): void {
    for (const level of ROLLUP_LEVELS) {
      if (at >= (this.#rolled.get(level) ?? Number.NEGATIVE_INFINITY)) return;
      this.#db.run(
        `INSERT INTO rollups (level, slot, series, count, sum, min, max) VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET count = count + excluded.count, sum = sum + excluded.sum,
           min = min(coalesce(min, excluded.min), coalesce(excluded.min, min)),
           max = max(coalesce(max, excluded.max), coalesce(excluded.max, max))`,
        ...[level, Math.floor(at / level), series],
        ...[value === null ? 0 : 1, value ?? 0, value, value],
      );
    }
  }

  #matching({ sources, names }: ReadingQuery): Map<number, Series> {
    const found = new Map<number, Series>();
    for (const series of this.#series.values()) {
      if (sources !== undefined && sources.length > 0 && !sources.includes(series.source)) continue;
      if (names.length > 0 && !names.includes(series.name)) continue;
      found.set(series.id, series);
    }
    return found;
  }

  #seriesOf({ source, name, unit }: Reading): Series {
    const known = this.#series.get(keyOf(source, name, unit));
    if (known !== undefined) return known;
    const row = this.#db.get(
      "INSERT INTO series (source, name, unit) VALUES (?, ?, ?) RETURNING id",
      ...[source, name, unit],
    );
    return this.#add({ id: num(row?.id), source, name, unit });
  }

  #add(series: Series): Series {
    this.#series.set(keyOf(series.source, series.name, series.unit), series);
    return series;
  }
}

function keyOf(source: string, name: string, unit: string): string {
  return JSON.stringify([source, name, unit]);
}

/** A value that counts: there, finite, and not known to be wrong. */
function usable({ value, quality }: Reading): boolean {
  return Number.isFinite(value) && (quality === "good" || quality === "uncertain");
}

function addTo(bySlot: Map<number, Bucket>, slot: number, row: Row): void {
  let bucket = bySlot.get(slot);
  if (bucket === undefined) {
    bucket = {
      count: 0,
      sum: 0,
      min: Number.POSITIVE_INFINITY,
      max: Number.NEGATIVE_INFINITY,
    };
    bySlot.set(slot, bucket);
  }
  bucket.count += num(row.count);
  bucket.sum += num(row.sum);
  bucket.min = Math.min(bucket.min, numOrNull(row.min) ?? bucket.min);
  bucket.max = Math.max(bucket.max, numOrNull(row.max) ?? bucket.max);
}

/** A series of its buckets; a long gap becomes a point without value, so that a chart's line breaks there. */
function toSeries(
  { source, name, unit }: Series,
  bySlot: ReadonlyMap<number, Bucket>,
  from: number,
  bucketMs: number,
): ReadingSeries {
  const slots = [...bySlot.keys()].sort((a, b) => a - b);
  const gaps = slots.slice(1).map((slot, index) => slot - (slots[index] ?? slot));
  const typical = gaps.toSorted((a, b) => a - b)[gaps.length >> 1] ?? 1;
  const at: number[] = [];
  const mean: (number | null)[] = [];
  const min: (number | null)[] = [];
  const max: (number | null)[] = [];
  let before: number | undefined;
  for (const slot of slots) {
    if (before !== undefined && slot - before > BREAK * typical) {
      at.push(from + (before + 1) * bucketMs);
      for (const list of [mean, min, max]) list.push(null);
    }
    before = slot;
    const bucket = bySlot.get(slot);
    const some = bucket !== undefined && bucket.count > 0 ? bucket : null;
    at.push(from + slot * bucketMs);
    mean.push(some === null ? null : some.sum / some.count);
    min.push(some === null ? null : some.min);
    max.push(some === null ? null : some.max);
  }
  return { source, name, unit, at, mean, min, max };
}
