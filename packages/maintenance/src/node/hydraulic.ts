/**
 * The hydraulic rig of ZeMA (UCI 447): 2205 load cycles of 60 s, sensors of 1, 10 and 100 Hz in a file each, and what was wrong
 * with cooler, valve, pump and accumulator.
 */

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { expected, UsageError } from "@symbion/core";

/** One sensor of the rig. */
export type HydraulicSensor = {
  /** Its name: PS1 to PS6, EPS1, FS1, FS2, TS1 to TS4, VS1, CE, CP, SE. */
  readonly name: string;
  /** Unit symbol. */
  readonly unit: string;
  /** Samples of each load cycle: 60, 600 or 6000. */
  readonly perCycle: number;
  /** [cycles, perCycle]. */
  readonly values: Float32Array;
};

/** What was wrong in each load cycle, as the profile grades it; the columns of `profile.txt`. */
export const HYDRAULIC_PARTS = ["cooler", "valve", "pump", "accumulator", "stable"] as const;

/** One of {@link HYDRAULIC_PARTS}. */
export type HydraulicPart = (typeof HYDRAULIC_PARTS)[number];

/** The rig's data. */
export type HydraulicRig = {
  /** Number of load cycles. */
  readonly cycles: number;
  /** Sensors whose files are there, by name. */
  readonly sensors: readonly HydraulicSensor[];
  /** Grade of each part in each cycle. */
  readonly grades: Readonly<Record<HydraulicPart, Int32Array>>;
};

const UNITS: Readonly<Record<string, string>> = {
  PS: "bar",
  EPS: "W",
  FS: "l/min",
  TS: "°C",
  VS: "mm/s",
  CE: "%",
  CP: "kW",
  SE: "%",
};

/**
 * Reads `profile.txt` and the sensors' files of a folder, `.txt` or `.txt.gz`; not all sensors need be there.
 *
 * @throws UsageError naming file and line.
 */
export async function readHydraulic(folder: string): Promise<HydraulicRig> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw unreadable(folder, cause);
  });
  const profileFile = join(folder, "profile.txt");
  const profile = numbers(await bytesOf(profileFile), profileFile);
  if (profile.columns !== HYDRAULIC_PARTS.length) {
    throw expected(`${HYDRAULIC_PARTS.length} columns`, profile.columns, profileFile);
  }
  const files = names
    .flatMap((file) => {
      const [, name, kind] = /^((E?PS|FS|TS|VS|CE|CP|SE)\d?)\.txt(\.gz)?$/.exec(file) ?? [];
      return name === undefined || kind === undefined ? [] : [{ file, name, kind }];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  if (files.length === 0) throw new UsageError(`${folder}: expected TS1.txt and others, got none`);
  const sensors: HydraulicSensor[] = [];
  for (const { file, name, kind } of files) {
    const path = join(folder, file);
    const { rows, columns, values } = numbers(await bytesOf(path), path);
    if (rows !== profile.rows) throw expected(`${profile.rows} rows, as the profile`, rows, path);
    sensors.push({ name, unit: UNITS[kind] ?? "", perCycle: columns, values });
  }
  const grades = Object.fromEntries(
    HYDRAULIC_PARTS.map((part, c) => [
      part,
      Int32Array.from({ length: profile.rows }, (_, i) => profile.values[i * profile.columns + c]),
    ]),
  ) as Record<HydraulicPart, Int32Array>;
  return { cycles: profile.rows, sensors, grades };
}

const unzip = promisify(gunzip);

async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    const bytes = await readFile(file);
    return file.endsWith(".gz") ? await unzip(bytes) : bytes;
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

/** A matrix of numbers between white space, one row a line. */
function numbers(
  bytes: Uint8Array,
  file: string,
): { rows: number; columns: number; values: Float32Array } {
  const lines = new TextDecoder().decode(bytes).split("\n");
  while (lines.length > 0 && lines[lines.length - 1]?.trim() === "") lines.pop();
  const columns = lines[0]?.trim().split(/\s+/).length ?? 0;
  if (lines.length === 0) throw new UsageError(`${file}: expected numbers, got an empty file`);
  const values = new Float32Array(lines.length * columns);
  lines.forEach((line, i) => {
    const cells = line.trim().split(/\s+/);
    if (cells.length !== columns) {
      throw expected(`${columns} columns`, cells.length, `${file}:${i + 1}`);
    }
    cells.forEach((cell, c) => {
      const value = Number(cell);
      if (!Number.isFinite(value)) throw expected("a number", cell, `${file}:${i + 1}`);
      values[i * columns + c] = value;
    });
  });
  return { rows: lines.length, columns, values };
}

function unreadable(file: string, cause: unknown): UsageError {
  const code = (cause as NodeJS.ErrnoException)?.code ?? "unreadable";
  return new UsageError(`${file}: expected the rig's data, got ${code}`, { cause });
}
