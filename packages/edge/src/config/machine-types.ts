/** Machines in a configuration as the rest of the node takes them: checked, with defaults filled in. */

import type { KindDeclaration } from "@symbion/maintenance";

/** A machine that is declared by name. */
export type MachineConfig = {
  /** Its name in addresses: letters, digits, `-` and `_`, at most 63. */
  readonly id: string;
  /** Its name for people; the id where the file gives none. */
  readonly name: string;
  /** Id of its kind. */
  readonly kind: string;
};

/** Kinds of places that machines' values come from; pushes over HTTP need none. */
export const SOURCE_TYPES = ["sample", "replay", "mqtt", "sparkplug", "opcua", "modbus"] as const;

/** One of {@link SOURCE_TYPES}. */
export type SourceType = (typeof SOURCE_TYPES)[number];

/** A simulated fleet. */
export type SampleSourceConfig = {
  /** Unique within the node. */
  readonly id: string;
  readonly type: "sample";
  /** Number of machines, 1 to 64. */
  readonly machines: number;
  /** Decides everything that happens. */
  readonly seed: number;
};

/** Rows of a file, played as if they happened now. */
export type ReplaySourceConfig = {
  /** Unique within the node. */
  readonly id: string;
  readonly type: "replay";
  /** CSV or Parquet file, absolute. */
  readonly file: string;
  /** Kind of its machines; null: one of its own, declared by the file's columns. */
  readonly kind: string | null;
  /** Column that names the machine; null: one that is called so. */
  readonly machineColumn: string | null;
  /** Column of the time in service; null: one that is called so, else rows are counted. */
  readonly ageColumn: string | null;
  /** Rows of each machine per second. */
  readonly speed: number;
  /** Whether it begins again at its end. */
  readonly loop: boolean;
  /** Whether a machine has failed with its last row. */
  readonly fails: boolean;
};

/** Plain MQTT topics. Credentials stand in the address, in clear: mask before showing. */
export type MqttSourceConfig = {
  /** Unique within the node. */
  readonly id: string;
  readonly type: "mqtt";
  /** Address of the broker, `mqtt://` or `mqtts://`. */
  readonly url: string;
  /** Topic with `{machine}` and, unless payloads are mappings, `{sensor}`. */
  readonly topic: string;
  /** Kind of machines that are in no list; null: only listed ones. */
  readonly kind: string | null;
  /** Sensor whose change to true says that the machine has failed, or null. */
  readonly failed: string | null;
};

/** MQTT with Sparkplug B payloads. Credentials stand in the address, in clear: mask before showing. */
export type SparkplugSourceConfig = {
  /** Unique within the node. */
  readonly id: string;
  readonly type: "sparkplug";
  /** Address of the broker, `mqtt://` or `mqtts://`. */
  readonly url: string;
  /** Group to listen to; null: all. */
  readonly group: string | null;
  /** Id of a machine made of `{group}`, `{edge}` and `{device}`. */
  readonly machine: string;
  /** Kind of machines that are in no list; null: only listed ones. */
  readonly kind: string | null;
  /** Sensor whose change to true says that the machine has failed, or null. */
  readonly failed: string | null;
};

/** A variable of an OPC UA server. */
export type OpcUaNode = {
  /** Id of the machine. */
  readonly machine: string;
  /** Name of the sensor. */
  readonly sensor: string;
  /** Node id, `ns=2;s=Pump.Vibration`. */
  readonly node: string;
};

/** An OPC UA server. Credentials stand in the address, in clear: mask before showing. */
export type OpcUaSourceConfig = {
  /** Unique within the node. */
  readonly id: string;
  readonly type: "opcua";
  /** `opc.tcp://host:port/path`, with user and password where needed. */
  readonly url: string;
  /** Milliseconds between two samples of a variable. */
  readonly intervalMs: number;
  /** What is subscribed to. */
  readonly nodes: readonly OpcUaNode[];
  /** Sensor whose change to true says that the machine has failed, or null. */
  readonly failed: string | null;
};

/** Tables of a Modbus device. */
export const MODBUS_TABLES = ["holding", "input", "coil", "discrete"] as const;
/** How registers are read as a number: big-endian words, the high word first; `-swapped`: the low word first. */
export const MODBUS_TYPES = [
  "int16",
  "uint16",
  "int32",
  "uint32",
  "float32",
  "int32-swapped",
  "uint32-swapped",
  "float32-swapped",
] as const;

/** A value of a Modbus device. */
export type ModbusRegister = {
  /** Id of the machine. */
  readonly machine: string;
  /** Name of the sensor. */
  readonly sensor: string;
  /** Unit id (slave) on the bus, 0 to 255. */
  readonly unit: number;
  /** Which table it is in. */
  readonly table: (typeof MODBUS_TABLES)[number];
  /** Address of its first register, counted from 0. */
  readonly address: number;
  /** How it is read. */
  readonly type: (typeof MODBUS_TYPES)[number];
  /** What is read is multiplied by this, then `offset` is added. */
  readonly scale: number;
  /** Added to the scaled value. */
  readonly offset: number;
};

/** A Modbus TCP device or gateway. */
export type ModbusSourceConfig = {
  /** Unique within the node. */
  readonly id: string;
  readonly type: "modbus";
  /** `tcp://host:port`. */
  readonly url: string;
  /** Milliseconds between two rounds. */
  readonly intervalMs: number;
  /** Milliseconds after which a unit that says nothing is given up for a while. */
  readonly timeoutMs: number;
  /** What is read. */
  readonly registers: readonly ModbusRegister[];
  /** Sensor whose change to true says that the machine has failed, or null. */
  readonly failed: string | null;
};

/** A place that machines' values come from. */
export type MachineSourceConfig =
  | SampleSourceConfig
  | ReplaySourceConfig
  | MqttSourceConfig
  | SparkplugSourceConfig
  | OpcUaSourceConfig
  | ModbusSourceConfig;

/** Everything that is configured of machines. */
export type MachinesConfig = {
  /** Kinds of machines. */
  readonly kinds: readonly KindDeclaration[];
  /** Machines that are declared by name. */
  readonly fleet: readonly MachineConfig[];
  /** Where values come from. */
  readonly sources: readonly MachineSourceConfig[];
};

/** No machines. */
export const NO_MACHINES: MachinesConfig = { kinds: [], fleet: [], sources: [] };
