import { createServer, type Server, type Socket } from "node:net";
import { ServerTCP } from "modbus-serial";
import { afterEach, describe, expect, it } from "vitest";
import type { ModbusRegister, ModbusSourceConfig } from "../src/config/machine-types.ts";
import { modbusSession, registerValue, requestsOf } from "../src/machines/sources/modbus.ts";
import { until } from "./support/running-node.ts";
import { runSource } from "./support/source-bench.ts";

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

function register(
  sensor: string,
  address: number,
  more: Partial<ModbusRegister> = {},
): ModbusRegister {
  return {
    ...{ machine: "press", sensor, address, unit: 1, table: "holding", type: "uint16" },
    ...{ scale: 1, offset: 0, ...more },
  };
}

function config(port: number, registers: readonly ModbusRegister[]): ModbusSourceConfig {
  return {
    ...{ id: "test", type: "modbus", url: `tcp://127.0.0.1:${port}`, failed: null },
    ...{ intervalMs: 30, timeoutMs: 150, registers },
  };
}

/** A real device: unit 9 never answers, unit 8 refuses. */
async function device(
  words: (address: number, unit: number) => number,
  port = 0,
): Promise<{
  readonly port: number;
  readonly close: () => Promise<void>;
  readonly asked: Map<number, number>;
}> {
  const asked = new Map<number, number>();
  const answer = (
    address: number,
    unit: number,
    done: (error: Error | null, value: number) => void,
  ): void => {
    asked.set(unit, (asked.get(unit) ?? 0) + 1);
    if (unit === 9) return;
    if (unit === 8) done(Object.assign(new Error("no"), { modbusErrorCode: 2 }), 0);
    else done(null, words(address, unit));
  };
  const server = new ServerTCP(
    {
      getHoldingRegister: answer,
      getInputRegister: answer,
      getCoil: (address: number, _unit: number) => address % 2 === 1,
    },
    { host: "127.0.0.1", port, debug: false, unitID: 0 },
  );
  await new Promise<void>((resolve, reject) => {
    server.on("initialized", () => resolve());
    server.on("serverError", (error) => reject(error as unknown as Error));
  });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      for (const socket of server.socks.keys()) socket.destroy();
      server.close(() => resolve());
    });
  const inner = (server as unknown as { readonly _server: Server })._server.address();
  if (inner === null || typeof inner === "string") throw new Error("no port");
  return { port: inner.port, close, asked };
}

describe("registers", () => {
  it("are read as numbers of every type, scaled", () => {
    const value = (type: ModbusRegister["type"], words: number[], more = {}): number | null =>
      registerValue(register("x", 7, { type, ...more }), words, 7);
    expect(value("int16", [0xfffe])).toBe(-2);
    expect(value("uint16", [0xfffe])).toBe(65_534);
    expect(value("int32", [0xffff, 0xfffe])).toBe(-2);
    expect(value("uint32", [0x0001, 0x0002])).toBe(65_538);
    expect(value("uint32-swapped", [0x0002, 0x0001])).toBe(65_538);
    expect(value("int32-swapped", [0xfffe, 0xffff])).toBe(-2);
    expect(value("float32", [0x3fc0, 0])).toBe(1.5);
    expect(value("float32-swapped", [0, 0x3fc0])).toBe(1.5);
    expect(value("float32", [0x7fc0, 0])).toBeNull();
    expect(value("uint16", [250], { scale: 0.1, offset: -5 })).toBe(20);
  });

  it("that lie close together share a request, within what one may hold", () => {
    const requests = requestsOf([
      register("b", 12, { type: "float32" }),
      register("a", 10),
      register("c", 40),
      register("d", 10, { unit: 2 }),
      register("e", 10, { table: "input" }),
      ...Array.from({ length: 60 }, (_, index) => register(`f${index}`, 100 + 4 * index)),
    ]);
    expect(
      requests.map(({ unit, table, address, length }) => [unit, table, address, length]),
    ).toEqual([
      [1, "holding", 10, 4],
      [1, "holding", 40, 1],
      [1, "holding", 100, 117],
      [1, "holding", 220, 117],
      [1, "input", 10, 1],
      [2, "holding", 10, 1],
    ]);
  });
});

describe("a Modbus device", () => {
  it("is read in rounds; a mute unit and one that refuses keep no other waiting", async () => {
    const real = await device((address, unit) => 100 * unit + address);
    stops.push(real.close);
    const bench = runSource(
      modbusSession(
        config(real.port, [
          register("mute", 0, { unit: 9 }),
          register("a", 3),
          register("b", 5, { scale: 0.5 }),
          register("c", 3, { table: "input", unit: 2 }),
          register("on", 1, { table: "coil" }),
          register("refused", 0, { unit: 8 }),
        ]),
      ),
      { type: "modbus" },
    );
    stops.push(() => bench.runner.stop());
    await until(() =>
      bench.samples.filter(({ sensor }) => sensor === "a").length > 10 ? true : null,
    );
    expect(bench.newest("a")).toMatchObject({ value: 103, quality: "good", machine: "press" });
    expect(bench.newest("b")?.value).toBe(52.5);
    expect(bench.newest("c")?.value).toBe(203);
    expect(bench.newest("on")?.value).toBe(1);
    for (const sensor of ["mute", "refused"]) {
      expect(bench.newest(sensor)).toMatchObject({ value: null, quality: "bad" });
    }
    expect(bench.runner.status()).toMatchObject({ state: "live", reason: null });
    expect(bench.log.join("\n")).toMatch(/unit 9: .*timed out/i);
    // It is asked more and more seldom: 10 rounds are 1 + 1 + 2 + 4 + ... of silence.
    expect(real.asked.get(9)).toBeLessThan(6);
  });

  it("is connected to again after it was away", async () => {
    const first = await device(() => 1);
    const bench = runSource(modbusSession(config(first.port, [register("a", 0)])));
    stops.push(() => bench.runner.stop());
    await until(() => (bench.newest("a")?.value === 1 ? true : null));
    await first.close();
    await until(() => (bench.runner.status().state === "retrying" ? true : null));
    expect(bench.runner.status().reason).toMatch(/127\.0\.0\.1:\d+/);
    const second = await device(() => 2, first.port);
    stops.push(second.close);
    await until(() => (bench.newest("a")?.value === 2 ? true : null));
    expect(bench.runner.status().state).toBe("live");
  });

  it("that takes connections and says nothing does not stop the node", async () => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => sockets.add(socket.on("error", () => {})));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    stops.push(async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const bench = runSource(modbusSession(config(address.port, [register("a", 0)])));
    await until(() => (bench.newest("a")?.quality === "bad" ? true : null));
    const began = performance.now();
    await bench.runner.stop();
    expect(performance.now() - began).toBeLessThan(5000);
  });
});
