/** Random 4-bit weights of any model in a file, for benchmarks of speed and memory: the numbers mean nothing. */

import { randomFillSync } from "node:crypto";
import { mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  blockProduct,
  byteProduct,
  type ExternalData,
  type Graph,
  type LinearOptions,
  type Parameters,
  type Precision,
  type RowReader,
  type Value,
} from "../src/index.ts";

const LOCATION = "weights.bin";
const CHUNK = 1 << 20;
const PAGE = 4096;
/** Elements up to which a tensor is part of the graph. */
const INLINE = 4096;
const SCALES = new Uint8Array(new Float32Array(CHUNK / 4).fill(1 / (4.6 * Math.sqrt(2048))).buffer);

/**
 * Parameters whose matrices have 4 bits a weight, unless told otherwise, and a float32 scale per block. Each has bytes of its own in the file,
 * so that memory is what it would be with real ones; the file is deleted by {@link RandomWeights.remove}.
 */
export class RandomWeights implements Parameters {
  readonly #folder: string;
  readonly #file: number;
  readonly #block: number;
  readonly #precision: (name: string) => Precision;
  readonly #noise = new Uint8Array(CHUNK);
  #end = 0;
  /** Weights asked for, in all. */
  count = 0;

  /** `block` values share a scale. Matrices have 4 bits, but whole rows of bytes where `precision` says `i8`. */
  constructor(block: number, precision: (name: string) => Precision = () => "q4") {
    this.#block = block;
    this.#precision = precision;
    this.#folder = mkdtempSync(join(tmpdir(), "symbion-weights-"));
    this.#file = openSync(join(this.#folder, LOCATION), "w+");
    randomFillSync(this.#noise);
  }

  readonly external = async (): Promise<Record<string, string>> => ({
    [LOCATION]: join(this.#folder, LOCATION),
  });

  has(): boolean {
    return true;
  }

  tensor(graph: Graph, name: string, shape: readonly number[]): Value {
    const count = shape.reduce((product, length) => product * length, 1);
    this.count += count;
    // Bounds have values of their own, or clips of one input by several would become one.
    const bound = name.endsWith("_min") ? -20 : name.endsWith("_max") ? 20 : 0;
    const value = bound === 0 ? 1 : bound * (1 + this.count / 1e10);
    return count <= INLINE
      ? graph.constant(new Float32Array(count).fill(value), shape, "float32")
      : graph.constant(this.#floats(count), shape, "float32");
  }

  linear(
    graph: Graph,
    x: Value,
    name: string,
    inputs: number,
    outputs: number,
    { rows = [0, outputs], exact = false }: LinearOptions = {},
  ): Value {
    const N = rows[1] - rows[0];
    this.count += N * inputs;
    if (exact) {
      return graph.matmul(x, graph.constant(this.#floats(N * inputs), [inputs, N], "float32"));
    }
    if (this.#precision(name) === "i8") {
      const codes = graph.constant(this.#codes(N * inputs), [inputs, N], "int8");
      return byteProduct(graph, x, codes, graph.constant(this.#floats(N), [N], "float32"));
    }
    const block = this.#block;
    const blocks = inputs / block;
    const codes = graph.constant(this.#codes((N * inputs) / 2), [N, blocks, block / 2], "uint8");
    const scales = graph.constant(this.#floats(N * blocks), [N * blocks], "float32");
    return blockProduct(graph, x, inputs, { codes, scales, bits: 4, block, accuracy: 4 });
  }

  embedding(graph: Graph, ids: Value, _name: string, rows: number, width: number): Value {
    this.count += rows * width;
    return graph.gather(graph.constant(this.#floats(rows * width), [rows, width], "float32"), ids);
  }

  /** Rows of 16-bit numbers from the file, as a checkpoint's are. */
  readonly rows = (_name: string, _rows: number, width: number): RowReader => ({
    // The first chunk of the file is codes of some matrix, which will do.
    read: async (ids) => {
      const values = new Float32Array(ids.length * width);
      const row = new Int16Array(width);
      for (const [i, id] of ids.entries()) {
        const at = (id * width * 2) % (CHUNK - width * 2);
        readSync(this.#file, row, 0, width * 2, at - (at % 2));
        for (let column = 0; column < width; column++) {
          values[i * width + column] = (row[column] ?? 0) / 0x8000 / Math.sqrt(width);
        }
      }
      return values;
    },
  });

  /** Deletes the file; loaded graphs keep what they have mapped. */
  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #codes(length: number): ExternalData {
    const place = this.#append(length, this.#noise);
    // The runtime keeps one copy of matrices that are the same, so none must be.
    const own = randomFillSync(new Uint8Array(64));
    writeSync(this.#file, own, 0, own.length, place.offset);
    return place;
  }

  /** Floats of a size that keeps activations in bounds. */
  #floats(count: number): ExternalData {
    return this.#append(4 * count, SCALES);
  }

  #append(length: number, pattern: Uint8Array): ExternalData {
    const offset = this.#end;
    for (let at = 0; at < length; at += CHUNK) {
      writeSync(this.#file, pattern, 0, Math.min(CHUNK, length - at), offset + at);
    }
    this.#end = Math.ceil((offset + length) / PAGE) * PAGE;
    return { location: LOCATION, offset, length };
  }
}
