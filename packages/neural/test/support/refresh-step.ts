/** A small decoder layer that refreshes rows of a key-value cache: what the executors' tests run everywhere. */

import { Graph, MICROSOFT } from "../../src/graph/graph.ts";
import { attend, foldMask } from "../../src/model/attention.ts";
import { encodeModel } from "../../src/onnx/encode.ts";
import type { AttentionForm, HostTensor } from "../../src/runtime/types.ts";

/** Length of a row. */
export const WIDTH = 64;
/** Slots of the cache. */
export const SLOTS = 40;
const HEADS = { query: 4, keyValue: 2, width: 32, scale: 0.2 };
const CACHE = HEADS.keyValue * HEADS.width;

/** Deterministic numbers in (-scale, scale). */
export function noise(count: number, seed: number, scale = 1): Float32Array {
  let state = Math.imul(seed + 1, 2654435761) >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (2 * (state / 2 ** 32) - 1) * scale;
  });
}

/**
 * The layer: norm, products (the queries' weights in 4-bit blocks), ScatterND into the cache, attention with folded
 * heads, residual. `x` [1, rows, 64], `slots` [rows, 1], `mask` [1, 1, rows, 40], `k` and `v` [40, 64] to `y`, `ko`, `vo`.
 */
export function refreshStep(form: AttentionForm): Uint8Array {
  const graph = new Graph();
  const x = graph.input("x", "float32", [1, "rows", WIDTH]);
  const slots = graph.input("slots", "int64", ["rows", 1]);
  const mask = graph.input("mask", "float32", [1, 1, "rows", SLOTS]);
  const k = graph.input("k", "float32", [SLOTS, CACHE]);
  const v = graph.input("v", "float32", [SLOTS, CACHE]);
  const h = graph.rmsNorm(x, graph.constant(noise(WIDTH, 1), [WIDTH], "float32"), 1e-6);
  const project = (seed: number, to: number) =>
    graph.matmul(h, graph.constant(noise(WIDTH * to, seed, 0.3), [WIDTH, to], "float32"));
  const out = HEADS.query * HEADS.width;
  const blocks = (out * WIDTH) / 32;
  const codes = Uint8Array.from(noise(blocks * 16, 2), (value) => Math.floor((value + 1) * 127.9));
  const q = graph.single(
    "MatMulNBits",
    [
      h,
      graph.constant(codes, [out, WIDTH / 32, 16], "uint8"),
      graph.constant(noise(blocks, 3, 0.05), [blocks], "float32"),
    ],
    { type: "float32", shape: [1, "rows", out] },
    { K: WIDTH, N: out, bits: 4, block_size: 32, accuracy_level: 0 },
    MICROSOFT,
  );
  const rows = (seed: number) => graph.reshape(project(seed, CACHE), ["rows", CACHE]);
  const ko = graph.scatterRows(k, slots, rows(4));
  const vo = graph.scatterRows(v, slots, rows(5));
  const batch = (cache: typeof ko) => graph.reshape(cache, [1, SLOTS, CACHE]);
  const folded = foldMask(graph, mask, HEADS.query / HEADS.keyValue);
  const seen = attend(graph, q, batch(ko), batch(vo), folded, HEADS, form);
  const back = graph.constant(noise(out * WIDTH, 6, 0.2), [out, WIDTH], "float32");
  graph.output("y", graph.add(x, graph.matmul(seen, back)));
  graph.output("ko", ko);
  graph.output("vo", vo);
  return encodeModel(graph);
}

/** Inputs that refresh some slots; slot j holds position j, and all 40 rows of `x` are the same in every call. */
export function refreshFeeds(slots: readonly number[]): Record<string, HostTensor> {
  const all = noise(SLOTS * WIDTH, 9);
  const x = new Float32Array(slots.length * WIDTH);
  const mask = new Float32Array(slots.length * SLOTS);
  for (const [row, slot] of slots.entries()) {
    x.set(all.subarray(slot * WIDTH, (slot + 1) * WIDTH), row * WIDTH);
    for (let j = 0; j < SLOTS; j++) mask[row * SLOTS + j] = j <= slot && slot - j < 24 ? 0 : -1e9;
  }
  const rows = slots.length;
  return {
    x: { type: "float32", shape: [1, rows, WIDTH], data: x },
    slots: { type: "int64", shape: [rows, 1], data: BigInt64Array.from(slots, BigInt) },
    mask: { type: "float32", shape: [1, 1, rows, SLOTS], data: mask },
  };
}

/** An empty cache's keys or values. */
export function emptyCache(): HostTensor {
  return { type: "float32", shape: [SLOTS, CACHE], data: new Float32Array(SLOTS * CACHE) };
}

/** Largest difference of two arrays; infinite where their lengths differ or one is not a number. */
export function largestDifference(
  a: ArrayLike<number | bigint>,
  b: ArrayLike<number | bigint>,
): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(Number(a[i]) - Number(b[i]));
    if (!(difference <= worst))
      worst = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }
  return worst;
}
