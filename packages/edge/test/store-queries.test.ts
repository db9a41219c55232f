import type { Insight, Reading, TimelineStrip } from "@symbion/core";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { Activity } from "../src/store/activity.ts";
import { Database } from "../src/store/database.ts";
import { Insights } from "../src/store/insights.ts";
import { Lists } from "../src/store/lists.ts";
import { migrate } from "../src/store/migrations.ts";
import { Readings } from "../src/store/readings.ts";
import { Streams } from "../src/store/streams.ts";
import type { InsightQuery } from "../src/store/types.ts";
import { clip, insight, reading, T0 } from "./support/store-data.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const opened: Database[] = [];

afterEach(() => {
  for (const db of opened.splice(0)) db.close();
});

function tables(maxMerged?: number): {
  db: Database;
  insights: Insights;
  activity: Activity;
  lists: Lists;
  readings: Readings;
} {
  const db = new Database(":memory:");
  opened.push(db);
  migrate(db);
  const streams = new Streams(db);
  const activity = new Activity(db, streams);
  const insights = new Insights(db, streams, activity, maxMerged);
  return { db, insights, activity, lists: new Lists(db, "/nowhere"), readings: new Readings(db) };
}

const SOURCES = ["gate", "yard", "node"];
const KINDS = ["motion", "dwell", "plugin:cat"];
const AREAS = ["drive", "door"];

/** Moments of a few days, often the same ones, and lengths from none to weeks. */
const moment = fc.oneof(
  fc.integer({ min: T0, max: T0 + 3 * DAY }),
  fc.integer({ min: 0, max: 20 }).map((n) => T0 + n * 10 * MINUTE),
);
const length = fc.oneof(
  fc.constant(0),
  fc.constant(null),
  { arbitrary: fc.integer({ min: 1, max: 20_000 }), weight: 6 },
  fc.integer({ min: 1, max: 2 * HOUR }),
  fc.integer({ min: 1, max: 40 * DAY }),
);

/** Mostly the first: some streams are long, others hold a single insight. */
function mostly<T>(first: T, ...others: T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { arbitrary: fc.constant(first), weight: 4 },
    { arbitrary: fc.constantFrom(...others), weight: 1 },
  );
}

const someInsight: fc.Arbitrary<Insight> = fc
  .record({
    id: fc.integer({ min: 0, max: 120 }).map((n) => `i${n}`),
    source: mostly("gate", ...SOURCES),
    kind: mostly("motion", ...KINDS),
    area: mostly(null, ...AREAS),
    from: moment,
    length,
    score: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ length: ms, ...rest }) => insight({ ...rest, to: ms === null ? null : rest.from + ms }));

const subset = (values: readonly string[]): fc.Arbitrary<string[]> =>
  fc.subarray([...values, "never"]);

const someQuery: fc.Arbitrary<InsightQuery> = fc.record(
  {
    sources: subset(SOURCES),
    kinds: subset(KINDS),
    areas: subset(AREAS),
    from: moment,
    to: moment,
    open: fc.constant(true as const),
    limit: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 5, max: 20 })),
  },
  { requiredKeys: [] },
);

/** What the list has to be, the plain way. */
function naive(all: Iterable<Insight>, query: InsightQuery): Insight[] {
  const asked = (list: readonly string[] | undefined, value: string | null): boolean =>
    list === undefined || list.length === 0 || (value !== null && list.includes(value));
  return [...all]
    .filter(
      ({ source, kind, area, from, to }) =>
        asked(query.sources, source) &&
        asked(query.kinds, kind) &&
        asked(query.areas, area) &&
        (query.open !== true || to === null) &&
        from <= (query.to ?? Number.POSITIVE_INFINITY) &&
        (to ?? Number.POSITIVE_INFINITY) >= (query.from ?? Number.NEGATIVE_INFINITY),
    )
    .sort((a, b) => b.from - a.from || (a.id < b.id ? 1 : -1));
}

