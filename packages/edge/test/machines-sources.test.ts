import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MachineSample } from "@symbion/core";
import { afterEach, describe, expect, it } from "vitest";
import type { ReplaySourceConfig } from "../src/config/machine-types.ts";
import { mqttSession, readPayload, TopicPattern } from "../src/machines/sources/mqtt.ts";
import { Sources } from "../src/machines/sources/set.ts";
import {
  aborted,
  HopelessError,
  optional,
  type SourceRunner,
} from "../src/machines/sources/source.ts";
import { MqttBroker } from "./support/mqtt-broker.ts";
import { until } from "./support/running-node.ts";
import { runSource } from "./support/source-bench.ts";

const runners: { stop(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(runners.splice(0).map((runner) => runner.stop()));
});

function kept<T extends { readonly runner: SourceRunner }>(bench: T): T {
  runners.push(bench.runner);
  return bench;
}

describe("a source", () => {
  it("is tried again after pauses that grow, says why, and masks credentials", async () => {
    const moments: number[] = [];
    const { runner, log } = kept(
      runSource(async () => {
        moments.push(performance.now());
        throw new Error("mqtt://user:secret@10.0.0.1 refused");
      }),
    );
    await until(() => (moments.length >= 5 ? true : null));
    const pauses = moments.slice(1).map((at, index) => at - (moments[index] ?? 0));
    for (const [index, pause] of pauses.entries()) {
      expect(pause).toBeGreaterThanOrEqual(20 * 2 ** index - 2);
    }
    expect(runner.status()).toMatchObject({ state: "retrying", target: "test://***@here" });
    expect(runner.status().reason).not.toContain("secret");
    // The same reason is told once.
    expect(log.length).toBe(1);
  });

  it("ends for good where it is over, and is not tried again where that is hopeless", async () => {
    const over = kept(runSource(async () => {}));
    await until(() => (over.runner.status().state === "ended" ? true : null));
    let tries = 0;
    const hopeless = kept(
      runSource(async () => {
        tries++;
        await optional("no-such-package", () => import("no-such-package" as string));
      }),
    );
    await until(() => (hopeless.runner.status().state === "failed" ? true : null));
    expect(hopeless.runner.status().reason).toBe(
      "expected the optional package no-such-package, got none: npm install no-such-package",
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(tries).toBe(1);
    expect(new HopelessError("x")).toBeInstanceOf(Error);
  });

  it("counts what it took and what was refused, and ends lives when its flag rises", async () => {
    const value = (machine: string, sensor: string, number: number): MachineSample => ({
      ...{ machine, sensor, value: number, at: 5, unit: null, historical: false },
      quality: "good",
    });
    const bench = kept(
      runSource(
        async (context, signal) => {
          context.live();
          context.take([value("a", "x", 1), value("unknown", "x", 1)], null);
          for (const flag of [0, 1, 1, 0, 1]) context.take([value("a", "broken", flag)], null);
          context.problem("a line that is none");
          await aborted(signal);
        },
        { failed: "broken" },
      ),
    );
    await until(() => (bench.ends.length === 2 ? true : null));
    expect(bench.ends).toEqual(["a failed", "a failed"]);
    expect(bench.samples.map(({ sensor }) => sensor)).toEqual(["x"]);
    expect(bench.runner.status()).toMatchObject({
      ...{ state: "live", samples: 6, problems: 2, problem: "a line that is none" },
      machines: ["a"],
    });
  });
});

describe("plain MQTT", () => {
  it("finds machine and sensor in topics", () => {
    const pattern = new TopicPattern("hall.1/{machine}/in-{sensor}");
    expect(pattern.filter).toBe("hall.1/+/+");
    expect(pattern.match("hall.1/p1/in-temp")).toEqual({ machine: "p1", sensor: "temp" });
    expect(pattern.match("hallx1/p1/in-temp")).toBeNull();
    expect(pattern.match("hall.1/p1/out-temp")).toBeNull();
    expect(new TopicPattern("m/{machine}").match("m/p1")).toEqual({ machine: "p1", sensor: null });
  });

  it("reads numbers, values with their moment, unit and quality, and mappings of them", () => {
    const read = (text: string, sensor: string | null = "x", retained = false) =>
      readPayload({ machine: "m", sensor }, Buffer.from(text), 1000, retained);
    const common = { machine: "m", sensor: "x", unit: null, quality: "good", historical: false };
    expect(read("12.5")).toEqual({ samples: [{ ...common, at: 1000, value: 12.5 }] });
    expect(read("true")).toEqual({ samples: [{ ...common, at: 1000, value: 1 }] });
    expect(read("null")).toEqual({
      samples: [{ ...common, at: 1000, value: null, quality: "missing" }],
    });
    expect(read('{"value":3,"at":"2026-01-02T03:04:05Z","unit":"bar","quality":"bad"}')).toEqual({
      samples: [
        { ...common, at: Date.UTC(2026, 0, 2, 3, 4, 5), value: 3, unit: "bar", quality: "bad" },
      ],
    });
    // Seconds since 1970 are told from milliseconds.
    expect(read('{"value":3,"ts":1700000000}')).toMatchObject({ samples: [{ at: 1.7e12 }] });
    expect(read('{"ts":1700000000000,"a":1,"b":{"value":2,"at":1700000000001}}', null)).toEqual({
      samples: [
        { ...common, sensor: "a", at: 1.7e12, value: 1 },
        { ...common, sensor: "b", at: 1.7e12 + 1, value: 2 },
      ],
    });
    // What a broker has kept for who knows how long is nobody's present.
    expect(read("12.5", "x", true)).toEqual({ samples: [] });
    expect(read('{"value":3,"at":1700000000000}', "x", true)).toMatchObject({
      samples: [{ value: 3 }],
    });
  });

  it("says what is wrong with a payload", () => {
    const read = (text: string, sensor: string | null = "x") =>
      readPayload({ machine: "m", sensor }, Buffer.from(text), 0);
    for (const [text, sensor, words] of [
      ["hot", "x", /expected a number or JSON, got "hot"/],
      ["", "x", /expected a number or JSON/],
      ['"3"', "x", /expected a number or null, got "\\"3\\""|expected a number or null/],
      ["[1]", "x", /expected a number or null/],
      ["5", null, /expected a mapping of sensors/],
      ['{"value":1,"quality":"great"}', "x", /expected one of good/],
      ['{"value":1,"at":"soon"}', "x", /expected a moment/],
      ['{"value":1,"unit":3}', "x", /expected a text as unit/],
      ["1e999", "x", /expected a number or null/],
    ] as const) {
      const result = read(text, sensor);
      expect("problem" in result && result.problem, text).toMatch(words);
    }
    const long = readPayload({ machine: "m", sensor: "x" }, Buffer.alloc(300_000, "1"), 0);
    expect(long).toMatchObject({ problem: expect.stringContaining("at most") });
  });

  it("comes back after the broker was away", async () => {
    const broker = new MqttBroker();
    await broker.start();
    const config = { topic: "hall/{machine}/{sensor}", kind: null, failed: "broken" };
    const session = mqttSession({ ...config, id: "test", type: "mqtt", url: broker.url });
    const bench = kept(runSource(session, { failed: "broken" }));
    await until(() => (bench.runner.status().state === "live" ? true : null));
    await broker.publish("hall/p1/vibration", "1.5");
    await broker.publish("hall/p1/vibration", "what");
    await broker.publish("hall/p1/broken", "true");
    await until(() => (bench.ends.length === 1 ? true : null));
    expect(bench.newest("vibration")).toMatchObject({ machine: "p1", value: 1.5 });
    expect(bench.runner.status().problem).toMatch(/hall\/p1\/vibration: expected a number or JSON/);
    await broker.stop();
    await until(() => (bench.runner.status().state === "retrying" ? true : null));
    expect(bench.runner.status().reason).toBeTruthy();
    await broker.start();
    await until(() => (bench.runner.status().state === "live" ? true : null));
    await broker.publish("hall/p1/vibration", "2.5");
    await until(() => (bench.newest("vibration")?.value === 2.5 ? true : null));
    await bench.runner.stop();
    await broker.stop();
  });
});

describe("a replay", () => {
  const config: ReplaySourceConfig = {
    ...{ id: "old", type: "replay", file: "", kind: null, machineColumn: null, ageColumn: null },
    ...{ speed: 50, loop: false, fails: true },
  };

  it("plays rows, declares their kind by the columns, and ends lives with the file", async () => {
    const file = join(tmpdir(), `symbion-replay-${process.pid}.csv`);
    const rows = Array.from({ length: 6 }, (_, row) => [
      `a b,${row + 1},${row},20.5`,
      `c,${row + 1},${row === 3 ? "" : -row},21`,
    ]);
    await writeFile(file, `machine,cycle,load,temp [°C]\n${rows.flat().join("\n")}\n`);
    const taken: [string, string, number | null][] = [];
    const ends: string[] = [];
    const sources = new Sources({
      ...{ folder: null, restored: async () => false, past: () => {}, now: Date.now },
      take: (samples) => {
        for (const { machine, sensor, value } of samples) taken.push([machine, sensor, value]);
        return new Map();
      },
      end: (machine, _at, how) => ends.push(`${machine} ${how}`),
      log: () => {},
    });
    runners.push(sources);
    const inventory = await sources.configure({
      ...{ kinds: [], fleet: [] },
      sources: [{ ...config, file }],
    });
    expect(inventory.kinds).toMatchObject([
      { id: "old", lifeUnit: "cycle", lifePerRow: 1, rowMs: 20 },
    ]);
    expect(inventory.machines.map(({ id }) => id)).toEqual(["old-a-b", "old-c"]);
    sources.start();
    await until(() => (sources.status()[0]?.state === "ended" ? true : null));
    expect(ends).toEqual(["old-a-b failed", "old-c failed"]);
    const loads = taken.filter(([machine, sensor]) => machine === "old-c" && sensor === "load");
    expect(loads.map(([, , value]) => value)).toEqual([-0, -1, -2, -4, -5].map((n) => n + 0));
  });

  it("of a file that is not there is hopeless, and says so with its name", async () => {
    const sources = new Sources({
      ...{ folder: null, restored: async () => false, past: () => {}, now: Date.now },
      ...{ take: () => new Map(), end: () => {}, log: () => {} },
    });
    runners.push(sources);
    await sources.configure({
      ...{ kinds: [], fleet: [] },
      sources: [{ ...config, file: "/nowhere/at-all.csv" }],
    });
    sources.start();
    await until(() => (sources.status()[0]?.state === "failed" ? true : null));
    expect(sources.status()[0]?.reason).toMatch(/\/nowhere\/at-all\.csv: expected .*ENOENT/);
  });
});
