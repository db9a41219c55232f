/** What a machine's state is in words. */

import type {
  ForecastPath,
  HealthState,
  MachineStatus,
  SensorState,
  VersionReason,
} from "@symbion/core";
import { count } from "../../format.ts";

/** A life as people read it: three digits at most. */
export function life(value: number): string {
  const size = Math.abs(value);
  if (size >= 100 || value === 0) return count(value);
  return size >= 10 ? value.toFixed(0) : value.toFixed(1);
}

/** A life with its unit, "34 cycles"; symbols of units stay as they are. */
export function lifeIn(value: number, unit: string): string {
  const text = life(value);
  return unit.length > 2 && text !== "1" ? `${text} ${unit}s` : `${text} ${unit}`;
}

/** Remaining life in one sentence. */
export function remainingText({ forecast, lifeUnit: unit, state }: MachineStatus): string {
  if (state === "failed") return "This life is over";
  if (forecast === null) return "Nothing measured yet";
  const { remaining, low, high, most, reason } = forecast;
  if (remaining === null) return `Don’t know${reason === null ? "" : `: ${reason}`}`;
  const capped = remaining >= 0.98 * most;
  const main = capped
    ? `At least ${lifeIn(low ?? most, unit)}`
    : `About ${lifeIn(remaining, unit)}`;
  if (low === null || capped) return main;
  const end = high === null || high >= most ? "more" : life(high);
  return `${main}, between ${life(low)} and ${end}`;
}

/** How a forecast was made, for people. */
export const PATH_TEXT: Readonly<Record<ForecastPath, string>> = {
  trees: "by boosted trees",
  recurrent: "by a recurrent network",
  stacked: "by several models together",
  "masked-trees": "by trees that learned with values missing",
  neighbours: "with silent sensors filled in from similar machines",
  student: "by a network that learned with sensors missing",
  "count-down": "by counting down since the last data",
};

/** A health state in words. */
export const HEALTH_TEXT: Readonly<Record<HealthState, string>> = {
  healthy: "Healthy",
  watch: "Watch",
  ill: "Ill",
  unknown: "Unknown",
};

/** What is the matter with a sensor. */
export const SENSOR_TEXT: Readonly<Record<SensorState, string>> = {
  good: "good",
  missing: "missing",
  stale: "silent",
  stuck: "stuck",
  "out-of-range": "out of range",
  bad: "bad by its source",
};

/** Why a version was made. */
export const REASON_TEXT: Readonly<Record<VersionReason, string>> = {
  first: "first models",
  failure: "a life ended",
  drift: "something drifted",
  schedule: "by schedule",
  rollback: "rolled back",
};

/** Sensors of a machine that cannot be used now. */
export function faulty(status: MachineStatus): number {
  return status.sensors.filter(({ state }) => state !== "good").length;
}

/** What the card's dot and word say: the machine's own state first, else its health. */
export function stateText({ state, health }: MachineStatus): string {
  if (state === "failed") return "Failed";
  if (state === "silent") return "Silent";
  if (state === "waiting") return "Waiting for data";
  return HEALTH_TEXT[health?.state ?? "unknown"];
}

/** How urgently somebody should look, 0 to 10. */
export function urgency(status: MachineStatus): number {
  const { state, health, forecast } = status;
  if (state === "failed") return 10;
  if (state === "waiting") return 0;
  // What nobody knows is worth a look, but less than what is known to be near its end.
  const near =
    forecast === null || forecast.remaining === null
      ? 0.25
      : 1 - forecast.remaining / forecast.most;
  const ill = health?.state === "ill" ? 4 : health?.state === "watch" ? 2 : 0;
  // In steps, so that cards do not change places with every row.
  return ill + Math.round(4 * Math.max(0, near)) + (state === "silent" ? 1 : 0);
}
