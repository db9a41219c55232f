/**
 * Machines: what their sensors say, how healthy they are, how long they will last, and what the models behind these
 * forecasts have learned. Moments are milliseconds since 1970. A machine's life is counted in a unit of its own (cycles,
 * hours of service): its *life unit*.
 */

import type { Quality } from "./insight.ts";

/**
 * What is known of a sensor's newest value. Only `good` values are used: `missing` (none came with the row), `stale`
 * (none for longer than the sensor's own interval allows), `stuck` (the same value for too long), `out-of-range`
 * (beyond what the sensor can measure), `bad` (the source itself says so).
 */
export const SENSOR_STATES = ["good", "missing", "stale", "stuck", "out-of-range", "bad"] as const;

/** One of {@link SENSOR_STATES}. */
export type SensorState = (typeof SENSOR_STATES)[number];

/** One value of one sensor, as it came from a field bus, a file or a push. */
export type MachineSample = {
  /** Id of the machine. */
  readonly machine: string;
  /** Name of the sensor. */
  readonly sensor: string;
  /** When it was measured, by the source's clock. */
  readonly at: number;
  /** Null where the source says that there is no value. */
  readonly value: number | null;
  /** Unit symbol as the source gives it; null: the declared one. */
  readonly unit: string | null;
  /** What the source says of it (OPC UA status, Sparkplug `is_null`); `good` where it says nothing. */
  readonly quality: Quality;
  /** Whether it was stored and sent later: it is learned from, but it is not the machine's present. */
  readonly historical: boolean;
};

/** A sensor and its newest value. */
export type MachineSensor = {
  /** Name, unique within the machine. */
  readonly name: string;
  /** Unit symbol; empty where it has none. */
  readonly unit: string;
  /** Whether it measures the machine, or tells how it is being operated. */
  readonly role: "sensor" | "setting";
  /** Newest good value, or null before the first. */
  readonly value: number | null;
  /** What is known of the newest value. */
  readonly state: SensorState;
  /** Since when it has been in this state. */
  readonly since: number;
};

/** What is carried by one sensor. */
export type MachineCarrier = {
  /** Name of the sensor; `age` for the time in service itself. */
  readonly sensor: string;
  /** How much it moved the result: signed, in the result's own unit. */
  readonly effect: number;
};

/**
 * How healthy a machine is (ISO 13374: health assessment). `unknown`: no model yet, too few sensors, or conditions that
 * no model has seen.
 */
export const HEALTH_STATES = ["healthy", "watch", "ill", "unknown"] as const;

/** One of {@link HEALTH_STATES}. */
export type HealthState = (typeof HEALTH_STATES)[number];

/** State of a machine at one moment. */
export type MachineHealth = {
  /** In words. */
  readonly state: HealthState;
  /** 1 is as new, 0 is failed; null where it is unknown. */
  readonly index: number | null;
  /** How unusual the newest row is, divided by the calibrated threshold: above 1 is an anomaly. Null if unknown. */
  readonly anomaly: number | null;
  /** Sensors that make it unusual, strongest first. */
  readonly carriers: readonly MachineCarrier[];
};

/** How a forecast was made; the one with the least validated error for the sensors that are there. */
export const FORECAST_PATHS = [
  "trees",
  "recurrent",
  "stacked",
  "masked-trees",
  "neighbours",
  "student",
  "count-down",
] as const;

/** One of {@link FORECAST_PATHS}. */
export type ForecastPath = (typeof FORECAST_PATHS)[number];

/** Remaining useful life at one moment (ISO 13381-1: always an interval). Lives are in the machine's life unit. */
export type MachineForecast = {
  /** Moment of the row that it was made from. */
  readonly at: number;
  /** Time in service at that row. */
  readonly age: number;
  /** Best single estimate; null: don't know, see `reason`. */
  readonly remaining: number | null;
  /** Lower and upper end of the 90 % interval; null where unknown. */
  readonly low: number | null;
  /** Upper end; null where unknown, and where the machine is so well that no end can be given. */
  readonly high: number | null;
  /** Longest life that models can tell apart: an estimate of it means "at least". */
  readonly most: number;
  /** Probability of failure within `within`; null where unknown. */
  readonly failure: { readonly within: number; readonly probability: number } | null;
  /** Which way the forecast was made. */
  readonly path: ForecastPath;
  /** Why nothing or less is known ("operating condition never seen", "5 of 14 sensors are silent"), or null. */
  readonly reason: string | null;
  /** Sensors that carried it, strongest first. */
  readonly carriers: readonly MachineCarrier[];
  /** Id of the model version. */
  readonly model: string;
};

/** Why a model version came to be. */
export const VERSION_REASONS = ["first", "failure", "drift", "schedule", "rollback"] as const;

/** One of {@link VERSION_REASONS}. */
export type VersionReason = (typeof VERSION_REASONS)[number];

