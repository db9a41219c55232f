/** Shapes of results, where lengths may be names. */

import { type Dim, GraphError, show } from "./types.ts";

/** Shape of an elementwise operation on two shapes (ONNX multidirectional broadcasting). */
export function broadcast(op: string, a: readonly Dim[], b: readonly Dim[]): Dim[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const left = a[i - rank + a.length] ?? 1;
    const right = b[i - rank + b.length] ?? 1;
    if (left === right || right === 1) return left;
    if (left === 1) return right;
    // A name may stand for any length; the number is what it must be.
    if (typeof left === "string" && typeof right === "number") return right;
    if (typeof right === "string" && typeof left === "number") return left;
    throw new GraphError(`${op}: expected shapes that broadcast, got ${show(a)} and ${show(b)}`);
  });
}

/** Shape of a matrix product with broadcast batches. */
export function matmulShape(a: readonly Dim[], b: readonly Dim[]): Dim[] {
  const inner = a.at(-1);
  const other = b.at(-2);
  if (a.length < 2 || b.length < 2 || !same(inner, other)) {
    throw new GraphError(
      `MatMul: expected [.., n, k] and [.., k, m], got ${show(a)} and ${show(b)}`,
    );
  }
  const batch = broadcast("MatMul", a.slice(0, -2), b.slice(0, -2));
  return [...batch, a.at(-2) as Dim, b.at(-1) as Dim];
}

/** Axis counted from the front. @throws {GraphError} when the shape has no such axis. */
export function axisOf(op: string, axis: number, shape: readonly Dim[]): number {
  const index = axis < 0 ? axis + shape.length : axis;
  if (!Number.isInteger(index) || index < 0 || index >= shape.length) {
    throw new GraphError(`${op}: expected an axis of ${show(shape)}, got ${axis}`);
  }
  return index;
}

/** Shape without, or with 1 at, the axes reduced over. */
export function reduced(
  op: string,
  shape: readonly Dim[],
  axes: readonly number[],
  keep: boolean,
): Dim[] {
  const gone = new Set(axes.map((axis) => axisOf(op, axis, shape)));
  return keep
    ? shape.map((dim, i) => (gone.has(i) ? 1 : dim))
    : shape.filter((_, i) => !gone.has(i));
}

/**
 * Numbers for a Reshape: named lengths become -1 (one of them) or 0 (those that stay at their place).
 * @throws {GraphError} when that cannot be said, or the numbers of elements differ.
 */
export function reshapeNumbers(from: readonly Dim[], to: readonly Dim[]): number[] {
  const product = (shape: readonly Dim[]): number =>
    shape.reduce<number>((all, dim) => (typeof dim === "number" ? all * dim : all), 1);
  const names = (shape: readonly Dim[]): string =>
    shape
      .filter((dim) => typeof dim === "string")
      .sort()
      .join();
  if (names(from) === names(to) && product(from) !== product(to)) {
    throw new GraphError(`Reshape: expected as many elements, got ${show(from)} and ${show(to)}`);
  }
  let free = true;
  return to.map((dim, i) => {
    if (typeof dim === "number") return dim;
    if (from[i] === dim) return 0;
    if (!free) throw new GraphError(`Reshape: two lengths of ${show(to)} are unknown`);
    free = false;
    return -1;
  });
}

/** Whether two lengths can be the same. */
export function same(a: Dim | undefined, b: Dim | undefined): boolean {
  return a === b || typeof a === "string" || typeof b === "string";
}
