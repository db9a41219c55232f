import { DataType, StatusCodes, Variant } from "node-opcua-client";
import { OPCUAServer } from "node-opcua-server";
import { afterEach, describe, expect, it } from "vitest";
import type { OpcUaSourceConfig } from "../src/config/machine-types.ts";
import { opcUaSession, qualityOf } from "../src/machines/sources/opcua.ts";
import { until } from "./support/running-node.ts";
import { runSource } from "./support/source-bench.ts";

type Space = NonNullable<OPCUAServer["engine"]["addressSpace"]>;
type UAVariable = ReturnType<ReturnType<Space["getOwnNamespace"]>["addVariable"]>;

const stops: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** A real server with one machine. */
async function plant(port: number): Promise<{
  readonly url: string;
  readonly port: number;
  readonly vibration: UAVariable;
  readonly stop: () => Promise<void>;
}> {
  const server = new OPCUAServer({ port, resourcePath: "/plant", allowAnonymous: true });
  await server.initialize();
  const space = server.engine.addressSpace;
  const own = space?.getOwnNamespace();
  if (space === null || own === undefined) throw new Error("no address space");
  const pump = own.addObject({ browseName: "Pump", organizedBy: space.rootFolder.objects });
  const add = (name: string, dataType: DataType, value: unknown): UAVariable => {
    const nodeId = `s=Pump.${name}`;
    const variable = own.addVariable({ browseName: name, componentOf: pump, nodeId, dataType });
    variable.setValueFromSource(new Variant({ dataType, value }));
    return variable;
  };
  const vibration = add("Vibration", DataType.Double, 1.5);
  add("Speed", DataType.UInt32, 1450);
  add("Running", DataType.Boolean, true);
  await server.start();
  return {
    ...{ url: server.getEndpointUrl(), port: server.endpoints[0]?.port ?? 0, vibration },
    stop: () => server.shutdown(0),
  };
}

function config(url: string): OpcUaSourceConfig {
  const node = (sensor: string) => ({
    ...{ machine: "pump-1", sensor, node: `ns=1;s=Pump.${sensor}` },
  });
  return {
    ...{ id: "test", type: "opcua", url, intervalMs: 50, failed: null },
    nodes: [node("Vibration"), node("Speed"), node("Running"), node("Nothing")],
  };
}

describe("OPC UA", () => {
  it("tells quality by the severity of status codes", () => {
    expect(qualityOf(StatusCodes.Good.value)).toBe("good");
    expect(qualityOf(StatusCodes.GoodClamped.value)).toBe("good");
    expect(qualityOf(StatusCodes.UncertainLastUsableValue.value)).toBe("uncertain");
    expect(qualityOf(StatusCodes.BadNoCommunication.value)).toBe("bad");
  });

  it("monitors variables with quality and time of their source, and again after the server was restarted", async () => {
    const first = await plant(0);
    let running = first;
    stops.push(() => running.stop());
    const bench = runSource(opcUaSession(config(first.url)), { type: "opcua" });
    stops.push(() => bench.runner.stop());
    await until(() => (bench.newest("Vibration") === null ? null : true));
    await until(() => (bench.newest("Running") === null ? null : true));
    expect(bench.newest("Vibration")).toMatchObject({ value: 1.5, quality: "good" });
    expect(bench.newest("Speed")).toMatchObject({ value: 1450, machine: "pump-1" });
    expect(bench.newest("Running")?.value).toBe(1);
    expect(bench.runner.status().problem).toMatch(/Pump\.Nothing: BadNodeIdUnknown/);
    const at = new Date(Date.UTC(2026, 0, 2, 3, 4, 5));
    const variant = new Variant({ dataType: DataType.Double, value: 2.5 });
    first.vibration.setValueFromSource(variant, StatusCodes.UncertainLastUsableValue, at);
    await until(() => (bench.newest("Vibration")?.value === 2.5 ? true : null));
    expect(bench.newest("Vibration")).toMatchObject({ quality: "uncertain", at: at.getTime() });
    first.vibration.setValueFromSource(variant, StatusCodes.BadDeviceFailure);
    await until(() => (bench.newest("Vibration")?.quality === "bad" ? true : null));

    await first.stop();
    await until(() => (bench.runner.status().state === "retrying" ? true : null));
    expect(bench.runner.status().reason).toMatch(/opc\.tcp:\/\//);
    running = await plant(first.port);
    await until(() => (bench.runner.status().state === "live" ? true : null));
    running.vibration.setValueFromSource(new Variant({ dataType: DataType.Double, value: 7 }));
    await until(() => (bench.newest("Vibration")?.value === 7 ? true : null));
  });
});
