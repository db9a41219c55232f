/** The reverse sweep's state: what has reached each value so far, and the sums and products made of it. */

import { type Graph, MICROSOFT } from "../graph/graph.ts";
import { broadcast } from "../graph/shapes.ts";
import { type Dim, GraphError, type GraphNode, show, type Value } from "../graph/types.ts";

/** Emits the backward nodes of one node; `dys` are the gradients of its outputs, undefined where none arrived. */
export type Rule = (back: Backward, node: GraphNode, dys: readonly (Value | undefined)[]) => void;

/** Two matrices whose product is part of a gradient: `left^T @ right` over their rows, or `left @ right^T` over columns. */
type Product = { readonly left: Value; readonly right: Value; readonly over: "rows" | "columns" };

/** How many products are joined into one: few enough that what is joined is still in the processor's cache. */
const JOINED = 8;

/** Gradients while they are gathered. Rules ask it which inputs matter and give it what they contribute. */
export class Backward {
  readonly graph: Graph;
  /** Threads that will run the graph; undefined: not known. */
  readonly threads: number | undefined;
  readonly #reached: ReadonlySet<string>;
  readonly #wanted: ReadonlySet<string>;
  readonly #makers = new Map<string, GraphNode>();
  readonly #sums = new Map<string, Value[]>();
  readonly #products = new Map<string, Product[]>();
  readonly #readers = new Map<string, number>();
  readonly #turned = new Map<string, Value>();
  readonly #joined = new Map<string, Value>();
  readonly #integers = new Map<string, number[]>();

  /** `reached` are the values that depend on what is differentiated by; `wanted` those whose gradients go out. */
  constructor(
    graph: Graph,
    reached: ReadonlySet<string>,
    wanted: ReadonlySet<string>,
    threads: number | undefined,
  ) {
    this.graph = graph;
    this.threads = threads;
    this.#reached = reached;
    this.#wanted = wanted;
    for (const node of graph.nodes) {
      for (const output of node.outputs) this.#makers.set(output.name, node);
      for (const input of node.inputs) {
        if (input) this.#readers.set(input.name, (this.#readers.get(input.name) ?? 0) + 1);
      }
    }
    for (const { value, data } of graph.initializers) {
      if (data instanceof BigInt64Array) this.#integers.set(value.name, Array.from(data, Number));
    }
  }

  /** Whether a gradient with respect to this input is asked for. */
  needs(value: Value | null | undefined): value is Value {
    return value !== null && value !== undefined && this.#reached.has(value.name);
  }

  /** Adds to the gradient of `value`; the contribution is summed over the axes along which `value` was broadcast. */
  add(value: Value | null | undefined, contribution: Value): void {
    if (!this.needs(value)) return;
    const list = this.#sums.get(value.name) ?? [];
    list.push(this.unbroadcast(contribution, value.shape));
    this.#sums.set(value.name, list);
  }

  /**
   * Adds `left^T @ right` ([n, k], [n, m]; over rows) or `left @ right^T` ([k, n], [m, n]; over columns) to the gradient
   * of `value` [k, m]. Such products of a value are joined: a weight that is used at each step of a recurrent network
   * costs few products, each of which adds to the one before.
   */
  addProduct(value: Value, left: Value, right: Value, over: "rows" | "columns" = "rows"): void {
    if (!this.needs(value)) return;
    const list = this.#products.get(value.name) ?? [];
    list.push({ left, right, over });
    this.#products.set(value.name, list);
  }

