/** Rows of a file, played as if they happened now: one row of every machine after the other. */

import type { MachineSample } from "@symbion/core";
import { type Fleet, type KindDeclaration, type Run, STATE_CODE } from "@symbion/maintenance";
import type { ReplaySourceConfig } from "../../config/machine-types.ts";
import { type SourceContext, type SourceSession, sleep } from "./source.ts";

/** Sensors of a kind that a file declares: stale after so many rows; lives beyond this many rows are not told apart. */
const STALE_ROWS = 10;
const CAP_ROWS = 125;
const HORIZON_ROWS = 30;

/** What machines of a file are called: what an id may not hold becomes a dash. */
export function replayMachine(source: string, machine: string): string {
  const name = machine.replace(/[^A-Za-z0-9_-]+/g, "-").replace(/^[-_]+|-+$/g, "");
  return `${source}-${name === "" ? "1" : name}`.slice(0, 63);
}

/** A kind as a file's columns declare it. */
export function kindOfFleet(config: ReplaySourceConfig, fleet: Fleet): KindDeclaration {
  const rowMs = 1000 / config.speed;
  const lifePerRow = typicalStep(fleet);
  return {
    ...{ id: config.id, lifeUnit: fleet.lifeUnit, lifePerRow, rowMs },
    sensors: fleet.channels.map((channel) => ({
      ...channel,
      staleAfterMs: STALE_ROWS * rowMs,
      stuckAfterRows: null,
    })),
    cap: CAP_ROWS * lifePerRow,
    horizon: HORIZON_ROWS * lifePerRow,
    falseAlarmRate: 0.001,
  };
}

/** Median time in service from row to row. */
function typicalStep({ runs }: Fleet): number {
  const steps = runs
    .flatMap(({ age, rows }) =>
      Array.from({ length: Math.min(100, rows - 1) }, (_, row) => at(age, row + 1) - at(age, row)),
    )
    .filter((step) => step > 0)
    .sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] ?? 1;
}

function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? Number.NaN;
}

/** Plays a fleet's runs beside each other. */
export function replaySession(
  config: ReplaySourceConfig,
  fleet: Fleet,
  rowMs: number,
): SourceSession {
  const longest = Math.max(0, ...fleet.runs.map(({ rows }) => rows));
  return async (context, signal) => {
    context.live();
    let slot = Math.floor(context.now() / rowMs);
    do {
      for (let row = 0; row < longest; row++) {
        await sleep(Math.max(0, (slot + 1.5) * rowMs - context.now()), signal);
        if (signal.aborted) return;
        slot = Math.max(slot + 1, Math.floor(context.now() / rowMs));
        for (const run of fleet.runs) playRow(config, fleet, run, row, slot, rowMs, context);
      }
      // A machine that begins again is a new one: its old life is over either way.
    } while (config.loop && longest > 0);
  };
}

function playRow(
  config: ReplaySourceConfig,
  { channels }: Fleet,
  run: Run,
  row: number,
  slot: number,
  rowMs: number,
  context: SourceContext,
): void {
  if (row >= run.rows) return;
  const machine = replayMachine(config.id, run.machine);
  const samples: MachineSample[] = [];
  for (const [index, { name, unit }] of channels.entries()) {
    const place = row * channels.length + index;
    const state = at(run.states, place);
    if (state === STATE_CODE.missing) continue;
    const good = state === STATE_CODE.good;
    samples.push({
      ...{ machine, sensor: name, at: (slot + 0.5) * rowMs, unit, historical: false },
      value: good ? at(run.values, place) : null,
      quality: good ? "good" : "bad",
    });
  }
  context.take(samples, config.kind ?? config.id);
  const last = row === run.rows - 1;
  if (last && config.fails && run.remaining === 0) {
    context.end(machine, (slot + 1) * rowMs, "failed");
  } else if (last && config.loop) {
    context.end(machine, (slot + 1) * rowMs, "serviced");
  }
}
