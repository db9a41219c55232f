import { Random } from "@symbion/neural";
import { beforeAll, describe, expect, it } from "vitest";
import type { Channel, Run } from "../src/fleet.ts";
import { normaliserOf } from "../src/learning/fit-kind.ts";
import { type Profile, profileOf, RegimeAnchor } from "../src/learning/regime-anchor.ts";
import { NO_REGIME, type Normaliser, UNSEEN_REGIME } from "../src/manipulation/normaliser.ts";
import { item, normal } from "./support/wearing.ts";

const channels: Channel[] = (["speed", "heat", "flow"] as const).map((name) => ({
  name,
  unit: "",
  role: name === "speed" ? "setting" : "sensor",
  least: null,
  most: null,
}));

/** Level of a sensor at a speed: wear changes it by a share of its level. */
const LEVEL = (s: number, speed: number): number => (s === 0 ? 50 + 30 * speed : 200 - 40 * speed);

/** Rows of a machine that wears from 0 to 1. @param speeds Ways of operation, drawn anew for each row. */
function life(machine: string, rows: number, speeds: readonly number[], random: Random): Run {
  const values = new Float32Array(rows * 3);
  for (let i = 0; i < rows; i++) {
    const speed = item(speeds, Math.floor(random.next() * speeds.length));
    const wear = ((i + 1) / rows) ** 2;
    values[3 * i] = speed + 0.0005 * random.next();
    values[3 * i + 1] = LEVEL(0, speed) * (1 + 0.05 * wear) + 0.5 * normal(random);
    values[3 * i + 2] = LEVEL(1, speed) * (1 - 0.08 * wear) + 1.5 * normal(random);
  }
  return {
    machine,
    rows,
    age: Float64Array.from({ length: rows }, (_, i) => i + 1),
    values,
    states: new Uint8Array(rows * 3),
    remaining: 0,
  };
}

describe("regimes that nobody has seen", () => {
  const random = new Random(4);
  const known = Array.from({ length: 12 }, (_, k) => life(`m${k}`, 160, [1], random));
  const stranger = life("new", 200, [1, 2, 3], random);
  let normaliser: Normaliser;
  let profile: Profile;

  beforeAll(() => {
    normaliser = normaliserOf({ channels, lifeUnit: "cycle", runs: known });
    profile = profileOf(
      known.map((run) => normaliser.apply(run)),
      2,
    );
  });

  it("have no figures of their own at first", () => {
    const z = new Float32Array(2);
    expect(normaliser.applyRow(Float32Array.of(3, 140, 80), 0, z, 0)).toBe(UNSEEN_REGIME);
    expect(profile.noise.every((noise) => noise > 0.1 && noise < 1)).toBe(true);
    expect(profile.start[0]).toBeLessThan(-0.5);
  });

  it("are told apart, and give the machine's condition as the known one does", () => {
    const anchor = new RegimeAnchor(normaliser, profile);
    const z = new Float32Array(2);
    const { mean, sd } = item(normaliser.regimes, 0);
    let squares = 0;
    let count = 0;
    const regimes = new Set<number>();
    for (let i = 0; i < stranger.rows; i++) {
      regimes.add(anchor.learn(stranger.values, 3 * i));
      anchor.standardise(stranger.values, 3 * i, z, 0);
      if (i < 20) continue;
      const wear = ((i + 1) / stranger.rows) ** 2;
      const truth = (LEVEL(0, 1) * (1 + 0.05 * wear) - (mean[0] ?? 0)) / (sd[0] ?? 1);
      squares += (item(z, 0) - truth) ** 2;
      count++;
    }
    expect([...regimes].sort()).toEqual([0, 1, 2]);
    expect(anchor.regimes).toBe(2);
    // Hardly more than the noise of a row.
    expect(Math.sqrt(squares / count)).toBeLessThan(1.5 * item(profile.noise, 0));
  });

  it("go on after a save as if nothing had been", () => {
    const anchor = new RegimeAnchor(normaliser, profile);
    for (let i = 0; i < 50; i++) anchor.learn(stranger.values, 3 * i);
    const saved = JSON.parse(JSON.stringify(anchor.save()));
    const again = RegimeAnchor.restore(saved, normaliser, profile);
    for (let i = 50; i < 100; i++) {
      expect(again.learn(stranger.values, 3 * i)).toBe(anchor.learn(stranger.values, 3 * i));
    }
    expect(again.save()).toEqual(anchor.save());
  });

  it("skip missing values, and rows whose settings are missing", () => {
    const anchor = new RegimeAnchor(normaliser, profile);
    const z = new Float32Array(2);
    expect(anchor.learn(Float32Array.of(Number.NaN, 80, 160), 0)).toBe(NO_REGIME);
    expect(anchor.learn(Float32Array.of(3, Number.NaN, 80), 0)).toBe(1);
    anchor.standardise(Float32Array.of(3, 140, 80), 0, z, 0);
    expect(z[0]).toBeNaN();
    expect(z[1]).not.toBeNaN();
  });

  it("are bounded in number", () => {
    const anchor = new RegimeAnchor(normaliser, profile);
    for (let k = 0; k < 100; k++) anchor.learn(Float32Array.of(10 + 10 * k * k, 50, 50), 0);
    expect(anchor.regimes).toBeLessThanOrEqual(24);
  });
});
