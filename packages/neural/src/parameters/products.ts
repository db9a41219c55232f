/** Products with quantised matrices, as ONNX Runtime computes them on CPUs. */

import { type Graph, MICROSOFT } from "../graph/graph.ts";
import type { Value } from "../graph/types.ts";

/** A matrix in blocks along its rows. */
export type BlockMatrix = {
  /** Codes, [outputs, blocks of a row, bytes of a block] uint8. */
  readonly codes: Value;
  /** Scales, [outputs * blocks of a row]. */
  readonly scales: Value;
  /** Bits of a code. */
  readonly bits: 4 | 8;
  /** Values that share a scale. */
  readonly block: number;
  /** 0 multiplies in float32, 4 rounds activations to 8 bits, block by block. */
  readonly accuracy: 0 | 4;
};

/** `x @ W^T` with W in blocks. */
export function blockProduct(graph: Graph, x: Value, inputs: number, matrix: BlockMatrix): Value {
  const { codes, scales, bits, block, accuracy } = matrix;
  const N = codes.shape[0] as number;
  return graph.single(
    "MatMulNBits",
    [x, codes, scales],
    { type: "float32", shape: [...x.shape.slice(0, -1), N] },
    { K: inputs, N, bits, block_size: block, accuracy_level: accuracy },
    MICROSOFT,
  );
}

/** Least magnitude of a row that is assumed, so that a row of zeros has a scale, too. */
const SMALLEST = 1e-30;

/**
 * `x @ W` with W in bytes, [inputs, outputs] int8, and one scale per column: each row of x is rounded to 8 bits by its
 * own largest magnitude (about 0.8 % of normally distributed values' own), products are added as integers. About twice
 * as fast as blocks where the processor multiplies bytes; for many rows, such as those of a picture.
 */
export function byteProduct(graph: Graph, x: Value, codes: Value, scales: Value): Value {
  const inputs = codes.shape[0] as number;
  const rows = "rows of bytes";
  const lengths = graph.single("Shape", [x], { type: "int64", shape: [x.shape.length] });
  const top = graph.maximum(graph.abs(x), [-1], true);
  const scale = graph.mul(graph.max(top, graph.scalar(SMALLEST)), graph.scalar(1 / 127));
  const line = graph.single("Reshape", [scale, graph.integers([-1])], {
    type: "float32",
    shape: [rows],
  });
  const flat = graph.single("Reshape", [x, graph.integers([-1, inputs])], {
    type: "float32",
    shape: [rows, inputs],
  });
  const zero = Uint8Array.of(128);
  const zeros = graph.single(
    "Expand",
    [
      graph.constant(zero, [1], "uint8"),
      graph.single("Shape", [line], { type: "int64", shape: [1] }),
    ],
    { type: "uint8", shape: [rows] },
  );
  const bytes = graph.single(
    "QuantizeLinear",
    [flat, line, zeros],
    { type: "uint8", shape: [rows, inputs] },
    { axis: 0 },
  );
  const shaped = graph.single("Reshape", [bytes, lengths], { type: "uint8", shape: x.shape });
  const product = graph.single(
    "MatMulIntegerToFloat",
    [shaped, codes, graph.scalar(1), scales, graph.constant(zero, [], "uint8")],
    { type: "float32", shape: [...x.shape.slice(0, -1), codes.shape[1] as number] },
    {},
    MICROSOFT,
  );
  return graph.mul(product, scale);
}
