import { type Executor, type HostWeights, Random } from "@symbion/neural";
import { openNodeExecutor } from "@symbion/neural/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonPart, packParts, unpackParts } from "../src/container.ts";
import {
  FUSIONS,
  fitRecurrent,
  fitStacked,
  lifeLeft,
  type NormalisedRun,
  RecurrentError,
  type RecurrentFitOptions,
  RecurrentModel,
  rulErrors,
  StackedModel,
} from "../src/index.ts";
import { at, flip } from "./support/anomalies.ts";
import { normalisedLives } from "./support/lives.ts";

const CAP = 60;
const SMALL: RecurrentFitOptions = {
  ...{ cap: CAP, hidden: 10, window: 12, epochs: 8, stride: 1, rate: 0.01, dropout: 0.1 },
};
const lives = normalisedLives(30, 5);
const others = normalisedLives(12, 77);
const truths = others.flatMap(({ run }) => [...(lifeLeft(run, CAP) ?? [])]);

let executor: Executor;
beforeAll(async () => {
  executor = await openNodeExecutor();
});
afterAll(() => executor.dispose());

function rmse(forecasts: Float64Array): number {
  return rulErrors(forecasts, truths, CAP).rmse;
}

async function answer(model: RecurrentModel, runs: readonly NormalisedRun[]) {
  const program = await model.load(executor);
  try {
    return await program.answer(runs);
  } finally {
    await program.dispose();
  }
}

/** A life that loses values. */
function lose(life: NormalisedRun, lost: (row: number, sensor: number) => boolean): NormalisedRun {
  const n = life.sensors.length;
  const z = life.z.map((value, k) => (lost(Math.floor(k / n), k % n) ? Number.NaN : value));
  return { ...life, z };
}

/** The life with a sensor more, which never says anything. */
function withSilent(life: NormalisedRun): NormalisedRun {
  const n = life.sensors.length;
  const z = new Float32Array(life.run.rows * (n + 1)).fill(Number.NaN);
  for (let i = 0; i < life.run.rows; i++) z.set(life.z.subarray(i * n, (i + 1) * n), i * (n + 1));
  return { ...life, sensors: [...life.sensors, "never"], z };
}

describe.each(["lstm", "gru"] as const)("%s", (cell) => {
  let model: RecurrentModel;
  beforeAll(async () => {
    model = await fitRecurrent(executor, lives, { ...SMALL, cell, layers: cell === "gru" ? 2 : 1 });
  });

  it("learns: less error on machines never seen than the best constant", async () => {
    const { forecasts } = await answer(model, others);
    const middle = truths.reduce((a, b) => a + b, 0) / truths.length;
    const constant = rmse(new Float64Array(truths.length).fill(middle));
    expect(rmse(forecasts)).toBeLessThan(0.25 * constant);
    expect(forecasts.every((life) => life >= 0 && life <= CAP)).toBe(true);
  });

  it("says row by row, without the runtime, what the runtime says", async () => {
    const gone = others.map((life) => lose(life, (row, sensor) => (row * 7 + sensor) % 5 === 0));
    const { forecasts, states } = await answer(model, gone);
    const plain = gone.flatMap((life) => [...model.forecasts(life)]);
    plain.forEach((life, i) => {
      expect(Math.abs(life - at(forecasts, i))).toBeLessThan(1e-3);
    });
    const stream = model.stream();
    const first = at(gone, 0);
    for (let i = 0; i < 20; i++) stream.push(first.z, i * 5, at(first.run.age, i));
    stream.state().forEach((value, h) => {
      expect(Math.abs(value - at(states, 19 * 10 + h))).toBeLessThan(1e-5);
    });
    stream.reset();
    stream.push(first.z, 0, at(first.run.age, 0));
    expect(stream.forecast()).toBe(plain[0]);
  });

  it("looks at no more than its window, and at no later row", () => {
    const life = at(others, 0);
    const moment = life.run.rows - 15;
    // Near the end, where a forecast is not at its cap.
    const whole = model.forecasts(life)[moment];
    const far = lose(life, (row) => row > moment || row <= moment - 12);
    expect(model.forecasts(far)[moment]).toBe(whole);
    expect(model.forecasts(lose(life, (row) => row === moment - 11))[moment]).not.toBe(whole);
  });

  it("comes back from bytes, and other bytes are refused by name", () => {
    const bytes = model.encode();
    expect(RecurrentModel.decode(bytes).forecasts(at(others, 0))).toEqual(
      model.forecasts(at(others, 0)),
    );
    const random = new Random(1);
    for (let k = 0; k < 40; k++) {
      const hurt =
        k < 20 ? bytes.slice(0, Math.floor(random.next() * bytes.length)) : bytes.slice();
      if (k >= 20) flip(hurt, random);
      expect(() => RecurrentModel.decode(hurt)).toThrow(RecurrentError);
    }
    // With a right checksum over wrong contents.
    const parts = unpackParts(bytes, "a model");
    const { sensors, window, age, cap, shape } = model.parts;
    for (const change of [
      { window: 0 },
      { cap: -1 },
      { shape: { ...shape, hidden: 1e9 } },
      { sensors: [] },
    ]) {
      const header = jsonPart({ sensors, window, age, cap, shape, ...change });
      const hostile = packParts({ ...parts, recurrent: header });
      expect(() => RecurrentModel.decode(hostile)).toThrow(RecurrentError);
    }
    const nan = { ...parts, "head.bias": new Uint8Array([0, 0, 192, 127]) };
    expect(() => RecurrentModel.decode(packParts(nan))).toThrow(/finite/);
  });
});

