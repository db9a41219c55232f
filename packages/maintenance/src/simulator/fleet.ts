/** A simulated fleet: machines of several kinds that run, wear, fail and begin anew, row after row, for ever. */

import { expected, type MachineSample } from "@symbion/core";
import type { KindDeclaration } from "../learning/types.ts";
import { KIND_MODELS, type KindModel } from "./kinds.ts";
import { type LifeEnd, SimulatedLife, type SimulatedTruth } from "./life.ts";

/** Options of a {@link FleetSimulator}. */
export type SimulatorOptions = {
  /** Decides everything that happens. Default 1. */
  readonly seed?: number;
  /** Number of machines, 1 to 64, evenly spread over the kinds. Default 10. */
  readonly machines?: number;
  /** Ids of the kinds. Default: all. */
  readonly kinds?: readonly string[];
  /** Milliseconds that one row stands for, from 1 on. Default 1000. */
  readonly rowMs?: number;
  /** Whether sensors fail now and then. Default true. */
  readonly sensorFaults?: boolean;
};

/** A machine of a simulated fleet. */
export type SimulatedMachine = {
  /** Unique: `sim-pump-1`. */
  readonly id: string;
  /** What people see: it says that it is simulated. */
  readonly name: string;
  /** Id of its kind. */
  readonly kind: string;
};

/** What a simulated machine does in one row. */
export type SimulatedRow = {
  /** Id of the machine. */
  readonly machine: string;
  /** Id of its kind. */
  readonly kind: string;
  /** What its sensors report; empty while it stands still. */
  readonly samples: readonly MachineSample[];
  /** How its life ended with this row, or null. */
  readonly ended: LifeEnd | null;
  /** What is true of it; null while it stands still. */
  readonly truth: SimulatedTruth | null;
};

/** Where a machine stands: which life, and how many of its rows are over. What comes next follows from it. */
export type SimulatedPosition = {
  /** Number of the life, counted from 0. */
  readonly life: number;
  /** Rows of it that are over, those of the standstill after its end included. */
  readonly row: number;
};

const OPTIONS: readonly string[] = ["seed", "machines", "kinds", "rowMs", "sensorFaults"];
const OWN_UNIT = { offset: 0, factor: 1 };
/** Most machines of a fleet. */
const MOST_MACHINES = 64;
/** Rows for which a machine stands still after its life: it is being repaired. */
const REPAIR_ROWS = 12;
/** A sensor is stale after so many missed reports. */
const MISSED_REPORTS = 6;
/** Rows after which an unchanged value of a sensor is stuck. */
const STUCK_ROWS = 10;
/** Longest life that models tell apart, horizon of warnings: in rows. */
const CAP_ROWS = 300;
const HORIZON_ROWS = 60;

/** The declaration of a simulated kind, with rows of so many milliseconds. */
export function simulatedKind(id: string, rowMs = 1000): KindDeclaration {
  const model = modelOf(id);
  return {
    id: model.id,
    lifeUnit: model.lifeUnit,
    lifePerRow: model.lifePerRow,
    rowMs,
    sensors: model.sensors.map(({ name, unit, role, least, most, every }) => ({
      ...{ name, unit, role, least, most },
      staleAfterMs: MISSED_REPORTS * every * rowMs,
      stuckAfterRows: role === "setting" ? null : STUCK_ROWS,
    })),
    cap: CAP_ROWS * model.lifePerRow,
    horizon: HORIZON_ROWS * model.lifePerRow,
    falseAlarmRate: 0.001,
  };
}

/** Ids of the simulated kinds. */
export const SIMULATED_KINDS: readonly string[] = KIND_MODELS.map(({ id }) => id);

/** The machines of a fleet, without running it. */
export function simulatedMachines(
  options: Pick<SimulatorOptions, "machines" | "kinds"> = {},
): SimulatedMachine[] {
  const { machines = 10, kinds = SIMULATED_KINDS } = options;
  if (!Number.isInteger(machines) || machines < 1 || machines > MOST_MACHINES) {
    throw expected(`a whole number from 1 to ${MOST_MACHINES}`, machines, "machines");
  }
  if (kinds.length === 0) throw expected("at least one kind", kinds, "kinds");
  const models = kinds.map(modelOf);
  return Array.from({ length: machines }, (_, index) => {
    const { id, name } = models[index % models.length];
    const number = Math.floor(index / models.length) + 1;
    const short = id.replace(/^simulated-/, "sim-");
    return { id: `${short}-${number}`, name: `${name} ${number} (simulated)`, kind: id };
  });
}

