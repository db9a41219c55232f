/** A checkpoint's weights as constants of graphs: float32 or quantised, large ones beside the graph. */

import type { Graph } from "../graph/graph.ts";
import { MICROSOFT } from "../graph/graph.ts";
import { type ExternalData, elements, show, type Value } from "../graph/types.ts";
import { blockProduct, byteProduct } from "../parameters/products.ts";
import type { LinearOptions, Parameters, RowReader } from "../parameters/types.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { CheckpointError } from "./errors.ts";
import { BLOCK, BLOCKS, type BlockLength, blockFor } from "./quantise.ts";
import { CheckpointRows } from "./rows.ts";
import {
  type BlocksFile,
  blocksFile,
  columnsFile,
  type Rows,
  tableFile,
  transposedFile,
} from "./weight-files.ts";
import {
  MemoryWeights,
  type WeightFile,
  type WeightStore,
  type WritePiece,
} from "./weight-store.ts";

/**
 * How weights are held: float32, 8- or 4-bit blocks, or whole rows of bytes (`i8`: products of bytes, the fastest for
 * many rows at once on CPUs; see `byteProduct`). Tables of embeddings have blocks of 8 bits where `i8` is asked for.
 */
export type Precision = "f32" | "q8" | "q4" | "i8";

/** What a weight is used as: the matrix of a linear layer, or a table of embeddings. */
export type WeightKind = "linear" | "embedding";

