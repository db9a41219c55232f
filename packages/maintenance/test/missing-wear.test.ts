import { Random } from "@symbion/neural";
import { describe, expect, it } from "vitest";
import type { NormalisedRun } from "../src/index.ts";
import { drawDistinct, drawLoss, lose, REFERENCE_CURRICULUM } from "../src/missing/curriculum.ts";
import { eigenvectors } from "../src/missing/eigen.ts";
import { Neighbours } from "../src/missing/neighbours.ts";
import { WearModel } from "../src/missing/wear.ts";
import { WearStream, wearFeatureNames } from "../src/missing/wear-stream.ts";
import { normalisedLives } from "./support/lives.ts";

const lives = normalisedLives(12, 1);
const model = WearModel.fit(lives, 2);
const names = wearFeatureNames(model);

function featuresAt(z: Float32Array, run: NormalisedRun, last: number, of = model): Float32Array {
  const stream = new WearStream(of);
  const n = run.sensors.length;
  for (let i = 0; i <= last; i++) stream.push(z, i * n, run.run.age[i] as number);
  const out = new Float32Array(stream.width);
  stream.write(out);
  return out;
}

describe("eigenvectors", () => {
  it("rebuild the matrix, greatest value first", () => {
    const random = new Random(3);
    const n = 6;
    const root = Float64Array.from({ length: n * n }, () => random.next() - 0.5);
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        for (let k = 0; k < n; k++) {
          const product = (root[i * n + k] as number) * (root[j * n + k] as number);
          matrix[i * n + j] = (matrix[i * n + j] as number) + product;
        }
      }
    }
    const { values, vectors } = eigenvectors(matrix, n);
    expect([...values]).toEqual([...values].sort((a, b) => b - a));
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < n; k++) {
          sum +=
            (values[k] as number) * (vectors[k * n + i] as number) * (vectors[k * n + j] as number);
        }
        expect(sum).toBeCloseTo(matrix[i * n + j] as number, 10);
      }
    }
  });
});

describe("the wear model", () => {
  it("solves the posterior's normal equations", () => {
    // One state, two sensors: by hand.
    const small = new WearModel({
      ...{ sensors: ["a", "b"], factors: 1, loadings: [1, -2] },
      ...{ noise: [0.5, 1], deviation: [0.25, 0.5] },
    });
    const states = new Float64Array(1);
    const values = new Float64Array(2);
    const sums = Float64Array.of(3, -4);
    const counts = Float64Array.of(2, 1);
    const variance = small.posterior(sums, counts, states, values);
    const [wa, wb] = [1 / (0.5 / 2 + 0.25), 1 / (1 + 0.5)];
    const precision = 1 + wa + 4 * wb;
    const mean = (wa * 1.5 + wb * -2 * -4) / precision;
    expect(variance).toBeCloseTo(1 / precision, 12);
    expect(states[0]).toBeCloseTo(mean, 12);
    expect(values[1]).toBeCloseTo(-2 * mean + (0.5 / 1.5) * (-4 + 2 * mean), 12);
  });

  it("knows nothing without values: prior mean and variance", () => {
    const states = new Float64Array(2).fill(9);
    const none = new Float64Array(model.sensors);
    expect(model.posterior(none, none, states, null)).toBeCloseTo(1, 12);
    expect([...states]).toEqual([0, 0]);
  });

  it("gives the wear of a dead sensor's machine from the others", () => {
    const run = lives[0] as NormalisedRun;
    const last = run.run.rows - 2;
    const whole = featuresAt(run.z, run, last);
    const z = lose(run, { dead: [0], scattered: 0, blackouts: [] }, new Random(1));
    const less = featuresAt(z, run, last);
    const wear = names.indexOf("wear1.mean20");
    const value = names.indexOf(`${run.sensors[0]}.value`);
    expect(Math.abs((whole[wear] as number) - (less[wear] as number))).toBeLessThan(0.3);
    expect(Math.abs((whole[value] as number) - (less[value] as number))).toBeLessThan(0.6);
    expect(less[names.indexOf("living")]).toBe(run.sensors.length - 1);
  });

  it("does not change with a sensor that is never there", () => {
    const wide = lives.map((run): NormalisedRun => {
      const n = run.sensors.length;
      const z = new Float32Array(run.run.rows * (n + 1)).fill(Number.NaN);
      for (let i = 0; i < run.run.rows; i++) z.set(run.z.subarray(i * n, (i + 1) * n), i * (n + 1));
      return { ...run, sensors: [...run.sensors, "absent"], z };
    });
    const other = WearModel.fit(wide, 2);
    const run = wide[3] as NormalisedRun;
    const plain = featuresAt((lives[3] as NormalisedRun).z, lives[3] as NormalisedRun, 50);
    const more = featuresAt(run.z, run, 50, other);
    const kept = wearFeatureNames(other);
    for (const [i, name] of names.entries()) {
      // The share of values that are there is of all declared sensors.
      if (name === "present") continue;
      expect(more[kept.indexOf(name)], name).toBeCloseTo(plain[i] as number, 4);
    }
  });

  it("keeps everything but age and silence as it was in a blackout", () => {
    const run = lives[1] as NormalisedRun;
    const z = lose(run, { dead: [], scattered: 0, blackouts: [[40, 52]] }, new Random(1));
    const before = featuresAt(z, run, 39);
    const during = featuresAt(z, run, 51);
    for (const [i, name] of names.entries()) {
      if (name === "age") expect(during[i]).toBe((before[i] as number) + 12);
      else if (name === "silent") expect(during[i]).toBe(12);
      else if (!name.startsWith("wear1.end"))
        expect(during[i], name).toBeCloseTo(before[i] as number, 5);
    }
  });

  it("has finite features for any losses, even all values", () => {
    const random = new Random(5);
    for (const run of lives.slice(0, 4)) {
      const loss = drawLoss(random, REFERENCE_CURRICULUM, run.sensors.length, run.run.rows, true);
      for (const z of [lose(run, loss, random), run.z.map(() => Number.NaN)]) {
        for (const last of [0, 1, 30]) {
          expect(featuresAt(z, run, last).every(Number.isFinite)).toBe(true);
        }
      }
    }
  });

  it("refuses to be made of nothing", () => {
    expect(() => WearModel.fit([], 2)).toThrow(/expected runs with sensors/);
  });
});

