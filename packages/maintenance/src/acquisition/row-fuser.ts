/**
 * Samples of many sensors, each with its own rate, clock and unit, into one machine's aligned rows. What is wrong with a
 * sample is recorded of its sensor and never thrown.
 */

import { expected, type MachineSample, SENSOR_STATES, type SensorState } from "@symbion/core";
import { STATE_CODE } from "../fleet.ts";
import type { SensorDeclaration } from "../learning/types.ts";
import { type Conversion, conversion } from "./units.ts";

/** How samples become rows. */
export type FusionOptions = {
  /** Milliseconds that a row stands for, from 1; rows begin at multiples of it. */
  readonly rowMs: number;
  /** What a sensor that came several times within a row is in it. Default: mean. */
  readonly within?: "mean" | "last";
  /** How long after its end a row stays open for samples that are late, milliseconds. Default: one row. */
  readonly lateMs?: number;
  /** How far a sensor's clock may be off before its times are corrected, milliseconds. Default: ten rows, at least 5 s. */
  readonly skewMs?: number;
  /** Most rows without any sample that are told of one after another; more are skipped and counted. Default 1000. */
  readonly mostSilent?: number;
};

/** One row of a machine. */
export type FusedRow = {
  /** Beginning of the row, milliseconds since 1970. */
  readonly at: number;
  /** In the order of the declarations; NaN exactly where `states` is not 0. */
  readonly values: Float32Array;
  /** Index into `SENSOR_STATES`. */
  readonly states: Uint8Array;
  /** Sensors of which something came within the row. */
  readonly heard: number;
  /** Made of stored samples that came later: it belongs into the past, and only what is good in it is new. */
  readonly historical: boolean;
};

/**
 * What was noticed of a sensor's samples: `unit` (cannot be converted), `not-a-number`, `duplicate` (same moment as the one
 * before), `backward` (older than the one before, still used), `late` (its row was closed, not used), `skewed` (its clock is
 * off, corrected).
 */
export const SAMPLE_FLAGS = [
  "unit",
  "not-a-number",
  "duplicate",
  "backward",
  "late",
  "skewed",
] as const;

/** One of {@link SAMPLE_FLAGS}. */
export type SampleFlag = (typeof SAMPLE_FLAGS)[number];

/** What is known of a sensor. */
export type SensorRecord = {
  /** Its name. */
  readonly name: string;
  /** State in the newest row. */
  readonly state: SensorState;
  /** Beginning of the row since which it has been in this state, or null before the first row. */
  readonly since: number | null;
  /** Newest good value in the declared unit, or null before the first. */
  readonly value: number | null;
  /** Rows in each state so far. */
  readonly rows: Readonly<Record<SensorState, number>>;
  /** Samples with each flag so far. */
  readonly flags: Readonly<Record<SampleFlag, number>>;
};

/** What one sensor has said within one row. */
type Cell = {
  sum: number;
  good: number;
  last: number;
  lastAt: number;
  outOfRange: number;
  bad: number;
  missing: number;
};

type Sensor = {
  declaration: SensorDeclaration;
  conversions: Map<string, Conversion | null>;
  state: SensorState;
  since: number | null;
  value: number | null;
  /** When the newest good value was measured. */
  valueAt: number;
  /** What the source has said last: it holds until it says something else. */
  said: "good" | "missing" | "bad" | "out-of-range";
  repeats: number;
  lastAt: number;
  skew: number | null;
  rows: Record<SensorState, number>;
  flags: Record<SampleFlag, number>;
};

/** Everything that a {@link RowFuser} remembers, as plain data. */
export type FuserState = {
  /** Samples of undeclared sensors so far. */
  readonly unknown: number;
  /** Rows left out so far. */
  readonly skipped: number;
  /** Number of the first row that is still open, or null before the first sample. */
  readonly next: number | null;
  /** By declaration. */
  readonly sensors: readonly SavedSensor[];
  /** Rows that may still change. */
  readonly open: readonly SavedRow[];
  /** Rows of stored samples that have not been handed out. */
  readonly history: readonly SavedRow[];
};

type SavedSensor = Omit<Sensor, "declaration" | "conversions" | "valueAt" | "lastAt"> & {
  readonly valueAt: number | null;
  readonly lastAt: number | null;
};

