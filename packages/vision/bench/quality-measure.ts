/** Runs the embedded model over all held-out clips in all ways, and sums up. */

import { openNodeExecutor } from "@symbion/neural/node";
import { atLeast, plain, type Row } from "../../../bench/rows.ts";
import { type MiniFamily, openMini } from "../src/mini/index.ts";
import { hasEncoder } from "../train/encode.ts";
import { CONDITIONS, heldOutClips, type Outcome, type Run, runClip, WAYS } from "./quality.ts";
import { accuracy, type Estimate, majority, resampled, wilson } from "./quality-statistics.ts";

export type { Estimate } from "./quality-statistics.ts";

/** How much is measured. */
export type QualityOptions = {
  /** Clips of each group. */
  readonly clips: number;
  /** Standing questions: each window is asked so many. They cost the same however much is pruned. */
  readonly questions: number;
  /** Threads of the executor. */
  readonly threads: number;
  readonly note: (text: string) => void;
};

/** Accuracy of a part of the questions with everything computed. */
export type Share = {
  readonly name: string;
  readonly accuracy: Estimate;
  /** Share of right answers when a question's most frequent one is always given. */
  readonly guess: number;
  readonly count: number;
};

/** What a way of running comes to on clips of fixed cameras. */
export type WayResult = {
  readonly name: string;
  /** Share of the operations of a full recompute that are not executed. */
  readonly saved: number;
  /** Share of the blocks that are kept. */
  readonly kept: number;
  readonly accuracy: number;
  /** Accuracy lost against a full recompute, as a share. */
  readonly lost: Estimate;
  /** The group of clips that loses most. */
  readonly worst: { readonly name: string; readonly lost: number };
};

/** Everything measured. */
export type Quality = {
  readonly asked: number;
  readonly conditions: readonly Share[];
  readonly families: readonly Share[];
  readonly ways: readonly WayResult[];
};

/** Measures. Needs ffmpeg with libx264. @throws {Error} where there is none. */
export async function measureQuality(options: QualityOptions): Promise<Quality> {
  if (!hasEncoder()) throw new Error("expected ffmpeg with libx264, there is none");
  const executor = await openNodeExecutor({ threads: options.threads });
  const { model, tokenizer } = await openMini(executor);
  const runs = new Map<string, Run[]>(WAYS.map(({ name }) => [name, []]));
  for (const condition of CONDITIONS) {
    for (const asked of heldOutClips(condition, options.clips, options.questions)) {
      for (const way of WAYS) {
        runs.get(way.name)?.push(await runClip(model, tokenizer, asked, way));
      }
    }
    options.note(`${condition.name}: ${options.clips} clips`);
  }
  await model.dispose();
  await executor.dispose();
  return summary(runs);
}

function summary(runs: ReadonlyMap<string, readonly Run[]>): Quality {
  const outcomes = (list: readonly Run[]): Outcome[] => list.flatMap((run) => run.outcomes);
  const all = [...runs.values()];
  const full = all[0] ?? [];
  const everything = outcomes(full);
  const families = [...new Set(everything.map(({ family }) => family))].sort();
  const fixed = (list: readonly Run[]): Run[] => list.filter(({ shaking }) => !shaking);
  return {
    asked: everything.length,
    conditions: CONDITIONS.map(({ name }) => {
      const part = everything.filter(({ condition }) => condition === name);
      const estimate = resampled([part], ([some]) => accuracy(some ?? []));
      return { name, accuracy: estimate, guess: majority(part), count: part.length };
    }),
    families: families.map((family: MiniFamily) => {
      const part = everything.filter((outcome) => outcome.family === family);
      const hits = part.filter(({ right }) => right).length;
      const estimate = wilson(hits, part.length);
      return { name: family, accuracy: estimate, guess: majority(part), count: part.length };
    }),
    ways: [...runs].map(([name, list]) => wayResult(name, fixed(full), fixed(list))),
  };
}

function wayResult(name: string, full: readonly Run[], list: readonly Run[]): WayResult {
  const before = full.flatMap(({ outcomes }) => outcomes);
  const now = list.flatMap(({ outcomes }) => outcomes);
  const sum = (of: (run: Run) => number): number => list.reduce((all, run) => all + of(run), 0);
  const groups = [...new Set(before.map(({ condition }) => condition))].map((condition) => {
    const of = (outcomes: readonly Outcome[]): number =>
      accuracy(outcomes.filter((outcome) => outcome.condition === condition));
    return { name: condition, lost: of(before) - of(now) };
  });
  return {
    name,
    saved: 1 - sum(({ flops }) => flops) / sum(({ fullFlops }) => fullFlops),
    kept: sum(({ kept }) => kept) / sum(({ blocks }) => blocks),
    accuracy: accuracy(now),
    lost: resampled([before, now], ([a, b]) => accuracy(a ?? []) - accuracy(b ?? [])),
    worst: groups.reduce((a, b) => (b.lost > a.lost ? b : a)),
  };
}

/** The figures for `symbion bench vision`. */
export async function qualityRows(options: QualityOptions): Promise<Row[]> {
  const { conditions, ways } = await measureQuality(options);
  const rows: Row[] = conditions.map(({ name, accuracy: { value } }) =>
    plain(`embedded model, full recompute: ${name}`, 100 * value, "% right"),
  );
  for (const { name, saved, lost, worst } of ways.slice(1)) {
    const ours = name === OURS;
    rows.push(
      atLeast(`${name}: FLOPs saved`, 100 * saved, "%", ours ? 93 : null),
      atMost(`${name}: quality lost, mean`, 100 * lost.value, "points", ours ? 1 : null),
      atMost(`${name}: quality lost, worst group`, 100 * worst.lost, "points", ours ? 3 : null),
    );
  }
  return rows;
}

function atMost(name: string, value: number, unit: string, most: number | null): Row {
  const met = most === null ? null : value <= most;
  return { name, value, unit, goal: most === null ? null : `<= ${most}`, met };
}

/** The way that `symbion watch` takes. */
const OURS = "symbion 0.4, reused";
