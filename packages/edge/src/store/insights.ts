/** Insights in the database: stored by stream, listed by merging streams. */

import type { Insight, Page, TimelineInsight } from "@symbion/core";
import type { Activity } from "./activity.ts";
import { type Cursor, formatCursor, isNewer, parseCursor, parseLimit } from "./cursor.ts";
import { type Database, num, numOrNull, type Row } from "./database.ts";
import { earliestBeginning, type Stream, type Streams } from "./streams.ts";
import type { InsightQuery } from "./types.ts";

/** Above so many streams a list is read in the order of time and filtered, instead of merged. */
const MAX_MERGED = 2000;

/** Compares above every id: SQLite sorts blobs behind texts. */
const ABOVE_IDS = new Uint8Array(0);

/** Exclusive upper end of what is looked for. */
type Ceiling = { readonly begins: number; readonly id: string | Uint8Array };

/** The table of insights. */
export class Insights {
  readonly #db: Database;
  readonly #streams: Streams;
  readonly #activity: Activity;
  readonly #maxMerged: number;

  /** @param maxMerged For tests: {@link MAX_MERGED}. */
  constructor(db: Database, streams: Streams, activity: Activity, maxMerged: number = MAX_MERGED) {
    this.#db = db;
    this.#streams = streams;
    this.#activity = activity;
    this.#maxMerged = maxMerged;
  }

