/** Derivatives of look-ups by index: what was read gets its gradient back at the place it was read from. */

import { type Dim, GraphError, show, type Value } from "../graph/types.ts";
import type { Backward, Rule } from "./backward.ts";

/** Rows up to which a table's gradient is a product with one-hot rows; beyond, element-wise scattering is faster. */
const ONE_HOT_ROWS = 256;

/** Rows read more than once add up. */
const gather: Rule = (back, { inputs, attributes }, [dy]) => {
  const [table, indices] = inputs;
  if (!dy || !back.needs(table) || !indices) return;
  const { graph } = back;
  const axis = Number(attributes.axis);
  if (axis === 0 && table.shape.length === 2) {
    const flat = graph.reshape(indices, [flatLength(indices)]);
    const [rows, columns] = table.shape;
    if (typeof rows !== "number" || typeof columns !== "number") {
      throw new GraphError(
        `Gather: expected a known table to differentiate, got ${show(table.shape)}`,
      );
    }
    back.add(table, scattered(back, rows, columns, flat, back.rows(dy)));
    return;
  }
  const [length, others] = [table.shape[axis], table.shape.filter((_, i) => i !== axis)];
  if (typeof length !== "number" || !others.every((dim) => typeof dim === "number")) {
    throw new GraphError(
      `Gather: expected known lengths to differentiate along axis ${axis}, got ${show(table.shape)}`,
    );
  }
  // The indices' axes to the front, the axis read from behind them: then it is a scatter of rows.
  const rank = indices.shape.length;
  const order = [
    ...indices.shape.map((_, i) => axis + i),
    ...others.map((_, i) => (i < axis ? i : i + rank)),
  ];
  const width = others.reduce<number>((all, dim) => all * Number(dim), 1);
  const count = flatLength(indices);
  const rows = graph.single("Reshape", [graph.transpose(dy, order), graph.integers([-1, width])], {
    type: dy.type,
    shape: [count, width],
  });
  const summed = scattered(back, length, width, graph.reshape(indices, [count]), rows);
  // Row axis back to where it was.
  const perm = table.shape.map((_, i) => (i === axis ? 0 : i < axis ? i + 1 : i));
  back.add(table, graph.transpose(graph.reshape(summed, [length, ...others]), perm));
};

/** Sums `rows` [n, width] into a zero table [length, width] at `indices` [n]. */
function scattered(
  back: Backward,
  length: number,
  width: number,
  indices: Value,
  rows: Value,
): Value {
  const { graph } = back;
  const table = { type: "float32", shape: [length, width] } as const;
  if (back.threads !== 1 && length <= ONE_HOT_ROWS) {
    return back.product(oneHot(back, indices, length), rows, true, false);
  }
  const zeros = graph.single("ConstantOfShape", [graph.integers([length, width])], table);
  const places = graph.unsqueeze(indices, [1]);
  if (back.threads === 1) {
    return graph.single("ScatterND", [zeros, places, rows], table, { reduction: "add" });
  }
  // ScatterND's threads lose sums where an index repeats (seen with ONNX Runtime 1.30); this one has a single thread.
  const wide = back.expandLike(places, { ...rows, type: indices.type });
  return graph.single("ScatterElements", [zeros, wide, rows], table, { axis: 0, reduction: "add" });
}

/** Rows [n, length] that are 1 at an index and 0 elsewhere. */
function oneHot(back: Backward, indices: Value, length: number): Value {
  const { graph } = back;
  const values = graph.concat([graph.filled(1, 0), graph.filled(1, 1)], 0);
  return graph.single(
    "OneHot",
    [indices, graph.integers([length]), values],
    { type: "float32", shape: [indices.shape[0] as Dim, length] },
    { axis: -1 },
  );
}

function flatLength({ shape }: Value): Dim {
  return shape.every((dim) => typeof dim === "number")
    ? shape.reduce<number>((all, dim) => all * Number(dim), 1)
    : shape.length === 1
      ? (shape[0] as Dim)
      : shape.join("*");
}

const gatherElements: Rule = (back, { inputs, attributes }, [dy]) => {
  const [data, indices] = inputs;
  if (!dy || !back.needs(data) || !indices) return;
  back.add(
    data,
    back.graph.single(
      "ScatterElements",
      [back.zerosLike(data), indices, dy],
      { type: data.type, shape: data.shape },
      { axis: Number(attributes.axis), reduction: "add" },
    ),
  );
};

/** Replaced rows pass no gradient to what they replaced. */
const scatterRows: Rule = (back, { inputs, attributes }, [dy]) => {
  const [data, indices, updates] = inputs;
  if (!dy || !indices || !updates) return;
  if ((attributes.reduction ?? "none") !== "none") {
    throw new GraphError(
      `ScatterND: expected one that replaces to differentiate, got ${String(attributes.reduction)}`,
    );
  }
  const { graph } = back;
  if (back.needs(data)) {
    const zeros = back.zerosLike(updates);
    back.add(data, graph.single("ScatterND", [dy, indices, zeros], data));
  }
  if (back.needs(updates)) {
    if (indices.shape.length !== 2 || indices.shape[1] !== 1) {
      throw new GraphError(
        `ScatterND: expected indices [n, 1] to differentiate, got ${show(indices.shape)}`,
      );
    }
    const flat: Value = graph.squeeze(indices, [1]);
    back.add(updates, graph.gather(dy, flat, 0));
  }
};

/** Rules by operator. */
export const LOOKUPS: Readonly<Record<string, Rule>> = {
  Gather: gather,
  GatherElements: gatherElements,
  ScatterND: scatterRows,
};
