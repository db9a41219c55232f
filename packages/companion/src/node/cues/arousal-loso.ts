/**
 * Leave-one-subject-out evaluation of the arousal estimate on Stress-Predict (MIT licence; Iqbal et al., Empatica E4,
 * volunteers at rest and under Stroop, interview and hyperventilation tasks). What is scored is what runs: windows and
 * baselines come out of `ArousalTracker`, fed in order of time.
 */

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { ArousalTracker } from "../../cues/arousal.ts";
import { readEmpaticaSignal } from "../../cues/empatica.ts";

/** A minute of a subject. */
export type LabelledWindow = {
  /** Milliseconds since 1970. */
  readonly end: number;
  /** Heart features against the subject's own past, or null. */
  readonly heart: readonly number[] | null;
  /** Skin features against the subject's own past, or null. */
  readonly skin: readonly number[] | null;
  /** 1 in a task, 0 at rest, -1 where the minute is partly both or not labelled. */
  readonly label: -1 | 0 | 1;
};

/** A subject's minutes in order of time. */
export type Subject = { readonly name: string; readonly windows: readonly LabelledWindow[] };

/** A subject's files, read once. */
export type Recording = {
  readonly name: string;
  /** Milliseconds since 1970 and label, one per second. */
  readonly labels: readonly { readonly at: number; readonly label: number }[];
  readonly heart: readonly { readonly at: number; readonly value: number }[];
  readonly skin: readonly { readonly at: number; readonly value: number }[];
};

/** What is chosen inside the training subjects. */
export type Configuration = {
  /** Windows after which one counts half in the baseline; 0 is the first five minutes only. */
  readonly halfLife: number;
  /** Ridge penalty. */
  readonly penalty: number;
  /** Share of the newest window in the smoothed log-odds. */
  readonly newest: number;
};

/** All configurations that are tried, in each outer fold anew. */
export const CONFIGURATIONS: readonly Configuration[] = [
  0,
  10,
  20,
  40,
  Number.POSITIVE_INFINITY,
].flatMap((halfLife) =>
  [10, 30, 100, 300].flatMap((penalty) =>
    [1, 0.5].map((newest) => ({ halfLife, penalty, newest })),
  ),
);

const INNER_FOLDS = 5;

/** Recordings of all labelled subjects in a Stress-Predict folder. */
export function readRecordings(folder: string): Recording[] {
  const labels = new Map<number, { at: number; label: number }[]>();
  const table = readFileSync(resolve(folder, "labels_S02-S24.csv"), "utf8").split(/\r?\n/);
  for (const line of table.slice(1)) {
    const cells = line.split(",");
    if (cells.length < 5 || cells.slice(0, 5).some((cell) => cell === "")) continue;
    const subject = Number(cells[0]);
    const list = labels.get(subject) ?? [];
    labels.set(subject, list);
    list.push({ at: Number(cells[3]) * 1000, label: Number(cells[4]) });
  }
  return [...labels].map(([subject, list]) => {
    const name = `S${String(subject).padStart(2, "0")}`;
    const from = Math.min(...list.map((one) => one.at));
    const signal = (file: string): { at: number; value: number }[] => {
      const { start, rate, values } = readEmpaticaSignal(
        readFileSync(resolve(folder, name, file), "utf8"),
        `${name}/${file}`,
      );
      const samples: { at: number; value: number }[] = [];
      for (let i = 0; i < values.length; i++) {
        const at = start * 1000 + (i * 1000) / rate;
        if (at >= from) samples.push({ at, value: values[i] });
      }
      return samples;
    };
    return { name, labels: list, heart: signal("HR.csv"), skin: signal("EDA.csv") };
  });
}