/** A version of the models of one kind of machine, with where it comes from. */
export type ModelVersion = {
  /** Unique; sorts by making. */
  readonly id: string;
  /** Kind of machine that it is for. */
  readonly kind: string;
  /** When it was made. */
  readonly at: number;
  /** Version that it follows, or null. */
  readonly parent: string | null;
  /** Why it was made. */
  readonly reason: VersionReason;
  /** Ids of the machines whose lives it has learned from. */
  readonly machines: readonly string[];
  /** Rows that it has learned from. */
  readonly rows: number;
  /** Names of the sensors that it knows. */
  readonly sensors: readonly string[];
  /** Version of the normaliser that belongs to it. */
  readonly normaliser: string;
  /** Root mean square error over machines that it had not seen, in the life unit; null before the first. */
  readonly error: number | null;
  /** Time that making it took, milliseconds. */
  readonly tookMs: number;
  /** `champion` answers, `challenger` is measured beside it, `retired` is kept for a rollback. */
  readonly role: "champion" | "challenger" | "retired";
  /** What was new, for people, one line ("learned bearing wear from press-4, which failed after 212 cycles"). */
  readonly text: string;
};

/** A kind of machine: what its members share. */
export type MachineKind = {
  /** Unique. */
  readonly id: string;
  /** What lives are counted in. */
  readonly lifeUnit: string;
  /** Machines of this kind that run now. */
  readonly machines: number;
  /** Whole lives seen so far. */
  readonly lives: number;
  /** Versions, newest first, at most 50. */
  readonly versions: readonly ModelVersion[];
  /** What an update in progress is doing ("fitting, 40 %"), or null. */
  readonly learning: string | null;
  /** Share of past truths that lay in their 90 % intervals (after labels arrived); null before the first. */
  readonly coverage: number | null;
  /** Moments at which drift was found, newest first, at most 20. */
  readonly drifts: readonly { readonly at: number; readonly text: string }[];
};

/** A machine's part in the fleet, as it is told whenever it changes. */
export type MachineStatus = {
  /** Unique. */
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  /** Kind of machine. */
  readonly kind: string;
  /** Whether its data comes from a simulator. */
  readonly simulated: boolean;
  /** `waiting` (nothing came yet), `live`, `silent` (nothing comes any more), `failed` (its life is over). */
  readonly state: "waiting" | "live" | "silent" | "failed";
  /** Moment of the newest row, or null. */
  readonly at: number | null;
  /** Time in service in the life unit. */
  readonly age: number;
  /** Unit of ages and lives. */
  readonly lifeUnit: string;
  /** Operating regime in use now, counted from 0; null where there is none. */
  readonly regime: number | null;
  /** Health, or null before the first row. */
  readonly health: MachineHealth | null;
  /** Forecast, or null before the first row. */
  readonly forecast: MachineForecast | null;
  /** All declared sensors. */
  readonly sensors: readonly MachineSensor[];
  /** One or two sentences about what to do (ISO 13374: advisory generation). */
  readonly advice: string;
};

/** A machine's past, thinned out for a plot: equally long arrays, oldest first. */
export type MachineCurve = {
  /** Id of the machine. */
  readonly machine: string;
  /** Time in service of each point. */
  readonly age: readonly number[];
  /** Moment of each point. */
  readonly at: readonly number[];
  /** Estimates; null where unknown. */
  readonly remaining: readonly (number | null)[];
  /** Lower ends of the 90 % intervals. */
  readonly low: readonly (number | null)[];
  /** Upper ends. */
  readonly high: readonly (number | null)[];
  /** Health index, 0 to 1. */
  readonly health: readonly (number | null)[];
  /** Truth, once the life is over; else null. */
  readonly truth: readonly (number | null)[] | null;
};

/** How a place that machines' values come from is doing. */
export type MachineSource = {
  /** Its id in the configuration. */
  readonly id: string;
  /** How it is reached: `sample` is the simulator. */
  readonly type: "sample" | "replay" | "mqtt" | "sparkplug" | "opcua" | "modbus";
  /** Address with credentials masked, a file, or `simulated`. */
  readonly target: string;
  /**
   * `starting`; `live`; `retrying` (it failed and is tried again at `retryAt`); `ended` (a file is over); `failed` (it is
   * not tried again until the configuration changes).
   */
  readonly state: "starting" | "live" | "retrying" | "ended" | "failed";
  /** Why it does not work, or null. */
  readonly reason: string | null;
  /** When it is tried again (ms since 1970), or null. */
  readonly retryAt: number | null;
  /** Values taken since the node's start. */
  readonly samples: number;
  /** When the newest one came (ms since 1970), or null. */
  readonly lastSampleAt: number | null;
  /** Messages and values that could not be used since the node's start. */
  readonly problems: number;
  /** The latest of these, or null. */
  readonly problem: string | null;
  /** Ids of the machines that it told of. */
  readonly machines: readonly string[];
};