type SavedRow = readonly [row: number, cells: readonly (Cell | null)[]];

/** Most rows of stored samples that wait to be handed out. */
const MOST_HISTORY = 100_000;

/** Rows that may be open at once: what lies farther ahead is a clock that is off. */
const MOST_OPEN = 10_000;

/** Fuses the samples of one machine. */
export class RowFuser {
  /** Samples of sensors that nobody has declared. */
  unknown = 0;
  /** Rows that were skipped because nothing came for too long. */
  skipped = 0;
  readonly #rowMs: number;
  readonly #within: "mean" | "last";
  readonly #lateMs: number;
  readonly #skewMs: number;
  readonly #mostSilent: number;
  readonly #sensors: Sensor[];
  readonly #index: ReadonlyMap<string, number>;
  /** Open rows by number. */
  readonly #open = new Map<number, (Cell | undefined)[]>();
  readonly #history = new Map<number, (Cell | undefined)[]>();
  /** First row that is not closed; null before the first sample. */
  #next: number | null = null;

  /** @throws UsageError for options that make no sense, or two sensors of one name. */
  constructor(sensors: readonly SensorDeclaration[], options: FusionOptions) {
    const { rowMs, within = "mean", mostSilent = 1000 } = options;
    if (!(rowMs >= 1)) throw expected("milliseconds from 1", rowMs, "rowMs");
    this.#rowMs = rowMs;
    this.#within = within;
    this.#lateMs = options.lateMs ?? rowMs;
    this.#skewMs = options.skewMs ?? Math.max(10 * rowMs, 5000);
    this.#mostSilent = mostSilent;
    this.#sensors = sensors.map(freshSensor);
    this.#index = new Map(sensors.map((sensor, s) => [sensor.name, s]));
    if (this.#index.size !== sensors.length) {
      const names = sensors.map((sensor) => sensor.name);
      throw expected("sensors with different names", names, "sensors");
    }
  }

