/**
 * The strip below the timeline: how many insights went on in each bucket, and how much of it clips cover. Beginnings
 * and ends are counted on fixed grids as insights come, so that a week over a million of them is a few thousand rows.
 * In a bucket goes on what went on at its start and what begins in it; to the next goes what has not ended in it.
 */

import { expected, type TimelineStrip } from "@symbion/core";
import { type Database, num, numOrNull } from "./database.ts";
import { ACTIVITY_LEVELS } from "./migrations.ts";
import { earliestBeginning, type Streams } from "./streams.ts";
import type { SpanQuery } from "./types.ts";

/** Most buckets of a strip and points of a series. */
export const MAX_POINTS = 2000;

/** Most insights that are read one by one for a strip that is finer than the grids. */
const MAX_SINGLE = 20_000;

/** Most grid cells of all sources together that are added up for one strip. */
const MAX_CELLS = 30_000;

/** Streams up to this one hold short insights: an hour's at most. */
const SHORT = 2;

/** Beginnings and ends per bucket of one source. */
type Counts = { readonly begun: Float64Array; readonly ended: Float64Array; before: number };

/** Checks a span; throws `UsageError`. */
export function parseSpan({ from, to, points }: SpanQuery): void {
  if (!Number.isFinite(from) || !Number.isFinite(to) || to <= from) {
    throw expected("a span whose end is after its beginning", [from, to], "from, to");
  }
  if (!Number.isInteger(points) || points < 1 || points > MAX_POINTS) {
    throw expected(`a whole number from 1 to ${MAX_POINTS}`, points, "points");
  }
}

/** Counts of insights over time. */
export class Activity {
  readonly #db: Database;
  readonly #streams: Streams;

  constructor(db: Database, streams: Streams) {
    this.#db = db;
    this.#streams = streams;
  }

  /** Adds (`sign` 1) or takes away (-1) an insight. Call it inside a transaction. */
  count(source: string, begins: number, ends: number | null, sign: 1 | -1): void {
    for (const level of ACTIVITY_LEVELS) {
      const first = Math.floor(begins / level);
      const last = ends === null ? null : Math.floor(ends / level);
      this.#add(level, first, source, sign, last === first ? sign : 0);
      if (last !== null && last !== first) this.#add(level, last, source, 0, sign);
    }
  }

