import { Random } from "@symbion/neural";
import type { NormalisedRun } from "../../src/index.ts";
import { normal, runOf } from "./fleets.ts";

/** Sensors of {@link normalisedLives}: how each follows the wear, and its noise. */
const SENSORS: readonly (readonly [name: string, loading: number, noise: number])[] = [
  ["T50", 1, 0.4],
  ["Nc", -0.9, 0.5],
  ["P30", -1.1, 0.4],
  ["phi", 0.8, 0.6],
  ["BPR", 1, 0.5],
];

/** Lives whose five sensors follow one hidden state of wear that grows exponentially towards the end. */
export function normalisedLives(count: number, seed: number): NormalisedRun[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, m) => {
    const rows = 90 + Math.floor(random.next() * 70);
    const z = new Float32Array(rows * SENSORS.length);
    for (let i = 0; i < rows; i++) {
      const wear = 3 * Math.exp((i - rows) / 30) - 0.7;
      SENSORS.forEach(([, loading, noise], s) => {
        z[i * SENSORS.length + s] = loading * wear + noise * normal(random);
      });
    }
    const run = runOf(
      `m${String(m).padStart(3, "0")}`,
      Array.from({ length: rows }, (_, i) => [
        ...z.subarray(i * SENSORS.length, (i + 1) * SENSORS.length),
      ]),
    );
    return {
      ...{ run, z, sensors: SENSORS.map(([name]) => name) },
      ...{ regimes: new Uint8Array(rows), own: new Uint8Array(rows).fill(1) },
    };
  });
}