/** Runs a fleet. The same options and positions give the same rows. */
export class FleetSimulator {
  /** Declarations of its kinds. */
  readonly kinds: readonly KindDeclaration[];
  /** Its machines. */
  readonly machines: readonly SimulatedMachine[];
  readonly #seed: number;
  readonly #sensorFaults: boolean;
  readonly #states: { number: number; life: SimulatedLife; still: number }[];

  /**
   * @param positions Where machines stand, by id; those that are not in it begin their first life.
   * @throws {UsageError} for an unknown option or kind and a value out of range.
   */
  constructor(
    options: SimulatorOptions = {},
    positions: Readonly<Record<string, SimulatedPosition>> = {},
  ) {
    for (const key of Object.keys(options)) {
      if (!OPTIONS.includes(key)) throw expected(`one of ${OPTIONS.join(", ")}`, key, "option");
    }
    const { seed = 1, rowMs = 1000, sensorFaults = true } = options;
    if (!Number.isFinite(seed)) throw expected("a finite number", seed, "seed");
    if (!(rowMs >= 1 && Number.isFinite(rowMs))) {
      throw expected("a number of milliseconds from 1 on", rowMs, "rowMs");
    }
    this.#seed = seed;
    this.#sensorFaults = sensorFaults;
    this.machines = simulatedMachines(options);
    const used = new Set(this.machines.map(({ kind }) => kind));
    this.kinds = [...used].map((id) => simulatedKind(id, rowMs));
    this.#states = this.machines.map((machine) => {
      const { life: number, row } = positions[machine.id] ?? { life: 0, row: 0 };
      const state = { number, life: this.#life(machine, number), still: 0 };
      for (let i = 0; i < row; i++) if (state.life.next() === null) state.still++;
      return state;
    });
  }

  /** One row of every machine, measured at `at` (ms since 1970). */
  step(at: number): SimulatedRow[] {
    return this.machines.map((machine, index) => {
      const { id, kind } = machine;
      // Every second machine of a kind has sensors that report in another unit.
      const number = Number(id.split("-").at(-1));
      const state = this.#states[index];
      const row = state.life.next();
      if (row === null) {
        if (++state.still >= REPAIR_ROWS) {
          state.number++;
          state.life = this.#life(machine, state.number);
          state.still = 0;
        }
        return { machine: id, kind, samples: [], ended: null, truth: null };
      }
      const samples: MachineSample[] = [];
      for (const [place, sensor] of modelOf(kind).sensors.entries()) {
        const report = row.reports[place];
        if (report === null) continue;
        const { unit, offset, factor } = (number % 2 === 0 ? sensor.foreign : null) ?? {
          ...OWN_UNIT,
          unit: sensor.unit,
        };
        samples.push({
          ...{ machine: id, sensor: sensor.name, at, unit, historical: false },
          value: report.value === null ? null : (report.value + offset) * factor,
          quality: report.quality,
        });
      }
      const ended = state.life.row === state.life.rows ? state.life.end : null;
      return { machine: id, kind, samples, ended, truth: row.truth };
    });
  }

  /** Where every machine stands, by id: what a simulator has to be given to go on from here. */
  positions(): Record<string, SimulatedPosition> {
    return Object.fromEntries(
      this.machines.map(({ id }, index) => {
        const { number, life, still } = this.#states[index];
        return [id, { life: number, row: life.row + still }];
      }),
    );
  }

  #life(machine: SimulatedMachine, number: number): SimulatedLife {
    return new SimulatedLife(modelOf(machine.kind), {
      ...{ seed: this.#seed, machine: machine.id, number },
      ...{ sensorFaults: this.#sensorFaults, services: true },
    });
  }
}

/** The model of a kind. Throws `UsageError` for an unknown one. */
export function modelOf(id: string): KindModel {
  const model = KIND_MODELS.find((kind) => kind.id === id);
  if (model === undefined) {
    throw expected(`a simulated kind (${SIMULATED_KINDS.join(", ")})`, id, "kind");
  }
  return model;
}
