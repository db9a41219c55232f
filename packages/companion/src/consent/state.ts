/** The kernel's text in storage: written whole, and read as something that anybody may have edited. */

import { NOTICE_VERSION } from "./notices.ts";
import {
  type Grant,
  PURPOSES,
  type Purpose,
  SENSORS,
  SETTINGS,
  type Sensor,
  type Setting,
} from "./types.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Longest grant per sensor in milliseconds: a week for what is worn, four hours for what also sees or hears others. */
export const LONGEST_GRANTS: Readonly<Record<Sensor, number>> = {
  heart: 7 * 24 * HOUR_MS,
  skin: 7 * 24 * HOUR_MS,
  camera: 4 * HOUR_MS,
  microphone: 4 * HOUR_MS,
};

/** Characters of the longest text that is read; a real one has a few hundred. */
const LONGEST_TEXT = 100_000;

/** What is kept between visits. */
export type ConsentState = {
  /** A stricter setting under which this storage was once opened; it stays. */
  locked: Exclude<Setting, "private"> | null;
  /** The kernel's own time when it was written, in milliseconds since 1970; it never runs backwards. */
  time: number;
  /** What the clock said then, in milliseconds since 1970. */
  clock: number;
  /** Permissions; at most one per sensor and purpose. */
  grants: readonly Grant[];
};

/** Nothing granted, nothing locked. */
export function emptyState(): ConsentState {
  return { locked: null, time: 0, clock: 0, grants: [] };
}

/** The text of a state. */
export function writeState(state: ConsentState): string {
  return JSON.stringify({ version: 1, ...state });
}

/**
 * The state in a text. Whatever is not exactly what the kernel itself would write counts as not granted: one bad grant
 * is left out, a text that is no state is an empty one. The lock is kept wherever it can be read at all.
 */
export function readState(text: string | null): ConsentState {
  const empty = emptyState();
  if (text === null || text.length > LONGEST_TEXT) return empty;
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return empty;
  }
  if (!isRecord(raw)) return empty;
  const locked = SETTINGS.find((setting) => setting === raw.locked);
  empty.locked = locked === undefined || locked === "private" ? null : locked;
  const { time, clock, grants } = raw;
  if (raw.version !== 1 || !isTime(time) || !isTime(clock) || !Array.isArray(grants)) {
    return empty;
  }
  const seen = new Map<string, Grant>();
  for (const entry of grants.slice(0, SENSORS.length * PURPOSES.length)) {
    const grant = readGrant(entry, time);
    if (grant !== null) seen.set(`${grant.sensor}/${grant.purpose}`, grant);
  }
  return { locked: empty.locked, time, clock, grants: [...seen.values()] };
}

function readGrant(entry: unknown, time: number): Grant | null {
  if (!isRecord(entry)) return null;
  const sensor = isSensor(entry.sensor) ? entry.sensor : null;
  const purpose = isPurpose(entry.purpose) ? entry.purpose : null;
  const { from, until, notice } = entry;
  if (sensor === null || purpose === null || !isTime(from) || !isTime(until)) return null;
  // A grant from the future would outlast the longest one that can be given.
  if (from > time || until <= from || until - from > LONGEST_GRANTS[sensor]) return null;
  // What was read then is not what is done now: it has to be asked again.
  if (notice !== NOTICE_VERSION) return null;
  return { sensor, purpose, from, until, notice };
}

/** Whether a value is one of the sensors. */
export function isSensor(value: unknown): value is Sensor {
  return SENSORS.some((sensor) => sensor === value);
}

/** Whether a value is one of the purposes. */
export function isPurpose(value: unknown): value is Purpose {
  return PURPOSES.some((purpose) => purpose === value);
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
