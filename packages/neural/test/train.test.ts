import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { Random } from "../src/generate/random.ts";
import { Graph } from "../src/graph/graph.ts";
import { GraphError, type Value } from "../src/graph/types.ts";
import { linear, mlp } from "../src/layers/dense.ts";
import { lstm } from "../src/layers/recurrent.ts";
import { openNodeExecutor } from "../src/node/executor.ts";
import type { Executor, HostTensor, Program } from "../src/runtime/types.ts";
import {
  constantly,
  gaussian,
  normal,
  orthogonal,
  uniform,
  xavier,
} from "../src/train/initialisers.ts";
import {
  binaryCrossEntropy,
  crossEntropy,
  huber,
  quantile,
  squaredError,
} from "../src/train/losses.ts";
import { Patience, warmupCosine } from "../src/train/schedule.ts";
import { type Network, Trainer, type TrainerOptions, TrainingError } from "../src/train/trainer.ts";
import { evaluate, executor, floats, longs } from "./support/numeric.ts";

const { losses: golden } = JSON.parse(
  readFileSync(new URL("./golden/training.json", import.meta.url), "utf8"),
) as {
  readonly losses: Readonly<
    Record<"logits" | "targets" | "weights" | "a" | "b" | "likely", number[]>
  > &
    Readonly<Record<"crossEntropy" | "weighted" | "squaredError" | "binary" | "huber", number>>;
};

const trainers: Trainer[] = [];
afterAll(async () => {
  for (const trainer of trainers) await trainer.dispose();
});

async function create(
  network: Network,
  options: TrainerOptions = {},
  on?: Executor,
): Promise<Trainer> {
  const trainer = await Trainer.create(on ?? (await executor()), network, options);
  trainers.push(trainer);
  return trainer;
}

/** Exclusive or, which no linear network learns. */
const xor: Network = (graph, parameters) => {
  const x = graph.input("x", "float32", ["B", 2]);
  const y = graph.input("y", "int64", ["B"]);
  const logits = mlp(graph, parameters, "net", x, [8, 2], "tanh");
  return { loss: crossEntropy(graph, logits, y), outputs: { logits } };
};
const xorData = {
  x: floats([0, 0, 0, 1, 1, 0, 1, 1], [4, 2]),
  y: longs([0, 1, 1, 0], [4]),
};

/** Two steps' sum, read by a recurrent network. */
const summing: Network = (graph, parameters) => {
  const x = graph.input("x", "float32", [3 * 16, 1]);
  const y = graph.input("y", "float32", [16, 1]);
  const { last } = lstm(graph, parameters, "lstm", x, 3, { inputs: 1, hidden: 8 });
  const out = linear(graph, parameters, "out", last, 1);
  return { loss: squaredError(graph, out, y), outputs: { out } };
};

function summingData(random: Random): Record<string, HostTensor> {
  const steps = Array.from({ length: 48 }, () => gaussian(random) / 2);
  const sums = Array.from({ length: 16 }, (_, i) =>
    [i, 16 + i, 32 + i].reduce((sum, at) => sum + Number(steps[at]), 0),
  );
  return { x: floats(steps, [48, 1]), y: floats(sums, [16, 1]) };
}

function bits(weights: ReadonlyMap<string, { readonly data: Float32Array }>): string {
  return [...weights].map(([name, { data }]) => `${name}:${data.join()}`).join("\n");
}