  /**
   * Takes a sample.
   *
   * @param arrived When it came, by this machine's clock; with it the source's clock is watched and corrected.
   */
  take(sample: MachineSample, arrived: number | null = null): void {
    const s = this.#index.get(sample.sensor);
    if (s === undefined || !Number.isFinite(sample.at)) {
      this.unknown++;
      return;
    }
    const sensor = this.#sensors[s];
    const at = sample.historical ? sample.at : this.#corrected(sensor, sample.at, arrived);
    const row = Math.floor(at / this.#rowMs);
    if (sample.historical) {
      if (this.#history.size >= MOST_HISTORY && !this.#history.has(row)) sensor.flags.late++;
      else this.#put(this.#history, row, s, sample, at);
      return;
    }
    if (this.#next !== null && row < this.#next) {
      sensor.flags.late++;
      return;
    }
    if (at === sensor.lastAt) {
      sensor.flags.duplicate++;
      return;
    }
    if (at < sensor.lastAt) sensor.flags.backward++;
    else sensor.lastAt = at;
    if (this.#next !== null && row - this.#next > MOST_OPEN && this.#open.size >= MOST_OPEN) {
      sensor.flags.late++;
      return;
    }
    this.#next ??= row;
    this.#put(this.#open, row, s, sample, at);
  }

  /** Closes the rows that are over at `now`, with time for late samples, and returns them, oldest first. */
  advance(now: number): FusedRow[] {
    const rows = this.#pastRows();
    if (this.#next === null) return rows;
    const end = Math.floor((now - this.#lateMs) / this.#rowMs);
    if (this.#next - end > MOST_OPEN) {
      // A first sample from a far future must not make everything after it late.
      this.skipped += this.#open.size;
      this.#open.clear();
      for (const sensor of this.#sensors) sensor.lastAt = Number.NEGATIVE_INFINITY;
      this.#next = null;
      return rows;
    }
    let silent = 0;
    while (this.#next < end) {
      const cells = this.#open.get(this.#next);
      silent = cells === undefined ? silent + 1 : 0;
      if (silent > this.#mostSilent) {
        const heard = Math.min(end, ...this.#open.keys());
        this.skipped += heard - this.#next;
        this.#next = heard;
        silent = 0;
        continue;
      }
      this.#open.delete(this.#next);
      rows.push(this.#close(this.#next, cells ?? []));
      this.#next++;
    }
    return rows;
  }

  /** What is known of each sensor, in the order of the declarations. */
  records(): SensorRecord[] {
    return this.#sensors.map(({ declaration, state, since, value, rows, flags }) => ({
      name: declaration.name,
      state,
      since,
      value,
      rows: { ...rows },
      flags: { ...flags },
    }));
  }

  /** Everything, for {@link RowFuser.restore}. */
  save(): FuserState {
    const rows = (map: ReadonlyMap<number, readonly (Cell | undefined)[]>): SavedRow[] =>
      [...map].map(([row, cells]) => [row, Array.from(cells, (cell) => cell ?? null)]);
    const moment = (at: number): number | null => (Number.isFinite(at) ? at : null);
    return {
      unknown: this.unknown,
      skipped: this.skipped,
      next: this.#next,
      sensors: this.#sensors.map(({ declaration: _, conversions: __, ...rest }) => ({
        ...rest,
        rows: { ...rest.rows },
        flags: { ...rest.flags },
        valueAt: moment(rest.valueAt),
        lastAt: moment(rest.lastAt),
      })),
      open: rows(this.#open),
      history: rows(this.#history),
    };
  }

  /** Goes on where a fuser of the same sensors and options was saved. */
  restore(state: FuserState): void {
    const rows = (saved: readonly SavedRow[], map: Map<number, (Cell | undefined)[]>): void => {
      map.clear();
      for (const [row, cells] of saved) {
        map.set(
          row,
          cells.map((cell) => (cell === null ? undefined : { ...cell })),
        );
      }
    };
    this.unknown = state.unknown;
    this.skipped = state.skipped;
    this.#next = state.next;
    this.#sensors.forEach((sensor, s) => {
      const { valueAt, lastAt, rows: counts, flags, ...rest } = state.sensors[s];
      Object.assign(sensor, rest, {
        rows: { ...counts },
        flags: { ...flags },
        valueAt: valueAt ?? Number.NEGATIVE_INFINITY,
        lastAt: lastAt ?? Number.NEGATIVE_INFINITY,
      });
    });
    rows(state.open, this.#open);
    rows(state.history, this.#history);
  }

  #corrected(sensor: Sensor, at: number, arrived: number | null): number {
    if (arrived === null) return at;
    const offset = arrived - at;
    // Ways can only be longer than the shortest one seen, so the least offset is the clock's; it may creep.
    const creep = Math.max(1, this.#rowMs * 1e-3);
    sensor.skew = sensor.skew === null ? offset : Math.min(offset, sensor.skew + creep);
    if (Math.abs(sensor.skew) <= this.#skewMs) return at;
    sensor.flags.skewed++;
    return at + sensor.skew;
  }

  #put(
    rows: Map<number, (Cell | undefined)[]>,
    row: number,
    s: number,
    sample: MachineSample,
    at: number,
  ): void {
    let cells = rows.get(row);
    if (cells === undefined) {
      cells = [];
      rows.set(row, cells);
    }
    cells[s] ??= { sum: 0, good: 0, last: 0, lastAt: -1, outOfRange: 0, bad: 0, missing: 0 };
    const cell = cells[s];
    const sensor = this.#sensors[s];
    const value = this.#valueOf(sensor, sample);
    if (typeof value === "string") {
      if (value === "missing") cell.missing++;
      else if (value === "bad") cell.bad++;
      else cell.outOfRange++;
      return;
    }
    cell.sum += value;
    cell.good++;
    if (at >= cell.lastAt) {
      cell.last = value;
      cell.lastAt = at;
    }
  }

  /** The value in the declared unit, or what is wrong with it. Only what the source calls good is believed. */
  #valueOf(sensor: Sensor, sample: MachineSample): number | "missing" | "bad" | "out-of-range" {
    if (sample.value === null || sample.quality === "missing") return "missing";
    if (!Number.isFinite(sample.value)) {
      sensor.flags["not-a-number"]++;
      return "bad";
    }
    if (sample.quality !== "good") return "bad";
    const how = this.#conversionOf(sensor, sample.unit);
    if (how === null) {
      sensor.flags.unit++;
      return "bad";
    }
    const value = sample.value * how.scale + how.shift;
    // Rows hold 32-bit numbers.
    if (!Number.isFinite(Math.fround(value))) {
      sensor.flags["not-a-number"]++;
      return "bad";
    }
    const { least, most } = sensor.declaration;
    const outside = (least !== null && value < least) || (most !== null && value > most);
    return outside ? "out-of-range" : value;
  }

  #conversionOf(sensor: Sensor, unit: string | null): Conversion | null {
    if (unit === null) return { scale: 1, shift: 0 };
    let how = sensor.conversions.get(unit);
    if (how === undefined) {
      how = conversion(unit, sensor.declaration.unit);
      // Foreign text must not fill the memory.
      if (sensor.conversions.size < 100) sensor.conversions.set(unit, how);
    }
    return how;
  }

  #close(row: number, cells: readonly (Cell | undefined)[]): FusedRow {
    const at = row * this.#rowMs;
    const values = new Float32Array(this.#sensors.length).fill(Number.NaN);
    const states = new Uint8Array(this.#sensors.length);
    let heard = 0;
    this.#sensors.forEach((sensor, s) => {
      const cell = cells[s];
      if (cell !== undefined) {
        heard++;
        this.#hear(sensor, cell);
      }
      const state = this.#stateOf(sensor, at + this.#rowMs);
      if (state !== sensor.state || sensor.since === null) {
        sensor.state = state;
        sensor.since = at;
      }
      sensor.rows[state]++;
      states[s] = STATE_CODE[state];
      if (state === "good" && sensor.value !== null) values[s] = sensor.value;
    });
    return { at, values, states, heard, historical: false };
  }

  #hear(sensor: Sensor, cell: Cell): void {
    if (cell.good === 0) {
      sensor.said = cell.outOfRange > 0 ? "out-of-range" : cell.bad > 0 ? "bad" : "missing";
      return;
    }
    const value = this.#within === "mean" ? cell.sum / cell.good : cell.last;
    sensor.repeats = value === sensor.value ? sensor.repeats + 1 : 1;
    sensor.value = value;
    sensor.valueAt = cell.lastAt;
    sensor.said = "good";
  }

