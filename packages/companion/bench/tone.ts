/** The sentiment of messages on the test part of GoEmotions, which the weights never saw. Part of `meaning`. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Sentiment, sentimentOf } from "@symbion/companion";
import { atLeast, type Row, type RunOptions, sharedData } from "../../../bench/rows.ts";
import { seeded } from "./mutators/mutator.ts";

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
const LABELS = ["negative", "neutral", "positive"] as const;

type Pair = { readonly said: Sentiment["label"]; readonly found: Sentiment["label"] };

/** One row: macro-F1 over bad, neutral and good messages. */
export function* toneRows(options: RunOptions): Generator<Row, void, void> {
  const folder = sharedData("companion/goemotions", options);
  if (folder === null) return;
  const pairs = load(folder);
  const score = macroF1(pairs);
  const chance = seeded(17);
  const again = Array.from({ length: options.quick ? 100 : 500 }, () =>
    macroF1(
      pairs.map(
        () => pairs[Math.floor(chance() * pairs.length)] ?? { said: "neutral", found: "neutral" },
      ),
    ),
  ).toSorted((a, b) => a - b);
  const at = (share: number): string => (again[Math.floor(share * again.length)] ?? 0).toFixed(3);
  options.note(
    `sentiment on ${pairs.length} messages of GoEmotions' test part: macro-F1 ${score.toFixed(3)} (95 %, by bootstrap: ${at(0.025)} to ${at(0.975)})`,
  );
  yield atLeast("sentiment, macro-F1 of three classes", score, "", 0.58);
}

function load(folder: string): Pair[] {
  const names = readFileSync(join(folder, "labels.txt"), "utf8").trim().split(/\s+/);
  return readFileSync(join(folder, "test.tsv"), "utf8")
    .trim()
    .split("\n")
    .flatMap((line): Pair[] => {
      const [text = "", labels = ""] = line.split("\t");
      const said = labels.split(",").map((label) => names[Number(label)] ?? "");
      const good = said.some((name) => GOOD.has(name));
      const bad = said.some((name) => BAD.has(name));
      // Mixed messages have no right answer.
      if (good && bad) return [];
      const label = good ? "positive" : bad ? "negative" : "neutral";
      return [{ said: label, found: sentimentOf(text, "en").label }];
    });
}

function macroF1(pairs: readonly Pair[]): number {
  let sum = 0;
  for (const label of LABELS) {
    let hits = 0;
    let said = 0;
    let found = 0;
    for (const pair of pairs) {
      if (pair.said === label) said++;
      if (pair.found === label) found++;
      if (pair.said === label && pair.found === label) hits++;
    }
    sum += said + found === 0 ? 0 : (2 * hits) / (said + found);
  }
  return sum / LABELS.length;
}
