/** A small fleet, the same in every run. */

import type {
  HealthState,
  MachineCurve,
  MachineForecast,
  MachineKind,
  MachineStatus,
  ModelVersion,
} from "@symbion/core";

/** Everything of a machine but what a test is about. */
export function machineAt(
  id: string,
  now: number,
  health: HealthState,
  forecast: Partial<MachineForecast>,
): MachineStatus {
  return {
    ...{ id, name: `Pump ${id.slice(-1)} (simulated)`, kind: "pump", simulated: true },
    ...{ state: "live", at: now, age: 400, lifeUnit: "cycle", regime: 1 },
    health: {
      state: health,
      index: 0.4,
      anomaly: 1.7,
      carriers: [{ sensor: "vibration", effect: 1.2 }],
    },
    forecast: {
      ...{ at: now, age: 400, remaining: 34, low: 22, high: 51, most: 125 },
      failure: { within: 30, probability: 0.41 },
      ...{ path: "neighbours", reason: "1 of 3 sensors is silent", model: "v2" },
      carriers: [
        { sensor: "vibration", effect: -40 },
        { sensor: "age", effect: -12 },
        { sensor: "flow", effect: 6 },
      ],
      ...forecast,
    },
    sensors: [
      { name: "vibration", unit: "mm/s", role: "sensor", value: 4.4, state: "good", since: now },
      {
        name: "flow",
        unit: "m3/h",
        role: "sensor",
        value: 29,
        state: "stale",
        since: now - 60_000,
      },
      { name: "speed", unit: "1/min", role: "setting", value: 1500, state: "good", since: now },
    ],
    advice: "Plan a repair within 22 cycles.",
  };
}

/** Three machines: one ill, one that nothing is known of, one well. */
export function machinesAt(now: number): MachineStatus[] {
  return [
    machineAt("pump-1", now, "healthy", { remaining: 125, low: 110, high: null }),
    machineAt("pump-2", now, "ill", {}),
    machineAt("pump-3", now, "unknown", {
      ...{ remaining: null, low: null, high: null, failure: null },
      ...{ reason: "operating condition never seen", carriers: [] },
    }),
  ];
}

function version(id: string, at: number, role: ModelVersion["role"]): ModelVersion {
  return {
    ...{ id, kind: "pump", at, parent: null, reason: "failure", role, rows: 5200 },
    ...{ machines: ["pump-4", "pump-5"], sensors: ["vibration", "flow"], normaliser: "n1" },
    ...{ error: 11.4, tookMs: 900, text: `learned from pump-4, version ${id}` },
  };
}

/** What the fleet has learned. */
export function kindAt(now: number): MachineKind {
  return {
    ...{ id: "pump", lifeUnit: "cycle", machines: 3, lives: 2, learning: null, coverage: 0.91 },
    versions: [version("v2", now - 60_000, "champion"), version("v1", now - 600_000, "retired")],
    drifts: [{ at: now - 300_000, text: "flow drifted" }],
  };
}

/** A life of 80 rows whose forecasts come near the truth; the first ten rows had no models. */
export function curveOf(machine: string, now: number): MachineCurve {
  const age = Array.from({ length: 80 }, (_, i) => 320 + i);
  const from = <T>(value: (i: number) => T): (T | null)[] =>
    age.map((_, i) => (i < 10 ? null : value(i)));
  return {
    machine,
    age,
    at: age.map((_, i) => now - (80 - i) * 1000),
    remaining: from((i) => 114 - i),
    low: from((i) => 100 - i),
    high: from((i) => 131 - i),
    health: from((i) => 0.9 - i / 200),
    truth: null,
  };
}
