/**
 * What a training step costs: an LSTM of 64 over 24 features and 30 steps, batch 64, on one thread, natively and in
 * WebAssembly. The gradient is checked against a finite difference before anything is measured.
 */

import { gradients } from "../src/autodiff/gradients.ts";
import { Random } from "../src/generate/random.ts";
import { Graph } from "../src/graph/graph.ts";
import type { Value } from "../src/graph/types.ts";
import { linear } from "../src/layers/dense.ts";
import { lstm } from "../src/layers/recurrent.ts";
import { type NodeBackend, openNodeExecutor } from "../src/node/executor.ts";
import { encodeModel } from "../src/onnx/encode.ts";
import { TrainableParameters } from "../src/parameters/trainable.ts";
import type { Executor, HostTensor, Program } from "../src/runtime/types.ts";
import { ADAMW_NAMES, adamW, adamWNumbers } from "../src/train/adamw.ts";
import { gaussian, initialiserFor } from "../src/train/initialisers.ts";
import { squaredError } from "../src/train/losses.ts";
import { type Network, Trainer } from "../src/train/trainer.ts";

/** One measured figure, as `symbion bench` prints it. */
export type TrainingRow = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly goal: string | null;
  readonly met: boolean | null;
};

/** What a run is asked for. */
export type TrainingBenchOptions = {
  /** One round instead of the median of five. */
  readonly quick: boolean;
  /** Tells the user what is going on; one line. */
  readonly note: (text: string) => void;
};

const [BATCH, STEPS, FEATURES, HIDDEN] = [64, 30, 24, 64];
/** CPU milliseconds of forward and backward that are aimed at. */
const GOALS: Readonly<Record<"node-cpu" | "web-wasm", number>> = {
  "node-cpu": 3.4,
  "web-wasm": 11,
};

const network: Network = (graph, parameters) => {
  const x = graph.input("x", "float32", [STEPS * BATCH, FEATURES]);
  const y = graph.input("y", "float32", [BATCH, 1]);
  const size = { inputs: FEATURES, hidden: HIDDEN };
  const { last } = lstm(graph, parameters, "lstm", x, STEPS, size);
  return { loss: squaredError(graph, linear(graph, parameters, "out", last, 1), y) };
};

/** Measures natively and in WebAssembly; rows in the order in which they are to be shown. */
export async function* trainingRows(options: TrainingBenchOptions): AsyncIterable<TrainingRow> {
  for (const backend of ["node-cpu", "web-wasm"] as const) {
    options.note(`training step on ${backend}`);
    yield* rowsOf(backend, options);
  }
}

async function* rowsOf(
  backend: NodeBackend & keyof typeof GOALS,
  { quick }: TrainingBenchOptions,
): AsyncIterable<TrainingRow> {
  const executor = await openNodeExecutor({ prefer: [backend], threads: 1 });
  const place = backend === "node-cpu" ? "Node" : "wasm";
  const data = batch();
  const slopes = await slopeProgram(executor);
  const update = await updateProgram(executor);
  const trainer = await Trainer.create(executor, network);
  try {
    const error = await slopeError(slopes, data);
    if (!(error < 0.01)) {
      throw new Error(`training on ${backend}: gradient is off by ${error} along itself`);
    }
    const given = { ...slopes.weights, ...data };
    const [both, optimiser, whole] = await interleaved(quick ? 1 : 5, backend, [
      () => slopes.program.run(given),
      () => update.program.run(update.feeds),
      () => trainer.step(data, 1e-4),
    ]);
    const goal = GOALS[backend];
    const value = both as number;
    const what = "LSTM 1x64, batch 64, 30 steps";
    yield {
      name: `${what}: forward and backward, ${place}`,
      value,
      unit: "CPU ms/step",
      goal: `<= ${goal}`,
      met: value <= goal,
    };
    yield plain(`${what}: AdamW alone, ${place}`, optimiser as number);
    yield plain(`${what}: whole step of a Trainer, ${place}`, whole as number);
  } finally {
    await slopes.program.dispose();
    await update.program.dispose();
    await trainer.dispose();
    await executor.dispose();
  }
}

function plain(name: string, value: number): TrainingRow {
  return { name, value, unit: "CPU ms/step", goal: null, met: null };
}

