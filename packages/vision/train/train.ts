/**
 * Trains the mini model. See README.md for the recipe.
 *
 *   node --conditions=source packages/vision/train/train.ts --out FOLDER [--pool FOLDER] [--stage vision|full]
 *        [--from FILE] [--frozen] [--minutes 50] [--steps 3000] [--rate 0.002] [--least 0.02] [--seed 1]
 *        [--plain 0] [--share 0.4]
 */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Evaluation, Trainer, warmupCosine } from "@symbion/neural";
import { openNodeExecutor } from "@symbion/neural/node";
import { MINI_ANSWER_TOKENS } from "../src/mini/prompt.ts";
import { MINI_FAMILIES } from "../src/mini/wording.ts";
import type { BatchShape } from "./batch.ts";
import { initialiser } from "./initial.ts";
import { fullNetwork, visionNetwork } from "./network.ts";
import { Prefetch, type Ready } from "./prefetch.ts";
import type { Source } from "./produce.ts";
import { readWeights, writeWeights } from "./weights-file.ts";

const { values: given } = parseArgs({
  options: {
    out: { type: "string", default: "." },
    pool: { type: "string" },
    stage: { type: "string", default: "full" },
    from: { type: "string" },
    minutes: { type: "string", default: "50" },
    steps: { type: "string", default: "3000" },
    rate: { type: "string", default: "0.002" },
    seed: { type: "string", default: "1" },
    threads: { type: "string", default: "2" },
    sight: { type: "string", default: "0.1" },
    motion: { type: "string", default: "0.1" },
    frozen: { type: "boolean", default: false },
    warmup: { type: "string", default: "60" },
    least: { type: "string", default: "0.02" },
    plain: { type: "string", default: "0" },
    share: { type: "string", default: "0.4" },
  },
});

const VISION_SHAPE: BatchShape = { sequences: 7, rows: 240, questions: 1, bins: 24 };
const FULL_SHAPE: BatchShape = { sequences: 8, rows: 240, questions: 16, bins: 45 };
const SEEING = /^(model\.vision_tower|model\.embed_vision|lessons\.sight)\b/;
const vision = given.stage === "vision";
const shape = vision ? VISION_SHAPE : FULL_SHAPE;
const steps = Number(given.steps);
const deadline = performance.now() + Number(given.minutes) * 60_000;
const seed = Number(given.seed);

mkdirSync(given.out, { recursive: true });
const executor = await openNodeExecutor({ threads: Number(given.threads) });
const network = vision
  ? visionNetwork(shape)
  : fullNetwork(shape, { sight: Number(given.sight), motion: Number(given.motion) });
const trainer = await Trainer.create(executor, network, {
  seed,
  initialise: initialiser,
  optimiser: { beta2: 0.98, weightDecay: 0.02, clip: 1 },
  ...(given.from === undefined ? {} : { weights: readWeights(given.from) }),
  ...(given.frozen ? { learns: (name: string) => !SEEING.test(name) } : {}),
  average: 0.99,
});
const pool = given.pool === undefined ? null : { folder: given.pool, share: Number(given.share) };
const source: Source = {
  seed: seed * 7919,
  shape,
  variant: { layouts: "trained", shapes: "trained" },
  whole: vision ? 0.05 : 0.12,
  plain: Number(given.plain),
  pool,
};
const data = new Prefetch({ source, text: !vision });
const heldOut = new Prefetch({ source: { ...source, seed: 424242 }, text: !vision }, 1);
const tests: Ready[] = [];
for (let i = 0; i < (vision ? 2 : 4); i++) tests.push(await heldOut.next());
await heldOut.stop();
const schedule = warmupCosine({
  rate: Number(given.rate),
  steps,
  warmup: Number(given.warmup),
  least: Number(given.rate) * Number(given.least),
});
console.log(`${trainer.size} weights learned, ${steps} steps`);

let mean = 0;
const started = performance.now();
let waited = 0;
let saved = started;
for (let step = 0; step < steps && performance.now() < deadline; step++) {
  const before = performance.now();
  const { feeds } = await data.next();
  waited += performance.now() - before;
  // Time may run out before the steps do; the rate falls with whichever comes first.
  const byTime = ((performance.now() - started) / (deadline - started)) * steps;
  const { loss, norm } = await trainer.step(
    feeds,
    schedule(Math.max(step, step < 100 ? step : byTime)),
  );
  mean = step === 0 ? loss : 0.95 * mean + 0.05 * loss;
  if (step % 20 === 19 || step < 3) {
    const seconds = (performance.now() - started) / 1000;
    console.log(
      `step ${step + 1} loss ${mean.toFixed(3)} norm ${norm.toFixed(2)} ` +
        `${(seconds / (step + 1)).toFixed(2)} s/step (waited ${(waited / 1000 / (step + 1)).toFixed(2)})`,
    );
  }
  if (step % 200 === 199) await report(step + 1);
  if (performance.now() - saved > 150_000) save();
}
await report(trainer.steps);
save();
await data.stop();
await trainer.dispose();
process.exit(0);

function save(): void {
  saved = performance.now();
  writeWeights(join(given.out, `${given.stage}.safetensors`), trainer.weights(true));
}

/** Accuracy on batches that are never trained on, with the averaged weights. */
async function report(step: number): Promise<void> {
  const sums = new Map<string, [number, number]>();
  const add = (key: string, value: number): void => {
    const entry = sums.get(key) ?? [0, 0];
    sums.set(key, [entry[0] + value, entry[1] + 1]);
  };
  for (const test of tests) {
    const { loss, outputs } = await trainer.evaluate(test.feeds, true);
    add("loss", loss);
    for (const [name, { data: values }] of Object.entries(outputs)) {
      if (values.length === 1) add(name, Number(values[0]));
    }
    if (!vision) score(test, outputs, add);
  }
  const text = [...sums].map(([key, [sum, count]]) => `${key} ${(sum / count).toFixed(3)}`);
  console.log(`TEST ${step}: ${text.join(", ")}`);
}

/** Answers that are right in every token, by family. */
function score(
  { families, targets }: Ready,
  outputs: Evaluation["outputs"],
  add: (key: string, value: number) => void,
): void {
  const hits = outputs.hits?.data as Float32Array;
  for (const [branch, family] of families.entries()) {
    if (family < 0) continue;
    let right = 1;
    for (let i = 0; i < MINI_ANSWER_TOKENS; i++) {
      const at = branch * MINI_ANSWER_TOKENS + i;
      if (targets[at] >= 0 && hits[at] !== 1) right = 0;
    }
    add("ALL", right);
    add(MINI_FAMILIES[family] as string, right);
  }
}
