/** A trained recurrent model: remaining life of a machine from its last rows. */

import {
  type Executor,
  encodeModel,
  Graph,
  gru,
  HostParameters,
  type HostWeights,
  linear,
  lstm,
  type Program,
} from "@symbion/neural";
import {
  arrayPart,
  jsonPart,
  type Parts,
  packParts,
  readFloats,
  readJson,
  unpackParts,
} from "../container.ts";
import type { NormalisedRun } from "../manipulation/types.ts";
import { type CellShape, cellWeights, RecurrentCells } from "./cells.ts";
import { RecurrentError, wrong } from "./errors.ts";
import { fillBatch, inputsOf, runInputs, writeBlank, writeInputs } from "./windows.ts";

/** What a {@link RecurrentModel} is made of. */
export type RecurrentParts = {
  /** Names of the sensors, in the order of normalised rows. */
  readonly sensors: readonly string[];
  /** Kind, width and depth. */
  readonly shape: CellShape;
  /** Rows that it looks at. */
  readonly window: number;
  /** Whether the time in service is an input. */
  readonly age: boolean;
  /** Longest life that is told apart, in the life unit. */
  readonly cap: number;
  /** Weights by name. */
  readonly weights: ReadonlyMap<string, HostWeights>;
};

/** Names of the network's parts. */
export const NET = "net";
export const HEAD = "head";
/** Windows that go through the runtime at once. */
const BATCH = 256;
/** Largest network that is read from bytes. */
const MOST = { hidden: 4096, layers: 16, window: 10_000, sensors: 10_000 };

/** See `fitRecurrent`. */
export class RecurrentModel {
  /** What it is made of. */
  readonly parts: RecurrentParts;

  /** @throws RecurrentError where a weight is missing or of another size. */
  constructor(parts: RecurrentParts) {
    this.parts = parts;
    this.#weight(`${HEAD}.weight`, parts.shape.hidden);
    this.#weight(`${HEAD}.bias`, 1);
    for (const [name, shape] of cellWeights(NET, parts.shape)) {
      this.#weight(
        name,
        shape.reduce((a, b) => a * b, 1),
      );
    }
  }

  /** Names of the sensors. */
  get sensors(): readonly string[] {
    return this.parts.sensors;
  }

  /** A machine to follow row by row, without a runtime. */
  stream(): RecurrentStream {
    return new RecurrentStream(this.parts);
  }

  /** Forecasts at every row of a run, from 0 to the cap, one row after another without a runtime. */
  forecasts({ run, z, sensors }: NormalisedRun): Float64Array {
    this.#checkSensors(sensors);
    const stream = this.stream();
    const out = new Float64Array(run.rows);
    for (let i = 0; i < run.rows; i++) {
      stream.push(z, i * sensors.length, run.age[i]);
      out[i] = stream.forecast();
    }
    return out;
  }

  /** Puts the model on an executor, for many rows at once. @throws ExecutionError with what the runtime said. */
  async load(executor: Executor): Promise<RecurrentProgram> {
    const { shape, window, weights } = this.parts;
    const graph = new Graph();
    const parameters = new HostParameters(weights);
    const x = graph.input("x", "float32", ["window*batch", shape.inputs]);
    const network = shape.cell === "lstm" ? lstm : gru;
    const { last } = network(graph, parameters, NET, x, window, shape);
    graph.output("state", last);
    graph.output("life", linear(graph, parameters, HEAD, last, 1));
    return new RecurrentProgram(this.parts, await executor.load({ model: encodeModel(graph) }));
  }

  /** The model in bytes. */
  encode(): Uint8Array<ArrayBuffer> {
    const { sensors, shape, window, age, cap, weights } = this.parts;
    const names = [...weights.keys()];
    const parts: Record<string, Uint8Array> = {
      recurrent: jsonPart({ sensors, shape, window, age, cap } satisfies Header),
    };
    for (const name of names) parts[name] = arrayPart((weights.get(name) as HostWeights).data);
    return packParts(parts);
  }

  /** @throws RecurrentError for bytes that no model wrote. */
  static decode(bytes: Uint8Array): RecurrentModel {
    const { header, parts } = readHeader(bytes);
    const { sensors, shape, window, age, cap } = header;
    const weights = new Map<string, HostWeights>();
    const wanted = cellWeights(NET, shape);
    wanted.set(`${HEAD}.weight`, [1, shape.hidden]).set(`${HEAD}.bias`, [1]);
    for (const [name, dims] of wanted) {
      const part = Object.hasOwn(parts, name) ? parts[name] : undefined;
      const length = dims.reduce((a, b) => a * b, 1);
      if (part?.length !== 4 * length) throw wrong(`${length} numbers`, part?.length ?? 0, name);
      const data = readFloats(part);
      if (!data.every(Number.isFinite)) throw wrong("finite numbers", "others", name);
      weights.set(name, { shape: dims, data });
    }
    return new RecurrentModel({ sensors, shape, window, age, cap, weights });
  }

  #weight(name: string, length: number): void {
    const found = this.parts.weights.get(name)?.data.length ?? 0;
    if (found !== length) throw wrong(`${length} numbers`, found, name);
  }

  #checkSensors(sensors: readonly string[]): void {
    if (sensors.join("\n") !== this.sensors.join("\n"))
      throw wrong(`sensors ${this.sensors}`, sensors, "run");
  }
}

