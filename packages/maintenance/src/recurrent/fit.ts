/** Trains recurrent models on lives whose end is known. */

import {
  type Executor,
  gru,
  type HostTensor,
  type HostWeights,
  linear,
  lstm,
  type Network,
  orthogonal,
  Patience,
  Random,
  squaredError,
  Trainer,
  warmupCosine,
} from "@symbion/neural";
import { lifeLeft } from "../fleet.ts";
import type { NormalisedRun } from "../manipulation/types.ts";
import type { Cell, CellShape } from "./cells.ts";
import { wrong } from "./errors.ts";
import { HEAD, NET, RecurrentModel } from "./model.ts";
import { fillBatch, inputsOf, runInputs } from "./windows.ts";

/** How a recurrent model is trained. */
export type RecurrentFitOptions = {
  /** Longest life that is told apart, in the life unit. */
  readonly cap: number;
  /** Default lstm. */
  readonly cell?: Cell;
  /** Length of the state. Default 48. */
  readonly hidden?: number;
  /** Default 1. */
  readonly layers?: number;
  /** Rows that it looks at. Default 30. */
  readonly window?: number;
  /** Share of the states between layers and before the head that is left out of a step, 0 to below 1. Default 0.2. */
  readonly dropout?: number;
  /** Share of whole sensors that is silenced in half of the windows of a step, so that it learns to do without. Default 0. */
  readonly silence?: number;
  /** Times that all picked windows are gone through. Default 12. */
  readonly epochs?: number;
  /** Windows of a step. Default 64. */
  readonly batch?: number;
  /** Of each life every so many-th row ends a window, other ones in each epoch: neighbours say much the same. Default 4. */
  readonly stride?: number;
  /** Highest learning rate. Default 0.004. */
  readonly rate?: number;
  /** Whether the time in service is an input. Default true. */
  readonly age?: boolean;
  /** Seed of weights, order and dropout. Default 0. */
  readonly seed?: number;
  /** Lives of other machines: the weights with the least error on them are kept. Default: those of the last epoch. */
  readonly validation?: readonly NormalisedRun[];
  /** Epochs without less error on the validation lives after which training ends. Default 4. */
  readonly patience?: number;
  /** Told after each epoch; false ends training and keeps what there is. */
  readonly progress?: (done: RecurrentProgress) => boolean | undefined;
};

/** How far training is. */
export type RecurrentProgress = {
  /** Epochs done. */
  readonly epoch: number;
  /** Most epochs that there will be. */
  readonly of: number;
  /** Root mean square error over the epoch's windows, in the life unit. */
  readonly error: number;
  /** The same on validation lives; null without any. */
  readonly validation: number | null;
};

const KEYS: readonly string[] = [
  ..."cap cell hidden layers window dropout silence epochs batch stride rate age seed".split(" "),
  ...["validation", "patience", "progress"],
];
/** Part of the weights' running mean that is kept per step. */
const AVERAGE = 0.99;
/** Rows between windows on which validation error is measured. */
const VALIDATION_STEP = 5;
const VALIDATION_BATCH = 256;

/**
 * Trains on runs whose end is known. The same runs, whatever their order, give the same model on the same executor.
 *
 * @throws RecurrentError for options that make no sense, and where no run has a known end.
 */
export async function fitRecurrent(
  executor: Executor,
  runs: readonly NormalisedRun[],
  options: RecurrentFitOptions,
): Promise<RecurrentModel> {
  const s = settingsOf(options);
  const lives = known(runs);
  if (lives.length === 0) throw wrong("lives whose end is known", runs.length, "runs");
  const sensors = lives[0].sensors;
  for (const life of [...lives, ...(s.validation ?? [])]) {
    if (life.sensors.join("\n") !== sensors.join("\n")) {
      throw wrong(`sensors ${sensors.join(" ")}`, life.sensors, life.run.machine);
    }
  }
  const shape: CellShape = {
    ...{ cell: s.cell, hidden: s.hidden, layers: s.layers },
    inputs: inputsOf(sensors.length, s.age),
  };
  const lessons = lessonsOf(lives, s);
  const batch = Math.min(s.batch, lessons.rows);
  const trainer = await Trainer.create(executor, networkOf(shape, s.window), {
    seed: s.seed,
    optimiser: { weightDecay: 0.01, clip: 1 },
    average: AVERAGE,
    initialise: (name, dims) =>
      name.includes("weight_hh")
        ? orthogonal()
        : s.cell === "lstm" && name.includes("bias_ih")
          ? () => forgetBias(dims[0])
          : undefined,
  });
  try {
    const random = new Random(s.seed + 0.25);
    const patience = new Patience<Map<string, HostWeights>>(s.patience);
    const perEpoch = Math.max(1, Math.floor(lessons.rows / s.stride / batch));
    const rate = warmupCosine({
      rate: s.rate,
      steps: perEpoch * s.epochs,
      warmup: Math.min(perEpoch, 50),
      least: s.rate / 50,
    });
    const held = s.validation === undefined ? null : lessonsOf(known(s.validation), s);
    const feeds = new Feeder(lessons, shape, s, batch, random);
    for (let epoch = 0, step = 0; epoch < s.epochs; epoch++) {
      const order = drawEnds(lessons, s.stride, random);
      let squares = 0;
      for (let k = 0; k < perEpoch; k++, step++) {
        const picked = order.slice(k * batch, (k + 1) * batch);
        const { loss } = await trainer.step(feeds.lesson(picked), rate(step));
        squares += loss / perEpoch;
      }
      const validation = held === null ? null : await errorOf(trainer, held, shape, s);
      const told = {
        epoch: epoch + 1,
        of: s.epochs,
        error: s.cap * Math.sqrt(squares),
        validation,
      };
      const enough =
        validation !== null && patience.observe(validation, () => trainer.weights(true));
      if (options.progress?.(told) === false || enough) break;
    }
    const weights = patience.best?.kept ?? trainer.weights(true);
    const { window, age, cap } = s;
    return new RecurrentModel({ sensors: [...sensors], shape, window, age, cap, weights });
  } finally {
    await trainer.dispose();
  }
}

