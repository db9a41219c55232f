/** Machines of one kind in operation: the front door of this package for a node. */

import {
  expected,
  type MachineCurve,
  type MachineKind,
  type MachineSample,
  type MachineStatus,
  type ModelVersion,
  UsageError,
  type VersionReason,
} from "@symbion/core";
import {
  arrayPart,
  jsonPart,
  packParts,
  readDoubles,
  readFloats,
  readJson,
  unpackParts,
} from "../container.ts";
import type { Run } from "../fleet.ts";
import { type IntervalState, Intervals } from "../prognosis/intervals.ts";
import { Adwin, type AdwinState } from "./adwin.ts";
import { LEAST_LIVES } from "./fit-kind.ts";
import { History } from "./history.ts";
import { type Answering, MachineRecord, type RecordState } from "./machine-record.ts";
import { PageHinkley, type PageHinkleyState } from "./page-hinkley.ts";
import type { KindDeclaration, KindMonitor, LearnedVersion, LearningJob } from "./types.ts";
import { type VersionState, Versions } from "./versions.ts";

/** What a monitor may use: time for learning, room for machines, and whose clock it goes by. */
export type MonitorOptions = {
  /** Time that a learning job may take, milliseconds of one core. Default 10,000. */
  readonly budgetMs?: number;
  /** Most machines; samples of others are counted and ignored. Default 10,000. */
  readonly mostMachines?: number;
  /** Milliseconds since 1970. Default: the system's clock. */
  readonly now?: () => number;
};

/** Rows of all machines before anything is learned without labels, and by how much they grow until it is learned again. */
const FIRST_ROWS = 120;
const FIRST_GROWTH = 2.5;
/** Share of the lives known by which their number must have grown before all is learned again. */
const GROWTH = 0.12;
/** Lives after which intervals have seen enough of what they promised to go on from it. */
const SETTLED = 20;
/** Drifts that are told of. */
const DRIFTS = 20;
/** Options of the detectors: errors of forecasts as shares of the cap, and errors of lives in caps. */
const ADWIN_OPTIONS = { delta: 0.002, clock: 4 } as const;
const PAGE_HINKLEY_OPTIONS = {
  leastNumbers: 8,
  delta: 0.02,
  threshold: 0.35,
  mode: "up",
} as const;
/** Parts of a life whose mean errors are looked at one after the other: rows beside each other say the same. */
const DRIFT_PARTS = 4;
const OPTION_KEYS = new Set(["budgetMs", "mostMachines", "now"]);

/**
 * A monitor that knows nothing yet.
 *
 * @throws UsageError for a declaration or options that make no sense.
 */
export function createMonitor(
  declaration: KindDeclaration,
  options: MonitorOptions = {},
): KindMonitor {
  return new Monitor(declaration, options);
}

/**
 * A monitor as it was saved: it goes on as if nothing had been.
 *
 * @throws UsageError for bytes that are no monitor's, or that are damaged.
 */
export function restoreMonitor(bytes: Uint8Array, options: MonitorOptions = {}): KindMonitor {
  return Monitor.restore(bytes, options);
}

type Wanted = { readonly reason: VersionReason; readonly cause: string | null };

type Plain = {
  readonly declaration: KindDeclaration;
  readonly versions: readonly VersionState[];
  readonly machines: readonly RecordState[];
  readonly lives: readonly { readonly machine: string; readonly rows: number }[];
  readonly livesSeen: number;
  readonly livesLearned: number;
  readonly numbers: readonly number[];
  readonly jobNumbers: readonly number[];
  readonly wanted: Wanted | null;
  readonly learning: string | null;
  readonly intervals: IntervalState;
  readonly drifts: MachineKind["drifts"];
  readonly adwin: AdwinState;
  readonly pageHinkley: PageHinkleyState;
  readonly refused: number;
};

