/** All sources of a node: those whose entries stay as they were go on undisturbed when the configuration changes. */

import type { MachineSample, MachineSource } from "@symbion/core";
import type { KindDeclaration } from "@symbion/maintenance";
import type { MachineSourceConfig, MachinesConfig } from "../../config/machine-types.ts";
import { reasonOf } from "../monitors.ts";
import type { RegisteredMachine } from "../registry.ts";
import type { SampleFleet, SampleHost } from "./sample.ts";
import { HopelessError, SourceRunner, type SourceSession } from "./source.ts";

/** What sources need from around them. */
export type SourcesHost = SampleHost & {
  /** Takes values; returns why each refused machine was. */
  readonly take: (
    samples: readonly MachineSample[],
    kind: string | null,
  ) => ReadonlyMap<string, string>;
  readonly end: (machine: string, at: number, how: "failed" | "serviced") => void;
  readonly log: (text: string) => void;
  readonly now: () => number;
};

/** A source that is ready to run, with what it brings along. */
type Prepared = {
  readonly key: string;
  readonly config: MachineSourceConfig;
  readonly kinds: readonly KindDeclaration[];
  readonly machines: readonly RegisteredMachine[];
  readonly session: SourceSession;
  readonly fleet: SampleFleet | null;
  runner: SourceRunner | null;
};

/** Kinds and machines that there are. */
export type Inventory = {
  readonly kinds: readonly KindDeclaration[];
  readonly machines: readonly RegisteredMachine[];
};

/** Runs the sources. */
export class Sources {
  readonly #host: SourcesHost;
  #prepared: readonly Prepared[] = [];
  #sensors: ReadonlySet<string> = new Set();

  constructor(host: SourcesHost) {
    this.#host = host;
  }

  /** Ends sources that are gone or others now, and prepares the new ones; {@link Sources.start} lets these run. */
  async configure(config: MachinesConfig): Promise<Inventory> {
    const keyOf = (source: MachineSourceConfig): string => {
      const named = "kind" in source ? source.kind : null;
      return JSON.stringify([source, config.kinds.find(({ id }) => id === named) ?? null]);
    };
    const kept = new Map(this.#prepared.map((source) => [source.key, source]));
    const next = await Promise.all(
      config.sources.map(async (source) => {
        const key = keyOf(source);
        const known = kept.get(key);
        kept.delete(key);
        return known ?? (await this.#prepare(key, source, config));
      }),
    );
    await Promise.all([...kept.values()].map(({ runner }) => runner?.stop()));
    this.#prepared = next;
    const kinds = new Map<string, KindDeclaration>();
    const machines = new Map<string, RegisteredMachine>();
    for (const kind of config.kinds) kinds.set(kind.id, kind);
    for (const { id, name, kind } of config.fleet) {
      machines.set(id, { id, name, kind, simulated: false });
    }
    for (const source of next) {
      for (const kind of source.kinds) if (!kinds.has(kind.id)) kinds.set(kind.id, kind);
      for (const machine of source.machines) {
        if (machines.has(machine.id)) continue;
        machines.set(machine.id, machine);
      }
    }
    const list = [...kinds.values()];
    this.#sensors = new Set(list.flatMap(({ sensors }) => sensors.map(({ name }) => name)));
    return { kinds: list, machines: [...machines.values()] };
  }

  /** Lets prepared sources run. */
  start(): void {
    for (const source of this.#prepared) source.runner ??= this.#run(source);
  }

  /** How the sources are doing. */
  status(): readonly MachineSource[] {
    return this.#prepared.flatMap(({ runner }) => (runner === null ? [] : [runner.status()]));
  }

  /** Kinds whose monitors are to be told of the past before the present. */
  waiting(): readonly string[] {
    return this.#prepared.flatMap(({ fleet }) => fleet?.waiting ?? []);
  }

  /** Lets simulated fleets note where they are. */
  save(): void {
    for (const { fleet, runner } of this.#prepared) if (runner !== null) fleet?.save();
  }

  /** Ends all of them. */
  async stop(): Promise<void> {
    this.save();
    await Promise.all(this.#prepared.map(({ runner }) => runner?.stop()));
  }

  #run({ config, session }: Prepared): SourceRunner {
    const { take, end, log, now } = this.#host;
    return new SourceRunner({
      ...{ id: config.id, type: config.type, target: targetOf(config), session },
      failed: "failed" in config ? config.failed : null,
      ...{ take, end, log, now },
    });
  }

  async #prepare(
    key: string,
    source: MachineSourceConfig,
    config: MachinesConfig,
  ): Promise<Prepared> {
    const common = { key, config: source, kinds: [], machines: [], fleet: null, runner: null };
    try {
      switch (source.type) {
        case "sample": {
          const [{ FleetSimulator }, { SampleFleet: Fleet }] = await Promise.all([
            import("@symbion/maintenance"),
            import("./sample.ts"),
          ]);
          const { machines, seed } = source;
          const simulator = new FleetSimulator({ machines, seed });
          const fleet = new Fleet(source, this.#host);
          return {
            ...{ ...common, fleet, session: fleet.session, kinds: simulator.kinds },
            machines: simulator.machines.map((machine) => ({ ...machine, simulated: true })),
          };
        }
        case "replay":
          return { ...common, ...(await this.#prepareReplay(source, config)) };
        case "mqtt": {
          const { mqttSession } = await import("./mqtt.ts");
          return { ...common, session: mqttSession(source) };
        }
        case "sparkplug": {
          const { sparkplugSession } = await import("./sparkplug.ts");
          return { ...common, session: sparkplugSession(source, () => this.#sensors) };
        }
        case "opcua": {
          const { opcUaSession } = await import("./opcua.ts");
          return { ...common, session: opcUaSession(source) };
        }
        case "modbus": {
          const { modbusSession } = await import("./modbus.ts");
          return { ...common, session: modbusSession(source) };
        }
      }
    } catch (error) {
      return { ...common, session: () => Promise.reject(new HopelessError(reasonOf(error))) };
    }
  }

  async #prepareReplay(
    source: Extract<MachineSourceConfig, { type: "replay" }>,
    { kinds }: MachinesConfig,
  ): Promise<Pick<Prepared, "kinds" | "machines" | "session">> {
    const [{ readTable }, { kindOfFleet, replayMachine, replaySession }] = await Promise.all([
      import("@symbion/maintenance/node"),
      import("./replay.ts"),
    ]);
    const { fleet } = await readTable(source.file, {
      ...(source.machineColumn === null ? {} : { machine: source.machineColumn }),
      ...(source.ageColumn === null ? {} : { age: source.ageColumn }),
      ended: source.fails ? "failed" : "running",
      text: "bad",
    });
    const kind = kinds.find(({ id }) => id === source.kind) ?? kindOfFleet(source, fleet);
    return {
      kinds: [kind],
      machines: fleet.runs.map(({ machine }) => {
        const id = replayMachine(source.id, machine);
        return { id, name: id, kind: kind.id, simulated: false };
      }),
      session: replaySession(source, fleet, kind.rowMs),
    };
  }
}

function targetOf(config: MachineSourceConfig): string {
  if (config.type === "sample") return "simulated";
  return config.type === "replay" ? config.file : config.url;
}
