/** Random weights to start from. */

import type { Random } from "../generate/random.ts";

/** Makes the elements of a tensor of this shape; matrices are [outputs, inputs], as linear layers have them. */
export type Initialiser = (shape: readonly number[], random: Random) => Float32Array;

/** A number of the standard normal distribution (Box and Muller's method; two uniform numbers each). */
export function gaussian(random: Random): number {
  // 1 - u is never 0.
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return radius * Math.cos(2 * Math.PI * random.next());
}

/** All elements the same. */
export function constantly(value: number): Initialiser {
  return (shape) => new Float32Array(count(shape)).fill(value);
}

/** Normal distribution around 0. */
export function normal(deviation: number): Initialiser {
  return (shape, random) =>
    Float32Array.from({ length: count(shape) }, () => deviation * gaussian(random));
}

/** Uniform distribution from -limit to limit. */
export function uniform(limit: number): Initialiser {
  return (shape, random) =>
    Float32Array.from({ length: count(shape) }, () => limit * (2 * random.next() - 1));
}

/** Glorot and Bengio's uniform distribution: keeps the variance of activations and gradients through a layer. */
export function xavier(gain = 1): Initialiser {
  return (shape, random) => {
    const [outputs, inputs] = sides(shape);
    return uniform(gain * Math.sqrt(6 / (inputs + outputs)))(shape, random);
  };
}

/**
 * Matrices with orthonormal rows or columns, whichever are fewer; for weights that act on a recurrent state. A matrix
 * of several gates, [gates * n, n], has each gate's square orthogonal.
 */
export function orthogonal(gain = 1): Initialiser {
  return (shape, random) => {
    const [rows, columns] = sides(shape);
    const all = new Float32Array(rows * columns);
    const height = rows > columns && rows % columns === 0 ? columns : rows;
    for (let from = 0; from < rows; from += height) {
      all.set(orthonormal(height, columns, gain, random), from * columns);
    }
    return all;
  };
}

/** Gram and Schmidt's method on Gaussian vectors, twice over for the sake of rounding. */
function orthonormal(rows: number, columns: number, gain: number, random: Random): Float32Array {
  const tall = rows > columns;
  const [vectors, length] = tall ? [columns, rows] : [rows, columns];
  const basis: Float64Array[] = [];
  while (basis.length < vectors) {
    const vector = Float64Array.from({ length }, () => gaussian(random));
    for (let pass = 0; pass < 2; pass++) {
      for (const other of basis) {
        const along = dot(vector, other);
        for (let i = 0; i < length; i++) vector[i] -= along * other[i];
      }
    }
    const size = Math.sqrt(dot(vector, vector));
    if (size < 1e-6) continue;
    basis.push(vector.map((value) => (value / size) * gain));
  }
  return Float32Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    return tall ? basis[column][row] : basis[row][column];
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function sides(shape: readonly number[]): readonly [outputs: number, inputs: number] {
  const outputs = shape[0] ?? 1;
  return [outputs, count(shape) / outputs];
}

function count(shape: readonly number[]): number {
  return shape.reduce((all, dim) => all * dim, 1);
}

/**
 * What is taken where nothing is said: zeros for names that end in `bias`, ones for other vectors and scalars (norms'
 * weights), Xavier for matrices.
 */
export function initialiserFor(name: string, shape: readonly number[]): Initialiser {
  if (/bias(_\w+)?$/.test(name)) return constantly(0);
  return shape.length < 2 ? constantly(1) : xavier();
}
