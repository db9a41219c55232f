import { describe, expect, it } from "vitest";
import { type Fleet, sliceRun } from "../src/fleet.ts";
import { DetectionError } from "../src/index.ts";
import { normaliserOf } from "../src/learning/fit-kind.ts";
import { UsualRows } from "../src/learning/usual-rows.ts";
import { features, REFERENCE_FEATURES } from "../src/manipulation/features.ts";
import type { FeatureTable } from "../src/manipulation/types.ts";
import { simulateLives } from "../src/simulator/index.ts";
import { item } from "./support/wearing.ts";

const RATE = 0.005;

/** Features of some lives, normalised by the first `learned` of them, and the rows of each that count as healthy. */
function tableOf(fleet: Fleet, learned: number): { table: FeatureTable; healthy: number[][] } {
  const normaliser = normaliserOf({ ...fleet, runs: fleet.runs.slice(0, learned) });
  const table = features(
    fleet.runs.map((run) => normaliser.apply(run)),
    REFERENCE_FEATURES,
  );
  const healthy = fleet.runs.map((run, r) =>
    Array.from({ length: Math.floor(run.rows * 0.35) }, (_, i) => item(table.starts, r) + i),
  );
  return { table, healthy };
}

function rowOf({ data, rows, names }: FeatureTable, row: number): Float32Array {
  return Float32Array.from(names, (_, c) => item(data, c * rows + row));
}

describe("usual rows", () => {
  const fleet = simulateLives({ kind: "simulated-press", lives: 50, seed: 21 });
  const { table, healthy } = tableOf(fleet, 25);
  const usual = UsualRows.learn(table, healthy.slice(0, 25), RATE) as UsualRows;

  it("keep the false-alarm rate on machines never seen, and find what goes before a failure", () => {
    const over = (rows: readonly number[]): number =>
      rows.filter((row) => (usual.ratio(rowOf(table, row)) ?? 0) > 1).length / rows.length;
    const shares = healthy.slice(25).map(over);
    const mean = shares.reduce((a, b) => a + b, 0) / shares.length;
    const sd = Math.sqrt(shares.reduce((a, b) => a + (b - mean) ** 2, 0) / shares.length);
    expect(mean).toBeLessThan(RATE + (3.3 * sd) / Math.sqrt(shares.length));
    for (let r = 25; r < 50; r++) {
      const end = item(table.starts, r + 1);
      const rows = Math.floor(item(fleet.runs, r).rows * 0.1);
      expect(over(Array.from({ length: rows }, (_, i) => end - 1 - i))).toBeGreaterThan(0.9);
    }
  });

  it("name the sensors that make a row unusual, and no silent one", () => {
    const last = rowOf(table, item(table.starts, 26) - 1);
    const carriers = usual.carriers(last);
    const ratio = usual.ratio(last) ?? 0;
    expect(carriers.reduce((sum, { effect }) => sum + effect, 0)).toBeCloseTo(ratio, 3);
    const first = item(carriers, 0).sensor;
    const silent = last.map((value, c) => (table.sensors[c] === first ? Number.NaN : value));
    expect(usual.carriers(silent).map(({ sensor }) => sensor)).not.toContain(first);
    expect(usual.ratio(last.map(() => Number.NaN))).toBeNull();
  });

  it("come back from their bytes, for the same features only", () => {
    const back = UsualRows.decode(usual.encode(), table.names);
    const row = rowOf(table, item(table.starts, 30) - 5);
    expect(back.ratio(row)).toBe(usual.ratio(row));
    const turned = [...table.names].reverse();
    expect(UsualRows.decode(usual.encode(), turned).ratio(row.toReversed())).toBe(usual.ratio(row));
    expect(() => UsualRows.decode(usual.encode(), ["age"])).toThrow("expected a feature");
    expect(() => UsualRows.decode(new Uint8Array(9), table.names)).toThrow(DetectionError);
  });

  it("are not claimed where there is too little to learn from", () => {
    expect(UsualRows.learn(table, [item(healthy, 0).slice(0, 40)], RATE)).toBeNull();
    const first = sliceRun(item(fleet.runs, 0), 0, 80, fleet.channels.length);
    const still = { ...first, values: first.values.map((_, i) => i % fleet.channels.length) };
    const dead = tableOf({ ...fleet, runs: [still, still] }, 2);
    expect(UsualRows.learn(dead.table, [[...Array(80).keys()]], RATE)).toBeNull();
  });
});
