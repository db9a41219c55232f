/** `symbion watch`: questions about a video, answered window by window while it is read. */

import { MediaError } from "@symbion/codec/containers";
import { openInput } from "@symbion/codec/node";
import { expected, UsageError, type WatchPolicy } from "@symbion/core";
import {
  POLICIES,
  type Policy,
  planMask,
  type Question,
  type Sample,
  type WindowAnswer,
  watchStream,
} from "@symbion/vision";
import { watchInput } from "../watch/input.ts";
import { openWatchModel, type WatchModel } from "../watch/models.ts";
import { LineWriter } from "./output.ts";

/** Options of `symbion watch`. */
export type WatchCommandOptions = {
  readonly ask: readonly string[];
  readonly policy: WatchPolicy;
  readonly threshold?: number;
  readonly model: string;
  readonly window?: number;
  readonly stride?: number;
  readonly fps?: number;
  readonly threads?: number;
  readonly floor?: number;
  readonly plans?: true;
  readonly json?: true;
};

/** Sums over all windows. */
type Totals = {
  windows: number;
  blocksKept: number;
  blocksTotal: number;
  flops: number;
  fullFlops: number;
};

/**
 * Prints what the questions come to, per window, and resolves with the exit code. Where the video breaks off, what
 * there is of its last window is answered first, marked `partial`. Ctrl-C does the same and counts as success.
 * Throws `MediaError` for anything that is no H.264 video, and `UsageError` for a model or a window that cannot be.
 *
 * @param open for tests: opens the model
 */
export async function watchCommand(
  source: string,
  options: WatchCommandOptions,
  open: (name: string) => Promise<WatchModel> = (name) =>
    openWatchModel(name, { threads: options.threads }),
): Promise<number> {
  if (options.ask.length === 0) {
    throw new UsageError('expected a question (--ask "what happened"), got none');
  }
  const json = options.json === true;
  const policy = policyOf(options);
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  try {
    // The video first: what it is not is said at once, and not after a model was loaded.
    const video = await openInput(source, { signal: abort.signal });
    try {
      const model = await open(options.model);
      try {
        return await watch(video, model, policy, options, json, abort.signal);
      } finally {
        await model.close();
      }
    } finally {
      await video.close();
    }
  } catch (error) {
    if (error instanceof MediaError && error.code === "aborted") return 0;
    throw error;
  } finally {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}

async function watch(
  video: Awaited<ReturnType<typeof openInput>>,
  { model, layout }: WatchModel,
  policy: Policy,
  options: WatchCommandOptions,
  json: boolean,
  signal: AbortSignal,
): Promise<number> {
  const input = watchInput(video);
  const out = new LineWriter(process.stdout);
  const totals: Totals = { windows: 0, blocksKept: 0, blocksTotal: 0, flops: 0, fullFlops: 0 };
  const questions = options.ask.map(
    (ask, at): Question => ({ id: `q${at + 1}`, ask: ask.trim(), every: 0 }),
  );
  const answers = watchStream({
    ...{ signals: input.signals, pixels: input.pixels, parsedMs: input.parsedMs },
    ...{ model, layout, policy, questions },
    fps: options.fps,
    windowSeconds: options.window,
    strideSeconds: options.stride,
    floor: options.floor,
    onSample: options.plans
      ? (sample) => void out.line(JSON.stringify(planLine(sample)))
      : undefined,
  });
  let failure: unknown;
  try {
    for await (const answer of answers) {
      totals.windows++;
      totals.blocksKept += answer.blocksKept;
      totals.blocksTotal += answer.blocksTotal;
      totals.flops += answer.flops;
      totals.fullFlops += answer.fullFlops;
      await out.line(json ? JSON.stringify(windowLine(answer)) : windowText(answer));
      // A live source's answers are wanted now.
      await out.flush();
    }
  } catch (error) {
    failure = error;
  } finally {
    await input.pixels.close();
  }
  const interrupted = signal.aborted;
  const brokeOff = failure !== undefined && totals.windows > 0 && !interrupted;
  if (failure === undefined || interrupted || brokeOff) {
    const { frames, damaged } = input.counts;
    const sums = { ...totals, frames, damagedFrames: damaged, decodedFrames: input.pixels.decoded };
    await out.line(json ? JSON.stringify({ totals: sums }) : totalsText(sums));
  }
  await out.flush();
  if (failure !== undefined && !interrupted) throw failure;
  return 0;
}

function policyOf({ policy, threshold }: WatchCommandOptions): Policy {
  const chosen = POLICIES[policy];
  if (threshold === undefined) return chosen;
  if (policy === "full") {
    throw expected("no --threshold beside --policy full", threshold, "--threshold");
  }
  return { ...chosen, threshold };
}

/** A window as one line of JSON. */
function windowLine(answer: WindowAnswer): object {
  const { answers, grid, shown, ...rest } = answer;
  return {
    ...rest,
    answers: answers.map(({ question, ask, text, known, confidence }) => ({
      ...{ question, ask, answer: known ? text : "don't know", known, confidence, text },
    })),
    columns: grid.columns,
    rows: grid.rows,
    shown,
  };
}

/** A sampled picture's plan as one line of JSON. */
function planLine({ plan }: Sample): object {
  const { index, timestamp, grid, whole, kept, changed, stale, dropped, frames } = plan;
  const mask = Buffer.from(planMask(plan)).toString("base64");
  return {
    plan: {
      index,
      timestamp,
      ...grid,
      whole,
      kept: kept.length,
      changed,
      stale,
      dropped,
      frames,
      mask,
    },
  };
}

function windowText(answer: WindowAnswer): string {
  const span = `${answer.from.toFixed(1)}-${answer.to.toFixed(1)} s`;
  const partial = answer.partial ? " (partial: the stream ended)" : "";
  const cost =
    `${answer.blocksKept}/${answer.blocksTotal} blocks, ` +
    `${answer.tokensRefreshed} tokens computed, ${answer.tokensReused} reused, ` +
    `${percent(answer.flops, answer.fullFlops)} of a full run, ` +
    `first token after ${answer.firstTokenMs.toFixed(0)} ms`;
  const lines = answer.answers.map(({ ask, text, known, confidence }) => {
    const said = known ? text : `don't know (${text || "nothing"}?)`;
    return `  ${ask}  ${said}  ${Math.round(100 * confidence)} %`;
  });
  return [`${span}${partial}: ${cost}`, ...lines].join("\n");
}

function totalsText(
  sums: Totals & {
    readonly frames: number;
    readonly damagedFrames: number;
    readonly decodedFrames: number;
  },
): string {
  const damaged = sums.damagedFrames === 0 ? "" : `, ${sums.damagedFrames} damaged`;
  return (
    `${sums.windows} windows of ${sums.frames} frames${damaged}; ${sums.decodedFrames} decoded; ` +
    `${sums.blocksKept}/${sums.blocksTotal} blocks; ${percent(sums.flops, sums.fullFlops)} of full runs`
  );
}

function percent(part: number, all: number): string {
  return all === 0 ? "0 %" : `${((100 * part) / all).toPrecision(2)} %`;
}
