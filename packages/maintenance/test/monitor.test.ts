import { type MachineStatus, UsageError } from "@symbion/core";
import { Random } from "@symbion/neural";
import { beforeAll, describe, expect, it } from "vitest";
import { runLearningJob } from "../src/learning/learning-job.ts";
import { createMonitor, restoreMonitor } from "../src/learning/monitor.ts";
import type { KindMonitor, LearnedVersion } from "../src/learning/types.ts";
import { item, ROW_MS, Wearing, wearing } from "./support/wearing.ts";

/** Everything that happens to a monitor, so that it can happen to another one too. */
type Event =
  | {
      readonly kind: "row";
      readonly at: number;
      readonly samples: Parameters<KindMonitor["take"]>[0][];
    }
  | { readonly kind: "end"; readonly at: number; readonly machine: string }
  | { readonly kind: "install"; readonly learned: LearnedVersion };

const MACHINES = ["a", "b", "c"];

function apply(monitor: KindMonitor, event: Event): MachineStatus[] {
  if (event.kind === "install") {
    monitor.due();
    monitor.install(event.learned);
    return [];
  }
  if (event.kind === "end") {
    monitor.end(event.machine, event.at, "failed");
    return [];
  }
  for (const sample of event.samples) monitor.take(sample);
  return monitor.advance(event.at + 2 * ROW_MS);
}

/** Runs machines past a monitor until so many lives are over, learning in between, and writes down what happened. */
async function live(
  monitor: KindMonitor,
  lives: number,
  machines: readonly Wearing[],
  watch: (statuses: readonly MachineStatus[], events: readonly Event[]) => void = () => undefined,
  from = 0,
): Promise<Event[]> {
  const events: Event[] = [];
  let over = 0;
  for (let row = from; over < lives; row++) {
    const at = row * ROW_MS;
    const rows = machines.map((machine) => machine.next(at));
    const event: Event = { kind: "row", at, samples: rows.flatMap(({ samples }) => [...samples]) };
    events.push(event);
    watch(apply(monitor, event), events);
    rows.forEach(({ failed }, m) => {
      if (!failed) return;
      const end: Event = { kind: "end", at: at + ROW_MS, machine: item(MACHINES, m) };
      events.push(end);
      apply(monitor, end);
      over++;
    });
    const job = monitor.due();
    if (job !== null) {
      const learned = await runLearningJob(job);
      events.push({ kind: "install", learned });
      monitor.install(learned);
    }
  }
  return events;
}

const fleet = (seed: number): Wearing[] => MACHINES.map((id, m) => new Wearing(id, seed + m));
/** A clock that stands, so that two monitors have the same one. */
const still = { now: (): number => 1e12 };

