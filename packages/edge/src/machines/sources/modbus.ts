/**
 * Modbus TCP: registers are read in rounds, neighbours in one request. A unit that says nothing, or refuses, is asked more
 * and more seldom, and keeps no other unit waiting; a connection that is lost is the source's to make anew.
 */

import type { MachineSample } from "@symbion/core";
import type { ModbusRegister, ModbusSourceConfig } from "../../config/machine-types.ts";
import { reasonOf } from "../monitors.ts";
import { optional, type SourceContext, type SourceSession, sleep } from "./source.ts";

/** Most registers and bits of one request (Modbus application protocol 1.1b3, 6.1 to 6.4), and unused ones between two used. */
const MOST_WORDS = 120;
const MOST_BITS = 1900;
const MOST_GAP = 8;
/** Rounds that a mute unit is left out of: doubled from 1 to this. */
const LONGEST_SILENCE = 64;
/** Port of Modbus where the address names none. */
const PORT = 502;

/** Its types name the class as an export; what it exports is the class itself. */
async function loadModbus(): Promise<typeof import("modbus-serial/ModbusRTU.js")["ModbusRTU"]> {
  const module = (await import("modbus-serial")) as unknown as {
    readonly default: typeof import("modbus-serial/ModbusRTU.js")["ModbusRTU"];
  };
  return module.default;
}

type Client = import("modbus-serial/ModbusRTU.js").ModbusRTU;

/** A stretch of a table that is read at once. */
export type ModbusRequest = {
  readonly unit: number;
  readonly table: ModbusRegister["table"];
  readonly address: number;
  /** Registers or bits. */
  readonly length: number;
  readonly values: readonly ModbusRegister[];
};

/** Registers as requests: those of one unit and table that lie close together share one. */
export function requestsOf(registers: readonly ModbusRegister[]): ModbusRequest[] {
  const requests: { -readonly [Key in keyof ModbusRequest]: ModbusRequest[Key] }[] = [];
  const sorted = [...registers].sort(
    (a, b) => a.unit - b.unit || a.table.localeCompare(b.table) || a.address - b.address,
  );
  for (const register of sorted) {
    const { unit, table, address } = register;
    const end = address + wordsOf(register);
    const last = requests.at(-1);
    const most = isBit(table) ? MOST_BITS : MOST_WORDS;
    if (
      last !== undefined &&
      last.unit === unit &&
      last.table === table &&
      address - (last.address + last.length) <= MOST_GAP &&
      end - last.address <= most
    ) {
      last.length = Math.max(last.length, end - last.address);
      last.values = [...last.values, register];
    } else {
      requests.push({ unit, table, address, length: end - address, values: [register] });
    }
  }
  return requests;
}

function isBit(table: ModbusRegister["table"]): boolean {
  return table === "coil" || table === "discrete";
}

function wordsOf({ table, type }: ModbusRegister): number {
  return isBit(table) || type.endsWith("16") ? 1 : 2;
}

/** The value of a register out of the words of its request; null for what is no number. */
export function registerValue(
  register: ModbusRegister,
  words: readonly number[],
  from: number,
): number | null {
  const { type, scale, offset } = register;
  const at = register.address - from;
  const swapped = type.endsWith("-swapped");
  const view = new DataView(new ArrayBuffer(4));
  view.setUint16(swapped ? 2 : 0, words[at] ?? 0);
  view.setUint16(swapped ? 0 : 2, words[at + 1] ?? 0);
  const raw = ((): number => {
    switch (type) {
      case "int16":
        return view.getInt16(0);
      case "uint16":
        return view.getUint16(0);
      case "int32":
      case "int32-swapped":
        return view.getInt32(0);
      case "uint32":
      case "uint32-swapped":
        return view.getUint32(0);
      case "float32":
      case "float32-swapped":
        return view.getFloat32(0);
    }
  })();
  const value = raw * scale + offset;
  return Number.isFinite(value) ? value : null;
}