/** How a checkpoint's weights get into graphs. */
export type CheckpointParametersOptions = {
  /**
   * Precision of all matrices, or of each. Default `f32`. Those whose rows are not a multiple of 32 long (but for
   * `i8`), and those asked for with `exact`, are float32 in any case; so are norms and other small tensors.
   */
  readonly precision?: Precision | ((name: string, kind: WeightKind) => Precision) | undefined;
  /**
   * Values that share a scale in `q8` and `q4`; default 32. Rows that it does not divide have the next shorter block
   * that does. Beside blocks of 32, `q4` in blocks of 128 has 5.4 instead of 6 bits a weight in ONNX Runtime's memory,
   * is 1.4 times as fast for many rows, and is 9.8 instead of 8.5 % off on normally distributed weights; blocks of 256
   * have 5.2 bits, are 1.7 times as fast, and 10.2 % off.
   */
  readonly block?: BlockLength | undefined;
  /**
   * How products of blocks are computed: 0, in float32, or 4, with activations in 8 bits (faster on CPUs, about 0.5 %
   * off per product). Default 4.
   */
  readonly accuracy?: 0 | 4 | undefined;
  /** Where converted weights go. Default: memory. */
  readonly store?: WeightStore | undefined;
  /** Told while weights are converted: bytes that are done, and in all; those found converted are not done again. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
};

/** Elements up to which a tensor is part of the graph itself. */
const INLINE = 4096;

/**
 * Weights of a checkpoint. Graphs only note what they need; the conversion happens in
 * {@link CheckpointParameters.external}, which has to come before a graph is encoded. A matrix that is used twice (as
 * table of embeddings and as head) is converted and stored once.
 */
export class CheckpointParameters implements Parameters {
  readonly #checkpoint: Checkpoint;
  readonly #precision: (name: string, kind: WeightKind) => Precision;
  readonly #accuracy: 0 | 4;
  readonly #block: BlockLength;
  readonly #store: WeightStore;
  readonly #onProgress: (done: number, total: number) => void;
  readonly #files = new Map<string, WeightFile>();
  readonly #inline = new Map<string, Float32Array>();
  readonly #unread = new Set<string>();
  #places: Readonly<Record<string, Uint8Array | string>> = {};
  readonly #values = new WeakMap<Graph, Map<string, Value>>();

  constructor(checkpoint: Checkpoint, options: CheckpointParametersOptions = {}) {
    checkOptions(options);
    const { precision = "f32" } = options;
    this.#checkpoint = checkpoint;
    this.#precision = typeof precision === "function" ? precision : () => precision;
    this.#accuracy = options.accuracy ?? 4;
    this.#block = options.block ?? BLOCK;
    this.#store = options.store ?? new MemoryWeights();
    this.#onProgress = options.onProgress ?? (() => {});
  }

  /** Whether the checkpoint's files hold a tensor of this name. */
  has(name: string): boolean {
    return this.#checkpoint.has(name);
  }

  /** @throws {CheckpointError} naming file and tensor, when it is missing or of another shape. */
  tensor(graph: Graph, name: string, shape: readonly number[]): Value {
    this.#check(name, shape);
    const count = elements(shape);
    if (count > INLINE) {
      const rows: Rows = { name, from: 0, to: shape[0], width: count / shape[0] };
      return this.#external(graph, tableFile(this.#checkpoint, rows), shape);
    }
    return this.#once(graph, `${name} ${shape.join()}`, () => {
      let data = this.#inline.get(name);
      if (data === undefined) {
        data = new Float32Array(count);
        this.#inline.set(name, data);
        this.#unread.add(name);
      }
      return graph.constant(data, shape, "float32");
    });
  }

  /** @throws {CheckpointError} naming file and tensor, when it is missing or of another shape. */
  linear(
    graph: Graph,
    x: Value,
    name: string,
    inputs: number,
    outputs: number,
    options: LinearOptions = {},
  ): Value {
    this.#check(name, [outputs, inputs]);
    const [from, to] = options.rows ?? [0, outputs];
    if (!(from >= 0 && from < to && to <= outputs)) {
      throw new RangeError(`${name}: expected rows within 0 to ${outputs}, got ${from} to ${to}`);
    }
    const { order } = options;
    if (order?.some((row) => !(Number.isInteger(row) && row >= 0 && row < outputs))) {
      throw new RangeError(`${name}: expected an order of rows 0 to ${outputs - 1}`);
    }
    const rows: Rows = { name, from, to, width: inputs, order };
    const precision = options.exact ? "f32" : this.#choose(name, "linear", inputs);
    if (precision === "f32") {
      const file = transposedFile(this.#checkpoint, rows);
      return graph.matmul(x, this.#external(graph, file, [inputs, to - from]));
    }
    const N = to - from;
    if (precision === "i8") {
      const file = columnsFile(this.#checkpoint, rows);
      const [codes, scales] = this.#coded(graph, file, "int8", [inputs, N], [N]);
      return byteProduct(graph, x, codes, scales);
    }
    const bits = precision === "q4" ? 4 : 8;
    const block = blockFor(inputs, this.#block) ?? BLOCK;
    const file = blocksFile(this.#checkpoint, rows, bits, block);
    const perRow = inputs / block;
    const shape = [N, perRow, (block * bits) / 8];
    const [codes, scales] = this.#coded(graph, file, "uint8", shape, [N * perRow]);
    return blockProduct(graph, x, inputs, {
      codes,
      scales,
      bits,
      block,
      accuracy: this.#accuracy,
    });
  }

  /** @throws {CheckpointError} naming file and tensor, when it is missing or of another shape. */
  embedding(graph: Graph, ids: Value, name: string, rows: number, width: number): Value {
    this.#check(name, [rows, width]);
    const whole: Rows = { name, from: 0, to: rows, width };
    const precision = this.#choose(name, "embedding", width);
    if (precision === "f32") {
      const file = tableFile(this.#checkpoint, whole);
      return graph.gather(this.#external(graph, file, [rows, width]), ids);
    }
    const bits = precision === "q4" ? 4 : 8;
    const block = blockFor(width, this.#block) ?? BLOCK;
    const file = blocksFile(this.#checkpoint, whole, bits, block);
    const shape = [rows, (width * bits) / 8];
    const [codes, scales] = this.#coded(graph, file, "uint8", shape, [rows, width / block]);
    return graph.single(
      "GatherBlockQuantized",
      [codes, ids, scales],
      { type: "float32", shape: [...ids.shape, width] },
      { gather_axis: 0, quantize_axis: 1, block_size: block, bits },
      MICROSOFT,
    );
  }

  /** Rows straight from the checkpoint's file: nothing is converted or held but a few that come up often. */
  rows(name: string, rows: number, width: number): RowReader {
    this.#check(name, [rows, width]);
    return new CheckpointRows(this.#checkpoint, name);
  }

  /**
   * Reads small tensors into the graphs' constants, converts large ones or finds them converted. May be called again
   * after more graphs; gives the places of all.
   * @throws {CheckpointError} naming file and tensor. Nothing that this call has converted stays then.
   */
  async external(): Promise<Readonly<Record<string, Uint8Array | string>>> {
    for (const name of this.#unread) {
      this.#inline.get(name)?.set(await this.#checkpoint.read(name));
      this.#unread.delete(name);
    }
    const files = [...this.#files.values()].filter(({ location }) => !(location in this.#places));
    const total = files.reduce((sum, { length }) => sum + length, 0);
    let done = 0;
    const counted = files.map((file) => ({
      ...file,
      produce: (write: WritePiece) =>
        file.produce(async (offset, bytes) => {
          await write(offset, bytes);
          done += bytes.length;
          this.#onProgress(done, total);
        }),
    }));
    this.#places = { ...this.#places, ...(await this.#store.provide(counted)) };
    return this.#places;
  }

  #choose(name: string, kind: WeightKind, width: number): Precision {
    const precision = this.#precision(name, kind);
    if (!PRECISIONS.includes(precision)) {
      const known = PRECISIONS.join(", ");
      throw new RangeError(`${name}: expected precision ${known}, got ${String(precision)}`);
    }
    if (precision === "i8" && kind === "linear") return precision;
    return width % BLOCK === 0 ? precision : "f32";
  }

  #coded(
    graph: Graph,
    file: BlocksFile,
    type: "uint8" | "int8",
    codeShape: readonly number[],
    scaleShape: readonly number[],
  ): [Value, Value] {
    this.#files.set(file.location, file);
    const { location, scalesAt, length } = file;
    const part = (
      offset: number,
      end: number,
      shape: readonly number[],
      kind: "uint8" | "int8" | "float32",
    ) =>
      this.#once(graph, `${location} ${offset} ${shape.join()}`, () =>
        graph.constant({ location, offset, length: end - offset }, shape, kind),
      );
    return [
      part(0, scalesAt - file.padding, codeShape, type),
      part(scalesAt, length, scaleShape, "float32"),
    ];
  }

  #external(graph: Graph, file: WeightFile, shape: readonly number[]): Value {
    this.#files.set(file.location, file);
    const data: ExternalData = { location: file.location, offset: 0, length: file.length };
    return this.#once(graph, `${file.location} ${shape.join()}`, () =>
      graph.constant(data, shape, "float32"),
    );
  }

  #once(graph: Graph, key: string, make: () => Value): Value {
    let known = this.#values.get(graph);
    if (known === undefined) {
      known = new Map();
      this.#values.set(graph, known);
    }
    let value = known.get(key);
    if (value === undefined) {
      value = make();
      known.set(key, value);
    }
    return value;
  }

  #check(name: string, shape: readonly number[]): void {
    const info = this.#checkpoint.info(name);
    if (info.shape.join() !== shape.join()) {
      throw new CheckpointError(
        `${info.file}: ${name}: expected ${show(shape)}, got ${show(info.shape)}`,
      );
    }
  }
}

const PRECISIONS: readonly Precision[] = ["f32", "q8", "q4", "i8"];
const OPTIONS = new Set(["precision", "block", "accuracy", "store", "onProgress"]);

function checkOptions(options: CheckpointParametersOptions): void {
  for (const key of Object.keys(options)) {
    if (!OPTIONS.has(key)) {
      throw new RangeError(`expected the options ${[...OPTIONS].join(", ")}, got ${key}`);
    }
  }
  const { accuracy, block } = options;
  if (block !== undefined && !BLOCKS.includes(block)) {
    throw new RangeError(`block: expected one of ${BLOCKS.join(", ")}, got ${String(block)}`);
  }
  if (accuracy !== undefined && accuracy !== 0 && accuracy !== 4) {
    throw new RangeError(`accuracy: expected 0 or 4, got ${String(accuracy)}`);
  }
}