class Monitor implements KindMonitor {
  readonly #kind: KindDeclaration;
  readonly #budgetMs: number;
  readonly #mostMachines: number;
  readonly #now: () => number;
  readonly #machines = new Map<string, MachineRecord>();
  readonly #versions = new Versions();
  readonly #history: History;
  #livesSeen = 0;
  #livesLearned = 0;
  /** Numbers of the lives in the history, and of those that a job in progress learns from. */
  #numbers: number[] = [];
  #jobNumbers: readonly number[] = [];
  #wanted: Wanted | null = null;
  /** What a job in progress is for, in words; null: none. */
  #learning: string | null = null;
  #intervals: Intervals;
  #drifts: { at: number; text: string }[] = [];
  #adwin = new Adwin(ADWIN_OPTIONS);
  #pageHinkley = new PageHinkley(PAGE_HINKLEY_OPTIONS);
  #refused = 0;

  constructor(declaration: KindDeclaration, options: MonitorOptions) {
    checkDeclaration(declaration);
    for (const key of Object.keys(options)) {
      if (!OPTION_KEYS.has(key))
        throw expected([...OPTION_KEYS].join(", "), key, "monitor options");
    }
    this.#kind = declaration;
    this.#budgetMs = options.budgetMs ?? 10_000;
    this.#mostMachines = options.mostMachines ?? 10_000;
    this.#now = options.now ?? Date.now;
    this.#history = new History(declaration.sensors);
    this.#intervals = this.#freshIntervals();
  }

  take(sample: MachineSample): void {
    const record = this.#record(sample.machine);
    if (record === null) this.#refused++;
    else record.take(sample);
  }

  advance(now: number): MachineStatus[] {
    const answering = this.#answering();
    const changed: MachineStatus[] = [];
    for (const record of this.#machines.values()) {
      if (record.advance(now, answering)) changed.push(record.status());
    }
    this.#wantFirst();
    return changed;
  }

