/**
 * Trains the vectors of `SensorEmbedder` and writes `src/missing/sensor-vectors.ts`.
 *
 *     node --conditions=source packages/maintenance/train/sensor-embedder.ts
 *
 * Data: sentences about simulated lives of all built-in kinds of machines with losses drawn by the mask curriculum; nothing
 * else, so that the vectors are under this project's licence (Apache-2.0). Task: from the mean vector of a sentence's pieces
 * say how much life is left, how worn the machine is and how fast it wears; and find, among other sentences, the one about the
 * same moment under another loss. Seed 1; the same numbers come out on every machine of one architecture.
 */

import { writeFile } from "node:fs/promises";
import {
  crossEntropy,
  type HostTensor,
  mlp,
  type Network,
  normal,
  Random,
  squaredError,
  Trainer,
  warmupCosine,
} from "@symbion/neural";
import { openNodeExecutor } from "@symbion/neural/node";
import { NormaliserLearner, SIMULATED_KINDS, simulateLives } from "../src/index.ts";
import { drawLoss, lose, REFERENCE_CURRICULUM } from "../src/missing/curriculum.ts";
import { BUCKETS, pieces } from "../src/missing/hashed-words.ts";
import { SentenceWriter } from "../src/missing/sentences.ts";
import { WearModel } from "../src/missing/wear.ts";
import { WearStream } from "../src/missing/wear-stream.ts";

const WIDTH = 24;
const LIVES = 20;
const COPIES = 4;
const STEP = 9;
const BATCH = 128;
const STEPS = 3000;
const TARGETS = 3;
const SEED = 1;
const OUT = new URL("../src/missing/sensor-vectors.ts", import.meta.url);

type Sentence = { readonly text: string; readonly targets: readonly number[] };

/** Sentences about one moment, one per copy. */
const moments: Sentence[][] = [];
const random = new Random(SEED);
for (const id of SIMULATED_KINDS) {
  const fleet = simulateLives({ kind: id, lives: LIVES, seed: SEED });
  const learner = new NormaliserLearner(fleet.channels);
  for (const run of fleet.runs) learner.learn(run);
  const normaliser = learner.freeze();
  const runs = fleet.runs.map((run) => normaliser.apply(run));
  const wear = WearModel.fit(runs, 2);
  const writer = new SentenceWriter(normaliser.sensors);
  const stream = new WearStream(wear);
  const n = normaliser.sensors.length;
  const states = new Float32Array(stream.width);
  for (const run of runs) {
    const { rows, age } = run.run;
    const life = age[rows - 1] ?? 1;
    const found = new Map<number, Sentence[]>();
    for (let copy = 0; copy < COPIES; copy++) {
      const z =
        copy === 0
          ? run.z
          : lose(run, drawLoss(random, REFERENCE_CURRICULUM, n, rows, copy === 2), random);
      stream.reset();
      const clauses: number[] = [];
      for (let i = 0; i < rows; i++) {
        stream.push(z, i * n, age[i] ?? 0);
        if (i % STEP !== 0) continue;
        stream.write(states);
        writer.write(stream, run.regimes[i] ?? 0, clauses);
        // The eighth feature is the first state over ten rows.
        const left = 1 - (age[i] ?? 0) / life;
        const targets = [left, Math.tanh((states[7] ?? 0) / 2), Math.exp(-4 * left)];
        const sentences = found.get(i) ?? [];
        sentences.push({ text: writer.text(clauses), targets });
        found.set(i, sentences);
      }
    }
    moments.push(...found.values());
  }
}

