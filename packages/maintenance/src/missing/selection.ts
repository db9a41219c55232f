/** Which way of forecasting to trust in which situation: the one that was least wrong where the truth was known. */

import type { ForecastPath } from "@symbion/core";
import type { Situation } from "./wear-stream.ts";

/** Ways that are chosen from. */
export const CHOICES: readonly Choice[] = [
  "trees",
  "masked-trees",
  "neighbours",
  "student",
  "count-down",
  "stacked",
];

/** One of {@link CHOICES}. */
export type Choice = Exclude<ForecastPath, "recurrent">;

/** A forecast of a life that no path had seen, made with losses, and the truth. */
export type Trial = {
  /** See {@link situationKey}. */
  readonly key: string;
  /** Answers in the order of {@link CHOICES} without `stacked`; NaN where a path has none. */
  readonly answers: readonly number[];
  /** Life left, at most the cap. */
  readonly left: number;
};

/** What is known of one kind of situation. */
export type Validated = {
  /** Trials that it rests on. */
  readonly trials: number;
  /** Root mean square error of each of {@link CHOICES}; null where it has no answer. */
  readonly errors: readonly (number | null)[];
  /** Share of the student in `stacked`; the rest is the masked trees'. */
  readonly share: number;
};

/** Validated errors of all kinds of situations. */
export type SelectionState = {
  /** By {@link situationKey}. */
  readonly situations: Readonly<Record<string, Validated>>;
  /** Over all trials. */
  readonly overall: Validated;
  /** What errors are multiplied by at estimates in the lowest, middle and highest third of the cap. */
  readonly levels: readonly number[];
};

/** A way that was chosen. */
export type Chosen = {
  /** The way. */
  readonly path: Choice;
  /** Share of the student in `stacked`. */
  readonly share: number;
  /** Validated root mean square error in situations like this one. */
  readonly error: number;
};

/** Trials of a kind of situation below which all situations' errors are taken. */
const FEW = 25;
const SHARES = 10;

/** Name of the kind of situation that one belongs to. */
export function situationKey({ dead, scattered, silent }: Situation, sensors: number): string {
  if (silent >= 2) return `silent-${silent < 4 ? 2 : silent < 8 ? 4 : silent < 15 ? 8 : 15}`;
  const part = dead.length / sensors;
  const lost = part === 0 ? "all" : part < 0.18 ? "most" : part < 0.42 ? "many" : "few";
  const gaps = [0.08, 0.38, 0.6, 0.8].filter((limit) => scattered >= limit).length;
  return `${lost}-gaps${gaps}`;
}

/** A situation in words, or null if nothing is missing. */
export function situationText(
  { dead, scattered, silent }: Situation,
  sensors: number,
): string | null {
  if (silent >= 2) return `all sensors silent for ${silent} rows`;
  const parts: string[] = [];
  if (dead.length > 0) {
    parts.push(`${dead.length} of ${sensors} sensors ${dead.length === 1 ? "is" : "are"} silent`);
  }
  if (scattered >= 0.08)
    parts.push(`${Math.round(scattered * 100)} % of the other values are missing`);
  return parts.length === 0 ? null : parts.join(", ");
}

/** Chooses ways of forecasting. */
export class Selection {
  /** Plain data that it consists of. */
  readonly state: SelectionState;

  /** @param state See {@link Selection.learn}. */
  constructor(state: SelectionState) {
    this.state = state;
  }

  /** Errors of all paths in trials. */
  static learn(trials: readonly Trial[], cap: number): Selection {
    const groups = new Map<string, Trial[]>();
    for (const trial of trials) {
      const group = groups.get(trial.key);
      if (group === undefined) groups.set(trial.key, [trial]);
      else group.push(trial);
    }
    const situations: Record<string, Validated> = {};
    for (const [key, group] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
      situations[key] = validate(group);
    }
    const state = { situations, overall: validate(trials), levels: [1, 1, 1] };
    return new Selection({ ...state, levels: levelsOf(new Selection(state), trials, cap) });
  }

  /** The way with the least validated error among those that have an answer. */
  choose(key: string, answers: ArrayLike<number>): Chosen {
    const own = this.state.situations[key];
    const known = own !== undefined && own.trials >= FEW ? own : this.state.overall;
    let best = 1;
    let least = Number.POSITIVE_INFINITY;
    for (const [i, error] of known.errors.entries()) {
      const there = CHOICES[i] === "stacked" ? bothThere(answers) : !Number.isNaN(answers[i]);
      if (error === null || error >= least || !there) continue;
      best = i;
      least = error;
    }
    return { path: CHOICES[best], share: known.share, error: least };
  }

  /** Error to be expected of an estimate. */
  expectedError(chosen: Chosen, estimate: number, cap: number): number {
    return chosen.error * this.state.levels[level(estimate, cap)];
  }

  /** Estimate of a chosen way. */
  static estimate({ path, share }: Chosen, answers: ArrayLike<number>): number {
    if (path !== "stacked") return answers[CHOICES.indexOf(path)];
    return share * answers[STUDENT] + (1 - share) * answers[MASKED];
  }
}

const STUDENT = CHOICES.indexOf("student");
const MASKED = CHOICES.indexOf("masked-trees");

function bothThere(answers: ArrayLike<number>): boolean {
  return !Number.isNaN(answers[STUDENT]) && !Number.isNaN(answers[MASKED]);
}

function validate(trials: readonly Trial[]): Validated {
  const error = (answer: (trial: Trial) => number): number => {
    let sum = 0;
    for (const trial of trials) sum += (answer(trial) - trial.left) ** 2;
    return Math.sqrt(sum / trials.length);
  };
  const errors: (number | null)[] = [];
  for (let p = 0; p < CHOICES.length - 1; p++) {
    const value = error(({ answers }) => answers[p]);
    errors.push(Number.isFinite(value) ? value : null);
  }
  let share = 1;
  let least: number | null = null;
  for (let i = 0; i <= SHARES; i++) {
    const part = i / SHARES;
    const value = error(({ answers }) => part * answers[STUDENT] + (1 - part) * answers[MASKED]);
    if (!Number.isFinite(value) || (least !== null && value >= least)) continue;
    least = value;
    share = part;
  }
  // All of one is no stack.
  errors.push(share === 0 || share === 1 ? null : least);
  return { trials: trials.length, errors, share };
}

function level(estimate: number, cap: number): number {
  return Math.min(2, Math.max(0, Math.floor((3 * estimate) / cap)));
}

function levelsOf(selection: Selection, trials: readonly Trial[], cap: number): number[] {
  const squares = [0, 0, 0];
  const counts = [0, 0, 0];
  for (const { key, answers, left } of trials) {
    const chosen = selection.choose(key, answers);
    const estimate = Selection.estimate(chosen, answers);
    const at = level(estimate, cap);
    squares[at] += ((estimate - left) / chosen.error) ** 2;
    counts[at]++;
  }
  return squares.map((sum, i) => (counts[i] < FEW ? 1 : Math.sqrt(sum / counts[i])));
}
