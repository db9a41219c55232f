/**
 * LSTM autoencoder: squeezes a window of rows into one state and tells the window again; what it cannot tell again is unusual.
 * It is trained through the runtime, with sensors silenced in half of the windows, and asked without one. A sensor's error is
 * measured by its mean on healthy windows, and the mean over the living sensors by its variance there, so that scores are
 * comparable whatever is missing.
 */

import {
  type Executor,
  type HostTensor,
  type HostWeights,
  linear,
  lstm,
  type Network,
  Random,
  squaredError,
  Trainer,
  warmupCosine,
} from "@symbion/neural";
import { type CellShape, cellWeights, RecurrentCells } from "../recurrent/cells.ts";
import { packDetector, type Unpacked } from "./bytes.ts";
import { deviate, distanceOf } from "./chi-square.ts";
import { checkKeys, wrong } from "./errors.ts";
import { shares } from "./principal.ts";
import { placesOf, prepare, startsOf } from "./rows.ts";
import type { AnomalyDetector, SensorRows, Unusual } from "./types.ts";

/** How an autoencoder is trained. */
export type AutoencoderOptions = {
  /** Rows that it looks at, from 2. Default 15. */
  readonly window?: number;
  /** Length of the state that a window is squeezed into. Default 12. */
  readonly hidden?: number;
  /** Windows that are learned from in all. Default 20,000. */
  readonly lessons?: number;
  /** Windows of a step. Default 64. */
  readonly batch?: number;
  /** Highest learning rate. Default 0.01. */
  readonly rate?: number;
  /** Seed of weights, windows and silenced sensors. Default 0. */
  readonly seed?: number;
  /** Told after each step how far it is, 0 to 1, and its loss; false ends training and keeps what there is. */
  readonly progress?: (share: number, loss: number) => boolean | undefined;
};

const KEYS = ["window", "hidden", "lessons", "batch", "rate", "seed", "progress"];
const [ENCODER, DECODER, OUT] = ["encoder", "decoder", "out"];
/** Standard deviations beyond which a value counts no more: as an input, and in an error. */
const MOST_IN = 5;
const MOST_OUT = 10;
/** Share of sensors that is silenced in half of the windows. */
const SILENCE = 0.25;
/** Windows from which the usual errors are measured. */
const MEASURED = 2000;
const MOST = { window: 10_000, hidden: 4096 };

/**
 * Learns from healthy rows; windows do not reach over the ends of runs.
 *
 * @throws DetectionError for options that make no sense, rows in which nothing moves, and runs shorter than the window.
 */
export async function fitAutoencoder(
  executor: Executor,
  x: SensorRows,
  options: AutoencoderOptions = {},
): Promise<AutoencoderDetector> {
  checkKeys(options, KEYS);
  const { window = 15, hidden = 12, lessons = 20_000, batch = 64 } = options;
  const { rate = 0.01, seed = 0, progress } = options;
  for (const [key, value] of Object.entries({ window, hidden, lessons, batch })) {
    if (!(Number.isInteger(value) && value >= (key === "window" ? 2 : 1))) {
      throw wrong(`a whole number from ${key === "window" ? 2 : 1}`, value, key);
    }
  }
  if (!(rate > 0)) throw wrong("a rate above 0", rate, "rate");
  const { columns, order, mean, sd } = prepare(x);
  const n = columns.length;
  const table = standardised(x, columns, mean, sd);
  const ends = windowEnds(x, order, window);
  if (ends.length === 0) throw wrong(`runs of at least ${window} rows`, startsOf(x), "starts");
  const trainer = await Trainer.create(executor, networkOf(n, window, hidden, batch), {
    seed,
    optimiser: { clip: 1 },
  });
  try {
    const random = new Random(seed + 0.75);
    const steps = Math.max(1, Math.round(lessons / batch));
    const rates = warmupCosine({ rate, steps, warmup: Math.min(20, steps), least: rate / 50 });
    for (let step = 0; step < steps; step++) {
      const { loss } = await trainer.step(
        lesson(table, n, ends, window, batch, random),
        rates(step),
      );
      if (progress?.((step + 1) / steps, loss) === false) break;
    }
    const { names, sensors = names } = x;
    const plain = { names, sensors, columns, mean, sd, window, hidden, weights: trainer.weights() };
    return measured(plain, table, ends);
  } finally {
    await trainer.dispose();
  }
}

