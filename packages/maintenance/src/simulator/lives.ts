/** Whole simulated lives as a table, to learn from at once. */

import { type Channel, type Fleet, type Run, STATE_CODE } from "../fleet.ts";
import { modelOf } from "./fleet.ts";
import { SimulatedLife } from "./life.ts";

/** Options of {@link simulateLives}. */
export type LivesOptions = {
  /** Id of the simulated kind. */
  readonly kind: string;
  /** Number of lives, each of a machine of its own. */
  readonly lives: number;
  /** Decides everything. Default 1. */
  readonly seed?: number;
  /** Whether sensors fail now and then. Default false. */
  readonly sensorFaults?: boolean;
};

/**
 * Runs machines of one kind from new to failed. What a sensor does not say in a row is `missing`, values beyond its range
 * are `out-of-range`, and what it calls bad is `bad`; a stuck value is in the table as it came.
 */
export function simulateLives(options: LivesOptions): Fleet {
  const { kind: id, lives, seed = 1, sensorFaults = false } = options;
  const kind = modelOf(id);
  const channels: Channel[] = kind.sensors.map(({ name, unit, role, least, most }) => ({
    ...{ name, unit, role, least, most },
  }));
  const runs = Array.from({ length: lives }, (_, index): Run => {
    const machine = `${id}-${index + 1}`;
    const life = new SimulatedLife(kind, {
      ...{ seed, machine, number: 0, sensorFaults, services: false },
    });
    const values = new Float32Array(life.rows * channels.length).fill(Number.NaN);
    const states = new Uint8Array(life.rows * channels.length).fill(STATE_CODE.missing);
    const age = Float64Array.from({ length: life.rows }, (_, row) => (row + 1) * kind.lifePerRow);
    for (let row = life.next(), at = 0; row !== null; row = life.next()) {
      for (const [index, report] of row.reports.entries()) {
        const { least, most } = kind.sensors[index];
        const place = at + index;
        if (report === null) continue;
        const { value, quality } = report;
        const code =
          value === null || quality !== "good"
            ? STATE_CODE.bad
            : value < least || value > most
              ? STATE_CODE["out-of-range"]
              : STATE_CODE.good;
        states[place] = code;
        if (code === STATE_CODE.good) values[place] = value ?? Number.NaN;
      }
      at += channels.length;
    }
    return { machine, rows: life.rows, age, values, states, remaining: 0 };
  });
  return { channels, lifeUnit: kind.lifeUnit, runs };
}
