/** Sensors that fail while their machine does not: what they report instead, and when. */

import type { Quality } from "@symbion/core";
import type { Draws } from "./draws.ts";
import type { SensorModel } from "./kinds.ts";

/**
 * How a sensor can fail: it says nothing (`dead`), repeats itself (`stuck`), drifts out of what it can measure
 * (`drifting`), or works now and then (`intermittent`).
 */
export const SENSOR_FAULTS = ["dead", "stuck", "drifting", "intermittent"] as const;

/** One of {@link SENSOR_FAULTS}. */
export type SensorFaultKind = (typeof SENSOR_FAULTS)[number];

/** A fault of a sensor during a life. */
export type SensorFault = {
  /** Name of the sensor. */
  readonly sensor: string;
  /** How it fails. */
  readonly kind: SensorFaultKind;
  /** First row of the fault, counted from 0. */
  readonly from: number;
  /** First row after it. */
  readonly to: number;
};

/** Average rows between the beginnings of two faults of one machine. */
const ROWS_BETWEEN = 900;
/** Shortest and longest fault in rows. */
const SHORTEST = 60;
const LONGEST = 260;
/** Rows in which a drifting sensor gets from where it is to beyond what it can measure. */
const DRIFT_ROWS = 30;

/** Draws the faults of a life of so many rows; no two of one sensor overlap. */
export function drawFaults(
  sensors: readonly SensorModel[],
  rows: number,
  draws: Draws,
): SensorFault[] {
  const faults: SensorFault[] = [];
  const measuring = sensors.filter(({ role }) => role === "sensor");
  for (let row = 0; row < rows; row++) {
    if (!draws.chance(1 / ROWS_BETWEEN)) continue;
    const { name } = measuring[draws.index(measuring.length)];
    const kind = SENSOR_FAULTS[draws.index(SENSOR_FAULTS.length)];
    const to = row + SHORTEST + draws.index(LONGEST - SHORTEST);
    if (faults.some((fault) => fault.sensor === name && fault.to > row)) continue;
    faults.push({ sensor: name, kind, from: row, to });
  }
  return faults;
}

/** What a sensor reports; null: nothing at all. */
export type Report = { readonly value: number | null; readonly quality: Quality } | null;

/**
 * What a sensor with a fault reports in a row.
 *
 * @param right What it would report without.
 * @param last What it reported last, or null.
 */
export function faultyReport(
  fault: SensorFault,
  sensor: SensorModel,
  row: number,
  right: number,
  last: number | null,
  draws: Draws,
): Report {
  switch (fault.kind) {
    case "dead":
      return null;
    case "stuck":
      return { value: last ?? right, quality: "good" };
    case "drifting": {
      const beyond = sensor.most + 0.05 * (sensor.most - sensor.least);
      const share = Math.min(1, (row - fault.from + 1) / DRIFT_ROWS);
      return { value: right + share * (beyond - right), quality: "good" };
    }
    case "intermittent":
      if (draws.chance(0.4)) return null;
      return draws.chance(0.3)
        ? { value: null, quality: "bad" }
        : { value: right, quality: "good" };
  }
}
