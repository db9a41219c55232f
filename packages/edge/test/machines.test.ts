import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Insight, LiveEvents, MachineKind, MachineStatus } from "@symbion/core";
import type { KindDeclaration } from "@symbion/maintenance";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MachinesConfig } from "../src/config/machine-types.ts";
import { MachinesService, MonitorsAway } from "../src/machines/service.ts";
import { until } from "./support/running-node.ts";

const KIND: KindDeclaration = {
  ...{ id: "pump", lifeUnit: "h", lifePerRow: 2, rowMs: 50, cap: 100, horizon: 10 },
  falseAlarmRate: 0.001,
  sensors: ["vibration", "speed"].map((name) => ({
    ...{ name, unit: "", role: "sensor", least: null, most: null },
    ...{ staleAfterMs: null, stuckAfterRows: null },
  })),
};

const CONFIG: MachinesConfig = {
  kinds: [KIND],
  fleet: [{ id: "p1", name: "Pump one", kind: "pump" }],
  sources: [],
};

let folder = "";
const services: MachinesService[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "symbion-test-"));
});

afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop()));
  await rm(folder, { recursive: true, force: true });
});

type Bench = {
  readonly service: MachinesService;
  readonly insights: Insight[];
  readonly log: string[];
  readonly machines: { readonly at: number; readonly status: MachineStatus }[];
  readonly kinds: MachineKind[];
  readonly workers: Worker[];
};

function thread(name: string): Worker {
  return new Worker(new URL(`./support/${name}.ts`, import.meta.url), {
    execArgv: ["--conditions=source"],
  });
}

function bench(config: MachinesConfig = CONFIG, keep = true): Bench {
  const made: Omit<Bench, "service"> = {
    ...{ insights: [], log: [], machines: [], kinds: [], workers: [] },
  };
  const service = new MachinesService({
    onInsight: (insight) => made.insights.push(insight),
    publish: (event, data) => {
      if (event === "machine") {
        made.machines.push({ at: Date.now(), status: data as LiveEvents["machine"] });
      } else made.kinds.push(data as LiveEvents["learning"]);
    },
    log: (text) => made.log.push(text),
    folder: keep ? folder : null,
    startMonitors: () => {
      const worker = thread("double-monitors-thread");
      made.workers.push(worker);
      return worker;
    },
    startLearner: () => thread("double-learner-thread"),
  });
  services.push(service);
  service.configure(config);
  return { service, ...made };
}

function push(
  service: MachinesService,
  id: string,
  value: number,
  kind: string | null = null,
): void {
  service.push(id, kind, [
    {
      ...{ machine: id, sensor: "vibration", value, at: Date.now(), unit: null },
      ...{ quality: "good", historical: false },
    },
  ]);
}

/** Pushes again and again until something holds. */
async function pushing<T>(
  service: MachinesService,
  id: string,
  what: () => T | null | Promise<T | null>,
): Promise<T> {
  return until(() => {
    push(service, id, 1);
    return what();
  });
}

function ready({ service }: Bench): Promise<true> {
  return until(() => (service.kinds().length > 0 ? true : null));
}

