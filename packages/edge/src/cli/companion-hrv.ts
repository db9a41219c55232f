/** `symbion companion hrv`: heart-rate variability of a recording (Task Force 1996), or why there is none. */

import { createReadStream, readFileSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import {
  beatRuns,
  type FrequencyDomain,
  heartRateVariability,
  readAppleHealth,
  readBeatText,
  readPolarHrm,
  type TimeDomain,
  timeDomain,
  type Variability,
} from "@symbion/companion";
import { UsageError } from "@symbion/core";

/** Options of `symbion companion hrv`. */
export type HrvOptions = { readonly asIs?: true; readonly json?: true };

/** Largest text of intervals, bytes: a week of beats has far less. */
const MOST_BYTES = 64 << 20;

/** Prints the measures. Resolves with 2 where the recording carries none. Throws `UsageError` for what is no recording. */
export async function hrvCommand(file: string, options: HrvOptions): Promise<number> {
  const size = sizeOf(file);
  if (await isHealthExport(file)) return await healthCommand(file, options);
  if (size > MOST_BYTES) {
    throw new UsageError(`${file}: expected at most ${MOST_BYTES} bytes of intervals, got ${size}`);
  }
  const text = readFileSync(file, "utf8");
  const intervals = /\.hrm$/i.test(file) ? readPolarHrm(text, file) : readBeatText(text, file);
  const found = options.asIs ? asItIs(intervals) : heartRateVariability(intervals);
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ file, intervals: intervals.length, ...found })}\n`);
  } else process.stdout.write(`${textOf(file, intervals.length, found)}\n`);
  return found.time === null ? 2 : 0;
}

/** The intervals as somebody else has cleaned them. */
function asItIs(intervals: Float64Array): Variability {
  const time = timeDomain(intervals);
  const quality = {
    usable: time !== null,
    score: 1,
    why: time === null ? "too few intervals" : "",
  };
  return { quality, corrected: 0, time, welch: null, lomb: null };
}

async function healthCommand(file: string, options: HrvOptions): Promise<number> {
  const records: object[] = [];
  const bytes = createReadStream(file);
  const lines: string[] = [];
  let usable = 0;
  for await (const record of readAppleHealth(bytes, { kinds: ["variability"] })) {
    const runs = beatRuns(record.beats);
    const longest = runs.reduce<number[]>(
      (most, run) => (run.length > most.length ? run : most),
      [],
    );
    const time = longest.length < 2 ? null : timeDomain(longest);
    if (time !== null) usable++;
    const at = new Date(record.start).toISOString();
    records.push({
      at,
      source: record.source,
      sdnnOfWatch: record.value,
      beats: record.beats.length,
      time,
    });
    lines.push(
      `${at}  ${record.source}  SDNN ${record.value.toFixed(1)} ms by the watch; ${time === null ? "no beats in it" : `${time.count} beats, RMSSD ${time.rmssd.toFixed(1)} ms`}`,
    );
  }
  if (records.length === 0) {
    throw new UsageError(`${file}: expected records of heart-rate variability, got none`);
  }
  process.stdout.write(
    options.json ? `${JSON.stringify({ file, records })}\n` : `${lines.join("\n")}\n`,
  );
  return usable > 0 ? 0 : 2;
}

async function isHealthExport(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(512), 0, 512, 0);
    const head = buffer.subarray(0, bytesRead).toString("latin1");
    return head.startsWith("PK") || /<\?xml|<!DOCTYPE HealthData|<HealthData/.test(head);
  } finally {
    await handle.close();
  }
}

function sizeOf(file: string): number {
  try {
    const stat = statSync(file);
    if (stat.isFile()) return stat.size;
  } catch {
    throw new UsageError(`${file}: expected a recording, got no such file`);
  }
  throw new UsageError(`${file}: expected a recording, got no file`);
}

function textOf(file: string, count: number, found: Variability): string {
  const { quality, corrected, time, welch, lomb } = found;
  if (time === null) return `${file}: ${count} intervals: ${quality.why}`;
  return [
    `${file}: ${count} intervals, ${(100 * corrected).toFixed(1)} % replaced`,
    ...timeLines(time),
    ...(welch === null ? [] : [`Welch   ${bandsOf(welch)}`]),
    ...(lomb === null ? [] : [`Lomb    ${bandsOf(lomb)}`]),
  ].join("\n");
}

function timeLines(time: TimeDomain): string[] {
  const rows: readonly (readonly [string, number, string])[] = [
    ["mean", time.meanMs, "ms"],
    ["rate", time.heartRate, "1/min"],
    ["SDNN", time.sdnn, "ms"],
    ["RMSSD", time.rmssd, "ms"],
    ["SDSD", time.sdsd, "ms"],
    ["NN50", time.nn50, ""],
    ["pNN50", time.pnn50, "%"],
  ];
  return rows.map(([name, value, unit]) =>
    `${name.padEnd(8)}${value.toFixed(3)} ${unit}`.trimEnd(),
  );
}

function bandsOf({ vlf, lf, hf, ratio, why }: FrequencyDomain): string {
  const shown = (value: number | null): string => (value === null ? "–" : value.toFixed(1));
  const bands = `VLF ${shown(vlf)}  LF ${shown(lf)}  HF ${shown(hf)} ms²  LF/HF ${ratio === null ? "–" : ratio.toFixed(2)}`;
  return why === "" ? bands : `${bands}  (${why})`;
}