/** CPU milliseconds of each candidate's best step in a round, median over rounds in which they take turns. */
async function interleaved(
  rounds: number,
  backend: NodeBackend,
  candidates: readonly (() => Promise<unknown>)[],
): Promise<number[]> {
  const times = backend === "node-cpu" ? 40 : 15;
  const found = candidates.map((): number[] => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [i, candidate] of candidates.entries()) {
      let best = Number.POSITIVE_INFINITY;
      for (let n = 0; n < times; n++) {
        const before = process.cpuUsage();
        await candidate();
        const { user, system } = process.cpuUsage(before);
        best = Math.min(best, (user + system) / 1000);
      }
      // The first round warms up.
      if (round > 0) found[i]?.push(best);
    }
  }
  return found.map((list) => list.toSorted((a, b) => a - b)[list.length >> 1] ?? Number.NaN);
}

function batch(): Record<string, HostTensor> {
  const random = new Random(1);
  const make = (rows: number, columns: number): HostTensor => ({
    type: "float32",
    shape: [rows, columns],
    data: Float32Array.from({ length: rows * columns }, () => gaussian(random)),
  });
  return { x: make(STEPS * BATCH, FEATURES), y: make(BATCH, 1) };
}

type Slopes = { readonly program: Program; readonly weights: Record<string, HostTensor> };

async function slopeProgram(executor: Executor): Promise<Slopes> {
  const graph = new Graph();
  const parameters = new TrainableParameters();
  const { loss } = network(graph, parameters);
  graph.output("loss", loss);
  const values = [...parameters.values];
  const slopes = gradients(
    graph,
    loss,
    values.map(([, value]) => value),
    executor.threads,
  );
  const random = new Random(2);
  const weights: Record<string, HostTensor> = {};
  for (const [i, [name, value]] of values.entries()) {
    graph.output(`slope/${name}`, slopes[i] as Value);
    const shape = value.shape.map(Number);
    weights[name] = { type: "float32", shape, data: initialiserFor(name, shape)(shape, random) };
  }
  return { program: await executor.load({ model: encodeModel(graph) }), weights };
}

/** The optimiser by itself, on the same parameters. */
async function updateProgram(
  executor: Executor,
): Promise<{ readonly program: Program; readonly feeds: Record<string, HostTensor> }> {
  const probe = new TrainableParameters();
  network(new Graph(), probe);
  const graph = new Graph();
  const parameters = new Map<string, Value>();
  const slopes: Value[] = [];
  const feeds: Record<string, HostTensor> = adamWNumbers(1, 1e-4);
  for (const [name, { shape }] of probe.values) {
    parameters.set(name, graph.input(name, "float32", shape));
    slopes.push(graph.input(`slope/${name}`, "float32", shape));
    const dims = shape.map(Number);
    const count = dims.reduce((all, dim) => all * dim, 1);
    for (const input of [
      name,
      `slope/${name}`,
      ADAMW_NAMES.first(name),
      ADAMW_NAMES.second(name),
    ]) {
      feeds[input] = { type: "float32", shape: dims, data: new Float32Array(count).fill(0.01) };
    }
  }
  adamW(graph, parameters, slopes);
  return { program: await executor.load({ model: encodeModel(graph) }), feeds };
}

/** How far the loss's change along the gradient is from the gradient's square, relative to it. */
async function slopeError(
  { program, weights }: Slopes,
  data: Record<string, HostTensor>,
): Promise<number> {
  const found = await program.run({ ...weights, ...data });
  let square = 0;
  for (const name of Object.keys(weights)) {
    const slopes = found[`slope/${name}`]?.data as Float32Array;
    for (const slope of slopes) square += slope * slope;
  }
  const step = 0.02 / Math.sqrt(square);
  const lossAt = async (way: number): Promise<number> => {
    const moved = Object.entries(weights).map(([name, tensor]) => {
      const slope = found[`slope/${name}`]?.data as Float32Array;
      const start = tensor.data as Float32Array;
      const along = start.map((value, i) => value + way * step * Number(slope[i]));
      return [name, { ...tensor, data: along }] as const;
    });
    const { loss } = await program.run({ ...Object.fromEntries(moved), ...data }, {}, ["loss"]);
    return Number(loss?.data[0]);
  };
  const measured = ((await lossAt(1)) - (await lossAt(-1))) / (2 * step);
  return Math.abs(measured / square - 1);
}
