/** Random Gemma 4 models and small helpers around them. */

import {
  type Gemma4Config,
  gemma4Shapes,
  HostParameters,
  type HostWeights,
  type PixelBlocks,
  type Rows,
  type SlotModel,
  type Step,
} from "../../src/index.ts";
import { seeded } from "./seeded.ts";

/** Scale and offset of a tensor's values: activations of order one, and nothing an identity. */
function rule(name: string, shape: readonly number[]): [scale: number, offset: number] {
  if (name.endsWith("layer_scalar")) return [0.2, 0.8];
  if (name.endsWith("_min")) return [0.5, -1.5];
  if (name.endsWith("_max")) return [0.5, 1.5];
  if (/[qk]_norm\.weight$/.test(name)) {
    // Attention has no scale of its own: trained norms keep scores in bounds however wide the heads are.
    const size = (16 / (shape[0] ?? 16)) ** 0.25;
    return [0.2 * size, 0.6 * size];
  }
  if (name.includes("norm")) return [0.3, 1];
  if (name.includes("embed_tokens") || name.includes("position_embedding")) return [0.5, 0];
  return [Math.sqrt(3 / (shape.at(-1) ?? 1)), 0];
}

/** Weights of a whole model. */
export function randomWeights(config: Gemma4Config): Map<string, HostWeights> {
  const weights = new Map<string, HostWeights>();
  for (const [name, shape] of gemma4Shapes(config)) {
    const count = shape.reduce((product, length) => product * length, 1);
    weights.set(name, { shape, data: seeded(name, count, ...rule(name, shape)) });
  }
  return weights;
}

/** The same as parameters. */
export function randomParameters(config: Gemma4Config): HostParameters {
  return new HostParameters(randomWeights(config));
}

/** Blocks of random pixels at the given places of a grid. */
export function randomBlocks(
  places: readonly (readonly [column: number, row: number])[],
  gridWidth: number,
  gridHeight: number,
  blockSize = 48,
): PixelBlocks {
  const length = blockSize * blockSize * 3;
  const pixels = new Float32Array(places.length * length);
  for (const [i, [column, row]] of places.entries()) {
    pixels.set(seeded(`block ${column},${row}`, length, 0.5, 0.5), i * length);
  }
  return {
    count: places.length,
    pixels,
    columns: Int32Array.from(places, ([column]) => column),
    rows: Int32Array.from(places, ([, row]) => row),
    gridWidth,
    gridHeight,
  };
}

/** All places of a grid, row by row. */
export function grid(width: number, height: number): [number, number][] {
  return Array.from({ length: width * height }, (_, i) => [i % width, Math.floor(i / width)]);
}

/** Some rows of embedded tokens. */
export function pick(rows: Rows, which: readonly number[], width: number): Rows {
  const embeddings = new Float32Array(which.length * width);
  for (const [i, row] of which.entries()) {
    embeddings.set(rows.embeddings.subarray(row * width, (row + 1) * width), i * width);
  }
  return {
    count: which.length,
    embeddings,
    ids: Int32Array.from(which, (row) => rows.ids[row] as number),
  };
}

/** Rows one behind the other. */
export function join(...all: readonly Rows[]): Rows {
  const embeddings = new Float32Array(all.reduce((sum, rows) => sum + rows.embeddings.length, 0));
  let at = 0;
  for (const rows of all) {
    embeddings.set(rows.embeddings, at);
    at += rows.embeddings.length;
  }
  const ids = Int32Array.from(all.flatMap((rows) => [...rows.ids]));
  return { count: ids.length, embeddings, ids };
}

/** A step of some rows of a sequence: row i stands at position `shift + i`, in slot `slot(i)`. */
export function stepOf(
  rows: Rows,
  which: readonly number[],
  width: number,
  slot: (row: number) => number = (row) => row,
  shift = 0,
): Step {
  return {
    rows: pick(rows, which, width),
    positions: Int32Array.from(which, (row) => row + shift),
    slots: Int32Array.from(which, slot),
  };
}

/** 0 up to, not including, `count`. */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** Tokens and an image's blocks as one sequence of rows. */
export async function promptRows(
  model: SlotModel,
  before: readonly number[],
  blocks: PixelBlocks | null,
  after: readonly number[],
): Promise<Rows> {
  const first = await model.embedTokens(Int32Array.from(before));
  const last = await model.embedTokens(Int32Array.from(after));
  return blocks === null ? join(first, last) : join(first, await model.embedBlocks(blocks), last);
}
