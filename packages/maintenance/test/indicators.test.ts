import { describe, expect, it } from "vitest";
import {
  evaluateTrees,
  type FeatureSpec,
  FeatureStream,
  type Fleet,
  features,
  IndicatorProjector,
  type Indicators,
  LifeTrees,
  learnIndicators,
  lifeLeft,
  type NormalisedRun,
  NormaliserLearner,
  parseMissing,
  rulErrors,
  sliceRun,
} from "../src/index.ts";
import { readCmapss } from "../src/node/index.ts";
import { cmapssAbsent, cmapssFolder } from "./support/cmapss.ts";
import { wearingFleet } from "./support/fleets.ts";

function normalised(fleet: Fleet): NormalisedRun[] {
  const learner = new NormaliserLearner(fleet.channels);
  for (const run of fleet.runs) learner.learn(run);
  const normaliser = learner.freeze();
  return fleet.runs.map((run) => normaliser.apply(run));
}

const MEMBER = {
  indicators: 1,
  smoothing: 10,
  spec: { windows: [5, 15], baseline: 10, slopes: [15], age: false },
  boosting: { trees: 60, leastRows: 10 },
} as const;

describe("condition indicators", () => {
  const runs = normalised(wearingFleet(12, 3, 21));
  const indicators = learnIndicators(runs, { cap: 60, smoothing: 10, count: 2 }) as Indicators;

  it("follow wear better than any sensor", () => {
    const windows = { windows: [10], baseline: 10, age: false };
    const single = features(runs, windows);
    const spec = { ...windows, indicators };
    const fused = features(runs, spec);
    const left = runs.flatMap(({ run }) => [...(lifeLeft(run, 60) ?? [])]);
    const strength = (table: typeof single, column: number): number => {
      const from = column * table.rows;
      return Math.abs(correlation([...table.data.subarray(from, from + table.rows)], left));
    };
    const best = Math.max(...[0, 1, 2].map((column) => strength(single, column)));
    expect(strength(fused, 0)).toBeGreaterThan(best);
    expect(fused.sensors[0]).toBe("indicator1");
  });

  it("find in which regimes a sensor shows wear at all", () => {
    // One sensor is drowned in noise in one regime.
    const fleet = wearingFleet(12, 2, 4);
    const noisy = fleet.runs.map((run) => {
      const values = run.values.slice();
      for (let i = 0; i < run.rows; i++) {
        const at = i * fleet.channels.length;
        const jitter = ((i * 7919) % 101) / 50 - 1;
        if (values[at]! > 5) values[at + 2]! += 20 * jitter;
      }
      return { ...run, values };
    });
    const learned = learnIndicators(normalised({ ...fleet, runs: noisy }), { cap: 60 });
    const [quiet, loud] = (learned as Indicators).responses
      .map(({ gain, weight }) => ({ gain: gain[0], weight: weight[0] }))
      .sort((a, b) => b.weight! - a.weight!);
    expect(quiet!.weight).toBeGreaterThan(10 * loud!.weight!);
    expect(quiet!.gain!).toBeGreaterThan(loud!.gain!);
  });

  it("fill in what a silent sensor would say", () => {
    const projector = new IndicatorProjector(indicators);
    const whole = new Float64Array(2);
    const holed = new Float64Array(2);
    const { covariance } = indicators;
    // A row that is what the second sensor makes expected of the others.
    const row = covariance.map(
      (line, s) => indicators.mean[s]! + (2 * line[1]!) / Math.sqrt(covariance[1]![1]!),
    );
    projector.project(Float64Array.from(row), 0, true, whole, 0);
    for (const dead of [[0], [2], [0, 2]]) {
      const lost = Float64Array.from(row, (value, s) => (dead.includes(s) ? Number.NaN : value));
      projector.project(lost, 0, true, holed, 0);
      expect(holed[0]!).toBeCloseTo(whole[0]!, 1);
    }
    projector.project(new Float64Array(3).fill(Number.NaN), 0, true, holed, 0);
    expect([...holed].every(Number.isNaN)).toBe(true);
  });

  it("are the same a row at a time", () => {
    const spec: FeatureSpec = {
      windows: [5, 20],
      baseline: 8,
      age: true,
      slopes: [10],
      indicators,
    };
    const table = features(runs, spec);
    const stream = new FeatureStream(3, spec);
    const row = new Float32Array(stream.width);
    expect(table.names).toHaveLength(stream.width);
    const { run, z, regimes } = runs[0]!;
    for (let i = 0; i < run.rows; i++) {
      stream.push(z, i * 3, run.age[i]!, row, 0, regimes[i]!);
      for (let c = 0; c < row.length; c++) expect(row[c]).toBe(table.data[c * table.rows + i]);
    }
  });

  it("are none where no life has ended", () => {
    const running = runs.map((one) => ({ ...one, run: { ...one.run, remaining: null } }));
    expect(learnIndicators(running, { cap: 60 })).toBeNull();
    expect(() => LifeTrees.fit(running, { cap: 60 })).toThrow("lives whose end is known");
  });
});

