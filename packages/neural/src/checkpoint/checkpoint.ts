/** A checkpoint: the tensors of one safetensors file or of several with an index, read piece by piece. */

import { bitsOf, isReadable, toFloat32 } from "./dtypes.ts";
import { CheckpointError, reason } from "./errors.ts";
import { BLOCK } from "./quantise.ts";
import { readHeader, type TensorInfo } from "./safetensors.ts";
import type { ByteSource } from "./source.ts";

/** Ending of the name of the tensor with the scales of another one that is stored in 8-bit blocks. */
export const SCALES = ".scales";

/** A tensor and where it lies. */
export type CheckpointTensor = TensorInfo & {
  /** File it lies in, for messages. */
  readonly file: string;
};

type Found = { readonly info: CheckpointTensor; readonly source: ByteSource };

/**
 * Tensors of one or several files by name. Nothing but headers is held in memory: elements are read when they are
 * asked for. A tensor `X` of type I8 with a tensor `X.scales` [.., width / 32] beside it stands for the products of
 * both (see {@link encodeCompact}) and reads as float32 like any other.
 */
export class Checkpoint {
  readonly #found: ReadonlyMap<string, Found>;
  readonly #sources: readonly ByteSource[];
  readonly #metadata: ReadonlyMap<string, string>;

  /** Use {@link openCheckpoint}. */
  constructor(
    sources: readonly ByteSource[],
    found: ReadonlyMap<string, Found>,
    metadata: ReadonlyMap<string, string>,
  ) {
    this.#sources = sources;
    this.#found = found;
    this.#metadata = metadata;
  }

