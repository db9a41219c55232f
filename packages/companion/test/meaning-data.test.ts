import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { sentences } from "../src/language/sentences.ts";
import { tokens } from "../src/language/tokens.ts";
import { compareMeaning } from "../src/meaning/compare.ts";
import { isPlainlyRude } from "../src/meaning/rude.ts";

const FOLDER = resolve(import.meta.dirname, "../../../../shared/data/companion");
const REWRITES = resolve(FOLDER, "paradetox/paradetox.part1.tsv");
const HEALTH = resolve(FOLDER, "medquad/medquad_niddk_cdc_ninds.jsonl");

/** Whether a group of cases is in the part that rules were not tuned on. */
const heldOut = (group: string): boolean =>
  createHash("sha256").update(group).digest().readUInt8(0) >= 128;

const WRAPPERS: readonly (readonly [string, string])[] = [
  ["", ""],
  ["I understand how worrying this can be. ", " Please take care of yourself."],
  [
    "I'm so sorry that you're going through this. It may help to know that ",
    " You are not alone in this, and I'm here if you have any questions.",
  ],
  ["Thank you for sharing this with me. ", " I hope this helps."],
];

function healthSentences(): string[] {
  const found: string[] = [];
  for (const line of readFileSync(HEALTH, "utf8").split("\n")) {
    if (line === "") continue;
    const { src, answer } = JSON.parse(line) as { src: string; answer: string };
    if (!heldOut(src)) continue;
    for (const { start, end } of sentences(answer)) {
      if (end - start > 40 && end - start < 500) found.push(answer.slice(start, end));
    }
  }
  return found.filter((_, i) => i % 7 === 0);
}

const CHANGES: Readonly<Record<string, (text: string) => string>> = {
  digit: (text) => text.replace(/\d/, (digit) => String((Number(digit) + 3) % 10)),
  "denial dropped": (text) => text.replace(/\b(?:not|never|without|no) /, ""),
  "denial added": (text) => text.replace(/\b(is|are|can|may|should|do)\b/, "$1 not"),
  "word lost": (text) => text.replace(/(?<= )(?!that |also )[a-z]{4,} /, ""),
  "word exchanged": (text) => text.replace(/(?<= )(?!that |also )[a-z]{4,} /, "quintal "),
};

describe("health sentences", () => {
  it("keep their meaning in a wrapper, and no changed one passes", (context) => {
    if (!existsSync(HEALTH)) return context.skip("needs ../shared/data/companion/medquad");
    let wrong = 0;
    const missed: string[] = [];
    const all = healthSentences();
    all.forEach((text, i) => {
      const [before, after] = WRAPPERS[i % WRAPPERS.length] ?? ["", ""];
      if (!compareMeaning(text, before + text + after).same) wrong++;
      for (const [name, change] of Object.entries(CHANGES)) {
        const changed = change(text);
        if (changed !== text && compareMeaning(text, before + changed + after).same) {
          missed.push(`${name}: ${changed}`);
        }
      }
    });
    expect(all.length).toBeGreaterThan(500);
    expect(missed).toEqual([]);
    expect(wrong / all.length).toBeLessThan(0.005);
  });
});

describe("human rewrites of rude remarks", () => {
  it("pass in at least 95 of 100, changed remarks in none", (context) => {
    if (!existsSync(REWRITES)) return context.skip("needs ../shared/data/companion/paradetox");
    let pairs = 0;
    let alarms = 0;
    let changed = 0;
    let missed = 0;
    for (const line of readFileSync(REWRITES, "utf8").split("\n").slice(1)) {
      const [rude = "", ...rewrites] = line.split("\t");
      if (rude === "" || !heldOut(rude)) continue;
      for (const rewrite of rewrites) {
        if (rewrite.trim() === "") continue;
        pairs++;
        if (!compareMeaning(rude, rewrite).same) alarms++;
      }
      for (const change of [CHANGES.digit, CHANGES["denial added"]]) {
        const other = change?.(rude) ?? rude;
        if (other === rude) continue;
        changed++;
        if (compareMeaning(rude, other).same) missed++;
      }
    }
    expect(pairs).toBeGreaterThan(4000);
    expect(alarms / pairs).toBeLessThanOrEqual(0.05);
    expect(missed / changed).toBeLessThan(0.01);
  });

  it("finds no rude word in health texts, but for a few that mean waste", (context) => {
    if (!existsSync(HEALTH)) return context.skip("needs ../shared/data/companion/medquad");
    const rude = tokens(readFileSync(HEALTH, "utf8")).filter(({ text }) => isPlainlyRude(text));
    expect(rude.length).toBeLessThan(10);
  });
});