describe("a monitor that learns", () => {
  const monitor = createMonitor(wearing, still);
  let events: Event[] = [];
  const before: string[] = [];
  const errors: number[] = [];
  let inside = 0;
  let told = 0;
  const pending = new Map<
    string,
    { age: number; low: number; high: number; remaining: number }[]
  >();

  beforeAll(async () => {
    events = await live(monitor, 24, fleet(1), (statuses) => {
      for (const { id, age, forecast } of statuses) {
        if (forecast === null) continue;
        if (monitor.kind().lives === 0) before.push(String(forecast.reason));
        const list = age === 1 ? [] : (pending.get(id) ?? []);
        if (age === 1) judge(pending.get(id) ?? []);
        pending.set(id, list);
        const { remaining, low, high } = forecast;
        if (remaining !== null && low !== null) {
          list.push({ age, remaining, low, high: high ?? Number.POSITIVE_INFINITY });
        }
      }
    });
  }, 120_000);

  function judge(
    list: readonly { age: number; low: number; high: number; remaining: number }[],
  ): void {
    const end = list.at(-1)?.age ?? 0;
    for (const { age, low, high, remaining } of list) {
      const truth = Math.min(wearing.cap, end - age);
      told++;
      if (truth >= low && truth <= high) inside++;
      errors.push((remaining - truth) ** 2);
    }
  }

  it("says that it does not know, and why, before the first life has ended", () => {
    expect(before.length).toBeGreaterThan(50);
    expect(new Set(before)).toEqual(
      new Set([
        "nothing has been learned yet",
        "no machine of this kind has failed yet, so nobody knows how long one lasts",
      ]),
    );
  });

  it("forecasts better than the mean life, with intervals that hold", () => {
    const rmse = Math.sqrt(errors.reduce((a, b) => a + b, 0) / errors.length);
    expect(told).toBeGreaterThan(500);
    // Always forecasting the mean would be off by 14.
    expect(rmse).toBeLessThan(8);
    expect(inside / told).toBeGreaterThan(0.82);
    expect(monitor.kind().coverage).toBeGreaterThan(0.82);
  });

  it("keeps versions with where they come from", () => {
    const { versions, lives } = monitor.kind();
    expect(lives).toBe(24);
    expect(versions.filter(({ role }) => role === "champion")).toHaveLength(1);
    expect(versions.filter(({ role }) => role === "challenger").length).toBeLessThanOrEqual(2);
    const newest = item(versions, 0);
    expect(newest.machines.length).toBeGreaterThan(15);
    expect(newest.sensors).toEqual(["heat", "noise", "current", "oil"]);
    expect(newest.text).toMatch(
      /^learned from [abc], which failed after \d+ cycle; knows \d+ lives under 2 operating conditions$/,
    );
    for (const version of versions.slice(0, -1)) {
      expect(versions.map(({ id }) => id)).toContain(version.parent);
    }
  });

  it("shows the sensors that carry a forecast near failure, and says what to do", async () => {
    const machine = item(fleet(40), 0);
    const one = restoreMonitor(monitor.save(), still);
    let last: MachineStatus | undefined;
    for (let row = 100_000; ; row++) {
      const { samples, failed } = machine.next(row * ROW_MS);
      for (const sample of samples) one.take({ ...sample, machine: "fresh" });
      if (failed) break;
      last = one.advance((row + 2) * ROW_MS).find(({ id }) => id === "fresh") ?? last;
    }
    expect(last?.forecast?.remaining).toBeLessThan(10);
    expect(last?.forecast?.failure?.probability).toBeGreaterThan(0.5);
    expect(last?.health?.state).toBe("ill");
    expect(last?.health?.index).toBeLessThan(0.3);
    const negative = last?.forecast?.carriers.filter(({ effect }) => effect < 0) ?? [];
    expect(negative.length).toBeGreaterThan(0);
    expect(last?.advice).toMatch(
      /^Likely to fail within 8 cycles; .* left in 9 of 10 such cases\. Ask the person in charge/,
    );
    const curve = one.curve("fresh", 20);
    expect(curve?.age).toHaveLength(20);
    expect(curve?.truth).toBeNull();
    one.end("fresh", 200_000 * ROW_MS, "failed");
    expect(one.curve("fresh", 20)?.truth?.at(-1)).toBe(0);
    expect(one.machines().find(({ id }) => id === "fresh")?.state).toBe("failed");
  });

  it("is the same after a crash at any point, to the last bit", () => {
    const random = new Random(9);
    const one = createMonitor(wearing, still);
    let other = createMonitor(wearing, still);
    for (const event of events) {
      const a = apply(one, event);
      const b = apply(other, event);
      expect(b).toEqual(a);
      if (random.next() < 0.02 || event.kind !== "row") {
        other = restoreMonitor(other.save(), still);
        expect(other.machines()).toEqual(one.machines());
        expect(other.kind()).toEqual(one.kind());
      }
    }
    expect(Buffer.compare(Buffer.from(other.save()), Buffer.from(one.save()))).toBe(0);
  });

  it("reports a dead sensor as that, not as an ill machine", () => {
    const one = restoreMonitor(monitor.save(), still);
    const machine = item(fleet(60), 0);
    for (let row = 0; row < 30; row++) {
      const at = (200_000 + row) * ROW_MS;
      for (const sample of machine.next(at).samples) {
        if (sample.sensor !== "oil" || row < 12) one.take({ ...sample, machine: "fresh" });
      }
      one.advance(at + 2 * ROW_MS);
    }
    const status = one.machines().find(({ id }) => id === "fresh");
    expect(status?.sensors.find(({ name }) => name === "oil")?.state).toBe("stale");
    expect(status?.forecast?.remaining).toBeGreaterThan(20);
    expect(status?.forecast?.reason).toContain("1 of 4 sensors");
    expect(status?.health?.state).not.toBe("ill");
    expect(status?.advice).toContain(
      "Sensor oil has not reported for too long: that is a fault of the sensor or its line, not of the machine.",
    );
  });

  it("counts down when all falls silent, and then says that it does not know", () => {
    const one = restoreMonitor(monitor.save(), still);
    const machine = item(fleet(70), 0);
    const paths: (string | null)[] = [];
    for (let row = 0; row < 90; row++) {
      const at = (300_000 + row) * ROW_MS;
      const { samples } = machine.next(at);
      for (const sample of samples) {
        if (row < 12 || sample.sensor === "load") one.take({ ...sample, machine: "fresh" });
      }
      const status = one.advance(at + 2 * ROW_MS).find(({ id }) => id === "fresh");
      if (status?.forecast) {
        paths.push(status.forecast.remaining === null ? null : status.forecast.path);
      }
    }
    expect(paths.slice(0, 12).every((path) => path === "trees")).toBe(true);
    expect(paths).toContain("count-down");
    expect(paths.at(-1)).toBeNull();
  });

  it("does not know a machine that is unlike all that it has learned from", () => {
    const one = restoreMonitor(monitor.save(), still);
    const machine = item(fleet(80), 0);
    let last: MachineStatus | undefined;
    for (let row = 0; row < 25; row++) {
      const at = (400_000 + row) * ROW_MS;
      for (const sample of machine.next(at).samples) {
        const value = sample.sensor === "heat" ? (sample.value ?? 0) + 200 : sample.value;
        one.take({ ...sample, value, machine: "fresh" });
      }
      last = one.advance(at + 2 * ROW_MS).find(({ id }) => id === "fresh") ?? last;
    }
    expect(last?.forecast?.remaining).toBeNull();
    expect(last?.forecast?.reason).toBe("unlike every machine that was learned from");
    expect(last?.health?.anomaly).toBeGreaterThan(1);
    expect(last?.health?.carriers[0]?.sensor).toBe("heat");
    expect(last?.advice).toMatch(/^Behaves unlike a healthy machine in heat/);
  });

  it("meets a way of operation that nobody has seen, and says so", () => {
    const one = restoreMonitor(monitor.save(), still);
    const machine = new Wearing("fresh", 90, [1, 2, 3]);
    const reasons: (string | null)[] = [];
    for (let row = 0; row < 30; row++) {
      const at = (500_000 + row) * ROW_MS;
      for (const sample of machine.next(at).samples) one.take(sample);
      const status = one.advance(at + 2 * ROW_MS).find(({ id }) => id === "fresh");
      reasons.push(status?.forecast?.reason ?? null);
    }
    expect(reasons).toContain(
      "operating condition not seen before: what is usual in it is being learned",
    );
    const status = one.machines().find(({ id }) => id === "fresh");
    expect(status?.forecast?.remaining).toBeGreaterThan(20);
  });

  it("rolls back to an earlier version, which stays until another is learned", () => {
    const one = restoreMonitor(monitor.save(), still);
    const { versions } = one.kind();
    const earlier = versions.find(({ role }) => role === "challenger");
    const champion = versions.find(({ role }) => role === "champion");
    const back = one.rollback(earlier?.id ?? "");
    expect(back?.reason).toBe("rollback");
    expect(back?.parent).toBe(champion?.id);
    expect(one.kind().versions.find(({ role }) => role === "champion")?.id).toBe(back?.id);
    expect(one.kind().versions.filter(({ role }) => role === "challenger")).toHaveLength(0);
    expect(one.rollback("nothing")).toBeNull();
    const status = one.machines().find(({ forecast }) => forecast?.remaining !== null);
    expect(status?.forecast?.model).toBe(back?.id);
  });

  it("uses bounded memory for a machine that runs for ever", () => {
    const one = restoreMonitor(monitor.save(), still);
    const sample = { quality: "good", historical: false, unit: null } as const;
    const sizes: number[] = [];
    for (let row = 0; row < 5200; row++) {
      const at = (600_000 + row) * ROW_MS;
      for (const [sensor, value] of Object.entries({
        load: 1,
        heat: 40,
        noise: 63,
        current: 10,
        oil: 6,
      })) {
        one.take({ ...sample, machine: "eternal", sensor, at, value: value + Math.sin(row) * 0.1 });
      }
      one.advance(at + 2 * ROW_MS);
      if (row === 2600 || row === 5199) sizes.push(one.save().length);
    }
    expect(sizes[1]).toBeLessThan(1.15 * item(sizes, 0));
  });

  it("notices when machines begin to fail in another way, and learns from what is new", async () => {
    const one = restoreMonitor(monitor.save(), still);
    const machine = item(fleet(95), 0);
    let row = 800_000;
    for (let life = 0; life < 4 && one.kind().drifts.length === 0; life++) {
      // It fails although nothing shows.
      for (let k = 0; k < 26; k++, row++) {
        const { samples } = machine.next(row * ROW_MS);
        for (const sample of samples) one.take({ ...sample, machine: `odd-${life}` });
        one.advance((row + 2) * ROW_MS);
      }
      one.end(`odd-${life}`, row * ROW_MS, "failed");
    }
    expect(one.kind().drifts[0]?.text).toMatch(
      /^forecasts of odd-\d were off by \d+ % of the range/,
    );
    const job = one.due();
    expect(job?.reason).toBe("drift");
    expect(job?.cause).toMatch(/^odd-/);
    if (job === null) return;
    const learned = await runLearningJob(job);
    expect(learned.version.text).toMatch(/^followed a change, from 2\d lives/);
    expect(one.install(learned).reason).toBe("drift");
  });

  it("gives up a job and takes on the next", () => {
    const one = restoreMonitor(monitor.save(), still);
    one.end("a", 700_000 * ROW_MS, "failed");
    one.end("b", 700_000 * ROW_MS, "failed");
    one.end("c", 700_000 * ROW_MS, "failed");
    const job = one.due();
    expect(job?.fleet.runs.length).toBeGreaterThan(24);
    expect(one.kind().learning).not.toBeNull();
    expect(one.due()).toBeNull();
    one.abandon("the learner ran out of memory");
    expect(one.kind().learning).toBeNull();
    expect(one.kind().drifts[0]?.text).toBe("learning was given up: the learner ran out of memory");
  });
});

