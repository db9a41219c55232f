/**
 * Fits the weights of English sentiment on the development part of GoEmotions (Demszky et al., ACL 2020; Apache-2.0) and
 * writes src/tone/english-weights.ts. The test part is only measured. Run from the repository's root with
 * `node --conditions=source packages/companion/oracle/tone-train.ts`.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { sentimentFeatures } from "../src/tone/sentiment.ts";

const FOLDER = fileURLToPath(
  new URL("../../../../shared/data/companion/goemotions/", import.meta.url),
);
const GOOD = new Set(
  "admiration amusement approval caring desire excitement gratitude joy love optimism pride relief".split(
    " ",
  ),
);
const BAD = new Set(
  "anger annoyance disappointment disapproval disgust embarrassment fear grief nervousness remorse sadness".split(
    " ",
  ),
);

type Example = {
  readonly features: readonly string[];
  readonly good: number;
  readonly bad: number;
};

function load(file: string): Example[] {
  const names = readFileSync(`${FOLDER}labels.txt`, "utf8").trim().split(/\s+/);
  return readFileSync(FOLDER + file, "utf8")
    .trim()
    .split("\n")
    .map((line) => {
      const [text = "", labels = ""] = line.split("\t");
      const said = labels.split(",").map((label) => names[Number(label)]);
      return {
        features: [...new Set(sentimentFeatures(text, "en"))],
        good: said.some((name) => GOOD.has(name)) ? 1 : 0,
        bad: said.some((name) => BAD.has(name)) ? 1 : 0,
      };
    });
}

type Model = { readonly words: Map<string, number>; bias: number };

/** Logistic regression with an L2 penalty, by adaptive gradient steps over shuffled examples. */
function fit(
  examples: readonly Example[],
  of: "good" | "bad",
  penalty: number,
  vocabulary: ReadonlySet<string>,
): Model {
  const words = new Map<string, number>([...vocabulary].map((word) => [word, 0]));
  const squares = new Map<string, number>([...vocabulary].map((word) => [word, 1e-3]));
  let bias = 0;
  let biasSquares = 1e-3;
  let state = 7;
  const order = examples.map((_, index) => index);
  for (let epoch = 0; epoch < 30; epoch++) {
    for (let i = order.length - 1; i > 0; i--) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const j = state % (i + 1);
      [order[i], order[j]] = [order[j], order[i]];
    }
    for (const index of order) {
      const example = examples[index];
      const known = example.features.filter((word) => vocabulary.has(word));
      const sum = known.reduce((total, word) => total + (words.get(word) ?? 0), bias);
      const error = 1 / (1 + Math.exp(-sum)) - example[of];
      biasSquares += error * error;
      bias -= (0.2 * error) / Math.sqrt(biasSquares);
      for (const word of known) {
        const weight = words.get(word) ?? 0;
        const gradient = error + penalty * weight;
        const square = (squares.get(word) ?? 0) + gradient * gradient;
        squares.set(word, square);
        words.set(word, weight - (0.2 * gradient) / Math.sqrt(square));
      }
    }
  }
  return { words, bias };
}

function score(good: Model, bad: Model, features: readonly string[]): number {
  const odds = (model: Model): number =>
    1 /
    (1 +
      Math.exp(
        -features.reduce((total, word) => total + (model.words.get(word) ?? 0), model.bias),
      ));
  return odds(good) - odds(bad);
}

/** Macro-F1 over negative, neutral and positive; examples that are both are left out. */
function macroF1(examples: readonly Example[], scores: readonly number[], band: number): number {
  const table = new Map<string, number>();
  examples.forEach(({ good, bad }, index) => {
    if (good + bad === 2) return;
    const truth = good - bad;
    const said = scores[index] > band ? 1 : scores[index] < -band ? -1 : 0;
    table.set(`${truth} ${said}`, (table.get(`${truth} ${said}`) ?? 0) + 1);
  });
  const sum = (test: (truth: number, said: number) => boolean): number =>
    [...table].reduce((total, [key, count]) => {
      const [truth, said] = key.split(" ").map(Number);
      return total + (test(truth, said) ? count : 0);
    }, 0);
  const parts = [-1, 0, 1].map((label) => {
    const hit = sum((truth, said) => truth === label && said === label);
    return (2 * hit) / (sum((truth) => truth === label) + sum((_, said) => said === label));
  });
  return (parts[0] + parts[1] + parts[2]) / 3;
}