describe("machines of the node", () => {
  it("cost nothing while there are none", () => {
    const { service, workers } = bench({ kinds: [], fleet: [], sources: [] });
    expect(workers.length).toBe(0);
    expect(service.list()).toEqual([]);
  });

  it("wait until something comes, then live, and are told of at most once a second", async () => {
    const parts = bench();
    await ready(parts);
    expect(parts.service.list()).toMatchObject([
      { id: "p1", name: "Pump one", state: "waiting", lifeUnit: "h", at: null },
    ]);
    await pushing(parts.service, "p1", () =>
      (parts.service.status("p1")?.age ?? 0) >= 60 && parts.machines.length > 1 ? true : null,
    );
    expect(parts.service.status("p1")).toMatchObject({ state: "live", name: "Pump one" });
    const told = parts.machines.map(({ at }) => at);
    expect(told.length).toBeGreaterThan(1);
    for (const [index, at] of told.slice(1).entries()) {
      expect(at - (told[index] ?? 0)).toBeGreaterThanOrEqual(990);
    }
    const curve = await parts.service.curve("p1", 10);
    expect(curve?.age.length).toBe(10);
    expect(await parts.service.curve("nobody", 10)).toBeNull();
  });

  it("refuse machines and sensors that nobody declared, and take in those whose kind is named", async () => {
    const parts = bench();
    await ready(parts);
    const sample = { at: 1, unit: null, quality: "good", historical: false, value: 1 } as const;
    expect(parts.service.push("p9", null, [])).toBeNull();
    expect(() => parts.service.push("p9", "press", [])).toThrow(/expected a kind \(pump\)/);
    expect(() => parts.service.push("p1", "press", [])).toThrow(/own kind, "pump"/);
    const result = parts.service.push("p9", "pump", [
      { ...sample, machine: "p9", sensor: "vibration" },
      { ...sample, machine: "p9", sensor: "colour" },
    ]);
    expect(result).toMatchObject({ taken: 1, refusedTotal: 1, refused: [{ index: 1 }] });
    expect(parts.service.list().map(({ id }) => id)).toEqual(["p1", "p9"]);
    expect(() => push(parts.service, "a b", 1, "pump")).toThrow(/room for one more machine/);
  });

  it("learn beside their forecasts: rows go on while the learner is busy", async () => {
    const parts = bench();
    await ready(parts);
    await pushing(parts.service, "p1", () => (parts.service.status("p1")?.at ? true : null));
    push(parts.service, "p2", 1, "pump");
    expect(parts.service.end("p2", Date.now(), "failed")).toBe(true);
    expect(parts.service.end("nobody", 0, "failed")).toBe(false);
    // The learner keeps its thread busy for a second and tells its progress meanwhile.
    const ages = new Set<number>();
    await pushing(parts.service, "p1", () => {
      if (/ms left/.test(parts.service.kind("pump")?.learning ?? "")) {
        ages.add(parts.service.status("p1")?.age ?? 0);
      }
      return (parts.service.kind("pump")?.versions.length ?? 0) > 0 ? true : null;
    });
    expect(ages.size).toBeGreaterThan(3);
    expect(parts.insights.filter(({ kind }) => kind === "model-learned")).toMatchObject([
      { source: "pump", text: "learned from p2" },
    ]);
    expect(parts.kinds.some(({ learning }) => /ms left/.test(learning ?? ""))).toBe(true);
    const version = parts.service.kind("pump")?.versions[0];
    expect(await parts.service.rollback("pump", version?.id ?? "")).toMatchObject({
      reason: "rollback",
    });
    expect(await parts.service.rollback("pump", "none")).toBeNull();
    expect(await parts.service.rollback("press", "none")).toBeNull();
  });

  it("go on when learning fails or the learner's thread dies", async () => {
    const parts = bench();
    await ready(parts);
    for (const [machine, words] of [
      ["wrong-1", "nothing can be learned from it"],
      ["crash-1", "the learner's thread failed"],
    ] as const) {
      push(parts.service, machine, 1, "pump");
      parts.service.end(machine, Date.now(), "failed");
      await until(() => (parts.log.some((line) => line.includes(words)) ? true : null));
    }
    push(parts.service, "fine-1", 1, "pump");
    parts.service.end("fine-1", Date.now(), "failed");
    await until(() => ((parts.service.kind("pump")?.versions.length ?? 0) > 0 ? true : null));
    expect(parts.service.kind("pump")?.learning).toBeNull();
  });

  it("begin anew from what was saved when the monitors' thread dies, and say so", async () => {
    const parts = bench();
    await ready(parts);
    await pushing(parts.service, "p1", () =>
      (parts.service.status("p1")?.age ?? 0) > 10 ? true : null,
    );
    parts.service.end("p1", Date.now(), "failed");
    await until(() => ((parts.service.kind("pump")?.versions.length ?? 0) > 0 ? true : null));
    parts.workers[0]?.postMessage({ type: "crash" });
    await until(() => (parts.log.some((line) => line.includes("thread failed")) ? true : null));
    await expect(parts.service.curve("p1", 10)).rejects.toThrow(MonitorsAway);
    await until(() => (parts.workers.length === 2 ? true : null));
    // The version and the machine's life are there again.
    await pushing(parts.service, "p1", async () =>
      (await parts.service.curve("p1", 10).catch(() => null)) === null ? null : true,
    );
    expect(parts.service.kind("pump")).toMatchObject({ lives: 1, versions: [{ kind: "pump" }] });
    expect(parts.service.list().length).toBe(1);
  });

  it("go on after a restart, and put a damaged state aside", async () => {
    const first = bench();
    await ready(first);
    await pushing(first.service, "p1", () =>
      (first.service.status("p1")?.age ?? 0) > 10 ? true : null,
    );
    await first.service.stop();
    const age = first.service.status("p1")?.age ?? 0;
    const second = bench();
    await until(() => (second.service.status("p1")?.age ?? 0) >= age || null);
    await second.service.stop();
    const path = join(folder, "machines", "pump.monitor");
    const bytes = await readFile(path);
    bytes[bytes.length - 1] = 0;
    await writeFile(path, bytes);
    const third = bench();
    await until(() => (third.log.some((line) => line.includes("is damaged")) ? true : null));
    expect(third.service.status("p1")?.state).toBe("waiting");
    const kept = await readdir(join(folder, "machines"));
    expect(kept.some((name) => name.startsWith("pump.monitor.broken-"))).toBe(true);
  });

  it("survive a monitor that throws, and tell it once", async () => {
    const parts = bench({
      ...CONFIG,
      kinds: [KIND, { ...KIND, id: "press" }],
      fleet: [...CONFIG.fleet, { id: "x1", name: "x1", kind: "press" }],
    });
    await ready(parts);
    await until(() => {
      push(parts.service, "p1", 666);
      push(parts.service, "x1", 1);
      return (parts.service.status("x1")?.age ?? 0) > 10 ? true : null;
    });
    expect(parts.log.filter((line) => line.includes("told to throw")).length).toBe(1);
  });

  it("change with the configuration: kinds that stay go on", async () => {
    const parts = bench();
    await ready(parts);
    await pushing(parts.service, "p1", () =>
      (parts.service.status("p1")?.age ?? 0) > 10 ? true : null,
    );
    const age = parts.service.status("p1")?.age ?? 0;
    parts.service.configure({
      ...CONFIG,
      kinds: [KIND, { ...KIND, id: "press" }],
      fleet: [{ id: "p1", name: "Renamed", kind: "pump" }],
    });
    await until(() => (parts.service.kinds().length === 2 ? true : null));
    await pushing(parts.service, "p1", () =>
      (parts.service.status("p1")?.age ?? 0) > age ? true : null,
    );
    expect(parts.service.status("p1")?.name).toBe("Renamed");
    parts.service.configure({ kinds: [], fleet: [], sources: [] });
    await until(() => (parts.service.kinds().length === 0 ? true : null));
    expect(parts.service.list()).toEqual([]);
  });
});

