/**
 * Causal rolling features. Of each sensor: means over windows, the standard deviation over the longest, drift (shortest mean
 * less the machine's own baseline), trend (shortest less longest mean), slopes; and the time in service. Or, of each condition
 * indicator, the same but for the deviation. Missing values are skipped; a feature is NaN only where its window holds too few
 * values (a mean: none; the deviation: fewer than two; a slope: fewer than three).
 */

import { expected } from "@symbion/core";
import type { Fleet, Run } from "../fleet.ts";
import { IndicatorProjector } from "./indicators.ts";
import { type RowResponse, SensorWindows } from "./sensor-windows.ts";
import type { FeatureSpec, FeatureTable, NormalisedRun } from "./types.ts";

/** Windows that did best in engine-wise cross-validation on FD001's train engines; 85 features of 14 sensors. */
export const REFERENCE_FEATURES: FeatureSpec = { windows: [10, 30, 60], baseline: 10, age: true };

/** Names of the features of some sensors, in order: the columns of a {@link FeatureTable}, the slots of a stream's row. */
export function featureNames(sensors: readonly string[], spec: FeatureSpec): string[] {
  return columns(sensors, spec).map((column) => column.name);
}

/** For each feature the sensor or indicator that it is made of; `age` for the time in service. */
export function featureSensors(sensors: readonly string[], spec: FeatureSpec): string[] {
  return columns(sensors, spec).map((column) => column.sensor);
}

/**
 * Features of every row. Of a fleet they are made of its channels with role `sensor`, in their own units; of normalised runs
 * of their sensors in standard deviations.
 *
 * @throws UsageError if the spec makes no sense, or runs differ in their sensors.
 */
export function features(
  source: Fleet | readonly NormalisedRun[],
  spec: FeatureSpec,
): FeatureTable {
  const { sensors, runs } = "channels" in source ? ofFleet(source) : ofNormalised(source);
  const named = columns(sensors, spec);
  const starts = new Uint32Array(runs.length + 1);
  for (let r = 0; r < runs.length; r++) starts[r + 1] = starts[r] + runs[r].rows;
  const rows = starts[runs.length];
  const data = new Float32Array(rows * named.length);
  const stream = new FeatureStream(sensors.length, spec);
  const row = new Float32Array(named.length);
  runs.forEach((run, r) => {
    stream.reset();
    for (let i = 0; i < run.rows; i++) {
      stream.push(run.table, i * sensors.length, run.age[i], row, 0, run.regimes?.[i] ?? 0);
      for (let c = 0, at = starts[r] + i; c < row.length; c++, at += rows) data[at] = row[c];
    }
  });
  return {
    rows,
    names: named.map((column) => column.name),
    data,
    starts,
    sensors: named.map((column) => column.sensor),
  };
}

/**
 * Features of one machine's newest row, from one row at a time: the same numbers as {@link features} gives. Work per row is
 * O(sensors x windows), whatever the length of the life.
 */
export class FeatureStream {
  /** Number of features of a row. */
  readonly width: number;
  readonly #sensors: number;
  readonly #spec: FeatureSpec;
  readonly #windows: SensorWindows;
  readonly #projector: IndicatorProjector | null;
  readonly #responses: readonly RowResponse[];
  /** Levels and slopes of the indicators: [windows + 1 + slopes, indicators]. */
  readonly #indicators: Float64Array;