type Settings = Required<Omit<RecurrentFitOptions, "validation" | "progress">> &
  Pick<RecurrentFitOptions, "validation">;

function settingsOf(options: RecurrentFitOptions): Settings {
  for (const key of Object.keys(options)) {
    if (!KEYS.includes(key)) throw wrong(`options of ${KEYS.join(", ")}`, key, "options");
  }
  const s: Settings = {
    ...{ cell: "lstm", hidden: 48, layers: 1, window: 30, dropout: 0.2, silence: 0, epochs: 12 },
    ...{ batch: 64, stride: 4, rate: 0.004, age: true, seed: 0, patience: 4 },
    ...options,
  };
  if (s.cell !== "lstm" && s.cell !== "gru") throw wrong("lstm or gru", s.cell, "cell");
  for (const key of [
    "hidden",
    "layers",
    "window",
    "epochs",
    "batch",
    "stride",
    "patience",
  ] as const) {
    if (!(Number.isInteger(s[key]) && s[key] >= 1))
      throw wrong("a whole number from 1", s[key], key);
  }
  for (const key of ["dropout", "silence"] as const) {
    if (!(s[key] >= 0 && s[key] < 1)) throw wrong("a share from 0 to below 1", s[key], key);
  }
  if (!(s.cap > 0 && s.rate > 0 && Number.isFinite(s.seed))) {
    throw wrong(
      "cap and rate above 0 and a seed",
      { cap: s.cap, rate: s.rate, seed: s.seed },
      "options",
    );
  }
  return s;
}

/** Runs whose end is known, in the order of their machines. */
function known(runs: readonly NormalisedRun[]): NormalisedRun[] {
  return runs
    .filter(({ run }) => run.remaining !== null && run.rows > 0)
    .sort((a, b) =>
      a.run.machine === b.run.machine
        ? b.run.rows - a.run.rows
        : a.run.machine < b.run.machine
          ? -1
          : 1,
    );
}

type Lessons = {
  readonly inputs: readonly Float32Array[];
  /** Life left at each row as a share of the cap. */
  readonly targets: readonly Float64Array[];
  readonly rows: number;
};

function lessonsOf(lives: readonly NormalisedRun[], { window, age, cap }: Settings): Lessons {
  return {
    inputs: lives.map((life) => runInputs(life, life.sensors.length, window, age)),
    targets: lives.map(({ run }) => (lifeLeft(run, cap) as Float64Array).map((left) => left / cap)),
    rows: lives.reduce((sum, { run }) => sum + run.rows, 0),
  };
}

type Picked = readonly [run: number, row: number];

/** Every so many-th row of each life from a drawn one on, shuffled. */
function drawEnds({ targets }: Lessons, stride: number, random: Random): Picked[] {
  const all: Picked[] = [];
  targets.forEach((target, r) => {
    for (let i = Math.floor(random.next() * stride); i < target.length; i += stride)
      all.push([r, i]);
  });
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1));
    [all[i], all[j]] = [all[j], all[i]];
  }
  return all;
}

/** Graph of a step. Masks between layers and before the head are inputs: dropout in training, ones otherwise. */
function networkOf(shape: CellShape, window: number): Network {
  return (graph, parameters) => {
    const x = graph.input("x", "float32", ["window*batch", shape.inputs]);
    const y = graph.input("y", "float32", [`window*batch/${window}`, 1]);
    const masks = Array.from({ length: shape.layers - 1 }, (_, l) =>
      graph.input(`mask${l}`, "float32", ["window*batch", shape.hidden]),
    );
    const headMask = graph.input("mask", "float32", [`window*batch/${window}`, shape.hidden]);
    const network = shape.cell === "lstm" ? lstm : gru;
    const { last } = network(graph, parameters, NET, x, window, { ...shape, masks });
    const life = linear(graph, parameters, HEAD, graph.mul(last, headMask), 1);
    return { loss: squaredError(graph, life, y) };
  };
}