describe("losses", () => {
  const { a, b, likely, logits, targets, weights } = golden;
  const inputs = {
    logits: floats(logits, [4, 3]),
    targets: longs(targets, [4]),
    weights: floats(weights, [4]),
    a: floats(a, [6]),
    b: floats(b, [6]),
    likely: floats(likely, [6]),
  };

  async function value(
    build: (graph: Graph, given: Record<string, Value>) => Value,
  ): Promise<number> {
    const graph = new Graph();
    const given: Record<string, Value> = {};
    for (const [name, { type, shape }] of Object.entries(inputs)) {
      given[name] = graph.input(name, type, shape);
    }
    graph.output("loss", build(graph, given));
    return Number((await evaluate(graph, inputs)).loss?.data[0]);
  }

  it("equal PyTorch's", async () => {
    const of = (name: string, given: Record<string, Value>): Value => given[name] as Value;
    expect(await value((g, v) => crossEntropy(g, of("logits", v), of("targets", v)))).toBeCloseTo(
      golden.crossEntropy,
      5,
    );
    expect(
      await value((g, v) => crossEntropy(g, of("logits", v), of("targets", v), of("weights", v))),
    ).toBeCloseTo(golden.weighted, 5);
    expect(await value((g, v) => squaredError(g, of("a", v), of("b", v)))).toBeCloseTo(
      golden.squaredError,
      5,
    );
    expect(await value((g, v) => binaryCrossEntropy(g, of("a", v), of("likely", v)))).toBeCloseTo(
      golden.binary,
      5,
    );
    expect(await value((g, v) => huber(g, of("a", v), of("b", v), 0.7))).toBeCloseTo(
      golden.huber,
      5,
    );
  });

  it("weigh rows, and are 0 when no row counts", async () => {
    const none = (g: Graph): Value => g.filled(4, 0);
    expect(
      await value((g, v) => crossEntropy(g, v.logits as Value, v.targets as Value, none(g))),
    ).toBe(0);
    // A weight that is broadcast counts once per element.
    const doubled = await value((g, v) =>
      squaredError(g, v.a as Value, v.b as Value, g.filled(1, 2)),
    );
    expect(doubled).toBeCloseTo(golden.squaredError, 5);
  });

  it("are smallest at the quantile", async () => {
    const at = (guess: number): Promise<number> =>
      value((g) => {
        const data = Float32Array.from({ length: 10 }, (_, i) => i);
        return quantile(g, g.filled(1, guess), g.constant(data, [10], "float32"), 0.8);
      });
    const found = await Promise.all([6.5, 7.5, 8.5].map(at));
    expect(Math.min(...found)).toBe(found[1]);
    // Falling short by 2 costs 4 times as much as going beyond.
    expect(await value((g) => quantile(g, g.scalar(0), g.scalar(2), 0.8))).toBeCloseTo(1.6, 5);
    expect(await value((g) => quantile(g, g.scalar(2), g.scalar(0), 0.8))).toBeCloseTo(0.4, 5);
  });

  it("reject what doesn't fit", () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [4, 3]);
    const y = graph.input("y", "int64", [4, 1]);
    expect(() => crossEntropy(graph, x, y)).toThrow(/int64 targets of \[4\], got int64 \[4, 1\]/);
    expect(() => huber(graph, x, x, 0)).toThrow(GraphError);
    expect(() => quantile(graph, x, x, 1)).toThrow(/part in \(0, 1\), got 1/);
  });
});

describe("initialisers", () => {
  const random = new Random(7);
  it("have the spread they promise", () => {
    const wide = normal(0.5)([100, 100], random);
    const mean = wide.reduce((sum, x) => sum + x, 0) / wide.length;
    const variance = wide.reduce((sum, x) => sum + (x - mean) ** 2, 0) / wide.length;
    // Four standard errors of 10,000 draws.
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(variance - 0.25)).toBeLessThan(0.25 * 0.06);
    expect(Math.max(...uniform(0.3)([1000], random).map(Math.abs))).toBeLessThanOrEqual(0.3);
    const limit = Math.sqrt(6 / 30);
    const glorot = xavier()([10, 20], random).map(Math.abs);
    expect(Math.max(...glorot)).toBeLessThanOrEqual(limit * 1.000001);
    expect(Math.max(...glorot)).toBeGreaterThan(0.9 * limit);
    expect([...constantly(2)([3], random)]).toEqual([2, 2, 2]);
  });

  it("make orthogonal squares for each gate, and thin matrices with orthonormal sides", () => {
    for (const [rows, columns, gates] of [
      [12, 3, 4],
      [2, 5, 1],
      [5, 2, 1],
    ] as const) {
      const all = orthogonal()([rows, columns], random);
      const height = rows / gates;
      for (let gate = 0; gate < gates; gate++) {
        const at = (r: number, c: number): number => Number(all[(gate * height + r) * columns + c]);
        const [vectors, length] = height > columns ? [columns, height] : [height, columns];
        for (let i = 0; i < vectors; i++) {
          for (let j = 0; j < vectors; j++) {
            let dot = 0;
            for (let k = 0; k < length; k++) {
              dot += height > columns ? at(k, i) * at(k, j) : at(i, k) * at(j, k);
            }
            expect(dot).toBeCloseTo(i === j ? 1 : 0, 5);
          }
        }
      }
    }
  });
});

