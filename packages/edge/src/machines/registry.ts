/** Which machines there are, what they are called, and what each is like now. */

import type { MachineStatus } from "@symbion/core";
import type { KindDeclaration } from "@symbion/maintenance";

/** A machine as the node knows it without any value. */
export type RegisteredMachine = {
  /** Unique within the node. */
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  /** Id of its kind. */
  readonly kind: string;
  /** Whether its data comes from a simulator. */
  readonly simulated: boolean;
};

/** Most machines of a node. */
const MOST_MACHINES = 1024;

/** What machines are called in addresses and topics. */
const MACHINE_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;

/** The machines of a node, declared and met. */
export class Registry {
  #kinds = new Map<string, KindDeclaration>();
  readonly #machines = new Map<string, RegisteredMachine>();
  /** Ids of machines that are in no list: they were met. */
  readonly #met = new Set<string>();
  readonly #statuses = new Map<string, MachineStatus>();

  /** These are declared from now on; returns the ids of those that are gone. Those that were met stay with their kind. */
  configure(kinds: readonly KindDeclaration[], machines: readonly RegisteredMachine[]): string[] {
    this.#kinds = new Map(kinds.map((kind) => [kind.id, kind]));
    const before = [...this.#machines.values()];
    this.#machines.clear();
    for (const machine of machines) this.#machines.set(machine.id, machine);
    const gone: string[] = [];
    for (const machine of before) {
      const now = this.#machines.get(machine.id);
      if (now !== undefined) this.#met.delete(machine.id);
      else if (this.#met.has(machine.id) && this.#kinds.has(machine.kind)) {
        this.#machines.set(machine.id, machine);
      }
      if (this.#machines.get(machine.id)?.kind === machine.kind) continue;
      this.#met.delete(machine.id);
      this.#statuses.delete(machine.id);
      gone.push(machine.id);
    }
    return gone;
  }

  /** A machine, or null if there is none of that id. */
  get(id: string): RegisteredMachine | null {
    return this.#machines.get(id) ?? null;
  }

  /** Takes in a machine that was never seen; a text says why not. */
  adopt(id: string, kind: string | null): RegisteredMachine | string {
    if (kind === null) return `expected a machine of the configuration, got "${id.slice(0, 80)}"`;
    if (!this.#kinds.has(kind)) return `expected a declared kind of machine, got "${kind}"`;
    if (!MACHINE_ID.test(id)) {
      return `expected 1 to 63 letters, digits, - or _ as a machine's id, got ${JSON.stringify(id.slice(0, 80))}`;
    }
    if (this.#machines.size >= MOST_MACHINES) {
      return `expected at most ${MOST_MACHINES} machines, got one more`;
    }
    const machine = { id, name: id, kind, simulated: false };
    this.#machines.set(id, machine);
    this.#met.add(id);
    return machine;
  }

  /** Takes what a monitor tells of a machine, and returns it with its name; null for one that is not there any more. */
  update(kind: string, status: MachineStatus): MachineStatus | null {
    let machine = this.#machines.get(status.id);
    // A machine that was met before a restart is known from its saved state.
    if (machine === undefined) {
      const adopted = this.adopt(status.id, kind);
      if (typeof adopted === "string") return null;
      machine = adopted;
    }
    if (machine.kind !== kind) return null;
    const { name, simulated } = machine;
    const named = { ...status, name, simulated };
    this.#statuses.set(machine.id, named);
    return named;
  }

  /** Every machine, in the order in which they are declared and were met. */
  list(): MachineStatus[] {
    return [...this.#machines.values()].map((machine) => this.#statusOf(machine));
  }

  /** What machines are called. */
  names(): { readonly id: string; readonly name: string; readonly machine: true }[] {
    return [...this.#machines.values()].map(({ id, name }) => ({ id, name, machine: true }));
  }

  /** One machine, or null if there is none of that id. */
  status(id: string): MachineStatus | null {
    const machine = this.#machines.get(id);
    return machine === undefined ? null : this.#statusOf(machine);
  }

  #statusOf(machine: RegisteredMachine): MachineStatus {
    const { id, name, kind, simulated } = machine;
    const known = this.#statuses.get(id);
    if (known !== undefined) return known;
    const declaration = this.#kinds.get(kind);
    return {
      ...{ id, name, kind, simulated, state: "waiting", at: null, age: 0 },
      lifeUnit: declaration?.lifeUnit ?? "",
      ...{ regime: null, health: null, forecast: null },
      sensors: (declaration?.sensors ?? []).map(({ name: sensor, unit, role }) => ({
        ...{ name: sensor, unit, role, value: null, state: "missing" as const, since: 0 },
      })),
      advice: "Nothing has come from it yet.",
    };
  }
}