describe("the simulated fleet of a node", () => {
  it("has a past at once, says that it is simulated, and goes on where it was", async () => {
    const config: MachinesConfig = {
      ...{ kinds: [], fleet: [] },
      sources: [{ id: "fleet", type: "sample", machines: 4, seed: 3 }],
    };
    const first = bench(config);
    await until(() =>
      first.service.kinds().length === 3 && first.service.kinds().every(({ lives }) => lives > 0)
        ? true
        : null,
    );
    const list = first.service.list();
    expect(list.length).toBe(4);
    for (const { simulated, name } of list) {
      expect(simulated).toBe(true);
      expect(name).toMatch(/\(simulated\)$/);
    }
    const source = await until(
      () => first.service.sources().find(({ state }) => state === "live") ?? null,
    );
    expect(source).toMatchObject({ target: "simulated", reason: null });
    // A life that ended long ago is no news.
    expect(first.insights.filter(({ kind }) => kind === "machine-failed")).toEqual([]);
    const lives = first.service.kinds().map((kind) => kind.lives);
    await first.service.stop();
    const ages = first.service.list().map(({ age }) => age);
    const second = bench(config);
    const after = await until(() => {
      const known = second.service.list();
      return known.length === 4 && known.every(({ at }) => at !== null) ? known : null;
    });
    for (const [index, { age, state }] of after.entries()) {
      if (state === "failed") continue;
      // What was missed in between was lived through: some rows of at most ten units of life.
      expect(age - (ages[index] ?? 0)).toBeGreaterThanOrEqual(0);
      expect(age - (ages[index] ?? 0)).toBeLessThan(200);
    }
    const again = second.service.kinds().map((kind) => kind.lives);
    for (const [index, count] of again.entries()) {
      expect(count - (lives[index] ?? 0)).toBeLessThanOrEqual(1);
    }
    await second.service.stop();

    // After a night nobody knows what they did: they were made as new, and begin their next lives.
    const path = join(folder, "machines", "fleet.positions.json");
    const left = JSON.parse(await readFile(path, "utf8")) as { row: number };
    await writeFile(path, JSON.stringify({ ...left, row: left.row - 30_000 }));
    const third = bench(config);
    await until(() =>
      third.service.list().length === 4 &&
      third.service.list().every(({ state, age }) => state === "live" && age <= 50)
        ? true
        : null,
    );
  });
});
