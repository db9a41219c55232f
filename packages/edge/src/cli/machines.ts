/** `symbion machines train`, `predict` and `explain`: models of a user's own machines, from and for tables. */

import { basename } from "node:path";
import { expected, type MachineCarrier, UsageError } from "@symbion/core";
import {
  type Fleet,
  features,
  fitKind,
  Intervals,
  type KindModel,
  type Run,
  STATE_CODE,
} from "@symbion/maintenance";
import { readTable } from "@symbion/maintenance/node";
import { type ModelDescription, readModelFile, writeModelFile } from "../machines/model-file.ts";
import { LineWriter } from "./output.ts";
import { Progress } from "./progress.ts";

/** What a table's columns are, as options. */
export type TableCommandOptions = {
  readonly machine?: string;
  readonly age?: string;
  readonly event?: string;
  readonly settings?: readonly string[];
  readonly sensors?: readonly string[];
  readonly ignore?: readonly string[];
  readonly lifeUnit?: string;
};

/** Options of `symbion machines train`. */
export type TrainCommandOptions = TableCommandOptions & {
  readonly out?: string;
  readonly cap?: number;
  readonly horizon?: number;
  readonly running?: true;
  readonly json?: true;
};

/** Options of `symbion machines predict`. */
export type PredictCommandOptions = { readonly all?: true; readonly json?: true };

/** Options of `symbion machines explain`. */
export type ExplainCommandOptions = {
  readonly machine?: string;
  readonly row?: number;
  readonly json?: true;
};

/** Share of the median life that models tell apart unless asked otherwise (C-MAPSS: 125 of 206). */
const CAP_SHARE = 0.6;

/** The options of {@link readTable} that command line options stand for. */
export function tableOptions(options: TableCommandOptions): Parameters<typeof readTable>[1] {
  const { machine, age, event, settings, sensors, ignore, lifeUnit } = options;
  return {
    ...(machine === undefined ? {} : { machine }),
    ...(age === undefined ? {} : { age }),
    ...(event === undefined ? {} : { event }),
    ...(settings === undefined ? {} : { settings }),
    ...(sensors === undefined ? {} : { sensors }),
    ...(ignore === undefined ? {} : { ignore }),
    ...(lifeUnit === undefined ? {} : { lifeUnit }),
  };
}

/** Longest life to be told apart: {@link CAP_SHARE} of the median of the lives that ended. */
export function defaultCap(fleet: Fleet): number {
  const lives = fleet.runs
    .filter(({ remaining, rows }) => remaining === 0 && rows > 0)
    .map((run) => run.age[run.rows - 1] ?? 0)
    .sort((a, b) => a - b);
  const median = lives[Math.floor(lives.length / 2)] ?? 0;
  return median > 0 ? Number((CAP_SHARE * median).toPrecision(3)) : 125;
}

/** Learns from a table and writes the models. Throws `UsageError` for a table that cannot be learned from. */
export async function trainCommand(file: string, options: TrainCommandOptions): Promise<void> {
  const progress = new Progress();
  const began = performance.now();
  try {
    const reading = await readTable(
      file,
      { ...tableOptions(options), ended: options.running === true ? "running" : "failed" },
      (share) => progress.show(`reading ${basename(file)}`, share),
    );
    const { fleet } = reading;
    const lives = fleet.runs.filter(({ remaining }) => remaining === 0).length;
    if (lives === 0) {
      throw new UsageError(
        `${file}: expected at least one machine that fails, got ${fleet.runs.length} that run (--event names the column that says so)`,
      );
    }
    const cap = options.cap ?? defaultCap(fleet);
    const horizon = options.horizon ?? cap / 4;
    const model = fitKind(fleet, {
      ...{ cap, within: horizon },
      progress: (what, share) => progress.show(what, share),
    });
    const rows = fleet.runs.reduce((sum, run) => sum + run.rows, 0);
    const described: ModelDescription = {
      ...{ lifeUnit: fleet.lifeUnit, cap, horizon },
      channels: fleet.channels.map(({ name, unit, role, least, most }) => ({
        ...{ name, unit, role, least, most },
      })),
      columns: { machine: reading.machine, age: reading.age, event: reading.event },
      learned: {
        ...{ from: basename(file), machines: fleet.runs.length, lives, rows, at: Date.now() },
      },
      error: errorOf(model),
    };
    const out = options.out ?? `${file.replace(/\.(csv|tsv|txt|parquet|pq)(\.gz)?$/i, "")}.symbion`;
    const bytes = await writeModelFile(out, described, model);
    progress.end();
    const seconds = (performance.now() - began) / 1000;
    if (options.json === true) {
      const { findings } = reading;
      process.stdout.write(
        `${JSON.stringify({ models: out, bytes, seconds, ...described, findings })}\n`,
      );
      return;
    }
    for (const { flag, count, first } of reading.findings) {
      process.stderr.write(`${first}: ${flag}: ${count} in all, recorded as bad or left out\n`);
    }
    process.stdout.write(`${trained(out, bytes, seconds, described)}\n`);
  } finally {
    progress.end();
  }
}

