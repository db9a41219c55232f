/** Small perceptrons as plain arrays: what a trained student becomes, so that a row is answered without a runtime. */

import { expected } from "@symbion/core";
import type { HostWeights } from "@symbion/neural";

/** One linear layer. */
export type DenseLayer = {
  /** [outputs, inputs]. */
  readonly weight: Float32Array;
  /** [outputs]. */
  readonly bias: Float32Array;
};

/** Linear layers with GELU (its tanh form) between them, behind inputs brought to mean 0 and deviation 1. */
export class DenseNetwork {
  /** Number of inputs. */
  readonly inputs: number;
  readonly #mean: Float32Array;
  readonly #scale: Float32Array;
  readonly #layers: readonly DenseLayer[];
  readonly #buffers: readonly Float32Array[];

  /**
   * @param mean Mean of each input.
   * @param scale What each is multiplied by after that; 0 leaves an input out.
   */
  constructor(mean: Float32Array, scale: Float32Array, layers: readonly DenseLayer[]) {
    this.inputs = mean.length;
    this.#mean = mean;
    this.#scale = scale;
    this.#layers = layers;
    this.#buffers = [
      new Float32Array(mean.length),
      ...layers.map(({ bias }) => new Float32Array(bias.length)),
    ];
    layers.forEach(({ weight, bias }, l) => {
      const from = this.#buffers[l].length;
      if (weight.length !== from * bias.length) {
        throw expected(`${from * bias.length} weights`, weight.length, `layer ${l}`);
      }
    });
  }

  /** Layers `NAME.0`, `NAME.1`, .. of trained weights. @throws UsageError if there is none. */
  static of(
    weights: ReadonlyMap<string, HostWeights>,
    name: string,
    mean: Float32Array,
    scale: Float32Array,
  ): DenseNetwork {
    const layers: DenseLayer[] = [];
    for (let l = 0; ; l++) {
      const weight = weights.get(`${name}.${l}.weight`);
      const bias = weights.get(`${name}.${l}.bias`);
      if (weight === undefined || bias === undefined) break;
      layers.push({ weight: weight.data, bias: bias.data });
    }
    if (layers.length === 0) throw expected("layers", [...weights.keys()], name);
    return new DenseNetwork(mean, scale, layers);
  }

  /** First output for a row of inputs from `from` on; inputs beyond 5 deviations count as 5. Allocates nothing. */
  first(inputs: Float32Array, from = 0): number {
    const normal = this.#buffers[0];
    standardise(inputs, from, this.#mean, this.#scale, normal);
    const last = this.#layers.length - 1;
    for (let l = 0; l <= last; l++) {
      const { weight, bias } = this.#layers[l];
      const given = this.#buffers[l];
      const out = this.#buffers[l + 1];
      for (let o = 0, w = 0; o < out.length; o++) {
        let sum = bias[o];
        for (let i = 0; i < given.length; i++) sum += weight[w++] * given[i];
        out[o] = l === last ? sum : gelu(sum);
      }
    }
    return this.#buffers[last + 1][0];
  }

  /** All of it as arrays: mean, scale, then weight and bias of each layer. */
  arrays(): Float32Array[] {
    return [this.#mean, this.#scale, ...this.#layers.flatMap(({ weight, bias }) => [weight, bias])];
  }

  /** Of {@link DenseNetwork.arrays}. @throws UsageError if they don't fit together. */
  static ofArrays(arrays: readonly Float32Array[]): DenseNetwork {
    const [mean, scale, ...rest] = arrays;
    if (mean === undefined || scale?.length !== mean.length || rest.length % 2 !== 0) {
      throw expected("mean, scale and pairs of weight and bias", arrays.length, "network");
    }
    const layers: DenseLayer[] = [];
    for (let i = 0; i < rest.length; i += 2) layers.push({ weight: rest[i], bias: rest[i + 1] });
    return new DenseNetwork(mean, scale, layers);
  }
}

/** Brings inputs to mean 0 and deviation 1, at most 5 deviations out. */
export function standardise(
  inputs: Float32Array,
  from: number,
  mean: Float32Array,
  scale: Float32Array,
  out: Float32Array,
  to = 0,
): void {
  for (let i = 0; i < mean.length; i++) {
    const value = (inputs[from + i] - mean[i]) * scale[i];
    out[to + i] = value > 5 ? 5 : value < -5 ? -5 : value;
  }
}

function gelu(x: number): number {
  return 0.5 * x * (1 + Math.tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)));
}
