/**
 * The student: a perceptron that sees features of a window with losses, which of its values are there, and the embedding of
 * a sentence about it. It learns from labels, from a teacher who saw the window complete, and, if asked for, from having to
 * say the same of one moment under two losses.
 */

import { expected } from "@symbion/core";
import {
  crossEntropy,
  type Executor,
  type HostTensor,
  mlp,
  type Network,
  Random,
  squaredError,
  Trainer,
  warmupCosine,
} from "@symbion/neural";
import { DenseNetwork, standardise } from "./dense.ts";

/** What a student is trained on. */
export type StudentLessons = {
  /** [rows, inputs]. */
  readonly inputs: Float32Array;
  /** Number of rows. */
  readonly rows: number;
  /** Life left at each row, at most the cap. */
  readonly labels: ArrayLike<number>;
  /** What the teacher says of each row's complete window; null: no teacher. */
  readonly teacher: ArrayLike<number> | null;
  /** Rows of one moment have the same number here; needed for `contrast`. */
  readonly moments: ArrayLike<number> | null;
};

/** How a student is trained. */
export type StudentOptions = {
  /** Longest life left that is told apart. */
  readonly cap: number;
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[];
  /** Times that all lessons are gone through. */
  readonly epochs: number;
  /** Lessons of one step. */
  readonly batch: number;
  /** Highest learning rate. */
  readonly rate: number;
  /** Part of a weight that is taken off per step, times the learning rate. */
  readonly decay: number;
  /** Part of the loss that is the teacher's, 0 to 1. */
  readonly teacher: number;
  /** Weight of the contrastive loss across losses of one moment; 0: none. */
  readonly contrast: number;
  /** Seed of weights and order. */
  readonly seed: number;
};

/** What did well in cross-validation on FD001's train engines. */
export const REFERENCE_STUDENT: Omit<StudentOptions, "cap" | "seed"> = {
  hidden: [32, 32],
  epochs: 10,
  batch: 256,
  rate: 3e-3,
  decay: 0.01,
  teacher: 0,
  contrast: 0,
};

const NAME = "student";
/** Temperature of the contrastive loss. */
const TEMPERATURE = 0.2;

/**
 * Trains a student. Its network gives life left as a share of the cap.
 *
 * @throws UsageError for options out of range, and for a contrastive loss without moments that have several rows.
 */
export async function trainStudent(
  executor: Executor,
  lessons: StudentLessons,
  options: StudentOptions,
): Promise<DenseNetwork> {
  const { rows } = lessons;
  const width = lessons.inputs.length / rows;
  checkOptions(options, lessons);
  // Pairs of rows need an even batch.
  const batch =
    options.contrast > 0 ? Math.min(options.batch, rows) & ~1 : Math.min(options.batch, rows);
  const { mean, scale } = moments(lessons.inputs, rows, width);
  const order = new Order(lessons, options, batch);
  const trainer = await Trainer.create(executor, networkOf(width, batch, options), {
    seed: options.seed,
    optimiser: { weightDecay: options.decay, clip: 1 },
  });
  try {
    const steps = Math.max(1, options.epochs * Math.floor(rows / batch));
    const rate = warmupCosine({ rate: options.rate, steps, warmup: Math.min(20, steps) });
    const x = new Float32Array(batch * width);
    const y = new Float32Array(batch);
    for (let step = 0; step < steps; step++) {
      const picked = order.next();
      for (let b = 0; b < batch; b++) {
        const row = picked[b];
        standardise(lessons.inputs, row * width, mean, scale, x, b * width);
        const label = lessons.labels[row];
        const taught = lessons.teacher === null ? label : lessons.teacher[row];
        // Two squared losses with the weights 1 - a and a have the gradient of one at the weighted target.
        y[b] = ((1 - options.teacher) * label + options.teacher * taught) / options.cap;
      }
      await trainer.step({ x: host(x, [batch, width]), y: host(y, [batch, 1]) }, rate(step));
    }
    return DenseNetwork.of(trainer.weights(), NAME, mean, scale);
  } finally {
    await trainer.dispose();
  }
}

function checkOptions(options: StudentOptions, { rows, inputs, moments }: StudentLessons): void {
  const { cap, hidden, epochs, batch, rate, decay, teacher, contrast } = options;
  const right = cap > 0 && rate > 0 && decay >= 0 && teacher >= 0 && teacher <= 1 && contrast >= 0;
  const whole = [...hidden, epochs, batch].every((n) => Number.isInteger(n) && n >= 1);
  if (!right || !whole || hidden.length === 0)
    throw expected("options in range", options, "student");
  if (!(rows >= 2) || inputs.length % rows !== 0 || (contrast > 0 && moments === null)) {
    throw expected("two or more lessons of one width, with moments for contrast", rows, "student");
  }
}