/** A recording's minutes as the tracker sees them. */
export function windowsOf(recording: Recording, halfLife: number): Subject {
  const windows: LabelledWindow[] = [];
  const labels = new Map(recording.labels.map((one) => [one.at, one.label]));
  const last = Math.max(...recording.labels.map((one) => one.at));
  const tracker = new ArousalTracker({
    halfLife,
    onWindow: ({ end, heart, skin }) => {
      if (end > last) return;
      let known = 0;
      let raised = 0;
      for (let at = Math.ceil((end - 60_000) / 1000) * 1000; at < end; at += 1000) {
        const label = labels.get(at);
        if (label === undefined) continue;
        known++;
        raised += label;
      }
      const share = raised / known;
      const label = known < 48 || (share > 0.1 && share < 0.9) ? -1 : share > 0.5 ? 1 : 0;
      windows.push({ end, heart, skin, label });
    },
  });
  let i = 0;
  for (const { at, value } of recording.heart) {
    for (; i < recording.skin.length && recording.skin[i].at <= at; i++) {
      tracker.skin(recording.skin[i].at, recording.skin[i].value);
    }
    tracker.heart(at, value);
  }
  for (; i < recording.skin.length; i++)
    tracker.skin(recording.skin[i].at, recording.skin[i].value);
  tracker.estimate(last + 1000);
  return { name: recording.name, windows };
}

/** Which signals a model uses. */
export type Signals = "heart" | "skin" | "both";

/** Features of a minute for a model, or null where the minute lacks them. */
export function featuresFor(window: LabelledWindow, signals: Signals): readonly number[] | null {
  if (signals === "heart") return window.heart;
  if (signals === "skin") return window.skin;
  return window.heart === null || window.skin === null ? null : [...window.heart, ...window.skin];
}

/** Class-balanced logistic regression with a ridge penalty, by Newton's method; the last weight is the intercept. */
export function fit(subjects: readonly Subject[], signals: Signals, penalty: number): number[] {
  const rows: (readonly number[])[] = [];
  const labels: number[] = [];
  for (const { windows } of subjects) {
    for (const window of windows) {
      const row = featuresFor(window, signals);
      if (window.label < 0 || row === null) continue;
      rows.push(row);
      labels.push(window.label);
    }
  }
  const d = rows[0].length + 1;
  const share = labels.reduce((sum, label) => sum + label, 0) / labels.length;
  const weights = new Float64Array(d);
  for (let round = 0; round < 12; round++) {
    const gradient = new Float64Array(d);
    const curvature = Array.from({ length: d }, () => new Float64Array(d));
    for (let n = 0; n < rows.length; n++) {
      const row = rows[n];
      let logit = weights[d - 1];
      for (let i = 0; i < d - 1; i++) logit += weights[i] * row[i];
      const p = 1 / (1 + Math.exp(-logit));
      const weight = labels[n] === 1 ? 0.5 / share : 0.5 / (1 - share);
      const error = weight * (p - labels[n]);
      const curve = weight * p * (1 - p) + 1e-9;
      for (let i = 0; i < d; i++) {
        const xi = i === d - 1 ? 1 : row[i];
        gradient[i] += error * xi;
        const line = curvature[i];
        for (let j = 0; j <= i; j++) line[j] += curve * xi * (j === d - 1 ? 1 : row[j]);
      }
    }
    for (let i = 0; i < d; i++) {
      const ridge = i === d - 1 ? 1e-6 : penalty;
      gradient[i] += ridge * weights[i];
      curvature[i][i] += ridge;
    }
    const step = solve(curvature, gradient);
    let size = 0;
    for (let i = 0; i < d; i++) {
      weights[i] -= step[i];
      size += Math.abs(step[i]);
    }
    if (size < 1e-9) break;
  }
  return [...weights];
}

/** Solves a positive definite system given by its lower half (Cholesky). */
function solve(lower: readonly Float64Array[], right: Float64Array): Float64Array {
  const d = right.length;
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = lower[i][j];
      for (let k = 0; k < j; k++) sum -= lower[i][k] * lower[j][k];
      lower[i][j] = i === j ? Math.sqrt(sum) : sum / lower[j][j];
    }
  }
  const x = Float64Array.from(right);
  for (let i = 0; i < d; i++) {
    for (let k = 0; k < i; k++) x[i] -= lower[i][k] * x[k];
    x[i] /= lower[i][i];
  }
  for (let i = d - 1; i >= 0; i--) {
    for (let k = i + 1; k < d; k++) x[i] -= lower[k][i] * x[k];
    x[i] /= lower[i][i];
  }
  return x;
}

/** A scored minute: smoothed log-odds and what it was. */
export type Scored = {
  readonly subject: string;
  readonly label: 0 | 1;
  readonly logit: number;
  /** Which model gave the newest log-odds. */
  readonly signals: Signals;
};

