/** The companion's stages and verdicts in a person's words. */

import type { Disposition, StageName, StageResult, Turn, Warmth } from "@symbion/companion";

/** Names of the stages. */
export const STAGE_TEXT: Readonly<Record<StageName, string>> = {
  "red-flags": "Red flags",
  request: "Request",
  upstream: "Model",
  sycophancy: "Standing firm",
  advice: "Advice",
  rephrasing: "Warmer words",
  meaning: "Same meaning",
  log: "Log",
};

/** What each stage is there for, for those who meet it the first time. */
export const STAGE_PURPOSE: Readonly<Record<StageName, string>> = {
  "red-flags": "Does somebody need help at once?",
  request: "Is this something a model may answer?",
  upstream: "The model answers, in its own words.",
  sycophancy: "Does it give in without a reason, or flatter?",
  advice: "Does it give doses, diets, diagnoses or certainty that it cannot have?",
  rephrasing: "The same, said with more care.",
  meaning: "Does it still say the same? If in doubt, the model’s own words go out.",
  log: "What was decided is written down, and can be checked.",
};

/** Outcomes of a stage, as a tag says them. */
export const OUTCOME_TEXT: Readonly<Record<StageResult["outcome"], string>> = {
  passed: "passed",
  changed: "changed",
  held: "held",
  refused: "answered itself",
  skipped: "not needed",
  failed: "failed",
};

/** How a tag of an outcome looks. */
export const OUTCOME_TONE: Readonly<Record<StageResult["outcome"], string>> = {
  passed: "tag good",
  changed: "tag",
  held: "tag",
  refused: "tag bad",
  skipped: "tag plain",
  failed: "tag bad",
};

/** How soon somebody should be seen, as the red-flag gate says it. */
export const DISPOSITION_TEXT: Readonly<Record<Disposition, string>> = {
  emergency: "needs help at once",
  doctor: "should see a doctor",
  "self-care": "can be looked after at home",
  unknown: "nothing urgent was found",
};

/** The choices of wording. */
export const WARMTH_TEXT: Readonly<Record<Warmth, string>> = {
  plain: "Plain",
  kind: "Kind",
  gentle: "Gentle",
};

/** What became of an answer on its way, most important first. */
export type Mark = { readonly text: string; readonly tone: string };

/** The marks that a message in the conversation bears; none where the model's words went out as they were. */
export function marks(turn: Turn): readonly Mark[] {
  const outcome = (name: StageName): StageResult["outcome"] | undefined =>
    turn.stages.find(({ stage }) => stage === name)?.outcome;
  const found: Mark[] = [];
  // Warmth that could not be made costs nothing but warmth.
  if (turn.stages.some((one) => one.outcome === "failed" && one.stage !== "rephrasing")) {
    found.push({ text: "withheld", tone: "tag bad" });
  }
  if (outcome("red-flags") === "refused") found.push({ text: "hand-over", tone: "tag bad" });
  if (outcome("request") === "refused") found.push({ text: "not for a model", tone: "tag bad" });
  const sycophancy = outcome("sycophancy");
  if (sycophancy === "held") found.push({ text: "first answer held", tone: "tag" });
  if (sycophancy === "changed") found.push({ text: "flattery taken out", tone: "tag" });
  const advice = outcome("advice");
  if (advice === "refused") found.push({ text: "model’s words withheld", tone: "tag bad" });
  if (advice === "changed") found.push({ text: "note added", tone: "tag" });
  if (outcome("meaning") === "passed" && outcome("rephrasing") === "changed") {
    found.push({ text: "warmed", tone: "tag good" });
  }
  if (outcome("meaning") === "held") found.push({ text: "kept neutral", tone: "tag plain" });
  return found;
}

/** A part of a sentence as a sentence of its own. */
export function sentence(text: string): string {
  const end = /[.!?…]$/.test(text) ? "" : ".";
  return text === "" ? "" : `${text[0]?.toUpperCase() ?? ""}${text.slice(1)}${end}`;
}
