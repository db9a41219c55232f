/**
 * What is worth telling of machines, out of their statuses: an insight begins when something has held for some rows,
 * and ends when it has not held for some. A sensor's fault is an insight of its own, and never one of the machine.
 */

import type { Insight, MachineStatus, ModelVersion, SensorState } from "@symbion/core";
import { sortableId } from "../ids.ts";

/** Rows in which something has to hold before it is told, and to be over before its end is. */
const ROWS_ON = 3;
const ROWS_OFF = 6;
/** Probability of failure within the horizon from which a machine is told to be failing, and below which it is not. */
const FAILING = 0.6;
const FINE = 0.35;
/** What may be wrong with a sensor, in words. `missing` values are not: a source need not send every value. */
const FAULTS: Readonly<Partial<Record<SensorState, string>>> = {
  stale: "is silent",
  stuck: "repeats the same value",
  "out-of-range": "is beyond what it can measure",
  bad: "is called bad by its source",
};

type Condition = {
  /** Rows in a row in which it held, or did not. */
  held: number;
  gone: number;
  insight: Insight | null;
};

type Machine = {
  readonly conditions: Map<string, Condition>;
  /** Moment of the newest row that was looked at. */
  at: number;
  /** Time in service when it was last seen alive. */
  age: number;
  state: MachineStatus["state"];
};

/** Follows all machines. */
export class MachineEpisodes {
  readonly #onInsight: (insight: Insight) => void;
  readonly #machines = new Map<string, Machine>();
  readonly #versions = new Set<string>();

  /** `onInsight` is called at the beginning and again at the end of each. */
  constructor(onInsight: (insight: Insight) => void) {
    this.#onInsight = onInsight;
  }