function vocabularyOf(examples: readonly Example[], least: number): Set<string> {
  const counts = new Map<string, number>();
  for (const { features } of examples) {
    for (const word of features) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return new Set([...counts].flatMap(([word, count]) => (count >= least ? [word] : [])));
}

const examples = load("dev.tsv");
const FOLDS = 5;
let best = { f1: 0, penalty: 0, least: 0, band: 0 };
for (const least of [2, 3, 5]) {
  for (const penalty of [0.003, 0.01, 0.03]) {
    const scores = new Array<number>(examples.length).fill(0);
    for (let fold = 0; fold < FOLDS; fold++) {
      const rest = examples.filter((_, index) => index % FOLDS !== fold);
      const vocabulary = vocabularyOf(rest, least);
      const good = fit(rest, "good", penalty, vocabulary);
      const bad = fit(rest, "bad", penalty, vocabulary);
      for (let i = fold; i < examples.length; i += FOLDS)
        scores[i] = score(good, bad, examples[i].features);
    }
    for (const band of [0.05, 0.1, 0.15, 0.2, 0.25, 0.3]) {
      const f1 = macroF1(examples, scores, band);
      if (f1 > best.f1) best = { f1, penalty, least, band };
    }
  }
}
process.stdout.write(`five folds of the development part: ${JSON.stringify(best)}\n`);

const vocabulary = vocabularyOf(examples, best.least);
const good = fit(examples, "good", best.penalty, vocabulary);
const bad = fit(examples, "bad", best.penalty, vocabulary);
const sixteenths = (weight: number | undefined): number => Math.round(16 * (weight ?? 0));
const kept = [...vocabulary]
  .map((word) => [word, sixteenths(good.words.get(word)), sixteenths(bad.words.get(word))] as const)
  .filter(([word, a, b]) => Math.max(Math.abs(a), Math.abs(b)) >= 4 && !/[\s:]/.test(word))
  .toSorted(([a], [b]) => (a < b ? -1 : 1));
const lines: string[] = [];
for (const [word, a, b] of kept) {
  const entry = `${word}:${a}:${b}`;
  const last = lines.at(-1);
  if (last !== undefined && last.length + entry.length < 104)
    lines[lines.length - 1] = `${last} ${entry}`;
  else lines.push(entry);
}
const text = `/**
 * English words that speak for a good or a bad message: log-odds in sixteenths, fitted by oracle/tone-train.ts on the
 * development part of GoEmotions (Demszky et al., ACL 2020; Apache-2.0).
 */

import type { SentimentWeights } from "./sentiment.ts";

const TABLE = \`
${lines.join("\n")}
\`;

/** The weights; penalty, least count and band were chosen by five folds. */
export const ENGLISH_WEIGHTS: SentimentWeights = {
  words: new Map(
    TABLE.trim()
      .split(/\\s+/)
      .map((entry): [string, readonly [number, number]] => {
        const [word = "", good = "", bad = ""] = entry.split(":");
        return [word, [Number(good), Number(bad)]];
      }),
  ),
  bias: [${sixteenths(good.bias)}, ${sixteenths(bad.bias)}],
  band: ${best.band},
};
`;
writeFileSync(fileURLToPath(new URL("../src/tone/english-weights.ts", import.meta.url)), text);
const test = load("test.tsv");
const rounded = (model: Model, column: 1 | 2): Model => ({
  words: new Map(kept.map((entry) => [entry[0], entry[column] / 16])),
  bias: sixteenths(model.bias) / 16,
});
const scores = test.map(({ features }) => score(rounded(good, 1), rounded(bad, 2), features));
process.stdout.write(
  `${kept.length} words; test part: macro-F1 ${macroF1(test, scores, best.band).toFixed(3)}\n`,
);
