import { readFileSync } from "node:fs";
import type { MachineSample } from "@symbion/core";
import fc from "fast-check";
import { connect, type MqttClient } from "mqtt";
import { afterEach, describe, expect, it } from "vitest";
import { machineName, sensorName, sparkplugSession } from "../src/machines/sources/sparkplug.ts";
import { SparkplugHost } from "../src/machines/sparkplug/host.ts";
import {
  DATA_TYPES,
  decodePayload,
  encodePayload,
  type MetricToWrite,
} from "../src/machines/sparkplug/payload.ts";
import { PayloadError } from "../src/machines/sparkplug/wire.ts";
import { MqttBroker } from "./support/mqtt-broker.ts";
import { until } from "./support/running-node.ts";
import { runSource } from "./support/source-bench.ts";

type Golden = { readonly topic: string; readonly payload: string };

/** Messages that another implementation has encoded. */
const golden = (
  JSON.parse(readFileSync(new URL("./fixtures/sparkplug.json", import.meta.url), "utf8")) as {
    readonly messages: readonly Golden[];
  }
).messages.map(({ topic, payload }) => ({ topic, bytes: Buffer.from(payload, "base64") }));

const T = 1_700_000_000_000;
const { double, int32, boolean: flag, uint64 } = DATA_TYPES;

describe("payloads", () => {
  it("of another implementation are read, every type of number among them", () => {
    const birth = decodePayload(golden[0]?.bytes ?? Buffer.alloc(0));
    expect([birth.timestamp, birth.seq]).toEqual([T, 0]);
    expect(birth.metrics.map(({ name, alias, value }) => [name, alias, value])).toEqual([
      ["bdSeq", null, 5],
      ["Node Control/Rebirth", null, 0],
      ["Types/Int8", 1, -5],
      ["Types/Int16", 2, -300],
      ["Types/Int32", 3, -70_000],
      ["Types/Int64", 4, -5_000_000_000],
      ["Types/UInt8", 5, 200],
      ["Types/UInt16", 6, 60_000],
      ["Types/UInt32", 7, 4_000_000_000],
      ["Types/UInt64", 8, 9_000_000_000],
      ["Types/Float", 9, 1.5],
      ["Types/Double", 10, -2.25],
      ["Types/Boolean", 11, 1],
      ["Text", 40, null],
    ]);
    const [vibration] = decodePayload(golden[1]?.bytes ?? Buffer.alloc(0)).metrics;
    expect(vibration).toMatchObject({ unit: "in/s", quality: 192 });
  });

  it("come back as they were written", () => {
    fc.assert(
      fc.property(
        fc.record({
          timestamp: fc.integer({ min: 0, max: 8e15 }),
          seq: fc.integer({ min: 0, max: 255 }),
          values: fc.array(
            fc.tuple(fc.string(), fc.nat(), fc.double({ noNaN: true, noDefaultInfinity: true })),
          ),
          whole: fc.array(fc.integer()),
        }),
        ({ timestamp, seq, values, whole }) => {
          const metrics: MetricToWrite[] = [
            ...values.map(([name, alias, value]) => ({ name, alias, datatype: double, value })),
            ...whole.map((value) => ({ datatype: int32, value, historical: true })),
            { name: "none", datatype: int32, value: null },
          ];
          const read = decodePayload(encodePayload({ timestamp, seq, metrics }));
          expect([read.timestamp, read.seq]).toEqual([timestamp, seq]);
          expect(read.metrics.map(({ value }) => value)).toEqual(metrics.map(({ value }) => value));
          expect(read.metrics.at(-1)).toMatchObject({ name: "none", isNull: true });
        },
      ),
    );
  });

  it("that are cut or mangled are told, never thrown as anything else", () => {
    const bytes = golden[0]?.bytes ?? Buffer.alloc(0);
    fc.assert(
      fc.property(
        fc.nat({ max: bytes.length }),
        fc.array(fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 })), {
          maxLength: 4,
        }),
        (length, changes) => {
          const mangled = Uint8Array.from(bytes);
          for (const [at, value] of changes) mangled[at] = value;
          try {
            decodePayload(mangled.subarray(0, length));
          } catch (error) {
            expect(error).toBeInstanceOf(PayloadError);
          }
        },
      ),
      { numRuns: 2000 },
    );
    expect(() => decodePayload(bytes.subarray(0, 30))).toThrow(/expected more bytes, got the end/);
    expect(() => decodePayload(Uint8Array.of(0x0b))).toThrow(/wire type/);
  });
});

type Heard = { readonly from: string; readonly samples: Omit<MachineSample, "machine">[] };