const network: Network = (graph, parameters) => {
  const x = graph.input("x", "float32", [2 * BATCH, BUCKETS]);
  const y = graph.input("y", "float32", [2 * BATCH, TARGETS]);
  const vectors = parameters.linear(graph, x, "vectors", BUCKETS, WIDTH);
  const told = squaredError(graph, mlp(graph, parameters, "head", vectors, [32, TARGETS]), y);
  const norm = graph.pow(
    graph.add(graph.sum(graph.mul(vectors, vectors), [1], true), graph.scalar(1e-6)),
    graph.scalar(-0.5),
  );
  const unit = graph.mul(vectors, norm);
  const alike = graph.mul(
    graph.matmul(
      graph.slice(unit, 0, BATCH, 0),
      graph.transpose(graph.slice(unit, BATCH, 2 * BATCH, 0), [1, 0]),
    ),
    graph.scalar(10),
  );
  const own = graph.constant(
    BigInt64Array.from({ length: BATCH }, (_, i) => BigInt(i)),
    [BATCH],
    "int64",
  );
  const found = crossEntropy(graph, alike, own);
  return { loss: graph.add(told, graph.mul(found, graph.scalar(0.02))) };
};

const executor = await openNodeExecutor();
const trainer = await Trainer.create(executor, network, {
  seed: SEED,
  initialise: (name) => (name === "vectors" ? normal(0.3) : undefined),
  optimiser: { weightDecay: 0.001, clip: 1 },
});
const rate = warmupCosine({ rate: 5e-3, steps: STEPS, warmup: 50 });
const x = new Float32Array(2 * BATCH * BUCKETS);
const y = new Float32Array(2 * BATCH * TARGETS);
let sum = 0;
for (let step = 0; step < STEPS; step++) {
  x.fill(0);
  for (let b = 0; b < BATCH; b++) {
    const pair = moments[Math.floor(random.next() * moments.length)] ?? [];
    const first = Math.floor(random.next() * pair.length);
    const second = (first + 1 + Math.floor(random.next() * (pair.length - 1))) % pair.length;
    for (const [row, which] of [
      [b, first],
      [BATCH + b, second],
    ] as const) {
      const { text, targets } = pair[which] as Sentence;
      const all = pieces(text);
      for (const piece of all) {
        const at = row * BUCKETS + piece;
        x[at] = (x[at] ?? 0) + 1 / all.length;
      }
      y.set(targets, row * TARGETS);
    }
  }
  const result = await trainer.step(
    { x: host(x, [2 * BATCH, BUCKETS]), y: host(y, [2 * BATCH, TARGETS]) },
    rate(step),
  );
  sum += result.loss;
  if ((step + 1) % 500 === 0) {
    console.log(`step ${step + 1}: loss ${(sum / 500).toFixed(4)}`);
    sum = 0;
  }
}
const learned = trainer.weights().get("vectors")?.data ?? new Float32Array(0);
await trainer.dispose();
await executor.dispose();

// The layer's weights are [WIDTH, BUCKETS]; vectors are its columns, as signed bytes.
const scale = learned.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127;
const bytes = new Int8Array(BUCKETS * WIDTH);
for (let piece = 0; piece < BUCKETS; piece++) {
  for (let i = 0; i < WIDTH; i++) {
    bytes[piece * WIDTH + i] = Math.round((learned[i * BUCKETS + piece] ?? 0) / scale);
  }
}
const text = Buffer.from(bytes.buffer).toString("base64");
await writeFile(
  OUT,
  `/**
 * Vectors of word pieces, made by \`train/sensor-embedder.ts\` (seed ${SEED}) of simulated lives; Apache-2.0 like the rest.
 */

/** Numbers of a vector. */
export const SENSOR_VECTOR_WIDTH = ${WIDTH};

/** What a byte's unit stands for. */
export const SENSOR_VECTOR_SCALE = ${Number(scale.toPrecision(6))};

/** Signed bytes, [BUCKETS, SENSOR_VECTOR_WIDTH], in base64. */
export const SENSOR_VECTORS: string =
  "${text}";
`,
);
console.log(`${moments.length} moments, ${text.length} characters`);

function host(data: Float32Array, shape: readonly number[]): HostTensor {
  return { type: "float32", shape, data };
}