/** Follows one machine: the same forecasts as the runtime's, a row at a time. */
export class RecurrentStream {
  readonly #parts: RecurrentParts;
  readonly #cells: RecurrentCells;
  /** What the first layer makes of the last rows, in a ring. */
  readonly #ring: Float64Array;
  readonly #blank: Float64Array;
  readonly #input: Float32Array;
  #rows = 0;

  /** Use {@link RecurrentModel.stream}. */
  constructor(parts: RecurrentParts) {
    const { shape, window, sensors, age } = parts;
    this.#parts = parts;
    this.#cells = new RecurrentCells(parts.weights, NET, shape);
    this.#ring = new Float64Array(window * this.#cells.projected);
    this.#blank = new Float64Array(this.#cells.projected);
    this.#input = new Float32Array(shape.inputs);
    writeBlank(sensors.length, age, this.#input, 0);
    this.#cells.project(this.#input, 0, this.#blank, 0);
  }

  /** Begins a new life. */
  reset(): void {
    this.#rows = 0;
  }

  /**
   * Takes the next row.
   *
   * @param z Where its normalised values lie, NaN where missing.
   * @param from Index of its first value.
   * @param age Time in service.
   */
  push(z: Float32Array, from: number, age: number): void {
    const { sensors, window } = this.#parts;
    writeInputs(z, from, sensors.length, this.#parts.age ? age : null, this.#input, 0);
    const to = (this.#rows % window) * this.#cells.projected;
    this.#cells.project(this.#input, 0, this.#ring, to);
    this.#rows++;
  }

  /** State after the newest row; valid until the next call. Work: one pass over the window. */
  state(): Float64Array {
    const { window } = this.#parts;
    const width = this.#cells.projected;
    this.#cells.reset();
    for (let t = this.#rows - window; t < this.#rows; t++) {
      if (t < 0) this.#cells.step(this.#blank, 0);
      else this.#cells.step(this.#ring, (t % window) * width);
    }
    return this.#cells.state;
  }

  /** Forecast at the newest row, from 0 to the cap. */
  forecast(): number {
    const { weights, cap } = this.#parts;
    const state = this.state();
    const head = weights.get(`${HEAD}.weight`)?.data as Float32Array;
    let life = weights.get(`${HEAD}.bias`)?.data[0] as number;
    for (let h = 0; h < state.length; h++) life += head[h] * state[h];
    return Math.max(0, Math.min(cap, life * cap));
  }
}

/** What a model says of some rows. */
export type RecurrentAnswer = {
  /** Forecast of each row, from 0 to the cap. */
  readonly forecasts: Float64Array;
  /** States behind them, [rows, hidden]. */
  readonly states: Float32Array;
};

/** A model on an executor. */
export class RecurrentProgram {
  readonly #parts: RecurrentParts;
  readonly #program: Program;

  /** Use {@link RecurrentModel.load}. */
  constructor(parts: RecurrentParts, program: Program) {
    this.#parts = parts;
    this.#program = program;
  }

  /** Forecasts and states of runs, row by row, one run after another. */
  async answer(runs: readonly NormalisedRun[]): Promise<RecurrentAnswer> {
    const { sensors, window, age, cap, shape } = this.#parts;
    const width = inputsOf(sensors.length, age);
    const rows = runs.reduce((sum, { run }) => sum + run.rows, 0);
    const forecasts = new Float64Array(rows);
    const states = new Float32Array(rows * shape.hidden);
    let at = 0;
    for (const run of runs) {
      const inputs = [runInputs(run, sensors.length, window, age)];
      for (let from = 0; from < run.run.rows; from += BATCH) {
        const count = Math.min(BATCH, run.run.rows - from);
        const picked = Array.from({ length: count }, (_, b) => [0, window + from + b] as const);
        const x = new Float32Array(window * count * width);
        fillBatch(inputs, picked, window, width, x);
        const found = await this.#program.run({
          x: { type: "float32", shape: [window * count, width], data: x },
        });
        const life = found.life.data as Float32Array;
        for (let b = 0; b < count; b++)
          forecasts[at + b] = Math.max(0, Math.min(cap, life[b] * cap));
        states.set(found.state.data as Float32Array, at * shape.hidden);
        at += count;
      }
    }
    return { forecasts, states };
  }

  /** Frees the program. */
  async dispose(): Promise<void> {
    await this.#program.dispose();
  }
}

type Header = Omit<RecurrentParts, "weights">;

function readHeader(bytes: Uint8Array): { header: Header; parts: Parts } {
  let parts: Parts;
  let header: Header | null;
  try {
    parts = unpackParts(bytes, "a recurrent model");
    header = readJson<Header | null>(parts, "recurrent");
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new RecurrentError(`recurrent: bytes: expected a model, got ${got}`, { cause });
  }
  const { sensors, shape, window, age, cap } = header ?? ({} as Partial<Header>);
  const whole = (value: unknown, most: number): value is number =>
    Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most;
  const valid =
    Array.isArray(sensors) &&
    whole(sensors.length, MOST.sensors) &&
    sensors.every((name) => typeof name === "string") &&
    (shape?.cell === "lstm" || shape?.cell === "gru") &&
    typeof age === "boolean" &&
    shape.inputs === inputsOf(sensors.length, age) &&
    whole(shape.hidden, MOST.hidden) &&
    whole(shape.layers, MOST.layers) &&
    whole(window, MOST.window) &&
    typeof cap === "number" &&
    cap > 0;
  if (!valid) throw wrong("a model that fits together", { shape, window, age, cap }, "bytes");
  return { header: { sensors, shape, window, age, cap }, parts };
}
