import { UsageError } from "@symbion/core";
import { Random } from "@symbion/neural";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Fleet,
  NO_REGIME,
  Normaliser,
  NormaliserLearner,
  type Run,
  sliceRun,
  UNSEEN_REGIME,
} from "../src/index.ts";
import { readCmapss } from "../src/node/index.ts";
import { cmapssAbsent, cmapssFolder } from "./support/cmapss.ts";
import { channelsOf, normal, runOf, wearingFleet } from "./support/fleets.ts";

function learned(fleet: Fleet): NormaliserLearner {
  const learner = new NormaliserLearner(fleet.channels);
  for (const run of fleet.runs) learner.learn(run);
  return learner;
}

describe("normaliser", () => {
  it("finds the regimes without a label, and which sensors tell anything", () => {
    for (const regimes of [1, 2, 4]) {
      const frozen = learned(wearingFleet(6, regimes, regimes)).freeze();
      expect(frozen.regimes).toHaveLength(regimes);
      expect(frozen.sensors).toEqual(["a", "b", "c"]);
    }
  });

  it("gives zero mean and unit deviation within every regime", () => {
    const fleet = wearingFleet(8, 3, 5);
    const frozen = learned(fleet).freeze();
    const sums = new Float64Array(9);
    const squares = new Float64Array(9);
    const rows = new Float64Array(3);
    for (const run of fleet.runs) {
      const { z, regimes, own } = frozen.apply(run);
      regimes.forEach((regime, i) => {
        rows[regime]!++;
        expect(own[i]).toBe(1);
        for (let s = 0; s < 3; s++) {
          sums[regime * 3 + s]! += z[i * 3 + s]!;
          squares[regime * 3 + s]! += z[i * 3 + s]! ** 2;
        }
      });
    }
    for (let k = 0; k < 9; k++) {
      expect(sums[k]! / rows[Math.floor(k / 3)]!).toBeCloseTo(0, 3);
      expect(squares[k]! / (rows[Math.floor(k / 3)]! - 1)).toBeCloseTo(1, 3);
    }
  });

  it("is a copy that learning does not change, and has its content as version", () => {
    const fleet = wearingFleet(6, 2, 7);
    const learner = learned({ ...fleet, runs: fleet.runs.slice(0, 3) });
    const frozen = learner.freeze();
    const before = frozen.apply(fleet.runs[0]!).z.slice();
    for (const run of fleet.runs.slice(3)) learner.learn(run);
    expect(frozen.apply(fleet.runs[0]!).z).toEqual(before);
    expect(learner.freeze().version).not.toBe(frozen.version);
    expect(learner.freeze().apply(fleet.runs[0]!).z).not.toEqual(before);
  });

  it("comes back from its snapshot bit by bit and goes on learning", () => {
    const fleet = wearingFleet(6, 3, 9);
    const learner = learned({ ...fleet, runs: fleet.runs.slice(0, 3) });
    const frozen = learner.freeze();
    expect(Normaliser.restore(frozen.snapshot()).version).toBe(frozen.version);
    const again = NormaliserLearner.restore(learner.snapshot());
    for (const run of fleet.runs.slice(3)) {
      learner.learn(run);
      again.learn(run);
    }
    expect(again.freeze().version).toBe(learner.freeze().version);
  });

  it("learns the same from a run as from its pieces", () => {
    const fleet = wearingFleet(3, 1, 2);
    const whole = learned(fleet).freeze();
    const learner = new NormaliserLearner(fleet.channels);
    for (const run of fleet.runs) {
      learner.learn(run, 0, 20);
      learner.learn(run, 20, run.rows);
    }
    const pieces = learner.freeze();
    expect(pieces.regimes.map(({ rows }) => rows)).toEqual(whole.regimes.map(({ rows }) => rows));
    pieces.regimes[0]!.mean.forEach((mean, s) => {
      expect(mean).toBeCloseTo(whole.regimes[0]!.mean[s]! as number, 3);
    });
  });

  it("says so where nobody has been, and where settings are missing", () => {
    const fleet = wearingFleet(4, 2, 3);
    const frozen = learned(fleet).freeze();
    const strange = runOf("x", [
      [55, 0.2, 500, 2, 9000, 21.61, 100],
      [Number.NaN, Number.NaN, 500, 2, 9000, 21.61, 100],
      [10, Number.NaN, 500, 2, 9000, 21.61, 100],
    ]);
    const { regimes, z, own } = frozen.apply(strange);
    expect([...regimes.subarray(0, 2)]).toEqual([UNSEEN_REGIME, NO_REGIME]);
    expect([...z.subarray(0, 6)].every(Number.isNaN)).toBe(true);
    expect([...own]).toEqual([0, 0, 1]);
    // One setting may be enough.
    expect(frozen.regimes[regimes[2]!]!.settings[0]!).toBeCloseTo(10, 0);
  });

  it("borrows where sensors follow the settings, and only there", () => {
    const random = new Random(4);
    // Six speeds; of the fourth too few rows. `follows` is a line over the speed, `jumps` is not.
    const jumps = [5, 80, 20, 0, 95, 40];
    const rows = Array.from({ length: 1205 }, (_, i) => {
      const known = [0, 1, 2, 4, 5][i % 5];
      const k = i < 1200 ? known : 3;
      return [100 * k!, 20 + 3 * k! + normal(random) * 0.5, jumps[k!]! + normal(random) * 0.5];
    });
    const learner = new NormaliserLearner(channelsOf("o1", "follows", "jumps"));
    learner.learn(runOf("m", rows));
    const frozen = learner.freeze();
    expect(frozen.regimes).toHaveLength(6);
    const few = frozen.regimes.findIndex(({ settings }) => settings[0] === 300);
    expect(frozen.regimes[few]!.borrowed).toEqual([true, false]);
    expect(frozen.regimes[few]!.mean[0]!).toBeCloseTo(29, 0);
    expect(frozen.regimes[few]!.mean[1]!).toBeNull();
    const { z, own } = frozen.apply(runOf("x", [[300, 29.5, 0]]));
    expect(Math.abs(z[0]!)).toBeLessThan(2);
    expect(z[1]).toBeNaN();
    expect(own[0]).toBe(0);
  });

  it("is not misled by a sensor that is always missing", () => {
    const fleet = wearingFleet(5, 3, 11);
    const width = fleet.channels.length + 1;
    const withDead: Fleet = {
      ...fleet,
      channels: [...fleet.channels, ...channelsOf("dead")],
      runs: fleet.runs.map((run): Run => {
        const values = new Float32Array(run.rows * width).fill(Number.NaN);
        const states = new Uint8Array(run.rows * width).fill(1);
        for (let i = 0; i < run.rows; i++) {
          values.set(run.values.subarray(i * (width - 1), (i + 1) * (width - 1)), i * width);
          states.set(run.states.subarray(i * (width - 1), (i + 1) * (width - 1)), i * width);
        }
        return { ...run, values, states };
      }),
    };
    const plain = learned(fleet).freeze();
    const other = learned(withDead).freeze();
    expect(other.sensors).toEqual(plain.sensors);
    fleet.runs.forEach((run, r) => {
      expect(other.apply(withDead.runs[r]!).z).toEqual(plain.apply(run).z);
    });
  });

  it("gives the same numbers in other units", () => {
    const fleet = wearingFleet(4, 2, 13);
    // Powers of two change no digit; other factors only the last ones.
    for (const [scale, digits] of [
      [2 ** 10, 12],
      [1.8, 2],
    ] as const) {
      const scaled: Fleet = {
        ...fleet,
        runs: fleet.runs.map((run) => ({ ...run, values: run.values.map((v) => v * scale) })),
      };
      const plain = learned(fleet).freeze();
      const other = learned(scaled).freeze();
      expect(other.sensors).toEqual(plain.sensors);
      fleet.runs.forEach((run, r) => {
        const a = plain.apply(run).z;
        other.apply(scaled.runs[r]!).z.forEach((value, i) => {
          expect(value).toBeCloseTo(a[i]!, digits);
        });
      });
    }
  });

  it("reads no bytes but its own", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => Normaliser.restore(bytes)).toThrow(UsageError);
        expect(() => NormaliserLearner.restore(bytes)).toThrow(UsageError);
      }),
    );
    const snapshot = new TextDecoder().decode(
      learned(wearingFleet(2, 2, 1))
        .freeze()
        .snapshot(),
    );
    const wrong = new TextEncoder().encode(snapshot.replace('"regime":1', '"regime":9'));
    expect(() => Normaliser.restore(wrong)).toThrow(UsageError);
  });

  it("refuses a run of other columns", () => {
    const frozen = learned(wearingFleet(2, 1, 1)).freeze();
    expect(() => frozen.apply(runOf("x", [[1, 2, 3]]))).toThrow("expected 7 columns, got 3");
  });

  it("finds one and six regimes in C-MAPSS, and its fourteen sensors", async (context) => {
    if (cmapssAbsent !== null) return context.skip(cmapssAbsent);
    const one = await readCmapss(cmapssFolder, "FD001");
    const first = learned(one.train).freeze();
    expect(first.regimes).toHaveLength(1);
    expect(first.sensors).toHaveLength(14);
    expect(first.apply(one.test.runs[0]!).z.every((value) => !Number.isNaN(value))).toBe(true);
    const six = await readCmapss(cmapssFolder, "FD002");
    const learner = new NormaliserLearner(six.train.channels);
    learner.learn(sliceRun(six.train.runs[0]!, 0, six.train.runs[0]!.rows, 24));
    expect(learner.freeze().regimes).toHaveLength(6);
    expect(learned(six.train).freeze().regimes).toHaveLength(6);
    // One that has only seen sea level does not pretend to know the others.
    const { regimes } = first.apply(six.train.runs[0]!);
    expect(new Set(regimes)).toEqual(new Set([0, UNSEEN_REGIME]));
  });
});
