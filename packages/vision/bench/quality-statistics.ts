/** Shares with their uncertainty. */

import { Random } from "../train/random.ts";
import type { Outcome } from "./quality.ts";

/** An estimate with the interval that covers the true value in 95 of 100 cases. */
export type Estimate = { readonly value: number; readonly low: number; readonly high: number };

/** Share of right answers. */
export function accuracy(outcomes: readonly Outcome[]): number {
  if (outcomes.length === 0) return Number.NaN;
  return outcomes.filter(({ right }) => right).length / outcomes.length;
}

/** What one gets by always giving a question's most frequent answer. */
export function majority(outcomes: readonly Outcome[]): number {
  const byQuestion = new Map<string, Map<string, number>>();
  for (const { question, truth } of outcomes) {
    const counts = byQuestion.get(question) ?? new Map<string, number>();
    counts.set(truth, (counts.get(truth) ?? 0) + 1);
    byQuestion.set(question, counts);
  }
  let hits = 0;
  for (const counts of byQuestion.values()) hits += Math.max(...counts.values());
  return hits / outcomes.length;
}

/** Wilson's interval of a share. For answers of different clips; {@link resampled} respects clips. */
export function wilson(hits: number, count: number): Estimate {
  const z = 1.96;
  const share = hits / count;
  const middle = (share + (z * z) / (2 * count)) / (1 + (z * z) / count);
  const reach =
    (z / (1 + (z * z) / count)) *
    Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count ** 2));
  return { value: share, low: middle - reach, high: middle + reach };
}

/**
 * A statistic of all outcomes and its interval, by drawing clips anew 1000 times (their answers depend on each other).
 * `parts` are outcomes of the same questions in the same order, one list per way of running.
 */
export function resampled(
  parts: readonly (readonly Outcome[])[],
  statistic: (parts: readonly (readonly Outcome[])[]) => number,
): Estimate {
  const first = parts[0] ?? [];
  const clips = new Map<string, number[]>();
  for (const [i, { condition, clip }] of first.entries()) {
    const key = `${condition}/${clip}`;
    clips.set(key, [...(clips.get(key) ?? []), i]);
  }
  const groups = [...clips.values()];
  const random = new Random(95);
  const values = Array.from({ length: 1000 }, () => {
    const drawn = groups.flatMap(() => random.pick(groups));
    return statistic(parts.map((part) => drawn.map((i) => part[i] as Outcome)));
  }).sort((a, b) => a - b);
  return { value: statistic(parts), low: values[25] as number, high: values[974] as number };
}
