/** The words of machines as zod schemas; see schemas.ts. */

import {
  FORECAST_PATHS,
  HEALTH_STATES,
  type MachineCarrier,
  type MachineCurve,
  type MachineForecast,
  type MachineHealth,
  type MachineKind,
  type MachineSensor,
  type MachineSource,
  type MachineStatus,
  type ModelVersion,
  type Quality,
  SENSOR_STATES,
  VERSION_REASONS,
} from "@symbion/core";
import { z } from "zod";
import { named } from "./schemas.ts";

const moment = z.number().describe("milliseconds since 1970");
const count = z.int().min(0);
const life = z.number().describe("in the machine's life unit");
const share = z.number().min(0).max(1);
const list = <T>(item: z.ZodType<T>): z.ZodType<readonly T[]> => z.array(item).readonly();
const column = list(z.number().nullable());

/** Names of machines in addresses. */
export const machineId: z.ZodType<string> = named<string>("MachineId")(
  z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/)
    .describe("1 to 63 letters, digits, - or _, the first a letter or digit"),
);

const machineSensor: z.ZodType<MachineSensor> = named<MachineSensor>("MachineSensor")(
  z.strictObject({
    name: z.string(),
    unit: z.string(),
    role: z.enum(["sensor", "setting"]),
    value: z.number().nullable().describe("newest good value"),
    state: z.enum(SENSOR_STATES),
    since: moment,
  }),
);

const machineCarrier: z.ZodType<MachineCarrier> = named<MachineCarrier>("MachineCarrier")(
  z.strictObject({ sensor: z.string(), effect: z.number() }),
);

const machineHealth: z.ZodType<MachineHealth> = named<MachineHealth>("MachineHealth")(
  z.strictObject({
    state: z.enum(HEALTH_STATES),
    index: share.nullable().describe("1 is as new, 0 is failed"),
    anomaly: z.number().min(0).nullable().describe("above 1 is an anomaly"),
    carriers: list(machineCarrier),
  }),
);

const machineForecast: z.ZodType<MachineForecast> = named<MachineForecast>("MachineForecast")(
  z.strictObject({
    at: moment,
    age: life,
    remaining: life.nullable().describe("null: not known, see reason"),
    low: life.nullable().describe("lower end of the 90 % interval"),
    high: life.nullable().describe("upper end; null where none can be given"),
    most: life,
    failure: z.strictObject({ within: life, probability: share }).nullable(),
    path: z.enum(FORECAST_PATHS),
    reason: z.string().nullable(),
    carriers: list(machineCarrier),
    model: z.string(),
  }),
);

/** A machine and what is known of it. */
export const machineStatus: z.ZodType<MachineStatus> = named<MachineStatus>("MachineStatus")(
  z.strictObject({
    id: z.string(),
    name: z.string(),
    kind: z.string(),
    simulated: z.boolean(),
    state: z.enum(["waiting", "live", "silent", "failed"]),
    at: moment.nullable(),
    age: life,
    lifeUnit: z.string(),
    regime: count.nullable(),
    health: machineHealth.nullable(),
    forecast: machineForecast.nullable(),
    sensors: list(machineSensor),
    advice: z.string(),
  }),
);

/** A machine's past. */
export const machineCurve: z.ZodType<MachineCurve> = named<MachineCurve>("MachineCurve")(
  z.strictObject({
    machine: z.string(),
    age: list(z.number()),
    at: list(z.number()),
    remaining: column,
    low: column,
    high: column,
    health: column,
    truth: column.nullable(),
  }),
);

/** A version of the models of a kind. */
export const modelVersion: z.ZodType<ModelVersion> = named<ModelVersion>("ModelVersion")(
  z.strictObject({
    id: z.string(),
    kind: z.string(),
    at: moment,
    parent: z.string().nullable(),
    reason: z.enum(VERSION_REASONS),
    machines: list(z.string()),
    rows: count,
    sensors: list(z.string()),
    normaliser: z.string(),
    error: z.number().nullable().describe("root mean square, in the life unit"),
    tookMs: z.number().min(0),
    role: z.enum(["champion", "challenger", "retired"]),
    text: z.string(),
  }),
);