describe("training", () => {
  it("is the same for machines in any order", async () => {
    const quick = { ...SMALL, epochs: 1, silence: 0.3 };
    const model = await fitRecurrent(executor, lives, quick);
    const again = await fitRecurrent(executor, lives.toReversed(), quick);
    expect(again.forecasts(at(others, 0))).toEqual(model.forecasts(at(others, 0)));
    const other = await fitRecurrent(executor, lives, { ...quick, seed: 1 });
    expect(other.forecasts(at(others, 0))).not.toEqual(model.forecasts(at(others, 0)));
  });

  it("a sensor that never says anything costs nothing", async () => {
    const model = await fitRecurrent(executor, lives.map(withSilent), SMALL);
    const { forecasts } = await answer(model, others.map(withSilent));
    const without = await answer(await fitRecurrent(executor, lives, SMALL), others);
    // Other initial weights: the same only up to what chance does.
    expect(rmse(forecasts)).toBeLessThan(1.15 * rmse(without.forecasts));
  });

  it("with silenced sensors learns to do without them", async () => {
    const dead = others.map((life) => lose(life, (_, sensor) => sensor === 0 || sensor === 2));
    const frail = await fitRecurrent(executor, lives, SMALL);
    const tough = await fitRecurrent(executor, lives, { ...SMALL, silence: 0.4 });
    const [a, b] = [await answer(frail, dead), await answer(tough, dead)];
    expect(rmse(b.forecasts)).toBeLessThan(rmse(a.forecasts));
  });

  it("stops by other engines' error and keeps the best weights", async () => {
    const errors: number[] = [];
    const model = await fitRecurrent(executor, lives, {
      ...SMALL,
      ...{ epochs: 40, rate: 0.05, patience: 2, validation: others },
      progress: ({ validation }) => {
        errors.push(validation ?? Number.NaN);
        return true;
      },
    });
    const best = errors.indexOf(Math.min(...errors));
    expect(errors.length).toBe(best + 3);
    const { forecasts } = await answer(model, others);
    const ends = others.flatMap(({ run }) =>
      Array.from({ length: run.rows }, (_, i) => (run.rows - 1 - i) % 5 === 0),
    );
    const picked = ends.flatMap((yes, i) => (yes ? [i] : []));
    const error = rulErrors(
      picked.map((i) => at(forecasts, i)),
      picked.map((i) => at(truths, i)),
    ).rmse;
    // Forecasts are clamped to what is possible, the loss is not.
    expect(error).toBeLessThanOrEqual(at(errors, best) + 1e-3);
    expect(error).toBeGreaterThan(0.8 * at(errors, best));
  });

  it("ends when told to, and keeps what there is", async () => {
    let epochs = 0;
    const progress = () => ++epochs < 2;
    await fitRecurrent(executor, lives, { ...SMALL, progress });
    expect(epochs).toBe(2);
  });

  it("refuses what makes no sense, by name", async () => {
    const bad = (options: object, runs: readonly NormalisedRun[] = lives) =>
      expect(fitRecurrent(executor, runs, { ...SMALL, ...options })).rejects;
    await bad({ hiden: 3 }).toThrow(/hiden/);
    await bad({ cell: "rnn" }).toThrow(RecurrentError);
    await bad({ window: 0 }).toThrow(RecurrentError);
    await bad({ dropout: 1 }).toThrow(RecurrentError);
    await bad({}, []).toThrow(/lives whose end is known/);
    await bad({}, [at(lives, 0), withSilent(at(lives, 1))]).toThrow(/m001/);
  });
});

