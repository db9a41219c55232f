/**
 * Fits the points and limits of the gate's score to the development cases (own texts and, from beside the repository,
 * half of the vignettes) and prints `src/triage/points.ts`: `node --conditions=source triage-weights.ts > points.ts`.
 * Points are log odds of a ridge logistic regression "emergency or not" over the names that hold of a case, rounded to
 * tenths, small ones dropped; limits are the lowest that raise at most the stated shares of the cases that no rule
 * calls an emergency. No random numbers: the same cases and phrases give the same points.
 */

import { argv } from "node:process";
import { pathToFileURL } from "node:url";
import { detectLanguage } from "../src/language/detect.ts";
import { readAccount } from "../src/triage/account.ts";
import { condition } from "../src/triage/expression.ts";
import { EMERGENCY_RULES } from "../src/triage/rules-emergency.ts";
import { TELLING } from "../src/triage/score.ts";
import { type LabelledCase, ownCases, topicCases, vignettes } from "./triage-cases.ts";

/** What the score rests on. */
export type Fitted = {
  readonly points: Readonly<Record<string, number>>;
  readonly emergencyFrom: number;
  readonly graveFrom: number;
  readonly doctorFrom: number;
};

/** Told of fewer cases, a name gets no points. */
const CASES_AT_LEAST = 6;
const SMALLEST = 0.3;
const RIDGE = 2;
const ROUNDS = 400;
/** Share of undecided doctor's cases that may be raised to an emergency. */
const RAISED_DOCTOR = 0.02;
/** Shares of undecided self-care cases that may be raised, to an emergency and to a doctor. */
const RAISED_HOME = 0;
const RAISED_HOME_DOCTOR = 0;
/** Conditions that raise a risk for years: those of the past count too. */
const LASTING = ["immune-low", "anticoagulant", "diabetes", "heart-disease"];

/** Wording that happens to go with one class here. */
const NO_FEATURES = new Set(
  "child-words elderly-words age-told infant-words age-young age-fertile age-adult smoker hypertension tick-bite pain-any".split(
    " ",
  ),
);

type Case = {
  readonly label: LabelledCase["label"];
  readonly names: ReadonlySet<string>;
  readonly ruled: boolean;
};

/** Fits to the development cases. Throws an `Error` where the vignettes are not beside the repository. */
export function fitted(): Fitted {
  const cases = [...ownCases(), ...topicCases(), ...vignettes()]
    .filter(({ heldOut, label }) => !heldOut && label !== "unknown")
    .map(read);
  const counts = new Map<string, number>();
  for (const { names } of cases)
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const features = [...counts]
    .flatMap(([name, count]) => (count >= CASES_AT_LEAST && !NO_FEATURES.has(name) ? [name] : []))
    .sort();
  const rows = cases.map(({ names }) =>
    features.flatMap((name, at) => (names.has(name) ? [at] : [])),
  );
  const weights = regression(
    rows,
    cases.map(({ label }) => (label === "emergency" ? 1 : 0)),
    features.length,
  );
  const points: Record<string, number> = {};
  const order = features.map((_, at) => at).sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0));
  for (const at of order) {
    const value = Math.round((weights[at] ?? 0) * 10) / 10;
    if (Math.abs(value) >= SMALLEST) points[features[at] ?? ""] = value;
  }
  const sums = cases.map((each) => ({ ...each, ...sumOf(each.names, points) }));
  const limit = (label: LabelledCase["label"], share: number, least = 2): number => {
    const left = sums.flatMap((each) =>
      each.label === label && !each.ruled && each.telling >= least ? [each.sum] : [],
    );
    const all = sums.filter((each) => each.label === label && !each.ruled).length;
    left.sort((a, b) => b - a);
    // "+ 0" makes of -0 a 0.
    return Math.round(((left[Math.floor(all * share)] ?? 0) + 0.1) * 10) / 10 + 0;
  };
  return {
    points,
    emergencyFrom: limit("doctor", RAISED_DOCTOR),
    graveFrom: Math.max(limit("self-care", RAISED_HOME), limit("doctor", RAISED_DOCTOR)),
    doctorFrom: limit("self-care", RAISED_HOME_DOCTOR, 0),
  };
}

function read({ text, label }: LabelledCase): Case {
  const account = readAccount(text, detectLanguage(text), null);
  return {
    label,
    names: new Set([
      ...account.names.map(withPlus),
      ...LASTING.filter((name) => account.has(name, true)).map(withPlus),
    ]),
    ruled: EMERGENCY_RULES.some(({ when }) => condition(when)(account.has) !== null),
  };
}

function withPlus(name: string): string {
  return LASTING.includes(name) ? `${name}+` : name;
}

function sumOf(
  names: ReadonlySet<string>,
  points: Readonly<Record<string, number>>,
): { sum: number; telling: number } {
  let sum = 0;
  let telling = 0;
  for (const name of names) {
    const value = points[name] ?? 0;
    sum += value;
    if (value >= TELLING) telling++;
  }
  return { sum, telling };
}

/** Weights of a ridge logistic regression; rows list the features that hold. */
function regression(
  rows: readonly (readonly number[])[],
  wanted: readonly number[],
  features: number,
): Float64Array {
  const weights = new Float64Array(features);
  let bias = -1;
  for (let round = 0; round < ROUNDS; round++) {
    const slopes = weights.map((weight) => RIDGE * weight);
    const curves = new Float64Array(features).fill(RIDGE);
    let slope = 0;
    let curve = 0;
    rows.forEach((row, at) => {
      let sum = bias;
      for (const feature of row) sum += weights[feature] ?? 0;
      const share = 1 / (1 + Math.exp(-sum));
      const off = share - (wanted[at] ?? 0);
      const bend = share * (1 - share);
      slope += off;
      curve += bend;
      for (const feature of row) {
        slopes[feature] = (slopes[feature] ?? 0) + off;
        curves[feature] = (curves[feature] ?? 0) + bend * row.length;
      }
    });
    for (let at = 0; at < features; at++)
      weights[at] = (weights[at] ?? 0) - (slopes[at] ?? 0) / (curves[at] ?? 1);
    bias -= (0.1 * slope) / Math.max(curve, 1);
  }
  return weights;
}

/** The source text of `points.ts`. */
export function sourceOf({ points, emergencyFrom, graveFrom, doctorFrom }: Fitted): string {
  const lines = Object.entries(points).map(
    ([name, value]) => `  ${/^\w+$/.test(name) ? name : JSON.stringify(name)}: ${value},`,
  );
  return `/** Points and limits of the score, as \`oracle/triage-weights.ts\` fits and prints them: not written by hand. */

/** Points by finding (log odds of an emergency); \`+\`: also where told of the past. */
export const POINTS: Readonly<Record<string, number>> = {
${lines.join("\n")}
};
/** From here on help at once. */
export const EMERGENCY_FROM = ${emergencyFrom};
/** From here on help at once even where rules would leave it at home. */
export const GRAVE_FROM = ${graveFrom};
/** From here on a doctor, where rules would leave it at home. */
export const DOCTOR_FROM = ${doctorFrom};
`;
}

/** Whether this file is run, not imported. */
if (pathToFileURL(argv[1] ?? "").href === import.meta.url) process.stdout.write(sourceOf(fitted()));