/** Log-odds of a subject's labelled minutes, smoothed as the tracker does; minutes without an answer are counted. */
export function score(
  subject: Subject,
  models: Partial<Readonly<Record<Signals, readonly number[]>>>,
  newest: number,
): { readonly scored: Scored[]; readonly unknown: number } {
  const scored: Scored[] = [];
  let unknown = 0;
  let last: { end: number; logit: number } | null = null;
  const order: readonly Signals[] = ["both", "skin", "heart"];
  for (const [at, window] of subject.windows.entries()) {
    const signals = order.find(
      (one) => models[one] !== undefined && featuresFor(window, one) !== null,
    );
    const model = signals === undefined ? undefined : models[signals];
    const row = signals === undefined ? null : featuresFor(window, signals);
    if (signals === undefined || model === undefined || row === null) {
      if (window.label >= 0 && at >= 10) unknown++;
      continue;
    }
    let logit = model[model.length - 1];
    for (let i = 0; i < row.length; i++) logit += model[i] * row[i];
    if (last !== null && window.end - last.end <= 60_000) {
      logit = newest * logit + (1 - newest) * last.logit;
    }
    last = { end: window.end, logit };
    if (window.label >= 0) {
      scored.push({ subject: subject.name, label: window.label === 1 ? 1 : 0, logit, signals });
    }
  }
  return { scored, unknown };
}

/** Mean of the shares of tasks and of rests that are told right, at even odds. */
export function balancedAccuracy(scored: readonly Scored[]): number {
  const right = [0, 0];
  const all = [0, 0];
  for (const { label, logit } of scored) {
    all[label]++;
    if (logit > 0 === (label === 1)) right[label]++;
  }
  return (right[0] / all[0] + right[1] / all[1]) / 2;
}