  /** Names of all tensors. */
  get names(): string[] {
    return [...this.#found.keys()];
  }

  /** Notes in the files' headers. */
  get metadata(): ReadonlyMap<string, string> {
    return this.#metadata;
  }

  /** Bytes of all files. */
  get bytes(): number {
    return this.#sources.reduce((sum, { size }) => sum + size, 0);
  }

  /** Names of the files, for messages. */
  get files(): string {
    return this.#sources.map(({ name }) => name).join(", ");
  }

  /** Whether there is a tensor of this name. */
  has(name: string): boolean {
    return this.#found.has(name);
  }

  /** Type, shape and place of a tensor. @throws {CheckpointError} when there is none. */
  info(name: string): CheckpointTensor {
    return this.#get(name).info;
  }

  /**
   * A tensor as float32, all of it.
   * @throws {CheckpointError} when there is none, it cannot be read, or its type has no float32 values.
   */
  async read(name: string): Promise<Float32Array> {
    const { shape } = this.info(name);
    return await this.readRows(name, 0, shape[0] ?? 1);
  }

  /**
   * Rows `from` up to, not including, `to` along the outermost axis as float32; a scalar is one row.
   * @throws {CheckpointError} as {@link Checkpoint.read} does.
   * @throws {RangeError} for rows that the tensor doesn't have.
   */
  async readRows(name: string, from: number, to: number): Promise<Float32Array> {
    const { info, source } = this.#get(name);
    const rows = info.shape[0] ?? 1;
    if (!(from >= 0 && from <= to && to <= rows)) {
      throw new RangeError(`${name}: expected rows within 0 to ${rows}, got ${from} to ${to}`);
    }
    if (!isReadable(info.type)) {
      throw new CheckpointError(
        `${info.file}: ${name}: expected a type with float32 values, got ${info.type}`,
      );
    }
    const width = info.shape.slice(1).reduce((all, dim) => all * dim, 1);
    const values = new Float32Array((to - from) * width);
    if (values.length === 0) return values;
    const rowBytes = (width * bitsOf(info.type)) / 8;
    const bytes = await source.read(info.offset + from * rowBytes, (to - from) * rowBytes);
    toFloat32(info.type, bytes, values);
    if (info.type === "I8" && this.has(name + SCALES)) {
      scaleBlocks(values, await this.#scales(info, name, from, to), info.shape.at(-1) ?? 1);
    }
    return values;
  }

  /**
   * Text that differs when the content does: a hash over headers, sizes, times of the last write and samples of the
   * bytes. Reading gigabytes to be sure would cost more than converting them again.
   */
  async identity(): Promise<string> {
    const parts: Uint8Array[] = [];
    const text = new TextEncoder();
    for (const source of this.#sources) {
      parts.push(text.encode(`${source.name}\n${source.size}\n${source.stamp}\n`));
      const step = Math.max(SAMPLE, Math.floor(source.size / SAMPLES));
      for (let at = 0; at < source.size; at += step) {
        parts.push(await source.read(at, Math.min(SAMPLE, source.size - at)));
      }
    }
    const all = new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer());
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", all));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  /** Lets the files go. */
  async close(): Promise<void> {
    for (const source of this.#sources) await source.close();
  }

  async #scales(
    of: CheckpointTensor,
    name: string,
    from: number,
    to: number,
  ): Promise<Float32Array> {
    const { shape, file } = this.info(name + SCALES);
    const expected = [...of.shape.slice(0, -1), Math.ceil((of.shape.at(-1) ?? 1) / BLOCK)];
    if (shape.join() !== expected.join()) {
      throw new CheckpointError(
        `${file}: ${name}${SCALES}: expected [${expected.join(", ")}], got [${shape.join(", ")}]`,
      );
    }
    return await this.readRows(name + SCALES, from, to);
  }

  #get(name: string): Found {
    const found = this.#found.get(name);
    if (found === undefined) {
      throw new CheckpointError(`${this.files}: expected a tensor ${name}, there is none`);
    }
    return found;
  }
}

const SAMPLE = 4096;
const SAMPLES = 64;

/** Multiplies blocks of {@link BLOCK} values along rows of `width` by their factors. */
function scaleBlocks(values: Float32Array, factors: Float32Array, width: number): void {
  const blocks = Math.ceil(width / BLOCK);
  for (let row = 0; row * width < values.length; row++) {
    for (let i = 0; i < width; i++) {
      values[row * width + i] *= factors[row * blocks + Math.floor(i / BLOCK)];
    }
  }
}

/**
 * Opens files as one checkpoint; their headers are read and checked.
 *
 * @param sources The files. They are the checkpoint's from here on, and closed when it cannot be opened.
 * @param index Text of `model.safetensors.index.json`, where there is one: names each tensor's file.
 * @throws {CheckpointError} naming file and tensor.
 */
export async function openCheckpoint(
  sources: readonly ByteSource[],
  index?: { readonly name: string; readonly text: string },
): Promise<Checkpoint> {
  try {
    const found = new Map<string, Found>();
    const metadata = new Map<string, string>();
    for (const source of sources) {
      const header = await readHeader(source);
      for (const [key, value] of header.metadata) metadata.set(key, value);
      for (const [name, info] of header.tensors) {
        const before = found.get(name);
        if (before !== undefined) {
          throw new CheckpointError(
            `${source.name}: expected ${name} in one file, it is in ${before.source.name}, too`,
          );
        }
        found.set(name, { info: { ...info, file: source.name }, source });
      }
    }
    if (index !== undefined) checkIndex(index, found);
    return new Checkpoint(sources, found, metadata);
  } catch (error) {
    for (const source of sources) await source.close();
    throw error;
  }
}

/**
 * Names of the files of a sharded checkpoint, in order and once each.
 *
 * @param name File, for messages.
 * @param text Content of `model.safetensors.index.json`.
 * @throws {CheckpointError} unless it is such an index whose files lie beside it.
 */
export function shardsOf(name: string, text: string): string[] {
  return [...new Set(weightMap(name, text).values())].sort();
}

function weightMap(name: string, text: string): Map<string, string> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new CheckpointError(`${name}: expected JSON, got something else: ${reason(error)}`, {
      cause: error,
    });
  }
  const map: unknown = (parsed as { weight_map?: unknown } | null)?.weight_map;
  if (typeof map !== "object" || map === null || Array.isArray(map)) {
    throw new CheckpointError(`${name}: expected an object weight_map, got none`);
  }
  const files = new Map<string, string>();
  for (const [tensor, file] of Object.entries(map)) {
    // The index must not lead out of its folder.
    if (typeof file !== "string" || !/^[\w-][\w.-]*\.safetensors$/.test(file)) {
      throw new CheckpointError(
        `${name}: ${tensor}: expected the name of a .safetensors file, got ${JSON.stringify(file)}`,
      );
    }
    files.set(tensor, file);
  }
  return files;
}

function checkIndex(
  { name, text }: { readonly name: string; readonly text: string },
  found: ReadonlyMap<string, Found>,
): void {
  for (const [tensor, file] of weightMap(name, text)) {
    const source = found.get(tensor)?.source;
    if (source?.name !== file) {
      const where = source === undefined ? "no file" : source.name;
      throw new CheckpointError(`${name}: expected ${tensor} in ${file}, it is in ${where}`);
    }
  }
}
