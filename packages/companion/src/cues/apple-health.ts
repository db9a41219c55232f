/** Heart records of an Apple Health export, streamed: the XML of a few years has gigabytes and is never held. */

import { UsageError } from "@symbion/core";
import { SaxesParser, type SaxesTagPlain } from "saxes";
import { xmlOfExport } from "./health-archive.ts";

/** What a record measures. */
export type HealthKind = "heart-rate" | "variability" | "oxygen";

/** A beat of a variability record. */
export type HealthBeat = {
  /** Seconds from the first beat of the record. */
  readonly at: number;
  /** Instantaneous beats per minute; 60,000 over it is the interval in milliseconds. */
  readonly beatsPerMinute: number;
};

/** A record of the export. */
export type HealthRecord = {
  /** What it measures. */
  readonly kind: HealthKind;
  /** Device or app that wrote it. */
  readonly source: string;
  /** Milliseconds since 1970. */
  readonly start: number;
  /** Milliseconds since 1970. */
  readonly end: number;
  /** Minutes east of Greenwich of the export's times; where the day's midnight lies. */
  readonly offsetMinutes: number;
  /** Beats per minute; SDNN in milliseconds; oxygen saturation as a share of 1. */
  readonly value: number;
  /** Beats that a variability record was made of; empty elsewhere. */
  readonly beats: readonly HealthBeat[];
};

/** What was read and what was left out. */
export type HealthSummary = {
  /** Records given. */
  readonly records: number;
  /** Records of these kinds that could not be read. */
  readonly skipped: number;
  /** Records left out because another source had written the same value for the same time. */
  readonly duplicates: number;
  /** Records given per source. */
  readonly sources: ReadonlyMap<string, number>;
};

/** What is read. */
export type HealthOptions = {
  /** Kinds to give; all where left out. */
  readonly kinds?: readonly HealthKind[];
  /** Names of the sources to give; all where left out. */
  readonly sources?: readonly string[];
};

const KINDS: ReadonlyMap<string, HealthKind> = new Map([
  ["HKQuantityTypeIdentifierHeartRate", "heart-rate"],
  ["HKQuantityTypeIdentifierHeartRateVariabilitySDNN", "variability"],
  ["HKQuantityTypeIdentifierOxygenSaturation", "oxygen"],
]);

/** Records whose times are remembered for finding the same one of another source. */
const REMEMBERED = 200_000;
/** Most beats of one record; Apple's have about sixty. */
const MOST_BEATS = 10_000;
/** Characters without any tag after which the file is given up. */
const LONGEST_SILENCE = 4_000_000;
const MOST_SOURCES = 1000;

/**
 * Reads the bytes of `export.zip`, or of the `export.xml` inside it, piece by piece. Gives records in the file's order and
 * returns the summary. Times carry their offset from UTC, so a journey or a change to summer time moves nothing. A value
 * that two sources wrote for the same times is given once, from whichever came first.
 *
 * @throws UsageError where the bytes are no such export, or end before it does; records before that were given.
 */
export async function* readAppleHealth(
  bytes: AsyncIterable<Uint8Array>,
  options: HealthOptions = {},
): AsyncGenerator<HealthRecord, HealthSummary, void> {
  const reader = new HealthReader(options);
  for await (const text of xmlOfExport(bytes)) {
    reader.write(text);
    yield* reader.take();
  }
  reader.end();
  yield* reader.take();
  return reader.summary();
}

type OpenRecord = Omit<HealthRecord, "beats"> & { readonly beats: HealthBeat[] };

class HealthReader {
  readonly #parser = new SaxesParser({ xmlns: false, position: true });
  readonly #options: HealthOptions;
  readonly #seen = new Set<string>();
  readonly #sources = new Map<string, number>();
  #ready: HealthRecord[] = [];
  #open: OpenRecord | null = null;
  #firstBeat: number | null = null;
  #depth = 0;
  #silence = 0;
  #records = 0;
  #skipped = 0;
  #duplicates = 0;
  #finished = false;

