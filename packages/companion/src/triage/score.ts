/** A small additive score for what no rule decides: points a person can read, fitted to development cases. */

import type { Account } from "./account.ts";
import { DOCTOR_FROM, EMERGENCY_FROM, GRAVE_FROM, POINTS } from "./points.ts";

/** What the score says. */
export type UrgencyScore = {
  /** Whether it asks for help at once. */
  readonly emergency: boolean;
  /** Whether it does even where rules would leave it at home. */
  readonly grave: boolean;
  /** Whether it asks for a doctor where otherwise care at home would do. */
  readonly doctor: boolean;
  /** Points. */
  readonly points: number;
  /** Words that it rests on. */
  readonly words: readonly number[];
};

/** Points of a finding that says something by itself; the score asks for help at once on two of them, never on one. */
export const TELLING = 0.5;

/** Scores an account. */
export function urgencyScore(account: Account): UrgencyScore {
  let points = 0;
  let telling = 0;
  const words: number[] = [];
  for (const [key, value] of Object.entries(POINTS)) {
    const past = key.endsWith("+");
    const indices = account.has(past ? key.slice(0, -1) : key, past);
    if (indices === null) continue;
    points += value;
    if (value > 0) words.push(...indices);
    if (value >= TELLING) telling++;
  }
  return {
    emergency: telling > 1 && points >= EMERGENCY_FROM,
    grave: telling > 1 && points >= GRAVE_FROM,
    doctor: points >= DOCTOR_FROM,
    points,
    words,
  };
}
