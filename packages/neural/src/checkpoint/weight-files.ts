/** Conversions of one matrix into the bytes that an operator reads: what a file of converted weights holds. */

import type { Checkpoint } from "./checkpoint.ts";
import { CheckpointError } from "./errors.ts";
import {
  type Bits,
  BLOCK,
  type BlockLength,
  codeBytes,
  quantise,
  quantiseRows,
} from "./quantise.ts";
import type { WeightFile } from "./weight-store.ts";

/** Changes whenever the same request would give other bytes: files of other versions are not used. */
export const RECIPE = "1";

/** Rows of a matrix. */
export type Rows = {
  /** Tensor. */
  readonly name: string;
  /** First row. */
  readonly from: number;
  /** Row behind the last one. */
  readonly to: number;
  /** Values in a row. */
  readonly width: number;
  /** Row i is row `order[i]` of the tensor; undefined: i. */
  readonly order?: readonly number[] | undefined;
};

/** Float32 values that are converted at a time. */
const CHUNK = 1 << 21;

/** Rows as float32, one after the other. */
export function tableFile(checkpoint: Checkpoint, rows: Rows): WeightFile {
  const rowBytes = rows.width * 4;
  return {
    location: locationOf(rows, "f32"),
    length: (rows.to - rows.from) * rowBytes,
    produce: async (write) => {
      for await (const { row, values } of chunks(checkpoint, rows)) {
        await write(row * rowBytes, bytesOf(values));
      }
    },
  };
}

/** Rows as columns: [width, rows], float32, the right side of a matrix product. */
export function transposedFile(checkpoint: Checkpoint, rows: Rows): WeightFile {
  const count = rows.to - rows.from;
  return {
    location: locationOf(rows, "f32t"),
    length: count * rows.width * 4,
    produce: async (write) => {
      const transposed = new Float32Array(count * rows.width);
      for await (const { row, values } of chunks(checkpoint, rows)) {
        transpose(values, rows.width, transposed, count, row);
      }
      // A Node file takes less than 2 GiB in one write.
      const bytes = bytesOf(transposed);
      for (let at = 0; at < bytes.length; at += CHUNK * 4) {
        await write(at, bytes.subarray(at, at + CHUNK * 4));
      }
    },
  };
}

/** Writes rows into the columns `column`.. of a matrix with `columns` of them; in tiles, so that both stay in cache. */
function transpose<Values extends Float32Array | Int8Array>(
  values: Values,
  width: number,
  into: Values,
  columns: number,
  column: number,
): void {
  const rows = values.length / width;
  const tile = 32;
  for (let i = 0; i < width; i += tile) {
    const end = Math.min(width, i + tile);
    for (let row = 0; row < rows; row++) {
      for (let k = i; k < end; k++) into[k * columns + column + row] = values[row * width + k];
    }
  }
}

/** A file of codes, then scales. */
export type BlocksFile = WeightFile & {
  /** First byte of the scales. */
  readonly scalesAt: number;
  /** Unused bytes before it. */
  readonly padding: number;
};

/** Rows as codes and scales, see `quantise`; rows are a multiple of `block` values long. */
export function blocksFile(
  checkpoint: Checkpoint,
  rows: Rows,
  bits: Bits,
  block: BlockLength,
): BlocksFile {
  const perRow = rows.width / block;
  const blocks = (rows.to - rows.from) * perRow;
  const place = placed(codeBytes(blocks, bits, block), blocks);
  return {
    ...place,
    location: locationOf(rows, block === BLOCK ? `q${bits}` : `q${bits}x${block}`),
    produce: async (write) => {
      for await (const { row, values } of chunks(checkpoint, rows)) {
        const scales = new Float32Array(values.length / block);
        const codes = new Uint8Array(codeBytes(scales.length, bits, block));
        expectFinite(checkpoint, rows, row, values, quantise(values, bits, codes, scales, block));
        await write(codeBytes(row * perRow, bits, block), codes);
        await write(place.scalesAt + row * perRow * 4, bytesOf(scales));
      }
    },
  };
}

