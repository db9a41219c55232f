/** Reading `machines:`: what cannot be used is left out entry by entry, and names that lead nowhere are problems. */

import { resolve } from "node:path";
import type { KindDeclaration } from "@symbion/maintenance";
import type { z } from "zod";
import { kindSchema, machineSchema, machinesOf, sourceSchema } from "./machine-schema.ts";
import {
  type MachineConfig,
  type MachineSourceConfig,
  type MachinesConfig,
  NO_MACHINES,
} from "./machine-types.ts";
import { kindOf } from "./messages.ts";
import type { Path } from "./yaml-text.ts";

type Raw = Readonly<Record<string, unknown>>;

/** Lists below `machines:`. */
export type MachineSection = "machines.kinds" | "machines.fleet" | "machines.sources";

/** An entry that can be used. */
export type MachineEntry<T> = { readonly id: string; readonly value: T; readonly raw: Raw };

/** What the check of a whole file lends to this part of it. */
export type MachineCheck = {
  /** The value of `machines:`, as it is written. */
  readonly written: unknown;
  /** Base of relative paths. */
  readonly folder: string;
  /** What runs now, with the text that it came from. */
  readonly previous: { readonly value: MachinesConfig; readonly raw: Raw } | null;
  readonly entries: <T>(
    section: MachineSection,
    read: (index: number, id: string, raw: Raw) => { value: T; raw: Raw } | null,
  ) => readonly MachineEntry<T>[];
  readonly parse: <T>(schema: z.ZodType<T>, path: Path) => { readonly data: T } | null;
  /** Reports names that lead nowhere; null where none is left of some. */
  readonly references: (
    path: Path,
    ids: readonly string[],
    known: ReadonlySet<string>,
    what: string,
  ) => readonly string[] | null;
  /** Ids that stand in a list of the file, of broken entries as well. */
  readonly named: (path: Path) => readonly string[];
  readonly report: (path: Path, text: string) => void;
  /** Notes that what is at a path goes on as it was. */
  readonly markKept: (path: Path) => void;
};

/** Checks `machines:`. */
export function checkMachines(check: MachineCheck): {
  readonly value: MachinesConfig;
  readonly raw: Raw;
} {
  const { written, previous } = check;
  if (written === undefined || written === null) return { value: NO_MACHINES, raw: {} };
  if (typeof written !== "object" || Array.isArray(written)) {
    check.report(["machines"], `expected a mapping (keys with values), got ${kindOf(written)}`);
    if (previous !== null) check.markKept(["machines"]);
    return previous ?? { value: NO_MACHINES, raw: {} };
  }
  const kinds = check.entries<KindDeclaration>("machines.kinds", (index, _, raw) => {
    const data = check.parse(kindSchema, ["machines", "kinds", index])?.data;
    return data === undefined ? null : { value: data, raw };
  });
  const knownKinds = new Set([...check.named(["machines", "kinds"]), ...kinds.map(({ id }) => id)]);
  const fleet = check.entries<MachineConfig>("machines.fleet", (index, _, raw) => {
    const path = ["machines", "fleet", index];
    const data = check.parse(machineSchema, path)?.data;
    if (data === undefined) return null;
    const kind = check.references([...path, "kind"], [data.kind], knownKinds, "kind of machine");
    return kind === null ? null : { value: data, raw };
  });
  const knownMachines = new Set([
    ...check.named(["machines", "fleet"]),
    ...fleet.map(({ id }) => id),
  ]);
  const sources = check.entries<MachineSourceConfig>("machines.sources", (index, _, raw) => {
    const path = ["machines", "sources", index];
    const data = check.parse(sourceSchema, path)?.data;
    if (data === undefined) return null;
    const kind = "kind" in data ? data.kind : null;
    if (kind !== null) {
      const found = check.references([...path, "kind"], [kind], knownKinds, "kind of machine");
      if (found === null) return null;
    }
    for (const machine of machinesOf(data)) {
      const at = machinePath(path, raw, machine);
      if (check.references(at, [machine], knownMachines, "machine") === null) return null;
    }
    const value =
      data.type === "replay" ? { ...data, file: resolve(check.folder, data.file) } : data;
    return { value, raw };
  });
  // What was good before may name a kind that is gone.
  const usable = new Set(kinds.map(({ id }) => id));
  const machines = fleet.filter(({ value }) => usable.has(value.kind));
  return {
    value: {
      kinds: kinds.map(({ value }) => value),
      fleet: machines.map(({ value }) => value),
      sources: sources.map(({ value }) => value),
    },
    raw: {
      kinds: kinds.map(({ raw }) => raw),
      fleet: machines.map(({ raw }) => raw),
      sources: sources.map(({ raw }) => raw),
    },
  };
}

/** Where a source names a machine. */
function machinePath(source: Path, raw: Raw, machine: string): Path {
  if (raw.machine === machine) return [...source, "machine"];
  for (const key of ["nodes", "registers"]) {
    const list = raw[key];
    const index = Array.isArray(list)
      ? list.findIndex((item) => (item as Raw | null)?.machine === machine)
      : -1;
    if (index >= 0) return [...source, key, index, "machine"];
  }
  return source;
}
