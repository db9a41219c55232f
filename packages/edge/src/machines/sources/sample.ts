/** A simulated fleet: its past is lived in a moment at the first start, and then it goes on, one row after the other. */

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FleetSimulator, type SimulatedPosition, type SimulatedRow } from "@symbion/maintenance";
import type { SampleSourceConfig } from "../../config/machine-types.ts";
import type { LifeEnding, PastRow } from "../messages.ts";
import { type SourceSession, sleep } from "./source.ts";

/** Rows of the past at the first start: most machines have lived and failed twice in it. */
const PAST_ROWS = 1500;
/** Most rows that are lived through after the node was away: an hour. */
const MOST_MISSED = 3600;
/** Rows that are simulated before others get their turn. */
const ROWS_AT_ONCE = 50;

/** What a simulated fleet needs from around it. */
export type SampleHost = {
  /** Folder where it notes where it is, or null. */
  readonly folder: string | null;
  /** Resolves when the monitors of a kind are there: whether they know what was before. */
  readonly restored: (kinds: readonly string[]) => Promise<boolean>;
  /** Rows of the past for one kind. */
  readonly past: (kind: string, rows: readonly PastRow[], last: boolean) => void;
};

/** Where a fleet was left. */
type Left = {
  readonly row: number;
  readonly machines: Readonly<Record<string, SimulatedPosition>>;
};

/** A simulated fleet that goes on where it was. */
export class SampleFleet {
  readonly #config: SampleSourceConfig;
  readonly #host: SampleHost;
  /** One simulator per kind: kinds may begin and go on apart. */
  readonly #simulators = new Map<string, FleetSimulator>();
  /** Number of the last row that was lived, counted from 1970; null before the first. */
  #row: number | null = null;

  constructor(config: SampleSourceConfig, host: SampleHost) {
    this.#config = config;
    this.#host = host;
  }

  /** Kinds whose monitors still wait for the past: the present must not come before it. */
  get waiting(): readonly string[] {
    const { machines, seed } = this.#config;
    return new FleetSimulator({ machines, seed }).kinds
      .map(({ id }) => id)
      .filter((id) => !this.#simulators.has(id));
  }

  /** Runs it until it is told to end. */
  readonly session: SourceSession = async (context, signal) => {
    const { machines, seed } = this.#config;
    const all = new FleetSimulator({ machines, seed });
    const left = this.#read();
    for (const { id, rowMs } of all.kinds) {
      const restored = await this.#host.restored([id]);
      if (signal.aborted) return;
      if (this.#simulators.has(id)) continue;
      const own = all.machines.filter(({ kind }) => kind === id);
      const options = { machines: own.length, seed, kinds: [id], rowMs };
      const row = Math.floor(context.now() / rowMs);
      const missed = row - 1 - (left?.row ?? 0);
      if (!restored) {
        await this.#live(id, new FleetSimulator(options), row - PAST_ROWS, PAST_ROWS);
      } else if (left !== null && missed >= 0 && missed <= MOST_MISSED) {
        // Machines do not stand still because nobody looks.
        await this.#live(id, new FleetSimulator(options, left.machines), left.row + 1, missed);
      } else {
        // Too long away to live through: all of them were made as new meanwhile.
        for (const machine of own) context.end(machine.id, row * rowMs, "serviced");
        const next = own.map((machine) => {
          const life = (left?.machines[machine.id]?.life ?? 0) + 1;
          return [machine.id, { life, row: 0 }] as const;
        });
        await this.#live(id, new FleetSimulator(options, Object.fromEntries(next)), row, 0);
      }
      if (signal.aborted) return;
    }
    context.live();
    const [rowMs = 1000] = all.kinds.map((kind) => kind.rowMs);
    this.#row = Math.floor(context.now() / rowMs) - 1;
    this.save();
    while (!signal.aborted) {
      // In the middle of a row, so that no value is counted to its neighbours.
      await sleep(Math.max(0, (this.#row + 1.5) * rowMs - context.now()), signal);
      if (signal.aborted) return;
      // A machine that was asleep goes on now, and does not live through what it missed.
      this.#row = Math.max(this.#row + 1, Math.floor(context.now() / rowMs));
      const row = this.#row;
      let over = false;
      for (const simulator of this.#simulators.values()) {
        for (const { samples, ended, machine } of simulator.step((row + 0.5) * rowMs)) {
          context.take(samples, null);
          if (ended === null) continue;
          context.end(machine, (row + 1) * rowMs, ended);
          over = true;
        }
      }
      // Monitors note the ends of lives at once: the next start must not tell them again.
      if (over) this.save();
    }
  };

  /** Notes where it is, for the next start. What cannot be written is lived anew. */
  save(): void {
    const { folder } = this.#host;
    if (folder === null || this.#row === null) return;
    const machines: Record<string, SimulatedPosition> = {};
    for (const simulator of this.#simulators.values()) {
      Object.assign(machines, simulator.positions());
    }
    const path = this.#path(folder);
    try {
      mkdirSync(folder, { recursive: true });
      writeFileSync(`${path}.new`, JSON.stringify({ row: this.#row, machines } satisfies Left));
      renameSync(`${path}.new`, path);
    } catch {
      // The store tells of a disk that takes nothing.
    }
  }

  /** Lives through rows of the past, and lets the kind's monitor go on to the present. */
  async #live(
    kind: string,
    simulator: FleetSimulator,
    first: number,
    count: number,
  ): Promise<void> {
    const [rowMs = 1000] = simulator.kinds.map((one) => one.rowMs);
    let row = first;
    do {
      const rows: PastRow[] = [];
      for (const end = Math.min(first + count, row + ROWS_AT_ONCE); row < end; row++) {
        rows.push(pastRow(simulator.step((row + 0.5) * rowMs), (row + 1) * rowMs));
      }
      const last = row >= first + count;
      if (last) this.#simulators.set(kind, simulator);
      this.#host.past(kind, rows, last);
      await new Promise((resolve) => setImmediate(resolve));
    } while (row < first + count);
  }

  #path(folder: string): string {
    return join(folder, `${this.#config.id}.positions.json`);
  }

  #read(): Left | null {
    if (this.#host.folder === null) return null;
    let read: unknown;
    try {
      read = JSON.parse(readFileSync(this.#path(this.#host.folder), "utf8"));
    } catch {
      return null;
    }
    const { row, machines } = Object(read) as Record<string, unknown>;
    if (typeof row !== "number" || !Number.isSafeInteger(row)) return null;
    const entries = Object.entries(Object(machines) as object);
    return { row, machines: Object.fromEntries(entries.filter(([, value]) => isPosition(value))) };
  }
}

function pastRow(machines: readonly SimulatedRow[], now: number): PastRow {
  return {
    now,
    samples: machines.flatMap(({ samples }) => samples),
    endings: machines.flatMap(({ machine, ended }): LifeEnding[] =>
      ended === null ? [] : [{ machine, at: now, how: ended }],
    ),
  };
}

function isPosition(value: unknown): value is SimulatedPosition {
  if (typeof value !== "object" || value === null) return false;
  const { life, row } = value as Record<string, unknown>;
  return [life, row].every(
    (number) =>
      typeof number === "number" && Number.isInteger(number) && number >= 0 && number < 1e6,
  );
}
