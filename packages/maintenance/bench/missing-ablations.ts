/** What the parts of the student are worth: cross-validated on train engines, each part left out or put in by itself. */

import { type Executor, Random } from "@symbion/neural";
import type { NormalisedRun } from "../src/index.ts";
import { drawDistinct, type Loss, lose, REFERENCE_CURRICULUM } from "../src/missing/curriculum.ts";
import { ClauseVectors, type TextEmbedder } from "../src/missing/embedder.ts";
import { makeLessons } from "../src/missing/lessons.ts";
import { asideOf, studentInputs } from "../src/missing/paths.ts";
import { REFERENCE_STUDENT, trainStudent } from "../src/missing/student.ts";
import { teach } from "../src/missing/teacher.ts";
import { WearModel } from "../src/missing/wear.ts";
import { WearStream } from "../src/missing/wear-stream.ts";

/** A student with some of its parts. */
export type Variant = {
  /** For people. */
  readonly name: string;
  /** Whether it is told which values are there. */
  readonly presence: boolean;
  /** Reads sentences to it; null: nobody. */
  readonly embedder: TextEmbedder | null;
  /** The teacher's part of the loss. */
  readonly teacher: number;
  /** Weight of the contrastive loss. */
  readonly contrast: number;
  /** Whether it learns from lives with losses. */
  readonly masks: boolean;
};

/** Losses that students are judged under, beside their names. */
const CASES: readonly (readonly [string, number, number, number])[] = [
  ["complete", 0, 0, 0],
  ["50 % scattered", 0, 0.5, 0],
  ["70 % scattered", 0, 0.7, 0],
  ["5 dead", 5, 0, 0],
  ["5 dead + 50 %", 5, 0.5, 0],
  ["blackout of 10", 0, 0, 10],
];
const FOLDS = 3;
const CUTS = 6;

/** Root mean square errors (truth capped) of some variants, one per case, over lives that they had not seen. */
export async function ablate(
  runs: readonly NormalisedRun[],
  cap: number,
  variants: readonly Variant[],
  executor: Executor,
  seed: number,
  folds: number = FOLDS,
): Promise<{ readonly variant: Variant; readonly errors: ReadonlyMap<string, number> }[]> {
  const out: { variant: Variant; errors: ReadonlyMap<string, number> }[] = [];
  for (const variant of variants) {
    const sums = new Map<string, [squares: number, count: number]>();
    for (let fold = 0; fold < folds; fold++) {
      const rest = runs.filter((_, i) => i % FOLDS !== fold);
      const held = runs.filter((_, i) => i % FOLDS === fold);
      const student = await learn(rest, cap, variant, executor, seed + fold);
      for (const [name, dead, scattered, dark] of CASES) {
        const [squares, count] = judge(student, held, cap, [dead, scattered, dark], seed);
        const [allSquares, all] = sums.get(name) ?? [0, 0];
        sums.set(name, [allSquares + squares, all + count]);
      }
    }
    const errors = new Map([...sums].map(([name, [s, n]]) => [name, Math.sqrt(s / n)]));
    out.push({ variant, errors });
  }
  return out;
}

type Student = (stream: WearStream, regime: number) => number;

async function learn(
  runs: readonly NormalisedRun[],
  cap: number,
  { presence, embedder, teacher, contrast, masks }: Variant,
  executor: Executor,
  seed: number,
): Promise<{ readonly wear: WearModel; readonly ask: Student }> {
  const wear = WearModel.fit(runs, 2);
  const clauses = embedder === null ? null : await ClauseVectors.read(embedder, wear.state.sensors);
  const aside = asideOf(wear, presence, clauses);
  // As many lessons without masks as with them.
  const plan = masks ? { copies: 16, step: 3 } : { copies: 5, step: 1 };
  const curriculum = masks ? REFERENCE_CURRICULUM : null;
  const lessons = makeLessons(wear, runs, { ...plan, cap, curriculum, seed }, aside);
  const said = teacher === 0 ? null : teach(runs, cap);
  const network = await trainStudent(
    executor,
    {
      inputs: studentInputs(lessons),
      rows: lessons.x.rows,
      labels: lessons.y,
      teacher:
        said === null
          ? null
          : Float64Array.from(
              lessons.runs,
              (run, i) => said[run]?.[lessons.rows[i] as number] as number,
            ),
      moments: Float64Array.from(lessons.runs, (run, i) => run * 1e6 + (lessons.rows[i] as number)),
    },
    { ...REFERENCE_STUDENT, teacher, contrast, cap, seed },
  );
  const row = new Float32Array(network.inputs);
  return {
    wear,
    ask: (stream, regime) => {
      stream.write(row);
      aside?.write(stream, row, stream.width, regime);
      return Math.min(cap, Math.max(0, network.first(row) * cap));
    },
  };
}

function judge(
  { wear, ask }: { readonly wear: WearModel; readonly ask: Student },
  runs: readonly NormalisedRun[],
  cap: number,
  [dead, scattered, dark]: readonly [number, number, number],
  seed: number,
): [squares: number, count: number] {
  const random = new Random(seed + 1000);
  const stream = new WearStream(wear);
  let squares = 0;
  let count = 0;
  for (const run of runs) {
    const { rows, age } = run.run;
    const n = run.sensors.length;
    for (let cut = 0; cut < CUTS; cut++) {
      const left = 5 + Math.floor(random.next() * (cap * 1.15 - 5));
      const last = rows - 1 - left;
      if (last < 20) continue;
      const loss: Loss = {
        ...{ dead: drawDistinct(random, n, dead), scattered },
        blackouts: dark === 0 ? [] : [[last - dark + 1, last + 1]],
      };
      const z = lose(run, loss, random);
      stream.reset();
      for (let i = 0; i <= last; i++) stream.push(z, i * n, age[i] as number);
      const truth = Math.min(cap, (age[rows - 1] as number) - (age[last] as number));
      squares += (ask(stream, run.regimes[last] as number) - truth) ** 2;
      count++;
    }
  }
  return [squares, count];
}
