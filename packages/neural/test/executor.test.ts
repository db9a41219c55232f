import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Graph } from "../src/graph/graph.ts";
import type { DataType } from "../src/graph/types.ts";
import { openNodeExecutor } from "../src/node/executor.ts";
import { encodeModel } from "../src/onnx/encode.ts";
import {
  ExecutionError,
  type Executor,
  type HostTensor,
  type KeptTensor,
  type Program,
} from "../src/runtime/types.ts";
import {
  emptyCache,
  largestDifference,
  noise,
  refreshFeeds,
  refreshStep,
  SLOTS,
  WIDTH,
} from "./support/refresh-step.ts";

const ALL = Array.from({ length: SLOTS }, (_, i) => i);

let executor: Executor;
let folder: string;

beforeAll(async () => {
  executor = await openNodeExecutor();
  folder = await mkdtemp(join(tmpdir(), "executor-"));
});

afterAll(async () => {
  await executor.dispose();
  await rm(folder, { recursive: true, force: true });
});

function floats(shape: readonly number[], data: ArrayLike<number>): HostTensor {
  return { type: "float32", shape, data: Float32Array.from(data) };
}

/** A model that adds 1 to `k` wherever it is told, and sums the result. */
function counter(): Uint8Array {
  const graph = new Graph();
  const k = graph.input("k", "float32", ["n"]);
  const by = graph.input("by", "float32", ["n"]);
  const next = graph.add(k, by);
  graph.output("next", next);
  graph.output("total", graph.sum(next, [0]));
  return encodeModel(graph);
}

/** Refreshes slots in place, and gives the rows' results. */
async function refresh(
  program: Program,
  cache: { k: HostTensor; v: HostTensor },
  slots: readonly number[],
): Promise<Float32Array> {
  const feeds = { ...refreshFeeds(slots), ...cache };
  const { y } = await program.run(feeds, { ko: cache.k, vo: cache.v }, ["y"]);
  return y?.data as Float32Array;
}

const filled = (value: number): HostTensor => {
  const cache = emptyCache();
  cache.data.fill(value as never);
  return cache;
};

describe("a program", () => {
  test("gives new outputs, some of them, or writes into given tensors", async () => {
    const program = await executor.load({ model: counter() });
    expect(program.inputs).toEqual(["k", "by"]);
    expect(program.outputs).toEqual(["next", "total"]);
    const k = floats([2], [1, 2]);
    const by = floats([2], [10, 20]);
    expect(await program.run({ k, by })).toEqual({
      next: floats([2], [11, 22]),
      total: floats([], [33]),
    });
    expect(await program.run({ k, by }, {}, ["total"])).toEqual({ total: floats([], [33]) });
    const target = floats([2], [0, 0]);
    expect(Object.keys(await program.run({ k, by }, { next: target }, []))).toEqual([]);
    expect(target.data).toEqual(Float32Array.of(11, 22));
    expect(await program.run({ k, by }, { next: k }, ["total"])).toEqual({
      total: floats([], [33]),
    });
    expect(k.data).toEqual(Float32Array.of(11, 22));
  });

  test("runs that overlap follow each other", async () => {
    const program = await executor.load({ model: counter() });
    const k = floats([1], [0]);
    const by = floats([1], [1]);
    const totals = await Promise.all(
      Array.from({ length: 50 }, () => program.run({ k, by }, { next: k }, ["total"])),
    );
    expect(totals.map(({ total }) => total?.data[0])).toEqual(
      Array.from({ length: 50 }, (_, i) => i + 1),
    );
    expect(k.data[0]).toBe(50);
  });

  test.each<[DataType, HostTensor["data"]]>([
    ["float32", Float32Array.of(1.5, -0, Number.NaN)],
    ["float16", Uint16Array.of(0x3c00, 0xbc01, 0x7c00)],
    ["uint8", Uint8Array.of(0, 200, 255)],
    ["int8", Int8Array.of(-128, 0, 127)],
    ["int32", Int32Array.of(-(2 ** 31), 0, 2 ** 31 - 1)],
    ["int64", BigInt64Array.of(-(2n ** 63n), 0n, 2n ** 63n - 1n)],
    ["bool", Uint8Array.of(0, 1, 1)],
  ])("%s goes in and out", async (type, data) => {
    const graph = new Graph();
    graph.output("y", graph.identity(graph.input("x", type, ["n"])));
    const program = await executor.load({ model: encodeModel(graph) });
    const { y } = await program.run({ x: { type, shape: [3], data } });
    expect(y).toEqual({ type, shape: [3], data });
    expect(await program.run({ x: { type, shape: [0], data: data.slice(0, 0) } })).toEqual({
      y: { type, shape: [0], data: data.slice(0, 0) },
    });
  });
});

