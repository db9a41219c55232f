import { describe, expect, it } from "vitest";
import {
  FleetSimulator,
  features,
  fitBoosting,
  lifeLeft,
  NormaliserLearner,
  REFERENCE_FEATURES,
  SENSOR_FAULTS,
  SIMULATED_KINDS,
  type SimulatedRow,
  STATE_CODE,
  simulatedKind,
  simulatedMachines,
  simulateLives,
} from "../src/index.ts";

/** Steps a fleet until every machine has ended so many lives. */
function* rowsOf(simulator: FleetSimulator, steps: number): Generator<SimulatedRow> {
  for (let step = 0; step < steps; step++) yield* simulator.step(1000 * step);
}

const [PUMP = "", , GEARBOX = ""] = SIMULATED_KINDS;

describe("a simulated fleet", () => {
  it("says everywhere that it is simulated", () => {
    for (const { id, name, kind } of simulatedMachines()) {
      expect(id).toMatch(/^sim-/);
      expect(name).toMatch(/\(simulated\)$/);
      expect(kind).toMatch(/^simulated-/);
    }
    expect(new Set(simulatedMachines().map(({ kind }) => kind))).toEqual(new Set(SIMULATED_KINDS));
  });

  it("is decided by its seed", () => {
    const one = new FleetSimulator({ seed: 4 });
    const same = new FleetSimulator({ seed: 4 });
    const other = new FleetSimulator({ seed: 5 });
    let differs = false;
    for (let step = 0; step < 50; step++) {
      const rows = one.step(step);
      expect(same.step(step)).toEqual(rows);
      differs ||= JSON.stringify(other.step(step)) !== JSON.stringify(rows);
    }
    expect(differs).toBe(true);
  });

  it("goes on from any position as if it had not been away", () => {
    const whole = new FleetSimulator({ machines: 4 });
    // Into the standstill after a life, and beyond.
    for (let step = 0; step < 1100; step++) whole.step(step);
    const resumed = new FleetSimulator({ machines: 4 }, whole.positions());
    for (let step = 1100; step < 1500; step++) {
      const rows = whole.step(step);
      expect(resumed.step(step)).toEqual(rows);
    }
  });

  it("tells the truth: lives end when nothing is left, by the mode whose damage is whole", () => {
    const simulator = new FleetSimulator({ seed: 2 });
    const last = new Map<string, number>();
    const ends: string[] = [];
    for (const { machine, kind, truth, ended, samples } of rowsOf(simulator, 4000)) {
      if (truth === null) {
        expect([samples, ended]).toEqual([[], null]);
        last.delete(machine);
        continue;
      }
      const step = simulatedKind(kind).lifePerRow;
      const before = last.get(machine);
      if (before !== undefined) expect(before - truth.remaining).toBeCloseTo(step, 6);
      last.set(machine, truth.remaining);
      const most = Math.max(...Object.values(truth.damage));
      expect(most).toBeLessThanOrEqual(1);
      if (ended === null) continue;
      ends.push(ended);
      if (ended === "failed") {
        expect(truth.remaining).toBe(0);
        expect(truth.damage[truth.mode]).toBe(1);
      } else expect(truth.remaining).toBeGreaterThan(0);
    }
    expect(ends.filter((end) => end === "failed").length).toBeGreaterThan(20);
    expect(ends).toContain("serviced");
    // Every kind can fail in more than one way.
    for (const kind of SIMULATED_KINDS) {
      const modes = new Set<string>();
      const one = new FleetSimulator({ kinds: [kind], machines: 6, seed: 9 });
      for (const { truth } of rowsOf(one, 2500)) if (truth !== null) modes.add(truth.mode);
      expect(modes.size, kind).toBeGreaterThan(1);
    }
  });

  it("has sensors that fail in every way, labelled, while the others go on", () => {
    const simulator = new FleetSimulator({ seed: 3, machines: 12 });
    const ranges = new Map(
      simulator.kinds.flatMap(({ id, sensors }) =>
        sensors.map((sensor) => [`${id} ${sensor.name}`, sensor] as const),
      ),
    );
    const seen = new Map<string, { rows: number; reports: number; odd: number }>();
    const previous = new Map<string, number | null>();
    for (const { machine, kind, samples, truth } of rowsOf(simulator, 3000)) {
      for (const fault of truth?.faults ?? []) {
        const count = seen.get(fault.kind) ?? { rows: 0, reports: 0, odd: 0 };
        seen.set(fault.kind, count);
        count.rows++;
        const sample = samples.find(({ sensor }) => sensor === fault.sensor);
        if (sample === undefined) continue;
        count.reports++;
        const key = `${machine} ${fault.sensor}`;
        const range = ranges.get(`${kind} ${fault.sensor}`);
        const odd = {
          dead: true,
          stuck: previous.get(key) === sample.value,
          drifting:
            sample.unit === range?.unit &&
            sample.value !== null &&
            sample.value > (range?.most ?? 0),
          intermittent: sample.quality === "bad",
        };
        if (odd[fault.kind]) count.odd++;
      }
      for (const { sensor, value } of samples) previous.set(`${machine} ${sensor}`, value);
    }
    expect([...seen.keys()].sort()).toEqual([...SENSOR_FAULTS].sort());
    expect(seen.get("dead")?.reports).toBe(0);
    for (const kind of ["stuck", "drifting", "intermittent"]) {
      expect(seen.get(kind)?.odd, kind).toBeGreaterThan(20);
    }
    // No fault: every sensor reports as often as it should.
    const healthy = new FleetSimulator({
      sensorFaults: false,
      kinds: [PUMP],
      machines: 1,
    });
    const sensors = healthy.kinds[0]?.sensors.length;
    const rows = [...rowsOf(healthy, 30)];
    expect(rows.every(({ truth }) => truth?.faults.length === 0)).toBe(true);
    expect(Math.max(...rows.map(({ samples }) => samples.length))).toBe(sensors);
  });

  it("has sensors that report in another unit: the same quantity, said otherwise", () => {
    const simulator = new FleetSimulator({ seed: 1, sensorFaults: false });
    const units = new Map<string, { unit: string; sum: number; count: number }>();
    for (const { samples } of rowsOf(simulator, 200)) {
      for (const { machine, sensor, unit, value } of samples) {
        if (sensor !== "bearing-temperature") continue;
        const of = units.get(machine) ?? { unit: unit ?? "", sum: 0, count: 0 };
        units.set(machine, of);
        of.sum += value ?? 0;
        of.count++;
      }
    }
    const celsius = units.get("sim-pump-1");
    const fahrenheit = units.get("sim-pump-2");
    expect([celsius?.unit, fahrenheit?.unit]).toEqual(["°C", "°F"]);
    const [c = 0, f = 0] = [celsius, fahrenheit].map((of) => (of?.sum ?? 0) / (of?.count ?? 1));
    // Two machines of a kind differ by some degrees.
    expect(Math.abs((f - 32) / 1.8 - c)).toBeLessThan(15);
  });

  it("ends lives every minute or two with one row a second", () => {
    let ends = 0;
    for (const { ended } of rowsOf(new FleetSimulator(), 6000)) if (ended !== null) ends++;
    expect(6000 / ends).toBeGreaterThan(40);
    expect(6000 / ends).toBeLessThan(120);
  });

  it("refuses what it does not know", () => {
    expect(() => new FleetSimulator({ machines: 0 })).toThrow(/from 1 to 64/);
    expect(() => new FleetSimulator({ kinds: ["rocket"] })).toThrow(/a simulated kind/);
    expect(() => new FleetSimulator({ kinds: [] })).toThrow(/at least one kind/);
    expect(() => new FleetSimulator({ seed: Number.NaN })).toThrow(/finite/);
    expect(() => new FleetSimulator({ speed: 1 } as object)).toThrow(/expected one of seed/);
  });
});

