/** What detectors have in common when they become bytes and come back. */

import {
  arrayPart,
  jsonPart,
  type Parts,
  packParts,
  readDoubles,
  readJson,
  unpackParts,
} from "../container.ts";
import { DetectionError, wrong } from "./errors.ts";
import { DETECTOR_KINDS, type DetectorKind } from "./types.ts";

/** What every detector writes down of itself. */
export type DetectorHeader = {
  readonly kind: DetectorKind;
  readonly names: readonly string[];
  readonly sensors: readonly string[];
  /** Columns that it uses. */
  readonly columns: readonly number[];
};

/** A detector in bytes. */
export function packDetector(
  header: DetectorHeader & Readonly<Record<string, unknown>>,
  numbers: Readonly<Record<string, Float64Array | Float32Array>>,
): Uint8Array<ArrayBuffer> {
  const parts: Record<string, Uint8Array> = { detector: jsonPart(header) };
  for (const [name, list] of Object.entries(numbers)) {
    parts[name] = arrayPart(Float64Array.from(list));
  }
  return packParts(parts);
}

/** A detector's header and numbers, checked as far as they are common to all. */
export type Unpacked = {
  readonly header: DetectorHeader & Readonly<Record<string, unknown>>;
  /** Finite numbers by name. @throws DetectionError if there are not exactly `length`. */
  readonly numbers: (name: string, length: number) => Float64Array<ArrayBuffer>;
  /** A whole number of the header. @throws DetectionError if it is not from `least` to `most`. */
  readonly whole: (name: string, least: number, most: number) => number;
};

/** @throws DetectionError for bytes that no detector wrote. */
export function unpackDetector(bytes: Uint8Array): Unpacked {
  const [parts, header] = readHeader(bytes);
  const { names, sensors, columns } = header;
  const texts = (list: unknown): list is string[] =>
    Array.isArray(list) && list.every((item) => typeof item === "string");
  if (!DETECTOR_KINDS.includes(header.kind)) throw wrong("a known kind", header.kind, "bytes");
  if (!texts(names) || !texts(sensors) || names.length !== sensors.length) {
    throw wrong("a sensor for each column", sensors, "bytes");
  }
  const places =
    Array.isArray(columns) &&
    columns.length > 0 &&
    columns.every((c) => Number.isInteger(c) && c >= 0 && c < names.length);
  if (!places) throw wrong("places of columns", columns, "bytes");
  return {
    header,
    numbers: (name, length) => {
      const part = Object.hasOwn(parts, name) ? parts[name] : undefined;
      if (part?.length !== 8 * length) {
        throw wrong(`${length} numbers`, (part?.length ?? 0) / 8, `bytes, ${name}`);
      }
      const list = readDoubles(part) as Float64Array<ArrayBuffer>;
      if (!list.every(Number.isFinite)) throw wrong("finite numbers", "others", `bytes, ${name}`);
      return list;
    },
    whole: (name, least, most) => {
      const value = header[name];
      if (!(Number.isInteger(value) && Number(value) >= least && Number(value) <= most)) {
        throw wrong(`a whole number from ${least} to ${most}`, value, `bytes, ${name}`);
      }
      return Number(value);
    },
  };
}

function readHeader(bytes: Uint8Array): [Parts, Unpacked["header"]] {
  try {
    const parts = unpackParts(bytes, "a detector");
    const header = readJson<Unpacked["header"] | null>(parts, "detector");
    if (typeof header === "object" && header !== null) return [parts, header];
  } catch (cause) {
    throw new DetectionError(
      `detection: bytes: expected a detector, got ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
  throw wrong("a detector", "another document", "bytes");
}
