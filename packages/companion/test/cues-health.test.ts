import { UsageError } from "@symbion/core";
import { zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import {
  beatRuns,
  type HealthOptions,
  type HealthRecord,
  type HealthSummary,
  parseHealthTime,
  readAppleHealth,
} from "../src/cues/apple-health.ts";

const HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!ELEMENT HealthData (ExportDate,Me,(Record|Workout)*)>
<!ATTLIST Record type CDATA #REQUIRED>
]>
<HealthData locale="it_IT"><ExportDate value="2024-04-01 10:00:00 +0200"/>`;

function record(
  kind: string,
  unit: string,
  value: string,
  more: Record<string, string> = {},
): string {
  const { source = "Watch", start = "2024-03-30 10:00:00 +0100", end = start, inner = "" } = more;
  return `<Record type="HKQuantityTypeIdentifier${kind}" sourceName="${source}" unit="${unit}" startDate="${start}" endDate="${end}" value="${value}">${inner}</Record>`;
}

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array, void, void> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.slice(from, from + size);
}

async function read(
  bytes: Uint8Array | string,
  size = 1000,
  options: HealthOptions = {},
): Promise<{ records: HealthRecord[]; summary: HealthSummary }> {
  const raw = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
  const records: HealthRecord[] = [];
  const reader = readAppleHealth(pieces(raw, size), options);
  for (;;) {
    const { done, value } = await reader.next();
    if (done === true) return { records, summary: value };
    records.push(value);
  }
}

const BEATS =
  '<HeartRateVariabilityMetadataList><InstantaneousBeatsPerMinute bpm="60" time="23:59:59,50"/><InstantaneousBeatsPerMinute bpm="75" time="0:00:00,30"/><InstantaneousBeatsPerMinute bpm="60" time="0:00:03,30"/><InstantaneousBeatsPerMinute bpm="-" time="0:00:04,30"/></HeartRateVariabilityMetadataList>';

const SAMPLE = `${HEAD}${record("HeartRate", "count/min", "62")}${record("StepCount", "count", "10")}${record(
  "HeartRateVariabilitySDNN",
  "ms",
  "43.5",
  { source: "Lucia&apos;s Watch", inner: BEATS },
)}${record("OxygenSaturation", "%", "0.97")}${record("OxygenSaturation", "%", "96", { source: "Other" })}${record("HeartRate", "count/s", "1")}</HealthData>`;

describe("Apple Health export", () => {
  test("reads the file and the archive alike, in pieces of any size", async () => {
    const plain = await read(SAMPLE);
    const raw = new TextEncoder().encode(SAMPLE);
    const archive = zipSync({
      "apple_health_export/export_cda.xml": new TextEncoder().encode("<ClinicalDocument/>"),
      "apple_health_export/esportazione.xml": raw,
      "apple_health_export/workout-routes/route.gpx": new TextEncoder().encode("<gpx/>"),
    });
    for (const size of [1, 7, 1000, 1_000_000]) {
      expect((await read(archive, size)).records).toEqual(plain.records);
      expect((await read(raw, size)).records).toEqual(plain.records);
    }
    expect(plain.records.map(({ kind, source, value }) => [kind, source, value])).toEqual([
      ["heart-rate", "Watch", 62],
      ["variability", "Lucia's Watch", 43.5],
      ["oxygen", "Watch", 0.97],
      ["oxygen", "Other", 0.96],
      ["heart-rate", "Watch", 60],
    ]);
    expect(plain.summary).toMatchObject({ records: 5, skipped: 0, duplicates: 0 });
    expect(plain.summary.sources.get("Watch")).toBe(3);
  });

  test("gives beats over midnight, and cuts runs where the watch left beats out", async () => {
    const { records } = await read(SAMPLE, 1000, { kinds: ["variability"] });
    const beats = records[0]?.beats ?? [];
    expect(beats.map(({ at }) => Math.round(at * 100) / 100)).toEqual([0, 0.8, 3.8]);
    expect(beatRuns(beats)).toEqual([[1000, 800], [1000]]);
  });

  test("keeps the instant across time zones and summer time", () => {
    const before = parseHealthTime("2024-03-31 01:59:59 +0100");
    const after = parseHealthTime("2024-03-31 03:00:00 +0200");
    expect((after?.at ?? 0) - (before?.at ?? 0)).toBe(1000);
    expect(parseHealthTime("2024-01-01 00:00:00 -0330")).toEqual({
      at: Date.parse("2024-01-01T03:30:00Z"),
      offsetMinutes: -210,
    });
    for (const text of [
      "",
      "2024-02-30 10:00:00 +0100",
      "2024-01-01",
      "2024-01-01 25:00:00 +0000",
    ]) {
      expect(parseHealthTime(text)).toBeNull();
    }
  });

  test("gives a value that two sources wrote for one time once, and counts what it cannot read", async () => {
    const text = `${HEAD}${record("HeartRate", "count/min", "62")}${record("HeartRate", "count/min", "62", { source: "Copy" })}${record("HeartRate", "count/min", "63", { source: "Strap" })}${record("HeartRate", "furlong", "62")}${record("HeartRate", "count/min", "")}${record("HeartRate", "count/min", "70", { start: "yesterday" })}</HealthData>`;
    const { records, summary } = await read(text);
    expect(records.map(({ value }) => value)).toEqual([62, 63]);
    expect(summary).toMatchObject({ records: 2, duplicates: 1, skipped: 3 });
    expect((await read(text, 1000, { sources: ["Strap"] })).records).toHaveLength(1);
  });

  test("refuses other files, damage and a missing end with one clear line", async () => {
    const archive = zipSync({ "export.xml": new TextEncoder().encode(SAMPLE) });
    const damaged = archive.slice();
    damaged.fill(0xff, 60, 120);
    const cases: [Uint8Array | string, RegExp][] = [
      ["", /got no bytes/],
      ["{}", /got something else/],
      ["<html></html>", /expected <HealthData>, got <html>/],
      [`${HEAD}<Record`, /end of the file/],
      [SAMPLE.slice(0, -20), /end of the file/],
      [`${HEAD}<a></b></HealthData>`, /well-formed/],
      [`${HEAD}<a b="&boom;"/></HealthData>`, /well-formed/],
      [zipSync({ "photo.jpg": new Uint8Array(9) }), /without an export\.xml/],
      [damaged, /Apple Health export: expected/],
      [archive.slice(0, 200), /Apple Health export: expected/],
      [new Uint8Array([0x3c, 0xff, 0xfe]), /UTF-8/],
    ];
    for (const [bytes, why] of cases) {
      const error = await read(bytes).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(UsageError);
      expect(String(error)).toMatch(why);
    }
    await expect(read(`${HEAD}<a b="${"x".repeat(5_000_000)}"/></HealthData>`)).rejects.toThrow(
      /expected a tag within/,
    );
  });

  test("holds one piece of a long file, not the file", async () => {
    const line = new TextEncoder().encode(
      Array.from({ length: 100 }, (_, i) => record("StepCount", "count", String(i))).join("\n"),
    );
    let ahead = 0;
    async function* endless(): AsyncGenerator<Uint8Array, void, void> {
      yield new TextEncoder().encode(HEAD);
      for (let i = 0; i < 400; i++) {
        ahead++;
        yield line;
        if (i % 100 === 99) {
          const start = `2024-03-30 10:0${(i / 100) | 0}:00 +0100`;
          yield new TextEncoder().encode(record("HeartRate", "count/min", "62", { start }));
        }
      }
      yield new TextEncoder().encode("</HealthData>");
    }
    const seen: number[] = [];
    for await (const _ of readAppleHealth(endless())) seen.push(ahead);
    // Each record comes out before the next hundred pieces are read.
    expect(seen).toEqual([100, 200, 300, 400]);
  });
});
