/**
 * A monitor without models, for tests of what is around monitors: rows are closed on a grid, ages are counted, and every
 * life's end makes a job due. Values named in the kind's last sensor steer it: 666 makes `take` throw.
 */

import type {
  MachineCurve,
  MachineKind,
  MachineSample,
  MachineStatus,
  ModelVersion,
} from "@symbion/core";
import type {
  KindDeclaration,
  KindMonitor,
  LearnedVersion,
  LearningJob,
} from "@symbion/maintenance";
import type { Learning } from "../../src/machines/learning.ts";

type Machine = {
  id: string;
  age: number;
  row: number;
  at: number | null;
  failed: boolean;
  values: Record<string, number | null>;
  /** The newest row is not closed yet; rows were closed that were not told of. */
  pending: boolean;
  changed: boolean;
  points: [number, number][];
};

type State = {
  machines: Machine[];
  lives: number;
  versions: ModelVersion[];
  job: string | null;
  due: string | null;
  reasons: string[];
};

class DoubleMonitor implements KindMonitor {
  readonly declaration: KindDeclaration;
  state: State = { machines: [], lives: 0, versions: [], job: null, due: null, reasons: [] };

  constructor(declaration: KindDeclaration) {
    this.declaration = declaration;
  }

  take({ machine: id, sensor, value, at }: MachineSample): void {
    if (value === 666) throw new Error("the double was told to throw");
    let machine = this.state.machines.find((one) => one.id === id);
    if (machine === undefined) {
      machine = {
        ...{ id, age: 0, row: 0, at: null, failed: false, values: {} },
        ...{ pending: false, changed: false, points: [] },
      };
      this.state.machines.push(machine);
    }
    if (machine.failed) Object.assign(machine, { failed: false, age: 0 });
    const row = Math.floor(at / this.declaration.rowMs);
    if (machine.pending && row > machine.row) this.#close(machine);
    machine.values[sensor] = value;
    machine.row = row;
    machine.pending = true;
  }

  advance(now: number): MachineStatus[] {
    const row = Math.floor(now / this.declaration.rowMs);
    return this.state.machines.flatMap((machine) => {
      if (machine.pending && machine.row < row) this.#close(machine);
      if (!machine.changed) return [];
      machine.changed = false;
      return [this.#status(machine)];
    });
  }

  #close(machine: Machine): void {
    machine.pending = false;
    machine.changed = true;
    machine.age += this.declaration.lifePerRow;
    machine.at = (machine.row + 1) * this.declaration.rowMs;
    machine.points.push([machine.age, machine.at]);
    if (machine.points.length > 1000) machine.points.shift();
  }

  end(id: string, _at: number, how: "failed" | "serviced"): void {
    const machine = this.state.machines.find((one) => one.id === id);
    if (machine === undefined) return;
    machine.failed = true;
    this.state.lives++;
    this.state.reasons.push(`${id} ${how}`);
    this.state.due = id;
  }

  machines(): MachineStatus[] {
    return this.state.machines.map((machine) => this.#status(machine));
  }

  curve(id: string, points: number): MachineCurve | null {
    const machine = this.state.machines.find((one) => one.id === id);
    if (machine === undefined) return null;
    const shown = machine.points.slice(-points);
    const nothing = shown.map(() => null);
    return {
      ...{ machine: id, age: shown.map(([age]) => age), at: shown.map(([, at]) => at) },
      ...{ remaining: nothing, low: nothing, high: nothing, health: nothing, truth: null },
    };
  }

  kind(): MachineKind {
    const { lives, versions, job, machines } = this.state;
    const { id, lifeUnit } = this.declaration;
    return {
      ...{ id, lifeUnit, machines: machines.length, lives, versions, coverage: null, drifts: [] },
      learning: job === null ? null : "being learned",
    };
  }

  due(): LearningJob | null {
    if (this.state.due === null || this.state.job !== null) return null;
    this.state.job = this.state.due;
    this.state.due = null;
    return {
      kind: this.declaration,
      fleet: { channels: [], lifeUnit: this.declaration.lifeUnit, runs: [] },
      ...{ parent: null, reason: "failure", cause: this.state.job, budgetMs: 100 },
    };
  }

  install({ version }: LearnedVersion): ModelVersion {
    this.state.job = null;
    this.state.versions = [version, ...this.state.versions];
    return version;
  }

  abandon(reason: string): void {
    this.state.job = null;
    this.state.reasons.push(`abandoned: ${reason}`);
  }

  rollback(id: string): ModelVersion | null {
    const found = this.state.versions.find((version) => version.id === id);
    if (found === undefined) return null;
    const version: ModelVersion = { ...found, reason: "rollback", role: "champion" };
    this.state.versions = [version, ...this.state.versions];
    return version;
  }

  save(): Uint8Array {
    return new TextEncoder().encode(JSON.stringify(this.state));
  }

  #status(machine: Machine): MachineStatus {
    const { id, age, at, failed, values } = machine;
    const silent = Object.values(values).every((value) => value === null);
    return {
      ...{ id, name: id, kind: this.declaration.id, simulated: false, at, age },
      state: failed ? "failed" : silent ? "silent" : "live",
      ...{ lifeUnit: this.declaration.lifeUnit, regime: null, forecast: null, advice: "" },
      health: { state: "unknown", index: null, anomaly: null, carriers: [] },
      sensors: this.declaration.sensors.map(({ name, unit, role }) => ({
        ...{ name, unit, role, value: values[name] ?? null, since: at ?? 0 },
        state: values[name] === undefined || values[name] === null ? "missing" : "good",
      })),
    };
  }
}

/** A version as the double learns it. */
export function doubleVersion(kind: string, id: string, text = `learned from ${id}`): ModelVersion {
  return {
    ...{ id, kind, at: Date.now(), parent: null, reason: "failure", machines: [], rows: 0 },
    ...{ sensors: [], normaliser: "none", error: 1, tookMs: 1, role: "champion", text },
  };
}

let number = 0;

/** Learns after `ms` milliseconds of work that keeps its thread busy all the time. */
export function doubleLearning(ms: number): Learning {
  return {
    create: (kind) => new DoubleMonitor(kind),
    restore: (kind, state) => {
      const monitor = new DoubleMonitor(kind);
      monitor.state = JSON.parse(new TextDecoder().decode(state)) as State;
      return monitor;
    },
    learn: (job, progress) => {
      const end = performance.now() + ms;
      while (performance.now() < end) progress(`${Math.round(end - performance.now())} ms left`);
      if (job.cause?.startsWith("crash")) process.exit(7);
      if (job.cause?.startsWith("wrong")) throw new Error("nothing can be learned from it");
      const version = doubleVersion(job.kind.id, `v${++number}`, `learned from ${job.cause}`);
      return { version, state: new Uint8Array(3) };
    },
  };
}
