/**
 * Remaining life whichever sensors are missing: several ways of forecasting, learned from the same complete lives, and a choice
 * between them by what each was worth, in lives that it had not seen, in situations like the present one.
 */

import { expected } from "@symbion/core";
import type { Executor } from "@symbion/neural";
import { BoostedTrees } from "../boosting/trees.ts";
import { arrayPart, jsonPart, packParts, readFloats, readJson, unpackParts } from "../container.ts";
import type { NormalisedRun } from "../manipulation/types.ts";
import { CountDown, type CountDownLessons } from "./count-down.ts";
import { type Curriculum, REFERENCE_CURRICULUM } from "./curriculum.ts";
import { DenseNetwork } from "./dense.ts";
import { ClauseVectors, type TextEmbedder } from "./embedder.ts";
import { Neighbours } from "./neighbours.ts";
import { learnPaths, type PathParts, type PathSettings } from "./paths.ts";
import {
  type Choice,
  Selection,
  type SelectionState,
  situationKey,
  situationText,
  type Trial,
} from "./selection.ts";
import { REFERENCE_STUDENT, type StudentOptions } from "./student.ts";
import { countDownLessons, makeTrials, TrustStream } from "./trials.ts";
import { WearModel, type WearState } from "./wear.ts";
import type { Situation } from "./wear-stream.ts";

/** How missing sensors are prepared for. */
export type MissingSensorsOptions = {
  /** Longest life left that is told apart, in the life unit. */
  readonly cap: number;
  /** Trains students; null (default): there is no student. */
  readonly executor?: Executor | null;
  /** Reads the sentences that students are told; null (default): they are told none. */
  readonly embedder?: TextEmbedder | null;
  /** Groups of lives of which one after the other is left out to validate the others' models. Default 3. */
  readonly folds?: number;
  /** Hidden states of wear. Default 2. */
  readonly factors?: number;
  /** Copies of each life that are seen, the first complete. Default 16. */
  readonly copies?: number;
  /** Every how many rows one is learned from. Default 3. */
  readonly step?: number;
  /** What copies lose; null: nothing. Default {@link REFERENCE_CURRICULUM}. */
  readonly curriculum?: Curriculum | null;
  /** How students are trained, where it shall differ from {@link REFERENCE_STUDENT}. */
  readonly student?: Partial<Omit<StudentOptions, "cap" | "seed">>;
  /** Students whose mean is taken. Default 3. */
  readonly students?: number;
  /** Whether students see which values are there. Default false. */
  readonly presence?: boolean;
  /** Rows that neighbours are looked for among. Default 4000. */
  readonly donors?: number;
  /** Seed of all draws. Default 0. */
  readonly seed?: number;
  /** Told what is done, as a share from 0 to 1. */
  readonly progress?: (done: number) => void;
  /**
   * Given, once for each fold, models that have not seen some lives, and these lives: what intervals are calibrated with.
   */
  readonly heldOut?: (model: MissingSensors, lives: readonly NormalisedRun[]) => void;
};

/** A forecast and why it is to be trusted that far. */
export type MissingForecast = {
  /** Life left, from 0 to the cap. */
  readonly estimate: number;
  /** Way of forecasting with the least validated error in this situation. */
  readonly path: Choice;
  /** Root mean square error of this way in such situations, for estimates of this height. */
  readonly expectedError: number;
  /** What is missing, in words; null if nothing is. */
  readonly reason: string | null;
  /** What is missing. */
  readonly situation: Situation;
  /** What every way says, NaN for those that have no answer; in the order of `CHOICES` without `stacked`. */
  readonly answers: readonly number[];
};

const OPTIONS: readonly (keyof MissingSensorsOptions)[] = [
  ...(["cap", "executor", "embedder", "folds", "factors", "copies", "step", "curriculum"] as const),
  ...(["student", "students", "presence", "donors", "seed", "progress", "heldOut"] as const),
];

/** Forecasts with missing sensors. */
export class MissingSensors {
  /** Names of the sensors. */
  readonly sensors: readonly string[];
  /** Longest life left that is told apart. */
  readonly cap: number;
  /** What each way is worth in which situation. */
  readonly selection: Selection;
  readonly #parts: PathParts;
  readonly #countDown: CountDown;

  private constructor(parts: PathParts, countDown: CountDown, selection: Selection) {
    this.sensors = parts.wear.state.sensors;
    this.cap = parts.cap;
    this.selection = selection;
    this.#parts = parts;
    this.#countDown = countDown;
  }

