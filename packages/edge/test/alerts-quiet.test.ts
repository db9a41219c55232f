import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { quietUntil } from "../src/alerts/quiet.ts";
import type { QuietHours } from "../src/config/types.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAILY = [0, 1, 2, 3, 4, 5, 6];
const NIGHT: QuietHours[] = [{ from: 22 * 60, to: 7 * 60, days: DAILY }];

const before = process.env.TZ;
afterEach(() => {
  if (before === undefined) delete process.env.TZ;
  else process.env.TZ = before;
});

/** A moment given in local time of a zone, with its offset; checks that the process really keeps that zone. */
function at(zone: string, iso: string): number {
  process.env.TZ = zone;
  const moment = Date.parse(iso);
  const [, hour, minute] = /T(\d\d):(\d\d)/.exec(iso) ?? [];
  const local = new Date(moment);
  expect([local.getHours(), local.getMinutes()]).toEqual([Number(hour), Number(minute)]);
  return moment;
}

describe("a night in Berlin", () => {
  const zone = "Europe/Berlin";

  test("begins in the evening and ends in the morning", () => {
    expect(quietUntil(NIGHT, at(zone, "2026-05-04T21:59:59+02:00"))).toBeNull();
    const end = at(zone, "2026-05-05T07:00:00+02:00");
    expect(quietUntil(NIGHT, at(zone, "2026-05-04T22:00:00+02:00"))).toBe(end);
    expect(quietUntil(NIGHT, at(zone, "2026-05-05T00:00:00+02:00"))).toBe(end);
    expect(quietUntil(NIGHT, end - 1)).toBe(end);
    expect(quietUntil(NIGHT, end)).toBeNull();
  });

  test("is an hour shorter when the clocks go forward, an hour longer when they go back", () => {
    const spring = at(zone, "2026-03-28T22:00:00+01:00");
    expect(quietUntil(NIGHT, spring)).toBe(at(zone, "2026-03-29T07:00:00+02:00"));
    expect((quietUntil(NIGHT, spring) ?? 0) - spring).toBe(8 * HOUR);
    const autumn = at(zone, "2026-10-24T22:00:00+02:00");
    expect(quietUntil(NIGHT, autumn)).toBe(at(zone, "2026-10-25T07:00:00+01:00"));
    expect((quietUntil(NIGHT, autumn) ?? 0) - autumn).toBe(10 * HOUR);
    // The hour that comes twice is quiet both times.
    for (const offset of ["+02:00", "+01:00"]) {
      expect(quietUntil(NIGHT, at(zone, `2026-10-25T02:30:00${offset}`))).not.toBeNull();
    }
  });

  test("with a limit in the hour that is skipped or comes twice is as long as any other", () => {
    const early: QuietHours[] = [{ from: 22 * 60, to: 2 * 60 + 30, days: DAILY }];
    for (const evening of ["2026-03-28T22:00:00+01:00", "2026-10-24T22:00:00+02:00"]) {
      const start = at(zone, evening);
      expect((quietUntil(early, start) ?? 0) - start).toBe(4.5 * HOUR);
      expect(quietUntil(early, start + 4.5 * HOUR)).toBeNull();
    }
    const inside: QuietHours[] = [{ from: 2 * 60 + 15, to: 2 * 60 + 45, days: DAILY }];
    const skipped = at(zone, "2026-03-29T01:59:00+01:00");
    expect(quietUntil(inside, skipped)).toBeNull();
    expect(quietUntil(inside, at(zone, "2026-03-29T03:20:00+02:00"))).not.toBeNull();
  });
});