describe.each(FUSIONS)("fusion by %s", (fusion) => {
  const options = { cap: CAP, fusion, folds: 3, recurrent: { ...SMALL, cap: undefined } } as const;
  const { cap: _, ...recurrent } = options.recurrent;
  const boosting = { trees: 40, rate: 0.1, leastRows: 20 };
  let model: StackedModel;
  beforeAll(async () => {
    model = await fitStacked(executor, lives, { ...options, recurrent, boosting });
  });

  it("is no worse than the recurrent model in it", async () => {
    const forecasts = await model.forecasts(executor, others);
    const alone = await answer(model.parts.recurrent, others);
    expect(rmse(forecasts)).toBeLessThan(1.02 * rmse(alone.forecasts));
  });

  it("says row by row what it says of tables, also from bytes", async () => {
    const runs = others.slice(0, 2).map((life) => lose(life, (row) => row % 6 === 1));
    const forecasts = await model.forecasts(executor, runs);
    const stream = StackedModel.decode(model.encode()).stream();
    let place = 0;
    for (const { run, z, regimes } of runs) {
      stream.reset();
      for (let i = 0; i < run.rows; i++) {
        stream.push(z, i * 5, at(run.age, i), at(regimes, i));
        // States differ in their last digits, and a tree's threshold may lie between: but for few rows.
        if (fusion !== "states")
          expect(Math.abs(stream.forecast() - at(forecasts, place))).toBeLessThan(0.5);
        place++;
      }
      expect(Math.abs(stream.forecast() - at(forecasts, place - 1))).toBeLessThan(2);
    }
  });

  it("other bytes are refused by name", () => {
    const bytes = model.encode();
    for (const cut of [0, 20, bytes.length >> 1, bytes.length - 1]) {
      expect(() => StackedModel.decode(bytes.subarray(0, cut))).toThrow(RecurrentError);
    }
    expect(() => StackedModel.decode(model.parts.recurrent.encode())).toThrow(RecurrentError);
  });
});

describe("fusion", () => {
  it("weights what was out of fold: a recurrent model that has learned nothing counts little", async () => {
    const idle = { hidden: 2, window: 2, epochs: 1, stride: 30, rate: 1e-6, age: false };
    const model = await fitStacked(executor, lives, { cap: CAP, folds: 3, recurrent: idle });
    expect(Math.abs(model.parts.weights[0] - 1)).toBeLessThan(0.2);
  });

  it("refuses what makes no sense, by name", async () => {
    const bad = (more: object) =>
      expect(fitStacked(executor, lives, { cap: CAP, ...more })).rejects;
    await bad({ folds: 1 }).toThrow(RecurrentError);
    await bad({ fusion: "vote" }).toThrow(/vote/);
    await bad({ fold: 3 }).toThrow(/fold/);
    const weights: ReadonlyMap<string, HostWeights> = new Map();
    const shape = { cell: "lstm", inputs: 11, hidden: 2, layers: 1 } as const;
    const parts = { sensors: at(lives, 0).sensors, shape, window: 3, age: true, cap: CAP, weights };
    expect(() => new RecurrentModel(parts)).toThrow(RecurrentError);
  });
});
