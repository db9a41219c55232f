/** One life of one simulated machine, from new to failed (or serviced before), row by row. */

import { Draws } from "./draws.ts";
import { drawFaults, faultyReport, type Report, type SensorFault } from "./faults.ts";
import type { KindModel, Physics } from "./kinds.ts";

/** How a life ends. */
export type LifeEnd = "failed" | "serviced";

/** What is true of a machine at a row, which nobody can measure on a real one. */
export type SimulatedTruth = {
  /** Life left after this row in the life unit, if nobody services the machine. */
  readonly remaining: number;
  /** What it will fail by. */
  readonly mode: string;
  /** Damage by failure mode, 0 to 1. */
  readonly damage: Readonly<Record<string, number>>;
  /** Way of operation, index into the kind's regimes. */
  readonly regime: number;
  /** Sensors that have a fault now. */
  readonly faults: readonly SensorFault[];
};

/** A row of a simulated life. */
export type LifeRow = {
  /** Reports by sensor, in the order of the kind's sensors; null where a sensor says nothing. */
  readonly reports: readonly Report[];
  /** What is true. */
  readonly truth: SimulatedTruth;
};

/** Options of a {@link SimulatedLife}. */
export type LifeOptions = {
  /** Seed of the whole simulation. */
  readonly seed: number;
  /** Name of the machine: its peculiarities come with it. */
  readonly machine: string;
  /** Number of its life, counted from 0. */
  readonly number: number;
  /** Whether sensors fail. */
  readonly sensorFaults: boolean;
  /** Whether some lives are ended by service before anything fails. */
  readonly services: boolean;
};

/** Longest life in rows, whatever is drawn. */
const MOST_ROWS = 4000;
/** Share of lives that service ends. */
const SERVICED = 0.12;
/** Rows of a day: air temperature follows it. */
const ROWS_OF_DAY = 240;
/** Persistence of the noise from row to row: sensors' errors are not independent. */
const NOISE_MEMORY = 0.35;

/** A life: everything that happens in it follows from its options. */
export class SimulatedLife {
  /** Rows until it fails. */
  readonly failsAfter: number;
  /** Rows that it has: fewer than {@link SimulatedLife.failsAfter} where it is serviced before. */
  readonly rows: number;
  /** How it ends, after its last row. */
  readonly end: LifeEnd;
  /** Failure mode that ends it, or would have. */
  readonly mode: string;
  readonly #kind: KindModel;
  readonly #regimes: Uint8Array;
  /** Used share of each mode's life: [rows, modes]. */
  readonly #used: Float32Array;
  readonly #faults: readonly SensorFault[];
  readonly #draws: Draws;
  /** Peculiarities of the machine's sensors: offset and gain. */
  readonly #offsets: Float64Array;
  readonly #gains: Float64Array;
  readonly #noise: Float64Array;
  readonly #inert: Float64Array;
  readonly #last: (number | null)[];
  readonly #phase: number;
  #row = 0;