describe("a monitor and bad input", () => {
  it("never throws for what comes from outside", () => {
    const monitor = createMonitor(wearing, { ...still, mostMachines: 4 });
    const random = new Random(1);
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, -1e300, 0, 1e15, Number.MIN_VALUE];
    for (let k = 0; k < 3000; k++) {
      const pick = <T>(list: readonly T[]): T =>
        item(list, Math.floor(random.next() * list.length));
      monitor.take({
        machine: pick(["a", "b", "", "__proto__", "x".repeat(1000), `m${k}`]),
        sensor: pick(["heat", "load", "oil", "nothing", "__proto__"]),
        at: pick([...odd, k * ROW_MS, k * ROW_MS]),
        value: pick([...odd, null, 50, 2]),
        unit: pick([null, "°C", "furlong"]),
        quality: pick(["good", "bad", "uncertain", "missing"] as const),
        historical: random.next() < 0.2,
      });
      if (k % 50 === 0) monitor.advance(k * ROW_MS);
    }
    monitor.end("nobody", Number.NaN, "failed");
    monitor.end("a", 3000 * ROW_MS, "failed");
    expect(monitor.machines().length).toBeLessThanOrEqual(4);
    expect(monitor.curve("nobody", 10)).toBeNull();
    expect(restoreMonitor(monitor.save(), still).machines()).toEqual(monitor.machines());
  });

  it("refuses declarations that make no sense, and bytes that are no monitor's", () => {
    expect(() => createMonitor({ ...wearing, cap: 0 })).toThrow(UsageError);
    expect(() => createMonitor({ ...wearing, sensors: [] })).toThrow("at least one sensor");
    expect(() => createMonitor(wearing, { bugdet: 1 } as object)).toThrow("bugdet");
    const bytes = createMonitor(wearing).save();
    expect(() => restoreMonitor(bytes.subarray(0, bytes.length - 3))).toThrow(UsageError);
    expect(() => restoreMonitor(new Uint8Array(5))).toThrow(UsageError);
    for (let i = 0; i < bytes.length; i += 37) {
      const damaged = bytes.slice();
      damaged[i] = item(damaged, i) ^ 4;
      expect(() => restoreMonitor(damaged)).toThrow(UsageError);
    }
  });
});