  /** Adds or replaces by id. Call it inside a transaction. */
  put(insight: Insight): void {
    const { id, from, to, track, score, direction, text, source } = insight;
    const stream = this.#streams.of(insight);
    const old = this.#db.get("SELECT stream, begins, ends FROM insights WHERE id = ?", id);
    if (old !== undefined) {
      const before = this.#streams.get(num(old.stream));
      this.#activity.count(before?.source ?? source, num(old.begins), numOrNull(old.ends), -1);
    }
    this.#db.run(
      `INSERT OR REPLACE INTO insights (id, stream, begins, ends, track, score, direction, text)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[id, stream.id, from, to, track, score, direction, text],
    );
    this.#activity.count(source, from, to, 1);
  }

  /** One page, newest first. */
  list(query: InsightQuery): Page<TimelineInsight> {
    const limit = parseLimit(query.limit);
    const cursor = parseCursor(query.before);
    const from = query.from ?? Number.NEGATIVE_INFINITY;
    const to = query.to ?? Number.POSITIVE_INFINITY;
    const ceiling: Ceiling =
      cursor !== null && cursor.begins <= to ? cursor : { begins: to, id: ABOVE_IDS };
    const streams = this.#streams.matching(query, query.open === true);
    const all = streams.length === this.#streams.size;

    const wanted = limit + 1;
    // First what began within the span, which is the newer part; then what had begun before and went on into it.
    const found =
      all || streams.length > this.#maxMerged
        ? this.#inOrder(all ? null : streams, ceiling, from, wanted)
        : this.#merged(streams, ceiling, () => from, null, wanted);
    if (found.length < wanted && Number.isFinite(from)) {
      const early: Ceiling = ceiling.begins < from ? ceiling : { begins: from, id: "" };
      const floor = (stream: Stream): number => earliestBeginning(stream, from);
      found.push(...this.#merged(streams, early, floor, from, wanted - found.length));
    }
    const items = this.#read(found.slice(0, limit).map(({ id }) => id));
    const last = found[limit - 1];
    return { items, next: found.length > limit && last !== undefined ? formatCursor(last) : null };
  }

  /** Deletes the oldest insights that have ended and began before `before`; returns how many, `count` at most. */
  deleteOldest(before: number, count: number): number {
    const rows = this.#db.all(
      `SELECT id, begins, ends, stream FROM insights INDEXED BY insights_begins
       WHERE begins < ? AND ends IS NOT NULL ORDER BY begins, id LIMIT ?`,
      before,
      count,
    );
    for (const row of rows) {
      const id = String(row.id);
      this.#db.run("DELETE FROM insights WHERE id = ?", id);
      this.#db.run("DELETE FROM clip_insights WHERE insight = ?", id);
      const source = this.#streams.get(num(row.stream))?.source;
      if (source !== undefined) {
        this.#activity.count(source, num(row.begins), numOrNull(row.ends), -1);
      }
    }
    return rows.length;
  }

  /** Page of all insights, or of those in `streams`, in the order of the index. */
  #inOrder(
    streams: readonly Stream[] | null,
    ceiling: Ceiling,
    floor: number,
    count: number,
  ): Cursor[] {
    const filter = streams === null ? "" : "AND stream IN (SELECT value FROM json_each(?))";
    const rows = this.#db.all(
      `SELECT begins, id FROM insights INDEXED BY insights_begins
       WHERE (begins, id) < (?, ?) AND begins >= ? ${filter} ORDER BY begins DESC, id DESC LIMIT ?`,
      ceiling.begins,
      ceiling.id,
      floor,
      ...(streams === null ? [] : [JSON.stringify(streams.map(({ id }) => id))]),
      count,
    );
    return rows.map(toCursor);
  }

  /**
   * The newest `count` of several streams. Streams are visited from the one with the newest candidate to the one with
   * the oldest; once the page is full, only what is newer than its last item can still enter.
   *
   * @param goingOnAt Leaves out what had ended before this time; null: keeps all.
   */
  #merged(
    streams: readonly Stream[],
    ceiling: Ceiling,
    floorOf: (stream: Stream) => number,
    goingOnAt: number | null,
    count: number,
  ): Cursor[] {
    const read = (stream: Stream, floor: number, limit: number): Row[] =>
      this.#db.all(
        `SELECT begins, id FROM insights INDEXED BY insights_stream
         WHERE stream = ? AND (begins, id) < (?, ?) AND begins >= ?
           ${goingOnAt === null ? "" : "AND (ends IS NULL OR ends >= ?)"}
         ORDER BY begins DESC, id DESC LIMIT ?`,
        stream.id,
        ceiling.begins,
        ceiling.id,
        floor,
        ...(goingOnAt === null ? [] : [goingOnAt]),
        limit,
      );
    const heads: { readonly stream: Stream; readonly begins: number }[] = [];
    for (const stream of streams) {
      const [head] = read(stream, floorOf(stream), 1);
      if (head !== undefined) heads.push({ stream, begins: num(head.begins) });
    }
    heads.sort((a, b) => b.begins - a.begins);
    let best: Cursor[] = [];
    for (const { stream, begins } of heads) {
      const worst = best.length < count ? undefined : best.at(-1);
      if (worst !== undefined && begins < worst.begins) break;
      const floor = Math.max(floorOf(stream), worst?.begins ?? Number.NEGATIVE_INFINITY);
      best = merge(best, read(stream, floor, count).map(toCursor), count);
    }
    return best;
  }

  /** The insights of these ids, in this order. */
  #read(ids: readonly string[]): TimelineInsight[] {
    const rows = this.#db.all(
      `SELECT insights.*,
         (SELECT min(clip) FROM clip_insights WHERE insight = insights.id) AS clip
       FROM insights WHERE id IN (SELECT value FROM json_each(?))`,
      JSON.stringify(ids),
    );
    const byId = new Map(rows.map((row) => [String(row.id), row]));
    return ids.flatMap((id) => {
      const row = byId.get(id);
      const stream = row === undefined ? undefined : this.#streams.get(num(row.stream));
      return row === undefined || stream === undefined ? [] : [toInsight(row, stream)];
    });
  }
}

function toInsight(row: Row, { source, kind, area }: Stream): TimelineInsight {
  return {
    id: String(row.id),
    source,
    kind,
    from: num(row.begins),
    to: numOrNull(row.ends),
    area,
    track: numOrNull(row.track),
    score: num(row.score),
    direction: row.direction === "right" || row.direction === "left" ? row.direction : null,
    text: String(row.text),
    clip: row.clip === null ? null : String(row.clip),
  };
}

function toCursor(row: Row): Cursor {
  return { begins: num(row.begins), id: String(row.id) };
}

/** Two lists from new to old as one, cut to `count`. */
function merge(a: readonly Cursor[], b: readonly Cursor[], count: number): Cursor[] {
  const out: Cursor[] = [];
  let i = 0;
  let j = 0;
  while (out.length < count) {
    const left = a[i];
    const right = b[j];
    if (left !== undefined && (right === undefined || isNewer(left, right))) {
      out.push(left);
      i++;
    } else if (right !== undefined) {
      out.push(right);
      j++;
    } else break;
  }
  return out;
}
