/** AdamW (Loshchilov and Hutter, "Decoupled Weight Decay Regularization") as nodes of the training graph. */

import type { Graph } from "../graph/graph.ts";
import { GraphError, type Value } from "../graph/types.ts";
import type { HostTensor } from "../runtime/types.ts";

/** How weights follow their gradients. */
export type AdamWOptions = {
  /** How much of the mean gradient is kept per step, in [0, 1); default 0.9. */
  readonly beta1?: number | undefined;
  /** How much of the mean squared gradient is kept per step, in [0, 1); default 0.999. */
  readonly beta2?: number | undefined;
  /** Added to the root of the mean squared gradient; default 1e-8. */
  readonly epsilon?: number | undefined;
  /** Part of a weight that is taken off per step, times the learning rate; default 0.01. */
  readonly weightDecay?: number | undefined;
  /** Which tensors decay; default: those of two or more axes, so neither biases nor norms. */
  readonly decays?: ((name: string, shape: readonly number[]) => boolean) | undefined;
  /** Gradients are scaled down until the root of the sum of all their squares is at most this; default: never. */
  readonly clip?: number | undefined;
};

/** Names of what the optimiser reads and writes beside the parameters. */
export type AdamWNames = {
  /** Output with the new value of a parameter. */
  readonly next: (name: string) => string;
  /** Input, and with `next` output, with the running mean of a parameter's gradient. */
  readonly first: (name: string) => string;
  /** The same for the squared gradient. */
  readonly second: (name: string) => string;
  /** Output with the root of the sum of all squared gradients, before clipping. */
  readonly norm: string;
};

/** Names that {@link adamW} uses. */
export const ADAMW_NAMES: AdamWNames = {
  next: (name) => `next/${name}`,
  first: (name) => `adamw.first/${name}`,
  second: (name) => `adamw.second/${name}`,
  norm: "adamw.norm",
};

const [RATE, EPSILON, DECAY] = ["adamw.rate", "adamw.epsilon", "adamw.decay"] as const;

/**
 * Adds the update of all parameters: inputs for the running means and this step's numbers ({@link adamWNumbers}),
 * outputs for the new parameters, the new means and the gradients' norm. Outputs must not be written over inputs:
 * a parameter may still be read when its update is ready.
 * @throws {GraphError} when an option is out of range or there are not as many gradients as parameters.
 */
export function adamW(
  graph: Graph,
  parameters: ReadonlyMap<string, Value>,
  slopes: readonly Value[],
  options: AdamWOptions = {},
): void {
  const { beta1, beta2, clip, decays } = checked(options);
  if (slopes.length !== parameters.size) {
    throw new GraphError(`adamW: expected ${parameters.size} gradients, got ${slopes.length}`);
  }
  const one = { type: "float32", shape: [] } as const;
  const rate = graph.input(RATE, "float32", []);
  const epsilon = graph.input(EPSILON, "float32", []);
  const decay = graph.input(DECAY, "float32", []);
  const squares = slopes.map((slope) =>
    graph.single("ReduceSumSquare", [slope], one, { keepdims: 0 }),
  );
  const norm = graph.sqrt(graph.single("Sum", squares, one));
  graph.output(ADAMW_NAMES.norm, norm);
  let [share1, share2] = [graph.scalar(1 - beta1), graph.scalar(1 - beta2)];
  if (clip !== undefined) {
    const limit = graph.scalar(clip);
    const scale = graph.div(limit, graph.max(norm, limit));
    share1 = graph.mul(scale, share1);
    share2 = graph.mul(graph.mul(scale, scale), share2);
  }
  for (const [i, [name, value]] of [...parameters].entries()) {
    const slope = slopes[i] as Value;
    const first = graph.input(ADAMW_NAMES.first(name), "float32", value.shape);
    const second = graph.input(ADAMW_NAMES.second(name), "float32", value.shape);
    const mean = graph.add(graph.mul(first, graph.scalar(beta1)), graph.mul(slope, share1));
    const square = graph.mul(graph.mul(slope, slope), share2);
    const spread = graph.add(graph.mul(second, graph.scalar(beta2)), square);
    const move = graph.mul(graph.div(mean, graph.add(graph.sqrt(spread), epsilon)), rate);
    const kept = decays(name, value.shape.map(Number)) ? graph.mul(value, decay) : value;
    graph.output(ADAMW_NAMES.next(name), graph.sub(kept, move));
    graph.output(ADAMW_NAMES.next(ADAMW_NAMES.first(name)), mean);
    graph.output(ADAMW_NAMES.next(ADAMW_NAMES.second(name)), spread);
  }
}

/**
 * This step's numbers as inputs of the graph: bias correction is folded into learning rate and epsilon.
 * `step` counts from 1; `rate` is the learning rate.
 */
export function adamWNumbers(
  step: number,
  rate: number,
  options: AdamWOptions = {},
): Record<string, HostTensor> {
  const { beta1, beta2, epsilon, weightDecay } = checked(options);
  const root = Math.sqrt(1 - beta2 ** step);
  const scalar = (value: number): HostTensor => ({
    type: "float32",
    shape: [],
    data: Float32Array.of(value),
  });
  return {
    [RATE]: scalar((rate * root) / (1 - beta1 ** step)),
    [EPSILON]: scalar(epsilon * root),
    [DECAY]: scalar(1 - rate * weightDecay),
  };
}

function checked(options: AdamWOptions): {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  readonly clip: number | undefined;
  readonly decays: (name: string, shape: readonly number[]) => boolean;
} {
  const known = ["beta1", "beta2", "epsilon", "weightDecay", "decays", "clip"];
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) {
      throw new GraphError(`adamW: expected options of ${known.join(", ")}, got ${key}`);
    }
  }
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.01, clip } = options;
  for (const [name, value] of Object.entries({ beta1, beta2 })) {
    if (!(value >= 0 && value < 1)) {
      throw new GraphError(`adamW: expected ${name} in [0, 1), got ${value}`);
    }
  }
  if (!(epsilon > 0)) throw new GraphError(`adamW: expected epsilon above 0, got ${epsilon}`);
  if (!(weightDecay >= 0)) {
    throw new GraphError(`adamW: expected weightDecay of at least 0, got ${weightDecay}`);
  }
  if (clip !== undefined && !(clip > 0)) {
    throw new GraphError(`adamW: expected clip above 0, got ${clip}`);
  }
  const decays = options.decays ?? ((_name, shape) => shape.length >= 2);
  return { beta1, beta2, epsilon, weightDecay, clip, decays };
}
