/** Derivatives of operators that move elements without changing them. */

import { axisOf } from "../graph/shapes.ts";
import { GraphError, show, type Value } from "../graph/types.ts";
import type { Backward, Rule } from "./backward.ts";

/** The same elements in the input's shape: Reshape, Unsqueeze, Squeeze. */
const reshape: Rule = (back, { inputs }, [dy]) => {
  const [x] = inputs;
  if (dy && back.needs(x)) back.add(x, back.reshapeLike(dy, x));
};

const transpose: Rule = (back, { inputs, attributes }, [dy]) => {
  const [x] = inputs;
  if (!dy || !back.needs(x)) return;
  const perm = attributes.perm as readonly number[];
  const inverse = perm.map((_, axis) => perm.indexOf(axis));
  back.add(x, back.graph.transpose(dy, inverse));
};

const concat: Rule = (back, { inputs, attributes }, [dy]) => {
  const axis = Number(attributes.axis);
  if (!dy) return;
  const parts = inputs.filter((input): input is Value => input !== null);
  const lengths = parts.map(({ shape }) => shape[axis]);
  if (lengths.every((length) => typeof length === "number")) {
    const pieces = back.graph.split(dy, lengths.map(Number), axis);
    for (const [i, part] of parts.entries()) back.add(part, pieces[i] as Value);
    return;
  }
  // Lengths that are known only when the graph runs come from the inputs themselves.
  const sizes = parts.map((part) => lengthOf(back, part, axis));
  const results = parts.map(({ type, shape }) => ({ type, shape }));
  const pieces = back.graph.node("Split", [dy, back.graph.concat(sizes, 0)], results, { axis });
  for (const [i, part] of parts.entries()) back.add(part, pieces[i] as Value);
};

function lengthOf(back: Backward, value: Value, axis: number): Value {
  const length = value.shape[axis];
  if (typeof length === "number") return back.graph.integers([length]);
  const result = { type: "int64", shape: [1] } as const;
  return back.graph.single("Shape", [value], result, { start: axis, end: axis + 1 });
}

const split: Rule = (back, { inputs, outputs, attributes }, dys) => {
  const [x] = inputs;
  if (!back.needs(x)) return;
  const parts = outputs.map((output, i) => dys[i] ?? back.zerosLike(output));
  back.add(x, back.concat(parts, axisOf("Split", Number(attributes.axis), x.shape)));
};

const slice: Rule = (back, { op, inputs }, [dy]) => {
  const [x, from, to, axes] = inputs;
  if (!dy || !back.needs(x)) return;
  const [axis] = back.integersOf(op, axes);
  const [start] = back.integersOf(op, from);
  const [end] = back.integersOf(op, to);
  const length = x.shape[axis as number];
  if (typeof length !== "number") {
    throw new GraphError(
      `Slice: expected a known length of axis ${axis} to differentiate, got ${show(x.shape)}`,
    );
  }
  const pads = new Array<number>(2 * x.shape.length).fill(0);
  pads[axis as number] = start as number;
  pads[x.shape.length + (axis as number)] = length - (end as number);
  const result = { type: x.type, shape: x.shape };
  back.add(x, back.graph.single("Pad", [dy, back.graph.integers(pads)], result));
};

/** What was repeated is summed. */
const expand: Rule = (back, { inputs }, [dy]) => {
  if (dy) back.add(inputs[0], dy);
};

/** The part of the padded gradient that the input filled. */
const pad: Rule = (back, { op, inputs }, [dy]) => {
  const [x, pads] = inputs;
  if (!dy || !back.needs(x)) return;
  const list = back.integersOf(op, pads);
  let part = dy;
  for (const [axis, length] of x.shape.entries()) {
    const before = list[axis] as number;
    if (before === 0 && list[axis + x.shape.length] === 0) continue;
    if (typeof length !== "number") {
      throw new GraphError(`Pad: expected known lengths to differentiate, got ${show(x.shape)}`);
    }
    part = back.graph.slice(part, before, before + length, axis);
  }
  back.add(x, part);
};

/** Rules by operator. */
export const SHAPES: Readonly<Record<string, Rule>> = {
  Reshape: reshape,
  Unsqueeze: reshape,
  Squeeze: reshape,
  Transpose: transpose,
  Concat: concat,
  Split: split,
  Slice: slice,
  Expand: expand,
  Pad: pad,
};
