/** Tensors against what a model declares, so that a mistake is told in its words rather than in a kernel's. */

import type { ConstantData, DataType, Dim } from "../graph/types.ts";
import { show } from "../graph/types.ts";
import { ExecutionError, type HostTensor, type Tensor } from "./types.ts";

/** An input or output as the model declares it. */
export type Declared = {
  readonly name: string;
  /** ONNX Runtime's name of the element type. */
  readonly type: string;
  /** Lengths and names of lengths; empty also when the model does not say. */
  readonly shape: readonly Dim[];
};

/** Lengths found so far for a model's named lengths, each with where it was found. */
export type Lengths = Map<string, { readonly length: number; readonly from: string }>;

type ArrayClass = { readonly name: string; new (length: number): ConstantData };

const ARRAYS: Readonly<Record<DataType, ArrayClass>> = {
  float32: Float32Array,
  float16: Uint16Array,
  uint8: Uint8Array,
  int8: Int8Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
};

/**
 * Checks a tensor's type and shape; notes the lengths that the model gives a name.
 * @throws {ExecutionError} which begins with `what` ("decoder: input k_0", say).
 */
export function checkTensor(
  what: string,
  declared: Declared,
  tensor: Tensor,
  lengths: Lengths,
): void {
  const { type, shape } = tensor;
  const got = `${type} ${show(shape)}`;
  const ranks = declared.shape.length === shape.length || declared.shape.length === 0;
  const fits =
    ranks && declared.shape.every((dim, i) => typeof dim === "string" || dim === shape[i]);
  if (declared.type !== type || !fits) {
    throw new ExecutionError(
      `${what}: expected ${declared.type} ${show(declared.shape)}, got ${got}`,
    );
  }
  for (const [i, dim] of declared.shape.entries()) {
    const length = shape[i] as number;
    if (typeof dim !== "string" || dim === "") continue;
    const known = lengths.get(dim);
    if (known === undefined) lengths.set(dim, { length, from: what });
    else if (known.length !== length) {
      throw new ExecutionError(
        `${what}: expected ${dim} = ${known.length} as in ${known.from}, got ${length} in ${got}`,
      );
    }
  }
  if ("data" in tensor) checkData(what, tensor);
}

/** Checks that a host tensor's array is of its type and fills its shape. @throws {ExecutionError} */
export function checkData(what: string, { type, shape, data }: HostTensor): void {
  const Expected = ARRAYS[type];
  if (Expected === undefined) {
    throw new ExecutionError(
      `${what}: expected one of ${Object.keys(ARRAYS).join(", ")}, got ${type}`,
    );
  }
  const count = shape.reduce((all, length) => all * length, 1);
  if (!Number.isSafeInteger(count) || shape.some((length) => length < 0)) {
    throw new ExecutionError(`${what}: expected whole lengths from 0, got ${show(shape)}`);
  }
  if (!(data instanceof Expected) || data.length !== count) {
    const found = ArrayBuffer.isView(data)
      ? `${data.length} in ${data.constructor.name}`
      : typeof data;
    throw new ExecutionError(
      `${what}: expected ${count} elements in ${Expected.name} for ${type} ${show(shape)}, got ${found}`,
    );
  }
}

/** An empty array for a type's elements. */
export function arrayFor(type: DataType, count: number): ConstantData {
  return new ARRAYS[type](count);
}