describe("a cache updated in place", () => {
  test("refreshing all rows, in chunks and over garbage, is a full computation: difference 0", async () => {
    const program = await executor.load({ model: refreshStep("fused") });
    const whole = { k: filled(0), v: filled(0) };
    const expected = await refresh(program, whole, ALL);
    const garbage = { k: filled(7e5), v: filled(-3e4) };
    expect(largestDifference(await refresh(program, garbage, ALL), expected)).toBe(0);
    const chunked = { k: filled(7e5), v: filled(-3e4) };
    const parts = [ALL.slice(0, 11), ALL.slice(11, 13), ALL.slice(13, 30), ALL.slice(30)];
    for (const part of parts) {
      const rows = await refresh(program, chunked, part);
      const first = part[0] as number;
      const same = expected.subarray(first * WIDTH, (first + part.length) * WIDTH);
      expect(largestDifference(rows, same)).toBe(0);
    }
    for (const cache of [garbage, chunked]) {
      expect(largestDifference(cache.k.data, whole.k.data)).toBe(0);
      expect(largestDifference(cache.v.data, whole.v.data)).toBe(0);
    }
    // One row alone goes through another kernel, which adds up in another order.
    const one = await refresh(program, chunked, [20]);
    const same = expected.subarray(20 * WIDTH, 21 * WIDTH);
    expect(largestDifference(one, same)).toBeLessThan(1e-6);
  });

  test("a row that is wrong shows in exactly the rows that see it", async () => {
    const program = await executor.load({ model: refreshStep("fused") });
    const cache = { k: filled(0), v: filled(0) };
    const expected = await refresh(program, cache, ALL);
    const wrong = 10;
    const data = cache.v.data as Float32Array;
    for (let i = 0; i < WIDTH; i++) data[wrong * WIDTH + i] = 5;
    // The rows themselves are refreshed, so the wrong one is left out.
    const others = ALL.filter((slot) => slot !== wrong);
    const got = await refresh(program, cache, others);
    const changed = others.filter((slot, row) => {
      const now = got.subarray(row * WIDTH, (row + 1) * WIDTH);
      return largestDifference(now, expected.subarray(slot * WIDTH, (slot + 1) * WIDTH)) > 0;
    });
    expect(changed).toEqual(others.filter((slot) => slot > wrong && slot - wrong < 24));
  });

  test("takes no memory and is not copied", async () => {
    // ONNX Runtime's own account of one run: which operators ran and what each of them allocated.
    const session = await ort.InferenceSession.create(refreshStep("fused"), {
      executionProviders: ["cpu"],
      intraOpNumThreads: 1,
      enableProfiling: true,
      profileFilePrefix: join(folder, "profile"),
    });
    const given = Object.entries({ ...refreshFeeds([3, 9]), k: emptyCache(), v: emptyCache() });
    const feeds: Record<string, ort.Tensor> = {};
    for (const [name, { type, data, shape }] of given) {
      feeds[name] = new ort.Tensor(type as "float32", data as Float32Array, shape);
    }
    const { k, v } = feeds as { k: ort.Tensor; v: ort.Tensor };
    await session.run(feeds, { y: null, ko: k, vo: v });
    await session.run(feeds);
    session.endProfiling();
    await session.release();
    const file = (await readdir(folder)).find((name) => name.startsWith("profile")) ?? "";
    type Event = { cat: string; args: { op_name?: string; mem_requested_in_use_delta?: string } };
    const events = JSON.parse(await readFile(join(folder, file), "utf8")) as Event[];
    const nodes = events.filter(({ cat }) => cat === "Node").map(({ args }) => args);
    expect(nodes.some(({ op_name }) => op_name === "Identity")).toBe(false);
    const taken = nodes
      .filter(({ op_name }) => op_name === "ScatterND")
      .map(({ mem_requested_in_use_delta }) => Number(mem_requested_in_use_delta));
    const bytes = emptyCache().data.byteLength;
    expect(taken).toEqual([0, 0, bytes, bytes]);
  });
});

