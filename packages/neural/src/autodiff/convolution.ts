/** Derivative of a convolution: a transposed convolution for the input, one over the batch for the kernel. */

import { type Dim, GraphError, show, type Value } from "../graph/types.ts";
import type { Backward, Rule } from "./backward.ts";

type Walk = {
  readonly strides: readonly number[];
  readonly pads: readonly number[];
  readonly groups: number;
};

const convolution: Rule = (back, { inputs, attributes }, [dy]) => {
  const [x, weight, bias] = inputs;
  if (!dy || !x || !weight) return;
  const walk: Walk = {
    strides: attributes.strides as readonly number[],
    pads: attributes.pads as readonly number[],
    groups: Number(attributes.group),
  };
  if (back.needs(bias)) {
    const axes = dy.shape.map((_, i) => i).filter((axis) => axis !== 1);
    back.add(bias, back.graph.sum(dy, axes));
  }
  if (back.needs(x)) back.add(x, toInput(back, x, weight, dy, walk));
  if (back.needs(weight)) back.add(weight, toKernel(back, x, weight, dy, walk));
};

function toInput(back: Backward, x: Value, weight: Value, dy: Value, walk: Walk): Value {
  const { strides, pads, groups } = walk;
  const axes = strides.length;
  // Elements at the end that no step of the kernel reached.
  const missed = strides.map((stride, i) => {
    const [length, steps] = [x.shape[i + 2] as Dim, dy.shape[i + 2] as Dim];
    if (stride === 1) return 0;
    if (typeof length === "number" && typeof steps === "number") {
      const padded = length + (pads[i] as number) + (pads[i + axes] as number);
      return padded - (steps - 1) * stride - Number(weight.shape[i + 2]);
    }
    throw new GraphError(
      `Conv: expected known lengths to differentiate a step of ${stride}, got ${show(x.shape)}`,
    );
  });
  return back.graph.single(
    "ConvTranspose",
    [dy, weight],
    { type: x.type, shape: x.shape },
    {
      strides,
      pads,
      group: groups,
      output_padding: missed,
      kernel_shape: weight.shape.slice(2).map(Number),
    },
  );
}

/** Batch and channels change places; what were steps become gaps between the elements of dy, now the kernel. */
function toKernel(back: Backward, x: Value, weight: Value, dy: Value, walk: Walk): Value {
  const { graph } = back;
  const { strides, pads, groups } = walk;
  const spatial = strides.map((_, i) => i + 2);
  const kernel = weight.shape.slice(2).map(Number);
  const channels = Number(weight.shape[1]);
  const result = graph.single(
    "Conv",
    [batchesAsChannels(back, x, groups, channels), graph.transpose(dy, [1, 0, ...spatial])],
    {
      type: x.type,
      shape: [
        channels,
        weight.shape[0] as Dim,
        ...kernel.map((size, i) => (walk.strides[i] === 1 ? size : `kernel(${size})`)),
      ],
    },
    { strides: strides.map(() => 1), dilations: strides, pads, group: groups },
  );
  let part = result;
  for (const [i, size] of kernel.entries()) {
    if (strides[i] !== 1) part = graph.slice(part, 0, size, i + 2);
  }
  return graph.transpose(part, [1, 0, ...spatial]);
}

/** [n, groups * channels, ..] to [channels, groups * n, ..]. */
function batchesAsChannels(back: Backward, x: Value, groups: number, channels: number): Value {
  const { graph } = back;
  const lengths = x.shape.slice(2);
  const spatial = lengths.map((_, i) => i + 2);
  if (groups === 1) return graph.transpose(x, [1, 0, ...spatial]);
  if (!lengths.every((length) => typeof length === "number")) {
    throw new GraphError(
      `Conv: expected known lengths to differentiate ${groups} groups, got ${show(x.shape)}`,
    );
  }
  const numbers = lengths.map(Number);
  const apart = graph.single("Reshape", [x, graph.integers([0, groups, channels, ...numbers])], {
    type: x.type,
    shape: [x.shape[0] as Dim, groups, channels, ...numbers],
  });
  const turned = graph.transpose(apart, [2, 1, 0, ...numbers.map((_, i) => i + 3)]);
  return graph.single("Reshape", [turned, graph.integers([channels, -1, ...numbers])], {
    type: x.type,
    shape: [channels, `${groups}*${x.shape[0]}`, ...numbers],
  });
}

/** Rules by operator. */
export const CONVOLUTION: Readonly<Record<string, Rule>> = { Conv: convolution };