  /** @param kind What kind of machine it is. */
  constructor(kind: KindModel, options: LifeOptions) {
    const { seed, machine, number } = options;
    this.#kind = kind;
    const wear = new Draws(seed, machine, number, "wear");
    const drawn = drawWear(kind, wear);
    this.#regimes = drawn.regimes;
    this.#used = drawn.used;
    this.failsAfter = drawn.rows;
    this.mode = kind.modes[drawn.mode].name;
    const serviced = options.services && wear.chance(SERVICED);
    this.end = serviced ? "serviced" : "failed";
    this.rows = serviced ? Math.ceil(drawn.rows * wear.between(0.55, 0.9)) : drawn.rows;
    this.#faults = options.sensorFaults
      ? drawFaults(kind.sensors, this.rows, new Draws(seed, machine, number, "faults"))
      : [];
    this.#draws = new Draws(seed, machine, number, "noise");
    const own = new Draws(seed, machine, "sensors");
    const count = kind.sensors.length;
    this.#offsets = Float64Array.from(kind.sensors, ({ noise, role }) =>
      role === "setting" ? 0 : 1.5 * noise * own.normal(),
    );
    this.#gains = Float64Array.from(kind.sensors, ({ role }) =>
      role === "setting" ? 1 : 1 + 0.01 * own.normal(),
    );
    this.#noise = new Float64Array(count);
    this.#inert = new Float64Array(count).fill(Number.NaN);
    this.#last = Array.from({ length: count }, () => null);
    this.#phase = new Draws(seed, "weather").between(0, ROWS_OF_DAY);
  }

  /** Rows that were taken. */
  get row(): number {
    return this.#row;
  }

  /** The next row; null after the last. */
  next(): LifeRow | null {
    if (this.#row >= this.rows) return null;
    const row = this.#row++;
    const { sensors, modes, regimes, lifePerRow } = this.#kind;
    const regime = this.#regimes[row];
    const damage: Record<string, number> = {};
    for (const [index, { name, growth }] of modes.entries()) {
      const used = Math.min(1, this.#used[row * modes.length + index]);
      damage[name] = Math.expm1(growth * used) / Math.expm1(growth);
    }
    const ambient = 21 + 4 * Math.sin((2 * Math.PI * (row + this.#phase)) / ROWS_OF_DAY);
    const physics: Physics = { setting: regimes[regime].setting, damage, ambient };
    const faults = this.#faults.filter(({ from, to }) => row >= from && row < to);
    const reports = sensors.map((sensor, index) => {
      // Drawn for every sensor in every row: one sensor's fault changes nothing for the others.
      const noise =
        NOISE_MEMORY * this.#noise[index] + Math.sqrt(1 - NOISE_MEMORY ** 2) * this.#draws.normal();
      this.#noise[index] = noise;
      const ideal = sensor.value(physics) * this.#gains[index] + this.#offsets[index];
      const before = this.#inert[index];
      const slow = Number.isNaN(before)
        ? ideal
        : sensor.inertia * before + (1 - sensor.inertia) * ideal;
      this.#inert[index] = slow;
      const value = within(slow + noise * sensor.noise, sensor.least, sensor.most);
      if (row % sensor.every !== 0) return null;
      const fault = faults.find((one) => one.sensor === sensor.name);
      const report: Report =
        fault === undefined
          ? { value, quality: "good" }
          : faultyReport(fault, sensor, row, value, this.#last[index], this.#draws);
      if (report !== null && report.value !== null) this.#last[index] = report.value;
      return report;
    });
    const remaining = (this.failsAfter - 1 - row) * lifePerRow;
    return { reports, truth: { remaining, mode: this.mode, damage, regime, faults } };
  }
}

/** Ways of operation and used life for every row until the first mode has used all of its own. */
function drawWear(
  { modes, regimes }: KindModel,
  draws: Draws,
): { regimes: Uint8Array; used: Float32Array; rows: number; mode: number } {
  const lives = modes.map(({ rows, spread }) => rows * draws.lognormal(spread));
  const level = modes.map(() => draws.between(0, 0.04));
  const weights = regimes.reduce((sum, { weight }) => sum + weight, 0);
  const visited: number[] = [];
  const used: number[] = [];
  let regime = 0;
  let stay = 0;
  for (let row = 0; ; row++) {
    if (stay-- <= 0) {
      let at = draws.between(0, weights);
      regime = 0;
      while (regime < regimes.length - 1 && at >= regimes[regime].weight) {
        at -= regimes[regime++].weight;
      }
      stay = 8 + draws.index(40);
    }
    visited.push(regime);
    let first = -1;
    for (const [mode, life] of lives.entries()) {
      // Wear is uneven: sometimes nothing for a while, sometimes much at once.
      level[mode] += (regimes[regime].stress / life) * draws.lognormal(0.6) * 0.835;
      used.push(level[mode]);
      if (level[mode] >= 1 && (first < 0 || level[mode] > level[first])) first = mode;
    }
    if (first >= 0 || row + 1 >= MOST_ROWS) {
      const mode = first >= 0 ? first : level.indexOf(Math.max(...level));
      return {
        regimes: Uint8Array.from(visited),
        used: Float32Array.from(used),
        rows: row + 1,
        mode,
      };
    }
  }
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
