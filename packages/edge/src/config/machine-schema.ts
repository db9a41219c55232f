// biome-ignore-all lint/suspicious/noTemplateCurlyInString: {NAME} is what topics hold
/** What may stand below `machines:` in `symbion.yaml`; see schema.ts for how such objects are used. */

import type { KindDeclaration } from "@symbion/maintenance";
import { z } from "zod";
import {
  type MachineConfig,
  type MachineSourceConfig,
  type MachinesConfig,
  MODBUS_TABLES,
  MODBUS_TYPES,
  SOURCE_TYPES,
} from "./machine-types.ts";
import { accept, address, flag, id, label, ONE_LINE, seconds } from "./readers.ts";
import { readDuration } from "./units.ts";

/** Most entries of the lists below `machines:`. */
export const MACHINE_LIMITS: Readonly<
  Record<"machines.kinds" | "machines.fleet" | "machines.sources", number>
> = { "machines.kinds": 64, "machines.fleet": 1024, "machines.sources": 64 };

/** Most sensors of a kind, and values that one source reads. */
const MOST_SENSORS = 512;
const MOST_VALUES = 4096;

/** A length of time that may also be "never"; null: never. */
function patience(description: string): z.ZodType<number | null> {
  return accept(
    'a length of time ("30 s", "5 min") or "never"',
    { type: ["string", "number"], description },
    (value): number | null | undefined => {
      if (value === "never") return null;
      const read = readDuration(value);
      return read === undefined || read <= 0 ? undefined : read;
    },
  );
}

const sensorName = z
  .string()
  .min(1)
  .max(100)
  .regex(ONE_LINE, "a text on one line")
  .describe("Name of the sensor, unique within the kind.");

const sensorShape = {
  name: sensorName,
  unit: z
    .string()
    .max(20)
    .regex(ONE_LINE, "a text on one line")
    .describe('Unit symbol: "mm/s", "°C". Default: none.')
    .optional(),
  role: z
    .enum(["sensor", "setting"])
    .describe(
      "sensor: measures the machine; setting: tells how it is operated (speed, load). Default: sensor.",
    )
    .optional(),
  least: z.number().describe("Least value that it can measure. Default: not known.").optional(),
  most: z.number().describe("Greatest value that it can measure. Default: not known.").optional(),
  stale: patience(
    'Longest pause between two values before it is stale, or "never". Default: 10 rows.',
  ).optional(),
  stuck: accept(
    'a whole number of rows from 2 on, or "never"',
    {
      anyOf: [{ type: "integer", minimum: 2 }, { enum: ["never"] }],
      description: 'Rows with the same value before it is stuck, or "never". Default: never.',
    },
    (value): number | null | undefined =>
      value === "never"
        ? null
        : typeof value === "number" && Number.isInteger(value) && value >= 2
          ? value
          : undefined,
  ).optional(),
};

const kindShape = {
  id: id("kind of machine"),
  "life-unit": label("What lives are counted in: h, d, cycle. Default: h.").optional(),
  row: seconds("Time that one row stands for. Default: 1 s.", 0.01, 86_400).optional(),
  "life-per-row": z
    .number()
    .positive()
    .describe(
      "Time in service that one row stands for, in the life unit. Default: the row's length where the unit is a time (s, min, h, d), else 1.",
    )
    .optional(),
  cap: z
    .number()
    .positive()
    .describe("Longest remaining life that is told apart, in the life unit. Default: 125.")
    .optional(),
  horizon: z
    .number()
    .positive()
    .describe("Failures within so much life are warned of, in the life unit. Default: 30.")
    .optional(),
  "false-alarms": z
    .number()
    .min(0.000001)
    .max(0.5)
    .describe("False alarms per row of a healthy machine that are put up with. Default: 0.001.")
    .optional(),
  sensors: z
    .array(z.strictObject(sensorShape).describe("A sensor or setting."))
    .min(1)
    .max(MOST_SENSORS)
    .describe("Sensors and settings of every machine of the kind."),
};

const TIME_UNITS: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600, d: 86_400 };