function trained(out: string, bytes: number, seconds: number, described: ModelDescription): string {
  const { learned, error, lifeUnit, cap, columns, channels } = described;
  const named = [
    `machine: ${columns.machine ?? "all rows are one"}`,
    `time in service: ${columns.age ?? "rows are counted"}`,
    ...(columns.event === null ? [] : [`failure: ${columns.event}`]),
  ].join(", ");
  const sensors = channels.filter(({ role }) => role === "sensor").length;
  const settings = channels.length - sensors;
  return [
    `learned from ${learned.lives} lives of ${learned.machines} machines (${learned.rows} rows, ${sensors} sensors, ${settings} settings) in ${seconds.toFixed(1)} s`,
    `columns: ${named}`,
    error === null
      ? "how wrong forecasts are is not known: fewer than 3 lives"
      : `error over machines left out in turn: ${figure(error)} ${lifeUnit} RMSE (lives counted up to ${figure(cap)} ${lifeUnit})`,
    `${out}: ${(bytes / 1000).toFixed(0)} kB; next: symbion machines predict ${out} TABLE`,
  ].join("\n");
}

function errorOf(model: KindModel): number | null {
  const rows = model.parts.errors.reduce((sum, life) => sum + life.rows, 0);
  if (rows === 0) return null;
  return Math.sqrt(model.parts.errors.reduce((sum, life) => sum + life.squares, 0) / rows);
}

/** A forecast of one row. */
type RowForecast = {
  readonly machine: string;
  /** Number of the row, from 1. */
  readonly row: number;
  readonly age: number;
  readonly remaining: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly failure: number | null;
  readonly reason: string | null;
};

/** Models with what they need to forecast runs of a table. */
class Predictor {
  readonly described: ModelDescription;
  readonly model: KindModel;
  readonly #intervals: Intervals | null;

  constructor(described: ModelDescription, model: KindModel) {
    this.described = described;
    this.model = model;
    const { intervals } = model.parts;
    this.#intervals =
      intervals === null
        ? null
        : Intervals.restore(intervals, { cap: described.cap, within: described.horizon });
  }

  /** Features of a run, row by row. */
  rows(run: Run): Float32Array[] {
    const table = features([this.model.parts.normaliser.apply(run)], this.model.parts.spec);
    const width = table.names.length;
    return Array.from({ length: run.rows }, (_, row) => {
      const values = new Float32Array(width);
      for (let c = 0; c < width; c++) values[c] = table.data[c * table.rows + row] ?? Number.NaN;
      return values;
    });
  }

  /** What each sensor moves a forecast by: exact Shapley values, strongest first. */
  carriers(row: Float32Array): MachineCarrier[] {
    const { trees } = this.model.parts;
    const { features: names } = this.model;
    if (trees === null) return [];
    const { values } = trees.contributions({ rows: 1, names, data: row });
    const effects = new Float64Array(names.length);
    for (const [column, name] of trees.names.entries()) {
      effects[names.indexOf(name)] = values[column] ?? 0;
    }
    return this.model.carriers(effects);
  }

