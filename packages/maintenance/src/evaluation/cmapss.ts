/** The text format of NASA's C-MAPSS turbofan simulations (Saxena et al., PHM 2008), subsets FD001 to FD004. */

import { expected, UsageError } from "@symbion/core";
import { type Channel, type Fleet, type Run, STATE_CODE } from "../fleet.ts";

/** Subsets of C-MAPSS. FD001 and FD003 fly under one condition, FD002 and FD004 under six; 3 and 4 have two faults. */
export const CMAPSS_SETS = ["FD001", "FD002", "FD003", "FD004"] as const;

/** One of {@link CMAPSS_SETS}. */
export type CmapssSet = (typeof CMAPSS_SETS)[number];

/** Longest life that forecasts on C-MAPSS tell apart, in cycles: the convention of the literature. */
export const CMAPSS_CAP = 125;

/** Columns of the files behind unit and cycle, in their order: three settings, then sensors 1 to 21. */
export const CMAPSS_CHANNELS: readonly Channel[] = [
  setting("altitude", "kft"),
  setting("Mach", ""),
  setting("TRA", "%"),
  sensor("T2", "°R"),
  sensor("T24", "°R"),
  sensor("T30", "°R"),
  sensor("T50", "°R"),
  sensor("P2", "psia"),
  sensor("P15", "psia"),
  sensor("P30", "psia"),
  sensor("Nf", "rpm"),
  sensor("Nc", "rpm"),
  sensor("epr", ""),
  sensor("Ps30", "psia"),
  sensor("phi", "pps/psi"),
  sensor("NRf", "rpm"),
  sensor("NRc", "rpm"),
  sensor("BPR", ""),
  sensor("farB", ""),
  sensor("htBleed", ""),
  sensor("Nf_dmd", "rpm"),
  sensor("PCNfR_dmd", "rpm"),
  sensor("W31", "lbm/s"),
  sensor("W32", "lbm/s"),
];

const COLUMNS = CMAPSS_CHANNELS.length + 2;

/**
 * Reads a train or test file. `NaN` is a missing value, an infinity a bad one; everything else that is no number is an
 * error, and so are a wrong number of columns and cycles that do not count up by one.
 *
 * @param file Name for messages.
 * @param remaining `failed` for train files, whose lives end with their last row; for test files the life left of each
 *   unit (see {@link parseCmapssRemaining}).
 * @throws UsageError naming file and line.
 */
export function parseCmapss(
  text: string | Uint8Array,
  file: string,
  remaining: "failed" | Float64Array,
): Fleet {
  const runs: Run[] = [];
  const seen = new Set<string>();
  let unit = "";
  let ages: number[] = [];
  let values: number[] = [];
  let states: number[] = [];

  function close(): void {
    if (unit === "") return;
    const left = remaining === "failed" ? 0 : remaining[runs.length];
    if (left === undefined) {
      throw new UsageError(
        `${file}: expected ${(remaining as Float64Array).length} units, as many as remaining lives, got more`,
      );
    }
    runs.push({
      machine: unit,
      rows: ages.length,
      age: Float64Array.from(ages),
      values: Float32Array.from(values),
      states: Uint8Array.from(states),
      remaining: left,
    });
    ages = [];
    values = [];
    states = [];
  }

  for (const { cells, where } of lines(text, file)) {
    if (cells.length !== COLUMNS) {
      throw new UsageError(`${where}: expected ${COLUMNS} columns, got ${cells.length}`);
    }
    const name = cells[0] as string;
    if (!/^\d+$/.test(name)) throw expected("a unit number", name, `${where}, column 1`);
    const cycle = Number(cells[1]);
    if (name !== unit) {
      close();
      if (seen.has(name)) {
        throw new UsageError(`${where}: expected the rows of unit ${name} in one piece`);
      }
      seen.add(name);
      unit = name;
    }
    const last = ages.at(-1);
    if (last === undefined ? !(cycle >= 1) : cycle !== last + 1) {
      const right = last === undefined ? "a cycle from 1" : `cycle ${last + 1}`;
      throw expected(right, cells[1], `${where}, column 2`);
    }
    ages.push(cycle);
    for (let c = 2; c < COLUMNS; c++) {
      const cell = cells[c] as string;
      const value = Number(cell);
      if (Number.isFinite(value)) {
        values.push(value);
        states.push(STATE_CODE.good);
      } else {
        const state = notANumber(cell);
        if (state === null) throw expected("a number", cell, `${where}, column ${c + 1}`);
        values.push(Number.NaN);
        states.push(state);
      }
    }
  }
  close();
  if (runs.length === 0) throw new UsageError(`${file}: expected rows, got an empty file`);
  if (remaining !== "failed" && runs.length !== remaining.length) {
    throw new UsageError(
      `${file}: expected ${remaining.length} units, as many as remaining lives, got ${runs.length}`,
    );
  }
  return { channels: CMAPSS_CHANNELS, lifeUnit: "cycle", runs };
}

/**
 * Reads a file of remaining lives: one number from 0 a line, in the order of the test file's units.
 *
 * @throws UsageError naming file and line.
 */
export function parseCmapssRemaining(text: string | Uint8Array, file: string): Float64Array {
  const lives: number[] = [];
  for (const { cells, where } of lines(text, file)) {
    const life = Number(cells[0]);
    if (cells.length !== 1 || !(life >= 0 && life < Number.POSITIVE_INFINITY)) {
      throw expected("one number from 0", cells.join(" "), where);
    }
    lives.push(life);
  }
  if (lives.length === 0) throw new UsageError(`${file}: expected lives, got an empty file`);
  return Float64Array.from(lives);
}

/** Lines that are not blank, cut at white space. */
function* lines(
  text: string | Uint8Array,
  file: string,
): Generator<{ cells: string[]; where: string }> {
  const whole = typeof text === "string" ? text : new TextDecoder().decode(text);
  let number = 0;
  for (let from = 0; from < whole.length; ) {
    const end = whole.indexOf("\n", from);
    const to = end < 0 ? whole.length : end;
    const line = whole.slice(from, to).trim();
    from = to + 1;
    number++;
    if (line !== "") yield { cells: line.split(/\s+/), where: `${file}:${number}` };
  }
}

function notANumber(cell: string): number | null {
  if (/^[+-]?nan$/i.test(cell)) return STATE_CODE.missing;
  return /^[+-]?inf(inity)?$/i.test(cell) ? STATE_CODE.bad : null;
}

function sensor(name: string, unit: string): Channel {
  return { name, unit, role: "sensor", least: null, most: null };
}

function setting(name: string, unit: string): Channel {
  return { name, unit, role: "setting", least: null, most: null };
}