  end(machine: string, at: number, how: "failed" | "serviced"): void {
    const record = this.#machines.get(machine);
    if (record === undefined) return;
    // Rows that are open until late values have come are the last ones of this life.
    record.advance(at + 2 * this.#kind.rowMs, this.#answering());
    const ended = record.end(how);
    if (ended === null || how !== "failed") return;
    const number = this.#livesSeen++;
    this.#versions.judge(ended.life, number);
    if (ended.judged.forecasts.length > 0) this.#intervals.learn(ended.judged);
    const drift = this.#watch(ended.life, ended.judged, at);
    const forgotten = this.#history.add(ended.life);
    this.#numbers.push(number);
    if (forgotten !== null) this.#numbers.splice(forgotten, 1);
    if (this.#versions.choose()) this.#switch();
    const known = this.#livesLearned;
    if (drift) this.#wanted = { reason: "drift", cause: machine };
    else if (known < LEAST_LIVES || this.#livesSeen - known >= GROWTH * known) {
      this.#wanted ??= { reason: known === 0 ? "first" : "failure", cause: machine };
    }
  }

  machines(): MachineStatus[] {
    return [...this.#machines.values()].map((record) => record.status());
  }

  curve(machine: string, points: number): MachineCurve | null {
    return this.#machines.get(machine)?.curve(points) ?? null;
  }

  kind(): MachineKind {
    return {
      id: this.#kind.id,
      lifeUnit: this.#kind.lifeUnit,
      machines: this.#machines.size,
      lives: this.#livesSeen,
      versions: this.#versions.list.map((version) => version.told),
      learning: this.#learning,
      coverage: this.#intervals.coverage,
      drifts: this.#drifts,
    };
  }

  due(): LearningJob | null {
    if (this.#learning !== null || this.#wanted === null) return null;
    const { reason, cause } = this.#wanted;
    this.#wanted = null;
    const running = [...this.#machines.values()]
      .filter((record) => record.running)
      .map((record) => record.run());
    const runs = [...this.#history.lives, ...running];
    if (runs.length === 0) return null;
    this.#learning = cause === null ? "learning what is usual" : `learning from ${cause}`;
    this.#livesLearned = this.#livesSeen;
    this.#jobNumbers = [...this.#numbers];
    return {
      kind: this.#kind,
      fleet: { channels: this.#kind.sensors, lifeUnit: this.#kind.lifeUnit, runs },
      parent: this.#versions.champion?.state ?? null,
      reason,
      cause,
      budgetMs: this.#budgetMs,
    };
  }

  install(learned: LearnedVersion): ModelVersion {
    this.#learning = null;
    const version = this.#versions.add(learned, (run) => this.#jobNumbers[run] ?? -1);
    const changed = this.#versions.choose();
    // While there are few lives, errors of an earlier version say less than those over the lives that this one left out.
    const { intervals } = version.model?.parts ?? { intervals: null };
    if (version === this.#versions.champion && intervals !== null && this.#livesSeen <= SETTLED) {
      this.#intervals.rebase(intervals);
    }
    if (changed) this.#switch();
    return version.told;
  }

  abandon(reason: string): void {
    this.#learning = null;
    this.#note(this.#now(), `learning was given up: ${reason}`);
  }

  rollback(version: string): ModelVersion | null {
    const back = this.#versions.rollback(version, this.#now());
    if (back === null) return null;
    this.#switch();
    return back.told;
  }

  save(): Uint8Array {
    const parts: Record<string, Uint8Array> = {};
    const machines: RecordState[] = [];
    [...this.#machines.values()].forEach((record, k) => {
      const { plain, arrays } = record.save();
      machines.push(plain);
      parts[`window/${k}`] = arrayPart(arrays.window);
      parts[`curve/${k}`] = arrayPart(arrays.curve);
      parts[`judged/${k}`] = arrayPart(arrays.judged);
      parts[`explained/${k}`] = arrayPart(arrays.explained);
      parts[`effects/${k}`] = arrayPart(arrays.effects);
      putRun(parts, `life/${k}`, arrays.life);
    });
    this.#history.lives.forEach((life, k) => {
      putRun(parts, `past/${k}`, life);
    });
    for (const { told, state } of this.#versions.list) {
      if (state !== null) parts[`version/${told.id}`] = state;
    }
    const plain: Plain = {
      declaration: this.#kind,
      versions: this.#versions.save(),
      machines,
      lives: this.#history.lives.map(({ machine, rows }) => ({ machine, rows })),
      livesSeen: this.#livesSeen,
      livesLearned: this.#livesLearned,
      numbers: this.#numbers,
      jobNumbers: this.#jobNumbers,
      wanted: this.#wanted,
      learning: this.#learning,
      intervals: this.#intervals.save(),
      drifts: this.#drifts,
      adwin: this.#adwin.save(),
      pageHinkley: this.#pageHinkley.save(),
      refused: this.#refused,
    };
    return packParts({ monitor: jsonPart(plain), ...parts });
  }

  static restore(bytes: Uint8Array, options: MonitorOptions): Monitor {
    const parts = unpackParts(bytes, "a saved monitor");
    const plain = readJson<Plain>(parts, "monitor");
    const monitor = new Monitor(plain.declaration, options);
    monitor.#versions.restore(plain.versions, (id) => parts[`version/${id}`]);
    plain.lives.forEach(({ machine }, k) => {
      monitor.#history.add(getRun(parts, `past/${k}`, machine, 0));
    });
    monitor.#livesSeen = plain.livesSeen;
    monitor.#livesLearned = plain.livesLearned;
    monitor.#numbers = [...plain.numbers];
    monitor.#jobNumbers = plain.jobNumbers;
    monitor.#wanted = plain.wanted;
    monitor.#learning = plain.learning;
    monitor.#intervals = Intervals.restore(plain.intervals, monitor.#intervalOptions());
    monitor.#drifts = [...plain.drifts];
    monitor.#adwin = Adwin.restore(plain.adwin, ADWIN_OPTIONS);
    monitor.#pageHinkley = PageHinkley.restore(plain.pageHinkley, PAGE_HINKLEY_OPTIONS);
    monitor.#refused = plain.refused;
    const answering = monitor.#answering();
    plain.machines.forEach((state, k) => {
      const record = new MachineRecord(state.id, plain.declaration);
      record.restore(
        state,
        {
          window: readFloats(parts[`window/${k}`]),
          life: getRun(parts, `life/${k}`, state.id, null),
          curve: readDoubles(parts[`curve/${k}`]),
          judged: readDoubles(parts[`judged/${k}`]),
          explained: readFloats(parts[`explained/${k}`]),
          effects: readDoubles(parts[`effects/${k}`]),
        },
        answering,
      );
      monitor.#machines.set(state.id, record);
    });
    return monitor;
  }

  #record(machine: string): MachineRecord | null {
    let record = this.#machines.get(machine) ?? null;
    if (record === null && this.#machines.size < this.#mostMachines) {
      record = new MachineRecord(machine, this.#kind);
      this.#machines.set(machine, record);
    }
    return record;
  }

  #answering(): Answering {
    const champion = this.#versions.champion;
    const intervals = this.#intervals;
    const enough = intervals.lives >= LEAST_LIVES;
    return {
      champion:
        champion === null || champion.model === null
          ? null
          : { id: champion.told.id, model: champion.model },
      interval: (forecast) => (enough ? intervals.at(forecast) : null),
      failure: (forecast) => (enough ? intervals.failure(forecast) : null),
      lives: this.#livesSeen,
    };
  }

  #switch(): void {
    const answering = this.#answering();
    for (const record of this.#machines.values()) record.switchTo(answering);
  }

  #wantFirst(): void {
    if (this.#wanted !== null || this.#learning !== null || this.#livesSeen > 0) return;
    const learned = this.#versions.champion?.told.rows ?? null;
    let rows = 0;
    for (const record of this.#machines.values()) rows += record.rows;
    if (rows < (learned === null ? FIRST_ROWS : FIRST_GROWTH * learned)) return;
    this.#wanted = { reason: learned === null ? "first" : "schedule", cause: null };
  }

  /** Looks for a change in how wrong forecasts are. */
  #watch(life: Run, { forecasts, truths }: Judged, at: number): boolean {
    if (forecasts.length === 0) return false;
    const cap = this.#kind.cap;
    let sum = 0;
    let changed = false;
    const before = this.#adwin.mean;
    for (let part = 0; part < DRIFT_PARTS; part++) {
      const from = Math.floor((part * forecasts.length) / DRIFT_PARTS);
      const to = Math.floor(((part + 1) * forecasts.length) / DRIFT_PARTS);
      let errors = 0;
      for (let i = from; i < to; i++) {
        errors += Math.abs(forecasts[i] - Math.min(cap, truths[i])) / cap;
      }
      sum += errors;
      if (to > from && this.#adwin.update(errors / (to - from))) changed = true;
    }
    // Errors that have become smaller are what learning is for.
    changed &&= this.#adwin.mean > before;
    const sudden = this.#pageHinkley.update(sum / forecasts.length);
    if (!changed && !sudden) return false;
    const share = Math.round((100 * sum) / forecasts.length);
    this.#note(
      at,
      `forecasts of ${life.machine} were off by ${share} % of the range: something has changed`,
    );
    return true;
  }

  #note(at: number, text: string): void {
    this.#drifts = [{ at, text }, ...this.#drifts].slice(0, DRIFTS);
  }

  #freshIntervals(): Intervals {
    return new Intervals(this.#intervalOptions());
  }

  #intervalOptions(): { cap: number; within: number } {
    return { cap: this.#kind.cap, within: this.#kind.horizon };
  }
}

type Judged = { readonly forecasts: ArrayLike<number>; readonly truths: ArrayLike<number> };

function putRun(parts: Record<string, Uint8Array>, name: string, run: Run): void {
  parts[`${name}/age`] = arrayPart(run.age);
  parts[`${name}/values`] = arrayPart(run.values);
  parts[`${name}/states`] = arrayPart(run.states);
}

function getRun(
  parts: Readonly<Record<string, Uint8Array>>,
  name: string,
  machine: string,
  remaining: number | null,
): Run {
  const age = readDoubles(parts[`${name}/age`]);
  return {
    machine,
    rows: age.length,
    age,
    values: readFloats(parts[`${name}/values`]),
    states: parts[`${name}/states`],
    remaining,
  };
}

function checkDeclaration(kind: KindDeclaration): void {
  const where = `kind of machine "${kind.id}"`;
  for (const name of ["lifePerRow", "rowMs", "cap", "horizon", "falseAlarmRate"] as const) {
    if (!(kind[name] > 0)) throw expected("a number above 0", kind[name], `${where}: ${name}`);
  }
  if (!kind.sensors.some((sensor) => sensor.role === "sensor")) {
    throw new UsageError(`${where}: expected at least one sensor, got none`);
  }
}
