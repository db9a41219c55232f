/** Quantisation: bit for bit as the reference, within its bounds, and as ONNX Runtime computes with it. */

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Bits,
  BLOCK,
  type Checkpoint,
  CheckpointError,
  CheckpointParameters,
  type CheckpointParametersOptions,
  codeBytes,
  dequantise,
  type Executor,
  encodeModel,
  encodeSafetensors,
  Graph,
  HostParameters,
  memorySource,
  openCheckpoint,
  type Parameters,
  quantise,
  quantiseRows,
  ROW_CODE,
  type WrittenTensor,
} from "../src/index.ts";
import { openNodeExecutor } from "../src/node/index.ts";
import { numbers } from "./support/lcg.ts";
import { seeded } from "./support/seeded.ts";

const golden = JSON.parse(
  readFileSync(new URL("golden/checkpoints/expected.json", import.meta.url), "utf8"),
).quantisation as { seed: number; q8: Packed; q4: Packed };
type Packed = { readonly codes: string; readonly scales: string };

function pack(values: Float32Array, bits: Bits): { codes: Uint8Array; scales: Float32Array } {
  const scales = new Float32Array(values.length / BLOCK);
  const codes = new Uint8Array(codeBytes(scales.length, bits));
  expect(quantise(values, bits, codes, scales)).toBe(-1);
  return { codes, scales };
}

/** An element; NaN, which fits no expectation, behind the end. */
const at = (values: Float32Array | undefined, i: number): number => values?.[i] ?? Number.NaN;

const rounded = (values: Float32Array, bits: Bits): Float32Array => {
  const { codes, scales } = pack(values, bits);
  return dequantise(codes, scales, bits);
};

/** Normally distributed numbers, always the same. */
function normal(count: number): Float32Array {
  const uniform = seeded("normal", 2 * count, 0.4999, 0.5);
  return Float32Array.from(
    { length: count },
    (_, i) =>
      Math.sqrt(-2 * Math.log(at(uniform, 2 * i))) * Math.cos(2 * Math.PI * at(uniform, 2 * i + 1)),
  );
}

/** Root of the mean square of differences, of the values' own. */
function relative(a: Float32Array, values: Float32Array): number {
  const squares = (list: Float32Array): number => list.reduce((sum, value) => sum + value ** 2, 0);
  return Math.sqrt(squares(values.map((value, i) => value - at(a, i))) / squares(values));
}