/** What a kind of machine has learned. */
export const machineKind: z.ZodType<MachineKind> = named<MachineKind>("MachineKind")(
  z.strictObject({
    id: z.string(),
    lifeUnit: z.string(),
    machines: count,
    lives: count,
    versions: list(modelVersion).describe("newest first"),
    learning: z.string().nullable().describe("what an update in progress is doing"),
    coverage: share.nullable(),
    drifts: list(z.strictObject({ at: moment, text: z.string() })),
  }),
);

/** A place that machines' values come from. */
export const machineSource: z.ZodType<MachineSource> = named<MachineSource>("MachineSource")(
  z.strictObject({
    id: z.string(),
    type: z.enum(["sample", "replay", "mqtt", "sparkplug", "opcua", "modbus"]),
    target: z.string().describe("credentials masked"),
    state: z.enum(["starting", "live", "retrying", "ended", "failed"]),
    reason: z.string().nullable(),
    retryAt: moment.nullable(),
    samples: count,
    lastSampleAt: moment.nullable(),
    problems: count,
    problem: z.string().nullable(),
    machines: list(z.string()),
  }),
);

const QUALITIES: readonly [Quality, Quality, Quality, Quality] = [
  "good",
  "uncertain",
  "bad",
  "missing",
];

/** Most values of one push. */
const MOST_VALUES = 5000;
/** Latest moment that JavaScript's dates know. */
const MAX_TIME = 8.64e15;

/** A value that a program pushes. */
export type PushedValue = {
  readonly sensor: string;
  readonly value: number | null;
  readonly at?: number | undefined;
  readonly unit?: string | undefined;
  readonly quality?: Quality | undefined;
  readonly historical?: boolean | undefined;
};

/** Values that a program pushes. */
export type MachinePush = {
  readonly kind?: string | undefined;
  readonly samples: readonly PushedValue[];
};

const time = z.number().min(0).max(MAX_TIME).describe("milliseconds since 1970; default: now");

/** Values that a program pushes. */
export const machinePush: z.ZodType<MachinePush> = named<MachinePush>("MachinePush")(
  z.strictObject({
    kind: z.string().min(1).max(63).optional().describe("what an unknown machine is taken for"),
    samples: z
      .array(
        z.strictObject({
          sensor: z.string().min(1).max(100),
          value: z.number().nullable().describe("null: the source says that there is none"),
          at: time.optional(),
          unit: z.string().max(20).optional().describe("default: the declared one"),
          quality: z.enum(QUALITIES).optional().describe("default: good"),
          historical: z.boolean().optional().describe("stored and sent later; default: false"),
        }),
      )
      .min(1)
      .max(MOST_VALUES)
      .readonly(),
  }),
);

/** What became of pushed values. */
export type MachinePushed = {
  readonly taken: number;
  readonly refused: readonly { readonly index: number; readonly reason: string }[];
  readonly refusedTotal: number;
};

/** What became of pushed values. */
export const machinePushed: z.ZodType<MachinePushed> = named<MachinePushed>("MachinePushed")(
  z.strictObject({
    taken: count,
    refused: list(z.strictObject({ index: count, reason: z.string() })).describe("the first few"),
    refusedTotal: count,
  }),
);

/** The end of a machine's life. */
export type MachineEnd = {
  readonly how: "failed" | "serviced";
  readonly at?: number | undefined;
};

/** The end of a machine's life. */
export const machineEnd: z.ZodType<MachineEnd> = named<MachineEnd>("MachineEnd")(
  z.strictObject({
    how: z.enum(["failed", "serviced"]).describe("serviced: it was made as new before it failed"),
    at: time.optional(),
  }),
);