  #add(level: number, slot: number, source: string, begun: number, ended: number): void {
    this.#db.run(
      `INSERT INTO activity (level, slot, source, begun, ended) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET begun = begun + excluded.begun, ended = ended + excluded.ended`,
      ...[level, slot, source, begun, ended],
    );
  }

  /** Deletes cells from before the oldest insight, which hold nothing any more. Call it inside a transaction. */
  prune(): void {
    const oldest = numOrNull(this.#db.get("SELECT min(begins) AS oldest FROM insights")?.oldest);
    const sources = this.#db.all("SELECT DISTINCT source FROM streams");
    for (const level of ACTIVITY_LEVELS) {
      for (const { source } of sources) {
        this.#db.run(
          `DELETE FROM activity
           WHERE level = ? AND source = ? AND slot < ? AND begun = 0 AND ended = 0`,
          ...[level, String(source), Math.floor((oldest ?? Number.MAX_SAFE_INTEGER) / level)],
        );
      }
    }
  }

  /**
   * A strip per source, on a grid as fine as asked for or as can be had at once: `bucketMs` says which. What goes on
   * still is counted up to `now`.
   */
  strip(query: SpanQuery, now: number): TimelineStrip[] {
    parseSpan(query);
    const { sources } = query;
    const { bucketMs, level } = this.#grid(query);
    const from = Math.floor(query.from / bucketMs) * bucketMs;
    const buckets = Math.max(1, Math.ceil((query.to - from) / bucketMs));
    const to = from + buckets * bucketMs;
    const wanted = sources === undefined || sources.length === 0 ? null : new Set(sources);
    const bySource = new Map<string, Counts>();
    const of = (source: string): Counts => {
      let counts = bySource.get(source);
      if (counts === undefined) {
        counts = { begun: new Float64Array(buckets), ended: new Float64Array(buckets), before: 0 };
        bySource.set(source, counts);
      }
      return counts;
    };
    for (const source of wanted ?? []) of(source);
    this.#eachGoingOn(from, wanted, (stream) => {
      const source = this.#streams.get(stream)?.source;
      if (source !== undefined && (wanted === null || wanted.has(source))) of(source).before++;
    });
    if (level === null) this.#countSingle(from, to, bucketMs, wanted, of);
    else this.#countCells(level, from, to, bucketMs, wanted, of);
    const covered = this.#clips(from, bucketMs, buckets, wanted);
    for (const source of covered.keys()) of(source);

    this.#endOpen(from, bucketMs, buckets, now, wanted, of);
    return [...bySource].sort(bySourceName).map(([source, { begun, ended, before }]) => {
      let goingOn = before;
      const counts = Array.from(begun, (began, index) => {
        const count = goingOn + began;
        goingOn = count - (ended[index] ?? 0);
        return count;
      });
      const clips = Array.from(covered.get(source) ?? new Float64Array(buckets));
      return { source, from, bucketMs, counts, clips };
    });
  }

  /** Bucket length, and the grid it is a multiple of; null: insights one by one. */
  #grid({ from, to, points, sources }: SpanQuery): { bucketMs: number; level: number | null } {
    const finest = Math.max(1, Math.ceil((to - from) / points));
    const [fine, coarse] = ACTIVITY_LEVELS;
    const rows = sources?.length || this.#streams.sources().size;
    const cells = ((to - from) / fine) * rows;
    // A span of too many cells is not worth adding up to find that it holds too many insights.
    if (finest < fine && cells <= MAX_CELLS && this.#insightsIn(from, to) <= MAX_SINGLE) {
      return { bucketMs: finest, level: null };
    }
    const level = finest < coarse && cells <= MAX_CELLS ? fine : coarse;
    return { bucketMs: Math.ceil(finest / level) * level, level };
  }

  /** About how many insights begin or end in a span. */
  #insightsIn(from: number, to: number): number {
    const [level] = ACTIVITY_LEVELS;
    let count = 0;
    for (const source of this.#streams.sources()) {
      const row = this.#db.get(
        `SELECT sum(begun + ended) AS count FROM activity
         WHERE level = ? AND source = ? AND slot BETWEEN ? AND ?`,
        ...[level, source, Math.floor(from / level), Math.floor(to / level)],
      );
      count += num(row?.count);
    }
    return count;
  }

  /** Visits what began before `at` and had not ended then. */
  #eachGoingOn(
    at: number,
    wanted: Set<string> | null,
    visit: (stream: number, ends: number | null) => void,
  ): void {
    // Short ones of all streams lie close together; longer ones are looked for stream by stream.
    const short = earliestBeginning({ length: SHORT }, at);
    const near = this.#db.all(
      `SELECT stream, ends FROM insights INDEXED BY insights_begins
       WHERE begins < ? AND begins >= ? AND (ends IS NULL OR ends >= ?)`,
      ...[at, short, at],
    );
    for (const row of near) visit(num(row.stream), numOrNull(row.ends));
    const sources = wanted === null ? {} : { sources: [...wanted] };
    for (const stream of this.#streams.matching(sources, false)) {
      if (stream.length >= 0 && stream.length <= SHORT) continue;
      const rows = this.#db.all(
        `SELECT ends FROM insights INDEXED BY insights_stream
         WHERE stream = ? AND begins < ? AND begins >= ? AND (ends IS NULL OR ends >= ?)`,
        ...[stream.id, short, earliestBeginning(stream, at), at],
      );
      for (const row of rows) visit(stream.id, numOrNull(row.ends));
    }
  }

  /** What has not ended is counted as if it ended now. */
  #endOpen(
    from: number,
    bucketMs: number,
    buckets: number,
    now: number,
    wanted: Set<string> | null,
    of: (source: string) => Counts,
  ): void {
    const sources = wanted === null ? {} : { sources: [...wanted] };
    for (const stream of this.#streams.matching(sources, true)) {
      const rows = this.#db.each(
        "SELECT begins FROM insights INDEXED BY insights_stream WHERE stream = ? AND begins < ?",
        ...[stream.id, from + buckets * bucketMs],
      );
      for (const row of rows) {
        const end = Math.max(num(row.begins), now);
        const counts = of(stream.source);
        const bucket = Math.floor((end - from) / bucketMs);
        if (end < from) counts.before--;
        else if (bucket < buckets) counts.ended[bucket] = (counts.ended[bucket] ?? 0) + 1;
      }
    }
  }

  #countCells(
    level: number,
    from: number,
    to: number,
    bucketMs: number,
    wanted: Set<string> | null,
    of: (source: string) => Counts,
  ): void {
    for (const source of wanted ?? this.#streams.sources()) {
      const row = this.#db.get(
        `SELECT group_concat(slot || ',' || begun || ',' || ended) AS list FROM activity
         WHERE level = ? AND source = ? AND slot >= ? AND slot < ?`,
        ...[level, source, from / level, to / level],
      );
      const values = numbers(row?.list);
      for (let at = 0; at + 2 < values.length; at += 3) {
        const bucket = Math.floor(((values[at] ?? 0) * level - from) / bucketMs);
        const { begun, ended } = of(source);
        begun[bucket] = (begun[bucket] ?? 0) + (values[at + 1] ?? 0);
        ended[bucket] = (ended[bucket] ?? 0) + (values[at + 2] ?? 0);
      }
    }
  }

  #countSingle(
    from: number,
    to: number,
    bucketMs: number,
    wanted: Set<string> | null,
    of: (source: string) => Counts,
  ): void {
    const tally = (stream: number, at: number, which: "begun" | "ended"): void => {
      const source = this.#streams.get(stream)?.source;
      if (source === undefined || (wanted !== null && !wanted.has(source))) return;
      const bucket = Math.floor((at - from) / bucketMs);
      const counts = of(source)[which];
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    };
    const begun = this.#db.get(
      `SELECT group_concat(stream || ',' || begins || ',' || ifnull(ends, 'NaN')) AS list
       FROM insights INDEXED BY insights_begins WHERE begins >= ? AND begins < ?`,
      ...[from, to],
    );
    const values = numbers(begun?.list);
    for (let at = 0; at + 2 < values.length; at += 3) {
      const [stream = 0, begins = 0, ends = Number.NaN] = values.slice(at, at + 3);
      tally(stream, begins, "begun");
      if (ends < to) tally(stream, ends, "ended");
    }
    this.#eachGoingOn(from, wanted, (stream, ends) => {
      if (ends !== null && ends < to) tally(stream, ends, "ended");
    });
  }

  /** The part of each bucket that clips cover, by source. */
  #clips(
    from: number,
    bucketMs: number,
    buckets: number,
    wanted: Set<string> | null,
  ): Map<string, Float64Array> {
    const to = from + buckets * bucketMs;
    const longest = Number(
      this.#db.get("SELECT value FROM meta WHERE key = 'longest-clip'")?.value ?? 0,
    );
    const covered = new Map<string, Float64Array>();
    const rows = this.#db.all(
      `SELECT source, group_concat(begins || ',' || ends ORDER BY begins) AS list
       FROM clips INDEXED BY clips_begins WHERE begins >= ? AND begins < ? AND ends > ?
       GROUP BY source`,
      ...[from - longest, to, from],
    );
    for (const row of rows) {
      const source = String(row.source);
      if (wanted !== null && !wanted.has(source)) continue;
      const share = new Float64Array(buckets);
      const values = numbers(row.list);
      let until = from;
      for (let i = 0; i + 1 < values.length; i += 2) {
        // Clips that follow each other overlap by a moment: what is covered twice counts once.
        let at = Math.max(values[i] ?? 0, until);
        const end = Math.min(values[i + 1] ?? 0, to);
        until = Math.max(until, end);
        while (at < end) {
          const bucket = Math.floor((at - from) / bucketMs);
          const stop = Math.min(end, from + (bucket + 1) * bucketMs);
          share[bucket] = (share[bucket] ?? 0) + (stop - at) / bucketMs;
          at = stop;
        }
      }
      covered.set(source, share);
    }
    return covered;
  }
}

/** Numbers out of what SQLite's `group_concat` made of them; rows as objects would cost ten times as much. */
function numbers(list: unknown): Float64Array {
  return typeof list === "string" && list !== ""
    ? Float64Array.from(list.split(","), Number)
    : EMPTY;
}

const EMPTY = new Float64Array(0);

function bySourceName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
