/** Quantities as people write them in a configuration: lengths of time, sizes, times of day. */

/** Seconds per unit of time. Months are left out on purpose: "m" is a minute. */
const SECONDS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  sec: 1,
  secs: 1,
  second: 1,
  seconds: 1,
  m: 60,
  min: 60,
  mins: 60,
  minute: 60,
  minutes: 60,
  h: 3600,
  hr: 3600,
  hrs: 3600,
  hour: 3600,
  hours: 3600,
  d: 86_400,
  day: 86_400,
  days: 86_400,
  w: 604_800,
  week: 604_800,
  weeks: 604_800,
  y: 31_536_000,
  year: 31_536_000,
  years: 31_536_000,
};

const BYTES: Readonly<Record<string, number>> = {
  b: 1,
  k: 1e3,
  kb: 1e3,
  m: 1e6,
  mb: 1e6,
  g: 1e9,
  gb: 1e9,
  t: 1e12,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** What {@link readDuration} takes, as a regular expression for editors. */
export const DURATION_PATTERN: string =
  "^\\s*(\\d+(\\.\\d+)?\\s*(ms|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?|y|years?)\\s*)+$";

/** What {@link readSize} takes, as a regular expression for editors. */
export const SIZE_PATTERN: string =
  "^\\s*\\d+(\\.\\d+)?\\s*([KMGTkmgt]?[Bb]|[KMGTkmgt]|[KMGTkmgt]i[Bb])\\s*$";

/**
 * Seconds of "30 s", "5 min", "1 h 30 min", "7 d" (units from ms to years of 365 days, spaces are optional) or of a
 * plain number of seconds; undefined for anything else, negative and infinite numbers among it.
 */
export function readDuration(value: unknown): number | undefined {
  if (typeof value === "number") return value >= 0 && Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string") return undefined;
  const text = value.trim().toLowerCase();
  if (!/^(?:\d+(?:\.\d+)?\s*[a-z]+\s*)+$/.test(text)) return undefined;
  let seconds = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/g)) {
    const factor = Object.hasOwn(SECONDS, unit ?? "") ? SECONDS[unit ?? ""] : undefined;
    if (factor === undefined) return undefined;
    // Milliseconds as a quotient: 100 * 0.001 is not 0.1.
    seconds += factor < 1 ? Number(amount) / 1000 : Number(amount) * factor;
  }
  return Number.isFinite(seconds) ? seconds : undefined;
}

/** The shortest way to write a number of seconds that {@link readDuration} reads back exactly: "30 s", "7 d". */
export function writeDuration(seconds: number): string {
  for (const [unit, factor] of [
    ["d", 86_400],
    ["h", 3600],
    ["min", 60],
  ] as const) {
    if (seconds >= factor && seconds % factor === 0) return `${seconds / factor} ${unit}`;
  }
  return `${plainNumber(seconds)} s`;
}

/** Bytes of "10 GB", "500 MB", "1 GiB" or of a plain number of bytes; undefined for anything else. */
export function readSize(value: unknown): number | undefined {
  if (typeof value === "number")
    return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  if (typeof value !== "string") return undefined;
  const parts = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/.exec(value.trim().toLowerCase());
  const unit = parts?.[2] ?? "";
  if (parts === null || !Object.hasOwn(BYTES, unit)) return undefined;
  const bytes = Math.round(Number(parts[1]) * (BYTES[unit] as number));
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Minutes of the day of "22:00", 0 to 1440 (`24:00`); undefined for anything else. */
export function readTimeOfDay(value: unknown): number | undefined {
  if (typeof value !== "string") return undefined;
  const parts = /^(\d{1,2}):(\d{2})$/.exec(value.trim());
  if (parts === null) return undefined;
  const minutes = Number(parts[1]) * 60 + Number(parts[2]);
  return Number(parts[2]) < 60 && minutes <= 1440 ? minutes : undefined;
}

/** Names of the days, 0 Sunday to 6 Saturday, as they are written. */
export const DAY_NAMES: readonly string[] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** Number of a day, 0 Sunday to 6 Saturday, from its name of three letters or more; undefined for anything else. */
export function readDay(value: unknown): number | undefined {
  if (typeof value !== "string" || value.trim().length < 3) return undefined;
  const text = value.trim().toLowerCase();
  const index = FULL_DAYS.findIndex((name) => name.startsWith(text));
  return index < 0 ? undefined : index;
}

const FULL_DAYS: readonly string[] = [
  "sunday",
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
];

/** A number without an exponent, as a configuration's reader expects it. */
function plainNumber(value: number): string {
  const text = String(value);
  return text.includes("e") ? value.toFixed(20).replace(/0+$/, "") : text;
}
