/**
 * Trains the learned part of the screen and writes `src/safety/table.ts`. Texts are the project's own (`harmful.txt`,
 * `benign.txt`, `grammar.ts`) and two fifths of MedQuAD (NIH, CC BY 4.0) as examples of what to let through. The same
 * texts give the same table.
 *
 *     node --conditions=source packages/companion/oracle/safety/train.ts MEDQUAD.jsonl [--check]
 *
 * `--check` prints how five tables, each trained without a fifth of the written texts, judge that fifth, and writes
 * nothing.
 */

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { sentences } from "../../src/language/sentences.ts";
import { PLACES, placesOf } from "../../src/safety/features.ts";
import { held } from "../../src/safety/learned.ts";
import { ENGLISH } from "../../src/safety/lexicon.ts";
import { ITALIAN } from "../../src/safety/lexicon-it.ts";
import { Matcher, wordsOf } from "../../src/safety/marks.ts";
import { findings } from "../../src/safety/rules.ts";
import { lengthened, randomOf, reframed, sentenceOf } from "./grammar.ts";

type Example = { readonly places: number[]; readonly harmful: boolean; readonly weight: number };
type Text = { readonly text: string; readonly harmful: boolean; readonly fold: number };

const FOLDS = 5;
const MADE = 8000;
/** Sentences of an answer that are used. */
const SENTENCES = 2;
const ROUNDS = 12;
/** Rounds that do not count yet. */
const EARLY = 4;
const RATE = 0.15;
const SHRINK = 1e-5;
const STEP = 1 / 24;
const MATCHER = new Matcher(ENGLISH, ITALIAN);

const folder = new URL(".", import.meta.url);
const [source, mode] = process.argv.slice(2);

function written(name: string, harmful: boolean): Text[] {
  return readFileSync(new URL(name, folder), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !/^[#@]/.test(line))
    .map((text) => ({
      text,
      harmful,
      fold: (createHash("sha256").update(text).digest()[0] ?? 0) % FOLDS,
    }));
}

function example(text: string, harmful: boolean, weight: number): Example {
  return { places: [...placesOf(MATCHER.find(wordsOf(text)))], harmful, weight };
}

/** Logistic regression by steps that shrink with what a place has seen (AdaGrad). */
function train(examples: readonly Example[]): { weights: Float64Array; bias: number } {
  const weights = new Float64Array(PLACES);
  const seen = new Float64Array(PLACES).fill(1e-3);
  const mean = new Float64Array(PLACES);
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
      const { places, harmful, weight } = examples[at];
      const size = 1 / Math.sqrt(places.length);
      const error = ((harmful ? 1 : 0) - chance(weights, bias, places)) * weight;
      bias += 0.02 * error;
      for (const place of places) {
        const slope = error * size - SHRINK * weights[place];
        seen[place] += slope * slope;
        weights[place] += (RATE * slope) / Math.sqrt(seen[place]);
      }
    }
    // The mean of the later rounds depends less on the order of the texts than the last one.
    if (round < EARLY) continue;
    const share = 1 / (ROUNDS - EARLY);
    meanBias += bias * share;
    for (let i = 0; i < PLACES; i++) mean[i] += weights[i] * share;
  }
  return { weights: mean, bias: meanBias };
}

function score(weights: Float64Array, bias: number, places: readonly number[]): number {
  let sum = 0;
  for (const place of places) sum += weights[place];
  return bias + sum / Math.sqrt(places.length);
}

function chance(weights: Float64Array, bias: number, places: readonly number[]): number {
  return 1 / (1 + Math.exp(-score(weights, bias, places)));
}

const texts = [...written("harmful.txt", true), ...written("benign.txt", false)];
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
  if ((createHash("sha256").update(src).digest()[0] ?? 0) % FOLDS > 1) continue;
  made.push(example(question, false, 0.3));
  for (const { start, end } of sentences(answer).slice(0, SENTENCES)) {
    const words = answer.slice(start, end);
    if (words.length > 30 && words.length < 400) made.push(example(words, false, 0.05));
  }
}

function examplesOf(from: readonly Text[]): Example[] {
  return from.flatMap(({ text, harmful }) => [
    example(text, harmful, 2),
    example(reframed(text, random), harmful, 1),
    example(lengthened(reframed(text, random), random), harmful, 1),
  ]);
}

if (mode === "--check") {
  const scored: { text: string; harmful: boolean; ruled: boolean; score: number }[] = [];
  for (let fold = 0; fold < FOLDS; fold++) {
    const { weights, bias } = train([...made, ...examplesOf(texts.filter((t) => t.fold !== fold))]);
    for (const { text, harmful } of texts.filter((t) => t.fold === fold)) {
      const ruled = findings(MATCHER.find(wordsOf(text))).length > 0;
      const at = score(weights, bias, example(text, harmful, 1).places);
      scored.push({ text, harmful, ruled, score: at - held(MATCHER.find(wordsOf(text))) });
    }
  }
  for (const limit of [-1, -0.5, -0.25, 0, 0.25, 0.5]) {
    for (const ruled of [limit, -1, -2]) {
      const share = (harmful: boolean): string => {
        const all = scored.filter((s) => s.harmful === harmful);
        const hit = all.filter((s) => s.score > limit || (s.ruled && s.score > ruled)).length;
        return `${hit}/${all.length} ${((100 * hit) / all.length).toFixed(1)} %`;
      };
      console.log(
        `above ${limit}, ruled above ${ruled}: harmful ${share(true)}, benign ${share(false)}`,
      );
    }
  }
  if (process.argv.includes("--show")) {
    for (const s of scored.toSorted((a, b) => a.score - b.score)) {
      if (s.harmful ? s.score < 0 && !s.ruled : s.score > -1 || s.ruled) {
        console.log(s.harmful ? "missed" : "refused", s.score.toFixed(2), s.ruled, s.text);
      }
    }
  }
} else {
  const { weights, bias } = train([...made, ...examplesOf(texts)]);
  const bytes = new Int8Array(PLACES);
  let clipped = 0;
  for (let i = 0; i < PLACES; i++) {
    const value = Math.round(weights[i] / STEP);
    if (Math.abs(value) > 127) clipped++;
    bytes[i] = Math.max(-127, Math.min(127, value));
  }
  const text = Buffer.from(bytes.buffer).toString("base64");
  writeFileSync(
    new URL("../../src/safety/table.ts", folder),
    `/** Written by \`oracle/safety/train.ts\`: what the learned part of the screen has learned. */

/** What one step of a weight is worth. */
export const STEP: number = ${STEP};
/** What the score starts from. */
export const BIAS: number = ${bias.toFixed(6)};
/** A weight for each place, a signed byte, in Base64. */
// biome-ignore format: one long line of data
export const WEIGHTS: string = "${text}";
`,
  );
  console.log(
    `${made.length} made, ${texts.length} written; ${clipped} weights clipped; ${text.length} characters`,
  );
}
