/**
 * The labelled accounts that the gate is measured on. Avey and AgentClinic are read from beside the repository, never
 * copied; their urgency labels (ours, no clinician: the opening of each case read, a list of diagnoses beside it, differences resolved) are
 * kept by line number and hash. Half of the vignettes, by a hash of the diagnosis, is held
 * out; of the own texts those below the mark, written after the others had been used up and before any was run.
 */

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import type { Disposition } from "../src/triage/types.ts";

/** A labelled account. */
export type LabelledCase = {
  /** Set and line. */
  readonly id: string;
  readonly text: string;
  readonly label: Disposition;
  readonly heldOut: boolean;
};

const SHARED = new URL("../../../../shared/data/companion/", import.meta.url);
const FILES = {
  avey: "triage-avey/avey_vignettes.jsonl",
  agentclinic: "agentclinic-vignettes/agentclinic_vignettes.jsonl",
} as const;
const LETTERS: Readonly<Record<string, Disposition>> = {
  E: "emergency",
  D: "doctor",
  S: "self-care",
  U: "unknown",
};

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function heldOut(group: string): boolean {
  return Number.parseInt(hash(group.toLowerCase().trim()).slice(0, 2), 16) % 2 === 1;
}

/** Whether the shared vignettes lie beside the repository. */
export function haveVignettes(): boolean {
  return existsSync(new URL(FILES.avey, SHARED)) && existsSync(new URL(FILES.agentclinic, SHARED));
}

/** Accounts of a file beside this one, a line each behind a label's letter; held out from the line `mark` on. */
function accounts(set: "own" | "topics" | "fresh", mark: string | null): LabelledCase[] {
  const lines = readFileSync(new URL(`triage-${set}.txt`, import.meta.url), "utf8").split("\n");
  const kept = mark === null ? lines.length : lines.indexOf(mark);
  if (kept < 0) throw new Error(`triage-${set}.txt: expected a line "${mark}", got none`);
  return lines.flatMap((line, at) => {
    const label = LETTERS[line[0] ?? ""];
    if (label === undefined || line[1] !== "|") return [];
    return [{ id: `${set}:${at}`, text: line.slice(2), label, heldOut: at > kept }];
  });
}

/** Own texts, English and Italian. */
export const ownCases = (): LabelledCase[] => accounts("own", "# held out");

/** Accounts by topic, English and Italian: for development, all of them. */
export const topicCases = (): LabelledCase[] => accounts("topics", null);

/** Accounts by authors who never saw the rules, English: nothing is tuned on them. */
export const freshCases = (): LabelledCase[] => accounts("fresh", "# first");

/** Vignettes with their labels. Throws an `Error` where a line is not the one that was labelled. */
export function vignettes(): LabelledCase[] {
  const labels = JSON.parse(
    readFileSync(new URL("triage-labels.json", import.meta.url), "utf8"),
  ) as {
    sets: Record<keyof typeof FILES, [number, string, Disposition][]>;
  };
  const made: LabelledCase[] = [];
  for (const set of ["avey", "agentclinic"] as const) {
    const lines = readFileSync(new URL(FILES[set], SHARED), "utf8").split("\n");
    for (const [at, mark, label] of labels.sets[set]) {
      const line = lines[at] ?? "";
      if (hash(line).slice(0, 12) !== mark)
        throw new Error(`${set} line ${at} is not the labelled one`);
      const told = JSON.parse(line) as Record<string, unknown>;
      made.push({
        id: `${set}:${at}`,
        text: set === "avey" ? aveyText(told) : clinicText(told),
        label,
        heldOut: heldOut(String(told.correct_diagnosis)),
      });
    }
  }
  return made;
}

function said(value: unknown): string {
  const text = Array.isArray(value)
    ? value.join(". ")
    : typeof value === "object"
      ? JSON.stringify(value)
      : String(value ?? "");
  return text.trim().length < 5 ? "" : text.trim();
}

function aveyText(told: Record<string, unknown>): string {
  const history = said(told.physical_history);
  const family = said(told.family_history);
  return [
    `A ${said(told.demographics)}.`,
    said(told.presentation),
    `${said(told.absent_findings)}.`,
    history === "" ? "" : `Past medical history: ${history}.`,
    family === "" ? "" : `Family history: ${family}.`,
    said(told.social_history),
  ].join(" ");
}

function clinicText(told: Record<string, unknown>): string {
  return [
    `A ${said(told.demographics)}.`,
    said(told.history),
    `${said(told.primary_symptom)}. ${said(told.secondary_symptoms)}.`,
    `Past medical history: ${said(told.past_medical_history)}.`,
    `${said(told.social_history)} ${said(told.review_of_systems)}`,
    `Temperature ${said(told.temperature)}.`,
  ].join(" ");
}

/** Questions of MedQuAD: about illnesses in general, nobody's account. Empty where they are not beside the repository. */
export function generalQuestions(): string[] {
  const file = new URL("medquad/medquad_niddk_cdc_ninds.jsonl", SHARED);
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => (JSON.parse(line) as { question: string }).question);
}