test("days are those on which a span begins", () => {
  const friday: QuietHours[] = [{ from: 22 * 60, to: 6 * 60, days: [5] }];
  expect(quietUntil(friday, at("UTC", "2026-05-08T23:00:00Z"))).not.toBeNull();
  expect(quietUntil(friday, at("UTC", "2026-05-09T05:59:00Z"))).not.toBeNull();
  expect(quietUntil(friday, at("UTC", "2026-05-08T05:00:00Z"))).toBeNull();
  expect(quietUntil(friday, at("UTC", "2026-05-09T23:00:00Z"))).toBeNull();
  expect(quietUntil([{ from: 0, to: 60, days: [] }], at("UTC", "2026-05-08T00:10:00Z"))).toBeNull();
});

test("spans that touch are one, a span from a time to itself is a whole day, always is not for ever", () => {
  const parts: QuietHours[] = [
    { from: 0, to: 60, days: DAILY },
    { from: 60, to: 90, days: DAILY },
    { from: 23 * 60, to: 24 * 60, days: DAILY },
  ];
  const start = at("UTC", "2026-05-08T23:30:00Z");
  expect((quietUntil(parts, start) ?? 0) - start).toBe(2 * HOUR);
  const monday: QuietHours[] = [{ from: 8 * 60, to: 8 * 60, days: [1] }];
  const morning = at("UTC", "2026-05-04T08:00:00Z");
  expect(quietUntil(monday, morning)).toBe(morning + 24 * HOUR);
  expect(quietUntil(monday, morning - 1)).toBeNull();
  const always = quietUntil([{ from: 0, to: 0, days: DAILY }], morning) ?? 0;
  expect(always - morning).toBeGreaterThan(7 * 24 * HOUR);
  expect(Number.isFinite(always)).toBe(true);
});

describe("law: the calendar, minute by minute", () => {
  const minuteOfDay = fc.integer({ min: 0, max: 1440 });
  const span: fc.Arbitrary<QuietHours> = fc.record({
    from: fc.integer({ min: 0, max: 1439 }),
    to: minuteOfDay,
    days: fc.uniqueArray(fc.integer({ min: 0, max: 6 })),
  });

  /** What the words say where no clock is set: the day and minute on the wall, yesterday's spans included. */
  function isQuiet(quiet: readonly QuietHours[], moment: number): boolean {
    const date = new Date(moment);
    const minute = date.getUTCHours() * 60 + date.getUTCMinutes();
    const today = date.getUTCDay();
    return quiet.some(({ from, to, days }) => {
      const begun = days.includes(today) && minute >= from;
      if (from < to) return begun && minute < to;
      return begun || (days.includes((today + 6) % 7) && minute < to);
    });
  }

  test("agrees where no clock is set, and the end is the first moment that is not quiet", () => {
    process.env.TZ = "UTC";
    fc.assert(
      fc.property(fc.array(span, { maxLength: 3 }), fc.nat(14 * 1440), (quiet, minutes) => {
        const moment = Date.UTC(2026, 4, 3) + minutes * MINUTE;
        const until = quietUntil(quiet, moment);
        expect(until !== null).toBe(isQuiet(quiet, moment));
        if (until === null || until - moment >= 8 * 24 * HOUR) return;
        expect(isQuiet(quiet, until)).toBe(false);
        for (let at = moment; at < until; at += MINUTE) {
          if (!isQuiet(quiet, at)) throw new Error(`not quiet at ${new Date(at).toISOString()}`);
        }
      }),
      { numRuns: 100 },
    );
  });

  test("holds in zones with odd offsets, on the days when clocks are set", () => {
    for (const zone of [
      "Australia/Lord_Howe",
      "America/New_York",
      "Asia/Kathmandu",
      "America/St_Johns",
    ]) {
      process.env.TZ = zone;
      for (let hour = 0; hour < 366 * 24; hour += 1) {
        const moment = Date.UTC(2026, 0, 1) + hour * HOUR + 17 * MINUTE;
        const until = quietUntil(NIGHT, moment);
        const local = new Date(moment).getHours();
        expect(until !== null).toBe(local >= 22 || local < 7);
        if (until !== null) expect(new Date(until).getHours()).toBe(7);
      }
    }
  });
});