/** An entry of `machines.kinds:`. */
export const kindSchema: z.ZodType<KindDeclaration> = z
  .strictObject(kindShape)
  .refine(({ sensors }) => new Set(sensors.map(({ name }) => name)).size === sensors.length, {
    message: "sensors with names of their own",
    path: ["sensors"],
  })
  .refine(
    ({ sensors }) =>
      sensors.every(({ least, most }) => least === undefined || most === undefined || least < most),
    { message: 'sensors whose "least" is below their "most"', path: ["sensors"] },
  )
  .transform((values): KindDeclaration => {
    const row = values.row ?? 1;
    const lifeUnit = values["life-unit"] ?? "h";
    const unit = Object.hasOwn(TIME_UNITS, lifeUnit) ? TIME_UNITS[lifeUnit] : undefined;
    return {
      id: values.id,
      lifeUnit,
      lifePerRow: values["life-per-row"] ?? (unit === undefined ? 1 : row / unit),
      rowMs: row * 1000,
      sensors: values.sensors.map(({ name, unit: symbol, role, least, most, stale, stuck }) => ({
        name,
        unit: symbol ?? "",
        role: role ?? "sensor",
        least: least ?? null,
        most: most ?? null,
        staleAfterMs: stale === null ? null : (stale ?? 10 * row) * 1000,
        stuckAfterRows: stuck ?? null,
      })),
      cap: values.cap ?? 125,
      horizon: values.horizon ?? 30,
      falseAlarmRate: values["false-alarms"] ?? 0.001,
    };
  });

const machineShape = {
  id: id("machine, used in addresses, topics and rules"),
  name: label("What the machine is called. Default: its id.").optional(),
  kind: z.string().min(1).describe("Id of its kind."),
};

/** An entry of `machines.fleet:`. */
export const machineSchema: z.ZodType<MachineConfig> = z
  .strictObject(machineShape)
  .transform((values) => ({ id: values.id, name: values.name ?? values.id, kind: values.kind }));

const sourceId = id("source");
const kindOf = z
  .string()
  .min(1)
  .describe("Kind of machines of this source that are in no list. Default: such are refused.")
  .optional();
const failedShape = sensorName
  .describe("Value whose change to true (or not 0) says that the machine has failed.")
  .optional();
const broker = address(
  ["mqtt", "mqtts"],
  "Address of the broker. In its user and password part, ${NAME} and ${secret:NAME} are percent-encoded for you.",
  true,
);
const ofMachine = z
  .string()
  .min(1)
  .describe("Id of the machine. Default: the source's own.")
  .optional();

const nodeShape = {
  machine: ofMachine,
  sensor: sensorName,
  node: z
    .string()
    .regex(/^(?:ns=\d+;)?[isgb]=.+$/, 'a node id, "ns=2;s=Pump.Vibration" for instance')
    .describe('Id of the variable: "ns=2;s=Pump.Vibration".'),
};

const registerShape = {
  machine: ofMachine,
  sensor: sensorName,
  unit: z.int().min(0).max(255).describe("Unit id (slave) on the bus. Default: 1.").optional(),
  table: z.enum(MODBUS_TABLES).describe("Which table it is in. Default: holding.").optional(),
  address: z.int().min(0).max(65_535).describe("Address of its first register, from 0."),
  type: z
    .enum(MODBUS_TYPES)
    .describe("How it is read; -swapped: the low word comes first. Default: uint16.")
    .optional(),
  scale: z.number().describe("What is read is multiplied by this. Default: 1.").optional(),
  offset: z.number().describe("Added after that. Default: 0.").optional(),
};

const machineOfSource = z
  .string()
  .min(1)
  .describe("Id of the machine that values belong to which name none.")
  .optional();