function host(): {
  readonly host: SparkplugHost;
  readonly heard: Heard[];
  readonly asked: string[];
  readonly problems: string[];
} {
  const heard: Heard[] = [];
  const asked: string[] = [];
  const problems: string[] = [];
  return {
    host: new SparkplugHost({
      values: ({ group, edge, device }, samples) =>
        heard.push({ from: `${group}/${edge}/${device ?? ""}`, samples: [...samples] }),
      publish: (topic, payload) => {
        expect(decodePayload(payload).metrics).toMatchObject([
          { name: "Node Control/Rebirth", value: 1, datatype: flag },
        ]);
        asked.push(topic);
      },
      problem: (text) => problems.push(text),
    }),
    ...{ heard, asked, problems },
  };
}

function data(seq: number, metrics: readonly MetricToWrite[], timestamp = T): Uint8Array {
  return encodePayload({ timestamp, seq, metrics });
}

const BIRTH = [
  { name: "bdSeq", datatype: uint64, value: 0 },
  { name: "x", alias: 1, datatype: double, value: 1 },
];

describe("edge nodes and devices", () => {
  it("follow births, data by alias, nulls, history and deaths", () => {
    const { host: one, heard, asked, problems } = host();
    for (const { topic, bytes } of golden) one.take(topic, bytes, T + 1000);
    expect([asked, problems]).toEqual([[], []]);
    const device = heard.filter(({ from }) => from === "Plant/edge1/pump-7");
    const told = device.map(({ samples }) =>
      samples.map(({ sensor, value, unit, quality, historical, at }) => [
        ...[sensor, value, unit, quality, historical, at - T],
      ]),
    );
    expect(told).toEqual([
      [
        ["Inputs/vibration", 3.25, "in/s", "good", false, 10],
        ["speed", -12, null, "good", false, 10],
        ["broken", 0, null, "good", false, 10],
      ],
      [
        ["Inputs/vibration", 4.5, "in/s", "good", false, 15],
        ["speed", -13, null, "good", false, 15],
      ],
      [
        ["Inputs/vibration", null, "in/s", "missing", false, 30],
        ["speed", 7, null, "good", true, -50_000],
      ],
      [
        ["Inputs/vibration", 5.5, "in/s", "bad", false, 35],
        ["broken", 1, null, "good", false, 35],
      ],
      // A death is known absence.
      [
        ["Inputs/vibration", null, "in/s", "missing", false, 1000],
        ["speed", null, null, "missing", false, 1000],
        ["broken", null, null, "missing", false, 1000],
      ],
    ]);
    expect(one.alive).toBe(0);
  });

  it("are asked for a birth where none was seen, and not too often", () => {
    const { host: one, heard, asked, problems } = host();
    one.take("spBv1.0/G/DDATA/E/D", data(7, [{ alias: 1, datatype: double, value: 1 }]), T);
    one.take("spBv1.0/G/DDATA/E/D", data(8, [{ alias: 1, datatype: double, value: 1 }]), T + 1000);
    expect(asked).toEqual(["spBv1.0/G/NCMD/E"]);
    expect(problems).toEqual(["G/E: a message without a birth before: a new birth is asked for"]);
    one.take("spBv1.0/G/DDATA/E/D", data(9, []), T + 6000);
    expect(asked.length).toBe(2);
    expect(heard).toEqual([]);
  });

  it("that skip a sequence number are asked anew; what comes until then is left out", () => {
    const { host: one, heard, asked } = host();
    one.take("spBv1.0/G/NBIRTH/E", data(0, BIRTH), T);
    const next = (seq: number, value: number): void =>
      one.take("spBv1.0/G/NDATA/E", data(seq, [{ alias: 1, datatype: double, value }]), T);
    next(1, 10);
    next(3, 30);
    next(4, 40);
    expect(asked).toEqual(["spBv1.0/G/NCMD/E"]);
    one.take("spBv1.0/G/NBIRTH/E", data(255, [BIRTH[0], { ...BIRTH[1], value: 50 }] as never), T);
    // After 255 comes 0.
    next(0, 60);
    expect(heard.map(({ samples }) => samples[0]?.value)).toEqual([1, 10, 50, 60]);
  });

  it("keep their names apart: an alias belongs to the device that it was told for", () => {
    const { host: one, heard, asked } = host();
    one.take("spBv1.0/G/NBIRTH/E", data(0, BIRTH), T);
    one.take(
      "spBv1.0/G/DBIRTH/E/A",
      data(1, [{ name: "x", alias: 5, datatype: double, value: 2 }]),
      T,
    );
    one.take("spBv1.0/G/DBIRTH/E/B", data(2, [{ name: "x", datatype: double, value: 3 }]), T);
    one.take("spBv1.0/G/DDATA/E/B", data(3, [{ alias: 5, datatype: double, value: 4 }]), T);
    expect(asked).toEqual(["spBv1.0/G/NCMD/E"]);
    expect(heard.map(({ from, samples }) => [from, samples[0]?.value])).toEqual([
      ["G/E/", 1],
      ["G/E/A", 2],
      ["G/E/B", 3],
    ]);
  });

  it("outlive the last will of a connection that was replaced", () => {
    const { host: one, heard } = host();
    const born = (bdSeq: number): readonly MetricToWrite[] => [
      { name: "bdSeq", datatype: uint64, value: bdSeq },
      { name: "x", alias: 1, datatype: double, value: bdSeq },
    ];
    const death = (bdSeq: number): void =>
      one.take(
        "spBv1.0/G/NDEATH/E",
        encodePayload({
          timestamp: T,
          metrics: [{ name: "bdSeq", datatype: uint64, value: bdSeq }],
        }),
        T,
      );
    one.take("spBv1.0/G/NBIRTH/E", data(0, born(1)), T);
    one.take("spBv1.0/G/NBIRTH/E", data(0, born(2)), T);
    death(1);
    expect(one.alive).toBe(1);
    death(2);
    expect(one.alive).toBe(0);
    expect(heard.at(-1)?.samples).toMatchObject([{ sensor: "x", quality: "missing" }]);
  });

  it("make problems of what is no payload, and nothing of other topics", () => {
    const { host: one, problems } = host();
    one.take("spBv1.0/STATE/host", Buffer.from("{}"), T);
    one.take("other/topic", Buffer.from("x"), T);
    expect(problems).toEqual([]);
    one.take("spBv1.0/G/NBIRTH/E", Buffer.from("not a payload"), T);
    one.take("spBv1.0/G", Buffer.alloc(0), T);
    expect(problems.length).toBe(2);
  });

  it("have names that addresses can hold", () => {
    expect(machineName("{device}", "G", "E", "Pump 7/a")).toBe("Pump-7-a");
    expect(machineName("{edge}-{device}", "G", "E", "D")).toBe("E-D");
    expect(machineName("{device}", "G", "E", null)).toBe("E");
    expect(sensorName("Inputs/vibration", new Set(["vibration"]))).toBe("vibration");
    expect(sensorName("Inputs/vibration", new Set(["Inputs/vibration"]))).toBe("Inputs/vibration");
    expect(sensorName("Inputs/other", new Set(["vibration"]))).toBe("Inputs/other");
  });
});

