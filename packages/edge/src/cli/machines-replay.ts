/**
 * `symbion machines replay`: a table as if it happened now. All machines run beside each other, row by row; every row is
 * forecast before anything of its life's end is known, and models learn when a machine fails.
 */

import { basename } from "node:path";
import type { MachineSample, MachineStatus } from "@symbion/core";
import {
  createMonitor,
  type Fleet,
  type KindDeclaration,
  type KindMonitor,
  type Run,
  runLearningJob,
  STATE_CODE,
} from "@symbion/maintenance";
import { readTable } from "@symbion/maintenance/node";
import { kindOfFleet } from "../machines/sources/replay.ts";
import { defaultCap, figure, type TableCommandOptions, tableOptions } from "./machines.ts";
import { LineWriter } from "./output.ts";
import { Progress } from "./progress.ts";

/** Options of `symbion machines replay`. */
export type ReplayCommandOptions = TableCommandOptions & {
  readonly cap?: number;
  readonly every: number;
  readonly json?: true;
};

/** Rows of a second each, of no particular time. */
const ROW_MS = 1000;

type Told = { readonly row: number; readonly remaining: number; readonly inside: boolean | null };

/** Replays a table and prints forecasts, versions and, at the end, how wrong they were. Throws `UsageError` for a bad table. */
export async function replayCommand(file: string, options: ReplayCommandOptions): Promise<void> {
  const progress = new Progress();
  const out = new LineWriter(process.stdout);
  const json = options.json === true;
  try {
    const { fleet } = await readTable(file, tableOptions(options), (share) =>
      progress.show(`reading ${basename(file)}`, share),
    );
    const cap = options.cap ?? defaultCap(fleet);
    const kind: KindDeclaration = {
      ...kindOfFleet(
        {
          ...{ id: "replay", type: "replay", file, kind: null, speed: 1000 / ROW_MS, loop: false },
          ...{ machineColumn: null, ageColumn: null, fails: true },
        },
        fleet,
      ),
      ...{ cap, horizon: cap / 4 },
    };
    const totals = await play(fleet, kind, {
      progress: (share) => progress.show("replaying", share),
      forecast: (status) => {
        const { forecast } = status;
        if (forecast === null || Math.round(status.age / kind.lifePerRow) % options.every !== 0)
          return;
        progress.end();
        void out.line(json ? JSON.stringify({ forecast: plain(status) }) : sentence(status));
      },
      version: (text) => {
        progress.end();
        void out.line(json ? JSON.stringify({ version: text }) : `--- ${text}`);
      },
    });
    progress.end();
    const { lives, rmse, coverage90, forecasts, rows } = totals;
    await out.line(
      json
        ? JSON.stringify({ totals })
        : `${rows} rows, ${lives} lives ended; ${forecasts} forecasts of these: ` +
            (rmse === null
              ? "none could be judged"
              : `RMSE ${figure(rmse)} ${kind.lifeUnit} (counted up to ${figure(cap)})` +
                (coverage90 === null
                  ? ""
                  : `, 90 % intervals held ${(100 * coverage90).toFixed(0)} %`)),
    );
    await out.flush();
  } finally {
    progress.end();
  }
}

function plain({ id, age, forecast }: MachineStatus): object {
  if (forecast === null) return { machine: id, age };
  const { remaining, low, high, failure, path, reason, model } = forecast;
  return { machine: id, age, remaining, low, high, failure, path, reason, model };
}

function sentence({ id, age, lifeUnit, forecast }: MachineStatus): string {
  const where = `${id} at ${figure(age)} ${lifeUnit}:`;
  if (forecast === null || forecast.remaining === null) {
    return `${where} don't know: ${forecast?.reason ?? "no row yet"}`;
  }
  const { remaining, low, high } = forecast;
  const span =
    low === null
      ? ""
      : high === null
        ? `, at least ${figure(low)}`
        : `, ${figure(low)} to ${figure(high)}`;
  return `${where} ${figure(remaining)} ${lifeUnit} left${span}`;
}