/** Rows in standard deviations, [rows, columns]. */
function standardised(
  { rows, data }: SensorRows,
  columns: readonly number[],
  mean: Float64Array,
  sd: Float64Array,
): Float32Array {
  const n = columns.length;
  const out = new Float32Array(rows * n);
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < rows; i++) out[i * n + k] = (data[columns[k] * rows + i] - mean[k]) / sd[k];
  }
  return out;
}

/** Last rows of whole windows, in canonical order. */
function windowEnds(x: SensorRows, order: Uint32Array, window: number): Uint32Array {
  const before = new Uint32Array(x.rows);
  const starts = startsOf(x);
  for (let r = 0; r + 1 < starts.length; r++) {
    for (let i = starts[r]; i < starts[r + 1]; i++) before[i] = i - starts[r] + 1;
  }
  return order.filter((i) => before[i] >= window);
}

/** Inputs per step: values (0 if missing), then marks of what is missing. Errors count where a value was there. */
function networkOf(n: number, window: number, hidden: number, batch: number): Network {
  return (graph, parameters) => {
    const x = graph.input("x", "float32", [window * batch, 2 * n]);
    const y = graph.input("y", "float32", [window * batch, n]);
    const there = graph.input("there", "float32", [window * batch, n]);
    const { last } = lstm(graph, parameters, ENCODER, x, window, { inputs: 2 * n, hidden });
    const again = graph.concat(Array<typeof last>(window).fill(last), 0);
    const told = lstm(graph, parameters, DECODER, again, window, { inputs: hidden, hidden });
    const rows = linear(graph, parameters, OUT, told.sequence(), n);
    return { loss: squaredError(graph, rows, y, there) };
  };
}

/** A step's windows; in half of them sensors are silenced that have to be told all the same. */
function lesson(
  table: Float32Array,
  n: number,
  ends: Uint32Array,
  window: number,
  batch: number,
  random: Random,
): Record<string, HostTensor> {
  const rows = window * batch;
  const x = new Float32Array(rows * 2 * n);
  const y = new Float32Array(rows * n);
  const there = new Float32Array(rows * n);
  for (let b = 0; b < batch; b++) {
    const end = ends[Math.floor(random.next() * ends.length)];
    for (let k = 0; k < n; k++) {
      const silent = b % 2 === 1 && random.next() < SILENCE;
      for (let t = 0; t < window; t++) {
        const value = table[(end - window + 1 + t) * n + k];
        const row = t * batch + b;
        const missing = Number.isNaN(value);
        y[row * n + k] = missing ? 0 : clamp(value, MOST_OUT);
        there[row * n + k] = missing ? 0 : 1;
        x[row * 2 * n + k] = missing || silent ? 0 : clamp(value, MOST_IN);
        x[row * 2 * n + n + k] = missing || silent ? 1 : 0;
      }
    }
  }
  return {
    x: host(x, [rows, 2 * n]),
    y: host(y, [rows, n]),
    there: host(there, [rows, n]),
  };
}

/** Puts mean and covariance of the sensors' errors on healthy windows beside the network. */
function measured(plain: Plain, table: Float32Array, ends: Uint32Array): AutoencoderDetector {
  const n = plain.columns.length;
  const network = new PlainAutoencoder(plain);
  const step = Math.max(1, Math.floor(ends.length / MEASURED));
  const all: Float64Array[] = [];
  for (let e = 0; e < ends.length; e += step) {
    const from = (ends[e] - plain.window + 1) * n;
    all.push(network.errors(table.subarray(from, from + plain.window * n)).slice());
  }
  const usual = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const known = all.map((errors) => errors[k]).filter((error) => !Number.isNaN(error));
    const sum = known.reduce((a, b) => a + b, 0);
    usual[k] = known.length === 0 || sum === 0 ? 1 : sum / known.length;
  }
  const covariance = new Float64Array(n * n);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < n; b++) {
      let [count, sum] = [0, 0];
      for (const errors of all) {
        const product = (errors[a] / usual[a] - 1) * (errors[b] / usual[b] - 1);
        if (Number.isNaN(product)) continue;
        count++;
        sum += product;
      }
      covariance[a * n + b] = count < 2 ? (a === b ? 1 : 0) : sum / count;
    }
  }
  return new AutoencoderDetector({ ...plain, usual, covariance });
}