describe("a broker with edge nodes", () => {
  let client: MqttClient | null = null;
  let broker: MqttBroker | null = null;
  let stop: (() => Promise<void>) | null = null;

  afterEach(async () => {
    await stop?.();
    await client?.endAsync(true);
    await broker?.stop();
  });

  it("is heard from the middle: a birth is asked for, comes, and values go on over a lost connection", async () => {
    broker = new MqttBroker();
    await broker.start();
    const edge = connect(broker.url, { reconnectPeriod: 50 });
    client = edge;
    let births = 0;
    edge.on("connect", () => edge.subscribe("spBv1.0/G/NCMD/E"));
    edge.on("message", () => {
      births++;
      edge.publish("spBv1.0/G/NBIRTH/E", Buffer.from(data(0, BIRTH)));
      const device = [{ name: "in/vibration", alias: 9, datatype: double, value: 20 + births }];
      edge.publish("spBv1.0/G/DBIRTH/E/pump-1", Buffer.from(data(1, device)));
    });
    await until(() => (edge.connected ? true : null));
    const session = sparkplugSession(
      {
        ...{ id: "test", type: "sparkplug", url: broker.url, group: "G", machine: "{device}" },
        ...{ kind: "pump", failed: null },
      },
      () => new Set(["vibration"]),
    );
    const bench = runSource(session, { type: "sparkplug" });
    stop = () => bench.runner.stop();
    await until(() => (bench.runner.status().state === "live" ? true : null));
    let seq = 100;
    const send = (): void => {
      seq = (seq + 1) % 256;
      const metrics = [{ alias: 9, datatype: double, value: 3 }];
      edge.publish("spBv1.0/G/DDATA/E/pump-1", Buffer.from(data(seq, metrics)));
    };
    send();
    await until(() => (bench.newest("vibration")?.value === 21 ? true : null));
    expect(bench.newest("vibration")).toMatchObject({ machine: "pump-1", quality: "good" });
    seq = 1;
    send();
    await until(() => (bench.newest("vibration")?.value === 3 ? true : null));
    // After a lost connection of ours nothing that was heard holds: a birth is asked for again.
    broker.cut();
    await until(() => (bench.log.includes("source test: works again") ? true : null));
    await until(() => (edge.connected ? true : null));
    await until(() => {
      send();
      return births >= 2 ? true : null;
    });
    await until(() => (bench.newest("vibration")?.value === 20 + births ? true : null));
    expect(bench.runner.status().machines).toContain("pump-1");
  });
});
