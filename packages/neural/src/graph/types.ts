/** The words of a graph: values with a type and a shape, nodes that compute them, attributes that set them. */

/** Element type of a value. */
export type DataType = "float32" | "float16" | "uint8" | "int8" | "int32" | "int64" | "bool";

/** Length of an axis: a number, or the name of a length that is known only when the graph runs. */
export type Dim = number | string;

/** Something a graph computes or is given. Handles of a {@link Graph}; two with the same name are the same value. */
export type Value = {
  /** Unique within its graph. */
  readonly name: string;
  /** Element type. */
  readonly type: DataType;
  /** Lengths of the axes, outermost first; empty for a scalar. */
  readonly shape: readonly Dim[];
};

/**
 * Attribute of a node. Numbers and lists of numbers are integers; floating-point ones are marked, since 1 and 1.0
 * are different attributes in ONNX.
 */
export type Attribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] };

/** One operation. */
export type GraphNode = {
  /** Operator, e.g. `MatMul`. */
  readonly op: string;
  /** Operator set: empty for ONNX's own, `com.microsoft` for ONNX Runtime's contributed ones. */
  readonly domain: string;
  /** Inputs in the operator's order; null where an optional one is left out. */
  readonly inputs: readonly (Value | null)[];
  /** What it computes. */
  readonly outputs: readonly Value[];
  /** Attributes by name. */
  readonly attributes: Readonly<Record<string, Attribute>>;
};

/** Typed array that holds a constant's elements; `int64` in a BigInt64Array, `float16` as bits in a Uint16Array. */
export type ConstantData =
  | Float32Array
  | Uint16Array
  | Uint8Array
  | Int8Array
  | Int32Array
  | BigInt64Array;

/** A constant whose bytes lie in a file or buffer beside the model. */
export type ExternalData = {
  /** File name, or the name under which the buffer is passed to the executor. */
  readonly location: string;
  /** First byte. */
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
};

/** A value that is part of the model. */
export type Initializer = {
  /** Its handle; the shape has no named lengths. */
  readonly value: Value;
  /** Its elements, or where they lie. */
  readonly data: ConstantData | ExternalData;
};

/** Elements of a type in `count` elements take this many bytes. */
export function byteLength(type: DataType, count: number): number {
  return count * BYTES[type];
}

const BYTES: Readonly<Record<DataType, number>> = {
  float32: 4,
  float16: 2,
  uint8: 1,
  int8: 1,
  int32: 4,
  int64: 8,
  bool: 1,
};

/** A graph was asked for something that does not fit together; the message names operator, expected and found shape. */
export class GraphError extends Error {
  override readonly name = "GraphError";
}

/** Number of elements of a shape without named lengths. @throws {GraphError} when a length is a name. */
export function elements(shape: readonly Dim[]): number {
  let count = 1;
  for (const dim of shape) {
    if (typeof dim !== "number") throw new GraphError(`expected known lengths, got ${show(shape)}`);
    count *= dim;
  }
  return count;
}

/** A shape as text, e.g. `[1, M, 768]`. */
export function show(shape: readonly Dim[]): string {
  return `[${shape.join(", ")}]`;
}