/** Rows as columns of codes, [width, rows] int8, and a scale for each, see `quantiseRows`. */
export function columnsFile(checkpoint: Checkpoint, rows: Rows): BlocksFile {
  const count = rows.to - rows.from;
  const place = placed(count * rows.width, count);
  return {
    ...place,
    location: locationOf(rows, "i8t"),
    produce: async (write) => {
      const transposed = new Int8Array(count * rows.width);
      for await (const { row, values } of chunks(checkpoint, rows)) {
        const scales = new Float32Array(values.length / rows.width);
        const codes = new Int8Array(values.length);
        expectFinite(
          checkpoint,
          rows,
          row,
          values,
          quantiseRows(values, rows.width, codes, scales),
        );
        transpose(codes, rows.width, transposed, count, row);
        await write(place.scalesAt + row * 4, bytesOf(scales));
      }
      const bytes = bytesOf(transposed);
      for (let at = 0; at < bytes.length; at += CHUNK * 4) {
        await write(at, bytes.subarray(at, at + CHUNK * 4));
      }
    },
  };
}

/** Where scales are behind codes. */
function placed(
  codesLength: number,
  scales: number,
): { length: number; scalesAt: number; padding: number } {
  // Mapped files are used where they lie: numbers have to be aligned.
  const scalesAt = Math.ceil(codesLength / 64) * 64;
  return { length: scalesAt + scales * 4, scalesAt, padding: scalesAt - codesLength };
}

/** @throws {CheckpointError} when there is an index of a bad value. */
function expectFinite(
  checkpoint: Checkpoint,
  rows: Rows,
  row: number,
  values: Float32Array,
  bad: number,
): void {
  if (bad < 0) return;
  const { file } = checkpoint.info(rows.name);
  const at = `[${row + Math.floor(bad / rows.width)}, ${bad % rows.width}]`;
  throw new CheckpointError(
    `${file}: ${rows.name}: expected finite values, got ${values[bad]} at ${at}`,
  );
}

/** The rows, a few million values at a time; `row` counts from the first. */
async function* chunks(
  checkpoint: Checkpoint,
  { name, from, to, width, order }: Rows,
): AsyncGenerator<{ row: number; values: Float32Array }> {
  const step = Math.max(1, Math.floor(CHUNK / width));
  for (let row = from; row < to; row += step) {
    const end = Math.min(to, row + step);
    if (order === undefined) {
      yield { row: row - from, values: await checkpoint.readRows(name, row, end) };
      continue;
    }
    const values = new Float32Array((end - row) * width);
    for (let start = row; start < end; ) {
      // Orders keep most neighbours together: a run is read at once.
      const first = order[start] ?? start;
      let run = 1;
      while (start + run < end && order[start + run] === first + run) run++;
      const read = await checkpoint.readRows(name, first, first + run);
      values.set(read, (start - row) * width);
      start += run;
    }
    yield { row: row - from, values };
  }
}

function bytesOf(values: Float32Array | Int8Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** File name that tells one request from another. */
function locationOf({ name, from, to, order }: Rows, form: string): string {
  const safe = name.replace(
    /[^A-Za-z0-9.-]/g,
    (letter) => `_${letter.codePointAt(0)?.toString(16)}_`,
  );
  const ordered = order === undefined ? "" : `.o${fingerprint(order.slice(from, to))}`;
  return `w.${safe}.${from}-${to}${ordered}.${form}.v${RECIPE}`;
}

/** FNV-1a over two lanes: 64 bits, for telling the few orders apart that a model uses. */
function fingerprint(order: readonly number[]): string {
  let a = 0x811c9dc5;
  let b = 0x01000193;
  for (const row of order) {
    a = Math.imul(a ^ row, 0x01000193) >>> 0;
    b = Math.imul(b ^ (row + 0x9e37), 0x85ebca6b) >>> 0;
    b = (b ^ (b >>> 13)) >>> 0;
  }
  return a.toString(16).padStart(8, "0") + b.toString(16).padStart(8, "0");
}