  /** The gradient of a value, once all its readers have been visited; undefined when none arrived. */
  total(value: Value): Value | undefined {
    const parts = [...(this.#sums.get(value.name) ?? [])];
    const products = this.#products.get(value.name);
    for (const over of ["rows", "columns"] as const) {
      const some = products?.filter((product) => product.over === over) ?? [];
      if (some.length > 0) parts.push(this.#product(some, over, value));
    }
    this.#products.delete(value.name);
    const [first, second] = parts;
    if (first === undefined) return undefined;
    let sum = first;
    if (second !== undefined && parts.length === 2) sum = this.graph.add(first, second);
    if (parts.length > 2) {
      sum = this.graph.single("Sum", parts, { type: value.type, shape: value.shape });
    }
    this.#sums.set(value.name, [sum]);
    return sum;
  }

  /** A value summed down to a shape that broadcasts to its own. */
  unbroadcast(value: Value, shape: readonly Dim[]): Value {
    const extra = value.shape.length - shape.length;
    const leading = Array.from({ length: extra }, (_, i) => i);
    const inner = shape.flatMap((dim, i) =>
      dim === 1 && value.shape[i + extra] !== 1 ? [i + extra] : [],
    );
    if (inner.length === 0) {
      return leading.length === 0 ? value : this.graph.sum(value, leading, false);
    }
    const kept = this.graph.sum(value, [...leading, ...inner], true);
    return leading.length === 0 ? kept : this.graph.squeeze(kept, leading);
  }

  /** A value repeated to the shape of another, lengths known or not. */
  expandLike(value: Value, like: Value): Value {
    if (value.shape.join() === like.shape.join()) return value;
    broadcast("Expand", value.shape, like.shape);
    return this.graph.single("Expand", [value, this.shapeOf(like)], {
      type: value.type,
      shape: like.shape,
    });
  }

  /** The same elements in the shape of another value. */
  reshapeLike(value: Value, like: Value): Value {
    if (value.shape.join() === like.shape.join()) return value;
    return this.graph.single("Reshape", [value, this.shapeOf(like)], {
      type: value.type,
      shape: like.shape,
    });
  }

  /** Zeros in the shape of another value. */
  zerosLike(like: Value): Value {
    return this.graph.single("ConstantOfShape", [this.shapeOf(like)], {
      type: "float32",
      shape: like.shape,
    });
  }

  /** Shape of a value as an int64 list: a constant where it is known, else read when the graph runs. */
  shapeOf(value: Value): Value {
    const known = value.shape.filter((dim) => typeof dim === "number");
    if (known.length === value.shape.length) return this.graph.integers(known);
    const result = { type: "int64", shape: [value.shape.length] } as const;
    return this.graph.single("Shape", [value], result);
  }

  /** A value as a matrix: all axes but the last in one. */
  rows(value: Value): Value {
    if (value.shape.length === 2) return value;
    const width = value.shape.at(-1);
    if (typeof width !== "number") {
      throw new GraphError(`expected a known last length, got ${show(value.shape)}`);
    }
    const before = value.shape.slice(0, -1);
    const count = before.every((dim) => typeof dim === "number")
      ? before.reduce<number>((all, dim) => all * Number(dim), 1)
      : before.join("*");
    return this.graph.single("Reshape", [value, this.graph.integers([-1, width])], {
      type: value.type,
      shape: [count, width],
    });
  }

  /** Elements of a constant int64 list. @throws {GraphError} when the value is computed. */
  integersOf(op: string, value: Value | null | undefined): readonly number[] {
    const found = value ? this.#integers.get(value.name) : undefined;
    if (found === undefined) {
      throw new GraphError(`${op}: expected constant axes to differentiate, got a computed list`);
    }
    return found;
  }

  /** What `value` is the transpose of in its last two axes; undefined when it is none, or its gradient is asked for. */
  transposed(value: Value): Value | undefined {
    const node = this.#makers.get(value.name);
    if (node?.op !== "Transpose" || this.#wanted.has(value.name)) return undefined;
    const source = node.inputs[0];
    const { perm } = node.attributes;
    if (!Array.isArray(perm) || !source) return undefined;
    const last = perm.length - 1;
    const swaps = perm.every((axis, i) =>
      i < last - 1 ? axis === i : axis === (i === last ? last - 1 : last),
    );
    return swaps ? source : undefined;
  }

  /** The node that made a value; undefined for inputs and constants, and for values whose gradient is asked for. */
  maker(value: Value): GraphNode | undefined {
    return this.#wanted.has(value.name) ? undefined : this.#makers.get(value.name);
  }

  /** How many nodes read a value. */
  readers(value: Value): number {
    return this.#readers.get(value.name) ?? 0;
  }

  /** A matrix transposed, once for all who ask. */
  turned(matrix: Value): Value {
    const known = this.#turned.get(matrix.name);
    if (known !== undefined) return known;
    const made = this.graph.transpose(matrix, [1, 0]);
    this.#turned.set(matrix.name, made);
    return made;
  }

  /** Matrix product with either side transposed in its last two axes. */
  product(a: Value, b: Value, transA: boolean, transB: boolean): Value {
    if (!transA && !transB) return this.graph.matmul(a, b);
    const turned = (shape: readonly Dim[], turn: boolean): readonly [Dim, Dim] => {
      const [n, m] = [shape.at(-2) as Dim, shape.at(-1) as Dim];
      return turn ? [m, n] : [n, m];
    };
    const [n, inner] = turned(a.shape, transA);
    const [, m] = turned(b.shape, transB);
    if (a.shape.length === 2 && b.shape.length === 2) {
      const attributes = { transA: transA ? 1 : 0, transB: transB ? 1 : 0 };
      return this.graph.single("Gemm", [a, b], { type: a.type, shape: [n, m] }, attributes);
    }
    if (inner === undefined)
      throw new GraphError(`MatMul: expected matrices, got ${show(a.shape)}`);
    const batch = broadcast("MatMul", a.shape.slice(0, -2), b.shape.slice(0, -2));
    return this.graph.single(
      "FusedMatMul",
      [a, b],
      { type: a.type, shape: [...batch, n, m] },
      { transA: transA ? 1 : 0, transB: transB ? 1 : 0 },
      MICROSOFT,
    );
  }

  /** Values joined along an axis; the same values joined before are not joined again. */
  concat(values: readonly Value[], axis: number): Value {
    const [only] = values;
    if (only !== undefined && values.length === 1) return only;
    const key = `${axis}:${values.map(({ name }) => name).join()}`;
    const known = this.#joined.get(key);
    if (known !== undefined) return known;
    const made = this.graph.concat(values, axis);
    this.#joined.set(key, made);
    return made;
  }

  #product(products: readonly Product[], over: "rows" | "columns", value: Value): Value {
    // The sweep meets the steps last first; in forward order the joined gradients are those a Split's rule joins.
    const inOrder = [...products].reverse();
    const [axis, turns] = over === "rows" ? [0, [1, 0]] : [1, [0, 1]];
    const count = joinedAtOnce(inOrder[0] as Product, axis);
    let sum: Value | null = null;
    for (let from = 0; from < inOrder.length; from += count) {
      const some = inOrder.slice(from, from + count);
      const left = this.concat(
        some.map((product) => product.left),
        axis,
      );
      const right = this.concat(
        some.map((product) => product.right),
        axis,
      );
      sum = this.graph.single(
        "Gemm",
        sum === null ? [left, right] : [left, right, sum],
        { type: "float32", shape: [left.shape[1 - axis] as Dim, right.shape[1 - axis] as Dim] },
        { transA: turns[0] as number, transB: turns[1] as number },
      );
    }
    return this.reshapeLike(sum as Value, value);
  }
}

/** Joining copies both factors; adding product to product copies the sum each time. The lesser of the two is chosen. */
function joinedAtOnce({ left, right }: Product, axis: number): number {
  const [n, k, m] = [left.shape[axis], left.shape[1 - axis], right.shape[1 - axis]].map(Number) as [
    number,
    number,
    number,
  ];
  return k * m <= 2 * n * (k + m) ? 1 : JOINED;
}
