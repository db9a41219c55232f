/** Plain MQTT topics: a topic names machine and sensor, a payload is a number or a JSON object. */

import type { MachineSample, Quality } from "@symbion/core";
import type { MqttSourceConfig } from "../../config/machine-types.ts";
import { withBroker } from "./broker.ts";
import type { SourceSession } from "./source.ts";

/** Longest payload that is read, bytes; most sensors of one. */
const MOST_BYTES = 262_144;
const MOST_SENSORS = 1024;

const QUALITIES: readonly Quality[] = ["good", "uncertain", "bad", "missing"];

/** Listens to the topics of a configuration. */
export function mqttSession(config: MqttSourceConfig): SourceSession {
  const pattern = new TopicPattern(config.topic);
  return (context, signal) =>
    withBroker(
      {
        url: config.url,
        filters: [pattern.filter],
        onReady: () => context.live(),
        onMessage: (topic, payload, { retain }) => {
          const place = pattern.match(topic);
          if (place === null) return;
          const read = readPayload(place, payload, context.now(), retain);
          if ("problem" in read) context.problem(`${topic}: ${read.problem}`);
          else context.take(read.samples, config.kind);
        },
      },
      signal,
    );
}

/** Where a message comes from. */
export type TopicPlace = {
  readonly machine: string;
  /** Null where the payload names sensors. */
  readonly sensor: string | null;
};

/** A topic with `{machine}` and `{sensor}` in it. */
export class TopicPattern {
  /** The filter to subscribe to. */
  readonly filter: string;
  readonly #expression: RegExp;

  constructor(topic: string) {
    this.filter = topic
      .split("/")
      .map((level) => (/\{(?:machine|sensor)\}/.test(level) ? "+" : level))
      .join("/");
    const quoted = topic.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
    this.#expression = new RegExp(
      `^${quoted.replace("{machine}", "(?<machine>[^/]+)").replace("{sensor}", "(?<sensor>[^/]+)")}$`,
    );
  }

  /** Machine and sensor of a topic; null for one that does not fit. */
  match(topic: string): TopicPlace | null {
    const groups = this.#expression.exec(topic)?.groups;
    if (groups?.machine === undefined) return null;
    return { machine: groups.machine, sensor: groups.sensor ?? null };
  }
}

/** Values of a payload, or why there are none. */
export type ReadPayload =
  | { readonly samples: readonly MachineSample[] }
  | { readonly problem: string };

/**
 * Reads a payload: a number, or JSON: a number, null, a flag, `{value, at?, unit?, quality?}`, or (where the topic names no
 * sensor) a mapping of sensors to any of these, whose `at` holds for all.
 *
 * @param retained A broker's memory of unknown age: used only where it says itself how old it is.
 */
export function readPayload(
  place: TopicPlace,
  payload: Uint8Array,
  now: number,
  retained = false,
): ReadPayload {
  if (payload.length > MOST_BYTES) {
    return { problem: `expected at most ${MOST_BYTES} bytes, got ${payload.length}` };
  }
  const text = Buffer.from(payload).toString("utf8").trim();
  const shown = text.length > 40 ? `${text.slice(0, 37)}...` : text;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: `expected a number or JSON, got ${JSON.stringify(shown)}` };
  }
  const single = place.sensor;
  const entries: [string, unknown][] = single === null ? sensorsOf(value) : [[single, value]];
  if (entries.length === 0) {
    return { problem: `expected a mapping of sensors to values, got ${JSON.stringify(shown)}` };
  }
  const common = single === null ? momentOf(value) : null;
  if (common === undefined) return { problem: `expected a moment as "at", got another value` };
  const samples: MachineSample[] = [];
  for (const [sensor, item] of entries) {
    const sample = readValue(place.machine, sensor, item, common, now, retained);
    if (typeof sample === "string") return { problem: `${sensor}: ${sample}` };
    if (sample !== null) samples.push(sample);
  }
  return { samples };
}

function sensorsOf(value: unknown): [string, unknown][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.entries(value)
    .filter(([key]) => !MOMENTS.includes(key))
    .slice(0, MOST_SENSORS);
}

/** Names under which payloads say when. */
const MOMENTS = ["at", "timestamp", "ts", "time"];

/** Milliseconds since 1970, or a date as text; null where nothing is said, undefined where it is none. */
function momentOf(value: unknown): number | null | undefined {
  const record = value as Readonly<Record<string, unknown>>;
  const key = MOMENTS.find((name) => record[name] !== undefined && record[name] !== null);
  if (key === undefined) return null;
  const said = record[key];
  const at = typeof said === "string" ? Date.parse(said) : said;
  if (typeof at !== "number" || !(at >= 0 && at <= 8.64e15)) return undefined;
  // Seconds and milliseconds since 1970 are told apart by their size: 1e11 ms is the year 1973.
  return at < 1e11 ? at * 1000 : at;
}

/** A value as a sample; null where it is too old to be used, a text where it is none. */
function readValue(
  machine: string,
  sensor: string,
  item: unknown,
  common: number | null,
  now: number,
  retained: boolean,
): MachineSample | null | string {
  const record =
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? (item as Readonly<Record<string, unknown>>)
      : { value: item };
  const own = momentOf(record);
  if (own === undefined) return 'expected a moment as "at", got another value';
  const { value, unit = null, quality = "good" } = record;
  const number = typeof value === "boolean" ? Number(value) : value;
  if (number !== null && !(typeof number === "number" && Number.isFinite(number))) {
    return `expected a number or null, got ${JSON.stringify(value)?.slice(0, 40) ?? "nothing"}`;
  }
  if (unit !== null && typeof unit !== "string")
    return "expected a text as unit, got another value";
  if (!QUALITIES.includes(quality as Quality)) {
    return `expected one of ${QUALITIES.join(", ")} as quality, got ${JSON.stringify(quality)}`;
  }
  const at = own ?? common;
  if (at === null && retained) return null;
  return {
    ...{ machine, sensor, at: at ?? now, value: number, unit, historical: false },
    quality: number === null ? "missing" : (quality as Quality),
  };
}