  /**
   * @param sensors Number of sensors.
   * @throws UsageError if the spec makes no sense, or its indicators are of another number of sensors.
   */
  constructor(sensors: number, spec: FeatureSpec) {
    checkSpec(spec);
    const { indicators, slopes = [], windows, baseline } = spec;
    if (indicators !== undefined && indicators.sensors.length !== sensors) {
      throw expected(`${sensors} sensors`, indicators.sensors, "indicators");
    }
    this.#sensors = sensors;
    this.#spec = spec;
    this.#windows = new SensorWindows(sensors, { means: windows, slopes, baseline });
    this.#projector = indicators === undefined ? null : new IndicatorProjector(indicators);
    this.#responses = (indicators?.responses ?? []).map(({ gain, weight }) => ({
      gain: Float32Array.from(gain),
      weight: Float32Array.from(weight),
    }));
    const rows = windows.length + slopes.length;
    const count = indicators?.weights.length ?? 0;
    this.#indicators = new Float64Array((rows + 1) * count);
    this.width =
      (spec.age ? 1 : 0) +
      (indicators ? count * (rows + windows.length + 1) : sensors * (rows + 3));
  }

  /** Begins a new life. */
  reset(): void {
    this.#windows.reset();
  }

  /**
   * Takes the next row and writes its features.
   *
   * @param table Where the row's values lie; NaN is missing.
   * @param from Index of its first value.
   * @param age Time in service.
   * @param out Receives {@link FeatureStream.width} features from `to` on.
   * @param regime Operating regime of the row; indicators weigh rows by it.
   */
  push(
    table: Float32Array,
    from: number,
    age: number,
    out: Float32Array,
    to = 0,
    regime = 0,
  ): void {
    this.#windows.push(table, from, this.#responses[regime] ?? null);
    let at = to;
    if (this.#spec.age) out[at++] = age;
    if (this.#projector === null) this.#write(out, at);
    else this.#project(this.#projector, out, at);
  }

  #write(out: Float32Array, at: number): void {
    const { means, slopes, baseline, deviation } = this.#windows;
    const n = this.#sensors;
    const last = means.length - n;
    for (let k = 0; k < means.length; k++) out[at + k] = means[k];
    const next = at + means.length;
    for (let s = 0; s < n; s++) {
      const shortest = out[at + s];
      out[next + s] = deviation[s];
      out[next + n + s] = shortest - baseline[s];
      out[next + 2 * n + s] = shortest - out[at + last + s];
    }
    for (let k = 0; k < slopes.length; k++) out[next + 3 * n + k] = slopes[k];
  }

  #project(projector: IndicatorProjector, out: Float32Array, at: number): void {
    const { means, slopes, baseline } = this.#windows;
    const n = this.#sensors;
    const levels = this.#indicators;
    const count = this.#spec.indicators?.weights.length ?? 0;
    const windows = means.length / n;
    for (let w = 0; w < windows; w++) projector.project(means, w * n, true, levels, w * count);
    projector.project(baseline, 0, true, levels, windows * count);
    for (let v = 0; v * n < slopes.length; v++) {
      projector.project(slopes, v * n, false, levels, (windows + 1 + v) * count);
    }
    const drift = at + windows * count;
    const trend = drift + windows * count;
    for (let k = 0; k < count; k++) {
      for (let w = 0; w < windows; w++) {
        out[at + w * count + k] = levels[w * count + k];
        out[drift + w * count + k] = levels[w * count + k] - levels[windows * count + k];
      }
      out[trend + k] = levels[k] - levels[(windows - 1) * count + k];
    }
    const rest = levels.subarray((windows + 1) * count);
    for (let k = 0; k < rest.length; k++) out[trend + count + k] = rest[k];
  }
}

type Columned = { sensors: readonly string[]; runs: readonly Tabled[] };
type Tabled = {
  rows: number;
  age: Float64Array;
  table: Float32Array;
  regimes: Uint8Array | null;
};

function ofFleet(fleet: Fleet): Columned {
  const picked = fleet.channels.flatMap((channel, c) => (channel.role === "sensor" ? [c] : []));
  return {
    sensors: picked.map((c) => fleet.channels[c].name),
    runs: fleet.runs.map((run) => ({
      rows: run.rows,
      age: run.age,
      table: pick(run, picked, fleet.channels.length),
      regimes: null,
    })),
  };
}

function pick(run: Run, picked: readonly number[], channels: number): Float32Array {
  const table = new Float32Array(run.rows * picked.length);
  for (let i = 0, at = 0; i < run.rows; i++) {
    for (const c of picked) table[at++] = run.values[i * channels + c];
  }
  return table;
}

function ofNormalised(runs: readonly NormalisedRun[]): Columned {
  const sensors = runs[0]?.sensors ?? [];
  for (const { run, sensors: others } of runs) {
    if (others !== sensors && others.join("\n") !== sensors.join("\n")) {
      throw expected(sensors.join(", "), others.join(", "), `sensors of ${run.machine}`);
    }
  }
  return {
    sensors,
    runs: runs.map(({ run, z, regimes }) => ({ rows: run.rows, age: run.age, table: z, regimes })),
  };
}

function columns(
  sensors: readonly string[],
  spec: FeatureSpec,
): { name: string; sensor: string }[] {
  checkSpec(spec);
  const means = spec.windows.map((w) => `mean${w}`);
  const slopes = (spec.slopes ?? []).map((w) => `slope${w}`);
  const rest =
    spec.indicators === undefined
      ? [`sd${spec.windows.at(-1)}`, "drift"]
      : spec.windows.map((w) => `drift${w}`);
  const kinds = [...means, ...rest, "trend", ...slopes];
  const made = spec.indicators?.weights.map((_, k) => `indicator${k + 1}`) ?? sensors;
  const all = kinds.flatMap((kind) =>
    made.map((sensor) => ({ name: `${sensor}.${kind}`, sensor })),
  );
  return spec.age ? [{ name: "age", sensor: "age" }, ...all] : all;
}

function checkSpec(spec: FeatureSpec): void {
  const slopes = spec.slopes ?? [];
  const lengths = [...spec.windows, ...slopes, spec.baseline];
  const whole = lengths.every((n) => Number.isInteger(n) && n >= 1);
  const ascending = spec.windows.every((w, i) => i === 0 || w > spec.windows[i - 1]);
  if (spec.windows.length === 0 || !whole || !ascending) {
    throw expected("ascending windows and a baseline, whole numbers from 1", spec, "features");
  }
}
