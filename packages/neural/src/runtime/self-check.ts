/**
 * Whether a device computes attention correctly. ONNX Runtime's attention operator picks its kernel by adapter, head
 * width and number of rows, and some of these kernels are wrong on some adapters; nothing but the numbers shows it.
 */

import { Graph } from "../graph/graph.ts";
import type { Value } from "../graph/types.ts";
import { attend, foldMask, type Heads } from "../model/attention.ts";
import { encodeModel } from "../onnx/encode.ts";
import { type AttentionForm, ExecutionError, type Executor, type HostTensor } from "./types.ts";

/** An attention to check; `byHead`: keys and values lie head by head, as in a cache, instead of side by side. */
type Canary = Heads & { readonly byHead?: boolean };

/** Four query heads share a key head, so that 16 rows become 64 in the operator; each width has its own kernel. */
const CANARIES: readonly Canary[] = [
  { query: 8, keyValue: 2, width: 64, scale: 0.125 },
  { query: 8, keyValue: 2, width: 64, scale: 0.125, byHead: true },
  { query: 4, keyValue: 1, width: 256, scale: 0.0625 },
  { query: 4, keyValue: 1, width: 512, scale: 0.04 },
];
/** A refresh of many tokens, and the one row of a step of decoding. */
const ROWS = [16, 1] as const;
const SEEN = 80;
/** Right devices stay below 1e-5; wrong kernels are off by 0.1 and more. */
const TOLERANCE = 1e-3;

/**
 * The form of attention that gives right results: the operator, or its parts where the operator is wrong or missing.
 * @throws {ExecutionError} when the parts are wrong as well.
 */
export async function checkAttention(
  executor: Pick<Executor, "load" | "backend">,
): Promise<AttentionForm> {
  const fused = await errorOf(executor, "fused").catch((error: unknown) => {
    if (error instanceof ExecutionError) return Number.POSITIVE_INFINITY;
    throw error;
  });
  if (fused <= TOLERANCE) return "fused";
  const decomposed = await errorOf(executor, "decomposed");
  if (decomposed <= TOLERANCE) return "decomposed";
  throw new ExecutionError(
    `${executor.backend}: expected attention within ${TOLERANCE} of the reference, got an error of ` +
      `${fused.toPrecision(2)} as one operator and ${decomposed.toPrecision(2)} as products and a softmax`,
  );
}

/** Largest difference from the reference, or the first that is too large. */
async function errorOf(executor: Pick<Executor, "load">, form: AttentionForm): Promise<number> {
  let worst = 0;
  for (const heads of CANARIES) {
    const lie = heads.byHead ? " one by one" : "";
    const name = `self-check (${form}, heads of ${heads.width}${lie})`;
    const program = await executor.load({ model: canaryModel(heads, form), name });
    try {
      for (const rows of ROWS) {
        const { feeds, expected } = canary(heads, rows);
        const got = (await program.run(feeds)).out?.data ?? [];
        for (const [i, value] of expected.entries()) {
          const error = Math.abs(Number(got[i]) - value);
          // Not a number is the worst of all results, and loses every comparison.
          worst = error <= worst ? worst : Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
        }
        if (worst > TOLERANCE) return worst;
      }
    } finally {
      await program.dispose();
    }
  }
  return worst;
}

function canaryModel(heads: Canary, form: AttentionForm): Uint8Array {
  const graph = new Graph();
  const width = heads.keyValue * heads.width;
  const q = graph.input("q", "float32", [1, "rows", heads.query * heads.width]);
  const k = graph.input("k", "float32", [1, SEEN, width]);
  const v = graph.input("v", "float32", [1, SEEN, width]);
  const mask = graph.input("mask", "float32", [1, 1, "rows", SEEN]);
  const folded = foldMask(graph, mask, heads.query / heads.keyValue);
  const lying = (x: Value): Value => {
    if (heads.byHead !== true) return x;
    const split = graph.reshape(x, [1, SEEN, heads.keyValue, heads.width]);
    return graph.transpose(split, [0, 2, 1, 3]);
  };
  graph.output("out", attend(graph, q, lying(k), lying(v), folded, heads, form));
  return encodeModel(graph);
}

/** Inputs of a run with so many rows, and what attention makes of them. */
function canary(
  heads: Heads,
  rows: number,
): { feeds: Record<string, HostTensor>; expected: Float64Array } {
  let state = 12345 + rows;
  const tensor = (...shape: number[]): HostTensor & { readonly data: Float32Array } => {
    const data = new Float32Array(shape.reduce((all, length) => all * length, 1));
    for (let i = 0; i < data.length; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      data[i] = (state / 2 ** 32 - 0.5) * 3;
    }
    return { type: "float32", shape, data };
  };
  const q = tensor(1, rows, heads.query * heads.width);
  const k = tensor(1, SEEN, heads.keyValue * heads.width);
  const v = tensor(1, SEEN, heads.keyValue * heads.width);
  const mask = tensor(1, 1, rows, SEEN);
  // Causal with a window of 48, as a sliding layer has it.
  for (let row = 0; row < rows; row++) {
    const at = SEEN - rows + row;
    for (let j = 0; j < SEEN; j++) {
      mask.data[row * SEEN + j] = j <= at && at - j < 48 ? 0 : -1e9;
    }
  }
  const expected = reference(q.data, k.data, v.data, mask.data, rows, heads);
  return { feeds: { q, k, v, mask }, expected };
}

/** Attention by its definition, in double precision. */
function reference(
  q: Float32Array,
  k: Float32Array,
  v: Float32Array,
  mask: Float32Array,
  rows: number,
  { query, keyValue, width, scale }: Heads,
): Float64Array {
  const out = new Float64Array(rows * query * width);
  const weights = new Float64Array(SEEN);
  for (let row = 0; row < rows; row++) {
    for (let head = 0; head < query; head++) {
      const from = (row * query + head) * width;
      const shared = Math.floor(head / (query / keyValue)) * width;
      let highest = Number.NEGATIVE_INFINITY;
      for (let j = 0; j < SEEN; j++) {
        const key = j * keyValue * width + shared;
        let score = 0;
        for (let c = 0; c < width; c++) score += q[from + c] * k[key + c];
        weights[j] = score * scale + mask[row * SEEN + j];
        highest = Math.max(highest, weights[j]);
      }
      let total = 0;
      for (let j = 0; j < SEEN; j++) {
        weights[j] = Math.exp(weights[j] - highest);
        total += weights[j];
      }
      for (let j = 0; j < SEEN; j++) {
        const weight = weights[j] / total;
        if (weight === 0) continue;
        const value = j * keyValue * width + shared;
        for (let c = 0; c < width; c++) out[from + c] += weight * v[value + c];
      }
    }
  }
  return out;
}
