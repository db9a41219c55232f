/**
 * The safetensors format: eight bytes with the header's length, a JSON header that gives each tensor's type, shape and
 * place, and the tensors' bytes one after the other. Files come from anywhere: everything in the header is checked
 * before any of it is used.
 */

import { bitsOf, type CheckpointType, isCheckpointType } from "./dtypes.ts";
import { CheckpointError } from "./errors.ts";
import { objectKeys } from "./json-keys.ts";
import type { ByteSource } from "./source.ts";

/** Longest header that is read, in bytes; the format's own limit. */
export const MAX_HEADER = 100_000_000;

/** Where a tensor lies in its file. */
export type TensorInfo = {
  /** Element type. */
  readonly type: CheckpointType;
  /** Lengths of the axes, outermost first. */
  readonly shape: readonly number[];
  /** First byte, counted from the file's start. */
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
};

/** What a file's header says. */
export type SafetensorsHeader = {
  /** Tensors by name, in the order of their bytes. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** The file's own notes (`__metadata__`). */
  readonly metadata: ReadonlyMap<string, string>;
  /** Bytes before the first tensor. */
  readonly start: number;
};

/**
 * Reads and checks a file's header.
 * @throws {CheckpointError} naming the file, and the tensor where one is at fault, unless the tensors fill the rest of
 *   the file exactly, without overlap or gap, and each has as many bytes as its type and shape need.
 */
export async function readHeader(source: ByteSource): Promise<SafetensorsHeader> {
  const { name, size } = source;
  if (size < 8) {
    throw new CheckpointError(`${name}: expected a safetensors file, got ${size} bytes`);
  }
  const prefix = await source.read(0, 8);
  const length = Number(new DataView(prefix.buffer).getBigUint64(0, true));
  if (length > MAX_HEADER) {
    throw new CheckpointError(
      `${name}: expected a header of at most ${MAX_HEADER} bytes, got a length of ${length}`,
    );
  }
  if (length > size - 8) {
    throw new CheckpointError(
      `${name}: expected a header of ${length} bytes, got ${size - 8}: the file is cut short`,
    );
  }
  return parseHeader(name, await source.read(8, length), size);
}

/**
 * A header's text, checked against the size of its file.
 *
 * @param name File, for messages.
 * @param header The JSON text's bytes.
 * @param size Bytes of the whole file.
 */
export function parseHeader(name: string, header: Uint8Array, size: number): SafetensorsHeader {
  const start = 8 + header.length;
  const entries = Object.entries(parseObject(name, header));
  const metadata = new Map<string, string>();
  const tensors: [string, TensorInfo][] = [];
  for (const [key, value] of entries) {
    if (key === "__metadata__") readMetadata(name, value, metadata);
    else tensors.push([key, tensorInfo(name, key, value, start, size)]);
  }
  tensors.sort(([, a], [, b]) => a.offset - b.offset || a.length - b.length);
  let at = start;
  for (const [tensor, { offset, length }] of tensors) {
    if (offset !== at) {
      const what = offset < at ? "overlaps the tensor before it" : "leaves a gap before it";
      throw new CheckpointError(
        `${name}: ${tensor}: expected to begin at byte ${at}, got ${offset}: it ${what}`,
      );
    }
    at += length;
  }
  if (at !== size) {
    throw new CheckpointError(`${name}: expected ${at} bytes for its tensors, got ${size}`);
  }
  return { tensors: new Map(tensors), metadata, start };
}

function parseObject(name: string, header: Uint8Array): object {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(header);
  } catch (error) {
    throw new CheckpointError(`${name}: expected a header in UTF-8, got other bytes`, {
      cause: error,
    });
  }
  if (!text.startsWith("{")) {
    throw new CheckpointError(
      `${name}: expected a header that begins with {, got ${JSON.stringify(text.slice(0, 1))}`,
    );
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    // The engine's message quotes the text, which may be long and foreign.
    throw new CheckpointError(`${name}: expected a header in JSON, got something else`, {
      cause: error,
    });
  }
  for (const keys of objectKeys(text)) {
    const seen = new Set<string>();
    for (const key of keys) {
      if (seen.has(key)) {
        throw new CheckpointError(`${name}: expected each name once, got ${shown(key)} twice`);
      }
      seen.add(key);
    }
  }
  return parsed as object;
}

