/** `symbion machines evaluate` and `stream`: the published protocols over C-MAPSS. */

import { type CmapssSet, evaluateCmapss, parseMissing, streamCmapss } from "@symbion/maintenance";
import { readCmapss } from "@symbion/maintenance/node";
import type { Executor } from "@symbion/neural";
import { openNodeExecutor } from "@symbion/neural/node";
import { Progress } from "./progress.ts";

/** Options of `symbion machines evaluate`. */
export type EvaluateCommandOptions = {
  readonly cmapss: string;
  readonly set: CmapssSet;
  readonly missing: string;
  readonly seed: number;
  readonly json?: true;
};

/** Options of `symbion machines stream`. */
export type StreamCommandOptions = {
  readonly cmapss: string;
  readonly pretrain: CmapssSet;
  readonly stream: CmapssSet;
  readonly seed: number;
  readonly json?: true;
};

/** Prints how good forecasts of a subset's test engines are. Throws `UsageError` for files that cannot be used. */
export async function evaluateCommand(options: EvaluateCommandOptions): Promise<void> {
  const { cmapss, set, missing, seed } = options;
  const wanted = parseMissing(missing);
  const progress = new Progress();
  let executor: Executor | null = null;
  try {
    progress.show(`reading ${set}`, 0);
    const { train, test } = await readCmapss(cmapss, set);
    executor = await openNodeExecutor();
    const result = await evaluateCmapss(set, train, test, {
      ...{ missing: wanted, seed, executor },
      progress: (what, share) => progress.show(what, share),
    });
    progress.end();
    if (options.json === true) {
      process.stdout.write(`${JSON.stringify(result)}\n`);
      return;
    }
    const { rmse, score } = result;
    const lines = [
      `${set}, missing ${result.missing}, by ${result.path}`,
      `RMSE   ${rmse.capped.toFixed(2)} capped at 125, ${rmse.uncapped.toFixed(2)} uncapped`,
      `score  ${score.capped.toFixed(0)} capped, ${score.uncapped.toFixed(0)} uncapped`,
      `90 % intervals hold ${(100 * result.coverage90).toFixed(1)} %, half-width ${result.halfWidth90.toFixed(1)} cycles`,
      `fit ${result.fitSeconds.toFixed(1)} s, ${Math.round(result.rowsPerSecond)} rows/s`,
    ];
    process.stdout.write(`${lines.join("\n")}\n`);
  } finally {
    await executor?.dispose();
    progress.end();
  }
}

/** Prints how models do that meet another subset's engines one by one. Throws `UsageError` for files that cannot be used. */
export async function streamCommand(options: StreamCommandOptions): Promise<void> {
  const progress = new Progress();
  try {
    progress.show(`reading ${options.pretrain} and ${options.stream}`, 0);
    const [before, after] = await Promise.all([
      readCmapss(options.cmapss, options.pretrain),
      readCmapss(options.cmapss, options.stream),
    ]);
    progress.show(`learning ${options.pretrain}`, 0);
    const result = await streamCmapss(before, after.train, {
      seed: options.seed,
      progress: (engines, of) => progress.show(`engines of ${options.stream}`, engines / of),
    });
    progress.end();
    const { all, first10, last40, forgetting, coverage90, updates, updateSeconds } = result;
    if (options.json === true) {
      process.stdout.write(
        `${JSON.stringify({ all, first10, last40, forgetting, coverage90, updates, updateSeconds })}\n`,
      );
      return;
    }
    const lines = [
      `${options.stream} after ${options.pretrain}, RMSE capped at 125`,
      `all ${all.toFixed(2)}, first 10 engines ${first10.toFixed(2)}, last 40 ${last40.toFixed(2)}`,
      `${options.pretrain} test afterwards ${forgetting >= 0 ? "+" : ""}${forgetting.toFixed(2)}`,
      `90 % intervals hold ${(100 * coverage90).toFixed(1)} % after 20 engines`,
      `${updates} updates in ${updateSeconds.toFixed(1)} s`,
    ];
    process.stdout.write(`${lines.join("\n")}\n`);
  } finally {
    progress.end();
  }
}
