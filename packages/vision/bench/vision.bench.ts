/**
 * Benchmarks of `@symbion/vision` and of what it stands on: watching with standing questions, the embedded model's
 * quality under pruning, Gemma 4 beside its peers, a training step. Run with `symbion bench vision`. Peers are looked
 * for beside the project and in the folder that `SYMBION_PEERS` names; clips that lie beside the repository are left
 * out elsewhere.
 */

import type { Row, RunOptions } from "../../../bench/rows.ts";
import { e2bRows } from "../../neural/bench/gemma4-e2b.ts";
import { llamaRows } from "../../neural/bench/gemma4-llama.ts";
import { windowRows } from "../../neural/bench/gemma4-window.ts";
import { trainingRows } from "../../neural/bench/training.ts";
import { qualityRows } from "./quality-measure.ts";
import { watchRows } from "./watch.ts";

/** Held-out clips, and how many are enough for a quick look. */
const CLIPS = 40;
const FEW_CLIPS = 4;
/** Questions over one window. */
const QUESTIONS = 2;
/** Rounds of a race between contenders, and of a quick one. */
const ROUNDS = 8;
const FEW_ROUNDS = 2;

const PARTS: Readonly<Record<string, (options: RunOptions) => AsyncIterable<Row>>> = {
  watch: watchRows,
  async *quality({ quick, note }) {
    const clips = quick ? FEW_CLIPS : CLIPS;
    yield* await qualityRows({ clips, questions: QUESTIONS, threads: 1, note });
  },
  async *window({ quick, note }) {
    const rows = await windowRows(1, quick ? FEW_ROUNDS : ROUNDS);
    if (rows === null) note("window: left out, @huggingface/transformers is not installed");
    else yield* rows;
  },
  async *llama({ quick, note }) {
    const rows = await llamaRows(1, quick ? FEW_ROUNDS : ROUNDS);
    if (rows === null) note("llama: left out, node-llama-cpp is not installed");
    else yield* rows;
  },
  async *e2b({ quick }) {
    yield* await e2bRows({ rounds: quick ? 1 : 3, full: !quick });
  },
  training: trainingRows,
};

/** Names of the parts. */
export const parts: readonly string[] = Object.keys(PARTS);

/** Runs all parts, or those in `options.only`. */
export async function* run(options: RunOptions): AsyncGenerator<Row, void, void> {
  for (const [name, rows] of Object.entries(PARTS)) {
    if (options.only.length === 0 || options.only.includes(name)) yield* rows(options);
  }
}