  /**
   * Learns all ways from lives that have ended, and what they are worth from lives left out.
   *
   * @throws UsageError for options that there are none of, and for fewer lives than folds.
   */
  static async fit(
    runs: readonly NormalisedRun[],
    options: MissingSensorsOptions,
  ): Promise<MissingSensors> {
    for (const key of Object.keys(options)) {
      if (!(OPTIONS as readonly string[]).includes(key)) {
        throw expected(OPTIONS.join(", "), key, "option");
      }
    }
    const known = Object.keys(REFERENCE_STUDENT);
    for (const key of Object.keys(options.student ?? {})) {
      if (!known.includes(key)) throw expected(known.join(", "), key, "student option");
    }
    const { cap, executor = null, embedder = null, folds = 3, seed = 0, progress } = options;
    if (!(cap > 0)) throw expected("a cap above 0", cap, "cap");
    const lives = runs
      .filter(({ run }) => run.remaining !== null)
      .sort((a, b) => (a.run.machine < b.run.machine ? -1 : 1));
    if (!(folds >= 2) || lives.length < folds) {
      throw expected(
        `at least ${Math.max(2, folds)} lives whose end is known`,
        lives.length,
        "runs",
      );
    }
    const settings: PathSettings = {
      ...{ cap, seed, factors: options.factors ?? 2, copies: options.copies ?? 16 },
      ...{ step: options.step ?? 3, students: options.students ?? 3 },
      ...{ presence: options.presence ?? false, donors: options.donors ?? 4000 },
      curriculum: options.curriculum === undefined ? REFERENCE_CURRICULUM : options.curriculum,
      student: { ...REFERENCE_STUDENT, ...options.student },
    };
    const clauses =
      embedder === null || executor === null
        ? null
        : await ClauseVectors.read(embedder, lives[0].sensors);
    const held: { parts: PathParts; lives: NormalisedRun[]; lessons: CountDownLessons }[] = [];
    for (let fold = 0; fold < folds; fold++) {
      progress?.(fold / (folds + 1));
      const rest = lives.filter((_, i) => i % folds !== fold);
      const out = lives.filter((_, i) => i % folds === fold);
      // One student tells a path's worth well enough.
      const one = { ...settings, students: 1 };
      const parts = await learnPaths(rest, one, executor, clauses);
      held.push({ parts, lives: out, lessons: countDownLessons(parts, out, seed) });
    }
    const countDowns = held.map((_, fold) => {
      const others = held.filter((_, i) => i !== fold).map(({ lessons }) => lessons);
      return CountDown.fit(joined(others), cap);
    });
    const trials: Trial[] = held.flatMap(({ parts, lives: out }, fold) =>
      makeTrials(parts, out, countDowns[fold], seed + fold),
    );
    const selection = Selection.learn(trials, cap);
    for (const [fold, { parts, lives: out }] of held.entries()) {
      options.heldOut?.(new MissingSensors(parts, countDowns[fold], selection), out);
    }
    progress?.(folds / (folds + 1));
    const parts = await learnPaths(lives, settings, executor, clauses);
    const countDown = CountDown.fit(joined(held.map(({ lessons }) => lessons)), cap);
    progress?.(1);
    return new MissingSensors(parts, countDown, selection);
  }