  /** Slow sensors and those that report changes only are believed until they are stale. */
  #stateOf(sensor: Sensor, now: number): SensorState {
    const { staleAfterMs, stuckAfterRows } = sensor.declaration;
    if (sensor.said !== "good") return sensor.said;
    if (staleAfterMs !== null && now - sensor.valueAt > staleAfterMs) return "stale";
    return stuckAfterRows !== null && sensor.repeats >= stuckAfterRows ? "stuck" : "good";
  }

  #pastRows(): FusedRow[] {
    const rows = [...this.#history.keys()].sort((a, b) => a - b);
    const past = rows.map((row): FusedRow => {
      const cells = this.#history.get(row) ?? [];
      const values = new Float32Array(this.#sensors.length).fill(Number.NaN);
      const states = new Uint8Array(this.#sensors.length).fill(STATE_CODE.missing);
      let heard = 0;
      cells.forEach((cell, s) => {
        if (cell === undefined) return;
        heard++;
        if (cell.good === 0) {
          const wrong = cell.outOfRange > 0 ? "out-of-range" : cell.bad > 0 ? "bad" : "missing";
          states[s] = STATE_CODE[wrong];
          return;
        }
        values[s] = this.#within === "mean" ? cell.sum / cell.good : cell.last;
        states[s] = STATE_CODE.good;
      });
      return { at: row * this.#rowMs, values, states, heard, historical: true };
    });
    this.#history.clear();
    return past;
  }
}

function freshSensor(declaration: SensorDeclaration): Sensor {
  return {
    declaration,
    conversions: new Map(),
    state: "missing",
    since: null,
    value: null,
    valueAt: Number.NEGATIVE_INFINITY,
    said: "missing",
    repeats: 0,
    lastAt: Number.NEGATIVE_INFINITY,
    skew: null,
    rows: counters(SENSOR_STATES),
    flags: counters(SAMPLE_FLAGS),
  };
}

function counters<Name extends string>(names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
}