/** Reads a device. */
export function modbusSession(config: ModbusSourceConfig): SourceSession {
  const requests = requestsOf(config.registers);
  return async (context, signal) => {
    const ModbusRTU = await optional("modbus-serial", loadModbus);
    const client = new ModbusRTU();
    const url = new URL(config.url);
    const lost = Promise.withResolvers<never>();
    lost.promise.catch(() => undefined);
    client.on("close", () => lost.reject(new Error(`${url.host}: the connection was closed`)));
    client.on("error", (error: unknown) =>
      lost.reject(new Error(`${url.host}: ${reasonOf(error)}`)),
    );
    client.setTimeout(config.timeoutMs);
    const round = new Round(client, requests, context);
    try {
      const port = url.port === "" ? PORT : Number(url.port);
      await Promise.race([connect(client, url.hostname, port, config.timeoutMs), lost.promise]);
      while (!signal.aborted) {
        const began = performance.now();
        await Promise.race([round.run(), lost.promise]);
        const rest = config.intervalMs - (performance.now() - began);
        await Promise.race([sleep(Math.max(0, rest), signal), lost.promise]);
      }
    } finally {
      client.destroy(() => undefined);
    }
  };
}

/** A connection that is not made in time is none. */
async function connect(
  client: Client,
  host: string,
  port: number,
  timeoutMs: number,
): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`${host}:${port}: expected a connection, got none in time`)),
    Math.max(1000, timeoutMs),
  );
  try {
    await Promise.race([
      client.connectTCP(host.replace(/^\[|\]$/g, ""), { port }).catch((error: unknown) => {
        throw new Error(`${host}:${port}: ${reasonOf(error)}`);
      }),
      late.promise,
    ]);
  } finally {
    clearTimeout(timer);
  }
}

class Round {
  readonly #client: Client;
  readonly #requests: readonly ModbusRequest[];
  readonly #context: SourceContext;
  /** Units that said nothing, with the rounds for which they are left alone. */
  readonly #mute = new Map<number, { failures: number; rounds: number }>();

  constructor(client: Client, requests: readonly ModbusRequest[], context: SourceContext) {
    this.#client = client;
    this.#requests = requests;
    this.#context = context;
  }

  /** Reads everything once; a unit that fails is left out for the rest of the round. */
  async run(): Promise<void> {
    const failed = new Set<number>();
    for (const [unit, mute] of this.#mute) {
      if (mute.rounds > 0) {
        mute.rounds--;
        failed.add(unit);
      }
    }
    for (const request of this.#requests) {
      if (failed.has(request.unit)) {
        this.#tell(request, null);
        continue;
      }
      let words: readonly number[];
      try {
        words = await this.#read(request);
      } catch (error) {
        if (!this.#client.isOpen) throw error;
        failed.add(request.unit);
        this.#fails(request, reasonOf(error));
        continue;
      }
      this.#mute.delete(request.unit);
      this.#context.live();
      this.#tell(request, words);
    }
  }

  async #read({ unit, table, address, length }: ModbusRequest): Promise<readonly number[]> {
    const client = this.#client;
    client.setID(unit);
    switch (table) {
      case "holding":
        return (await client.readHoldingRegisters(address, length)).data;
      case "input":
        return (await client.readInputRegisters(address, length)).data;
      case "coil":
        return (await client.readCoils(address, length)).data.map(Number);
      case "discrete":
        return (await client.readDiscreteInputs(address, length)).data.map(Number);
    }
  }

  #fails(request: ModbusRequest, reason: string): void {
    const failures = (this.#mute.get(request.unit)?.failures ?? 0) + 1;
    const rounds = Math.min(LONGEST_SILENCE, 2 ** (failures - 1));
    this.#mute.set(request.unit, { failures, rounds });
    this.#context.problem(
      `unit ${request.unit}: ${reason} (${request.table} ${request.address}, ${request.length} long)`,
    );
    this.#tell(request, null);
  }

  /** Values of a request; without words they are bad, which is no fault of the machine. */
  #tell({ address, values }: ModbusRequest, words: readonly number[] | null): void {
    const at = this.#context.now();
    const samples = values.map((register): MachineSample => {
      const { machine, sensor } = register;
      const value = words === null ? null : registerValue(register, words, address);
      return {
        ...{ machine, sensor, at, value, unit: null, historical: false },
        quality: value === null ? "bad" : "good",
      };
    });
    this.#context.take(samples, null);
  }
}
