/** Machines that a test makes up, for the HTTP interface. */

import {
  expected,
  type MachineCurve,
  type MachineKind,
  type MachineSource,
  type MachineStatus,
  type ModelVersion,
} from "@symbion/core";
import { MonitorsAway } from "../../src/machines/service.ts";
import type { MachinesPart } from "../../src/server/parts.ts";

const AT = Date.UTC(2026, 6, 1);

export const MACHINE: MachineStatus = {
  ...{ id: "press-4", name: "Press 4", kind: "press", simulated: false, state: "live" },
  ...{ at: AT, age: 212, lifeUnit: "cycle", regime: 1, advice: "Plan a service within 30 cycles." },
  health: {
    ...{ state: "watch", index: 0.4, anomaly: 1.3 },
    carriers: [{ sensor: "force", effect: -3.5 }],
  },
  forecast: {
    ...{ at: AT, age: 212, remaining: 40, low: 22, high: null, most: 125, path: "trees" },
    ...{ failure: { within: 30, probability: 0.31 }, reason: null, model: "v2" },
    carriers: [{ sensor: "age", effect: 2 }],
  },
  sensors: [
    { name: "force", unit: "kN", role: "sensor", value: 400, state: "good", since: AT },
    { name: "rate", unit: "1/min", role: "setting", value: null, state: "stale", since: AT },
  ],
};

const VERSION: ModelVersion = {
  ...{ id: "v2", kind: "press", at: AT, parent: "v1", reason: "failure", machines: ["press-1"] },
  ...{ rows: 800, sensors: ["force"], normaliser: "n2", error: 11.5, tookMs: 900 },
  ...{ role: "champion", text: "learned from press-1, which failed after 190 cycles" },
};

const KIND: MachineKind = {
  ...{ id: "press", lifeUnit: "cycle", machines: 1, lives: 7, versions: [VERSION] },
  ...{ learning: null, coverage: 0.91, drifts: [{ at: AT, text: "something has changed" }] },
};

const CURVE: MachineCurve = {
  ...{ machine: "press-4", age: [1, 2], at: [AT - 1000, AT], remaining: [125, null] },
  ...{ low: [90, null], high: [null, null], health: [1, 0.4], truth: null },
};

const SOURCE: MachineSource = {
  ...{ id: "hall", type: "mqtt", target: "mqtt://***@broker", state: "live", reason: null },
  ...{ retryAt: null, samples: 12, lastSampleAt: AT, problems: 1, problem: "hall/x: no number" },
  machines: ["press-4"],
};

/** One machine of one kind; `away`: its monitors do not answer. */
export function machinesPart(away: () => boolean = () => false): MachinesPart {
  const present = <T>(value: T): Promise<T> =>
    away() ? Promise.reject(new MonitorsAway()) : Promise.resolve(value);
  return {
    list: () => [MACHINE],
    status: (id) => (id === MACHINE.id ? MACHINE : null),
    curve: (id) => present(id === MACHINE.id ? CURVE : null),
    kinds: () => [KIND],
    kind: (id) => (id === KIND.id ? KIND : null),
    rollback: (kind, version) =>
      present(
        kind === KIND.id && version === VERSION.id ? { ...VERSION, reason: "rollback" } : null,
      ),
    push: (id, kind, samples) => {
      if (id !== MACHINE.id && kind === null) return null;
      if (kind !== null && kind !== KIND.id) throw expected("a kind (press)", kind, "kind");
      const refused = samples.flatMap(({ sensor }, index) =>
        sensor === "force"
          ? []
          : [{ index, reason: `expected a sensor of press, got "${sensor}"` }],
      );
      return {
        ...{ taken: samples.length - refused.length, refused, refusedTotal: refused.length },
      };
    },
    end: (id) => id === MACHINE.id,
    sources: () => [SOURCE],
  };
}
