/** Payloads of Sparkplug B 3.0 (specification, 6.4): the parts that say something about machines. */

import { doubleOf, fieldsOf, floatOf, MessageWriter, PayloadError, textOf } from "./wire.ts";

/** A metric of a payload. Members that are not in the message are null. */
export type Metric = {
  /** Name; births have it, later messages may have the alias alone. */
  readonly name: string | null;
  /** Number that stands for the name. */
  readonly alias: number | null;
  /** Milliseconds since 1970. */
  readonly timestamp: number | null;
  /** Code of the data type (specification, 6.4.16); births have it. */
  readonly datatype: number | null;
  /** Whether it was stored and sent later. */
  readonly historical: boolean;
  /** Whether the source says that there is no value. */
  readonly isNull: boolean;
  /** Numbers and flags as the metric's type has them; null for what is no number, and where it is null. */
  readonly value: number | null;
  /** Unit symbol of the property `engUnit`, or null. */
  readonly unit: string | null;
  /** Code of the property `Quality`: 192 is good, 0 bad, 500 stale; null: not said. */
  readonly quality: number | null;
};

/** A payload. */
export type Payload = {
  /** Milliseconds since 1970, or null. */
  readonly timestamp: number | null;
  /** 0 to 255, or null. */
  readonly seq: number | null;
  /** In order. */
  readonly metrics: readonly Metric[];
};

/** Codes of data types, as far as numbers go (specification, 6.4.16). */
export const DATA_TYPES = {
  int8: 1,
  int16: 2,
  int32: 3,
  int64: 4,
  uint8: 5,
  uint16: 6,
  uint32: 7,
  uint64: 8,
  float: 9,
  double: 10,
  boolean: 11,
} as const;

/** Most metrics of a payload that is read. */
const MOST_METRICS = 10_000;

/**
 * Reads a payload. Throws {@link PayloadError} for bytes that are none.
 *
 * @param typeOf Data type of a metric that does not say it itself, as births have told it; null: not known.
 */
export function decodePayload(
  bytes: Uint8Array,
  typeOf: (name: string | null, alias: number | null) => number | null = () => null,
): Payload {
  let timestamp: number | null = null;
  let seq: number | null = null;
  const metrics: Metric[] = [];
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) timestamp = moment(field.value);
    else if (field.number === 3) seq = Number(field.value);
    else if (field.number === 2) {
      if (metrics.length >= MOST_METRICS) {
        throw new PayloadError(`expected at most ${MOST_METRICS} metrics, got more`);
      }
      metrics.push(decodeMetric(field.bytes, typeOf));
    }
  }
  return { timestamp, seq, metrics };
}

function decodeMetric(
  bytes: Uint8Array,
  typeOf: (name: string | null, alias: number | null) => number | null,
): Metric {
  let name: string | null = null;
  let alias: number | null = null;
  let timestamp: number | null = null;
  let datatype: number | null = null;
  let historical = false;
  let isNull = false;
  let properties: { unit: string | null; quality: number | null } = { unit: null, quality: null };
  let value: { readonly kind: "integer"; readonly bits: bigint } | number | null = null;
  for (const field of fieldsOf(bytes)) {
    switch (field.number) {
      case 1:
        name = textOf(field);
        break;
      case 2:
        alias = Number(field.value);
        break;
      case 3:
        timestamp = moment(field.value);
        break;
      case 4:
        datatype = Number(field.value);
        break;
      case 5:
        historical = field.value !== 0n;
        break;
      case 7:
        isNull = field.value !== 0n;
        break;
      case 9:
        properties = decodeProperties(field.bytes);
        break;
      case 10:
      case 11:
        value = { kind: "integer", bits: field.value };
        break;
      case 12:
        value = floatOf(field);
        break;
      case 13:
        value = doubleOf(field);
        break;
      case 14:
        value = field.value === 0n ? 0 : 1;
    }
  }
  const type = datatype ?? typeOf(name, alias);
  const number =
    value === null || isNull
      ? null
      : typeof value === "number"
        ? finite(value)
        : integer(value.bits, type);
  return { name, alias, timestamp, datatype, historical, isNull, value: number, ...properties };
}

/** Integers come unsigned; types say how many bits count, and whether the highest is a sign. */
function integer(bits: bigint, type: number | null): number {
  switch (type) {
    case DATA_TYPES.int8:
      return Number(BigInt.asIntN(8, bits));
    case DATA_TYPES.int16:
      return Number(BigInt.asIntN(16, bits));
    case DATA_TYPES.int32:
      return Number(BigInt.asIntN(32, bits));
    case DATA_TYPES.int64:
      return Number(BigInt.asIntN(64, bits));
    default:
      return Number(bits);
  }
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** Keys and values stand in two lists of the same order. */
function decodeProperties(bytes: Uint8Array): { unit: string | null; quality: number | null } {
  const keys: string[] = [];
  const values: (string | number | null)[] = [];
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) keys.push(textOf(field));
    else if (field.number === 2) values.push(decodeProperty(field.bytes));
  }
  const of = (wanted: string): string | number | null =>
    values[keys.findIndex((key) => key.toLowerCase() === wanted)] ?? null;
  const unit = of("engunit");
  const quality = of("quality");
  return {
    unit: typeof unit === "string" ? unit : null,
    quality: typeof quality === "number" ? quality : null,
  };
}

function decodeProperty(bytes: Uint8Array): string | number | null {
  let value: string | number | null = null;
  for (const field of fieldsOf(bytes)) {
    if (field.number === 2 && field.value !== 0n) return null;
    if (field.number === 3 || field.number === 4) {
      value = Number(BigInt.asIntN(field.number === 3 ? 32 : 64, field.value));
    } else if (field.number === 8) value = textOf(field);
  }
  return value;
}

/** Milliseconds that JavaScript's dates know; null for others. */
function moment(value: bigint): number | null {
  return value <= 8_640_000_000_000_000n ? Number(value) : null;
}

/** A metric to be written; integers and flags by their type. */
export type MetricToWrite = {
  readonly name?: string;
  readonly alias?: number;
  readonly timestamp?: number;
  readonly datatype: number;
  /** Null: `is_null`. */
  readonly value: number | boolean | null;
  readonly historical?: boolean;
};

/** Writes a payload. */
export function encodePayload(payload: {
  readonly timestamp: number;
  readonly seq?: number;
  readonly metrics: readonly MetricToWrite[];
}): Uint8Array {
  const writer = new MessageWriter().varint(1, payload.timestamp);
  for (const metric of payload.metrics) writer.bytes(2, encodeMetric(metric));
  if (payload.seq !== undefined) writer.varint(3, payload.seq);
  return writer.done();
}

function encodeMetric(metric: MetricToWrite): Uint8Array {
  const { name, alias, timestamp, datatype, value, historical } = metric;
  const writer = new MessageWriter();
  if (name !== undefined) writer.text(1, name);
  if (alias !== undefined) writer.varint(2, alias);
  if (timestamp !== undefined) writer.varint(3, timestamp);
  writer.varint(4, datatype);
  if (historical === true) writer.flag(5, true);
  if (value === null) return writer.flag(7, true).done();
  if (typeof value === "boolean") return writer.flag(14, value).done();
  if (datatype === DATA_TYPES.double) return writer.double(13, value).done();
  const long = datatype === DATA_TYPES.int64 || datatype === DATA_TYPES.uint64;
  const bits = long ? BigInt.asUintN(64, BigInt(value)) : BigInt.asUintN(32, BigInt(value));
  return writer.varint(long ? 11 : 10, bits).done();
}