describe("the curriculum", () => {
  it("loses what it says and leaves the life as it is", () => {
    const run = lives[0] as NormalisedRun;
    const before = run.z.slice();
    const n = run.sensors.length;
    const z = lose(run, { dead: [1], scattered: 0.5, blackouts: [[10, 14]] }, new Random(2));
    expect(run.z).toEqual(before);
    const lost = z.reduce((sum, value) => sum + (Number.isNaN(value) ? 1 : 0), 0) / z.length;
    expect(lost).toBeGreaterThan(0.5);
    for (let i = 0; i < run.run.rows; i++) expect(z[i * n + 1]).toBeNaN();
    for (let i = 10; i < 14; i++)
      expect(z.subarray(i * n, (i + 1) * n).every(Number.isNaN)).toBe(true);
  });

  it("always leaves a sensor living and draws distinct ones", () => {
    const random = new Random(7);
    for (let i = 0; i < 500; i++) {
      const { dead, scattered, blackouts } = drawLoss(
        random,
        REFERENCE_CURRICULUM,
        4,
        100,
        i % 2 === 0,
      );
      expect(dead.length).toBeLessThan(4);
      expect(new Set(dead).size).toBe(dead.length);
      expect(scattered).toBeLessThanOrEqual(0.9);
      for (const [from, to] of blackouts) expect(to).toBeGreaterThan(from);
    }
    expect(drawDistinct(random, 5, 5)).toEqual([0, 1, 2, 3, 4]);
  });
});

describe("neighbours", () => {
  const neighbours = Neighbours.fit(lives, { donors: 300, nearest: 5, seed: 1 });
  const n = model.sensors;

  it("give the mean of the nearest donors, as a full sort does", () => {
    const row = Float32Array.from({ length: n }, (_, s) => (s === 1 ? Number.NaN : 0.3 * s - 0.2));
    const out = new Float32Array(n);
    neighbours.fill(row, out);
    const { donors } = neighbours;
    const far = Array.from({ length: donors.length / n }, (_, d) => {
      let sum = 0;
      for (let s = 0; s < n; s++) {
        if (s !== 1) sum += ((donors[d * n + s] as number) - (row[s] as number)) ** 2;
      }
      return { d, sum };
    }).sort((a, b) => a.sum - b.sum);
    const mean = far.slice(0, 5).reduce((sum, { d }) => sum + (donors[d * n + 1] as number), 0) / 5;
    expect(out[1]).toBeCloseTo(mean, 5);
    expect(out[0]).toBeNaN();
  });

  it("say nothing of nothing", () => {
    const out = new Float32Array(n);
    neighbours.fill(new Float32Array(n).fill(Number.NaN), out);
    expect(out.every(Number.isNaN)).toBe(true);
  });
});