const sourceShapes = {
  sample: {
    id: sourceId,
    type: z.literal("sample").describe("A simulated fleet that comes with the node."),
    machines: z.int().min(1).max(64).describe("Number of machines. Default: 10.").optional(),
    seed: z.int().min(0).describe("Decides everything that happens. Default: 1.").optional(),
  },
  replay: {
    id: sourceId,
    type: z.literal("replay").describe("Rows of a file, played as if they happened now."),
    file: z.string().min(1).describe("CSV or Parquet file, relative to this file."),
    kind: z
      .string()
      .min(1)
      .describe("Kind of its machines. Default: one of its own, by the file's columns.")
      .optional(),
    "machine-column": z
      .string()
      .min(1)
      .describe("Column that names the machine. Default: one that is called so.")
      .optional(),
    "age-column": z
      .string()
      .min(1)
      .describe(
        "Column of the time in service. Default: one that is called so, else rows are counted.",
      )
      .optional(),
    speed: z
      .number()
      .min(0.001)
      .max(100)
      .describe("Rows of each machine per second. Default: 1.")
      .optional(),
    loop: flag("Whether it begins again at its end. Default: false.").optional(),
    fails: flag("Whether a machine has failed with its last row. Default: true.").optional(),
  },
  mqtt: {
    id: sourceId,
    type: z.literal("mqtt").describe("Plain topics of an MQTT broker."),
    url: broker,
    topic: z
      .string()
      .max(200)
      .regex(
        /^(?=[^{}]*\{machine\})(?!.*\{(?!machine\}|sensor\}))[^\s+#$][^\s+#]*$/,
        'a topic with {machine} and, where payloads are single values, {sensor}: "plant/{machine}/{sensor}"',
      )
      .describe('Topic with {machine} and {sensor}: "plant/{machine}/{sensor}".'),
    kind: kindOf,
    failed: failedShape,
  },
  sparkplug: {
    id: sourceId,
    type: z.literal("sparkplug").describe("An MQTT broker with Sparkplug B payloads."),
    url: broker,
    group: z
      .string()
      .regex(/^[^\s/+#]+$/, "a Sparkplug group id")
      .describe("Group to listen to. Default: all.")
      .optional(),
    machine: z
      .string()
      .max(100)
      .regex(
        /^(?=.*\{(?:edge|device)\})(?!.*\{(?!group\}|edge\}|device\}))\S+$/,
        'a text with {group}, {edge} or {device}: "{edge}-{device}"',
      )
      .describe('How machines are called: "{edge}-{device}". Default: "{device}".')
      .optional(),
    kind: kindOf,
    failed: failedShape,
  },
  opcua: {
    id: sourceId,
    type: z.literal("opcua").describe("An OPC UA server. Needs the package node-opcua-client."),
    url: address(["opc.tcp"], "Address of the server, with user and password where needed.", false),
    machine: machineOfSource,
    interval: seconds(
      "Time between two samples of a variable. Default: 1 s.",
      0.01,
      3600,
    ).optional(),
    nodes: z
      .array(z.strictObject(nodeShape).describe("A variable of the server."))
      .min(1)
      .max(MOST_VALUES)
      .describe("Variables to subscribe to."),
    failed: failedShape,
  },
  modbus: {
    id: sourceId,
    type: z.literal("modbus").describe("A Modbus TCP device. Needs the package modbus-serial."),
    url: address(["tcp"], "Address of the device or gateway: tcp://192.168.1.5:502.", true),
    machine: machineOfSource,
    interval: seconds("Time between two rounds. Default: 1 s.", 0.01, 3600).optional(),
    timeout: seconds("Longest wait for an answer. Default: 1 s.", 0.01, 60).optional(),
    registers: z
      .array(z.strictObject(registerShape).describe("A value of the device."))
      .min(1)
      .max(MOST_VALUES)
      .describe("Values to read."),
    failed: failedShape,
  },
};

/** Whether every value names a machine, itself or through its source. */
function named(
  machine: string | undefined,
  values: readonly { readonly machine?: string | undefined }[],
): boolean {
  return machine !== undefined || values.every((value) => value.machine !== undefined);
}

const sourceUnion = z.discriminatedUnion("type", [
  z.strictObject(sourceShapes.sample),
  z.strictObject(sourceShapes.replay),
  z.strictObject(sourceShapes.mqtt),
  z.strictObject(sourceShapes.sparkplug),
  z.strictObject(sourceShapes.opcua),
  z.strictObject(sourceShapes.modbus),
]);

/** An entry of `machines.sources:`; a replay's file is as it is written. */
export const sourceSchema: z.ZodType<MachineSourceConfig> = sourceUnion
  .refine((source) => source.type !== "opcua" || named(source.machine, source.nodes), {
    message: '"machine" here or in every node',
    path: ["nodes"],
  })
  .refine((source) => source.type !== "modbus" || named(source.machine, source.registers), {
    message: '"machine" here or in every register',
    path: ["registers"],
  })
  .refine(
    (source) => source.type !== "replay" || source.kind === undefined || source.speed === undefined,
    { message: '"speed" only without "kind", whose rows have their own length', path: ["speed"] },
  )
  .transform((source) => withDefaults(source));