  /** Takes what a machine is like now. A status that came before changes nothing. */
  take(status: MachineStatus): void {
    const { id, at } = status;
    const first = this.#machines.get(id) === undefined;
    const machine = this.#machines.get(id) ?? {
      ...{ conditions: new Map(), at: Number.NEGATIVE_INFINITY, age: 0, state: status.state },
    };
    this.#machines.set(id, machine);
    if (status.state === "failed") {
      this.#endAll(machine, at ?? machine.at);
      // A machine that had failed when the node began is no news.
      if (machine.state !== "failed" && !first) this.#failed(status, machine.age);
      machine.state = status.state;
      return;
    }
    machine.state = status.state;
    if (at === null || at <= machine.at) return;
    machine.at = at;
    machine.age = status.age;
    this.#anomaly(machine, status);
    this.#failing(machine, status);
    // Of a machine that says nothing at all nobody knows how its sensors are.
    if (status.state === "silent") return;
    for (const sensor of status.sensors) {
      const fault = FAULTS[sensor.state];
      const text = `${status.name}: sensor ${sensor.name} ${fault}; the machine itself may be fine`;
      this.#condition(machine, status, `sensor ${sensor.name}`, fault !== undefined, {
        ...{ kind: "sensor-fault", area: sensor.name, score: 1, text },
      });
    }
  }

  /** Tells that a version of a kind's models is there; the same one is told once. */
  learned(version: ModelVersion): void {
    if (this.#versions.has(version.id)) return;
    this.#versions.add(version.id);
    if (this.#versions.size > 1000) {
      this.#versions.delete(this.#versions.values().next().value as string);
    }
    this.#moment(version.kind, "model-learned", version.at, version.text);
  }

  /** Machines that run no more. */
  removed(id: string, at: number): void {
    const machine = this.#machines.get(id);
    if (machine === undefined) return;
    this.#machines.delete(id);
    this.#endAll(machine, at);
  }

  /** Ends all that goes on: the node ends. */
  end(at: number): void {
    for (const machine of this.#machines.values()) this.#endAll(machine, at);
  }

  #anomaly(machine: Machine, status: MachineStatus): void {
    const anomaly = status.health?.anomaly ?? null;
    const who = (status.health?.carriers ?? []).slice(0, 3).map(({ sensor }) => sensor);
    const because = who.length === 0 ? "" : ` (${who.join(", ")})`;
    this.#condition(machine, status, "anomaly", anomaly === null ? null : anomaly > 1, {
      ...{ kind: "machine-anomaly", area: null },
      // Twice the threshold is 0.5, and the strongest is 1.
      score: anomaly === null ? 0 : Math.max(0, Math.min(1, 1 - 1 / Math.max(1, anomaly))),
      text: `${status.name} behaves unusually${because}`,
    });
  }

  #failing(machine: Machine, status: MachineStatus): void {
    const { forecast, lifeUnit, name } = status;
    const probability = forecast?.failure?.probability ?? null;
    const open = (machine.conditions.get("failing")?.insight ?? null) !== null;
    const limit = open ? FINE : FAILING;
    const text = `${name} is expected to fail ${remainingText(forecast, lifeUnit)}`;
    this.#condition(
      machine,
      status,
      "failing",
      probability === null ? null : probability >= limit,
      { kind: "machine-failing", area: null, score: probability ?? 0, text },
    );
  }

  #failed({ id, at, name, age, lifeUnit }: MachineStatus, before: number): void {
    // Some monitors count the next life already.
    const text = `${name} has failed after ${figure(Math.max(age, before))} ${lifeUnit}`;
    this.#moment(id, "machine-failed", at ?? Date.now(), text);
  }

  /** `holds` null: nobody knows, and what goes on goes on. */
  #condition(
    machine: Machine,
    status: MachineStatus,
    key: string,
    holds: boolean | null,
    told: Pick<Insight, "kind" | "area" | "score" | "text">,
  ): void {
    let condition = machine.conditions.get(key);
    if (condition === undefined) {
      if (holds !== true) return;
      condition = { held: 0, gone: 0, insight: null };
      machine.conditions.set(key, condition);
    }
    const at = status.at ?? 0;
    if (holds === true) {
      condition.gone = 0;
      condition.held++;
      const { insight } = condition;
      if (insight !== null) {
        condition.insight = { ...insight, score: Math.max(insight.score, told.score) };
      } else if (condition.held >= ROWS_ON) {
        condition.insight = {
          ...{ id: sortableId(at), source: status.id, from: at, to: null },
          ...{ track: null, direction: null, ...told },
        };
        this.#onInsight(condition.insight);
      }
    } else if (holds === false) {
      condition.held = 0;
      condition.gone++;
      if (condition.insight === null) machine.conditions.delete(key);
      else if (condition.gone >= ROWS_OFF) this.#end(machine, key, at);
    }
  }

  #endAll(machine: Machine, at: number): void {
    for (const key of [...machine.conditions.keys()]) this.#end(machine, key, at);
  }

  #end(machine: Machine, key: string, at: number): void {
    const insight = machine.conditions.get(key)?.insight ?? null;
    machine.conditions.delete(key);
    if (insight !== null) this.#onInsight({ ...insight, to: Math.max(insight.from, at) });
  }

  #moment(source: string, kind: string, at: number, text: string): void {
    this.#onInsight({
      ...{ id: sortableId(at), source, kind, from: at, to: at, text },
      ...{ area: null, track: null, score: 1, direction: null },
    });
  }
}

/** "within 40 h (12 to 75 h)". */
function remainingText(forecast: MachineStatus["forecast"], unit: string): string {
  if (forecast === null || forecast.remaining === null) return "soon";
  const { remaining, low, high } = forecast;
  const span =
    low === null
      ? ""
      : high === null
        ? ` (at least ${figure(low)})`
        : ` (${figure(low)} to ${figure(high)})`;
  return `in about ${figure(remaining)} ${unit}${span}`;
}

/** A number as people say it: three digits at most. */
function figure(value: number): string {
  if (Math.abs(value) >= 100) return String(Math.round(value));
  return String(Number(value.toPrecision(2)));
}