describe("lists of insights", () => {
  test.each([
    ["merged out of streams", undefined],
    ["read in order", 0],
  ])("page by page what a plain filter finds, %s", (_name, maxMerged) => {
    fc.assert(
      fc.property(
        fc.array(someInsight, { maxLength: 120, size: "max" }),
        fc.array(someQuery, { minLength: 1, maxLength: 5 }),
        (puts, queries) => {
          const { db, insights } = tables(maxMerged);
          const model = new Map<string, Insight>();
          for (const one of puts) {
            db.transaction(() => insights.put(one));
            model.set(one.id, one);
          }
          for (const query of queries) {
            const found: Insight[] = [];
            let before: string | undefined;
            do {
              const page = insights.list({ ...query, ...(before === undefined ? {} : { before }) });
              expect(page.items.length).toBeLessThanOrEqual(query.limit ?? 100);
              if (page.next !== null) expect(page.items).toHaveLength(query.limit ?? 100);
              for (const { clip: shown, ...one } of page.items) {
                expect(shown).toBeNull();
                found.push(one);
              }
              before = page.next ?? undefined;
            } while (before !== undefined);
            expect(found).toEqual(naive(model.values(), query));
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  test("what is deleted is gone from lists and strips", () => {
    const { db, insights, activity } = tables();
    for (let n = 0; n < 50; n++) {
      insights.put(insight({ id: `i${n}`, from: T0 + n * MINUTE, to: T0 + n * MINUTE + 2 * HOUR }));
    }
    insights.put(insight({ id: "open", from: T0 - DAY, to: null }));
    expect(db.transaction(() => insights.deleteOldest(T0 + 20 * MINUTE, 15))).toBe(15);
    expect(db.transaction(() => insights.deleteOldest(T0 + 20 * MINUTE, 15))).toBe(5);
    expect(db.transaction(() => insights.deleteOldest(T0 + 20 * MINUTE, 15))).toBe(0);
    const left = insights.list({}).items;
    expect(left).toHaveLength(31);
    const span = { from: T0 - 2 * DAY, to: T0 + 2 * DAY, points: 24 };
    const [strip] = activity.strip(span, T0 + 4 * HOUR);
    expect(strip?.counts).toEqual(expectedCounts(left, strip, T0 + 4 * HOUR));
  });
});

/** Insights per bucket, counted one by one. */
function expectedCounts(
  all: readonly Insight[],
  strip: TimelineStrip | undefined,
  now: number,
): number[] {
  if (strip === undefined) return [];
  const { from, bucketMs, counts, source } = strip;
  return counts.map((_count, index) => {
    const begin = from + index * bucketMs;
    return all.filter((one) => {
      const to = one.to ?? Math.max(one.from, now);
      return one.source === source && one.from < begin + bucketMs && to >= begin;
    }).length;
  });
}

describe("the strip", () => {
  test("counts what went on in each bucket", () => {
    fc.assert(
      fc.property(
        fc.array(someInsight, { maxLength: 60 }),
        moment,
        fc.oneof(
          fc.integer({ min: 1, max: HOUR }),
          fc.integer({ min: HOUR, max: 5 * DAY }),
          fc.integer({ min: 5 * DAY, max: 400 * DAY }),
        ),
        fc.integer({ min: 1, max: 60 }),
        fc.option(subset(SOURCES), { nil: undefined }),
        moment,
        (puts, from, span, points, sources, now) => {
          const { db, insights, activity } = tables();
          const model = new Map<string, Insight>();
          for (const one of puts) {
            db.transaction(() => insights.put(one));
            model.set(one.id, one);
          }
          const query = { from, to: from + span, points, ...(sources ? { sources } : {}) };
          const strips = activity.strip(query, now);
          // The strip ends before `to`, while a list has what begins at it.
          const inside = naive(model.values(), { ...query, to: query.to - 1 }).map(
            ({ source }) => source,
          );
          const found = strips.map(({ source }) => source);
          // Nothing that went on may be missing; a source that was asked for is there with zeros.
          for (const source of inside) expect(found).toContain(source);
          for (const source of sources ?? []) expect(found).toContain(source);
          for (const strip of strips) {
            expect(strip.counts.length).toBeLessThanOrEqual(points + 1);
            expect(strip.from).toBeLessThanOrEqual(from);
            expect(strip.from + strip.counts.length * strip.bucketMs).toBeGreaterThanOrEqual(
              from + span,
            );
            expect(strip.counts).toEqual(expectedCounts([...model.values()], strip, now));
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  test("a busy day is told on a coarser grid", () => {
    const { db, insights, activity } = tables();
    const all: Insight[] = [];
    db.transaction(() => {
      for (let n = 0; n < 12_000; n++) {
        const one = insight({ id: `i${n}`, from: T0 + n * 5000, to: T0 + n * 5000 + 3000 });
        all.push(one);
        insights.put(one);
      }
    });
    const quiet = activity.strip({ from: T0, to: T0 + HOUR, points: 60 }, T0 + DAY);
    expect(quiet[0]?.bucketMs).toBe(MINUTE);
    const span = { from: T0, to: T0 + DAY, points: 1440 };
    const [busy] = activity.strip(span, T0 + DAY);
    expect(busy?.bucketMs).toBe(15 * MINUTE);
    expect(busy?.counts).toEqual(expectedCounts(all, busy, T0 + DAY));
  });

  test("clips cover their part of a bucket, once", () => {
    const { lists, activity } = tables();
    lists.putClip(clip({ id: "c1", from: T0 - 5000, to: T0 + 5000 }));
    lists.putClip(clip({ id: "c2", from: T0 + 4000, to: T0 + 15_000 }));
    lists.putClip(clip({ id: "c3", from: T0 + 30_000, to: T0 + 31_000, source: "yard" }));
    const strips = activity.strip({ from: T0, to: T0 + 40_000, points: 4 }, T0 + DAY);
    expect(strips.map(({ source, clips }) => [source, clips])).toEqual([
      ["gate", [1, 0.5, 0, 0]],
      ["yard", [0, 0, 0, 0.1]],
    ]);
  });
});

describe("readings", () => {
  const values = (count: number, step: number): Reading[] =>
    Array.from({ length: count }, (_, n) => reading({ at: T0 + n * step, value: n }));

  test("a fine span shows single values, a long one minutes, hours and days", () => {
    const { db, readings } = tables();
    const all = values(2 * 1440, MINUTE);
    db.transaction(() => readings.put(all));
    db.transaction(() => readings.rollUp(T0 + 2 * DAY + HOUR));
    const query = (from: number, to: number, points: number): (readonly number[])[] => {
      const [series] = readings.query({ names: ["fps"], from, to, points });
      if (series === undefined) throw new Error("expected a series");
      return [series.at, series.mean.map((value) => value ?? -1)];
    };
    expect(query(T0, T0 + 3 * MINUTE, 180)).toEqual([
      [T0, T0 + MINUTE, T0 + 2 * MINUTE],
      [0, 1, 2],
    ]);
    const hours = query(T0, T0 + 2 * DAY, 48);
    expect(hours[0]).toEqual(Array.from({ length: 48 }, (_, n) => T0 + n * HOUR));
    expect(hours[1]).toEqual(Array.from({ length: 48 }, (_, n) => n * 60 + 29.5));
    expect(query(T0, T0 + 2 * DAY, 2)).toEqual([
      [T0, T0 + DAY],
      [719.5, 2159.5],
    ]);
  });

  test("sums up in any order, with late values and values of yesterday, to the same end", () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({
          at: fc.integer({ min: 0, max: 3 * DAY }).map((ms) => T0 + ms),
          value: fc.option(fc.integer({ min: -50, max: 50 }), { nil: null }),
        }),
        fc.integer({ min: 0, max: 4 * DAY }).map((ms) => ({ roll: T0 + ms })),
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, (sequence) => {
        const { db, readings } = tables();
        const model = new Map<number, number | null>();
        let now = T0;
        for (const step of sequence) {
          if ("roll" in step) {
            now = Math.max(now, step.roll);
            db.transaction(() => readings.rollUp(now));
            continue;
          }
          db.transaction(() => readings.put([reading(step)]));
          if (!model.has(step.at)) model.set(step.at, step.value);
        }
        db.transaction(() => readings.rollUp(T0 + 5 * DAY));
        for (const level of [MINUTE, HOUR, DAY]) {
          const sums = new Map<number, { count: number; sum: number }>();
          for (const [at, value] of model) {
            const slot = Math.floor(at / level);
            const entry = sums.get(slot) ?? { count: 0, sum: 0 };
            if (value !== null) {
              entry.count++;
              entry.sum += value;
            }
            sums.set(slot, entry);
          }
          const rows = db
            .all("SELECT slot, count, sum FROM rollups WHERE level = ?", level)
            .map(({ slot, count, sum }) => [slot, { count, sum }]);
          expect(new Map(rows as [number, { count: number; sum: number }][])).toEqual(sums);
        }
      }),
      { numRuns: 100 },
    );
  });

  test("what is no longer there in full comes from sums", () => {
    const { db, readings } = tables();
    db.transaction(() => readings.put(values(240, MINUTE)));
    db.transaction(() => readings.rollUp(T0 + 4 * HOUR));
    while (db.transaction(() => readings.deleteRaw(T0 + 2 * HOUR, 50)) > 0);
    while (db.transaction(() => readings.deleteRollups(MINUTE, T0 + HOUR, 50)) > 0);
    const [series] = readings.query({
      names: ["fps"],
      from: T0,
      to: T0 + 4 * HOUR,
      points: 2000,
    });
    expect(series?.at[0]).toBe(T0);
    // One hour as a whole, and the other three by minutes (from sums and from single values).
    expect(series?.mean.filter((value) => value !== null)).toHaveLength(1 + 180);
    expect(series?.mean[0]).toBe(29.5);
  });

  test("a gap breaks the line; bad values count as missing", () => {
    const { db, readings } = tables();
    db.transaction(() =>
      readings.put([
        ...values(10, 1000),
        ...values(10, 1000).map((one) => ({ ...one, at: one.at + 60_000 })),
        reading({ at: T0 + 70_000, value: 1e9, quality: "bad" }),
        reading({ name: "cpu", at: T0, value: Number.NaN }),
      ]),
    );
    const [series, other] = readings.query({
      names: [],
      from: T0,
      to: T0 + 80_000,
      points: 80,
    });
    expect(series?.mean).toHaveLength(10 + 1 + 10 + 1);
    expect(series?.mean[10]).toBeNull();
    expect(series?.mean.at(-1)).toBeNull();
    expect(other?.mean).toEqual([null]);
  });
});
