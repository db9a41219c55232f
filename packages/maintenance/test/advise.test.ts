import type { MachineForecast, MachineHealth, MachineSensor, SensorState } from "@symbion/core";
import { describe, expect, it } from "vitest";
import { type Advisable, advise } from "../src/advisory/advise.ts";

const healthy: MachineHealth = { state: "healthy", index: 0.9, anomaly: 0.3, carriers: [] };
const forecast: MachineForecast = {
  at: 0,
  age: 50,
  remaining: 80,
  low: 61.4,
  high: 97.2,
  most: 125,
  failure: { within: 30, probability: 0.01 },
  path: "trees",
  reason: null,
  carriers: [
    { sensor: "age", effect: -9 },
    { sensor: "oil", effect: -6 },
    { sensor: "heat", effect: 2 },
  ],
  model: "v1",
};
const sensor = (name: string, state: SensorState): MachineSensor => ({
  ...{ name, state, unit: "bar", role: "sensor", value: 1, since: 0 },
});
const machine = (change: Partial<Advisable>): Advisable => ({
  ...{ health: healthy, forecast, sensors: [sensor("oil", "good")], state: "live", lifeUnit: "h" },
  ...change,
});
const likely = (probability: number): MachineForecast => ({
  ...forecast,
  failure: { within: 30, probability },
});

describe("advice", () => {
  it("says no more than the interval does", () => {
    expect(advise(machine({}))).toBe("Nothing to do: 61 to 98 hours left in 9 of 10 such cases.");
    expect(advise(machine({ forecast: { ...forecast, high: null } }))).toBe(
      "Nothing to do: at least 61 hours left in 9 of 10 such cases.",
    );
  });

  it("asks a person, and names the sensors that show it", () => {
    expect(advise(machine({ forecast: likely(0.2) }))).toBe(
      "May fail soon: 61 to 98 hours left in 9 of 10 such cases. Plan maintenance, and have a person check it; it shows most in oil.",
    );
    expect(advise(machine({ forecast: likely(0.7) }))).toBe(
      "Likely to fail within 30 hours; 61 to 98 hours left in 9 of 10 such cases. Ask the person in charge to take it out of service or to repair it now; it shows most in oil.",
    );
  });

  it("keeps a fault of a sensor apart from one of the machine", () => {
    for (const state of ["missing", "stale", "stuck", "out-of-range", "bad"] as const) {
      const text = advise(machine({ sensors: [sensor("oil", state)] }));
      expect(text).toMatch(
        /^Nothing to do: .* Sensor oil .* of the sensor or its line, not of the machine\.$/,
      );
    }
    const sensors = ["a", "b", "c", "d"].map((name) => sensor(name, "stale"));
    expect(advise(machine({ sensors }))).toContain(
      "4 of 4 sensors give no usable values (a, b, c and 1 more)",
    );
  });

  it("says what is not known, and why", () => {
    const unknown = {
      ...forecast,
      remaining: null,
      low: null,
      high: null,
      failure: null,
      reason: "no power",
    };
    expect(advise(machine({ forecast: unknown }))).toBe(
      "Nothing unusual. How long it will last is not known (no power).",
    );
    const odd: MachineHealth = {
      ...{ state: "watch", index: 0.5, anomaly: 1.4 },
      carriers: [{ sensor: "heat", effect: 1 }],
    };
    expect(advise(machine({ forecast: unknown, health: odd }))).toMatch(
      /^Behaves unlike a healthy machine in heat: have somebody look at it\. How long/,
    );
    expect(advise(machine({ health: odd }))).toContain("no failure is expected soon");
  });

  it("has a word for every state", () => {
    expect(advise(machine({ state: "waiting" }))).toBe("Waiting for the first values.");
    expect(advise(machine({ state: "failed" }))).toContain("This life is over.");
    expect(advise(machine({ state: "silent" }))).toContain("check the connection");
    expect(advise(machine({ forecast: null }))).toBe("Too few values yet to say anything.");
  });
});