  constructor(options: HealthOptions) {
    this.#options = options;
    this.#parser.on("error", (error) => {
      throw new UsageError(`Apple Health export: expected well-formed XML, got ${error.message}`);
    });
    this.#parser.on("opentag", (tag) => this.#opened(tag));
    this.#parser.on("closetag", (tag) => this.#closed(tag.name));
  }

  write(text: string): void {
    this.#silence += text.length;
    if (this.#silence > LONGEST_SILENCE) {
      throw new UsageError(
        `Apple Health export: expected a tag within ${LONGEST_SILENCE} characters, got none`,
      );
    }
    this.#parser.write(text);
  }

  take(): HealthRecord[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  end(): void {
    if (!this.#finished) {
      throw new UsageError("Apple Health export: expected </HealthData>, got the end of the file");
    }
    this.#parser.close();
  }

  summary(): HealthSummary {
    return {
      records: this.#records,
      skipped: this.#skipped,
      duplicates: this.#duplicates,
      sources: this.#sources,
    };
  }

  #opened(tag: SaxesTagPlain): void {
    this.#silence = 0;
    const depth = this.#depth++;
    if (depth === 0) {
      if (tag.name !== "HealthData") {
        throw new UsageError(
          `Apple Health export: expected <HealthData>, got <${tag.name.slice(0, 40)}>`,
        );
      }
      return;
    }
    if (tag.name === "Record" && depth === 1) this.#start(tag.attributes);
    else if (tag.name === "InstantaneousBeatsPerMinute" && this.#open !== null) {
      this.#beat(this.#open, tag.attributes);
    }
  }

  #closed(name: string): void {
    this.#silence = 0;
    this.#depth--;
    if (this.#depth === 0) this.#finished = true;
    if (name !== "Record" || this.#depth !== 1 || this.#open === null) return;
    const record = this.#open;
    this.#open = null;
    const key = `${record.kind}/${record.start}/${record.end}/${record.value}`;
    if (this.#seen.has(key)) {
      this.#duplicates++;
      return;
    }
    this.#seen.add(key);
    if (this.#seen.size > REMEMBERED) {
      for (const oldest of this.#seen) {
        this.#seen.delete(oldest);
        break;
      }
    }
    this.#records++;
    const { source } = record;
    if (this.#sources.has(source) || this.#sources.size < MOST_SOURCES) {
      this.#sources.set(source, (this.#sources.get(source) ?? 0) + 1);
    }
    this.#ready.push(record);
  }

  #start(attributes: Readonly<Record<string, string>>): void {
    this.#open = null;
    this.#firstBeat = null;
    const kind = KINDS.get(attributes.type ?? "");
    if (kind === undefined || this.#options.kinds?.includes(kind) === false) return;
    const source = (attributes.sourceName ?? "").slice(0, 200);
    if (this.#options.sources?.includes(source) === false) return;
    const start = parseHealthTime(attributes.startDate ?? "");
    const end = parseHealthTime(attributes.endDate ?? "");
    const value = quantityOf(kind, attributes.value ?? "", attributes.unit ?? "");
    if (start === null || end === null || end.at < start.at || value === null) {
      this.#skipped++;
      return;
    }
    this.#open = {
      kind,
      source,
      start: start.at,
      end: end.at,
      offsetMinutes: start.offsetMinutes,
      value,
      beats: [],
    };
  }

  #beat(record: OpenRecord, attributes: Readonly<Record<string, string>>): void {
    const beatsPerMinute = Number(attributes.bpm);
    const time = parseBeatTime(attributes.time ?? "");
    if (!(beatsPerMinute > 0) || time === null || record.beats.length >= MOST_BEATS) return;
    this.#firstBeat ??= time;
    // Times of day only: a record over midnight starts anew at 0.
    const at = (time - this.#firstBeat + 86_400) % 86_400;
    record.beats.push({ at, beatsPerMinute });
  }
}

/**
 * Intervals in milliseconds of a record's beats, in runs: a beat that the watch left out ends one, because the difference
 * across it would be no difference between neighbours.
 */
export function beatRuns(beats: readonly HealthBeat[]): number[][] {
  const runs: number[][] = [];
  let run: number[] = [];
  for (let i = 0; i < beats.length; i++) {
    const interval = 60_000 / beats[i].beatsPerMinute;
    const passed = i === 0 ? 0 : (beats[i].at - beats[i - 1].at) * 1000;
    if (i > 0 && passed > 1.5 * interval) {
      runs.push(run);
      run = [];
    }
    run.push(interval);
  }
  if (run.length > 0) runs.push(run);
  return runs;
}

/** A time such as `2024-03-31 02:30:00 +0200`, or null. */
export function parseHealthTime(
  text: string,
): { readonly at: number; readonly offsetMinutes: number } | null {
  const parts =
    /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.\d{1,9})? ([+-])(\d\d):?(\d\d)$/.exec(text);
  if (parts === null) return null;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number);
  const offset = (parts[7] === "-" ? -1 : 1) * (Number(parts[8]) * 60 + Number(parts[9]));
  const utc = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = new Date(utc);
  // Date.UTC turns 31 February into March; a date that does not come back the same is none.
  if (back.getUTCMonth() !== month - 1 || back.getUTCDate() !== day || hour > 23 || minute > 59) {
    return null;
  }
  return { at: utc - offset * 60_000, offsetMinutes: offset };
}

/** Seconds since midnight of a time such as `10:32:15,45` or `7:47:41.93 PM`, or null. */
function parseBeatTime(text: string): number | null {
  const parts =
    /^(\d{1,2})[:.](\d\d)[:.](\d\d)(?:[.,](\d{1,6}))?(?:\s?([AaPp])\.?\s?[Mm]\.?)?$/.exec(
      text.trim(),
    );
  if (parts === null) return null;
  let hour = Number(parts[1]);
  const half = parts[5]?.toLowerCase();
  if (half !== undefined) hour = (hour % 12) + (half === "p" ? 12 : 0);
  const fraction = parts[4] === undefined ? 0 : Number(`0.${parts[4]}`);
  return hour * 3600 + Number(parts[2]) * 60 + Number(parts[3]) + fraction;
}

function quantityOf(kind: HealthKind, text: string, unit: string): number | null {
  if (text.trim() === "") return null;
  const value = Number(text);
  if (!(value > 0 && value < 1e6)) return null;
  if (kind === "heart-rate") {
    if (unit === "count/min") return value;
    return unit === "count/s" || unit === "Hz" ? value * 60 : null;
  }
  if (kind === "variability") {
    if (unit === "ms") return value;
    return unit === "s" ? value * 1000 : null;
  }
  // The unit says "%" in either case: exports hold 0.97 as well as 97.
  const share = value > 1 ? value / 100 : value;
  return unit === "%" && share <= 1 ? share : null;
}
