/**
 * LSTM and GRU in plain arrays: the same numbers as the graph that trained them, without a runtime and without waiting, so that
 * a machine's newest row is answered at once.
 */

import type { HostWeights } from "@symbion/neural";
import { wrong } from "./errors.ts";

/** Kinds of recurrent layers. */
export type Cell = "lstm" | "gru";

/** Shape of a recurrent network. */
export type CellShape = {
  /** Kind of its layers. */
  readonly cell: Cell;
  /** Length of a step's input. */
  readonly inputs: number;
  /** Length of a state. */
  readonly hidden: number;
  /** Layers, each fed with the states of the one below. */
  readonly layers: number;
};

type Layer = {
  readonly inputs: number;
  readonly wx: Float32Array;
  readonly wh: Float32Array;
  readonly bx: Float32Array;
  readonly bh: Float32Array;
  readonly state: Float64Array;
  readonly memory: Float64Array;
  readonly given: Float64Array;
  readonly past: Float64Array;
};

/** Gates of a kind of cell. */
export function gatesOf(cell: Cell): number {
  return cell === "lstm" ? 4 : 3;
}

/** Names of the weights of a network and their shapes. */
export function cellWeights(name: string, shape: CellShape): Map<string, readonly number[]> {
  const rows = gatesOf(shape.cell) * shape.hidden;
  const all = new Map<string, readonly number[]>();
  for (let l = 0; l < shape.layers; l++) {
    all.set(`${name}.weight_ih_l${l}`, [rows, l === 0 ? shape.inputs : shape.hidden]);
    all.set(`${name}.weight_hh_l${l}`, [rows, shape.hidden]);
    all.set(`${name}.bias_ih_l${l}`, [rows]);
    all.set(`${name}.bias_hh_l${l}`, [rows]);
  }
  return all;
}

/** One network with its states. */
export class RecurrentCells {
  /** Its shape. */
  readonly shape: CellShape;
  /** Length of a projected input: what a step needs of it. */
  readonly projected: number;
  readonly #layers: readonly Layer[];
  readonly #input: Float64Array;

  /** @throws RecurrentError where a weight is missing or of another size. */
  constructor(weights: ReadonlyMap<string, HostWeights>, name: string, shape: CellShape) {
    this.shape = shape;
    const rows = gatesOf(shape.cell) * shape.hidden;
    this.projected = rows;
    this.#input = new Float64Array(shape.inputs);
    const tensor = (kind: string, l: number, length: number): Float32Array => {
      const key = `${name}.${kind}_l${l}`;
      const data = weights.get(key)?.data;
      if (data?.length !== length) throw wrong(`${length} numbers`, data?.length ?? 0, key);
      return data;
    };
    this.#layers = Array.from({ length: shape.layers }, (_, l): Layer => {
      const inputs = l === 0 ? shape.inputs : shape.hidden;
      return {
        inputs,
        wx: tensor("weight_ih", l, rows * inputs),
        wh: tensor("weight_hh", l, rows * shape.hidden),
        bx: tensor("bias_ih", l, rows),
        bh: tensor("bias_hh", l, rows),
        state: new Float64Array(shape.hidden),
        memory: new Float64Array(shape.hidden),
        given: new Float64Array(rows),
        past: new Float64Array(rows),
      };
    });
  }

  /** State of the top layer; changes with each step. */
  get state(): Float64Array {
    return this.#layers[this.#layers.length - 1].state;
  }

  /** Forgets everything. */
  reset(): void {
    for (const { state, memory } of this.#layers) {
      state.fill(0);
      memory.fill(0);
    }
  }

  /** What the first layer makes of an input, to be used in as many windows as it is part of. */
  project(input: ArrayLike<number>, from: number, out: Float64Array, to: number): void {
    const { wx, bx, inputs } = this.#layers[0];
    // One kind of array for all products: the compiler then knows what it reads.
    for (let i = 0; i < inputs; i++) this.#input[i] = input[from + i];
    product(wx, bx, this.#input, inputs, out, to, this.projected);
  }

  /** One step with a projected input at `from`. Allocates nothing. */
  step(projected: Float64Array, from: number): void {
    let [given, at] = [projected, from];
    for (let l = 0; l < this.#layers.length; l++) {
      const layer = this.#layers[l];
      if (l > 0) {
        const below = this.#layers[l - 1].state;
        product(layer.wx, layer.bx, below, layer.inputs, layer.given, 0, this.projected);
        given = layer.given;
        at = 0;
      }
      product(layer.wh, layer.bh, layer.state, this.shape.hidden, layer.past, 0, this.projected);
      if (this.shape.cell === "lstm") lstmStep(layer, given, at, this.shape.hidden);
      else gruStep(layer, given, at, this.shape.hidden);
    }
  }
}

/** Weights times input, and the bias. Four rows at a time: a single sum would wait for each of its own additions. */
function product(
  weights: Float32Array,
  bias: Float32Array,
  input: Float64Array,
  width: number,
  out: Float64Array,
  to: number,
  rows: number,
): void {
  let r = 0;
  for (; r + 3 < rows; r += 4) {
    const w0 = r * width;
    const w1 = w0 + width;
    const w2 = w1 + width;
    const w3 = w2 + width;
    let a = bias[r];
    let b = bias[r + 1];
    let c = bias[r + 2];
    let d = bias[r + 3];
    for (let i = 0; i < width; i++) {
      const value = input[i];
      a += weights[w0 + i] * value;
      b += weights[w1 + i] * value;
      c += weights[w2 + i] * value;
      d += weights[w3 + i] * value;
    }
    out[to + r] = a;
    out[to + r + 1] = b;
    out[to + r + 2] = c;
    out[to + r + 3] = d;
  }
  for (; r < rows; r++) {
    let sum = bias[r];
    for (let i = 0; i < width; i++) sum += weights[r * width + i] * input[i];
    out[to + r] = sum;
  }
}

function lstmStep(
  { state, memory, past }: Layer,
  given: Float64Array,
  at: number,
  n: number,
): void {
  for (let h = 0; h < n; h++) {
    const i = sigmoid(given[at + h] + past[h]);
    const f = sigmoid(given[at + n + h] + past[n + h]);
    const g = Math.tanh(given[at + 2 * n + h] + past[2 * n + h]);
    const o = sigmoid(given[at + 3 * n + h] + past[3 * n + h]);
    memory[h] = f * memory[h] + i * g;
    state[h] = o * Math.tanh(memory[h]);
  }
}

/** The reset gate acts on the state's product, as in PyTorch. */
function gruStep({ state, past }: Layer, given: Float64Array, at: number, n: number): void {
  for (let h = 0; h < n; h++) {
    const r = sigmoid(given[at + h] + past[h]);
    const z = sigmoid(given[at + n + h] + past[n + h]);
    const m = Math.tanh(given[at + 2 * n + h] + r * past[2 * n + h]);
    state[h] = m + z * (state[h] - m);
  }
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