/** Plays all runs beside each other; what a machine's forecasts were worth is known when it fails. */
async function play(
  fleet: Fleet,
  kind: KindDeclaration,
  tell: {
    readonly progress: (share: number) => void;
    readonly forecast: (status: MachineStatus) => void;
    readonly version: (text: string) => void;
  },
): Promise<{
  readonly rows: number;
  readonly lives: number;
  readonly forecasts: number;
  readonly rmse: number | null;
  readonly coverage90: number | null;
}> {
  let clock = 0;
  const monitor: KindMonitor = createMonitor(kind, { now: () => clock });
  const longest = Math.max(0, ...fleet.runs.map(({ rows }) => rows));
  const told = new Map<string, Told[]>();
  const sums = { rows: 0, lives: 0, forecasts: 0, squares: 0, intervals: 0, inside: 0 };
  for (let row = 0; row < longest; row++) {
    for (const run of fleet.runs) {
      if (row < run.rows) for (const sample of rowOf(fleet, run, row)) monitor.take(sample);
    }
    clock = (row + 1) * ROW_MS;
    hear(fleet, kind, told, row, monitor.advance(clock), tell.forecast);
    for (const run of fleet.runs) {
      if (row < run.rows) sums.rows++;
      if (row !== run.rows - 1) continue;
      if (run.remaining !== 0) continue;
      monitor.end(run.machine, clock, "failed");
      sums.lives++;
      judge(told.get(run.machine) ?? [], run, kind, sums);
      told.delete(run.machine);
    }
    const job = monitor.due();
    if (job !== null) {
      const learned = await runLearningJob(job);
      tell.version(monitor.install(learned).text);
    }
    tell.progress((row + 1) / longest);
  }
  const { forecasts, squares, intervals, inside } = sums;
  return {
    ...{ rows: sums.rows, lives: sums.lives, forecasts },
    rmse: forecasts === 0 ? null : Math.sqrt(squares / forecasts),
    coverage90: intervals === 0 ? null : inside / intervals,
  };
}

function hear(
  fleet: Fleet,
  kind: KindDeclaration,
  told: Map<string, Told[]>,
  row: number,
  changed: readonly MachineStatus[],
  tell: (status: MachineStatus) => void,
): void {
  for (const status of changed) {
    tell(status);
    const { forecast } = status;
    if (forecast === null || forecast.remaining === null) continue;
    const run = fleet.runs.find(({ machine }) => machine === status.id);
    if (run === undefined) continue;
    const truth = Math.min(kind.cap, lifeAfter(run, row));
    const { low, high } = forecast;
    const inside = low === null ? null : truth >= low && truth <= (high ?? kind.cap);
    const list = told.get(status.id) ?? [];
    list.push({ row, remaining: forecast.remaining, inside });
    told.set(status.id, list);
  }
}

function lifeAfter(run: Run, row: number): number {
  return (run.age[run.rows - 1] ?? 0) - (run.age[row] ?? 0);
}

function judge(
  told: readonly Told[],
  run: Run,
  kind: KindDeclaration,
  sums: { forecasts: number; squares: number; intervals: number; inside: number },
): void {
  for (const { row, remaining, inside } of told) {
    sums.forecasts++;
    sums.squares += (remaining - Math.min(kind.cap, lifeAfter(run, row))) ** 2;
    if (inside === null) continue;
    sums.intervals++;
    if (inside) sums.inside++;
  }
}

function* rowOf(fleet: Fleet, run: Run, row: number): Generator<MachineSample> {
  const width = fleet.channels.length;
  for (const [index, { name, unit }] of fleet.channels.entries()) {
    const state = run.states[row * width + index];
    if (state === STATE_CODE.missing) continue;
    const good = state === STATE_CODE.good;
    yield {
      ...{ machine: run.machine, sensor: name, at: (row + 0.5) * ROW_MS, historical: false },
      value: good ? (run.values[row * width + index] ?? null) : null,
      unit: unit === "" ? null : unit,
      quality: good ? "good" : "bad",
    };
  }
}