describe("bad input", () => {
  let program: Program;
  beforeAll(async () => {
    program = await executor.load({ model: refreshStep("fused"), name: "lower" });
  });

  const good = (): Record<string, HostTensor> => ({
    ...refreshFeeds([1, 2]),
    k: emptyCache(),
    v: emptyCache(),
  });

  test.each<[string, Record<string, unknown>, string]>([
    ["no input", { slots: undefined }, "lower: expected input slots, got x, slots, mask, k, v"],
    [
      "another type",
      { slots: { type: "int32", shape: [2, 1], data: new Int32Array(2) } },
      "lower: input slots: expected int64 [rows, 1], got int32 [2, 1]",
    ],
    [
      "another rank",
      { x: floats([2, 64], new Float32Array(128)) },
      "lower: input x: expected float32 [1, rows, 64], got float32 [2, 64]",
    ],
    [
      "another length",
      { k: floats([SLOTS, 32], new Float32Array(SLOTS * 32)) },
      "lower: input k: expected float32 [40, 64], got float32 [40, 32]",
    ],
    [
      "lengths that disagree",
      { mask: floats([1, 1, 3, SLOTS], new Float32Array(3 * SLOTS)) },
      "lower: input mask: expected rows = 2 as in lower: input x, got 3 in float32 [1, 1, 3, 40]",
    ],
    [
      "too few elements",
      { k: floats([SLOTS, 64], [1, 2, 3]) },
      "lower: input k: expected 2560 elements in Float32Array for float32 [40, 64], got 3 in Float32Array",
    ],
    [
      "another array",
      { k: { type: "float32", shape: [SLOTS, 64], data: new Float64Array(SLOTS * 64) } },
      "lower: input k: expected 2560 elements in Float32Array for float32 [40, 64], got 2560 in Float64Array",
    ],
    [
      "no array",
      { k: { type: "float32", shape: [SLOTS, 64], data: "zeros" } },
      "lower: input k: expected 2560 elements in Float32Array for float32 [40, 64], got string",
    ],
    [
      "a tensor of another executor",
      { k: { type: "float32", shape: [SLOTS, 64], dispose() {} } as unknown as KeptTensor },
      "lower: input k: expected a tensor of this executor, got a foreign one",
    ],
  ])("%s is told", async (_what, feeds, message) => {
    const given = { ...good(), ...feeds } as Record<string, HostTensor>;
    const error = await program.run(given).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ExecutionError);
    expect((error as Error).message).toBe(message);
  });

  test("outputs that there are not, or that do not fit", async () => {
    await expect(program.run(good(), {}, ["z"])).rejects.toThrow(
      "lower: expected an output of y, ko, vo, got z",
    );
    await expect(program.run(good(), { z: emptyCache() })).rejects.toThrow(
      "lower: expected an output of y, ko, vo, got z",
    );
    await expect(program.run(good(), {}, [])).rejects.toThrow(
      "lower: expected at least one output, none was asked for",
    );
    const short = floats([1, 1, WIDTH], new Float32Array(WIDTH));
    await expect(program.run(good(), { y: short })).rejects.toThrow(
      "lower: output y: expected rows = 2 as in lower: input x, got 1 in float32 [1, 1, 64]",
    );
  });

  test("a slot outside the cache fails the run, not the executor", async () => {
    const data = BigInt64Array.of(0n, 40n);
    const slots: HostTensor = { type: "int64", shape: [2, 1], data };
    const error = await program.run({ ...good(), slots }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ExecutionError);
    expect((error as Error).message).toMatch(/^lower: failed on node-cpu: .*ScatterND/);
    await expect(program.run(good())).resolves.toHaveProperty("y");
  });

  test("models that are none", async () => {
    const load = (model: Uint8Array | string, name?: string) =>
      executor.load(name === undefined ? { model } : { model, name });
    const garbage = noise(64, 1).map((value) => value * 1e9);
    const bytes = new Uint8Array(garbage.buffer);
    await expect(load(bytes, "upper")).rejects.toThrow(/^upper: cannot be loaded on node-cpu: /);
    await expect(load(refreshStep("fused").subarray(0, 900))).rejects.toThrow(/^model: cannot/);
    await expect(load(join(folder, "absent.onnx"))).rejects.toThrow(
      /^absent.onnx: cannot .*absent/,
    );
    const graph = new Graph();
    const x = graph.input("x", "float32", [1]);
    graph.output("y", graph.single("NoSuchOperator", [x], x));
    await expect(load(encodeModel(graph), "odd")).rejects.toThrow(/^odd: cannot .*NoSuchOperator/);
  });
});

