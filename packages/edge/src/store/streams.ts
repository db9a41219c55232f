/**
 * Insights are kept in streams: those of the same source, kind and area whose lengths are of the same order. Any
 * filter is then a set of streams, each of which is in the order of time, and a page is merged out of them; that stays
 * quick where what is asked for is rare. Within a stream an insight that overlaps a moment cannot have begun longer
 * ago than the stream's greatest length.
 */

import type { Insight } from "@symbion/core";
import { type Database, num } from "./database.ts";
import type { ListQuery } from "./types.ts";

/** Greatest lengths, milliseconds: 16 s, 4 min, 68 min, 18 h, 12 days; above that, no limit. */
const LENGTHS: readonly number[] = [16_000, 256_000, 4_096_000, 65_536_000, 1_048_576_000];

/** {@link Stream.length} of insights that go on. */
const OPEN = -1;

/** A stream of insights. */
export type Stream = {
  readonly id: number;
  readonly source: string;
  readonly kind: string;
  readonly area: string | null;
  readonly length: number;
};

/** The streams that there are; a copy of the table in memory. */
export class Streams {
  readonly #db: Database;
  readonly #byKey = new Map<string, Stream>();
  readonly #byId = new Map<number, Stream>();

  constructor(db: Database) {
    this.#db = db;
    this.reload();
  }

  /** Reads the table again: after a transaction that came to nothing. */
  reload(): void {
    this.#byKey.clear();
    this.#byId.clear();
    for (const row of this.#db.all("SELECT id, source, kind, area, length FROM streams")) {
      this.#add({
        id: num(row.id),
        source: String(row.source),
        kind: String(row.kind),
        area: row.area === null ? null : String(row.area),
        length: num(row.length),
      });
    }
  }

  /** The stream of an insight, made where it is the first of its kind. */
  of(insight: Pick<Insight, "source" | "kind" | "area" | "from" | "to">): Stream {
    const { source, kind, area, from, to } = insight;
    const length = lengthClass(from, to);
    const key = keyOf({ source, kind, area, length });
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const row = this.#db.get(
      "INSERT INTO streams (source, kind, area, length) VALUES (?, ?, ?, ?) RETURNING id",
      source,
      kind,
      area,
      length,
    );
    return this.#add({ id: num(row?.id), source, kind, area, length });
  }

  /** A stream by its number. */
  get(id: number): Stream | undefined {
    return this.#byId.get(id);
  }

  /** Every source that has a stream. */
  sources(): Set<string> {
    return new Set([...this.#byId.values()].map(({ source }) => source));
  }

  /** Number of streams. */
  get size(): number {
    return this.#byId.size;
  }

  /** The streams that a query asks for. */
  matching(query: Pick<ListQuery, "sources" | "kinds" | "areas">, openOnly: boolean): Stream[] {
    const source = chooser(query.sources);
    const kind = chooser(query.kinds);
    const area = chooser(query.areas);
    const found: Stream[] = [];
    for (const stream of this.#byId.values()) {
      if (openOnly && stream.length !== OPEN) continue;
      if (!source(stream.source) || !kind(stream.kind) || !area(stream.area)) continue;
      found.push(stream);
    }
    return found;
  }

  #add(stream: Stream): Stream {
    this.#byKey.set(keyOf(stream), stream);
    this.#byId.set(stream.id, stream);
    return stream;
  }
}

/** The earliest beginning of an insight in a stream of that length that may still go on at `at`. */
export function earliestBeginning({ length }: Pick<Stream, "length">, at: number): number {
  const longest = LENGTHS[length];
  return longest === undefined ? Number.NEGATIVE_INFINITY : at - longest;
}

function lengthClass(from: number, to: number | null): number {
  if (to === null) return OPEN;
  const index = LENGTHS.findIndex((longest) => to - from <= longest);
  return index < 0 ? LENGTHS.length : index;
}

function keyOf({ source, kind, area, length }: Omit<Stream, "id">): string {
  return JSON.stringify([source, kind, area, length]);
}

/** Whether a value is asked for; an empty or absent list asks for all. */
function chooser(list: readonly string[] | undefined): (value: string | null) => boolean {
  if (list === undefined || list.length === 0) return () => true;
  const wanted = new Set<string | null>(list);
  return (value) => wanted.has(value);
}