describe("simulated lives as a table", () => {
  it("hold values exactly where they are good, and faults as states", () => {
    const fleet = simulateLives({
      kind: PUMP,
      lives: 60,
      seed: 2,
      sensorFaults: true,
    });
    const found = new Set<number>();
    for (const { values, states, remaining, age, rows } of fleet.runs) {
      expect(remaining).toBe(0);
      expect(age.length).toBe(rows);
      for (let i = 0; i < values.length; i++) {
        found.add(states[i] ?? -1);
        expect(Number.isNaN(values[i] ?? 0)).toBe(states[i] !== STATE_CODE.good);
      }
    }
    expect([...found].sort()).toEqual(
      [STATE_CODE.good, STATE_CODE.missing, STATE_CODE["out-of-range"], STATE_CODE.bad].sort(),
    );
  });

  it("can be learned from: forecasts for machines that were not seen beat a constant by far", () => {
    const fleet = simulateLives({ kind: GEARBOX, lives: 16, seed: 7 });
    const cap = simulatedKind(GEARBOX).cap;
    const learner = new NormaliserLearner(fleet.channels);
    for (const run of fleet.runs) learner.learn(run);
    const normaliser = learner.freeze();
    const table = features(
      fleet.runs.map((run) => normaliser.apply(run)),
      REFERENCE_FEATURES,
    );
    const targets = Float32Array.from(fleet.runs.flatMap((run) => [...(lifeLeft(run, cap) ?? [])]));
    const from = table.starts[12] ?? 0;
    const part = (first: number, end: number) => ({
      rows: end - first,
      names: table.names,
      data: Float32Array.from(
        table.names.flatMap((_, c) => [
          ...table.data.subarray(c * table.rows + first, c * table.rows + end),
        ]),
      ),
    });
    const trees = fitBoosting(part(0, from), targets.subarray(0, from), { trees: 60, rate: 0.1 });
    const forecasts = trees.predict(part(from, table.rows));
    const truths = targets.subarray(from);
    const mean = targets.subarray(0, from).reduce((sum, value) => sum + value, 0) / from;
    const error = (of: (row: number) => number): number =>
      Math.sqrt(
        truths.reduce((sum, truth, row) => sum + (of(row) - truth) ** 2, 0) / truths.length,
      );
    expect(error((row) => forecasts[row] ?? 0)).toBeLessThan(0.55 * error(() => mean));
  });
});