function withDefaults(source: z.output<typeof sourceUnion>): MachineSourceConfig {
  const { id: own } = source;
  switch (source.type) {
    case "sample":
      return { id: own, type: "sample", machines: source.machines ?? 10, seed: source.seed ?? 1 };
    case "replay":
      return {
        ...{ id: own, type: "replay", file: source.file, kind: source.kind ?? null },
        machineColumn: source["machine-column"] ?? null,
        ageColumn: source["age-column"] ?? null,
        speed: source.speed ?? 1,
        loop: source.loop ?? false,
        fails: source.fails ?? true,
      };
    case "mqtt": {
      const { url, topic } = source;
      return {
        ...{ id: own, type: "mqtt", url, topic },
        ...{ kind: source.kind ?? null, failed: source.failed ?? null },
      };
    }
    case "sparkplug":
      return {
        ...{ id: own, type: "sparkplug", url: source.url, group: source.group ?? null },
        machine: source.machine ?? "{device}",
        ...{ kind: source.kind ?? null, failed: source.failed ?? null },
      };
    case "opcua":
      return {
        ...{ id: own, type: "opcua", url: source.url, failed: source.failed ?? null },
        intervalMs: (source.interval ?? 1) * 1000,
        nodes: source.nodes.map(({ machine, sensor, node }) => ({
          ...{ machine: machine ?? source.machine ?? "", sensor, node },
        })),
      };
    case "modbus":
      return {
        ...{ id: own, type: "modbus", url: source.url, failed: source.failed ?? null },
        intervalMs: (source.interval ?? 1) * 1000,
        timeoutMs: (source.timeout ?? 1) * 1000,
        registers: source.registers.map(({ machine, sensor, address: at, ...register }) => ({
          ...{ machine: machine ?? source.machine ?? "", sensor, address: at },
          unit: register.unit ?? 1,
          table: register.table ?? "holding",
          type: register.type ?? "uint16",
          scale: register.scale ?? 1,
          offset: register.offset ?? 0,
        })),
      };
  }
}

/** Keys of a source; of all types where the type is not known. */
export function sourceKeys(type: unknown): readonly string[] {
  const known = SOURCE_TYPES.find((one) => one === type);
  return known === undefined
    ? [...new Set(Object.values(sourceShapes).flatMap((shape) => Object.keys(shape)))]
    : Object.keys(sourceShapes[known]);
}

function list(item: z.ZodType, name: keyof typeof MACHINE_LIMITS, description: string): z.ZodType {
  return z.array(item).max(MACHINE_LIMITS[name]).describe(description).nullable().optional();
}

/** `machines:` as a whole, for the JSON Schema. */
export const machinesSchema: z.ZodType = z
  .strictObject({
    kinds: list(
      z.strictObject(kindShape).describe("A kind of machine: what its members share."),
      "machines.kinds",
      "Kinds of machines.",
    ),
    fleet: list(
      z.strictObject(machineShape).describe("A machine."),
      "machines.fleet",
      "Machines by name.",
    ),
    sources: list(
      sourceUnion.describe("Where machines' values come from."),
      "machines.sources",
      "Where machines' values come from. Values can also be pushed over HTTP.",
    ),
  })
  .describe("Machines whose health is watched and whose remaining life is forecast.")
  .nullable()
  .optional();

/** Keys by place below `machines:`, those of sources apart. */
export const MACHINE_KEYS: Readonly<Record<string, readonly string[]>> = {
  machines: ["kinds", "fleet", "sources"],
  "machines.kinds.*": Object.keys(kindShape),
  "machines.kinds.*.sensors.*": Object.keys(sensorShape),
  "machines.fleet.*": Object.keys(machineShape),
  "machines.sources.*.nodes.*": Object.keys(nodeShape),
  "machines.sources.*.registers.*": Object.keys(registerShape),
};

/** Whether a source names machines that have to be declared, and which. */
export function machinesOf(source: MachineSourceConfig): readonly string[] {
  if (source.type === "opcua") return [...new Set(source.nodes.map(({ machine }) => machine))];
  if (source.type === "modbus") return [...new Set(source.registers.map(({ machine }) => machine))];
  return [];
}

/** The configuration of machines without a file: a simulated fleet. */
export const SAMPLE_MACHINES: MachinesConfig = {
  kinds: [],
  fleet: [],
  sources: [{ id: "fleet", type: "sample", machines: 10, seed: 1 }],
};