  /** A machine to follow row by row. */
  stream(): MissingStream {
    return new MissingStream(this.#parts, this.#countDown, this.selection);
  }

  /** Forecast at the last row of a run. @throws UsageError for a run of other sensors. */
  forecast(run: NormalisedRun): MissingForecast {
    let last: MissingForecast | null = null;
    this.#follow(run, (stream, row) => {
      if (row === run.run.rows - 1) last = stream.forecast();
    });
    if (last === null) throw expected("at least one row", 0, run.run.machine);
    return last;
  }

  /** Estimates at every row of a run. @throws UsageError for a run of other sensors. */
  forecasts(run: NormalisedRun): Float64Array {
    const out = new Float64Array(run.run.rows);
    this.#follow(run, (stream, row) => {
      out[row] = stream.forecast().estimate;
    });
    return out;
  }

  #follow({ sensors, run, z, regimes }: NormalisedRun, each: Each): void {
    if (sensors.join("\n") !== this.sensors.join("\n")) {
      throw expected(`rows of ${this.sensors.join(", ")}`, sensors, run.machine);
    }
    const stream = this.stream();
    for (let i = 0; i < run.rows; i++) {
      stream.push(z, i * sensors.length, run.age[i], regimes[i]);
      each(stream, i);
    }
  }

  /** All of it as bytes. */
  encode(): Uint8Array {
    const { wear, trees, masked, neighbours, students, clauses, presence, cap } = this.#parts;
    const networks = students.map((student) => student.arrays());
    return packParts({
      head: jsonPart({
        ...{ presence, cap, wear: wear.state, selection: this.selection.state },
        ...{ students: networks.map((arrays) => arrays.length) },
        clauses: clauses !== null,
      }),
      trees: trees.encode(),
      masked: masked.encode(),
      countDown: this.#countDown.trees.encode(),
      donors: arrayPart(neighbours.donors),
      ...(clauses === null ? {} : { clauses: arrayPart(clauses.vectors) }),
      ...Object.fromEntries(
        networks.flatMap((arrays, s) =>
          arrays.map((array, a) => [`student ${s}.${a}`, arrayPart(array)]),
        ),
      ),
    });
  }

  /** Reads {@link MissingSensors.encode}'s bytes. @throws UsageError or BoostingError for any others. */
  static decode(bytes: Uint8Array): MissingSensors {
    const packed = unpackParts(bytes, "models for missing sensors");
    const part = (name: string): Uint8Array => {
      const found = packed[name];
      if (found === undefined) throw expected("all parts", name, "models for missing sensors");
      return found;
    };
    const head = readJson<Head>(packed, "head");
    const wear = new WearModel(head.wear);
    const parts: PathParts = {
      wear,
      trees: BoostedTrees.decode(part("trees")),
      masked: BoostedTrees.decode(part("masked")),
      neighbours: new Neighbours(readFloats(part("donors")), wear.sensors),
      students: head.students.map((count, s) =>
        DenseNetwork.ofArrays(
          Array.from({ length: count }, (_, a) => readFloats(part(`student ${s}.${a}`))),
        ),
      ),
      clauses: head.clauses
        ? ClauseVectors.of(readFloats(part("clauses")), head.wear.sensors)
        : null,
      presence: head.presence,
      cap: head.cap,
    };
    const countDown = new CountDown(BoostedTrees.decode(part("countDown")), head.cap);
    return new MissingSensors(parts, countDown, new Selection(head.selection));
  }
}

/** One machine, a row at a time. */
export class MissingStream {
  readonly #stream: TrustStream;
  readonly #countDown: CountDown;
  readonly #selection: Selection;
  readonly #sensors: number;
  readonly #cap: number;

  /** Use {@link MissingSensors.stream}. */
  constructor(parts: PathParts, countDown: CountDown, selection: Selection) {
    this.#stream = new TrustStream(parts);
    this.#countDown = countDown;
    this.#selection = selection;
    this.#sensors = parts.wear.sensors;
    this.#cap = parts.cap;
  }

  /** Begins a new life. */
  reset(): void {
    this.#stream.reset();
  }

  /**
   * Takes the next row.
   *
   * @param z Where its normalised values lie, NaN where missing.
   * @param from Index of its first value.
   * @param age Time in service.
   * @param regime Operating regime, counted from 0.
   */
  push(z: Float32Array, from: number, age: number, regime: number): void {
    this.#stream.push(z, from, this.#sensors, age, regime);
  }

  /** Forecast at the newest row. */
  forecast(): MissingForecast {
    const { trusted, paths, age } = this.#stream;
    const situation = paths.wear.situation();
    const counted =
      trusted === null ? Number.NaN : this.#countDown.forecast(trusted, age - trusted.age);
    const answers = [...paths.answers(), counted];
    const chosen = this.#selection.choose(situationKey(situation, this.#sensors), answers);
    const estimate = Selection.estimate(chosen, answers);
    return {
      ...{ estimate, path: chosen.path, situation, answers },
      expectedError: this.#selection.expectedError(chosen, estimate, this.#cap),
      reason: situationText(situation, this.#sensors),
    };
  }
}

type Each = (stream: MissingStream, row: number) => void;

type Head = {
  readonly presence: boolean;
  readonly cap: number;
  readonly wear: WearState;
  readonly selection: SelectionState;
  readonly students: readonly number[];
  readonly clauses: boolean;
};

function joined(all: readonly CountDownLessons[]): CountDownLessons {
  return {
    trusted: all.flatMap(({ trusted }) => trusted),
    silent: all.flatMap(({ silent }) => silent),
    left: all.flatMap(({ left }) => left),
  };
}
