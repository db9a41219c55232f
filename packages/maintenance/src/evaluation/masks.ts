/** Values taken away from complete data, to measure what forecasts are worth without them. */

import { expected } from "@symbion/core";
import { Random } from "@symbion/neural";
import { type Fleet, type Run, STATE_CODE } from "../fleet.ts";

/** What is taken away. Several may be taken together. */
export type Missing = {
  /** Share of all values, each by itself, 0 to 1. */
  readonly mcar: number;
  /** Number of sensors that never say anything, the same ones on all machines. */
  readonly dead: number;
  /** Number of last rows of each machine in which all sensors are silent. */
  readonly blackout: number;
};

/** Nothing is missing. */
export const NOTHING_MISSING: Missing = { mcar: 0, dead: 0, blackout: 0 };

/**
 * Reads `mcar:0.5`, `dead:5`, `blackout:10`, several of them joined by `+`, or `none`.
 *
 * @throws UsageError for anything else.
 */
export function parseMissing(text: string): Missing {
  if (text === "none") return NOTHING_MISSING;
  const missing: Record<keyof Missing, number> = { mcar: 0, dead: 0, blackout: 0 };
  for (const part of text.split("+")) {
    const [kind, amount] = part.split(":", 2) as [keyof Missing, string | undefined];
    const value = amount === undefined || amount.trim() === "" ? Number.NaN : Number(amount);
    const right =
      kind === "mcar" ? value >= 0 && value <= 1 : Number.isInteger(value) && value >= 0;
    if (!Object.hasOwn(missing, kind) || missing[kind] !== 0 || !right) {
      throw expected(
        "none, or mcar:SHARE, dead:SENSORS, blackout:ROWS, joined by +",
        text,
        "missing",
      );
    }
    missing[kind] = value;
  }
  return missing;
}

/** The text that {@link parseMissing} reads. */
export function missingText(missing: Missing): string {
  const parts = (["dead", "mcar", "blackout"] as const).flatMap((kind) =>
    missing[kind] > 0 ? [`${kind}:${missing[kind]}`] : [],
  );
  return parts.length === 0 ? "none" : parts.join("+");
}

/**
 * A fleet without some of its sensors' values; settings stay. What a machine loses depends on the seed and on the machine's
 * id alone, not on other machines or sensors beside those of `sensors`.
 *
 * @param sensors Names of the sensors that dead ones are drawn from, e.g. those that tell anything.
 * @throws UsageError if more sensors shall be dead than there are.
 */
export function maskFleet(
  fleet: Fleet,
  missing: Missing,
  seed: number,
  sensors: readonly string[],
): Fleet {
  if (missing.dead > sensors.length) {
    throw expected(`at most ${sensors.length} dead sensors`, missing.dead, "missing");
  }
  const silent = silenceSensors(fleet, draw(sensors, missing.dead, new Random(seed)));
  if (missing.mcar === 0 && missing.blackout === 0) return silent;
  const columns = columnsOf(fleet, sensors);
  return { ...silent, runs: silent.runs.map((run) => thin(run, missing, seed, columns, fleet)) };
}

/** A fleet in which some sensors never say anything. */
export function silenceSensors(fleet: Fleet, names: readonly string[]): Fleet {
  if (names.length === 0) return fleet;
  const columns = columnsOf(fleet, names);
  const width = fleet.channels.length;
  return {
    ...fleet,
    runs: fleet.runs.map((run) => {
      const values = run.values.slice();
      const states = run.states.slice();
      for (let i = 0; i < run.rows; i++) {
        for (const c of columns) {
          values[i * width + c] = Number.NaN;
          states[i * width + c] = STATE_CODE.missing;
        }
      }
      return { ...run, values, states };
    }),
  };
}

function thin(
  run: Run,
  missing: Missing,
  seed: number,
  columns: readonly number[],
  fleet: Fleet,
): Run {
  const width = fleet.channels.length;
  const values = run.values.slice();
  const states = run.states.slice();
  const random = new Random(seedOf(seed, run.machine));
  for (let i = 0; i < run.rows; i++) {
    const dark = i >= run.rows - missing.blackout;
    for (const c of columns) {
      const lost = random.next() < missing.mcar;
      if (lost) lose(i * width + c);
    }
    if (!dark) continue;
    for (let c = 0; c < width; c++) if (fleet.channels[c].role === "sensor") lose(i * width + c);
  }
  return { ...run, values, states };

  function lose(at: number): void {
    values[at] = Number.NaN;
    states[at] = STATE_CODE.missing;
  }
}

function columnsOf(fleet: Fleet, names: readonly string[]): number[] {
  return names.map((name) => {
    const column = fleet.channels.findIndex((channel) => channel.name === name);
    if (column < 0) throw expected("a sensor of the fleet", name, "sensors");
    return column;
  });
}

/** Some of a list, drawn without putting back (Fisher and Yates). */
function draw(list: readonly string[], count: number, random: Random): string[] {
  const left = [...list];
  for (let i = 0; i < count; i++) {
    const at = i + Math.floor(random.next() * (left.length - i));
    [left[i], left[at]] = [left[at], left[i]];
  }
  return left.slice(0, count);
}

function seedOf(seed: number, machine: string): number {
  let mixed = 0x811c9dc5;
  for (let i = 0; i < machine.length; i++) {
    mixed = Math.imul(mixed ^ machine.charCodeAt(i), 0x01000193);
  }
  return seed * 0x100000000 + (mixed >>> 0);
}