describe("external constants", () => {
  const weights = noise(24, 5);
  const more = noise(8, 6);

  function model(): Uint8Array {
    const graph = new Graph();
    const x = graph.input("x", "float32", [1, 6]);
    // The weights begin behind 64 other bytes, as they do in a checkpoint.
    const at = { location: "weights.bin", offset: 64, length: 96 };
    const a = graph.constant(at, [6, 4], "float32", "a");
    const b = graph.constant({ location: "more.bin", offset: 0, length: 32 }, [4, 2], "float32");
    graph.output("y", graph.matmul(graph.matmul(x, a), b));
    return encodeModel(graph);
  }
  const file = new Uint8Array(160);
  file.set(new Uint8Array(weights.buffer), 64);
  const bytes = new Uint8Array(more.buffer);
  const x = floats([1, 6], noise(6, 7));

  function expected(): number[] {
    const data = x.data as Float32Array;
    const inner = [0, 1, 2, 3].map((j) =>
      data.reduce((sum, value, i) => sum + value * (weights[i * 4 + j] as number), 0),
    );
    return [0, 1].map((j) => inner.reduce((sum, h, i) => sum + h * (more[i * 2 + j] as number), 0));
  }

  test.each(["buffers", "files", "a model file"])("in %s", async (how) => {
    const inFolder = join(folder, "external");
    await mkdir(inFolder, { recursive: true });
    const paths = { weights: join(inFolder, "weights.bin"), more: join(inFolder, "more.bin") };
    await Promise.all([
      writeFile(paths.weights, file),
      writeFile(paths.more, bytes),
      writeFile(join(inFolder, "model.onnx"), model()),
    ]);
    const given = {
      buffers: { model: model(), external: { "weights.bin": file, "more.bin": bytes } },
      files: { model: model(), external: { "weights.bin": paths.weights, "more.bin": paths.more } },
      "a model file": { model: join(inFolder, "model.onnx") },
    }[how] as Parameters<Executor["load"]>[0];
    const program = await executor.load(given);
    const { y } = await program.run({ x });
    expect(largestDifference(y?.data ?? [], expected())).toBeLessThan(1e-6);
    await program.dispose();
  });

  test("that are absent, cut short, or elsewhere, are told", async () => {
    await expect(executor.load({ model: model(), name: "m" })).rejects.toThrow(/^m: .*weights.bin/);
    const external = { "weights.bin": file.subarray(0, 100), "more.bin": bytes };
    await expect(executor.load({ model: model(), external, name: "m" })).rejects.toThrow(
      /^m: cannot be loaded on node-cpu/,
    );
    await writeFile(join(folder, "other.bin"), file);
    const other = join(folder, "other.bin");
    await expect(
      executor.load({ model: model(), external: { "weights.bin": other }, name: "m" }),
    ).rejects.toThrow(`m: expected weights.bin in ${folder}, got ${other}`);
    const both = { "weights.bin": join(folder, "weights.bin"), "more.bin": bytes };
    await expect(executor.load({ model: model(), external: both, name: "m" })).rejects.toThrow(
      "m: expected external constants all in buffers or all in files, got more.bin in a buffer " +
        "and weights.bin in a file",
    );
    const apart = {
      "weights.bin": join(folder, "weights.bin"),
      "more.bin": join(folder, "x", "more.bin"),
    };
    await expect(executor.load({ model: model(), external: apart, name: "m" })).rejects.toThrow(
      `m: expected more.bin in ${folder}, got ${apart["more.bin"]}`,
    );
  });
});