type Plain = {
  readonly names: readonly string[];
  readonly sensors: readonly string[];
  readonly columns: readonly number[];
  readonly mean: Float64Array;
  readonly sd: Float64Array;
  readonly window: number;
  readonly hidden: number;
  readonly weights: ReadonlyMap<string, HostWeights>;
};

type AutoencoderParts = Plain & {
  /** Mean squared error of each sensor on healthy windows. */
  readonly usual: Float64Array;
  /** Covariance of the errors in units of these. */
  readonly covariance: Float64Array;
};

/** The network in plain arrays. */
class PlainAutoencoder {
  readonly #n: number;
  readonly #window: number;
  readonly #encoder: RecurrentCells;
  readonly #decoder: RecurrentCells;
  readonly #weight: Float32Array;
  readonly #bias: Float32Array;
  readonly #input: Float32Array;
  readonly #given: Float64Array;
  readonly #told: Float64Array;
  readonly #errors: Float64Array;

  constructor({ columns, window, hidden, weights }: Plain) {
    const n = columns.length;
    const [encoder, decoder] = shapesOf(n, hidden);
    this.#n = n;
    this.#window = window;
    this.#encoder = new RecurrentCells(weights, ENCODER, encoder);
    this.#decoder = new RecurrentCells(weights, DECODER, decoder);
    this.#weight = weights.get(`${OUT}.weight`)?.data as Float32Array;
    this.#bias = weights.get(`${OUT}.bias`)?.data as Float32Array;
    this.#input = new Float32Array(2 * n);
    this.#given = new Float64Array(4 * hidden);
    this.#told = new Float64Array(4 * hidden);
    this.#errors = new Float64Array(n);
  }

  /** Mean squared error of each sensor over the values that are there, NaN where there is none; valid until the next call. */
  errors(rows: Float32Array): Float64Array {
    const n = this.#n;
    this.#encoder.reset();
    for (let t = 0; t < this.#window; t++) {
      for (let k = 0; k < n; k++) {
        const value = rows[t * n + k];
        const missing = Number.isNaN(value);
        this.#input[k] = missing ? 0 : clamp(value, MOST_IN);
        this.#input[n + k] = missing ? 1 : 0;
      }
      this.#encoder.project(this.#input, 0, this.#given, 0);
      this.#encoder.step(this.#given, 0);
    }
    this.#decoder.reset();
    this.#decoder.project(this.#encoder.state, 0, this.#told, 0);
    this.#errors.fill(0);
    const counts = new Uint32Array(n);
    for (let t = 0; t < this.#window; t++) {
      this.#decoder.step(this.#told, 0);
      const state = this.#decoder.state;
      for (let k = 0, w = 0; k < n; k++) {
        let told = this.#bias[k];
        for (let h = 0; h < state.length; h++) told += this.#weight[w++] * state[h];
        const value = rows[t * n + k];
        if (Number.isNaN(value)) continue;
        this.#errors[k] += (clamp(value, MOST_OUT) - told) ** 2;
        counts[k]++;
      }
    }
    for (let k = 0; k < n; k++) this.#errors[k] /= counts[k];
    return this.#errors;
  }
}

/** See {@link fitAutoencoder}. */
export class AutoencoderDetector implements AnomalyDetector {
  readonly kind = "autoencoder";
  readonly names: readonly string[];
  readonly window: number;
  readonly #parts: AutoencoderParts;
  readonly #network: PlainAutoencoder;
  readonly #rows: Float32Array;
  readonly #freedom: number;

  /** @param parts See {@link fitAutoencoder}. */
  constructor(parts: AutoencoderParts) {
    this.names = parts.names;
    this.window = parts.window;
    this.#parts = parts;
    this.#network = new PlainAutoencoder(parts);
    this.#rows = new Float32Array(parts.window * parts.columns.length);
    this.#freedom = this.#freedomOf(parts.columns.map((_, k) => k));
  }

