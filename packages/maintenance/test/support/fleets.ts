import { Random } from "@symbion/neural";
import { type Channel, type Fleet, type Run, STATE_CODE } from "../../src/index.ts";

/** Columns without units or limits; names that begin with `o` are settings. */
export function channelsOf(...names: string[]): Channel[] {
  return names.map((name) => ({
    name,
    unit: "",
    role: name.startsWith("o") ? "setting" : "sensor",
    least: null,
    most: null,
  }));
}

/** A run of rows of values, row by row; NaN is missing. Ages count from 1. */
export function runOf(
  machine: string,
  rows: readonly (readonly number[])[],
  remaining: number | null = 0,
): Run {
  const values = Float32Array.from(rows.flat());
  return {
    machine,
    rows: rows.length,
    age: Float64Array.from(rows, (_, i) => i + 1),
    values,
    states: Uint8Array.from(values, (value) =>
      Number.isNaN(value) ? STATE_CODE.missing : STATE_CODE.good,
    ),
    remaining,
  };
}

/** A draw from the standard normal distribution. */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/**
 * Machines that wear under several regimes: two settings with a little noise, three sensors that depend on regime and wear,
 * one that only flickers in its last digit, one that is constant.
 */
export function wearingFleet(machines: number, regimes: number, seed: number): Fleet {
  const random = new Random(seed);
  const runs = Array.from({ length: machines }, (_, m) => {
    const life = 60 + Math.floor(random.next() * 80);
    const rows = Array.from({ length: life }, (_, i) => {
      const regime = Math.floor(random.next() * regimes);
      const wear = Math.exp((i - life) / 20);
      return [
        10 * regime + 0.01 * normal(random),
        [0.3, 0.9, 0.1, 0.5][regime % 4]! + 0.001 * normal(random),
        500 + 60 * regime + 3 * wear + 0.5 * normal(random),
        2 - 0.2 * regime - 0.1 * wear + 0.02 * normal(random),
        9000 - 300 * regime ** 2 + 20 * wear + 5 * normal(random),
        random.next() < 0.02 ? 21.6 : 21.61,
        100 - regime,
      ];
    });
    return runOf(`m${m}`, rows);
  });
  return {
    channels: channelsOf("o1", "o2", "a", "b", "c", "flicker", "still"),
    lifeUnit: "cycle",
    runs,
  };
}
