/** What training makes small. Each is the mean over elements or rows; with weights, the weighted mean. */

import type { Graph } from "../graph/graph.ts";
import { GraphError, show, type Value } from "../graph/types.ts";

/**
 * Cross entropy of `logits` [.., n, classes] and the right classes `targets` [.., n] (int64). `weights` [.., n] (float32)
 * scale rows; a row of weight 0 is ignored, but its target must be a class all the same. When all weights are 0 the
 * loss is 0.
 */
export function crossEntropy(
  graph: Graph,
  logits: Value,
  targets: Value,
  weights: Value | null = null,
): Value {
  const axis = logits.shape.length - 1;
  if (targets.shape.length !== axis || targets.type !== "int64") {
    throw new GraphError(
      `crossEntropy: expected int64 targets of ${show(logits.shape.slice(0, -1))}, ` +
        `got ${targets.type} ${show(targets.shape)}`,
    );
  }
  const places = graph.unsqueeze(targets, [axis]);
  const picked = graph.single(
    "GatherElements",
    [graph.logSoftmax(logits, axis), places],
    { type: "float32", shape: places.shape },
    { axis },
  );
  return mean(graph, graph.neg(graph.squeeze(picked, [axis])), weights);
}

/** Mean of `(a - b)^2`. */
export function squaredError(
  graph: Graph,
  a: Value,
  b: Value,
  weights: Value | null = null,
): Value {
  const difference = graph.sub(a, b);
  return mean(graph, graph.mul(difference, difference), weights);
}

/** Cross entropy of `sigmoid(logits)` and probabilities `targets`, without overflow: softplus(x) - x * target. */
export function binaryCrossEntropy(
  graph: Graph,
  logits: Value,
  targets: Value,
  weights: Value | null = null,
): Value {
  return mean(graph, graph.sub(graph.softplus(logits), graph.mul(logits, targets)), weights);
}

/** Half the squared error up to a difference of `width`, linear beyond: large errors don't rule. */
export function huber(
  graph: Graph,
  a: Value,
  b: Value,
  width = 1,
  weights: Value | null = null,
): Value {
  if (!(width > 0)) throw new GraphError(`huber: expected a width above 0, got ${width}`);
  const size = graph.abs(graph.sub(a, b));
  const near = graph.min(size, graph.scalar(width));
  // near * (size - near / 2) is size^2 / 2 inside and width * (size - width / 2) outside.
  const half = graph.mul(near, graph.scalar(0.5));
  return mean(graph, graph.mul(near, graph.sub(size, half)), weights);
}

/**
 * Pinball loss: small when `prediction` is the quantile `part` (in (0, 1)) of `target`. Falling short costs `part` per
 * unit, going beyond costs `1 - part`.
 */
export function quantile(
  graph: Graph,
  prediction: Value,
  target: Value,
  part: number,
  weights: Value | null = null,
): Value {
  if (!(part > 0 && part < 1)) {
    throw new GraphError(`quantile: expected a part in (0, 1), got ${part}`);
  }
  const short = graph.sub(target, prediction);
  const loss = graph.max(
    graph.mul(short, graph.scalar(part)),
    graph.mul(short, graph.scalar(part - 1)),
  );
  return mean(graph, loss, weights);
}

function mean(graph: Graph, losses: Value, weights: Value | null): Value {
  const axes = losses.shape.map((_, i) => i);
  if (axes.length === 0) return weights === null ? losses : graph.mul(losses, weights);
  if (weights === null) return graph.mean(losses, axes);
  const weighted = graph.mul(losses, weights);
  // As many axes as the losses have, so that weights that were broadcast count as often as they are used.
  const counted = graph.add(weights, graph.mul(losses, graph.scalar(0)));
  const total = graph.max(graph.sum(counted, axes), graph.scalar(1e-12));
  return graph.div(graph.sum(weighted, axes), total);
}