/** Fills the inputs of steps, in buffers that are used again. */
class Feeder {
  readonly #lessons: Lessons;
  readonly #shape: CellShape;
  readonly #settings: Settings;
  readonly #random: Random;
  readonly #x: Float32Array;
  readonly #y: Float32Array;
  readonly #masks: readonly Float32Array[];

  constructor(
    lessons: Lessons,
    shape: CellShape,
    settings: Settings,
    batch: number,
    random: Random,
  ) {
    this.#lessons = lessons;
    this.#shape = shape;
    this.#settings = settings;
    this.#random = random;
    this.#x = new Float32Array(settings.window * batch * shape.inputs);
    this.#y = new Float32Array(batch);
    this.#masks = Array.from(
      { length: shape.layers },
      () => new Float32Array(batch * shape.hidden),
    );
  }

  /** Inputs of a step that is learned from. */
  lesson(picked: readonly Picked[]): Record<string, HostTensor> {
    const { window, dropout, silence } = this.#settings;
    const { inputs: width, hidden } = this.#shape;
    const batch = this.#y.length;
    const ends = picked.map(([run, row]) => [run, row + window] as const);
    fillBatch(this.#lessons.inputs, ends, window, width, this.#x);
    picked.forEach(([run, row], b) => {
      this.#y[b] = this.#lessons.targets[run][row];
    });
    if (silence > 0) this.#silence(batch);
    const kept = 1 / (1 - dropout);
    for (const mask of this.#masks) {
      for (let i = 0; i < mask.length; i++) mask[i] = this.#random.next() < dropout ? 0 : kept;
    }
    const feeds: Record<string, HostTensor> = {
      x: host(this.#x, [window * batch, width]),
      y: host(this.#y, [batch, 1]),
    };
    this.#masks.forEach((mask, l) => {
      if (l === this.#masks.length - 1) feeds.mask = host(mask, [batch, hidden]);
      else feeds[`mask${l}`] = host(repeated(mask, window), [window * batch, hidden]);
    });
    return feeds;
  }

  #silence(batch: number): void {
    const { window, age, silence } = this.#settings;
    const width = this.#shape.inputs;
    const sensors = (width - (age ? 1 : 0)) / 2;
    for (let b = 0; b < batch; b += 2) {
      for (let s = 0; s < sensors; s++) {
        if (this.#random.next() >= silence) continue;
        for (let t = 0; t < window; t++) {
          const at = (t * batch + b) * width + s;
          this.#x[at] = 0;
          this.#x[at + sensors] = 1;
        }
      }
    }
  }
}

/** Root mean square error over windows of other lives, in the life unit, with the weights' running mean. */
async function errorOf(
  trainer: Trainer,
  lessons: Lessons,
  shape: CellShape,
  { window, cap }: Settings,
): Promise<number> {
  const ends: Picked[] = lessons.targets.flatMap((target, r) =>
    Array.from(
      { length: Math.ceil(target.length / VALIDATION_STEP) },
      (_, k): Picked => [r, target.length - 1 - k * VALIDATION_STEP],
    ),
  );
  let squares = 0;
  for (let from = 0; from < ends.length; from += VALIDATION_BATCH) {
    const picked = ends.slice(from, from + VALIDATION_BATCH);
    const batch = picked.length;
    const x = new Float32Array(window * batch * shape.inputs);
    const places = picked.map(([run, row]) => [run, row + window] as const);
    fillBatch(lessons.inputs, places, window, shape.inputs, x);
    const ones = (rows: number): HostTensor =>
      host(new Float32Array(rows * shape.hidden).fill(1), [rows, shape.hidden]);
    const feeds: Record<string, HostTensor> = {
      x: host(x, [window * batch, shape.inputs]),
      y: host(
        Float32Array.from(picked, ([run, row]) => lessons.targets[run][row]),
        [batch, 1],
      ),
      mask: ones(batch),
    };
    for (let l = 0; l + 1 < shape.layers; l++) feeds[`mask${l}`] = ones(window * batch);
    squares += (await trainer.evaluate(feeds, true)).loss * batch;
  }
  return cap * Math.sqrt(squares / Math.max(1, ends.length));
}

/** One mask for all steps of a window, as Gal and Ghahramani (2016) have it. */
function repeated(mask: Float32Array, times: number): Float32Array {
  const out = new Float32Array(mask.length * times);
  for (let t = 0; t < times; t++) out.set(mask, t * mask.length);
  return out;
}

/** Zeros, but 1 for the forget gate: what is not yet known to be useless is kept. */
function forgetBias(rows: number): Float32Array {
  return new Float32Array(rows).fill(1, rows / 4, rows / 2);
}

function host(data: Float32Array, shape: readonly number[]): HostTensor {
  return { type: "float32", shape, data };
}
