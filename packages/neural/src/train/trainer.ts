/** Trains a network: parameters, their gradients and the optimiser in one graph that runs once a step. */

import { gradients } from "../autodiff/gradients.ts";
import { Random } from "../generate/random.ts";
import { Graph } from "../graph/graph.ts";
import { elements, type Value } from "../graph/types.ts";
import { encodeModel } from "../onnx/encode.ts";
import type { HostWeights } from "../parameters/host.ts";
import { TrainableParameters } from "../parameters/trainable.ts";
import type { Executor, HostTensor, Program, Tensor } from "../runtime/types.ts";
import { ADAMW_NAMES, type AdamWOptions, adamW, adamWNumbers } from "./adamw.ts";
import { type Initialiser, initialiserFor } from "./initialisers.ts";

/** What a network gives: the scalar to make small, and anything else to look at. */
export type Objective = {
  /** The scalar that training makes small. */
  readonly loss: Value;
  /** Results by name, given back by {@link Trainer.evaluate} and {@link Trainer.predict}. */
  readonly outputs?: Readonly<Record<string, Value>>;
};

/** Writes a network into a graph: declares inputs for its data, asks for its weights, gives its loss. */
export type Network = (graph: Graph, parameters: TrainableParameters) => Objective;

/** How a network is trained. */
export type TrainerOptions = {
  /** Determines all initial weights; default 0. */
  readonly seed?: number | undefined;
  /** Weights to start from; those missing are made by initialisers. Copied. */
  readonly weights?: ReadonlyMap<string, HostWeights> | undefined;
  /** Initialiser of a tensor; undefined: zeros for biases, ones for other vectors, Xavier for matrices. */
  readonly initialise?:
    | ((name: string, shape: readonly number[]) => Initialiser | undefined)
    | undefined;
  /** Which tensors are learned; default all. The others stay as they are. */
  readonly learns?: ((name: string) => boolean) | undefined;
  /** Settings of AdamW. */
  readonly optimiser?: AdamWOptions | undefined;
  /** Keeps a running mean of the weights, of which this part is kept per step (0.999, say); default: none. */
  readonly average?: number | undefined;
};

/** What a step has done. */
export type StepResult = {
  /** Loss before the step. */
  readonly loss: number;
  /** Root of the sum of all squared gradients, before clipping. */
  readonly norm: number;
};

/** What a network makes of data: its loss and other results. */
export type Evaluation = {
  /** Loss with the weights as they are. */
  readonly loss: number;
  /** The objective's other results, by name. */
  readonly outputs: Readonly<Record<string, HostTensor>>;
};

/** Inputs of a network by name. */
export type Feeds = Readonly<Record<string, HostTensor>>;

/** Training cannot go on; the message says in which step and why. The weights are those before the step. */
export class TrainingError extends Error {
  override readonly name = "TrainingError";
}

const OPTIONS = ["seed", "weights", "initialise", "learns", "optimiser", "average"];
const STEPS = "adamw.steps";
const AVERAGE = "average/";
const LOSS = "loss";
const RESULT = "output/";
const SLOPE = "slope/";
const SUMMED = "slope.sum/";
const SHARE = "slope.share";

type Buffers = Record<string, HostTensor>;

/**
 * Owns parameters and the optimiser's running means, each in two buffers: a step reads the one and writes the other,
 * and they change places when the step is known to be good.
 */
export class Trainer {
  readonly #executor: Executor;
  readonly #network: Network;
  readonly #optimiser: AdamWOptions;
  readonly #learned: readonly string[];
  readonly #program: Program;
  readonly #frozen: Buffers;
  readonly #average: number | undefined;
  #current: Buffers;
  #spare: Buffers;
  #averaged: Buffers = {};
  #steps = 0;
  #busy = false;
  #evaluator: Promise<Program> | undefined;
  #accumulator: Promise<{ readonly slopes: Program; readonly update: Program }> | undefined;