function networkOf(width: number, batch: number, options: StudentOptions): Network {
  const { hidden, contrast } = options;
  return (graph, parameters) => {
    const x = graph.input("x", "float32", [batch, width]);
    const y = graph.input("y", "float32", [batch, 1]);
    const estimate = mlp(graph, parameters, NAME, x, [...hidden, 1]);
    const loss = squaredError(graph, estimate, y);
    if (contrast === 0) return { loss };
    // The first half of the batch and the second are the same moments under different losses.
    const half = batch / 2;
    const size = hidden[0];
    const state = mlp(graph, parameters, NAME, x, [size]);
    const norm = graph.pow(
      graph.add(graph.sum(graph.mul(state, state), [1], true), graph.scalar(1e-6)),
      graph.scalar(-0.5),
    );
    const unit = graph.mul(state, norm);
    const first = graph.slice(unit, 0, half, 0);
    const second = graph.slice(unit, half, batch, 0);
    const alike = graph.mul(
      graph.matmul(first, graph.transpose(second, [1, 0])),
      graph.scalar(1 / TEMPERATURE),
    );
    const own = graph.constant(
      BigInt64Array.from({ length: half }, (_, i) => BigInt(i)),
      [half],
      "int64",
    );
    const told = crossEntropy(graph, alike, own);
    return { loss: graph.add(loss, graph.mul(told, graph.scalar(contrast))) };
  };
}

/** Order in which lessons are gone through: shuffled; for the contrastive loss, moments with two of their rows. */
class Order {
  readonly #random: Random;
  readonly #batch: number;
  readonly #all: Uint32Array;
  readonly #pairs: readonly (readonly number[])[] | null;
  #at: number;

  constructor(lessons: StudentLessons, options: StudentOptions, batch: number) {
    this.#random = new Random(options.seed + 0.5);
    this.#batch = batch;
    this.#all = Uint32Array.from({ length: lessons.rows }, (_, i) => i);
    this.#at = lessons.rows;
    this.#pairs = null;
    if (options.contrast === 0 || lessons.moments === null) return;
    const groups = new Map<number, number[]>();
    for (let i = 0; i < lessons.rows; i++) {
      const rows = groups.get(lessons.moments[i]);
      if (rows === undefined) groups.set(lessons.moments[i], [i]);
      else rows.push(i);
    }
    this.#pairs = [...groups.values()].filter((rows) => rows.length > 1);
    if (this.#pairs.length === 0) throw expected("moments with several rows", 0, "contrast");
  }

  next(): ArrayLike<number> {
    const pairs = this.#pairs;
    if (pairs !== null) {
      const half = this.#batch / 2;
      const picked = new Uint32Array(this.#batch);
      for (let b = 0; b < half; b++) {
        const rows = pairs[Math.floor(this.#random.next() * pairs.length)];
        const first = Math.floor(this.#random.next() * rows.length);
        const other =
          (first + 1 + Math.floor(this.#random.next() * (rows.length - 1))) % rows.length;
        picked[b] = rows[first];
        picked[half + b] = rows[other];
      }
      return picked;
    }
    if (this.#at + this.#batch > this.#all.length) {
      for (let i = this.#all.length - 1; i > 0; i--) {
        const j = Math.floor(this.#random.next() * (i + 1));
        [this.#all[i], this.#all[j]] = [this.#all[j], this.#all[i]];
      }
      this.#at = 0;
    }
    const from = this.#at;
    this.#at += this.#batch;
    return this.#all.subarray(from, this.#at);
  }
}

/** Mean of each input, and 1 over its deviation; 0 for one that never moves. */
function moments(
  inputs: Float32Array,
  rows: number,
  width: number,
): { mean: Float32Array; scale: Float32Array } {
  const mean = new Float64Array(width);
  const square = new Float64Array(width);
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < width; i++) mean[i] += inputs[r * width + i] / rows;
  }
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < width; i++) square[i] += (inputs[r * width + i] - mean[i]) ** 2 / rows;
  }
  return {
    mean: Float32Array.from(mean),
    scale: Float32Array.from(square, (variance) =>
      variance < 1e-12 ? 0 : 1 / Math.sqrt(variance),
    ),
  };
}

function host(data: Float32Array, shape: readonly number[]): HostTensor {
  return { type: "float32", shape, data };
}