describe("life trees", () => {
  const runs = normalised(wearingFleet(16, 2, 8));
  const options = { cap: 60, members: [MEMBER] };
  const rest = runs.slice(0, 12);
  const trees = LifeTrees.fit(rest, options);

  it("forecast lives that they have not seen", () => {
    const errors = runs.slice(12).map((life) => {
      return rulErrors(trees.forecasts(life), lifeLeft(life.run) as Float64Array, 60).rmse;
    });
    const usual = runs.slice(12).map((life) => {
      const left = lifeLeft(life.run, 60) as Float64Array;
      return rulErrors(new Float64Array(left.length).fill(45), left, 60).rmse;
    });
    expect(Math.max(...errors)).toBeLessThan(Math.min(...usual) / 1.5);
  });

  it("do not depend on the order of the machines", () => {
    const again = LifeTrees.fit([...rest].reverse(), options);
    expect(again.forecasts(runs[13]!)).toEqual(trees.forecasts(runs[13]!));
  });

  it("give the same forecasts a row at a time", () => {
    const stream = trees.stream();
    const { run, z, regimes } = runs[14]!;
    const all = trees.forecasts(runs[14]!);
    for (let i = 0; i < run.rows; i++) {
      stream.push(z, i * 3, run.age[i]!, regimes[i]!);
      expect(stream.forecast()).toBeCloseTo(all[i]!, 4);
    }
  });
});

describe("evaluation", () => {
  it("prints every figure, for any losses, and the same ones again", async () => {
    const train = wearingFleet(12, 2, 31);
    const whole = wearingFleet(6, 2, 32);
    const test = {
      ...whole,
      runs: whole.runs.map((run, i) => sliceRun(run, 0, run.rows - 10 - 5 * i, 7)),
    };
    for (const missing of ["none", "dead:1+mcar:0.3", "blackout:5"]) {
      const options = { missing: parseMissing(missing), folds: 2, members: [MEMBER], seed: 3 };
      const result = await evaluateTrees("FD002", train, test, options);
      expect(result).toMatchObject({ set: "FD002", missing });
      expect(result.path).toMatch(missing === "blackout:5" ? /count-down/ : /trees/);
      for (const { capped, uncapped } of [result.rmse, result.score]) {
        expect(capped).toBeGreaterThan(0);
        expect(capped).toBeLessThanOrEqual(uncapped + 1e-9);
      }
      expect(result.rmse.capped).toBeLessThan(30);
      expect(result.coverage90).toBeGreaterThanOrEqual(0);
      expect(result.halfWidth90).toBeGreaterThan(0);
      const again = await evaluateTrees("FD002", train, test, options);
      expect({ ...again, fitSeconds: 0, rowsPerSecond: 0 }).toEqual({
        ...result,
        ...{ fitSeconds: 0, rowsPerSecond: 0 },
      });
    }
    await expect(evaluateTrees("FD002", train, test, { folds: 1 })).rejects.toThrow("folds");
  });

  it("beats the anchors' condition on a part of FD001's train engines", async (context) => {
    if (cmapssAbsent !== null) return context.skip(cmapssAbsent);
    const { train } = await readCmapss(cmapssFolder, "FD001");
    const runs = normalised(train);
    const held = runs.filter((_, i) => i % 5 === 0);
    const fitted = LifeTrees.fit(
      runs.filter((_, i) => i % 5 !== 0),
      { cap: 125 },
    );
    const forecasts = held.flatMap((life) => [...fitted.forecasts(life)]);
    const truths = held.flatMap(({ run }) => [...(lifeLeft(run) ?? [])]);
    // The reference recipe has 10.1 in five-fold cross-validation over all rows.
    expect(rulErrors(forecasts, truths, 125).rmse).toBeLessThan(9);
  });
});

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (list: readonly number[]): number => list.reduce((x, y) => x + y, 0) / list.length;
  const [ma, mb] = [mean(a), mean(b)];
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    ab += (a[i]! - ma) * (b[i]! - mb);
    aa += (a[i]! - ma) ** 2;
    bb += (b[i]! - mb) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}