describe("an executor", () => {
  test("frees its programs, and says so to those who still use them", async () => {
    const own = await openNodeExecutor();
    const program = await own.load({ model: counter(), name: "sum" });
    const feeds = { k: floats([1], [1]), by: floats([1], [2]) };
    const last = program.run(feeds);
    const gone = program.dispose();
    await expect(last).resolves.toMatchObject({ total: floats([], [3]) });
    await gone;
    await program.dispose();
    await expect(program.run(feeds)).rejects.toThrow(
      "sum: expected a program in use, got one that was disposed",
    );
    const other = await own.load({ model: counter() });
    await own.dispose();
    await own.dispose();
    await expect(other.run(feeds)).rejects.toThrow("expected a program in use");
    await expect(own.load({ model: counter() })).rejects.toThrow(
      "expected an executor in use, got node-cpu after disposal",
    );
    await expect(own.keep(emptyCache())).rejects.toThrow("after disposal");
  });

  test("computes the same with two threads, and uses no more than the machine has", async () => {
    const two = await openNodeExecutor({ threads: 2 });
    const k = noise(SLOTS * WIDTH, 11);
    const results = await Promise.all(
      [executor, two].map(async (each) => {
        const program = await each.load({ model: refreshStep("fused") });
        const cache = { k: filled(0), v: filled(0) };
        cache.k.data.set(k as never);
        return refresh(program, cache, [5, 17, 20]);
      }),
    );
    expect(largestDifference(results[0] ?? [], results[1] ?? [])).toBeLessThan(1e-6);
    await two.dispose();
    const many = await openNodeExecutor({ threads: 100_000 });
    expect(many.threads).toBeLessThan(100_000);
    await many.dispose();
  });

  test.each([
    [{ thread: 2 }, "expected options out of threads, prefer, got thread"],
    [{ threads: 0 }, "threads: expected a positive integer, got 0"],
    [{ threads: 1.5 }, "threads: expected a positive integer, got 1.5"],
    [{ prefer: ["cuda"] }, "expected backends out of node-cpu, node-webgpu, web-wasm, got cuda"],
    [{ prefer: [] }, "expected a device to run models on, none of 0 works: "],
  ])("rejects %j", async (options, message) => {
    const error = await openNodeExecutor(options as object).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ExecutionError);
    expect((error as Error).message).toBe(message);
  });

  test("runs on WebAssembly where there is no native library", async () => {
    const wasm = await openNodeExecutor({ prefer: ["web-wasm"], threads: 1 });
    expect(wasm).toMatchObject({ backend: "web-wasm", attention: "fused" });
    const runs = await Promise.all(
      [executor, wasm].map(async (each) => {
        const program = await each.load({ model: refreshStep("fused"), name: "lower" });
        const cache = { k: filled(0), v: filled(0) };
        await refresh(program, cache, ALL);
        return { program, cache, y: await refresh(program, cache, [2, 30]) };
      }),
    );
    const [native, other] = runs as [(typeof runs)[0], (typeof runs)[0]];
    expect(largestDifference(other.y, native.y)).toBeLessThan(2e-5);
    expect(largestDifference(other.cache.k.data, native.cache.k.data)).toBeLessThan(2e-5);
    expect(largestDifference(other.cache.v.data, native.cache.v.data)).toBeLessThan(2e-5);
    const feeds = { ...refreshFeeds([1]), ...other.cache, slots: floats([1, 1], [0]) };
    await expect(other.program.run(feeds)).rejects.toThrow(
      "lower: input slots: expected int64 [rows, 1], got float32 [1, 1]",
    );
    await wasm.dispose();
  });
});