  forecast(run: Run, row: number, values: Float32Array): RowForecast {
    const { cap } = this.described;
    const place = { machine: run.machine, row: row + 1, age: run.age[row] ?? 0 };
    const nothing = { remaining: null, low: null, high: null, failure: null };
    if (
      values.every((value, index) => Number.isNaN(value) || this.model.sensors[index] === "age")
    ) {
      return { ...place, ...nothing, reason: "no sensor gives a value" };
    }
    if ((this.model.parts.familiarity?.strangeness(values) ?? 0) > 1) {
      return { ...place, ...nothing, reason: "unlike every machine that was learned from" };
    }
    const remaining = this.model.forecast(values);
    if (remaining === null) return { ...place, ...nothing, reason: "no machine had failed" };
    const interval = this.#intervals?.at(remaining) ?? null;
    return {
      ...{ ...place, remaining, low: interval?.low ?? null },
      high: interval === null || interval.high >= cap ? null : interval.high,
      failure: this.#intervals?.failure(remaining) ?? null,
      reason: interval === null ? "too few lives to know how wrong it is" : null,
    };
  }
}

/** Forecasts machines of a table. Throws `UsageError` for models or a table that cannot be used. */
export async function predictCommand(
  models: string,
  file: string,
  options: PredictCommandOptions,
): Promise<void> {
  const { predictor, fleet } = await open(models, file);
  const { lifeUnit, horizon } = predictor.described;
  const out = new LineWriter(process.stdout);
  for (const run of fleet.runs) {
    if (run.rows === 0) continue;
    const rows = predictor.rows(run);
    for (let row = options.all === true ? 0 : run.rows - 1; row < run.rows; row++) {
      const forecast = predictor.forecast(run, row, rows[row] as Float32Array);
      await out.line(
        options.json === true ? JSON.stringify(forecast) : told(forecast, lifeUnit, horizon),
      );
    }
  }
  await out.flush();
}

function told(forecast: RowForecast, unit: string, horizon: number): string {
  const { machine, age, remaining, failure, reason } = forecast;
  const where = `${machine} at ${figure(age)} ${unit}:`;
  if (remaining === null) return `${where} don't know: ${reason}`;
  const risk =
    failure === null ? "" : `; failure within ${figure(horizon)}: ${Math.round(100 * failure)} %`;
  return `${where} ${figure(remaining)} ${unit} left${span(forecast)}${risk}${reason === null ? "" : ` (${reason})`}`;
}

function span({ low, high }: Pick<RowForecast, "low" | "high">): string {
  if (low === null) return "";
  return high === null ? `, at least ${figure(low)}` : `, ${figure(low)} to ${figure(high)}`;
}