  private constructor(
    executor: Executor,
    network: Network,
    program: Program,
    parameters: Buffers,
    learned: readonly string[],
    options: TrainerOptions,
  ) {
    this.#executor = executor;
    this.#network = network;
    this.#program = program;
    this.#learned = learned;
    this.#optimiser = options.optimiser ?? {};
    this.#average = options.average;
    this.#current = {};
    this.#frozen = {};
    for (const [name, tensor] of Object.entries(parameters)) {
      if (!learned.includes(name)) {
        this.#frozen[name] = tensor;
        continue;
      }
      this.#current[name] = tensor;
      this.#current[ADAMW_NAMES.first(name)] = blank(tensor);
      this.#current[ADAMW_NAMES.second(name)] = blank(tensor);
      if (this.#average !== undefined) this.#averaged[name] = copy(tensor);
    }
    this.#spare = Object.fromEntries(
      Object.entries(this.#current).map(([name, tensor]) => [name, blank(tensor)]),
    );
  }

  /**
   * Builds and loads the graph of a step.
   * @throws {GraphError} when the network doesn't fit together, {TrainingError} on unknown options or weights of
   * another shape, {ExecutionError} when the graph cannot be loaded.
   */
  static async create(
    executor: Executor,
    network: Network,
    options: TrainerOptions = {},
  ): Promise<Trainer> {
    for (const key of Object.keys(options)) {
      if (!OPTIONS.includes(key)) {
        throw new TrainingError(`expected options of ${OPTIONS.join(", ")}, got ${key}`);
      }
    }
    const { average } = options;
    if (average !== undefined && !(average >= 0 && average < 1)) {
      throw new TrainingError(`average: expected a part in [0, 1), got ${average}`);
    }
    const graph = new Graph();
    const parameters = new TrainableParameters();
    const { loss } = network(graph, parameters);
    const learned = new Map(
      [...parameters.values].filter(([name]) => options.learns?.(name) ?? true),
    );
    if (learned.size === 0) throw new TrainingError("expected a network with weights, it has none");
    graph.output(LOSS, loss);
    adamW(
      graph,
      learned,
      gradients(graph, loss, [...learned.values()], executor.threads),
      options.optimiser,
    );
    const start = initialWeights(parameters.values, options);
    const program = await executor.load({ model: encodeModel(graph) });
    return new Trainer(executor, network, program, start, [...learned.keys()], options);
  }

  /** Steps taken, those before a {@link Trainer.restore} included. */
  get steps(): number {
    return this.#steps;
  }

  /** Number of weights that are learned. */
  get size(): number {
    return this.#learned.reduce((sum, name) => sum + (this.#current[name]?.data.length ?? 0), 0);
  }

  /**
   * One step down the gradient of the loss on a batch. Of several batches the mean of their gradients is taken, one
   * batch in memory at a time.
   * @throws {TrainingError} when loss or gradient are not finite, or another step is not done yet; {ExecutionError}
   * when an input is missing or of another shape. The weights then are as before.
   */
  async step(feeds: Feeds | readonly Feeds[], rate: number): Promise<StepResult> {
    if (this.#busy) throw new TrainingError("expected one step at a time, one is still running");
    if (!(rate >= 0 && Number.isFinite(rate))) {
      throw new TrainingError(`expected a learning rate of at least 0, got ${rate}`);
    }
    for (const one of isList(feeds) ? feeds : [feeds]) this.#checkFeeds(one);
    this.#busy = true;
    try {
      const numbers = adamWNumbers(this.#steps + 1, rate, this.#optimiser);
      const result = isList(feeds)
        ? await this.#accumulated(feeds, numbers)
        : await this.#update(this.#program, { ...this.#frozen, ...feeds, ...numbers });
      this.#steps++;
      this.#follow();
      return result;
    } finally {
      this.#busy = false;
    }
  }

  /** Loss and outputs on a batch, without learning from it; `averaged` with the running mean of the weights. */
  async evaluate(feeds: Feeds, averaged = false): Promise<Evaluation> {
    this.#checkFeeds(feeds);
    this.#evaluator ??= this.#loadEvaluator();
    const program = await this.#evaluator;
    const found = await program.run({ ...this.#frozen, ...this.#weights(averaged), ...feeds });
    const outputs: Record<string, HostTensor> = {};
    for (const [name, tensor] of Object.entries(found)) {
      if (name.startsWith(RESULT)) outputs[name.slice(RESULT.length)] = tensor;
    }
    return { loss: number(found[LOSS]), outputs };
  }

  /** Copies of all weights, learned or not, by name; `averaged` gives their running mean. */
  weights(averaged = false): Map<string, HostWeights> {
    const all = { ...this.#frozen, ...this.#weights(averaged) };
    return new Map(Object.entries(all).map(([name, tensor]) => [name, toWeights(tensor)]));
  }

  /** All that training depends on but the data: weights, running means, steps. Copies. */
  state(): Map<string, HostWeights> {
    const all = new Map<string, HostWeights>();
    for (const [name, tensor] of Object.entries({ ...this.#frozen, ...this.#current })) {
      all.set(name, toWeights(tensor));
    }
    for (const [name, tensor] of Object.entries(this.#averaged)) {
      all.set(AVERAGE + name, toWeights(tensor));
    }
    // Two halves, each exact in a float32.
    const [high, low] = [Math.floor(this.#steps / 2 ** 20), this.#steps % 2 ** 20];
    return all.set(STEPS, { shape: [2], data: Float32Array.of(high, low) });
  }

  /** Goes on from a {@link Trainer.state}. @throws {TrainingError} when a tensor is missing or of another shape. */
  restore(state: ReadonlyMap<string, HostWeights>): void {
    if (this.#busy) throw new TrainingError("expected no step to run while a state is restored");
    const targets: Buffers = { ...this.#frozen, ...this.#current };
    for (const [name, tensor] of Object.entries(this.#averaged)) targets[AVERAGE + name] = tensor;
    const steps = fitting(state, STEPS, [2]);
    const found = Object.entries(targets).map(
      ([name, { data, shape }]) => [data as Float32Array, fitting(state, name, shape)] as const,
    );
    // Only when all of it fits is any of it taken.
    for (const [target, source] of found) target.set(source);
    this.#steps = steps[0] * 2 ** 20 + steps[1];
  }

  /** Frees the programs. */
  async dispose(): Promise<void> {
    await this.#program.dispose();
    await (await this.#evaluator)?.dispose();
    const accumulator = await this.#accumulator;
    await accumulator?.slopes.dispose();
    await accumulator?.update.dispose();
  }

  /** A feed must not take a weight's place. */
  #checkFeeds(feeds: Feeds): void {
    for (const name of Object.keys(feeds)) {
      if (name in this.#current || name in this.#frozen) {
        throw new TrainingError(`expected the network's data, got ${name}, which the trainer owns`);
      }
    }
  }

  #weights(averaged: boolean): Buffers {
    if (averaged && this.#average === undefined) {
      throw new TrainingError("expected a trainer with the option average, got one without");
    }
    if (averaged) return this.#averaged;
    return Object.fromEntries(
      this.#learned.map((name) => [name, this.#current[name] as HostTensor]),
    );
  }

  /** Runs a program that ends in the optimiser, and takes the new buffers if loss and gradient are finite. */
  async #update(program: Program, feeds: Feeds, mean?: number): Promise<StepResult> {
    const all = { ...this.#current, ...feeds };
    const next = ADAMW_NAMES.next;
    // In Node results go into the spare buffers; elsewhere they have to be copied out, and the copies are taken.
    const into: Record<string, Tensor> = {};
    if (this.#executor.backend === "node-cpu") {
      for (const [name, tensor] of Object.entries(this.#spare)) into[next(name)] = tensor;
    }
    const found = await program.run(all, into);
    const loss = mean ?? number(found[LOSS]);
    const norm = number(found[ADAMW_NAMES.norm]);
    if (!Number.isFinite(loss) || !Number.isFinite(norm)) {
      throw new TrainingError(
        `step ${this.#steps + 1}: expected a finite loss and gradient, got ${loss} and ${norm}`,
      );
    }
    const before = this.#current;
    this.#current = Object.fromEntries(
      Object.entries(this.#spare).map(([name, tensor]) => [name, found[next(name)] ?? tensor]),
    );
    this.#spare = before;
    return { loss, norm };
  }

  async #accumulated(batches: readonly Feeds[], numbers: Feeds): Promise<StepResult> {
    if (batches.length === 0) throw new TrainingError("expected at least one batch, got none");
    this.#accumulator ??= this.#loadAccumulator();
    const { slopes, update } = await this.#accumulator;
    let sums: Buffers = {};
    for (const name of this.#learned)
      sums[SUMMED + name] = blank(this.#current[name] as HostTensor);
    const share = scalar(1 / batches.length);
    let loss = 0;
    const weights = { ...this.#frozen, ...this.#weights(false) };
    for (const feeds of batches) {
      const found = await slopes.run({ ...weights, ...feeds, ...sums, [SHARE]: share });
      loss += number(found[LOSS]) / batches.length;
      sums = Object.fromEntries(
        this.#learned.map((name) => [SUMMED + name, found[SLOPE + name] as HostTensor]),
      );
    }
    const given = this.#learned.map((name) => [SLOPE + name, sums[SUMMED + name] as HostTensor]);
    return this.#update(update, { ...Object.fromEntries(given), ...numbers }, loss);
  }

  async #loadEvaluator(): Promise<Program> {
    const graph = new Graph();
    const { loss, outputs } = this.#network(graph, new TrainableParameters());
    graph.output(LOSS, loss);
    for (const [name, value] of Object.entries(outputs ?? {})) graph.output(RESULT + name, value);
    return this.#executor.load({ model: encodeModel(graph) });
  }

  async #loadAccumulator(): Promise<{ readonly slopes: Program; readonly update: Program }> {
    const graph = new Graph();
    const parameters = new TrainableParameters();
    const { loss } = this.#network(graph, parameters);
    const learned = new Map(
      this.#learned.map((name) => [name, parameters.values.get(name) as Value]),
    );
    graph.output(LOSS, loss);
    const share = graph.input(SHARE, "float32", []);
    const slopesOf = gradients(graph, loss, [...learned.values()], this.#executor.threads);
    for (const [i, slope] of slopesOf.entries()) {
      const name = this.#learned[i] as string;
      const sum = graph.input(SUMMED + name, "float32", slope.shape);
      graph.output(SLOPE + name, graph.add(sum, graph.mul(slope, share)));
    }
    const updater = new Graph();
    const values = new Map<string, Value>();
    const given: Value[] = [];
    for (const [name, { shape }] of learned) {
      values.set(name, updater.input(name, "float32", shape));
      given.push(updater.input(SLOPE + name, "float32", shape));
    }
    adamW(updater, values, given, this.#optimiser);
    const [slopes, update] = await Promise.all(
      [graph, updater].map((one) => this.#executor.load({ model: encodeModel(one) })),
    );
    return { slopes: slopes as Program, update: update as Program };
  }

  #follow(): void {
    if (this.#average === undefined) return;
    for (const name of this.#learned) {
      const mean = this.#averaged[name]?.data as Float32Array;
      const now = this.#current[name]?.data as Float32Array;
      const part = 1 - this.#average;
      for (let i = 0; i < mean.length; i++) mean[i] += part * (now[i] - mean[i]);
    }
  }
}

function initialWeights(values: ReadonlyMap<string, Value>, options: TrainerOptions): Buffers {
  const random = new Random(options.seed ?? 0);
  const all: Buffers = {};
  for (const [name, value] of values) {
    const shape = value.shape.map(Number);
    const given = options.weights?.has(name) ? fitting(options.weights, name, shape) : undefined;
    const initialise = options.initialise?.(name, shape) ?? initialiserFor(name, shape);
    const data = given === undefined ? initialise(shape, random) : given.slice();
    if (data.length !== elements(shape)) {
      throw new TrainingError(
        `${name}: expected ${elements(shape)} initial elements, got ${data.length}`,
      );
    }
    all[name] = { type: "float32", shape, data };
  }
  return all;
}

function fitting(
  state: ReadonlyMap<string, HostWeights>,
  name: string,
  shape: readonly number[],
): Float32Array {
  const found = state.get(name);
  if (found === undefined) throw new TrainingError(`expected a tensor ${name}, there is none`);
  if (found.shape.join() !== shape.join() || found.data.length !== elements(shape)) {
    throw new TrainingError(
      `${name}: expected [${shape.join(", ")}], got [${found.shape.join(", ")}]`,
    );
  }
  return found.data;
}

function isList(feeds: Feeds | readonly Feeds[]): feeds is readonly Feeds[] {
  return Array.isArray(feeds);
}

function blank({ type, shape, data }: HostTensor): HostTensor {
  return { type, shape, data: new Float32Array(data.length) };
}

function copy({ type, shape, data }: HostTensor): HostTensor {
  return { type, shape, data: data.slice() };
}

function toWeights({ shape, data }: HostTensor): HostWeights {
  return { shape: [...shape], data: (data as Float32Array).slice() };
}

function scalar(value: number): HostTensor {
  return { type: "float32", shape: [], data: Float32Array.of(value) };
}

function number(tensor: HostTensor | undefined): number {
  return Number(tensor?.data[0]);
}