function readMetadata(name: string, value: unknown, into: Map<string, string>): void {
  if (!isRecord(value)) {
    throw new CheckpointError(`${name}: __metadata__: expected an object, got ${kind(value)}`);
  }
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== "string") {
      throw new CheckpointError(
        `${name}: __metadata__: ${shown(key)}: expected a string, got ${kind(text)}`,
      );
    }
    into.set(key, text);
  }
}

function tensorInfo(
  name: string,
  tensor: string,
  value: unknown,
  start: number,
  size: number,
): TensorInfo {
  const fail = (message: string): never => {
    throw new CheckpointError(`${name}: ${shown(tensor)}: ${message}`);
  };
  if (!isRecord(value)) return fail(`expected an object, got ${kind(value)}`);
  const own = (key: string): unknown => (Object.hasOwn(value, key) ? value[key] : undefined);
  const type = own("dtype");
  if (!isCheckpointType(type)) return fail(`expected a known dtype, got ${kind(type)}`);
  const shape = own("shape");
  if (!isCounts(shape)) return fail(`expected a shape of whole numbers, got ${kind(shape)}`);
  const offsets = own("data_offsets");
  if (!isCounts(offsets) || offsets.length !== 2) {
    return fail(`expected data_offsets of two whole numbers, got ${kind(offsets)}`);
  }
  const [from, to] = offsets as [number, number];
  if (from > to || to > size - start) {
    return fail(`expected data_offsets within 0 to ${size - start}, got ${from} to ${to}`);
  }
  let bits = bitsOf(type);
  for (const dim of shape) bits *= dim;
  if (!Number.isSafeInteger(bits) || bits !== (to - from) * 8) {
    const bytes = Number.isSafeInteger(bits) ? `${bits / 8}` : "more than 2^50";
    return fail(
      `expected ${bytes} bytes for ${type} [${shape.join(", ")}], got ${to - from} (data_offsets)`,
    );
  }
  return { type, shape, offset: start + from, length: to - from };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is readonly number[] {
  return (
    Array.isArray(value) &&
    value.length <= 64 &&
    value.every((item) => Number.isSafeInteger(item) && item >= 0 && !Object.is(item, -0))
  );
}

function kind(value: unknown): string {
  if (value === undefined) return "none";
  try {
    return shown(JSON.stringify(value));
  } catch {
    // Nested deeper than the engine's stack.
    return "something deeply nested";
  }
}

/** Foreign text, short and on one line. */
function shown(text: string): string {
  const line = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');
  return line.length > 120 ? `${line.slice(0, 117)}...` : line;
}

/** A tensor to be written. */
export type WrittenTensor = {
  /** Element type as it stands in the file. */
  readonly type: CheckpointType;
  /** Lengths of the axes, outermost first; empty for a scalar. */
  readonly shape: readonly number[];
  /** The elements as they lie in memory; its bytes have to be those that type and shape need. */
  readonly data: ArrayBufferView;
};

/**
 * A safetensors file. Tensors with wide elements come first, so that each is aligned to its element.
 * @throws {CheckpointError} naming the tensor whose bytes don't fit its type and shape.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, WrittenTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const sorted = [...tensors].sort(
    ([a, { type: x }], [b, { type: y }]) => bitsOf(y) - bitsOf(x) || (a < b ? -1 : 1),
  );
  const entries: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) entries.push(["__metadata__", metadata]);
  let end = 0;
  for (const [name, { type, shape, data }] of sorted) {
    const bytes = shape.reduce((all, dim) => all * dim, bitsOf(type)) / 8;
    if (data.byteLength !== bytes || name === "__metadata__") {
      throw new CheckpointError(
        `${name}: expected ${bytes} bytes for ${type} [${shape.join(", ")}], got ${data.byteLength}`,
      );
    }
    entries.push([name, { dtype: type, shape, data_offsets: [end, end + bytes] }]);
    end += bytes;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const padded = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(8 + padded + end).fill(0x20, 8, 8 + padded);
  new DataView(file.buffer).setBigUint64(0, BigInt(padded), true);
  file.set(json, 8);
  let at = 8 + padded;
  for (const [, { data }] of sorted) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}