describe("schedules", () => {
  it("rise, then fall", () => {
    const rate = warmupCosine({ rate: 1, steps: 110, warmup: 10, least: 0.1 });
    expect(rate(0)).toBeCloseTo(0.1);
    expect(rate(9)).toBeCloseTo(1);
    expect(rate(10)).toBeCloseTo(1);
    expect(rate(60)).toBeCloseTo(0.55);
    expect(rate(110)).toBeCloseTo(0.1);
    expect(rate(1000)).toBeCloseTo(0.1);
    expect(() => warmupCosine({ rate: 1, steps: 5, warmup: 6 })).toThrow(TrainingError);
  });

  it("stop when nothing improves, and keep what was best", () => {
    const patience = new Patience<string>(2, 0.1);
    expect(patience.observe(5, () => "first")).toBe(false);
    expect(patience.observe(4.95, () => "too little")).toBe(false);
    expect(patience.observe(4, () => "best")).toBe(false);
    expect(patience.observe(Number.NaN, () => "nothing")).toBe(false);
    expect(patience.observe(6, () => "worse")).toBe(true);
    expect(patience.best).toEqual({ loss: 4, kept: "best" });
    expect(() => new Patience(0)).toThrow(TrainingError);
  });
});

describe("Trainer", () => {
  it("learns exclusive or", async () => {
    const trainer = await create(xor, { seed: 3 });
    expect(trainer.size).toBe(2 * 8 + 8 + 8 * 2 + 2);
    for (let i = 0; i < 200; i++) await trainer.step(xorData, 0.03);
    const { loss, outputs } = await trainer.evaluate(xorData);
    expect(loss).toBeLessThan(0.01);
    const logits = outputs.logits?.data as Float32Array;
    expect(
      [0, 1, 2, 3].map((i) => (Number(logits[2 * i]) > Number(logits[2 * i + 1]) ? 0 : 1)),
    ).toEqual([0, 1, 1, 0]);
    expect(trainer.steps).toBe(200);
  });

  it("gives the same bits for the same seed, others for another", async () => {
    const runs: string[] = [];
    for (const seed of [1, 1, 2]) {
      const trainer = await create(summing, { seed });
      const random = new Random(5);
      for (let i = 0; i < 5; i++) await trainer.step(summingData(random), 0.01);
      runs.push(bits(trainer.weights()));
    }
    expect(runs[1]).toBe(runs[0]);
    expect(runs[2]).not.toBe(runs[0]);
  });

  it("takes the same steps in its own buffers as in fresh ones", async () => {
    const node = await executor();
    let written = 0;
    // The same executor, whose results all come back in new memory.
    const fresh: Executor = {
      ...node,
      load: async (model) => {
        const program = await node.load(model);
        return {
          ...program,
          run: async (feeds, into = {}, only): ReturnType<Program["run"]> => {
            const found = await program.run(feeds, {}, only);
            for (const [name, target] of Object.entries(into)) {
              if (!("data" in target)) continue;
              (target.data as Float32Array).set(found[name]?.data as Float32Array);
              written++;
            }
            return Object.fromEntries(Object.entries(found).filter(([name]) => !(name in into)));
          },
        };
      },
    };
    const results: string[] = [];
    for (const on of [node, fresh]) {
      const trainer = await create(summing, { optimiser: { clip: 0.1 } }, on);
      const random = new Random(6);
      for (let i = 0; i < 6; i++) await trainer.step(summingData(random), 0.01);
      results.push(bits(trainer.state()));
    }
    expect(written).toBeGreaterThan(0);
    expect(results[1]).toBe(results[0]);
  });

  it("goes on from a state as if it had never stopped", async () => {
    const options = { average: 0.9 };
    const whole = await create(summing, options);
    const random = new Random(8);
    const batches = Array.from({ length: 6 }, () => summingData(random));
    for (const batch of batches.slice(0, 3)) await whole.step(batch, 0.01);
    const state = whole.state();
    const second = await create(summing, { ...options, seed: 99 });
    second.restore(state);
    expect(second.steps).toBe(3);
    for (const batch of batches.slice(3)) {
      await whole.step(batch, 0.01);
      await second.step(batch, 0.01);
    }
    expect(bits(second.state())).toBe(bits(whole.state()));
    state.delete("out.bias");
    expect(() => second.restore(state)).toThrow(/expected a tensor out.bias/);
    state.set("out.bias", { shape: [2], data: new Float32Array(2) });
    expect(() => second.restore(state)).toThrow(/out.bias: expected \[1\], got \[2\]/);
    expect(bits(second.state())).toBe(bits(whole.state()));
  });

  it("takes the mean gradient of several batches", async () => {
    const [one, many] = [await create(xor), await create(xor)];
    const half = (from: number) => ({
      x: floats(xorData.x.data.slice(4 * from, 4 * from + 4) as Float32Array, [2, 2]),
      y: longs([0, 1, 1, 0].slice(2 * from, 2 * from + 2), [2]),
    });
    for (let i = 0; i < 3; i++) {
      const whole = await one.step(xorData, 0.01);
      const parts = await many.step([half(0), half(1)], 0.01);
      expect(parts.loss).toBeCloseTo(whole.loss, 6);
      expect(parts.norm).toBeCloseTo(whole.norm, 5);
    }
    const found = many.weights();
    for (const [name, { data }] of one.weights()) {
      for (const [i, value] of data.entries()) {
        expect(found.get(name)?.data[i]).toBeCloseTo(value, 4);
      }
    }
    await expect(many.step([], 0.1)).rejects.toThrow(/at least one batch/);
  });

  it("keeps a running mean of the weights", async () => {
    const trainer = await create(xor, { average: 0.5 });
    const before = trainer.weights().get("net.1.bias")?.data as Float32Array;
    await trainer.step(xorData, 0.1);
    const after = trainer.weights().get("net.1.bias")?.data as Float32Array;
    const mean = trainer.weights(true).get("net.1.bias")?.data as Float32Array;
    expect(mean[0]).toBeCloseTo((Number(before[0]) + Number(after[0])) / 2, 6);
    const [now, averaged] = [
      await trainer.evaluate(xorData),
      await trainer.evaluate(xorData, true),
    ];
    expect(averaged.loss).not.toBe(now.loss);
    const without = await create(xor);
    expect(() => without.weights(true)).toThrow(TrainingError);
  });

  it("leaves alone what is not to be learned", async () => {
    const frozen = new Map([["net.0.bias", { shape: [8], data: new Float32Array(8).fill(0.25) }]]);
    const trainer = await create(xor, {
      weights: frozen,
      learns: (name) => name !== "net.0.bias",
    });
    const start = trainer.weights();
    for (let i = 0; i < 3; i++) await trainer.step(xorData, 0.1);
    await trainer.step([xorData, xorData], 0.1);
    expect(trainer.weights().get("net.0.bias")).toEqual(frozen.get("net.0.bias"));
    expect(trainer.weights().get("net.0.weight")).not.toEqual(start.get("net.0.weight"));
  });

  it("refuses a step to nowhere and stays where it was", async () => {
    const trainer = await create(xor);
    await trainer.step(xorData, 0.01);
    const before = bits(trainer.state());
    const broken = { ...xorData, x: floats([Number.NaN, 0, 0, 0, 0, 0, 0, 0], [4, 2]) };
    await expect(trainer.step(broken, 0.01)).rejects.toThrow(/step 2: expected a finite loss/);
    await expect(trainer.step([xorData, broken], 0.01)).rejects.toThrow(TrainingError);
    expect(bits(trainer.state())).toBe(before);
    await trainer.step(xorData, 0.01);
    expect(trainer.steps).toBe(2);
  });

  it("rejects misuse by name", async () => {
    const trainer = await create(xor);
    const first = trainer.step(xorData, 0.01);
    await expect(trainer.step(xorData, 0.01)).rejects.toThrow(/one step at a time/);
    await first;
    await expect(trainer.step(xorData, -1)).rejects.toThrow(/rate of at least 0, got -1/);
    await expect(trainer.step({ x: xorData.x }, 0.1)).rejects.toThrow(/y/);
    const taken = { ...xorData, "net.0.bias": floats([0], [1]) };
    await expect(trainer.step(taken, 0.1)).rejects.toThrow(
      /got net.0.bias, which the trainer owns/,
    );
    await expect(create(xor, { sead: 1 } as TrainerOptions)).rejects.toThrow(/got sead/);
    await expect(create(xor, { average: 1 })).rejects.toThrow(/part in \[0, 1\), got 1/);
    const wrong = new Map([["net.0.bias", { shape: [3], data: new Float32Array(3) }]]);
    await expect(create(xor, { weights: wrong })).rejects.toThrow(/net.0.bias: expected \[8\]/);
    const weightless: Network = (graph) => ({ loss: graph.input("x", "float32", []) });
    await expect(create(weightless)).rejects.toThrow(/a network with weights/);
  });

  it("learns in WebAssembly as in native code", async () => {
    const wasm = await openNodeExecutor({ prefer: ["web-wasm"] });
    const [native, web] = [await create(summing), await create(summing, {}, wasm)];
    const random = new Random(9);
    let [first, last] = [0, 0];
    for (let i = 0; i < 40; i++) {
      const batch = summingData(random);
      const expected = await native.step(batch, 0.02);
      const found = await web.step(batch, 0.02);
      // Kernels differ in the order of sums; training amplifies it slowly.
      expect(found.loss).toBeCloseTo(expected.loss, 3);
      if (i === 0) first = found.loss;
      last = found.loss;
    }
    expect(last).toBeLessThan(first / 3);
    await web.dispose();
    trainers.pop();
    await wasm.dispose();
  });
});