/** Area under the receiver operating characteristic over all minutes, ties shared. */
export function areaUnderCurve(scored: readonly Scored[]): number {
  const sorted = [...scored].sort((a, b) => a.logit - b.logit);
  let rankSum = 0;
  let positives = 0;
  for (let i = 0; i < sorted.length; ) {
    let j = i;
    while (j < sorted.length && sorted[j].logit === sorted[i].logit) j++;
    for (let k = i; k < j; k++) {
      if (sorted[k].label === 1) {
        rankSum += (i + j + 1) / 2;
        positives++;
      }
    }
    i = j;
  }
  const negatives = sorted.length - positives;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** Subjects' windows for each half-life, computed once. */
export class Windows {
  readonly #recordings: readonly Recording[];
  readonly #made = new Map<number, readonly Subject[]>();

  constructor(recordings: readonly Recording[]) {
    this.#recordings = recordings;
  }

  of(halfLife: number): readonly Subject[] {
    const known = this.#made.get(halfLife);
    if (known !== undefined) return known;
    const made = this.#recordings.map((recording) => windowsOf(recording, halfLife));
    this.#made.set(halfLife, made);
    return made;
  }
}

/** The configuration with the largest area under the curve over held-out groups of the subjects at `places`. */
export function choose(
  windows: Windows,
  places: readonly number[],
  signals: Signals = "both",
): Configuration {
  let best: Configuration = CONFIGURATIONS[0];
  let most = Number.NEGATIVE_INFINITY;
  const fitted = new Map<string, number[][]>();
  for (const configuration of CONFIGURATIONS) {
    const subjects = windows.of(configuration.halfLife);
    const key = `${configuration.halfLife}/${configuration.penalty}`;
    let models = fitted.get(key);
    if (models === undefined) {
      models = [];
      for (let fold = 0; fold < INNER_FOLDS; fold++) {
        const training = places.filter((_, i) => i % INNER_FOLDS !== fold);
        models.push(
          fit(
            training.map((place) => subjects[place]),
            signals,
            configuration.penalty,
          ),
        );
      }
      fitted.set(key, models);
    }
    const scored = places.flatMap((place, i) => {
      const model = models[i % INNER_FOLDS];
      return score(subjects[place], { [signals]: model }, configuration.newest).scored;
    });
    const area = areaUnderCurve(scored);
    if (area > most) {
      most = area;
      best = configuration;
    }
  }
  return best;
}

/** All three models of a configuration. */
export function fitAll(
  subjects: readonly Subject[],
  penalty: number,
): Record<Signals, readonly number[]> {
  return {
    heart: fit(subjects, "heart", penalty),
    skin: fit(subjects, "skin", penalty),
    both: fit(subjects, "both", penalty),
  };
}

/** What a leave-one-subject-out run gives. */
export type LosoResult = {
  readonly scored: readonly Scored[];
  /** Labelled minutes after calibration without an answer. */
  readonly unknown: number;
  /** How often each configuration was chosen. */
  readonly chosen: ReadonlyMap<string, number>;
};

/**
 * Each subject scored by weights, and by a configuration, that were made without that subject.
 *
 * @param only Which signals are given, as if the others were not worn.
 * @param fixed A configuration for all folds, instead of choosing inside each.
 */
export function leaveOneOut(
  windows: Windows,
  only: Signals = "both",
  fixed?: Configuration,
): LosoResult {
  const count = windows.of(0).length;
  const everyone = Array.from({ length: count }, (_, i) => i);
  const scored: Scored[] = [];
  const chosen = new Map<string, number>();
  let unknown = 0;
  for (const out of everyone) {
    const others = everyone.filter((place) => place !== out);
    const configuration = fixed ?? choose(windows, others, only);
    const subjects = windows.of(configuration.halfLife);
    const training = others.map((place) => subjects[place]);
    const models =
      only === "both"
        ? fitAll(training, configuration.penalty)
        : { [only]: fit(training, only, configuration.penalty) };
    const result = score(subjects[out], models, configuration.newest);
    scored.push(...result.scored);
    unknown += result.unknown;
    const { halfLife, penalty, newest } = configuration;
    const key = `half-life ${halfLife}, penalty ${penalty}, newest ${newest}`;
    chosen.set(key, (chosen.get(key) ?? 0) + 1);
  }
  return { scored, unknown, chosen };
}

/** Middle 95 % of a figure over subjects drawn with replacement. */
export function bootstrap(
  scored: readonly Scored[],
  figure: (scored: readonly Scored[]) => number,
  rounds: number,
): [number, number] {
  const bySubject = [...Map.groupBy(scored, (one) => one.subject).values()];
  const random = generator(7);
  const values = new Float64Array(rounds);
  for (let round = 0; round < rounds; round++) {
    const drawn = bySubject.flatMap(() => bySubject[Math.floor(random() * bySubject.length)]);
    values[round] = figure(drawn);
  }
  values.sort();
  return [values[Math.floor(0.025 * rounds)], values[Math.floor(0.975 * rounds)]];
}

/**
 * Plain accuracy of the five nearest neighbours, with minutes of one subject on both sides (`leaky`, as many published
 * figures are made) and with subjects held apart. The first is a warning, not a result.
 */
export function nearestNeighbours(subjects: readonly Subject[]): {
  readonly leaky: number;
  readonly apart: number;
  readonly majority: number;
} {
  const rows: { row: readonly number[]; label: number; subject: string; fold: number }[] = [];
  const random = generator(3);
  for (const { name, windows } of subjects) {
    for (const window of windows) {
      const row = featuresFor(window, "both");
      if (row === null || window.label < 0) continue;
      rows.push({ row, label: window.label, subject: name, fold: Math.floor(random() * 10) });
    }
  }
  const vote = (one: (typeof rows)[number], apart: (other: (typeof rows)[number]) => boolean) => {
    const near: { distance: number; label: number }[] = [];
    for (const other of rows) {
      if (!apart(other)) continue;
      let distance = 0;
      for (let i = 0; i < one.row.length; i++) distance += (one.row[i] - other.row[i]) ** 2;
      if (near.length === 5 && distance >= near[4].distance) continue;
      near.push({ distance, label: other.label });
      near.sort((a, b) => a.distance - b.distance);
      near.length = Math.min(5, near.length);
    }
    return near.reduce((sum, other) => sum + other.label, 0) > 2.5 ? 1 : 0;
  };
  let leaky = 0;
  let apart = 0;
  let rests = 0;
  for (const one of rows) {
    if (vote(one, (other) => other.fold !== one.fold) === one.label) leaky++;
    if (vote(one, (other) => other.subject !== one.subject) === one.label) apart++;
    if (one.label === 0) rests++;
  }
  return { leaky: leaky / rows.length, apart: apart / rows.length, majority: rests / rows.length };
}

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