describe("blocks", () => {
  it.each([8, 4] as const)("are those of the reference, %i bits", (bits) => {
    const values = numbers(32 * 48, golden.seed);
    values.fill(0, 32, 64);
    values.fill(1e-45, 64, 96);
    for (let i = 0; i < 32; i++) values[96 + i] = -7 + (i * 15) / 31;
    const { codes, scales } = pack(values, bits);
    const reference = bits === 8 ? golden.q8 : golden.q4;
    expect(Buffer.from(scales.buffer).toString("hex")).toBe(reference.scales);
    expect(Buffer.from(codes).toString("hex")).toBe(reference.codes);
  });

  const block = fc.array(
    fc.float({ min: Math.fround(-1e38), max: Math.fround(1e38), noNaN: true }),
    {
      minLength: BLOCK,
      maxLength: BLOCK,
    },
  );

  it("move no value by more than their bound, and 0 not at all", () => {
    fc.assert(
      fc.property(block, fc.constantFrom<Bits>(4, 8), (list, bits) => {
        const values = Float32Array.from(list);
        const most = Math.max(...values.map(Math.abs));
        const back = rounded(values, bits);
        // Scales and products round, too; below 1e-37 scales are themselves coarse.
        const bound = (most / (bits === 8 ? 254 : 8)) * (1 + 1e-5) + 1e-37;
        for (let i = 0; i < BLOCK; i++) {
          expect(Math.abs(at(back, i) - at(values, i))).toBeLessThanOrEqual(bound);
          if (values[i] === 0) expect(Math.abs(at(back, i))).toBe(0);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("mirror with the sign, scale with powers of two, and stay as they are when quantised again", () => {
    const sized = fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), {
      minLength: BLOCK,
      maxLength: BLOCK,
    });
    fc.assert(
      fc.property(sized, (list) => {
        const values = Float32Array.from(list, (value) => (Math.abs(value) < 1e-3 ? 0 : value));
        const eight = rounded(values, 8);
        // The values between two codes round up, in either direction.
        const step = Math.max(...values.map(Math.abs)) / 127;
        const mirrored = rounded(
          values.map((value) => -value),
          8,
        );
        for (let i = 0; i < BLOCK; i++) {
          expect(Math.abs(at(mirrored, i) + at(eight, i))).toBeLessThanOrEqual(step * 1.001);
        }
        const doubled = (bits: Bits): Float32Array =>
          rounded(
            values.map((value) => value * 4),
            bits,
          );
        expect(doubled(8)).toEqual(eight.map((value) => value * 4));
        expect(doubled(4)).toEqual(rounded(values, 4).map((value) => value * 4));
        expect(pack(eight, 8).codes).toEqual(pack(values, 8).codes);
      }),
      { numRuns: 300 },
    );
  });

  it("of 4 bits have no larger squared error than the plain scale would give", () => {
    const error = (a: Float32Array, b: Float32Array): number =>
      a.reduce((sum, value, i) => sum + (value - at(b, i)) ** 2, 0);
    let better = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const values = numbers(BLOCK, seed);
      const scale = Math.fround(Math.max(...values.map(Math.abs)) / 7);
      const plain = values.map((value) => Math.floor(value / scale + 0.5) * scale);
      const chosen = error(values, rounded(values, 4));
      expect(chosen).toBeLessThanOrEqual(error(values, plain) * (1 + 1e-5));
      if (chosen < error(values, plain) * 0.99) better++;
    }
    expect(better).toBeGreaterThan(20);
  });

  it.each([
    [32, 0.085],
    [64, 0.0915],
    [128, 0.098],
    [256, 0.1024],
  ] as const)("of %i values are off by what is said of them", (length, said) => {
    const values = normal(1 << 16);
    const scales = new Float32Array(values.length / length);
    const codes = new Uint8Array(codeBytes(scales.length, 4, length));
    expect(quantise(values, 4, codes, scales, length)).toBe(-1);
    const off = relative(dequantise(codes, scales, 4, length), values);
    expect(off).toBeGreaterThan(said * 0.97);
    expect(off).toBeLessThan(said * 1.03);
  });

  it("of whole rows are off by half a scale at most", () => {
    const width = 768;
    const values = normal(16 * width);
    values.fill(0, width, 2 * width);
    const codes = new Int8Array(values.length);
    const scales = new Float32Array(16);
    expect(quantiseRows(values, width, codes, scales)).toBe(-1);
    expect(Math.max(...codes.map(Math.abs))).toBe(ROW_CODE);
    const back = values.map((_, i) => (codes[i] ?? 0) * at(scales, Math.floor(i / width)));
    for (let i = 0; i < values.length; i++) {
      const scale = at(scales, Math.floor(i / width));
      expect(Math.abs(at(back, i) - at(values, i))).toBeLessThanOrEqual(scale * 0.50001);
    }
    expect(relative(back, values)).toBeLessThan(0.018);
    values[5 * width + 3] = Number.NaN;
    expect(quantiseRows(values, width, codes, scales)).toBe(5 * width + 3);
    expect(() => quantiseRows(values, width, codes, new Float32Array(3))).toThrow(
      /got 12288 and 3/,
    );
  });

  it("say where a value is not finite, and refuse buffers of another size", () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const values = numbers(96, 1);
      values[70] = bad;
      expect(quantise(values, 4, new Uint8Array(48), new Float32Array(3))).toBe(70);
    }
    const wrong = (): number =>
      quantise(numbers(64, 1), 4, new Uint8Array(64), new Float32Array(2));
    expect(wrong).toThrow(/expected 32 codes and 2 scales, got 64 and 2/);
  });
});

describe("a checkpoint's weights in graphs", () => {
  let executor: Executor;
  beforeAll(async () => {
    executor = await openNodeExecutor();
  });
  afterAll(() => executor.dispose());

  const K = 96;
  const N = 48;
  // Weights of a usual size: a product's terms are of one magnitude.
  const spread = (count: number, seed: number): Float32Array =>
    numbers(count, seed).map((value, i) => value * 2 ** (12 - (Math.floor(i / 32) % 24)));
  const weights = spread(N * K, 11);
  const norm = spread(K, 12);
  const large = spread(8192, 13);
  const small = spread(7 * 20, 14);
  const shapes: [string, number[], Float32Array][] = [
    ["w", [N, K], weights],
    ["norm", [K], norm],
    ["large", [64, 128], large],
    ["small", [7, 20], small],
  ];

  async function checkpointOf(
    tensors: readonly [string, number[], Float32Array][] = shapes,
  ): Promise<Checkpoint> {
    const written = new Map<string, WrittenTensor>(
      tensors.map(([name, shape, data]) => [name, { type: "F32", shape, data }]),
    );
    return await openCheckpoint([memorySource("w.safetensors", encodeSafetensors(written))]);
  }

  /** Runs a graph that takes weights from parameters. */
  async function run(
    parameters: Parameters,
    build: (graph: Graph, parameters: Parameters) => void,
    feeds: Record<string, Float32Array | BigInt64Array>,
  ): Promise<Record<string, Float32Array>> {
    const graph = new Graph();
    build(graph, parameters);
    const external = await parameters.external?.();
    const model = { model: encodeModel(graph), ...(external === undefined ? {} : { external }) };
    const program = await executor.load(model);
    try {
      const given = graph.inputs.map(({ name, type, shape }) => {
        const data = feeds[name] as Float32Array;
        const known = shape.map((dim) => (typeof dim === "number" ? dim : 0));
        const rest = known.reduce((all, dim) => all * (dim || 1), 1);
        return [
          name,
          { type, shape: known.map((dim) => dim || data.length / rest), data },
        ] as const;
      });
      const results = await program.run(Object.fromEntries(given));
      return Object.fromEntries(
        Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]),
      );
    } finally {
      await program.dispose();
    }
  }

  const host = new HostParameters(
    new Map(shapes.map(([name, shape, data]) => [name, { shape, data }])),
  );
  const with_ = async (options: CheckpointParametersOptions): Promise<CheckpointParameters> =>
    new CheckpointParameters(await checkpointOf(), options);
  const x = spread(5 * K, 21);
  const linear = (graph: Graph, parameters: Parameters): void => {
    graph.output("y", parameters.linear(graph, graph.input("x", "float32", ["M", K]), "w", K, N));
  };

  it("in float32 compute what host weights do", async () => {
    const order = Array.from({ length: N }, (_, i) => (i * 5) % N);
    const build = (graph: Graph, parameters: Parameters): void => {
      const input = graph.input("x", "float32", ["M", K]);
      const scaled = graph.mul(input, parameters.tensor(graph, "norm", [K]));
      graph.output("all", parameters.linear(graph, scaled, "w", K, N));
      graph.output("rows", parameters.linear(graph, scaled, "w", K, N, { rows: [10, 30] }));
      graph.output("order", parameters.linear(graph, scaled, "w", K, N, { order }));
      const ids = graph.input("ids", "int64", ["I"]);
      graph.output("table", parameters.embedding(graph, ids, "w", N, K));
      graph.output("large", graph.identity(parameters.tensor(graph, "large", [64, 128])));
      graph.output("small", parameters.embedding(graph, ids, "small", 7, 20));
    };
    const feeds = { x, ids: BigInt64Array.of(3n, 0n, 6n) };
    expect(await run(await with_({}), build, feeds)).toEqual(await run(host, build, feeds));
  });

  it.each([
    [8, 0],
    [8, 4],
    [4, 0],
    [4, 4],
  ] as const)(
    "in %i bits at accuracy %i are off by no more than their bounds",
    async (bits, accuracy) => {
      const parameters = await with_({ precision: bits === 8 ? "q8" : "q4", accuracy });
      const { y } = await run(parameters, linear, { x });
      const back = rounded(weights, bits);
      let furthest = 0;
      for (let row = 0; row < 5; row++) {
        for (let n = 0; n < N; n++) {
          let exact = 0;
          let bound = 0;
          for (let start = 0; start < K; start += BLOCK) {
            let most = 0;
            let sum = 0;
            for (let k = start; k < start + BLOCK; k++) {
              exact += at(x, row * K + k) * at(back, n * K + k);
              sum += Math.abs(at(back, n * K + k));
              most = Math.max(most, Math.abs(at(x, row * K + k)));
            }
            // Activations in 8 bits: each is off by at most half a step of its block's largest / 127.
            bound += accuracy === 4 ? (most / 127) * 0.51 * sum : 1e-6 * most * sum;
          }
          const error = Math.abs(at(y, row * N + n) - exact);
          expect(error).toBeLessThanOrEqual(bound + 1e-6);
          furthest = Math.max(furthest, error);
        }
      }
      // The faster way is used when it is asked for.
      if (accuracy === 4) expect(furthest).toBeGreaterThan(1e-4);
    },
  );

  it("in long blocks compute with them, the longest that divide a row", async () => {
    const long = spread(64 * 384, 31);
    const checkpoint = await checkpointOf([["long", [64, 384], long]]);
    const rows = spread(3 * 384, 32);
    const scales = new Float32Array(long.length / 128);
    const codes = new Uint8Array(codeBytes(scales.length, 4, 128));
    quantise(long, 4, codes, scales, 128);
    const back = dequantise(codes, scales, 4, 128);
    const exact = new HostParameters(new Map([["long", { shape: [64, 384], data: back }]]));
    const build = (graph: Graph, given: Parameters): void => {
      const input = graph.input("x", "float32", ["M", 384]);
      graph.output("y", given.linear(graph, input, "long", 384, 64));
      graph.output(
        "table",
        given.embedding(graph, graph.input("i", "int64", ["I"]), "long", 64, 384),
      );
    };
    const feeds = { x: rows, i: BigInt64Array.of(5n, 63n) };
    const options = { precision: "q4", block: 256, accuracy: 0 } as const;
    const got = await run(new CheckpointParameters(checkpoint, options), build, feeds);
    const expected = await run(exact, build, feeds);
    expect(got.table).toEqual(expected.table);
    for (let i = 0; i < 3 * 64; i++) expect(at(got.y, i)).toBeCloseTo(at(expected.y, i), 1);
    expect(relative(got.y ?? new Float32Array(), expected.y ?? new Float32Array())).toBeLessThan(
      1e-5,
    );
  });

  it("in bytes are off by what rounding leaves, in any order, and for a row of zeros", async () => {
    const even = spread(N * K, 41);
    const order = Array.from({ length: N }, (_, i) => (i * 5) % N);
    const checkpoint = await checkpointOf([["w", [N, K], even]]);
    const rows = spread(2 * 3 * K, 42);
    rows.fill(0, K, 2 * K);
    rows.set(
      rows.subarray(3 * K, 4 * K).map((value) => value * 1e-4),
      2 * K,
    );
    const exact = new HostParameters(new Map([["w", { shape: [N, K], data: even }]]));
    const build = (graph: Graph, given: Parameters): void => {
      const input = graph.input("x", "float32", [2, 3, K]);
      graph.output("y", given.linear(graph, input, "w", K, N, { order, rows: [4, 40] }));
    };
    const bytes = new CheckpointParameters(checkpoint, { precision: "i8" });
    const { y } = await run(bytes, build, { x: rows });
    const { y: whole } = await run(exact, build, { x: rows });
    for (let row = 0; row < 6; row++) {
      const part = (all: Float32Array | undefined): Float32Array =>
        (all ?? new Float32Array()).slice(row * 36, (row + 1) * 36);
      // Small rows are as exact as large ones: each is rounded by its own scale.
      if (row === 1) expect(part(y)).toEqual(new Float32Array(36));
      else expect(relative(part(y), part(whole))).toBeLessThan(0.03);
    }
  });

  it.each([4, 8] as const)("serve as table and as head from one file, %i bits", async (bits) => {
    const parameters = await with_({ precision: bits === 8 ? "q8" : "q4", accuracy: 0 });
    const build = (graph: Graph, given: Parameters): void => {
      const ids = graph.input("ids", "int64", [1, "I"]);
      graph.output("table", given.embedding(graph, ids, "w", N, K));
      linear(graph, given);
    };
    const ids = BigInt64Array.from({ length: N }, (_, i) => BigInt(i));
    const { table } = await run(parameters, build, { x, ids });
    expect(table).toEqual(rounded(weights, bits));
    expect(Object.keys(await parameters.external())).toHaveLength(1);
  });

  it("follow order and rows in quantised form, too", async () => {
    const order = Array.from({ length: N }, (_, i) => (i < 20 ? i + 1 : i * 7) % N);
    const parameters = await with_({ precision: "q8", accuracy: 0 });
    const build = (graph: Graph, given: Parameters): void => {
      const input = graph.input("x", "float32", ["M", K]);
      graph.output("all", given.linear(graph, input, "w", K, N));
      graph.output("some", given.linear(graph, input, "w", K, N, { order, rows: [4, 40] }));
    };
    const { all, some } = await run(parameters, build, { x });
    for (let row = 0; row < 5; row++) {
      for (let n = 4; n < 40; n++) {
        expect(at(some, row * 36 + n - 4)).toBeCloseTo(at(all, row * N + (order[n] ?? 0)), 5);
      }
    }
  });

  it("stay float32 where asked for, or where rows are no multiple of 32", async () => {
    const chosen: string[] = [];
    const parameters = await with_({
      precision: (name, kind) => {
        chosen.push(`${name} ${kind}`);
        return "q4";
      },
    });
    const build = (graph: Graph, given: Parameters): void => {
      const input = graph.input("x", "float32", ["M", K]);
      graph.output("exact", given.linear(graph, input, "w", K, N, { exact: true }));
      const narrow = graph.input("z", "float32", ["Z", 20]);
      graph.output("narrow", given.linear(graph, narrow, "small", 20, 7));
    };
    const feeds = { x, z: spread(40, 3) };
    expect(await run(parameters, build, feeds)).toEqual(await run(host, build, feeds));
    expect(chosen).toEqual(["small linear"]);
  });

  it("are shared by graphs, and read in rows on the host", async () => {
    const parameters = await with_({ precision: "q8" });
    const first = await run(parameters, linear, { x });
    expect(await run(parameters, linear, { x })).toEqual(first);
    const rows = parameters.rows("large", 64, 128);
    const read = await rows.read(Int32Array.of(63, 0, 63), 100, 128);
    expect(read.length).toBe(84);
    expect(read.slice(0, 28)).toEqual(large.slice(63 * 128 + 100, 64 * 128));
    expect(read.slice(28, 56)).toEqual(large.slice(100, 128));
    await expect(rows.read(Int32Array.of(64))).rejects.toThrow(
      /large: expected rows 0 to 63, got 64/,
    );
    await expect(rows.read(Int32Array.of(0), 5, 200)).rejects.toThrow(/columns within 0 to 128/);
  });

  it("refuse what doesn't fit, naming file and tensor", async () => {
    const parameters = await with_({ precision: "q4" });
    const graph = new Graph();
    const input = graph.input("x", "float32", ["M", K]);
    expect(() => parameters.linear(graph, input, "w", K, N + 1)).toThrow(
      /w\.safetensors: w: expected \[49, 96\], got \[48, 96\]/,
    );
    expect(() => parameters.tensor(graph, "gone", [1])).toThrow(CheckpointError);
    expect(() => parameters.tensor(graph, "gone", [1])).toThrow(/expected a tensor gone/);
    expect(() => parameters.linear(graph, input, "w", K, N, { rows: [0, 99] })).toThrow(RangeError);
    expect(() => parameters.linear(graph, input, "w", K, N, { order: [99] })).toThrow(RangeError);
    const odd = { colour: 1 } as CheckpointParametersOptions;
    await expect(with_(odd)).rejects.toThrow(/expected the options .*, got colour/);
    await expect(with_({ block: 48 } as unknown as CheckpointParametersOptions)).rejects.toThrow(
      /block: expected one of 32, 64, 128, 256, got 48/,
    );
    const broken = spread(N * K, 1);
    broken[5 * K + 7] = Number.NaN;
    const checkpoint = await checkpointOf([["w", [N, K], broken]]);
    const unsound = new CheckpointParameters(checkpoint, { precision: "q4" });
    linear(new Graph(), unsound);
    await expect(unsound.external()).rejects.toThrow(
      /w\.safetensors: w: expected finite values, got NaN at \[5, 7\]/,
    );
  });
});