  score(rows: Float32Array): Unusual | null {
    const { columns, mean, sd, sensors } = this.#parts;
    const width = this.names.length;
    if (rows.length !== this.window * width) {
      throw wrong(`${this.window * width} values`, rows.length, "rows");
    }
    for (let t = 0; t < this.window; t++) {
      for (let k = 0; k < columns.length; k++) {
        this.#rows[t * columns.length + k] = (rows[t * width + columns[k]] - mean[k]) / sd[k];
      }
    }
    const errors = this.#network.errors(this.#rows);
    const living = columns.map((_, k) => k).filter((k) => !Number.isNaN(errors[k]));
    const score = this.#distance(errors, living);
    if (score === null) return null;
    const amounts = living.map((k) => errors[k] / this.#parts.usual[k]);
    return {
      score,
      carriers: shares(
        living.map((k) => sensors[columns[k]]),
        amounts,
        score,
      ),
    };
  }

  scores(table: SensorRows): Float64Array {
    const { columns, mean, sd } = this.#parts;
    const places = placesOf(
      table,
      columns.map((c) => this.names[c]),
    );
    const n = places.length;
    const all = standardised(table, places, mean, sd);
    const out = new Float64Array(table.rows).fill(Number.NaN);
    const starts = startsOf(table);
    for (let r = 0; r + 1 < starts.length; r++) {
      for (let i = starts[r] + this.window - 1; i < starts[r + 1]; i++) {
        const errors = this.#network.errors(all.subarray((i - this.window + 1) * n, (i + 1) * n));
        const living = [...errors.keys()].filter((k) => !Number.isNaN(errors[k]));
        out[i] = this.#distance(errors, living) ?? Number.NaN;
      }
    }
    return out;
  }

  encode(): Uint8Array<ArrayBuffer> {
    const { names, sensors, columns, window, hidden, weights, mean, sd, usual, covariance } =
      this.#parts;
    const numbers: Record<string, Float64Array | Float32Array> = { mean, sd, usual, covariance };
    for (const [name, { data }] of weights) numbers[name] = data;
    return packDetector({ kind: this.kind, names, sensors, columns, window, hidden }, numbers);
  }

  /** Of what {@link AutoencoderDetector.encode} wrote. @throws DetectionError for anything else. */
  static unpack({ header, numbers, whole }: Unpacked): AutoencoderDetector {
    const { names, sensors, columns } = header;
    const n = columns.length;
    const window = whole("window", 2, MOST.window);
    const hidden = whole("hidden", 1, MOST.hidden);
    const [sd, usual, covariance] = [
      numbers("sd", n),
      numbers("usual", n),
      numbers("covariance", n * n),
    ];
    if (![sd, usual].every((list) => list.every((value) => value > 0))) {
      throw wrong("deviations and errors above 0", "others", "bytes");
    }
    const weights = new Map<string, HostWeights>();
    const [encoder, decoder] = shapesOf(n, hidden);
    const wanted = new Map([...cellWeights(ENCODER, encoder), ...cellWeights(DECODER, decoder)]);
    wanted.set(`${OUT}.weight`, [n, hidden]).set(`${OUT}.bias`, [n]);
    for (const [name, shape] of wanted) {
      const data = Float32Array.from(
        numbers(
          name,
          shape.reduce((a, b) => a * b, 1),
        ),
      );
      weights.set(name, { shape, data });
    }
    const mean = numbers("mean", n);
    return new AutoencoderDetector({
      ...{ names, sensors, columns, window, hidden, weights, mean, sd, usual, covariance },
    });
  }

  /** Degrees of freedom of the mean error of some sensors, from its variance on healthy windows. */
  #freedomOf(living: readonly number[]): number {
    const n = this.#parts.columns.length;
    let sum = 0;
    for (const a of living) for (const b of living) sum += this.#parts.covariance[a * n + b];
    return 2 / Math.max(1e-6, sum / living.length ** 2);
  }

  #distance(errors: Float64Array, living: readonly number[]): number | null {
    if (living.length === 0) return null;
    let sum = 0;
    for (const k of living) sum += errors[k] / this.#parts.usual[k];
    const freedom = living.length === errors.length ? this.#freedom : this.#freedomOf(living);
    return distanceOf(deviate((freedom * sum) / living.length, freedom), this.#freedom);
  }
}

function shapesOf(n: number, hidden: number): [CellShape, CellShape] {
  const common = { cell: "lstm", hidden, layers: 1 } as const;
  return [
    { ...common, inputs: 2 * n },
    { ...common, inputs: hidden },
  ];
}

function clamp(value: number, most: number): number {
  return value > most ? most : value < -most ? -most : value;
}

function host(data: Float32Array, shape: readonly number[]): HostTensor {
  return { type: "float32", shape, data };
}