/** Says which sensors carry a forecast. Throws `UsageError` for models or a table that cannot be used. */
export async function explainCommand(
  models: string,
  file: string,
  options: ExplainCommandOptions,
): Promise<void> {
  const { predictor, fleet } = await open(models, file);
  const runs = fleet.runs.filter(({ rows }) => rows > 0);
  const run = options.machine === undefined ? worst(predictor, runs) : pick(runs, options.machine);
  const row = (options.row ?? run.rows) - 1;
  if (row < 0 || row >= run.rows) {
    throw expected(`a row from 1 to ${run.rows}`, options.row, "--row");
  }
  const values = predictor.rows(run)[row] as Float32Array;
  const forecast = predictor.forecast(run, row, values);
  const carriers = predictor.carriers(values);
  const { lifeUnit } = predictor.described;
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify({ ...forecast, lifeUnit, carriers })}\n`);
    return;
  }
  const lines = [
    told(forecast, lifeUnit, predictor.described.horizon),
    "",
    ...bars(carriers, lifeUnit),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** Most bars, and characters of the longest one to either side. */
const MOST_BARS = 20;
const HALF = 24;

/** SHAP values as bars around a middle: to the left what shortens the forecast, to the right what lengthens it. */
export function bars(carriers: readonly MachineCarrier[], unit: string): string[] {
  const shown = carriers.slice(0, MOST_BARS);
  const greatest = Math.max(...shown.map(({ effect }) => Math.abs(effect)));
  const width = Math.max(...shown.map(({ sensor }) => sensor.length));
  if (shown.length === 0) return ["no sensor carries it"];
  return shown.map(({ sensor, effect }) => {
    const length = greatest === 0 ? 0 : Math.round((HALF * Math.abs(effect)) / greatest);
    const bar = "█".repeat(length);
    const left = effect < 0 ? bar.padStart(HALF) : "".padStart(HALF);
    const right = effect > 0 ? bar.padEnd(HALF) : "".padEnd(HALF);
    const sign = effect > 0 ? "+" : "-";
    return `${sensor.padEnd(width)} ${left}│${right} ${sign}${figure(Math.abs(effect))} ${unit}`;
  });
}

function worst(predictor: Predictor, runs: readonly Run[]): Run {
  let least = Number.POSITIVE_INFINITY;
  let found: Run | null = null;
  for (const run of runs) {
    const values = predictor.rows(run).at(-1);
    const remaining = values === undefined ? null : predictor.model.forecast(values);
    if (found === null || (remaining !== null && remaining < least)) {
      found = run;
      least = remaining ?? least;
    }
  }
  if (found === null) throw expected("a machine with rows", 0, "table");
  return found;
}

function pick(runs: readonly Run[], machine: string): Run {
  const run = runs.find((one) => one.machine === machine);
  if (run !== undefined) return run;
  const known = runs.slice(0, 8).map((one) => one.machine);
  throw expected(`a machine of the table (${known.join(", ")}, ...)`, machine, "--machine");
}

/** Models, and a table with the columns that they know: those that are not there are silent sensors. */
async function open(
  models: string,
  file: string,
): Promise<{ readonly predictor: Predictor; readonly fleet: Fleet }> {
  const { described, model } = await readModelFile(models);
  const { machine, age, event } = described.columns;
  const sensors = described.channels.filter(({ role }) => role === "sensor");
  const settings = described.channels.filter(({ role }) => role === "setting");
  const { fleet } = await readTable(file, {
    ...{ machine, age, lifeUnit: described.lifeUnit, ended: "running" },
    ...(event === null ? { event: null } : {}),
  });
  const there = new Map(fleet.channels.map(({ name }, index) => [name, index]));
  const missing = described.channels.filter(({ name }) => !there.has(name));
  if (missing.length === described.channels.length) {
    throw new UsageError(
      `${file}: expected sensors of the models (${sensors
        .map(({ name }) => name)
        .slice(0, 8)
        .join(", ")}), got none of them`,
    );
  }
  if (missing.length > 0) {
    process.stderr.write(
      `${file}: silent: ${missing.map(({ name }) => name).join(", ")} (no such columns)\n`,
    );
  }
  const width = described.channels.length;
  const runs = fleet.runs.map((run): Run => {
    const values = new Float32Array(run.rows * width).fill(Number.NaN);
    const states = new Uint8Array(run.rows * width).fill(STATE_CODE.missing);
    for (const [to, { name }] of described.channels.entries()) {
      const from = there.get(name);
      if (from === undefined) continue;
      for (let row = 0; row < run.rows; row++) {
        values[row * width + to] = run.values[row * fleet.channels.length + from] ?? Number.NaN;
        states[row * width + to] = run.states[row * fleet.channels.length + from] ?? 0;
      }
    }
    return { ...run, values, states };
  });
  if (settings.length + sensors.length === 0) throw expected("models with sensors", 0, models);
  return {
    predictor: new Predictor(described, model),
    fleet: { channels: described.channels, lifeUnit: described.lifeUnit, runs },
  };
}

/** A number for people: three digits. */
export function figure(value: number): string {
  if (Math.abs(value) >= 100) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}
